/* Sets of attributes by the words that say them, known again by a hash alone: for a table in no order, the lines of
 * which say a hundred thousand sets again and again; private to this room.
 *
 * A place is 16 octets, and there are as many as there are sets in the store, about, up to 16 MiB. It holds no
 * reference: a set that nobody has any more is unknown, but for the 4,096 learnt last, which are kept. Of the 128 bits
 * of the hash, seeded by the engine, 64 are compared beside those that choose the place. */
#ifndef API_SPOKEN_H
#define API_SPOKEN_H

#include "base/hash.h"
#include "rib/attribute_store.h"

struct spoken;

struct spoken_words { /* what is left of them */
    uint64_t place, tag;
};

static inline struct spoken_words spoken_words(const char *p, size_t len, uint64_t seed) {
    XXH128_hash_t hash = XXH3_128bits_withSeed(p, len, seed);
    return (struct spoken_words){hash.low64, hash.high64};
}

struct spoken *spoken_new(struct attribute_store *store);
void spoken_free(struct spoken *s); /* the sets that it keeps are left to the end of the store. NULL is let through */
size_t spoken_memory(const struct spoken *s);

/* What spoken_learn() was told, 0: unknown. *set is good for this call: take a reference to keep it. */
unsigned spoken_find(struct spoken *s, struct spoken_words words, uint32_t *set);

enum { SPOKEN_NOTES = 16 };
/* `note`: 1 to 15, the caller's. `set` may be 0. */
void spoken_learn(struct spoken *s, struct spoken_words words, uint32_t set, unsigned note);

#endif
