/* What prefix.c (octets) and prefix_words.c (text) share. */
#ifndef BGP_NLRI_PREFIX_H
#define BGP_NLRI_PREFIX_H

#include "bgp/family.h"

enum { PREFIX_PLAIN, PREFIX_LABELLED, PREFIX_VPN, PREFIX_KINDS };
enum { SAFI_LABELLED = 4, SAFI_VPN = 128 };

static inline unsigned prefix_kind(const struct family *f) {
    return f->safi == SAFI_VPN ? PREFIX_VPN : f->safi == SAFI_LABELLED ? PREFIX_LABELLED : PREFIX_PLAIN;
}

/* How many labels a route has; 0 where its family has none. */
unsigned nlri_labels(const struct family *f, struct cursor nlri);
/* Has the stack of one that has labels a bottom, or is it one that needs none (bgp/part/label.h)? */
bool nlri_labels_end(const struct family *f, struct cursor nlri);

/* The NLRI that withdraws a route of several labels: whatever they are, one field of three octets stands in their place
 * (RFC 8277 2.4), and a peer that goes by that would take the second label for octets of the prefix. */
enum { NLRI_WITHDRAWN_MOST = 1 + UINT8_MAX / 8 + 1 };
void put_nlri_withdrawn(struct buffer *out, const struct family *f, struct cursor nlri);

extern const char *const prefix_keywords[];
bool prefix_start(struct draft *d, struct words *words);
enum taken prefix_keyword(struct draft *d, struct text keyword, struct words *words);
bool prefix_finish(struct draft *d, struct words *words, struct buffer *nlri);

#endif
