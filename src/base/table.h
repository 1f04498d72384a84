/* A hash table from a hash to a 32-bit number (of a slab, an array, ...): open addressing with linear probing.
 *
 * The table keeps 32 bits of the hash beside each number, so that other things are rarely looked at, and deletion moves
 * what follows back: no tombstones, no slow decay. Number 0 means an empty place.
 *
 * Nobody waits for a table that grows: the old places stay, and each thing that is added moves a few of them. What is
 * where follows from the hash alone, so that only one of both is ever searched: see table_where(). */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_slot {
    uint32_t tag, number;
};

struct table_places {
    struct table_slot *slots; /* owned; mask + 1 of them, or NULL */
    uint32_t mask;
};

struct table {
    struct table_places now, old; /* `old` while the table grows, else none */
    uint32_t used;
    uint32_t most; /* may be used before it grows */
    uint32_t start,
        moved; /* of `old`: what belongs to the `moved` places from `start` on, around the end, is in `now` */
};

/* Is the thing `number` the one that `key` describes? Both mean what the caller wants. */
typedef bool table_same(const void *context, uint32_t number, const void *key);

/* Where a thing with this hash is, or is to be. */
static inline struct table_places table_where(const struct table *t, uint32_t tag) {
    return t->old.slots && ((tag - t->start) & t->old.mask) >= t->moved ? t->old : t->now;
}

/* A table starts as {0}. The number found, 0 when there is none. */
static inline uint32_t table_find(const struct table *t, uint64_t hash, table_same *same, const void *context,
                                  const void *key) {
    if (!t->now.slots)
        return 0;
    uint32_t tag = (uint32_t)hash;
    const struct table_places p = table_where(t, tag);
    for (uint32_t at = tag & p.mask;; at = (at + 1) & p.mask) {
        const struct table_slot *slot = &p.slots[at];
        if (slot->number == 0)
            return 0;
        if (slot->tag == tag && same(context, slot->number, key))
            return slot->number;
    }
}

void table_grow(struct table *t); /* begins it, or goes on; for table_seek() alone */

/* As table_find(), to add the thing when it is not there: *at is then its place, for table_put() as the next call. */
static inline uint32_t table_seek(struct table *t, uint64_t hash, table_same *same, const void *context,
                                  const void *key, uint32_t *at) {
    if (t->used >= t->most || t->old.slots)
        table_grow(t);
    uint32_t tag = (uint32_t)hash;
    const struct table_places p = table_where(t, tag);
    for (*at = tag & p.mask;; *at = (*at + 1) & p.mask) {
        const struct table_slot *slot = &p.slots[*at];
        if (slot->number == 0)
            return 0;
        if (slot->tag == tag && same(context, slot->number, key))
            return slot->number;
    }
}

static inline void table_put(struct table *t, uint32_t at, uint64_t hash, uint32_t number) {
    table_where(t, (uint32_t)hash).slots[at] = (struct table_slot){(uint32_t)hash, number};
    t->used++;
}

/* What will soon be looked for may already be on its way from memory. */
static inline void table_prefetch(const struct table *t, uint64_t hash) {
    const struct table_places p = table_where(t, (uint32_t)hash);
    if (p.slots)
        __builtin_prefetch(&p.slots[(uint32_t)hash & p.mask]);
}

void table_add(struct table *t, uint64_t hash, uint32_t number); /* the caller knows that it is not there */
void table_remove(struct table *t, uint64_t hash, uint32_t number);
/* All numbers, one a call, in no order; *walk starts at 0. 0: no more. Nothing may be added or removed meanwhile. */
uint32_t table_next(const struct table *t, uint32_t *walk);
void table_release(struct table *t);
size_t table_memory(const struct table *t);

#endif
