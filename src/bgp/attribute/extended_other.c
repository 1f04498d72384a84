/* Extended communities that are neither plain numbers nor actions of FlowSpec. */
#include "base/number.h"
#include "bgp/attribute/extended_row.h"

/* Tunnel types of RFC 9012; the numbers between them have no name. */
static const struct tunnel_name {
    uint16_t type;
    const char *name;
} tunnel_names[] = {
    {0, "Default"}, {1, "L2TPv3"}, {2, "GRE"},        {7, "IP-in-IP"},     {8, "VXLAN"},
    {9, "NVGRE"},   {10, "MPLS"},  {12, "VXLAN-GPE"}, {13, "MPLS-in-UDP"},
};

enum { TUNNEL_NAMES = sizeof tunnel_names / sizeof *tunnel_names };

bool extended_encap_text(struct cursor value, const struct style *style, struct buffer *out) {
    cursor_u32(&value);
    uint16_t type = cursor_u16(&value);
    (void)style;
    put_literal(out, "encap:");
    for (size_t i = 0; i < TUNNEL_NAMES; i++)
        if (tunnel_names[i].type == type) {
            put_string(out, tunnel_names[i].name);
            return true;
        }
    put_literal(out, "encap:UNKNOWN-");
    put_decimal(out, type);
    return true;
}

bool extended_encap_parse(struct words *words, struct text rest, struct buffer *value) {
    static const char unknown[] = "encap:UNKNOWN-";
    uint64_t type;
    (void)words;
    if (text_starts(rest, unknown))
        rest = (struct text){rest.p + sizeof unknown - 1, rest.len - (sizeof unknown - 1)};
    bool found = number_parse(rest, UINT16_MAX, &type);
    for (size_t i = 0; !found && i < TUNNEL_NAMES; i++)
        if (text_is_any_case(rest, tunnel_names[i].name)) {
            type = tunnel_names[i].type;
            found = true;
        }
    if (!found)
        return false;
    put_zeros(value, 4);
    put_u16(value, (uint16_t)type);
    return true;
}

/* Flags, a reserved octet, sequence number: RFC 7432 7.7. */
bool extended_mac_mobility_text(struct cursor value, const struct style *style, struct buffer *out) {
    bool sticky = cursor_u16(&value) >> 8 == 1;
    (void)style;
    put_literal(out, "mac-mobility:");
    put_decimal(out, cursor_u32(&value));
    if (sticky)
        put_literal(out, ":sticky");
    return true;
}

bool extended_mac_mobility_parse(struct words *words, struct text rest, struct buffer *value) {
    struct text number;
    bool colon;
    uint64_t sequence;
    struct text sticky = text_cut(rest, ':', &number, &colon);
    (void)words;
    if (!number_parse(number, UINT32_MAX, &sequence) || (colon && !text_is(sticky, "sticky")))
        return false;
    put_u16(value, colon ? 0x0100 : 0);
    put_u32(value, (uint32_t)sequence);
    return true;
}

/* AS number, then two bits of direction and 14 bits of group: draft-ietf-idr-flowspec-interfaceset. */
static const char *const direction_names[] = {"0", "input", "output", "input-output"};

bool extended_interface_set_text(struct cursor value, const struct style *style, struct buffer *out) {
    uint32_t as = cursor_u32(&value);
    uint16_t group = cursor_u16(&value);
    (void)style;
    put_literal(out, "interface-set:");
    put_string(out, direction_names[group >> 14]);
    put_char(out, ':');
    put_decimal(out, as);
    put_char(out, ':');
    put_decimal(out, group & 0x3fff);
    return true;
}

bool extended_interface_set_parse(struct words *words, struct text rest, struct buffer *value) {
    struct text direction, as_text;
    bool colon, second;
    uint64_t as, group;
    (void)words;
    rest = text_cut(rest, ':', &direction, &colon);
    if (text_is(direction, "transitive") || text_is(direction, "non-transitive")) {
        if (text_is(direction, "non-transitive") && !value->full)
            value->p[-2] |= 0x40;
        rest = text_cut(rest, ':', &direction, &colon);
    }
    struct text group_text = text_cut(rest, ':', &as_text, &second);
    if (!colon || !second || !number_parse(as_text, UINT32_MAX, &as) || !number_parse(group_text, 0x3fff, &group))
        return false;
    for (unsigned i = 0; i < 4; i++)
        if (text_is(direction, direction_names[i])) {
            put_u32(value, (uint32_t)as);
            put_u16(value, (uint16_t)(i << 14 | group));
            return true;
        }
    return false;
}

bool extended_hash_order_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "consistentHashSortOrder:");
    put_decimal(out, cursor_u32(&value));
    return true;
}

/* A rate in octets a second: draft-ietf-idr-link-bandwidth. Written, but shown in hexadecimal as ExaBGP does. */
bool extended_bandwidth_parse(struct words *words, struct text rest, struct buffer *value) {
    struct text as_text;
    bool colon;
    uint64_t as, rate;
    struct text extended_rate_text = text_cut(rest, ':', &as_text, &colon);
    (void)words;
    if (!colon || !number_parse(as_text, UINT16_MAX, &as) || !number_parse(extended_rate_text, UINT32_MAX, &rate))
        return false;
    float f = (float)(double)rate;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    put_u16(value, (uint16_t)as);
    put_u32(value, bits);
    return true;
}
