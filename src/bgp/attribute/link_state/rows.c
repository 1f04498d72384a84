/* The TLVs of the BGP-LS attribute that have a form of their own: RFC 9552, 9085, 9514, 8571. Others are octets, as
 * ExaBGP shows them too. Ascending types. */
#include "bgp/attribute/link_state/kind.h"

#define ADJACENCY_FLAGS "F,B,V,L,S,P"
#define END_X_FLAGS     "B,S,P"

static const struct ls_kind ls_rows[] = {
    {258, 8, .key = "link-local-remote-identifiers", .title = "Link Local/Remote Identifiers", .unknown_to_5 = true,
     .shape = &ls_identifiers},
    {1024, 1, .key = "node-flags", .title = "Node Flags", .flags = "O,T,E,B,R,V", .shape = &ls_flags},
    {1025, 0, .key = "opaque", .title = "Node Opaque attribute", .title5 = "Opaque Node Attribute",
     .shape = &ls_opaque},
    {1026, 255, .key = "node-name", .title = "Node Name", .shape = &ls_name},
    {1027, 1, .key = "area-ids", .key5 = "area-id", .title = "ISIS area ids", .title5 = "ISIS area id", .merge = true,
     .shape = &ls_area},
    {1028, 4, .key = "local-router-ids", .key5 = "local-te-router-ids", .title = "Local Router IDs",
     .title5 = "Local TE Router IDs", .merge = true, .merge5 = true, .shape = &ls_address},
    {1029, 16, .key = "local-router-ids", .key5 = "local-te-router-ids", .title = "Local Router IDs",
     .title5 = "Local TE Router IDs", .merge = true, .merge5 = true, .shape = &ls_address},
    {1030, 4, .key = "remote-router-ids", .key5 = "remote-te-router-id", .title = "Remote Router ID",
     .title5 = "Remote TE Router ID", .merge = true, .shape = &ls_address},
    {1031, 16, .key = "remote-router-ids", .key5 = "remote-te-router-id", .title = "Remote Router ID",
     .title5 = "Remote TE Router ID", .merge = true, .shape = &ls_address},
    {1034, 2, .key = "sr-capability-flags", .title = "SR Capability Flags", .flags = "I,V", .yields5 = 1158,
     .shape = &ls_capabilities},
    {1035, 1, .key = "sr-algorithms", .title = "SrAlgorithms", .shape = &ls_octets},
    {1038, 4, .key = "srv6-capabilities", .title = "flags", .shape = &ls_srv6_capabilities},
    {1088, 4, .key = "admin-group-mask", .title = "Admin Group mask", .shape = &ls_number},
    {1089, 4, .key = "maximum-link-bandwidth", .title = "Maximum link bandwidth", .shape = &ls_float},
    {1090, 4, .key = "maximum-reservable-link-bandwidth", .title = "Maximum reservable link bandwidth",
     .shape = &ls_float},
    {1091, 32, .key = "unreserved-bandwidth", .title = "Maximum link bandwidth", .shape = &ls_floats},
    {1092, 4, .key = "te-metric", .title = "TE Default Metric", .shape = &ls_number},
    {1093, 2, .key = "link-protection-flags", .title = "Link protection mask",
     .flags = "ExtraTrafic,Unprotected,Shared,Dedicated 1:1,Dedicated 1+1,Enhanced", .shape = &ls_flags},
    {1094, 1, .key = "mpls-mask", .title = "MPLS Protocol mask", .flags = "LDP,RSVP-TE", .shape = &ls_flags},
    {1095, 3, .key = "igp-metric", .title = "IGP Metric", .shape = &ls_metric},
    {1096, 4, .key = "shared-risk-link-groups", .title = "link SRLG values", .shape = &ls_numbers},
    {1097, 0, .key = "opaque-link", .title = "Opaque Link attribute", .title5 = "Opaque Link Attribute",
     .shape = &ls_opaque},
    {1098, 255, .key = "link-name", .title = "Link Name", .octets5 = true, .shape = &ls_name},
    {1099, 4, .key = "sr-adjs", .key5 = "sr-adj", .title = "adj_flags", .flags = ADJACENCY_FLAGS, .merge = true,
     .shape = &ls_adjacency},
    {1100, 10, .key = "sr-adj-lan-sids", .title = "sr-adj-lan-sids", .flags = ADJACENCY_FLAGS, .merge = true,
     .merge5 = true, .shape = &ls_lan_adjacency},
    {1106, 22, .key = "srv6-endx", .title = "behavior", .flags = END_X_FLAGS, .merge = true, .merge5 = true,
     .blank5 = true, .shape = &ls_srv6_end_x},
    {1107, 28, .key = "srv6-lan-endx-isis", .title = "behavior", .flags = END_X_FLAGS, .merge = true, .merge5 = true,
     .blank5 = true, .shape = &ls_srv6_lan_isis},
    {1108, 26, .key = "srv6-lan-endx-ospf", .title = "behavior", .flags = END_X_FLAGS, .merge = true, .merge5 = true,
     .blank5 = true, .shape = &ls_srv6_lan_ospf},
    {1114, 4, .key = "unidirectional-link-delay", .title = "Unidirectional Link Delay", .unknown_to_5 = true,
     .shape = &ls_delay},
    {1115, 8, .key = "minmax-unidirectional-link-delay", .title = "Min/Max Unidirectional Link Delay",
     .unknown_to_5 = true, .shape = &ls_delay_range},
    {1116, 4, .key = "unidirectional-delay-variation", .title = "Unidirectional Delay Variation", .unknown_to_5 = true,
     .shape = &ls_delay_variation},
    {1117, 4, .key = "unidirectional-link-loss", .title = "Unidirectional Link Loss", .unknown_to_5 = true,
     .shape = &ls_loss},
    {1118, 4, .key = "unidirectional-residual-bandwidth", .title = "Unidirectional Residual Bandwidth",
     .unknown_to_5 = true, .shape = &ls_float},
    {1119, 4, .key = "unidirectional-available-bandwidth", .title = "Unidirectional Available Bandwidth",
     .unknown_to_5 = true, .shape = &ls_float},
    {1120, 4, .key = "unidirectional-utilized-bandwidth", .title = "Unidirectional Utilized Bandwidth",
     .unknown_to_5 = true, .shape = &ls_float},
    {1152, 1, .key = "igp-flags", .title = "IGP flags", .flags = "D,N,L,P", .shape = &ls_flags},
    {1153, 4, .key = "igp-route-tags", .title = "IGP Route Tags", .shape = &ls_numbers},
    {1154, 8, .key = "igp-extended-route-tags", .title = "IGP Extended Route Tags", .shape = &ls_numbers},
    {1155, 4, .key = "prefix-metric", .title = "prefix_metric", .shape = &ls_number},
    {1156, 0, .key = "ospf-forwarding-address", .title = "Ospf forwarding address", .shape = &ls_address},
    {1157, 0, .key = "opaque-prefix", .title = "Opaque Prefix Attribute", .shape = &ls_opaque},
    {1158, 4, .key = "sr-prefix-sids", .key5 = "sr-prefix-flags", .title = "prefix_flags", .flags = "R,N,P,E,V,L",
     .merge = true, .shape = &ls_prefix_sid},
    {1162, 8, .key = "srv6-locators", .key5 = "srv6-locator", .title = "flags", .flags = "D", .merge = true,
     .shape = &ls_srv6_locator},
    {1170, 1, .key = "sr-prefix-attribute-flags", .title = "Prefix Attr Flags", .flags = "X,R,N", .shape = &ls_flags},
    {1171, 0, .key = "sr-source-router-id", .title = "Source router identifier", .shape = &ls_address},
    {1250, 4, .key = "srv6-endpoint-behavior", .title = "srv6-endpoint-behavior", .shape = &ls_srv6_behavior},
    {1252, 4, .key = "srv6-sid-structure", .title = "sid-structure", .shape = &ls_srv6_structure},
};

enum { LS_ROWS = sizeof ls_rows / sizeof *ls_rows };

const struct ls_kind *ls_kinds(size_t *count) {
    *count = LS_ROWS;
    return ls_rows;
}

const struct ls_kind *ls_kind_of(uint16_t type) {
    size_t low = 0, high = LS_ROWS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ls_rows[middle].type < type)
            low = middle + 1;
        else
            high = middle;
    }
    return low < LS_ROWS && ls_rows[low].type == type ? &ls_rows[low] : NULL;
}

const struct ls_kind *ls_kind_named(struct text key, struct cursor octets) {
    for (size_t i = 0; i < LS_ROWS; i++)
        if (text_is(key, ls_rows[i].key) && (i + 1 == LS_ROWS || ls_rows[i].shape->good(&ls_rows[i], octets) ||
                                             strcmp(ls_rows[i].key, ls_rows[i + 1].key) != 0))
            return &ls_rows[i];
    return NULL;
}
