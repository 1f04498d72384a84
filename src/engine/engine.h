/* The engine: peers, their sessions and RIBs, interned attributes, selectors, watchdogs. No I/O, no global state; one
 * thread.
 *
 * It answers three sides: the host (octets, time), the commands (announce, withdraw, ...), and one listener that hears
 * all that happens (the library gives that to the helpers). */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/neighbor.h"
#include "rib/attribute_store.h"
#include "rib/rib_in.h"
#include "rib/rib_out.h"
#include "session/session.h"

struct engine;
struct peer; /* a neighbor that runs */

/* What the engine asks of the world. None of these may call back into the engine. */
struct engine_world {
    void *context;
    /* Open a TCP connection to the neighbor (address, port, TTL, MD5 ... as it says). */
    void (*dial)(void *context, uint64_t stream, const struct neighbor *neighbor, struct ip peer);
    void (*hang_up)(void *context, uint64_t stream, bool after_output);
    void (*output)(void *context, uint64_t stream);
};

enum engine_event_kind {
    ENGINE_EVENT_SESSION, /* something of a session: `session` */
    ENGINE_EVENT_PEER_NEW,
    ENGINE_EVENT_PEER_GONE,  /* out of the engine's lists; a last connection may still be closing */
    ENGINE_EVENT_PEER_FREED, /* its number is free */
    ENGINE_EVENT_TOO_LONG,   /* routes whose attributes fit no message: `count` */
    /* Routes of the peer are gone, though it did not say so: they were stale (RFC 4724, 7313, 9494). `session` is the
     * UPDATE that the peer might have sent: SESSION_EVENT_MESSAGE, its octets made here. */
    ENGINE_EVENT_WITHDRAWN,
    ENGINE_EVENT_LIMIT,  /* more than maximum-prefix routes of `family`, and only a warning is wanted: `count` */
    ENGINE_EVENT_BARRED, /* routes that our role keeps from the peer (RFC 9234): `count` */
    ENGINE_EVENT_HELD,   /* paths wait, as the peer takes no more of their prefix (PATHS-LIMIT): once a session */
};

struct engine_event {
    enum engine_event_kind kind;
    struct peer *peer;
    uint64_t now;
    const struct session_event *session;
    unsigned count;
    const struct family *family;
};

struct engine_listener {
    void *context;
    void (*hear)(void *context, const struct engine_event *event);
};

struct engine_settings {
    uint64_t seed;
    uint32_t open_wait;    /* seconds; 60 */
    uint32_t attempts;     /* tcp.attempts; 0 */
    uint32_t first_wait;   /* microseconds: see peer_hold_first(); 0 */
    bool passive;          /* bgp.passive: all neighbors */
    uint16_t default_port; /* to connect to; 179 */
};

struct engine *engine_new(const struct engine_settings *settings, const struct engine_world *world,
                          const struct engine_listener *listener);
void engine_free(struct engine *e);
/* Sessions begin later: neighbors are there, take routes and answer questions, and none is connected to or accepted. */
void engine_hold(struct engine *e);
void engine_begin(struct engine *e, uint64_t now); /* ... now */

/* ---- Peers ---- in configuration order. A peer borrows its neighbor until it is replaced or removed. */
struct peer *engine_add(struct engine *e, const struct neighbor *n,
                        uint64_t now); /* starts its session, announces its routes */
void engine_remove(struct engine *e, struct peer *p, uint8_t cease_subcode, uint64_t now); /* 0: TCP close only */
/* The neighbor has a new description: the session restarts only when it must, routes of the old list that are not in
 * the new are withdrawn, changed ones replaced (config.md 26). */
void engine_replace(struct engine *e, struct peer *p, const struct neighbor *n, uint64_t now);
struct peer *engine_next(const struct engine *e, const struct peer *after); /* NULL: the first / no more */
struct peer *engine_at(const struct engine *e, uint32_t place); /* in configuration order, from 0; NULL: no more */
/* Of this address (of a range: its first one), in any order. `after` as above. */
struct peer *engine_with_address(const struct engine *e, struct ip ip, const struct peer *after);
int peer_compare(const struct peer *a, const struct peer *b);       /* in configuration order, as for qsort() */
struct peer *engine_find(const struct engine *e, struct text name); /* by put_neighbor_name() */

const struct neighbor *peer_neighbor(const struct peer *p);
struct text peer_name(const struct peer *p); /* what selectors match */
uint32_t peer_number(const struct peer *p);  /* small, unique while the peer lives: for bit sets */
const struct session *peer_session(const struct peer *p);
struct rib_in *peer_rib_in(const struct peer *p); /* NULL: adj-rib-in is off */
struct attribute_store *engine_store(struct engine *e);
/* Announced and withdrawn counts of NLRIs received, and rows of errors: session_counters(), session_row_count(). */
/* Adj-RIB-Out: what the peer is to have. `walk` starts at 0. */
bool peer_route_next(const struct peer *p, uint64_t *walk, struct rib_route *out);
bool peer_route_find(const struct peer *p, const struct family *family, struct cursor nlri, bool has_path,
                     uint32_t path, struct rib_route *out);
uint32_t peer_route_count(const struct peer *p);
uint32_t peer_paths_held(const struct peer *p); /* of them: the peer takes no more of their prefix (PATHS-LIMIT) */
uint64_t peer_prefixes_received(const struct peer *p);
uint64_t peer_prefixes_withdrawn(const struct peer *p);
/* The session's terms when it is up, else what the configuration alone says of them (addresses, AS numbers): for
 * showing. */
struct terms peer_terms(const struct peer *p);
/* What somebody wants to hear of this peer: sent UPDATEs, other sent messages (they cost). */
void peer_tell_sent(struct peer *p, bool updates, bool others);
/* Backpressure: somebody who must hear this peer is full. While it is paused it pulls no routes and its hold timer
 * rests; the world stops reading of the stream. */
void peer_pause(struct peer *p, bool paused, uint64_t now);
uint64_t peer_stream(const struct peer *p); /* of the established connection, 0: none */

/* ---- Memory ---- octets that are held, used or not */
struct peer_memory {
    size_t session, out, in;  /* the session and its connections; RIBs of its own */
    uint32_t routes, waiting; /* in its own Adj-RIB-Out, and those of them that wait */
    uint32_t received;        /* routes in its Adj-RIB-In */
};
struct peer_memory peer_memory(const struct peer *p);

struct engine_memory {
    size_t peers, sessions, out, in; /* all peers together: the structs, and as in struct peer_memory */
    uint64_t routes, received;
    uint32_t shared_count; /* RIBs that several peers read, ... */
    size_t shared;
    uint64_t shared_routes; /* ... each route in them counted once */
    uint32_t sets;          /* of attributes */
    size_t attributes;
    size_t idle;       /* of all these octets, those that wait for routes to come */
    uint64_t left_out; /* routes of peers that were not kept: engine_close() */
};
struct engine_memory engine_memory(const struct engine *e);
/* Routes of peers that are not held yet are not kept from now on; or again. Sessions and events go on. */
void engine_close(struct engine *e, bool closed);

/* ---- Commands ---- for one peer; the API loops over what the selector matched. */
enum announced { ANNOUNCED, ANNOUNCED_NO_FAMILY, ANNOUNCED_NO_SELF };  /* NO_SELF: `next-hop self` of another family */
bool peer_has_self(const struct peer *p, const struct family *family); /* can `next-hop self` stand for an address? */
enum announced peer_announce(struct engine *e, struct peer *p, const struct family *family, struct cursor nlri,
                             bool has_path, uint32_t path, uint32_t set, uint64_t now);
enum announced peer_withdraw(struct engine *e, struct peer *p, const struct family *family, struct cursor nlri,
                             bool has_path, uint32_t path, uint64_t now);
/* The same for all peers of a command: what several are told is held once for them, and encoded once for each kind of
 * session. How many are left out: those without the family, and those without an address for `next-hop self`. */
uint32_t engine_announce(struct engine *e, struct peer *const *peers, uint32_t count, const struct family *family,
                         struct cursor nlri, bool has_path, uint32_t path, uint32_t set, uint64_t now);
uint32_t engine_withdraw(struct engine *e, struct peer *const *peers, uint32_t count, const struct family *family,
                         struct cursor nlri, bool has_path, uint32_t path, uint64_t now);
void engine_clear_out(struct engine *e, struct peer *const *peers, uint32_t count, uint64_t now);
bool peer_end_of_rib(struct engine *e, struct peer *p, uint16_t afi, uint8_t safi,
                     uint64_t now); /* false: not established */
bool peer_refresh(struct engine *e, struct peer *p, const struct family *family, uint64_t now);
/* Whole messages, before routes that wait. False: not established. */
bool peer_say(struct engine *e, struct peer *p, struct cursor messages, uint64_t now);
void peer_flush(struct engine *e, struct peer *p, uint64_t now); /* adj-rib-out again; BoRR/EoRR when enhanced */
void peer_clear_in(struct engine *e, struct peer *p);
void peer_teardown(struct engine *e, struct peer *p, uint8_t subcode, uint64_t now);
void peer_watchdog(struct engine *e, struct peer *p, struct text name, bool announce, uint64_t now);
bool peer_flushed(const struct peer *p); /* nothing waits and the outbox is empty: for sync acknowledgements */
void peer_enable(struct engine *e, struct peer *p, bool enable, uint64_t now);

/* ---- The host's side ---- */
/* A connection came in: the stream's name when a peer takes it, else 0 and the reason in *why: it is to be closed
 * without a word (errors.md COL-03, COL-04). A range makes a dynamic peer that goes with its session. */
uint64_t engine_accepted(struct engine *e, struct ip local, uint16_t local_port, struct ip peer, uint64_t now,
                         const char **why);
/* Of whose connection it is; NULL: of nobody's. */
const struct neighbor *engine_stream_neighbor(const struct engine *e, uint64_t stream);
void engine_dialed(struct engine *e, uint64_t stream, struct ip local, struct ip peer, uint64_t now);
void engine_received(struct engine *e, uint64_t stream, const uint8_t *octets, size_t len, uint64_t now);
void engine_closed(struct engine *e, uint64_t stream, const char *why, uint64_t now);
struct cursor engine_output(struct engine *e, uint64_t stream, uint64_t now);
void engine_sent(struct engine *e, uint64_t stream, size_t len, uint64_t now);
uint64_t engine_deadline(const struct engine *e);
void engine_timer(struct engine *e, uint64_t now);
bool engine_all_stopped(const struct engine *e); /* tcp.attempts are used up everywhere: the daemon ends */

#endif
