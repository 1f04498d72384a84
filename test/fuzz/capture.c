/* Recorded BGP. The first octet says the format (MRT, BMP, pcap, plain, to be found out) and whether sessions without
 * OPENs have path identifiers, the second how long the pieces are. What is told must be fit for printing: JSON members,
 * UPDATEs that open or say why not, routes that are one route. */
#include "capture/capture.h"
#include "bgp/family.h"
#include "bgp/update.h"
#include "fuzz.h"

struct told {
    struct update *update;
    struct buffer json;
    uint64_t offset;
};

static void told_members(struct told *t, struct text members) {
    buffer_clear(&t->json);
    put_char(&t->json, '{');
    put_octets(&t->json, (const uint8_t *)members.p, members.len);
    put_char(&t->json, '}');
    fuzz_check_json(buffer_text(&t->json));
}

static void told_route(const struct capture_event *e) {
    struct cursor nlri = e->nlri, one;
    FUZZ_CHECK(e->family->cut(&nlri, &one) && cursor_done(&nlri), "more or less than one route");
}

static void told_message(struct told *t, const struct capture_event *e) {
    struct fault fault;
    FUZZ_CHECK(e->terms, "a message of no session");
    if (e->message.type == MESSAGE_UPDATE)
        (void)update_open_as_said(t->update, e->message.body, e->terms, &fault);
}

static void heard(void *context, const struct capture_event *e) {
    struct told *t = context;
    FUZZ_CHECK(e->offset >= t->offset, "records go backwards");
    t->offset = e->offset;
    told_members(t, e->note);
    switch (e->what) {
    case CAPTURE_MESSAGE: told_message(t, e); break;
    case CAPTURE_ROUTE: told_route(e); break;
    case CAPTURE_REPORT: told_members(t, e->report); break;
    case CAPTURE_STATE: break;
    }
}

static void wrong(void *context, uint64_t offset, const char *message) {
    (void)context;
    (void)offset;
    FUZZ_CHECK(message && *message, "wrong without a word");
}

static void feed(struct capture *c, const uint8_t *octets, size_t len, size_t piece) {
    while (len && !capture_ended(c)) {
        size_t size, n = len < piece ? len : piece;
        uint8_t *room = capture_room(c, &size);
        FUZZ_CHECK(size, "no room");
        if (n > size)
            n = size;
        memcpy(room, octets, n);
        capture_took(c, n);
        octets += n;
        len -= n;
    }
    capture_end(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len) {
    if (len < 2)
        return 0;
    struct told told = {.update = malloc(sizeof *told.update), .json = buffer_growing()};
    const struct capture_settings settings = {.kind = (enum capture_kind)(octets[0] % 5), .add_path = octets[0] & 0x80};
    const struct capture_sink sink = {.context = &told, .heard = heard, .wrong = wrong};
    struct capture *c = capture_new(&settings, &sink);
    feed(c, octets + 2, len - 2, octets[1] ? octets[1] : 65536);
    capture_free(c);
    buffer_release(&told.json);
    free(told.update);
    return 0;
}
