/* Four-octet AS numbers (RFC 6793): AS (4). The OPEN's own field then says 23456 where the number does not fit. */
#include "base/number.h"
#include "bgp/open.h"

static enum harm asn4_check(struct cursor value) {
    return cursor_left(&value) == 4 ? HARM_NONE : HARM_RESET;
}

static void asn4_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    if (!offer->asn4)
        return;
    put_u8(out, CAPABILITY_ASN4);
    put_u8(out, 4);
    put_u32(out, local_as);
}

static void asn4_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    (void)value;
    terms->as4 = offer->asn4;
}

static void asn4_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                      struct buffer *out) {
    (void)open, (void)sent, (void)style;
    put_literal(out, "{ \"name\": \"asn4\", \"asn4\": ");
    put_decimal(out, cursor_u32(&value));
    put_literal(out, " }");
}

static void asn4_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                      struct buffer *out) {
    (void)open, (void)sent, (void)style;
    put_literal(out, "asn4(");
    put_decimal(out, cursor_u32(&value));
    put_char(out, ')');
}

const struct capability_kind capability_asn4 = {
    .code = CAPABILITY_ASN4,
    .name = "asn4",
    .row = "CAP-11",
    .check = asn4_check,
    .offer = asn4_offer,
    .agree = asn4_agree,
    .json = asn4_json,
    .text = asn4_text,
};
