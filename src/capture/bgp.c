/* Plain BGP messages one after the other: what one side of a connection said. */
#include "capture/private.h"

static bool bgp_match(struct cursor head) {
    for (int i = 0; i < 16; i++)
        if (cursor_u8(&head) != 0xff)
            return false;
    return !head.bad;
}

/* An OPEN says how what follows is to be read; the other side's is not there, and taken to agree. */
static void bgp_hear_open(struct capture *c, struct cursor body) {
    struct fault fault;
    struct open open;
    if (!open_read(body, &open, &fault))
        return;
    uint64_t add_path = c->terms.add_path_receive;
    capture_agree(&c->terms, &open, &open);
    c->terms.add_path_receive |= add_path;
    c->peers++;
}

static uint64_t bgp_read(struct capture *c, struct cursor window) {
    static const uint8_t loopback[4] = {127, 0, 0, 1};
    const uint8_t *start = window.p;
    struct fault fault;
    struct capture_event event = {.what = CAPTURE_MESSAGE, .offset = capture_offset(c, start), .terms = &c->terms};
    if (!c->peers) {
        capture_terms(&c->terms, true, c->settings.add_path);
        c->terms.local = c->terms.peer = ip_of(loopback, 4);
        c->peers++;
    }
    if (c->lost && !capture_sync(&window))
        return (uint64_t)(window.p - start);
    c->lost = false;
    switch (message_next(&window, MESSAGE_MOST_EXTENDED, true, &event.message, &fault)) {
    case FRAMING_MORE: return (uint64_t)(window.p - start);
    case FRAMING_FAULT:
        capture_wrong(c, window.p, "a BGP message is wanted: %s", fault.message);
        c->lost = true;
        return (uint64_t)(window.p - start) + 1;
    case FRAMING_MESSAGE: break;
    }
    if (event.message.type == MESSAGE_OPEN)
        bgp_hear_open(c, event.message.body);
    event.peer = c->peers;
    c->sink.heard(c->sink.context, &event);
    return (uint64_t)(window.p - start);
}

const struct capture_format capture_bgp = {
    .kind = CAPTURE_BGP,
    .name = "BGP",
    .match = bgp_match,
    .read = bgp_read,
};
