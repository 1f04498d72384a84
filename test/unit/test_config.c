/* Configurations: what is read, what is refused, and where the report points. */
#include "config/config.h"

#include <glob.h>
#include <stdio.h>

#include "base/memory.h"
#include "bgp/attribute.h"
#include "config/file.h"
#include "config/parser.h"
#include "config_text.h"

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

static void put_neighbors(struct buffer *b) {
    put_literal(b, "process inside { run cat; } process watcher { run cat; } process speaker { run cat; }\n");
    for (size_t i = 0; i < config.neighbor_count; i++)
        put_neighbor_configuration(b, config.neighbors[i]);
}

/* What is in force, printed, is a configuration that says the same. */
static void check_printed(const char *path) {
    struct buffer first = buffer_growing(), second = buffer_growing(), b = buffer_growing();
    static const struct config_options options = {.software = {"test/1", 6}, .folder = "/bin"};
    assert_true(read_file(path));
    put_neighbors(&first);
    release(NULL);
    assert_true(config_read_text(buffer_text(&first), path, &options, &config, &report));
    assert_string_equal(errors(&b), "");
    put_neighbors(&second);
    assert_string_equal(written(&second), written(&first));
    buffer_release(&first);
    buffer_release(&second);
    buffer_release(&b);
}

static void good_files_print_back(void **state) {
    (void)state;
    each_file("good", check_printed);
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
    /* What has no prefix is not split. */
    assert_true(
        read_config("neighbor 10.0.0.1 { local-as 1; peer-as 2; router-id 1.1.1.1; l2vpn { vpls endpoint 5 base 6 "
                    "offset 1 size 8 rd 1:2 next-hop 192.0.2.9 split /24; } }"));
    assert_int_equal(config.neighbors[0]->routes.count, 1);
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

static void variables_are_parts_of_words(void **state) {
    (void)state;
    assert_int_equal(setenv("YOTTABGP_A", "10.0", 1), 0);
    assert_int_equal(setenv("YOTTABGP_E", "", 1), 0);
    assert_int_equal(unsetenv("YOTTABGP_U"), 0);
    assert_true(read_config(
        "neighbor ${YOTTABGP_A}.0.1 { local-as ${YOTTABGP_U:-65001}; peer-as 6${YOTTABGP_E:-5}001;"
        "router-id ${YOTTABGP_A}.${YOTTABGP_A}; description \"${YOTTABGP_A} $x\"; host-name a${YOTTABGP_E}b;"
        "static { route ${YOTTABGP_A}.0.0/24 next-hop ${YOTTABGP_A}.0.2; } }"));
    const struct neighbor *n = config.neighbors[0];
    assert_int_equal(n->offer.local_as, 65001);
    assert_int_equal(n->offer.peer_as, 65001);
    assert_string_equal(n->description.p, "${YOTTABGP_A} $x");
    struct buffer b = buffer_growing();
    put_neighbor_configuration(&b, n);
    assert_non_null(strstr(written(&b), "neighbor 10.0.0.1 {"));
    assert_non_null(strstr(written(&b), "router-id 10.0.10.0;"));
    assert_non_null(strstr(written(&b), "host-name ab;"));
    assert_non_null(strstr(written(&b), "10.0.0.0/24 next-hop 10.0.0.2"));
    assert_false(read_config("neighbor 1.1.1.1 { local-as ${YOTTABGP_U}; peer-as ${1};\n router-id ${YOTTABGP_A\n; }"));
    buffer_clear(&b);
    put_config_reasons(&b, &report);
    assert_non_null(strstr(written(&b), "1:31: the variable YOTTABGP_U is not set"));
    assert_non_null(strstr(written(&b), "1:54: that is no name of a variable"));
    assert_non_null(strstr(written(&b), "2:14: a variable without its \"}\""));
    buffer_release(&b);
}

/* ---- Files in files ---- */

static void write_part(const char *folder, const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* Reads main.conf; what is wrong with it is in `reasons`, without the folder. */
static bool read_parts(const char *folder, struct buffer *reasons) {
    const struct config_options with = {0};
    struct config_report wrong;
    struct configuration read;
    char path[128], *at;
    struct buffer b = buffer_growing();
    snprintf(path, sizeof path, "%s/main.conf", folder);
    bool good = config_read_file(path, &with, &read, &wrong);
    size_t routes = good && read.neighbor_count ? read.neighbors[0]->routes.count : 0;
    put_config_reasons(&b, &wrong);
    put_format(&b, "%zu routes\n", routes);
    put_u8(&b, 0);
    buffer_clear(reasons);
    for (char *from = (char *)b.base; from; from = at ? at + strlen(folder) + 1 : NULL) {
        at = strstr(from, folder);
        put_format(reasons, "%.*s", at ? (int)(at - from) : (int)strlen(from), from);
    }
    if (good)
        config_release(&read);
    config_report_release(&wrong);
    buffer_release(&b);
    return good;
}

static void files_include_files(void **state) {
    (void)state;
    char folder[] = "/tmp/yottabgp-include-XXXXXX", command[64];
    struct buffer b = buffer_growing();
    assert_non_null(mkdtemp(folder));
    write_part(folder, "main.conf",
               "neighbor 10.0.0.1 {\n include common.conf;\n static {\n"
               "  include \"[rs]*.conf\"; include \"none*\";\n"
               "  route 10.9.0.0/24 next-hop 1.1.1.1;\n }\n}\n");
    write_part(folder, "common.conf", "local-as 1; peer-as 2;\ninclude id.conf;");
    write_part(folder, "id.conf", "router-id 1.1.1.1; family { ipv4 unicast;");
    write_part(folder, "r1.conf", "route 10.1.0.0/24 next-hop 1.1.1.1;\nroute 10.2.0.0/24 next-hop 1.1.1.1;");
    write_part(folder, "s1.conf", "");
    assert_true(read_parts(folder, &b));
    assert_string_equal(written(&b), "3 routes\n");
    write_part(folder, "id.conf", "router-id 1.1.1.1;\nhold-time 1; }\n");
    write_part(folder, "r1.conf", "include main.conf; include a b; include none.conf;\nroute 10.1.0.0/24 med 5;");
    write_part(folder, "s1.conf", "\n\xff");
    assert_false(read_parts(folder, &b));
    assert_string_equal(written(&b),
                        "main.conf:4:12: cannot include s1.conf: line 2 is no text in UTF-8\n"
                        "id.conf:2:0: a \"}\" closes nothing that was opened in this file\n"
                        "id.conf:2:11: hold-time 1 is invalid, wanted 0, or 3 to 65535 seconds\n"
                        "r1.conf:1:9: main.conf includes itself\n"
                        "r1.conf:1:28: only one file after \"include\"\n"
                        "r1.conf:1:41: cannot include none.conf: file not found\n"
                        "r1.conf:2:23: announce requires a next-hop, wanted next-hop IP or self\n0 routes\n");
    buffer_release(&b);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
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

/* ---- The page ---- */

static struct buffer page;

static void assert_named(const char *word) {
    struct buffer b = buffer_growing();
    put_format(&b, "`%s`", word);
    if (!strstr(written(&page), written(&b)))
        print_error("doc/configuration.md does not name %s\n", word);
    assert_non_null(strstr(written(&page), written(&b)));
    buffer_release(&b);
}

static void assert_section_named(const struct section *section, unsigned depth) {
    for (size_t i = 0; section->settings && i < section->settings->count; i++)
        assert_named(section->settings->rows[i].keyword);
    for (const char *const *word = section->keywords; word && *word; word++)
        assert_named(*word);
    for (const struct section *const *at = section->inside; at && *at && depth < 8; at++) {
        assert_named((*at)->keyword);
        assert_true((*at)->help && (*at)->help[0]);
        assert_section_named(*at, depth + 1);
    }
}

/* A keyword that is read and that no page names is half a keyword. */
static void the_page_names_every_keyword(void **state) {
    (void)state;
    char why[64];
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    page = buffer_growing();
    assert_true(file_read(CONFIGS "/../../doc/configuration.md", FILE_MOST, &page, why, sizeof why));
    assert_section_named(&section_root, 0);
    for (size_t i = 0; i < count; i++)
        if (kinds[i]->parse)
            assert_named(kinds[i]->name);
    for (unsigned i = 0; i < FAMILIES; i++)
        for (const char *const *word = family_at(i)->keywords; word && *word; word++)
            assert_named(*word);
    /* The tables of settings are those of the program, to the letter. */
    struct buffer reference = buffer_growing();
    struct text rest, line;
    put_config_reference(&reference);
    rest = buffer_text(&reference);
    for (bool more = true; more;) {
        rest = text_cut(rest, '\n', &line, &more);
        if (!text_starts(line, "| `") || !memmem(line.p, line.len, " | 4.2 | ", 9))
            continue;
        struct buffer one = buffer_growing();
        put_text(&one, line);
        if (!strstr(written(&page), written(&one)))
            print_error("doc/configuration.md says otherwise than %s\n", written(&one));
        assert_non_null(strstr(written(&page), written(&one)));
        buffer_release(&one);
    }
    buffer_release(&reference);
    buffer_release(&page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_cut_as_ever),
        cmocka_unit_test(a_quoted_word_is_as_it_stands),
        cmocka_unit_test(what_is_no_configuration),
        cmocka_unit_test(many_mistakes_are_many_errors),
        cmocka_unit_test(good_files_are_good),
        cmocka_unit_test(good_files_print_back),
        cmocka_unit_test(bad_files_tell_all_that_is_wrong),
        cmocka_unit_test(routes_are_the_same_however_they_are_read),
        cmocka_unit_test(variables_are_parts_of_words),
        cmocka_unit_test(files_include_files),
        cmocka_unit_test(hostile_files_end_well),
        cmocka_unit_test(too_much_is_bounded),
        cmocka_unit_test(the_page_names_every_keyword),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
