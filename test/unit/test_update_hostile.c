/* UPDATEs cut at every place and changed at random: whatever comes out of it, nothing is read that is not there. */
#include "contract.h"

#include "bgp/family.h"
#include "bgp/update.h"

#include "update_terms.h"

static const char *const good_updates[][3] = {
    {NET2,
     BASE MED "400504 00000064"
              "400600"
              "c00708 0000fde8 01020304"
              "c00808 fde80001 ffffff01" REACH6 UNREACH6,
     NET},
    {"",
     ORIGIN "40020e 0202 0000fdea 0000fdeb 0101 00011170"
            "c01010 0002fde800000064 8006000046160000" VPN4,
     ""},
    {"",
     ORIGIN PATH "800904 01020304"
                 "800a08 01020304 05060708"
                 "801a0b 01000b 000000000000000a"
                 "c02018 000000010000000200000003 000000010000000200000004"
                 "e06303 010203" LABELLED4,
     ""},
    {"",
     ORIGIN "400206 0202 0001 5ba0" NEXT_HOP "c00706 5ba0 01020304"
            "c0110a 0202 00000001 00011170"
            "c01208 00011170 05060708",
     NET NET2},
};

/* All that is done with an UPDATE, on exactly its octets so that a read past them is seen. */
static void try_update(struct update *u, struct cursor body) {
    static const unsigned hows[] = {0, EBGP, AS2, ADD_PATH, EXTENDED_NEXT_HOP, FEW | EBGP | AS2};
    uint8_t *exact = malloc(cursor_left(&body) + 1);
    struct buffer out = buffer_growing();
    memcpy(exact + 1, body.p, cursor_left(&body));
    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
        struct terms terms = terms_of(hows[i]);
        struct fault fault;
        struct update_walk w;
        struct nlri nlri;
        if (update_open_as_said(u, cursor_of(exact + 1, cursor_left(&body)), &terms, &fault))
            show_update(u, &out);
        if (!update_open(u, cursor_of(exact + 1, cursor_left(&body)), &terms, &fault)) {
            assert_int_equal(fault.code, 3);
            assert_true(fault.subcode >= 1 && fault.subcode <= 11);
            continue;
        }
        for (int announced = 0; announced < 2; announced++)
            for (update_walk_init(&w, u, announced); update_walk_next(&w, &nlri);)
                put_cursor(&out, nlri.octets);
        update_canonical(u, u->next_hop, &out);
        show_update(u, &out);
        buffer_clear(&out);
    }
    buffer_release(&out);
    free(exact);
}

static void cut_updates_do_no_harm(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    struct update *u = malloc(sizeof *u);
    for (size_t i = 0; i < sizeof good_updates / sizeof *good_updates; i++) {
        struct cursor whole = body_of(&octets, good_updates[i][0], good_updates[i][1], good_updates[i][2]);
        for (size_t len = 0; len <= cursor_left(&whole); len++)
            try_update(u, cursor_of(whole.p, len));
    }
    /* The same with lengths that fit: every attribute of the list cut at every place. */
    for (size_t i = 0; i < sizeof good_updates / sizeof *good_updates; i++) {
        struct buffer attributes = buffer_growing(), body = buffer_growing();
        struct cursor all = octets_of(&attributes, good_updates[i][1]);
        for (size_t len = 0; len <= cursor_left(&all); len++) {
            buffer_clear(&body);
            put_u16(&body, 0);
            put_u16(&body, (uint16_t)len);
            put_octets(&body, all.p, len);
            try_update(u, buffer_cursor(&body));
            put_octets(&body, "\x18\xc0\x00\x02", 4);
            try_update(u, buffer_cursor(&body));
        }
        buffer_release(&attributes);
        buffer_release(&body);
    }
    free(u);
    buffer_release(&octets);
}

static void mutated_updates_do_no_harm(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    struct update *u = malloc(sizeof *u);
    uint32_t seed = 1;
    for (unsigned i = 0; i < 20000; i++) {
        const char *const *good = good_updates[i % (sizeof good_updates / sizeof *good_updates)];
        struct cursor body = body_of(&octets, good[0], good[1], good[2]);
        for (unsigned n = i / 4 % 4 + 1; n; n--) {
            seed = seed * 1664525 + 1013904223;
            octets.base[(seed >> 16) % cursor_left(&body)] = (uint8_t)(seed >> 8);
        }
        try_update(u, body);
    }
    free(u);
    buffer_release(&octets);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_updates_do_no_harm),
        cmocka_unit_test(mutated_updates_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
