/* Names of routes where each instruction counts; private to this room. */
#ifndef RIB_NAME_INLINE_H
#define RIB_NAME_INLINE_H

#include "base/hash.h"
#include "rib/route_name.h"

/* Up to ten octets, in the order in which they will be in memory. */
static inline void name_take_octets(struct route_name *name, const uint8_t *p, size_t len) {
    name->octets_0_7 = 0;
    name->octets_8_9 = 0;
    if (len >= 8) {
        name->octets_0_7 = load_64(p);
        name->octets_8_9 = (uint16_t)(load_16(p + len - 2) >> (80 - 8 * len));
    } else if (len >= 4) {
        name->octets_0_7 = load_32(p) | (uint64_t)load_32(p + len - 4) << (8 * len - 32);
    } else if (len) {
        name->octets_0_7 = p[0] | (uint32_t)p[len / 2] << len / 2 * 8 | (uint32_t)p[len - 1] << (len - 1) * 8;
    }
}

static inline void name_hash_octets(struct route_name *name, uint64_t seed) {
    const uint64_t words[2] = {name->octets_0_7, (uint64_t)name->bits << 16 | name->octets_8_9};
    name->has_key = false;
    name->hash = hash_octets(words, sizeof words, seed);
}

/* Are there bits behind the prefix? */
static inline bool prefix_has_more(const uint8_t *p, size_t len) {
    unsigned behind = 0xffu >> p[0] % 8u;
    return p[0] % 8u && p[len - 1] & behind;
}

void name_init_rare(struct route_name *name, uint64_t seed, const struct family *family, struct cursor nlri,
                    bool has_path, uint32_t path);

/* A million IPv4 prefixes come this way, each with a few instructions. */
static inline void name_init(struct route_name *name, uint64_t seed, const struct family *family, struct cursor nlri,
                             bool has_path, uint32_t path) {
    size_t len = cursor_left(&nlri);
    if (!(family->flags & FAMILY_PLAIN) || has_path || len - 1 >= ROUTE_INSIDE || prefix_has_more(nlri.p, len)) {
        name_init_rare(name, seed, family, nlri, has_path, path);
        return;
    }
    name->bits = (uint16_t)((family->index & (unsigned)ROUTE_FAMILY) | len << ROUTE_LENGTH_SHIFT);
    name_take_octets(name, nlri.p, len);
    name_hash_octets(name, seed);
}

#endif
