/* What FlowSpec does with the packets of a rule: actions, each an extended community (RFC 8955 7, 8956 6), and the next
 * hop that some of them need. */
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/attribute/extended_kind.h"
#include "bgp/nlri/flow.h"

/* Type and sub-type of the community. */
enum {
    FLOW_ACTION = 0x8007,
    FLOW_MARK = 0x8009,
    FLOW_TO_NEXT_HOP = 0x0800,      /* draft-simpson-idr-flowspec-redirect */
    FLOW_TO_NEXT_HOP_IETF = 0x010c, /* draft-ietf-idr-flowspec-redirect-ip */
    FLOW_TO_NEXT_HOP_IPV6 = 0x000c,
    FLOW_INTERFACE_SET = 0x0702, /* draft-ietf-idr-flowspec-interfaceset */
    FLOW_NON_TRANSITIVE = 0x4000,
};

#define FLOW_RATE_MOST UINT64_C(1000000000000) /* a terabyte a second: more is no limit */

static bool flow_put(struct draft *d, struct cursor community, struct words *words) {
    return draft_attribute(d, ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE, ATTRIBUTE_EXTENDED_COMMUNITY, false, community,
                           words);
}

static bool flow_put_community(struct draft *d, uint16_t type, uint32_t high, uint16_t low, struct words *words) {
    uint8_t octets[EXTENDED_COMMUNITY];
    poke_u16(octets, type);
    poke_u32(octets + 2, high);
    poke_u16(octets + 6, low);
    return flow_put(d, cursor_of(octets, sizeof octets), words);
}

static bool flow_accept(struct draft *d, struct words *words) {
    (void)d, (void)words;
    return true;
}

static bool flow_put_rate(struct draft *d, uint64_t rate, bool packets, struct words *words) {
    uint8_t memory[EXTENDED_COMMUNITY];
    struct buffer community = buffer_fixed(memory, sizeof memory);
    put_traffic_rate(&community, rate, packets);
    return flow_put(d, buffer_cursor(&community), words);
}

static bool flow_discard(struct draft *d, struct words *words) {
    return flow_put_rate(d, 0, false, words);
}

static bool flow_rate_limit(struct draft *d, struct words *words) {
    uint64_t rate;
    if (!words_number(words, "rate limit", UINT64_MAX, &rate))
        return false;
    if (words_accept(words, "packets"))
        return flow_put_rate(d, rate, true, words);
    words_accept(words, "bytes");
    return flow_put_rate(d, rate < FLOW_RATE_MOST ? rate : FLOW_RATE_MOST, false, words);
}

/* ---- Redirection ---- */

static void flow_set_next_hop(struct draft *d, struct ip ip) {
    d->has_next_hop = true;
    d->next_hop_self = false;
    d->next_hop = ip;
}

/* An address, in brackets or not; in a command line brackets are words. */
static bool flow_take_address(struct words *words, struct text *t, struct ip *ip) {
    if (!words_take(words, "an IP address", t))
        return false;
    if (text_is(*t, "["))
        return words_take(words, "an IP address", t) && ip_parse(*t, ip) && words_accept(words, "]");
    struct text bare = *t;
    if (bare.len > 2 && bare.p[0] == '[' && bare.p[bare.len - 1] == ']')
        bare = (struct text){bare.p + 1, bare.len - 2};
    return ip_parse(bare, ip);
}

static bool flow_redirect(struct draft *d, struct words *words) {
    struct text t;
    struct ip ip;
    uint8_t memory[EXTENDED_COMMUNITY];
    struct buffer community = buffer_fixed(memory, sizeof memory);
    if (flow_take_address(words, &t, &ip)) {
        flow_set_next_hop(d, ip);
        return flow_put_community(d, FLOW_TO_NEXT_HOP, 0, 0, words);
    }
    if (words->complaint->made)
        return false;
    if (!traffic_redirect_parse(t, &community))
        return words_fail(words, "redirect %.*s is not valid", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "ASN:NUMBER (16 bits beside a 32 bit AS) or an IP address");
    return flow_put(d, buffer_cursor(&community), words);
}

static bool flow_copy(struct draft *d, struct words *words) {
    struct text t;
    struct ip ip;
    if (!flow_take_address(words, &t, &ip))
        return words_fail(words, "unrecognised ip address \"%.*s\"", TEXT_ARGS(t));
    flow_set_next_hop(d, ip);
    return flow_put_community(d, FLOW_TO_NEXT_HOP, 0, 1, words);
}

static bool flow_redirect_to_next_hop(struct draft *d, struct words *words) {
    return flow_put_community(d, FLOW_TO_NEXT_HOP, 0, 0, words);
}

static bool flow_redirect_to_next_hop_ietf(struct draft *d, struct words *words) {
    struct text t;
    struct ip ip;
    uint8_t octets[20] = {0};
    if (!flow_take_address(words, &t, &ip))
        return words_fail(words, "unrecognised ip address \"%.*s\"", TEXT_ARGS(t));
    if (ip.len == 4) {
        struct cursor c = ip_cursor(&ip);
        return flow_put_community(d, FLOW_TO_NEXT_HOP_IETF, cursor_u32(&c), 0, words);
    }
    poke_u16(octets, FLOW_TO_NEXT_HOP_IPV6);
    memcpy(octets + 2, ip.octets, sizeof ip.octets);
    return draft_attribute(d, ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE, ATTRIBUTE_IPV6_EXTENDED_COMMUNITY, false,
                           cursor_of(octets, sizeof octets), words);
}

/* ---- Marks, samples, interfaces ---- */

static bool flow_mark(struct draft *d, struct words *words) {
    uint64_t dscp;
    return words_number(words, "DSCP mark", 63, &dscp) && flow_put_community(d, FLOW_MARK, 0, (uint16_t)dscp, words);
}

static bool flow_action(struct draft *d, struct words *words) {
    static const char *const actions[] = {"terminal", "sample", "sample-terminal"};
    struct text t;
    if (!words_take(words, "sample, terminal or sample-terminal", &t))
        return false;
    for (uint16_t i = 0; i < 3; i++)
        if (text_is_any_case(t, actions[i]))
            return flow_put_community(d, FLOW_ACTION, 0, (uint16_t)(i + 1), words);
    return words_fail(words, "'%.*s' is not a valid flow action", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "sample, terminal or sample-terminal");
}

/* [transitive:]input:65000:5: AS number, then direction and group in two octets. */
static bool flow_interface_parse(struct text t, uint16_t *type, uint32_t *as, uint16_t *low) {
    static const char *const directions[] = {"input", "output", "input-output"};
    struct text direction, number;
    bool found;
    uint64_t v, group;
    *type = FLOW_INTERFACE_SET;
    t = text_cut(t, ':', &direction, &found);
    if (text_is(direction, "transitive") || text_is(direction, "non-transitive")) {
        if (direction.p[0] == 'n')
            *type |= FLOW_NON_TRANSITIVE;
        t = text_cut(t, ':', &direction, &found);
    }
    t = text_cut(t, ':', &number, &found);
    if (!number_parse(number, UINT32_MAX, &v) || !number_parse(t, 0x3fff, &group))
        return false;
    *as = (uint32_t)v;
    for (unsigned i = 0; i < 3; i++) {
        *low = (uint16_t)((i + 1) << 14 | group);
        if (text_is(direction, directions[i]))
            return true;
    }
    return false;
}

static bool flow_interface_set(struct draft *d, struct words *words) {
    struct list list;
    struct text t;
    uint16_t type, low;
    uint32_t as;
    words_list(words, &list);
    while (words_item(words, &list, &t)) {
        if (!flow_interface_parse(t, &type, &as, &low))
            return words_fail(words, "'%.*s' is not a valid interface-set", TEXT_ARGS(t)) ||
                   complain_wanted(words->complaint,
                                   "transitive|non-transitive:input|output|input-output:ASN:GROUP, GROUP up to 16383");
        if (!flow_put_community(d, type, as, low, words))
            return false;
    }
    return !words->complaint->made;
}

static const struct flow_do {
    const char *word;
    bool (*take)(struct draft *d, struct words *words);
} flow_actions[] = {
    {"accept", flow_accept},
    {"discard", flow_discard},
    {"rate-limit", flow_rate_limit},
    {"redirect", flow_redirect},
    {"redirect-to-nexthop", flow_redirect_to_next_hop},
    {"redirect-to-nexthop-ietf", flow_redirect_to_next_hop_ietf},
    {"copy", flow_copy},
    {"mark", flow_mark},
    {"action", flow_action},
    {"interface-set", flow_interface_set},
};

static const struct flow_do *flow_action_named(struct text keyword) {
    for (size_t i = 0; i < sizeof flow_actions / sizeof *flow_actions; i++)
        if (text_is(keyword, flow_actions[i].word))
            return &flow_actions[i];
    return NULL;
}

enum taken flow_then(struct draft *d, struct text keyword, struct words *words) {
    const struct flow_do *action = flow_action_named(keyword);
    if (!action)
        return NOT_MINE;
    return action->take(d, words) ? TAKEN : TAKEN_BADLY;
}

/* Communities are actions too, and no other attribute is one (config.md 16). */
const char *flow_then_block(struct text keyword) {
    static const char *const communities[] = {"community", "large-community", "extended-community"};
    for (size_t i = 0; i < sizeof communities / sizeof *communities; i++)
        if (text_is(keyword, communities[i]))
            return "then";
    if (!flow_action_named(keyword))
        return NULL;
    return text_is(keyword, "interface-set") ? "scope" : "then";
}
