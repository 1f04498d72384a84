/* EVPN: MAC addresses, Ethernet segments and IP prefixes over a network (RFC 7432, 9136, 9251, 9572).
 *
 *     type(1)  length(1)  fields
 *
 * ExaBGP reads types 1 to 5 and writes none. Here all that the RFCs define can be written; in JSON the types from 6 on
 * are octets, as ExaBGP shows them. A label is three octets of which 20 bits are the label, or all 24 are a VNI
 * (RFC 8365 5.1.3): `label 300` and `vni 10000` write them, JSON shows both. */
#include "bgp/nlri/evpn.h"
#include "base/number.h"

/* ---- Types ---- */

static const struct route_type evpn_types[] = {
    {1,
     "ethernet-ad",
     "Ethernet Auto-Discovery",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_esi, "esi", "esi", 2, true, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 3, true, false},
         {&field_evpn_label, "label", "label", 4, false, false},
     }},
    {2,
     "mac-ip",
     "MAC/IP advertisement",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_esi, "esi", "esi", 2, false, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 3, true, false},
         {&field_mac, "mac", "mac", 4, true, false},
         {&field_address_or_none, "ip", "ip", 6, true, false},
         {&field_evpn_labels, "label", "label", 5, false, false},
     }},
    {3,
     "multicast",
     "Inclusive Multicast Ethernet Tag",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 2, true, false},
         {&field_address, "ip", "ip", 3, true, false},
     }},
    {4,
     "ethernet-segment",
     "Ethernet Segment",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_esi, "esi", "esi", 2, true, false},
         {&field_address, "ip", "ip", 3, true, false},
     }},
    {5,
     "ip-prefix",
     "IP Prefix Advertisement",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_esi, "esi", "esi", 2, false, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 3, true, false},
         {&field_evpn_prefix, "prefix", "ip", 5, true, false},
         {&field_evpn_gateway, "gateway", "gateway", 6, false, false},
         {&field_evpn_label, "label", "label", 4, false, false},
     }},
    {6,
     "selective-multicast",
     NULL,
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 2, true, false},
         {&field_address_or_none, "source", "source", 3, true, false},
         {&field_address_or_none, "group", "group", 4, true, false},
         {&field_address, "originator", "originator", 5, true, false},
         {&field_number8, "flags", "flags", 6, false, false},
     }},
    {7,
     "join-synch",
     NULL,
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_esi, "esi", "esi", 2, true, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 3, true, false},
         {&field_address_or_none, "source", "source", 4, true, false},
         {&field_address_or_none, "group", "group", 5, true, false},
         {&field_address, "originator", "originator", 6, true, false},
         {&field_number8, "flags", "flags", 7, false, false},
     }},
    {8,
     "leave-synch",
     NULL,
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_esi, "esi", "esi", 2, true, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 3, true, false},
         {&field_address_or_none, "source", "source", 4, true, false},
         {&field_address_or_none, "group", "group", 5, true, false},
         {&field_address, "originator", "originator", 6, true, false},
         {&field_tag, "reserved", "reserved", 7, false, false},
         {&field_number8, "response-time", "response-time", 8, false, false},
         {&field_number8, "flags", "flags", 9, false, false},
     }},
    {9,
     "per-region-inclusive",
     NULL,
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 2, true, false},
         {&field_octets8, "region", "region", 3, true, false},
     }},
    {10,
     "selective-pmsi",
     NULL,
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_tag, "ethernet-tag", "ethernet-tag", 2, true, false},
         {&field_address_or_none, "source", "source", 3, true, false},
         {&field_address_or_none, "group", "group", 4, true, false},
         {&field_address, "originator", "originator", 5, true, false},
     }},
    {11,
     "leaf",
     NULL,
     {
         {&field_nested, "key", "key", 1, true, false},
         {&field_address, "originator", "originator", 2, true, false},
     }},
    {0, NULL, NULL, {{NULL, NULL, NULL, 0, false, false}}},
};

enum {
    EVPN_HEADER = 2,
    EVPN_PREFIX = 5,
    EVPN_PREFIX_IPV4 = 34,
    EVPN_PREFIX_IPV6 = 58,
    EVPN_FIXED_PREFIX = 8 + 10 + 4 + 1
};

static bool evpn_cut(struct cursor *from, struct cursor *nlri) {
    const uint8_t *start = from->p;
    cursor_u8(from);
    uint8_t len = cursor_u8(from);
    if (from->bad || !cursor_take(from, len))
        return false;
    *nlri = (struct cursor){start, from->p, false};
    return true;
}

/* False: not a known type, or malformed. */
static bool evpn_open(struct cursor nlri, struct fields *out) {
    unsigned code = cursor_u8(&nlri);
    size_t len = cursor_u8(&nlri);
    const struct route_type *type = route_type_of(evpn_types, code);
    struct field_context context = {.afi = 25};
    if (code == EVPN_PREFIX) {
        if (len != EVPN_PREFIX_IPV4 && len != EVPN_PREFIX_IPV6)
            return false;
        context.address = len == EVPN_PREFIX_IPV4 ? 4 : 16;
    }
    return type && fields_open(type, context, nlri, out);
}

/* Types that only octets are shown of may have any inside. */
static bool evpn_known(struct cursor nlri) {
    const struct route_type *type = route_type_of(evpn_types, cursor_u8(&nlri));
    return type && type->name;
}

static enum harm evpn_check(struct cursor nlri, bool announce) {
    struct fields fields;
    (void)announce;
    return !evpn_known(nlri) || evpn_open(nlri, &fields) ? HARM_NONE : HARM_SKIP;
}

static void evpn_key(struct cursor nlri, struct buffer *out) {
    struct fields fields;
    if (evpn_open(nlri, &fields))
        fields_key(&fields, out);
    else
        put_cursor(out, nlri);
}

/* ---- Words ---- */

static const char *const evpn_keywords[] = {
    "rd",  "esi",    "ethernet-tag", "mac",    "ip",         "label", "vni",      "prefix",        "gateway",
    "key", "source", "group",        "region", "originator", "flags", "reserved", "response-time", NULL};

static bool evpn_start(struct draft *d, struct words *words) {
    return fields_start(d, evpn_types, words);
}

static enum taken evpn_keyword(struct draft *d, struct text keyword, struct words *words) {
    return fields_keyword(d, evpn_types, keyword, words);
}

static bool evpn_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    size_t start = buffer_len(nlri);
    struct fields fields;
    put_u8(nlri, (uint8_t)fields_type(d, evpn_types)->code);
    size_t hole = put_hole8(nlri);
    if (!fields_finish(d, evpn_types, words, nlri))
        return false;
    fill_hole8(nlri, hole);
    if (!evpn_open(buffer_since(nlri, start), &fields))
        return words_fail(words, "addresses, or labels, that do not go together");
    return true;
}

/* ---- Shown ---- */

static void evpn_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    if (!style->command)
        put_family_text(out, nlri, style);
    else if (evpn_open(nlri->octets, &fields))
        fields_text(&fields, out);
}

static void evpn_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    struct cursor octets = nlri->octets;
    bool parsed = evpn_open(octets, &fields) && fields.type->name;
    (void)style;
    put_literal(out, "{ \"code\": ");
    put_decimal(out, cursor_u8(&octets));
    put_literal(out, ", \"parsed\": ");
    put_string(out, parsed ? "true" : "false");
    put_literal(out, ", \"raw\": \"");
    put_hex_upper(out, nlri->octets);
    if (parsed) {
        put_literal(out, "\", \"name\": \"");
        put_string(out, fields.type->name);
        put_literal(out, "\", ");
        fields_json(&fields, out);
        put_literal(out, " }");
    } else {
        put_literal(out, "\" }");
    }
}

const struct family family_evpn = {
    .afi = 25,
    .safi = 70,
    .index = FAMILY_evpn,
    .afi_name = "l2vpn",
    .safi_name = "evpn",
    .next_hops = NEXT_HOP_4 | NEXT_HOP_16,
    .cut = evpn_cut,
    .check = evpn_check,
    .row = "NLR-33",
    .cut_row = "NLR-32",
    .known = evpn_known,
    .key = evpn_key,
    .keywords = evpn_keywords,
    .start = evpn_start,
    .keyword = evpn_keyword,
    .finish = evpn_finish,
    .text = evpn_text,
    .json = evpn_json,
};
