#include "base/table.h"

#include "base/memory.h"

static void table_place(struct table *t, struct table_slot new) {
    uint32_t at = new.tag & t->mask;
    while (t->slots[at].number)
        at = (at + 1) & t->mask;
    t->slots[at] = new;
}

/* Doubles at three quarters full: the mean search then looks at 2.5 places. */
void table_grow(struct table *t) {
    struct table old = *t;
    uint32_t size = old.slots ? (old.mask + 1) * 2 : 16;
    t->slots = memory_large(size * sizeof *t->slots);
    t->mask = size - 1;
    t->most = size / 4 * 3;
    if (!old.slots)
        return;
    for (uint32_t i = 0; i <= old.mask; i++)
        if (old.slots[i].number)
            table_place(t, old.slots[i]);
    memory_large_free(old.slots, table_memory(&old));
}

void table_add(struct table *t, uint64_t hash, uint32_t number) {
    if (t->used >= t->most)
        table_grow(t);
    table_place(t, (struct table_slot){(uint32_t)hash, number});
    t->used++;
}

void table_remove(struct table *t, uint64_t hash, uint32_t number) {
    uint32_t at = (uint32_t)hash & t->mask;
    while (t->slots[at].number != number) {
        if (t->slots[at].number == 0)
            return;
        at = (at + 1) & t->mask;
    }
    t->used--;
    /* Move back each follower that would not be found any more over the hole. */
    for (uint32_t next = (at + 1) & t->mask; t->slots[next].number; next = (next + 1) & t->mask) {
        uint32_t home = t->slots[next].tag & t->mask;
        if (((next - home) & t->mask) >= ((next - at) & t->mask)) {
            t->slots[at] = t->slots[next];
            at = next;
        }
    }
    t->slots[at] = (struct table_slot){0, 0};
}

void table_release(struct table *t) {
    memory_large_free(t->slots, table_memory(t));
    *t = (struct table){0};
}

size_t table_memory(const struct table *t) {
    return t->slots ? ((size_t)t->mask + 1) * sizeof *t->slots : 0;
}
