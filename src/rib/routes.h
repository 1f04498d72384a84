/* The table of routes that both RIBs of a peer are made of; private to this room.
 *
 * A route is 16 octets, and its place in the hash table 8 more: at a million routes each octet is a megabyte, and each
 * cache line is most of the time that a change takes. An NLRI of up to 10 octets, its path identifier before it if it
 * has one, stands in the route itself; a longer one is on the heap. RIBs that know more of a route make their structs
 * begin with this one. */
#ifndef RIB_ROUTES_H
#define RIB_ROUTES_H

#include "base/slab.h"
#include "base/table.h"
#include "bgp/family.h"
#include "rib/rib_out.h"

/* What a route is in rib_out. rib_in only knows that it is there. */
enum route_state {
    ROUTE_FREE,   /* no route: a number to be used again */
    ROUTE_TOLD,   /* nothing to say about it */
    ROUTE_WAITS,  /* to be announced */
    ROUTE_HIDES,  /* to be withdrawn, and kept: its attributes do not fit a message */
    ROUTE_LEAVES, /* to be withdrawn, then free; has no set */
    ROUTE_PASSES, /* an earlier version of a route that waits, to be announced before it, then free; not in the table */
};

enum { ROUTE_INSIDE = 10, ROUTE_OUTSIDE = 15 };

struct route {
    uint8_t octets[ROUTE_INSIDE]; /* path identifier (in host order) and NLRI, zeros behind; or a struct route_long * */
    uint16_t family : 6;
    uint16_t has_path : 1;
    uint16_t inside : 4; /* how many of the octets are used, or ROUTE_OUTSIDE */
    uint16_t state : 3;
    uint16_t known : 1;    /* the peer has a version of it */
    uint16_t shadowed : 1; /* an earlier version may be passing */
    uint32_t set;          /* of attributes, 0: none; a reference is held */
};

struct route_long { /* owned by its route */
    uint32_t len;
    uint8_t octets[];
};

struct routes {
    struct slab slab;
    struct table table;
    uint64_t seed;
    size_t outside;          /* octets of NLRIs on the heap */
    struct route_keys *keys; /* owned; scratch for keys that are not the whole NLRI */
};

/* What to look for: the two RIBs fill in the first four, route_name_init() the rest. */
struct route_name {
    const struct family *family;
    struct cursor nlri;
    bool has_path;
    uint32_t path;
    struct route route; /* without state and set; octets only when they are inside */
    struct cursor key;  /* of families that have their own, or of NLRIs that are outside */
    uint64_t hash;
};

/* `size`: of the struct that begins with a struct route. */
void routes_init(struct routes *r, uint32_t size, uint64_t seed);
void routes_release(struct routes *r); /* sets are the caller's matter */
size_t routes_memory(const struct routes *r);

static inline struct route *route_at(const struct routes *r, uint32_t number) {
    return slab_at(&r->slab, number);
}

void route_name_init(struct route_name *name, const struct routes *r, const struct family *family, struct cursor nlri,
                     bool has_path, uint32_t path);
uint32_t routes_find(const struct routes *r, const struct route_name *name);               /* 0: none */
bool routes_named(const struct routes *r, uint32_t number, const struct route_name *name); /* is this one called so? */

/* A route of this name, which is not there yet. State and set are left to the caller. */
uint32_t routes_add(struct routes *r, const struct route_name *name);
void routes_remove(struct routes *r, uint32_t number);

/* A second route with the octets of one, out of the table: it is found only by its number. routes_free() ends it. */
uint32_t routes_double(struct routes *r, uint32_t number);
void routes_free(struct routes *r, uint32_t number);

/* The same route may have other octets (a label): are these the same, and make them so. */
bool route_reads(const struct route *route, const struct route_name *name);
void routes_rewrite(struct routes *r, uint32_t number, const struct route_name *name);

struct cursor route_nlri(const struct route *route);
uint32_t route_path(const struct route *route); /* 0 without one */
void route_view(const struct route *route, struct rib_route *out);

/* The next number that is in use, after *walk; 0 at the end. */
uint32_t routes_next(const struct routes *r, uint32_t *walk);

#endif
