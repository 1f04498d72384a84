/* Link-local next hops (draft-ietf-idr-linklocal-capability): nothing but its presence. With it, an IPv6 next hop of 16
 * octets may be link-local. ExaBGP 5.0 does not know it. */
#include "bgp/open.h"

static void link_local_next_hop_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (offer->link_local_next_hop)
        put_empty_capability(out, CAPABILITY_LINK_LOCAL_NEXT_HOP);
}

static void link_local_next_hop_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    (void)value;
    terms->link_local_next_hop = offer->link_local_next_hop;
}

static void link_local_next_hop_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                     struct buffer *out) {
    (void)open, (void)sent;
    if (style->form == FORM_5)
        capability_unknown_json(&(struct capability){CAPABILITY_LINK_LOCAL_NEXT_HOP, value}, out);
    else
        put_literal(out, "{ \"name\": \"link-local-nexthop\" }");
}

static void link_local_next_hop_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                     struct buffer *out) {
    (void)open, (void)sent;
    if (style->form == FORM_5)
        capability_unknown_text(&(struct capability){CAPABILITY_LINK_LOCAL_NEXT_HOP, value}, style, out);
    else
        put_literal(out, "link-local nexthop");
}

const struct capability_kind capability_link_local_next_hop = {
    .code = CAPABILITY_LINK_LOCAL_NEXT_HOP,
    .name = "link-local-nexthop",
    .row = "CAP-19",
    .offer = link_local_next_hop_offer,
    .agree = link_local_next_hop_agree,
    .json = link_local_next_hop_json,
    .text = link_local_next_hop_text,
};
