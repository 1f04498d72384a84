/* BGP-LS in words, with the names that JSON has:
 *
 *     link protocol-id 3 local-node [ autonomous-system 65001 router-id 10.1.1.1 ] remote-node [ router-id 10.1.1.2 ]
 *         interface-address 10.0.0.1 neighbor-address 10.0.0.2
 *
 * Each keyword is a TLV, and waits as such in draft->parts; bgp_ls_finish() puts them in order. */
#include "base/number.h"
#include "bgp/nlri/bgp_ls.h"
#include "bgp/part/rd.h"

enum { NUMBER_TYPE, NUMBER_PROTOCOL, NUMBER_IDENTIFIER }; /* in draft->numbers */
enum { SEEN_PROTOCOL = 1 };

static const struct {
    const char *word;
    enum bgp_ls_type type;
} bgp_ls_types[] = {
    {"node", BGP_LS_NODE},
    {"link", BGP_LS_LINK},
    {"prefix-v4", BGP_LS_PREFIX_IPV4},
    {"prefix-v6", BGP_LS_PREFIX_IPV6},
    {"srv6-sid", BGP_LS_SRV6_SID},
};

enum { BGP_LS_TYPES = sizeof bgp_ls_types / sizeof *bgp_ls_types };

/* ---- Kinds of values: words to octets, and back; text() is false when words do not say them ---- */

static bool address_parse(struct words *words, size_t len, struct buffer *out) {
    struct text t;
    struct ip ip;
    if (!words_next(words, &t) || !ip_parse(t, &ip) || (len && ip.len != len))
        return false;
    put_octets(out, ip.octets, ip.len);
    return true;
}

static bool address_text(struct cursor value, struct buffer *out) {
    size_t len = cursor_left(&value);
    put_ip(out, ip_of(value.p, len));
    return len == 4 || len == 16;
}

static bool area_parse(struct words *words, struct buffer *out) {
    return address_parse(words, 0, out);
}

static bool ipv4_value_parse(struct words *words, struct buffer *out) {
    return address_parse(words, 4, out);
}

static bool ipv6_value_parse(struct words *words, struct buffer *out) {
    return address_parse(words, 16, out);
}

static bool number_value_parse(struct words *words, unsigned octets, struct buffer *out) {
    struct text t;
    uint64_t v;
    if (!words_next(words, &t) || !number_parse(t, (UINT64_C(1) << 8 * octets) - 1, &v))
        return false;
    for (; octets; octets--)
        put_u8(out, (uint8_t)(v >> 8 * (octets - 1)));
    return true;
}

static bool number8_parse(struct words *words, struct buffer *out) {
    return number_value_parse(words, 1, out);
}

static bool number16_parse(struct words *words, struct buffer *out) {
    return number_value_parse(words, 2, out);
}

static bool number32_parse(struct words *words, struct buffer *out) {
    return number_value_parse(words, 4, out);
}

static bool number_text(struct cursor value, struct buffer *out) {
    uint64_t v = 0;
    size_t len = cursor_left(&value);
    while (!cursor_done(&value))
        v = v << 8 | cursor_u8(&value);
    put_decimal(out, v);
    return len && len <= 4;
}

/* `10.1.1.1`, with the designated router `10.1.1.1 10.1.1.2`, or 12 or 14 digits of IS-IS. */
static bool router_id_parse(struct words *words, struct buffer *out) {
    struct text t;
    uint32_t address;
    if (!words_next(words, &t))
        return false;
    if (t.len == 12 || t.len == 14) {
        size_t before = buffer_len(out);
        if (hex_parse(t, out))
            return true;
        buffer_cut(out, before);
    }
    if (!ipv4_parse(t, &address))
        return false;
    put_u32(out, address);
    if (words_peek(words, &t) && ipv4_parse(t, &address)) {
        words_next(words, &t);
        put_u32(out, address);
    }
    return true;
}

static bool router_id_text(struct cursor value, struct buffer *out) {
    size_t len = cursor_left(&value);
    if (len == 6 || len == 7) {
        put_hex(out, value);
        return true;
    }
    if (len != 4 && len != 8)
        return false;
    put_ipv4(out, value.p);
    if (len == 8) {
        put_char(out, ' ');
        put_ipv4(out, value.p + 4);
    }
    return true;
}

static bool link_ids_parse(struct words *words, struct buffer *out) {
    return number32_parse(words, out) && number32_parse(words, out);
}

static bool link_ids_text(struct cursor value, struct buffer *out) {
    if (cursor_left(&value) != 8)
        return false;
    put_decimal(out, cursor_u32(&value));
    put_char(out, ' ');
    put_decimal(out, cursor_u32(&value));
    return true;
}

static bool reachability_parse(struct words *words, struct buffer *out) {
    struct text t;
    struct prefix p;
    if (!words_next(words, &t) || !prefix_parse(t, &p) || prefix_has_host_bits(&p))
        return false;
    put_u8(out, p.bits);
    put_octets(out, p.ip.octets, prefix_octets(p.bits));
    return true;
}

/* How long the address is says the type of the NLRI: see bgp_ls_words_text(). */
static bool reachability_text(struct cursor value, size_t size, struct buffer *out) {
    struct prefix p = {.ip.len = (uint8_t)size, .bits = cursor_u8(&value)};
    if (value.bad || p.bits > 8 * size || cursor_left(&value) != prefix_octets(p.bits))
        return false;
    memcpy(p.ip.octets, value.p, prefix_octets(p.bits));
    put_prefix(out, &p);
    return true;
}

static bool node_parse(struct words *words, struct buffer *out);
static bool node_text(struct cursor value, struct buffer *out);

static const struct ls_word {
    const char *word;
    uint16_t type;
    bool inside; /* of a node */
    const char *want;
    bool (*parse)(struct words *words, struct buffer *out);
    bool (*text)(struct cursor value, struct buffer *out); /* NULL: by the type of the NLRI */
} ls_words[] = {
    {"local-node", BGP_LS_LOCAL_NODE, false, "[ router-id 10.1.1.1 ]", node_parse, node_text},
    {"remote-node", BGP_LS_REMOTE_NODE, false, "[ router-id 10.1.1.1 ]", node_parse, node_text},
    {"link-identifiers", BGP_LS_LINK_ID, false, "two numbers, local and remote", link_ids_parse, link_ids_text},
    {"interface-address", BGP_LS_IPV4_INTERFACE, false, "an IP address", ipv4_value_parse, address_text},
    {"neighbor-address", BGP_LS_IPV4_NEIGHBOR, false, "an IP address", ipv4_value_parse, address_text},
    {"interface-address", BGP_LS_IPV6_INTERFACE, false, "an IP address", ipv6_value_parse, address_text},
    {"neighbor-address", BGP_LS_IPV6_NEIGHBOR, false, "an IP address", ipv6_value_parse, address_text},
    {"multi-topology-id", BGP_LS_TOPOLOGY, false, "a number up to 4095", number16_parse, number_text},
    {"ospf-route-type", BGP_LS_OSPF_ROUTE_TYPE, false, "a number from 1 to 6", number8_parse, number_text},
    {"prefix", BGP_LS_REACHABILITY, false, "a prefix", reachability_parse, NULL},
    {"sid", BGP_LS_SID, false, "an IPv6 address", ipv6_value_parse, address_text},
    {"autonomous-system", BGP_LS_AS, true, "an AS number", number32_parse, number_text},
    {"bgp-ls-identifier", BGP_LS_IDENTIFIER, true, "a number", number32_parse, number_text},
    {"ospf-area-id", BGP_LS_OSPF_AREA, true, "an area: 0.0.0.1", area_parse, address_text},
    {"router-id", BGP_LS_ROUTER_ID, true, "10.1.1.1 or 000000000001", router_id_parse, router_id_text},
    {"bgp-router-id", BGP_LS_BGP_ROUTER_ID, true, "an identifier: 1.2.3.4", ipv4_value_parse, address_text},
    {"confederation-member", BGP_LS_CONFEDERATION, true, "an AS number", number32_parse, number_text},
};

enum { LS_WORDS = sizeof ls_words / sizeof *ls_words };

const char *const bgp_ls_keywords[] = {"protocol-id",
                                       "identifier",
                                       "rd",
                                       "local-node",
                                       "remote-node",
                                       "link-identifiers",
                                       "interface-address",
                                       "neighbor-address",
                                       "multi-topology-id",
                                       "ospf-route-type",
                                       "prefix",
                                       "sid",
                                       "autonomous-system",
                                       "bgp-ls-identifier",
                                       "ospf-area-id",
                                       "router-id",
                                       "bgp-router-id",
                                       "confederation-member",
                                       NULL};

/* Of two rows with one word, that whose address is as long. */
static const struct ls_word *ls_word_named(struct text word, bool inside, const struct words *words) {
    struct text next;
    struct ip ip;
    bool ipv6 = words_peek(words, &next) && ip_parse(next, &ip) && ip.len == 16;
    const struct ls_word *found = NULL;
    for (size_t i = 0; i < LS_WORDS; i++)
        if (ls_words[i].inside == inside && text_is(word, ls_words[i].word) && (!found || ipv6))
            found = &ls_words[i];
    return found;
}

static const struct ls_word *ls_word_of(unsigned type, bool inside) {
    for (size_t i = 0; i < LS_WORDS; i++)
        if (ls_words[i].inside == inside && ls_words[i].type == type)
            return &ls_words[i];
    return NULL;
}

static bool ls_word_read(const struct ls_word *row, struct words *words, struct buffer *out) {
    put_u16(out, row->type);
    size_t hole = put_hole16(out);
    if (!row->parse(words, out))
        return words_fail(words, "%s is not valid: \"%.*s\"", row->word, TEXT_ARGS(words->taken)) ||
               complain_wanted(words->complaint, "%s", row->want);
    fill_hole16(out, hole);
    return true;
}

/* TLVs in ascending order, those of one type as they came. */
static void put_ordered(struct cursor tlvs, struct buffer *out) {
    long last = -1;
    for (bool more = true; more;) {
        struct cursor at = tlvs;
        struct tlv tlv;
        long next = -1;
        while (tlv_next(&at, 2, 2, &tlv))
            if (tlv.type > last && (next < 0 || tlv.type < next))
                next = tlv.type;
        more = next >= 0;
        for (at = tlvs; more && tlv_next(&at, 2, 2, &tlv);) {
            if (tlv.type != next)
                continue;
            put_u16(out, tlv.type);
            put_u16(out, (uint16_t)cursor_left(&tlv.value));
            put_cursor(out, tlv.value);
        }
        last = next;
    }
}

enum { NODE_MOST = 256 };

static bool node_parse(struct words *words, struct buffer *out) {
    uint8_t memory[NODE_MOST];
    struct buffer tlvs = buffer_fixed(memory, sizeof memory);
    struct text word;
    if (!words_expect(words, "["))
        return false;
    while (words_take(words, "a descriptor of the node, or \"]\"", &word) && !text_is(word, "]")) {
        const struct ls_word *row = ls_word_named(word, true, words);
        if (!row)
            return words_fail(words, "\"%.*s\" says nothing of a node", TEXT_ARGS(word));
        if (!ls_word_read(row, words, &tlvs))
            return false;
    }
    put_ordered(buffer_cursor(&tlvs), out);
    return !words->complaint->made && !tlvs.full;
}

static bool node_text(struct cursor value, struct buffer *out) {
    struct tlv tlv;
    put_char(out, '[');
    while (tlv_next(&value, 2, 2, &tlv)) {
        const struct ls_word *row = ls_word_of(tlv.type, true);
        if (!row)
            return false;
        put_char(out, ' ');
        put_string(out, row->word);
        put_char(out, ' ');
        if (!row->text(tlv.value, out))
            return false;
    }
    put_literal(out, " ]");
    return true;
}

/* ---- Routes ---- */

bool bgp_ls_start(struct draft *d, struct words *words) {
    struct text t;
    struct nearest nearest = {0};
    d->numbers[NUMBER_IDENTIFIER] = 0;
    if (!words_take(words, "node, link, prefix-v4, prefix-v6 or srv6-sid", &t))
        return false;
    nearest.word = t;
    for (size_t i = 0; i < BGP_LS_TYPES; i++) {
        if (text_is(t, bgp_ls_types[i].word)) {
            d->numbers[NUMBER_TYPE] = i;
            return true;
        }
        nearest_try(&nearest, bgp_ls_types[i].word);
    }
    words_fail(words, "\"%.*s\" is no type of route", TEXT_ARGS(t));
    complain_nearest(words->complaint, &nearest);
    return false;
}

enum taken bgp_ls_keyword(struct draft *d, struct text keyword, struct words *words) {
    bool good;
    if (text_is(keyword, "protocol-id")) {
        d->seen |= SEEN_PROTOCOL;
        good = words_number(words, "protocol-id", UINT8_MAX, &d->numbers[NUMBER_PROTOCOL]);
    } else if (text_is(keyword, "identifier")) {
        good = words_number(words, "identifier", UINT64_MAX, &d->numbers[NUMBER_IDENTIFIER]);
    } else if (text_is(keyword, "rd") && d->family->safi == SAFI_BGP_LS_VPN) {
        good = d->has_rd = rd_take(words, d->rd);
    } else {
        const struct ls_word *row = ls_word_named(keyword, false, words);
        if (!row)
            return NOT_MINE;
        good = ls_word_read(row, words, &d->parts);
    }
    return good ? TAKEN : TAKEN_BADLY;
}

bool bgp_ls_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    bool vpn = d->family->safi == SAFI_BGP_LS_VPN;
    if (!(d->seen & SEEN_PROTOCOL))
        return words_fail(words, "bgp-ls without protocol-id") || complain_wanted(words->complaint, "protocol-id 2");
    if (vpn && !d->has_rd)
        return words_fail(words, "bgp-ls-vpn without rd") || complain_wanted(words->complaint, "rd 65000:1");
    put_u16(nlri, (uint16_t)bgp_ls_types[d->numbers[NUMBER_TYPE]].type);
    size_t hole = put_hole16(nlri);
    if (vpn)
        put_octets(nlri, d->rd, RD_OCTETS);
    put_u8(nlri, (uint8_t)d->numbers[NUMBER_PROTOCOL]);
    put_u64(nlri, d->numbers[NUMBER_IDENTIFIER]);
    put_ordered(buffer_cursor(&d->parts), nlri);
    fill_hole16(nlri, hole);
    return true;
}

static bool put_ls_words(struct buffer *out, const struct bgp_ls *ls) {
    struct cursor tlvs = ls->tlvs;
    struct tlv tlv;
    while (tlv_next(&tlvs, 2, 2, &tlv)) {
        const struct ls_word *row = ls_word_of(tlv.type, false);
        if (!row)
            return false;
        put_char(out, ' ');
        put_string(out, row->word);
        put_char(out, ' ');
        if (row->text ? !row->text(tlv.value, out)
                      : !reachability_text(tlv.value, ls->type == BGP_LS_PREFIX_IPV4 ? 4 : 16, out))
            return false;
    }
    return true;
}

/* Nothing when there are no words for it. */
void put_bgp_ls_command(struct buffer *out, const struct bgp_ls *ls) {
    size_t start = buffer_len(out);
    for (size_t i = 0; i < BGP_LS_TYPES; i++)
        if (bgp_ls_types[i].type == ls->type)
            put_string(out, bgp_ls_types[i].word);
    put_literal(out, " protocol-id ");
    put_decimal(out, ls->protocol);
    if (ls->identifier) {
        put_literal(out, " identifier ");
        put_decimal(out, ls->identifier);
    }
    if (ls->rd) {
        put_literal(out, " rd ");
        put_rd(out, ls->rd);
    }
    if (!put_ls_words(out, ls))
        buffer_cut(out, start);
}
