/* The registry of path attributes, and one attribute among others (RFC 4271 4.3).
 *
 * The rows are found by number in an array, and by word in a table without collisions: the place of a word is made of
 * its first letter and its length, when compiling. Two words in one place do not compile; another factor helps. */
#include "bgp/attribute.h"

#include "base/number.h"

#define ATTRIBUTE(number, NUMBER, name) extern const struct attribute_kind attribute_##name;
#include "bgp/attribute.def"

static const struct attribute_kind *const attribute_by_code[256] = {
#define ATTRIBUTE(number, NUMBER, name) [number] = &attribute_##name,
#include "bgp/attribute.def"
};

static const struct attribute_kind *const attribute_rows[] = {
#define ATTRIBUTE(number, NUMBER, name) &attribute_##name,
#include "bgp/attribute.def"
};

/* A place for each first letter and length: two words with the same of both do not compile. */
#define WORD_PLACE(letter, len) (((unsigned)(letter)&31) << 5 | ((unsigned)(len)&31))

static const struct attribute_word {
    struct text word;
    const struct attribute_kind *kind;
} attribute_words[1024] = {
#define ATTRIBUTE_WORD(letter, word, name)                                                                             \
    [WORD_PLACE(letter, sizeof word - 1)] = {{word, sizeof word - 1}, &attribute_##name},
#include "bgp/attribute.def"
};

const struct attribute_kind *attribute_kind_of(uint8_t code) {
    const struct attribute_kind *kind = attribute_by_code[code];
    return kind && !kind->written_only ? kind : NULL;
}

const struct attribute_kind *attribute_kind_named(struct text name) {
    if (name.len == 0)
        return NULL;
    const struct attribute_word *at = &attribute_words[WORD_PLACE(name.p[0], name.len)];
    return at->kind && text_same(at->word, name) ? at->kind : NULL;
}

const struct attribute_kind *const *attribute_kinds(size_t *count) {
    *count = sizeof attribute_rows / sizeof *attribute_rows;
    return attribute_rows;
}

static bool attribute_is_cut(struct cursor *from) {
    from->bad = true;
    from->p = from->end;
    return false;
}

/* By hand, not with the cursor: this is walked for each event and each message. */
bool attribute_next(struct cursor *from, struct attribute *out) {
    const uint8_t *p = from->p;
    size_t left = cursor_left(from), head = 3;
    if (left < head)
        return left ? attribute_is_cut(from) : false;
    size_t len = p[2];
    if (p[0] & ATTRIBUTE_EXTENDED) {
        if (left < ++head)
            return attribute_is_cut(from);
        len = len << 8 | p[3];
    }
    if (left - head < len)
        return attribute_is_cut(from);
    *out = (struct attribute){p[0], p[1], {p + head, p + head + len, false}};
    from->p = out->value.end;
    return true;
}

void put_attribute(struct buffer *b, uint8_t flags, uint8_t code, struct cursor value) {
    size_t len = cursor_left(&value);
    if (len > UINT8_MAX)
        flags |= ATTRIBUTE_EXTENDED;
    put_u8(b, flags);
    put_u8(b, code);
    if (flags & ATTRIBUTE_EXTENDED)
        put_u16(b, (uint16_t)len);
    else
        put_u8(b, (uint8_t)len);
    put_cursor(b, value);
}

static void put_code_and_flags(struct buffer *out, const struct attribute *a, const char *between) {
    put_hex_upper(out, cursor_of(&a->code, 1));
    put_string(out, between);
    put_hex_upper(out, cursor_of(&a->flags, 1));
}

void attribute_generic_text(const struct attribute *a, struct buffer *out) {
    put_literal(out, "attribute [ 0x");
    put_code_and_flags(out, a, " 0x");
    put_literal(out, " 0x");
    put_hex(out, a->value);
    put_literal(out, " ]");
}

void attribute_generic_json(const struct attribute *a, struct buffer *out) {
    put_literal(out, "\"attribute-0x");
    put_code_and_flags(out, a, "-0x");
    put_literal(out, "\": \"0x");
    put_hex(out, a->value);
    put_literal(out, "\"");
}

/* Does the form that is asked for show attributes of this kind in hexadecimal? */
static bool attribute_is_opaque(const struct attribute_kind *kind, const struct style *style) {
    return !kind || kind->opaque == OPAQUE_ALWAYS || (kind->opaque == OPAQUE_IN_5 && style->form == FORM_5);
}

/* Those that ExaBGP does not know: it keeps them only when they are transitive, and marks them as partial. */
static bool attribute_passed_on(const struct attribute *a, struct attribute *out) {
    *out = *a;
    out->flags |= ATTRIBUTE_PARTIAL;
    return a->flags & ATTRIBUTE_TRANSITIVE;
}

/* What was written since `start` as one more item of a list: nothing, when nothing was written after the separator. */
static void put_item_end(struct buffer *out, size_t before, size_t start) {
    if (buffer_len(out) == start)
        buffer_cut(out, before);
}

void attribute_json(const struct attribute *a, size_t list, const struct style *style, struct buffer *out) {
    const struct attribute_kind *kind = attribute_kind_of(a->code);
    size_t before = buffer_len(out);
    struct attribute passed;
    if (kind && kind->apart)
        return;
    if (before != list)
        put_literal(out, ", ");
    size_t start = buffer_len(out);
    if (!attribute_is_opaque(kind, style))
        kind->json(a->value, style, out);
    else if (attribute_passed_on(a, &passed))
        attribute_generic_json(&passed, out);
    put_item_end(out, before, start);
}

/* Would a command with the text since `start` make this value again? Received values need not be as we write them:
 * lists out of order, bits that have no word. */
static bool attribute_text_is_exact(const struct attribute_kind *kind, struct cursor value, struct text text) {
    uint8_t memory[4096];
    struct buffer again = buffer_fixed(memory, sizeof memory);
    struct complaint complaint = {0};
    struct words words = words_of_line(text, &complaint);
    struct text name;
    return words_next(&words, &name) && attribute_kind_named(name) == kind && kind->parse(&words, &again) &&
           words_done(&words) && !again.full && cursor_same(buffer_cursor(&again), value);
}

/* As a command: in words where they say it all, else in hexadecimal. */
static void attribute_command(const struct attribute *a, const struct style *style, struct buffer *out) {
    const struct attribute_kind *kind = attribute_by_code[a->code];
    size_t start = buffer_len(out);
    if (kind && kind->text && kind->parse) {
        kind->text(a->value, style, out);
        struct cursor text = buffer_since(out, start);
        if (attribute_text_is_exact(kind, a->value, (struct text){(const char *)text.p, cursor_left(&text)}))
            return;
        buffer_cut(out, start);
    }
    attribute_generic_text(a, out);
}

void attribute_text(const struct attribute *a, size_t list, const struct style *style, struct buffer *out) {
    const struct attribute_kind *kind = attribute_kind_of(a->code);
    size_t before = buffer_len(out);
    struct attribute passed;
    if (kind && kind->apart)
        return;
    if (before != list)
        put_literal(out, " ");
    size_t start = buffer_len(out);
    if (style->command)
        attribute_command(a, style, out);
    else if (!attribute_is_opaque(kind, style))
        kind->text(a->value, style, out);
    else if (attribute_passed_on(a, &passed))
        attribute_generic_text(&passed, out);
    put_item_end(out, before, start);
}

/* One number in hexadecimal, 0x and all. */
static bool generic_octet(struct words *words, const char *what, uint8_t *out) {
    struct text t;
    uint64_t v;
    if (!words_take(words, what, &t))
        return false;
    if ((!text_starts(t, "0x") && !text_starts(t, "0X")) || !number_parse_any(t, UINT8_MAX, &v))
        return words_fail(words, "%s is not valid: \"%.*s\"", what, TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "two hexadecimal digits after 0x");
    *out = (uint8_t)v;
    return true;
}

bool attribute_generic_parse(struct words *words, uint8_t *flags, uint8_t *code, struct buffer *value) {
    struct text t;
    if (!words_expect(words, "[") || !generic_octet(words, "the code of the attribute", code) ||
        !generic_octet(words, "the flags of the attribute", flags) ||
        !words_take(words, "the value of the attribute", &t))
        return false;
    bool marked = text_starts(t, "0x") || text_starts(t, "0X");
    if (!marked || !hex_parse((struct text){t.p + 2, t.len - 2}, value))
        return words_fail(words, "the value of the attribute is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an even number of hexadecimal digits after 0x");
    return words_expect(words, "]");
}
