/* Deadlines: when the next thing is due that nobody outside sees. All times are microseconds of the caller's clock. */
#include "session/private.h"

enum { SEND_HOLD = 480, DELAY_MOST = 60 }; /* seconds: RFC 9687 section 4; config.md 25 */
static const uint64_t second = 1000000;

uint64_t timer_after(uint64_t now, uint64_t seconds) {
    return now + seconds * second;
}

static uint64_t timer_random(struct session *s) {
    uint64_t z = s->random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* RFC 4271 section 10: the time is taken by a factor of 0.75 to 1. */
uint64_t timer_jittered(struct session *s, uint64_t now, uint64_t seconds) {
    uint64_t whole = seconds * second, quarter = whole / 4;
    return now + whole - timer_random(s) % (quarter + 1);
}

uint32_t timer_next_delay(uint32_t seconds) {
    uint32_t next = 1 + seconds * 6 / 5;
    return next < DELAY_MOST ? next : DELAY_MOST;
}

void timer_set_hold(struct channel *c, uint64_t now) {
    c->hold_grace = false;
    if (c->terms.hold_time)
        c->state_at = timer_after(now, c->terms.hold_time);
}

/* A third of the hold time and never more often than once a second (RFC 4271 4.4). */
void timer_set_keepalive(struct channel *c, uint64_t now) {
    uint64_t soonest = now + second, at = timer_jittered(c->session, now, c->terms.hold_time / 3);
    c->keepalive_at = c->terms.hold_time == 0 ? UINT64_MAX : at > soonest ? at : soonest;
}

void timer_set_send_hold(struct channel *c, uint64_t now) {
    uint64_t wait = c->session->settings->send_hold, twice = 2 * (uint64_t)c->terms.hold_time;
    if (!wait)
        wait = twice > SEND_HOLD ? twice : SEND_HOLD;
    c->send_hold_at = timer_after(now, wait);
}

uint64_t timer_first(const struct channel *c) {
    uint64_t at = c->state_at < c->keepalive_at ? c->state_at : c->keepalive_at;
    return at < c->send_hold_at ? at : c->send_hold_at;
}

/* Who comes more than a second late to the end of the hold time was stopped or asleep, and what the peer has sent
 * meanwhile is not read yet: it gets a second to be heard. */
static bool timer_forgives(struct channel *c, uint64_t now) {
    if (c->hold_grace || c->state < FSM_OPENCONFIRM || c->state > FSM_ESTABLISHED || now - c->state_at <= second)
        return false;
    c->hold_grace = true;
    c->state_at = now + second;
    return true;
}

void timer_run(struct channel *c, uint64_t now) {
    struct fsm_input in = {.now = now};
    if (c->state_at <= now) {
        if (c->session->paused && c->state == FSM_ESTABLISHED)
            timer_set_hold(c, now);
        else if (!timer_forgives(c, now))
            fsm_feed(c, FSM_STATE_DUE, &in);
    } else if (c->send_hold_at <= now) {
        fsm_feed(c, FSM_SEND_HOLD_DUE, &in);
    } else if (c->keepalive_at <= now) {
        fsm_feed(c, FSM_KEEPALIVE_DUE, &in);
    }
}
