/* Extended next hop encoding (RFC 8950): AFI (2), SAFI (2), next hop AFI (2), any number of times.
 *
 * We only offer IPv4 routes with IPv6 next hops, and an empty list where nothing is to be listed. Those of an OPEN add
 * up. */
#include "bgp/capability/list.h"
#include "bgp/family.h"
#include "bgp/family_name.h"

enum { NEXT_HOP_TRIPLE = 6, NEXT_HOP_AFI_IPV6 = 2 };

/* In the order in which they are sent. */
static const uint8_t extended_next_hop_safis[] = {1, 2, 4, 128};

static enum harm extended_next_hop_check(struct cursor value) {
    return cursor_left(&value) % NEXT_HOP_TRIPLE ? HARM_RESET : HARM_NONE;
}

static bool extended_next_hop_is_offered(const struct offer *offer, const struct family *f) {
    return f && f->afi == 1 && offer->extended_next_hop_on && terms_has(offer->extended_next_hop, f->index) &&
           memchr(extended_next_hop_safis, f->safi, sizeof extended_next_hop_safis);
}

static void extended_next_hop_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (!offer->extended_next_hop_on)
        return;
    put_u8(out, CAPABILITY_EXTENDED_NEXT_HOP);
    size_t hole = put_hole8(out);
    for (size_t i = 0; i < sizeof extended_next_hop_safis; i++)
        if (extended_next_hop_is_offered(offer, family_of(1, extended_next_hop_safis[i]))) {
            put_u16(out, 1);
            put_u16(out, extended_next_hop_safis[i]);
            put_u16(out, NEXT_HOP_AFI_IPV6);
        }
    fill_hole8(out, hole);
}

static void extended_next_hop_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    while (!cursor_done(&value)) {
        uint16_t afi = cursor_u16(&value), safi = cursor_u16(&value), next_hop = cursor_u16(&value);
        const struct family *f = safi <= UINT8_MAX ? family_of(afi, (uint8_t)safi) : NULL;
        if (next_hop == NEXT_HOP_AFI_IPV6 && extended_next_hop_is_offered(offer, f))
            terms->extended_next_hop |= family_bit(f);
    }
    /* ExaBGP's own: IPv4 next hops of IPv6 routes. No triple says so, the configuration does. */
    for (unsigned i = 0; i < FAMILIES; i++)
        if (family_at(i)->afi == 2)
            terms->extended_next_hop |= offer->extended_next_hop & family_bit(family_at(i));
}

static void put_extended_next_hop(struct cursor triple, char between, struct buffer *out) {
    uint16_t afi = cursor_u16(&triple), safi = cursor_u16(&triple);
    put_family_numbers(out, afi, (uint8_t)safi, between);
    put_char(out, between);
    put_afi(out, cursor_u16(&triple));
}

static void extended_next_hop_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                   struct buffer *out) {
    (void)value, (void)sent, (void)style;
    struct capability_list list = capability_list_of(open, CAPABILITY_EXTENDED_NEXT_HOP, NEXT_HOP_TRIPLE, 6);
    struct cursor triple, last;
    put_literal(out, "{ \"name\": \"nexthop\", \"conversion\": [");
    while (capability_list_next(&list, &triple, &last)) {
        put_string(out, list.count > 1 ? ", \"" : " \"");
        put_extended_next_hop(triple, '/', out);
        put_char(out, '"');
    }
    put_literal(out, " ] }");
}

static void extended_next_hop_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                   struct buffer *out) {
    (void)value, (void)sent, (void)style;
    struct capability_list list = capability_list_of(open, CAPABILITY_EXTENDED_NEXT_HOP, NEXT_HOP_TRIPLE, 6);
    struct cursor triple, last;
    put_literal(out, "nexthop(");
    while (capability_list_next(&list, &triple, &last)) {
        put_string(out, list.count > 1 ? "," : "");
        put_extended_next_hop(triple, ' ', out);
    }
    put_char(out, ')');
}

static const char *extended_next_hop_ignored(struct cursor value, const struct offer *offer,
                                             const struct terms *terms) {
    (void)offer, (void)terms;
    while (!cursor_done(&value)) {
        uint16_t afi = cursor_u16(&value), safi = cursor_u16(&value), next_hop = cursor_u16(&value);
        if (safi > UINT8_MAX || !family_of(afi, (uint8_t)safi) || next_hop == 0 || next_hop > 2)
            return "CAP-06";
    }
    return NULL;
}

const struct capability_kind capability_extended_next_hop = {
    .code = CAPABILITY_EXTENDED_NEXT_HOP,
    .name = "nexthop",
    .row = "CAP-06",
    .ignored = extended_next_hop_ignored,
    .check = extended_next_hop_check,
    .offer = extended_next_hop_offer,
    .agree = extended_next_hop_agree,
    .json = extended_next_hop_json,
    .text = extended_next_hop_text,
};
