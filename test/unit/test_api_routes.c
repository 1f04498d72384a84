/* What commands do to RIBs and to what peers are sent. */
#include <stdio.h>

#include "api_world.h"
#include "unit.h"

struct place { /* a neighbor of helper `h` for all families, one with an IPv6 session, one of `other` */
    struct world w;
    struct world_peer *one, *two, *other;
    uint64_t h;
    struct buffer b;
};

static void all_families(struct neighbor *n) {
    n->offer.families = ((uint64_t)1 << (FAMILIES - 1) << 1) - 1;
    n->offer.refresh = n->offer.operational = true;
    n->offer.add_path = 3;
    n->offer.add_path_families = family_bit(&family_ipv4_unicast);
}

static void ipv6_session(struct neighbor *n) {
    all_families(n);
    assert_true(ip_parse(text_of("2001:db8::2"), &n->local));
}

static void place_init(struct place *p, enum form form) {
    world_init(&p->w, form, NULL);
    p->one = world_add_peer(&p->w, "127.0.0.1", "h", all_families);
    p->two = world_add_peer(&p->w, "2001:db8::1", "h", ipv6_session);
    p->other = world_add_peer(&p->w, "127.0.0.4", "other", all_families);
    p->h = world_add_client(&p->w, "h");
    p->b = buffer_growing();
}

static void place_release(struct place *p) {
    world_release(&p->w);
    buffer_release(&p->b);
}

#define assert_asked(p, line, answer) assert_string_equal(world_ask(&(p)->w, (p)->h, (line)), (answer))
#define assert_rib(p, peer, wanted)   assert_string_equal(world_rib(&(p)->w, (peer), &(p)->b), (wanted))

#define HOP "40030401020304" /* next-hop 1.2.3.4 */

/* ---- Routes of all kinds ---- */

static void routes_come_and_go(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    assert_asked(&p, "neighbor 127.0.0.1 announce route 10.0.1.0/24 next-hop 1.2.3.4 med 5;", "done\n");
    assert_asked(&p, "announce route 10.0.2.1 next-hop 1.2.3.4 path-information 0.0.0.5", "done\n");
    assert_rib(&p, p.one,
               "ipv4 unicast 10.0.0.0/24 | " HOP "\n"
               "ipv4 unicast 10.0.1.0/24 | " HOP "80040400000005\n"
               "ipv4 unicast 10.0.2.1/32 path 0.0.0.5 | " HOP "\n");
    assert_rib(&p, p.two, "ipv4 unicast 10.0.0.0/24 | " HOP "\nipv4 unicast 10.0.2.1/32 path 0.0.0.5 | " HOP "\n");
    assert_rib(&p, p.other, "");
    assert_asked(&p, "withdraw route 10.0.0.0/24 next-hop 9.9.9.9", "done\n");
    assert_asked(&p, "withdraw route 10.0.1.0/24", "done\n");
    assert_asked(&p, "withdraw route 10.0.2.1/32 path-information 5", "done\n");
    assert_asked(&p, "withdraw route 10.9.9.0/24", "done\n");
    assert_rib(&p, p.one, "");
    assert_rib(&p, p.two, "");
    place_release(&p);
}

static const struct {
    const char *line, *rib; /* of an announce; the same words withdraw it */
} kinds[] = {
    {"route 10.4.0.0/23 next-hop 1.2.3.4 split /24",
     "ipv4 unicast 10.4.0.0/24 | " HOP "\nipv4 unicast 10.4.1.0/24 | " HOP "\n"},
    {"route 2001:db8::/32 next-hop 2001:db8::1",
     "ipv6 unicast 2001:db8::/32 | 40031020010db8000000000000000000000001\n"},
    {"route 10.6.0.0/24 next-hop 1.2.3.4 rd 65000:1 label 100",
     "ipv4 mpls-vpn 10.6.0.0/24 label 100 rd 65000:1 | " HOP "\n"},
    {"route 10.6.0.0/24 next-hop 1.2.3.4 label [ 100 200 ]",
     "ipv4 nlri-mpls 10.6.0.0/24 label [ 100 200 ] | " HOP "\n"},
    {"route 10.6.0.0/24 next-hop 1.2.3.4 attribute [ 0x63 0xc0 0x0102 ]",
     "ipv4 unicast 10.6.0.0/24 | " HOP "c063020102\n"},
    {"attributes origin igp next-hop 1.2.3.4 med 7 nlri 10.0.0.0/24 10.0.1.0/24",
     "ipv4 unicast 10.0.0.0/24 | 400101004003040102030480040400000007\n"
     "ipv4 unicast 10.0.1.0/24 | 400101004003040102030480040400000007\n"},
    {"attribute next-hop 1.2.3.4 nlri 10.0.0.0/24 2001:db8::/32;",
     "ipv4 unicast 10.0.0.0/24 | " HOP "\nipv6 unicast 2001:db8::/32 | " HOP "\n"},
    {"attributes rd 65000:1 label 5 next-hop 1.2.3.4 nlri 10.0.0.0/24",
     "ipv4 mpls-vpn 10.0.0.0/24 label 5 rd 65000:1 | " HOP "\n"},
    {"ipv4 unicast 10.7.0.0/24 next-hop 1.2.3.4", "ipv4 unicast 10.7.0.0/24 | " HOP "\n"},
    {"ipv4 nlri-mpls 10.7.0.0/24 label 7 next-hop 1.2.3.4", "ipv4 nlri-mpls 10.7.0.0/24 label 7 | " HOP "\n"},
    {"ipv4 mpls-vpn 10.7.0.0/24 rd 1:2 label 7 next-hop 1.2.3.4",
     "ipv4 mpls-vpn 10.7.0.0/24 label 7 rd 1:2 | " HOP "\n"},
    {"ipv6 unicast 2001:db8::/32 next-hop 2001:db8::1",
     "ipv6 unicast 2001:db8::/32 | 40031020010db8000000000000000000000001\n"},
    {"flow route { match { destination 10.8.0.0/24; protocol tcp; } then { discard; } }",
     "ipv4 flow flow destination-ipv4 10.8.0.0/24 protocol =tcp | c010088006000000000000\n"},
    {"flow route name { match { source 10.8.0.0/24; } then { discard; } };",
     "ipv4 flow flow source-ipv4 10.8.0.0/24 | c010088006000000000000\n"},
    {"flow route destination 10.8.0.0/24 discard",
     "ipv4 flow flow destination-ipv4 10.8.0.0/24 | c010088006000000000000\n"},
    {"ipv4 flow destination 10.8.0.0/24 protocol tcp discard",
     "ipv4 flow flow destination-ipv4 10.8.0.0/24 protocol =tcp | c010088006000000000000\n"},
    {"ipv4 flow-vpn rd 65000:1 destination 10.8.0.0/24 discard",
     "ipv4 flow-vpn flow destination-ipv4 10.8.0.0/24 rd 65000:1 | c010088006000000000000\n"},
};

static void all_kinds_of_routes_come_and_go(void **state) {
    static const char *const selectors[] = {"", "neighbor 127.0.0.1 ", "peer [127.0.0.1] "};
    struct place p;
    char line[256];
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (size_t j = 0; j < sizeof selectors / sizeof *selectors; j++) {
            place_init(&p, FORM_5);
            snprintf(line, sizeof line, "%sannounce %s", selectors[j], kinds[i].line);
            const char *answer = world_ask(&p.w, p.h, line);
            if (strcmp(answer, "done\n") != 0)
                fail_msg("%s: %s %s", line, answer, world_log(&p.w));
            if (strcmp(world_rib(&p.w, p.one, &p.b), kinds[i].rib) != 0)
                fail_msg("%s: wanted\n%sgot\n%s", line, kinds[i].rib, written(&p.b));
            assert_int_equal(peer_route_count(p.two->peer) != 0, j == 0);
            snprintf(line, sizeof line, "%swithdraw %s", selectors[j], kinds[i].line);
            assert_asked(&p, line, "done\n");
            assert_rib(&p, p.one, "");
            place_release(&p);
        }
}

static const struct {
    const char *line, *reason;
} mistakes[] = {
    {"announce route 10.0.0.0/24", "announce requires a next-hop"},
    {"announce route 10.0.0.1/24 next-hop 1.2.3.4", "host bits are set"},
    {"announce route 10.0.0.0/33 next-hop 1.2.3.4", "invalid netmask"},
    {"announce route", "nothing after"},
    {"announce route 10.0.0.0/24 next-hop", "nothing after"},
    {"announce route 10.0.0.0/24 next-hop 1.2.3.4 mad 5", "did you mean \"med\""},
    {"announce attributes next-hop 1.2.3.4", "nothing after"},
    {"announce attributes next-hop 1.2.3.4 nlri", "no prefix"},
    {"announce attributes next-hop 1.2.3.4 nlri 10.0.0.0/24 10.0.0.1/24", "host bits are set"},
    {"announce attributes next-hop self nlri 10.0.0.0/24 2001:db8::/32", "two families"},
    {"announce ipv4 frob 10.0.0.0/24 next-hop 1.2.3.4", "unknown family ipv4 frob"},
    {"announce ipv6", "nothing after"},
    {"announce flow", "nothing after"},
    {"announce flow route { match { destination 10.8.0.0/24; } then { discard; }", "wanted"},
    {"announce flow route { match { destination 10.8.0.0/24; } then { discard; } } more", "unexpected \"more\""},
    {"neighbor 9.9.9.9 announce route 10.0.0.0/24 next-hop 1.2.3.4", "no neighbor matches"},
    {"announce frob 10.0.0.0/24", "unknown announce type: frob"},
    {"ANNOUNCE route 10.0.0.0/24 next-hop 1.2.3.4", "unknown command"},
    {"announce Route 10.0.0.0/24 next-hop 1.2.3.4", "unknown announce type: Route"},
};

static void mistakes_are_answered_and_logged(void **state) {
    struct place p;
    (void)state;
    for (enum form form = FORM_4; form <= FORM_6; form++) {
        place_init(&p, form);
        for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
            const char *answer = world_ask(&p.w, p.h, mistakes[i].line), *log = world_log(&p.w);
            if (form == FORM_6) {
                assert_memory_equal(answer, "error: ", 7);
                assert_string_equal(strchr(answer, '\n'), "\nerror\n");
            } else if (form == FORM_5) {
                assert_string_equal(answer, "error\n");
            } else {
                assert_string_equal(strstr(answer, "error\n"), "error\n");
            }
            if (!strstr(log, mistakes[i].reason) || !strstr(log, mistakes[i].line))
                fail_msg("%s: %s", mistakes[i].line, log);
            if (form == FORM_6 && !strstr(answer, mistakes[i].reason))
                fail_msg("%s: %s", mistakes[i].line, answer);
        }
        assert_rib(&p, p.one, "");
        place_release(&p);
    }
}

/* A line of the longest that is allowed, wrong at its end: the log has the place, not all of it. */
static void the_log_shows_the_place_that_is_wrong(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    struct buffer line = buffer_growing();
    put_literal(&line, "announce attributes next-hop 1.2.3.4 nlri");
    for (unsigned i = 0; i < 5000; i++)
        put_format(&line, " 10.%u.%u.0/24", i >> 8, i & 255);
    put_literal(&line, " 10.0.0.1/24");
    assert_asked(&p, written(&line), "error\n");
    const char *log = world_log(&p.w);
    assert_true(strlen(log) < 500);
    assert_non_null(strstr(log, " 10.0.0.1/24\""));
    assert_rib(&p, p.one, "");
    buffer_release(&line);
    place_release(&p);
}

static void next_hop_self_needs_an_address(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    assert_asked(&p, "neighbor 127.0.0.1 announce route 10.0.0.0/24 next-hop self", "done\n");
    assert_asked(&p, "neighbor 2001:DB8::1 announce route 2001:db8:5::/48 next-hop self", "done\n");
    for (unsigned i = 0; i < 2; i++) {
        const char *answer = world_ask(&p.w, p.h, "neighbor 127.0.0.1 announce route 2001:db8:5::/48 next-hop self");
        assert_memory_equal(answer, "error: next-hop self: ", 22);
        /* All or nothing: one of the two neighbors could have had it. */
        assert_memory_equal(world_ask(&p.w, p.h, "announce route 2001:db8:6::/48 next-hop self"), "error: ", 7);
        assert_memory_equal(world_ask(&p.w, p.h, "announce attributes next-hop self nlri 2001:db8:6::/48"),
                            "error: ", 7);
    }
    assert_int_equal(peer_route_count(p.one->peer), 1);
    assert_int_equal(peer_route_count(p.two->peer), 1);
    place_release(&p);
}

/* ---- Lines like others before them ---- */

static uint32_t draw(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)(*seed >> 8) * below) >> 24);
}

/* Good and bad pieces of a line, put together at random: what the second place learns from each line before must never
 * show. The first place never knows a line: a comment at its selector's place keeps them apart. */
static void put_random_line(struct buffer *b, uint32_t *seed) {
    static const char *const heads[] = {"announce route ",
                                        "withdraw route ",
                                        "neighbor * announce route ",
                                        "peer * withdraw route ",
                                        "neighbor 127.0.0.1 announce route ",
                                        "announce  route ",
                                        "neighbor 2001:db8::1 withdraw route ",
                                        "announce route\t"};
    static const char *const prefixes[] = {"10.%u.0.0/16",     "10.0.%u.0/24",  "10.0.0.%u",     "10.0.0.%u/32",
                                           "2001:db8:%u::/48", "10.0.0.%u/24",  "10.%u.0.0/33",  "010.%u.0.0/16",
                                           "0.0.0.0/12",       "10.%u.0.0/16x", "300.%u.0.0/16", "::ffff:1.2.3.%u/128",
                                           "224.%u.0.0/16"};
    static const char *const tails[] = {"",
                                        " next-hop 1.2.3.4",
                                        " next-hop 1.2.3.4 med %u",
                                        " next-hop self",
                                        " next-hop 2001:db8::9",
                                        " next-hop 1.2.3.4 label %u",
                                        " next-hop 1.2.3.4 rd 1:%u label 7",
                                        " next-hop 1.2.3.4 path-information %u",
                                        " next-hop 1.2.3.4 split /18",
                                        " med %u",
                                        " next-hop 1.2.3.4 med x%u",
                                        " next-hop 1.2.3.4 community [ 1:%u 1:2 ]",
                                        " next-hop 1.2.3.4 sync",
                                        " next-hop 1.2.3.4 watchdog dog",
                                        "  next-hop 1.2.3.4",
                                        ";",
                                        " next-hop 1.2.3.4 ;"};
    char piece[128];
    put_string(b, heads[draw(seed, sizeof heads / sizeof *heads)]);
    snprintf(piece, sizeof piece, prefixes[draw(seed, sizeof prefixes / sizeof *prefixes)], draw(seed, 4));
    put_string(b, piece);
    snprintf(piece, sizeof piece, tails[draw(seed, sizeof tails / sizeof *tails)], draw(seed, 3));
    put_string(b, piece);
}

static void what_is_remembered_never_shows(void **state) {
    struct place fresh, knowing;
    struct buffer line = buffer_growing(), wanted = buffer_growing(), log = buffer_growing();
    uint32_t seed = 1;
    (void)state;
    place_init(&knowing, FORM_5);
    place_init(&fresh, FORM_5);
    for (unsigned i = 0; i < 20000; i++) {
        buffer_clear(&line);
        put_random_line(&line, &seed);
        /* A change of generations makes it forget every head, so that each line is resolved and read anew. */
        api_rebind(fresh.w.api);
        const char *answer = world_ask(&fresh.w, fresh.h, written(&line));
        buffer_clear(&log);
        put_string(&log, world_log(&fresh.w));
        if (strcmp(answer, world_ask(&knowing.w, knowing.h, written(&line))) != 0)
            fail_msg("line %u, %s: %s", i, written(&line), answer);
        if (strcmp(written(&log), world_log(&knowing.w)) != 0)
            fail_msg("line %u, %s: the log differs: %s", i, written(&line), written(&log));
        if (i % 16)
            continue;
        buffer_clear(&wanted);
        put_string(&wanted, world_rib(&fresh.w, fresh.one, &fresh.b));
        put_string(&wanted, world_rib(&fresh.w, fresh.two, &fresh.b));
        buffer_clear(&line);
        put_string(&line, world_rib(&knowing.w, knowing.one, &knowing.b));
        put_string(&line, world_rib(&knowing.w, knowing.two, &knowing.b));
        if (strcmp(written(&wanted), written(&line)) != 0)
            fail_msg("after line %u: wanted\n%sgot\n%s", i, written(&wanted), written(&line));
    }
    buffer_release(&line);
    buffer_release(&wanted);
    buffer_release(&log);
    place_release(&fresh);
    place_release(&knowing);
}

/* More tails than are kept: they come back as they were, and none of their sets is lost or kept for ever. */
static void more_is_learned_than_can_be_kept(void **state) {
    struct place p;
    char line[128];
    (void)state;
    place_init(&p, FORM_5);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < 20000; i++) {
            snprintf(line, sizeof line, "neighbor 127.0.0.1 announce route 10.%u.%u.0/24 next-hop 1.2.3.4 med %u\n",
                     i >> 8, i & 255, i);
            world_say(&p.w, p.h, line);
        }
    world_heard(&p.w, p.h);
    struct rib_route route;
    unsigned count = 0;
    for (uint64_t walk = 0; peer_route_next(p.one->peer, &walk, &route); count++) {
        struct attribute_set set = store_set(engine_store(p.w.engine), route.set);
        struct cursor med;
        assert_true(attributes_find(set.named, ATTRIBUTE_MED, &med));
        assert_int_equal(cursor_u32(&med), (uint32_t)route.nlri.p[2] << 8 | route.nlri.p[3]);
    }
    assert_int_equal(count, 20000);
    world_ask(&p.w, p.h, "neighbor 127.0.0.1 clear adj-rib out");
    assert_true(engine_store(p.w.engine)->count <= 8192);
    place_release(&p);
}

/* ---- Groups ---- */

static void groups_go_together(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    assert_asked(&p,
                 "peer 127.0.0.1 group announce route 10.0.0.0/24 next-hop 1.2.3.4 ; announce flow route { match { "
                 "source 10.8.0.0/24; } then { discard; } } ; withdraw route 10.0.1.0/24",
                 "{\"status\": \"group processed\", \"announced\": 2, \"withdrawn\": 1}\ndone\n");
    assert_asked(&p,
                 "peer 127.0.0.1 group attributes med 5 next-hop 1.2.3.4 ; announce route 10.0.1.0/24 ; announce route "
                 "10.0.2.0/24 med 6 next-hop 9.9.9.9",
                 "{\"status\": \"group processed\", \"announced\": 2, \"withdrawn\": 0}\ndone\n");
    assert_rib(&p, p.one,
               "ipv4 flow flow source-ipv4 10.8.0.0/24 | c010088006000000000000\n"
               "ipv4 unicast 10.0.0.0/24 | " HOP "\n"
               "ipv4 unicast 10.0.1.0/24 | " HOP "80040400000005\n"
               "ipv4 unicast 10.0.2.0/24 | 4003040909090980040400000006\n");
    assert_rib(&p, p.two, "");
    assert_asked(&p, "peer 127.0.0.1 group foo ; announce route bad;announce route 10.0.3.0/24 next-hop 1.2.3.4",
                 "{\"status\": \"group processed\", \"announced\": 1, \"withdrawn\": 0, \"errors\": [\"unknown action "
                 "in group: foo\", \"could not parse: announce route bad\"]}\ndone\n");
    assert_asked(&p, "peer 9.9.9.9 group announce route 10.0.0.0/24 next-hop 1.2.3.4",
                 "error: no neighbor matches: 0 of 2\nerror\n");
    place_release(&p);
}

static void groups_may_take_several_lines(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    assert_asked(&p, "group start", "{\"status\": \"group started\"}\ndone\n");
    assert_asked(&p, "group start", "{\"error\": \"already in group block (nested groups not allowed)\"}\nerror\n");
    assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    assert_asked(&p, "announce route bad", "done\n");
    assert_asked(&p, "withdraw route 10.9.0.0/24", "done\n");
    assert_rib(&p, p.one, "");
    assert_asked(&p, "peer * announce route 10.0.1.0/24 next-hop 1.2.3.4", "done\n");
    assert_rib(&p, p.one, "ipv4 unicast 10.0.1.0/24 | " HOP "\n");
    assert_asked(
        &p, "group end",
        "{\"status\": \"group processed\", \"announced\": 1, \"withdrawn\": 1, \"errors\": [\"could not parse: "
        "announce route bad\"]}\ndone\n");
    assert_rib(&p, p.one, "ipv4 unicast 10.0.0.0/24 | " HOP "\nipv4 unicast 10.0.1.0/24 | " HOP "\n");
    assert_rib(&p, p.two, "ipv4 unicast 10.0.0.0/24 | " HOP "\nipv4 unicast 10.0.1.0/24 | " HOP "\n");
    assert_asked(&p, "group start", "{\"status\": \"group started\"}\ndone\n");
    assert_asked(&p, "group end", "{\"status\": \"group ended\", \"commands\": 0}\ndone\n");
    place_release(&p);
}

static void groups_have_a_limit(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "group start", "group started\ndone\n");
    for (unsigned i = 0; i < 100000; i++)
        world_say(&p.w, p.h, "announce route 10.0.0.0/24 next-hop 1.2.3.4\n");
    world_heard(&p.w, p.h);
    assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4",
                 "error: group buffer limit reached, group discarded\nerror\n");
    assert_asked(&p, "group end", "error: not in group block\nerror\n");
    assert_rib(&p, p.one, "");
    place_release(&p);
}

/* ---- Routes by index ---- */

static void routes_have_an_index(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    assert_asked(&p, "peer 127.0.0.1 routes add route 10.1.0.0/24 next-hop 1.2.3.4",
                 "{\"index\": \"303130313031303164697361626c6564180a0100\", \"route\": \"10.1.0.0/24 next-hop "
                 "1.2.3.4\", \"success\": true}\ndone\n");
    assert_asked(&p, "peer 127.0.0.1 routes add route 10.2.0.0/23 next-hop 1.2.3.4 split /24 path-information 5",
                 "[{\"index\": \"303130313031303100000005180a0200\", \"route\": \"10.2.0.0/24 path-information 0.0.0.5 "
                 "next-hop 1.2.3.4\", \"success\": true}, {\"index\": \"303130313031303100000005180a0201\", \"route\": "
                 "\"10.2.1.0/24 path-information 0.0.0.5 next-hop 1.2.3.4\", \"success\": true}]\ndone\n");
#define ITEM                                                                                                           \
    "{\"index\": \"303130313031303164697361626c6564180a0100\", \"route\": \"10.1.0.0/24 next-hop 1.2.3.4\", "          \
    "\"neighbor\": \"neighbor 127.0.0.1 local-ip 127.0.0.2 local-as 65001 peer-as 65002 router-id 1.1.1.1 "            \
    "family-allowed in-open\"}"
    assert_asked(&p, "peer 127.0.0.1 routes remove index 303130313031303100000005180a0200",
                 "{\"removed\": true, \"index\": \"303130313031303100000005180a0200\"}\ndone\n");
    assert_asked(&p, "peer 127.0.0.1 routes remove route 10.2.1.0/24 path-information 5",
                 "{\"removed\": true, \"route\": \"10.2.1.0/24 path-information 0.0.0.5\", \"index\": "
                 "\"303130313031303100000005180a0201\"}\ndone\n");
    assert_asked(&p, "peer * routes list", "[" ITEM "]\ndone\n");
    assert_asked(&p, "peer * routes ipv4 unicast list", "[" ITEM "]\ndone\n");
    assert_asked(&p, "peer * routes ipv6 list", "[]\ndone\n");
    assert_asked(&p, "peer 2001:db8::1 routes list", "[]\ndone\n");
    assert_asked(&p, "peer 127.0.0.1 routes remove index 303130313031303164697361626c6564180a0100",
                 "{\"removed\": true, \"index\": \"303130313031303164697361626c6564180a0100\"}\ndone\n");
    assert_asked(&p, "peer 127.0.0.1 routes remove index 303130313031303164697361626c6564180a0100",
                 "{\"removed\": false, \"index\": \"303130313031303164697361626c6564180a0100\"}\ndone\n");
    assert_rib(&p, p.one, "");
    /* Every part of an index, and octets that are none: no route is found, nothing else happens. */
    const char whole[] = "303130313031303164697361626c6564180a0100ff";
    for (size_t len = 2; len < sizeof whole; len += 2) {
        char line[128];
        snprintf(line, sizeof line, "peer 127.0.0.1 routes remove index %.*s", (int)len, whole);
        assert_non_null(strstr(world_ask(&p.w, p.h, line), "{\"removed\": false"));
    }
    place_release(&p);
}

/* ---- Neighbors at run time ---- */

static void neighbors_are_made_and_taken_away(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
#define NAME "neighbor 127.0.0.9 local-ip 127.0.0.2 local-as 1 peer-as 2 router-id 127.0.0.2 family-allowed in-open"
    assert_asked(&p, "peer create 127.0.0.9 local-address 127.0.0.2 local-as 1 peer-as 2 api h api other", "done\n");
    struct peer *made = engine_find(p.w.engine, text_of(NAME));
    assert_non_null(made);
    assert_int_equal(peer_neighbor(made)->offer.families, family_bit(&family_ipv4_unicast));
    assert_asked(&p, "peer create 127.0.0.9 local-ip 127.0.0.2 local-as 1 peer-as 2",
                 "error: peer already exists: " NAME "\nerror\n");
    assert_asked(&p, "peer 127.0.0.9 announce route 10.0.0.0/24 next-hop self", "done\n");
    assert_int_equal(peer_route_count(made), 1);
    assert_asked(&p, "peer delete 127.0.0.9", "done\n");
    assert_null(engine_find(p.w.engine, text_of(NAME)));
    assert_asked(&p,
                 "create neighbor 127.0.0.9 local-address 127.0.0.2 local-as 1 peer-as 2 router-id 9.9.9.9 "
                 "family-allowed ipv4-unicast/ipv6-unicast graceful-restart 120 group-updates false api h",
                 "done\n");
    assert_asked(&p, "peer create 2001:db8::9 local-address 2001:db8::2 local-as 1 peer-as 2 router-id 9.9.9.9",
                 "done\n");
    made = engine_at(p.w.engine, 3);
    assert_int_equal(peer_neighbor(made)->offer.families,
                     family_bit(&family_ipv4_unicast) | family_bit(&family_ipv6_unicast));
    assert_int_equal(peer_neighbor(made)->offer.restart_time, 120);
    assert_false(peer_neighbor(made)->group_updates);
    /* They are gone with the next configuration. */
    api_reloaded(p.w.api, p.w.now);
    assert_null(engine_at(p.w.engine, 3));
    assert_asked(&p, "peer create 127.0.0.9 local-address 127.0.0.2 local-as 1 peer-as 2 api h", "done\n");
    assert_asked(&p, "peer delete *", "done\n");
    assert_null(engine_at(p.w.engine, 1));
    place_release(&p);
}

static void neighbors_are_refused_with_a_reason(void **state) {
    static const struct {
        const char *words, *reason;
    } cases[] = {
        {"127.0.0.9 local-as 1 peer-as 2", "missing required parameters: local-address"},
        {"127.0.0.9", "missing required parameters: local-address, local-as, peer-as"},
        {"bad local-address 127.0.0.2 local-as 1 peer-as 2", "invalid IP address bad: unrecognised ip address bad"},
        {"127.0.0.9 foo bar", "unknown parameter: foo"},
        {"127.0.0.9 local-as 1 local-as 1", "duplicate parameter: local-as"},
        {"127.0.0.9 local-ip 127.0.0.2 local-address 127.0.0.2", "duplicate parameter: local-address"},
        {"127.0.0.9 local-as", "missing value for local-as"},
        {"127.0.0.9 local-as 4294967296", "invalid value for local-as: 4294967296"},
        {"127.0.0.9 local-address ::1 local-as 1 peer-as 2", "the addresses are of different families"},
        {"::9 local-address ::2 local-as 1 peer-as 2", "missing required parameters: router-id"},
        {"127.0.0.9 family-allowed ipv4-frob", "invalid value for family-allowed: ipv4-frob"},
        {"127.0.0.9 group-updates maybe", "invalid value for group-updates: maybe"},
    };
    struct place p;
    char line[256], wanted[256];
    (void)state;
    place_init(&p, FORM_6);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(line, sizeof line, "peer create %s", cases[i].words);
        snprintf(wanted, sizeof wanted, "error: Unexpected error: ValueError: %s\nerror\n", cases[i].reason);
        assert_asked(&p, line, wanted);
    }
    assert_null(engine_at(p.w.engine, 3));
    place_release(&p);
}

/* ---- Peers that are connected ---- */

static void establish(struct place *p) {
    world_establish(&p->w, p->one);
    world_turn(&p->w);
    world_written(&p->w, p->one);
}

#define assert_sent(p, wanted) assert_string_equal(world_written(&(p)->w, (p)->one), (wanted))

static void peers_are_sent_what_is_announced(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    establish(&p);
    assert_asked(&p, "neighbor 127.0.0.1 announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    assert_sent(&p, "UPDATE 000000144001010040020602010000fde940030401020304"
                    "00000000180a0000");
    assert_asked(&p, "neighbor 127.0.0.1 announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    assert_sent(&p, "");
    assert_asked(&p, "neighbor 127.0.0.1 withdraw route 10.0.0.0/24", "done\n");
    assert_sent(&p, "UPDATE 000800000000180a00000000");
    assert_asked(&p, "announce eor", "done\n");
    assert_sent(&p, "UPDATE 00000000");
    assert_asked(&p, "announce eor ipv6 unicast", "done\n");
    assert_sent(&p, "UPDATE 00000007900f0003000201");
    assert_asked(&p, "announce route-refresh ipv4 unicast", "done\n");
    assert_sent(&p, "REFRESH 00010001");
    assert_asked(&p, "announce operational rpcq afi ipv4 safi unicast sequence 5", "done\n");
    assert_sent(&p, "OPERATIONAL 0003000b0001010101010100000005");
    assert_asked(&p, "announce operational lpcp afi ipv4 safi unicast router-id 9.9.9.9 sequence 5 counter 7",
                 "done\n");
    assert_sent(&p, "OPERATIONAL 0008000f000101090909090000000500000007");
    assert_asked(&p, "neighbor 127.0.0.1 announce operational asm afi ipv6 safi unicast advisory \"hey; you\"",
                 "done\n");
    assert_sent(&p, "OPERATIONAL 0002000b0002016865793b20796f75");
    place_release(&p);
}

static void peers_are_flushed_cleared_and_torn_down(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "neighbor 127.0.0.1 announce route 2001:db8::/32 next-hop 2001:db8::1", "done\n");
    world_establish(&p.w, p.one);
    const char route[] = "UPDATE 0000002a4001010040020602010000fde9800e1a0002011020010db80000000000000000000000010020"
                         "20010db8";
    assert_memory_equal(world_written(&p.w, p.one), route, sizeof route - 1);
    assert_asked(&p, "flush adj-rib out", "done\n"); /* between BoRR and EoRR of each family */
    const char *sent = world_written(&p.w, p.one);
    assert_memory_equal(sent, "REFRESH 00010101,REFRESH 00010102,", 34);
    assert_non_null(strstr(sent, route));
    assert_non_null(strstr(strstr(sent, route), ",REFRESH 00010201,"));
    assert_asked(&p, "neighbor 2001:db8::1 flush adj-rib out", "done\n");
    assert_sent(&p, "");
    assert_asked(&p, "clear adj-rib out", "done\n");
    assert_sent(&p, "UPDATE 0000000b800f080002012020010db8");
    assert_rib(&p, p.one, "");
    assert_asked(&p, "teardown 4", "done\n"); /* nobody was named */
    assert_sent(&p, "");
    assert_asked(&p, "neighbor 127.0.0.4 teardown 4", "done\n"); /* another helper's */
    assert_asked(&p, "neighbor 127.0.0.1 teardown 4", "done\n");
    assert_sent(&p, "NOTIFICATION 0604144164"
                    "6d696e697374726174697665205265736574");
    place_release(&p);
}

static void watch_routes(struct neighbor *n) {
    static const uint8_t nlri[] = {24, 10, 0, 0}, other[] = {24, 10, 0, 1}, named[] = {0x40, 3, 4, 1, 2, 3, 4};
    struct listed_route route = {.family = &family_ipv4_unicast,
                                 .nlri = cursor_of(nlri, sizeof nlri),
                                 .attributes = {cursor_of(named, sizeof named), cursor_of(NULL, 0)},
                                 .watchdog = text_of("dog"),
                                 .withdrawn = true};
    route_list_add(&n->routes, &route);
    route.nlri = cursor_of(other, sizeof other);
    route.watchdog = text_of("h");
    route_list_add(&n->routes, &route);
}

static void neighbors_are_disabled_and_enabled(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    world_establish(&p.w, p.one);
    assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    world_written(&p.w, p.one);
    assert_asked(&p, "disable", "error\n"); /* not all of them by a slip */
    assert_asked(&p, "neighbor 9.9.9.9 disable", "error\n");
    assert_asked(&p, "neighbor 127.0.0.1 disable now", "error\n");
    assert_asked(&p, "neighbor 127.0.0.1 disable", "done\n");
    assert_non_null(strstr(world_written(&p.w, p.one), "NOTIFICATION 0602"));
    world_lose(&p.w, p.one);
    for (unsigned i = 0; i < 300; i++) {
        p.w.now += 1000000;
        world_turn(&p.w);
    }
    assert_int_equal(p.one->stream, 0); /* it does not try */
    assert_asked(&p, "neighbor 127.0.0.1 disable", "done\n");
    assert_asked(&p, "peer 127.0.0.1 enable", "done\n");
    world_establish(&p.w, p.one);
    assert_non_null(strstr(world_written(&p.w, p.one), "180a0000"));
    place_release(&p);
}

static void watchdogs_are_for_all_neighbors(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    struct world_peer *far = world_add_peer(&p.w, "127.0.0.5", "other", watch_routes);
    assert_asked(&p, "announce watchdog nobody", "done\n");
    assert_rib(&p, far, "");
    assert_asked(&p, "announce watchdog dog", "done\n");
    assert_asked(&p, "announce watchdog dog", "done\n");
    assert_rib(&p, far, "ipv4 unicast 10.0.0.0/24 | " HOP "\n");
    assert_asked(&p, "withdraw watchdog dog", "done\n");
    assert_rib(&p, far, "");
    assert_asked(&p, "neighbor 127.0.0.1 announce watchdog", "done\n"); /* named as the helper */
    assert_rib(&p, far, "ipv4 unicast 10.0.1.0/24 | " HOP "\n");
    place_release(&p);
}

/* ---- Sync mode ---- */

static void sync_waits_for_the_socket(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    establish(&p);
    assert_asked(&p, "peer * announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    assert_asked(&p, "peer * announce route 10.0.1.0/24 next-hop 1.2.3.4 sync\nsystem version\npeer list", "");
    assert_true(world_client(&p.w, p.h)->paused);
    assert_int_equal(peer_route_count(p.one->peer), 2);
    api_turn(p.w.api, p.w.now);
    assert_string_equal(world_heard(&p.w, p.h), "");
    world_turn(&p.w);
    const char *heard = world_heard(&p.w, p.h);
    assert_memory_equal(heard, "done\n{\"version\"", 15);
    assert_non_null(strstr(heard, "\"ESTABLISHED\""));
    assert_false(world_client(&p.w, p.h)->paused);
    /* Who is not connected is not waited for; who goes away is not, either. */
    assert_asked(&p, "peer 2001:db8::1 announce route 10.0.0.0/24 next-hop 1.2.3.4 sync", "done\n");
    assert_asked(&p, "session sync enable", "done\n");
    assert_asked(&p, "peer * announce route 10.0.2.0/24 next-hop 1.2.3.4", "");
    world_lose(&p.w, p.one);
    world_turn(&p.w);
    assert_string_equal(world_heard(&p.w, p.h), "done\n");
    assert_asked(&p, "peer * announce route 10.0.3.0/24 next-hop 1.2.3.4 text async", "done\n");
    place_release(&p);
}

static void sync_survives_who_is_waited_for(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    establish(&p);
    assert_asked(&p, "peer 127.0.0.1 announce route 10.0.2.0/24 next-hop 1.2.3.4 sync", "");
    engine_remove(p.w.engine, p.one->peer, 3, p.w.now);
    world_turn(&p.w);
    engine_closed(p.w.engine, p.one->stream, "closed", p.w.now);
    world_turn(&p.w);
    assert_string_equal(world_heard(&p.w, p.h), "done\n");
    place_release(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_come_and_go),
        cmocka_unit_test(all_kinds_of_routes_come_and_go),
        cmocka_unit_test(mistakes_are_answered_and_logged),
        cmocka_unit_test(the_log_shows_the_place_that_is_wrong),
        cmocka_unit_test(next_hop_self_needs_an_address),
        cmocka_unit_test(what_is_remembered_never_shows),
        cmocka_unit_test(more_is_learned_than_can_be_kept),
        cmocka_unit_test(groups_go_together),
        cmocka_unit_test(groups_may_take_several_lines),
        cmocka_unit_test(groups_have_a_limit),
        cmocka_unit_test(routes_have_an_index),
        cmocka_unit_test(neighbors_are_made_and_taken_away),
        cmocka_unit_test(neighbors_are_refused_with_a_reason),
        cmocka_unit_test(peers_are_sent_what_is_announced),
        cmocka_unit_test(peers_are_flushed_cleared_and_torn_down),
        cmocka_unit_test(neighbors_are_disabled_and_enabled),
        cmocka_unit_test(watchdogs_are_for_all_neighbors),
        cmocka_unit_test(sync_waits_for_the_socket),
        cmocka_unit_test(sync_survives_who_is_waited_for),
    };
    return cmocka_run_group_tests_name("api_routes", tests, NULL, NULL);
}
