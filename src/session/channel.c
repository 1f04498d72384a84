/* The octets of one connection: messages cut out of what comes, and what goes out in its order.
 *
 * In: a message is handled where it lies; only the beginning of one that is not whole yet is copied, octet for octet as
 * it comes, so its announced length never sizes anything (GEN-03). Out: two queues, our own messages and what the owner
 * gave. Ours go first, but never into the middle of a message that was begun. Both queues have no memory when empty. */
#include <assert.h>

#include "base/memory.h"
#include "session/private.h"

enum { OUTBOX_MOST = 64 * 1024, LENGTH_AT = 16 };

struct channel *channel_new(struct session *s, uint64_t stream, bool incoming) {
    struct channel *c = memory_new(sizeof *c);
    c->session = s;
    c->stream = stream;
    c->incoming = incoming;
    c->state = FSM_CONNECT;
    c->receive_most = MESSAGE_MOST;
    c->state_at = c->keepalive_at = c->send_hold_at = UINT64_MAX;
    c->inbox = c->urgent = c->wire = c->our_open = c->peer_open = buffer_growing();
    return c;
}

void channel_free(struct channel *c) {
    buffer_release(&c->inbox);
    buffer_release(&c->urgent);
    buffer_release(&c->wire);
    buffer_release(&c->our_open);
    buffer_release(&c->peer_open);
    free(c);
}

struct channel *channel_of(const struct session *s, uint64_t stream) {
    if (s->out && s->out->stream == stream)
        return s->out;
    if (s->in && s->in->stream == stream)
        return s->in;
    for (struct channel *c = s->closing; c; c = c->next)
        if (c->stream == stream)
            return c;
    return NULL;
}

/* ---- In ---- */

static bool channel_reads(enum fsm_state state) {
    return state >= FSM_WAIT && state <= FSM_ESTABLISHED;
}

/* As the header says. */
static size_t message_length(const uint8_t *message) {
    return (size_t)message[LENGTH_AT] << 8 | message[LENGTH_AT + 1];
}

static enum fsm_state channel_handle(struct channel *c, const struct message *m, uint64_t now) {
    struct fsm_input in = {.now = now, .message = m};
    tally_message(c->session, false, m->type);
    return fsm_feed(c, (enum fsm_event)m->type, &in);
}

static enum fsm_state channel_fail(struct channel *c, struct fsm_input *in) {
    return fsm_feed(c, in->fault.code ? FSM_RESET : FSM_CLOSE, in);
}

/* One message from the front of `octets`. False: it is not whole, or the channel reads no more. */
static bool channel_read_whole(struct channel *c, struct cursor *octets, uint64_t now) {
    struct fsm_input in = {.now = now};
    struct message m;
    switch (message_next(octets, c->receive_most, c->operational, &m, &in.fault)) {
    case FRAMING_MESSAGE: return channel_reads(channel_handle(c, &m, now));
    case FRAMING_FAULT: channel_fail(c, &in); return false;
    case FRAMING_MORE: break;
    }
    put_cursor(&c->inbox, *octets);
    return false;
}

/* Adds to the message that is not whole as much as it lacks: to its header, then to its body. */
static bool channel_read_rest(struct channel *c, struct cursor *octets, uint64_t now) {
    size_t have = buffer_len(&c->inbox), left = cursor_left(octets);
    size_t lacks = have < MESSAGE_HEADER ? MESSAGE_HEADER - have : message_length(c->inbox.base) - have;
    put_cursor(&c->inbox, cursor_cut(octets, lacks < left ? lacks : left));
    struct fsm_input in = {.now = now};
    struct message m;
    struct cursor begun = buffer_cursor(&c->inbox);
    switch (message_next(&begun, c->receive_most, c->operational, &m, &in.fault)) {
    case FRAMING_MORE: return true;
    case FRAMING_FAULT: channel_fail(c, &in); return false;
    case FRAMING_MESSAGE: break;
    }
    if (!channel_reads(channel_handle(c, &m, now)))
        return false;
    buffer_release(&c->inbox);
    return true;
}

void channel_read(struct channel *c, struct cursor octets, uint64_t now) {
    bool more = channel_reads(c->state);
    while (more && !cursor_done(&octets))
        more = buffer_len(&c->inbox) ? channel_read_rest(c, &octets, now) : channel_read_whole(c, &octets, now);
}

/* ---- Out ---- */

bool channel_waits(const struct channel *c) {
    return buffer_len(&c->urgent) || buffer_len(&c->wire);
}

/* What is to be written next. Only the rest of a message that was begun goes before ours. */
static struct cursor channel_view(const struct channel *c) {
    struct cursor urgent = buffer_cursor(&c->urgent), wire = buffer_cursor(&c->wire);
    urgent.p += c->urgent_sent;
    wire.p += c->wire_sent;
    if (cursor_done(&urgent))
        return wire;
    if (c->urgent_sent || c->wire_sent == c->wire_boundary)
        return urgent;
    return cursor_of(wire.p, c->wire_boundary - c->wire_sent);
}

static void channel_tell_sent(struct channel *c, const struct message *m) {
    struct session *s = c->session;
    struct session_event event = {.kind = SESSION_EVENT_MESSAGE, .sent = true, .message = *m};
    struct cursor body = m->body;
    struct refresh refresh;
    struct fault unused;
    bool ignore;
    if (m->type == MESSAGE_UPDATE) {
        /* Read with the eyes of the peer: what we send with path identifiers, it receives with them. */
        struct terms mirror = c->terms;
        mirror.add_path_receive = c->terms.add_path_send;
        mirror.add_path_send = c->terms.add_path_receive;
        mirror.aigp = true;
        if (update_open_as_said(s->settings->update, m->body, &mirror, &unused))
            event.update = s->settings->update;
        tell(c, event);
        return;
    }
    if (m->type == MESSAGE_ROUTE_REFRESH && refresh_open(m->body, *m, true, &refresh, &ignore, &unused))
        event.refresh = &refresh;
    if (m->type == MESSAGE_NOTIFICATION) {
        event.code = cursor_u8(&body);
        event.subcode = cursor_u8(&body);
        event.data = body;
    }
    tell(c, event);
}

/* Counts and tells of the messages that `octets` are. Gives back whether one keeps the peer's hold timer up. */
static bool channel_account(struct channel *c, struct cursor octets) {
    struct session *s = c->session;
    bool keeps_up = false;
    while (!cursor_done(&octets)) {
        struct message m = {.type = octets.p[LENGTH_AT + 2], .whole = cursor_cut(&octets, message_length(octets.p))};
        m.body = m.whole;
        cursor_take(&m.body, MESSAGE_HEADER);
        assert(!m.body.bad);
        tally_message(s, true, m.type);
        keeps_up |= m.type == MESSAGE_UPDATE || m.type == MESSAGE_KEEPALIVE;
        if (m.type == MESSAGE_OPEN)
            tell_open(c, true);
        else if (m.type == MESSAGE_UPDATE ? s->tell_updates : s->tell_others)
            channel_tell_sent(c, &m);
    }
    return keeps_up;
}

void channel_queued(struct channel *c, size_t start, uint64_t now) {
    struct session *s = c->session;
    channel_account(c, buffer_since(&c->urgent, start));
    if (c->send_hold_at == UINT64_MAX)
        timer_set_send_hold(c, now);
    s->ears.output(s->ears.context, c->stream);
}

/* The last message of a connection takes the place of all that was not begun. */
void channel_notify(struct channel *c, const struct fault *fault, uint64_t now) {
    size_t start = buffer_len(&c->urgent);
    put_notification(&c->urgent, fault->code, fault->subcode, fault->data);
    buffer_cut(&c->wire, c->wire_boundary);
    if (c->wire_sent == c->wire_boundary) {
        buffer_clear(&c->wire);
        c->wire_sent = c->wire_boundary = 0;
    }
    channel_queued(c, start, now);
}

/* Ours that wait go first, and in one piece with what is pulled: a session that comes up writes its KEEPALIVE and its
 * routes at once. They do not count as part of what the owner may give: else an outbox that is no larger than a
 * KEEPALIVE would be full with it, and the session would believe that nothing more is to come. */
static void channel_pull(struct channel *c, uint64_t now) {
    struct session *s = c->session;
    size_t most = s->settings->outbox_most ? s->settings->outbox_most : OUTBOX_MOST, ours = buffer_len(&c->urgent);
    if (ours) {
        put_cursor(&c->wire, buffer_cursor(&c->urgent));
        buffer_release(&c->urgent);
        c->keepalive_waits = false;
    }
    bool more = s->ears.pull(s->ears.context, &c->terms, &c->wire, most + ours);
    size_t len = buffer_len(&c->wire);
    c->dry = !more || len == ours;
    if (!len) {
        buffer_release(&c->wire);
        return;
    }
    if (channel_account(c, buffer_since(&c->wire, ours)))
        timer_set_keepalive(c, now);
    timer_set_send_hold(c, now);
}

struct cursor channel_output(struct channel *c, uint64_t now) {
    if (!buffer_len(&c->wire) && !c->urgent_sent && c->state == FSM_ESTABLISHED && !c->dry)
        channel_pull(c, now);
    return channel_view(c);
}

static void channel_sent_urgent(struct channel *c, size_t len) {
    c->urgent_sent += len;
    if (c->urgent_sent < buffer_len(&c->urgent))
        return;
    buffer_release(&c->urgent);
    c->urgent_sent = 0;
    c->keepalive_waits = false;
}

static void channel_sent_wire(struct channel *c, size_t len) {
    c->wire_sent += len;
    while (c->wire_boundary < c->wire_sent)
        c->wire_boundary += message_length(c->wire.base + c->wire_boundary);
    if (c->wire_sent < buffer_len(&c->wire))
        return;
    if (c->dry || c->state != FSM_ESTABLISHED)
        buffer_release(&c->wire);
    else
        buffer_clear(&c->wire);
    c->wire_sent = c->wire_boundary = 0;
}

void channel_sent(struct channel *c, size_t len, uint64_t now) {
    struct cursor view = channel_view(c);
    bool urgent = view.p >= c->urgent.base && view.p < c->urgent.p;
    if (len > cursor_left(&view))
        len = cursor_left(&view);
    if (len == 0)
        return;
    if (urgent)
        channel_sent_urgent(c, len);
    else
        channel_sent_wire(c, len);
    c->send_hold_at = UINT64_MAX;
    if (channel_waits(c))
        timer_set_send_hold(c, now);
    if (c->state == FSM_CLOSING && !channel_waits(c))
        fsm_feed(c, FSM_WRITTEN, &(struct fsm_input){.now = now});
}
