/* Routes in a slab, found by a hash table of their names. */
#include "rib/routes.h"

#include "base/memory.h"

void routes_init(struct routes *r, uint32_t size, uint64_t seed) {
    *r = (struct routes){.seed = seed};
    slab_init(&r->slab, size);
}

static struct route_long *route_long(const struct route *route) {
    struct route_long *at;
    memcpy(&at, route->octets, sizeof at);
    return at;
}

static void routes_drop_outside(struct routes *r, struct route *route) {
    if (!route_is_outside(route))
        return;
    struct route_long *at = route_long(route);
    pool_free(&r->outside, at, sizeof *at + at->len);
}

void routes_release(struct routes *r) {
    for (uint32_t walk = 0, number; r->outside.memory && (number = routes_next(r, &walk));)
        routes_drop_outside(r, route_at(r, number));
    pool_release(&r->outside);
    slab_release(&r->slab);
    table_release(&r->table);
}

size_t routes_memory(const struct routes *r) {
    return slab_memory(&r->slab) + table_memory(&r->table) + r->outside.memory;
}

size_t routes_idle(const struct routes *r) {
    return slab_idle(&r->slab) + r->outside.memory - r->outside.used;
}

void route_view(const struct route *route, struct rib_route *out) {
    *out = (struct rib_route){
        .family = family_at(route_family(route)),
        .nlri = route_nlri(route),
        .has_path = route_has_path(route),
        .path = route_path(route),
        .set = route->set,
        .held = route_is_held(route),
        .told = (route_state(route) == ROUTE_TOLD && route->bits & ROUTE_KNOWN) || route_state(route) == ROUTE_SAID,
    };
}

uint32_t routes_next(const struct routes *r, uint32_t *walk) {
    while (++*walk < r->slab.top)
        if (route_state(route_at(r, *walk)) != ROUTE_FREE)
            return *walk;
    return 0;
}

/* ---- Names ---- */

static void route_make_name(const struct route *route, uint64_t seed, struct route_name *name) {
    route_name_init(name, seed, family_at(route_family(route)), route_nlri(route), route_has_path(route),
                    route_path(route));
}

bool route_has_key(const struct route *route, const struct route_name *name) {
    struct route_name own;
    if ((route->bits ^ name->bits) & (ROUTE_FAMILY | ROUTE_HAS_PATH) || route_path(route) != name->path)
        return false;
    route_make_name(route, 0, &own);
    return own.has_key && cursor_same(own.key, name->key);
}

/* ---- Coming and going ---- */

static void routes_put_outside(struct routes *r, struct route *route, bool has_path, uint32_t path,
                               struct cursor nlri) {
    size_t len = cursor_left(&nlri), before = has_path ? sizeof path : 0;
    struct route_long *at = pool_new(&r->outside, sizeof *at + before + len);
    at->len = (uint32_t)(before + len);
    if (has_path)
        memcpy(at->octets, &path, sizeof path);
    memcpy(at->octets + before, nlri.p, len);
    memcpy(route->octets, &at, sizeof at);
}

void routes_put_name_outside(struct routes *r, struct route *route, const struct route_name *name) {
    routes_put_outside(r, route, name->has_path, name->path, name->nlri);
}

uint32_t routes_double(struct routes *r, uint32_t number) {
    uint32_t twin = slab_new(&r->slab);
    struct route *route = route_at(r, twin), *from = route_at(r, number);
    *route = *from;
    if (route_is_outside(route))
        routes_put_outside(r, route, route_has_path(from), route_path(from), route_nlri(from));
    return twin;
}

/* The memory of a table that was large goes back when the last route goes. */
void routes_free(struct routes *r, uint32_t number) {
    struct route *route = route_at(r, number);
    routes_drop_outside(r, route);
    route_set_state(route, ROUTE_FREE);
    slab_free(&r->slab, number);
    if (r->slab.used == 0 && r->slab.top > SLAB_CHUNK) {
        slab_release(&r->slab);
        pool_release(&r->outside);
        table_release(&r->table);
    }
}

uint64_t routes_hash(const struct routes *r, const struct route *route) {
    struct route_name name;
    route_make_name(route, r->seed, &name);
    return name.hash;
}

void routes_remove(struct routes *r, uint32_t number, uint64_t hash) {
    table_remove(&r->table, hash, number);
    routes_free(r, number);
}

void routes_rewrite(struct routes *r, uint32_t number, const struct route_name *name) {
    struct route *route = route_at(r, number);
    routes_drop_outside(r, route);
    route_put_octets(route, name);
    route->bits = (uint16_t)((route->bits & ~(unsigned)ROUTE_NAME) | name->bits);
    if (route_is_outside(route))
        routes_put_name_outside(r, route, name);
}
