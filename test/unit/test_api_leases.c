/* Routes with an end and with an owner: `ttl`, `owner`, `on-exit`. */
#include <stdio.h>

#include "api_world.h"
#include "unit.h"

struct place { /* helpers `h` and `k` of two neighbors */
    struct world w;
    struct world_peer *one, *two;
    uint64_t h, k;
    struct buffer b;
};

static void place_init(struct place *p, enum form form) {
    world_init(&p->w, form, NULL);
    p->one = world_add_peer(&p->w, "127.0.0.1", "h k", NULL);
    p->two = world_add_peer(&p->w, "127.0.0.3", "h k", NULL);
    p->h = world_add_client(&p->w, "h");
    p->k = world_add_client(&p->w, "k");
    p->b = buffer_growing();
}

static void place_release(struct place *p) {
    world_release(&p->w);
    buffer_release(&p->b);
}

/* So many seconds pass, and whatever is due is done. */
static void place_wait(struct place *p, unsigned seconds) {
    p->w.now += seconds * (uint64_t)1000000;
    world_turn(&p->w);
}

#define assert_asked(p, line, answer) assert_string_equal(world_ask(&(p)->w, (p)->h, (line)), (answer))
#define assert_rib(p, peer, wanted)   assert_string_equal(world_rib(&(p)->w, (peer), &(p)->b), (wanted))

#define HOP      "40030401020304" /* next-hop 1.2.3.4 */
#define ROUTE(x) "ipv4 unicast 10.0." x ".0/24 | " HOP "\n"
#define LINE(x)  "announce route 10.0." x ".0/24 next-hop 1.2.3.4"

static void a_lease_ends(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_int_equal(api_deadline(p.w.api), UINT64_MAX);
    assert_asked(&p, LINE("0") " ttl 10", "done\n");
    assert_asked(&p, "neighbor 127.0.0.1 " LINE("1") " ttl 20", "done\n");
    assert_asked(&p, LINE("2"), "done\n");
    assert_rib(&p, p.one, ROUTE("0") ROUTE("1") ROUTE("2"));
    assert_true(api_deadline(p.w.api) >= p.w.now + 10000000 && api_deadline(p.w.api) <= p.w.now + 11000000);
    place_wait(&p, 9);
    assert_rib(&p, p.two, ROUTE("0") ROUTE("2"));
    place_wait(&p, 2);
    assert_rib(&p, p.one, ROUTE("1") ROUTE("2"));
    assert_rib(&p, p.two, ROUTE("2"));
    assert_non_null(strstr(world_log(&p.w), "h: 1 routes to 127.0.0.1 are withdrawn: their time is over"));
    place_wait(&p, 10);
    assert_rib(&p, p.one, ROUTE("2"));
    assert_int_equal(api_deadline(p.w.api), UINT64_MAX); /* nothing is left to wake up for */
    place_release(&p);
}

/* Lines that begin and end as others did take a short way: all of this must hold there, too. */
static void announcing_again_renews(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    for (int i = 0; i < 5; i++) {
        assert_asked(&p, LINE("0") " ttl 10", "done\n");
        assert_asked(&p, LINE("1") " ttl 10", "done\n");
        place_wait(&p, 8);
    }
    assert_rib(&p, p.one, ROUTE("0") ROUTE("1"));
    assert_asked(&p, LINE("0"), "done\n"); /* without a lease: it stays */
    assert_asked(&p, "withdraw route 10.0.1.0/24", "done\n");
    assert_asked(&p, LINE("1") " ttl 300", "done\n");
    place_wait(&p, 8);
    assert_rib(&p, p.one, ROUTE("0") ROUTE("1"));
    place_wait(&p, 300);
    assert_rib(&p, p.one, ROUTE("0"));
    place_release(&p);
}

static void who_announces_last_owns(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, LINE("0") " ttl 10 owner one", "done\n");
    assert_asked(&p, LINE("1") " owner one ttl 10", "done\n");
    assert_asked(&p, "neighbor 127.0.0.1 " LINE("0") " ttl 60 owner two", "done\n");
    assert_string_equal(world_ask(&p.w, p.k, LINE("1")), "done\n"); /* another helper, that keeps no lease */
    place_wait(&p, 11);
    assert_rib(&p, p.one, ROUTE("0") ROUTE("1"));
    assert_rib(&p, p.two, ROUTE("1"));
    place_wait(&p, 50);
    assert_rib(&p, p.one, ROUTE("1"));
    place_release(&p);
}

static void what_is_withdrawn_has_no_lease(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, LINE("0") " ttl 10", "done\n");
    assert_asked(&p, "withdraw route 10.0.0.0/24", "done\n");
    assert_int_equal(world_ask(&p.w, p.k, LINE("0"))[0], 'd');
    place_wait(&p, 20);
    assert_rib(&p, p.one, ROUTE("0"));
    assert_asked(&p, LINE("0") " ttl 10", "done\n");
    assert_asked(&p, "clear adj-rib out", "done\n");
    assert_asked(&p, LINE("0"), "done\n");
    place_wait(&p, 20);
    assert_rib(&p, p.one, ROUTE("0"));
    place_release(&p);
}

static void owners_are_shown_renewed_and_withdrawn(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    assert_asked(&p, "rib show owners", "[]\ndone\n");
    assert_asked(&p, "peer * " LINE("0") " ttl 10 owner ddos", "done\n");
    assert_asked(&p, "peer 127.0.0.1 " LINE("1") " owner ddos", "done\n");
    assert_asked(&p, "peer * " LINE("2") " ttl 5", "done\n");
    assert_asked(&p, "rib show owners",
                 "[{\"owner\": \"ddos\", \"routes\": 3, \"first-ends\": 10}, "
                 "{\"owner\": \"h\", \"routes\": 2, \"first-ends\": 5}]\ndone\n");
    place_wait(&p, 8);
    assert_asked(&p, "peer 127.0.0.1 renew owner ddos", "{\"owner\": \"ddos\", \"renewed\": 2}\ndone\n");
    place_wait(&p, 8);
    assert_rib(&p, p.one, ROUTE("0") ROUTE("1"));
    assert_rib(&p, p.two, "");
    assert_asked(&p, "peer * withdraw owner ddos", "{\"owner\": \"ddos\", \"withdrawn\": 2}\ndone\n");
    assert_asked(&p, "peer * withdraw owner nobody", "{\"owner\": \"nobody\", \"withdrawn\": 0}\ndone\n");
    assert_rib(&p, p.one, "");
    place_release(&p);
    place_init(&p, FORM_5);
    assert_asked(&p, LINE("0") " owner ddos", "done\n");
    assert_asked(&p, LINE("1") " owner ddos ttl 7", "done\n");
    assert_asked(&p, "show owners", "ddos 4 routes, the first ends in 7 s\ndone\n");
    assert_asked(&p, "withdraw owner ddos", "done\n");
    assert_asked(&p, "withdraw owner", "error\n");
    assert_asked(&p, "withdraw owner a b", "error\n");
    assert_asked(&p, "neighbor 9.9.9.9 withdraw owner ddos", "error\n");
    assert_rib(&p, p.one, "");
    place_release(&p);
}

static void bad_leases_are_refused_whole(void **state) {
    static const char *const bad[] = {
        LINE("0") " ttl",
        LINE("0") " ttl 0",
        LINE("0") " ttl -1",
        LINE("0") " ttl x",
        LINE("0") " ttl 9999999999",
        LINE("0") " owner",
        LINE("0") " ttl 5 owner",
        LINE("0") " med ttl 5",
        "announce attributes next-hop 1.2.3.4 nlri 10.0.0.0/24 ttl x",
    };
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (strcmp(world_ask(&p.w, p.h, bad[i]), "error\n") != 0)
            fail_msg("%s: %s", bad[i], written(&p.w.clients[0].heard));
        assert_rib(&p, p.one, "");
    }
    assert_int_equal(api_deadline(p.w.api), UINT64_MAX);
    place_release(&p);
}

/* All kinds of commands that announce. */
static void every_announcement_may_be_a_lease(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    assert_asked(&p, "peer * announce attributes next-hop 1.2.3.4 nlri 10.0.0.0/24 10.0.1.0/24 ttl 5 sync", "done\n");
    assert_asked(&p, "peer * announce ipv4 unicast 10.0.2.0/24 next-hop 1.2.3.4 sync ttl 5 owner x", "done\n");
    assert_asked(&p, "peer * group announce route 10.0.3.0/24 next-hop 1.2.3.4 ttl 5 ; " LINE("4"),
                 "{\"status\": \"group processed\", \"announced\": 2, \"withdrawn\": 0}\ndone\n");
    assert_rib(&p, p.one, ROUTE("0") ROUTE("1") ROUTE("2") ROUTE("3") ROUTE("4"));
    place_wait(&p, 6);
    assert_rib(&p, p.one, ROUTE("4"));
    place_release(&p);
}

static void what_a_helper_leaves(void **state) {
    static const struct {
        const char *command, *at_once, *later;
    } rows[] = {
        {"on-exit keep", ROUTE("0") ROUTE("1") ROUTE("2"), ROUTE("0") ROUTE("2")},
        {"on-exit withdraw", ROUTE("2"), ROUTE("2")},
        {"on-exit withdraw-after 30", ROUTE("0") ROUTE("1") ROUTE("2"), ROUTE("2")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place p;
        place_init(&p, FORM_5);
        assert_asked(&p, rows[i].command, "done\n");
        assert_asked(&p, LINE("0"), "done\n");
        assert_asked(&p, LINE("1") " ttl 10 owner ddos", "done\n");
        assert_string_equal(world_ask(&p.w, p.k, LINE("2")), "done\n");
        api_remove(p.w.api, p.h, p.w.now);
        assert_rib(&p, p.one, rows[i].at_once);
        place_wait(&p, 12);
        place_wait(&p, 20);
        assert_rib(&p, p.one, rows[i].later);
        place_release(&p);
    }
}

/* The next life of the helper announces what it still wants: the rest goes, without an UPDATE for what stays. */
static void a_helper_comes_back_in_time(void **state) {
    struct place p;
    char line[64];
    (void)state;
    place_init(&p, FORM_5);
    world_establish(&p.w, p.one);
    assert_asked(&p, "on-exit withdraw-after 30", "done\n");
    for (int i = 0; i < 4; i++) {
        snprintf(line, sizeof line, "announce route 10.0.%d.0/24 next-hop 1.2.3.4", i);
        assert_asked(&p, line, "done\n");
    }
    world_written(&p.w, p.one);
    api_remove(p.w.api, p.h, p.w.now);
    place_wait(&p, 10);
    api_add(p.w.api, p.h, &(struct api_client_settings){.name = {"h", 1}, .on_exit = {ON_EXIT_WITHDRAW_AFTER, 30}});
    assert_asked(&p, LINE("1"), "done\n");
    assert_asked(&p, LINE("3"), "done\n");
    place_wait(&p, 100);
    assert_rib(&p, p.one, ROUTE("1") ROUTE("3"));
    assert_string_equal(world_written(&p.w, p.one), "UPDATE 0008180a0002180a00000000");
    place_release(&p);
}

enum { MANY = 100000 };

static void routes_of_many(struct place *p, const char *more) {
    char line[96];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(line, sizeof line, "neighbor 127.0.0.1 announce route 10.%u.%u.%u/32 next-hop 1.2.3.4%s\n", i >> 16,
                 i >> 8 & 255, i & 255, more);
        world_say(&p->w, p->h, line);
    }
    world_heard(&p->w, p->h);
}

static void the_end_of_a_helper_with_many_routes(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "silence-ack", "");
    assert_asked(&p, "on-exit withdraw", "");
    routes_of_many(&p, "");
    assert_int_equal(peer_route_count(p.one->peer), MANY);
    api_remove(p.w.api, p.h, p.w.now);
    assert_int_equal(peer_route_count(p.one->peer), 0);
    assert_non_null(strstr(world_log(&p.w), "h: it ended: 100000 routes of its are withdrawn (on-exit)"));
    place_release(&p);
    place_init(&p, FORM_5);
    assert_asked(&p, "silence-ack", "");
    routes_of_many(&p, " ttl 60 owner many");
    api_remove(p.w.api, p.h, p.w.now);
    assert_int_equal(peer_route_count(p.one->peer), MANY);
    for (unsigned turn = 0; api_deadline(p.w.api) != UINT64_MAX; turn++) { /* not all in one turn */
        assert_true(turn < 20);
        place_wait(&p, 61);
    }
    assert_int_equal(peer_route_count(p.one->peer), 0);
    place_release(&p);
}

/* Names of owners come and go, with numbers that are used again. */
static void names_of_owners_are_forgotten(void **state) {
    struct place p;
    char line[96];
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, LINE("9") " owner stays", "done\n");
    for (unsigned i = 0; i < 500; i++) {
        snprintf(line, sizeof line, LINE("1") " owner name-%u", i);
        assert_asked(&p, line, "done\n");
    }
    assert_asked(&p, "show owners", "stays 2 routes\nname-499 2 routes\ndone\n");
    assert_asked(&p, LINE("2") " owner name-3", "done\n");
    assert_asked(&p, "withdraw owner name-3", "done\n");
    assert_rib(&p, p.one, ROUTE("1") ROUTE("9"));
    place_release(&p);
}

static void a_neighbor_that_goes_takes_its_leases(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    assert_asked(&p, "peer * " LINE("0") " ttl 10", "done\n");
    engine_remove(p.w.engine, p.one->peer, 3, p.w.now);
    place_wait(&p, 20);
    assert_rib(&p, p.two, "");
    place_release(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lease_ends),
        cmocka_unit_test(announcing_again_renews),
        cmocka_unit_test(who_announces_last_owns),
        cmocka_unit_test(what_is_withdrawn_has_no_lease),
        cmocka_unit_test(owners_are_shown_renewed_and_withdrawn),
        cmocka_unit_test(bad_leases_are_refused_whole),
        cmocka_unit_test(every_announcement_may_be_a_lease),
        cmocka_unit_test(what_a_helper_leaves),
        cmocka_unit_test(a_helper_comes_back_in_time),
        cmocka_unit_test(the_end_of_a_helper_with_many_routes),
        cmocka_unit_test(names_of_owners_are_forgotten),
        cmocka_unit_test(a_neighbor_that_goes_takes_its_leases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
