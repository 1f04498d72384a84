/* What rib_out.c and pull.c share; nobody else includes it. */
#ifndef RIB_PRIVATE_H
#define RIB_PRIVATE_H

#include "rib/coming.h"
#include "rib/groups.h"

/* In place of the family of a group that is not of one. */
enum { GROUP_ANY = FAMILIES_MOST };

struct rib_out {
    struct attribute_store *store; /* borrowed */
    struct routes routes;          /* of struct queued */
    struct groups groups;
    uint32_t count;   /* routes that the peer is to have */
    uint32_t passing; /* earlier versions of them that wait */
    unsigned barred;  /* see rib_take_barred() */
    bool apart;       /* what is announced waits in one group, in order: routes do not share messages */
    bool spoke;       /* the peer was told a route in this session */

    struct coming coming;

    /* The attributes that were encoded last, for the next message of the same group: good for one session. */
    struct buffer encoded;
    struct ip next_hop;
    uint32_t encoded_set; /* a reference is held; 0: none */
    uint8_t encoded_family;

    struct ip
        self[3]; /* what `next-hop self` was in this session, by rib_self_of(); no address before a route was told */
};

/* IPv4 and IPv6 routes may have a self each. */
static inline unsigned rib_self_of(const struct family *family) {
    return family->afi == 1 || family->afi == 2 ? family->afi : 0;
}

static inline uint64_t rib_group_of_waiting(const struct rib_out *rib, const struct route *route) {
    return rib->apart ? group_name(QUEUE_ANNOUNCES, GROUP_ANY, 0)
                      : group_name(QUEUE_ANNOUNCES, route_family(route), route->set);
}

/* Puts the route into the group of its state. */
void rib_queue(struct rib_out *rib, uint32_t number);
void rib_unqueue(struct rib_out *rib, uint32_t number);

/* The route is gone from table and store. */
void rib_forget(struct rib_out *rib, uint32_t number);

/* A withdraw of a route that waits for it, or the end of one that does not. */
void rib_leave(struct rib_out *rib, uint32_t number, bool up);

void rib_settle_all(struct rib_out *rib); /* the slow part of rib_settle() */

/* Makes all changes that came: before anything else is done with the routes. */
static inline void rib_settle(struct rib_out *rib) {
    if (!coming_is_empty(&rib->coming))
        rib_settle_all(rib);
}

void rib_set_apart(struct rib_out *rib, bool apart);
void rib_forget_encoded(struct rib_out *rib);

#endif
