/* What a route is found by: family, path identifier (none differs from 0) and the part of the NLRI that is the family's
 * key. The name is made once, and good for every RIB with the same seed: a line for a hundred peers is hashed once. */
#ifndef RIB_ROUTE_NAME_H
#define RIB_ROUTE_NAME_H

#include "bgp/family.h"

enum { ROUTE_INSIDE = 10, ROUTE_KEY = 320 };

/* A route begins with ten octets, and sixteen bits of which some are of its name. */
enum route_bits {
    ROUTE_FAMILY = 0x003f,   /* index */
    ROUTE_HAS_PATH = 0x0040, /* the octets begin with the path identifier, in host order */
    ROUTE_LENGTH = 0x0780,   /* how many octets are used */
    ROUTE_LENGTH_SHIFT = 7,
    ROUTE_OUTSIDE = ROUTE_LENGTH, /* more than there is room for: they are a pointer */
    ROUTE_NAME = 0x07ff,
};

struct route_name {
    uint64_t hash;
    uint64_t octets_0_7; /* with the lower octet first, as in memory; 0 where there are none or they are outside */
    uint16_t octets_8_9;
    uint16_t bits; /* enum route_bits */
    bool has_key;  /* `key` counts, not octets and bits: the family has its own, or the NLRI is long */

    /* Only when has_key. */
    bool has_path;
    uint32_t path; /* 0 without one */
    const struct family *family;
    struct cursor nlri, key;   /* borrowed, or in `octets` */
    uint8_t octets[ROUTE_KEY]; /* a name is not copied */
};

/* `nlri` must live as long as the name. */
void route_name_init(struct route_name *name, uint64_t seed, const struct family *family, struct cursor nlri,
                     bool has_path, uint32_t path);

/* Numbers as octets, the lower first: one instruction where that is the machine's own way. */
static inline uint16_t load_16(const uint8_t *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t load_32(const uint8_t *p) {
    return (uint32_t)load_16(p) | (uint32_t)load_16(p + 2) << 16;
}

static inline uint64_t load_64(const uint8_t *p) {
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
           (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

static inline void store_16(uint8_t *p, uint16_t v) {
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static inline void store_64(uint8_t *p, uint64_t v) {
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
    p[2] = (uint8_t)(v >> 16);
    p[3] = (uint8_t)(v >> 24);
    p[4] = (uint8_t)(v >> 32);
    p[5] = (uint8_t)(v >> 40);
    p[6] = (uint8_t)(v >> 48);
    p[7] = (uint8_t)(v >> 56);
}

#endif
