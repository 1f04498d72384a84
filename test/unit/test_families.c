/* Address families: all that test/vectors/families.txt says of each, and the registry.
 *
 * A vector's octets are AFI (2), SAFI (1) and one NLRI, its words those of an API command: `ipv4 unicast 10.0.0.0/24`.
 * What is shown has the next hop 10.0.0.1, but for families that need none. */
#include "bgp/attribute.h"
#include "bgp/family.h"
#include "bgp/family_name.h"
#include "unit.h"
#include "vectors.h"

/* ---- The registry ---- */

static void rows_are_in_order(void **state) {
    (void)state;
    for (unsigned i = 0; i < FAMILIES; i++) {
        const struct family *f = family_at(i), *before = i ? family_at(i - 1) : NULL;
        assert_int_equal(f->index, i);
        assert_true(!before || before->afi < f->afi || (before->afi == f->afi && before->safi < f->safi));
        assert_ptr_equal(family_of(f->afi, f->safi), f);
        assert_ptr_equal(family_named(text_of(f->afi_name), text_of(f->safi_name)), f);
        assert_true(f->cut && f->text && f->json);
        assert_true(!f->check || f->row);
        assert_true((f->flags & FAMILY_VPN_NEXT_HOP) == 0 || !(f->next_hops & NEXT_HOP_4));
    }
    assert_null(family_of(1, 99));
}

/* In the order of ExaBGP's OPEN (config.md 6): what only drafts define is not offered unasked. */
static void all_is_what_exabgp_has(void **state) {
    (void)state;
    static const char wanted[] = "1/1 1/2 1/4 1/5 1/73 1/85 1/128 1/132 1/133 1/134 2/1 2/2 2/4 2/5 2/73 2/85 2/128 "
                                 "2/133 2/134 25/65 25/70 16388/71 16388/72 ";
    struct buffer b = buffer_growing();
    for (unsigned i = 0; i < FAMILIES; i++)
        if (terms_has(families_all(), i))
            put_format(&b, "%u/%u ", family_at(i)->afi, family_at(i)->safi);
    assert_written(&b, wanted);
    buffer_release(&b);
}

/* Families that only users know, by number. */
static void numbers_are_families(void **state) {
    (void)state;
    static const uint8_t octets[] = {0, 0, 0, 7, 0x18, 0xaa, 0xbb};
    const struct family *f = family_numbered(16396, 99);
    struct cursor from = cursor_of(octets, sizeof octets);
    struct buffer b = buffer_growing();
    struct nlri nlri;
    unsigned count = families_count();
    assert_non_null(f);
    assert_ptr_equal(family_numbered(16396, 99), f);
    assert_ptr_equal(family_of(16396, 99), f);
    assert_ptr_equal(family_at(f->index), f);
    assert_ptr_equal(family_named(text_of("16396"), text_of("99")), f);
    assert_ptr_equal(family_numbered(1, 1), &family_ipv4_unicast);
    assert_int_equal(families_count(), count);
    assert_null(family_of(16396, 98));
    assert_false(families_all() & family_bit(f));
    assert_true(nlri_next(f, true, &from, &nlri) && cursor_done(&from));
    assert_int_equal(nlri.path, 7);
    f->json(&nlri, &(struct style){.form = FORM_6}, &b);
    assert_written(&b, "{ \"nlri\": \"0x18aabb\", \"path-information\": \"0.0.0.7\" }");
    assert_false(nlri_next(f, true, &from, &nlri));
    while (families_count() < FAMILIES_MOST)
        assert_non_null(family_numbered(20000, (uint8_t)families_count()));
    assert_null(family_numbered(20001, 1));
    assert_ptr_equal(family_numbered(16396, 99), f);
    buffer_release(&b);
}

static void names_are_any_case(void **state) {
    (void)state;
    uint16_t afi;
    struct buffer b = buffer_growing();
    assert_ptr_equal(family_named(text_of("IPv4"), text_of("Labeled-Unicast")), &family_ipv4_labelled);
    assert_null(family_named(text_of("ipv4"), text_of("unicas")));
    assert_true(family_afi_named(text_of("IPV6"), &afi));
    assert_int_equal(afi, 2);
    assert_false(family_afi_named(text_of("ipx"), &afi));
    put_family(&b, &family_ipv6_vpn, '/');
    assert_written(&b, "ipv6/mpls-vpn");
    buffer_clear(&b);
    put_family_numbers(&b, 99, 199, ' ');
    assert_written(&b, "unknown-afi-0x63 unknown safi 199");
    buffer_clear(&b);
    put_family_numbers(&b, 99, 1, ' ');
    assert_written(&b, "unknown-afi-0x63 unicast");
    buffer_release(&b);
}

static void next_hops_go_there_and_back(void **state) {
    (void)state;
    struct terms terms = {0};
    struct buffer b = buffer_growing();
    struct ip ipv4, ipv6;
    assert_true(ip_parse(text_of("10.0.0.1"), &ipv4));
    assert_true(ip_parse(text_of("2001:db8::1"), &ipv6));
    assert_true(ip_parse(text_of("fe80::1"), &terms.link_local));
    const struct {
        const struct family *f;
        struct ip ip;
        size_t len;
    } cases[] = {{&family_ipv4_unicast, ipv4, 4}, {&family_ipv4_unicast, ipv6, 16}, {&family_ipv4_vpn, ipv4, 12},
                 {&family_ipv6_vpn, ipv6, 24},    {&family_ipv6_unicast, ipv4, 4},  {&family_ipv6_unicast, ipv6, 16}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_clear(&b);
        put_family_next_hop(&b, cases[i].f, cases[i].ip, &terms);
        assert_int_equal(buffer_len(&b), cases[i].len);
        struct cursor back = family_next_hop_strip(cases[i].f, buffer_cursor(&b));
        assert_true(ip_same(ip_of(back.p, cursor_left(&back)), cases[i].ip));
    }
    terms.link_local_next_hop = true;
    buffer_clear(&b);
    put_family_next_hop(&b, &family_ipv6_unicast, ipv6, &terms);
    assert_int_equal(buffer_len(&b), 32);
    assert_memory_equal(b.base + 16, terms.link_local.octets, 16);
    buffer_clear(&b);
    put_family_next_hop(&b, &family_ipv6_unicast, terms.link_local, &terms);
    assert_int_equal(buffer_len(&b), 16);
    const uint8_t twice[48] = {[8] = 0x20, [15] = 1, [32] = 0xfe};
    struct cursor global = family_next_hop_strip(&family_ipv6_vpn, cursor_of(twice, sizeof twice));
    assert_int_equal(cursor_left(&global), 16);
    assert_int_equal(global.p[0], 0x20);
    buffer_release(&b);
}

static void path_identifiers_come_off(void **state) {
    (void)state;
    static const uint8_t octets[] = {0, 0, 0, 7, 24, 10, 0, 0, 0, 0, 0, 0, 8, 11};
    struct cursor from = cursor_of(octets, sizeof octets);
    struct nlri nlri;
    struct buffer b = buffer_growing();
    const struct style style = {.form = FORM_6}, compact = {.form = FORM_5, .compact = true};
    assert_true(nlri_next(&family_ipv4_unicast, true, &from, &nlri));
    nlri.family->json(&nlri, &style, &b);
    assert_written(&b, "{ \"nlri\": \"10.0.0.0/24\", \"path-information\": \"0.0.0.7\" }");
    assert_true(nlri_next(&family_ipv4_unicast, true, &from, &nlri));
    buffer_clear(&b);
    nlri.family->json(&nlri, &compact, &b);
    assert_written(&b, "{ \"nlri\": \"11.0.0.0/8\", \"path-information\": \"0.0.0.0\" }");
    buffer_clear(&b);
    nlri.family->text(&nlri, &style, &b);
    assert_written(&b, "11.0.0.0/8 path-information 0.0.0.0");
    buffer_clear(&b);
    nlri_command(&nlri, true, &b);
    assert_written(&b, "11.0.0.0/8 path-information 0.0.0.0");
    assert_true(cursor_done(&from));
    for (size_t len = 0; len < 8; len++) {
        from = cursor_of(octets, len);
        assert_false(nlri_next(&family_ipv4_unicast, true, &from, &nlri));
    }
    from = cursor_of(octets + 4, 4);
    assert_true(nlri_next(&family_ipv4_unicast, false, &from, &nlri));
    buffer_clear(&b);
    nlri.family->json(&nlri, &compact, &b);
    assert_written(&b, "\"10.0.0.0/24\"");
    buffer_release(&b);
}

/* ---- Keys ---- */

static void keys_leave_labels_and_host_bits_out(void **state) {
    (void)state;
    static const struct {
        const struct family *f;
        const char *octets;
        size_t len;
        const char *key;
        size_t key_len;
    } cases[] = {
        {&family_ipv4_unicast, "\x14\x0a\x00\xff", 4, "\x14\x0a\x00\xf0", 4},
        {&family_ipv4_unicast, "\x00", 1, "\x00", 1},
        {&family_ipv4_labelled, "\x30\x00\x06\x41\x0a\x00\x01", 7, "\x18\x0a\x00\x01", 4},
        {&family_ipv4_labelled, "\x30\x80\x00\x00\x0a\x00\x01", 7, "\x18\x0a\x00\x01", 4},
        {&family_ipv4_vpn, "\x60\x80\x00\x00\x00\x00\xfd\xe8\x00\x00\x00\x01\x0a", 13,
         "\x48\x00\x00\xfd\xe8\x00\x00\x00\x01\x0a", 10},
        {&family_ipv4_vpn, "\x60\x00\x06\x41\x00\x00\xfd\xe8\x00\x00\x00\x01\x0a", 13,
         "\x48\x00\x00\xfd\xe8\x00\x00\x00\x01\x0a", 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t memory[64];
        struct buffer b = buffer_fixed(memory, sizeof memory);
        cases[i].f->key(cursor_of(cases[i].octets, cases[i].len), &b);
        assert_int_equal(buffer_len(&b), cases[i].key_len);
        assert_memory_equal(memory, cases[i].key, cases[i].key_len);
    }
}

static void key_of_words(const char *line, struct buffer *key) {
    struct complaint complaint = {0};
    struct words words = words_of_line(text_of(line), &complaint);
    struct buffer wire = buffer_growing();
    assert_true(route_element.parse(&words, &wire));
    struct cursor from = buffer_cursor(&wire);
    uint16_t afi = cursor_u16(&from);
    const struct family *f = family_of(afi, cursor_u8(&from));
    buffer_clear(key);
    if (f->key)
        f->key(from, key);
    else
        put_cursor(key, from);
    buffer_release(&wire);
}

/* What the RFCs say tells routes apart, and what is only said of a route. */
static void keys_are_what_tells_routes_apart(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"l2vpn evpn mac-ip rd 1:1 mac 00:00:00:00:00:01 label 5",
         "l2vpn evpn mac-ip rd 1:1 mac 00:00:00:00:00:01 vni 7 esi 00:00:00:00:00:00:00:00:00:01", true},
        {"l2vpn evpn mac-ip rd 1:1 mac 00:00:00:00:00:01 label 5",
         "l2vpn evpn mac-ip rd 1:1 mac 00:00:00:00:00:01 label 5 ip 1.2.3.4", false},
        {"l2vpn evpn mac-ip rd 1:1 mac 00:00:00:00:00:01 label 5",
         "l2vpn evpn mac-ip rd 1:1 mac 00:00:00:00:00:01 label 5 ethernet-tag 1", false},
        {"l2vpn evpn ip-prefix rd 1:1 prefix 10.0.0.0/8 label 5",
         "l2vpn evpn ip-prefix rd 1:1 prefix 10.0.0.0/8 label 6 gateway 1.2.3.4", true},
        {"l2vpn evpn ip-prefix rd 1:1 prefix 10.0.0.0/8 label 5",
         "l2vpn evpn ip-prefix rd 1:1 prefix 10.0.0.0/9 label 5", false},
        {"l2vpn evpn ethernet-ad rd 1:1 label 5",
         "l2vpn evpn ethernet-ad rd 1:1 label 5 esi 00:00:00:00:00:00:00:00:00:01", false},
        {"l2vpn vpls rd 1:1 endpoint 1 base 2 offset 3 size 4", "l2vpn vpls rd 1:1 endpoint 1 base 9 offset 3 size 4",
         true},
        {"l2vpn vpls rd 1:1 endpoint 1 base 2 offset 3 size 4", "l2vpn vpls rd 1:1 endpoint 1 base 2 offset 4 size 4",
         false},
        {"ipv4 mup mup-t1st 10.0.0.1/32 rd 1:1 teid 5 qfi 6 endpoint 1.2.3.4",
         "ipv4 mup mup-t1st 10.0.0.1/32 rd 1:1 teid 7 qfi 8 endpoint ::1 source ::2", true},
        {"ipv4 mup mup-t2st 10.0.0.1 rd 1:1 teid 5/8", "ipv4 mup mup-t2st 10.0.0.1 rd 1:1 teid 6/8", false},
        {"ipv4 flow port 80", "ipv4 flow port 81", false},
        {"ipv4 flow port 80 discard", "ipv4 flow port 80 accept", true},
        {"ipv4 unreachability 10.0.0.0/8 reporter 1.2.3.4 reporter-as 1",
         "ipv4 unreachability 10.0.0.0/8 reporter 1.2.3.5 reporter-as 2 reason 3", true},
    };
    struct buffer a = buffer_growing(), b = buffer_growing();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        key_of_words(cases[i].a, &a);
        key_of_words(cases[i].b, &b);
        assert_int_equal(cursor_same(buffer_cursor(&a), buffer_cursor(&b)), cases[i].same);
    }
    buffer_release(&a);
    buffer_release(&b);
}

/* A withdraw may have any label: words give the same key, if not the same octets. */
static void withdraws_have_commands_too(void **state) {
    (void)state;
    static const uint8_t octets[] = {0x60, 0x80, 0, 0, 0, 0, 0xfd, 0xe8, 0, 0, 0, 1, 0x0a};
    struct cursor from = cursor_of(octets, sizeof octets);
    struct nlri nlri;
    struct buffer b = buffer_growing();
    assert_true(nlri_next(&family_ipv4_vpn, false, &from, &nlri));
    nlri_command(&nlri, false, &b);
    assert_written(&b, "10.0.0.0/8 label 524288 rd 65000:1");
    buffer_clear(&b);
    nlri_command(&nlri, true, &b);
    assert_written(&b, "nlri 0x608000000000FDE8000000010A");
    buffer_release(&b);
}

/* ---- Octets of no sense at all ---- */

static void random_octets(const struct family *f, const uint8_t *octets, size_t len, struct buffer *out) {
    struct cursor from = cursor_of(octets, len);
    while (!cursor_done(&from)) {
        size_t left = cursor_left(&from);
        struct nlri nlri;
        bool good = nlri_next(f, false, &from, &nlri);
        assert_true(cursor_left(&from) < left);
        if (!good)
            return;
        assert_true(nlri.octets.p >= octets && nlri.octets.end <= octets + len && !cursor_done(&nlri.octets));
        buffer_clear(out);
        enum harm announce = f->check ? f->check(nlri.octets, true) : HARM_NONE;
        if (f->check)
            f->check(nlri.octets, false);
        for (int form = FORM_4; form <= FORM_6; form++) {
            const struct style style = {.form = (enum form)form};
            f->text(&nlri, &style, out);
            f->json(&nlri, &style, out);
        }
        if (f->key)
            f->key(nlri.octets, out);
        if (announce == HARM_NONE)
            nlri_command(&nlri, true, out);
    }
}

static void nothing_random_does_harm(void **state) {
    (void)state;
    uint64_t random = 1;
    struct buffer out = buffer_growing();
    for (unsigned i = 0; i < FAMILIES; i++) {
        for (unsigned n = 0; n < 3000; n++) {
            size_t len = random_next(&random) % 80;
            uint8_t *octets = malloc(len ? len : 1);
            for (size_t at = 0; at < len; at++) {
                uint32_t any = random_next(&random);
                octets[at] = (uint8_t)(any & 0x300 ? any & 0x1f : any); /* small values are more often lengths */
            }
            random_octets(family_at(i), octets, len, &out);
            free(octets);
        }
    }
    buffer_release(&out);
}

/* A peer may name an AFI with a SAFI that no row has beside it: each is called by its own name. */
static void numbers_without_a_row_have_names(void **state) {
    static const struct {
        uint16_t afi;
        uint8_t safi;
        const char *name;
    } names[] = {{1, 1, "ipv4 unicast"},
                 {1, 99, "ipv4 unknown safi 99"},
                 {3, 1, "unknown-afi-0x3 unicast"},
                 {25, 128, "l2vpn mpls-vpn"},
                 {99, 99, "unknown-afi-0x63 unknown safi 99"}};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char memory[64];
        struct buffer b = buffer_fixed(memory, sizeof memory);
        put_afi(&b, names[i].afi);
        put_char(&b, ' ');
        put_safi(&b, names[i].safi);
        put_char(&b, 0);
        assert_string_equal(memory, names[i].name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_in_order),
        cmocka_unit_test(all_is_what_exabgp_has),
        cmocka_unit_test(names_are_any_case),
        cmocka_unit_test(numbers_are_families),
        cmocka_unit_test(numbers_without_a_row_have_names),
        cmocka_unit_test(next_hops_go_there_and_back),
        cmocka_unit_test(path_identifiers_come_off),
        cmocka_unit_test(keys_leave_labels_and_host_bits_out),
        cmocka_unit_test(keys_are_what_tells_routes_apart),
        cmocka_unit_test(withdraws_have_commands_too),
        cmocka_unit_test(nothing_random_does_harm),
    };
    return vectors_run("families.txt", &route_element, tests, sizeof tests / sizeof *tests);
}
