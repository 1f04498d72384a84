/* Interned attribute sets: the same octets are kept once, and named by a number. The number is what routes keep and
 * groups are keyed by: equal sets have equal numbers, so comparing two routes' attributes is comparing two integers. */
#ifndef RIB_ATTRIBUTE_STORE_H
#define RIB_ATTRIBUTE_STORE_H

#include "base/pool.h"
#include "base/table.h"
#include "bgp/attribute.h"

/* One set: what was named, then what was given raw. */
struct kept_set {
    uint32_t named, raw; /* octets of each */
    uint8_t octets[];
};

union store_place {
    struct kept_set *set; /* owned */
    uintptr_t next;       /* of the numbers that are free */
};

/* Apart from the sets, as references are counted without a look at these. */
struct store_life {
    uint32_t refs;  /* 0: no set has this number */
    uint32_t birth; /* see store_lives() */
};

struct attribute_store {
    union store_place *places; /* owned; by number, 0 unused */
    struct store_life *lives;  /* owned; by number */
    uint32_t top, size, free;  /* numbers below top were used, room for size, the first free one (0: none) */
    struct table table;
    struct pool pool; /* of sets */
    uint64_t seed;    /* of the engine's hashes */
    uint32_t count;   /* sets alive */
    uint32_t births;  /* sets that ever were, modulo 2^32 */
};

void store_init(struct attribute_store *s, uint64_t seed);
void store_release(struct attribute_store *s);

/* The number of a set, new or known, with one reference more: give it back with store_drop(). Never 0. */
uint32_t store_intern(struct attribute_store *s, struct cursor named, struct cursor raw);
void store_free(struct attribute_store *s, uint32_t set); /* for store_drop() alone */

static inline void store_keep(struct attribute_store *s, uint32_t set) { /* one reference more */
    s->lives[set].refs++;
}

/* For who remembers a number without a reference: is it still the set that was born then? */
static inline uint32_t store_birth(const struct attribute_store *s, uint32_t set) {
    return s->lives[set].birth;
}

static inline bool store_lives(const struct attribute_store *s, uint32_t set, uint32_t birth) {
    return s->lives[set].birth == birth && s->lives[set].refs;
}

static inline void store_drop(struct attribute_store *s,
                              uint32_t set) { /* one less; the last frees it. 0 is let through */
    if (set && --s->lives[set].refs == 0)
        store_free(s, set);
}

/* Views, good while a reference is held. */
static inline struct attribute_set store_set(const struct attribute_store *s, uint32_t set) {
    const struct kept_set *kept = s->places[set].set;
    return (struct attribute_set){cursor_of(kept->octets, kept->named),
                                  cursor_of(kept->octets + kept->named, kept->raw)};
}

size_t store_memory(const struct attribute_store *s);
size_t store_idle(const struct attribute_store *s); /* those of them that wait for what comes */

#endif
