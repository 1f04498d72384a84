/* Configurations as texts, and what the report says of them: for the tests of configurations. */
#ifndef TEST_CONFIG_TEXT_H
#define TEST_CONFIG_TEXT_H

#include <stdio.h>

#include "config/config.h"
#include "unit.h"

static struct configuration config;
static struct config_report report;

static inline bool read_config(const char *text) {
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
static inline const char *errors(struct buffer *b) {
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

static inline void check_rows(const struct row *rows, size_t count) {
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

#endif
