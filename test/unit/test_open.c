/* OPEN: what an offer is on the wire (config.md 10), rows OPN and CAP, JSON and text (api-events.md 4 and 15). */
#include "contract.h"

#include "bgp/family.h"
#include "bgp/message.h"
#include "bgp/open.h"

#define IPV4      ((uint64_t)1 << FAMILY_ipv4_unicast)
#define IPV6      ((uint64_t)1 << FAMILY_ipv6_unicast)
#define LABELLED  ((uint64_t)1 << FAMILY_ipv4_labelled)
#define VPN       ((uint64_t)1 << FAMILY_ipv4_vpn)
#define FLOW      ((uint64_t)1 << FAMILY_ipv4_flow)
#define MULTICAST ((uint64_t)1 << FAMILY_ipv4_multicast)

#define OFFER                                                                                                          \
    .local_as = 65500, .peer_as = 65500, .router_id = 0x01010101, .hold_time = 180, .families = IPV4, .asn4 = true,    \
    .extended_message = true

/* ---- Writing ---- */

static struct text text_from(const char *s) {
    return (struct text){s, strlen(s)};
}

static void assert_open_is(const struct offer *offer, const char *hex) {
    struct buffer b = buffer_growing(), got = buffer_growing(), wanted = buffer_growing();
    put_open(&b, offer, offer->local_as);
    assert_int_equal(b.base[18], MESSAGE_OPEN);
    assert_int_equal(b.base[16] << 8 | b.base[17], buffer_len(&b));
    put_hex(&got, buffer_since(&b, MESSAGE_HEADER));
    put_hex(&wanted, octets_of(&b, hex));
    assert_string_equal(written(&got), written(&wanted));
    buffer_release(&b);
    buffer_release(&got);
    buffer_release(&wanted);
}

static void offers_are_written_as_exabgp_does(void **state) {
    (void)state;
    assert_open_is(&(struct offer){OFFER}, "04FFDC00B401010101 14 0206010400010001 020641040000FFDC 02020600");
    struct offer offer = {OFFER};
    offer.asn4 = false;
    assert_open_is(&offer, "04FFDC00B401010101 0C 0206010400010001 02020600");
    assert_open_is(&(struct offer){OFFER, .graceful_restart = true, .restart_time = 120},
                   "04FFDC00B401010101 1E 0206010400010001 020641040000FFDC 02084006 8078 0001 01 80 02020600");
    assert_open_is(&(struct offer){OFFER, .graceful_restart = true, .restart_time = 120, .restart_notification = true,
                                   .long_lived = true, .long_lived_time = 0x012345},
                   "04FFDC00B401010101 29 0206010400010001 020641040000FFDC 02084006 C078 0001 01 80 "
                   "02094707 0001 01 80 012345 02020600");
    assert_open_is(&(struct offer){OFFER, .refresh = true},
                   "04FFDC00B401010101 1C 0206010400010001 020641040000FFDC 02020200 02024600 02020600");
    assert_open_is(&(struct offer){OFFER, .add_path = 3, .add_path_families = IPV4},
                   "04FFDC00B401010101 1C 0206010400010001 020641040000FFDC 0206450400010103 02020600");
    assert_open_is(&(struct offer){OFFER, .add_path = 2}, /* none of the families: an empty one */
                   "04FFDC00B401010101 18 0206010400010001 020641040000FFDC 02024500 02020600");
    assert_open_is(
        &(struct offer){OFFER, .add_path = 1, .add_path_families = IPV4, .paths_limit = {[FAMILY_ipv4_unicast] = 10}},
        "04FFDC00B401010101 25 0206010400010001 020641040000FFDC 0206450400010101 02074C05000101000A 02020600");
    assert_open_is(
        &(struct offer){OFFER, .add_path = 2, .add_path_families = IPV4, .paths_limit = {[FAMILY_ipv4_unicast] = 10}},
        "04FFDC00B401010101 1C 0206010400010001 020641040000FFDC 0206450400010102 02020600");
    assert_open_is(&(struct offer){OFFER, .multisession = true},
                   "04FFDC00B401010101 1E 0206010400010001 020641040000FFDC 02020600 0203440100 0203440101");
    assert_open_is(&(struct offer){OFFER, .host_name = text_from("foo"), .domain_name = text_from("bar.com")},
                   "04FFDC00B401010101 24 0206010400010001 020641040000FFDC 02020600 020E490C03666F6F076261722E636F6D");
    assert_open_is(&(struct offer){OFFER, .host_name = text_from("foo")},
                   "04FFDC00B401010101 1D 0206010400010001 020641040000FFDC 02020600 0207490503666F6F00");
    assert_open_is(
        &(struct offer){OFFER, .software = text_from("ExaBGP/5.0.13")},
        "04FFDC00B401010101 26 0206010400010001 020641040000FFDC 02020600 02104B0E0D4578614247502F352E302E3133");
    assert_open_is(&(struct offer){OFFER, .operational = true, .link_local_next_hop = true},
                   "04FFDC00B401010101 1C 0206010400010001 020641040000FFDC 0202B900 02020600 02024D00");
    assert_open_is(
        &(struct offer){OFFER, .extended_next_hop_on = true, .extended_next_hop = IPV4 | VPN | IPV6},
        "04FFDC00B401010101 24 0206010400010001 020641040000FFDC 020E050C 000100010002 000100800002 02020600");
    assert_open_is(&(struct offer){OFFER, .extended_next_hop_on = true},
                   "04FFDC00B401010101 18 0206010400010001 020641040000FFDC 02020500 02020600");
    offer = (struct offer){OFFER, .multiple_labels = 3};
    assert_open_is(&offer, "04FFDC00B401010101 14 0206010400010001 020641040000FFDC 02020600"); /* none is labelled */
    offer.families = IPV4 | LABELLED;
    assert_open_is(&offer, "04FFDC00B401010101 24 0206010400010001 0206010400010004 020641040000FFDC 02020600 "
                           "0206080400010403");
    offer = (struct offer){OFFER, .role = ROLE_PROVIDER};
    offer.peer_as = 65501;
    assert_open_is(&offer, "04FFDC00B401010101 19 0206010400010001 020641040000FFDC 02020600 0203090100");
    offer.peer_as = 65500; /* an internal session has none */
    assert_open_is(&offer, "04FFDC00B401010101 14 0206010400010001 020641040000FFDC 02020600");
    static const uint32_t members[] = {65501, 65502};
    offer = (struct offer){OFFER, .role = ROLE_PROVIDER, .confederation = members, .confederation_count = 2};
    offer.peer_as = 65502; /* nor has one inside of a confederation */
    assert_open_is(&offer, "04FFDC00B401010101 14 0206010400010001 020641040000FFDC 02020600");
    offer = (struct offer){OFFER};
    offer.local_as = 4200000000;
    offer.hold_time = 0;
    assert_open_is(&offer, "045BA0000001010101 14 0206010400010001 02064104FA56EA00 02020600");
    offer = (struct offer){OFFER};
    offer.families = IPV4 | FLOW | IPV6;
    offer.extended_message = false;
    assert_open_is(&offer, "04FFDC00B401010101 20 0206010400010001 0206010400010085 0206010400020001 020641040000FFDC");
    static const uint8_t raw[] = {99, 2, 1, 2, 100, 0};
    assert_open_is(&(struct offer){OFFER, .raw = raw, .raw_len = sizeof raw},
                   "04FFDC00B401010101 1E 0206010400010001 020641040000FFDC 02020600 020463020102 02026400");
}

/* RFC 9072 from 255 octets of parameters on, not before. */
static void long_offers_are_extended(void **state) {
    (void)state;
    uint8_t raw[OFFER_RAW_MOST] = {99, 0};
    struct buffer b = buffer_growing();
    struct fault fault;
    struct open open;
    struct offer offer = {OFFER, .raw = raw};
    for (unsigned value = 0; value <= 250; value++) {
        raw[1] = (uint8_t)value;
        offer.raw_len = (uint16_t)(2 + value);
        buffer_clear(&b);
        put_open(&b, &offer, offer.local_as);
        unsigned parameters = 20 + 4 + value; /* what OFFER takes, and the one more */
        struct cursor body = buffer_since(&b, MESSAGE_HEADER);
        assert_true(open_read(body, &open, &fault));
        assert_int_equal(open.extended, parameters >= 255);
        assert_int_equal(cursor_left(&body), 10 + (parameters < 255 ? parameters : 3 + parameters + 4));
        if (open.extended) {
            assert_int_equal(body.p[9] << 8 | body.p[10], 0xffff);
            assert_int_equal(body.p[11] << 8 | body.p[12], parameters + 4);
        }
    }
    buffer_release(&b);
}

/* ---- Reading and agreeing ---- */

enum { NO_AS4 = 1, ANY_AS = 2, STRICT = 4, INTERNAL = 8, ADD_PATH = 16, EVERYTHING = 32, HIGH_AS = 64 };

/* The peer is 65002, we are 65001 with identifier 1.1.1.1 and IPv4 unicast, IPv6 unicast, labelled, VPN. */
static struct offer contract_offer(unsigned how) {
    bool all = how & EVERYTHING;
    return (struct offer){
        .local_as = how & INTERNAL ? 65002 : 65001,
        .peer_as = how & ANY_AS    ? 0
                   : how & HIGH_AS ? 70000
                                   : 65002,
        .router_id = 0x01010101,
        .hold_time = 90,
        .families = IPV4 | IPV6 | LABELLED | VPN,
        .asn4 = !(how & NO_AS4),
        .strict = how & STRICT,
        .add_path = how & ADD_PATH ? 3 : 0,
        .add_path_families = IPV4 | IPV6 | LABELLED,
        .extended_message = all,
        .refresh = all,
        .operational = all,
        .multisession = all,
        .link_local_next_hop = all,
        .graceful_restart = all,
        .restart_time = 120,
        .restart_notification = all,
        .extended_next_hop_on = all,
        .extended_next_hop = IPV4 | VPN,
    };
}

static void put_terms(struct buffer *b, const struct terms *t) {
    put_format(b, "ACCEPT hold %u as %u", t->hold_time, t->peer_as);
    put_string(b, t->as4 ? " as4" : "");
    for (unsigned i = 0; i < t->order_count; i++) {
        put_char(b, ' ');
        put_family(b, family_at(t->order[i]), '/');
        put_string(b, terms_has(t->add_path_send, t->order[i]) ? "+s" : "");
        if (terms_paths_limit(t, t->order[i]))
            put_format(b, "%u", terms_paths_limit(t, t->order[i]));
        put_string(b, terms_has(t->add_path_receive, t->order[i]) ? "+r" : "");
        put_string(b, terms_has(t->extended_next_hop, t->order[i]) ? "+6" : "");
    }
    put_string(b, t->refresh ? " refresh" : "");
    put_string(b, t->enhanced_refresh ? " enhanced" : "");
    put_string(b, t->operational ? " operational" : "");
    put_string(b, t->multisession ? " multisession" : "");
    put_string(b, t->link_local_next_hop ? " link-local" : "");
    if (t->extended_message || t->send_most != 4096)
        put_format(b, " extended %u", t->send_most);
    if (t->graceful_restart)
        put_format(b, " restart %u%s", t->peer_restart_time, t->restart_notification ? " N" : "");
}

#define HEAD     "04 fdea 00b4 02020202 "
#define AS4      "0206 4104 0000fdea "
#define ACCEPTED "ACCEPT hold 90 as 65002"

static const struct {
    const char *row;
    unsigned how;
    const char *hex, *action;
} open_rows[] = {
    {"HDR-05", 0, "04 fdea 00b4 02020202", "RESET 1/2 001c"},
    {"OPN-01", 0, "03 fdea 00b4 02020202 00", "RESET 2/1 0004"},
    {"OPN-01", 0, "05 fdea 00b4 02020202 ff", "RESET 2/1 0004"},
    {"OPN-02", 0, "04 fdeb 00b4 02020202 00", "RESET 2/2"},
    {"OPN-02", 0, "04 fdeb 00b4 02020202 08 0206 4104 0000fdeb", "RESET 2/2"},
    {"OPN-02", HIGH_AS, "04 5ba0 00b4 02020202 08 0206 4104 00011171", "RESET 2/2"},
    {"OPN-02", HIGH_AS, "04 5ba0 00b4 02020202 08 0206 4104 00011170", "ACCEPT hold 90 as 70000 as4 ipv4/unicast"},
    {"OPN-02", ANY_AS, "04 fc00 00b4 02020202 00", "ACCEPT hold 90 as 64512 ipv4/unicast"},
    {"OPN-02", NO_AS4, HEAD "08" AS4, ACCEPTED " ipv4/unicast"},
    {"OPN-03", ANY_AS, "04 0000 00b4 02020202 00", "RESET 2/2"},
    {"OPN-03", ANY_AS, HEAD "08 0206 4104 00000000", "RESET 2/2"},
    {"OPN-03", ANY_AS | NO_AS4, HEAD "08 0206 4104 00000000", "RESET 2/2"},
    {"OPN-04", ANY_AS, HEAD "08 0206 4104 0000fdeb", "RESET 2/2"},
    {"OPN-04", ANY_AS, HEAD "08 0206 4104 00011170", "RESET 2/2"},
    {"OPN-04", ANY_AS, "04 5ba0 00b4 02020202 00", "RESET 2/2"},
    {"OPN-05", 0, "04 5ba0 00b4 02020202 08" AS4, ACCEPTED " as4 ipv4/unicast"},
    {"OPN-06", 0, "04 fdea 0001 02020202 00", "RESET 2/6"},
    {"OPN-06", 0, "04 fdea 0002 02020202 00", "RESET 2/6"},
    {"OPN-07", 0, "04 fdea 0000 02020202 00", "ACCEPT hold 0 as 65002 ipv4/unicast"},
    {"OPN-07", 0, "04 fdea 0003 02020202 00", "ACCEPT hold 3 as 65002 ipv4/unicast"},
    {"OPN-07", 0, "04 fdea ffff 02020202 00", ACCEPTED " ipv4/unicast"},
    {"OPN-08", 0, "04 fdea 00b4 00000000 00", "RESET 2/3"},
    {"OPN-08", INTERNAL, "04 fdea 00b4 01010101 00", "RESET 2/3"},
    {"OPN-09", 0, "04 fdea 00b4 01010101 00", ACCEPTED " ipv4/unicast"},
    {"OPN-09", 0, "04 fdea 00b4 e0000001 00", ACCEPTED " ipv4/unicast"},
    {"OPN-09", INTERNAL, "04 fdea 00b4 ffffffff 00", ACCEPTED " ipv4/unicast"},
    {"OPN-10", 0, HEAD "00", ACCEPTED " ipv4/unicast"},
    {"OPN-11", 0, HEAD "09 0206 4104 0000fdea", "RESET 2/0"},
    {"OPN-11", 0, HEAD "08 0207 4104 0000fdea", "RESET 2/0"},
    {"OPN-11", 0, HEAD "08", "RESET 2/0"},
    {"OPN-11", 0, HEAD "01 02", "RESET 2/0"},
    {"OPN-11", 0, HEAD "09" AS4 "02", "RESET 2/0"},
    {"OPN-12", 0, HEAD "00 02", "RESET 2/0"},
    {"OPN-12", 0, HEAD "00 ff 0000", "RESET 2/0"},
    {"OPN-12", 0, HEAD "08 0206 4104 0000fdea 0200", "RESET 2/0"},
    {"OPN-13", 0, HEAD "02 0000", "RESET 2/4"},
    {"OPN-13", 0, HEAD "03 0101 00", "RESET 2/4"},
    {"OPN-13", 0, HEAD "0a" AS4 "ff00", "RESET 2/4"},
    {"OPN-13", 0, HEAD "02 6300", "RESET 2/4"},
    {"OPN-13", 0, HEAD "ff ff 0003 ff0000", "RESET 2/4"},
    {"OPN-14", 0, HEAD "02 0200", ACCEPTED " ipv4/unicast"},
    {"OPN-14", 0, HEAD "0e 020c 0104 00010001 4104 0000fdea", ACCEPTED " as4 ipv4/unicast"},
    {"OPN-14", 0, HEAD "10" AS4 "0206 0104 00020001", ACCEPTED " as4 ipv6/unicast"},
    {"OPN-15", 0, HEAD "03 0201 41", "RESET 2/0"},
    {"OPN-15", 0, HEAD "07 0205 4104 0000fd", "RESET 2/0"},
    {"OPN-15", 0, HEAD "05 0203 6300 01", "RESET 2/0"},
    {"OPN-16", 0, HEAD "08 0206 6302 0102 6400", ACCEPTED " ipv4/unicast"},
    {"OPN-17", 0, HEAD "10" AS4 AS4, ACCEPTED " as4 ipv4/unicast"},
    {"OPN-17", ANY_AS, HEAD "10" AS4 "0206 4104 0000fdeb", "RESET 2/2"},
    {"OPN-17", 0, HEAD "10 020e 0104 00010001 0104 00010001 0200", ACCEPTED " ipv4/unicast"},
    {"OPN-18", 0, HEAD "ff ff 0009 02 0006 4104 0000fdea", ACCEPTED " as4 ipv4/unicast"},
    {"OPN-18", 0, HEAD "01 ff 0009 02 0006 4104 0000fdea", ACCEPTED " as4 ipv4/unicast"},
    {"OPN-18", 0, HEAD "04 ff 0000", ACCEPTED " ipv4/unicast"},
    {"OPN-19", 0, HEAD "ff ff 000a 02 0006 4104 0000fdea", "RESET 2/0"},
    {"OPN-19", 0, HEAD "ff ff 0008 02 0006 4104 0000fdea", "RESET 2/0"},
    {"OPN-19", 0, HEAD "ff ff 0009 02 0007 4104 0000fdea", "RESET 2/0"},
    {"OPN-19", 0, HEAD "ff ff 0002 02 00", "RESET 2/0"},
    {"OPN-19", 0, HEAD "ff ff 00", "RESET 2/0"},
    {"OPN-19", 0, HEAD "ff ff", "RESET 2/0"},
    {"CAP-01", 0, HEAD "07 0205 0103 000100", "RESET 2/0"},
    {"CAP-01", 0, HEAD "09 0207 0105 0001000100", "RESET 2/0"},
    {"CAP-02", 0, HEAD "10 0206 0104 00630063 0206 0104 00010085", ACCEPTED},
    {"CAP-02", 0, HEAD "10 0206 0104 00010085 0206 0104 00010001", ACCEPTED " ipv4/unicast"},
    {"CAP-03", 0, HEAD "08 0206 0104 0001ff01", ACCEPTED " ipv4/unicast"},
    {"CAP-04", 0, HEAD "08 0206 0104 00010085", ACCEPTED},
    {"CAP-04", STRICT, HEAD "08 0206 0104 00010085", "RESET 2/7 010400010001010400010004010400010080010400020001"},
    {"OPN-20", STRICT, HEAD "10" AS4 "0206 0104 00010001", "RESET 2/7 010400010004010400010080010400020001"},
    {"OPN-20", STRICT, HEAD "1e 021c 0104 00010001 0104 00010004 0104 00010080 0104 00020001 6300 0200",
     "RESET 2/7 41040000fde9"},
    {"OPN-20", STRICT,
     HEAD "20 021e 0104 00010001 0104 00010004 0104 00010080 0104 00020001"
          "41040000fdea",
     ACCEPTED " as4 ipv4/unicast ipv4/nlri-mpls ipv4/mpls-vpn ipv6/unicast"},
    {"CAP-05", 0, HEAD "05 0203 0201 00", "RESET 2/0"},
    {"CAP-05", 0, HEAD "05 0203 4601 00", "RESET 2/0"},
    {"CAP-05", 0, HEAD "05 0203 8001 00", "RESET 2/0"},
    {"CAP-05", EVERYTHING, HEAD "08 0206 0200 4600 8000", ACCEPTED " ipv4/unicast refresh enhanced"},
    {"CAP-05", 0, HEAD "06 0204 0200 4600", ACCEPTED " ipv4/unicast"},
    {"CAP-06", EVERYTHING, HEAD "09 0207 0505 0001000100", "RESET 2/0"},
    {"CAP-06", EVERYTHING, HEAD "1c 021a 0518 006300010002 000200010001 000100010002 000100040002",
     ACCEPTED " ipv4/unicast+6"},
    {"CAP-06", EVERYTHING, HEAD "04 0202 0500", ACCEPTED " ipv4/unicast"},
    {"CAP-06", 0, HEAD "0a 0208 0506 000100010002", ACCEPTED " ipv4/unicast"},
    {"CAP-07", 0, HEAD "05 0203 0601 00", "RESET 2/0"},
    {"CAP-07", EVERYTHING, HEAD "04 0202 0600", ACCEPTED " ipv4/unicast extended 65535"},
    {"CAP-09", 0, HEAD "04 0202 4000", "RESET 2/0"},
    {"CAP-09", 0, HEAD "05 0203 4001 00", "RESET 2/0"},
    {"CAP-09", 0, HEAD "09 0207 4005 8078000101", "RESET 2/0"},
    {"CAP-09", EVERYTHING, HEAD "06 0204 4002 4078", ACCEPTED " ipv4/unicast restart 120 N"},
    {"CAP-10", EVERYTHING, HEAD "0a 0208 4006 b078 00636380", ACCEPTED " ipv4/unicast restart 120"},
    {"CAP-11", 0, HEAD "06 0204 4102 fdea", "RESET 2/0"},
    {"CAP-11", 0, HEAD "04 0202 4100", "RESET 2/0"},
    {"CAP-11", 0, HEAD "09 0207 4105 000000fdea", "RESET 2/0"},
    {"CAP-12", 0, HEAD "04 0202 4500", "RESET 2/0"},
    {"CAP-12", 0, HEAD "07 0205 4503 000101", "RESET 2/0"},
    {"CAP-13", ADD_PATH, HEAD "08 0206 4504 00010103", ACCEPTED " ipv4/unicast+s+r"},
    {"CAP-13", ADD_PATH, HEAD "08 0206 4504 00010101", ACCEPTED " ipv4/unicast+s"},
    {"CAP-13", ADD_PATH, HEAD "08 0206 4504 00010102", ACCEPTED " ipv4/unicast+r"},
    {"CAP-13", ADD_PATH, HEAD "0c 020a 4508 00010101 000101ff", ACCEPTED " ipv4/unicast+s"},
    {"CAP-13", ADD_PATH, HEAD "08 0206 4504 00010100", ACCEPTED " ipv4/unicast"},
    {"CAP-13", ADD_PATH, HEAD "0e 020c 4504 00010103 4504 00010101", ACCEPTED " ipv4/unicast+s"},
    {"CAP-13", ADD_PATH, HEAD "1c 020c 0104 00010001 0104 00010004 020c 4504 00010103 4504 00010403",
     ACCEPTED " ipv4/unicast+s+r ipv4/nlri-mpls+s+r"},
    {"CAP-13", 0, HEAD "08 0206 4504 00010103", ACCEPTED " ipv4/unicast"},
    {"CAP-14", 0, HEAD "07 0205 4703 000101", ACCEPTED " ipv4/unicast"},
    {"CAP-14", 0, HEAD "0b 0209 4703 000101 4002 0078", "RESET 2/0"},
    {"CAP-14", 0, HEAD "0b 0209 4002 0078 4703 000101", "RESET 2/0"},
    {"CAP-14", 0, HEAD "0f 020d 4002 0078 4707 00010180000e10", ACCEPTED " ipv4/unicast"},
    {"CAP-15", 0, HEAD "08 0206 4904 05616200", ACCEPTED " ipv4/unicast"},
    {"CAP-15", 0, HEAD "04 0202 4900", ACCEPTED " ipv4/unicast"},
    {"CAP-15", 0, HEAD "08 0206 4904 01ff01fe", ACCEPTED " ipv4/unicast"},
    {"CAP-16", 0, HEAD "06 0204 4b02 05ff", ACCEPTED " ipv4/unicast"},
    {"CAP-16", 0, HEAD "04 0202 4b00", ACCEPTED " ipv4/unicast"},
    {"CAP-17", 0, HEAD "08 0206 4401 00 8301 00", ACCEPTED " ipv4/unicast"},
    {"CAP-17", EVERYTHING, HEAD "05 0203 4401 00", ACCEPTED " ipv4/unicast multisession"},
    {"CAP-18", 0, HEAD "06 0204 4c02 0001", ACCEPTED " ipv4/unicast"},
    {"CAP-18", ADD_PATH, HEAD "0f 020d 4c05 000101000a 4504 00010103", ACCEPTED " ipv4/unicast+s10+r"},
    {"CAP-18", ADD_PATH, HEAD "0f 020d 4504 00010102 4c05 000101000a", ACCEPTED " ipv4/unicast+r"},
    {"CAP-18", ADD_PATH, HEAD "19 0217 4504 00010101 4c0f 0001010000 000101ffff 0001010001",
     ACCEPTED " ipv4/unicast+s65535"},
    {"CAP-18", ADD_PATH, HEAD "0e 020c 4504 00010101 4c04 00010100", ACCEPTED " ipv4/unicast+s"},
    {"CAP-19", 0, HEAD "16 0214 0301ff 0801ff 4201ff 4301ff 4801ff 4a01ff 4d00", ACCEPTED " ipv4/unicast"},
    {"CAP-19", EVERYTHING, HEAD "07 0205 4d00 b90101", ACCEPTED " ipv4/unicast operational link-local"},
};

static void put_open_action(struct buffer *action, struct cursor body, const struct offer *offer, const char **row) {
    struct buffer b = buffer_growing();
    struct open ours, peers;
    struct terms terms;
    struct fault fault;
    put_open(&b, offer, offer->local_as);
    assert_true(open_read(buffer_since(&b, MESSAGE_HEADER), &ours, &fault));
    buffer_clear(action);
    *row = NULL;
    if (open_read(body, &peers, &fault) && open_agree(offer, &ours, &peers, &terms, &fault)) {
        put_terms(action, &terms);
    } else {
        put_fault_action(action, &fault);
        *row = fault.row;
    }
    buffer_release(&b);
}

static void opens_are_judged(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), action = buffer_growing();
    unsigned rows = 0;
    for (size_t i = 0; i < sizeof open_rows / sizeof *open_rows; i++) {
        const char *row;
        struct offer offer = contract_offer(open_rows[i].how);
        put_open_action(&action, octets_of(&octets, open_rows[i].hex), &offer, &row);
        if (strcmp(written(&action), open_rows[i].action) != 0)
            print_error("%s: %s\n", open_rows[i].row, open_rows[i].hex);
        assert_written(&action, open_rows[i].action);
        if (row)
            assert_string_equal(row, open_rows[i].row);
        rows += is_new_row(open_rows[i].row, i ? open_rows[i - 1].row : NULL);
    }
    print_message("# %u rows OPN and CAP in %zu lines\n", rows, sizeof open_rows / sizeof *open_rows);
    buffer_release(&octets);
    buffer_release(&action);
}

/* ---- Shown ---- */

/* The capabilities of the two OPENs in api-events.md 4. */
#define SENT_HEAD "04 fde9 00b4 01010101"
#define SENT                                                                                                           \
    "0104 00010001 0104 00010080 0104 00010085 0104 00020001 4104 0000fde9 450c 00010103 00020103 00018003"            \
    "4012 8078 00010180 00018080 00018580 00020180 0200 4600 b900 0600"
#define RECEIVED_HEAD "04 fdea 00b4 02020202"
#define RECEIVED                                                                                                       \
    "0104 00010001 0104 00020001 0104 00010080 0104 00010085 4104 0000fdea 0200 4600 4006 8078 00010180"               \
    "4504 00010103 b900 0600 0506 000100010002 490c 04686f7374 06646f6d61696e 4b06 05736f667422 8000 6302 0102 4d00"

/* The body of an OPEN, with all capabilities in one parameter. */
static struct cursor open_of(struct buffer *b, const char *head, const char *capabilities) {
    struct buffer value = buffer_growing();
    octets_of(b, head);
    octets_of(&value, capabilities);
    size_t len = buffer_len(&value);
    put_u8(b, (uint8_t)(len ? len + 2 : 0));
    if (len) {
        put_u8(b, 2);
        put_u8(b, (uint8_t)len);
        put_cursor(b, buffer_cursor(&value));
    }
    buffer_release(&value);
    return buffer_cursor(b);
}

enum { JSON, TEXT };

static void assert_shown(const char *head, const char *capabilities, bool sent, int how, enum form form,
                         const char *wanted) {
    struct buffer octets = buffer_growing(), out = buffer_growing();
    struct style style = {.form = form};
    struct open open;
    struct fault fault;
    bool good = open_read(open_of(&octets, head, capabilities), &open, &fault);
    if (!good)
        print_error("%s\n", fault.message);
    assert_true(good);
    if (how == JSON)
        open_json(&open, sent, &style, &out);
    else
        open_text(&open, sent, &style, &out);
    assert_written(&out, wanted);
    buffer_release(&octets);
    buffer_release(&out);
}

#define SENT_JSON(host)                                                                                                \
    "\"version\": 4, \"asn\": 65001, \"hold_time\": 180, \"router_id\": \"1.1.1.1\", \"capabilities\": { "             \
    "\"multiprotocol\": { \"name\": \"multiprotocol\", \"families\": [ \"ipv4/unicast\", \"ipv4/mpls-vpn\", "          \
    "\"ipv4/flow\", \"ipv6/unicast\" ] }, \"asn4\": { \"name\": \"asn4\", \"asn4\": 65001 }, "                         \
    "\"add-path\": { \"name\": \"addpath\", \"ipv4/unicast\": \"send/receive\",\"ipv6/unicast\": \"send/receive\","    \
    "\"ipv4/mpls-vpn\": \"send/receive\" }, \"graceful-restart\": { \"name\": \"graceful restart\", \"time\": 120, "   \
    "\"address-family-flags\": { \"ipv4/unicast\": [ \"restart\" ] , \"ipv4/mpls-vpn\": [ \"restart\" ] , "            \
    "\"ipv4/flow\": [ \"restart\" ] , \"ipv6/unicast\": [ \"restart\" ] }, \"restart-flags\": [ \"forwarding\" ]  }, " \
    "\"route-refresh\": { \"name\": \"route-refresh\", \"variant\": \"RFC\" }, "                                       \
    "\"enhanced-route-refresh\": { \"name\": \"enhanced-route-refresh\" }, "                                           \
    "\"operational\": { \"name\": \"operational\" }, "                                                                 \
    "\"extended-message\": { \"name\": \"extended-message\", \"size\": 65535 }, "                                      \
    "\"hostname\": { \"host-name\": " host ", \"domain-name\": " host " } }"

#define RECEIVED_JSON(last)                                                                                            \
    "\"version\": 4, \"asn\": 65002, \"hold_time\": 180, \"router_id\": \"2.2.2.2\", \"capabilities\": { "             \
    "\"1\": { \"name\": \"multiprotocol\", \"families\": [ \"ipv4/unicast\", \"ipv6/unicast\", \"ipv4/mpls-vpn\", "    \
    "\"ipv4/flow\" ] }, \"65\": { \"name\": \"asn4\", \"asn4\": 65002 }, "                                             \
    "\"2\": { \"name\": \"route-refresh\", \"variant\": \"Cisco\" }, "                                                 \
    "\"70\": { \"name\": \"enhanced-route-refresh\" }, \"64\": { \"name\": \"graceful restart\", \"time\": 120, "      \
    "\"address-family-flags\": { \"ipv4/unicast\": [ \"restart\" ] }, \"restart-flags\": [ \"forwarding\" ]  }, "      \
    "\"69\": { \"name\": \"addpath\", \"ipv4/unicast\": \"send/receive\" }, "                                          \
    "\"185\": { \"name\": \"operational\" }, "                                                                         \
    "\"6\": { \"name\": \"extended-message\", \"size\": 65535 }, "                                                     \
    "\"5\": { \"name\": \"nexthop\", \"conversion\": [ \"ipv4/unicast/ipv6\" ] }, "                                    \
    "\"73\": { \"host-name\": \"host\", \"domain-name\": \"domain\" }, \"75\": { \"software\": \"soft\\\"\" }, "       \
    "\"128\": { \"name\": \"route-refresh\", \"variant\": \"Cisco\" }, "                                               \
    "\"99\": { \"name\": \"unknown\", \"iana\": \"unassigned\", \"value\": 99, \"raw\": \"0102\" }, " last " }"

static void opens_are_shown_in_all_forms(void **state) {
    (void)state;
    assert_shown(SENT_HEAD, SENT, true, JSON, FORM_6, SENT_JSON("\"\""));
    assert_shown(SENT_HEAD, SENT, true, JSON, FORM_4, SENT_JSON("\"\""));
    assert_shown(SENT_HEAD, SENT, true, JSON, FORM_5, SENT_JSON("null"));
    assert_shown(RECEIVED_HEAD, RECEIVED, false, JSON, FORM_6,
                 RECEIVED_JSON("\"77\": { \"name\": \"link-local-nexthop\" }"));
    assert_shown(RECEIVED_HEAD, RECEIVED, false, JSON, FORM_5,
                 RECEIVED_JSON("\"77\": { \"name\": \"unknown\", \"iana\": \"unassigned\", \"value\": 77, "
                               "\"raw\": \"\" }"));
    assert_shown(RECEIVED_HEAD, "", false, JSON, FORM_5,
                 "\"version\": 4, \"asn\": 65002, \"hold_time\": 180, \"router_id\": \"2.2.2.2\", "
                 "\"capabilities\": {  }");
}

#define SENT_TEXT(host)                                                                                                \
    "version 4 asn 65001 hold_time 180 router_id 1.1.1.1 capabilities [multiprotocol(ipv4 unicast,ipv4 mpls-vpn,"      \
    "ipv4 flow,ipv6 unicast), route refresh, extended message(65535), graceful restart flags 0x8 time 120 "            \
    "ipv4/unicast=0x80 ipv4/mpls-vpn=0x80 ipv4/flow=0x80 ipv6/unicast=0x80, asn4(65001), addpath(send/receive "        \
    "ipv4 unicast,send/receive ipv6 unicast,send/receive ipv4 mpls-vpn), enhanced route refresh, hostname(" host       \
    "), operational]"

#define RECEIVED_TEXT(link_local, unknown)                                                                             \
    "version 4 asn 65002 hold_time 180 router_id 2.2.2.2 capabilities [multiprotocol(ipv4 unicast,ipv6 unicast,"       \
    "ipv4 mpls-vpn,ipv4 flow), cisco route refresh, nexthop(ipv4 unicast ipv6), extended message(65535), "             \
    "graceful restart flags 0x8 time 120 ipv4/unicast=0x80, asn4(65002), addpath(send/receive ipv4 unicast), "         \
    "enhanced route refresh, hostname(host domain), software(soft\"), " link_local ", " unknown                        \
    ", cisco route refresh, operational]"

static void opens_are_told_in_words(void **state) {
    (void)state;
    assert_shown(SENT_HEAD, SENT, true, TEXT, FORM_4, SENT_TEXT(" "));
    assert_shown(SENT_HEAD, SENT, true, TEXT, FORM_5, SENT_TEXT("none none"));
    assert_shown(RECEIVED_HEAD, RECEIVED, false, TEXT, FORM_4,
                 RECEIVED_TEXT("link-local nexthop", "unassigned unknown capability 0x63"));
    assert_shown(RECEIVED_HEAD, RECEIVED, false, TEXT, FORM_5, RECEIVED_TEXT("unassigned 77", "unassigned 99"));
}

/* One capability each; what stands between the braces of `capabilities`. */
static const struct {
    bool sent;
    enum form form;
    const char *hex, *json, *text;
} shown_rows[] = {
    {false, FORM_6, "0104 00630063 0104 00010063",
     "\"1\": { \"name\": \"multiprotocol\", \"families\": [ \"unknown-afi-0x63/unknown safi 99\", "
     "\"ipv4/unknown safi 99\" ] }",
     "multiprotocol(unknown-afi-0x63 unknown safi 99,ipv4 unknown safi 99)"},
    {false, FORM_6, "0104 00010001 0104 00020001 0104 00010001",
     "\"1\": { \"name\": \"multiprotocol\", \"families\": [ \"ipv4/unicast\", \"ipv6/unicast\" ] }",
     "multiprotocol(ipv4 unicast,ipv6 unicast)"},
    {false, FORM_5, "0104 00010001 0104 00020001 0104 00010001",
     "\"1\": { \"name\": \"multiprotocol\", \"families\": [ \"ipv4/unicast\", \"ipv6/unicast\", \"ipv4/unicast\" ] }",
     "multiprotocol(ipv4 unicast,ipv6 unicast,ipv4 unicast)"},
    {false, FORM_5, "0500", "\"5\": { \"name\": \"nexthop\", \"conversion\": [ ] }", "nexthop()"},
    {false, FORM_5, "0506 000100010002 050c 000100800002 000100010002",
     "\"5\": { \"name\": \"nexthop\", \"conversion\": [ \"ipv4/unicast/ipv6\", \"ipv4/mpls-vpn/ipv6\" ] }",
     "nexthop(ipv4 unicast ipv6,ipv4 mpls-vpn ipv6)"},
    {true, FORM_5, "0500 4908 03666f6f 03626172",
     "\"nexthop\": { \"name\": \"nexthop\", \"conversion\": [ ] }, "
     "\"hostname\": { \"host-name\": \"foo\", \"domain-name\": \"bar\" }",
     "nexthop(), hostname(foo bar)"},
    {true, FORM_5, "4905 03666f6f 00", "\"hostname\": { \"host-name\": \"foo\", \"domain-name\": null }",
     "hostname(foo none)"},
    {true, FORM_6, "4b02 0141 4d00 4401 00 4401 01",
     "\"hostname\": { \"host-name\": \"\", \"domain-name\": \"\" }, \"software-version\": { \"software\": \"A\" }, "
     "\"link-local-nexthop\": { \"name\": \"link-local-nexthop\" }, "
     "\"multi-session\": { \"name\": \"multisession\", \"variant\": \"RFC\", \"capabilities\": [ \"multiprotocol\" ] }",
     "multisession (rfc) multiprotocol, hostname( ), software(a), link-local nexthop"},
    {false, FORM_5, "4002 0078",
     "\"64\": { \"name\": \"graceful restart\", \"time\": 120, \"address-family-flags\": { }, "
     "\"restart-flags\": [ ]  }",
     "graceful restart flags 0x0 time 120 "},
    {false, FORM_5, "400e f078 00010101 00020180 00010180",
     "\"64\": { \"name\": \"graceful restart\", \"time\": 120, \"address-family-flags\": { "
     "\"ipv4/unicast\": [ \"restart\" ] , \"ipv6/unicast\": [ \"restart\" ] }, \"restart-flags\": [ \"forwarding\" ]  "
     "}",
     "graceful restart flags 0xf time 120 ipv4/unicast=0x80 ipv6/unicast=0x80"},
    {false, FORM_5, "4006 0078 00010100",
     "\"64\": { \"name\": \"graceful restart\", \"time\": 120, \"address-family-flags\": { \"ipv4/unicast\": [ ] }, "
     "\"restart-flags\": [ ]  }",
     "graceful restart flags 0x0 time 120 ipv4/unicast=0x0"},
    {false, FORM_5, "450c 00010101 00020102 00010103",
     "\"69\": { \"name\": \"addpath\", \"ipv4/unicast\": \"send/receive\",\"ipv6/unicast\": \"send\" }",
     "addpath(send/receive ipv4 unicast,send ipv6 unicast)"},
    {false, FORM_6, "4508 00010100 00020109",
     "\"69\": { \"name\": \"addpath\", \"ipv4/unicast\": \"disabled\",\"ipv6/unicast\": \"invalid (9)\" }",
     "addpath(disabled ipv4 unicast,invalid (9) ipv6 unicast)"},
    {false, FORM_6, "4c05 0001010005", "\"76\": { \"name\": \"paths-limit\", \"ipv4/unicast\": 5 }",
     "pathslimit(ipv4 unicast 5)"},
    {false, FORM_5, "4c05 0001010005",
     "\"76\": { \"name\": \"unknown\", \"iana\": \"unassigned\", \"value\": 76, \"raw\": \"0001010005\" }",
     "unassigned 76"},
    {false, FORM_5, "4401 00 8300",
     "\"68\": { \"name\": \"multisession\", \"variant\": \"RFC\", \"capabilities\": [ ] }, "
     "\"131\": { \"name\": \"multisession\", \"variant\": \"Cisco\", \"capabilities\": [ ] }",
     "multisession (rfc) , multisession "},
    {false, FORM_6, "0000 0301ff fa00 4700 4300",
     "\"0\": { \"name\": \"unknown\", \"iana\": \"unknown\", \"value\": 0, \"raw\": \"\" }, "
     "\"3\": { \"name\": \"unknown\", \"iana\": \"unknown\", \"value\": 3, \"raw\": \"FF\" }, "
     "\"250\": { \"name\": \"unknown\", \"iana\": \"reserved\", \"value\": 250, \"raw\": \"\" }, "
     "\"71\": { \"name\": \"unknown\", \"iana\": \"unassigned\", \"value\": 71, \"raw\": \"\" }, "
     "\"67\": { \"name\": \"unknown\", \"iana\": \"unknown\", \"value\": 67, \"raw\": \"\" }",
     "unknown reserved, unknown outbound-route-filtering, unknown dynamic-capability, "
     "unassigned unknown capability 0x47, reserved unknown capability 0xfa"},
    {false, FORM_6, "0310 00010001 02 4001 4103 00020001 01 8007",
     "\"3\": { \"name\": \"unknown\", \"iana\": \"unknown\", \"value\": 3, \"raw\": "
     "\"00010001024001410300020001018007\", \"filters\": [ "
     "{ \"family\": \"ipv4/unicast\", \"type\": 64, \"mode\": \"receive\" }, "
     "{ \"family\": \"ipv4/unicast\", \"type\": 65, \"mode\": \"send/receive\" }, "
     "{ \"family\": \"ipv6/unicast\", \"type\": 128, \"mode\": \"invalid (7)\" } ] }",
     "unknown outbound-route-filtering"},
    /* Names that would like to be more: controls, quotes, octets that are no text, a domain that is cut. */
    {false, FORM_6, "490a 05410a1b5c22 05ffc3a9",
     "\"73\": { \"host-name\": \"A\\n\\u001b\\\\\\\"\", "
     "\"domain-name\": \"\\ufffd\\u00e9\" }",
     "hostname(a\\n\\x1b\\\" \\xff\xc3\xa9)"},
    {false, FORM_5, "4903 02410a", "\"73\": { \"host-name\": \"A\\n\", \"domain-name\": \"\" }", "hostname(a\\x0a )"},
};

static void each_capability_is_shown(void **state) {
    (void)state;
    struct buffer wanted = buffer_growing();
    for (size_t i = 0; i < sizeof shown_rows / sizeof *shown_rows; i++) {
        buffer_clear(&wanted);
        put_format(&wanted,
                   "\"version\": 4, \"asn\": 65002, \"hold_time\": 180, \"router_id\": \"2.2.2.2\", "
                   "\"capabilities\": { %s }",
                   shown_rows[i].json);
        assert_shown(RECEIVED_HEAD, shown_rows[i].hex, shown_rows[i].sent, JSON, shown_rows[i].form, written(&wanted));
        buffer_clear(&wanted);
        put_format(&wanted, "version 4 asn 65002 hold_time 180 router_id 2.2.2.2 capabilities [%s]",
                   shown_rows[i].text);
        assert_shown(RECEIVED_HEAD, shown_rows[i].hex, shown_rows[i].sent, TEXT, shown_rows[i].form, written(&wanted));
    }
    buffer_release(&wanted);
}

static void terms_are_shown(void **state) {
    (void)state;
    struct style style = {.form = FORM_5};
    struct buffer out = buffer_growing();
    terms_json(NULL, &style, &out);
    assert_written(&out, "{ \"message_size\": 4096, \"hold_time\": 0, \"asn4\": false, \"multisession\": false, "
                         "\"operational\": false, \"refresh\": \"absent\", \"families\": [], \"nexthop\": [], "
                         "\"add_path\": {\"send\": [], \"receive\": []} }");
    struct terms terms = {.send_most = 65535,
                          .hold_time = 180,
                          .as4 = true,
                          .operational = true,
                          .refresh = true,
                          .enhanced_refresh = true,
                          .extended_next_hop = IPV4 | VPN,
                          .add_path_send = IPV4 | VPN,
                          .add_path_receive = IPV4};
    terms_add_family(&terms, FAMILY_ipv4_unicast);
    terms_add_family(&terms, FAMILY_ipv6_unicast);
    terms_add_family(&terms, FAMILY_ipv4_vpn);
    terms_add_family(&terms, FAMILY_ipv4_flow);
    terms_add_family(&terms, FAMILY_ipv6_unicast);
    buffer_clear(&out);
    terms_json(&terms, &style, &out);
    assert_written(
        &out, "{ \"message_size\": 65535, \"hold_time\": 180, \"asn4\": true, \"multisession\": false, "
              "\"operational\": true, \"refresh\": \"enhanced\", "
              "\"families\": [\"ipv4 unicast\", \"ipv6 unicast\", \"ipv4 mpls-vpn\", \"ipv4 flow\"], "
              "\"nexthop\": [\"ipv4 unicast ipv6\", \"ipv4 mpls-vpn ipv6\"], "
              "\"add_path\": {\"send\": [\"ipv4 unicast\", \"ipv4 mpls-vpn\"], \"receive\": [\"ipv4 unicast\"]} }");
    buffer_release(&out);
}

/* ---- Hostile ---- */

/* All that is done with an OPEN, whatever it is: for sanitizers to look at. */
static void try_everything(struct cursor body) {
    struct buffer out = buffer_growing(), ours_octets = buffer_growing();
    struct offer offer = contract_offer(EVERYTHING | ADD_PATH | ANY_AS);
    struct open ours, open;
    struct terms terms;
    struct fault fault;
    /* Just the octets, so that a read past their end is seen. */
    uint8_t *exact = malloc(cursor_left(&body) + 1);
    memcpy(exact + 1, body.p, cursor_left(&body));
    body = cursor_of(exact + 1, cursor_left(&body));
    put_open(&ours_octets, &offer, offer.local_as);
    assert_true(open_read(buffer_since(&ours_octets, MESSAGE_HEADER), &ours, &fault));
    if (open_read(body, &open, &fault)) {
        open_agree(&offer, &ours, &open, &terms, &fault);
        for (enum form form = FORM_4; form <= FORM_6; form++) {
            struct style style = {.form = form};
            open_json(&open, form == FORM_5, &style, &out);
            open_text(&open, form == FORM_5, &style, &out);
        }
        for (const uint8_t *p = out.base; p < out.p; p++)
            assert_true(*p >= 0x20 && *p != 0x7f);
    }
    free(exact);
    buffer_release(&out);
    buffer_release(&ours_octets);
}

static void cut_opens_are_refused(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    struct cursor whole = open_of(&octets, RECEIVED_HEAD, RECEIVED);
    for (size_t len = 0; len < cursor_left(&whole); len++) {
        struct open open;
        struct fault fault;
        assert_false(open_read(cursor_of(whole.p, len), &open, &fault));
        assert_true(fault.code == (len < 10 ? 1 : 2));
        try_everything(cursor_of(whole.p, len));
    }
    buffer_release(&octets);
}

static void mutated_opens_do_no_harm(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), mutated = buffer_growing();
    uint32_t seed = 1;
    open_of(&octets, RECEIVED_HEAD, RECEIVED);
    for (unsigned i = 0; i < 20000; i++) {
        buffer_clear(&mutated);
        put_cursor(&mutated, buffer_cursor(&octets));
        for (unsigned n = i % 4 + 1; n; n--) {
            seed = seed * 1664525 + 1013904223;
            mutated.base[(seed >> 16) % buffer_len(&mutated)] = (uint8_t)(seed >> 8);
        }
        try_everything(buffer_cursor(&mutated));
    }
    buffer_release(&octets);
    buffer_release(&mutated);
}

/* What we offer, we understand; and a peer that offers the same agrees on all of it. */
static void offers_are_understood(void **state) {
    (void)state;
    struct buffer action = buffer_growing(), b = buffer_growing();
    struct offer offer = contract_offer(EVERYTHING | ADD_PATH | ANY_AS), peer = offer;
    const char *row;
    peer.router_id = 7;
    peer.local_as = 4200000000;
    put_open(&b, &peer, peer.local_as);
    put_open_action(&action, buffer_since(&b, MESSAGE_HEADER), &offer, &row);
    assert_written(&action, "ACCEPT hold 90 as 4200000000 as4 ipv4/unicast+s+r+6 ipv4/nlri-mpls+s+r ipv4/mpls-vpn+6 "
                            "ipv6/unicast+s+r refresh enhanced operational multisession link-local extended 65535 "
                            "restart 120 N");
    buffer_release(&action);
    buffer_release(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offers_are_written_as_exabgp_does),
        cmocka_unit_test(long_offers_are_extended),
        cmocka_unit_test(opens_are_judged),
        cmocka_unit_test(opens_are_shown_in_all_forms),
        cmocka_unit_test(opens_are_told_in_words),
        cmocka_unit_test(each_capability_is_shown),
        cmocka_unit_test(terms_are_shown),
        cmocka_unit_test(cut_opens_are_refused),
        cmocka_unit_test(mutated_opens_do_no_harm),
        cmocka_unit_test(offers_are_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
