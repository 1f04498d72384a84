/* Adj-RIB-In: the routes of a peer in a table, 16 octets each beside their places; nothing waits here. */
#include "rib/rib_in.h"

#include "base/memory.h"
#include "rib/coming.h"
#include "rib/name_inline.h"

/* Nobody is told of what is in here, so the flag that says so means something else. */
enum { ROUTE_STALE = ROUTE_KNOWN };

struct rib_in {
    struct attribute_store *store; /* borrowed */
    struct routes routes;
    struct coming coming;
    uint32_t held[FAMILIES_MOST]; /* routes, by family */
    bool closed;                  /* to new ones */
    uint64_t left_out;
};

struct rib_in *rib_in_new(struct attribute_store *store) {
    struct rib_in *rib = memory_new(sizeof *rib);
    rib->store = store;
    routes_init(&rib->routes, sizeof(struct route), store->seed);
    return rib;
}

static void rib_in_remove(struct rib_in *rib, uint32_t number, uint64_t hash) {
    const struct route *route = route_at(&rib->routes, number);
    rib->held[route_family(route)]--;
    store_drop(rib->store, route->set);
    routes_remove(&rib->routes, number, hash);
}

/* The reference of `set` becomes the route's. */
static inline void rib_in_do_announce(struct rib_in *rib, const struct route_name *name, uint32_t set) {
    bool is_new;
    if (rib->closed && !routes_find(&rib->routes, name)) {
        store_drop(rib->store, set);
        rib->left_out++;
        return;
    }
    uint32_t number = routes_reach(&rib->routes, name, &is_new);
    struct route *route = route_at(&rib->routes, number);
    if (is_new) {
        route_set_state(route, ROUTE_TOLD);
        rib->held[route_family(route)]++;
    } else {
        store_drop(rib->store, route->set);
        if (!route_reads(route, name))
            routes_rewrite(&rib->routes, number, name);
    }
    route->set = set;
    route->bits &= (uint16_t)~ROUTE_STALE;
}

static inline void rib_in_do_withdraw(struct rib_in *rib, const struct route_name *name) {
    uint32_t number = routes_find(&rib->routes, name);
    if (number)
        rib_in_remove(rib, number, name->hash);
}

/* ---- Changes on their way ---- */

static void rib_in_make_oldest(struct rib_in *rib) {
    struct route_name name;
    const struct change *change = coming_take(&rib->coming);
    change_name(change, &name);
    if (change->set)
        rib_in_do_announce(rib, &name, change->set);
    else
        rib_in_do_withdraw(rib, &name);
}

static void rib_in_settle(struct rib_in *rib) {
    while (!coming_is_empty(&rib->coming))
        rib_in_make_oldest(rib);
}

static inline void rib_in_come(struct rib_in *rib, const struct route_name *name, uint32_t set) {
    if (coming_is_full(&rib->coming))
        rib_in_make_oldest(rib);
    coming_add(&rib->coming, &rib->routes, name, set, 0);
}

static inline void rib_in_name(const struct rib_in *rib, const struct nlri *nlri, struct route_name *name) {
    name_init(name, rib->routes.seed, nlri->family, nlri->octets, nlri->has_path, nlri->path);
}

void rib_in_announce(struct rib_in *rib, const struct nlri *nlri, uint32_t set) {
    struct route_name name;
    rib_in_name(rib, nlri, &name);
    store_keep(rib->store, set);
    if (!name.has_key) {
        rib_in_come(rib, &name, set);
        return;
    }
    rib_in_settle(rib);
    rib_in_do_announce(rib, &name, set);
}

void rib_in_withdraw(struct rib_in *rib, const struct nlri *nlri) {
    struct route_name name;
    rib_in_name(rib, nlri, &name);
    if (!name.has_key) {
        rib_in_come(rib, &name, 0);
        return;
    }
    rib_in_settle(rib);
    rib_in_do_withdraw(rib, &name);
}

void rib_in_close(struct rib_in *rib, bool closed) {
    rib_in_settle(rib);
    rib->closed = closed;
}

uint64_t rib_in_left_out(const struct rib_in *rib) {
    return rib->left_out;
}

/* ---- All of it ---- */

/* The table goes as a whole: a session that is lost must not keep the others waiting while a million places are
 * emptied. */
static void rib_in_drop_all(struct rib_in *rib) {
    rib_in_settle(rib);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));)
        store_drop(rib->store, route_at(&rib->routes, number)->set);
    routes_release(&rib->routes);
}

void rib_in_free(struct rib_in *rib) {
    if (!rib)
        return;
    rib_in_drop_all(rib);
    free(rib);
}

void rib_in_clear(struct rib_in *rib, uint64_t families) {
    if (families == UINT64_MAX) {
        rib_in_drop_all(rib);
        memset(rib->held, 0, sizeof rib->held);
        routes_init(&rib->routes, sizeof(struct route), rib->store->seed);
        return;
    }
    rib_in_settle(rib);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        const struct route *route = route_at(&rib->routes, number);
        if (terms_has(families, route_family(route)))
            rib_in_remove(rib, number, routes_hash(&rib->routes, route));
    }
}

static void rib_in_view(const struct route *route, struct rib_route *out) {
    route_view(route, out);
    out->told = false;
    out->stale = route->bits & ROUTE_STALE;
}

void rib_in_mark_stale(struct rib_in *rib, uint64_t families) {
    rib_in_settle(rib);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        struct route *route = route_at(&rib->routes, number);
        if (terms_has(families, route_family(route)))
            route->bits |= ROUTE_STALE;
    }
}

void rib_in_each_stale(struct rib_in *rib, uint64_t families,
                       uint32_t (*become)(void *context, const struct rib_route *route), void *context) {
    rib_in_settle(rib);
    for (uint32_t walk = 0, number; (number = routes_next(&rib->routes, &walk));) {
        struct route *route = route_at(&rib->routes, number);
        struct rib_route view;
        if (!(route->bits & ROUTE_STALE) || !terms_has(families, route_family(route)))
            continue;
        rib_in_view(route, &view);
        uint32_t set = become(context, &view);
        if (!set) {
            rib_in_remove(rib, number, routes_hash(&rib->routes, route));
            continue;
        }
        store_drop(rib->store, route->set);
        route->set = set;
    }
}

static uint32_t route_is_dropped(void *context, const struct rib_route *route) {
    (void)context, (void)route;
    return 0;
}

void rib_in_drop_stale(struct rib_in *rib, uint64_t families) {
    rib_in_each_stale(rib, families, route_is_dropped, NULL);
}

bool rib_in_next(struct rib_in *rib, uint32_t *walk, struct rib_route *out) {
    rib_in_settle(rib);
    uint32_t number = routes_next(&rib->routes, walk);
    if (number)
        rib_in_view(route_at(&rib->routes, number), out);
    return number != 0;
}

uint32_t rib_in_count(struct rib_in *rib) {
    rib_in_settle(rib);
    return rib->routes.slab.used;
}

uint32_t rib_in_held(struct rib_in *rib, unsigned family) {
    rib_in_settle(rib);
    return rib->held[family];
}

size_t rib_in_idle(const struct rib_in *rib) {
    return routes_idle(&rib->routes);
}

size_t rib_in_memory(const struct rib_in *rib) {
    return sizeof *rib + routes_memory(&rib->routes);
}
