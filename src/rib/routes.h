/* The table of routes that both RIBs of a peer are made of; private to this room.
 *
 * A route is 16 octets, and its place in the table 8 more and a third: at a million routes an octet is a megabyte, and
 * a cache line most of the time that a change takes. An NLRI of up to ten octets, its path identifier before it if it
 * has one, stands in the route itself; a longer one stands apart. */
#ifndef RIB_ROUTES_H
#define RIB_ROUTES_H

#include "base/pool.h"
#include "base/slab.h"
#include "base/table.h"
#include "rib/rib_out.h"

/* What a route is in rib_out. rib_in only knows that it is there. */
enum route_state {
    ROUTE_FREE = 0x0000,  /* no route: a number to be used again */
    ROUTE_TOLD = 0x0800,  /* nothing to say about it */
    ROUTE_WAITS = 0x1000, /* to be announced */
    ROUTE_HIDES = 0x1800, /* kept from the peer, for now: to be withdrawn when it is known, as its attributes do not fit
                             a message; when it is not: the peer takes no more paths of its prefix */
    ROUTE_LEAVES = 0x2000, /* to be withdrawn, then free; has no set */
    ROUTE_PASSES = 0x2800, /* an earlier version of one that waits, to be announced before it; not in the table */
    ROUTE_SAID = 0x3000,   /* announced to some readers; in the log for the others */
    ROUTE_GOING = 0x3800,  /* withdrawn from some readers; in the log for the others, then free; has no set */
    ROUTE_STATE = 0x3800,
};

enum route_flag {
    ROUTE_KNOWN = 0x4000,    /* the peer has a version of it */
    ROUTE_SHADOWED = 0x8000, /* earlier versions may be passing */
};

struct route {
    uint8_t octets[ROUTE_INSIDE]; /* unused ones are 0 */
    uint16_t bits;                /* of its name; state and flags */
    uint32_t set;                 /* of attributes, 0: none; a reference is held */
};

struct route_long { /* owned by its route */
    uint32_t len;
    uint8_t octets[];
};

struct routes {
    struct slab slab;
    struct table table;
    uint64_t seed;
    struct pool outside; /* NLRIs that are longer */
};

/* `size`: of the struct that begins with a struct route. */
void routes_init(struct routes *r, uint32_t size, uint64_t seed);
void routes_release(struct routes *r); /* sets are the caller's matter */
size_t routes_memory(const struct routes *r);
size_t routes_idle(const struct routes *r); /* those of them that wait for what comes */

/* ---- One ---- */

static inline struct route *route_at(const struct routes *r, uint32_t number) {
    return slab_at(&r->slab, number);
}

static inline unsigned route_state(const struct route *route) {
    return route->bits & ROUTE_STATE;
}

/* Is in the log. */
static inline bool route_is_logged(const struct route *route) {
    return route_state(route) >= ROUTE_SAID;
}

/* Is held back: the peer takes no more paths of its prefix. */
static inline bool route_is_held(const struct route *route) {
    return (route->bits & (ROUTE_STATE | ROUTE_KNOWN)) == ROUTE_HIDES;
}

/* Is to be withdrawn, or has been from some: the peers are not to have it. */
static inline bool route_is_leaving(const struct route *route) {
    return route_state(route) == ROUTE_LEAVES || route_state(route) == ROUTE_GOING;
}

/* State and flags, all of them. */
static inline void route_become(struct route *route, unsigned state_and_flags) {
    route->bits = (uint16_t)((route->bits & ROUTE_NAME) | state_and_flags);
}

/* The state alone, or a flag more. */
static inline void route_set_state(struct route *route, enum route_state state) {
    route->bits = (uint16_t)((route->bits & ~(unsigned)ROUTE_STATE) | state);
}

static inline void route_set_flag(struct route *route, enum route_flag flag) {
    route->bits = (uint16_t)(route->bits | (unsigned)flag);
}

static inline uint8_t route_family(const struct route *route) {
    return route->bits & ROUTE_FAMILY;
}

static inline bool route_has_path(const struct route *route) {
    return route->bits & ROUTE_HAS_PATH;
}

static inline bool route_is_outside(const struct route *route) {
    return (route->bits & ROUTE_LENGTH) == ROUTE_OUTSIDE;
}

static inline struct cursor route_octets(const struct route *route) {
    if (!route_is_outside(route))
        return cursor_of(route->octets, (route->bits & ROUTE_LENGTH) >> ROUTE_LENGTH_SHIFT);
    const struct route_long *at;
    memcpy(&at, route->octets, sizeof at);
    return cursor_of(at->octets, at->len);
}

static inline struct cursor route_nlri(const struct route *route) {
    struct cursor c = route_octets(route);
    c.p += route_has_path(route) ? sizeof(uint32_t) : 0;
    return c;
}

static inline uint32_t route_path(const struct route *route) { /* 0 without one */
    uint32_t path = 0;
    if (route_has_path(route))
        memcpy(&path, route_octets(route).p, sizeof path);
    return path;
}

void route_view(const struct route *route, struct rib_route *out);

/* ---- Names ---- */

bool route_has_key(const struct route *route, const struct route_name *name); /* the slow way of route_named() */

/* Is this one called so? */
static inline bool route_named(const struct route *route, const struct route_name *name) {
    if (name->has_key)
        return route_has_key(route, name);
    return load_64(route->octets) == name->octets_0_7 && load_16(route->octets + 8) == name->octets_8_9 &&
           (route->bits & ROUTE_NAME) == name->bits;
}

static inline bool routes_same(const void *context, uint32_t number, const void *key) {
    return route_named(route_at(context, number), key);
}

/* The number of the route, 0: there is none. */
static inline uint32_t routes_find(const struct routes *r, const struct route_name *name) {
    return table_find(&r->table, name->hash, routes_same, r, name);
}

void routes_put_name_outside(struct routes *r, struct route *route, const struct route_name *name);

static inline void route_put_octets(struct route *route, const struct route_name *name) {
    store_64(route->octets, name->octets_0_7);
    store_16(route->octets + 8, name->octets_8_9);
}

/* As routes_find(); a route of this name that was not there is added: it has no set, and *is_new says so. */
__attribute__((always_inline)) static inline uint32_t routes_reach(struct routes *r, const struct route_name *name,
                                                                   bool *is_new) {
    uint32_t at, number = table_seek(&r->table, name->hash, routes_same, r, name, &at);
    *is_new = !number;
    if (number)
        return number;
    number = slab_new(&r->slab);
    table_put(&r->table, at, name->hash, number);
    struct route *route = route_at(r, number);
    route_put_octets(route, name);
    route->bits = name->bits;
    route->set = 0;
    if (name->has_key && route_is_outside(route))
        routes_put_name_outside(r, route, name);
    return number;
}

uint64_t routes_hash(const struct routes *r, const struct route *route); /* of its name */
void routes_remove(struct routes *r, uint32_t number, uint64_t hash);

/* A second route with the octets of one, out of the table: it is found only by its number. routes_free() ends it. */
uint32_t routes_double(struct routes *r, uint32_t number);
void routes_free(struct routes *r, uint32_t number);

/* A route of the same name may have other octets (a label): are these the same, and make them so. */
static inline bool route_reads(const struct route *route, const struct route_name *name) {
    return !name->has_key || cursor_same(route_nlri(route), name->nlri);
}

void routes_rewrite(struct routes *r, uint32_t number, const struct route_name *name);

/* The next number that is in use, after *walk; 0 at the end. */
uint32_t routes_next(const struct routes *r, uint32_t *walk);

#endif
