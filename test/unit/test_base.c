/* The ground floor: cursors, buffers, words, tables, numbers, addresses, JSON strings, complaints. */
#include "unit.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/ip.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/pool.h"
#include "base/slab.h"
#include "base/table.h"
#include "base/words.h"

static void cursor_stops_at_the_end(void **state) {
    (void)state;
    struct cursor c = cursor_of("\1\2\3\4\5", 5);
    assert_int_equal(cursor_u32(&c), 0x01020304);
    assert_int_equal(cursor_u16(&c), 0);
    assert_true(c.bad);
    assert_int_equal(cursor_left(&c), 0);
    c = cursor_of("\1\2\3", 3);
    struct cursor inner = cursor_cut(&c, 4);
    assert_true(inner.bad && c.bad);
}

/* Nothing is a value like any other; under UBSan this proves that no NULL is counted on or copied from. */
static void nothing_is_harmless(void **state) {
    (void)state;
    struct buffer empty = buffer_growing(), fixed = buffer_fixed(NULL, 0);
    struct cursor c = buffer_cursor(&empty), since = buffer_since(&empty, 0);
    struct cursor inner = cursor_cut(&c, 0);
    assert_false(inner.bad);
    assert_true(cursor_finished(&inner) && cursor_finished(&c) && cursor_same(c, since));
    put_octets(&empty, NULL, 0);
    buffer_cut(&empty, 0);
    buffer_drop(&empty, 0);
    put_u8(&fixed, 0);
    assert_true(fixed.full);
    struct text none = {NULL, 0};
    assert_true(text_same(none, none) && text_is(none, "") && text_starts(none, ""));
    struct arena a = {0};
    assert_string_equal(arena_string(&a, none), "");
    arena_release(&a);
    char *copy = memory_copy(NULL, 0);
    assert_string_equal(copy, "");
    free(copy);
    buffer_release(&empty);
}

static void buffer_grows_or_gets_full(void **state) {
    (void)state;
    uint8_t memory[4];
    struct buffer fixed = buffer_fixed(memory, sizeof memory), growing = buffer_growing();
    put_u32(&fixed, 0x01020304);
    assert_false(fixed.full);
    put_u8(&fixed, 5);
    assert_true(fixed.full);
    assert_int_equal(buffer_len(&fixed), 4);
    for (unsigned i = 0; i < 100000; i++)
        put_u16(&growing, (uint16_t)i);
    assert_int_equal(buffer_len(&growing), 200000);
    buffer_drop(&growing, 199998);
    assert_int_equal(growing.base[1], 99999 & 0xff);
    size_t hole = put_hole16(&growing);
    put_zeros(&growing, 70000);
    fill_hole16(&growing, hole);
    assert_true(growing.full);
    buffer_release(&growing);
}

static void numbers_are_exact(void **state) {
    (void)state;
    uint64_t v;
    assert_true(number_parse(text_of("18446744073709551615"), UINT64_MAX, &v) && v == UINT64_MAX);
    assert_false(number_parse(text_of("18446744073709551616"), UINT64_MAX, &v));
    assert_false(number_parse(text_of("256"), 255, &v));
    assert_false(number_parse(text_of(""), 255, &v));
    assert_false(number_parse(text_of("+1"), 255, &v));
    assert_true(number_parse_any(text_of("0xFf"), 255, &v) && v == 255);
    assert_false(number_parse_any(text_of("0x"), 255, &v));
    struct buffer b = buffer_growing();
    const struct {
        double v;
        const char *text;
    } doubles[] = {{1.5, "1.5"},    {125000000, "125000000.0"},    {3e-05, "3e-05"}, {0, "0.0"},
                   {1e16, "1e+16"}, {0.1f, "0.10000000149011612"}, {1e22, "1e+22"},  {123456.789, "123456.789"},
                   {-2, "-2.0"}};
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
        buffer_clear(&b);
        put_double(&b, doubles[i].v);
        assert_written(&b, doubles[i].text);
    }
    buffer_clear(&b);
    put_decimal(&b, 0);
    put_decimal(&b, 10);
    put_decimal(&b, UINT64_MAX);
    assert_written(&b, "01018446744073709551615");
    buffer_clear(&b);
    assert_false(hex_parse(text_of("0"), &b));
    assert_false(hex_parse(text_of("0g"), &b));
    assert_int_equal(buffer_len(&b), 0);
    assert_true(hex_parse(text_of("0aFF"), &b));
    assert_int_equal(b.base[1], 0xff);
    buffer_release(&b);
}

static void octets_are_one_number(void **state) {
    (void)state;
    static const struct {
        const char *hex, *text;
    } cases[] = {
        {"", "0"},
        {"00", "0"},
        {"490001", "4784129"},
        {"3b9aca00", "1000000000"},
        {"0de0b6b3a7640000", "1000000000000000000"},
        {"000c20010db80000000000000000000000010000", "270396894049897293703898678829571923249266688"},
        {"ffffffffffffffffffffffffffffffffffffffff", "1461501637330902918203684832716283019655932542975"},
    };
    struct buffer octets = buffer_growing(), text = buffer_growing();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_clear(&octets);
        buffer_clear(&text);
        assert_true(hex_parse(text_of(cases[i].hex), &octets));
        put_decimal_octets(&text, buffer_cursor(&octets));
        assert_written(&text, cases[i].text);
    }
    buffer_clear(&octets);
    buffer_clear(&text);
    for (int i = 0; i < 64; i++)
        put_u8(&octets, 0xff);
    put_decimal_octets(&text, buffer_cursor(&octets));
    assert_int_equal(buffer_len(&text), 155);
    put_u8(&octets, 0);
    buffer_clear(&text);
    put_decimal_octets(&text, buffer_cursor(&octets));
    assert_int_equal(buffer_len(&text), 0);
    buffer_release(&octets);
    buffer_release(&text);
}

static void addresses_round_trip(void **state) {
    (void)state;
    const char *good[] = {"0.0.0.0",
                          "255.255.255.255",
                          "10.1.20.103",
                          "::",
                          "::1",
                          "1::",
                          "2001:db8::1",
                          "fe80::1:0:0:1",
                          "1:2:3:4:5:6:7:8",
                          "1:0:3:4:5:6:7:8",
                          "::ffff:1.2.3.4",
                          "1:0:0:4::8",
                          "2001:0:0:1::"};
    struct buffer b = buffer_growing();
    struct ip ip;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(ip_parse(text_of(good[i]), &ip));
        buffer_clear(&b);
        put_ip(&b, ip);
        assert_written(&b, good[i]);
    }
    const char *bad[] = {"",         "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4",          "1.2.3.",
                         "1.2.3.4 ", ":",     "1::2::3",   "g::",       "1:2:3:4:5:6:7:8:9", "2001:db8::1%eth0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ip_parse(text_of(bad[i]), &ip));
    struct prefix p;
    assert_true(prefix_parse(text_of("10.0.0.1/24"), &p) && p.bits == 24 && prefix_has_host_bits(&p));
    prefix_clear_host_bits(&p);
    buffer_clear(&b);
    put_prefix(&b, &p);
    assert_written(&b, "10.0.0.0/24");
    assert_true(prefix_parse(text_of("::/0"), &p) && p.bits == 0 && !prefix_has_host_bits(&p));
    assert_true(prefix_parse(text_of("1.2.3.4"), &p) && p.bits == 32);
    assert_false(prefix_parse(text_of("1.2.3.4/33"), &p));
    assert_false(prefix_parse(text_of("1.2.3.4/"), &p));
    buffer_release(&b);
}

static void json_strings_are_json(void **state) {
    (void)state;
    struct buffer b = buffer_growing();
    put_json_string(&b, (struct text){"a\"\\\n\x01\x7f\xc3\xa9\xf0\x9f\x98\x80\xff\xc0\xaf\xed\xa0\x80", 18});
    assert_written(&b, "\"a\\\"\\\\\\n\\u0001\\u007f\\u00e9\\ud83d\\ude00\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
    buffer_clear(&b);
    put_escaped(&b, (struct text){"a\x1b[0m\xc2\x9b\xe2\x82\xac\xe2\x82", 12});
    assert_written(&b, "a\\x1b[0m\\xc2\\x9b\xe2\x82\xac\\xe2\\x82");
    buffer_release(&b);
}

static void words_are_cut_as_commands(void **state) {
    (void)state;
    const char *line = "  announce route 10.0.0.0/24 as-path [1,2 ( 3)] name \"a b\" x;";
    const char *wanted[] = {"announce", "route", "10.0.0.0/24", "as-path", "[",    "1",   ",", "2",
                            "(",        "3",     ")",           "]",       "name", "a b", "x", ";"};
    struct complaint complaint = {0};
    struct words w = words_of_line(text_of(line), &complaint);
    struct text word;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(words_peek(&w, &word) && text_is(word, wanted[i]));
        assert_true(words_next(&w, &word) && text_is(word, wanted[i]));
    }
    assert_false(words_next(&w, &word));
    assert_true(words_done(&w));
}

static void lists_end_or_complain(void **state) {
    (void)state;
    const struct {
        const char *line;
        unsigned items;
        bool good;
    } rows[] = {{"1", 1, true},  {"[ 1 2 3 ]", 3, true}, {"[1,2]", 2, true},
                {"[]", 0, true}, {"[ 1 2", 2, false},    {"", 0, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct complaint complaint = {0};
        struct words w = words_of_line(text_of(rows[i].line), &complaint);
        struct list list;
        struct text item;
        unsigned items = 0;
        words_list(&w, &list);
        while (words_item(&w, &list, &item))
            items++;
        assert_int_equal(items, rows[i].items);
        assert_int_equal(!complaint.made, rows[i].good);
    }
}

static void complaints_show_the_place(void **state) {
    (void)state;
    const char *line = "route 10.0.0.0/24 med 5000000000";
    struct complaint complaint = {0};
    struct words w = words_of_line(text_of(line), &complaint);
    struct text word;
    uint64_t v;
    words_next(&w, &word);
    words_next(&w, &word);
    words_next(&w, &word);
    assert_false(words_number(&w, "MED", UINT32_MAX, &v));
    complaint.line = 7;
    struct buffer b = buffer_growing();
    put_complaint(&b, &complaint, "a.conf", text_of(line));
    assert_written(&b, "a.conf:7:23: MED is not valid: \"5000000000\"\n"
                       "    route 10.0.0.0/24 med 5000000000\n"
                       "                          ^^^^^^^^^^\n"
                       "    wanted: a number from 0 to 4294967295\n");
    struct nearest n = {.word = text_of("comunity")};
    nearest_try(&n, "origin");
    nearest_try(&n, "community");
    nearest_try(&n, "extended-community");
    assert_string_equal(n.best, "community");
    n = (struct nearest){.word = text_of("xyzzy")};
    nearest_try(&n, "med");
    assert_null(n.best);
    buffer_release(&b);
}

static bool number_is(const void *context, uint32_t number, const void *key) {
    return ((const uint32_t *)context)[number] == *(const uint32_t *)key;
}

static void table_finds_what_is_there(void **state) {
    (void)state;
    enum { N = 20000 };
    uint32_t *values = memory_new((N + 1) * sizeof *values);
    struct table t = {0};
    for (uint32_t i = 1; i <= N; i++) {
        values[i] = i * 7;
        table_add(&t, hash_octets(&values[i], 4, 1) % 5000, i); /* many collisions on purpose */
    }
    for (uint32_t i = 1; i <= N; i += 2)
        table_remove(&t, hash_octets(&values[i], 4, 1) % 5000, i);
    for (uint32_t i = 1; i <= N; i++) {
        uint32_t found = table_find(&t, hash_octets(&values[i], 4, 1) % 5000, number_is, values, &values[i]);
        assert_int_equal(found, i % 2 ? 0 : i);
    }
    assert_int_equal(t.used, N / 2);
    table_release(&t);
    free(values);
}

static void slab_and_arena_keep_things_apart(void **state) {
    (void)state;
    struct slab s;
    slab_init(&s, 12);
    for (uint32_t i = 1; i <= 50000; i++) {
        assert_int_equal(slab_new(&s), i);
        *(uint32_t *)slab_at(&s, i) = i;
    }
    for (uint32_t i = 1; i <= 50000; i++)
        assert_int_equal(*(uint32_t *)slab_at(&s, i), i);
    slab_free(&s, 7);
    slab_free(&s, 9);
    assert_int_equal(slab_new(&s), 9);
    assert_int_equal(slab_new(&s), 7);
    assert_int_equal(s.used, 50000);
    slab_release(&s);
    struct arena a = {0};
    char *strings[1000];
    for (int i = 0; i < 1000; i++) {
        char text[1000];
        memset(text, 'a' + i % 26, sizeof text);
        strings[i] = arena_string(&a, (struct text){text, (size_t)i});
    }
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(strlen(strings[i]), i);
        assert_true(i == 0 || strings[i][i - 1] == 'a' + i % 26);
    }
    arena_release(&a);
}

static void table_adds_where_it_looked(void **state) {
    (void)state;
    enum { N = 300000 }; /* large pages are used */
    uint32_t *values = memory_new((N + 1) * sizeof *values), at;
    struct table t = {0};
    table_prefetch(&t, 1);
    for (uint32_t i = 1; i <= N; i++) {
        values[i] = i;
        uint64_t hash = hash_octets(&values[i], 4, 1);
        assert_int_equal(table_seek(&t, hash, number_is, values, &values[i], &at), 0);
        table_put(&t, at, hash, i);
        assert_int_equal(table_seek(&t, hash, number_is, values, &values[i], &at), i);
        table_prefetch(&t, hash);
    }
    for (uint32_t i = 1; i <= N; i++)
        assert_int_equal(table_find(&t, hash_octets(&values[i], 4, 1), number_is, values, &values[i]), i);
    assert_int_equal(t.used, N);
    assert_in_range(table_memory(&t), N * 8 / 3 * 4, N * 8 * 3);
    table_release(&t);
    free(values);
}

/* While it grows, things come and go on both sides of what has moved; hashes crowd at both ends of the places, so that
 * runs go around. */
static uint64_t crowded_hash(uint32_t value) {
    uint64_t hash = hash_octets(&value, 4, 1);
    return value % 16 ? hash : value % 32 ? (uint32_t) - (int32_t)(hash % 64) - 1 : hash % 64;
}

static void table_is_whole(const struct table *t, const uint32_t *values, const bool *there, uint32_t n) {
    uint32_t count = 0, walk = 0, walked = 0;
    for (uint32_t i = 1; i <= n; i++) {
        count += there[i];
        assert_int_equal(table_find(t, crowded_hash(i), number_is, values, &values[i]), there[i] ? i : 0);
    }
    for (uint32_t number; (number = table_next(t, &walk)); walked++)
        assert_true(there[number]);
    assert_int_equal(walked, count);
    assert_int_equal(t->used, count);
}

static void table_is_whole_while_it_grows(void **state) {
    (void)state;
    enum { N = 12000 };
    static uint32_t values[N + 1];
    static bool there[N + 1];
    struct table t = {0};
    uint32_t growing = 0;
    for (uint32_t i = 1; i <= N; i++) {
        values[i] = i;
        table_add(&t, crowded_hash(i), i);
        there[i] = true;
        uint32_t gone = (uint32_t)(crowded_hash(i + N) % i) + 1;
        if (i % 3 == 0 && there[gone]) {
            table_remove(&t, crowded_hash(gone), gone);
            there[gone] = false;
        }
        growing += t.old.slots != NULL;
        if (t.old.slots && i % 4 == 0)
            table_is_whole(&t, values, there, i);
    }
    assert_true(growing > 50);
    table_is_whole(&t, values, there, N);
    for (uint32_t i = 1; i <= N; i++)
        if (there[i])
            table_remove(&t, crowded_hash(i), i);
    assert_int_equal(t.used, 0);
    table_release(&t);
}

static void slab_grows_by_large_pages(void **state) {
    (void)state;
    enum { N = 400000 };
    struct slab s;
    slab_init(&s, 24);
    for (uint32_t i = 1; i <= N; i++) {
        uint32_t *at = slab_at(&s, slab_new(&s));
        for (unsigned j = 0; j < 6; j++)
            at[j] = i + j;
    }
    for (uint32_t i = 1; i <= N; i++)
        for (unsigned j = 0; j < 6; j++)
            assert_int_equal(((uint32_t *)slab_at(&s, i))[j], i + j);
    assert_in_range(slab_memory(&s), N * 24, N * 24 + MEMORY_LARGE);
    slab_release(&s);
    assert_int_equal(slab_memory(&s), 0);
}

static void large_memory_is_zero(void **state) {
    (void)state;
    for (size_t size = 1; size < 40 << 20; size = size * 7 + 1) {
        uint8_t *memory = memory_large(size);
        for (size_t i = 0; i < size; i += i < 5000 || size - i < 5000 ? 1 : 4096) {
            assert_int_equal(memory[i], 0);
            memory[i] = 1;
        }
        memory_large_free(memory, size);
    }
    memory_large_free(NULL, 0);
}

/* Pieces of all sizes, written full: they must not overlap, and those of a size are used again. */
static void pool_uses_pieces_again(void **state) {
    (void)state;
    enum { N = 6000 };
    struct pool p = {0};
    uint8_t **pieces = memory_new(N * sizeof *pieces);
    size_t memory = 0;
    for (unsigned round = 0; round < 20; round++) {
        for (size_t i = round ? 1 : 0; i < N; i += round ? 2 : 1)
            memset(pieces[i] = pool_new(&p, i % 700), (int)i & 0xff, i % 700);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < i % 700; j++)
                if (pieces[i][j] != (i & 0xff))
                    fail_msg("piece %zu is broken", i);
        for (size_t i = 1; i < N; i += 2)
            pool_free(&p, pieces[i], i % 700);
        if (round == 1)
            memory = p.memory;
    }
    assert_int_equal(p.memory, memory);
    for (size_t i = 0; i < N; i += 2)
        pool_free(&p, pieces[i], i % 700);
    pool_release(&p);
    assert_int_equal(p.memory, 0);
    free(pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_adds_where_it_looked),
        cmocka_unit_test(table_is_whole_while_it_grows),
        cmocka_unit_test(slab_grows_by_large_pages),
        cmocka_unit_test(large_memory_is_zero),
        cmocka_unit_test(pool_uses_pieces_again),
        cmocka_unit_test(nothing_is_harmless),
        cmocka_unit_test(cursor_stops_at_the_end),
        cmocka_unit_test(buffer_grows_or_gets_full),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(octets_are_one_number),
        cmocka_unit_test(addresses_round_trip),
        cmocka_unit_test(json_strings_are_json),
        cmocka_unit_test(words_are_cut_as_commands),
        cmocka_unit_test(lists_end_or_complain),
        cmocka_unit_test(complaints_show_the_place),
        cmocka_unit_test(table_finds_what_is_there),
        cmocka_unit_test(slab_and_arena_keep_things_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
