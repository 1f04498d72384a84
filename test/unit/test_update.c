/* UPDATE: rows UPD, ATT, MPR, MPU and NLR of the error contract, what is walked, kept and written. How it is shown:
 * test_update_shown.c. */
#include "contract.h"

#include "bgp/family.h"
#include "bgp/message.h"
#include "bgp/update.h"

#include "update_rows.h"

/* ---- The contract ---- */

/* What became of an UPDATE: action, attributes kept, how many NLRIs are announced and withdrawn. */
static void put_update_action(struct buffer *b, const struct update *u) {
    static const char *const words[] = {
        [HARM_NONE] = "ACCEPT", [HARM_SKIP] = "SKIP", [HARM_DISCARD] = "DISC", [HARM_WITHDRAW] = "TAW"};
    struct update_walk w;
    struct nlri nlri;
    put_string(b, words[u->harm]);
    put_char(b, ' ');
    for (unsigned i = 0; i < u->count; i++)
        put_format(b, i ? ",%u" : "%u", u->attributes[i].code);
    for (int announced = 1; announced >= 0; announced--) {
        unsigned count = 0;
        for (update_walk_init(&w, u, announced); update_walk_next(&w, &nlri); count++)
            assert_int_equal(nlri.announced, announced);
        if (count)
            put_format(b, announced ? " +%u" : " -%u", count);
    }
    if (u->end_of_rib)
        put_format(b, " eor %u/%u", u->end_afi, u->end_safi);
}

static bool update_met_row(const struct update *u, const char *row) {
    for (unsigned i = 0; i < u->finding_count && i < UPDATE_FINDINGS; i++)
        if (strcmp(u->findings[i].row, row) == 0)
            return true;
    return false;
}

/* After any other UPDATE, and after itself, it is worth the same. */
static void assert_update_action_after(struct cursor body, const struct terms *terms, const char *action,
                                       struct update *u) {
    static struct update_recent recent; /* of all rows, one after the other */
    struct buffer copy = buffer_growing();
    for (unsigned i = 0; i < 3; i++) {
        struct buffer got = buffer_growing();
        struct fault fault;
        buffer_clear(&copy);
        put_zeros(&copy, 5 * i); /* it stands elsewhere each time */
        put_cursor(&copy, body);
        struct cursor moved = buffer_cursor(&copy);
        cursor_take(&moved, 5 * i);
        if (update_open_after(u, &recent, moved, terms, &fault))
            put_update_action(&got, u);
        else
            put_fault_action(&got, &fault);
        if (!is_action(written(&got), action))
            fail_msg("wanted %s, got %s", action, written(&got));
        buffer_release(&got);
    }
    buffer_release(&copy);
}

static void assert_update_action(const char *row, struct cursor body, const struct terms *terms, const char *action,
                                 struct update *u) {
    struct buffer got = buffer_growing();
    struct fault fault;
    bool same, opened = update_open(u, body, terms, &fault);
    if (opened)
        put_update_action(&got, u);
    else
        put_fault_action(&got, &fault);
    same = is_action(written(&got), action);
    if (!same)
        print_error("%s: wanted %s, got %s\n", row, action, written(&got));
    assert_true(same);
    assert_update_action_after(body, terms, action, u);
    opened = update_open(u, body, terms, &fault);
    /* Rows about one attribute are named; those about many of them have the names of the attributes. */
    if (opened && u->harm != HARM_NONE && !is_named_otherwise(row) && !update_met_row(u, row)) {
        print_error("%s: not among what was found, but %s\n", row, u->findings[0].row);
        fail();
    }
    buffer_release(&got);
}

static void updates_are_judged(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    struct update *u = malloc(sizeof *u);
    unsigned rows = 0;
    for (size_t i = 0; i < sizeof framing_rows / sizeof *framing_rows; i++) {
        struct terms terms = terms_of(0);
        assert_update_action(framing_rows[i].row, octets_of(&octets, framing_rows[i].hex), &terms,
                             framing_rows[i].action, u);
        rows += is_new_row(framing_rows[i].row, i ? framing_rows[i - 1].row : NULL);
    }
    for (size_t i = 0; i < sizeof update_rows / sizeof *update_rows; i++) {
        const struct update_row *row = &update_rows[i];
        struct terms terms = terms_of(row->how);
        assert_update_action(row->row, body_of(&octets, row->withdrawn, row->attributes, row->nlri), &terms,
                             row->action, u);
        rows += is_new_row(row->row, i ? row[-1].row : NULL);
    }
    print_message("# %u rows UPD, ATT, MPR, MPU and NLR in %zu lines\n", rows,
                  sizeof framing_rows / sizeof *framing_rows + sizeof update_rows / sizeof *update_rows);
    free(u);
    buffer_release(&octets);
}

/* What is only shown: nothing that can be read is an error. */
static const struct {
    unsigned how;
    const char *attributes, *nlri, *action;
} said_rows[] = {
    {0, BASE "406301 00", NET, "ACCEPT 1,2,3,99 +1"},
    {0, BASE "609904 00000064", NET, "ACCEPT 1,2,3,153 +1"},
    {0, "400101 03", "", "DISC "},
    {0, BASE "800403 000001", NET, "DISC 1,2,3 +1"},
    {EBGP,
     EXTERNAL "400504 00000064"
              "800904 01020304",
     NET, "ACCEPT 1,2,3,5,9 +1"},
    {EBGP, EXTERNAL "400503 000064", NET, "DISC 1,2,3 +1"},
    {0, NO_PATH, NET, "DISC 2 +1"},
    {0, ORIGIN NO_PATH "800e0e 0002 01 04 aaaaaaaa 00 20 20010db8", "", "ACCEPT 1,2 +1"},
    {0, ORIGIN NO_PATH "800e19 0001 01 10 20010db8000000000000000000000001 00 18 c00002", "", "ACCEPT 1,2 +1"},
    {0, ORIGIN NO_PATH "800e08 0002 01 03 000000 00", "", "RESET 3/9 800e080002010300000000"},
    {FEW, ORIGIN NO_PATH VPN4, "", "RESET 3/9 800e200001800c00000000000000000a00000100700006410000fde800000001c00002"},
    {0, "", "18c000", "RESET 3/10"},
    {0, "900f0003 0001 80", "", "ACCEPT  eor 1/128"},
};

static void what_is_only_shown_says_what_it_says(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), got = buffer_growing();
    struct update *u = malloc(sizeof *u);
    for (size_t i = 0; i < sizeof said_rows / sizeof *said_rows; i++) {
        struct terms terms = terms_of(said_rows[i].how);
        struct fault fault;
        buffer_clear(&got);
        if (update_open_as_said(u, body_of(&octets, "", said_rows[i].attributes, said_rows[i].nlri), &terms, &fault))
            put_update_action(&got, u);
        else
            put_fault_action(&got, &fault);
        assert_written(&got, said_rows[i].action);
    }
    free(u);
    buffer_release(&octets);
    buffer_release(&got);
}

/* ---- Two-octet AS numbers ---- */

static const struct {
    const char *what, *attributes, *path, *aggregator;
} merge_rows[] = {
    {"AS4_PATH knows the last two of three",
     "40020a 0204 0001 5ba0 0002 0003"
     "c0110a 0202 00000009 0000000a",
     "0204 00000001 00005ba0 00000009 0000000a", NULL},
    {"AS4_PATH is as long",
     "400206 0202 0001 5ba0"
     "c0110a 0202 00000001 00011170",
     "0202 00000001 00011170", NULL},
    {"AS4_PATH is longer: no help",
     "400204 0201 5ba0"
     "c0110a 0202 00000001 00011170",
     "0201 00005ba0", NULL},
    {"AGGREGATOR is no substitute: AS4_* are ignored",
     "400206 0202 0001 5ba0"
     "c00706 0001 01020304"
     "c0110a 0202 00000001 00011170"
     "c01208 00011170 05060708",
     "0202 00000001 00005ba0", "00000001 01020304"},
    {"AGGREGATOR stands for AS4_AGGREGATOR",
     "400200"
     "c00706 5ba0 01020304"
     "c01208 00011170 05060708",
     "", "00011170 05060708"},
    {"AS4_AGGREGATOR alone says nothing",
     "400200"
     "c01208 00011170 05060708",
     "", NULL},
    {"neither of the two",
     "400206 0102 fde8 fde9"
     "c00706 fde8 01020304",
     "0102 0000fde8 0000fde9", "0000fde8 01020304"},
};

static void assert_value_of(const struct update *u, uint8_t code, const char *hex) {
    struct buffer wanted = buffer_growing();
    const struct attribute *a = NULL;
    for (unsigned i = 0; i < u->count; i++)
        if (u->attributes[i].code == code)
            a = &u->attributes[i];
    assert_int_equal(a != NULL, hex != NULL);
    if (hex) {
        struct cursor octets = octets_of(&wanted, hex);
        assert_int_equal(cursor_left(&a->value), cursor_left(&octets));
        assert_memory_equal(a->value.p, octets.p, cursor_left(&octets));
    }
    buffer_release(&wanted);
}

static void as4_attributes_are_merged(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(AS2);
    struct fault fault;
    for (size_t i = 0; i < sizeof merge_rows / sizeof *merge_rows; i++) {
        print_message("# %s\n", merge_rows[i].what);
        assert_true(update_open(u, body_of(&octets, "", merge_rows[i].attributes, ""), &terms, &fault));
        assert_value_of(u, ATTRIBUTE_AS_PATH, merge_rows[i].path);
        assert_value_of(u, ATTRIBUTE_AGGREGATOR, merge_rows[i].aggregator);
        assert_value_of(u, ATTRIBUTE_AS4_PATH, NULL);
        assert_value_of(u, ATTRIBUTE_AS4_AGGREGATOR, NULL);
        assert_int_equal(u->harm, update_met_row(u, "ATT-17l") ? HARM_DISCARD : HARM_NONE);
    }
    free(u);
    buffer_release(&octets);
}

/* With four-octet AS numbers every value is a view of the message. */
static void nothing_is_copied(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(0);
    struct fault fault;
    struct cursor body = body_of(&octets, "",
                                 BASE MED "c00708 0000fde8 01020304"
                                          "c00804 fde80001" REACH6,
                                 NET);
    assert_true(update_open(u, body, &terms, &fault));
    assert_int_equal(u->count, 6);
    for (unsigned i = 0; i < u->count; i++)
        assert_true(u->attributes[i].value.p >= body.p && u->attributes[i].value.end <= body.end);
    free(u);
    buffer_release(&octets);
}

/* A path that gets too long to be passed on, in the longest message that there is. */
static void the_longest_path_is_withdrawn(void **state) {
    (void)state;
    struct buffer body = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(AS2);
    struct fault fault;
    put_u16(&body, 0);
    size_t attributes = put_hole16(&body);
    put_octets(&body, "\x40\x01\x01\x00\x40\x03\x04\x0a\x00\x00\x01\x50\x02", 13);
    size_t path = put_hole16(&body);
    for (unsigned i = 0; i < 127; i++) {
        put_u16(&body, 0x02ff);
        for (unsigned n = 0; n < 255; n++)
            put_u16(&body, 64512);
    }
    fill_hole16(&body, path);
    fill_hole16(&body, attributes);
    put_octets(&body, "\x18\xc0\x00\x02", 4);
    assert_true(update_open(u, buffer_cursor(&body), &terms, &fault));
    assert_int_equal(u->harm, HARM_WITHDRAW);
    free(u);
    buffer_release(&body);
}

/* ---- Walked and kept ---- */

static void put_walk(struct buffer *b, const struct update *u, bool announced) {
    struct update_walk w;
    struct nlri nlri;
    update_walk_init(&w, u, announced);
    while (update_walk_next(&w, &nlri)) {
        put_char(b, announced ? '+' : '-');
        put_family(b, nlri.family, '/');
        put_char(b, ' ');
        if (nlri.has_path)
            put_format(b, "%u ", nlri.path);
        put_hex(b, nlri.octets);
        put_char(b, '>');
        put_hex(b, nlri.next_hop);
        put_char(b, ' ');
    }
}

static void parts_are_walked_in_order(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), got = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(0), paths = terms_of(ADD_PATH);
    struct fault fault;
    assert_true(update_open(u, body_of(&octets, NET2, BASE UNREACH6 LABELLED4, NET "08 0a"), &terms, &fault));
    put_walk(&got, u, true);
    put_walk(&got, u, false);
    assert_written(&got, "+ipv4/unicast 18c00002>0a000001 +ipv4/unicast 080a>0a000001 "
                         "+ipv4/nlri-mpls 30000641c00002>0a000001 "
                         "-ipv4/unicast 18c63364> -ipv6/unicast 2020010db8> ");
    /* Treated as withdrawn: one walk for all, what was announced with its next hop. */
    buffer_clear(&got);
    assert_true(update_open(u, body_of(&octets, NET2, BASE "c00800" VPN4, NET), &terms, &fault));
    put_walk(&got, u, true);
    put_walk(&got, u, false);
    assert_written(&got, "-ipv4/unicast 18c63364> -ipv4/unicast 18c00002>0a000001 "
                         "-ipv4/mpls-vpn 700006410000fde800000001c00002>0a000001 ");
    buffer_clear(&got);
    assert_true(update_open_as_said(u, buffer_cursor(&octets), &terms, &fault));
    put_walk(&got, u, true);
    assert_written(&got, "+ipv4/unicast 18c00002>0a000001 +ipv4/mpls-vpn 700006410000fde800000001c00002>0a000001 ");
    buffer_clear(&got);
    assert_true(update_open(u, body_of(&octets, "00000007" NET2, BASE, "00000000" NET "ffffffff 00"), &paths, &fault));
    put_walk(&got, u, true);
    put_walk(&got, u, false);
    assert_written(&got, "+ipv4/unicast 0 18c00002>0a000001 +ipv4/unicast 4294967295 00>0a000001 "
                         "-ipv4/unicast 7 18c63364> ");
    free(u);
    buffer_release(&octets);
    buffer_release(&got);
}

static const struct {
    const char *attributes, *next_hop, *canonical;
} canonical_rows[] = {
    {BASE, "0a000002", ORIGIN NO_PATH "400304 0a000002"},
    {MED NEXT_HOP NO_PATH "5f010001 00", "0a000001", ORIGIN NO_PATH NEXT_HOP MED},
    {ORIGIN NO_PATH MED, "20010db8000000000000000000000001",
     ORIGIN NO_PATH "400310 20010db8000000000000000000000001" MED},
    {ORIGIN NO_PATH, "0a000001", ORIGIN NO_PATH NEXT_HOP},
    {BASE MED, "", ORIGIN NO_PATH MED},
    /* Partial stays where it has a meaning, and is set on what we do not know. */
    {"600101 00" NO_PATH "a00404 00000005"
     "e00804 fde80001"
     "cf6301 ff",
     "",
     ORIGIN NO_PATH MED "e00804 fde80001"
                        "e06301 ff"},
};

static void the_same_route_has_the_same_octets(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), value = buffer_growing(), got = buffer_growing(), hex = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(0);
    struct fault fault;
    for (size_t i = 0; i < sizeof canonical_rows / sizeof *canonical_rows; i++) {
        assert_true(update_open(u, body_of(&octets, "", canonical_rows[i].attributes, ""), &terms, &fault));
        buffer_clear(&got);
        update_canonical(u, octets_of(&value, canonical_rows[i].next_hop), &got);
        buffer_clear(&hex);
        put_hex(&hex, octets_of(&value, canonical_rows[i].canonical));
        put_char(&hex, ' ');
        put_hex(&hex, buffer_cursor(&got));
        const char *half = written(&hex);
        assert_memory_equal(half, strchr(half, ' ') + 1, strcspn(half, " "));
        assert_int_equal(buffer_len(&got), buffer_len(&value));
    }
    free(u);
    buffer_release(&octets);
    buffer_release(&value);
    buffer_release(&got);
    buffer_release(&hex);
}

/* GEN-03: as many mistakes as fit a message cost as much as that many octets. */
static void many_mistakes_are_counted(void **state) {
    (void)state;
    struct buffer body = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(0);
    struct fault fault;
    put_u16(&body, 0);
    size_t attributes = put_hole16(&body);
    for (unsigned i = 0; i < 20000; i++)
        put_octets(&body, "\x80\x63\x00", 3);
    fill_hole16(&body, attributes);
    assert_true(update_open(u, buffer_cursor(&body), &terms, &fault));
    assert_int_equal(u->finding_count, 20000);
    assert_int_equal(u->count, 0);
    free(u);
    buffer_release(&body);
}

static void med_body(struct buffer *body, unsigned med, uint32_t prefix) {
    buffer_clear(body);
    put_u16(body, 0);
    size_t attributes = put_hole16(body);
    put_octets(body, "\x40\x01\x01\x00\x40\x02\x06\x02\x01\x00\x00\xfd\xe9\x40\x03\x04\xc0\x00\x02\x01", 20);
    put_octets(body, "\x80\x04\x04", 3);
    put_u32(body, med);
    fill_hole16(body, attributes);
    put_u8(body, 32);
    put_u32(body, prefix);
}

static void the_same_attributes_are_known_again(void **state) {
    (void)state;
    static struct update_recent recent;
    struct buffer body = buffer_growing(), once = buffer_growing(), again = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct shown_attributes shown = {.text = buffer_growing()};
    struct fault fault;
    uint64_t number = 0;
    for (unsigned i = 0; i < 60; i++) {
        struct terms terms = terms_of(i % 20 >= 15 ? AS2 : 0);
        const struct style plain = {.form = FORM_6, .terms = &terms};
        const struct style copied = {.form = FORM_6, .terms = &terms, .shown = &shown};
        med_body(&body, i / 5, i);
        if (terms.as4)
            assert_true(update_open_after(u, &recent, buffer_cursor(&body), &terms, &fault));
        else /* the path is wrong there: it is no more than a withdraw, and not remembered */
            assert_true(update_open_after(u, &recent, buffer_cursor(&body), &terms, &fault) && !u->number);
        if (i % 5 && terms.as4)
            assert_int_equal(u->number, number);
        else
            assert_true(u->number != number || !number);
        number = u->number;
        buffer_clear(&again);
        update_json(u, &copied, &again);
        assert_true(update_open(u, buffer_cursor(&body), &terms, &fault));
        buffer_clear(&once);
        update_json(u, &plain, &once);
        assert_string_equal(written(&again), written(&once));
    }
    free(u);
    buffer_release(&body);
    buffer_release(&once);
    buffer_release(&again);
    buffer_release(&shown.text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_are_judged),
        cmocka_unit_test(what_is_only_shown_says_what_it_says),
        cmocka_unit_test(as4_attributes_are_merged),
        cmocka_unit_test(nothing_is_copied),
        cmocka_unit_test(the_longest_path_is_withdrawn),
        cmocka_unit_test(parts_are_walked_in_order),
        cmocka_unit_test(the_same_route_has_the_same_octets),
        cmocka_unit_test(many_mistakes_are_counted),
        cmocka_unit_test(the_same_attributes_are_known_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
