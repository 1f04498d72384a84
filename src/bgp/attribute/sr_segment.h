/* Segments of a segment list: RFC 9830 2.4.4, RFC 9831. A row each. */
#ifndef BGP_ATTRIBUTE_SR_SEGMENT_H
#define BGP_ATTRIBUTE_SR_SEGMENT_H

#include "base/words.h"
#include "bgp/part/tlv.h"

/* `type-c ipv4 10.0.0.1 algorithm 1 sid 16001`, appended. When it ends in a label that may be the bottom of the stack,
 * *label gets where in `out` that entry stands. */
bool sr_segment_parse(struct words *words, struct buffer *out, size_t *label);

/* What is known of these: false (and nothing written) for others, or when there is too little of it. */
bool put_sr_segment_text(struct buffer *out, const struct tlv *segment);
bool put_sr_segment_command(struct buffer *out, const struct tlv *segment);
bool put_sr_segment_json(struct buffer *out, const struct tlv *segment);

/* The end of a segment of SRv6, or of an SRv6 binding SID: behavior and four lengths. */
enum { SR_BEHAVIOR = 8 };
bool sr_behavior_parse(struct words *words, struct buffer *out);
void put_sr_behavior_json(struct buffer *out, struct cursor behavior);    /* "behavior": 19, "lb-length": 40, ... */
void put_sr_behavior_command(struct buffer *out, struct cursor behavior); /* endpoint-behavior 19 40 24 16 0 */

/* Numbers and addresses of both. */
bool sr_number_parse(struct words *words, const char *what, uint64_t most, uint64_t *out);
bool sr_address_parse(struct words *words, size_t len, struct buffer *out);

enum { SR_LABEL_MOST = 1048575 };

#endif
