/* doc/api.md: names every command of the table, and each of its examples is true. */
#include <stdio.h>
#include <stdlib.h>

#include "api/private.h"
#include "api_world.h"
#include "unit.h"

static struct buffer page;

static int page_read(void **state) {
    FILE *file = fopen(PAGE, "r");
    char some[4096];
    (void)state;
    assert_non_null(file);
    page = buffer_growing();
    for (size_t len; (len = fread(some, 1, sizeof some, file));)
        put_octets(&page, some, len);
    fclose(file);
    written(&page);
    return 0;
}

static int page_drop(void **state) {
    (void)state;
    buffer_release(&page);
    return 0;
}

static void assert_named(const char *words) {
    char code[96];
    snprintf(code, sizeof code, "`%s`", words);
    if (!strstr(written(&page), code))
        fail_msg("doc/api.md does not name %s", code);
}

static void the_page_names_every_command(void **state) {
    size_t count;
    const struct command *rows = command_rows(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].v6)
            assert_named(rows[i].v6);
        if (rows[i].v4)
            assert_named(rows[i].v4);
    }
}

static void every_command_says_what_it_is(void **state) {
    size_t count;
    const struct command *rows = command_rows(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const char *name = rows[i].v6 ? rows[i].v6 : rows[i].v4, *help = rows[i].help;
        if (!rows[i].syntax || !help || strlen(help) < 10 || help[strlen(help) - 1] != '.')
            fail_msg("%s has no help, or what may stand behind it is not said", name);
        if (strchr(rows[i].syntax, '\t') || strchr(help, '\t') || *help < 'A' || *help > 'Z')
            fail_msg("%s: tabs part columns, and a sentence begins like one", name);
    }
}

/* ---- Examples: `> COMMAND`, then what is answered; `-- N s later` ---- */

struct example {
    struct world world;
    uint64_t helper;
    struct buffer wanted, got;
    unsigned commands;
};

static void example_check(struct example *e) {
    if (strcmp(written(&e->wanted), written(&e->got)) != 0)
        fail_msg("doc/api.md says\n%sand it is\n%s", written(&e->wanted), written(&e->got));
    buffer_clear(&e->wanted);
    buffer_clear(&e->got);
}

static void example_line(struct example *e, struct text line) {
    char text[1024];
    snprintf(text, sizeof text, "%.*s", TEXT_ARGS(line));
    if (strncmp(text, "> ", 2) == 0) {
        example_check(e);
        put_string(&e->got, world_ask(&e->world, e->helper, text + 2));
        e->commands++;
    } else if (strncmp(text, "-- ", 3) == 0) {
        e->world.now += strtoul(text + 3, NULL, 10) * 1000000;
        world_turn(&e->world);
    } else {
        put_text(&e->wanted, line);
        put_char(&e->wanted, '\n');
    }
}

static unsigned example_run(struct text block) {
    struct example e = {.wanted = buffer_growing(), .got = buffer_growing()};
    bool more = true;
    world_init(&e.world, FORM_5, NULL);
    world_add_peer(&e.world, "192.0.2.1", "h", NULL);
    world_add_peer(&e.world, "192.0.2.2", "h", NULL);
    e.helper = world_add_client(&e.world, "h");
    for (struct text line; more && block.len;) {
        block = text_cut(block, '\n', &line, &more);
        example_line(&e, line);
    }
    example_check(&e);
    world_release(&e.world);
    buffer_release(&e.wanted);
    buffer_release(&e.got);
    return e.commands;
}

static void the_examples_are_true(void **state) {
    unsigned commands = 0;
    (void)state;
    for (const char *at = written(&page), *end; (at = strstr(at, "\n```api\n")); at = end) {
        at += 8;
        end = strstr(at, "```\n");
        assert_non_null(end);
        commands += example_run((struct text){at, (size_t)(end - at)});
    }
    assert_true(commands > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_names_every_command),
        cmocka_unit_test(every_command_says_what_it_is),
        cmocka_unit_test(the_examples_are_true),
    };
    return cmocka_run_group_tests(tests, page_read, page_drop);
}
