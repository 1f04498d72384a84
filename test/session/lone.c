#include "session/lone.h"

#include <stdio.h>

#include "base/number.h"
#include "unit/unit.h"

static const uint64_t second = 1000000;

/* ---- The owner of the session ---- */

static uint64_t lone_dial(void *context) {
    struct lone *l = context;
    l->dials++;
    if (l->no_dial)
        return 0;
    assert_true(l->last + 1 < LONE_STREAMS);
    return ++l->last;
}

static void lone_hang_up(void *context, uint64_t stream, bool after_output) {
    struct lone *l = context;
    assert_true(stream && stream <= l->last);
    assert_false(l->streams[stream].closed);
    if (after_output)
        l->streams[stream].finishing = true;
    else
        l->streams[stream].closed = true;
}

static void lone_output(void *context, uint64_t stream) {
    struct lone *l = context;
    assert_true(stream && stream <= l->last);
    assert_false(l->streams[stream].closed);
}

static bool lone_pull(void *context, const struct terms *terms, struct buffer *out, size_t most) {
    struct lone *l = context;
    struct cursor says = buffer_cursor(&l->says);
    assert_non_null(terms);
    l->pulls++;
    while (cursor_left(&says) && buffer_len(out) < most) {
        struct cursor length = says;
        cursor_take(&length, 16);
        put_cursor(out, cursor_cut(&says, cursor_u16(&length)));
    }
    buffer_drop(&l->says, buffer_len(&l->says) - cursor_left(&says));
    return buffer_len(&l->says) > 0;
}

static void put_message_name(struct buffer *b, uint8_t type) {
    static const char *const names[] = {"?", "OPEN", "UPDATE", "NOTIFICATION", "KEEPALIVE", "REFRESH", "OPERATIONAL"};
    put_string(b, type < sizeof names / sizeof *names ? names[type] : "?");
}

static void put_row(struct buffer *b, const struct session_event *e) {
    if (e->row)
        put_format(b, " [%s]", e->row);
}

static void put_event_message(struct buffer *b, const struct session_event *e) {
    put_string(b, e->sent ? "sent " : "got ");
    put_message_name(b, e->message.type);
    if (e->message.type == MESSAGE_NOTIFICATION)
        put_format(b, " %u/%u", e->code, e->subcode);
    bool readable = e->open || e->update || e->refresh;
    bool has_content = e->message.type == MESSAGE_OPEN || e->message.type == MESSAGE_UPDATE ||
                       e->message.type == MESSAGE_ROUTE_REFRESH;
    if (has_content && !readable)
        put_literal(b, " raw");
}

static void lone_heard(void *context, const struct session_event *e) {
    struct lone *l = context;
    struct buffer *b = &l->events;
    if (buffer_len(b))
        put_char(b, ',');
    switch (e->kind) {
    case SESSION_EVENT_CONNECTED: put_literal(b, "connected"); break;
    case SESSION_EVENT_STATE: put_string(b, session_state_name(e->state)); break;
    case SESSION_EVENT_MESSAGE: put_event_message(b, e); break;
    case SESSION_EVENT_NEGOTIATED:
        assert_non_null(e->terms);
        put_literal(b, "negotiated");
        break;
    case SESSION_EVENT_UP:
        assert_non_null(e->terms);
        put_literal(b, "up");
        break;
    case SESSION_EVENT_DOWN:
        put_format(b, "down %s", e->reason);
        put_row(b, e);
        break;
    case SESSION_EVENT_DROPPED:
        put_format(b, "dropped %s", e->detail);
        put_row(b, e);
        break;
    case SESSION_EVENT_STOPPED: put_literal(b, "stopped"); break;
    case SESSION_EVENT_FINDING:
        put_literal(b, "finding");
        put_row(b, e);
        if (e->repeats > 1)
            put_format(b, " %u", (unsigned)e->repeats);
        break;
    }
}

/* ---- Life ---- */

static struct offer lone_offer(uint32_t as, uint32_t router_id) {
    return (struct offer){.local_as = as,
                          .router_id = router_id,
                          .hold_time = 90,
                          .families = family_bit(&family_ipv4_unicast),
                          .asn4 = true};
}

void lone_init(struct lone *l) {
    memset(l, 0, sizeof *l);
    l->now = 1000 * second;
    l->settings.offer = lone_offer(65001, 0x01010101);
    l->settings.offer.peer_as = 65002;
    l->peer = lone_offer(65002, 0x02020202);
    l->settings.local = ip_of((const uint8_t[]){127, 0, 0, 1}, 4);
    l->settings.peer = ip_of((const uint8_t[]){127, 0, 0, 2}, 4);
    l->settings.open_wait = 60;
    l->settings.update = malloc(sizeof *l->settings.update);
    l->events = l->says = buffer_growing();
    for (int i = 0; i < LONE_STREAMS; i++)
        l->streams[i].out = buffer_growing();
    const struct session_ears ears = {l, lone_dial, lone_hang_up, lone_output, lone_pull, lone_heard};
    l->session = session_new(&l->settings, &ears, 1);
    session_tell_sent(l->session, true, true);
}

void lone_release(struct lone *l) {
    session_free(l->session);
    free(l->settings.update);
    buffer_release(&l->events);
    buffer_release(&l->says);
    for (int i = 0; i < LONE_STREAMS; i++)
        buffer_release(&l->streams[i].out);
}

void lone_start(struct lone *l) {
    session_start(l->session, l->now);
    lone_drain(l);
}

void lone_drain(struct lone *l) {
    for (uint64_t stream = 1; stream <= l->last; stream++) {
        struct lone_stream *s = &l->streams[stream];
        struct cursor out;
        while (!s->closed && !s->stuck) {
            out = session_output(l->session, stream, l->now);
            if (cursor_done(&out))
                break;
            put_cursor(&s->out, out);
            session_sent(l->session, stream, cursor_left(&out), l->now);
        }
        if (s->finishing && !s->stuck)
            s->closed = true;
    }
}

uint64_t lone_connect(struct lone *l) {
    uint64_t stream = l->last;
    session_dialed(l->session, stream, l->settings.local, l->settings.peer, l->now);
    lone_drain(l);
    return stream;
}

uint64_t lone_accept(struct lone *l) {
    assert_true(l->last + 1 < LONE_STREAMS);
    uint64_t stream = ++l->last;
    bool taken = session_accepted(l->session, stream, l->settings.local, l->settings.peer, l->now);
    l->streams[stream].closed = !taken;
    lone_drain(l);
    return taken ? stream : 0;
}

void lone_give(struct lone *l, uint64_t stream, struct cursor octets) {
    /* From memory of its own, so that a sanitizer sees who reads past its end or keeps it. */
    size_t len = cursor_left(&octets);
    uint8_t *copy = malloc(len ? len : 1);
    cursor_copy(&octets, copy, len);
    session_received(l->session, stream, copy, len, l->now);
    free(copy);
    lone_drain(l);
}

void lone_give_hex(struct lone *l, uint64_t stream, const char *hex) {
    struct buffer octets = buffer_growing();
    for (const char *p = hex; *p; p += *p == ' ' ? 1 : 2)
        if (*p != ' ')
            assert_true(hex_parse((struct text){p, 2}, &octets));
    lone_give(l, stream, buffer_cursor(&octets));
    buffer_release(&octets);
}

void lone_give_open(struct lone *l, uint64_t stream) {
    struct buffer open = buffer_growing();
    put_open(&open, &l->peer, l->peer.local_as);
    lone_give(l, stream, buffer_cursor(&open));
    buffer_release(&open);
}

void lone_give_keepalive(struct lone *l, uint64_t stream) {
    struct buffer keepalive = buffer_growing();
    put_keepalive(&keepalive);
    lone_give(l, stream, buffer_cursor(&keepalive));
    buffer_release(&keepalive);
}

void lone_close(struct lone *l, uint64_t stream, const char *why) {
    l->streams[stream].closed = true;
    session_closed(l->session, stream, why, l->now);
    lone_drain(l);
}

/* ---- Time ---- */

void lone_pass(struct lone *l, uint64_t microseconds) {
    uint64_t until = l->now + microseconds, at;
    while ((at = session_deadline(l->session)) <= until) {
        assert_true(at >= l->now);
        l->now = at;
        session_timer(l->session, l->now);
        assert_true(session_deadline(l->session) > l->now);
        lone_drain(l);
    }
    l->now = until;
}

void lone_pass_seconds(struct lone *l, uint64_t seconds) {
    lone_pass(l, seconds * second);
}

/* ---- Short cuts ---- */

uint64_t lone_to_opensent(struct lone *l) {
    lone_start(l);
    return lone_connect(l);
}

uint64_t lone_to_openconfirm(struct lone *l) {
    uint64_t stream = lone_to_opensent(l);
    lone_give_open(l, stream);
    assert_int_equal(session_state(l->session), SESSION_OPENCONFIRM);
    return stream;
}

uint64_t lone_to_established(struct lone *l) {
    uint64_t stream = lone_to_openconfirm(l);
    lone_give_keepalive(l, stream);
    assert_int_equal(session_state(l->session), SESSION_ESTABLISHED);
    return stream;
}

/* ---- What came of it ---- */

const char *lone_events(struct lone *l) {
    const char *events = written(&l->events);
    buffer_clear(&l->events);
    return events;
}

const char *lone_written(struct lone *l, uint64_t stream) {
    struct buffer *out = &l->streams[stream].out;
    static char text[4096];
    struct buffer b = buffer_fixed(text, sizeof text - 1);
    struct cursor octets = buffer_cursor(out);
    struct message m;
    struct fault fault;
    while (message_next(&octets, MESSAGE_MOST_EXTENDED, true, &m, &fault) == FRAMING_MESSAGE) {
        if (buffer_len(&b))
            put_char(&b, ',');
        put_message_name(&b, m.type);
        if (m.type == MESSAGE_NOTIFICATION) {
            put_format(&b, " %u/%u", m.body.p[0], m.body.p[1]);
            cursor_take(&m.body, 2);
            if (!cursor_done(&m.body))
                put_char(&b, ' ');
            put_hex(&b, m.body);
        }
    }
    assert_true(cursor_done(&octets));
    buffer_clear(out);
    *b.p = 0;
    return text;
}

uint64_t lone_row(const struct lone *l, const char *row) {
    unsigned walk = 0;
    const char *found;
    uint64_t count;
    while (session_row_count(l->session, &walk, &found, &count))
        if (!strcmp(found, row))
            return count;
    return 0;
}
