/* From one configuration to the next: what is printed reads back the same, what differs is told, and the engine gets
 * just that. */
#include "config/apply.h"

#include <stdio.h>

#include "unit.h"

static bool read_config(struct configuration *c, const char *text) {
    static const struct config_options options = {.software = {"test/1", 6}, .folder = "/bin"};
    struct config_report report = {0};
    bool good = config_read_text(text_of(text), "test", &options, c, &report);
    struct buffer b = buffer_growing();
    if (report.count)
        put_config_report(&b, &report);
    if (!good)
        print_error("%s", written(&b));
    buffer_release(&b);
    config_report_release(&report);
    return good;
}

#define NEIGHBOR(peer, body) "neighbor " peer " { local-address 127.0.0.1; local-as 1; peer-as 2;\n" body "\n}\n"

/* ---- Printed back ---- */

static void what_is_printed_reads_back(void **state) {
    (void)state;
    static const char *const texts[] = {
        NEIGHBOR("127.0.0.2", ""),
        NEIGHBOR("10.0.0.0/8", "passive; description \"a; b\\\\ {\\t}\"; host-name a.b; domain-name c;"),
        NEIGHBOR("127.0.0.2", "hold-time 0; rate-limit 7; manual-eor true; listen 1790; connect 1791;"
                              "group-updates false; auto-flush no; adj-rib-in false; adj-rib-out 0;"
                              "outgoing-ttl 255; incoming-ttl 0; source-interface lo;"
                              "md5-password 'c2VjcmV0'; md5-base64 true; md5-ip 127.0.0.9;"),
        NEIGHBOR("127.0.0.2", "tcp-ao { keyid 7; algorithm hmac-sha-256; password \"a b\"; }"),
        NEIGHBOR("127.0.0.2", "capability { asn4 disable; route-refresh; graceful-restart 17; add-path receive;"
                              "multi-session; operational; extended-message no; aigp; software-version enable;"
                              "link-local-nexthop yes; link-local-prefer 1; raw [ 0x42 0x01ff ]; raw [ 0x43 0x ]; }"
                              "family { ipv4 unicast; ipv6 unicast; ipv4 mpls-vpn; ipv6 mpls-vpn; }"
                              "nexthop { ipv4 unicast ipv6; ipv4 mpls-vpn ipv6; }"
                              "add-path { ipv4 unicast limit 3; ipv6 unicast; }"),
        "process a { run cat; encoder json; }\nprocess b { run cat; }\n" NEIGHBOR(
            "127.0.0.2", "api x { processes [ a ]; neighbor-changes; receive { update; parsed; } }"
                         "api { processes [ a b ]; fsm; signal; negotiated; send { open; packets; consolidate; } }"),
        NEIGHBOR("127.0.0.2", "local-as auto; peer-as auto; local-address auto; router-id 1.2.3.4;"),
        "neighbor ::1 { local-address ::2; local-as 1.1; peer-as 4294967295; router-id 9.9.9.9;"
        "local-link-local fe80::5; static { route 1.2.3.0/24 next-hop self; route 2001:db8::/32 next-hop ::9; } }",
        NEIGHBOR("127.0.0.2",
                 "static { route 1.2.3.0/24 next-hop 9.9.9.9 med 5 origin egp as-path [ 1 2 ] ( 3 ) "
                 "local-preference 7 community [ 1:2 no-export ] large-community 1:2:3 "
                 "extended-community target:1:2 originator-id 1.1.1.1 cluster-list [ 1.1.1.1 2.2.2.2 ] "
                 "aggregator 1:1.1.1.1 atomic-aggregate attribute [ 0x63 0xe0 0x0102 ] aigp 7;"
                 "route 1.2.4.0/24 next-hop self path-information 1.2.3.4 watchdog w withdraw name \"a b\";"
                 "route 1.2.0.0/22 next-hop 9.9.9.9 split /24;"
                 "route 239.0.0.0/8 next-hop 9.9.9.9;"
                 "route 2.0.0.0/8 next-hop 9.9.9.9 label [ 5 6 ] rd 1:2; route 3.0.0.0/8 label 7 "
                 "next-hop 9.9.9.9; attributes next-hop 9.9.9.9 med 9 nlri 4.0.0.0/8 5.0.0.0/8; }"),
        NEIGHBOR("127.0.0.2", "announce { ipv4 { unicast 1.0.0.0/8 next-hop 9.9.9.9; multicast 2.0.0.0/8 next-hop "
                              "9.9.9.9; flow destination 1.2.3.4/32 port [ >5&<9 =17 ] discard; } ipv6 { unicast "
                              "2001:db8::/32 next-hop ::9; } }"
                              "flow { route x { rd 1:2; match { source 1.2.3.0/24; protocol tcp; } "
                              "then { redirect 5:6; community 1:2; } } route destination ::/0 accept; }"),
    };
    struct buffer first = buffer_growing(), second = buffer_growing();
    static const char processes[] = "process a { run cat; encoder json; }\nprocess b { run cat; }\n";
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct configuration c;
        buffer_clear(&first);
        buffer_clear(&second);
        assert_true(read_config(&c, texts[i]));
        assert_int_equal(c.neighbor_count, 1);
        put_string(&first, processes);
        put_neighbor_configuration(&first, c.neighbors[0]);
        config_release(&c);
        assert_true(read_config(&c, written(&first)));
        put_string(&second, processes);
        put_neighbor_configuration(&second, c.neighbors[0]);
        config_release(&c);
        assert_string_equal(written(&second), written(&first));
    }
    buffer_release(&first);
    buffer_release(&second);
}

/* ---- What differs ---- */

static void assert_diff(const char *before, const char *after, const char *wanted) {
    struct configuration old, new;
    struct buffer b = buffer_growing();
    assert_true(read_config(&old, before));
    assert_true(read_config(&new, after));
    put_config_diff(&b, &old, &new, &(struct config_diff_form){.routes_most = 3});
    assert_written(&b, wanted);
    config_release(&old);
    config_release(&new);
    buffer_release(&b);
}

#define NAME(peer, as)                                                                                                 \
    "neighbor " peer " local-ip 127.0.0.1 local-as " as " peer-as 2 router-id 127.0.0.1 family-allowed in-open"

static void what_differs_is_told(void **state) {
    (void)state;
    static const char same[] = NEIGHBOR("127.0.0.2", "static { route 1.0.0.0/8 next-hop 1.1.1.1; }");
    assert_diff(same, same, "");
    assert_diff(NEIGHBOR("127.0.0.2", "") NEIGHBOR("127.0.0.3", ""),
                NEIGHBOR("127.0.0.3", "") NEIGHBOR("127.0.0.4", "static { route 1.0.0.0/8 next-hop 1.1.1.1; }"),
                "- " NAME("127.0.0.2", "1") "\n+ " NAME("127.0.0.4", "1") "\n    routes: 1 new\n");
    assert_diff(NEIGHBOR("127.0.0.2", "hold-time 30; md5-password a;"),
                NEIGHBOR("127.0.0.2", "hold-time 90; description x; md5-password b;"),
                "~ " NAME("127.0.0.2", "1") " (session restarts: hold-time, md5-password)\n"
                                            "    - description \"\"\n    - hold-time 30\n    - md5-password\n"
                                            "    + description \"x\"\n    + hold-time 90\n    + md5-password\n");
    assert_diff(NEIGHBOR("127.0.0.2", "description a;"), NEIGHBOR("127.0.0.2", "description b;"),
                "~ " NAME("127.0.0.2", "1") "\n    - description \"a\"\n    + description \"b\"\n");
    assert_diff(NEIGHBOR("127.0.0.2", "static { route 1.0.0.0/8 next-hop 1.1.1.1; route 2.0.0.0/8 next-hop 1.1.1.1;"
                                      "route 3.0.0.0/8 next-hop 1.1.1.1; route 5.0.0.0/8 next-hop 1.1.1.1; }"),
                NEIGHBOR("127.0.0.2", "static { route 1.0.0.0/8 next-hop 1.1.1.1; route 2.0.0.0/8 next-hop 1.1.1.2;"
                                      "route 4.0.0.0/8 next-hop 1.1.1.1; }"),
                "~ " NAME("127.0.0.2", "1") "\n    routes: 1 new, 1 changed, 2 withdrawn\n"
                                            "      ~ ipv4 unicast 2.0.0.0/8 next-hop 1.1.1.2\n"
                                            "      + ipv4 unicast 4.0.0.0/8 next-hop 1.1.1.1\n"
                                            "      - ipv4 unicast 3.0.0.0/8 next-hop 1.1.1.1\n"
                                            "      and 1 more\n");
    assert_diff("process a { run cat; }\nprocess b { run cat; }\nprocess c { run cat; }\n",
                "process a { run cat; respawn false; }\nprocess b { run cat x; env A=1; }\nprocess d { run cat; }\n",
                "- process c\n~ process a\n    respawn\n~ process b (starts again: run, env)\n+ process d\n");
}

static void what_differs_is_told_as_json(void **state) {
    struct configuration old, new;
    struct buffer b = buffer_growing();
    const struct config_diff_form form = {.json = true, .routes_most = 3};
    (void)state;
    assert_true(read_config(&old, "process a { run cat; }\n" NEIGHBOR("127.0.0.2", "hold-time 30;")));
    assert_true(read_config(&new, "process a { run cat x; }\n" NEIGHBOR(
                                      "127.0.0.2", "hold-time 90; static { route 1.0.0.0/8 next-hop 1.1.1.1; }")));
    put_config_diff(&b, &old, &new, &form);
    assert_written(
        &b,
        "{\"changes\": [{\"process\": \"a\", \"change\": \"changed\", \"restarts\": true, \"because\": "
        "[\"run\"], \"settings\": []}, {\"neighbor\": \"" NAME(
            "127.0.0.2",
            "1") "\", \"change\": "
                 "\"changed\", \"restarts\": true, \"because\": [\"hold-time\"], \"settings\": [\"- hold-time 30\", "
                 "\"+ hold-time 90\"], \"routes\": {\"new\": 1, \"changed\": 0, \"withdrawn\": 0, \"shown\": "
                 "[\"+ ipv4 unicast 1.0.0.0/8 next-hop 1.1.1.1\"]}}]}\n");
    buffer_clear(&b);
    put_config_diff(&b, &new, &new, &form);
    assert_written(&b, "{\"changes\": []}\n");
    config_release(&old);
    config_release(&new);
    buffer_release(&b);
}

/* The last of several that a list has of one prefix is what counts, wherever it stands. */
static void a_route_said_twice_is_its_last_word(void **state) {
    (void)state;
    assert_diff(NEIGHBOR("127.0.0.2", "static { route 1.0.0.0/8 next-hop 1.1.1.1; route 1.0.0.0/8 next-hop 1.1.1.2; }"),
                NEIGHBOR("127.0.0.2", "static { route 1.0.0.0/8 next-hop 1.1.1.2; }"), "");
    assert_diff(NEIGHBOR("127.0.0.2", "static { route 1.0.0.0/8 next-hop 1.1.1.2; }"),
                NEIGHBOR("127.0.0.2", "static { route 1.0.0.0/8 next-hop 1.1.1.2; route 1.0.0.0/8 next-hop 1.1.1.1; }"),
                "~ " NAME("127.0.0.2", "1") "\n    routes: 1 changed\n"
                                            "      ~ ipv4 unicast 1.0.0.0/8 next-hop 1.1.1.1\n");
}

/* ---- Applied ---- */

struct applied {
    struct engine *engine;
    char events[1024];
};

static void note(struct applied *a, const char *what, const struct peer *p) {
    size_t len = strlen(a->events);
    struct buffer b = buffer_fixed(a->events + len, sizeof a->events - len - 1);
    put_format(&b, "%s ", what);
    put_ip(&b, peer_neighbor(p)->peer.ip);
    put_literal(&b, "; ");
    put_u8(&b, 0);
}

static void applied_hear(void *context, const struct engine_event *event) {
    if (event->kind == ENGINE_EVENT_PEER_NEW)
        note(context, "new", event->peer);
    else if (event->kind == ENGINE_EVENT_PEER_GONE)
        note(context, "gone", event->peer);
}

static void no_dial(void *context, uint64_t stream, const struct neighbor *n, struct ip peer) {
    (void)context, (void)stream, (void)n, (void)peer;
}

static void no_hang_up(void *context, uint64_t stream, bool after_output) {
    (void)context, (void)stream, (void)after_output;
}

static void no_output(void *context, uint64_t stream) {
    (void)context, (void)stream;
}

static void applied_init(struct applied *a) {
    static const struct engine_settings settings = {.open_wait = 60, .default_port = 179};
    const struct engine_world world = {.dial = no_dial, .hang_up = no_hang_up, .output = no_output};
    const struct engine_listener listener = {.context = a, .hear = applied_hear};
    *a = (struct applied){0};
    a->engine = engine_new(&settings, &world, &listener);
}

static void only_what_changed_is_touched(void **state) {
    (void)state;
    struct applied a;
    struct configuration c[3];
    applied_init(&a);
    assert_true(read_config(&c[0], NEIGHBOR("127.0.0.2", "static { route 1.0.0.0/8 next-hop 1.1.1.1; }")
                                       NEIGHBOR("127.0.0.3", "") NEIGHBOR("127.0.0.4", "hold-time 30;")));
    assert_true(read_config(&c[1], NEIGHBOR("127.0.0.4", "hold-time 90;") NEIGHBOR("127.0.0.5", "")
                                       NEIGHBOR("127.0.0.2", "static { route 2.0.0.0/8 next-hop 1.1.1.1;"
                                                             "route 3.0.0.0/8 next-hop 1.1.1.1; }")));
    assert_true(read_config(&c[2], "process x { run cat; }"));
    config_apply(a.engine, NULL, &c[0], 1);
    assert_string_equal(a.events, "new 127.0.0.2; new 127.0.0.3; new 127.0.0.4; ");
    a.events[0] = 0;
    struct peer *kept = engine_at(a.engine, 0);
    config_apply(a.engine, &c[0], &c[1], 2);
    config_release(&c[0]);
    assert_string_equal(a.events, "gone 127.0.0.3; new 127.0.0.5; ");
    assert_ptr_equal(engine_at(a.engine, 0), kept);
    assert_ptr_equal(peer_neighbor(kept), c[1].neighbors[2]);
    assert_int_equal(peer_route_count(kept), 2);
    assert_int_equal(peer_neighbor(engine_at(a.engine, 1))->offer.hold_time, 90);
    assert_null(engine_at(a.engine, 3));
    config_apply(a.engine, &c[1], &c[2], 3);
    config_release(&c[1]);
    assert_null(engine_at(a.engine, 0));
    engine_free(a.engine);
    config_release(&c[2]);
}

/* ---- Routes ---- */

static uint32_t random_next(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

/* A neighbor with routes of which many are in the next list too, some changed, some twice, some in another place. */
static void put_random_list(struct buffer *b, uint32_t *seed) {
    static unsigned list[64], count;
    for (unsigned changes = random_next(seed) % 6; changes; changes--) {
        unsigned at = count ? random_next(seed) % count : 0, value = random_next(seed) % 80;
        if (count < 60 && random_next(seed) % 2) {
            memmove(list + at + 1, list + at, (count - at) * sizeof *list);
            list[at] = value;
            count++;
        } else if (count) {
            memmove(list + at, list + at + 1, (count - at - 1) * sizeof *list);
            count--;
        }
    }
    buffer_clear(b);
    put_literal(b, "neighbor 127.0.0.2 { local-address 127.0.0.1; local-as 1; peer-as 2; family { ipv4 unicast; ");
    put_string(b, random_next(seed) % 4 ? "ipv6 unicast; } static {\n" : "} static {\n");
    for (unsigned i = 0; i < count; i++)
        put_format(b, "route 10.%u.0.0/16 next-hop 1.1.1.1 med %u;\n", list[i] / 2, list[i] % 2);
    if (memmem(b->base, buffer_len(b), "ipv6", 4))
        put_literal(b, "route 2001:db8::/32 next-hop ::1;\n");
    put_literal(b, "} }");
}

/* What the peer is to have, in no order. */
static int line_order(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void put_rib(struct buffer *b, struct engine *e) {
    static const struct style style = {.form = FORM_6, .command = true};
    struct rib_route route;
    char *lines[80];
    size_t count = 0;
    const struct peer *p = engine_at(e, 0);
    for (uint64_t walk = 0; peer_route_next(p, &walk, &route);) {
        struct buffer line = buffer_growing();
        struct nlri nlri = {.family = route.family, .octets = route.nlri};
        nlri_command(&nlri, true, &line);
        put_char(&line, ' ');
        attributes_text(store_set(engine_store(e), route.set), &style, &line);
        lines[count++] = strdup(written(&line));
        buffer_release(&line);
    }
    qsort(lines, count, sizeof *lines, line_order);
    buffer_clear(b);
    for (size_t i = 0; i < count; i++) {
        put_format(b, "%s\n", lines[i]);
        free(lines[i]);
    }
    put_u8(b, 0);
    b->p--;
}

/* However the lists came about, the peer has in the end what it would have if only the last one had ever been. */
static void a_list_takes_the_place_of_another(void **state) {
    (void)state;
    uint32_t seed = 1;
    struct applied a;
    struct configuration c[2] = {0};
    struct buffer text = buffer_growing(), is = buffer_growing(), wanted = buffer_growing();
    applied_init(&a);
    for (unsigned i = 0; i < 400; i++) {
        struct configuration *old = &c[i & 1], *new = &c[~i & 1];
        struct applied fresh;
        put_random_list(&text, &seed);
        assert_true(read_config(new, written(&text)));
        config_apply(a.engine, i ? old : NULL, new, i);
        config_release(old);
        applied_init(&fresh);
        config_apply(fresh.engine, NULL, new, i);
        put_rib(&is, a.engine);
        put_rib(&wanted, fresh.engine);
        assert_string_equal(written(&is), written(&wanted));
        engine_free(fresh.engine);
    }
    engine_free(a.engine);
    config_release(&c[0]);
    config_release(&c[1]);
    buffer_release(&text);
    buffer_release(&is);
    buffer_release(&wanted);
}

/* A family that is new in the neighbor brings its routes, whichever list they are in. */
static void a_new_family_brings_its_routes(void **state) {
    (void)state;
    static const char *const texts[] = {
        NEIGHBOR("127.0.0.2", "family { ipv6 unicast; } static { route 1.0.0.0/8 next-hop 1.1.1.1; }"),
        NEIGHBOR("127.0.0.2", "family { ipv4 unicast; } static { route 1.0.0.0/8 next-hop 1.1.1.1; }"),
    };
    struct applied a;
    struct configuration c[2];
    applied_init(&a);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(read_config(&c[i], texts[i]));
        config_apply(a.engine, i ? &c[0] : NULL, &c[i], i);
        assert_int_equal(peer_route_count(engine_at(a.engine, 0)), i);
    }
    engine_free(a.engine);
    config_release(&c[0]);
    config_release(&c[1]);
}

/* Ten thousand neighbors are read, applied and applied again in the time of the length of the list, not of its square.
 */
static void many_neighbors_are_no_more_than_many(void **state) {
    (void)state;
    enum { MANY = 10000 };
    struct applied a;
    struct configuration c[2];
    struct buffer b = buffer_growing();
    for (unsigned i = 0; i < MANY; i++)
        put_format(&b, NEIGHBOR("10.0.%u.%u", ""), i >> 8, i & 255);
    applied_init(&a);
    a.events[sizeof a.events - 2] = 0;
    assert_true(read_config(&c[0], written(&b)));
    assert_true(read_config(&c[1], written(&b)));
    assert_int_equal(c[0].neighbor_count, MANY);
    config_apply(a.engine, NULL, &c[0], 1);
    config_apply(a.engine, &c[0], &c[1], 2);
    config_release(&c[0]);
    assert_non_null(engine_at(a.engine, MANY - 1));
    assert_ptr_equal(peer_neighbor(engine_at(a.engine, MANY - 1)), c[1].neighbors[MANY - 1]);
    engine_free(a.engine);
    config_release(&c[1]);
    buffer_release(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_reads_back),     cmocka_unit_test(what_differs_is_told),
        cmocka_unit_test(what_differs_is_told_as_json),   cmocka_unit_test(a_route_said_twice_is_its_last_word),
        cmocka_unit_test(only_what_changed_is_touched),   cmocka_unit_test(a_list_takes_the_place_of_another),
        cmocka_unit_test(a_new_family_brings_its_routes), cmocka_unit_test(many_neighbors_are_no_more_than_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
