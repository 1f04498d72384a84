/* ATTR_SET, RFC 6368: the attributes of a customer, carried across a provider as they were.
 *
 *     origin AS (4) | attributes ...
 *
 * Inside, AS numbers have four octets, and what says how to reach something has no place. ExaBGP does not know it: in
 * events it is octets. In words it is `attr-set [ 65001 origin igp med 5 ]`. */
#include "bgp/attribute.h"
#include "bgp/part/as_number.h"

static bool attr_set_takes(uint8_t code) {
    return code != ATTRIBUTE_MP_REACH && code != ATTRIBUTE_MP_UNREACH && code != ATTRIBUTE_NEXT_HOP &&
           code != ATTRIBUTE_ATTR_SET;
}

static bool attr_set_member_is_good(const struct attribute *a) {
    static const struct terms inside = {.as4 = true, .internal = true, .aigp = true};
    const struct attribute_kind *kind = attribute_kind_of(a->code);
    const uint8_t mask = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE;
    if (!attr_set_takes(a->code))
        return false;
    return !kind || ((a->flags & mask) == kind->flags && kind->check(a->value, &inside) == HARM_NONE);
}

static enum harm attr_set_check(struct cursor value, const struct terms *terms) {
    struct attribute a;
    (void)terms;
    cursor_u32(&value);
    while (attribute_next(&value, &a))
        if (!attr_set_member_is_good(&a))
            return HARM_WITHDRAW;
    return value.bad ? HARM_WITHDRAW : HARM_NONE;
}

/* ---- Words ---- */

/* The value was written behind three octets left free for its head; a long one needs a fourth. */
static void attr_set_close(struct buffer *value, size_t start, uint8_t flags, uint8_t code) {
    size_t len = buffer_len(value) - start - 3;
    bool extended = len > UINT8_MAX || flags & ATTRIBUTE_EXTENDED;
    if (extended)
        put_u8(value, 0);
    if (value->full)
        return;
    uint8_t *head = value->base + start;
    if (extended) {
        memmove(head + 4, head + 3, len);
        poke_u16(head + 2, (uint16_t)len);
    } else {
        head[2] = (uint8_t)len;
    }
    head[0] = extended ? flags | ATTRIBUTE_EXTENDED : flags;
    head[1] = code;
}

static bool attr_set_member(struct words *words, struct text name, struct buffer *value) {
    size_t start = buffer_len(value);
    const struct attribute_kind *kind = attribute_kind_named(name);
    uint8_t flags = 0, code = 0;
    put_zeros(value, 3);
    if (text_is(name, "attribute")) {
        if (!attribute_generic_parse(words, &flags, &code, value))
            return false;
    } else if (kind && kind->parse) {
        flags = kind->flags;
        code = kind->code;
        if (attr_set_takes(code) && !kind->parse(words, value))
            return false;
    }
    if (!code || !attr_set_takes(code))
        return words_fail(words, "not for attr-set: \"%.*s\"", TEXT_ARGS(name)) ||
               complain_wanted(words->complaint, "an attribute other than a next hop");
    attr_set_close(value, start, flags, code);
    return true;
}

static bool attr_set_parse(struct words *words, struct buffer *value) {
    struct text t;
    uint32_t as;
    if (!words_expect(words, "[") || !words_take(words, "the AS number of the origin", &t))
        return false;
    if (!as_number_parse(t, &as))
        return words_fail(words, "attr-set is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "the AS number of the origin");
    put_u32(value, as);
    while (!words_accept(words, "]"))
        if (!words_take(words, "an attribute or \"]\"", &t) || !attr_set_member(words, t, value))
            return false;
    return true;
}

static void attr_set_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct attribute a;
    put_literal(out, "attr-set [ ");
    put_decimal(out, cursor_u32(&value));
    while (attribute_next(&value, &a)) {
        put_char(out, ' ');
        attribute_text(&a, buffer_len(out), style, out);
    }
    put_literal(out, " ]");
}

const struct attribute_kind attribute_attr_set = {
    .code = ATTRIBUTE_ATTR_SET,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .opaque = OPAQUE_ALWAYS,
    .flags_harm = HARM_WITHDRAW,
    .name = "attr-set",
    .row = "ATT-128",
    .want = "the AS number of the origin and attributes, in brackets: [ 65001 origin igp med 5 ]",
    .check = attr_set_check,
    .parse = attr_set_parse,
    .text = attr_set_text,
};
