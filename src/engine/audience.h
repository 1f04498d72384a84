/* Peers that are told the same: what a command announces to several of them is held in one RIB that all of them read
 * (rib/shared.h), not in the RIB of each; private to this room.
 *
 * An audience is a set of peers, made when something is first announced to just these. A peer sits in several of them,
 * and has a RIB of its own for what it alone is told. A route is in one of the RIBs of a peer at most: when it is
 * announced to other peers than before, it moves, and those who keep what they have keep it in another RIB. So there is
 * nothing to merge when a peer pulls, and what was told last is what counts. */
#ifndef ENGINE_AUDIENCE_H
#define ENGINE_AUDIENCE_H

#include "engine/private.h"
#include "rib/shared.h"

/* A peer's place in an audience. Owned by both lists, freed by seat_free(). */
struct seat {
    struct rib_reader reader;
    struct peer *peer;
    struct audience *audience;
};

struct audience {
    struct engine *engine;
    struct rib_shared *rib;
    struct seat **seats; /* owned list */
    uint32_t count;
    uint64_t families; /* that all of them offer */
    struct peer_set members;
};

void audiences_release(struct engine *e);
void audience_settle_families(struct audience *a); /* they may be others now */
void audience_free(struct audience *a);
/* The peer goes on alone, with all that it was told in this audience; or, to `clear`, with nothing. */
void seat_part(struct seat *seat, bool clear);
void seat_free(struct seat *seat);

/* The peer is to have the route, or, with a set of 0, not to have it. */
void peer_tell_route(struct peer *p, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                     uint32_t set);

/* ---- All RIBs of a peer ---- */
/* A session with a limit of paths (PATHS-LIMIT) is told which ones by all that the peer has: so all of it is in the RIB
 * of its own, and the peer is in no audience until it comes up without a limit. */
void peer_seats_up(struct peer *p, const struct terms *terms);
void peer_seats_down(struct peer *p);
void peer_seats_leave(struct peer *p);                                  /* it is removed */
void peer_seats_changed(struct peer *p, const struct neighbor *before); /* its neighbor has another description */
void peer_seats_sleep(struct peer *p);                                  /* it pulls no more before it is woken */
void peer_own(struct peer *p);                                          /* something is to be in the RIB of its own */
void peer_resend(struct peer *p, uint64_t families);
bool peer_waits(const struct peer *p); /* routes may */
bool peer_spoke(const struct peer *p); /* it was told a route in this session */
/* The next UPDATEs; false: none. */
bool peer_pull_routes(struct peer *p, const struct terms *terms, struct buffer *out, struct refused *refused);

#endif
