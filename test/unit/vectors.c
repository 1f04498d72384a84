/* The runner of vector files: see vectors.h. */
#include "vectors.h"

#include <jansson.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/number.h"
#include "unit.h"

enum { VECTOR_COLUMNS = 12, VECTOR_MUTATIONS = 300 };

struct vector {
    const struct vector_element *element;
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

static bool vector_parse(const struct vector *v, struct text text, struct buffer *wire, struct complaint *complaint) {
    *complaint = (struct complaint){0};
    struct words words = words_of_line(text, complaint);
    return v->element->parse(&words, wire) && words_done(&words) && !complaint->made;
}

static void vector_parses(const struct vector *v, struct text text, struct cursor wanted) {
    struct buffer wire = buffer_growing(), message = buffer_growing();
    struct complaint complaint;
    if (!vector_parse(v, text, &wire, &complaint)) {
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
    const struct vector_element *e = v->element;
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

/* Text is one line, whatever a peer has put into a name. */
static void vector_is_one_line(const struct vector *v, const struct buffer *text) {
    for (const uint8_t *p = text->base; p < text->p; p++)
        if (*p < 0x20 || *p == 0x7f)
            vector_fail(v, "text with the control character 0x%02x", *p);
}

/* Octets that may be anything: when they are good, each form must be sound. */
static void vector_is_safe(const struct vector *v, struct cursor octets) {
    const struct vector_element *e = v->element;
    size_t len = cursor_left(&octets);
    uint8_t *exact = malloc(len ? len : 1);
    assert_non_null(exact);
    memcpy(exact, octets.p, len);
    struct cursor wire = cursor_of(exact, len);
    struct buffer out = buffer_growing(), hex = buffer_growing();
    put_hex_upper(&hex, wire);
    if (e->check(wire) == HARM_NONE) {
        for (int form = FORM_4; form <= FORM_6; form++) {
            const struct style style = {.form = (enum form)form};
            const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL;
            json_error_t error;
            buffer_clear(&out);
            put_string(&out, e->open);
            e->json(wire, &style, &out);
            put_string(&out, e->close);
            json_t *json = json_loads(written(&out), flags, &error);
            if (!json)
                vector_fail(v, "form %d of %s is not JSON: %s\n%s", form, written(&hex), written(&out), error.text);
            json_decref(json);
            buffer_clear(&out);
            e->text(wire, &style, &out);
            vector_is_one_line(v, &out);
        }
        const struct style command = {.form = FORM_6, .command = true};
        buffer_clear(&out);
        e->text(wire, &command, &out);
        vector_is_one_line(v, &out);
        if (buffer_len(&out))
            vector_parses(v, buffer_text(&out), wire);
    }
    free(exact);
    buffer_release(&out);
    buffer_release(&hex);
}

static uint32_t random_next(uint64_t *state) {
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33);
}

/* One small change at a random place: the places that decide are lengths, counts and flags. */
static void mutate(struct buffer *b, uint64_t *random) {
    static const uint8_t edges[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 0x7f, 0x80, 0xff};
    size_t len = buffer_len(b), at = len ? random_next(random) % len : 0;
    uint8_t octet = (uint8_t)random_next(random);
    switch (len ? random_next(random) % 6 : 5) {
    case 0: b->base[at] ^= (uint8_t)(1 << octet % 8); break;
    case 1: b->base[at] = edges[octet % sizeof edges]; break;
    case 2: b->base[at] = octet; break;
    case 3: b->base[at] = (uint8_t)(b->base[at] + (octet & 1 ? 1 : -1)); break;
    case 4: /* an octet less */
        memmove(b->base + at, b->base + at + 1, len - at - 1);
        b->p--;
        break;
    default: /* an octet more */
        put_u8(b, 0);
        memmove(b->base + at + 1, b->base + at, len - at);
        b->base[at] = octet;
    }
}

/* More of them where somebody asks for it: $VECTOR_MUTATIONS for each line. */
static size_t vector_mutations_wanted(void) {
    const char *wanted = getenv("VECTOR_MUTATIONS");
    return wanted ? strtoul(wanted, NULL, 10) : VECTOR_MUTATIONS;
}

static void vector_mutations(const struct vector *v, struct cursor wire) {
    const struct vector_element *e = v->element;
    struct cursor inside = e->inside ? e->inside(wire) : wire;
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
        if (e->wrap)
            e->wrap(wire, buffer_cursor(&part), &whole);
        else
            put_cursor(&whole, buffer_cursor(&part));
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
        if (vector_parse(v, v->column[0], &wire, &complaint))
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

static struct vector *vector_of_line(const struct vector_element *element, unsigned line, const char *chars) {
    struct vector *v = memory_new(sizeof *v);
    *v = (struct vector){
        .element = element, .file = element->file, .line = line, .chars = memory_copy(chars, strlen(chars))};
    struct text text = text_of(v->chars);
    if (text_starts(text, "! ")) {
        v->refused = true;
        text = (struct text){text.p + 1, text.len - 1};
    }
    vector_split(v, text);
    return v;
}

int vectors_run(const struct vector_element *element, const struct CMUnitTest *more, size_t more_count) {
    char path[512], line[65536];
    struct CMUnitTest tests[2048];
    size_t count = more_count;
    memcpy(tests, more, more_count * sizeof *more);
    snprintf(path, sizeof path, "%s/%s", VECTORS, element->file);
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return 1;
    }
    for (unsigned number = 1; fgets(line, sizeof line, file); number++) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == 0 || line[0] == '#' || count == sizeof tests / sizeof *tests)
            continue;
        struct vector *v = vector_of_line(element, number, line);
        char *name = memory_new(96);
        snprintf(name, 96, "%s:%u %.60s", element->file, number, v->columns > 1 && !v->column[0].len ? line : v->chars);
        for (char *p = name; *p; p++)
            if (*p == '#') /* a mark of its own in TAP */
                *p = '_';
        tests[count++] = (struct CMUnitTest){.name = name, .test_func = vector_try, .initial_state = v};
    }
    fclose(file);
    int failed = _cmocka_run_group_tests(element->file, tests, count, NULL, NULL);
    for (size_t i = more_count; i < count; i++) {
        struct vector *v = tests[i].initial_state;
        free(v->chars);
        free(v);
        free((char *)tests[i].name);
    }
    return failed;
}
