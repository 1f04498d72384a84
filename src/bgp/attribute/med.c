/* MULTI_EXIT_DISC, RFC 4271 5.1.4: four octets, a plain number; lower is better. */
#include "base/number.h"
#include "bgp/attribute.h"

static enum harm med_check(struct cursor value, const struct terms *terms) {
    (void)terms;
    return cursor_left(&value) == 4 ? HARM_NONE : HARM_WITHDRAW;
}

static bool med_parse(struct words *words, struct buffer *value) {
    uint64_t med;
    if (!words_number(words, "MED", UINT32_MAX, &med))
        return false;
    put_u32(value, (uint32_t)med);
    return true;
}

static void med_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "med ");
    put_decimal(out, cursor_u32(&value));
}

static void med_json(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "\"med\": ");
    put_decimal(out, cursor_u32(&value));
}

const struct attribute_kind attribute_med = {
    .code = ATTRIBUTE_MED,
    .flags = ATTRIBUTE_OPTIONAL,
    .subcode = 5,
    .flags_harm = HARM_WITHDRAW,
    .name = "med",
    .row = "ATT-04",
    .want = "a number from 0 to 4294967295",
    .check = med_check,
    .parse = med_parse,
    .text = med_text,
    .json = med_json,
};
