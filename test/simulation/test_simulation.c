/* Whole engines through histories of mishaps: test/simulation/world.h says what is checked at each step; here are the
 * mishaps, and what must hold when they are over.
 *
 * SEED=N: one alone, the same again. SEEDS=N: so many. LOGS=1: with the logs of the engines. */
#include <malloc.h>
#include <stdio.h>

#include "simulation/world.h"
#include "unit/unit.h"

static const uint64_t second = 1000000;
#if defined(__SANITIZE_ADDRESS__)
#define SLOW 1
#elif defined(__has_feature)
#define SLOW __has_feature(address_sanitizer)
#else
#define SLOW 0
#endif

enum {
    SEEDS = SLOW ? 150 : 1000,
    GROWTH = 16384, /* octets that an engine may keep of what was announced and withdrawn again: buffers grow */
};

static uint64_t one_of(struct world *w, const uint64_t *choices, unsigned count) {
    return choices[world_random(w, count)];
}

#define ONE_OF(w, ...) one_of(w, (const uint64_t[]){__VA_ARGS__}, sizeof(uint64_t[]){__VA_ARGS__} / sizeof(uint64_t))

static struct node *any_node(struct world *w) {
    return &w->nodes[world_random(w, w->node_count)];
}

static void settle_network(struct world *w) {
    w->net.piece_most = (unsigned)ONE_OF(w, 1, 20, 4096, 100000);
    w->net.delay_most = ONE_OF(w, 0, 100, 5000, 300000);
    w->net.window = (unsigned)ONE_OF(w, 100, 5000, 65536);
    w->net.refuse_in_8 = (unsigned)world_random(w, 5);
}

/* ---- Mishaps ---- */

static void happens_talk(struct world *w) {
    struct node *n = any_node(w);
    for (uint64_t count = 1 + world_random(w, 40); count && node_can_say(n); count--) {
        int link = world_random(w, 3) ? -1 : (int)world_random(w, n->link_count);
        unsigned prefix = WORLD_FROM_FILE + (unsigned)world_random(w, WORLD_PREFIXES - WORLD_FROM_FILE);
        if (link < 0 || n->links[link].configured)
            node_announce(n, link, prefix, (uint8_t)world_random(w, 4));
    }
}

static void happens_cut(struct world *w) {
    network_cut(&w->net, world_random(w, 3), world_random(w, 3));
}

static void happens_command(struct world *w) {
    static const char *const commands[] = {"flush adj-rib out", "announce route-refresh ipv4 unicast",
                                           "announce eor ipv4 unicast", "show neighbor summary", "no such command"};
    struct node *n = any_node(w);
    if (node_can_say(n))
        node_say(n, "%s", commands[world_random(w, sizeof commands / sizeof *commands)]);
}

static void happens_teardown(struct world *w) {
    struct node *n = any_node(w);
    unsigned link = (unsigned)world_random(w, n->link_count);
    if (node_can_say(n) && n->links[link].configured)
        node_teardown(n, link, (unsigned)ONE_OF(w, 2, 3, 4, 6));
}

static void happens_death_of_helper(struct world *w) {
    struct node *n = any_node(w);
    if (node_can_say(n))
        node_kill_helper(n, (int)world_random(w, 2), world_random(w, 2) ? 9 : 0);
}

static void happens_deafness(struct world *w) {
    struct node *n = any_node(w);
    n->helper_deaf = !n->helper_deaf;
    n->outputs = true;
}

static void happens_reload(struct world *w) {
    struct node *n = any_node(w);
    struct link *l = &n->links[world_random(w, n->link_count)];
    if (!node_can_say(n))
        return;
    for (unsigned i = 0; i < WORLD_FROM_FILE; i++)
        if (world_random(w, 2))
            n->from_file[i] = (uint8_t)world_random(w, 4);
    if (world_random(w, 4) == 0)
        n->hold_time = ONE_OF(w, 3, 9, 30);
    if (world_random(w, 4) == 0)
        l->configured = !l->configured;
    node_write_configuration(n, true);
    node_reload(n);
}

static void happens_bad_reload(struct world *w) {
    struct node *n = any_node(w);
    if (!node_runs(n))
        return;
    node_write_configuration(n, false);
    yottabgp_act(n->engine, YOTTABGP_RELOAD, 10, w->net.now);
    node_turn(n);
    node_write_configuration(n, true);
}

static void happens_crash(struct world *w) {
    struct node *n = any_node(w);
    if (!n->engine) {
        node_start(n);
    } else {
        node_crash(n);
        if (world_random(w, 2))
            node_start(n);
    }
}

static void happens_sigstop(struct world *w) {
    struct node *n = any_node(w);
    if (node_runs(n))
        n->stopped_until = w->net.now + 1 + world_random(w, 40 * second);
}

static void (*const mishaps[])(struct world *w) = {
    happens_talk,
    happens_talk,
    happens_talk,
    happens_cut,
    happens_command,
    happens_teardown,
    happens_death_of_helper,
    happens_reload,
    happens_bad_reload,
    happens_crash,
    happens_sigstop,
    happens_deafness,
    settle_network,
};
enum { MISHAPS = sizeof mishaps / sizeof *mishaps };
static uint64_t happened[MISHAPS];

static void anything_happens(struct world *w) {
    unsigned which = (unsigned)world_random(w, MISHAPS);
    happened[which]++;
    mishaps[which](w);
}

/* ---- Afterwards ---- */

static void all_recover(struct world *w) {
    w->net.refuse_in_8 = 0;
    w->net.piece_most = w->net.piece_most < 20 ? 20 : w->net.piece_most;
    for (unsigned i = 0; i < w->node_count; i++) {
        struct node *n = &w->nodes[i];
        n->stopped_until = 0;
        n->helper_deaf = false;
        n->outputs = true;
        if (!n->engine)
            node_start(n);
    }
    for (int tries = 0; tries < 40 && !world_agrees(w, false); tries++)
        world_run(w, w->net.now + 10 * second);
    assert_true(world_agrees(w, true));
}

static void all_stay(struct world *w) {
    world_run(w, w->net.now + 70 * second); /* helpers too are there again: at most a minute */
    w->rests = true;
    world_run(w, w->net.now + 100 * second);
    assert_true(world_agrees(w, true));
}

static void all_say(struct world *w, uint8_t med) {
    for (unsigned i = 0; i < w->node_count; i++)
        for (unsigned prefix = WORLD_FROM_FILE; prefix < WORLD_PREFIXES; prefix++)
            if (node_can_say(&w->nodes[i]))
                node_announce(&w->nodes[i], -1, prefix, med);
    world_run(w, w->net.now + 30 * second);
    assert_true(world_agrees(w, true));
}

/* What was announced and withdrawn costs nothing, once the lists have their size. */
static void all_withdraw(struct world *w) {
    size_t before = 0;
    for (uint8_t med = 1; med <= 4; med++) {
        if (med == 3)
            before = mallinfo2().uordblks;
        all_say(w, med);
        all_say(w, 0);
    }
    assert_true(mallinfo2().uordblks <= before + w->node_count * GROWTH);
}

static uint64_t seed_now, steps, events, commands;

/* At most so many mishaps, with pauses of up to so long. */
static void seed_run(uint64_t seed, unsigned nodes, unsigned links, unsigned most, uint64_t pause) {
    struct world w;
    world_init(&w, seed, nodes, links);
    settle_network(&w);
    for (unsigned i = 0; i < nodes; i++)
        node_start(&w.nodes[i]);
    for (unsigned count = (unsigned)world_random(&w, most); count; count--) {
        world_run(&w, w.net.now + world_random(&w, ONE_OF(&w, 10, 1000, pause)));
        anything_happens(&w);
    }
    all_recover(&w);
    all_stay(&w);
    if (nodes < WORLD_NODES) /* there, ten times as much of the same */
        all_withdraw(&w);
    steps += w.steps;
    events += w.events;
    commands += w.commands;
    world_release(&w);
}

static void histories_end_well(void **state) {
    (void)state;
    const char *one = getenv("SEED"), *many = getenv("SEEDS");
    uint64_t first = one ? strtoull(one, NULL, 10) : 1, count = one ? 1 : many ? strtoull(many, NULL, 10) : SEEDS;
    for (uint64_t seed = first; seed < first + count; seed++) {
        seed_now = seed;
        seed_run(seed, 2 + (unsigned)(seed % 5), 2, 40, 20 * second);
    }
    printf("# %llu seeds, %llu steps of the network, %llu events, %llu commands\n", (unsigned long long)count,
           (unsigned long long)steps, (unsigned long long)events, (unsigned long long)commands);
    for (unsigned i = 0; i < MISHAPS; i++)
        assert_true(happened[i] > 0 || count < 100);
}

static void a_large_network_ends_well(void **state) {
    (void)state;
    if (getenv("SEED"))
        return;
    seed_now = 0;
    seed_run(1000000, WORLD_NODES, 3, 300, second);
}

static int tell_seed(void **state) {
    (void)state;
    printf("# the last seed was %llu\n", (unsigned long long)seed_now);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(histories_end_well, tell_seed),
        cmocka_unit_test_teardown(a_large_network_ends_well, tell_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
