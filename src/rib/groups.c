/* Groups of waiting routes: two doubly linked lists in one another, made of numbers. */
#include "rib/groups.h"

void groups_init(struct groups *g) {
    *g = (struct groups){0};
    slab_init(&g->slab, sizeof(struct group));
}

void groups_release(struct groups *g) {
    slab_release(&g->slab);
    table_release(&g->table);
    groups_init(g);
}

size_t groups_memory(const struct groups *g) {
    return slab_memory(&g->slab) + table_memory(&g->table);
}

/* Numbers of sets are ours and dense: spreading them is enough, nobody can choose them. */
static uint64_t group_hash(uint64_t name) {
    return name * 0x9e3779b97f4a7c15u >> 32;
}

static bool groups_same(const void *context, uint32_t number, const void *key) {
    return group_at(context, number)->name == *(const uint64_t *)key;
}

static uint32_t groups_find(const struct groups *g, uint64_t name) {
    return table_find(&g->table, group_hash(name), groups_same, g, &name);
}

static uint32_t groups_new(struct groups *g, uint64_t name) {
    uint32_t number = slab_new(&g->slab);
    struct group *group = group_at(g, number);
    *group = (struct group){.name = name};
    group->prev = g->queues[group_queue(group)].last;
    if (group->prev)
        group_at(g, group->prev)->next = number;
    else
        g->queues[group_queue(group)].first = number;
    g->queues[group_queue(group)].last = number;
    table_add(&g->table, group_hash(name), number);
    return number;
}

void groups_turn_to(struct groups *g, uint64_t name) {
    uint32_t found = groups_find(g, name);
    g->recent = group_at(g, found ? found : groups_new(g, name));
}

/* What a great many groups needed is given back when nothing waits any more. */
static void groups_end(struct groups *g, uint32_t number) {
    struct group *group = group_at(g, number);
    if (group->prev)
        group_at(g, group->prev)->next = group->next;
    else
        g->queues[group_queue(group)].first = group->next;
    if (group->next)
        group_at(g, group->next)->prev = group->prev;
    else
        g->queues[group_queue(group)].last = group->prev;
    table_remove(&g->table, group_hash(group->name), number);
    slab_free(&g->slab, number);
    if (g->recent == group)
        g->recent = NULL;
    if (g->waiting == 0 && g->slab.top > SLAB_CHUNK)
        groups_release(g);
}

void groups_remove(struct groups *g, struct routes *r, uint64_t name, uint32_t number) {
    struct queued *gone = queued_at(r, number);
    g->waiting--;
    if (gone->prev && gone->next) {
        queued_at(r, gone->prev)->next = gone->next;
        queued_at(r, gone->next)->prev = gone->prev;
        return;
    }
    uint32_t found = groups_find(g, name);
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

void groups_served(struct groups *g, struct routes *r, uint32_t group, uint32_t rest, uint32_t count) {
    g->waiting -= count;
    if (!rest) {
        groups_end(g, group);
        return;
    }
    group_at(g, group)->head = rest;
    queued_at(r, rest)->prev = 0;
}
