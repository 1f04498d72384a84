/* FlowSpec: rules about packets (RFC 8955), IPv6 ones (RFC 8956), those of a VPN; and about frames
 * (draft-ietf-idr-flowspec-l2vpn as GoBGP has it: route distinguisher, components 14 to 24 beside those of IPv4).
 *
 *     length(1 or 2)  [route distinguisher(8)]  type(1) value  type(1) value ...
 *
 * A length from 240 on is written in two octets, 0xf000 added. Components ascend by type. A value is a prefix, or a
 * list of operator and number whose end only the operators tell.
 *
 * IPv6 prefixes are as ExaBGP has them, not as RFC 8956: after length and offset stands the prefix from its first bit,
 * not from the offset. Where the offset is 0, as it nearly always is, both are the same. */
#include "bgp/nlri/flow.h"

#include "bgp/part/ethernet.h"
#include "bgp/part/rd.h"

enum { FLOW_LENGTH_LONG = 0xf0 };

static uint16_t flow_length(struct cursor *from) {
    uint16_t len = cursor_u8(from);
    return len < FLOW_LENGTH_LONG ? len : (uint16_t)((len & 0x0f) << 8 | cursor_u8(from));
}

static bool flow_cut(struct cursor *from, struct cursor *nlri) {
    const uint8_t *start = from->p;
    uint16_t len = flow_length(from);
    if (from->bad || cursor_left(from) < len)
        return false;
    from->p += len;
    *nlri = cursor_of(start, (size_t)(from->p - start));
    return true;
}

struct cursor flow_inside(const struct family *f, struct cursor nlri, const uint8_t **rd) {
    flow_length(&nlri);
    *rd = f->safi == SAFI_FLOW_VPN ? cursor_take(&nlri, RD_OCTETS) : NULL;
    return nlri;
}

/* Length, offset (IPv6) and prefix. */
static bool flow_prefix_skip(uint16_t afi, struct cursor *from) {
    unsigned bits = cursor_u8(from), offset = afi == 2 ? cursor_u8(from) : 0;
    cursor_take(from, prefix_octets(bits));
    return bits <= (afi == 2 ? 128 : 32) && (offset < bits || offset == 0);
}

uint64_t flow_value_next(struct cursor *from, uint8_t *op) {
    uint64_t value = 0;
    *op = cursor_u8(from);
    for (unsigned left = 1U << ((*op & FLOW_SIZE) >> 4); left; left--)
        value = value << 8 | cursor_u8(from);
    return value;
}

static bool flow_values_skip(struct cursor *from) {
    uint8_t op;
    do
        flow_value_next(from, &op);
    while (!from->bad && !(op & FLOW_END));
    return !from->bad;
}

/* A MAC address, its length in octets (or, in later drafts, in bits). */
static bool flow_mac_skip(struct cursor *from) {
    unsigned len = cursor_u8(from);
    return len <= 48 && cursor_take(from, len <= MAC_OCTETS ? len : prefix_octets(len));
}

static bool flow_value_skip(uint16_t afi, enum flow_kind kind, struct cursor *from) {
    if (kind == FLOW_PREFIX)
        return flow_prefix_skip(afi, from);
    return kind == FLOW_MAC ? flow_mac_skip(from) : flow_values_skip(from);
}

bool flow_part_next(uint16_t afi, struct cursor *from, struct flow_part *out) {
    if (cursor_done(from))
        return false;
    out->component = flow_component_of(afi, cursor_u8(from));
    const uint8_t *start = from->p;
    bool good = out->component && flow_value_skip(afi, out->component->kind, from);
    out->value = cursor_of(start, (size_t)(from->p - start));
    from->bad |= !good;
    return !from->bad;
}

/* Prefixes may be there more than once, as ExaBGP writes them and some vendors want them; others may not. */
static enum harm flow_check(const struct family *f, struct cursor nlri) {
    const uint8_t *rd;
    struct cursor inside = flow_inside(f, nlri, &rd);
    struct flow_part part;
    unsigned last = 0;
    if (inside.bad || cursor_done(&inside))
        return HARM_SKIP;
    while (flow_part_next(f->afi, &inside, &part)) {
        if (part.component->type < last || (part.component->type == last && last > FLOW_SOURCE))
            return HARM_SKIP;
        last = part.component->type;
    }
    return inside.bad ? HARM_SKIP : HARM_NONE;
}

#define FLOW_CHECK(name)                                                                                               \
    static enum harm name##_check(struct cursor nlri, bool announce) {                                                 \
        (void)announce;                                                                                                \
        return flow_check(&family_##name, nlri);                                                                       \
    }

FLOW_CHECK(ipv4_flow)
FLOW_CHECK(ipv4_flow_vpn)
FLOW_CHECK(ipv6_flow)
FLOW_CHECK(ipv6_flow_vpn)
FLOW_CHECK(l2vpn_flow_vpn)

/* ---- Rows ---- */

#define FLOW_ROW(name, number, word, word_safi, safi_word, words, more_flags)                                          \
    const struct family family_##name = {.afi = (number),                                                              \
                                         .safi = (word_safi),                                                          \
                                         .index = FAMILY_##name,                                                       \
                                         .afi_name = (word),                                                           \
                                         .safi_name = (safi_word),                                                     \
                                         .flags = FAMILY_NO_NEXT_HOP | (more_flags),                                   \
                                         .next_hops = NEXT_HOP_0 | NEXT_HOP_4 | NEXT_HOP_16,                           \
                                         .cut = flow_cut,                                                              \
                                         .check = name##_check,                                                        \
                                         .row = "NLR-42",                                                              \
                                         .cut_row = "NLR-41",                                                          \
                                         .keywords = (words),                                                          \
                                         .block = flow_block,                                                          \
                                         .keyword = flow_keyword,                                                      \
                                         .finish = flow_finish,                                                        \
                                         .text = flow_text,                                                            \
                                         .json = flow_json};

FLOW_ROW(ipv4_flow, 1, "ipv4", SAFI_FLOW, "flow", flow_keywords, 0)
FLOW_ROW(ipv4_flow_vpn, 1, "ipv4", SAFI_FLOW_VPN, "flow-vpn", flow_keywords, 0)
FLOW_ROW(ipv6_flow, 2, "ipv6", SAFI_FLOW, "flow", flow_keywords, 0)
FLOW_ROW(ipv6_flow_vpn, 2, "ipv6", SAFI_FLOW_VPN, "flow-vpn", flow_keywords, 0)
FLOW_ROW(l2vpn_flow_vpn, 25, "l2vpn", SAFI_FLOW_VPN, "flow-vpn", flow_l2_keywords, FAMILY_ON_REQUEST)
