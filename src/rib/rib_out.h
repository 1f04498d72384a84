/* Adj-RIB-Out of one peer, which is the queue as well: a route has been told to the peer, or it waits.
 *
 * What waits is bounded by the number of routes, never by the number of changes: a route that changes again before it
 * was told just waits in another group. Groups are keyed by (attributes, family) and served in the order in which they
 * began to wait; withdraws go first. The socket pulls. Refresh, flush, clear and reconnect are the same walk. */
#ifndef RIB_RIB_OUT_H
#define RIB_RIB_OUT_H

#include "bgp/update.h"
#include "rib/attribute_store.h"
#include "rib/route_name.h"

struct rib_out; /* 24 octets a route, beside 8 to 21 of its place in the table */

struct rib_route { /* one route to look at; borrowed */
    const struct family *family;
    struct cursor nlri;
    bool has_path;
    uint32_t path;
    uint32_t set; /* of attributes */
    bool told;    /* the peer has this version */
    bool held;    /* ... takes no more paths of its prefix, so it waits for a withdraw of another one */
    bool stale;   /* in a rib_in: kept from before, see rib_in_mark_stale() */
};

struct rib_out *rib_out_new(struct attribute_store *store);
void rib_out_free(struct rib_out *rib); /* NULL is let through */

/* The peer is to have this route. The same key with the same attributes and NLRI octets, told or waiting: nothing
 * happens. Takes its own reference of `set`. */
void rib_announce(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  uint32_t set);

/* The peer is not to have it. Known or not, a withdraw waits when the session is `up` and has told of a route; else the
 * route is just forgotten: a peer that has heard of none has none to lose (ExaBGP: no withdraws in the first pass). */
void rib_withdraw(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  bool up);

/* The same for a route whose name was made before, with the store's seed: of one change to many peers. */
void rib_announce_named(struct rib_out *rib, const struct route_name *name, uint32_t set);
void rib_withdraw_named(struct rib_out *rib, const struct route_name *name, bool up);

/* Writes the next message that waits (one UPDATE; one route in it unless `group`). False: nothing waits. A route that
 * the session cannot carry (family not negotiated) counts as told, silently; one whose attributes do not fit a message
 * is counted in `*too_long`; one of which the peer takes no more paths is held back until another one is withdrawn. */
bool rib_pull(struct rib_out *rib, const struct terms *terms, bool group, struct buffer *out, unsigned *too_long);
/* How many routes were not told, since it was asked last, as our role keeps them from the peer (RFC 9234). */
unsigned rib_take_barred(struct rib_out *rib);
/* How many paths were held back since it was asked last, and how many are. */
unsigned rib_take_held(struct rib_out *rib);
uint32_t rib_held(const struct rib_out *rib);
bool rib_waits(const struct rib_out *rib); /* something may: when in doubt, yes */
bool rib_spoke(const struct rib_out *rib); /* a route was told since the last rib_down() */

void rib_resend(struct rib_out *rib, uint64_t families); /* all routes of these families are to be told again */
void rib_clear(struct rib_out *rib, bool up);            /* withdraws everything */
void rib_down(struct rib_out *rib); /* the session is lost: waiting withdraws are forgotten, no route is told */

/* All routes in the order in which they came (numbers of freed ones are used again). `walk` starts at 0. */
bool rib_out_next(struct rib_out *rib, uint32_t *walk, struct rib_route *out);
bool rib_out_find(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  struct rib_route *out);
uint32_t rib_out_count(struct rib_out *rib);
uint32_t rib_out_waiting(struct rib_out *rib);
size_t rib_out_memory(const struct rib_out *rib);
size_t rib_out_idle(const struct rib_out *rib); /* those of them that wait for what comes */

#endif
