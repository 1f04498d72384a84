/* Commands in JSON, and `ensure`. */
#include <stdio.h>

#include "api_world.h"
#include "unit.h"

struct place { /* helpers `h` and `k` of two neighbors; a third that is neither's */
    struct world w;
    struct world_peer *one, *two, *other;
    uint64_t h, k;
    struct buffer b;
};

static void only_ipv4(struct neighbor *n) {
    n->offer.families = family_bit(&family_ipv4_unicast);
}

static void place_init(struct place *p, enum form form) {
    world_init(&p->w, form, NULL);
    p->one = world_add_peer(&p->w, "127.0.0.1", "h k", NULL);
    p->two = world_add_peer(&p->w, "127.0.0.3", "h k", only_ipv4);
    p->other = world_add_peer(&p->w, "127.0.0.5", "other", NULL);
    p->h = world_add_client(&p->w, "h");
    p->k = world_add_client(&p->w, "k");
    p->b = buffer_growing();
}

static void place_release(struct place *p) {
    world_release(&p->w);
    buffer_release(&p->b);
}

#define assert_asked(p, line, answer) assert_string_equal(world_ask(&(p)->w, (p)->h, (line)), (answer))
#define assert_rib(p, peer, wanted)   assert_string_equal(world_rib(&(p)->w, (peer), &(p)->b), (wanted))

#define HOP      "40030401020304" /* next-hop 1.2.3.4 */
#define ROUTE(x) "ipv4 unicast 10.0." x ".0/24 | " HOP "\n"
#define LINE(x)  "announce route 10.0." x ".0/24 next-hop 1.2.3.4"

/* ---- Commands ---- */

static void json_commands_answer_with_their_id(void **state) {
    static const struct {
        const char *line, *answer;
    } rows[] = {
        {"{\"command\": \"" LINE("0") "\", \"id\": 7}",
         "{\"answer\": \"done\", \"id\": 7, \"neighbors\": 2, \"of\": 2}\n"},
        {"{\"id\": \"a\\u00e9\\\"\", \"command\": \"peer 127.0.0.1 " LINE("1") "\"}",
         "{\"answer\": \"done\", \"id\": \"a\\u00E9\\\"\", \"neighbors\": 1, \"of\": 2}\n"},
        {"  {\"command\": \"version\"}", NULL},
        {"{\"command\": \"announce route 2001:db8::/32 next-hop 2001:db8::1\", \"id\": null}",
         "{\"answer\": \"done\", \"id\": null, \"neighbors\": 2, \"of\": 2, \"skipped\": 1}\n"},
        {"{\"command\": \"neighbor 9.9.9.9 " LINE("0") "\", \"id\": 1.5}",
         "{\"answer\": \"error\", \"id\": 1.5, \"neighbors\": 0, \"of\": 2, \"message\": \"no neighbor matches: 0 of "
         "2\"}\n"},
        {"{\"command\": \"announce route 10.0.0.1/24 next-hop 1.2.3.4\", \"id\": 1}",
         "{\"answer\": \"error\", \"id\": 1, \"neighbors\": 2, \"of\": 2, \"message\": \"invalid network "
         "10.0.0.1/24 for netmask 24: host bits are set\"}\n"},
        {"{\"command\": \"frob\", \"id\": 2}",
         "{\"answer\": \"error\", \"id\": 2, \"message\": \"unknown command\"}\n"},
        {"{\"command\": \"# nothing\", \"id\": 3}", "{\"answer\": \"done\", \"id\": 3}\n"},
        {"{\"command\": \"debug hello\", \"id\": 3}", "{\"answer\": \"done\", \"id\": 3}\n"},
        {"{\"command\": \"reset\", \"id\": 3}", NULL},
        {"{\"command\": \"crash\", \"id\": 3}", NULL},
        {"{\"command\": \"show neighbor configuration\", \"id\": 4}", NULL},
        {"{\"command\": \"group end\", \"id\": 5}",
         "{\"answer\": \"error\", \"id\": 5, \"neighbors\": 2, \"of\": 2, \"message\": \"not in group block\"}\n"},
        {"{\"command\": \"api version 5\", \"id\": 6}",
         "{\"answer\": \"error\", \"id\": 6, \"message\": \"API version must be 4 or 6\"}\n"},
        {"{}", "{\"answer\": \"error\", \"message\": \"\\\"command\\\" wants a command: a text of one line\"}\n"},
        {"{\"command\": 5, \"id\": 6}",
         "{\"answer\": \"error\", \"id\": 6, \"message\": \"\\\"command\\\" wants a command: a text of one line\"}\n"},
        {"{\"command\": \"version\\nversion\", \"id\": 6}",
         "{\"answer\": \"error\", \"id\": 6, \"message\": \"\\\"command\\\" wants a command: a text of one line\"}\n"},
        {"{\"command\": \"{}\"}",
         "{\"answer\": \"error\", \"message\": \"\\\"command\\\" wants a command: a text of one line\"}\n"},
        {"{\"command\": \"version\", \"id\": [1]}",
         "{\"answer\": \"error\", \"message\": \"an id is a string, a number, true, false or null\"}\n"},
        {"{\"command\": \"version\", \"di\": 1}",
         "{\"answer\": \"error\", \"message\": \"unknown member \\\"di\\\"\"}\n"},
        {"{\"command\": \"caf\\u00e9\"}", "{\"answer\": \"error\", \"message\": \"only ASCII is understood\"}\n"},
        {"{\"command\": \"version\"", NULL},
        {"{\"command\": \"version\", \"command\": \"help\"}", NULL},
        {"{", NULL},
        {"{}{}", NULL},
    };
    (void)state;
    for (enum form form = FORM_4; form <= FORM_6; form++) {
        struct place p;
        place_init(&p, form);
        world_ask(&p.w, p.h, "silence-ack"); /* JSON is answered all the same */
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            const char *answer = world_ask(&p.w, p.h, rows[i].line);
            if (rows[i].answer ? strcmp(answer, rows[i].answer) != 0 : !strstr(answer, "{\"answer\": "))
                fail_msg("%s: %s", rows[i].line, answer);
        }
        assert_rib(&p, p.other, "");
        place_release(&p);
    }
}

static void data_comes_line_by_line(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "{\"command\": \"version\", \"id\": 1}",
                 "{\"id\": 1, \"data\": {\"version\": \"5.0.13\", \"application\": \"exabgp\"}}\n"
                 "{\"answer\": \"done\", \"id\": 1}\n");
    assert_asked(&p, LINE("0"), "done\n");
    assert_asked(&p, LINE("1"), "done\n");
    assert_asked(&p, "{\"command\": \"show adj-rib out 127.0.0.1\", \"id\": \"x\"}",
                 "{\"id\": \"x\", \"data\": {\"127.0.0.1\": {\"routes\": [{\"prefix\": \"10.0.0.0/24\", \"family\": "
                 "\"ipv4 unicast\"}]}}}\n"
                 "{\"id\": \"x\", \"data\": {\"127.0.0.1\": {\"routes\": [{\"prefix\": \"10.0.1.0/24\", \"family\": "
                 "\"ipv4 unicast\"}]}}}\n"
                 "{\"answer\": \"done\", \"id\": \"x\", \"neighbors\": 3, \"of\": 3}\n");
    assert_asked(&p, "{\"command\": \"ping text\"}",
                 (world_ask(&p.w, p.k, "{\"command\": \"ping text\"}"), written(&p.w.clients[1].heard)));
    place_release(&p);
}

/* An answer that is made while it is read, with events in between and commands behind. */
static void long_data_stays_whole(void **state) {
    struct place p;
    char line[96];
    (void)state;
    place_init(&p, FORM_6);
    world_ask(&p.w, p.h, "session ack silence");
    for (unsigned i = 0; i < 20000; i++) {
        snprintf(line, sizeof line, "peer 127.0.0.1 announce route 10.%u.%u.0/24 next-hop 1.2.3.4\n", i >> 8, i & 255);
        world_say(&p.w, p.h, line);
    }
    const char *text = world_ask(&p.w, p.h,
                                 "{\"command\": \"peer 127.0.0.1 routes list\", \"id\": 1}\n{\"command\": \"system "
                                 "version\", \"id\": 2}");
    const char *end = strchr(text, '\n');
    assert_memory_equal(text, "{\"id\": 1, \"data\": [{\"index\": ", 28);
    assert_memory_equal(end - 3, "}]}\n", 4);
    assert_string_equal(end + 1, "{\"answer\": \"done\", \"id\": 1, \"neighbors\": 1, \"of\": 2}\n"
                                 "{\"id\": 2, \"data\": {\"version\": \"6.0.0\", \"application\": \"exabgp\"}}\n"
                                 "{\"answer\": \"done\", \"id\": 2}\n");
    place_release(&p);
}

static void a_request_is_answered_when_it_is_done(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "{\"command\": \"reload\", \"id\": 1}\nversion", "");
    api_acted(p.w.api, false, text_of("a:3:1: wrong\na:4:1: \"wrong\", too\n"));
    assert_string_equal(world_heard(&p.w, p.h),
                        "{\"id\": 1, \"data\": {\"status\": \"reload in progress\"}}\n"
                        "{\"answer\": \"error\", \"id\": 1, \"message\": \"a:3:1: wrong\", \"errors\": "
                        "[\"a:3:1: wrong\", \"a:4:1: \\\"wrong\\\", too\"]}\n"
                        "exabgp 5.0.13\ndone\n");
    assert_asked(&p, "reload", "reload in progress\ndone\n"); /* who asks in plain words waits for nothing */
    api_acted(p.w.api, true, text_of("?"));
    assert_asked(&p, "reload --dryrun", "error\n"); /* a slip of the hand is no reload */
    assert_asked(&p, "{\"command\": \"reload\"}", "");
    api_acted(p.w.api, true, text_of("?"));
    assert_string_equal(world_heard(&p.w, p.h),
                        "{\"data\": {\"status\": \"reload in progress\"}}\n{\"answer\": \"done\"}\n");
    place_release(&p);
}

static void sync_commands_answer_late(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    world_establish(&p.w, p.one);
    world_written(&p.w, p.one);
    assert_asked(&p, "{\"command\": \"peer * " LINE("0") " sync\", \"id\": 9}", "");
    world_turn(&p.w);
    world_turn(&p.w);
    assert_string_equal(world_heard(&p.w, p.h), "{\"answer\": \"done\", \"id\": 9, \"neighbors\": 2, \"of\": 2}\n");
    place_release(&p);
}

/* ---- ensure ---- */

static void a_set_is_made_true(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, LINE("9"), "done\n");
    assert_asked(&p, "ensure begin web", "done\n");
    assert_asked(&p, LINE("0"), "done\n");
    assert_asked(&p, LINE("1"), "done\n");
    assert_asked(&p, "announce attributes next-hop 1.2.3.4 nlri 10.0.2.0/24 10.0.3.0/24", "done\n");
    assert_rib(&p, p.one, ROUTE("9")); /* nothing before the end */
    assert_asked(&p, "ensure end", "ensure web: 8 added, 0 changed, 0 removed, 0 kept\ndone\n");
    assert_asked(&p, "show owners", "web 8 routes\ndone\n");
    world_establish(&p.w, p.one);
    world_written(&p.w, p.one);
    assert_asked(&p, "ensure begin web", "done\n");
    assert_asked(&p, LINE("1"), "done\n");
    assert_asked(&p, LINE("2") " med 5", "done\n");
    assert_asked(&p, LINE("3"), "done\n");
    assert_asked(&p, LINE("4"), "done\n");
    assert_asked(&p, "ensure end", "ensure web: 2 added, 2 changed, 2 removed, 4 kept\ndone\n");
    assert_rib(&p, p.two,
               ROUTE("1") "ipv4 unicast 10.0.2.0/24 | " HOP "80040400000005\n" ROUTE("3") ROUTE("4") ROUTE("9"));
    const char *sent = world_written(&p.w, p.one);
    assert_null(strstr(sent, "180a0001")); /* what stays is not said again */
    assert_null(strstr(sent, "180a0003"));
    assert_non_null(strstr(sent, "UPDATE 0004180a00000000"));
    assert_asked(&p, "ensure begin web", "done\n");
    assert_asked(&p, "ensure end", "ensure web: 0 added, 0 changed, 8 removed, 0 kept\ndone\n");
    assert_rib(&p, p.one, ROUTE("9"));
    place_release(&p);
}

static void a_set_with_a_mistake_does_nothing(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    assert_asked(&p, "ensure end", "error: no set is open: ensure begin NAME\nerror\n");
    assert_asked(&p, "peer * ensure begin",
                 "error: nothing after \"begin\", wanted a name, under which the routes are kept\nerror\n");
    assert_asked(&p, "peer * ensure begin a b", "error: unexpected \"b\"\nerror\n");
    assert_asked(&p, "peer 9.9.9.9 ensure begin a", "error: no neighbor matches: 0 of 2\nerror\n");
    assert_asked(&p, "peer * ensure begin web", "done\n");
    assert_asked(&p, "peer * ensure begin web", "error: a set is open already: ensure end, or ensure abort\nerror\n");
    assert_asked(&p, "group start", "{\"error\": \"a set is open: ensure end, or ensure abort\"}\nerror\n");
    assert_asked(&p, LINE("0"), "done\n");
    assert_string_equal(world_ask(&p.w, p.h, "announce route 10.0.0.1/24 next-hop 1.2.3.4"),
                        "error: invalid network 10.0.0.1/24 for netmask 24: host bits are set\nerror\n");
    assert_memory_equal(world_ask(&p.w, p.h, "withdraw route 10.0.0.0/24"), "error: ", 7);
    assert_asked(&p, "ensure end", "error: 2 lines were wrong: nothing was changed\nerror\n");
    assert_rib(&p, p.one, "");
    assert_asked(&p, "peer * ensure begin web", "done\n");
    assert_asked(&p, LINE("0"), "done\n");
    assert_asked(&p, "ensure abort", "done\n");
    assert_rib(&p, p.one, "");
    assert_asked(&p, "peer * ensure begin web", "done\n");
    assert_asked(&p, LINE("0"), "done\n"); /* open when the client goes */
    place_release(&p);
}

static void sets_are_of_their_neighbors(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
#define CHANGE(a, c, r, k)                                                                                             \
    "{\"ensure\": \"x\", \"added\": " #a ", \"changed\": " #c ", \"removed\": " #r ", \"kept\": " #k "}\ndone\n"
    assert_asked(&p, "peer 127.0.0.1 ensure begin x ttl 60", "done\n");
    assert_asked(&p, LINE("0"), "done\n");
    assert_asked(&p, LINE("1") " med 1", "done\n");
    assert_asked(&p, LINE("1"), "done\n"); /* the last word counts */
    assert_asked(&p, "ensure end", CHANGE(2, 0, 0, 0));
    assert_asked(&p, "peer 127.0.0.3 ensure begin x", "done\n");
    assert_asked(&p, LINE("2"), "done\n");
    assert_asked(&p, "ensure end", CHANGE(1, 0, 0, 0));
    assert_rib(&p, p.one, ROUTE("0") ROUTE("1"));
    assert_rib(&p, p.two, ROUTE("2"));
    p.w.now += 62 * (uint64_t)1000000;
    world_turn(&p.w);
    assert_rib(&p, p.one, "");
    assert_rib(&p, p.two, ROUTE("2"));
    place_release(&p);
}

static void a_set_may_be_one_object(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p,
                 "{\"ensure\": \"web\", \"routes\": [\"10.0.0.0/24 next-hop 1.2.3.4\", \"announce route 10.0.1.0/24 "
                 "next-hop 1.2.3.4\", \"ipv6 unicast 2001:db8::/32 next-hop 2001:db8::1\"], \"id\": 1}",
                 "{\"id\": 1, \"data\": {\"ensure\": \"web\", \"added\": 5, \"changed\": 0, \"removed\": 0, \"kept\": "
                 "0}}\n{\"answer\": \"done\", \"id\": 1, \"neighbors\": 2, \"of\": 2, \"skipped\": 1}\n");
    assert_asked(&p,
                 "{\"ensure\": \"web\", \"peer\": \"[127.0.0.1, 127.0.0.3]\", \"ttl\": 5, \"routes\": "
                 "[\"10.0.0.0/24 next-hop 1.2.3.4\"]}",
                 "{\"data\": {\"ensure\": \"web\", \"added\": 0, \"changed\": 0, \"removed\": 3, \"kept\": 2}}\n"
                 "{\"answer\": \"done\", \"neighbors\": 2, \"of\": 2}\n");
    static const char *const bad[] = {
        "{\"ensure\": \"web\"}",
        "{\"ensure\": 5, \"routes\": []}",
        "{\"ensure\": \"\", \"routes\": []}",
        "{\"ensure\": \"web\", \"routes\": [5]}",
        "{\"ensure\": \"web\", \"routes\": [\"10.0.0.0/24\"]}",
        "{\"ensure\": \"web\", \"routes\": [\"10.0.5.0/24 next-hop 1.2.3.4\", \"10.0.0.1/24 next-hop 1.2.3.4\"]}",
        "{\"ensure\": \"web\", \"routes\": [], \"ttl\": 0}",
        "{\"ensure\": \"web\", \"routes\": [], \"ttl\": \"5\"}",
        "{\"ensure\": \"web\", \"routes\": [], \"peer\": \"nobody\"}",
        "{\"ensure\": \"web\", \"routes\": [], \"peer\": 5}",
        "{\"ensure\": \"web\", \"routes\": [], \"peer\": \"9.9.9.9\"}",
        "{\"ensure\": \"web\", \"routes\": [], \"peers\": \"*\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *answer = world_ask(&p.w, p.h, bad[i]);
        if (strncmp(answer, "{\"answer\": \"error\", ", 20) != 0 || !strstr(answer, "\"message\": ") ||
            strchr(answer, '\n')[1])
            fail_msg("%s: %s", bad[i], answer);
        assert_rib(&p, p.one, ROUTE("0"));
    }
    place_release(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_commands_answer_with_their_id),
        cmocka_unit_test(data_comes_line_by_line),
        cmocka_unit_test(long_data_stays_whole),
        cmocka_unit_test(a_request_is_answered_when_it_is_done),
        cmocka_unit_test(sync_commands_answer_late),
        cmocka_unit_test(a_set_is_made_true),
        cmocka_unit_test(a_set_with_a_mistake_does_nothing),
        cmocka_unit_test(sets_are_of_their_neighbors),
        cmocka_unit_test(a_set_may_be_one_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
