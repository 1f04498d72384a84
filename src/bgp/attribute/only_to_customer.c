/* ONLY_TO_CUSTOMER, RFC 9234 section 5: the AS that sent the route downhill; it must not go up again. ExaBGP does not
 * know it: in events it is octets. */
#include "bgp/attribute.h"
#include "bgp/part/as_number.h"

static enum harm only_to_customer_check(struct cursor value, const struct terms *terms) {
    (void)terms;
    return cursor_left(&value) == 4 ? HARM_NONE : HARM_WITHDRAW;
}

static bool only_to_customer_parse(struct words *words, struct buffer *value) {
    struct text t;
    uint32_t as;
    if (!words_take(words, "an AS number", &t))
        return false;
    if (!as_number_parse(t, &as))
        return words_fail(words, "only-to-customer is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an AS number");
    put_u32(value, as);
    return true;
}

static void only_to_customer_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "only-to-customer ");
    put_decimal(out, cursor_u32(&value));
}

const struct attribute_kind attribute_only_to_customer = {
    .code = ATTRIBUTE_ONLY_TO_CUSTOMER,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .opaque = OPAQUE_ALWAYS,
    .flags_harm = HARM_WITHDRAW,
    .name = "only-to-customer",
    .row = "ATT-35",
    .want = "an AS number",
    .check = only_to_customer_check,
    .parse = only_to_customer_parse,
    .text = only_to_customer_text,
};
