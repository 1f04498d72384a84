/* Routes that somebody holds in the Adj-RIB-Out of one peer, and until when: beside the RIB, which knows nothing of it.
 *
 * A lease is 28 octets and its place in a table; there is no timer for each. Leases of one holder and one duration are
 * in one list, in the order in which they were taken or renewed, which is the order in which they end, and a heap has
 * the lists by their first ends: to take, renew or give up one costs the same however many there are. Time counts in
 * whole seconds: a lease never ends early, not a second late, and those of one second end together. */
#ifndef RIB_LEASES_H
#define RIB_LEASES_H

#include "rib/rib_out.h"

struct leases;

struct lease_view {         /* borrowed */
    struct rib_route route; /* `set` and `told` mean nothing */
    uint32_t number;        /* of the lease, for leases_remove() */
    uint32_t holder;
    uint32_t ttl;  /* seconds, 0: without end */
    uint64_t ends; /* microseconds; UINT64_MAX: never */
    bool doubted;  /* see leases_doubt() */
};

struct leases *leases_new(uint64_t seed); /* the store's seed: names of routes are those of the RIBs */
void leases_free(struct leases *l);       /* NULL is let through */

/* The holder (not 0) has this route from now on for so many seconds (0: without end), whoever had it before. */
void leases_take(struct leases *l, const struct route_name *name, uint32_t holder, uint32_t ttl, uint64_t now);
void leases_drop(struct leases *l, const struct route_name *name); /* nobody has it: it was withdrawn, or is somebody's
                                                                      who keeps no lease */
bool leases_find(const struct leases *l, const struct route_name *name, struct lease_view *out);
uint32_t leases_count(const struct leases *l);
size_t leases_memory(const struct leases *l);
uint64_t leases_deadline(const struct leases *l); /* when the first ends; UINT64_MAX: none does */

/* The first that is over, false: none is. It stays until leases_remove(). */
bool leases_over(const struct leases *l, uint64_t now, struct lease_view *out);
void leases_remove(struct leases *l, uint32_t number);

/* ---- All of one holder ---- */
bool leases_of(const struct leases *l, uint32_t holder, struct lease_view *out); /* any of them, false: there is none */
/* One after the other, `walk` from 0; none may come or go meanwhile. */
bool leases_next(const struct leases *l, uint32_t *walk, struct lease_view *out);
uint32_t leases_renew(struct leases *l, uint32_t holder, uint64_t now); /* each for its time again; how many */
void leases_shorten(struct leases *l, uint32_t holder, uint32_t ttl, uint64_t now); /* no longer than so from now */
/* They are in doubt until they are taken again; leases_doubted() finds one that still is. */
void leases_doubt(struct leases *l, uint32_t holder);
bool leases_doubted(const struct leases *l, uint32_t holder, struct lease_view *out);

#endif
