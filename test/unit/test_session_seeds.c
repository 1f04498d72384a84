/* Two sessions through a thousand histories of lost connections, slow networks and restarts: test/session/sim.h. What
 * must hold at each step is checked there; here, that they always find together again, and what stays when they rest.
 *
 * One seed alone: SEED=N in the environment. SEEDS=N: so many. */
#include "unit.h"

#include <malloc.h>
#include <stdio.h>

#include "session/sim.h"

static const uint64_t second = 1000000;
enum { AT_REST = 32768 }; /* octets that two stopped sessions may cost, and what malloc keeps at hand in its caches */

static uint64_t one_of(struct sim *s, const uint64_t *choices, unsigned count) {
    return choices[sim_random(s, count)];
}

#define ONE_OF(s, ...) one_of(s, (const uint64_t[]){__VA_ARGS__}, sizeof(uint64_t[]){__VA_ARGS__} / sizeof(uint64_t))

static void seed_settle(struct sim *s) {
    struct sim_side *left = &s->sides[SIM_LEFT], *right = &s->sides[SIM_RIGHT];
    s->piece_most = (unsigned)ONE_OF(s, 1, 20, 4096, 100000);
    s->delay_most = ONE_OF(s, 0, 100, 5000, 300000);
    s->window = (unsigned)ONE_OF(s, 100, 5000, 65536);
    s->refuse_in_8 = (unsigned)sim_random(s, 5);
    left->settings.offer.hold_time = (uint16_t)ONE_OF(s, 3, 9, 30, 90, 0);
    right->settings.offer.hold_time = (uint16_t)ONE_OF(s, 9, 90, 300);
    left->settings.passive = sim_random(s, 4) == 0;
    if (sim_random(s, 8) == 0)
        right->settings.offer.local_as = left->settings.offer.peer_as = 0;
    if (right->settings.offer.local_as == 0)
        right->settings.offer.peer_as = 0;
    if (sim_random(s, 4) == 0) { /* the same identifier: the AS decides */
        right->settings.offer.router_id = left->settings.offer.router_id;
        left->settings.offer.peer_as = right->settings.offer.local_as = 65002;
    }
    left->settings.outbox_most = right->settings.outbox_most = (uint32_t)ONE_OF(s, 1, 100, 0);
    left->will_say = (uint32_t)sim_random(s, s->piece_most > 1 ? 300 : 30);
    right->will_say = (uint32_t)sim_random(s, s->piece_most > 1 ? 300 : 30);
}

static void seed_mishap(struct sim *s) {
    /* Without a hold time nobody ever finds out that a connection is dead. */
    bool silent = s->sides[SIM_LEFT].settings.offer.hold_time != 0;
    int wire = sim_any_wire(s), side = (int)sim_random(s, 2);
    switch (sim_random(s, 8)) {
    case 0:
    case 1:
        if (wire >= 0)
            sim_cut(s, (unsigned)wire, true, true);
        break;
    case 2:
        if (wire >= 0)
            sim_cut(s, (unsigned)wire, !silent || sim_random(s, 2), !silent || sim_random(s, 2));
        break;
    case 3: sim_stop(s, side, (uint8_t)ONE_OF(s, 0, 2, 3, 4, 9), true); break;
    case 4: sim_stop(s, side, (uint8_t)ONE_OF(s, 0, 2, 3, 6), false); break;
    case 5: session_start(s->sides[side].session, s->now); break;
    case 6: s->sides[side].deaf = silent && !s->sides[side].deaf; break;
    case 7: sim_say(s, side, (uint32_t)sim_random(s, 5)); break;
    }
}

static void seed_recover(struct sim *s) {
    s->refuse_in_8 = 0;
    for (int side = 0; side < SIM_SIDES; side++) {
        s->sides[side].deaf = false;
        session_start(s->sides[side].session, s->now);
    }
    for (int tries = 0; tries < 60 && !sim_is_up(s); tries++)
        sim_run(s, s->now + 10 * second);
    assert_true(sim_is_up(s));
    unsigned downs = s->sides[SIM_LEFT].downs + s->sides[SIM_RIGHT].downs;
    sim_run(s, s->now + 400 * second);
    assert_true(sim_is_up(s));
    assert_int_equal(s->sides[SIM_LEFT].downs + s->sides[SIM_RIGHT].downs, downs);
    assert_int_equal(s->sides[SIM_LEFT].heard, s->sides[SIM_RIGHT].will_say);
    assert_int_equal(s->sides[SIM_RIGHT].heard, s->sides[SIM_LEFT].will_say);
}

static void seed_rest(struct sim *s) {
    for (int side = 0; side < SIM_SIDES; side++)
        sim_stop(s, side, 2, false);
    sim_run(s, s->now + 2 * second);
    for (int side = 0; side < SIM_SIDES; side++) {
        assert_true(session_quiet(s->sides[side].session));
        assert_int_equal(session_deadline(s->sides[side].session), UINT64_MAX);
        assert_int_equal(s->sides[side].connects, s->sides[side].downs);
    }
}

static uint64_t seed_now, steps, ups;

/* What the histories have met, so that it can be seen that they meet enough. */
static const char *const met_rows[] = {"COL-01", "COL-02", "COL-03", "HDR-12", "TMR-01", "FSM-06", "FSM-07", "NOT-02"};
enum { MET = sizeof met_rows / sizeof *met_rows };
static uint64_t met[MET];

static void count_rows(const struct session *session) {
    unsigned walk = 0;
    const char *row;
    uint64_t count;
    while (session_row_count(session, &walk, &row, &count))
        for (unsigned i = 0; i < MET; i++)
            met[i] += strcmp(row, met_rows[i]) ? 0 : count;
}

static void seed_run(uint64_t seed) {
    struct sim s;
    sim_init(&s, seed);
    seed_settle(&s);
    size_t start = mallinfo2().uordblks;
    sim_start(&s);
    for (unsigned mishaps = (unsigned)sim_random(&s, 40); mishaps; mishaps--) {
        sim_run(&s, s.now + sim_random(&s, 20 * second));
        seed_mishap(&s);
    }
    seed_recover(&s);
    size_t before = mallinfo2().uordblks;
    sim_run(&s, s.now + 400 * second);
    assert_true(mallinfo2().uordblks <= before); /* what rests costs no more than before */
    seed_rest(&s);
    assert_true(mallinfo2().uordblks <= start + AT_REST);
    steps += s.steps;
    ups += s.sides[SIM_LEFT].ups;
    for (int side = 0; side < SIM_SIDES; side++)
        count_rows(s.sides[side].session);
    sim_release(&s);
}

static void histories_end_well(void **state) {
    (void)state;
    const char *one = getenv("SEED"), *many = getenv("SEEDS");
    uint64_t first = one ? strtoull(one, NULL, 10) : 1, count = one ? 1 : many ? strtoull(many, NULL, 10) : 1000;
    for (uint64_t seed = first; seed < first + count; seed++) {
        seed_now = seed;
        seed_run(seed);
    }
    printf("# %llu seeds, %llu steps of the network, %llu sessions came up\n", (unsigned long long)count,
           (unsigned long long)steps, (unsigned long long)ups);
    for (unsigned i = 0; i < MET; i++) {
        printf("# %s was met %llu times\n", met_rows[i], (unsigned long long)met[i]);
        assert_true(met[i] > 0 || count < 100);
    }
}

static int tell_seed(void **state) {
    (void)state;
    printf("# the last seed was %llu\n", (unsigned long long)seed_now);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(histories_end_well, tell_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
