#include "base/table.h"

#include "base/memory.h"

/* Places that are moved for a thing that is added. A table of AT_ONCE of them moves as a whole. */
enum { TABLE_FIRST = 16, TABLE_STEP = 32, TABLE_AT_ONCE = 4096 };

static size_t places_size(struct table_places p) {
    return p.slots ? ((size_t)p.mask + 1) * sizeof *p.slots : 0;
}

static void places_put(struct table_places p, struct table_slot new) {
    uint32_t at = new.tag &p.mask;
    while (p.slots[at].number)
        at = (at + 1) & p.mask;
    p.slots[at] = new;
}

/* Doubles at three quarters full: the mean search then looks at 2.5 places. The move begins behind an empty place. */
static void table_double(struct table *t) {
    uint32_t size = t->now.slots ? (t->now.mask + 1) * 2 : TABLE_FIRST;
    t->old = t->now;
    t->now = (struct table_places){memory_large(size * sizeof *t->now.slots), size - 1};
    t->most = size / 4 * 3;
    t->start = t->moved = 0;
    while (t->old.slots && t->old.slots[t->start++].number)
        ;
}

/* All up to the next empty place: so what is left behind it belongs there, and none of it before. */
static void table_move_run(struct table *t) {
    for (bool more = true; more; t->moved++) {
        struct table_slot *slot = &t->old.slots[(t->start + t->moved) & t->old.mask];
        more = slot->number != 0;
        if (more)
            places_put(t->now, *slot);
        *slot = (struct table_slot){0, 0};
    }
}

static void table_move(struct table *t, uint32_t places) {
    uint32_t until = t->moved + places;
    while (t->moved < until && t->moved <= t->old.mask)
        table_move_run(t);
    if (t->moved <= t->old.mask)
        return;
    memory_large_free(t->old.slots, places_size(t->old));
    t->old = (struct table_places){0};
}

void table_grow(struct table *t) {
    if (!t->old.slots)
        table_double(t);
    if (t->old.slots)
        table_move(t, t->old.mask < TABLE_AT_ONCE ? TABLE_AT_ONCE : TABLE_STEP);
}

void table_add(struct table *t, uint64_t hash, uint32_t number) {
    uint32_t tag = (uint32_t)hash;
    if (t->used >= t->most || t->old.slots)
        table_grow(t);
    places_put(table_where(t, tag), (struct table_slot){tag, number});
    t->used++;
}

void table_remove(struct table *t, uint64_t hash, uint32_t number) {
    const struct table_places p = table_where(t, (uint32_t)hash);
    uint32_t at = (uint32_t)hash & p.mask;
    while (p.slots[at].number != number) {
        if (p.slots[at].number == 0)
            return;
        at = (at + 1) & p.mask;
    }
    t->used--;
    /* Move back each follower that would not be found any more over the hole. */
    for (uint32_t next = (at + 1) & p.mask; p.slots[next].number; next = (next + 1) & p.mask) {
        uint32_t home = p.slots[next].tag & p.mask;
        if (((next - home) & p.mask) >= ((next - at) & p.mask)) {
            p.slots[at] = p.slots[next];
            at = next;
        }
    }
    p.slots[at] = (struct table_slot){0, 0};
}

static uint32_t places_next(struct table_places p, uint32_t before, uint32_t *walk) {
    while (p.slots && *walk - before <= p.mask) {
        uint32_t number = p.slots[(*walk)++ - before].number;
        if (number)
            return number;
    }
    return 0;
}

uint32_t table_next(const struct table *t, uint32_t *walk) {
    uint32_t number = t->now.slots && *walk <= t->now.mask ? places_next(t->now, 0, walk) : 0;
    return number ? number : places_next(t->old, t->now.mask + 1, walk);
}

void table_release(struct table *t) {
    memory_large_free(t->now.slots, places_size(t->now));
    memory_large_free(t->old.slots, places_size(t->old));
    *t = (struct table){0};
}

size_t table_memory(const struct table *t) {
    return places_size(t->now) + places_size(t->old);
}
