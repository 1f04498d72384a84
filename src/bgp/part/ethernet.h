/* Addresses of Ethernet: MAC addresses, and segment identifiers (RFC 7432 5), which are ten octets written alike. */
#ifndef BGP_PART_ETHERNET_H
#define BGP_PART_ETHERNET_H

#include "base/buffer.h"

enum { MAC_OCTETS = 6, ESI_OCTETS = 10 };

/* `count` octets in hexadecimal with colons between, any case. */
bool colons_parse(struct text t, uint8_t *octets, size_t count);
void put_colons(struct buffer *b, const uint8_t *octets, size_t count); /* 00:aa:ff */

bool esi_parse(struct text t, uint8_t esi[ESI_OCTETS]); /* `-`: none, ten zeros */
void put_esi(struct buffer *b, const uint8_t *esi);
void put_mac(struct buffer *b, const uint8_t *mac); /* in capitals, as ExaBGP has it */

#endif
