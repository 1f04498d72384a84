/* The state machine of one connection (RFC 4271 8.2.2) as a table: state and event give an action and the next state.
 *
 * An action does what the transition wants and says whether it holds. One that fails has filled in the fault, and the
 * connection ends by the row RESET or CLOSE of the state it is in: what ends a session is in one place, however it came
 * to it. Surprise: the RFC's Idle and Active are not here, a session without a connection is in them; FSM_WAIT and
 * FSM_CLOSING are not in the RFC (`local-as auto`, and the second in which a NOTIFICATION may still be written). */
#include <stdio.h>

#include "base/json.h"
#include "session/private.h"

enum { OPEN_WAIT = 240 /* seconds */ };
static const uint64_t close_wait = 1000000, no_wait = 1000; /* microseconds */

struct fsm_row {
    bool (*act)(struct channel *c, struct fsm_input *in);
    enum fsm_state next;
};

static bool fsm_fail(struct fsm_input *in, const char *row, uint8_t code, uint8_t subcode, const char *why) {
    return fault_make(&in->fault, row, code, subcode, cursor_of(NULL, 0), "%s", why);
}

/* ---- Coming up ---- */

static bool act_nothing(struct channel *c, struct fsm_input *in) {
    (void)c;
    (void)in;
    return true;
}

/* The offer, with the identifier that is not configured: the address of our end (config.md 5, router-id). */
static struct offer fsm_offer(const struct channel *c) {
    struct offer offer = c->session->settings->offer;
    if (offer.router_id == 0 && c->local.len == 4) {
        struct cursor local = ip_cursor(&c->local);
        offer.router_id = cursor_u32(&local);
    }
    return offer;
}

static void fsm_send_open(struct channel *c, uint32_t local_as, uint64_t now) {
    struct offer offer = fsm_offer(c);
    struct fault unused;
    size_t start = buffer_len(&c->urgent);
    put_open(&c->urgent, &offer, local_as);
    put_cursor(&c->our_open, buffer_since(&c->urgent, start));
    struct cursor body = buffer_cursor(&c->our_open);
    cursor_take(&body, MESSAGE_HEADER);
    open_read(body, &c->ours, &unused);
    if (offer.extended_message)
        c->receive_most = MESSAGE_MOST_EXTENDED;
    channel_queued(c, start, now);
}

static bool act_connected(struct channel *c, struct fsm_input *in) {
    if (!c->session->told)
        tell_story(c);
    if (c->session->settings->offer.local_as)
        fsm_send_open(c, c->session->settings->offer.local_as, in->now);
    return true;
}

/* The peer's OPEN is kept: it is asked for later, and read again by who hears of this connection only now. */
static bool fsm_read_open(struct channel *c, struct fsm_input *in) {
    put_cursor(&c->peer_open, in->message->whole);
    struct cursor body = buffer_cursor(&c->peer_open);
    cursor_take(&body, MESSAGE_HEADER);
    bool good = open_read(body, &c->peers, &in->fault);
    if (good)
        tell_open(c, false);
    else
        tell(c, (struct session_event){.kind = SESSION_EVENT_MESSAGE, .message = *in->message});
    return good;
}

/* Said when it is sure that the session goes on with this OPEN. */
static void fsm_find_ignored(struct channel *c, const struct offer *offer, const struct fsm_input *in) {
    struct session_event event = {.kind = SESSION_EVENT_FINDING, .message = *in->message};
    const char *rows[OPEN_IGNORED_MOST];
    unsigned count = open_ignored(&c->peers, offer, &c->terms, rows);
    for (unsigned i = 0; i < count; i++) {
        event.row = rows[i];
        tally_finding(c, event, in->now);
    }
    if (!c->terms.families) {
        event.row = "CAP-04";
        tally_finding(c, event, in->now);
    }
}

static bool act_open(struct channel *c, struct fsm_input *in) {
    struct offer offer = fsm_offer(c);
    if (!fsm_read_open(c, in))
        return false;
    if (c->state == FSM_WAIT) {
        c->peer_spoke_first = true;
        fsm_send_open(c, offer.asn4 ? open_as(&c->peers) : c->peers.as, in->now);
        tell_state(c, SESSION_OPENSENT);
    }
    if (!open_agree(&offer, &c->ours, &c->peers, &c->terms, &in->fault))
        return false;
    c->terms.local = c->local;
    c->terms.peer = c->peer;
    c->terms.link_local = c->session->settings->link_local;
    if (!collision_resolve(c, in))
        return false;
    c->agreed = true;
    c->receive_most = c->terms.receive_most;
    c->operational = c->terms.operational;
    tell(c, (struct session_event){.kind = SESSION_EVENT_NEGOTIATED});
    fsm_find_ignored(c, &offer, in);
    return true;
}

static bool act_alive(struct channel *c, struct fsm_input *in) {
    tell(c, (struct session_event){.kind = SESSION_EVENT_MESSAGE, .message = *in->message});
    timer_set_hold(c, in->now);
    return true;
}

static bool act_up(struct channel *c, struct fsm_input *in) {
    collision_won(c, in->now);
    return act_alive(c, in);
}

/* ---- Established ---- */

static bool act_update(struct channel *c, struct fsm_input *in) {
    struct update *u = c->session->settings->update;
    struct session_event event = {.kind = SESSION_EVENT_MESSAGE, .message = *in->message};
    struct update_recent *recent = c->session->settings->recent;
    if (!(recent ? update_open_after(u, recent, in->message->body, &c->terms, &in->fault)
                 : update_open(u, in->message->body, &c->terms, &in->fault))) {
        tell(c, event);
        return false;
    }
    timer_set_hold(c, in->now); /* whatever the UPDATE is worth (TMR-02) */
    event.update = u;
    tell(c, event);
    for (unsigned i = 0; i < u->finding_count && i < UPDATE_FINDINGS; i++) {
        event.finding = &u->findings[i];
        event.row = event.finding->row;
        tally_finding(c, event, in->now);
    }
    return true;
}

static const char *fsm_refresh_row(const struct channel *c, const struct refresh *refresh) {
    const struct family *family = family_of(refresh->afi, refresh->safi);
    if (refresh->subtype > 2)
        return "RRF-02";
    if (!family || !(c->terms.families & family_bit(family)))
        return "RRF-01";
    return refresh->subtype && !c->terms.enhanced_refresh ? "RRF-03" : NULL;
}

static bool act_refresh(struct channel *c, struct fsm_input *in) {
    struct session_event event = {.kind = SESSION_EVENT_MESSAGE, .message = *in->message};
    struct refresh refresh;
    bool ignore;
    if (!refresh_open(in->message->body, *in->message, c->terms.enhanced_refresh, &refresh, &ignore, &in->fault)) {
        tell(c, event);
        return false;
    }
    event.refresh = &refresh;
    tell(c, event);
    event.row = fsm_refresh_row(c, &refresh);
    if (event.row)
        tally_finding(c, event, in->now);
    return true;
}

static bool act_operational(struct channel *c, struct fsm_input *in) {
    tell(c, (struct session_event){.kind = SESSION_EVENT_MESSAGE, .message = *in->message});
    return true;
}

static bool act_keepalive_due(struct channel *c, struct fsm_input *in) {
    if (!c->keepalive_waits) {
        size_t start = buffer_len(&c->urgent);
        put_keepalive(&c->urgent);
        c->keepalive_waits = true;
        channel_queued(c, start, in->now);
    }
    timer_set_keepalive(c, in->now);
    return true;
}

/* ---- Going down ---- */

/* FSM-01, 03, 04, 05: a message that the state has no use for. */
static bool act_unexpected(struct channel *c, struct fsm_input *in) {
    uint8_t type = in->message->type;
    const char *row = c->state == FSM_ESTABLISHED   ? "FSM-05"
                      : c->state != FSM_OPENCONFIRM ? "FSM-01"
                      : type == MESSAGE_OPEN        ? "FSM-04"
                                                    : "FSM-03";
    uint8_t subcode = c->state == FSM_ESTABLISHED ? 3 : c->state == FSM_OPENCONFIRM ? 2 : 1;
    tell(c, (struct session_event){.kind = SESSION_EVENT_MESSAGE, .message = *in->message});
    in->fault.own[0] = type;
    return fault_make(&in->fault, row, 5, subcode, cursor_of(in->fault.own, 1), "unexpected message of type %u", type);
}

static bool act_open_late(struct channel *c, struct fsm_input *in) {
    (void)c;
    return fsm_fail(in, "FSM-06", 4, 0, "no OPEN came in time");
}

static bool act_hold_expired(struct channel *c, struct fsm_input *in) {
    (void)c;
    return fsm_fail(in, "TMR-01", 4, 0, "nothing was heard for the hold time");
}

static bool act_send_hold_expired(struct channel *c, struct fsm_input *in) {
    (void)c;
    return fsm_fail(in, "TMR-06", 8, 0, "the peer does not read");
}

static bool act_dial_late(struct channel *c, struct fsm_input *in) {
    (void)c;
    return fsm_fail(in, NULL, 0, 0, "no answer to the connection attempt");
}

/* A channel that never got TCP has nothing to tell the peer. */
static bool act_end(struct channel *c, struct fsm_input *in) {
    tell_end(c, in);
    return true;
}

static bool act_notify(struct channel *c, struct fsm_input *in) {
    channel_notify(c, &in->fault, in->now);
    if (!in->reason[0])
        snprintf(in->reason, sizeof in->reason, "notification sent (%u,%u)", in->fault.code, in->fault.subcode);
    tell_end(c, in);
    return true;
}

static bool act_lost(struct channel *c, struct fsm_input *in) {
    c->let_go = true;
    tell_end(c, in);
    return true;
}

static bool act_let_go(struct channel *c, struct fsm_input *in) {
    (void)in;
    c->let_go = true;
    return true;
}

/* NOT-03: a Shutdown Communication that RFC 9003 does not allow. */
static bool fsm_bad_communication(struct cursor data) {
    if (cursor_done(&data))
        return false;
    struct cursor words = cursor_cut(&data, cursor_u8(&data));
    if (words.bad || cursor_done(&words) || !is_utf8((struct text){(const char *)words.p, cursor_left(&words)}))
        return true;
    while (!cursor_done(&words)) {
        uint8_t octet = cursor_u8(&words);
        if (octet < 0x20 || octet == 0x7f)
            return true;
    }
    return false;
}

/* NOT-06: both sides said that a NOTIFICATION keeps the routes (RFC 8538: the N bit). */
static bool fsm_keeps_routes(const struct channel *c) {
    return c->state == FSM_ESTABLISHED && c->terms.graceful_restart && c->terms.restart_notification;
}

static const char *fsm_notification_row(const struct channel *c, uint8_t code, uint8_t subcode, struct cursor data) {
    if (c->state == FSM_OPENSENT && code == 2 && subcode == 1)
        return "NOT-05";
    if (code == 6 && subcode == 9)
        return "NOT-04";
    if (code == 6 && (subcode == 2 || subcode == 4) && fsm_bad_communication(data))
        return "NOT-03";
    if (fsm_keeps_routes(c))
        return "NOT-06";
    bool known =
        strcmp(notification_code_name(code), "unknown") && strcmp(notification_subcode_name(code, subcode), "unknown");
    return known ? "NOT-02" : "NOT-01";
}

static bool offers_empty(const struct channel *c, uint8_t capability) {
    struct capability_walk walk = {0};
    struct cursor value;
    while (open_capability_of(&c->ours, capability, &walk, &value))
        if (cursor_done(&value))
            return true;
    return false;
}

/* What of our OPEN the peer may well have meant: lists in which nothing is left, sent as ExaBGP sends them. FRR refuses
 * an empty one of extended next hops with 2/0 and not a word more; one of ADD-PATH is malformed (RFC 7911 4). */
static const char *fsm_refused_for(const struct channel *c, uint8_t code) {
    if (code != 2 || c->state >= FSM_ESTABLISHED)
        return "";
    return offers_empty(c, CAPABILITY_EXTENDED_NEXT_HOP) ? "; our capability 5 (nexthop) is empty"
           : offers_empty(c, CAPABILITY_ADD_PATH)        ? "; our capability 69 (add-path) is empty"
                                                         : "";
}

static bool act_notified(struct channel *c, struct fsm_input *in) {
    struct cursor data = in->message->body;
    uint8_t code = cursor_u8(&data), subcode = cursor_u8(&data);
    tell(c,
         (struct session_event){
             .kind = SESSION_EVENT_MESSAGE, .message = *in->message, .code = code, .subcode = subcode, .data = data});
    snprintf(in->reason, sizeof in->reason, "notification received (%u,%u)", code, subcode);
    fault_make(&in->fault, fsm_notification_row(c, code, subcode, data), code, subcode, data, "%s / %s%s",
               notification_code_name(code), notification_subcode_name(code, subcode), fsm_refused_for(c, code));
    tell_end(c, in);
    return true;
}

/* ---- The table ---- */

static const struct fsm_row fsm_table[FSM_STATES][FSM_EVENTS] =
    {
        [FSM_CONNECT] =
            {
                [FSM_TCP_UP] = {act_connected, FSM_OPENSENT},
                [FSM_TCP_UP_SILENT] = {act_connected, FSM_WAIT},
                [FSM_TCP_DOWN] = {act_lost, FSM_GONE},
                [FSM_STATE_DUE] = {act_dial_late, FSM_GONE},
                [FSM_RESET] = {act_end, FSM_GONE},
                [FSM_CLOSE] = {act_end, FSM_GONE},
            },
        [FSM_WAIT] =
            {
                [FSM_OPEN] = {act_open, FSM_OPENCONFIRM},
                [FSM_UPDATE] = {act_unexpected, FSM_WAIT},
                [FSM_KEEPALIVE] = {act_unexpected, FSM_WAIT},
                [FSM_REFRESH] = {act_unexpected, FSM_WAIT},
                [FSM_OPERATIONAL] = {act_unexpected, FSM_WAIT},
                [FSM_NOTIFICATION] = {act_notified, FSM_GONE},
                [FSM_TCP_DOWN] = {act_lost, FSM_GONE},
                [FSM_STATE_DUE] = {act_open_late, FSM_WAIT},
                [FSM_SEND_HOLD_DUE] = {act_send_hold_expired, FSM_WAIT},
                [FSM_RESET] = {act_notify, FSM_CLOSING},
                [FSM_CLOSE] = {act_end, FSM_GONE},
            },
        [FSM_OPENSENT] =
            {
                [FSM_OPEN] = {act_open, FSM_OPENCONFIRM},
                [FSM_UPDATE] = {act_unexpected, FSM_OPENSENT},
                [FSM_KEEPALIVE] = {act_unexpected, FSM_OPENSENT},
                [FSM_REFRESH] = {act_unexpected, FSM_OPENSENT},
                [FSM_OPERATIONAL] = {act_unexpected, FSM_OPENSENT},
                [FSM_NOTIFICATION] = {act_notified, FSM_GONE},
                [FSM_TCP_DOWN] = {act_lost, FSM_GONE},
                [FSM_STATE_DUE] = {act_open_late, FSM_OPENSENT},
                [FSM_SEND_HOLD_DUE] = {act_send_hold_expired, FSM_OPENSENT},
                [FSM_RESET] = {act_notify, FSM_CLOSING},
                [FSM_CLOSE] = {act_end, FSM_GONE},
            },
        [FSM_OPENCONFIRM] =
            {
                [FSM_OPEN] = {act_unexpected, FSM_OPENCONFIRM},
                [FSM_UPDATE] = {act_unexpected, FSM_OPENCONFIRM},
                [FSM_KEEPALIVE] = {act_up, FSM_ESTABLISHED},
                [FSM_REFRESH] = {act_unexpected, FSM_OPENCONFIRM},
                [FSM_OPERATIONAL] = {act_unexpected, FSM_OPENCONFIRM},
                [FSM_NOTIFICATION] = {act_notified, FSM_GONE},
                [FSM_TCP_DOWN] = {act_lost, FSM_GONE},
                [FSM_STATE_DUE] = {act_hold_expired, FSM_OPENCONFIRM},
                [FSM_KEEPALIVE_DUE] = {act_keepalive_due, FSM_OPENCONFIRM},
                [FSM_SEND_HOLD_DUE] = {act_send_hold_expired, FSM_OPENCONFIRM},
                [FSM_RESET] = {act_notify, FSM_CLOSING},
                [FSM_CLOSE] = {act_end, FSM_GONE},
            },
        [FSM_ESTABLISHED] =
            {
                [FSM_OPEN] = {act_unexpected, FSM_ESTABLISHED},
                [FSM_UPDATE] = {act_update, FSM_ESTABLISHED},
                [FSM_KEEPALIVE] = {act_alive, FSM_ESTABLISHED},
                [FSM_REFRESH] = {act_refresh, FSM_ESTABLISHED},
                [FSM_OPERATIONAL] = {act_operational, FSM_ESTABLISHED},
                [FSM_NOTIFICATION] = {act_notified, FSM_GONE},
                [FSM_TCP_DOWN] = {act_lost, FSM_GONE},
                [FSM_STATE_DUE] = {act_hold_expired, FSM_ESTABLISHED},
                [FSM_KEEPALIVE_DUE] = {act_keepalive_due, FSM_ESTABLISHED},
                [FSM_SEND_HOLD_DUE] = {act_send_hold_expired, FSM_ESTABLISHED},
                [FSM_RESET] = {act_notify, FSM_CLOSING},
                [FSM_CLOSE] = {act_end, FSM_GONE},
            },
        [FSM_CLOSING] =
            {
                [FSM_TCP_DOWN] = {act_let_go, FSM_GONE},
                [FSM_STATE_DUE] = {act_nothing, FSM_GONE},
                [FSM_WRITTEN] = {act_let_go, FSM_GONE},
                [FSM_CLOSE] = {act_nothing, FSM_GONE},
            },
};

/* ---- Moving ---- */

static uint64_t fsm_open_wait(const struct channel *c, uint64_t now) {
    uint32_t wait = c->session->settings->open_wait;
    return timer_after(now, wait ? wait : OPEN_WAIT);
}

static void fsm_leave(struct channel *c, enum fsm_state before, const struct fsm_input *in) {
    struct session *s = c->session;
    uint64_t stream = c->stream;
    bool closing = c->state == FSM_CLOSING, let_go = c->let_go;
    session_drop_channel(c, closing);
    if (closing) {
        /* A peer that does not read is not waited for: the owner tries once (TMR-06). */
        c->state_at = in->now + (in->fault.code == 8 ? no_wait : close_wait);
        c->keepalive_at = UINT64_MAX;
        c->send_hold_at = UINT64_MAX;
        s->ears.hang_up(s->ears.context, stream, true);
    } else {
        if (!let_go)
            s->ears.hang_up(s->ears.context, stream, false);
        channel_free(c);
    }
    if (before != FSM_CLOSING) /* that one was settled when it began to close */
        session_settle(s, before == FSM_ESTABLISHED, in->now);
}

/* Timers are set anew with every state. */
static void fsm_enter(struct channel *c, enum fsm_state next, struct fsm_input *in) {
    struct session *s = c->session;
    enum fsm_state before = c->state;
    c->state = next;
    switch (next) {
    case FSM_CONNECT: break; /* where a channel begins */
    case FSM_WAIT: c->state_at = fsm_open_wait(c, in->now); break;
    case FSM_OPENSENT:
        c->state_at = fsm_open_wait(c, in->now);
        tell_state(c, SESSION_OPENSENT);
        break;
    case FSM_OPENCONFIRM:
        tell_state(c, SESSION_OPENCONFIRM);
        c->state_at = fsm_open_wait(c, in->now); /* stays when no hold time was agreed on */
        timer_set_hold(c, in->now);
        act_keepalive_due(c, in);
        break;
    case FSM_ESTABLISHED:
        c->state_at = UINT64_MAX;
        timer_set_hold(c, in->now); /* not the keepalive timer: the peer counts from our last KEEPALIVE */
        s->counters.up_since = in->now;
        s->counters.ups++;
        tell_state(c, SESSION_ESTABLISHED);
        tell(c, (struct session_event){.kind = SESSION_EVENT_UP});
        s->ears.output(s->ears.context, c->stream);
        break;
    case FSM_CLOSING:
    case FSM_GONE: fsm_leave(c, before, in); break;
    }
}

enum fsm_state fsm_feed(struct channel *c, enum fsm_event event, struct fsm_input *in) {
    const struct fsm_row *row = &fsm_table[c->state][event];
    if (!row->act)
        return c->state;
    if (!row->act(c, in)) {
        row = &fsm_table[c->state][in->fault.code ? FSM_RESET : FSM_CLOSE];
        row->act(c, in);
    }
    enum fsm_state next = row->next;
    if (next != c->state)
        fsm_enter(c, next, in);
    return next;
}
