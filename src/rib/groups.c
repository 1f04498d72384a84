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

size_t groups_idle(const struct groups *g) {
    return slab_idle(&g->slab);
}

/* Numbers of sets are ours and dense: spreading them is enough, nobody can choose them. */
static uint64_t group_hash(uint64_t name) {
    return name * 0x9e3779b97f4a7c15u >> 32;
}

static bool groups_same(const void *context, uint32_t number, const void *key) {
    return group_at(context, number)->name == *(const uint64_t *)key;
}

uint32_t groups_find(const struct groups *g, uint64_t name) {
    return table_find(&g->table, group_hash(name), groups_same, g, &name);
}

/* To the end of the queue that its name says. */
static void groups_link(struct groups *g, uint32_t number, struct group *group) {
    group->next = 0;
    group->prev = g->queues[group_queue(group)].last;
    if (group->prev)
        group_at(g, group->prev)->next = number;
    else
        g->queues[group_queue(group)].first = number;
    g->queues[group_queue(group)].last = number;
}

static void groups_unlink(struct groups *g, const struct group *group) {
    if (group->prev)
        group_at(g, group->prev)->next = group->next;
    else
        g->queues[group_queue(group)].first = group->next;
    if (group->next)
        group_at(g, group->next)->prev = group->prev;
    else
        g->queues[group_queue(group)].last = group->prev;
}

static uint32_t groups_new(struct groups *g, uint64_t name) {
    uint32_t number = slab_new(&g->slab);
    struct group *group = group_at(g, number);
    *group = (struct group){.name = name};
    groups_link(g, number, group);
    table_add(&g->table, group_hash(name), number);
    return number;
}

void groups_turn_to(struct groups *g, uint64_t name) {
    uint32_t found = groups_find(g, name);
    g->recent_number = found ? found : groups_new(g, name);
    g->recent = group_at(g, g->recent_number);
}

/* Out of its queue and of the table, where routes that come look for it. */
static void groups_close(struct groups *g, uint32_t number, struct group *group) {
    groups_unlink(g, group);
    table_remove(&g->table, group_hash(group->name), number);
    if (g->recent == group)
        g->recent = NULL;
}

static void groups_free(struct groups *g, uint32_t number) {
    slab_free(&g->slab, number);
    if (g->slab.used == 0 && g->slab.top > SLAB_CHUNK)
        groups_release(g);
}

/* What a great many groups needed is given back when there is none any more (groups_free()). One of the log stays, as
 * readers may stand at it. */
static void groups_end(struct groups *g, uint32_t number) {
    struct group *group = group_at(g, number);
    if (group_queue(group) == QUEUE_LOG) {
        group->head = group->tail = 0;
        g->hollow++;
        return;
    }
    groups_close(g, number, group);
    groups_free(g, number);
}

void groups_remove(struct groups *g, struct routes *r, uint32_t number, bool served) {
    const struct queued *gone = queued_at(r, number);
    g->waiting -= served;
    if (!((gone->prev | gone->next) & GROUP_END)) {
        queued_at(r, gone->prev)->next = gone->next;
        queued_at(r, gone->next)->prev = gone->prev;
        return;
    }
    uint32_t found = (gone->prev & GROUP_END ? gone->prev : gone->next) & ~(uint32_t)GROUP_END;
    struct group *group = group_at(g, found);
    if (gone->prev & gone->next & GROUP_END) {
        groups_end(g, found);
    } else if (gone->prev & GROUP_END) {
        group->head = gone->next;
        queued_at(r, gone->next)->prev = gone->prev;
    } else {
        group->tail = gone->prev;
        queued_at(r, gone->prev)->next = gone->next;
    }
}

void groups_served(struct groups *g, struct routes *r, uint32_t group, uint32_t rest, uint32_t count) {
    g->waiting -= count;
    if (!rest) {
        groups_end(g, group);
        return;
    }
    group_at(g, group)->head = rest;
    queued_at(r, rest)->prev = group | GROUP_END;
}

/* ---- The log ---- */

/* The routes before `rest` become a group of their own. */
static uint32_t groups_split(struct groups *g, struct routes *r, uint32_t number, uint32_t rest) {
    uint32_t new = slab_new(&g->slab);
    struct group *from = group_at(g, number), *to = group_at(g, new);
    *to = (struct group){.name = from->name, .head = from->head, .tail = queued_at(r, rest)->prev};
    from->head = rest;
    queued_at(r, rest)->prev = number | GROUP_END;
    queued_at(r, to->head)->prev = new | GROUP_END;
    queued_at(r, to->tail)->next = new | GROUP_END;
    return new;
}

uint32_t groups_log(struct groups *g, struct routes *r, uint32_t group, uint32_t rest, uint32_t count, uint32_t place) {
    uint32_t record = rest ? groups_split(g, r, group, rest) : group;
    struct group *logged = group_at(g, record);
    g->waiting -= count;
    if (!rest)
        groups_close(g, record, logged);
    logged->name = (logged->name & ~(uint64_t)0xff) | QUEUE_LOG;
    logged->place = place;
    groups_link(g, record, logged);
    g->logged++;
    return record;
}

void groups_unlog(struct groups *g, uint32_t group) {
    const struct group *gone = group_at(g, group);
    groups_unlink(g, gone);
    g->logged--;
    g->hollow -= !gone->head;
    groups_free(g, group);
}
