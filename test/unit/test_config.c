/* Configurations: what is read, what is refused, and where the report points. */
#include "config/config.h"

#include <glob.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "config/file.h"
#include "config/regex.h"
#include "unit.h"

static struct configuration config;
static struct config_report report;

static bool read_config(const char *text) {
    static const struct config_options options = {.folder = "/", .check_programs = true};
    config_release(&config);
    config_report_release(&report);
    return config_read_text(text_of(text), "test", &options, &config, &report);
}

static int release(void **state) {
    (void)state;
    config_release(&config);
    config_report_release(&report);
    return 0;
}

/* What the report says, an error a line: LINE:COLUMN: MESSAGE. */
static const char *errors(struct buffer *b) {
    buffer_clear(b);
    for (size_t i = 0; i < report.count; i++) {
        const struct complaint *c = &report.errors[i].complaint;
        put_format(b, "%u:%u: %s%s\n", c->line, c->column, report.errors[i].warning ? "warning: " : "", c->message);
    }
    return written(b);
}

#define NEIGHBOR(body) "neighbor 127.0.0.1 { local-address 127.0.0.2; local-as 1; peer-as 2;\n" body "\n}\n"

struct row {
    const char *text, *wanted; /* of errors(); "": good */
};

static void check_rows(const struct row *rows, size_t count) {
    struct buffer b = buffer_growing();
    for (size_t i = 0; i < count; i++) {
        bool good = read_config(rows[i].text);
        assert_string_equal(errors(&b), rows[i].wanted);
        assert_int_equal(good, report.wrong == 0);
        if (!good)
            assert_int_equal(config.neighbor_count, 0);
    }
    buffer_release(&b);
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void words_are_cut_as_ever(void **state) {
    (void)state;
    static const struct row rows[] = {
        {NEIGHBOR("description a; description b;hold-time 90;"), ""},
        {NEIGHBOR("description \"a { b } ; # , [\";"), ""},
        {NEIGHBOR("description 'a \"b';"), "2:20: invalid syntax: the quote is not closed on its line\n"},
        {NEIGHBOR("# comment { ; }\ndescription a; # another"), ""},
        {NEIGHBOR("description a#b;"), "2:14: invalid syntax: a comment within a statement\n"},
        {NEIGHBOR("hold-time \\\n  \\\t\n90;"), ""},
        {NEIGHBOR("hold-\\\ntime 9\\\n0;"), ""},
        {NEIGHBOR("hold-time\\t90\\; passive\\u003b"), ""},
        {NEIGHBOR("description \\u12;"), "2:13: invalid escape\n"},
        {NEIGHBOR("description \\ud800;"), "2:13: invalid escape\n"},
        {NEIGHBOR("description \"\";\r"), ""},
        {NEIGHBOR(";"), "2:1: invalid keyword \"\"\n"},
        {NEIGHBOR("hold-time 90\npassive;"), "2:13: invalid syntax: the statement does not end on its line\n"},
        {NEIGHBOR("family\n# here\n{ ipv4 unicast; }"),
         "2:7: invalid syntax: the statement does not end on its line\n"},
        {NEIGHBOR("capability { raw [ 0x42\n0x00\n]; }"),
         "2:24: invalid syntax: the statement does not end on its line\n"},
        {NEIGHBOR("DESCRIPTION a;"), "2:1: invalid keyword \"DESCRIPTION\"\n"},
        {NEIGHBOR("hold-time 90 91;"), "2:14: warning: \"91\" is ignored: nothing is read after \"90\"\n"},
        {NEIGHBOR("hold-time 90 }"), "2:1: warning: \"hold-time\" is ignored: there is no \";\" before the \"}\"\n"},
        {NEIGHBOR("}\n}\nfoo"), "3:0: warning: a \"}\" closes nothing: all after it is ignored\n"},
        {"neighbor 127.0.0.1 { local-as 1; peer-as 2; router-id 1.1.1.1; family { ipv4 unicast;", ""},
    };
    CHECK(rows);
}

static void a_quoted_word_is_as_it_stands(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"\"a b\"", "a b"},
        {"\"a\"b", "a"},
        {"foo\"b ar\"", "foob ar"},
        {"--x=\"a b\"", "--x=a b"},
        {"\"it's'", "its"},
        {"\"\\u00e9\\u20ac\"", "\xc3\xa9\xe2\x82\xac"},
        {"a\\\\b", "a\\b"},
        {"\"[1,2];{}#\"", "[1,2];{}#"},
        {"\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
        {"\\x\\y", "xy"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer b = buffer_growing();
        put_format(&b, "neighbor 1.1.1.1 { local-as 1; peer-as 2; router-id 1.1.1.1; description %s; }", rows[i].text);
        assert_true(read_config(written(&b)));
        assert_string_equal(config.neighbors[0]->description.p, rows[i].wanted);
        buffer_release(&b);
    }
}

static void what_is_no_configuration(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "0:0: issue setting the configuration parser, no data\n"},
        {" \n# only this\n\t", "0:0: issue setting the configuration parser, no data\n"},
        {"a\nb\xff\n", "0:0: line 2 is no text in UTF-8: this is no configuration file\n"},
        {"foo;", "1:1: invalid keyword \"foo\"\n"},
        {"foo { bar; { } baz", "1:1: section foo is invalid in root\n"},
        {"neighbour 1.1.1.1 { x; }", "1:1: section neighbour is invalid in root\n"},
        {"{ a; }", "1:1: section  is invalid in root\n"},
    };
    CHECK(rows);
    static const struct config_options options = {0};
    release(NULL);
    assert_false(config_read_file("/does/not/exist", &options, &config, &report));
    assert_string_equal(report.errors[0].complaint.message,
                        "/does/not/exist is not an exabgp config file (file not found)");
    release(NULL);
    assert_false(config_read_file("/tmp", &options, &config, &report));
    assert_string_equal(report.errors[0].complaint.message, "/tmp is not an exabgp config file (it is a folder)");
}

static void many_mistakes_are_many_errors(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"process p { run /does/not/exist; encoder xml; }\n"
         "neighbor 10.0.0.300 {\n local-as 4294967296;\n capability { graceful-restart enable; }\n hold-tim 5;\n}\n",
         "1:17: can not locate the program \"/does/not/exist\"\n"
         "1:42: \"xml\" is an invalid option\n"
         "2:1: incomplete neighbor, missing peer-as\n"
         "2:10: '10.0.0.300' is not a valid IP address or range\n"
         "3:11: local-as 4294967296 is invalid\n"
         "4:32: graceful-restart enable is invalid\n"
         "5:2: invalid keyword \"hold-tim\"\n"},
    };
    CHECK(rows);
    assert_string_equal(report.errors[6].complaint.nearest, "hold-time");
    struct buffer b = buffer_growing();
    put_config_report(&b, &report);
    assert_non_null(strstr(written(&b), "test:5:2: invalid keyword \"hold-tim\"\n     hold-tim 5;\n     ^^^^^^^^\n"
                                        "    did you mean \"hold-time\"?\n7 errors\n"));
    buffer_release(&b);
}

/* ---- Files ---- */

/* Runs `check` with the path of each file of the folder that ends in .conf; they must be some. */
static void each_file(const char *folder, void (*check)(const char *path)) {
    char pattern[512];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/%s/*.conf", CONFIGS, folder);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check(found.gl_pathv[i]);
    globfree(&found);
}

static bool read_file(const char *path) {
    static const struct config_options options = {.software = {"test/1", 6}, .check_programs = true};
    release(NULL);
    return config_read_file(path, &options, &config, &report);
}

static void check_good(const char *path) {
    struct buffer b = buffer_growing();
    bool good = read_file(path);
    if (!good)
        print_error("%s\n", path);
    assert_string_equal(errors(&b), "");
    assert_true(good);
    buffer_release(&b);
}

static void good_files_are_good(void **state) {
    (void)state;
    each_file("good", check_good);
}

/* Beside a bad file is what is wrong with it, a line each: LINE:COLUMN: and the message or how it begins. */
static void check_bad(const char *path) {
    char text[512], line[512];
    struct buffer b = buffer_growing();
    snprintf(text, sizeof text, "%.*stxt", (int)strlen(path) - 4, path);
    FILE *wanted = fopen(text, "r");
    assert_non_null(wanted);
    assert_false(read_file(path));
    struct text rest = text_of(errors(&b)), found;
    for (bool more = rest.len > 0; more;) {
        rest = text_cut(rest, '\n', &found, &more);
        if (!fgets(line, sizeof line, wanted))
            line[0] = 0;
        line[strcspn(line, "\n")] = 0;
        if (!text_starts(found, line) || (line[0] == 0 && found.len))
            print_error("%s: %.*s\n", path, TEXT_ARGS(found));
        assert_true(text_starts(found, line));
        assert_true(line[0] || found.len == 0);
    }
    assert_null(fgets(line, sizeof line, wanted));
    fclose(wanted);
    buffer_release(&b);
}

static void bad_files_tell_all_that_is_wrong(void **state) {
    (void)state;
    each_file("bad", check_bad);
}

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
    assert_int_equal(__builtin_popcountll(o->families), FAMILIES);
    assert_false(n->passive || n->manual_eor || n->range || n->local_auto || n->tcp_ao);
    assert_true(n->group_updates && n->auto_flush && n->adj_rib_in && n->adj_rib_out);
    assert_int_equal(n->listen, 0);
    assert_int_equal(n->connect, 0);
    assert_int_equal(n->outgoing_ttl, TTL_NOT_SET);
    assert_int_equal(n->rate_limit, 0);
    assert_true(ip_same(n->md5_ip, n->local));
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

static void families_and_what_narrows_them(void **state) {
    (void)state;
    const struct neighbor *n = read_neighbor("family { ipv4 unicast; ipv6 UNICAST; ipv6 labeled-unicast; }"
                                             "family { ipv4 unicast; ipv4 flow; }");
    assert_int_equal(n->offer.families, bits("ipv4 unicast ipv6 unicast ipv6 nlri-mpls ipv4 flow"));
    assert_int_equal(__builtin_popcountll(read_neighbor("family { all; }")->offer.families), FAMILIES);
    assert_int_equal(__builtin_popcountll(read_neighbor("family { }")->offer.families), FAMILIES);

    n = read_neighbor("family { ipv4 unicast; ipv6 unicast; ipv4 mpls-vpn; }"
                      "nexthop { ipv4 unicast ipv6; ipv4 mpls-vpn ipv6; ipv4 multicast ipv6; ipv6 unicast ipv4; }");
    assert_true(n->offer.extended_next_hop_on);
    assert_int_equal(n->offer.extended_next_hop, bits("ipv4 unicast"));
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
    struct config_options options = {.folder = folder, .check_programs = true};
    static const struct {
        const char *path, *found; /* of the search: NULL is the folder */
    } rows[] = {{"/bin", "/bin/cat"}, {"/does/not/exist", NULL}};
    char *before = strdup(getenv("PATH"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        release(NULL);
        setenv("PATH", rows[i].path, 1);
        snprintf(text, sizeof text, "process a { run cat; } process b { run ./cat; } process c { run %s; }", path);
        assert_true(config_read_text(text_of(text), "test", &options, &config, &report));
        assert_string_equal(config.processes[0].argv[0].p, rows[i].found ? rows[i].found : path);
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

/* ---- Routes that repeat what follows their prefix ---- */

static const char *routes_text(struct buffer *b, const char *tail, const char *keyword) {
    static const char *const prefixes[] = {"10.0.0.0/24", "10.0.1.0/24", "2001:db8::/32", "10.0.0.1", "2001:db8::1"};
    buffer_clear(b);
    put_literal(b, "neighbor ::1 { local-address ::2; local-as 1; peer-as 2; router-id 1.1.1.1; static {\n");
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        put_format(b, "  %s %s %s;\n", keyword, prefixes[i], tail);
    put_literal(b, "} }");
    return written(b);
}

/* Read the short way (the same words again) and the long way (a quote is in the line), they are the same routes. */
static void routes_are_the_same_however_they_are_read(void **state) {
    (void)state;
    static const char *const tails[] = {
        "next-hop 192.0.2.9 med 5",
        "next-hop self label [ 5 6 ]",
        "next-hop self label 5 rd 1:2",
        "next-hop 192.0.2.9 path-information 7 watchdog w withdraw name n",
        "next-hop 192.0.2.9 attribute [ 0x99 0xC0 0x0102 ] community [1:2,3:4]",
        "next-hop 192.0.2.9 split /26",
    };
    struct buffer b = buffer_growing(), short_way = buffer_growing(), long_way = buffer_growing();
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        const char *const keywords[] = {"route", "\"route\""};
        struct buffer *const printed[] = {&short_way, &long_way};
        for (size_t j = 0; j < 2; j++) {
            assert_true(read_config(routes_text(&b, tails[i], keywords[j])));
            buffer_clear(printed[j]);
            put_neighbor_configuration(printed[j], config.neighbors[0]);
        }
        assert_in_range(config.neighbors[0]->routes.count, 5, 11);
        assert_string_equal(written(&short_way), written(&long_way));
    }
    buffer_release(&b);
    buffer_release(&short_way);
    buffer_release(&long_way);
    static const struct row rows[] = {
        {NEIGHBOR("static { route 1.0.0.0/8 next-hop 9.9.9.9; route 2.0.0.0/8 next-hop 9.9.9.9;\n\n"
                  "route 3.0.0.1/8 next-hop 9.9.9.9;\nroute x next-hop 9.9.9.9; route next-hop 9.9.9.9;\n"
                  "routes 1.0.0.0/8 next-hop 9.9.9.9; route 4.0.0.0/8 next-hop 9.9.9.9 }"),
         "4:7: invalid network 3.0.0.1/8 for netmask 8: host bits are set\n"
         "5:7: \"x\" is not a prefix\n5:33: \"next-hop\" is not a prefix\n"
         "6:1: invalid keyword \"routes\"\n"
         "6:36: warning: \"route\" is ignored: there is no \";\" before the \"}\"\n"},
        {NEIGHBOR("family { ipv4 unicast; } static { route 1.0.0.0/8 next-hop self;\nroute ::/0 next-hop self; }"),
         "3:1: Trying to announce a route of type ipv6,unicast when we are not announcing the family to our peer\n"
         "3:1: use of \"next-hop self\": the route (ipv6) does not have the same family as the BGP tcp session "
         "(ipv4)\n"},
    };
    CHECK(rows);
}

/* ---- Hostile texts ---- */

static uint32_t random_next(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* One change of a text: an octet less, another one, one more, a piece twice, or an end too early. */
static void mutate(struct buffer *b, uint32_t *seed) {
    static const char marks[] = ";{}[],\"'#\\\n\t 0:/.-";
    size_t len = buffer_len(b), at = random_next(seed) % (len + 1);
    char mark = marks[random_next(seed) % (sizeof marks - 1)];
    switch (random_next(seed) % 5) {
    case 0: buffer_cut(b, at); break;
    case 1:
        put_char(b, 0);
        memmove(b->base + at + 1, b->base + at, len - at);
        b->base[at] = (uint8_t)mark;
        break;
    case 2:
        if (at < len)
            b->base[at] = (uint8_t)mark;
        break;
    case 3:
        if (at < len) {
            memmove(b->base + at, b->base + at + 1, len - at - 1);
            b->p--;
        }
        break;
    default: {
        size_t from = random_next(seed) % (len + 1), piece = random_next(seed) % 64;
        piece = piece < len - from ? piece : len - from;
        buffer_reserve(b, piece);
        put_octets(b, b->base + from, piece);
    }
    }
}

static void check_mutations(const char *path) {
    struct buffer text = buffer_growing(), b = buffer_growing();
    uint32_t seed = 1;
    for (unsigned i = 0; i < 300; i++) {
        char why[64];
        buffer_clear(&text);
        assert_true(file_read(path, FILE_MOST, &text, why, sizeof why));
        for (unsigned changes = 1 + i % 4; changes; changes--)
            mutate(&text, &seed);
        release(NULL);
        static const struct config_options options = {.folder = "/"};
        /* Memory of just its size, for AddressSanitizer. */
        char *exact = memory_copy((const char *)text.base, buffer_len(&text));
        bool good = config_read_text((struct text){exact, buffer_len(&text)}, "test", &options, &config, &report);
        free(exact);
        buffer_clear(&b);
        put_config_report(&b, &report);
        assert_int_equal(good, report.wrong == 0);
        for (size_t n = 0; n < config.neighbor_count; n++)
            put_neighbor_configuration(&b, config.neighbors[n]);
    }
    buffer_release(&text);
    buffer_release(&b);
}

static void hostile_files_end_well(void **state) {
    (void)state;
    each_file("good", check_mutations);
    each_file("bad", check_mutations);
}

/* Many errors are counted, not kept; a long line with many words costs no more than its length. */
static void too_much_is_bounded(void **state) {
    (void)state;
    struct buffer b = buffer_growing(), shown = buffer_growing();
    for (unsigned i = 0; i < 1000; i++)
        put_literal(&b, "x;");
    assert_false(read_config(written(&b)));
    assert_true(report.too_many);
    assert_int_equal(report.count, CONFIG_ERRORS_MOST);
    put_config_report(&shown, &report);
    assert_in_range(buffer_len(&shown), 1, 100 * 1024);
    buffer_clear(&b);
    for (unsigned i = 0; i < 100000; i++)
        put_literal(&b, "{ [ \\ ");
    assert_false(read_config(written(&b)));
    buffer_clear(&b);
    put_literal(&b, "neighbor 127.0.0.1 { static {");
    for (unsigned i = 0; i < 50000; i++)
        put_literal(&b, " route {");
    assert_false(read_config(written(&b)));
    buffer_release(&b);
    buffer_release(&shown);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_cut_as_ever),
        cmocka_unit_test(a_quoted_word_is_as_it_stands),
        cmocka_unit_test(what_is_no_configuration),
        cmocka_unit_test(many_mistakes_are_many_errors),
        cmocka_unit_test(good_files_are_good),
        cmocka_unit_test(bad_files_tell_all_that_is_wrong),
        cmocka_unit_test(defaults_are_those_of_exabgp),
        cmocka_unit_test(keywords_without_a_value),
        cmocka_unit_test(values_of_settings),
        cmocka_unit_test(keys_are_decoded),
        cmocka_unit_test(families_and_what_narrows_them),
        cmocka_unit_test(raw_capabilities_are_octets),
        cmocka_unit_test(templates_replace_and_groups_do_not),
        cmocka_unit_test(helpers_are_found),
        cmocka_unit_test(expressions_are_pythons),
        cmocka_unit_test(the_last_place_of_a_program_counts),
        cmocka_unit_test(routes_are_the_same_however_they_are_read),
        cmocka_unit_test(hostile_files_end_well),
        cmocka_unit_test(too_much_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
