/* Next-hop capability, later "next hop dependent characteristics": draft-ietf-idr-next-hop-capability and
 * draft-ietf-idr-entropy-label, which carries the entropy label capability (RFC 6790) in it. Never more than octets.
 *
 *     code (2) | length (2) | value                       of the first draft, again and again
 *     AFI (2) | SAFI (1) | length (1) | next hop          before the same, in the later one
 *
 * The number is shared by both, so what is well formed for either is let through. */
#include "bgp/attribute.h"
#include "bgp/part/tlv.h"

static bool capabilities_are_good(struct cursor value) {
    struct tlv tlv;
    while (tlv_next(&value, 2, 2, &tlv))
        ;
    return !value.bad;
}

static enum harm next_hop_capability_check(struct cursor value, const struct terms *terms) {
    struct cursor rest = value;
    (void)terms;
    cursor_u24(&rest);
    size_t next_hop = cursor_u8(&rest);
    cursor_take(&rest, next_hop);
    if (!rest.bad && capabilities_are_good(rest))
        return HARM_NONE;
    return !cursor_done(&value) && capabilities_are_good(value) ? HARM_NONE : HARM_DISCARD;
}

const struct attribute_kind attribute_next_hop_capability = {
    .code = ATTRIBUTE_NEXT_HOP_CAPABILITY,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .opaque = OPAQUE_ALWAYS,
    .flags_harm = HARM_WITHDRAW,
    .name = "next-hop-capability",
    .row = "ATT-39",
    .check = next_hop_capability_check,
};
