/* How many paths of each prefix a peer has, where it takes so many at most (PATHS-LIMIT,
 * draft-abraitis-idr-addpath-paths-limit); private to this room.
 *
 * First come, first served: who comes when the peer has as many as it takes is held back, and waits for a withdraw of
 * another one. Then all that are held back of this prefix queue again, in the order in which they came, and those for
 * which there is no room are held back once more. So there are routes held back only where the peer has its fill, and
 * none can be forgotten.
 *
 * Prefixes are known by their hash alone. Two with the same hash would share one limit, and the peer would get less
 * than it takes, never more. */
#ifndef RIB_PATHS_H
#define RIB_PATHS_H

#include "base/slab.h"
#include "base/table.h"
#include "rib/routes.h"

struct prefix_paths {
    uint64_t hash;
    uint32_t told; /* at least 1 */
};

struct paths {
    struct slab slab;
    struct table table;
    uint32_t held;  /* routes that are held back */
    uint32_t fresh; /* ... how often one was, since it was asked */
};

void paths_init(struct paths *p);
void paths_release(struct paths *p); /* can be used on: the peer has no route, and none is held back */
size_t paths_memory(const struct paths *p);

/* The hash of the prefix of a route. */
uint64_t paths_hash(const struct routes *r, const struct route *route);

/* The number of a prefix, 0: the peer has no path of it. */
uint32_t paths_find(const struct paths *p, uint64_t hash);

static inline struct prefix_paths *paths_at(const struct paths *p, uint32_t number) {
    return slab_at(&p->slab, number);
}

void paths_add(struct paths *p, uint64_t hash);        /* the peer has one more of them */
void paths_subtract(struct paths *p, uint32_t number); /* ... one less; the last one frees the number */

#endif
