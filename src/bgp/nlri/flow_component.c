/* The components of a FlowSpec rule, a row each, and the names that their values have. */
#include "base/number.h"
#include "bgp/nlri/flow.h"
#include "bgp/part/service.h"

enum { FLOW_NOT_IPV6 = FLOW_IPV4 | FLOW_L2, FLOW_ALL = FLOW_NOT_IPV6 | FLOW_IPV6 };

static const struct flow_name flow_protocols[] = {
    {"icmp", 1}, {"igmp", 2}, {"tcp", 6},   {"egp", 8},   {"udp", 17},  {"rsvp", 46},  {"gre", 47},
    {"esp", 50}, {"ah", 51},  {"ospf", 89}, {"ipip", 94}, {"pim", 103}, {"sctp", 132}, {NULL, 0},
};

static const struct flow_name flow_icmp_types[] = {
    {"echo-reply", 0},
    {"unreachable", 3},
    {"redirect", 5},
    {"echo-request", 8},
    {"router-advertisement", 9},
    {"router-solicit", 10},
    {"time-exceeded", 11},
    {"parameter-problem", 12},
    {"timestamp", 13},
    {"timestamp-reply", 14},
    {"photuris", 40},
    {"experimental-mobility", 41},
    {"extended-echo-request", 42},
    {"extended-echo-reply", 43},
    {"experimental-one", 253},
    {"experimental-two", 254},
    {NULL, 0},
};

/* Of several types, so that a number does not say which name is meant: read, not shown. */
static const struct flow_name flow_icmp_codes[] = {
    {"network-unreachable", 0},
    {"host-unreachable", 1},
    {"protocol-unreachable", 2},
    {"port-unreachable", 3},
    {"fragmentation-needed", 4},
    {"source-route-failed", 5},
    {"destination-network-unknown", 6},
    {"destination-host-unknown", 7},
    {"source-host-isolated", 8},
    {"destination-network-prohibited", 9},
    {"destination-host-prohibited", 10},
    {"network-unreachable-for-tos", 11},
    {"host-unreachable-for-tos", 12},
    {"communication-prohibited-by-filtering", 13},
    {"host-precedence-violation", 14},
    {"precedence-cutoff-in-effect", 15},
    {"redirect-for-network", 0},
    {"redirect-for-host", 1},
    {"redirect-for-tos-and-net", 2},
    {"redirect-for-tos-and-host", 3},
    {"ttl-eq-zero-during-transit", 0},
    {"ttl-eq-zero-during-reassembly", 1},
    {"required-option-missing", 1},
    {"ip-header-bad", 2},
    {NULL, 0},
};

/* Of bits: in ascending order, other words for a bit after the one that is shown. */
static const struct flow_name flow_tcp_flags[] = {
    {"fin", 1},     {"syn", 2},  {"rst", 4},   {"push", 8}, {"ack", 16}, {"urg", 32},
    {"urgent", 32}, {"ece", 64}, {"cwr", 128}, {"ns", 256}, {NULL, 0},
};

static const struct flow_name flow_fragments[] = {
    {"dont-fragment", 1}, {"is-fragment", 2},    {"first-fragment", 4},
    {"last-fragment", 8}, {"not-a-fragment", 0}, {NULL, 0},
};

static const struct flow_name flow_ethernet_types[] = {
    {"ipv4", 0x0800}, {"arp", 0x0806}, {"rarp", 0x8035}, {"ipv6", 0x86dd}, {"mpls", 0x8847}, {NULL, 0},
};

static const struct flow_component flow_components[] = {
    {1, FLOW_NOT_IPV6, FLOW_PREFIX, "destination-ipv4", "prefix", 0, NULL, false, NULL},
    {1, FLOW_IPV6, FLOW_PREFIX, "destination-ipv6", "prefix", 0, NULL, false, NULL},
    {2, FLOW_NOT_IPV6, FLOW_PREFIX, "source-ipv4", "prefix", 0, NULL, false, NULL},
    {2, FLOW_IPV6, FLOW_PREFIX, "source-ipv6", "prefix", 0, NULL, false, NULL},
    {3, FLOW_NOT_IPV6, FLOW_NUMBER, "protocol", "protocol", 255, flow_protocols, true, NULL},
    {3, FLOW_IPV6, FLOW_NUMBER, "next-header", "protocol", 255, flow_protocols, true, NULL},
    {4, FLOW_ALL, FLOW_NUMBER, "port", "port", 65535, NULL, false, service_port},
    {5, FLOW_ALL, FLOW_NUMBER, "destination-port", "port", 65535, NULL, false, service_port},
    {6, FLOW_ALL, FLOW_NUMBER, "source-port", "port", 65535, NULL, false, service_port},
    {7, FLOW_ALL, FLOW_NUMBER, "icmp-type", "ICMP type", 255, flow_icmp_types, true, NULL},
    {8, FLOW_ALL, FLOW_NUMBER, "icmp-code", "ICMP code", 255, flow_icmp_codes, false, NULL},
    {9, FLOW_ALL, FLOW_BITS, "tcp-flags", "tcp flag", 65535, flow_tcp_flags, true, NULL},
    {10, FLOW_ALL, FLOW_NUMBER, "packet-length", "packet length", 65535, NULL, false, NULL},
    {11, FLOW_NOT_IPV6, FLOW_NUMBER, "dscp", "DSCP", 63, NULL, false, NULL},
    {11, FLOW_IPV6, FLOW_NUMBER, "traffic-class", "traffic class", 255, NULL, false, NULL},
    {12, FLOW_ALL, FLOW_BITS, "fragment", "fragment", 255, flow_fragments, true, NULL},
    {13, FLOW_IPV6, FLOW_NUMBER, "flow-label", "flow label", 1048575, NULL, false, NULL},
    {14, FLOW_L2, FLOW_NUMBER, "ethernet-type", "Ethernet type", 65535, flow_ethernet_types, true, NULL},
    {15, FLOW_L2, FLOW_MAC, "source-mac", "MAC address", 0, NULL, false, NULL},
    {16, FLOW_L2, FLOW_MAC, "destination-mac", "MAC address", 0, NULL, false, NULL},
    {17, FLOW_L2, FLOW_NUMBER, "llc-dsap", "LLC DSAP", 255, NULL, false, NULL},
    {18, FLOW_L2, FLOW_NUMBER, "llc-ssap", "LLC SSAP", 255, NULL, false, NULL},
    {19, FLOW_L2, FLOW_NUMBER, "llc-control", "LLC control", 255, NULL, false, NULL},
    {20, FLOW_L2, FLOW_NUMBER, "snap", "SNAP protocol", UINT32_MAX, NULL, false, NULL},
    {21, FLOW_L2, FLOW_NUMBER, "vlan-id", "VLAN", 4095, NULL, false, NULL},
    {22, FLOW_L2, FLOW_NUMBER, "vlan-priority", "VLAN priority", 7, NULL, false, NULL},
    {23, FLOW_L2, FLOW_NUMBER, "inner-vlan-id", "VLAN", 4095, NULL, false, NULL},
    {24, FLOW_L2, FLOW_NUMBER, "inner-vlan-priority", "VLAN priority", 7, NULL, false, NULL},
};

enum { FLOW_COMPONENTS = sizeof flow_components / sizeof *flow_components };

#define FLOW_WORDS                                                                                                     \
    "destination", "destination-ipv4", "destination-ipv6", "source", "source-ipv4", "source-ipv6", "protocol",         \
        "next-header", "port", "destination-port", "source-port", "icmp-type", "icmp-code", "tcp-flags",               \
        "packet-length", "dscp", "traffic-class", "fragment", "flow-label", "rd", "route-distinguisher", "accept",     \
        "discard", "rate-limit", "redirect", "redirect-to-nexthop", "redirect-to-nexthop-ietf", "copy", "mark",        \
        "action", "interface-set"

const char *const flow_keywords[] = {FLOW_WORDS, NULL};
const char *const flow_l2_keywords[] = {
    FLOW_WORDS, "ethernet-type", "source-mac",    "destination-mac",     "llc-dsap", "llc-ssap", "llc-control", "snap",
    "vlan-id",  "vlan-priority", "inner-vlan-id", "inner-vlan-priority", NULL};

const struct flow_component *flow_component_of(uint16_t afi, uint8_t type) {
    unsigned family = afi == 1 ? FLOW_IPV4 : afi == 2 ? FLOW_IPV6 : FLOW_L2;
    for (size_t i = 0; i < FLOW_COMPONENTS; i++)
        if (flow_components[i].type == type && flow_components[i].families & family)
            return &flow_components[i];
    return NULL;
}

const struct flow_component *flow_component_named(struct text word) {
    if (text_is(word, "destination"))
        return flow_component_of(1, FLOW_DESTINATION);
    if (text_is(word, "source"))
        return flow_component_of(1, FLOW_SOURCE);
    for (size_t i = 0; i < FLOW_COMPONENTS; i++)
        if (text_is(word, flow_components[i].name))
            return &flow_components[i];
    return NULL;
}

/* Any case, `_` for `-`. */
static bool flow_is_named(struct text t, const char *name) {
    size_t i = 0;
    for (; i < t.len && name[i]; i++) {
        char c = t.p[i];
        c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (c != name[i])
            return false;
    }
    return i == t.len && !name[i];
}

static bool flow_one_parse(const struct flow_component *c, struct text t, uint32_t *value) {
    uint64_t number;
    uint16_t port;
    if (number_parse_any(t, c->most, &number)) {
        *value = (uint32_t)number;
        return true;
    }
    if (c->named && c->named(t, &port)) {
        *value = port;
        return true;
    }
    for (const struct flow_name *n = c->names; n && n->name; n++) {
        if (flow_is_named(t, n->name)) {
            *value = n->value;
            return true;
        }
    }
    return false;
}

bool flow_value_parse(const struct flow_component *c, struct text t, uint32_t *value) {
    if (c->kind != FLOW_BITS)
        return flow_one_parse(c, t, value);
    bool more = true;
    for (*value = 0; more;) {
        struct text one;
        uint32_t bits;
        t = text_cut(t, '+', &one, &more);
        if (!flow_one_parse(c, one, &bits))
            return false;
        *value |= bits;
    }
    return true;
}

static void put_flow_bits(struct buffer *b, const struct flow_component *c, uint64_t value) {
    uint64_t left = value;
    const char *between = "";
    for (const struct flow_name *n = c->names; n->name; n++) {
        if (!(left & n->value))
            continue;
        left &= ~(uint64_t)n->value;
        put_string(b, between);
        put_string(b, n->name);
        between = "+";
    }
    if (left) {
        put_string(b, between);
        put_literal(b, "unknown ");
        put_string(b, c->what);
        put_literal(b, " type ");
        put_decimal(b, value);
    }
}

void put_flow_value(struct buffer *b, const struct flow_component *c, uint64_t value) {
    if (c->kind == FLOW_BITS) {
        put_flow_bits(b, c, value);
        return;
    }
    for (const struct flow_name *n = c->shows_names ? c->names : NULL; n && n->name; n++) {
        if (n->value == value) {
            put_string(b, n->name);
            return;
        }
    }
    put_decimal(b, value);
}
