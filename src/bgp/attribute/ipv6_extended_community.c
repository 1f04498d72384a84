/* IPv6 EXTENDED COMMUNITIES, RFC 5701: type and subtype, an IPv6 address, two octets. The only kind with words is the
 * redirect of FlowSpec to a next hop (draft-ietf-idr-flowspec-redirect-ip). */
#include "base/ip.h"
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/attribute/extended_kind.h"
#include "bgp/part/items.h"

enum { IPV6_COMMUNITY = 20, IPV6_NEXT_HOP = 0x000c, IPV6_REDIRECT = 0x000b };

static enum harm ipv6_community_check(struct cursor value, const struct terms *terms) {
    size_t len = cursor_left(&value);
    (void)terms;
    return len && len % IPV6_COMMUNITY == 0 ? HARM_NONE : HARM_WITHDRAW;
}

static bool ipv6_community_next_hop(struct words *words, bool copy, struct buffer *value) {
    struct text t;
    struct ip ip;
    if (!words_take(words, "an IPv6 address", &t))
        return false;
    if (!ip_parse(t, &ip) || ip.len != 16)
        return words_fail(words, "next-hop is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an IPv6 address");
    put_u16(value, IPV6_NEXT_HOP);
    put_cursor(value, ip_cursor(&ip));
    put_u16(value, copy);
    return !copy || with_copy_parse(words);
}

static bool ipv6_community_parse_one(struct words *words, struct text first, struct buffer *value) {
    bool copy = text_is(first, "copy-to-nexthop-ietf");
    if (copy || text_is(first, "redirect-to-nexthop-ietf"))
        return ipv6_community_next_hop(words, copy, value);
    bool hex = text_starts(first, "0x") && first.len == 2 + 2 * IPV6_COMMUNITY;
    return (hex && hex_parse((struct text){first.p + 2, first.len - 2}, value)) ||
           words_fail(words, "invalid IPv6 extended community \"%.*s\"", TEXT_ARGS(first)) ||
           complain_wanted(words->complaint, "redirect-to-nexthop-ietf ADDRESS, or 0x and 40 digits");
}

static bool ipv6_community_parse(struct words *words, struct buffer *value) {
    struct list list;
    struct text t;
    size_t start = buffer_len(value);
    words_list(words, &list);
    while (words_item(words, &list, &t))
        if (!ipv6_community_parse_one(words, t, value))
            return false;
    items_sort(value, start, IPV6_COMMUNITY, false);
    return !words->complaint->made;
}

/* Type without its upper four bits, and subtype: as ExaBGP tells them apart. */
static uint16_t ipv6_community_kind(struct cursor community) {
    return cursor_u16(&community) & 0x0fff;
}

static void put_ipv6_community(struct buffer *out, struct cursor community, const struct style *style) {
    /* As part of a command only what the words make again: no upper bits, no others in the last two octets. */
    bool exact = community.p[0] == 0 && community.p[18] == 0 && community.p[19] <= 1;
    if (ipv6_community_kind(community) != IPV6_NEXT_HOP || (style->command && !exact)) {
        put_literal(out, "0x");
        put_hex_upper(out, community);
        return;
    }
    bool copy = community.p[19] & 1;
    put_string(out, copy ? "copy-to-nexthop-ietf " : "redirect-to-nexthop-ietf ");
    put_ip(out, ip_of(community.p + 2, 16));
    if (copy)
        put_literal(out, " (with copy)");
}

static void ipv6_community_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct items items;
    struct cursor item;
    items_init(&items, value, IPV6_COMMUNITY, ITEMS_SORTED);
    bool single = items.count == 1;
    put_literal(out, "extended-community-ipv6 ");
    if (!single)
        put_literal(out, "[ ");
    while (items_next(&items, &item)) {
        put_ipv6_community(out, item, style);
        if (!single)
            put_char(out, ' ');
    }
    if (!single)
        put_char(out, ']');
}

static void ipv6_community_json(struct cursor value, const struct style *style, struct buffer *out) {
    struct items items;
    struct cursor item;
    items_init(&items, value, IPV6_COMMUNITY, style->form == FORM_5 ? ITEMS_SORTED : ITEMS_WIRE);
    put_literal(out, "\"extended-community-ipv6\": [ ");
    for (const char *open = "{ \"value\": "; items_next(&items, &item); open = ", { \"value\": ") {
        uint16_t kind = ipv6_community_kind(item);
        put_string(out, open);
        put_decimal_octets(out, item);
        put_literal(out, ", \"string\": \"");
        if (style->form != FORM_5 || kind == IPV6_NEXT_HOP || kind == IPV6_REDIRECT)
            put_ipv6_community(out, item, style);
        put_literal(out, "\" }");
    }
    put_literal(out, " ]");
}

const struct attribute_kind attribute_ipv6_extended_community = {
    .code = ATTRIBUTE_IPV6_EXTENDED_COMMUNITY,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .flags_harm = HARM_WITHDRAW,
    .name = "extended-community-ipv6",
    .row = "ATT-25",
    .want = "IPv6 extended communities: one, or several in brackets: redirect-to-nexthop-ietf 2001:db8::1",
    .check = ipv6_community_check,
    .parse = ipv6_community_parse,
    .text = ipv6_community_text,
    .json = ipv6_community_json,
};
