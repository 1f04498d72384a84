/* Adj-RIB-Out: the walks over all of it, and looking at it. What changes it is in change.c, messages are in pull.c. */
#include "rib/rib_out.h"

#include "base/memory.h"
#include "rib/private.h"

struct rib_out *rib_out_new(struct attribute_store *store) {
    struct rib_out *rib = memory_new(sizeof *rib);
    rib->store = store;
    routes_init(&rib->routes, sizeof(struct queued), store->seed);
    groups_init(&rib->groups);
    paths_init(&rib->paths);
    encoding_init(&rib->encoding, store);
    return rib;
}

void rib_out_free(struct rib_out *rib) {
    if (!rib)
        return;
    rib_settle(rib);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        store_drop(rib->store, route_at(&rib->routes, number)->set);
    encoding_release(&rib->encoding);
    groups_release(&rib->groups);
    paths_release(&rib->paths);
    routes_release(&rib->routes);
    free(rib);
}

/* ---- Groups ---- */

static inline uint64_t rib_group_of(const struct rib_out *rib, const struct route *route) {
    unsigned state = route_state(route);
    if (state == ROUTE_WAITS)
        return rib_group_of_waiting(rib, route);
    if (state == ROUTE_PASSES)
        return group_name(QUEUE_PASSING, GROUP_ANY, 0);
    return group_name(QUEUE_WITHDRAWS, route_family(route), 0);
}

void rib_queue(struct rib_out *rib, uint32_t number) {
    struct queued *queued = queued_at(&rib->routes, number);
    groups_append(&rib->groups, &rib->routes, rib_group_of(rib, &queued->route), number, queued);
}

void rib_unqueue(struct rib_out *rib, uint32_t number) {
    const struct route *route = route_at(&rib->routes, number);
    bool held = route_is_held(route);
    if (route_state(route) != ROUTE_TOLD)
        groups_remove(&rib->groups, &rib->routes, number, !held && !route_is_logged(route));
    rib->paths.held -= held;
}

void rib_hold(struct rib_out *rib, uint32_t number, uint32_t prefix) {
    struct queued *queued = queued_at(&rib->routes, number);
    uint64_t group = group_name(QUEUE_HELD, route_family(&queued->route), prefix);
    route_become(&queued->route, ROUTE_HIDES);
    groups_append(&rib->groups, &rib->routes, group, number, queued);
    rib->groups.waiting--;
    rib->paths.held++;
    rib->paths.fresh++;
}

void rib_let_go(struct rib_out *rib, const struct family *family, uint32_t prefix) {
    uint32_t group = groups_find(&rib->groups, group_name(QUEUE_HELD, family->index, prefix));
    for (uint32_t at = group ? group_at(&rib->groups, group)->head : 0, next; at; at = next) {
        next = queued_after(queued_at(&rib->routes, at));
        rib_unqueue(rib, at);
        route_become(route_at(&rib->routes, at), ROUTE_WAITS);
        rib_queue(rib, at);
    }
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

/* ---- Walks ---- in the order in which the routes came. */

void rib_resend(struct rib_out *rib, uint64_t families) {
    rib_settle(rib);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        struct route *route = route_at(&rib->routes, number);
        if (route_state(route) != ROUTE_TOLD || !terms_has(families, route_family(route)))
            continue;
        route_set_state(route, ROUTE_WAITS);
        rib_queue(rib, number);
    }
}

void rib_clear(struct rib_out *rib, bool up) {
    rib_settle(rib);
    groups_release(&rib->groups);
    rib->paths.held = 0;
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        const struct route *route = route_at(&rib->routes, number);
        if (route_state(route) == ROUTE_PASSES || route_is_held(route))
            rib_forget(rib, number);
        else
            rib_leave(rib, number, up && rib->spoke);
    }
    rib->count = 0;
}

void rib_down(struct rib_out *rib) {
    rib_settle(rib);
    encoding_clear(&rib->encoding);
    groups_release(&rib->groups);
    paths_release(&rib->paths);
    rib->spoke = false;
    memset(rib->self, 0, sizeof rib->self);
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

unsigned rib_take_barred(struct rib_out *rib) {
    unsigned barred = rib->barred;
    rib->barred = 0;
    return barred;
}

unsigned rib_take_held(struct rib_out *rib) {
    unsigned fresh = rib->paths.fresh;
    rib->paths.fresh = 0;
    return fresh;
}

uint32_t rib_held(const struct rib_out *rib) {
    return rib->paths.held;
}

bool rib_waits(const struct rib_out *rib) {
    return rib->groups.waiting || !coming_is_empty(&rib->coming);
}

bool rib_spoke(const struct rib_out *rib) {
    return rib->spoke;
}

static bool rib_is_route(const struct route *route) {
    return !route_is_leaving(route) && route_state(route) != ROUTE_PASSES;
}

bool rib_out_next(struct rib_out *rib, uint32_t *walk, struct rib_route *out) {
    rib_settle(rib);
    for (uint32_t number; (number = routes_next(&rib->routes, walk));) {
        const struct route *route = route_at(&rib->routes, number);
        if (rib_is_route(route)) {
            route_view(route, out);
            return true;
        }
    }
    return false;
}

bool rib_out_find(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  struct rib_route *out) {
    struct route_name name;
    rib_settle(rib);
    route_name_init(&name, rib->routes.seed, family, nlri, has_path, path);
    uint32_t number = routes_find(&rib->routes, &name);
    if (!number || !rib_is_route(route_at(&rib->routes, number)))
        return false;
    route_view(route_at(&rib->routes, number), out);
    return true;
}

uint32_t rib_out_count(struct rib_out *rib) {
    rib_settle(rib);
    return rib->count;
}

uint32_t rib_out_waiting(struct rib_out *rib) {
    rib_settle(rib);
    return rib->groups.waiting;
}

size_t rib_out_idle(const struct rib_out *rib) {
    return routes_idle(&rib->routes) + groups_idle(&rib->groups);
}

size_t rib_out_memory(const struct rib_out *rib) {
    return sizeof *rib + routes_memory(&rib->routes) + groups_memory(&rib->groups) + paths_memory(&rib->paths) +
           encoding_memory(&rib->encoding);
}
