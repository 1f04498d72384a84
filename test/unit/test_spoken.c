/* Sets that are known again by their words: what is found is what was learnt, or nothing. */
#include "api/spoken.h"

#include <stdio.h>

#include "base/memory.h"
#include "unit.h"

static struct spoken_words words_of(uint32_t which) {
    char text[32];
    return spoken_words(text, (size_t)snprintf(text, sizeof text, " med %u", which), 1);
}

/* A set with this number in it; a reference is the caller's. */
static uint32_t set_of(struct attribute_store *store, uint32_t which) {
    uint8_t octets[4];
    poke_u32(octets, which);
    return store_intern(store, cursor_of(octets, sizeof octets), cursor_of(NULL, 0));
}

static uint32_t set_says(const struct attribute_store *store, uint32_t set) {
    struct cursor named = store_set(store, set).named;
    return cursor_u32(&named);
}

static void what_is_held_is_known(void **state) {
    (void)state;
    enum { N = 30000 };
    struct attribute_store store;
    store_init(&store, 5);
    struct spoken *s = spoken_new(&store);
    uint32_t known = 0, found;
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(spoken_find(s, words_of(i), &found), 0);
        spoken_learn(s, words_of(i), set_of(&store, i), 1 + i % 15);
        assert_int_equal(spoken_find(s, words_of(i), &found), 1 + i % 15);
        assert_int_equal(set_says(&store, found), i);
    }
    for (uint32_t i = 0; i < 2 * N; i++) {
        uint32_t which = i % N;
        unsigned note = spoken_find(s, words_of(which), &found);
        if (!note) { /* from before it grew, or there was no place */
            uint32_t set = set_of(&store, which);
            spoken_learn(s, words_of(which), set, 1 + which % 15);
            store_drop(&store, set);
            continue;
        }
        known += i >= N;
        assert_int_equal(note, 1 + which % 15);
        assert_int_equal(set_says(&store, found), which);
    }
    assert_in_range(known, N / 100 * 95, N);
    assert_in_range(spoken_memory(s), N * 16, N * 16 * 5);
    spoken_free(s);
    store_release(&store);
}

/* Numbers of sets that are gone are used again, for others. */
static void what_nobody_holds_is_unknown(void **state) {
    (void)state;
    enum { N = 20000, KEPT = 4096 };
    struct attribute_store store;
    store_init(&store, 5);
    struct spoken *s = spoken_new(&store);
    uint32_t found, late = 0;
    for (uint32_t round = 0; round < 3; round++)
        for (uint32_t i = 0; i < N; i++) {
            uint32_t which = round % 2 ? N - i : i; /* of those learnt just before, some are still known */
            if (spoken_find(s, words_of(which), &found)) {
                assert_int_equal(set_says(&store, found), which);
                late++;
                continue;
            }
            uint32_t set = set_of(&store, which);
            spoken_learn(s, words_of(which), set, 1);
            store_drop(&store, set);
        }
    assert_in_range(store.count, 1, KEPT);
    assert_in_range(late, KEPT / 2, 2 * KEPT + 2);
    assert_true(spoken_memory(s) < 300000); /* as there are few sets at a time */
    spoken_free(s);
    store_release(&store);
}

static void words_without_a_set_are_known(void **state) {
    (void)state;
    struct attribute_store store;
    store_init(&store, 5);
    struct spoken *s = spoken_new(&store);
    uint32_t found = 1;
    spoken_learn(s, words_of(1), 0, 3);
    assert_int_equal(spoken_find(s, words_of(1), &found), 3);
    assert_int_equal(found, 0);
    uint32_t set = set_of(&store, 9);
    spoken_learn(s, words_of(1), set, 4); /* they say something else from now on */
    assert_int_equal(spoken_find(s, words_of(1), &found), 4);
    assert_int_equal(found, set);
    spoken_free(s);
    store_release(&store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_is_known),
        cmocka_unit_test(what_nobody_holds_is_unknown),
        cmocka_unit_test(words_without_a_set_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
