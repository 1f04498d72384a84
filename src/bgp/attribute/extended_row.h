/* What a row of a kind of extended communities is, and the functions of those that are no plain numbers. */
#ifndef BGP_ATTRIBUTE_EXTENDED_ROW_H
#define BGP_ATTRIBUTE_EXTENDED_ROW_H

#include "base/words.h"
#include "bgp/style.h"

/* The words of the six octets; false: none for these. */
typedef bool extended_text(struct cursor value, const struct style *style, struct buffer *out);
/* Appends the six octets; `rest` is what follows the first word and its colon. */
typedef bool extended_parse(struct words *words, struct text rest, struct buffer *value);

/* Layout: one letter a field. B, H, L are numbers of 1, 2 and 4 octets, I is an IPv4 address; what is left is zero. */
struct extended_kind {
    uint8_t type, subtype; /* as written */
    const char *word;      /* NULL: no words, always hexadecimal */
    const char *layout;    /* or, when NULL: */
    extended_text *text;
    extended_parse *parse;
    bool command; /* events do not have its words: ExaBGP does not know it */
};

extended_text extended_rate_text, extended_rate_packets_text, extended_action_text, extended_mark_text,
    extended_next_hop_text, extended_next_hop_ietf_text, extended_encap_text, extended_mac_mobility_text,
    extended_interface_set_text, extended_hash_order_text, extended_esi_label_text, extended_es_import_text,
    extended_router_mac_text, extended_default_gateway_text, extended_color_text;
extended_parse extended_rate_parse, extended_action_parse, extended_mark_parse, extended_redirect_next_hop_parse,
    extended_copy_next_hop_parse, extended_redirect_ietf_parse, extended_copy_ietf_parse, extended_encap_parse,
    extended_mac_mobility_parse, extended_interface_set_parse, extended_bandwidth_parse, extended_esi_label_parse,
    extended_mac_parse, extended_default_gateway_parse, extended_color_parse;

#endif
