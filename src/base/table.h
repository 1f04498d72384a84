/* A hash table from a hash to a 32-bit number (of a slab, an array, ...): open addressing with linear probing.
 *
 * The table keeps 32 bits of the hash beside each number, so that other things are rarely looked at, and deletion moves
 * what follows back: no tombstones, no slow decay. Number 0 means an empty place. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_slot {
    uint32_t tag, number;
};

struct table {
    struct table_slot *slots; /* owned; mask + 1 of them, or NULL */
    uint32_t mask, used;
    uint32_t most; /* may be used before it grows */
};

/* Is the thing `number` the one that `key` describes? Both mean what the caller wants. */
typedef bool table_same(const void *context, uint32_t number, const void *key);

/* A table starts as {0}. The numbers found, 0 when there is none. */
static inline uint32_t table_find(const struct table *t, uint64_t hash, table_same *same, const void *context,
                                  const void *key) {
    if (!t->slots)
        return 0;
    uint32_t tag = (uint32_t)hash;
    for (uint32_t at = tag & t->mask;; at = (at + 1) & t->mask) {
        const struct table_slot *slot = &t->slots[at];
        if (slot->number == 0)
            return 0;
        if (slot->tag == tag && same(context, slot->number, key))
            return slot->number;
    }
}

void table_grow(struct table *t); /* for table_seek() alone */

/* As table_find(), to add the thing when it is not there: *at is then its place, for table_put() as the next call. */
static inline uint32_t table_seek(struct table *t, uint64_t hash, table_same *same, const void *context,
                                  const void *key, uint32_t *at) {
    if (t->used >= t->most)
        table_grow(t);
    uint32_t tag = (uint32_t)hash;
    for (*at = tag & t->mask;; *at = (*at + 1) & t->mask) {
        const struct table_slot *slot = &t->slots[*at];
        if (slot->number == 0)
            return 0;
        if (slot->tag == tag && same(context, slot->number, key))
            return slot->number;
    }
}

static inline void table_put(struct table *t, uint32_t at, uint64_t hash, uint32_t number) {
    t->slots[at] = (struct table_slot){(uint32_t)hash, number};
    t->used++;
}

/* What will soon be looked for may already be on its way from memory. */
static inline void table_prefetch(const struct table *t, uint64_t hash) {
    if (t->slots)
        __builtin_prefetch(&t->slots[(uint32_t)hash & t->mask]);
}

void table_add(struct table *t, uint64_t hash, uint32_t number); /* the caller knows that it is not there */
void table_remove(struct table *t, uint64_t hash, uint32_t number);
void table_release(struct table *t);
size_t table_memory(const struct table *t);

#endif
