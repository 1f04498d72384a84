/* Kinds of extended communities: a row each, for the eight octets that one has. See extended_kind.c. */
#ifndef BGP_ATTRIBUTE_EXTENDED_KIND_H
#define BGP_ATTRIBUTE_EXTENDED_KIND_H

#include "base/words.h"
#include "bgp/style.h"

enum { EXTENDED_COMMUNITY = 8 };

/* Appends the eight octets of a community whose first word is `first`; some take more words ("mark 46"). */
bool extended_community_parse_one(struct words *words, struct text first, struct buffer *value);

/* `target:65001:100`; those without words as 0x and 16 digits. */
void put_extended_community(struct buffer *out, struct cursor community, const struct style *style);

/* `{ "value": 842127122628708, "string": "target:65001:100" }` */
void put_extended_community_json(struct buffer *out, struct cursor community, const struct style *style);

/* Type and subtype of the n-th kind; false: there are no more. For tests of every kind. */
bool extended_kind_at(size_t n, uint8_t *type, uint8_t *subtype);

/* What actions of FlowSpec are made of: octets of a rate (0x8006; 0x800c in packets), and of `redirect A:B`. */
void put_traffic_rate(struct buffer *value, uint64_t rate, bool packets);
bool traffic_redirect_parse(struct text t, struct buffer *value);

/* The parenthesis "(with copy)" that may follow a next hop; parted by blanks or not. */
bool with_copy_parse(struct words *words);

#endif
