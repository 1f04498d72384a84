/* ATOMIC_AGGREGATE, RFC 4271 5.1.6: no value; that it is there says that more specific routes were left out. */
#include "bgp/attribute.h"

static enum harm atomic_aggregate_check(struct cursor value, const struct terms *terms) {
    (void)terms;
    return cursor_done(&value) ? HARM_NONE : HARM_DISCARD;
}

static bool atomic_aggregate_parse(struct words *words, struct buffer *value) {
    (void)words;
    (void)value;
    return true;
}

static void atomic_aggregate_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)value;
    (void)style;
    put_literal(out, "atomic-aggregate");
}

static void atomic_aggregate_json(struct cursor value, const struct style *style, struct buffer *out) {
    (void)value;
    (void)style;
    put_literal(out, "\"atomic-aggregate\": true");
}

const struct attribute_kind attribute_atomic_aggregate = {
    .code = ATTRIBUTE_ATOMIC_AGGREGATE,
    .flags = ATTRIBUTE_TRANSITIVE,
    .subcode = 5,
    .may_be_empty = true,
    .flags_harm = HARM_DISCARD,
    .name = "atomic-aggregate",
    .row = "ATT-06",
    .want = "no value",
    .check = atomic_aggregate_check,
    .parse = atomic_aggregate_parse,
    .text = atomic_aggregate_text,
    .json = atomic_aggregate_json,
};
