#include "session/sim.h"

#include "unit/unit.h"

static const uint64_t second = 1000000;

uint64_t sim_random(struct sim *s, uint64_t below) {
    uint64_t z = s->random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

static uint64_t sim_name(unsigned wire, int side) {
    return 2 * (uint64_t)wire + 2 + (uint64_t)side;
}

static struct sim_wire *sim_wire_of(struct sim *s, int side, uint64_t name) {
    unsigned wire = (unsigned)(name / 2 - 1);
    assert_true(wire < s->wire_count);
    assert_int_equal(sim_name(wire, side), name);
    return &s->wires[wire];
}

/* ---- The owner of a session ---- */

static uint64_t sim_dial(void *context) {
    struct sim_side *side = context;
    struct sim *s = side->sim;
    assert_true(s->wire_count < SIM_WIRES);
    struct sim_wire *w = &s->wires[s->wire_count++];
    memset(w, 0, sizeof *w);
    w->dialer = (int)(side - s->sides);
    w->dial_done = s->now + sim_random(s, s->delay_most + 1);
    w->open[w->dialer] = true;
    w->to[0].octets = w->to[1].octets = buffer_growing();
    return sim_name(s->wire_count - 1, w->dialer);
}

/* Closes one end. What was written before still arrives, or is lost where the system has to reset. */
static void sim_close_end(struct sim *s, struct sim_wire *w, int side) {
    struct sim_pipe *away = &w->to[!side];
    if (!w->open[side])
        return;
    w->open[side] = w->finishing[side] = false;
    if (w->to[side].count && sim_random(s, 2)) {
        buffer_clear(&away->octets);
        away->count = 0;
    }
    away->ends = true;
    buffer_release(&w->to[side].octets);
    w->to[side].octets = buffer_growing();
    w->to[side].count = 0;
}

static void sim_hang_up(void *context, uint64_t name, bool after_output) {
    struct sim_side *side = context;
    int at = (int)(side - side->sim->sides);
    struct sim_wire *w = sim_wire_of(side->sim, at, name);
    assert_true(w->open[at]);
    if (after_output)
        w->finishing[at] = w->wants[at] = true;
    else
        sim_close_end(side->sim, w, at);
}

static void sim_output(void *context, uint64_t name) {
    struct sim_side *side = context;
    int at = (int)(side - side->sim->sides);
    struct sim_wire *w = sim_wire_of(side->sim, at, name);
    assert_true(w->open[at]);
    w->wants[at] = true;
}

static void put_number(struct buffer *b, uint32_t number) {
    size_t start = message_begin(b, MESSAGE_UPDATE);
    put_u16(b, 5);
    put_u8(b, 32);
    put_u32(b, number);
    put_u16(b, 0);
    message_end(b, start);
}

static bool sim_pull(void *context, const struct terms *terms, struct buffer *out, size_t most) {
    struct sim_side *side = context;
    assert_non_null(terms);
    assert_true(side->up);
    while (side->said < side->will_say && buffer_len(out) < most)
        put_number(out, side->said++);
    return side->said < side->will_say;
}

static void sim_heard_message(struct sim_side *side, const struct session_event *e) {
    assert_true(side->connected);
    if (e->sent || e->message.type != MESSAGE_UPDATE)
        return;
    assert_true(side->up);
    assert_non_null(e->update);
    struct cursor body = e->message.body;
    cursor_take(&body, 3);
    assert_int_equal(cursor_u32(&body), side->heard);
    side->heard++;
}

/* The states that may come after each other, as a helper sees them. */
static void sim_check_state(struct sim_side *side, enum session_state state) {
    enum session_state before = side->state;
    if (state == SESSION_CONNECT)
        assert_true(side->connected && before == SESSION_IDLE);
    else if (state > SESSION_CONNECT)
        assert_true(side->connected && state == before + 1);
    else if (before > SESSION_CONNECT)
        assert_true(!side->connected && state == SESSION_IDLE);
    side->state = state;
}

static void sim_heard(void *context, const struct session_event *e) {
    struct sim_side *side = context;
    switch (e->kind) {
    case SESSION_EVENT_CONNECTED:
        assert_false(side->connected);
        side->connected = true;
        side->connects++;
        break;
    case SESSION_EVENT_STATE: sim_check_state(side, e->state); break;
    case SESSION_EVENT_MESSAGE: sim_heard_message(side, e); break;
    case SESSION_EVENT_NEGOTIATED: assert_true(side->connected && side->state == SESSION_OPENSENT); break;
    case SESSION_EVENT_UP:
        assert_true(side->connected && !side->up && side->state == SESSION_ESTABLISHED);
        side->up = true;
        side->said = side->heard = 0;
        side->ups++;
        break;
    case SESSION_EVENT_DOWN:
        assert_true(side->connected);
        assert_non_null(e->reason);
        side->connected = side->up = false;
        side->downs++;
        break;
    case SESSION_EVENT_STOPPED:
    case SESSION_EVENT_DROPPED: break;
    case SESSION_EVENT_FINDING: fail(); break;
    }
}

/* ---- The network ---- */

static struct ip sim_ip(int side) {
    return ip_of((const uint8_t[]){10, 0, 0, (uint8_t)(side + 1)}, 4);
}

static void sim_dial_ends(struct sim *s, unsigned wire) {
    struct sim_wire *w = &s->wires[wire];
    int from = w->dialer, to = !from;
    w->dial_done = UINT64_MAX;
    bool refused = sim_random(s, 8) < s->refuse_in_8;
    if (!w->open[from])
        return;
    if (!refused) {
        w->open[to] = true; /* it may have something to say at once */
        refused = !session_accepted(s->sides[to].session, sim_name(wire, to), sim_ip(to), sim_ip(from), s->now);
        if (refused)
            w->open[to] = false;
    }
    if (refused) {
        w->open[from] = false;
        session_closed(s->sides[from].session, sim_name(wire, from), "connection refused", s->now);
    } else {
        session_dialed(s->sides[from].session, sim_name(wire, from), sim_ip(from), sim_ip(to), s->now);
    }
}

/* The first piece on its way to `side` arrives, or the end of it all. */
static void sim_arrive(struct sim *s, unsigned wire, int side) {
    struct sim_wire *w = &s->wires[wire];
    struct sim_pipe *pipe = &w->to[side];
    uint64_t name = sim_name(wire, side);
    if (pipe->count == 0) {
        pipe->ends = false;
        w->open[side] = w->finishing[side] = false;
        session_closed(s->sides[side].session, name, "closed by the remote end", s->now);
        return;
    }
    /* From memory of its own: a sanitizer sees who keeps it or reads past it. */
    size_t len = pipe->pieces[0].len;
    uint8_t *octets = malloc(len);
    memcpy(octets, pipe->octets.base, len);
    buffer_drop(&pipe->octets, len);
    pipe->count--;
    memmove(pipe->pieces, pipe->pieces + 1, pipe->count * sizeof *pipe->pieces);
    session_received(s->sides[side].session, name, octets, len, s->now);
    free(octets);
    w->wants[!side] = w->open[!side];
}

static bool sim_takes(const struct sim *s, const struct sim_pipe *pipe) {
    return !pipe->lost && pipe->count < sizeof pipe->pieces / sizeof *pipe->pieces &&
           buffer_len(&pipe->octets) < s->window;
}

static void sim_write(struct sim *s, unsigned wire, int side) {
    struct sim_wire *w = &s->wires[wire];
    struct sim_pipe *pipe = &w->to[!side];
    uint64_t name = sim_name(wire, side);
    w->wants[side] = false;
    while (w->open[side] && sim_takes(s, pipe)) {
        struct cursor out = session_output(s->sides[side].session, name, s->now);
        size_t len = cursor_left(&out), room = s->window - buffer_len(&pipe->octets);
        if (len == 0) {
            if (w->finishing[side])
                sim_close_end(s, w, side);
            return;
        }
        len = len < room ? len : room;
        len = len < s->piece_most ? len : 1 + sim_random(s, s->piece_most);
        if (len > cursor_left(&out))
            len = cursor_left(&out);
        uint64_t at = s->now + sim_random(s, s->delay_most + 1);
        if (pipe->count && pipe->pieces[pipe->count - 1].at > at)
            at = pipe->pieces[pipe->count - 1].at;
        put_octets(&pipe->octets, out.p, len);
        pipe->pieces[pipe->count++] = (struct sim_piece){at, len};
        s->sides[side].last_spoke = s->now;
        session_sent(s->sides[side].session, name, len, s->now);
    }
}

void sim_cut(struct sim *s, unsigned wire, bool left_hears, bool right_hears) {
    struct sim_wire *w = &s->wires[wire];
    bool hears[SIM_SIDES] = {left_hears, right_hears};
    w->dial_done = UINT64_MAX;
    for (int side = 0; side < SIM_SIDES; side++) {
        struct sim_pipe *pipe = &w->to[side];
        buffer_clear(&pipe->octets);
        pipe->count = 0;
        pipe->lost = true;
        pipe->ends = false;
        if (!hears[side] || !w->open[side])
            continue;
        w->open[side] = w->finishing[side] = false;
        session_closed(s->sides[side].session, sim_name(wire, side), "connection reset", s->now);
    }
}

/* ---- Time ---- */

static uint64_t sim_pipe_due(const struct sim *s, const struct sim_wire *w, int side) {
    const struct sim_pipe *pipe = &w->to[side];
    if (!w->open[side] || s->sides[side].deaf || pipe->lost)
        return UINT64_MAX;
    return pipe->count ? pipe->pieces[0].at : pipe->ends ? 0 : UINT64_MAX;
}

/* One thing that is due at `now` or before; false: none. */
static bool sim_network_step(struct sim *s) {
    for (unsigned i = s->first_wire; i < s->wire_count; i++) {
        struct sim_wire *w = &s->wires[i];
        if (w->dial_done <= s->now) {
            sim_dial_ends(s, i);
            return true;
        }
        for (int side = 0; side < SIM_SIDES; side++) {
            if (w->wants[side]) {
                sim_write(s, i, side);
                return true;
            }
            if (sim_pipe_due(s, w, side) <= s->now) {
                sim_arrive(s, i, side);
                return true;
            }
        }
    }
    return false;
}

static void sim_forget_wires(struct sim *s) {
    while (s->first_wire < s->wire_count) {
        struct sim_wire *w = &s->wires[s->first_wire];
        if (w->open[0] || w->open[1] || w->dial_done != UINT64_MAX)
            return;
        buffer_release(&w->to[0].octets);
        buffer_release(&w->to[1].octets);
        s->first_wire++;
    }
}

static uint64_t sim_next(const struct sim *s) {
    uint64_t next = UINT64_MAX;
    for (unsigned i = s->first_wire; i < s->wire_count; i++) {
        const struct sim_wire *w = &s->wires[i];
        next = w->dial_done < next ? w->dial_done : next;
        for (int side = 0; side < SIM_SIDES; side++) {
            uint64_t due = sim_pipe_due(s, w, side);
            next = due < next ? due : next;
        }
    }
    for (int side = 0; side < SIM_SIDES; side++) {
        uint64_t due = session_deadline(s->sides[side].session);
        next = due < next ? due : next;
    }
    return next;
}

/* A side that is up has said something in the last third of its hold time, unless the other takes nothing. */
static bool sim_is_silent(const struct sim *s, const struct sim_side *side) {
    const struct terms *terms = session_terms(side->session);
    return terms && terms->hold_time && !session_unsent(side->session) &&
           s->now - side->last_spoke > terms->hold_time / 3 * second;
}

/* No timer is late, and what the events said is what the session says when asked. */
static void sim_check(const struct sim *s) {
    for (int i = 0; i < SIM_SIDES; i++) {
        const struct sim_side *side = &s->sides[i];
        assert_true(session_deadline(side->session) >= s->now);
        assert_false(sim_is_silent(s, side));
        assert_int_equal(side->connects - side->downs, side->connected);
        assert_int_equal(side->up, session_terms(side->session) != NULL);
        assert_int_equal(side->up, session_state(side->session) == SESSION_ESTABLISHED);
    }
}

void sim_run(struct sim *s, uint64_t until) {
    for (;;) {
        while (sim_network_step(s)) {
            sim_check(s);
            s->steps++;
        }
        sim_forget_wires(s);
        for (int side = 0; side < SIM_SIDES; side++)
            if (session_deadline(s->sides[side].session) <= s->now) {
                session_timer(s->sides[side].session, s->now);
                assert_true(session_deadline(s->sides[side].session) > s->now);
            }
        sim_check(s);
        uint64_t next = sim_next(s);
        for (unsigned i = s->first_wire; i < s->wire_count; i++)
            if (s->wires[i].wants[0] || s->wires[i].wants[1])
                next = s->now;
        if (next > until)
            break;
        if (next > s->now)
            s->now = next;
    }
    s->now = until;
}

/* ---- Life ---- */

void sim_init(struct sim *s, uint64_t seed) {
    memset(s, 0, sizeof *s);
    s->random = seed;
    s->now = 1000 * second;
    s->piece_most = 4096;
    s->delay_most = 5000;
    s->window = 65536;
    s->update = malloc(sizeof *s->update);
    s->wires = malloc(SIM_WIRES * sizeof *s->wires);
    for (int i = 0; i < SIM_SIDES; i++) {
        struct sim_side *side = &s->sides[i];
        side->sim = s;
        side->settings = (struct session_settings){
            .offer = {.local_as = 65001 + (uint32_t)i,
                      .peer_as = 65002 - (uint32_t)i,
                      .router_id = 0x01010101 * (uint32_t)(i + 1),
                      .hold_time = 9,
                      .families = family_bit(&family_ipv4_unicast),
                      .asn4 = true},
            .local = sim_ip(i),
            .peer = sim_ip(!i),
            .open_wait = 10,
            .update = s->update,
        };
    }
}

void sim_start(struct sim *s) {
    for (int i = 0; i < SIM_SIDES; i++) {
        struct sim_side *side = &s->sides[i];
        const struct session_ears ears = {side, sim_dial, sim_hang_up, sim_output, sim_pull, sim_heard};
        side->session = session_new(&side->settings, &ears, sim_random(s, UINT64_MAX));
        session_tell_sent(side->session, true, true);
    }
    for (int i = 0; i < SIM_SIDES; i++)
        session_start(s->sides[i].session, s->now);
}

void sim_release(struct sim *s) {
    for (int i = 0; i < SIM_SIDES; i++)
        session_free(s->sides[i].session);
    for (unsigned i = s->first_wire; i < s->wire_count; i++) {
        buffer_release(&s->wires[i].to[0].octets);
        buffer_release(&s->wires[i].to[1].octets);
    }
    free(s->wires);
    free(s->update);
}

void sim_stop(struct sim *s, int side, uint8_t subcode, bool again) {
    session_stop(s->sides[side].session, subcode, (struct text){"", 0}, again, s->now);
}

void sim_say(struct sim *s, int side, uint32_t more) {
    s->sides[side].will_say += more;
    session_wake(s->sides[side].session, s->now);
}

int sim_any_wire(struct sim *s) {
    if (s->first_wire == s->wire_count)
        return -1;
    return (int)(s->first_wire + sim_random(s, s->wire_count - s->first_wire));
}

bool sim_is_up(const struct sim *s) {
    uint64_t left = session_stream(s->sides[0].session), right = session_stream(s->sides[1].session);
    return left && right && left / 2 == right / 2 && !s->wires[left / 2 - 1].to[SIM_LEFT].lost;
}
