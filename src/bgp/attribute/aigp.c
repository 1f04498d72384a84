/* AIGP, RFC 7311: the sum of IGP metrics over several autonomous systems of one owner.
 *
 *     type 1 | length 11 | metric (8)              a TLV; its length counts the three octets before the metric
 *
 * It leaves an autonomous system only where both ends are told so. What comes counts only where the capability section
 * of the session has it, internal sessions too: narrower than RFC 7311 3.3, but what helpers know from ExaBGP. Other
 * TLVs are kept, and mean nothing here. */
#include "base/number.h"
#include "bgp/attribute.h"

enum { AIGP_TLV = 1, AIGP_TLV_LENGTH = 11 };

struct aigp_tlv {
    uint8_t type;
    struct cursor value; /* borrowed */
};

static bool aigp_next(struct cursor *from, struct aigp_tlv *out) {
    if (cursor_done(from))
        return false;
    out->type = cursor_u8(from);
    size_t len = cursor_u16(from);
    if (len < 3)
        from->bad = true;
    out->value = cursor_cut(from, len < 3 ? 0 : len - 3);
    return !from->bad;
}

static enum harm aigp_check(struct cursor value, const struct terms *terms) {
    struct aigp_tlv tlv;
    if (!terms->aigp)
        return HARM_DISCARD;
    while (aigp_next(&value, &tlv))
        if (tlv.type == AIGP_TLV && cursor_left(&tlv.value) != 8)
            return HARM_DISCARD;
    return value.bad ? HARM_DISCARD : HARM_NONE;
}

static bool aigp_parse(struct words *words, struct buffer *value) {
    static const char want[] = "a number of 64 bits, decimal or hexadecimal after 0x";
    struct text t;
    uint64_t metric;
    if (!words_take(words, want, &t))
        return false;
    if (!number_parse_any(t, UINT64_MAX, &metric))
        return words_fail(words, "aigp is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "%s", want);
    put_u8(value, AIGP_TLV);
    put_u16(value, AIGP_TLV_LENGTH);
    put_u64(value, metric);
    return true;
}

/* The metric as hexadecimal, or false when there is none: the first one counts (ATT-26d). */
static bool aigp_metric(struct cursor value, struct cursor *metric) {
    struct aigp_tlv tlv;
    while (aigp_next(&value, &tlv))
        if (tlv.type == AIGP_TLV) {
            *metric = tlv.value;
            return true;
        }
    return false;
}

static void aigp_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct cursor metric;
    (void)style;
    if (!aigp_metric(value, &metric))
        return;
    put_literal(out, "aigp 0x");
    put_hex(out, metric);
}

static void aigp_json(struct cursor value, const struct style *style, struct buffer *out) {
    struct cursor metric;
    (void)style;
    if (!aigp_metric(value, &metric))
        return;
    put_literal(out, "\"aigp\": \"0x");
    put_hex(out, metric);
    put_char(out, '"');
}

static void aigp_send(struct cursor value, const struct terms *terms, struct buffer *out) {
    if (terms_inside(terms) || terms->aigp)
        put_attribute(out, ATTRIBUTE_OPTIONAL, ATTRIBUTE_AIGP, value);
}

const struct attribute_kind attribute_aigp = {
    .code = ATTRIBUTE_AIGP,
    .flags = ATTRIBUTE_OPTIONAL,
    .subcode = 9,
    .asked_for = true,
    .flags_harm = HARM_DISCARD,
    .name = "aigp",
    .row = "ATT-26",
    .want = "a number of 64 bits, decimal or hexadecimal after 0x",
    .check = aigp_check,
    .parse = aigp_parse,
    .text = aigp_text,
    .json = aigp_json,
    .send = aigp_send,
};
