/* TUNNEL_ENCAPSULATION, RFC 9012: tunnels to the next hop, or (RFC 9830) the policy that a route of the SR Policy
 * family is about.
 *
 *     tunnel type (2) | length (2) | sub-TLVs                                                  again and again
 *
 * Of the tunnels only SR Policy has words: `tunnel-encap [ sr-policy preference 100 ]`; others are octets. */
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/attribute/sr_policy.h"

static bool tunnel_next(struct cursor *from, struct tlv *out) {
    return tlv_next(from, 2, 2, out);
}

/* An unknown tunnel is not looked into: it has no effect, whatever it holds (ATT-23u). */
static enum harm tunnel_encap_check(struct cursor value, const struct terms *terms) {
    struct tlv tunnel;
    (void)terms;
    if (cursor_done(&value))
        return HARM_WITHDRAW;
    while (tunnel_next(&value, &tunnel))
        if (tunnel.type == TUNNEL_SR_POLICY && !sr_policy_is_good(tunnel.value))
            return HARM_WITHDRAW;
    return value.bad ? HARM_WITHDRAW : HARM_NONE;
}

static bool tunnel_encap_parse(struct words *words, struct buffer *value) {
    struct text t;
    if (!words_expect(words, "[") || !words_expect(words, "sr-policy"))
        return false;
    put_u16(value, TUNNEL_SR_POLICY);
    size_t hole = put_hole16(value);
    while (!words_accept(words, "]")) {
        bool mine;
        if (!words_take(words, "a keyword of an SR Policy, or \"]\"", &t))
            return false;
        if (!sr_policy_parse(t, words, value, &mine))
            return words_fail(words, "unknown in an SR Policy: \"%.*s\"", TEXT_ARGS(t));
    }
    fill_hole16(value, hole);
    return !value->full || words_fail(words, "the SR Policy is too long");
}

/* The word twice: so ExaBGP shows it. */
static void tunnel_encap_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct tlv tunnel;
    if (style->command) {
        put_literal(out, "tunnel-encap [ sr-policy ");
        if (tunnel_next(&value, &tunnel) && tunnel.type == TUNNEL_SR_POLICY && !cursor_done(&tunnel.value)) {
            put_sr_policy_command(out, tunnel.value);
            put_char(out, ' ');
        }
        put_char(out, ']');
        return;
    }
    put_literal(out, "tunnel-encap tunnel-encap [");
    for (const char *between = ""; tunnel_next(&value, &tunnel); between = ", ") {
        put_string(out, between);
        if (tunnel.type == TUNNEL_SR_POLICY) {
            put_literal(out, "sr-policy {");
            put_sr_policy_text(out, tunnel.value);
            put_char(out, '}');
        } else {
            put_literal(out, "tunnel-type:");
            put_decimal(out, tunnel.type);
        }
    }
    put_char(out, ']');
}

static void put_tunnel_json(struct buffer *out, const struct tlv *tunnel) {
    if (tunnel->type == TUNNEL_SR_POLICY) {
        put_literal(out, "\"sr-policy\": ");
        put_sr_policy_json(out, tunnel->value);
        return;
    }
    put_literal(out, "\"tunnel-type-");
    put_decimal(out, tunnel->type);
    put_literal(out, "\": \"0x");
    put_hex_upper(out, tunnel->value);
    put_char(out, '"');
}

/* Of several tunnels of one type the first is shown: a JSON object has each key once. */
static void tunnel_encap_json(struct cursor value, const struct style *style, struct buffer *out) {
    uint8_t seen[(UINT16_MAX + 1) / 8] = {0};
    struct tlv tunnel;
    const char *between = "";
    (void)style;
    put_literal(out, "\"tunnel-encap\": {");
    while (tunnel_next(&value, &tunnel)) {
        uint8_t *octet = &seen[tunnel.type / 8], bit = (uint8_t)(1 << tunnel.type % 8);
        if (*octet & bit)
            continue;
        *octet |= bit;
        put_string(out, between);
        put_tunnel_json(out, &tunnel);
        between = ", ";
    }
    put_char(out, '}');
}

const struct attribute_kind attribute_tunnel_encap = {
    .code = ATTRIBUTE_TUNNEL_ENCAP,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .opaque = OPAQUE_IN_5,
    .flags_harm = HARM_WITHDRAW,
    .name = "tunnel-encap",
    .row = "ATT-23",
    .want = "an SR Policy in brackets: [ sr-policy preference 100 segment-list weight 1 segment type-a mpls 16001 ]",
    .check = tunnel_encap_check,
    .parse = tunnel_encap_parse,
    .text = tunnel_encap_text,
    .json = tunnel_encap_json,
};
