/* AGGREGATOR, RFC 4271 5.1.7, and AS4_AGGREGATOR, RFC 6793: AS number and address of who aggregated the route. */
#include "bgp/attribute/aggregator.h"

#include "base/ip.h"
#include "bgp/attribute.h"
#include "bgp/part/as_number.h"

static enum harm aggregator_check(struct cursor value, const struct terms *terms) {
    size_t len = cursor_left(&value);
    if (len != (terms->as4 ? 8 : 6))
        return HARM_DISCARD;
    return (terms->as4 ? cursor_u32(&value) : cursor_u16(&value)) == 0 ? HARM_DISCARD : HARM_NONE; /* RFC 7607 */
}

static enum harm as4_aggregator_check(struct cursor value, const struct terms *terms) {
    if (terms->as4 || cursor_left(&value) != 8)
        return HARM_DISCARD;
    return cursor_u32(&value) == 0 ? HARM_DISCARD : HARM_NONE;
}

/* Of the right length, it can only be the AS number that is wrong. */
static const char *aggregator_met(struct cursor value, const struct terms *terms, enum harm harm) {
    (void)harm;
    return cursor_left(&value) == (terms->as4 ? 8 : 6) ? "ATT-07z" : "ATT-07";
}

static const char *as4_aggregator_met(struct cursor value, const struct terms *terms, enum harm harm) {
    (void)harm;
    return !terms->as4 && cursor_left(&value) == 8 ? "ATT-17z" : "ATT-18";
}

bool aggregator_is_substitute(struct cursor aggregator) {
    return cursor_u32(&aggregator) == AS_TRANS;
}

static bool aggregator_pair(struct text t, struct buffer *value) {
    struct text as_text;
    bool colon;
    uint32_t as, address;
    struct text address_text = text_cut(t, ':', &as_text, &colon);
    if (!colon || !as_number_parse(as_text, &as) || !ipv4_parse(address_text, &address))
        return false;
    put_u32(value, as);
    put_u32(value, address);
    return true;
}

/* `asn:address`, in parentheses or not; a configuration does not part parentheses from what they touch. */
static bool aggregator_parse(struct words *words, struct buffer *value) {
    static const char want[] = "ASN:ADDRESS, as 65001:192.0.2.1";
    struct text t;
    bool open = words_accept(words, "(");
    if (!words_take(words, want, &t))
        return false;
    if (!open && t.len && t.p[0] == '(') {
        open = true;
        t = (struct text){t.p + 1, t.len - 1};
    }
    if (open && t.len && t.p[t.len - 1] == ')') {
        open = false;
        t.len--;
    }
    if (!aggregator_pair(t, value))
        return words_fail(words, "aggregator is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "%s", want);
    return !open || words_expect(words, ")");
}

static void put_aggregator(struct buffer *out, struct cursor value) {
    put_decimal(out, cursor_u32(&value));
    put_char(out, ':');
    put_ip(out, ip_of(value.p, cursor_left(&value)));
}

static void aggregator_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "aggregator ( ");
    put_aggregator(out, value);
    put_literal(out, " )");
}

static void aggregator_json(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "\"aggregator\": \"");
    put_aggregator(out, value);
    put_char(out, '"');
}

static void aggregator_receive(struct cursor value, const struct terms *terms, struct buffer *value_out) {
    if (!terms->as4)
        put_u32(value_out, cursor_u16(&value));
    put_cursor(value_out, value);
}

static void aggregator_send(struct cursor value, const struct terms *terms, struct buffer *out) {
    const uint8_t flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE;
    uint8_t memory[6];
    struct buffer narrow = buffer_fixed(memory, sizeof memory);
    struct cursor rest = value;
    uint32_t as = cursor_u32(&rest);
    if (terms->as4) {
        put_attribute(out, flags, ATTRIBUTE_AGGREGATOR, value);
        return;
    }
    put_u16(&narrow, as > UINT16_MAX ? AS_TRANS : (uint16_t)as);
    put_cursor(&narrow, rest);
    put_attribute(out, flags, ATTRIBUTE_AGGREGATOR, buffer_cursor(&narrow));
    if (as > UINT16_MAX)
        put_attribute(out, flags, ATTRIBUTE_AS4_AGGREGATOR, value);
}

const struct attribute_kind attribute_aggregator = {
    .code = ATTRIBUTE_AGGREGATOR,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 5,
    .flags_harm = HARM_DISCARD,
    .name = "aggregator",
    .row = "ATT-07",
    .want = "ASN:ADDRESS, as 65001:192.0.2.1",
    .check = aggregator_check,
    .met = aggregator_met,
    .parse = aggregator_parse,
    .text = aggregator_text,
    .json = aggregator_json,
    .receive = aggregator_receive,
    .send = aggregator_send,
    .same = ATTRIBUTE_SAME_AS4,
};

/* Never in a canonical list: what it says is merged. */
const struct attribute_kind attribute_as4_aggregator = {
    .code = ATTRIBUTE_AS4_AGGREGATOR,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .apart = true,
    .flags_harm = HARM_DISCARD,
    .name = "as4-aggregator",
    .row = "ATT-18",
    .check = as4_aggregator_check,
    .met = as4_aggregator_met,
};
