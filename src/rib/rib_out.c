/* Adj-RIB-Out: what changes, and the walks over all of it. Messages are made in pull.c.
 *
 * A change costs the same whatever else waits. The one list that is ever searched holds the earlier versions of routes
 * that changed before they were told: there are at most RIB_PASSING of them, and what does not fit there is simply
 * overtaken. ExaBGP sends both of two versions (config.md 23, 8), a peer that is slow for long gets the last. */
#include "rib/rib_out.h"

#include "base/memory.h"
#include "rib/private.h"

enum { RIB_PASSING = 256 };

struct rib_out *rib_out_new(struct attribute_store *store) {
    struct rib_out *rib = memory_new(sizeof *rib);
    rib->store = store;
    routes_init(&rib->routes, sizeof(struct queued), store->seed);
    groups_init(&rib->groups);
    rib->encoded = buffer_growing();
    return rib;
}

void rib_out_free(struct rib_out *rib) {
    if (!rib)
        return;
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        store_drop(rib->store, route_at(&rib->routes, number)->set);
    rib_forget_encoded(rib);
    buffer_release(&rib->encoded);
    groups_release(&rib->groups);
    routes_release(&rib->routes);
    free(rib);
}

/* ---- Groups ---- */

struct group_place {
    enum queue queue;
    uint32_t set;
    uint8_t family;
};

static struct group_place rib_place(const struct rib_out *rib, const struct route *route) {
    if (route->state == ROUTE_WAITS)
        return rib->apart ? (struct group_place){QUEUE_ANNOUNCES, 0, GROUP_ANY}
                          : (struct group_place){QUEUE_ANNOUNCES, route->set, route->family};
    if (route->state == ROUTE_PASSES)
        return (struct group_place){QUEUE_PASSING, 0, GROUP_PASSING};
    return (struct group_place){QUEUE_WITHDRAWS, 0, route->family};
}

void rib_queue(struct rib_out *rib, uint32_t number) {
    struct group_place place = rib_place(rib, route_at(&rib->routes, number));
    groups_append(&rib->groups, &rib->routes, place.queue, place.set, place.family, number);
}

void rib_unqueue(struct rib_out *rib, uint32_t number) {
    const struct route *route = route_at(&rib->routes, number);
    if (route->state == ROUTE_TOLD)
        return;
    struct group_place place = rib_place(rib, route);
    groups_remove(&rib->groups, &rib->routes, place.queue, place.set, place.family, number);
}

void rib_forget(struct rib_out *rib, uint32_t number) {
    const struct route *route = route_at(&rib->routes, number);
    store_drop(rib->store, route->set);
    if (route->state != ROUTE_PASSES) {
        routes_remove(&rib->routes, number);
        return;
    }
    rib->passing--;
    routes_free(&rib->routes, number);
}

/* ---- Earlier versions that pass before ---- */

/* The waiting route is about to change: the version that it has goes first. */
static void rib_pass(struct rib_out *rib, uint32_t number) {
    if (rib->passing >= RIB_PASSING)
        return;
    uint32_t twin = routes_double(&rib->routes, number);
    struct route *route = route_at(&rib->routes, number), *passes = route_at(&rib->routes, twin);
    passes->state = ROUTE_PASSES;
    store_keep(rib->store, passes->set);
    route->shadowed = 1;
    rib->passing++;
    rib_queue(rib, twin);
}

/* The route is withdrawn: no earlier version of it may follow. */
static void rib_pass_none(struct rib_out *rib, const struct route_name *name) {
    if (!rib->passing)
        return;
    uint32_t group = rib->groups.queues[QUEUE_PASSING].first;
    for (uint32_t at = group_at(&rib->groups, group)->head, next; at; at = next) {
        next = queued_at(&rib->routes, at)->next;
        if (!routes_named(&rib->routes, at, name))
            continue;
        rib_unqueue(rib, at);
        rib_forget(rib, at);
    }
}

/* ---- Changes ---- */

static void rib_wait(struct rib_out *rib, uint32_t number, uint32_t set) {
    struct route *route = route_at(&rib->routes, number);
    store_keep(rib->store, set);
    route->set = set;
    route->state = ROUTE_WAITS;
    rib_queue(rib, number);
}

bool rib_announce(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  uint32_t set) {
    struct route_name name;
    route_name_init(&name, &rib->routes, family, nlri, has_path, path);
    uint32_t number = routes_find(&rib->routes, &name);
    if (!number) {
        rib->count++;
        rib_wait(rib, routes_add(&rib->routes, &name), set);
        return true;
    }
    struct route *route = route_at(&rib->routes, number);
    bool same_octets = route_reads(route, &name);
    if (route->set == set && same_octets)
        return false;
    if (route->state == ROUTE_WAITS)
        rib_pass(rib, number);
    else if (route->state == ROUTE_LEAVES)
        rib->count++;
    rib_unqueue(rib, number);
    store_drop(rib->store, route->set);
    if (!same_octets)
        routes_rewrite(&rib->routes, number, &name);
    rib_wait(rib, number, set);
    return true;
}

/* A withdraw of a route that waits for it, or the end of one that does not. */
static void rib_leave(struct rib_out *rib, uint32_t number, bool up) {
    struct route *route = route_at(&rib->routes, number);
    if (!up) {
        rib_forget(rib, number);
        return;
    }
    store_drop(rib->store, route->set);
    route->set = 0;
    route->state = ROUTE_LEAVES;
    rib_queue(rib, number);
}

bool rib_withdraw(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  bool up) {
    struct route_name name;
    route_name_init(&name, &rib->routes, family, nlri, has_path, path);
    uint32_t number = routes_find(&rib->routes, &name);
    if (!number) {
        if (up)
            rib_leave(rib, routes_add(&rib->routes, &name), up);
        return false;
    }
    const struct route *route = route_at(&rib->routes, number);
    if (route->state == ROUTE_LEAVES)
        return false;
    if (route->shadowed)
        rib_pass_none(rib, &name);
    rib_unqueue(rib, number);
    rib->count--;
    rib_leave(rib, number, up);
    return true;
}

/* ---- Walks ---- in the order in which the routes came. */

void rib_forget_encoded(struct rib_out *rib) {
    store_drop(rib->store, rib->encoded_set);
    rib->encoded_set = 0;
}

void rib_resend(struct rib_out *rib, uint64_t families) {
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        struct route *route = route_at(&rib->routes, number);
        if (route->state != ROUTE_TOLD || !terms_has(families, route->family))
            continue;
        route->state = ROUTE_WAITS;
        rib_queue(rib, number);
    }
}

void rib_clear(struct rib_out *rib, bool up) {
    groups_clear(&rib->groups);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        if (route_at(&rib->routes, number)->state == ROUTE_PASSES)
            rib_forget(rib, number);
        else
            rib_leave(rib, number, up);
    }
    rib->count = 0;
}

void rib_down(struct rib_out *rib) {
    rib_forget_encoded(rib);
    groups_clear(&rib->groups);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        struct route *route = route_at(&rib->routes, number);
        if (route->state == ROUTE_PASSES || route->state == ROUTE_LEAVES) {
            rib_forget(rib, number);
            continue;
        }
        route->state = ROUTE_WAITS;
        route->known = route->shadowed = 0;
        rib_queue(rib, number);
    }
}

void rib_set_apart(struct rib_out *rib, bool apart) {
    if (rib->apart == apart)
        return;
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        if (route_at(&rib->routes, number)->state == ROUTE_WAITS)
            rib_unqueue(rib, number);
    rib->apart = apart;
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        if (route_at(&rib->routes, number)->state == ROUTE_WAITS)
            rib_queue(rib, number);
}

/* ---- Looking ---- */

bool rib_waits(const struct rib_out *rib) {
    return rib->groups.waiting != 0;
}

static bool rib_is_route(const struct route *route) {
    return route->state != ROUTE_LEAVES && route->state != ROUTE_PASSES;
}

bool rib_out_next(const struct rib_out *rib, uint32_t *walk, struct rib_route *out) {
    for (uint32_t number; (number = routes_next(&rib->routes, walk));) {
        const struct route *route = route_at(&rib->routes, number);
        if (rib_is_route(route)) {
            route_view(route, out);
            return true;
        }
    }
    return false;
}

bool rib_out_find(const struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path,
                  uint32_t path, struct rib_route *out) {
    struct route_name name;
    route_name_init(&name, &rib->routes, family, nlri, has_path, path);
    uint32_t number = routes_find(&rib->routes, &name);
    if (!number || !rib_is_route(route_at(&rib->routes, number)))
        return false;
    route_view(route_at(&rib->routes, number), out);
    return true;
}

uint32_t rib_out_count(const struct rib_out *rib) {
    return rib->count;
}

uint32_t rib_out_waiting(const struct rib_out *rib) {
    return rib->groups.waiting;
}

size_t rib_out_memory(const struct rib_out *rib) {
    return sizeof *rib + routes_memory(&rib->routes) + groups_memory(&rib->groups) +
           (size_t)(rib->encoded.end - rib->encoded.base);
}
