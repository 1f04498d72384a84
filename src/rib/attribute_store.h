/* Interned attribute sets: the same octets are kept once, and named by a number. The number is what routes keep and
 * groups are keyed by: equal sets have equal numbers, so comparing two routes' attributes is comparing two integers. */
#ifndef RIB_ATTRIBUTE_STORE_H
#define RIB_ATTRIBUTE_STORE_H

#include "base/table.h"
#include "bgp/attribute.h"

struct attribute_store {
    struct kept_set **sets; /* owned; by number, 0 unused */
    uint32_t top, size, free;
    struct table table;
    uint64_t seed;  /* of the engine's hashes */
    size_t octets;  /* held by sets */
    uint32_t count; /* sets alive */
};

void store_init(struct attribute_store *s, uint64_t seed);
void store_release(struct attribute_store *s);

/* The number of a set, new or known, with one reference more: give it back with store_drop(). Never 0. */
uint32_t store_intern(struct attribute_store *s, struct cursor named, struct cursor raw);
void store_keep(struct attribute_store *s, uint32_t set); /* one reference more */
void store_drop(struct attribute_store *s, uint32_t set); /* one less; the last one frees it. 0 is let through */

struct attribute_set store_set(const struct attribute_store *s,
                               uint32_t set); /* views, good while a reference is held */
size_t store_memory(const struct attribute_store *s);

#endif
