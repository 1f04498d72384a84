/* LOCAL_PREF, RFC 4271 5.1.5: four octets, higher is better. It has no meaning between autonomous systems, but those of
 * one confederation (RFC 5065 5.1): from there it is dropped (RFC 7606 7.5), and never sent. */
#include "base/number.h"
#include "bgp/attribute.h"

static enum harm local_preference_check(struct cursor value, const struct terms *terms) {
    if (!terms_inside(terms))
        return HARM_DISCARD;
    return cursor_left(&value) == 4 ? HARM_NONE : HARM_WITHDRAW;
}

static const char *local_preference_met(struct cursor value, const struct terms *terms, enum harm harm) {
    (void)value, (void)harm;
    return terms_inside(terms) ? "ATT-05" : "ATT-05e";
}

static bool local_preference_parse(struct words *words, struct buffer *value) {
    uint64_t preference;
    if (!words_number(words, "local-preference", UINT32_MAX, &preference))
        return false;
    put_u32(value, (uint32_t)preference);
    return true;
}

static void local_preference_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "local-preference ");
    put_decimal(out, cursor_u32(&value));
}

static void local_preference_json(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "\"local-preference\": ");
    put_decimal(out, cursor_u32(&value));
}

static void local_preference_send(struct cursor value, const struct terms *terms, struct buffer *out) {
    if (terms_inside(terms))
        put_attribute(out, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_LOCAL_PREF, value);
}

const struct attribute_kind attribute_local_preference = {
    .code = ATTRIBUTE_LOCAL_PREF,
    .flags = ATTRIBUTE_TRANSITIVE,
    .subcode = 5,
    .flags_harm = HARM_WITHDRAW,
    .name = "local-preference",
    .row = "ATT-05",
    .want = "a number from 0 to 4294967295",
    .check = local_preference_check,
    .met = local_preference_met,
    .parse = local_preference_parse,
    .text = local_preference_text,
    .json = local_preference_json,
    .send = local_preference_send,
    .same = ATTRIBUTE_SAME_INSIDE,
};
