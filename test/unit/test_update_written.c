/* UPDATEs as we write them: to the octet, full to the last one, and refused when they do not fit. */
#include "contract.h"

#include "bgp/family.h"
#include "bgp/message.h"
#include "bgp/update.h"

#include "update_terms.h"

static void assert_message(struct buffer *b, size_t start, const char *hex) {
    struct buffer got = buffer_growing(), wanted = buffer_growing();
    put_hex(&wanted, octets_of(&got, hex));
    buffer_clear(&got);
    put_hex(&got, buffer_since(b, start + MESSAGE_HEADER));
    assert_string_equal(written(&got), written(&wanted));
    assert_int_equal(b->base[start + 16] << 8 | b->base[start + 17], buffer_len(b) - start);
    buffer_release(&got);
    buffer_release(&wanted);
}

static struct ip ip_from(const char *text) {
    struct ip ip = {0};
    if (*text)
        assert_true(ip_parse((struct text){text, strlen(text)}, &ip));
    return ip;
}

/* One message with the NLRIs of a hexadecimal text, each of the same family. */
static bool write_nlris(struct buffer *out, const struct terms *terms, const struct family *f, const char *attributes,
                        const char *next_hop, const char *nlris) {
    struct buffer a = buffer_growing(), n = buffer_growing();
    struct update_writer w;
    struct nlri nlri;
    struct cursor from = octets_of(&n, nlris);
    bool fits = true;
    if (attributes)
        fits = update_announce(&w, out, terms, f, octets_of(&a, attributes), ip_from(next_hop));
    else
        update_withdraw(&w, out, terms, f);
    while (fits && !cursor_done(&from)) {
        assert_true(nlri_next(f, false, &from, &nlri));
        assert_true(update_add(&w, nlri.octets, 7));
    }
    if (fits)
        update_end(&w);
    buffer_release(&a);
    buffer_release(&n);
    return fits;
}

static const struct {
    unsigned how, family;
    const char *attributes, *next_hop, *nlris, *body;
} written_rows[] = {
    {0, FAMILY_ipv4_unicast, BASE, "10.0.0.1", NET "08 0a", "0000 000e" BASE NET "080a"},
    {0, FAMILY_ipv4_unicast, NULL, "", NET "08 0a", "0006" NET "080a 0000"},
    {ADD_PATH, FAMILY_ipv4_unicast, BASE, "10.0.0.1", NET "00", "0000 000e" BASE "00000007" NET "00000007 00"},
    {ADD_PATH, FAMILY_ipv4_unicast, NULL, "", NET, "0008 00000007" NET "0000"},
    {EXTENDED_NEXT_HOP, FAMILY_ipv4_unicast, ORIGIN, "2001:db8::1", NET,
     "0000 0020" ORIGIN "800e19 0001 01 10 20010db8000000000000000000000001 00" NET},
    {0, FAMILY_ipv6_unicast, ORIGIN, "2001:db8::1", "20 20010db8", "0000 0021" ORIGIN REACH6},
    {0, FAMILY_ipv6_unicast, NULL, "", "20 20010db8", "0000 000b" UNREACH6},
    {0, FAMILY_ipv4_labelled, ORIGIN, "10.0.0.1", "30 000641 c00002", "0000 0017" ORIGIN LABELLED4},
    {0, FAMILY_ipv4_vpn, ORIGIN, "10.0.0.1", "70 000641 0000fde800000001 c00002", "0000 0027" ORIGIN VPN4},
    {ADD_PATH, FAMILY_ipv4_vpn, NULL, "", "70 000051 0000fde800000001 c00002",
     "0000 0019 800f16 0001 80 00000007 70 000051 0000fde800000001 c00002"},
    /* A withdraw has one field of three octets, however many labels the route had (RFC 8277 2.4). */
    {0, FAMILY_ipv6_labelled, NULL, "", "60 000650 000661 20010db80100 30 000641 20010d",
     "0000 0017 800f14 0002 04 48 800000 20010db80100 30 000641 20010d"},
    {ADD_PATH, FAMILY_ipv4_vpn, NULL, "", "88 000050 000061 0000fde800000001 c00002",
     "0000 0019 800f16 0001 80 00000007 70 800000 0000fde800000001 c00002"},
};

static void messages_are_written(void **state) {
    (void)state;
    struct buffer out = buffer_growing();
    for (size_t i = 0; i < sizeof written_rows / sizeof *written_rows; i++) {
        struct terms terms = terms_of(written_rows[i].how);
        size_t start = buffer_len(&out); /* messages follow each other in one buffer */
        assert_true(write_nlris(&out, &terms, family_at(written_rows[i].family), written_rows[i].attributes,
                                written_rows[i].next_hop, written_rows[i].nlris));
        assert_message(&out, start, written_rows[i].body);
    }
    buffer_clear(&out);
    put_end_of_rib(&out, 1, 1);
    assert_message(&out, 0, "00000000");
    buffer_clear(&out);
    put_end_of_rib(&out, 2, 1);
    assert_message(&out, 0, "00000007 900f0003 0002 01");
    buffer_release(&out);
}

/* The link-local address goes with the global one where both sides said so, and only there. */
static void link_local_next_hops_are_written(void **state) {
    (void)state;
    struct buffer out = buffer_growing();
    struct terms terms = terms_of(0);
    terms.link_local_next_hop = true;
    terms.link_local = ip_from("fe80::1");
    assert_true(write_nlris(&out, &terms, family_at(FAMILY_ipv6_unicast), ORIGIN, "2001:db8::1", "00"));
    assert_message(&out, 0,
                   "0000 002d" ORIGIN
                   "800e26 0002 01 20 20010db8000000000000000000000001 fe800000000000000000000000000001 00 00");
    buffer_clear(&out);
    terms.link_local_next_hop = false;
    assert_true(write_nlris(&out, &terms, family_at(FAMILY_ipv6_unicast), ORIGIN, "2001:db8::1", "00"));
    assert_message(&out, 0, "0000 001d" ORIGIN "800e16 0002 01 10 20010db8000000000000000000000001 00 00");
    buffer_release(&out);
}

/* Every length of a message up to the most, for each kind of field: full to the last octet, and readable. */
static void assert_packs(unsigned family, bool withdraw, unsigned how, uint32_t most, size_t nlri_len) {
    struct buffer out = buffer_growing();
    struct terms terms = terms_of(how);
    const struct family *f = family_at(family);
    struct update_writer w;
    struct fault fault;
    uint8_t nlri[32] = {(uint8_t)(8 * (nlri_len - 1))};
    struct update *u = malloc(sizeof *u);
    terms.send_most = terms.receive_most = most;
    if (withdraw)
        update_withdraw(&w, &out, &terms, f);
    else
        assert_true(update_announce(&w, &out, &terms, f,
                                    cursor_of("\x40\x01\x01\x00\x40\x02\x00\x40\x03\x04\x0a\x00\x00\x01", 14),
                                    ip_from(f->afi == 1 ? "10.0.0.1" : "2001:db8::1")));
    unsigned count = 0;
    for (;; count++) {
        poke_u32(nlri + 1, count << 8);
        if (!update_add(&w, cursor_of(nlri, nlri_len), count))
            break;
    }
    assert_int_equal(count, w.count);
    update_end(&w);
    assert_true(buffer_len(&out) <= most);
    /* Not one more would have fitted, with the second octet of length that it may need. */
    size_t one = nlri_len + (how & ADD_PATH ? 4 : 0), value = buffer_len(&out) - (withdraw ? 26 : 40);
    bool widens = f->afi == 2 && value <= 255 && value + one > 255;
    assert_true(buffer_len(&out) + one + widens > most);
    struct cursor stream = buffer_cursor(&out);
    struct message message;
    assert_int_equal(message_next(&stream, most, false, &message, &fault), FRAMING_MESSAGE);
    assert_true(cursor_done(&stream));
    assert_true(update_open(u, message.body, &terms, &fault));
    assert_int_equal(u->harm, HARM_NONE);
    struct update_walk walk;
    struct nlri got;
    unsigned seen = 0;
    for (update_walk_init(&walk, u, !withdraw); update_walk_next(&walk, &got); seen++) {
        poke_u32(nlri + 1, seen << 8);
        assert_int_equal(cursor_left(&got.octets), nlri_len);
        assert_memory_equal(got.octets.p, nlri, nlri_len);
        assert_int_equal(got.path, how & ADD_PATH ? seen : 0);
    }
    assert_int_equal(seen, count);
    free(u);
    buffer_release(&out);
}

static void messages_are_full_to_the_last_octet(void **state) {
    (void)state;
    for (unsigned how = 0; how <= ADD_PATH; how += ADD_PATH)
        for (int withdraw = 0; withdraw < 2; withdraw++) {
            for (uint32_t most = 100; most < 420; most++) { /* where the length of MP_REACH gets its second octet */
                assert_packs(FAMILY_ipv4_unicast, withdraw, how, most, 4);
                assert_packs(FAMILY_ipv6_unicast, withdraw, how, most, 4);
                assert_packs(FAMILY_ipv6_unicast, withdraw, how, most, 17);
            }
            assert_packs(FAMILY_ipv4_unicast, withdraw, how, 4096, 4);
            assert_packs(FAMILY_ipv4_unicast, withdraw, how, 65535, 4);
            assert_packs(FAMILY_ipv6_unicast, withdraw, how, 4096, 5);
            assert_packs(FAMILY_ipv6_unicast, withdraw, how, 65535, 5);
        }
}

/* OUT-01: what does not fit is refused, and nothing of it stays behind. */
static void too_long_is_refused(void **state) {
    (void)state;
    struct buffer out = buffer_growing();
    struct terms terms = terms_of(0);
    struct update_writer w;
    static uint8_t attributes[70000];
    put_keepalive(&out);
    size_t start = buffer_len(&out);
    assert_false(
        update_announce(&w, &out, &terms, family_at(0), cursor_of(attributes, sizeof attributes), ip_from("10.0.0.1")));
    assert_false(
        update_announce(&w, &out, &terms, family_at(0), cursor_of(attributes, 4096 - 23), ip_from("10.0.0.1")));
    assert_false(update_announce(&w, &out, &terms, family_at(FAMILY_ipv6_unicast),
                                 cursor_of(attributes, 4096 - 23 - 24), ip_from("2001:db8::1")));
    assert_int_equal(buffer_len(&out), start);
    assert_false(out.full);
    /* Attributes fit, but not with this NLRI; a message without NLRI is taken back. */
    assert_true(
        update_announce(&w, &out, &terms, family_at(0), cursor_of(attributes, 4096 - 23 - 3), ip_from("10.0.0.1")));
    assert_false(update_add(&w, cursor_of("\x18\xc0\x00\x02", 4), 0));
    assert_true(update_add(&w, cursor_of("\x10\xc0\x00", 3), 0));
    assert_false(update_add(&w, cursor_of("\0", 1), 0));
    update_end(&w);
    assert_int_equal(buffer_len(&out), start + 4096);
    buffer_cut(&out, start);
    assert_true(update_announce(&w, &out, &terms, family_at(0), cursor_of(attributes, 20), ip_from("10.0.0.1")));
    update_end(&w);
    update_withdraw(&w, &out, &terms, family_at(0));
    update_end(&w);
    assert_int_equal(buffer_len(&out), start);
    /* A fixed buffer that is too small is like a message that is full. */
    uint8_t memory[64];
    struct buffer fixed = buffer_fixed(memory, sizeof memory);
    update_withdraw(&w, &fixed, &terms, family_at(0));
    unsigned count = 0;
    while (update_add(&w, cursor_of("\x18\xc0\x00\x02", 4), 0))
        count++;
    assert_int_equal(count, (64 - MESSAGE_HEADER - 2) / 4);
    buffer_release(&out);
}

/* RFC 8277: no more labels are sent than the peer takes, and none are taken beyond what we said. */
static void labels_are_counted(void **state) {
    (void)state;
    static const char one[] = "30 000641 c00002", two[] = "48 000640 000c81 c00002";
    struct terms terms = terms_of(0);
    struct buffer out = buffer_growing(), octets = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct fault fault;
    for (unsigned most = 0; most <= 2; most++) {
        struct update_writer w;
        struct buffer nlris[2] = {buffer_growing(), buffer_growing()};
        terms.labels_send[FAMILY_ipv4_labelled] = (uint8_t)most;
        buffer_clear(&out);
        assert_true(update_announce(&w, &out, &terms, &family_ipv4_labelled, octets_of(&octets, ORIGIN NO_PATH),
                                    ip_from("10.0.0.1")));
        assert_true(update_add(&w, octets_of(&nlris[0], one), 0));
        assert_int_equal(update_add(&w, octets_of(&nlris[1], two), 0), most != 1);
        update_end(&w);
        struct cursor body = buffer_cursor(&out);
        cursor_take(&body, MESSAGE_HEADER);
        terms.labels_receive = 1;
        assert_true(update_open(u, body, &terms, &fault));
        assert_int_equal(u->harm, most == 1 ? HARM_NONE : HARM_WITHDRAW);
        assert_int_equal(u->finding_count, most == 1 ? 0 : 1);
        terms.labels_receive = 2;
        assert_true(update_open(u, body, &terms, &fault));
        assert_int_equal(u->harm, HARM_NONE);
        buffer_clear(&out);
        update_withdraw(&w, &out, &terms, &family_ipv4_labelled);
        assert_true(update_add(&w, octets_of(&nlris[1], two), 0));
        buffer_release(&nlris[0]);
        buffer_release(&nlris[1]);
    }
    free(u);
    buffer_release(&out);
    buffer_release(&octets);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_counted),
        cmocka_unit_test(messages_are_written),
        cmocka_unit_test(link_local_next_hops_are_written),
        cmocka_unit_test(messages_are_full_to_the_last_octet),
        cmocka_unit_test(too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
