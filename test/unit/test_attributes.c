/* Path attributes: all that test/vectors/attributes.txt says of each. */
#include "bgp/attribute.h"

#include "bgp/attribute/as_path.h"
#include "bgp/family.h"
#include "contract.h"
#include "unit.h"
#include "vectors.h"

static void every_word_finds_its_row(void **state) {
    (void)state;
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(attribute_kind_named(text_of(kinds[i]->name)), kinds[i]->parse ? kinds[i] : NULL);
        assert_ptr_equal(attribute_kind_of(kinds[i]->code), kinds[i]->written_only ? NULL : kinds[i]);
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

/* ---- Sets ---- */

/* Named and raw attributes of words, each list in ascending order. */
struct test_set {
    struct buffer named, raw;
};

static void put_in_order(struct buffer *list, uint8_t flags, uint8_t code, struct cursor value) {
    struct buffer before = buffer_growing();
    struct cursor old = buffer_cursor(list);
    struct attribute a;
    bool done = false;
    while (attribute_next(&old, &a)) {
        if (!done && a.code > code)
            put_attribute(&before, flags, code, value), done = true;
        put_attribute(&before, a.flags, a.code, a.value);
    }
    if (!done)
        put_attribute(&before, flags, code, value);
    buffer_clear(list);
    put_cursor(list, buffer_cursor(&before));
    buffer_release(&before);
}

static struct attribute_set set_of_words(struct test_set *set, const char *text) {
    struct complaint complaint = {0};
    struct words words = words_of_line(text_of(text), &complaint);
    struct buffer value = buffer_growing();
    struct text name;
    uint8_t flags, code;
    set->named = set->raw = buffer_growing();
    while (words_next(&words, &name)) {
        const struct attribute_kind *kind = attribute_kind_named(name);
        buffer_clear(&value);
        if (kind) {
            assert_true(kind->parse(&words, &value));
            put_in_order(&set->named, kind->flags, kind->code, buffer_cursor(&value));
        } else {
            assert_true(attribute_generic_parse(&words, &flags, &code, &value));
            put_in_order(&set->raw, flags, code, buffer_cursor(&value));
        }
    }
    buffer_release(&value);
    return (struct attribute_set){buffer_cursor(&set->named), buffer_cursor(&set->raw)};
}

static void set_release(struct test_set *set) {
    buffer_release(&set->named);
    buffer_release(&set->raw);
}

/* What goes out, as ExaBGP 5.0 sends it. */
static void sets_are_sent_as_the_session_wants(void **state) {
    (void)state;
    const struct terms internal = {.as4 = true,
                                   .internal = true,
                                   .local_as = 65533,
                                   .peer_as = 65533,
                                   .local = {4, {10, 0, 0, 2}},
                                   .local_id = 0x0a000009};
    struct terms external = internal, internal2 = internal, external2, external_aigp, six = internal;
    external.internal = false, external.peer_as = 1;
    struct terms confederation = external, confederation2 = external;
    confederation.confederation = confederation2.confederation = true, confederation2.as4 = false;
    external2 = external_aigp = external;
    internal2.as4 = external2.as4 = false;
    external_aigp.aigp = true;
    six.local = (struct ip){16, {0x20, 1, 0xd, 0xb8, [15] = 2}};
    struct terms large = external2;
    large.local_as = 70000;
    const struct family ipv4 = {.afi = 1, .safi = 1, .flags = FAMILY_CLASSIC};
    const struct family ipv4_vpn = {.afi = 1, .safi = 128, .flags = FAMILY_NEXT_HOP_TOO};
    const struct family ipv4_flow = {.afi = 1, .safi = 133, .flags = FAMILY_NO_NEXT_HOP};
    const struct {
        const struct terms *terms;
        const struct family *family;
        const char *words, *hex;
    } cases[] = {
        {&internal, &ipv4, "next-hop 1.2.3.4", "40010100 400200 40030401020304 40050400000064"},
        {&external, &ipv4, "next-hop 1.2.3.4", "40010100 400206 02010000FFFD 40030401020304"},
        {&confederation, &ipv4, "next-hop 1.2.3.4", "40010100 400206 03010000FFFD 40030401020304 40050400000064"},
        {&confederation2, &ipv4, "next-hop 1.2.3.4 local-preference 7",
         "40010100 400204 0301FFFD 40030401020304 40050400000007"},
        {&confederation, &ipv4, "next-hop 1.2.3.4 as-path confed [ 5 ] [ 6 ] aigp 5",
         "40010100 40020C 030100000005 020100000006 40030401020304 40050400000064 801A0B01000B0000000000000005"},
        {&external, &ipv4, "next-hop 1.2.3.4 as-path [ ]", "40010100 400200 40030401020304"},
        {&external, &ipv4, "next-hop 1.2.3.4 local-preference 7 med 5",
         "40010100 400206 02010000FFFD 40030401020304 80040400000005"},
        {&internal, &ipv4, "local-preference 7 origin egp next-hop 1.2.3.4 as-path [ 1 ]",
         "40010101 400206 020100000001 40030401020304 40050400000007"},
        {&external2, &ipv4, "next-hop 1.2.3.4 as-path [ 1 70000 2 ] med 1",
         "40010100 400208 0203 0001 5BA0 0002 C0110E 0203 00000001 00011170 00000002 40030401020304 80040400000001"},
        {&external2, &ipv4, "next-hop 1.2.3.4 as-path [ 1 2 ]", "40010100 400206 0202 0001 0002 40030401020304"},
        {&external2, &ipv4, "next-hop 1.2.3.4 as-path confed [ 70000 ] [ 70001 ]",
         "40010100 400208 0301 5BA0 0201 5BA0 C01106 0201 00011171 40030401020304"},
        {&large, &ipv4, "next-hop 1.2.3.4", "40010100 400204 0201 5BA0 C01106 0201 00011170 40030401020304"},
        {&internal2, &ipv4, "next-hop 1.2.3.4 aggregator 70000:1.2.3.4 community 1:1",
         "40010100 400200 40030401020304 40050400000064 C007065BA001020304 C012080001117001020304 C0080400010001"},
        {&internal2, &ipv4, "next-hop 1.2.3.4 aggregator 7:1.2.3.4",
         "40010100 400200 40030401020304 40050400000064 C00706000701020304"},
        {&internal, &ipv4, "next-hop 1.2.3.4 aigp 5",
         "40010100 400200 40030401020304 40050400000064 801A0B01000B0000000000000005"},
        {&external, &ipv4, "next-hop 1.2.3.4 aigp 5 as-path [ ]", "40010100 400200 40030401020304"},
        {&external_aigp, &ipv4, "next-hop 1.2.3.4 aigp 5 as-path [ ]",
         "40010100 400200 40030401020304 801A0B01000B0000000000000005"},
        {&internal, &ipv4, "next-hop 1.2.3.4 community [ ] large-community [ ] atomic-aggregate",
         "40010100 400200 40030401020304 40050400000064 400600"},
        {&internal, &ipv4,
         "attribute [ 0x63 0xE0 0x01 ] next-hop 1.2.3.4 attribute [ 0x04 0xC0 0x00000064 ] "
         "large-community 1:2:3 attribute [ 0x01 0x50 0x07 ] attribute [ 0x05 0x40 0x ]",
         "5001 0001 07 400200 40030401020304 C0040400000064 400500 C0200C000000010000000200000003 E0630101"},
        {&internal, &ipv4, "next-hop self", "40010100 400200 4003040A000002 40050400000064"},
        {&six, &ipv4, "next-hop self", "40010100 400200 4003040A000009 40050400000064"},
        {&internal, &ipv4, "next-hop 2001:db8::1", "40010100 400200 40050400000064"},
        {&internal, &ipv4_vpn, "next-hop 1.2.3.4", "40010100 400200 40030401020304 40050400000064"},
        {&internal, &ipv4_flow, "next-hop 1.2.3.4", "40010100 400200 40050400000064"},
        {&internal, &ipv4, "", "40010100 400200 40050400000064"},
    };
    struct buffer out = buffer_growing(), wanted = buffer_growing();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct test_set set;
        struct attribute_set both = set_of_words(&set, cases[i].words);
        buffer_clear(&out);
        attributes_send(both, cases[i].terms, cases[i].family, &out);
        if (!cursor_same(octets_of(&wanted, cases[i].hex), buffer_cursor(&out))) {
            buffer_clear(&wanted);
            put_hex_upper(&wanted, buffer_cursor(&out));
            print_error("%s:\n   got %s\nwanted %s\n", cases[i].words, written(&wanted), cases[i].hex);
            fail();
        }
        set_release(&set);
    }
    buffer_release(&out);
    buffer_release(&wanted);
}

static void sets_are_shown_in_one_list(void **state) {
    (void)state;
    const struct style style = {.form = FORM_6}, command = {.form = FORM_6, .command = true};
    struct test_set set;
    struct buffer out = buffer_growing();
    struct attribute_set both =
        set_of_words(&set, "med 5 next-hop 1.2.3.4 attribute [ 0x63 0xC0 0x01 ] attribute [ 0x05 0x40 0x00000007 ] "
                           "as-path [ 1 ] attribute [ 0x01 0x40 0x07 ] community 1:1");
    attributes_text(both, &style, &out);
    assert_written(&out, "attribute [ 0x01 0x40 0x07 ] as-path ( 1 ) med 5 attribute [ 0x05 0x40 0x00000007 ] "
                         "community 1:1 attribute [ 0x63 0xC0 0x01 ]");
    buffer_clear(&out);
    attributes_text(both, &command, &out);
    assert_written(&out, "attribute [ 0x01 0x40 0x07 ] as-path [ 1 ] med 5 attribute [ 0x05 0x40 0x00000007 ] "
                         "community 1:1 attribute [ 0x63 0xC0 0x01 ]");
    buffer_clear(&out);
    attributes_json(both, &style, &out);
    assert_written(&out, "\"attribute-0x01-0x40\": \"0x07\", "
                         "\"as-path\": {\"0\": {\"element\": \"as-sequence\", \"value\": [1]}}, \"med\": 5, "
                         "\"local-preference\": 7, \"community\": [ [ 1, 1 ] ], \"attribute-0x63-0xC0\": \"0x01\"");
    buffer_release(&out);
    set_release(&set);
}

/* ---- Sessions without four-octet AS numbers ---- */

static void narrow_values_become_wide(void **state) {
    (void)state;
    const struct terms terms = {.internal = true};
    const struct attribute_kind *path = attribute_kind_of(ATTRIBUTE_AS_PATH);
    const struct attribute_kind *aggregator = attribute_kind_of(ATTRIBUTE_AGGREGATOR);
    struct buffer in = buffer_growing(), out = buffer_growing(), wanted = buffer_growing();
    assert_int_equal(path->check(octets_of(&in, "0202 0001 5BA0 0101 0003"), &terms), HARM_NONE);
    path->receive(buffer_cursor(&in), &terms, &out);
    assert_true(cursor_same(buffer_cursor(&out), octets_of(&wanted, "0202 00000001 00005BA0 0101 00000003")));
    assert_int_equal(path->check(octets_of(&in, "0202 0001 5BA0 01"), &terms), HARM_WITHDRAW);
    assert_int_equal(path->check(octets_of(&in, "0201 00000001"), &terms), HARM_WITHDRAW);
    assert_int_equal(path->check(octets_of(&in, "0201 0000"), &terms), HARM_WITHDRAW);
    buffer_clear(&out);
    assert_int_equal(aggregator->check(octets_of(&in, "0007 01020304"), &terms), HARM_NONE);
    aggregator->receive(buffer_cursor(&in), &terms, &out);
    assert_true(cursor_same(buffer_cursor(&out), octets_of(&wanted, "00000007 01020304")));
    assert_int_equal(aggregator->check(octets_of(&in, "0000 01020304"), &terms), HARM_DISCARD);
    assert_int_equal(aggregator->check(octets_of(&in, "00000007 01020304"), &terms), HARM_DISCARD);
    buffer_release(&in);
    buffer_release(&out);
    buffer_release(&wanted);
}

static void external_sessions_drop_what_is_internal(void **state) {
    (void)state;
    const struct terms external = {.as4 = true}, external2 = {0};
    const struct terms internal_plain = {.as4 = true, .internal = true}, external_aigp = {.as4 = true, .aigp = true};
    struct buffer b = buffer_growing();
    const struct {
        uint8_t code;
        const struct terms *terms;
        const char *hex;
        enum harm harm;
    } cases[] = {
        {ATTRIBUTE_LOCAL_PREF, &external, "00000064", HARM_DISCARD},
        {ATTRIBUTE_ORIGINATOR_ID, &external, "01020304", HARM_DISCARD},
        {ATTRIBUTE_ORIGINATOR_ID, &external, "", HARM_DISCARD},
        {ATTRIBUTE_CLUSTER_LIST, &external, "01020304", HARM_DISCARD},
        {ATTRIBUTE_AIGP, &external, "01000B0000000000000005", HARM_DISCARD},
        {ATTRIBUTE_AIGP, &internal_plain, "01000B0000000000000005", HARM_DISCARD},
        {ATTRIBUTE_AIGP, &external_aigp, "01000B0000000000000005", HARM_NONE},
        {ATTRIBUTE_AS_PATH, &external, "0301 00000001", HARM_WITHDRAW},
        {ATTRIBUTE_AS_PATH, &external, "0201 00000001", HARM_NONE},
        {ATTRIBUTE_AS_PATH, &external, "", HARM_NONE},
        {ATTRIBUTE_AS4_PATH, &external, "0201 00000001", HARM_DISCARD},
        {ATTRIBUTE_AS4_PATH, &external2, "0201 00000001", HARM_NONE},
        {ATTRIBUTE_AS4_PATH, &external2, "0301 00000001 0201 00000001", HARM_NONE},
        {ATTRIBUTE_AS4_PATH, &external2, "", HARM_DISCARD},
        {ATTRIBUTE_AS4_PATH, &external2, "0201 000001", HARM_DISCARD},
        {ATTRIBUTE_AS4_PATH, &external2, "0201 00000000", HARM_DISCARD},
        {ATTRIBUTE_AS4_AGGREGATOR, &external, "00000001 01020304", HARM_DISCARD},
        {ATTRIBUTE_AS4_AGGREGATOR, &external2, "00000001 01020304", HARM_NONE},
        {ATTRIBUTE_AS4_AGGREGATOR, &external2, "0001 01020304", HARM_DISCARD},
        {ATTRIBUTE_AS4_AGGREGATOR, &external2, "00000000 01020304", HARM_DISCARD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(attribute_kind_of(cases[i].code)->check(octets_of(&b, cases[i].hex), cases[i].terms),
                         cases[i].harm);
    buffer_release(&b);
}

static void paths_are_merged(void **state) {
    (void)state;
    const struct {
        const char *path, *path4, *merged;
    } cases[] = {
        {"[ 1 23456 2 ]", "[ 1 70000 2 ]", "[ 1 70000 2 ]"},
        {"[ 9 8 1 23456 2 ]", "[ 1 70000 2 ]", "[ 9 8 1 70000 2 ]"},
        {"[ 9 1 ]", "[ 7 8 9 ]", "[ 9 1 ]"}, /* longer than AS_PATH: not to be believed */
        {"[ 9 1 ]", "[ ]", "[ 9 1 ]"},
        {"[ 9 23456 ] ( 5 23456 )", "[ 70000 ] ( 5 70001 )", "[ 9 70000 ] ( 5 70001 )"},
        {"( 4 5 ) [ 23456 ]", "[ 70000 ]", "( 4 5 ) [ 70000 ]"},
        {"( 4 5 ) [ 23456 ]", "( 6 ) [ 70000 ]", "( 6 ) [ 70000 ]"},
        {"confed [ 3 4 ] [ 9 23456 ]", "[ 70000 ]", "confed [ 3 4 ] [ 9 70000 ]"},
        {"confed [ 3 ] confed ( 4 ) [ 23456 ]", "[ 70000 ]", "confed [ 3 ] confed ( 4 ) [ 70000 ]"},
        {"[ 9 23456 ]", "confed [ 3 ] [ 70000 ]", "[ 9 70000 ]"},
        {"[ 9 8 ] [ 23456 ]", "[ 8 70000 ]", "[ 9 8 70000 ]"},
    };
    const struct attribute_kind *kind = attribute_kind_of(ATTRIBUTE_AS_PATH);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text[] = {cases[i].path, cases[i].path4, cases[i].merged};
        struct buffer value[3], out = buffer_growing();
        for (int j = 0; j < 3; j++) {
            struct complaint complaint = {0};
            struct words words = words_of_line(text_of(text[j]), &complaint);
            value[j] = buffer_growing();
            assert_true(kind->parse(&words, &value[j]));
        }
        as_path_merge(buffer_cursor(&value[0]), buffer_cursor(&value[1]), &out);
        if (!cursor_same(buffer_cursor(&out), buffer_cursor(&value[2]))) {
            print_error("%s and %s are not merged as %s\n", text[0], text[1], text[2]);
            fail();
        }
        buffer_release(&out);
        for (int j = 0; j < 3; j++)
            buffer_release(&value[j]);
    }
}

/* 300 AS numbers take two segments; the second sequence that merging appends must not overflow the first one's count.
 */
static void long_paths_take_several_segments(void **state) {
    (void)state;
    struct buffer words_text = buffer_growing(), value = buffer_growing(), out = buffer_growing();
    const struct attribute_kind *kind = attribute_kind_of(ATTRIBUTE_AS_PATH);
    struct complaint complaint = {0};
    put_literal(&words_text, "[ ");
    for (unsigned i = 1; i <= 300; i++)
        put_format(&words_text, "%u ", i);
    put_literal(&words_text, "]");
    struct words words = words_of_line(buffer_text(&words_text), &complaint);
    assert_true(kind->parse(&words, &value));
    assert_int_equal(buffer_len(&value), 2 * 2 + 300 * 4);
    assert_int_equal(value.base[1], 255);
    assert_int_equal(value.base[2 + 255 * 4 + 1], 45);
    assert_int_equal(as_path_length(buffer_cursor(&value)), 300);
    uint8_t one[] = {2, 1, 0, 1, 0, 0};
    as_path_merge(buffer_cursor(&value), cursor_of(one, sizeof one), &out);
    assert_int_equal(as_path_length(buffer_cursor(&out)), 300);
    assert_memory_equal(out.p - 4, one + 2, 4);
    buffer_release(&words_text);
    buffer_release(&value);
    buffer_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_finds_its_row),
        cmocka_unit_test(a_list_that_is_cut_says_so),
        cmocka_unit_test(sets_are_sent_as_the_session_wants),
        cmocka_unit_test(sets_are_shown_in_one_list),
        cmocka_unit_test(narrow_values_become_wide),
        cmocka_unit_test(external_sessions_drop_what_is_internal),
        cmocka_unit_test(paths_are_merged),
        cmocka_unit_test(long_paths_take_several_segments),
    };
    return vectors_run("attributes.txt", &attribute_element, tests, sizeof tests / sizeof *tests);
}
