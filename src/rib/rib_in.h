/* Adj-RIB-In of one peer: what it announced, for `show adj-rib in`, snapshots and graceful restart. */
#ifndef RIB_RIB_IN_H
#define RIB_RIB_IN_H

#include "rib/rib_out.h"

struct rib_in;

struct rib_in *rib_in_new(struct attribute_store *store);
void rib_in_free(struct rib_in *rib); /* NULL is let through */

void rib_in_announce(struct rib_in *rib, const struct nlri *nlri, uint32_t set); /* takes its own reference of `set` */
void rib_in_withdraw(struct rib_in *rib, const struct nlri *nlri);
void rib_in_clear(struct rib_in *rib, uint64_t families);

/* Routes that are not in it yet are not kept from now on, and counted; those that are change and go as ever. */
void rib_in_close(struct rib_in *rib, bool closed);
uint64_t rib_in_left_out(const struct rib_in *rib);

/* ---- Routes that a peer told before it restarted, or before it began to tell all again (RFC 4724, 7313) ---- */

/* All routes of these families are stale until they are announced again. */
void rib_in_mark_stale(struct rib_in *rib, uint64_t families);
/* Goes through the stale routes of these families. `become` says what becomes of each: the set of attributes that it
 * has from now on, with a reference that is the RIB's, or 0: it is gone. It may not change the RIB. */
void rib_in_each_stale(struct rib_in *rib, uint64_t families,
                       uint32_t (*become)(void *context, const struct rib_route *route), void *context);

void rib_in_drop_stale(struct rib_in *rib, uint64_t families); /* they are gone, without a word */

bool rib_in_next(struct rib_in *rib, uint32_t *walk, struct rib_route *out);
uint32_t rib_in_count(struct rib_in *rib);
uint32_t rib_in_held(struct rib_in *rib, unsigned family); /* the same of one family, by its index */
size_t rib_in_memory(const struct rib_in *rib);
size_t rib_in_idle(const struct rib_in *rib); /* those of them that wait for what comes */

#endif
