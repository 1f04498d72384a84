/* NEXT_HOP, RFC 4271 5.1.3: where the traffic goes.
 *
 * On the wire it is four octets. In a canonical list it is also the next hop of MP_REACH_NLRI, with 16 octets, or 32
 * where a link-local address follows the global one; and none at all for `self`, which each session fills in. */
#include "base/ip.h"
#include "bgp/attribute.h"

static enum harm next_hop_check(struct cursor value, const struct terms *terms) {
    (void)terms;
    return cursor_left(&value) == 4 ? HARM_NONE : HARM_WITHDRAW;
}

static bool next_hop_parse(struct words *words, struct buffer *value) {
    struct text t;
    struct ip ip;
    if (!words_take(words, "an address, or self", &t))
        return false;
    if (text_is_any_case(t, "self"))
        return true;
    if (!ip_parse(t, &ip))
        return words_fail(words, "next-hop is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an address, or self");
    put_cursor(value, ip_cursor(&ip));
    return true;
}

/* Of two addresses the global one is shown. */
static void put_next_hop(struct buffer *out, struct cursor value) {
    size_t len = cursor_left(&value);
    if (len == 0)
        put_literal(out, "self");
    else
        put_ip(out, ip_of(value.p, len > 16 ? 16 : len));
}

static void next_hop_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "next-hop ");
    put_next_hop(out, value);
}

static void next_hop_json(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "\"next-hop\": \"");
    put_next_hop(out, value);
    put_char(out, '"');
}

const struct attribute_kind attribute_next_hop = {
    .code = ATTRIBUTE_NEXT_HOP,
    .flags = ATTRIBUTE_TRANSITIVE,
    .subcode = 8,
    .may_be_empty = true,
    .apart = true,
    .flags_harm = HARM_WITHDRAW,
    .name = "next-hop",
    .row = "ATT-03",
    .want = "an address, or self",
    .check = next_hop_check,
    .parse = next_hop_parse,
    .text = next_hop_text,
    .json = next_hop_json,
};
