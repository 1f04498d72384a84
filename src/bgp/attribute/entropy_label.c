/* Entropy label capability of the next hop, RFC 6790 section 5.2, no more used since RFC 7447. ExaBGP does not know it:
 * in events it is octets.
 *
 * It said all by being there: its value is empty, and whatever stands in it means nothing. A receiver treats it as one
 * that it does not recognize, which is what its row says: it is never malformed, and passed on as it came. */
#include "base/number.h"
#include "bgp/attribute.h"

static const char entropy_label_want[] = "nothing, or octets in hexadecimal after 0x";

static enum harm entropy_label_check(struct cursor value, const struct terms *terms) {
    (void)value, (void)terms;
    return HARM_NONE;
}

static bool entropy_label_parse(struct words *words, struct buffer *value) {
    struct text t;
    if (!words_peek(words, &t) || !text_starts(t, "0x"))
        return true;
    words_next(words, &t);
    return hex_parse((struct text){t.p + 2, t.len - 2}, value) ||
           words_fail(words, "entropy-label is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "%s", entropy_label_want);
}

static void entropy_label_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "entropy-label");
    if (cursor_done(&value))
        return;
    put_literal(out, " 0x");
    put_hex(out, value);
}

const struct attribute_kind attribute_entropy_label = {
    .code = ATTRIBUTE_ENTROPY_LABEL,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .unrecognized = true,
    .may_be_empty = true,
    .opaque = OPAQUE_ALWAYS,
    .flags_harm = HARM_DISCARD,
    .name = "entropy-label",
    .row = "ATT-28",
    .want = entropy_label_want,
    .check = entropy_label_check,
    .parse = entropy_label_parse,
    .text = entropy_label_text,
};
