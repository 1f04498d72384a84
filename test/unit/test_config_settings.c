/* What the settings of a configuration mean: defaults, values, templates, helpers. */
#include <sys/stat.h>
#include <unistd.h>

#include "config/regex.h"
#include "config_text.h"

/* ---- What settings mean ---- */

static const struct neighbor *read_neighbor(const char *body) {
    struct buffer b = buffer_growing();
    put_format(&b, "neighbor 127.0.0.1 { local-address 127.0.0.2; local-as 1; peer-as 2; %s }", body);
    bool good = read_config(written(&b));
    if (!good)
        print_error("%s: %s\n", body, report.errors[0].complaint.message);
    buffer_release(&b);
    assert_true(good);
    assert_int_equal(config.neighbor_count, 1);
    return config.neighbors[0];
}

static void defaults_are_those_of_exabgp(void **state) {
    (void)state;
    const struct neighbor *n = read_neighbor("");
    const struct offer *o = &n->offer;
    assert_int_equal(o->hold_time, 180);
    assert_int_equal(o->router_id, 0x7f000002);
    assert_true(o->asn4 && o->extended_message);
    assert_false(o->refresh || o->graceful_restart || o->operational || o->multisession || o->aigp ||
                 o->extended_next_hop_on || o->link_local_next_hop || o->link_local_prefer);
    assert_int_equal(o->add_path, 0);
    assert_int_equal(o->software.len, 0);
    assert_int_equal(o->families, families_all());
    assert_false(n->passive || n->manual_eor || n->range || n->local_auto || n->tcp_ao);
    assert_true(n->group_updates && n->auto_flush && n->adj_rib_in && n->adj_rib_out);
    assert_int_equal(n->listen, 0);
    assert_int_equal(n->connect, 0);
    assert_int_equal(n->outgoing_ttl, TTL_NOT_SET);
    assert_int_equal(n->rate_limit, 0);
    assert_true(ip_same(n->md5_ip, n->local));
}

/* Somebody has to be connected to: each address of the range, but for those that have a section. */
static void ranges_that_do_not_wait_are_neighbors(void **state) {
    static const struct {
        const char *range;
        size_t count;
        const char *first, *last;
    } rows[] = {
        {"10.0.0.4/30", 2, "10.0.0.5", "10.0.0.6"},         {"10.0.0.4/31", 2, "10.0.0.4", "10.0.0.5"},
        {"10.0.0.4/32", 1, "10.0.0.4", "10.0.0.4"},         {"10.0.7.9/24", 254, "10.0.7.1", "10.0.7.254"},
        {"2001:db8::/126", 4, "2001:db8::", "2001:db8::3"}, {"2001:db8::/120", 256, "2001:db8::", "2001:db8::ff"},
    };
    struct buffer b = buffer_growing();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_clear(&b);
        put_format(
            &b,
            "neighbor %s { router-id 1.1.1.1; local-as 1; peer-as 2; static { route 10.1.0.0/16 next-hop 1.1.1.1; } }",
            rows[i].range);
        assert_true(read_config(written(&b)));
        assert_int_equal(config.neighbor_count, rows[i].count);
        const struct neighbor *ends[] = {config.neighbors[0], config.neighbors[rows[i].count - 1]};
        for (int end = 0; end < 2; end++) {
            buffer_clear(&b);
            put_ip(&b, ends[end]->peer.ip);
            assert_string_equal(written(&b), end ? rows[i].last : rows[i].first);
            assert_int_equal(ends[end]->peer.bits, ends[end]->peer.ip.len * 8);
            assert_false(ends[end]->range || ends[end]->passive);
            assert_int_equal(ends[end]->routes.count, 1);
        }
    }
    assert_true(read_config("neighbor 10.0.0.0/29 { router-id 1.1.1.1; local-as 1; peer-as 2; }\n"
                            "neighbor 10.0.0.3 { router-id 1.1.1.1; local-as 1; peer-as 3; }\n"
                            "neighbor 10.0.0.0/30 { router-id 1.1.1.2; local-as 1; peer-as 4; }\n"
                            "neighbor 10.9.0.0/16 { router-id 1.1.1.2; local-as 1; peer-as 4; passive; }"));
    assert_int_equal(config.neighbor_count, 5 + 1 + 0 + 1);
    assert_true(config.neighbors[6]->range);
    buffer_release(&b);
}

/* A keyword alone does not always mean yes (config.md 1). */
static void keywords_without_a_value(void **state) {
    (void)state;
    const struct neighbor *n = read_neighbor("passive; group-updates; auto-flush; adj-rib-in; adj-rib-out; manual-eor;"
                                             "md5-base64; capability { asn4; extended-message; multi-session;"
                                             "operational; nexthop; aigp; software-version; link-local-prefer;"
                                             "graceful-restart; }");
    assert_true(n->passive && n->group_updates && n->auto_flush);
    assert_false(n->adj_rib_in || n->adj_rib_out || n->manual_eor || n->md5_base64);
    const struct offer *o = &n->offer;
    assert_true(o->asn4 && o->extended_message && o->multisession && o->operational && o->aigp);
    assert_true(o->extended_next_hop_on && o->graceful_restart);
    assert_false(o->software.len || o->link_local_prefer);
    assert_int_equal(o->restart_time, 180);
    n = read_neighbor("adj-rib-out; capability { route-refresh; }");
    assert_true(n->offer.refresh && n->adj_rib_out);
}

static void values_of_settings(void **state) {
    (void)state;
    const struct neighbor *n = read_neighbor("local-as 1.10; peer-as AUTO; rate-limit disabled; outgoing-ttl false;"
                                             "incoming-ttl 0; hold-time 3; hold-time 0;"
                                             "capability { graceful-restart 4095; add-path SEND/RECEIVE; }");
    assert_int_equal(n->offer.local_as, 65546);
    assert_int_equal(n->offer.peer_as, 0);
    assert_int_equal(n->offer.hold_time, 0);
    assert_int_equal(n->offer.restart_time, 4095);
    assert_int_equal(n->offer.add_path, 3);
    assert_int_equal(n->incoming_ttl, TTL_NOT_SET);
    n = read_neighbor("capability { graceful-restart 9; graceful-restart-notification; "
                      "long-lived-graceful-restart 16777215; role rs-client; role-strict; strict; }");
    assert_true(n->offer.restart_notification && n->offer.long_lived && n->offer.role_strict && n->offer.strict);
    assert_int_equal(n->offer.long_lived_time, 16777215);
    assert_int_equal(n->offer.role, ROLE_RS_CLIENT);
    n = read_neighbor("capability { graceful-restart 4097; }");
    assert_int_equal(n->offer.restart_time, 1);
    n = read_neighbor("local-address auto; router-id 1.2.3.4;");
    assert_true(n->local_auto && n->local.len == 0 && n->md5_ip.len == 0);
}

static void keys_are_decoded(void **state) {
    (void)state;
    static const struct {
        const char *body, *key;
    } rows[] = {
        {"md5-password \"a b\";", "a b"},
        {"md5-password c2VjcmV0; md5-base64 true;", "secret"},
        {"md5-password c2VjcmU=; md5-base64 true;", "secre"},
        {"md5-password c2VjcmV0=; md5-base64 true;", "secret"},
        {"md5-password c2VjcmU===; md5-base64 true;", "secre"},
        {"md5-password c2VjcmV0; md5-base64 auto;", "c2VjcmV0"},
        {"md5-password ab; md5-base64 auto;", "i"},
        {"md5-password abc; md5-base64 auto;", "i\xb7"},
        {"md5-password abcde; md5-base64 auto;", "abcde"},
        {"md5-password '';", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(read_neighbor(rows[i].body)->md5_key.p, rows[i].key);
    const struct neighbor *n =
        read_neighbor("tcp-ao { keyid 255; algorithm hmac-sha-1-96; password c2VjcmV0; base64 true; }");
    assert_int_equal(n->tcp_ao_id, 255);
    assert_string_equal(n->tcp_ao_key.p, "secret");
    assert_string_equal(n->tcp_ao_algorithm.p, "hmac-sha-1-96");
}

static uint64_t bits(const char *list) {
    uint64_t families = 0;
    struct complaint complaint = {0};
    struct words w = words_of_line(text_of(list), &complaint);
    for (struct text afi, safi; words_next(&w, &afi) && words_next(&w, &safi);)
        families |= family_bit(family_named(afi, safi));
    return families;
}

static void members_of_a_confederation(void **state) {
    (void)state;
    const struct neighbor *n = read_neighbor("confederation [ 65001, 65002 1.10 ]; confederation 7;");
    assert_int_equal(n->offer.confederation_count, 4);
    assert_int_equal(n->offer.confederation[1], 65002);
    assert_int_equal(n->offer.confederation[2], 65546);
    assert_true(offer_is_confederation(&n->offer, 65001, 65002));
    assert_false(offer_is_confederation(&n->offer, 65001, 65001));
    assert_false(offer_is_confederation(&n->offer, 65001, 65003));
    assert_int_equal(read_neighbor("")->offer.confederation_count, 0);
}

static void families_and_what_narrows_them(void **state) {
    (void)state;
    const struct neighbor *n = read_neighbor("family { ipv4 unicast; ipv6 UNICAST; ipv6 labeled-unicast; }"
                                             "family { ipv4 unicast; ipv4 flow; }");
    assert_int_equal(n->offer.families, bits("ipv4 unicast ipv6 unicast ipv6 nlri-mpls ipv4 flow"));
    assert_int_equal(read_neighbor("family { all; }")->offer.families, families_all());
    assert_int_equal(read_neighbor("family { }")->offer.families, families_all());

    n = read_neighbor("family { ipv4 unicast; ipv6 unicast; ipv4 mpls-vpn; }"
                      "nexthop { ipv4 unicast ipv6; ipv4 mpls-vpn ipv6; ipv4 multicast ipv6; ipv6 unicast ipv4; }");
    assert_true(n->offer.extended_next_hop_on);
    assert_int_equal(n->offer.extended_next_hop, bits("ipv4 unicast ipv6 unicast"));
    n = read_neighbor("nexthop { ipv4 unicast ipv6; } capability { nexthop disable; }");
    assert_false(n->offer.extended_next_hop_on);
    assert_int_equal(n->offer.extended_next_hop, 0);

    n = read_neighbor("family { ipv4 unicast; ipv6 unicast; } capability { add-path send; }"
                      "add-path { ipv4 unicast limit 9; ipv4 mpls-vpn limit 8; }");
    assert_int_equal(n->offer.add_path_families, bits("ipv4 unicast"));
    assert_int_equal(n->offer.paths_limit[FAMILY_ipv4_unicast], 9);
    assert_int_equal(n->offer.paths_limit[FAMILY_ipv4_vpn], 0);
    n = read_neighbor("family { ipv4 unicast; ipv6 unicast; } capability { add-path send; }");
    assert_int_equal(n->offer.add_path_families, bits("ipv4 unicast ipv6 unicast"));
    n = read_neighbor("capability { add-path send; } add-path { all; }");
    assert_int_equal(n->offer.add_path_families, 0);
}

static void raw_capabilities_are_octets(void **state) {
    (void)state;
    static const uint8_t wanted[] = {0x42, 2, 1, 0xff, 0x43, 0};
    const struct offer *o = &read_neighbor("capability { raw [ 0x42 0x01FF ]; raw 67 0x; }")->offer;
    assert_int_equal(o->raw_len, sizeof wanted);
    assert_memory_equal(o->raw, wanted, sizeof wanted);
}

static void templates_replace_and_groups_do_not(void **state) {
    (void)state;
    assert_true(read_config("template { neighbor t { local-as 1; hold-time 30; family { ipv4 unicast; } "
                            "capability { graceful-restart 5; } static { route 2.0.0.0/8 next-hop self; } } "
                            "neighbor u { hold-time 40; inherit t; description u; } }\n"
                            "neighbor 127.0.0.1 { hold-time 50; peer-as 2; local-address 127.0.0.2; "
                            "capability { graceful-restart 6; aigp; } family { ipv6 unicast; } "
                            "static { route 1.0.0.0/8 next-hop self; } inherit [ t, u ]; }\n"
                            "neighbor 127.0.0.2 { inherit u; local-as 1; peer-as 2; local-address 127.0.0.9; }"));
    const struct neighbor *n = config.neighbors[0];
    struct listed_route route;
    size_t walk = 0;
    assert_int_equal(n->offer.hold_time, 40);
    assert_string_equal(n->description.p, "u");
    assert_int_equal(n->offer.restart_time, 5);
    assert_true(n->offer.aigp);
    assert_int_equal(n->offer.families, bits("ipv4 unicast ipv6 unicast"));
    assert_true(route_list_next(&n->routes, &walk, &route) && route.nlri.p[1] == 1);
    assert_true(route_list_next(&n->routes, &walk, &route) && route.nlri.p[1] == 2);
    assert_int_equal(config.neighbors[1]->routes.count, 0);

    assert_true(read_config("group { hold-time 30; local-as 1; peer-as 2; local-address 127.0.0.9; description a;\n"
                            "static { route 2.0.0.0/8 next-hop self; }\n"
                            "neighbor 127.0.0.1 { hold-time 90; static { route 1.0.0.0/8 next-hop self; } }\n"
                            "neighbor 127.0.0.2 { description b; } }\nneighbor 127.0.0.3 { local-as 1; peer-as 2; "
                            "local-address 127.0.0.9; }"));
    assert_int_equal(config.neighbors[0]->offer.hold_time, 90);
    assert_int_equal(config.neighbors[0]->routes.count, 2);
    assert_string_equal(config.neighbors[0]->description.p, "a");
    assert_int_equal(config.neighbors[1]->offer.hold_time, 30);
    assert_string_equal(config.neighbors[1]->description.p, "b");
    assert_int_equal(config.neighbors[2]->offer.hold_time, 180);
    assert_int_equal(config.neighbors[2]->routes.count, 0);
}

static void helpers_are_found(void **state) {
    (void)state;
    assert_true(read_config("neighbor 127.0.0.1 { local-address 127.0.0.2; local-as 1; peer-as 2;"
                            "api { processes [ b ]; neighbor-changes; receive { update; parsed false; open; } }"
                            "api x { processes [ a, b ]; fsm; send { keepalive; } } }\n"
                            "neighbor 127.0.0.3 { local-address 127.0.0.2; local-as 1; peer-as 2;"
                            "api { processes-match [ \"^[ac]$\" nothing ]; fsm; receive { update; } } }\n"
                            "process a { run /bin/cat; } process b { run cat x [ y ]; encoder JSON; respawn 0; }"));
    const struct neighbor *n = config.neighbors[0];
    assert_int_equal(config.process_count, 2);
    assert_int_equal(n->api_count, 2);
    assert_string_equal(n->apis[0].process.p, "a");
    assert_true(n->apis[0].fsm && !n->apis[0].neighbor_changes && n->apis[0].receive == 0);
    assert_true(n->apis[1].fsm && n->apis[1].neighbor_changes && !n->apis[1].matched);
    assert_int_equal(n->apis[1].receive, WATCH_UPDATE | WATCH_OPEN);
    assert_int_equal(n->apis[1].send, WATCH_KEEPALIVE);
    n = config.neighbors[1];
    assert_int_equal(n->api_count, 1);
    assert_true(n->apis[0].matched && !n->apis[0].fsm && n->apis[0].receive == 0);

    const struct process *p = &config.processes[1];
    assert_int_equal(p->argc, 5);
    assert_true(p->argv[0].p[0] == '/' && p->json && p->encoder_set && !p->respawn);
    assert_string_equal(p->argv[2].p, "[");
    assert_string_equal(p->argv[4].p, "]");
    assert_false(config.processes[0].json || config.processes[0].encoder_set);
}

static void expressions_are_pythons(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *name;
        bool matches;
    } rows[] = {
        {"p", "process", true},     {"rocess", "process", false}, {"p\\d+$", "p12", true},
        {"p\\d+$", "p1x", false},   {"(?:a|b)c", "bc", true},     {"(?P<x>a)b", "ab", true},
        {"a.*?c", "abbc", true},    {"[\\w-]+$", "a-b_c", true},  {"[^\\d]+$", "abc", true},
        {"[^\\d]+$", "ab1", false}, {"(?i)ABC", "abc", true},     {"a{2}$", "aa", true},
        {"\\Aab\\Z", "ab", true},   {"a|b", "b", true},           {"", "anything", true},
        {"[]a]b", "]b", true},      {"\\.", "a", false},          {"\\S\\s\\D\\W", "a b-", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct regex regex;
        char why[64];
        assert_true(regex_init(&regex, text_of(rows[i].pattern), why, sizeof why));
        if (regex_matches(&regex, text_of(rows[i].name)) != rows[i].matches)
            print_error("%s %s\n", rows[i].pattern, rows[i].name);
        assert_int_equal(regex_matches(&regex, text_of(rows[i].name)), rows[i].matches);
        regex_release(&regex);
    }
    static const char *const bad[] = {"(", "[a", "a\\", "(?=a)", "(?!a)", "\\1", "*", "(?<=a)b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct regex regex;
        char why[64] = "";
        if (regex_init(&regex, text_of(bad[i]), why, sizeof why))
            print_error("%s\n", bad[i]);
        assert_true(why[0]);
    }
}

static void the_last_place_of_a_program_counts(void **state) {
    (void)state;
    char folder[] = "/tmp/config.XXXXXX", path[64], text[256];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/cat", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    chmod(path, 0755);
    char deeper[64];
    snprintf(deeper, sizeof deeper, "%s/./x//..", folder);
    struct config_options options = {.folder = deeper, .check_programs = true};
    static const struct {
        const char *path, *found; /* of the search: NULL is the folder */
    } rows[] = {{"/bin", "/bin/cat"}, {"/does/not/exist", NULL}};
    char *before = strdup(getenv("PATH"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        release(NULL);
        setenv("PATH", rows[i].path, 1);
        snprintf(text, sizeof text, "process a { run cat; } process b { run ./nothing/../cat; } process c { run %s; }",
                 path);
        assert_true(config_read_text(text_of(text), "test", &options, &config, &report));
        assert_string_equal(config.processes[0].argv[0].p, rows[i].found ? rows[i].found : path);
        assert_string_equal(config.processes[1].argv[0].p, config.processes[0].argv[0].p);
        assert_string_equal(config.processes[2].argv[0].p, path);
    }
    setenv("PATH", before, 1);
    free(before);
    chmod(path, 04755);
    snprintf(text, sizeof text, "process a { run %s; }", path);
    assert_false(read_config(text));
    assert_non_null(strstr(report.errors[0].complaint.message, "refusing to run setuid programs"));
    unlink(path);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_exabgp),
        cmocka_unit_test(ranges_that_do_not_wait_are_neighbors),
        cmocka_unit_test(keywords_without_a_value),
        cmocka_unit_test(values_of_settings),
        cmocka_unit_test(keys_are_decoded),
        cmocka_unit_test(members_of_a_confederation),
        cmocka_unit_test(families_and_what_narrows_them),
        cmocka_unit_test(raw_capabilities_are_octets),
        cmocka_unit_test(templates_replace_and_groups_do_not),
        cmocka_unit_test(helpers_are_found),
        cmocka_unit_test(expressions_are_pythons),
        cmocka_unit_test(the_last_place_of_a_program_counts),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
