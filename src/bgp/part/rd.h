/* Route distinguisher: eight octets that make prefixes of different VPNs differ (RFC 4364 4.2).
 *
 *     65000:100        type 0: 2-octet AS, 4-octet number
 *     10.0.0.1:100     type 1: IPv4 address, 2-octet number
 *     4200000000:100   type 2: 4-octet AS, 2-octet number
 *     0x0007010203040506   any other, as it is
 *
 * Type 2 is chosen only when the AS does not fit type 0, as ExaBGP does: `65000:70000` is of type 0. */
#ifndef BGP_PART_RD_H
#define BGP_PART_RD_H

#include "base/words.h"

enum { RD_OCTETS = 8 };

bool rd_parse(struct text t, uint8_t rd[RD_OCTETS]);
bool rd_take(struct words *words, uint8_t rd[RD_OCTETS]); /* the next word; complains */
void put_rd(struct buffer *b, const uint8_t *rd);

#endif
