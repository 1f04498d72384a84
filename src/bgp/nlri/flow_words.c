/* FlowSpec rules from words: `destination 10.0.0.0/24 port [ >=80&<=8080 =443 ]`, in any order. What is read of a
 * component waits in draft->parts as type(1) length(2) and octets; flow_finish() puts all of a type together. */
#include "base/number.h"
#include "bgp/nlri/flow.h"
#include "bgp/part/ethernet.h"
#include "bgp/part/rd.h"

enum { FLOW_SEEN_IPV4 = 1, FLOW_SEEN_IPV6 = 2, FLOW_LONGEST = 4095, FLOW_SHORT = 240 };

/* A rule is of the family of its first prefix, and a route distinguisher makes it a VPN's. */
static void flow_settle(struct draft *d) {
    if (d->family == &family_l2vpn_flow_vpn)
        return;
    bool ipv6 = d->family->afi == 2 || d->seen & FLOW_SEEN_IPV6, vpn = d->family->safi == SAFI_FLOW_VPN || d->has_rd;
    static const struct family *const rows[2][2] = {{&family_ipv4_flow, &family_ipv4_flow_vpn},
                                                    {&family_ipv6_flow, &family_ipv6_flow_vpn}};
    d->family = rows[ipv6][vpn];
}

/* ---- Prefixes ---- */

static bool flow_prefix_fail(struct words *words, struct text t) {
    return words_fail(words, "\"%.*s\" is not a prefix", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint,
                           "a prefix with its length: 10.0.0.0/24, 2001:db8::/64 or 2001:db8::/64/32");
}

/* ADDRESS/LENGTH, of IPv6 also ADDRESS/LENGTH/OFFSET. */
static bool flow_prefix_parse(struct text t, struct prefix *p, uint8_t *offset) {
    struct text address, length;
    bool found, more;
    uint64_t v = 0;
    struct text rest = text_cut(t, '/', &address, &found), last = text_cut(rest, '/', &length, &more);
    if (!found || !prefix_parse((struct text){t.p, address.len + 1 + length.len}, p))
        return false;
    if (more && (p->ip.len == 4 || !number_parse(last, p->bits, &v)))
        return false;
    *offset = (uint8_t)v;
    return v < p->bits || v == 0;
}

/* Prefixes of the other family than the first one's are dropped, as ExaBGP does. */
static bool flow_is_other_family(const struct draft *d, bool ipv6) {
    return d->seen & (ipv6 ? FLOW_SEEN_IPV4 : FLOW_SEEN_IPV6);
}

static bool flow_take_prefix(struct draft *d, const struct flow_component *c, struct text t, struct words *words) {
    struct prefix p;
    uint8_t offset;
    if (!flow_prefix_parse(t, &p, &offset))
        return flow_prefix_fail(words, t);
    bool ipv6 = p.ip.len == 16;
    if (flow_is_other_family(d, ipv6))
        return true;
    if (ipv6 ? d->family->afi == 25 : d->family->afi == 2)
        return words_fail(words, "%.*s is no prefix of a rule of %s %s", TEXT_ARGS(t), d->family->afi_name,
                          d->family->safi_name);
    d->seen |= ipv6 ? FLOW_SEEN_IPV6 : FLOW_SEEN_IPV4;
    put_u8(&d->parts, c->type);
    size_t hole = put_hole16(&d->parts);
    put_u8(&d->parts, p.bits);
    if (ipv6)
        put_u8(&d->parts, offset);
    put_octets(&d->parts, p.ip.octets, prefix_octets(p.bits));
    fill_hole16(&d->parts, hole);
    return true;
}

/* ---- Values ---- */

static bool flow_starts(struct text *t, const char *mark) {
    if (!text_starts(*t, mark))
        return false;
    t->p += strlen(mark);
    t->len -= strlen(mark);
    return true;
}

static bool flow_take_operator(enum flow_kind kind, struct text *t, uint8_t *op) {
    static const struct {
        const char *mark;
        uint8_t op;
    } numbers[] = {{">=", 3}, {"<=", 5}, {"!=", 6}, {"=", 1}, {">", 2}, {"<", 4}},
      bits[] = {{"!=", 3}, {"!", 2}, {"=", 1}};
    for (size_t i = 0; kind == FLOW_NUMBER && i < sizeof numbers / sizeof *numbers; i++)
        if (flow_starts(t, numbers[i].mark)) {
            *op = numbers[i].op;
            return true;
        }
    for (size_t i = 0; kind == FLOW_BITS && i < sizeof bits / sizeof *bits; i++)
        if (flow_starts(t, bits[i].mark)) {
            *op = bits[i].op;
            return true;
        }
    *op = kind == FLOW_NUMBER ? FLOW_EQUAL : 0;
    return !text_starts(*t, "!");
}

/* One value behind its operator, in as few octets as it needs. */
static void put_flow_pair(struct buffer *b, uint8_t op, uint32_t value) {
    unsigned size = value > UINT16_MAX ? 2 : value > UINT8_MAX ? 1 : 0;
    put_u8(b, (uint8_t)(op | size << 4));
    for (int shift = (8 << size) - 8; shift >= 0; shift -= 8)
        put_u8(b, (uint8_t)(value >> shift));
}

/* Values joined by `&` in one word. */
static bool flow_take_word(struct draft *d, const struct flow_component *c, struct text word, struct words *words) {
    bool more = true;
    for (uint8_t and = 0; more && word.len; and = FLOW_AND) {
        struct text one;
        uint8_t op;
        uint32_t value;
        word = text_cut(word, '&', &one, &more);
        if (!flow_take_operator(c->kind, &one, &op))
            return words_fail(words, "invalid operator syntax %.*s", TEXT_ARGS(one));
        if (!flow_value_parse(c, one, &value))
            return words_fail(words, "unknown %s %.*s", c->what, TEXT_ARGS(one)) ||
                   complain_wanted(words->complaint,
                                   c->names || c->named ? "a name, or a number from 0 to %u" : "a number from 0 to %u",
                                   c->most);
        put_flow_pair(&d->parts, op | and, value);
    }
    return true;
}

static bool flow_take_values(struct draft *d, const struct flow_component *c, struct words *words) {
    struct list list;
    struct text t;
    unsigned count = 0;
    put_u8(&d->parts, c->type);
    size_t hole = put_hole16(&d->parts);
    words_list(words, &list);
    while (words_item(words, &list, &t)) {
        count++;
        if (!flow_take_word(d, c, t, words))
            return false;
    }
    if (count == 0 && !words->complaint->made)
        return words_fail(words, "%s without a value", c->name);
    fill_hole16(&d->parts, hole);
    return !words->complaint->made;
}

static bool flow_take_mac(struct draft *d, const struct flow_component *c, struct words *words) {
    static const char want[] = "a MAC address: 00:11:22:33:44:55";
    struct text t;
    uint8_t mac[MAC_OCTETS];
    if (!words_take(words, want, &t))
        return false;
    if (!colons_parse(t, mac, sizeof mac))
        return words_fail(words, "\"%.*s\" is no MAC address", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "%s", want);
    put_u8(&d->parts, c->type);
    size_t hole = put_hole16(&d->parts);
    put_u8(&d->parts, MAC_OCTETS);
    put_octets(&d->parts, mac, sizeof mac);
    fill_hole16(&d->parts, hole);
    return true;
}

static bool flow_take_component(struct draft *d, const struct flow_component *c, struct words *words) {
    struct list list;
    struct text t;
    if (c->kind == FLOW_MAC)
        return flow_take_mac(d, c, words);
    if (c->kind != FLOW_PREFIX)
        return flow_take_values(d, c, words);
    words_list(words, &list);
    while (words_item(words, &list, &t))
        if (!flow_take_prefix(d, c, t, words))
            return false;
    return !words->complaint->made;
}

/* Components of IPv4 and IPv6 are not told apart before all is read (config.md 16); those of frames are. */
static bool flow_suits(const struct draft *d, const struct flow_component *c) {
    return d->family->afi == 25 ? c->families & FLOW_L2 : c->families != FLOW_L2;
}

enum taken flow_keyword(struct draft *d, struct text keyword, struct words *words) {
    const struct flow_component *c = flow_component_named(keyword);
    bool good;
    if (c && !flow_suits(d, c))
        return NOT_MINE;
    if (c)
        good = flow_take_component(d, c, words);
    else if (text_is(keyword, "rd") || text_is(keyword, "route-distinguisher"))
        good = d->has_rd = rd_take(words, d->rd);
    else
        return flow_then(d, keyword, words);
    flow_settle(d);
    return good ? TAKEN : TAKEN_BADLY;
}

const char *flow_block(struct text keyword) {
    return flow_component_named(keyword) ? "match" : flow_then_block(keyword);
}

/* ---- The end ---- */

/* All values of one type, of which the last ends the list; a prefix, or MAC address, is a component each. */
static void put_flow_type(const struct draft *d, uint8_t type, struct buffer *out) {
    const struct flow_component *c = flow_component_of(d->family->afi, type);
    bool list = !c || c->kind == FLOW_NUMBER || c->kind == FLOW_BITS;
    struct cursor parts = buffer_cursor(&d->parts);
    size_t last = 0; /* where in `out` the last operator is */
    while (!cursor_done(&parts)) {
        uint8_t of = cursor_u8(&parts), op;
        struct cursor value = cursor_cut(&parts, cursor_u16(&parts));
        if (of != type)
            continue;
        if (!list || last == 0)
            put_u8(out, type);
        size_t start = buffer_len(out);
        put_cursor(out, value);
        for (struct cursor at = value; list && !cursor_done(&at); flow_value_next(&at, &op))
            last = start + (size_t)(at.p - value.p);
    }
    if (last && !out->full)
        out->base[last] |= FLOW_END;
}

bool flow_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    size_t start = buffer_len(nlri);
    bool vpn = d->family->safi == SAFI_FLOW_VPN;
    if (vpn && !d->has_rd)
        return words_fail(words, "a flow-vpn rule without rd") || complain_wanted(words->complaint, "rd 65000:1");
    put_u16(nlri, 0);
    if (vpn)
        put_octets(nlri, d->rd, RD_OCTETS);
    for (uint8_t type = FLOW_DESTINATION; type < FLOW_TYPES; type++)
        put_flow_type(d, type, nlri);
    size_t len = buffer_len(nlri) - start - 2;
    if (len > FLOW_LONGEST)
        return words_fail(words, "a rule of %zu octets is longer than FlowSpec allows (%d)", len, FLOW_LONGEST);
    if (nlri->full)
        return true;
    if (len >= FLOW_SHORT) {
        poke_u16(nlri->base + start, (uint16_t)(0xf000 | len));
        return true;
    }
    memmove(nlri->base + start + 1, nlri->base + start + 2, len);
    nlri->base[start] = (uint8_t)len;
    nlri->p--;
    return true;
}
