/* D-PATH, draft-ietf-bess-evpn-ipvpn-interworking: the domains that a route between EVPN and IP VPN has passed.
 *
 *     count (1) | global administrator (4) | local administrator (2) | SAFI (1) | ...       a segment; again and again
 *
 * A draft's number: what is received is octets that nobody looks at. It can be written, to try others with it. */
#include "base/number.h"
#include "bgp/attribute.h"

enum { DOMAIN = 7, DOMAINS_MOST = 255 };

static bool domain_parse(struct text t, struct buffer *value) {
    static const uint64_t most[] = {UINT32_MAX, UINT16_MAX, UINT8_MAX};
    uint64_t part[3];
    for (int i = 0; i < 3; i++) {
        struct text head;
        bool colon;
        t = text_cut(t, ':', &head, &colon);
        if (colon != (i < 2) || !number_parse(head, most[i], &part[i]))
            return false;
    }
    put_u32(value, (uint32_t)part[0]);
    put_u16(value, (uint16_t)part[1]);
    put_u8(value, (uint8_t)part[2]);
    return true;
}

/* All in one segment: more is only a question of size. */
static bool d_path_parse(struct words *words, struct buffer *value) {
    static const char want[] = "domains in brackets, as [ 65001:1:70 65002:1:128 ]";
    struct list list;
    struct text t;
    size_t hole = put_hole8(value), count = 0;
    words_list(words, &list);
    for (; words_item(words, &list, &t); count++)
        if (!domain_parse(t, value))
            return words_fail(words, "d-path is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
                   complain_wanted(words->complaint, "%s", want);
    if (words->complaint->made)
        return false;
    if (count == 0 || count > DOMAINS_MOST)
        return words_fail(words, "d-path has %zu domains", count) || complain_wanted(words->complaint, "%s", want);
    if (!value->full)
        value->base[hole] = (uint8_t)count;
    return true;
}

static void d_path_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "d-path [");
    cursor_u8(&value);
    while (cursor_left(&value) >= DOMAIN) {
        put_char(out, ' ');
        put_decimal(out, cursor_u32(&value));
        put_char(out, ':');
        put_decimal(out, cursor_u16(&value));
        put_char(out, ':');
        put_decimal(out, cursor_u8(&value));
    }
    put_literal(out, " ]");
}

const struct attribute_kind attribute_d_path = {
    .code = ATTRIBUTE_D_PATH,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .written_only = true,
    .name = "d-path",
    .row = "ATT-36",
    .want = "domains in brackets, as [ 65001:1:70 65002:1:128 ]",
    .parse = d_path_parse,
    .text = d_path_text,
};
