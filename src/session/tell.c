/* What the owner hears, in ExaBGP's order (api-events.md 2.4).
 *
 * Helpers know one connection with a neighbor: `connected`, then what happens, then `down`. While two connections are
 * fighting it out, only one of them is told of; when that one ends and the other lives on, the other's life is told
 * from its beginning. */
#include "session/private.h"

void tell_session(struct session *s, struct session_event event) {
    s->ears.heard(s->ears.context, &event);
}

void tell(struct channel *c, struct session_event event) {
    if (c->session->told != c)
        return;
    event.state = session_state(c->session);
    event.terms = c->agreed ? &c->terms : NULL;
    tell_session(c->session, event);
}

void tell_state(struct channel *c, enum session_state state) {
    struct session_event event = {.kind = SESSION_EVENT_STATE, .state = state, .terms = c->agreed ? &c->terms : NULL};
    if (c->session->told == c)
        tell_session(c->session, event);
}

void tell_waiting(struct session *s) {
    tell_session(s, (struct session_event){.kind = SESSION_EVENT_STATE, .state = SESSION_ACTIVE});
    tell_session(s, (struct session_event){.kind = SESSION_EVENT_STATE, .state = SESSION_IDLE});
}

void tell_open(struct channel *c, bool sent) {
    struct cursor whole = buffer_cursor(sent ? &c->our_open : &c->peer_open), body = whole;
    if (sent && !c->session->tell_others)
        return;
    cursor_take(&body, MESSAGE_HEADER);
    tell(c, (struct session_event){.kind = SESSION_EVENT_MESSAGE,
                                   .sent = sent,
                                   .message = {.type = MESSAGE_OPEN, .whole = whole, .body = body},
                                   .open = sent ? &c->ours : &c->peers});
}

static void tell_keepalive_sent(struct channel *c) {
    uint8_t octets[MESSAGE_HEADER];
    struct buffer b = buffer_fixed(octets, sizeof octets);
    put_keepalive(&b);
    struct message m = {.type = MESSAGE_KEEPALIVE, .whole = buffer_cursor(&b), .body = cursor_of(b.p, 0)};
    if (c->session->tell_others)
        tell(c, (struct session_event){.kind = SESSION_EVENT_MESSAGE, .sent = true, .message = m});
}

/* An OPEN that came before ours is told before ours. */
static void tell_opens(struct channel *c) {
    if (c->peer_spoke_first)
        tell_open(c, false);
    if (buffer_len(&c->our_open)) {
        tell_open(c, true);
        tell_state(c, SESSION_OPENSENT);
    }
    if (buffer_len(&c->peer_open) && !c->peer_spoke_first)
        tell_open(c, false);
}

void tell_story(struct channel *c) {
    c->session->told = c;
    tell(c, (struct session_event){.kind = SESSION_EVENT_CONNECTED});
    if (c->incoming)
        tell_waiting(c->session);
    tell_state(c, SESSION_CONNECT);
    tell_opens(c);
    if (c->agreed)
        tell(c, (struct session_event){.kind = SESSION_EVENT_NEGOTIATED});
    if (c->state == FSM_OPENCONFIRM) {
        tell_state(c, SESSION_OPENCONFIRM);
        tell_keepalive_sent(c);
    }
}

static void tell_down(struct session *s, uint64_t now) {
    s->told = NULL;
    s->counters.down_since = now;
    memset(s->counters.sent, 0, sizeof s->counters.sent);
    memset(s->counters.received, 0, sizeof s->counters.received);
}

void tell_end(struct channel *c, const struct fsm_input *in) {
    struct session *s = c->session;
    const struct fault *fault = &in->fault;
    bool told = s->told == c, shown = told || !s->told;
    if (fault->row)
        tally_row(s, fault->row);
    if (told)
        tell_down(s, in->now);
    tell_session(s, (struct session_event){.kind = told ? SESSION_EVENT_DOWN : SESSION_EVENT_DROPPED,
                                           .code = fault->code,
                                           .subcode = fault->subcode,
                                           .data = fault->data,
                                           .terms = c->agreed ? &c->terms : NULL,
                                           .row = fault->row,
                                           .reason = in->reason[0] ? in->reason : "closing connection",
                                           .detail = fault->message});
    if (shown)
        tell_session(s, (struct session_event){.kind = SESSION_EVENT_STATE, .state = SESSION_IDLE});
}
