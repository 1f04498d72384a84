/* Commands of the API: what each answers in the three forms, and what it does to RIBs and sessions. */
#include "api_world.h"
#include "unit.h"

struct place { /* a world with two neighbors of helper `h`, one of `other`, none of them connected */
    struct world w;
    struct world_peer *one, *two, *other;
    uint64_t h;
};

static void place_init(struct place *p, enum form form) {
    world_init(&p->w, form, NULL);
    p->one = world_add_peer(&p->w, "127.0.0.1", "h", NULL);
    p->two = world_add_peer(&p->w, "127.0.0.3", "h", NULL);
    p->other = world_add_peer(&p->w, "127.0.0.4", "other", NULL);
    p->h = world_add_client(&p->w, "h");
}

#define assert_asked(p, line, answer) assert_string_equal(world_ask(&(p)->w, (p)->h, (line)), (answer))

#define HEX_DEFAULT "40030401020304"

static void assert_rib(struct place *p, struct world_peer *peer, const char *wanted) {
    struct buffer b = buffer_growing();
    assert_string_equal(world_rib(&p->w, peer, &b), wanted);
    buffer_release(&b);
}

/* ---- Routes ---- */

static void routes_come_and_go(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    assert_rib(&p, p.one, "ipv4 unicast 10.0.0.0/24 | " HEX_DEFAULT "\n");
    assert_rib(&p, p.two, "ipv4 unicast 10.0.0.0/24 | " HEX_DEFAULT "\n");
    assert_rib(&p, p.other, "");
    assert_asked(&p, "peer * announce route 10.0.1.0/24 next-hop 1.2.3.4 med 5", "done\n");
    assert_rib(&p, p.one,
               "ipv4 unicast 10.0.0.0/24 | " HEX_DEFAULT "\nipv4 unicast 10.0.1.0/24 | " HEX_DEFAULT
               "80040400000005\n");
    assert_asked(&p, "withdraw route 10.0.0.0/24", "done\n");
    assert_asked(&p, "neighbor 127.0.0.1 withdraw route 10.0.1.0/24 next-hop 9.9.9.9", "done\n");
    assert_rib(&p, p.one, "");
    assert_rib(&p, p.two, "ipv4 unicast 10.0.1.0/24 | " HEX_DEFAULT "80040400000005\n");
    world_release(&p.w);
}

static void routes_are_refused_with_a_reason(void **state) {
    static const struct {
        const char *line, *reason;
    } cases[] = {
        {"announce route 10.0.0.0/24", "announce requires a next-hop"},
        {"announce route 10.0.0.1/24 next-hop 1.2.3.4", "host bits are set"},
        {"announce route 10.0.0.0/33 next-hop 1.2.3.4", "invalid netmask"},
        {"announce route", "nothing after"},
        {"announce route 10.0.0.0/24 next-hop 1.2.3.4 mad 5", "did you mean \"med\""},
        {"announce attributes next-hop 1.2.3.4", "nothing after"},
        {"announce attributes next-hop 1.2.3.4 nlri", "no prefix"},
        {"announce attributes next-hop 1.2.3.4 nlri 10.0.0.0/24 10.0.0.1/24", "host bits are set"},
        {"announce attributes next-hop self nlri 10.0.0.0/24 2001:db8::/32", "two families"},
        {"announce ipv4 frob 10.0.0.0/24 next-hop 1.2.3.4", "unknown family ipv4 frob"},
        {"neighbor 9.9.9.9 announce route 10.0.0.0/24 next-hop 1.2.3.4", "no neighbor matches"},
        {"announce frob 10.0.0.0/24", "unknown command"},
        {"ANNOUNCE route 10.0.0.0/24 next-hop 1.2.3.4", "unknown command"},
        {"announce Route 10.0.0.0/24 next-hop 1.2.3.4", "unknown command"},
    };
    struct place p;
    (void)state;
    for (enum form form = FORM_4; form <= FORM_6; form++) {
        place_init(&p, form);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const char *answer = world_ask(&p.w, p.h, cases[i].line);
            if (form == FORM_6) {
                assert_int_equal(memcmp(answer, "error: ", 7), 0);
                assert_non_null(strstr(answer, cases[i].reason));
                assert_string_equal(strchr(answer, '\n'), "\nerror\n");
            } else {
                assert_string_equal(answer, "error\n");
            }
            const char *log = world_log(&p.w);
            if (!strstr(log, cases[i].reason))
                print_message("%s", log);
            assert_non_null(strstr(log, cases[i].reason));
            assert_non_null(strstr(log, cases[i].line));
        }
        assert_rib(&p, p.one, "");
        world_release(&p.w);
    }
}

static int setup_nothing(void **state) {
    (void)state;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_come_and_go),
        cmocka_unit_test(routes_are_refused_with_a_reason),
    };
    return cmocka_run_group_tests_name("api", tests, setup_nothing, NULL);
}
