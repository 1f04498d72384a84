/* ORIGIN, RFC 4271 5.1.1: one octet that says how the route came into BGP. */
#include "bgp/attribute.h"

static const char *const origin_names[] = {"igp", "egp", "incomplete"};

enum { ORIGINS = sizeof origin_names / sizeof *origin_names };

static enum harm origin_check(struct cursor value, const struct terms *terms) {
    (void)terms;
    return cursor_left(&value) == 1 && value.p[0] < ORIGINS ? HARM_NONE : HARM_WITHDRAW;
}

static bool origin_parse(struct words *words, struct buffer *value) {
    struct text t;
    if (!words_take(words, "igp, egp or incomplete", &t))
        return false;
    for (uint8_t i = 0; i < ORIGINS; i++)
        if (text_is_any_case(t, origin_names[i])) {
            put_u8(value, i);
            return true;
        }
    return words_fail(words, "origin is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "igp, egp or incomplete");
}

static void origin_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "origin ");
    put_string(out, origin_names[cursor_u8(&value) % ORIGINS]);
}

static void origin_json(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "\"origin\": \"");
    put_string(out, origin_names[cursor_u8(&value) % ORIGINS]);
    put_char(out, '"');
}

const struct attribute_kind attribute_origin = {
    .code = ATTRIBUTE_ORIGIN,
    .flags = ATTRIBUTE_TRANSITIVE,
    .subcode = 6,
    .flags_harm = HARM_WITHDRAW,
    .name = "origin",
    .row = "ATT-01",
    .want = "igp, egp or incomplete",
    .check = origin_check,
    .parse = origin_parse,
    .text = origin_text,
    .json = origin_json,
};
