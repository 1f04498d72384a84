/* ExaBGP's own OPERATIONAL message (an expired draft, code 185): nothing but its presence. */
#include "bgp/open.h"

static void operational_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (offer->operational)
        put_empty_capability(out, CAPABILITY_OPERATIONAL);
}

static void operational_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    (void)value;
    terms->operational = offer->operational;
}

static void operational_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                             struct buffer *out) {
    (void)value, (void)open, (void)sent, (void)style;
    put_literal(out, "{ \"name\": \"operational\" }");
}

static void operational_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                             struct buffer *out) {
    (void)value, (void)open, (void)sent, (void)style;
    put_literal(out, "operational");
}

const struct capability_kind capability_operational = {
    .code = CAPABILITY_OPERATIONAL,
    .name = "operational",
    .row = "CAP-19",
    .offer = operational_offer,
    .agree = operational_agree,
    .json = operational_json,
    .text = operational_text,
};
