/* BGP-LS in JSON. Lists that have nothing in them are shown, as `[  ]`; descriptors that nobody knows as octets. */
#include "base/number.h"
#include "bgp/nlri/bgp_ls.h"
#include "bgp/part/rd.h"

/* `, ` before all but the first item of a list. */
struct bgp_ls_list {
    bool more;
};

static void put_next(struct buffer *out, struct bgp_ls_list *list) {
    if (list->more)
        put_literal(out, ", ");
    list->more = true;
}

static void put_generic(struct buffer *out, const struct tlv *tlv) {
    put_literal(out, "\"generic-tlv-");
    put_decimal(out, tlv->type);
    put_literal(out, "\": ");
}

static void put_octets_string(struct buffer *out, struct cursor value) {
    put_literal(out, "\"0x");
    put_hex_upper(out, value);
    put_char(out, '"');
}

static void put_ip_string(struct buffer *out, struct cursor value) {
    put_char(out, '"');
    put_ip(out, ip_of(value.p, cursor_left(&value)));
    put_char(out, '"');
}

/* ---- Nodes ---- */

/* IS-IS: a system id of 6 octets, and a seventh for a pseudonode. OSPF: a router id, and a second one of the designated
 * router. */
static bool put_router_id(struct buffer *out, struct cursor value) {
    size_t len = cursor_left(&value);
    if (len != 4 && len != 6 && len != 7 && len != 8)
        return false;
    put_literal(out, "\"router-id\": ");
    if (len == 6 || len == 7) {
        put_char(out, '"');
        put_hex(out, value);
        put_char(out, '"');
        if (len == 7 && value.p[6]) {
            put_literal(out, ", \"psn\": \"");
            put_decimal(out, value.p[6]);
            put_char(out, '"');
        }
        return true;
    }
    put_ip_string(out, cursor_cut(&value, 4));
    if (len == 8) {
        put_literal(out, ", \"designated-router-id\": ");
        put_ip_string(out, value);
    }
    return true;
}

static bool put_node_known(struct buffer *out, const struct tlv *tlv) {
    struct cursor value = tlv->value;
    size_t len = cursor_left(&value);
    if (tlv->type == BGP_LS_ROUTER_ID)
        return put_router_id(out, value);
    if (len != 4 && (len != 16 || tlv->type != BGP_LS_OSPF_AREA))
        return false;
    switch (tlv->type) {
    case BGP_LS_AS:
        put_literal(out, "\"autonomous-system\": ");
        put_decimal(out, cursor_u32(&value));
        return true;
    case BGP_LS_IDENTIFIER:
        put_literal(out, "\"bgp-ls-identifier\": \"");
        put_decimal(out, cursor_u32(&value));
        put_char(out, '"');
        return true;
    case BGP_LS_OSPF_AREA:
        put_literal(out, "\"ospf-area-id\": ");
        put_ip_string(out, value);
        return true;
    case BGP_LS_BGP_ROUTER_ID:
        put_literal(out, "\"bgp-router-id\": ");
        put_ip_string(out, value);
        return true;
    case BGP_LS_CONFEDERATION:
        put_literal(out, "\"confederation-member\": ");
        put_decimal(out, cursor_u32(&value));
        return true;
    default: return false;
    }
}

/* All nodes of one kind (local, remote) that an NLRI has: one. */
static void put_nodes(struct buffer *out, struct cursor tlvs, uint16_t type) {
    struct tlv node, tlv;
    struct bgp_ls_list list = {false};
    put_literal(out, "[ ");
    while (tlv_next(&tlvs, 2, 2, &node)) {
        while (node.type == type && tlv_next(&node.value, 2, 2, &tlv)) {
            put_next(out, &list);
            put_literal(out, "{ ");
            if (!put_node_known(out, &tlv)) {
                put_generic(out, &tlv);
                put_octets_string(out, tlv.value);
            }
            put_literal(out, " }");
        }
    }
    put_literal(out, " ]");
}

/* ---- Links ---- */

static void put_link_addresses(struct buffer *out, struct cursor tlvs, uint16_t ipv4, uint16_t ipv6) {
    struct tlv tlv;
    struct bgp_ls_list list = {false};
    put_literal(out, "[ ");
    while (tlv_next(&tlvs, 2, 2, &tlv)) {
        if ((tlv.type == ipv4 && cursor_left(&tlv.value) == 4) || (tlv.type == ipv6 && cursor_left(&tlv.value) == 16)) {
            put_next(out, &list);
            put_ip_string(out, tlv.value);
        }
    }
    put_literal(out, " ]");
}

/* The identifier of a topology: twelve bits, the others are reserved. */
static void put_topologies(struct buffer *out, struct cursor tlvs, const char *quote) {
    struct tlv tlv;
    struct bgp_ls_list list = {false};
    while (tlv_next(&tlvs, 2, 2, &tlv)) {
        if (tlv.type != BGP_LS_TOPOLOGY || cursor_left(&tlv.value) < 2)
            continue;
        put_next(out, &list);
        put_string(out, quote);
        put_decimal(out, cursor_u16(&tlv.value) & 0xfff);
        put_string(out, quote);
    }
}

static void put_link_ids(struct buffer *out, struct cursor tlvs) {
    struct tlv tlv, last = {0};
    bool found = false;
    while (tlv_next(&tlvs, 2, 2, &tlv)) {
        if (tlv.type == BGP_LS_LINK_ID && cursor_left(&tlv.value) >= 8) {
            found = true;
            last = tlv;
        }
    }
    if (!found)
        return;
    put_literal(out, "{ \"link-local-id\": ");
    put_decimal(out, cursor_u32(&last.value));
    put_literal(out, ", \"link-remote-id\": ");
    put_decimal(out, cursor_u32(&last.value));
    put_literal(out, " }");
}

static void put_link(struct buffer *out, struct cursor tlvs) {
    put_literal(out, ", \"local-node-descriptors\": ");
    put_nodes(out, tlvs, BGP_LS_LOCAL_NODE);
    put_literal(out, ", \"remote-node-descriptors\": ");
    put_nodes(out, tlvs, BGP_LS_REMOTE_NODE);
    put_literal(out, ", \"interface-addresses\": ");
    put_link_addresses(out, tlvs, BGP_LS_IPV4_INTERFACE, BGP_LS_IPV6_INTERFACE);
    put_literal(out, ", \"neighbor-addresses\": ");
    put_link_addresses(out, tlvs, BGP_LS_IPV4_NEIGHBOR, BGP_LS_IPV6_NEIGHBOR);
    put_literal(out, ", \"multi-topology-ids\": [ ");
    put_topologies(out, tlvs, "");
    put_literal(out, " ], \"link-identifiers\": [ ");
    put_link_ids(out, tlvs);
    put_literal(out, " ]");
}

/* ---- Prefixes ---- */

/* Some routers leave the last octets of the prefix out: they are zeros. */
static void put_reachability(struct buffer *out, struct cursor value, size_t size, const struct style *style) {
    struct prefix p = {.ip.len = (uint8_t)size, .bits = cursor_u8(&value)};
    size_t len = cursor_left(&value) < size ? cursor_left(&value) : size;
    memcpy(p.ip.octets, value.p, len);
    put_literal(out, ", \"ip-reachability-tlv\": \"");
    if (style->form == FORM_5)
        put_ip(out, p.ip);
    else
        put_prefix(out, &p);
    put_literal(out, "\", \"ip-reach-prefix\": \"");
    put_prefix(out, &p);
    put_char(out, '"');
}

static bool find_last(struct cursor tlvs, uint16_t type, struct tlv *out) {
    struct tlv tlv;
    bool found = false;
    while (tlv_next(&tlvs, 2, 2, &tlv)) {
        if (tlv.type != type || cursor_done(&tlv.value))
            continue;
        *out = tlv;
        found = true;
    }
    return found;
}

/* Form 6 has no next hop inside, form 5 has one even where there is none. */
static void put_inner_next_hop(struct buffer *out, const struct nlri *nlri, const struct style *style) {
    size_t len = cursor_left(&nlri->next_hop);
    if (style->form == FORM_6 || (style->form == FORM_4 && len == 0))
        return;
    put_literal(out, ", \"nexthop\": \"");
    if (len)
        put_ip(out, ip_of(nlri->next_hop.p, len < 16 ? len : 16));
    else
        put_literal(out, "None");
    put_char(out, '"');
}

static void put_prefix_nlri(struct buffer *out, const struct nlri *nlri, const struct bgp_ls *ls,
                            const struct style *style) {
    struct tlv tlv;
    put_literal(out, ", \"node-descriptors\": ");
    put_nodes(out, ls->tlvs, BGP_LS_LOCAL_NODE);
    if (find_last(ls->tlvs, BGP_LS_REACHABILITY, &tlv))
        put_reachability(out, tlv.value, ls->type == BGP_LS_PREFIX_IPV4 ? 4 : 16, style);
    if (style->form == FORM_5)
        put_inner_next_hop(out, nlri, style);
    if (find_last(ls->tlvs, BGP_LS_OSPF_ROUTE_TYPE, &tlv)) {
        put_literal(out, ", \"ospf-route-type\": ");
        put_decimal(out, *tlv.value.p);
    }
}

/* ---- SRv6 SIDs ---- */

static bool is_generic(const struct bgp_ls *ls, unsigned type) {
    switch (ls->type) {
    case BGP_LS_NODE: return type != BGP_LS_LOCAL_NODE;
    case BGP_LS_LINK: return type < BGP_LS_LOCAL_NODE || type > BGP_LS_TOPOLOGY;
    case BGP_LS_SRV6_SID: return type != BGP_LS_LOCAL_NODE && type != BGP_LS_TOPOLOGY && type != BGP_LS_SID;
    default:
        return type != BGP_LS_LOCAL_NODE && type != BGP_LS_TOPOLOGY && type != BGP_LS_OSPF_ROUTE_TYPE &&
               type != BGP_LS_REACHABILITY;
    }
}

/* What is left: all TLVs of one type, which follow each other, in one list. */
static void put_unknown(struct buffer *out, const struct bgp_ls *ls) {
    struct cursor tlvs = ls->tlvs;
    struct tlv tlv;
    int open = -1; /* the type of the list that is open: 0 is one, too */
    while (tlv_next(&tlvs, 2, 2, &tlv)) {
        if (!is_generic(ls, tlv.type))
            continue;
        if (open != tlv.type) {
            put_string(out, open >= 0 ? "], " : ", ");
            put_generic(out, &tlv);
            put_char(out, '[');
        } else {
            put_literal(out, ", ");
        }
        put_octets_string(out, tlv.value);
        open = tlv.type;
    }
    if (open >= 0)
        put_char(out, ']');
}

static void put_sid(struct buffer *out, const struct bgp_ls *ls) {
    struct tlv tlv;
    put_literal(out, ", \"node-descriptors\": ");
    put_nodes(out, ls->tlvs, BGP_LS_LOCAL_NODE);
    put_literal(out, ", \"srv6-sid-descriptors\": {\"multi-topology-ids\": [");
    put_topologies(out, ls->tlvs, "\"");
    put_char(out, ']');
    if (find_last(ls->tlvs, BGP_LS_SID, &tlv) && cursor_left(&tlv.value) == 16) {
        put_literal(out, ", \"srv6-sid\": ");
        put_ip_string(out, tlv.value);
    }
    put_unknown(out, ls);
    put_char(out, '}');
}

/* ---- All ---- */

static void put_head(struct buffer *out, const struct bgp_ls *ls) {
    static const char *const names[] = {
        [BGP_LS_NODE] = "node",
        [BGP_LS_LINK] = "link",
        [BGP_LS_PREFIX_IPV4] = "prefix-v4",
        [BGP_LS_PREFIX_IPV6] = "prefix-v6",
        [BGP_LS_SRV6_SID] = "srv6sid",
    };
    put_literal(out, "{ \"ls-nlri-type\": \"bgpls-");
    put_string(out, names[ls->type]);
    put_literal(out, "\", \"l3-routing-topology\": ");
    put_decimal(out, ls->identifier);
    put_literal(out, ", \"protocol-id\": ");
    put_decimal(out, ls->protocol);
}

static void put_raw(struct buffer *out, const struct bgp_ls *ls, struct cursor octets) {
    put_literal(out, "{ \"code\": ");
    put_decimal(out, ls->type);
    put_literal(out, ", \"parsed\": false, \"raw\": \"");
    put_hex_upper(out, octets);
    put_literal(out, "\" }");
}

static void put_rd_member(struct buffer *out, const struct bgp_ls *ls) {
    if (!ls->rd)
        return;
    put_literal(out, ", \"rd\": \"");
    put_rd(out, ls->rd);
    put_char(out, '"');
}

void bgp_ls_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct bgp_ls ls;
    bool good = bgp_ls_open(nlri->family, nlri->octets, &ls);
    if (!good || !bgp_ls_is_known(ls.type)) {
        put_raw(out, &ls, nlri->octets);
        return;
    }
    bool prefix = ls.type == BGP_LS_PREFIX_IPV4 || ls.type == BGP_LS_PREFIX_IPV6;
    put_head(out, &ls);
    if (ls.type == BGP_LS_LINK) {
        put_link(out, ls.tlvs);
    } else if (ls.type == BGP_LS_SRV6_SID) {
        put_sid(out, &ls);
    } else if (prefix) {
        put_prefix_nlri(out, nlri, &ls, style);
    } else {
        put_literal(out, ", \"node-descriptors\": ");
        put_nodes(out, ls.tlvs, BGP_LS_LOCAL_NODE);
    }
    if (ls.type != BGP_LS_SRV6_SID)
        put_unknown(out, &ls);
    put_rd_member(out, &ls);
    if (ls.type == BGP_LS_NODE || (prefix && style->form != FORM_5))
        put_inner_next_hop(out, nlri, style);
    put_literal(out, " }");
}

void bgp_ls_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct bgp_ls ls;
    if (!style->command)
        put_family_text(out, nlri, style);
    else if (bgp_ls_open(nlri->family, nlri->octets, &ls) && bgp_ls_is_known(ls.type))
        put_bgp_ls_command(out, &ls);
}
