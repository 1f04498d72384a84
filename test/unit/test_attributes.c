/* Path attributes: all that test/vectors/attributes.txt says of each. */
#include "bgp/attribute.h"
#include "unit.h"
#include "vectors.h"

/* An internal session, where each attribute may stand. */
static const struct terms vector_terms = {.as4 = true, .internal = true, .local_as = 65533, .peer_as = 65533};

static bool attribute_parse(struct words *words, struct buffer *wire) {
    struct buffer value = buffer_growing();
    struct text name;
    uint8_t flags = 0, code = 0;
    bool good = false;
    const struct attribute_kind *kind = words_next(words, &name) ? attribute_kind_named(name) : NULL;
    if (kind && kind->parse) {
        good = kind->parse(words, &value);
        flags = kind->flags, code = kind->code;
    } else if (text_is(name, "attribute")) {
        good = attribute_generic_parse(words, &flags, &code, &value);
    }
    if (good)
        put_attribute(wire, flags, code, buffer_cursor(&value));
    buffer_release(&value);
    return good;
}

static enum harm attribute_check(struct cursor wire) {
    struct attribute a;
    const uint8_t mask = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE;
    if (!attribute_next(&wire, &a) || !cursor_finished(&wire))
        return HARM_WITHDRAW;
    const struct attribute_kind *kind = attribute_kind_of(a.code);
    if (!kind)
        return HARM_NONE;
    return (a.flags & mask) == kind->flags ? kind->check(a.value, &vector_terms) : kind->flags_harm;
}

static void attribute_as_text(struct cursor wire, const struct style *style, struct buffer *out) {
    struct attribute a;
    if (attribute_next(&wire, &a))
        attribute_text(&a, buffer_len(out), style, out);
}

static void attribute_as_json(struct cursor wire, const struct style *style, struct buffer *out) {
    struct attribute a;
    if (attribute_next(&wire, &a))
        attribute_json(&a, buffer_len(out), style, out);
}

static struct cursor attribute_inside(struct cursor wire) {
    struct attribute a;
    assert_true(attribute_next(&wire, &a));
    return a.value;
}

static void attribute_wrap(struct cursor wire, struct cursor inside, struct buffer *out) {
    put_attribute(out, wire.p[0], wire.p[1], inside);
}

static void every_word_finds_its_row(void **state) {
    (void)state;
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(attribute_kind_named(text_of(kinds[i]->name)), kinds[i]->parse ? kinds[i] : NULL);
        assert_ptr_equal(attribute_kind_of(kinds[i]->code), kinds[i]);
        assert_true(i == 0 || kinds[i]->code > kinds[i - 1]->code);
    }
    assert_null(attribute_kind_named(text_of("mEd")));
    assert_null(attribute_kind_named(text_of("")));
}

static void a_list_that_is_cut_says_so(void **state) {
    (void)state;
    static const uint8_t octets[] = {0x80, 4, 4, 0, 0, 0, 10, 0x50, 1, 0, 1, 0};
    for (size_t len = 0; len <= sizeof octets; len++) {
        struct cursor list = cursor_of(octets, len);
        struct attribute a;
        unsigned count = 0;
        while (attribute_next(&list, &a))
            count++;
        assert_int_equal(count, len == sizeof octets ? 2 : len >= 7);
        assert_int_equal(list.bad, len != 0 && len != 7 && len != sizeof octets);
    }
}

int main(void) {
    static const struct vector_element attributes = {
        .file = "attributes.txt",
        .parse = attribute_parse,
        .check = attribute_check,
        .text = attribute_as_text,
        .json = attribute_as_json,
        .open = "{",
        .close = "}",
        .inside = attribute_inside,
        .wrap = attribute_wrap,
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_finds_its_row),
        cmocka_unit_test(a_list_that_is_cut_says_so),
    };
    return vectors_run(&attributes, tests, sizeof tests / sizeof *tests);
}
