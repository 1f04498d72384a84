/* Configurations: what is read, what is refused, and where the report points. */
#include "config/config.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_cut_as_ever),
        cmocka_unit_test(a_quoted_word_is_as_it_stands),
        cmocka_unit_test(what_is_no_configuration),
        cmocka_unit_test(many_mistakes_are_many_errors),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
