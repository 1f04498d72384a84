/* The RIBs: what a peer is told must add up to what was announced, whatever happened on the way. */
#include "unit.h"

#include <stdio.h>

#include "rib/rib_in.h"
#include "rib_play.h"

static void put_told(void *context, const struct told *told) {
    struct buffer *line = context;
    struct cursor nlri = told->nlri;
    nlri.p = nlri.end - 2;
    put_format(line, "%s%c%u", buffer_len(line) ? " " : "", told->announced ? '+' : '-', cursor_u16(&nlri));
    if (told->path)
        put_format(line, ":%u", told->path);
    if (told->announced)
        put_format(line, "=%u", told->med);
}

struct rig {
    struct attribute_store store;
    struct rib_out *rib;
    struct terms terms;
    struct buffer out, lines;
    unsigned too_long;
    bool group;
};

static void rig_init(struct rig *rig) {
    *rig = (struct rig){.out = buffer_growing(), .lines = buffer_growing(), .group = true};
    rig->terms = (struct terms){.send_most = 4096, .families = UINT64_MAX, .as4 = true};
    store_init(&rig->store, SEED);
    rig->rib = rib_out_new(&rig->store);
}

static void rig_release(struct rig *rig) {
    rib_out_free(rig->rib);
    assert_int_equal(rig->store.count, 0);
    store_release(&rig->store);
    buffer_release(&rig->out);
    buffer_release(&rig->lines);
}

static void announce_path(struct rig *rig, const struct family *family, unsigned n, int path, uint32_t med) {
    uint32_t set = set_of(&rig->store, med, text_of(family->afi == 2 ? "2001:db8::1" : "192.0.2.1"), 0);
    rib_announce(rig->rib, family, nlri_of(family, n, 100), path >= 0, (uint32_t)path, set);
    store_drop(&rig->store, set);
}

static void announce(struct rig *rig, unsigned n, uint32_t med) {
    announce_path(rig, family_of(1, 1), n, -1, med);
}

static void withdraw(struct rig *rig, unsigned n, bool up) {
    rib_withdraw(rig->rib, family_of(1, 1), nlri_of(family_of(1, 1), n, 0), false, 0, up);
}

/* All that waits: routes of a message with blanks between them, messages with "|". */
static const char *pulled(struct rig *rig) {
    buffer_clear(&rig->lines);
    struct buffer line = buffer_growing();
    for (buffer_clear(&rig->out); rib_pull(rig->rib, &rig->terms, rig->group, &rig->out, &rig->too_long);
         buffer_clear(&rig->out)) {
        buffer_clear(&line);
        each_told(buffer_cursor(&rig->out), &rig->terms, put_told, &line);
        if (buffer_len(&rig->lines))
            put_char(&rig->lines, '|');
        put_cursor(&rig->lines, buffer_cursor(&line));
    }
    assert_int_equal(buffer_len(&rig->out), 0);
    assert_false(rib_waits(rig->rib));
    assert_int_equal(rib_out_waiting(rig->rib), 0);
    buffer_release(&line);
    return written(&rig->lines);
}

/* ---- Cases ---- */

static void what_is_the_same_is_silent(void **state) {
    struct rig *rig = *state;
    announce(rig, 1, 5);
    announce(rig, 1, 5);
    assert_string_equal(pulled(rig), "+1=5");
    announce(rig, 1, 5);
    assert_string_equal(pulled(rig), "");
    announce(rig, 1, 6);
    assert_string_equal(pulled(rig), "+1=6");
}

static void groups_go_in_the_order_in_which_they_began(void **state) {
    struct rig *rig = *state;
    for (unsigned n = 0; n < 6; n++)
        announce(rig, n, n % 2);
    assert_int_equal(rib_out_waiting(rig->rib), 6);
    assert_string_equal(pulled(rig), "+0=0 +2=0 +4=0|+1=1 +3=1 +5=1");
    rig->group = false;
    for (unsigned n = 0; n < 6; n++)
        announce(rig, n, 7 + n % 2);
    withdraw(rig, 9, true);
    assert_string_equal(pulled(rig), "-9|+0=7|+1=8|+2=7|+3=8|+4=7|+5=8");
}

static void routes_are_apart_in_the_order_of_their_coming_from_the_start(void **state) {
    struct rig *rig = *state;
    announce(rig, 1, 1);
    announce(rig, 2, 2);
    announce(rig, 3, 1);
    rig->group = false;
    assert_string_equal(pulled(rig), "+1=1|+2=2|+3=1");
}

static void families_do_not_share_messages(void **state) {
    struct rig *rig = *state;
    announce_path(rig, family_of(1, 1), 1, -1, 1);
    announce_path(rig, family_of(1, 128), 1, -1, 1);
    announce_path(rig, family_of(1, 1), 2, -1, 1);
    announce_path(rig, family_of(2, 1), 3, -1, 1);
    assert_string_equal(pulled(rig), "+1=1 +2=1|+1=1|+3=1");
    rib_resend(rig->rib, family_bit(family_of(2, 1)));
    assert_string_equal(pulled(rig), "+3=1");
    rib_clear(rig->rib, true);
    assert_string_equal(pulled(rig), "-1 -2|-1|-3");
}

static void withdraws_go_first(void **state) {
    struct rig *rig = *state;
    announce(rig, 9, 2);
    assert_string_equal(pulled(rig), "+9=2");
    withdraw(rig, 1, true); /* never heard of: said anyway */
    withdraw(rig, 1, true);
    announce(rig, 2, 2);
    announce(rig, 3, 3);
    withdraw(rig, 2, true); /* before it was told */
    assert_int_equal(rib_out_count(rig->rib), 2);
    assert_string_equal(pulled(rig), "-1 -2|+3=3");
    withdraw(rig, 2, true);
    withdraw(rig, 3, true);
    announce(rig, 3, 4); /* the announcement replaces what the peer has */
    assert_string_equal(pulled(rig), "-2|+3=4");
    withdraw(rig, 3, true);
    announce(rig, 3, 4);
    assert_string_equal(pulled(rig), "+3=4");
}

/* A peer that was told of no route in this session has none to lose. */
static void nothing_is_withdrawn_before_a_route_was_told(void **state) {
    struct rig *rig = *state;
    withdraw(rig, 1, true);
    announce(rig, 2, 2);
    announce(rig, 3, 3);
    withdraw(rig, 2, true);
    assert_string_equal(pulled(rig), "+3=3");
    rib_down(rig->rib);
    rib_clear(rig->rib, true);
    assert_string_equal(pulled(rig), "");
    announce(rig, 4, 4);
    assert_string_equal(pulled(rig), "+4=4");
    rib_clear(rig->rib, true);
    assert_string_equal(pulled(rig), "-4");
}

static void announce_hop(struct rig *rig, unsigned n, uint32_t med, const char *next_hop) {
    uint32_t set = set_of(&rig->store, med, text_of(next_hop), 0);
    rib_announce(rig->rib, family_of(1, 1), nlri_of(family_of(1, 1), n, 0), false, 0, set);
    store_drop(&rig->store, set);
}

/* `next-hop self` and the address that self is are one attribute, in either order; in the next session it may be
 * another. */
static void self_is_its_address(void **state) {
    struct rig *rig = *state;
    struct ip other;
    ip_parse(text_of("192.0.2.9"), &rig->terms.local);
    announce_hop(rig, 1, 5, "self");
    assert_string_equal(pulled(rig), "+1=5");
    announce_hop(rig, 1, 5, "192.0.2.9");
    announce_hop(rig, 1, 5, "self");
    assert_string_equal(pulled(rig), "");
    announce_hop(rig, 1, 5, "192.0.2.8");
    assert_string_equal(pulled(rig), "+1=5");
    announce_hop(rig, 1, 6, "192.0.2.9");
    assert_string_equal(pulled(rig), "+1=6");
    announce_hop(rig, 1, 7, "self");
    assert_string_equal(pulled(rig), "+1=7");
    announce_hop(rig, 1, 7, "192.0.2.9");
    assert_string_equal(pulled(rig), "");
    rib_down(rig->rib);
    ip_parse(text_of("192.0.2.8"), &other);
    rig->terms.local = other;
    assert_string_equal(pulled(rig), "+1=7");
    announce_hop(rig, 1, 7, "self");
    assert_string_equal(pulled(rig), "+1=7");
}

static void without_a_session_withdraws_are_forgotten(void **state) {
    struct rig *rig = *state;
    withdraw(rig, 1, false);
    announce(rig, 1, 1);
    announce(rig, 2, 1);
    withdraw(rig, 1, false);
    assert_string_equal(pulled(rig), "+2=1");
    withdraw(rig, 2, true);
    announce(rig, 3, 3);
    rib_down(rig->rib);
    assert_string_equal(pulled(rig), "+3=3");
    rib_down(rig->rib);
    rib_down(rig->rib);
    assert_string_equal(pulled(rig), "+3=3");
    rib_clear(rig->rib, false);
    assert_int_equal(rib_out_count(rig->rib), 0);
    assert_string_equal(pulled(rig), "");
}

static void both_of_two_versions_are_told_in_order(void **state) {
    struct rig *rig = *state;
    announce(rig, 9, 2);
    announce(rig, 1, 1);
    announce(rig, 1, 2);
    announce(rig, 1, 3);
    assert_int_equal(rib_out_count(rig->rib), 2);
    assert_string_equal(pulled(rig), "+1=1|+1=2|+9=2|+1=3");
    announce(rig, 1, 1);
    announce(rig, 1, 2);
    withdraw(rig, 1, true);
    assert_string_equal(pulled(rig), "-1");
    announce(rig, 1, 1);
    announce(rig, 1, 2);
    withdraw(rig, 1, false);
    assert_string_equal(pulled(rig), "");
    announce(rig, 1, 1);
    announce(rig, 1, 2);
    rib_down(rig->rib);
    assert_string_equal(pulled(rig), "+9=2 +1=2");
}

/* A route that changes and changes while the peer is slow is one route that waits. */
static void changes_take_no_memory(void **state) {
    struct rig *rig = *state;
    for (uint32_t med = 0; med < 1000; med++)
        announce(rig, 1, med);
    uint32_t waiting = rib_out_waiting(rig->rib);
    size_t memory = rib_out_memory(rig->rib) + store_memory(&rig->store);
    for (uint32_t med = 0; med < 100000; med++)
        announce(rig, 1, med);
    assert_int_equal(rib_out_waiting(rig->rib), waiting);
    assert_int_equal(rib_out_memory(rig->rib) + store_memory(&rig->store), memory);
    const char *all = pulled(rig);
    assert_string_equal(strrchr(all, '|'), "|+1=99999");
}

static void paths_are_routes_of_their_own(void **state) {
    struct rig *rig = *state;
    const struct family *family = family_of(1, 1);
    rig->terms.add_path_send = family_bit(family);
    struct rib_route found;
    for (int path = -1; path < 3; path++)
        announce_path(rig, family, 1, path, 5);
    assert_int_equal(rib_out_count(rig->rib), 4);
    assert_string_equal(pulled(rig), "+1=5 +1=5 +1:1=5 +1:2=5");
    assert_true(rib_out_find(rig->rib, family, nlri_of(family, 1, 0), true, 2, &found));
    assert_true(found.has_path && found.told && found.path == 2 && found.family == family);
    assert_true(cursor_same(found.nlri, nlri_of(family, 1, 0)));
    assert_false(rib_out_find(rig->rib, family, nlri_of(family, 1, 0), true, 3, &found));
    rib_withdraw(rig->rib, family, nlri_of(family, 1, 0), true, 2, true);
    assert_false(rib_out_find(rig->rib, family, nlri_of(family, 1, 0), true, 2, &found));
    assert_true(rib_out_find(rig->rib, family, nlri_of(family, 1, 0), false, 2, &found));
    assert_true(!found.has_path && found.path == 0);
    assert_string_equal(pulled(rig), "-1:2");
}

static void withdraw_path(struct rig *rig, unsigned n, uint32_t path) {
    rib_withdraw(rig->rib, family_of(1, 1), nlri_of(family_of(1, 1), n, 0), true, path, true);
}

/* PATHS-LIMIT: first come, first served, and the next one when one goes. */
static void paths_are_held_back_at_the_limit(void **state) {
    struct rig *rig = *state;
    const struct family *family = family_of(1, 1);
    struct rib_route found;
    rig->terms.add_path_send = family_bit(family);
    rig->terms.paths_limit[family->index] = 2;
    for (int path = 1; path < 5; path++)
        announce_path(rig, family, 1, path, 5);
    announce_path(rig, family, 2, 1, 5);
    assert_string_equal(pulled(rig), "+1:1=5 +1:2=5 +2:1=5");
    assert_int_equal(rib_take_held(rig->rib), 2);
    assert_int_equal(rib_take_held(rig->rib), 0);
    assert_int_equal(rib_held(rig->rib), 2);
    assert_int_equal(rib_out_count(rig->rib), 5);
    assert_true(rib_out_find(rig->rib, family, nlri_of(family, 1, 0), true, 3, &found));
    assert_true(found.held && !found.told);
    announce_path(rig, family, 1, 2, 6); /* what the peer has may change, ... */
    announce_path(rig, family, 1, 3, 6); /* ... and what it has not loses its turn */
    assert_string_equal(pulled(rig), "+1:2=6");
    withdraw_path(rig, 1, 1);
    assert_string_equal(pulled(rig), "-1:1|+1:4=5");
    withdraw_path(rig, 1, 4);
    announce_path(rig, family, 1, 9, 6);
    assert_string_equal(pulled(rig), "-1:4|+1:9=6");
    withdraw_path(rig, 1, 3); /* the peer never had it */
    assert_string_equal(pulled(rig), "");
    assert_int_equal(rib_held(rig->rib), 0);
    announce_path(rig, family, 1, 3, 7);
    assert_string_equal(pulled(rig), "");
    rib_resend(rig->rib, UINT64_MAX);
    assert_string_equal(pulled(rig), "+1:9=6 +1:2=6|+2:1=5");
    rig->terms.paths_limit[family->index] = 0;
    rib_down(rig->rib);
    assert_int_equal(rib_held(rig->rib), 0);
    assert_string_equal(pulled(rig), "+1:9=6 +1:2=6|+1:3=7|+2:1=5");
}

/* Before it is told a route may have two versions, of which the first would take the place of another path. */
static void earlier_versions_count_as_paths(void **state) {
    struct rig *rig = *state;
    const struct family *family = family_of(1, 1);
    rig->terms.add_path_send = family_bit(family);
    rig->terms.paths_limit[family->index] = 1;
    for (int path = 1; path < 3; path++) {
        announce_path(rig, family, 1, path, 5);
        announce_path(rig, family, 1, path, 6);
    }
    assert_string_equal(pulled(rig), "+1:1=5|+1:1=6");
    withdraw_path(rig, 1, 1);
    assert_string_equal(pulled(rig), "-1:1|+1:2=6");
    rib_clear(rig->rib, true);
    assert_string_equal(pulled(rig), "-1:2");
    announce_path(rig, family, 1, 3, 6);
    announce_path(rig, family, 1, 4, 6);
    assert_string_equal(pulled(rig), "+1:3=6");
    rib_clear(rig->rib, true);
    assert_int_equal(rib_held(rig->rib), 0);
    assert_string_equal(pulled(rig), "-1:3");
}

/* Where a path cannot be told, it takes no place; and one that is withdrawn as its attributes are too long gives its.
 */
static void only_what_is_told_counts(void **state) {
    struct rig *rig = *state;
    const struct family *family = family_of(1, 1);
    uint32_t huge = set_of(&rig->store, 1, text_of("192.0.2.1"), 5000);
    rig->terms.add_path_send = family_bit(family);
    rig->terms.paths_limit[family->index] = 1;
    rib_announce(rig->rib, family, nlri_of(family, 1, 0), true, 1, huge);
    announce_path(rig, family, 1, 2, 5);
    announce_path(rig, family, 1, 3, 5);
    assert_string_equal(pulled(rig), "+1:2=5");
    rib_announce(rig->rib, family, nlri_of(family, 1, 0), true, 2, huge);
    assert_string_equal(pulled(rig), "-1:2|+1:3=5");
    store_drop(&rig->store, huge);
}

static void another_label_is_a_change_not_a_route(void **state) {
    struct rig *rig = *state;
    const struct family *family = family_of(1, 128);
    struct rib_route found;
    uint32_t set = set_of(&rig->store, 5, text_of("192.0.2.1"), 0);
    rib_announce(rig->rib, family, nlri_of(family, 1, 100), false, 0, set);
    assert_string_equal(pulled(rig), "+1=5");
    rib_announce(rig->rib, family, nlri_of(family, 1, 100), false, 0, set);
    rib_announce(rig->rib, family, nlri_of(family, 1, 101), false, 0, set);
    assert_int_equal(rib_out_count(rig->rib), 1);
    assert_true(rib_out_find(rig->rib, family, nlri_of(family, 1, 7), false, 0, &found));
    assert_true(cursor_same(found.nlri, nlri_of(family, 1, 101)));
    assert_false(found.told);
    assert_string_equal(pulled(rig), "+1=5");
    rib_withdraw(rig->rib, family, nlri_of(family, 1, 0), false, 0, true);
    assert_string_equal(pulled(rig), "-1");
    store_drop(&rig->store, set);
}

static void announce_huge(struct rig *rig, unsigned n, const char *next_hop, size_t raw) {
    uint32_t set = set_of(&rig->store, 1, text_of(next_hop), raw);
    rib_announce(rig->rib, family_of(1, 1), nlri_of(family_of(1, 1), n, 0), false, 0, set);
    store_drop(&rig->store, set);
}

/* OUT-01, OUT-03: what cannot be told is withdrawn when the peer has an earlier version, and the rest goes on. */
static void what_cannot_be_told_goes_away(void **state) {
    struct rig *rig = *state;
    struct rib_route found;
    for (unsigned n = 1; n < 4; n++)
        announce(rig, n, n);
    pulled(rig);
    announce_huge(rig, 1, "192.0.2.1", 5000);
    announce_huge(rig, 7, "192.0.2.1", 5000);
    announce_huge(rig, 2, "2001:db8::1", 0);
    announce(rig, 4, 4);
    assert_string_equal(pulled(rig), "-1|-2|+4=4");
    assert_int_equal(rig->too_long, 2);
    assert_int_equal(rib_out_count(rig->rib), 5);
    assert_true(rib_out_find(rig->rib, family_of(1, 1), nlri_of(family_of(1, 1), 1, 0), false, 0, &found));
    assert_false(found.told);
    rig->terms.extended_next_hop = UINT64_MAX;
    rig->terms.send_most = 65535;
    rib_down(rig->rib);
    assert_string_equal(pulled(rig), "+1=1 +7=1|+2=1|+3=3|+4=4");
    assert_int_equal(rig->too_long, 2);
}

/* Where routes do not share messages the one behind it has attributes of its own. */
static void what_fits_no_message_leaves_the_next_one_alone(void **state) {
    struct rig *rig = *state;
    const struct family *family = family_of(1, 133);
    uint32_t set = set_of(&rig->store, 9, text_of("192.0.2.1"), 0);
    uint8_t rule[4082] = {0xff, 0xf0, 3};
    rig->group = false;
    rib_announce(rig->rib, family, cursor_of(rule, sizeof rule), false, 0, set);
    announce(rig, 1, 1);
    assert_string_equal(pulled(rig), "+1=1");
    assert_int_equal(rig->too_long, 1);
    store_drop(&rig->store, set);
}

static void what_was_not_negotiated_is_not_told(void **state) {
    struct rig *rig = *state;
    rig->terms.families = family_bit(family_of(2, 1));
    announce(rig, 1, 1);
    announce_path(rig, family_of(2, 1), 2, -1, 2);
    withdraw(rig, 8, true);
    assert_string_equal(pulled(rig), "+2=2");
    assert_int_equal(rib_out_count(rig->rib), 2);
    assert_int_equal(rig->too_long, 0);
}

static void count_told(void *context, const struct told *told) {
    (void)told;
    ++*(unsigned *)context;
}

/* The last octet that may be used is used: config.md 23, 6. */
static void messages_are_full(void **state) {
    struct rig *rig = *state;
    unsigned seen = 0, messages = 0;
    size_t first = 0, all = 0;
    for (unsigned n = 0; n < 2500; n++)
        announce(rig, n, 5);
    for (buffer_clear(&rig->out); rib_pull(rig->rib, &rig->terms, true, &rig->out, &rig->too_long); messages++) {
        first = first ? first : buffer_len(&rig->out);
        all += buffer_len(&rig->out);
        each_told(buffer_cursor(&rig->out), &rig->terms, count_told, &seen);
        buffer_clear(&rig->out);
    }
    assert_int_equal(messages, 3);
    assert_in_range(first, 4093, 4096);
    assert_int_equal(seen, 2500);
    assert_true(all < 2500 * 4 + 3 * 60);
}

static void all_routes_are_walked(void **state) {
    struct rig *rig = *state;
    struct rib_route route;
    unsigned want = 0;
    for (unsigned n = 0; n < 10; n++)
        announce(rig, n, 1);
    withdraw(rig, 20, true);
    for (uint32_t walk = 0; rib_out_next(rig->rib, &walk, &route); want++)
        assert_true(cursor_same(route.nlri, nlri_of(family_of(1, 1), want, 0)));
    assert_int_equal(want, 10);
    pulled(rig);
}

/* ---- Adj-RIB-In ---- */

static void routes_of_a_peer_are_kept(void **state) {
    struct rig *rig = *state;
    struct rib_in *in = rib_in_new(&rig->store);
    uint32_t one = set_of(&rig->store, 1, text_of("192.0.2.1"), 0),
             two = set_of(&rig->store, 2, text_of("192.0.2.1"), 0);
    struct nlri nlri = {.family = family_of(1, 1)};
    struct rib_route route;
    for (unsigned n = 0; n < 1000; n++) {
        nlri.octets = nlri_of(nlri.family, n, 0);
        rib_in_announce(in, &nlri, one);
        rib_in_announce(in, &nlri, n % 2 ? one : two);
    }
    nlri.family = family_of(1, 128);
    nlri.octets = nlri_of(nlri.family, 5, 6);
    rib_in_announce(in, &nlri, one);
    nlri.octets = nlri_of(nlri.family, 5, 7);
    rib_in_announce(in, &nlri, one);
    assert_int_equal(rib_in_count(in), 1001);
    unsigned seen = 0;
    for (uint32_t walk = 0; rib_in_next(in, &walk, &route); seen++) {
        assert_int_equal(route.set, seen == 1000 || seen % 2 ? one : two);
        assert_true(cursor_same(route.nlri, nlri_of(route.family, seen == 1000 ? 5 : seen, 7)));
    }
    assert_int_equal(seen, 1001);
    nlri.octets = nlri_of(nlri.family, 5, 8);
    rib_in_withdraw(in, &nlri);
    rib_in_withdraw(in, &nlri);
    assert_int_equal(rib_in_count(in), 1000);
    rib_in_clear(in, family_bit(family_of(2, 1)));
    assert_int_equal(rib_in_count(in), 1000);
    rib_in_clear(in, family_bit(family_of(1, 1)));
    assert_int_equal(rib_in_count(in), 0);
    store_drop(&rig->store, one);
    store_drop(&rig->store, two);
    rib_in_free(in);
}

static void equal_sets_have_equal_numbers(void **state) {
    struct rig *rig = *state;
    struct attribute_store *s = &rig->store;
    uint32_t a = store_intern(s, cursor_of("ab", 2), cursor_of(NULL, 0));
    uint32_t b = store_intern(s, cursor_of("a", 1), cursor_of("b", 1));
    uint32_t c = store_intern(s, cursor_of(NULL, 0), cursor_of("ab", 2));
    assert_true(a != b && b != c && a != c);
    assert_int_equal(store_intern(s, cursor_of("a", 1), cursor_of("b", 1)), b);
    store_drop(s, b);
    assert_int_equal(s->count, 3);
    store_drop(s, b);
    assert_int_equal(s->count, 2);
    assert_true(cursor_same(store_set(s, c).raw, cursor_of("ab", 2)));
    uint32_t d = store_intern(s, cursor_of("d", 1), cursor_of(NULL, 0));
    assert_int_equal(d, b); /* numbers are used again */
    store_drop(s, a);
    store_drop(s, c);
    store_drop(s, d);
    store_drop(s, 0);
    assert_int_equal(s->count, 0);
}

static int setup(void **state) {
    struct rig *rig = malloc(sizeof *rig);
    rig_init(rig);
    *state = rig;
    return 0;
}

static int teardown(void **state) {
    rig_release(*state);
    free(*state);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(equal_sets_have_equal_numbers),
        CASE(what_is_the_same_is_silent),
        CASE(groups_go_in_the_order_in_which_they_began),
        CASE(routes_are_apart_in_the_order_of_their_coming_from_the_start),
        CASE(families_do_not_share_messages),
        CASE(withdraws_go_first),
        CASE(nothing_is_withdrawn_before_a_route_was_told),
        CASE(self_is_its_address),
        CASE(without_a_session_withdraws_are_forgotten),
        CASE(both_of_two_versions_are_told_in_order),
        CASE(changes_take_no_memory),
        CASE(paths_are_routes_of_their_own),
        CASE(paths_are_held_back_at_the_limit),
        CASE(earlier_versions_count_as_paths),
        CASE(only_what_is_told_counts),
        CASE(another_label_is_a_change_not_a_route),
        CASE(what_cannot_be_told_goes_away),
        CASE(what_fits_no_message_leaves_the_next_one_alone),
        CASE(what_was_not_negotiated_is_not_told),
        CASE(messages_are_full),
        CASE(all_routes_are_walked),
        CASE(routes_of_a_peer_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
