/* IPv4 and IPv6 addresses and prefixes. */
#ifndef BASE_IP_H
#define BASE_IP_H

#include "base/buffer.h"

struct ip {
    uint8_t len;        /* 4 or 16; 0: no address */
    uint8_t octets[16]; /* network order; unused ones are zero, so that two addresses compare with memcmp */
};

struct prefix {
    struct ip ip;
    uint8_t bits; /* 0..32 or 0..128 */
};

enum { IP_TEXT = 46 }; /* characters that any address fits */

bool ip_parse(struct text t, struct ip *out);       /* dotted quad or RFC 4291 text; no zone, no port */
bool ipv4_parse(struct text t, uint32_t *out);      /* exactly four decimal octets; host order */
struct ip ip_of(const uint8_t *octets, size_t len); /* len 4 or 16; any other: no address */
void put_ip(struct buffer *b, struct ip ip);        /* RFC 5952, as inet_ntop(): ::ffff:1.2.3.4 too */
void put_ipv4(struct buffer *b, const uint8_t *octets);
void put_ipv6(struct buffer *b, const uint8_t *octets);

/* ADDRESS[/LEN], LEN up to the size of the address and its size when missing. Host bits stay as written. */
bool prefix_parse(struct text t, struct prefix *out);
bool ipv4_prefix_parse(struct text t, uint32_t *address, uint8_t *bits); /* the same of IPv4 alone; host order */
bool prefix_has_host_bits(const struct prefix *p);
void prefix_clear_host_bits(struct prefix *p);
void put_prefix(struct buffer *b, const struct prefix *p); /* 10.0.0.0/24 */
void put_ipv4_prefix(struct buffer *b, const uint8_t *octets, uint8_t bits);

static inline bool ip_same(struct ip a, struct ip b) {
    return memcmp(&a, &b, sizeof a) == 0;
}

static inline struct cursor ip_cursor(const struct ip *ip) {
    return cursor_of(ip->octets, ip->len);
}

static inline size_t prefix_octets(unsigned bits) {
    return (bits + 7) / 8;
}

#endif
