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

struct attribute_store {
    union store_place *places; /* owned; by number, 0 unused */
    uint32_t *refs;            /* owned; references to each: apart, as they are counted without a look at the set */
    uint32_t top, size, free;  /* numbers below top were used, room for size, the first free one (0: none) */
    struct table table;
    struct pool pool; /* of sets */
    uint64_t seed;    /* of the engine's hashes */
    uint32_t count;   /* sets alive */
};

void store_init(struct attribute_store *s, uint64_t seed);
void store_release(struct attribute_store *s);

/* The number of a set, new or known, with one reference more: give it back with store_drop(). Never 0. */
uint32_t store_intern(struct attribute_store *s, struct cursor named, struct cursor raw);
void store_free(struct attribute_store *s, uint32_t set); /* for store_drop() alone */

static inline void store_keep(struct attribute_store *s, uint32_t set) { /* one reference more */
    s->refs[set]++;
}

static inline void store_drop(struct attribute_store *s,
                              uint32_t set) { /* one less; the last frees it. 0 is let through */
    if (set && --s->refs[set] == 0)
        store_free(s, set);
}

/* Views, good while a reference is held. */
static inline struct attribute_set store_set(const struct attribute_store *s, uint32_t set) {
    const struct kept_set *kept = s->places[set].set;
    return (struct attribute_set){cursor_of(kept->octets, kept->named),
                                  cursor_of(kept->octets + kept->named, kept->raw)};
}

size_t store_memory(const struct attribute_store *s);

#endif
