/* What the AFI and the SAFI of a family are called each by itself, where there may be no row for the two together: a
 * peer names any. As words they are those of the first row that has the number. */
#ifndef BGP_FAMILY_NAME_H
#define BGP_FAMILY_NAME_H

#include <stdint.h>

struct buffer;

void put_afi(struct buffer *b, uint16_t afi);  /* "ipv4", "unknown-afi-0x63" */
void put_safi(struct buffer *b, uint8_t safi); /* "unicast", "unknown safi 99" */

#endif
