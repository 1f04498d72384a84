/* Groups of waiting routes: two doubly linked lists in one another, made of numbers. */
#include "rib/groups.h"

#include "base/memory.h"

enum { GROUPS_KEPT = SLAB_CHUNK }; /* groups whose memory is kept when nothing waits any more */

void groups_init(struct groups *g) {
    *g = (struct groups){0};
    slab_init(&g->slab, sizeof(struct group));
}

void groups_release(struct groups *g) {
    slab_release(&g->slab);
    table_release(&g->table);
    groups_init(g);
}

void groups_clear(struct groups *g) {
    groups_release(g);
}

size_t groups_memory(const struct groups *g) {
    return slab_memory(&g->slab) + table_memory(&g->table);
}

struct group_name {
    uint32_t set;
    uint8_t family, queue;
};

static bool group_is(const struct group *group, const struct group_name *name) {
    return group->set == name->set && group->family == name->family && group->queue == name->queue;
}

static bool groups_same(const void *context, uint32_t number, const void *key) {
    return group_is(group_at(context, number), key);
}

/* Numbers of sets are ours and dense: spreading them is enough, nobody can choose them. */
static uint64_t group_hash(const struct group_name *name) {
    uint64_t word = (uint64_t)name->set << 16 | (unsigned)name->family << 8 | name->queue;
    return word * 0x9e3779b97f4a7c15u >> 32;
}

static uint32_t groups_find(const struct groups *g, const struct group_name *name) {
    if (g->recent && group_is(group_at(g, g->recent), name))
        return g->recent;
    return table_find(&g->table, group_hash(name), groups_same, g, name);
}

static uint32_t groups_new(struct groups *g, const struct group_name *name) {
    uint32_t number = slab_new(&g->slab), last = g->queues[name->queue].last;
    *group_at(g, number) = (struct group){.set = name->set, .family = name->family, .queue = name->queue, .prev = last};
    if (last)
        group_at(g, last)->next = number;
    else
        g->queues[name->queue].first = number;
    g->queues[name->queue].last = number;
    table_add(&g->table, group_hash(name), number);
    return number;
}

static void groups_end(struct groups *g, uint32_t number) {
    struct group *group = group_at(g, number);
    if (group->prev)
        group_at(g, group->prev)->next = group->next;
    else
        g->queues[group->queue].first = group->next;
    if (group->next)
        group_at(g, group->next)->prev = group->prev;
    else
        g->queues[group->queue].last = group->prev;
    table_remove(&g->table, group_hash(&(struct group_name){group->set, group->family, group->queue}), number);
    slab_free(&g->slab, number);
    if (g->recent == number)
        g->recent = 0;
    if (g->waiting == 0 && g->slab.top > GROUPS_KEPT)
        groups_release(g);
}

void groups_append(struct groups *g, struct routes *r, enum queue queue, uint32_t set, uint8_t family,
                   uint32_t number) {
    const struct group_name name = {set, family, (uint8_t)queue};
    uint32_t found = groups_find(g, &name);
    g->recent = found ? found : groups_new(g, &name);
    struct group *group = group_at(g, g->recent);
    struct queued *new = queued_at(r, number);
    new->next = 0;
    new->prev = group->tail;
    if (group->tail)
        queued_at(r, group->tail)->next = number;
    else
        group->head = number;
    group->tail = number;
    g->waiting++;
}

void groups_remove(struct groups *g, struct routes *r, enum queue queue, uint32_t set, uint8_t family,
                   uint32_t number) {
    struct queued *gone = queued_at(r, number);
    g->waiting--;
    if (gone->prev && gone->next) {
        queued_at(r, gone->prev)->next = gone->next;
        queued_at(r, gone->next)->prev = gone->prev;
        return;
    }
    const struct group_name name = {set, family, (uint8_t)queue};
    uint32_t found = groups_find(g, &name);
    struct group *group = group_at(g, found);
    if (gone->prev)
        queued_at(r, gone->prev)->next = 0;
    else
        group->head = gone->next;
    if (gone->next)
        queued_at(r, gone->next)->prev = 0;
    else
        group->tail = gone->prev;
    if (!group->head)
        groups_end(g, found);
}

uint32_t groups_first(const struct groups *g) {
    for (unsigned queue = 0; queue < QUEUES; queue++)
        if (g->queues[queue].first)
            return g->queues[queue].first;
    return 0;
}

void groups_served(struct groups *g, struct routes *r, uint32_t group, uint32_t rest, uint32_t count) {
    g->waiting -= count;
    if (!rest) {
        groups_end(g, group);
        return;
    }
    group_at(g, group)->head = rest;
    queued_at(r, rest)->prev = 0;
}
