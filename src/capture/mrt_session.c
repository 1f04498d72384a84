/* Sessions in MRT: BGP4MP (RFC 6396 4.4), with path identifiers (RFC 8050).
 *
 *     peer AS (2, 4), local AS (2, 4), interface (2), AFI (2), peer address, local address (4, 16),
 *     then a BGP message, or the old state (2) and the new one (2) */
#include "capture/mrt.h"

enum {
    MRT_STATE = 1, /* a change of state, else a message */
    MRT_AS4 = 2,
    MRT_LOCAL = 4, /* sent, not received */
    MRT_ADD_PATH = 8,
    MRT_KNOWN = 128,
};

/* What each subtype is. */
static const uint8_t mrt_subtypes[] = {
    [0] = MRT_KNOWN | MRT_STATE,
    [1] = MRT_KNOWN,
    [4] = MRT_KNOWN | MRT_AS4,
    [5] = MRT_KNOWN | MRT_STATE | MRT_AS4,
    [6] = MRT_KNOWN | MRT_LOCAL,
    [7] = MRT_KNOWN | MRT_LOCAL | MRT_AS4,
    [8] = MRT_KNOWN | MRT_ADD_PATH,
    [9] = MRT_KNOWN | MRT_ADD_PATH | MRT_AS4,
    [10] = MRT_KNOWN | MRT_ADD_PATH | MRT_LOCAL,
    [11] = MRT_KNOWN | MRT_ADD_PATH | MRT_LOCAL | MRT_AS4,
};

/* The number of the session, a new one when it is another than the last time. */
static void mrt_session_terms(struct capture *c, uint8_t kind, uint16_t subtype, const struct ip ends[2],
                              const uint32_t as[2]) {
    struct mrt *m = c->state;
    bool same = m->current && m->current == c->peers && m->subtype == subtype && ip_same(m->ends[0], ends[0]) &&
                ip_same(m->ends[1], ends[1]) && m->as[0] == as[0] && m->as[1] == as[1];
    if (same)
        return;
    for (int i = 0; i < 2; i++) {
        m->ends[i] = ends[i];
        m->as[i] = as[i];
    }
    m->subtype = subtype;
    m->current = ++c->peers;
    capture_terms(&c->terms, kind & MRT_AS4, kind & MRT_ADD_PATH);
    c->terms.peer = ends[0];
    c->terms.local = ends[1];
    c->terms.peer_as = as[0];
    c->terms.local_as = as[1];
    c->terms.internal = as[0] == as[1];
}

static const char *mrt_state_name(uint16_t state) {
    static const char *const names[] = {"unknown",  "Idle",        "Connect",    "Active",
                                        "OpenSent", "OpenConfirm", "Established"};
    return state < sizeof names / sizeof *names ? names[state] : names[0];
}

static void mrt_read_state(struct capture *c, const struct mrt_record *r, struct cursor body,
                           struct capture_event *event) {
    static const enum session_state states[] = {SESSION_IDLE,       SESSION_IDLE,     SESSION_CONNECT,
                                                SESSION_ACTIVE,     SESSION_OPENSENT, SESSION_OPENCONFIRM,
                                                SESSION_ESTABLISHED};
    enum { ESTABLISHED = 6 };
    char reason[64] = "recorded change to ";
    uint16_t old = cursor_u16(&body), now = cursor_u16(&body);
    if (!cursor_finished(&body) || old > ESTABLISHED || now > ESTABLISHED) {
        capture_wrong(c, r->start, "a change of state is two numbers from 0 to 6");
        return;
    }
    event->what = CAPTURE_STATE;
    event->kind = now == ESTABLISHED ? SESSION_EVENT_UP : old == ESTABLISHED ? SESSION_EVENT_DOWN : SESSION_EVENT_STATE;
    event->state = states[now];
    strcat(reason, mrt_state_name(now));
    event->reason = reason;
    c->sink.heard(c->sink.context, event);
}

void mrt_read_session(struct capture *c, const struct mrt_record *r) {
    struct cursor body = r->body;
    uint8_t kind = r->subtype < sizeof mrt_subtypes ? mrt_subtypes[r->subtype] : 0;
    if (!kind) {
        capture_wrong(c, r->start, "BGP4MP of the %s subtype %u",
                      r->subtype == 2 || r->subtype == 3 ? "old" : "unknown", r->subtype);
        return;
    }
    uint32_t as[2];
    for (int i = 0; i < 2; i++)
        as[i] = kind & MRT_AS4 ? cursor_u32(&body) : cursor_u16(&body);
    cursor_u16(&body);
    uint16_t afi = cursor_u16(&body);
    if (!body.bad && afi != 1 && afi != 2) {
        capture_wrong(c, r->start, "BGP4MP with addresses of AFI %u: 1 (IPv4) or 2 (IPv6) is wanted", afi);
        return;
    }
    const struct ip peer = mrt_address(&body, afi == 2), local = mrt_address(&body, afi == 2);
    if (body.bad) {
        capture_wrong(c, r->start, "BGP4MP is cut before its message");
        return;
    }
    mrt_session_terms(c, kind, r->subtype, (const struct ip[2]){peer, local}, as);
    struct capture_event event = {.time = r->time,
                                  .offset = capture_offset(c, r->start),
                                  .terms = &c->terms,
                                  .peer = c->peers,
                                  .sent = kind & MRT_LOCAL};
    if (kind & MRT_STATE)
        mrt_read_state(c, r, body, &event);
    else
        capture_messages(c, body, "BGP4MP record", &event);
}
