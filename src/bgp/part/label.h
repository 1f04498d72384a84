/* MPLS labels, three octets each: 20 bits of label, 3 of traffic class, and the bottom-of-stack bit (RFC 8277 2.2).
 *
 * Nothing on the wire says how long a stack is but the bottom bit of its last label. Two stacks of one label do without
 * it: 0x800000, which a withdraw may carry for any label, and 0x000000. */
#ifndef BGP_PART_LABEL_H
#define BGP_PART_LABEL_H

#include "base/words.h"
#include "bgp/style.h"

enum { LABEL_OCTETS = 3, LABEL_MAX = 0xfffff, LABEL_WITHDRAWN = 0x800000 };

/* How many octets at `p` are labels, when no more than `most` can be. A stack without an end counts as one label: that
 * is what a peer means who sends a single label and does not care about the bit (errors.md NLR-12). 0: no room. */
size_t labels_length(const uint8_t *p, size_t most);

/* `label 100` or `label [ 100 200 ]`: the words after the keyword. */
bool labels_take(struct words *words, uint32_t *labels, size_t most, uint8_t *count);
void put_labels(struct buffer *b, const uint32_t *labels, size_t count); /* on the wire, bottom bit on the last */

/* `"label": [ [100, 1601] ]`; `raw`: with the 24 bits as they are. */
void labels_json(struct cursor labels, bool raw, struct buffer *out);
/* `label 100`, `label [ 100 200 ]`; with a blank before. */
void labels_text(struct cursor labels, bool raw, struct buffer *out);

#endif
