/* The one hash function: XXH3, with a seed of the engine's own, so that nobody outside can choose collisions. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/cursor.h"

static inline uint64_t hash_octets(const void *octets, size_t len, uint64_t seed) {
    return XXH3_64bits_withSeed(octets, len, seed);
}

static inline uint64_t hash_cursor(struct cursor c, uint64_t seed) {
    return XXH3_64bits_withSeed(c.p, cursor_left(&c), seed);
}

#endif
