/* ORIGINATOR_ID, RFC 4456 section 8: the BGP identifier of the router that brought the route into the AS. Only inside
 * of an AS; from outside it is dropped (RFC 7606 7.9). */
#include "base/ip.h"
#include "bgp/attribute.h"

static enum harm originator_id_check(struct cursor value, const struct terms *terms) {
    if (!terms->internal)
        return HARM_DISCARD;
    return cursor_left(&value) == 4 ? HARM_NONE : HARM_WITHDRAW;
}

static bool originator_id_parse(struct words *words, struct buffer *value) {
    struct text t;
    uint32_t id;
    if (!words_take(words, "an IPv4 address", &t))
        return false;
    if (!ipv4_parse(t, &id))
        return words_fail(words, "originator-id is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an IPv4 address");
    put_u32(value, id);
    return true;
}

static void originator_id_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "originator-id ");
    put_ip(out, ip_of(value.p, cursor_left(&value)));
}

static void originator_id_json(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "\"originator-id\": \"");
    put_ip(out, ip_of(value.p, cursor_left(&value)));
    put_char(out, '"');
}

const struct attribute_kind attribute_originator_id = {
    .code = ATTRIBUTE_ORIGINATOR_ID,
    .flags = ATTRIBUTE_OPTIONAL,
    .subcode = 5,
    .flags_harm = HARM_WITHDRAW,
    .name = "originator-id",
    .row = "ATT-09",
    .want = "an IPv4 address",
    .check = originator_id_check,
    .parse = originator_id_parse,
    .text = originator_id_text,
    .json = originator_id_json,
};
