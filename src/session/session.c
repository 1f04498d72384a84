/* A session: its life, its tries, and who owns which connection. The machine of one connection is in fsm.c. */
#include "session/session.h"

#include <stdio.h>

#include "base/memory.h"
#include "session/private.h"

enum {
    DIAL_WAIT = 30,   /* seconds that a dial may take */
    ACCEPT_WAIT = 5,  /* seconds that a connection that came in has, before we dial as well */
    CLOSING_MOST = 4, /* connections whose NOTIFICATION waits */
    FLAP = 10,        /* seconds; a session that lasted less than that flaps */
};
static const uint64_t breath = 100000; /* microseconds between a NOTIFICATION of ours and the next dial */

const char *session_state_name(enum session_state s) {
    static const char *const names[] = {"IDLE", "ACTIVE", "CONNECT", "OPENSENT", "OPENCONFIRM", "ESTABLISHED"};
    return names[s];
}

struct session *session_new(const struct session_settings *settings, const struct session_ears *ears, uint64_t seed) {
    struct session *s = memory_new(sizeof *s);
    s->settings = settings;
    s->ears = *ears;
    s->random = seed;
    s->retry_at = s->findings_at = UINT64_MAX;
    return s;
}

void session_free(struct session *s) {
    if (!s)
        return;
    while (s->closing) {
        struct channel *c = s->closing;
        s->closing = c->next;
        channel_free(c);
    }
    if (s->out)
        channel_free(s->out);
    if (s->in)
        channel_free(s->in);
    free(s->rows);
    free(s);
}

/* ---- Tries ---- */

static bool session_tries_left(const struct session *s) {
    return !s->settings->attempts || s->dials < s->settings->attempts;
}

static void session_finish(struct session *s) {
    s->running = false;
    s->finished = true;
    s->retry_at = UINT64_MAX;
    tell_session(s, (struct session_event){.kind = SESSION_EVENT_STOPPED});
}

/* The delays are ExaBGP's (config.md 25). A session that comes up and does not last would come back at once each time
 * by them, so those have a sequence of their own. */
static void session_retry_later(struct session *s, bool was_established, uint64_t now) {
    if (was_established) {
        bool lasted = now - s->counters.up_since >= timer_after(0, FLAP);
        s->retry_delay = lasted ? 0 : s->flap_delay;
        s->flap_delay = timer_next_delay(s->retry_delay);
    }
    s->retry_at = timer_jittered(s, now, s->retry_delay);
    s->retry_delay = timer_next_delay(s->retry_delay);
}

void session_settle(struct session *s, bool was_established, uint64_t now) {
    bool out_is_up = s->out && s->out->state != FSM_CONNECT;
    struct channel *next = out_is_up ? s->out : s->in;
    if (!s->running)
        return;
    if (!s->told && next)
        tell_story(next);
    if (s->out || s->in)
        return;
    if (!session_tries_left(s))
        session_finish(s);
    else
        session_retry_later(s, was_established, now);
}

static void session_dial(struct session *s, uint64_t now) {
    s->dials++;
    uint64_t stream = s->ears.dial(s->ears.context);
    if (!stream) {
        tell_session(s, (struct session_event){.kind = SESSION_EVENT_DROPPED,
                                               .reason = "closing connection",
                                               .detail = "no connection can be opened now"});
        session_settle(s, false, now);
        return;
    }
    s->out = channel_new(s, stream, false);
    s->out->state_at = timer_after(now, DIAL_WAIT);
}

static bool session_needs_dial(const struct session *s) {
    return !s->out && (!s->in || s->in->state < FSM_OPENCONFIRM);
}

static void session_try(struct session *s, uint64_t now) {
    s->retry_at = UINT64_MAX;
    if (!session_needs_dial(s))
        return;
    if (!s->told)
        tell_waiting(s);
    if (!s->settings->passive)
        session_dial(s, now);
}

void session_start(struct session *s, uint64_t now) {
    if (s->running)
        return;
    s->running = true;
    s->finished = false;
    s->dials = 0;
    s->retry_delay = s->flap_delay = 0;
    if (s->closing)
        s->retry_at = now + breath; /* the peer has to read our NOTIFICATION first, or it refuses the new one */
    else
        session_try(s, now);
}

/* ---- Ends ---- */

void session_drop_channel(struct channel *c, bool closing) {
    struct session *s = c->session;
    if (s->out == c)
        s->out = NULL;
    if (s->in == c)
        s->in = NULL;
    for (struct channel **at = &s->closing; *at; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            s->closing_count--;
            break;
        }
    if (closing) {
        c->next = s->closing;
        s->closing = c;
        s->closing_count++;
    }
}

static void put_communication(struct buffer *b, struct text text) {
    size_t len = text.len < UINT8_MAX ? text.len : UINT8_MAX;
    /* Not in the middle of a character. */
    while (len && len < text.len && ((unsigned char)text.p[len] & 0xc0) == 0x80)
        len--;
    put_u8(b, (uint8_t)len);
    put_octets(b, text.p, len);
}

/* The Data that ExaBGP gives a Cease (api-commands.md 7.3). Hard Reset holds another NOTIFICATION (RFC 8538). */
static void put_cease_data(struct buffer *b, uint8_t subcode, struct text text) {
    const char *name = notification_subcode_name(6, subcode);
    if (!text.len)
        text = text_of(strcmp(name, "unknown") ? name : "unknown notification type");
    if (subcode == 9) {
        put_u8(b, 6);
        put_u8(b, 4);
    } else if (subcode == 2 || subcode == 4) {
        put_communication(b, text);
    } else {
        put_text(b, text);
    }
}

static void session_end(struct channel *c, uint8_t subcode, struct text text, bool silent, uint64_t now) {
    uint8_t memory[512];
    struct buffer data = buffer_fixed(memory, sizeof memory);
    struct fsm_input in = {.now = now};
    if (silent)
        snprintf(in.reason, sizeof in.reason,
                 "graceful restarted negotiated, closing without sending any notification");
    else if (!subcode)
        snprintf(in.reason, sizeof in.reason, "stop, message [%.*s]",
                 TEXT_ARGS(text.len ? text : text_of("shutting down")));
    else
        put_cease_data(&data, subcode, text);
    bool speaks = subcode && !silent;
    fault_make(&in.fault, speaks ? "FSM-07" : NULL, speaks ? 6 : 0, subcode, buffer_cursor(&data), "%s",
               "stopped here");
    fsm_feed(c, speaks ? FSM_RESET : FSM_CLOSE, &in);
}

static bool session_silent(const struct session *s, uint8_t subcode, bool again) {
    const struct channel *c = s->told;
    return c && c->state == FSM_ESTABLISHED && subcode && subcode != 9 && (again || subcode == 3) &&
           c->terms.graceful_restart;
}

void session_stop(struct session *s, uint8_t subcode, struct text text, bool again, uint64_t now) {
    bool silent = session_silent(s, subcode, again), was_running = s->running;
    s->running = false;
    s->retry_at = UINT64_MAX;
    if (s->out)
        session_end(s->out, subcode, text, silent, now);
    if (s->in)
        session_end(s->in, subcode, text, silent, now);
    if (again && (was_running || s->finished))
        session_start(s, now);
}

void session_reset(struct session *s, const char *row, uint8_t code, uint8_t subcode, struct cursor data,
                   uint64_t now) {
    struct channel *ends[2] = {s->out, s->in};
    for (int i = 0; i < 2; i++) {
        if (!ends[i])
            continue;
        struct fsm_input in = {.now = now};
        fault_make(&in.fault, row, code, subcode, data, "%s / %s", notification_code_name(code),
                   notification_subcode_name(code, subcode));
        fsm_feed(ends[i], FSM_RESET, &in);
    }
}

/* ---- What happens to connections ---- */

static void session_connected(struct channel *c, struct ip local, struct ip peer, uint64_t now) {
    struct fsm_input in = {.now = now};
    c->local = local;
    c->peer = peer;
    fsm_feed(c, c->session->settings->offer.local_as ? FSM_TCP_UP : FSM_TCP_UP_SILENT, &in);
}

void session_dialed(struct session *s, uint64_t stream, struct ip local, struct ip peer, uint64_t now) {
    if (s->out && s->out->stream == stream && s->out->state == FSM_CONNECT)
        session_connected(s->out, local, peer, now);
}

bool session_accepted(struct session *s, uint64_t stream, struct ip local, struct ip peer, uint64_t now) {
    if (!s->running || s->closing_count >= CLOSING_MOST || !collision_accept(s, now) || !s->running)
        return false;
    s->in = channel_new(s, stream, true);
    if (s->retry_at != UINT64_MAX && s->retry_at < timer_after(now, ACCEPT_WAIT))
        s->retry_at = timer_after(now, ACCEPT_WAIT);
    session_connected(s->in, local, peer, now);
    return true;
}

void session_received(struct session *s, uint64_t stream, const uint8_t *octets, size_t len, uint64_t now) {
    struct channel *c = channel_of(s, stream);
    if (c)
        channel_read(c, cursor_of(octets, len), now);
}

void session_closed(struct session *s, uint64_t stream, const char *why, uint64_t now) {
    struct channel *c = channel_of(s, stream);
    struct fsm_input in = {.now = now};
    if (!c)
        return;
    fault_make(&in.fault, c->state == FSM_CONNECT ? NULL : "HDR-12", 0, 0, cursor_of(NULL, 0), "%s", why ? why : "");
    fsm_feed(c, FSM_TCP_DOWN, &in);
}

struct cursor session_output(struct session *s, uint64_t stream, uint64_t now) {
    struct channel *c = channel_of(s, stream);
    if (!c)
        return cursor_of(NULL, 0);
    /* A KEEPALIVE that is due goes out now, however busy the owner's timers are. */
    if (c->keepalive_at <= now)
        fsm_feed(c, FSM_KEEPALIVE_DUE, &(struct fsm_input){.now = now});
    return channel_output(c, now);
}

void session_sent(struct session *s, uint64_t stream, size_t len, uint64_t now) {
    struct channel *c = channel_of(s, stream);
    if (c)
        channel_sent(c, len, now);
}

static struct channel *session_established(const struct session *s) {
    return s->told && s->told->state == FSM_ESTABLISHED ? s->told : NULL;
}

void session_wake(struct session *s, uint64_t now) {
    struct channel *c = session_established(s);
    (void)now;
    if (!c)
        return;
    c->dry = false;
    s->ears.output(s->ears.context, c->stream);
}

/* ---- Time ---- */

void session_pause(struct session *s, bool paused, uint64_t now) {
    struct channel *c = session_established(s);
    s->paused = paused;
    if (c && !paused)
        timer_set_hold(c, now);
}

static struct channel *session_first_due(const struct session *s, uint64_t *at) {
    struct channel *first = NULL;
    *at = UINT64_MAX;
    struct channel *alive[2] = {s->out, s->in};
    for (int i = 0; i < 2; i++)
        if (alive[i] && timer_first(alive[i]) < *at)
            *at = timer_first(first = alive[i]);
    for (struct channel *c = s->closing; c; c = c->next)
        if (timer_first(c) < *at)
            *at = timer_first(first = c);
    return first;
}

uint64_t session_deadline(const struct session *s) {
    uint64_t at;
    session_first_due(s, &at);
    at = at < s->retry_at ? at : s->retry_at;
    return at < s->findings_at ? at : s->findings_at;
}

void session_timer(struct session *s, uint64_t now) {
    uint64_t at;
    struct channel *c;
    while ((c = session_first_due(s, &at)) && at <= now)
        timer_run(c, now);
    if (s->findings_at <= now)
        tally_tell_held(s, now);
    if (s->retry_at <= now)
        session_try(s, now);
}

/* ---- Questions ---- */

static enum session_state session_state_of(const struct channel *c) {
    static const enum session_state states[FSM_STATES] = {
        [FSM_CONNECT] = SESSION_CONNECT,         [FSM_WAIT] = SESSION_CONNECT,
        [FSM_OPENSENT] = SESSION_OPENSENT,       [FSM_OPENCONFIRM] = SESSION_OPENCONFIRM,
        [FSM_ESTABLISHED] = SESSION_ESTABLISHED, [FSM_CLOSING] = SESSION_IDLE,
    };
    return c ? states[c->state] : SESSION_IDLE;
}

enum session_state session_state(const struct session *s) {
    enum session_state out = session_state_of(s->out), in = session_state_of(s->in);
    if (s->out || s->in)
        return out > in ? out : in;
    return s->running ? SESSION_ACTIVE : SESSION_IDLE;
}

uint64_t session_stream(const struct session *s) {
    const struct channel *c = session_established(s);
    return c ? c->stream : 0;
}

bool session_finished(const struct session *s) {
    return s->finished;
}

bool session_unsent(const struct session *s) {
    const struct channel *c = session_established(s);
    return c && channel_waits(c);
}

static size_t channel_memory(const struct channel *c) {
    return sizeof *c + buffer_memory(&c->inbox) + buffer_memory(&c->urgent) + buffer_memory(&c->wire) +
           buffer_memory(&c->our_open) + buffer_memory(&c->peer_open);
}

size_t session_memory(const struct session *s) {
    size_t memory = sizeof *s;
    memory += s->out ? channel_memory(s->out) : 0;
    memory += s->in ? channel_memory(s->in) : 0;
    for (const struct channel *c = s->closing; c; c = c->next)
        memory += channel_memory(c);
    return memory;
}

bool session_quiet(const struct session *s) {
    return !s->out && !s->in && !s->closing;
}

const struct terms *session_terms(const struct session *s) {
    const struct channel *c = session_established(s);
    return c ? &c->terms : NULL;
}

const struct open *session_open(const struct session *s, bool ours) {
    const struct channel *c = session_established(s);
    return c ? ours ? &c->ours : &c->peers : NULL;
}

void session_tell_sent(struct session *s, bool updates, bool others) {
    s->tell_updates = updates;
    s->tell_others = others;
}
