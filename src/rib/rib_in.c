/* Adj-RIB-In: the routes of a peer in a table, 16 octets each beside their places; nothing waits here. */
#include "rib/rib_in.h"

#include "base/memory.h"
#include "rib/routes.h"

struct rib_in {
    struct attribute_store *store; /* borrowed */
    struct routes routes;
};

struct rib_in *rib_in_new(struct attribute_store *store) {
    struct rib_in *rib = memory_new(sizeof *rib);
    rib->store = store;
    routes_init(&rib->routes, sizeof(struct route), store->seed);
    return rib;
}

static void rib_in_remove(struct rib_in *rib, uint32_t number, uint64_t hash) {
    store_drop(rib->store, route_at(&rib->routes, number)->set);
    routes_remove(&rib->routes, number, hash);
}

void rib_in_free(struct rib_in *rib) {
    if (!rib)
        return;
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        store_drop(rib->store, route_at(&rib->routes, number)->set);
    routes_release(&rib->routes);
    free(rib);
}

static void rib_in_name(const struct rib_in *rib, const struct nlri *nlri, struct route_name *name) {
    route_name_init(name, rib->routes.seed, nlri->family, nlri->octets, nlri->has_path, nlri->path);
}

static void rib_in_announce_named(struct rib_in *rib, const struct route_name *name, uint32_t set) {
    bool is_new;
    uint32_t number = routes_reach(&rib->routes, name, &is_new);
    struct route *route = route_at(&rib->routes, number);
    store_keep(rib->store, set);
    if (is_new) {
        route_set_state(route, ROUTE_TOLD);
    } else {
        store_drop(rib->store, route->set);
        if (!route_reads(route, name))
            routes_rewrite(&rib->routes, number, name);
    }
    route->set = set;
}

static void rib_in_withdraw_named(struct rib_in *rib, const struct route_name *name) {
    uint32_t number = routes_find(&rib->routes, name);
    if (number)
        rib_in_remove(rib, number, name->hash);
}

void rib_in_announce(struct rib_in *rib, const struct nlri *nlri, uint32_t set) {
    struct route_name name;
    rib_in_name(rib, nlri, &name);
    rib_in_announce_named(rib, &name, set);
}

void rib_in_withdraw(struct rib_in *rib, const struct nlri *nlri) {
    struct route_name name;
    rib_in_name(rib, nlri, &name);
    rib_in_withdraw_named(rib, &name);
}

/* ---- Many ---- */

enum { RIB_IN_AHEAD = 8 };

/* Names of the next few routes, their places asked for; how many. */
static size_t rib_in_look_ahead(const struct rib_in *rib, const struct nlri *nlris, size_t left,
                                struct route_name *names) {
    size_t count = left < RIB_IN_AHEAD ? left : RIB_IN_AHEAD;
    for (size_t i = 0; i < count; i++) {
        rib_in_name(rib, &nlris[i], &names[i]);
        table_prefetch(&rib->routes.table, names[i].hash);
    }
    return count;
}

void rib_in_announce_all(struct rib_in *rib, const struct nlri *nlris, size_t count, uint32_t set) {
    struct route_name names[RIB_IN_AHEAD];
    for (size_t at = 0, some; at < count; at += some) {
        some = rib_in_look_ahead(rib, nlris + at, count - at, names);
        for (size_t i = 0; i < some; i++)
            rib_in_announce_named(rib, &names[i], set);
    }
}

void rib_in_withdraw_all(struct rib_in *rib, const struct nlri *nlris, size_t count) {
    struct route_name names[RIB_IN_AHEAD];
    for (size_t at = 0, some; at < count; at += some) {
        some = rib_in_look_ahead(rib, nlris + at, count - at, names);
        for (size_t i = 0; i < some; i++)
            rib_in_withdraw_named(rib, &names[i]);
    }
}

void rib_in_clear(struct rib_in *rib, uint64_t families) {
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        if (terms_has(families, route_family(route_at(&rib->routes, number))))
            rib_in_remove(rib, number, routes_hash(&rib->routes, route_at(&rib->routes, number)));
}

bool rib_in_next(const struct rib_in *rib, uint32_t *walk, struct rib_route *out) {
    uint32_t number = routes_next(&rib->routes, walk);
    if (number)
        route_view(route_at(&rib->routes, number), out);
    return number != 0;
}

uint32_t rib_in_count(const struct rib_in *rib) {
    return rib->routes.slab.used;
}

size_t rib_in_memory(const struct rib_in *rib) {
    return sizeof *rib + routes_memory(&rib->routes);
}
