/* What BMP has and BGP does not: Statistics Report, Initiation, Termination (RFC 7854 4.3 to 4.5, 4.8; RFC 8671). */
#include "base/json.h"
#include "base/number.h"
#include "capture/bmp.h"

/* Keys by type; those of a family carry AFI and SAFI before the number. */
static const char *const bmp_counters[] = {
    [0] = "rejected-by-policy",
    [1] = "duplicate-announcements",
    [2] = "duplicate-withdraws",
    [3] = "invalid-cluster-list",
    [4] = "invalid-as-path-loop",
    [5] = "invalid-originator-id",
    [6] = "invalid-as-confed-loop",
    [7] = "adj-rib-in",
    [8] = "loc-rib",
    [9] = "adj-rib-in",
    [10] = "loc-rib",
    [11] = "treated-as-withdraw-updates",
    [12] = "treated-as-withdraw-prefixes",
    [13] = "duplicate-updates",
    [14] = "adj-rib-out-pre-policy",
    [15] = "adj-rib-out-post-policy",
    [16] = "adj-rib-out-pre-policy",
    [17] = "adj-rib-out-post-policy",
};

static void put_counter_name(struct buffer *out, uint16_t type, struct cursor *value) {
    const char *name = type < sizeof bmp_counters / sizeof *bmp_counters ? bmp_counters[type] : NULL;
    if (name)
        put_string(out, name);
    else
        put_format(out, "type-%u", type);
    if (cursor_left(value) != 11)
        return;
    uint16_t afi = cursor_u16(value);
    uint8_t safi = cursor_u8(value);
    const struct family *f = family_of(afi, safi);
    put_char(out, ' ');
    if (f)
        put_family(out, f, ' ');
    else
        put_family_numbers(out, afi, safi, ' ');
}

static void bmp_report(struct capture *c, struct capture_event *event, const char *type, const struct buffer *b) {
    event->what = CAPTURE_REPORT;
    event->type = type;
    event->report = buffer_text(b);
    c->sink.heard(c->sink.context, event);
}

/* Count (4), then type (2), length (2), value (4, 8, or 11 with a family). */
void bmp_statistics(struct capture *c, struct bmp_record *r) {
    struct capture_event event;
    struct buffer b = buffer_growing();
    if (!bmp_read_peer(c, r, &event))
        return;
    put_literal(&b, "\"statistics\": { ");
    size_t start = buffer_len(&b);
    for (uint32_t left = cursor_u32(&r->body); left && !r->body.bad; left--) {
        uint16_t type = cursor_u16(&r->body);
        struct cursor value = cursor_cut(&r->body, cursor_u16(&r->body));
        if (r->body.bad)
            break;
        put_string(&b, buffer_len(&b) == start ? "\"" : ", \"");
        put_counter_name(&b, type, &value);
        put_literal(&b, "\": ");
        size_t len = cursor_left(&value);
        put_decimal(&b, len == 4 ? cursor_u32(&value) : len == 8 ? cursor_u64(&value) : 0);
    }
    put_literal(&b, " }");
    if (r->body.bad)
        capture_wrong(c, r->start, "Statistics Report: a counter is cut");
    bmp_report(c, &event, "statistics", &b);
    buffer_release(&b);
}

/* TLVs: type (2), length (2), text; the reason of a Termination is a number. */
void bmp_words(struct capture *c, struct bmp_record *r) {
    static const char *const initiation[] = {"information", "description", "name", "table"};
    static const char *const reasons[] = {"administrative close", "unspecified", "out of resources",
                                          "redundant connection", "permanent close"};
    bool ends = r->type == BMP_TERMINATION;
    struct capture_event event = {.offset = capture_offset(c, r->start)};
    struct buffer b = buffer_growing();
    put_literal(&b, "\"router\": [ ");
    size_t start = buffer_len(&b);
    while (!cursor_done(&r->body)) {
        uint16_t type = cursor_u16(&r->body);
        struct cursor value = cursor_cut(&r->body, cursor_u16(&r->body));
        if (r->body.bad) {
            capture_wrong(c, r->start, "%s: a TLV is cut", ends ? "Termination" : "Initiation");
            break;
        }
        const char *name = ends       ? type == 0   ? "information"
                                        : type == 1 ? "reason"
                                                    : NULL
                           : type < 4 ? initiation[type]
                                      : NULL;
        put_string(&b, buffer_len(&b) == start ? "{ \"" : ", { \"");
        if (name)
            put_string(&b, name);
        else
            put_format(&b, "type-%u", type);
        put_literal(&b, "\": ");
        struct text text = {(const char *)value.p, cursor_left(&value)};
        if (ends && type == 1) {
            uint16_t reason = cursor_u16(&value);
            text = text_of(reason < sizeof reasons / sizeof *reasons ? reasons[reason] : "unknown");
        }
        put_json_string(&b, text);
        put_literal(&b, " }");
    }
    put_literal(&b, " ]");
    bmp_report(c, &event, ends ? "termination" : "initiation", &b);
    buffer_release(&b);
}
