/* The runner of vector files: see vectors.h. */
#include "vectors.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/number.h"
#include "unit.h"

enum { VECTOR_COLUMNS = 12, VECTOR_MUTATIONS = 300 };

struct vector {
    const struct element *element;
    const char *file;
    unsigned line;
    struct text column[VECTOR_COLUMNS]; /* views into `chars` */
    size_t columns;
    char *chars; /* owned */
    bool refused;
};

static struct text vector_trim(struct text t) {
    while (t.len && t.p[0] == ' ')
        t.p++, t.len--;
    while (t.len && t.p[t.len - 1] == ' ')
        t.len--;
    return t;
}

/* Columns are parted by a bar with blanks around it: a bar inside JSON has none. */
static void vector_split(struct vector *v, struct text line) {
    const char *bar;
    while (v->columns < VECTOR_COLUMNS - 1 && (bar = memmem(line.p, line.len, " | ", 3))) {
        v->column[v->columns++] = vector_trim((struct text){line.p, (size_t)(bar - line.p)});
        line = (struct text){bar + 3, line.len - (size_t)(bar + 3 - line.p)};
    }
    v->column[v->columns++] = vector_trim(line);
}

static bool is_none(struct text t) {
    return text_is(t, "-");
}

/* The first column after the third that is named so, or the one to take in its stead. */
static struct text vector_named(const struct vector *v, const char *name, struct text instead) {
    for (size_t i = 3; i < v->columns; i++)
        if (text_starts(v->column[i], name))
            return vector_trim((struct text){v->column[i].p + strlen(name), v->column[i].len - strlen(name)});
    return instead;
}

#define vector_fail(v, ...)                                                                                            \
    do {                                                                                                               \
        print_error("%s:%u: ", (v)->file, (v)->line);                                                                  \
        print_error(__VA_ARGS__);                                                                                      \
        print_error("\n");                                                                                             \
        fail();                                                                                                        \
    } while (0)

static void vector_octets(const struct vector *v, struct text hex, struct buffer *out) {
    for (size_t i = 0; i < hex.len; i += hex.p[i] == ' ' ? 1 : 2)
        if (hex.p[i] != ' ' && (i + 1 == hex.len || !hex_parse((struct text){hex.p + i, 2}, out)))
            vector_fail(v, "no hexadecimal: %.*s", TEXT_ARGS(hex));
}

static void vector_parses(const struct vector *v, struct text text, struct cursor wanted) {
    struct buffer wire = buffer_growing(), message = buffer_growing();
    struct complaint complaint;
    if (!element_parse(v->element, text, &wire, &complaint)) {
        put_complaint_short(&message, &complaint);
        vector_fail(v, "refused: %.*s: %s", TEXT_ARGS(text), written(&message));
    }
    if (!cursor_same(buffer_cursor(&wire), wanted)) {
        put_hex_upper(&message, buffer_cursor(&wire));
        vector_fail(v, "%.*s gives %s", TEXT_ARGS(text), written(&message));
    }
    buffer_release(&wire);
    buffer_release(&message);
}

static void vector_same(const struct vector *v, const char *what, struct buffer *got, struct text wanted) {
    if (is_none(wanted))
        wanted.len = 0;
    if (!text_same(buffer_text(got), wanted))
        vector_fail(v, "%s\n   got: %s\nwanted: %.*s", what, written(got), TEXT_ARGS(wanted));
    buffer_clear(got);
}

static void vector_shows(const struct vector *v, struct cursor wire) {
    const struct element *e = v->element;
    const struct style styles[] = {
        {.form = FORM_6}, {.form = FORM_4}, {.form = FORM_5}, {.form = FORM_6, .command = true}};
    struct text text = vector_named(v, "text:", v->column[0]), text5 = vector_named(v, "text5:", text);
    struct text json5 = vector_named(v, "json5:", v->column[2]);
    struct buffer out = buffer_growing();
    e->json(wire, &styles[0], &out);
    vector_same(v, "JSON of form 6", &out, v->column[2]);
    e->json(wire, &styles[1], &out);
    vector_same(v, "JSON of form 4", &out, vector_named(v, "json4:", v->column[2]));
    e->json(wire, &styles[2], &out);
    vector_same(v, "JSON of form 5", &out, json5);
    e->text(wire, &styles[1], &out);
    vector_same(v, "text", &out, text);
    e->text(wire, &styles[2], &out);
    vector_same(v, "text of form 5", &out, text5);
    if (!is_none(v->column[0])) {
        e->text(wire, &styles[3], &out);
        vector_same(v, "command", &out, v->column[0]);
    }
    buffer_release(&out);
}

/* Octets that may be anything: refused, or sound in each form. */
static void vector_is_safe(const struct vector *v, struct cursor octets) {
    struct buffer report = buffer_growing();
    bool good;
    if (!element_is_safe(v->element, octets, &good, &report))
        vector_fail(v, "%s", written(&report));
    buffer_release(&report);
}

/* More of them where somebody asks for it: $VECTOR_MUTATIONS for each line. */
static size_t vector_mutations_wanted(void) {
    const char *wanted = getenv("VECTOR_MUTATIONS");
    return wanted ? strtoul(wanted, NULL, 10) : VECTOR_MUTATIONS;
}

static void vector_mutations(const struct vector *v, struct cursor wire) {
    const struct element *e = v->element;
    struct cursor inside = e->inside(wire);
    struct buffer part = buffer_growing(), whole = buffer_growing();
    uint64_t random = v->line;
    size_t wanted = vector_mutations_wanted() + cursor_left(&inside);
    for (size_t n = 0; n < wanted; n++) {
        buffer_clear(&part);
        buffer_clear(&whole);
        put_cursor(&part, inside);
        if (n < cursor_left(&inside))
            buffer_cut(&part, n);
        else
            for (unsigned changes = random_next(&random) % 3 + 1; changes; changes--)
                mutate(&part, &random);
        if (e->wrap(wire, buffer_cursor(&part), &whole))
            vector_is_safe(v, buffer_cursor(&whole));
    }
    buffer_release(&part);
    buffer_release(&whole);
}

static void vector_is_refused(const struct vector *v) {
    static const char *const harms[] = {"none", "skip", "discard", "withdraw", "reset"};
    struct buffer wire = buffer_growing();
    struct complaint complaint;
    if (v->columns == 1) {
        if (element_parse(v->element, v->column[0], &wire, &complaint))
            vector_fail(v, "accepted: %.*s", TEXT_ARGS(v->column[0]));
    } else {
        vector_octets(v, v->column[1], &wire);
        const char *harm = harms[v->element->check(buffer_cursor(&wire))];
        if (!text_is(v->column[2], harm))
            vector_fail(v, "harm is %s, not %.*s", harm, TEXT_ARGS(v->column[2]));
    }
    buffer_release(&wire);
}

static void vector_try(void **state) {
    const struct vector *v = *state;
    struct buffer wire = buffer_growing();
    if (v->refused) {
        vector_is_refused(v);
        return;
    }
    if (v->columns < 3)
        vector_fail(v, "three columns are wanted");
    vector_octets(v, v->column[1], &wire);
    struct cursor octets = buffer_cursor(&wire);
    if (!is_none(v->column[0]))
        vector_parses(v, v->column[0], octets);
    for (size_t i = 3; i < v->columns; i++)
        if (text_starts(v->column[i], "also:"))
            vector_parses(v, (struct text){v->column[i].p + 5, v->column[i].len - 5}, octets);
    if (v->element->check(octets) != HARM_NONE)
        vector_fail(v, "the octets are refused");
    vector_shows(v, octets);
    for (size_t len = 0; len <= cursor_left(&octets); len++)
        vector_is_safe(v, cursor_of(octets.p, len));
    vector_mutations(v, octets);
    buffer_release(&wire);
}

static struct vector *vector_of_line(const char *file, const struct element *element, unsigned line,
                                     const char *chars) {
    struct vector *v = memory_new(sizeof *v);
    *v = (struct vector){.element = element, .file = file, .line = line, .chars = memory_copy(chars, strlen(chars))};
    struct text text = text_of(v->chars);
    if (text_starts(text, "! ")) {
        v->refused = true;
        text = (struct text){text.p + 1, text.len - 1};
    }
    vector_split(v, text);
    return v;
}

int vectors_run(const char *file_name, const struct element *element, const struct CMUnitTest *more,
                size_t more_count) {
    char path[512], line[65536];
    struct CMUnitTest tests[2048];
    size_t count = more_count;
    memcpy(tests, more, more_count * sizeof *more);
    snprintf(path, sizeof path, "%s/%s", VECTORS, file_name);
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return 1;
    }
    for (unsigned number = 1; fgets(line, sizeof line, file); number++) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == 0 || line[0] == '#' || count == sizeof tests / sizeof *tests)
            continue;
        struct vector *v = vector_of_line(file_name, element, number, line);
        char *name = memory_new(96);
        snprintf(name, 96, "%s:%u %.60s", file_name, number, v->columns > 1 && !v->column[0].len ? line : v->chars);
        for (char *p = name; *p; p++)
            if (*p == '#') /* a mark of its own in TAP */
                *p = '_';
        tests[count++] = (struct CMUnitTest){.name = name, .test_func = vector_try, .initial_state = v};
    }
    fclose(file);
    int failed = _cmocka_run_group_tests(file_name, tests, count, NULL, NULL);
    for (size_t i = more_count; i < count; i++) {
        struct vector *v = tests[i].initial_state;
        free(v->chars);
        free(v);
        free((char *)tests[i].name);
    }
    return failed;
}
