/* Changes that were asked for and not yet made; private to this room.
 *
 * The place of a route in a large table takes longer to come from memory than all the rest of a change. So it is asked
 * for when the change comes, and the change is made when a few more have come, or when somebody looks. Changes are made
 * in the order in which they came. */
#ifndef RIB_COMING_H
#define RIB_COMING_H

#include "rib/routes.h"

enum { COMING = 8 };
enum { COMING_UP = 0x0800 }; /* beside ROUTE_NAME: a withdraw of a session that is up */

struct change {
    uint64_t hash, octets_0_7; /* as in struct route_name; only names without a key */
    uint16_t octets_8_9, bits; /* with COMING_UP */
    uint32_t set;              /* a reference is held; 0: a withdraw */
};

struct coming {
    struct change changes[COMING]; /* by number of the change, modulo COMING */
    uint32_t came, settled;        /* changes that were asked for, and those of them that were made */
};

static inline bool coming_is_full(const struct coming *c) {
    return c->came - c->settled == COMING;
}

static inline bool coming_is_empty(const struct coming *c) {
    return c->came == c->settled;
}

static inline void coming_add(struct coming *c, const struct routes *r, const struct route_name *name, uint32_t set,
                              unsigned flags) {
    c->changes[c->came++ % COMING] = (struct change){
        .hash = name->hash,
        .octets_0_7 = name->octets_0_7,
        .octets_8_9 = name->octets_8_9,
        .bits = (uint16_t)(name->bits | flags),
        .set = set,
    };
    table_prefetch(&r->table, name->hash);
}

/* The oldest, which is to be made now; good until another comes. */
static inline const struct change *coming_take(struct coming *c) {
    return &c->changes[c->settled++ % COMING];
}

/* Only what there is of names without a key is filled in. */
static inline void change_name(const struct change *change, struct route_name *name) {
    name->hash = change->hash;
    name->octets_0_7 = change->octets_0_7;
    name->octets_8_9 = change->octets_8_9;
    name->bits = change->bits & ROUTE_NAME;
    name->has_key = false;
}

#endif
