/* Sub-TLVs of an SR Policy (RFC 9830, 9831), which TUNNEL_ENCAPSULATION carries: for that attribute, and for the routes
 * of the family, whose words they are (config.md 20). */
#ifndef BGP_ATTRIBUTE_SR_POLICY_H
#define BGP_ATTRIBUTE_SR_POLICY_H

#include "base/words.h"
#include "bgp/part/tlv.h"

enum { TUNNEL_SR_POLICY = 15 };

/* The sub-TLV that a keyword starts ("preference", "segment-list", ...), appended. *mine: it is such a keyword; when it
 * is not, nothing is taken and nothing complained about. */
bool sr_policy_parse(struct text keyword, struct words *words, struct buffer *subtlvs, bool *mine);
/* The keywords, for "did you mean"; ends in NULL. */
extern const char *const sr_policy_keywords[];

/* The value of TUNNEL_ENCAPSULATION that carries these sub-TLVs. */
void put_sr_policy_tunnel(struct buffer *value, struct cursor subtlvs);

/* Takes a sub-TLV off; types from 128 on have two octets of length (RFC 9012 section 2). */
bool sr_subtlv_next(struct cursor *from, struct tlv *out);

bool sr_policy_is_good(struct cursor subtlvs);                         /* in its framing */
void put_sr_policy_text(struct buffer *out, struct cursor subtlvs);    /* preference 100 binding-sid null */
void put_sr_policy_command(struct buffer *out, struct cursor subtlvs); /* the same as sr_policy_parse() reads it */
void put_sr_policy_json(struct buffer *out, struct cursor subtlvs);    /* {"preference": 100, ...} */

#endif
