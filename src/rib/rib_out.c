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

static inline uint64_t rib_group_of(const struct rib_out *rib, const struct route *route) {
    unsigned state = route_state(route);
    if (state == ROUTE_WAITS)
        return rib->apart ? group_name(QUEUE_ANNOUNCES, GROUP_ANY, 0)
                          : group_name(QUEUE_ANNOUNCES, route_family(route), route->set);
    if (state == ROUTE_PASSES)
        return group_name(QUEUE_PASSING, GROUP_ANY, 0);
    return group_name(QUEUE_WITHDRAWS, route_family(route), 0);
}

void rib_queue(struct rib_out *rib, uint32_t number) {
    struct queued *queued = queued_at(&rib->routes, number);
    groups_append(&rib->groups, &rib->routes, rib_group_of(rib, &queued->route), number, queued);
}

static void rib_unqueue(struct rib_out *rib, uint32_t number) {
    const struct route *route = route_at(&rib->routes, number);
    if (route_state(route) != ROUTE_TOLD)
        groups_remove(&rib->groups, &rib->routes, rib_group_of(rib, route), number);
}

void rib_forget(struct rib_out *rib, uint32_t number) {
    const struct route *route = route_at(&rib->routes, number);
    store_drop(rib->store, route->set);
    if (route_state(route) != ROUTE_PASSES) {
        routes_remove(&rib->routes, number, routes_hash(&rib->routes, route));
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
    route_set_state(passes, ROUTE_PASSES);
    store_keep(rib->store, passes->set);
    route_set_flag(route, ROUTE_SHADOWED);
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
        if (!route_named(route_at(&rib->routes, at), name))
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
    route_set_state(route, ROUTE_WAITS);
    rib_queue(rib, number);
}

__attribute__((always_inline)) static inline bool rib_do_announce(struct rib_out *rib, const struct route_name *name,
                                                                  uint32_t set) {
    bool is_new;
    uint32_t number = routes_reach(&rib->routes, name, &is_new);
    if (is_new) {
        rib->count++;
        rib_wait(rib, number, set);
        return true;
    }
    struct route *route = route_at(&rib->routes, number);
    bool same_octets = route_reads(route, name);
    if (route->set == set && same_octets)
        return false;
    if (route_state(route) == ROUTE_WAITS)
        rib_pass(rib, number);
    else if (route_state(route) == ROUTE_LEAVES)
        rib->count++;
    rib_unqueue(rib, number);
    store_drop(rib->store, route->set);
    if (!same_octets)
        routes_rewrite(&rib->routes, number, name);
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
    route_set_state(route, ROUTE_LEAVES);
    rib_queue(rib, number);
}

bool rib_withdraw_named(struct rib_out *rib, const struct route_name *name, bool up) {
    bool is_new = false;
    uint32_t number = up ? routes_reach(&rib->routes, name, &is_new) : routes_find(&rib->routes, name);
    if (is_new)
        rib_leave(rib, number, up);
    if (is_new || !number)
        return false;
    const struct route *route = route_at(&rib->routes, number);
    if (route_state(route) == ROUTE_LEAVES)
        return false;
    if (route->bits & ROUTE_SHADOWED)
        rib_pass_none(rib, name);
    rib_unqueue(rib, number);
    rib->count--;
    rib_leave(rib, number, up);
    return true;
}

bool rib_announce_named(struct rib_out *rib, const struct route_name *name, uint32_t set) {
    return rib_do_announce(rib, name, set);
}

bool rib_announce(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  uint32_t set) {
    struct route_name name;
    route_name_init(&name, rib->routes.seed, family, nlri, has_path, path);
    return rib_do_announce(rib, &name, set);
}

bool rib_withdraw(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  bool up) {
    struct route_name name;
    route_name_init(&name, rib->routes.seed, family, nlri, has_path, path);
    return rib_withdraw_named(rib, &name, up);
}

void rib_prefetch(const struct rib_out *rib, const struct route_name *name) {
    table_prefetch(&rib->routes.table, name->hash);
}

/* ---- Walks ---- in the order in which the routes came. */

void rib_forget_encoded(struct rib_out *rib) {
    store_drop(rib->store, rib->encoded_set);
    rib->encoded_set = 0;
}

void rib_resend(struct rib_out *rib, uint64_t families) {
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        struct route *route = route_at(&rib->routes, number);
        if (route_state(route) != ROUTE_TOLD || !terms_has(families, route_family(route)))
            continue;
        route_set_state(route, ROUTE_WAITS);
        rib_queue(rib, number);
    }
}

void rib_clear(struct rib_out *rib, bool up) {
    groups_release(&rib->groups);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        if (route_state(route_at(&rib->routes, number)) == ROUTE_PASSES)
            rib_forget(rib, number);
        else
            rib_leave(rib, number, up);
    }
    rib->count = 0;
}

void rib_down(struct rib_out *rib) {
    rib_forget_encoded(rib);
    groups_release(&rib->groups);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        struct route *route = route_at(&rib->routes, number);
        if (route_state(route) == ROUTE_PASSES || route_state(route) == ROUTE_LEAVES) {
            rib_forget(rib, number);
            continue;
        }
        route_become(route, ROUTE_WAITS);
        rib_queue(rib, number);
    }
}

void rib_set_apart(struct rib_out *rib, bool apart) {
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        if (route_state(route_at(&rib->routes, number)) == ROUTE_WAITS)
            rib_unqueue(rib, number);
    rib->apart = apart;
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        if (route_state(route_at(&rib->routes, number)) == ROUTE_WAITS)
            rib_queue(rib, number);
}

/* ---- Looking ---- */

bool rib_waits(const struct rib_out *rib) {
    return rib->groups.waiting != 0;
}

static bool rib_is_route(const struct route *route) {
    return route_state(route) != ROUTE_LEAVES && route_state(route) != ROUTE_PASSES;
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
    route_name_init(&name, rib->routes.seed, family, nlri, has_path, path);
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
