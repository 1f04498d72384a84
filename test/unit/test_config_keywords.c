/* Every keyword that the parser knows, printed back: `show configuration` has what was said, and read again it says the
 * same. A keyword of a table that has no line here fails the test. */
#include <stdio.h>

#include "config/config.h"
#include "config/parser.h"
#include "unit.h"

/* A statement and what stands around it, `%s` being its place; `other`: what else it needs beside it, in both texts. */
struct line {
    const char *statement, *other;
};

#define PROCESS "process p { run /bin/cat; %s }\n"
#define IN_NEIGHBOR                                                                                                    \
    "process p { run /bin/cat; }\ntemplate { neighbor t { hold-time 77; } }\n"                                         \
    "neighbor 192.0.2.1 { local-address 192.0.2.2; local-as 1; peer-as 2; %s }\n"
#define IN_NEIGHBOR_6                                                                                                  \
    "neighbor 2001:db8::1 { router-id 1.1.1.1; local-address 2001:db8::2; local-as 1; peer-as 2; %s }\n"
#define IN_CAPABILITY IN_NEIGHBOR_OF("capability { %s }")
#define IN_NEIGHBOR_OF(body)                                                                                           \
    "process p { run /bin/cat; }\nneighbor 192.0.2.1 { local-address 192.0.2.2; local-as 1; peer-as 2; " body " }\n"

static const struct line process_lines[] = {
    {"run /bin/true;", ""},      {"encoder json;", ""}, {"respawn false;", ""},
    {"on-exit withdraw;", ""},   {"outbox stop;", ""},  {"snapshot true;", ""},
    {"outbox-limit 70000;", ""}, {"user nobody;", ""},  {"group nogroup;", ""},
    {"cwd /srv;", ""},           {"env A=1;", ""},      {"open-files 99;", ""},
};
static const struct line neighbor_lines[] = {
    {"peer-address 192.0.2.9;", ""},
    {"local-address 192.0.2.8;", ""},
    {"local-as 7;", ""},
    {"peer-as 7;", ""},
    {"router-id 9.9.9.9;", ""},
    {"description \"some words\";", ""},
    {"host-name here;", ""},
    {"domain-name example.org;", ""},
    {"hold-time 30;", ""},
    {"rate-limit 100;", ""},
    {"confederation [ 65101 65102 ];", ""},
    {"maximum-prefix 5;", ""},
    {"maximum-prefix-action warning;", "maximum-prefix 5;"},
    {"passive true;", ""},
    {"listen 1790;", ""},
    {"connect 1791;", ""},
    {"source-interface lo;", ""},
    {"outgoing-ttl 255;", ""},
    {"incoming-ttl 254;", ""},
    {"md5-password secret;", ""},
    {"md5-base64 true;", "md5-password c2VjcmV0;"},
    {"md5-ip 192.0.2.7;", ""},
    {"group-updates false;", ""},
    {"auto-flush false;", ""},
    {"adj-rib-in false;", ""},
    {"adj-rib-out false;", ""},
    {"manual-eor true;", ""},
    {"inherit t;", ""},
};
static const struct line neighbor_6_lines[] = {{"local-link-local fe80::2;", ""}};
static const struct line capability_lines[] = {
    {"asn4 disable;", ""},
    {"route-refresh enable;", ""},
    {"graceful-restart 120;", ""},
    {"graceful-restart-notification enable;", "graceful-restart 120;"},
    {"long-lived-graceful-restart 3600;", "graceful-restart 120;"},
    {"nexthop enable;", ""},
    {"add-path send/receive;", ""},
    {"multi-session enable;", ""},
    {"operational enable;", ""},
    {"extended-message disable;", ""},
    {"aigp enable;", ""},
    {"software-version enable;", ""},
    {"link-local-nexthop enable;", ""},
    {"link-local-prefer enable;", ""},
    {"multiple-labels 3;", ""},
    {"role customer;", ""},
    {"role-strict enable;", "role customer;"},
    {"strict enable;", ""},
    {"raw [ 0x42 0x6c6f ];", ""},
};
static const struct line ao_lines[] = {
    {"keyid 9;", "algorithm hmac-sha-256; password secret;"},
    {"algorithm aes-128-cmac-96;", "keyid 1; password secret;"},
    {"password \"another secret\";", "keyid 1; algorithm hmac-sha-256;"},
    {"base64 true;", "keyid 1; algorithm hmac-sha-256; password c2VjcmV0;"},
};
static const struct line api_lines[] = {
    {"processes [ p ];", ""},
    {"processes-match [ \"p\" ];", ""},
    {"neighbor-changes;", "processes [ p ];"},
    {"negotiated;", "processes [ p ];"},
    {"fsm;", "processes [ p ];"},
    {"signal;", "processes [ p ];"},
};
static const struct line watch_lines[] = {
    {"open;", ""},        {"update;", ""}, {"notification;", ""}, {"keepalive;", ""},   {"refresh;", ""},
    {"operational;", ""}, {"parsed;", ""}, {"packets;", ""},      {"consolidate;", ""},
};
static const struct line route_lines[] = {
    {"path-information 1.2.3.4", ""},
    {"attribute [ 0x99 0xc0 0x0102 ]", ""},
    {"split /25", ""},
    {"name one", ""},
    {"watchdog dog", ""},
    {"withdraw", "watchdog dog"},
    {"origin egp", ""},
    {"as-path [ 1 2 ]", ""},
    {"med 5", ""},
    {"local-preference 50", ""},
    {"atomic-aggregate", ""},
    {"aggregator ( 65000:192.0.2.1 )", ""},
    {"community [ 1:2 ]", ""},
    {"originator-id 192.0.2.5", ""},
    {"cluster-list 192.0.2.6", ""},
    {"extended-community [ target:1:2 ]", ""},
    {"aigp 100", ""},
    {"large-community 1:2:3", ""},
    {"only-to-customer 65000", ""},
    {"pmsi pmsi:ingressreplication:0:300(4801):1.2.3.4", ""},
    {"tunnel-encap [ sr-policy preference 100 binding-sid mpls 24000 segment-list weight 1 segment type-a mpls 16001 ]",
     ""},
    {"extended-community-ipv6 redirect-to-nexthop-ietf 2001:db8::1", ""},
    {"bgp-ls [ link-local-remote-identifiers 0x00000172000001BB ]", ""},
    {"d-path [ 65001:1:70 65002:2:128 ]", ""},
    {"bfd-discriminator 1:305419896", ""},
    {"bgp-prefix-sid [ 777 ]", ""},
    {"attr-set [ 65001 ]", ""},
    {"entropy-label 0x0102ff", ""},
};

/* ---- Reading and printing ---- */

static const struct config_options options = {.software = {"test/1", 6}, .folder = "/"};

static void put_filled(struct buffer *b, const char *around, const char *statement, const char *other) {
    const char *place = strstr(around, "%s");
    buffer_clear(b);
    put_text(b, (struct text){around, (size_t)(place - around)});
    put_format(b, " %s %s ", other, statement);
    put_string(b, place + 2);
}

/* As configuration and, where it is wanted, as JSON. */
static void read_again(struct text text, struct buffer *printed, struct buffer *json) {
    struct configuration c;
    struct config_report r;
    if (!config_read_text(text, "test", &options, &c, &r)) {
        struct buffer why = buffer_growing();
        put_config_report(&why, &r);
        fail_msg("%.*s: %s", TEXT_ARGS(text), written(&why));
    }
    put_configuration(printed, &c);
    if (json)
        put_config_export(json, &c, -1);
    config_release(&c);
    config_report_release(&r);
}

/* With the statement another text is printed than without, and what is printed is printed again. */
static void check_line(const char *around, const struct line *line) {
    struct buffer text = buffer_growing(), with = buffer_growing(), without = buffer_growing(),
                  again = buffer_growing(), json[2] = {buffer_growing(), buffer_growing()};
    put_filled(&text, around, line->statement, line->other);
    read_again(buffer_text(&text), &with, &json[0]);
    put_filled(&text, around, "", line->other);
    if (strcmp(line->statement, "processes [ p ];") != 0) /* a section without any is for nobody */
        read_again(buffer_text(&text), &without, &json[1]);
    if (strcmp(written(&with), written(&without)) == 0)
        fail_msg("%s is not printed: %s", line->statement, written(&with));
    if (strcmp(written(&json[0]), written(&json[1])) == 0)
        fail_msg("%s is not in the JSON: %s", line->statement, written(&json[0]));
    read_again(buffer_text(&with), &again, NULL);
    assert_string_equal(written(&again), written(&with));
    buffer_release(&text);
    buffer_release(&with);
    buffer_release(&without);
    buffer_release(&again);
    buffer_release(&json[0]);
    buffer_release(&json[1]);
}

static bool has_line(const struct line *lines, size_t count, const char *keyword) {
    size_t len = strlen(keyword);
    for (size_t i = 0; i < count; i++)
        if (strncmp(lines[i].statement, keyword, len) == 0 && strchr(" ;", lines[i].statement[len]))
            return true;
    return false;
}

#define COUNT(lines) (sizeof(lines) / sizeof *(lines))

static void check_lines(const char *around, const struct line *lines, size_t count) {
    for (size_t i = 0; i < count; i++)
        check_line(around, &lines[i]);
}

static void check_table(const struct settings *table, const struct line *lines, size_t count, const char *elsewhere) {
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].keyword, elsewhere) != 0 && !has_line(lines, count, table->rows[i].keyword))
            fail_msg("%s has no line in this test", table->rows[i].keyword);
}

/* ---- Each table ---- */

static void of_processes(void **state) {
    (void)state;
    check_table(&settings_process, process_lines, COUNT(process_lines), "");
    for (size_t i = 0; i < COUNT(process_lines); i++)
        check_line(strncmp(process_lines[i].statement, "run ", 4)
                       ? PROCESS
                       : "process p { run /bin/cat; }\nprocess q { run /bin/cat; %s }",
                   &process_lines[i]);
}

static void of_neighbors(void **state) {
    (void)state;
    check_table(&settings_neighbor, neighbor_lines, COUNT(neighbor_lines), "local-link-local");
    check_lines(IN_NEIGHBOR, neighbor_lines, COUNT(neighbor_lines));
    check_lines(IN_NEIGHBOR_6, neighbor_6_lines, COUNT(neighbor_6_lines));
}

static void of_capabilities(void **state) {
    (void)state;
    check_table(&settings_capability, capability_lines, COUNT(capability_lines), "");
    check_lines(IN_CAPABILITY, capability_lines, COUNT(capability_lines));
}

/* Without one of them the section is none: the whole of it is the statement. */
static void of_authentication(void **state) {
    char section[160];
    (void)state;
    check_table(&settings_ao, ao_lines, COUNT(ao_lines), "");
    for (size_t i = 0; i < COUNT(ao_lines); i++) {
        snprintf(section, sizeof section, "tcp-ao { %s %s }", ao_lines[i].other, ao_lines[i].statement);
        check_line(IN_NEIGHBOR, &(struct line){section, ""});
    }
}

static void of_helpers(void **state) {
    (void)state;
    check_table(&settings_api, api_lines, COUNT(api_lines), "");
    check_table(&settings_send, watch_lines, COUNT(watch_lines), "");
    check_table(&settings_receive, watch_lines, COUNT(watch_lines), "");
    for (size_t i = 0; i < COUNT(api_lines); i++)
        check_line(strncmp(api_lines[i].statement, "processes", 9) ? IN_NEIGHBOR_OF("api { %s }") : IN_NEIGHBOR,
                   strncmp(api_lines[i].statement, "processes", 9)
                       ? &api_lines[i]
                       : &(struct line){api_lines[i].statement[9] == '-' ? "api { processes-match [ \"p\" ]; }"
                                                                         : "api { processes [ p ]; }",
                                        ""});
    check_lines(IN_NEIGHBOR_OF("api { processes [ p ]; send { %s } }"), watch_lines, COUNT(watch_lines));
    check_lines(IN_NEIGHBOR_OF("api { processes [ p ]; receive { %s } }"), watch_lines, COUNT(watch_lines));
}

/* Every route has a next hop, and nlri is what ends `attributes`. */
static bool is_said_apart(const char *word) {
    return strcmp(word, "next-hop") == 0 || strcmp(word, "nlri") == 0;
}

static void of_routes(void **state) {
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    (void)state;
    for (size_t i = 0; draft_word_at(i); i++)
        if (!has_line(route_lines, COUNT(route_lines), draft_word_at(i)) && !is_said_apart(draft_word_at(i)))
            fail_msg("%s of a route has no line in this test", draft_word_at(i));
    for (size_t i = 0; i < count; i++)
        if (kinds[i]->parse && !has_line(route_lines, COUNT(route_lines), kinds[i]->name) &&
            !is_said_apart(kinds[i]->name))
            fail_msg("%s has no line in this test", kinds[i]->name);
    check_line(IN_NEIGHBOR_OF("static { %s }"), &(struct line){"route 203.0.113.0/24 next-hop 192.0.2.77;", ""});
    check_line(IN_NEIGHBOR_OF("static { %s }"),
               &(struct line){"attributes next-hop 192.0.2.9 med 7 nlri 203.0.113.0/24 203.0.114.0/24;", ""});
    check_lines(IN_NEIGHBOR_OF("static { route 203.0.113.0/24 next-hop 192.0.2.9 %s; }"), route_lines,
                COUNT(route_lines));
}

static void of_families(void **state) {
    static const char *const around[] = {"family { %s; }", "add-path { %s; }"};
    char section[80], statement[64];
    (void)state;
    for (unsigned i = 0; i < families_count(); i++) {
        const struct family *f = family_at(i);
        snprintf(statement, sizeof statement, "%s %s", f->afi_name, f->safi_name);
        for (size_t j = 0; j < COUNT(around); j++) {
            snprintf(section, sizeof section, around[j], statement);
            check_line(j ? IN_NEIGHBOR_OF("capability { add-path send/receive; } family { all; } %s") : IN_NEIGHBOR,
                       &(struct line){section, ""});
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_processes),      cmocka_unit_test(of_neighbors), cmocka_unit_test(of_capabilities),
        cmocka_unit_test(of_authentication), cmocka_unit_test(of_helpers),   cmocka_unit_test(of_routes),
        cmocka_unit_test(of_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
