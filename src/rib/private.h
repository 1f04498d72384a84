/* What rib_out.c and pull.c share; nobody else includes it. */
#ifndef RIB_PRIVATE_H
#define RIB_PRIVATE_H

#include <assert.h>

#include "rib/coming.h"
#include "rib/encoding.h"
#include "rib/groups.h"
#include "rib/paths.h"

/* In place of the family of a group that is not of one. */
enum { GROUP_ANY = FAMILIES_MOST };

struct rib_out {
    struct attribute_store *store; /* borrowed */
    struct routes routes;          /* of struct queued */
    struct groups groups;
    struct paths paths; /* where the peer has a limit of them */
    uint32_t count;     /* routes that the peer is to have */
    uint32_t passing;   /* earlier versions of them that wait */
    unsigned barred;    /* see rib_take_barred() */
    bool apart;         /* what is announced waits in one group, in order: routes do not share messages */
    bool spoke;         /* the peer was told a route in this session */

    struct coming coming;

    struct encoding encoding; /* of the one session; where many read, each kind of session has its own */
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

/* The peer takes no more paths of the prefix, the number of which is `prefix`. */
void rib_hold(struct rib_out *rib, uint32_t number, uint32_t prefix);
/* Those that are held back of it wait again. */
void rib_let_go(struct rib_out *rib, const struct family *family, uint32_t prefix);

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

/* All that waits is queued anew, in one group or in one for each set. */
void rib_set_apart(struct rib_out *rib, bool apart);

/* An earlier version went out: the peer now has something of that route, whatever becomes of the later one. */
void rib_passed(struct rib_out *rib, uint32_t number);

static_assert(sizeof((struct route *)0)->octets == UPDATE_SHORT, "routes are short NLRIs");

/* The route's NLRI into a message; `classic` as update_is_classic() says. False: it does not fit. */
static inline bool route_put(struct update_writer *w, bool classic, const struct route *route) {
    if (classic && !(route->bits & ROUTE_HAS_PATH) && !route_is_outside(route))
        return update_add_short(w, route->octets, (route->bits & ROUTE_LENGTH) >> ROUTE_LENGTH_SHIFT);
    return update_add(w, route_nlri(route), route_path(route));
}

/* Routes that were withdrawn and go. Their places in the table are asked for first, and each goes a few routes later,
 * when its place is here. */
enum { LEAVING = 8 };

struct leaving {
    struct {
        uint32_t number;
        uint64_t hash;
    } routes[LEAVING];
    uint32_t count; /* how many came here */
};

void leaving_add(struct leaving *l, struct routes *r, uint32_t number, const struct route *route);
void leaving_end(struct leaving *l, struct routes *r); /* all of them are gone */

#endif
