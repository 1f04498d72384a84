/* Routes by their names: family, path identifier (none differs from 0) and the part of the NLRI that is the family's
 * key.
 *
 * Nearly all NLRIs are short and their own key. Then the name is the twelve octets that the route begins with, hashed
 * and compared as one piece. */
#include "rib/routes.h"

#include "base/hash.h"
#include "base/memory.h"

enum { ROUTE_NAME = offsetof(struct route, set) }; /* octets, with the state set to 0 */

struct route_keys {
    struct buffer wanted, held;
};

void routes_init(struct routes *r, uint32_t size, uint64_t seed) {
    *r = (struct routes){.seed = seed, .keys = memory_new(sizeof *r->keys)};
    r->keys->wanted = r->keys->held = buffer_growing();
    slab_init(&r->slab, size);
}

static struct route_long *route_long(const struct route *route) {
    struct route_long *at;
    memcpy(&at, route->octets, sizeof at);
    return at;
}

void routes_release(struct routes *r) {
    for (uint32_t walk = 0, number; (number = routes_next(r, &walk));)
        if (route_at(r, number)->inside == ROUTE_OUTSIDE)
            free(route_long(route_at(r, number)));
    buffer_release(&r->keys->wanted);
    buffer_release(&r->keys->held);
    free(r->keys);
    slab_release(&r->slab);
    table_release(&r->table);
}

size_t routes_memory(const struct routes *r) {
    return slab_memory(&r->slab) + table_memory(&r->table) + r->outside +
           (size_t)(r->keys->wanted.end - r->keys->wanted.base) + (size_t)(r->keys->held.end - r->keys->held.base);
}

/* ---- Looking at one ---- */

static struct cursor route_octets(const struct route *route) {
    if (route->inside != ROUTE_OUTSIDE)
        return cursor_of(route->octets, route->inside);
    const struct route_long *at = route_long(route);
    return cursor_of(at->octets, at->len);
}

struct cursor route_nlri(const struct route *route) {
    struct cursor c = route_octets(route);
    c.p += route->has_path ? sizeof(uint32_t) : 0;
    return c;
}

uint32_t route_path(const struct route *route) {
    uint32_t path = 0;
    if (route->has_path)
        memcpy(&path, route_octets(route).p, sizeof path);
    return path;
}

void route_view(const struct route *route, struct rib_route *out) {
    *out = (struct rib_route){
        .family = family_at(route->family),
        .nlri = route_nlri(route),
        .has_path = route->has_path,
        .path = route_path(route),
        .set = route->set,
        .told = route->state == ROUTE_TOLD && route->known,
    };
}

uint32_t routes_next(const struct routes *r, uint32_t *walk) {
    while (++*walk < r->slab.top)
        if (route_at(r, *walk)->state != ROUTE_FREE)
            return *walk;
    return 0;
}

/* ---- Names ---- */

/* At most ten octets: cheaper than a call, and this is on the way of every route. */
static inline void copy_few(uint8_t *to, const uint8_t *from, size_t len) {
    if (len >= 8) {
        memcpy(to, from, 8);
        memcpy(to + len - 2, from + len - 2, 2);
    } else if (len >= 4) {
        memcpy(to, from, 4);
        memcpy(to + len - 4, from + len - 4, 4);
    } else {
        for (size_t i = 0; i < len; i++)
            to[i] = from[i];
    }
}

static uint64_t route_hash_inside(const struct route *route, uint64_t seed) {
    return hash_octets(route, ROUTE_NAME, seed);
}

static uint64_t route_hash_key(const struct route_name *name, uint64_t seed) {
    uint64_t rest = (uint64_t)name->path << 8 | (unsigned)name->has_path << 6 | name->family->index;
    return hash_cursor(name->key, seed + rest);
}

static bool route_has_key(const struct route_name *name) {
    return name->family->key || name->route.inside == ROUTE_OUTSIDE;
}

void route_name_init(struct route_name *name, const struct routes *r, const struct family *family, struct cursor nlri,
                     bool has_path, uint32_t path) {
    size_t len = cursor_left(&nlri), before = has_path ? sizeof path : 0;
    *name = (struct route_name){.family = family, .nlri = nlri, .has_path = has_path, .path = has_path ? path : 0};
    name->route.family = family->index & 63u;
    name->route.has_path = has_path;
    name->route.inside = ROUTE_OUTSIDE;
    if (before + len <= ROUTE_INSIDE) {
        name->route.inside = (before + len) & 15;
        if (has_path)
            memcpy(name->route.octets, &path, sizeof path);
        copy_few(name->route.octets + before, nlri.p, len);
    }
    name->key = nlri;
    if (family->key) {
        buffer_clear(&r->keys->wanted);
        family->key(nlri, &r->keys->wanted);
        name->key = buffer_cursor(&r->keys->wanted);
    }
    name->hash = route_has_key(name) ? route_hash_key(name, r->seed) : route_hash_inside(&name->route, r->seed);
}

static bool route_same_inside(const struct route *a, const struct route *b) {
    return memcmp(a->octets, b->octets, ROUTE_INSIDE) == 0 && a->family == b->family && a->has_path == b->has_path &&
           a->inside == b->inside;
}

static bool routes_same_key(const struct routes *r, const struct route *held, const struct route_name *wanted) {
    if (held->family != wanted->route.family || held->has_path != wanted->route.has_path ||
        route_path(held) != wanted->path)
        return false;
    struct cursor nlri = route_nlri(held);
    if (!wanted->family->key)
        return cursor_same(nlri, wanted->key);
    buffer_clear(&r->keys->held);
    wanted->family->key(nlri, &r->keys->held);
    return cursor_same(buffer_cursor(&r->keys->held), wanted->key);
}

static bool routes_same(const void *context, uint32_t number, const void *key) {
    const struct route_name *wanted = key;
    const struct route *held = route_at(context, number);
    return route_has_key(wanted) ? routes_same_key(context, held, wanted) : route_same_inside(held, &wanted->route);
}

bool routes_named(const struct routes *r, uint32_t number, const struct route_name *name) {
    return routes_same(r, number, name);
}

uint32_t routes_find(const struct routes *r, const struct route_name *name) {
    return table_find(&r->table, name->hash, routes_same, r, name);
}

/* ---- Coming and going ---- */

static void routes_put_outside(struct routes *r, struct route *route, bool has_path, uint32_t path,
                               struct cursor nlri) {
    size_t len = cursor_left(&nlri), before = has_path ? sizeof path : 0;
    struct route_long *at = memory_resize(NULL, sizeof *at + before + len);
    at->len = (uint32_t)(before + len);
    if (has_path)
        memcpy(at->octets, &path, sizeof path);
    memcpy(at->octets + before, nlri.p, len);
    memcpy(route->octets, &at, sizeof at);
    r->outside += sizeof *at + at->len;
}

static void routes_drop_outside(struct routes *r, struct route *route) {
    if (route->inside != ROUTE_OUTSIDE)
        return;
    struct route_long *at = route_long(route);
    r->outside -= sizeof *at + at->len;
    free(at);
}

uint32_t routes_add(struct routes *r, const struct route_name *name) {
    uint32_t number = slab_new(&r->slab);
    struct route *route = route_at(r, number);
    *route = name->route;
    if (route->inside == ROUTE_OUTSIDE)
        routes_put_outside(r, route, name->has_path, name->path, name->nlri);
    table_add(&r->table, name->hash, number);
    return number;
}

uint32_t routes_double(struct routes *r, uint32_t number) {
    uint32_t twin = slab_new(&r->slab);
    struct route *route = route_at(r, twin), *from = route_at(r, number);
    *route = *from;
    if (route->inside == ROUTE_OUTSIDE)
        routes_put_outside(r, route, from->has_path, route_path(from), route_nlri(from));
    return twin;
}

/* The memory of a table that was large goes back when the last route goes. */
void routes_free(struct routes *r, uint32_t number) {
    struct route *route = route_at(r, number);
    routes_drop_outside(r, route);
    route->state = ROUTE_FREE;
    slab_free(&r->slab, number);
    if (r->slab.used == 0 && r->slab.top > SLAB_CHUNK) {
        slab_release(&r->slab);
        table_release(&r->table);
    }
}

static uint64_t routes_hash(const struct routes *r, const struct route *route) {
    const struct family *family = family_at(route->family);
    if (!family->key && route->inside != ROUTE_OUTSIDE) {
        struct route name = *route;
        name.state = name.known = name.shadowed = 0;
        return route_hash_inside(&name, r->seed);
    }
    struct route_name name;
    route_name_init(&name, r, family, route_nlri(route), route->has_path, route_path(route));
    return name.hash;
}

void routes_remove(struct routes *r, uint32_t number) {
    table_remove(&r->table, routes_hash(r, route_at(r, number)), number);
    routes_free(r, number);
}

bool route_reads(const struct route *route, const struct route_name *name) {
    if (!name->family->key)
        return true;
    return cursor_same(route_nlri(route), name->nlri);
}

void routes_rewrite(struct routes *r, uint32_t number, const struct route_name *name) {
    struct route *route = route_at(r, number);
    routes_drop_outside(r, route);
    memcpy(route->octets, name->route.octets, sizeof route->octets);
    route->inside = name->route.inside;
    if (route->inside == ROUTE_OUTSIDE)
        routes_put_outside(r, route, name->has_path, name->path, name->nlri);
}
