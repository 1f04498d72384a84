/* What waits to be told to a peer: groups of routes that can share messages, in the order in which they began to wait;
 * private to this room.
 *
 * A route is in one group at most. Its place is two numbers in the route itself, so that it can leave from the middle:
 * nothing here grows with the number of changes. At the ends of the list these numbers name the group.
 *
 * Where many peers read one RIB, what the first of them was told is no longer in a queue but in the log: groups again,
 * a message's routes each, which the others read in this order (shared.h). */
#ifndef RIB_GROUPS_H
#define RIB_GROUPS_H

#include "rib/routes.h"

/* Served in this order. */
enum queue {
    QUEUE_WITHDRAWS, /* a group for each family */
    QUEUE_PASSING,   /* one group: earlier versions of routes that wait, in order */
    QUEUE_ANNOUNCES, /* a group for each set and family; or a single one, in order, where routes do not share messages
                      */
    QUEUES_SERVED,
    QUEUE_LOG = QUEUES_SERVED,
    QUEUE_HELD, /* a group for each prefix of which the peer takes no more paths */
    QUEUES
};

enum { GROUP_END = 0x80000000 };

struct queued { /* a route of rib_out */
    struct route route;
    uint32_t next, prev; /* in its group; with GROUP_END: the group's number */
};

struct group {
    uint64_t name;
    uint32_t head, tail; /* routes; 0: none any more, in the log alone */
    uint32_t next, prev; /* groups of the queue */
    uint32_t place;      /* in the log */
};

struct groups {
    struct slab slab;
    struct table table;
    struct {
        uint32_t first, last;
    } queues[QUEUES];
    struct group *recent; /* the group that got the last route, NULL: none */
    uint32_t recent_number;
    uint32_t waiting;        /* routes in all groups that are served */
    uint32_t logged, hollow; /* groups in the log, and those of them without routes */
};

void groups_init(struct groups *g);
void groups_release(struct groups *g); /* the routes are left as they are; can be used on */
size_t groups_memory(const struct groups *g);
size_t groups_idle(const struct groups *g); /* those of them that wait for what comes */

static inline struct group *group_at(const struct groups *g, uint32_t number) {
    return slab_at(&g->slab, number);
}

static inline struct queued *queued_at(const struct routes *r, uint32_t number) {
    return slab_at(&r->slab, number);
}

/* The route after this one in its group, 0: it is the last. */
static inline uint32_t queued_after(const struct queued *queued) {
    return queued->next & GROUP_END ? 0 : queued->next;
}

/* ---- Names ---- */

static inline uint64_t group_name(enum queue queue, uint8_t family, uint32_t set) {
    return (uint64_t)set << 16 | (unsigned)family << 8 | queue;
}

static inline enum queue group_queue(const struct group *group) {
    return group->name & 0xff;
}

static inline uint8_t group_family(const struct group *group) {
    return group->name >> 8 & 0xff;
}

/* ---- Routes come and go ---- */

void groups_turn_to(struct groups *g, uint64_t name); /* the slow part of groups_append() */

/* The route goes to the end of the group of this name, which goes to the end of its queue when it is new. */
static inline void groups_append(struct groups *g, struct routes *r, uint64_t name, uint32_t number,
                                 struct queued *new) {
    if (!g->recent || g->recent->name != name)
        groups_turn_to(g, name);
    struct group *group = g->recent;
    uint32_t end = g->recent_number | GROUP_END;
    new->next = new->prev = end;
    if (group->tail) {
        new->prev = group->tail;
        queued_at(r, group->tail)->next = number;
    } else {
        group->head = number;
    }
    group->tail = number;
    g->waiting++;
}

/* The route leaves the group in which it is, which may be one that is not `served`. */
void groups_remove(struct groups *g, struct routes *r, uint32_t number, bool served);

/* The group of this name, 0: there is none. */
uint32_t groups_find(const struct groups *g, uint64_t name);

/* The group to be served next, 0: nothing waits. */
static inline uint32_t groups_first(const struct groups *g) {
    for (unsigned queue = 0; queue < QUEUES_SERVED; queue++)
        if (g->queues[queue].first)
            return g->queues[queue].first;
    return 0;
}

/* The first `count` routes of a group were served: `rest` is the one after them, 0 when that was all. */
void groups_served(struct groups *g, struct routes *r, uint32_t group, uint32_t rest, uint32_t count);

/* ---- The log ---- */

/* As groups_served(), but these routes become a group of the log, its last. Its number. */
uint32_t groups_log(struct groups *g, struct routes *r, uint32_t group, uint32_t rest, uint32_t count, uint32_t place);

/* The group leaves the log; its routes are left as they are. */
void groups_unlog(struct groups *g, uint32_t group);

#endif
