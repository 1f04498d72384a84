/* Roles (RFC 9234): which go together, what comes of a received ONLY_TO_CUSTOMER, and what is sent of it. */
#include "bgp/role.h"

#include "bgp/message.h"
#include "rib/rib_out.h"
#include "update_terms.h"

#define OTC_OF_PEER  "c02304 0000fdea"
#define OTC_OF_OTHER "c02304 0000fc00"
#define OTC_SHORT    "c02303 00fdea"

static struct terms terms_with(uint8_t role) {
    struct terms t = terms_of(EBGP);
    t.role = role;
    return t;
}

static void roles_go_in_pairs(void **state) {
    (void)state;
    static const char fits[ROLES][ROLES + 1] = {
        /*           none, provider, rs, rs-client, customer, peer */
        [ROLE_NONE] = "000000",      [ROLE_PROVIDER] = "000010", [ROLE_RS] = "000100",
        [ROLE_RS_CLIENT] = "001000", [ROLE_CUSTOMER] = "010000", [ROLE_PEER] = "000001",
    };
    for (enum role ours = ROLE_NONE; ours < ROLES; ours++)
        for (enum role theirs = ROLE_NONE; theirs < ROLES; theirs++)
            assert_int_equal(roles_fit(ours, theirs), fits[ours][theirs] == '1');
}

/* ---- Received ---- */

static const struct {
    uint8_t role;
    const char *attributes, *nlri, *action; /* harm, codes, how many are announced and withdrawn; the mark's AS */
} received[] = {
    {ROLE_NONE, EXTERNAL, NET, "ok 1,2,3 +1"},
    {ROLE_NONE, EXTERNAL OTC_OF_OTHER, NET, "ok 1,2,3,35=64512 +1"},
    {ROLE_PROVIDER, EXTERNAL, NET, "ok 1,2,3 +1"},
    {ROLE_PROVIDER, EXTERNAL OTC_OF_PEER, NET, "leak 1,2,3,35=65002 -1"},
    {ROLE_RS, EXTERNAL, NET, "ok 1,2,3 +1"},
    {ROLE_RS, EXTERNAL OTC_OF_OTHER, NET NET2, "leak 1,2,3,35=64512 -2"},
    {ROLE_PEER, EXTERNAL, NET, "ok 1,2,3,35=65002 +1"},
    {ROLE_PEER, EXTERNAL OTC_OF_PEER, NET, "ok 1,2,3,35=65002 +1"},
    {ROLE_PEER, EXTERNAL OTC_OF_OTHER, NET, "leak 1,2,3,35=64512 -1"},
    {ROLE_CUSTOMER, EXTERNAL, NET, "ok 1,2,3,35=65002 +1"},
    {ROLE_CUSTOMER, EXTERNAL "c02804 02000100", NET, "ok 1,2,3,35=65002,40 +1"},
    {ROLE_CUSTOMER, EXTERNAL OTC_OF_OTHER, NET, "ok 1,2,3,35=64512 +1"},
    {ROLE_RS_CLIENT, EXTERNAL, NET, "ok 1,2,3,35=65002 +1"},
    {ROLE_RS_CLIENT, EXTERNAL OTC_OF_OTHER, NET, "ok 1,2,3,35=64512 +1"},
    /* IPv6 unicast as well, other families not; nothing where nothing is announced. */
    {ROLE_PROVIDER, ORIGIN PATH REACH6 OTC_OF_PEER, "", "leak 1,2,35=65002 -1"},
    {ROLE_CUSTOMER, ORIGIN PATH REACH6, "", "ok 1,2,35=65002 +1"},
    {ROLE_PROVIDER, ORIGIN PATH VPN4 OTC_OF_PEER, "", "ok 1,2,35=65002 +1"},
    {ROLE_CUSTOMER, ORIGIN PATH VPN4, "", "ok 1,2 +1"},
    {ROLE_PROVIDER, EXTERNAL OTC_OF_PEER, "", "ok 1,2,3,35=65002"},
    {ROLE_CUSTOMER, EXTERNAL, "", "ok 1,2,3"},
    {ROLE_CUSTOMER, UNREACH6, "", "ok  -1"},
    /* A malformed one: ATT-35, as ever. */
    {ROLE_PROVIDER, EXTERNAL OTC_SHORT, NET, "TAW 1,2,3 -1"},
    {ROLE_CUSTOMER, EXTERNAL OTC_SHORT, NET, "TAW 1,2,3 -1"},
};

static void put_what_came(struct buffer *b, const struct update *u) {
    struct update_walk w;
    struct nlri nlri;
    bool leak = u->finding_count && strcmp(u->findings[u->finding_count - 1].row, "ATT-35l") == 0;
    put_string(b, leak ? "leak " : u->harm == HARM_WITHDRAW ? "TAW " : "ok ");
    for (unsigned i = 0; i < u->count; i++) {
        struct cursor value = u->attributes[i].value;
        put_format(b, i ? ",%u" : "%u", u->attributes[i].code);
        if (u->attributes[i].code == ATTRIBUTE_ONLY_TO_CUSTOMER)
            put_format(b, "=%u", cursor_u32(&value));
    }
    for (int announced = 1; announced >= 0; announced--) {
        unsigned count = 0;
        for (update_walk_init(&w, u, announced); update_walk_next(&w, &nlri);)
            count++;
        if (count)
            put_format(b, announced ? " +%u" : " -%u", count);
    }
}

static void leaks_are_withdrawn_and_marks_are_set(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), got = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct fault fault;
    for (size_t i = 0; i < sizeof received / sizeof *received; i++) {
        struct terms terms = terms_with(received[i].role);
        struct cursor body = body_of(&octets, "", received[i].attributes, received[i].nlri);
        assert_true(update_open(u, body, &terms, &fault));
        buffer_clear(&got);
        put_what_came(&got, u);
        if (strcmp(written(&got), received[i].action) != 0)
            fail_msg("line %zu: %s instead of %s", i, written(&got), received[i].action);
    }
    free(u);
    buffer_release(&octets);
    buffer_release(&got);
}

/* ---- Sent ---- */

static const struct {
    uint8_t role;
    unsigned family;
    const char *set, *sent; /* sent NULL: barred */
} sent[] = {
    {ROLE_NONE, FAMILY_ipv4_unicast, EXTERNAL, EXTERNAL},
    {ROLE_NONE, FAMILY_ipv4_unicast, EXTERNAL OTC_OF_OTHER, EXTERNAL OTC_OF_OTHER},
    {ROLE_PROVIDER, FAMILY_ipv4_unicast, EXTERNAL, EXTERNAL "c02304 0000fde9"},
    {ROLE_PROVIDER, FAMILY_ipv4_unicast, EXTERNAL "c02804 02000100", EXTERNAL "c02304 0000fde9 c02804 02000100"},
    {ROLE_PROVIDER, FAMILY_ipv4_unicast, EXTERNAL OTC_OF_OTHER, EXTERNAL OTC_OF_OTHER},
    {ROLE_RS, FAMILY_ipv4_unicast, EXTERNAL, EXTERNAL "c02304 0000fde9"},
    {ROLE_PEER, FAMILY_ipv4_unicast, EXTERNAL, EXTERNAL "c02304 0000fde9"},
    {ROLE_PEER, FAMILY_ipv4_unicast, EXTERNAL OTC_OF_OTHER, NULL},
    {ROLE_CUSTOMER, FAMILY_ipv4_unicast, EXTERNAL, EXTERNAL},
    {ROLE_CUSTOMER, FAMILY_ipv4_unicast, EXTERNAL OTC_OF_OTHER, NULL},
    {ROLE_RS_CLIENT, FAMILY_ipv4_unicast, EXTERNAL OTC_OF_OTHER, NULL},
    {ROLE_PROVIDER, FAMILY_ipv4_labelled, EXTERNAL, EXTERNAL},
    {ROLE_CUSTOMER, FAMILY_ipv4_vpn, EXTERNAL OTC_OF_OTHER, EXTERNAL OTC_OF_OTHER},
};

static void marks_go_down_and_not_up(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), got = buffer_growing(), wanted = buffer_growing();
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        const struct family *family = family_at(sent[i].family);
        struct terms terms = terms_with(sent[i].role);
        struct attribute_set set = {octets_of(&octets, sent[i].set), cursor_of(NULL, 0)};
        assert_int_equal(role_bars(set, &terms, family), !sent[i].sent);
        if (!sent[i].sent)
            continue;
        buffer_clear(&got);
        attributes_send(set, &terms, family, &got);
        buffer_clear(&wanted);
        struct buffer hex = buffer_growing(), hex_wanted = buffer_growing();
        put_hex(&hex, buffer_cursor(&got));
        put_hex(&hex_wanted, octets_of(&wanted, sent[i].sent));
        assert_string_equal(written(&hex), written(&hex_wanted));
        buffer_release(&hex);
        buffer_release(&hex_wanted);
    }
    buffer_release(&octets);
    buffer_release(&got);
    buffer_release(&wanted);
}

/* A barred route that the peer had without the mark is withdrawn. */
static void what_gets_the_mark_is_withdrawn(void **state) {
    (void)state;
    struct attribute_store store;
    struct buffer out = buffer_growing(), octets = buffer_growing();
    struct terms terms = terms_with(ROLE_CUSTOMER);
    unsigned too_long = 0;
    store_init(&store, 1);
    struct rib_out *rib = rib_out_new(&store);
    uint32_t plain = store_intern(&store, octets_of(&octets, EXTERNAL), cursor_of(NULL, 0));
    uint32_t marked = store_intern(&store, octets_of(&octets, EXTERNAL OTC_OF_OTHER), cursor_of(NULL, 0));
    struct cursor net = octets_of(&octets, NET);
    rib_announce(rib, &family_ipv4_unicast, net, false, 0, plain);
    assert_true(rib_pull(rib, &terms, true, &out, &too_long));
    rib_announce(rib, &family_ipv4_unicast, net, false, 0, marked);
    buffer_clear(&out);
    assert_true(rib_pull(rib, &terms, true, &out, &too_long));
    assert_memory_equal(out.base + MESSAGE_HEADER, "\0\4\x18\xc0\0\2\0\0", 8);
    assert_int_equal(rib_take_barred(rib), 1);
    assert_int_equal(rib_take_barred(rib), 0);
    assert_false(rib_pull(rib, &terms, true, &out, &too_long));
    assert_int_equal(too_long, 0);
    store_drop(&store, plain);
    store_drop(&store, marked);
    rib_out_free(rib);
    store_release(&store);
    buffer_release(&out);
    buffer_release(&octets);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_go_in_pairs),
        cmocka_unit_test(leaks_are_withdrawn_and_marks_are_set),
        cmocka_unit_test(marks_go_down_and_not_up),
        cmocka_unit_test(what_gets_the_mark_is_withdrawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
