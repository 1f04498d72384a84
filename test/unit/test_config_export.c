/* What is written of a configuration: all of it as configuration, as JSON, and its grammar as JSON Schema. */
#include <glob.h>
#include <jansson.h>
#include <stdio.h>

#include "config/apply.h"
#include "config/config.h"
#include "config/parser.h"
#include "config_text.h"

static void each_good_file(void (*check)(const char *path)) {
    glob_t found;
    assert_int_equal(glob(CONFIGS "/good/*.conf", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check(found.gl_pathv[i]);
    globfree(&found);
}

static bool read_file(const char *path) {
    static const struct config_options options = {.software = {"test/1", 6}};
    release(NULL);
    return config_read_file(path, &options, &config, &report);
}

static json_t *parsed(const struct buffer *b) {
    json_error_t error;
    json_t *json = json_loadb((const char *)b->base, buffer_len(b), JSON_REJECT_DUPLICATES, &error);
    if (!json)
        print_error("%d: %s\n", error.line, error.text);
    assert_non_null(json);
    return json;
}

/* ---- As configuration ---- */

static void check_says_the_same(const char *path) {
    struct buffer text = buffer_growing(), diff = buffer_growing();
    struct configuration again;
    struct config_report wrong;
    static const struct config_options options = {.software = {"test/1", 6}};
    assert_true(read_file(path));
    put_configuration(&text, &config);
    if (config.neighbor_count + config.process_count) {
        assert_true(config_read_text(buffer_text(&text), path, &options, &again, &wrong));
        put_config_diff(&diff, &config, &again, &(struct config_diff_form){0});
        put_config_diff(&diff, &again, &config, &(struct config_diff_form){0});
        assert_string_equal(written(&diff), "");
        config_release(&again);
        config_report_release(&wrong);
    }
    buffer_release(&text);
    buffer_release(&diff);
}

static void printed_it_says_the_same(void **state) {
    (void)state;
    each_good_file(check_says_the_same);
}

static void processes_keep_all_they_have(void **state) {
    (void)state;
    struct buffer b = buffer_growing();
    assert_true(read_config("process \"a b\" { run /bin/cat \"c d\" '[' e; encoder json; respawn no; user u; group g; "
                            "cwd /srv; env [ A=1 'B=c d' ]; env X=; open-files 99; on-exit withdraw-after 5;\n"
                            "outbox drop-oldest; outbox-limit 70000; snapshot; }\nprocess q { run /bin/cat; }\n"));
    put_configuration(&b, &config);
    assert_string_equal(written(&b), "process \"a b\" {\n  run /bin/cat \"c d\" \"[\" e;\n  encoder json;\n"
                                     "  respawn false;\n  on-exit withdraw-after 5;\n  outbox drop-oldest;\n"
                                     "  outbox-limit 70000;\n  snapshot true;\n  user u;\n  group g;\n  cwd /srv;\n"
                                     "  env A=1;\n  env \"B=c d\";\n  env X=;\n  open-files 99;\n}\n"
                                     "process q {\n  run /bin/cat;\n  respawn true;\n  on-exit keep;\n"
                                     "  outbox pause;\n  snapshot false;\n}\n");
    buffer_clear(&b);
    put_config_export(&b, &config, -1);
    assert_non_null(strstr(written(&b), "{\"cwd\":\"/srv\",\"encoder\":\"json\",\"env\":[\"A=1\",\"B=c d\",\"X=\"],"
                                        "\"group\":\"g\",\"on_exit\":\"withdraw-after 5\",\"open_files\":99,"
                                        "\"outbox\":\"drop-oldest\",\"outbox_limit\":70000,\"respawn\":false,"));
    assert_non_null(strstr(written(&b), "\"snapshot\":true,\"user\":\"u\"}"));
    buffer_release(&b);
}

/* `all` offers none, as ExaBGP has it; a list with nothing in it would offer all. */
static void no_family_for_add_path_stays_none(void **state) {
    (void)state;
    struct buffer b = buffer_growing();
    assert_true(read_config("neighbor 10.0.0.1 { local-as 1; peer-as 1; router-id 1.1.1.1; add-path { all; } "
                            "capability { add-path send/receive; } }"));
    put_configuration(&b, &config);
    assert_true(read_config(written(&b)));
    assert_int_equal(config.neighbors[0]->offer.add_path, 3);
    assert_true(config.neighbors[0]->offer.add_path_families == 0);
    buffer_release(&b);
}

/* ---- As JSON ---- */

/* What only we have is there when it is set. */
static void our_own_settings_are_exported(void **state) {
    (void)state;
    struct buffer b = buffer_growing();
    assert_true(
        read_config("neighbor 10.0.0.1 { local-as 1; peer-as 2; router-id 1.1.1.1; maximum-prefix 100; "
                    "confederation [ 3 4 ]; "
                    "maximum-prefix-action warning; family { ipv4 unicast; } add-path { ipv4 unicast limit 7; }\n"
                    "capability { add-path send/receive; graceful-restart 60; graceful-restart-notification; "
                    "long-lived-graceful-restart 3600; multiple-labels 3; role peer; role-strict; strict; "
                    "raw [ 0x63 0x0102 ]; } }"));
    put_config_export(&b, &config, -1);
    const char *tree = written(&b);
    assert_non_null(strstr(tree, "\"_type\":\"GracefulRestartConfig\",\"long_lived\":3600,\"notification\":true,"));
    assert_non_null(strstr(tree, "\"multiple_labels\":3,"));
    assert_non_null(strstr(tree, "\"raw\":[{\"code\":99,\"value\":\"0x0102\"}],\"role\":\"peer\","
                                 "\"role_strict\":true,"));
    assert_non_null(strstr(tree, ",\"strict\":true},"));
    assert_non_null(strstr(tree, "\"maximum_prefix\":100,\"maximum_prefix_action\":\"warning\","));
    assert_non_null(strstr(tree, "\"Session\",\"confederation\":[3,4],\"connect\":"));
    assert_non_null(strstr(tree, "\"paths_limits\":{\"ipv4 unicast\":7},"));
    buffer_clear(&b);
    assert_true(read_config("neighbor 10.0.0.1 { local-as 1; peer-as 1; router-id 1.1.1.1; }"));
    put_config_export(&b, &config, -1);
    assert_null(strstr(written(&b), "maximum_prefix"));
    assert_null(strstr(written(&b), "paths_limits"));
    assert_null(strstr(written(&b), "confederation"));
    buffer_release(&b);
}

static void check_export(const char *path) {
    struct buffer b = buffer_growing();
    assert_true(read_file(path));
    put_config_export(&b, &config, 2);
    json_t *json = parsed(&b);
    json_t *neighbors = json_object_get(json, "neighbors");
    assert_int_equal(json_object_size(neighbors), config.neighbor_count);
    assert_int_equal(json_object_size(json_object_get(json, "processes")), config.process_count);
    for (size_t i = 0; i < config.neighbor_count; i++) {
        struct buffer name = buffer_growing();
        put_neighbor_name(&name, config.neighbors[i]);
        json_t *neighbor = json_object_get(neighbors, written(&name));
        assert_int_equal(json_array_size(json_object_get(neighbor, "routes")), config.neighbors[i]->routes.count);
        buffer_release(&name);
    }
    json_decref(json);
    buffer_release(&b);
}

static void every_good_file_is_exported(void **state) {
    (void)state;
    each_good_file(check_export);
}

static void exports_look_like_those_of_exabgp(void **state) {
    (void)state;
    struct buffer b = buffer_growing();
    assert_true(read_config("neighbor 10.0.0.1 { local-as 1; peer-as 2; router-id 1.1.1.1; description \"a \\\\ b\"; "
                            "family { ipv4 unicast; } static { route 10.0.0.0/24 next-hop self med 5; } }\n"));
    put_config_export(&b, &config, -1);
    const char *text = written(&b);
    assert_non_null(strstr(text, "{\"neighbors\":{\"neighbor 10.0.0.1 local-ip auto local-as 1 peer-as 2 router-id "
                                 "1.1.1.1 family-allowed in-open\":{\"addpaths\":[],\"adj_rib_in\":true,"));
    assert_non_null(strstr(text, "\"routes\":[{\"_type\":\"Route\",\"attributes\":\" med 5\",\"family\":\"ipv4 "
                                 "unicast\",\"next_hop\":\"self\",\"nlri\":\"10.0.0.0/24\"}]"));
    assert_non_null(strstr(text, "\"description\":\"a \\\\ b\""));
    assert_non_null(strstr(text, "\"peer_address\":{\"_type\":\"IPRange\",\"ip\":\"10.0.0.1\",\"mask\":32}"));
    assert_string_equal(strchr(text, '\n'), "\n");
    buffer_clear(&b);
    put_config_export(&b, &config, 2);
    assert_non_null(strstr(written(&b), "\n      \"hold_time\": {\n        \"_type\": \"HoldTime\",\n        "
                                        "\"value\": 180\n      },\n"));
    assert_non_null(strstr(written(&b), "\"addpaths\": [],\n"));
    assert_non_null(strstr(written(&b), "\n  \"processes\": {}\n}\n"));
    buffer_clear(&b);
    put_config_export(&b, &config, 0);
    assert_non_null(strstr(written(&b), "{\n\"neighbors\": {\n\"neighbor 10.0.0.1"));
    buffer_release(&b);
}

/* ---- The grammar ---- */

static json_t *property(json_t *schema, const char *name) {
    return json_object_get(json_object_get(schema, "properties"), name);
}

static void the_schema_names_every_keyword(void **state) {
    (void)state;
    const struct {
        const char *section;
        const struct settings *settings;
    } tables[] = {{"neighbor", &settings_neighbor},
                  {"capability", &settings_capability},
                  {"process", &settings_process},
                  {"tcp-ao", &settings_ao},
                  {"api", &settings_api}};
    struct buffer b = buffer_growing();
    assert_true(put_config_schema(&b, (struct text){"", 0}, 2));
    json_t *schema = parsed(&b);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (size_t j = 0; j < tables[i].settings->count; j++) {
            json_t *one = property(property(schema, tables[i].section), tables[i].settings->rows[j].keyword);
            assert_non_null(json_object_get(one, "description"));
            assert_true(json_object_get(one, "type") || json_object_get(one, "enum") || json_object_get(one, "oneOf"));
        }
    static const char *const sections[] = {"process",     "template", "neighbor", "family",  "capability",
                                           "api",         "static",   "announce", "flow",    "l2vpn",
                                           "operational", "tcp-ao",   "nexthop",  "add-path"};
    assert_non_null(property(schema, "include"));
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        assert_non_null(property(property(schema, sections[i]), "include"));
    assert_string_equal(json_string_value(json_object_get(property(property(schema, "neighbor"), "family"), "$ref")),
                        "#/properties/family");
    json_decref(schema);
    buffer_release(&b);
}

static void one_section_has_its_own_in_it(void **state) {
    (void)state;
    struct buffer b = buffer_growing();
    assert_true(put_config_schema(&b, text_of("neighbor"), -1));
    assert_null(strstr(written(&b), "$ref"));
    json_t *schema = parsed(&b);
    json_t *role = property(property(schema, "capability"), "add-path");
    assert_int_equal(json_array_size(json_object_get(role, "enum")), 4);
    assert_non_null(property(property(property(schema, "flow"), "route"), "match"));
    json_decref(schema);
    buffer_clear(&b);
    assert_false(put_config_schema(&b, text_of("neighbors"), 2));
    assert_int_equal(buffer_len(&b), 0);
    put_config_sections(&b);
    assert_non_null(strstr(written(&b), "process, template, neighbor, group, family"));
    buffer_release(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printed_it_says_the_same),          cmocka_unit_test(processes_keep_all_they_have),
        cmocka_unit_test(no_family_for_add_path_stays_none), cmocka_unit_test(our_own_settings_are_exported),
        cmocka_unit_test(every_good_file_is_exported),       cmocka_unit_test(exports_look_like_those_of_exabgp),
        cmocka_unit_test(the_schema_names_every_keyword),    cmocka_unit_test(one_section_has_its_own_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
