/* BMP about sessions themselves: Peer Up, Peer Down, Route Mirroring (RFC 7854 4.7, 4.9, 4.10). */
#include <stdio.h>

#include "capture/bmp.h"

static void bmp_address_known(struct bmp_known *known, struct cursor *from, bool ipv6) {
    uint8_t octets[16];
    static const uint8_t none[16];
    cursor_copy(from, octets, 16);
    known->local = memcmp(octets, none, 16) == 0 ? (struct ip){0} : ipv6 ? ip_of(octets, 16) : ip_of(octets + 12, 4);
}

/* Local address (16), local port (2), remote port (2), OPEN sent, OPEN received, TLVs. */
void bmp_peer_up(struct capture *c, struct bmp_record *r) {
    struct capture_event event;
    struct message messages[2];
    struct open opens[2];
    struct fault fault;
    struct bmp_known *known = bmp_read_peer(c, r, &event);
    if (!known)
        return;
    uint8_t flags = ((const struct bmp *)c->state)->header[1];
    bool loc_rib = known->key[0] == BMP_LOC_RIB;
    bmp_address_known(known, &r->body, !loc_rib && flags & BMP_IPV6);
    cursor_u32(&r->body);
    for (int i = 0; i < 2; i++)
        if (r->body.bad ||
            message_next(&r->body, MESSAGE_MOST_EXTENDED, true, &messages[i], &fault) != FRAMING_MESSAGE ||
            messages[i].type != MESSAGE_OPEN || !open_read(messages[i].body, &opens[i], &fault)) {
            capture_wrong(c, r->start, "Peer Up: the OPEN that was %s is not there, or cannot be read",
                          i ? "received" : "sent");
            return;
        }
    struct terms in, out;
    capture_agree(&in, &opens[1], &opens[0]);
    capture_agree(&out, &opens[0], &opens[1]);
    known->add_path_in = in.add_path_receive;
    known->add_path_out = out.add_path_receive;
    known->local_as = in.local_as;
    known->local_id = in.local_id;
    known->up = true;
    ((struct bmp *)c->state)->told = false; /* the terms are others now */
    struct bmp_record again = {.start = r->start, .type = r->type, .body = cursor_of(r->start + BMP_HEADER, BMP_PEER)};
    bmp_read_peer(c, &again, &event);
    capture_messages(c, messages[0].whole, "Peer Up",
                     &(struct capture_event){.time = event.time,
                                             .offset = event.offset,
                                             .terms = event.terms,
                                             .peer = event.peer,
                                             .note = event.note,
                                             .sent = true});
    event.sent = false;
    capture_messages(c, messages[1].whole, "Peer Up", &event);
    event.what = CAPTURE_STATE;
    event.kind = SESSION_EVENT_UP;
    event.state = SESSION_ESTABLISHED;
    c->sink.heard(c->sink.context, &event);
}

/* Reason (1); 1 and 3: a NOTIFICATION; 2: the code of an event of the state machine (2); 6: TLVs. */
void bmp_peer_down(struct capture *c, struct bmp_record *r) {
    static const char *const reasons[] = {
        "unknown reason",
        "the router sent a NOTIFICATION",
        "the router closed the session",
        "the peer sent a NOTIFICATION",
        "the peer closed the session",
        "the router tells no more of this peer",
        "the local table is gone",
    };
    struct capture_event event;
    if (!bmp_read_peer(c, r, &event))
        return;
    uint8_t why = cursor_u8(&r->body);
    if (r->body.bad) {
        capture_wrong(c, r->start, "Peer Down without a reason");
        return;
    }
    event.sent = why == 1;
    if (why == 1 || why == 3)
        capture_messages(c, r->body, "Peer Down", &event);
    char reason[80];
    const char *words = reasons[why < sizeof reasons / sizeof *reasons ? why : 0];
    snprintf(reason, sizeof reason, "%s", words);
    if (why == 2)
        snprintf(reason, sizeof reason, "%s (event %u)", words, cursor_u16(&r->body));
    event.what = CAPTURE_STATE;
    event.kind = SESSION_EVENT_DOWN;
    event.state = SESSION_IDLE;
    event.reason = reason;
    event.sent = false;
    c->sink.heard(c->sink.context, &event);
}

/* TLVs: 0 a BGP message, 1 information: 0 it could not be read by the router, 1 messages were lost. */
void bmp_mirroring(struct capture *c, struct bmp_record *r) {
    struct capture_event event;
    if (!bmp_read_peer(c, r, &event))
        return;
    while (!cursor_done(&r->body)) {
        uint16_t type = cursor_u16(&r->body);
        struct cursor value = cursor_cut(&r->body, cursor_u16(&r->body));
        if (r->body.bad) {
            capture_wrong(c, r->start, "Route Mirroring: a TLV is cut");
            return;
        }
        if (type == 0) {
            capture_messages(c, value, "Route Mirroring message", &event);
            continue;
        }
        char report[64];
        snprintf(report, sizeof report, "\"information\": %u", cursor_u16(&value));
        struct capture_event told = event;
        told.what = CAPTURE_REPORT;
        told.type = "mirroring";
        told.report = text_of(report);
        c->sink.heard(c->sink.context, &told);
    }
}
