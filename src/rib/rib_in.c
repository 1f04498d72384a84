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

static void rib_in_remove(struct rib_in *rib, uint32_t number) {
    store_drop(rib->store, route_at(&rib->routes, number)->set);
    routes_remove(&rib->routes, number);
}

void rib_in_free(struct rib_in *rib) {
    if (!rib)
        return;
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        store_drop(rib->store, route_at(&rib->routes, number)->set);
    routes_release(&rib->routes);
    free(rib);
}

void rib_in_announce(struct rib_in *rib, const struct nlri *nlri, uint32_t set) {
    struct route_name name;
    route_name_init(&name, &rib->routes, nlri->family, nlri->octets, nlri->has_path, nlri->path);
    uint32_t number = routes_find(&rib->routes, &name);
    store_keep(rib->store, set);
    if (!number) {
        number = routes_add(&rib->routes, &name);
        route_at(&rib->routes, number)->state = ROUTE_TOLD;
    } else {
        struct route *route = route_at(&rib->routes, number);
        store_drop(rib->store, route->set);
        if (!route_reads(route, &name))
            routes_rewrite(&rib->routes, number, &name);
    }
    route_at(&rib->routes, number)->set = set;
}

void rib_in_withdraw(struct rib_in *rib, const struct nlri *nlri) {
    struct route_name name;
    route_name_init(&name, &rib->routes, nlri->family, nlri->octets, nlri->has_path, nlri->path);
    uint32_t number = routes_find(&rib->routes, &name);
    if (number)
        rib_in_remove(rib, number);
}

void rib_in_clear(struct rib_in *rib, uint64_t families) {
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        if (terms_has(families, route_at(&rib->routes, number)->family))
            rib_in_remove(rib, number);
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
