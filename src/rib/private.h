/* What rib_out.c and pull.c share; nobody else includes it. */
#ifndef RIB_PRIVATE_H
#define RIB_PRIVATE_H

#include "rib/groups.h"

/* In place of the family of a group that is not of one. */
enum { GROUP_ANY = FAMILIES_MOST };

/* A change that was asked for and not yet made: its place in the table is on its way from memory, which takes longer
 * than all the rest of the change. Changes are made in the order in which they came, each when a few more have come or
 * when somebody looks. */
enum { COMING = 8 };

struct coming {
    uint64_t hash, octets_0_7; /* as in struct route_name; only names without a key */
    uint16_t octets_8_9, bits; /* with COMING_UP */
    uint32_t set;              /* a reference is held; 0: a withdraw */
};

struct rib_out {
    struct attribute_store *store; /* borrowed */
    struct routes routes;          /* of struct queued */
    struct groups groups;
    uint32_t count;   /* routes that the peer is to have */
    uint32_t passing; /* earlier versions of them that wait */
    bool apart;       /* what is announced waits in one group, in order: routes do not share messages */

    struct coming coming[COMING]; /* by number of the change, modulo COMING */
    uint32_t came, settled;       /* changes that were asked for, and those of them that were made */

    /* The attributes that were encoded last, for the next message of the same group: good for one session. */
    struct buffer encoded;
    struct ip next_hop;
    uint32_t encoded_set; /* a reference is held; 0: none */
    uint8_t encoded_family;
};

/* Puts the route into the group of its state. */
void rib_queue(struct rib_out *rib, uint32_t number);
void rib_unqueue(struct rib_out *rib, uint32_t number);

/* The route is gone from table and store. */
void rib_forget(struct rib_out *rib, uint32_t number);

/* A withdraw of a route that waits for it, or the end of one that does not. */
void rib_leave(struct rib_out *rib, uint32_t number, bool up);

void rib_settle_some(struct rib_out *rib, uint32_t until); /* the slow part of rib_settle() */

/* Makes all changes that came: before anything else is done with the routes. */
static inline void rib_settle(struct rib_out *rib) {
    if (rib->settled != rib->came)
        rib_settle_some(rib, rib->came);
}

void rib_set_apart(struct rib_out *rib, bool apart);
void rib_forget_encoded(struct rib_out *rib);

#endif
