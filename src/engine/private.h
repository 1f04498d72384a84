/* What the files of this room share; nobody else includes it. */
#ifndef ENGINE_PRIVATE_H
#define ENGINE_PRIVATE_H

#include "base/table.h"
#include "engine/engine.h"
#include "engine/retention.h"

/* Peers by number. Starts as {0}. */
struct peer_set {
    uint64_t *bits; /* owned */
    uint32_t words;
};

struct seat;
struct audience;

struct peer {
    struct engine *engine;
    const struct neighbor *neighbor; /* borrowed; of a dynamic peer: owned, see `own` */
    struct neighbor *own;            /* copy that a range made for one connection, or of a peer removed; or NULL */
    uint64_t age;                    /* the older of two, in configuration order, has the lower one */
    uint32_t maker;                  /* the number of the range that made it, 0: none */
    struct buffer name;
    uint32_t number;                /* place in engine->peers */
    uint32_t next_same;             /* another peer with the same address, 0: none */
    uint32_t heap;                  /* place in the heap of deadlines, 0: not there */
    uint64_t deadline;              /* as in the heap */
    uint64_t stream;                /* of the established connection; the latest one before */
    bool disabled, doomed;          /* doomed: to be freed when the engine is back at its door */
    bool paused;                    /* see peer_pause() */
    bool gone;                      /* out of the engine's lists */
    bool lingers;                   /* a range made it, its session is lost, and its routes are kept */
    bool tell_updates, tell_others; /* what somebody wants to hear of sent messages */

    struct session *session;
    struct session_settings settings;
    struct rib_out *out; /* what it alone is told */
    struct seat **seats; /* owned list: what it is told as one of several, see audience.h */
    uint32_t seat_count;
    bool has_own;   /* something is in `out`, or was */
    bool alone;     /* it is in no audience: see peer_seats_up() */
    bool said_held; /* that it takes no more paths of a prefix, in this session */
    struct rib_in *in;
    struct retention retention;
    bool up; /* the session is, or was until the event that is handled now */

    struct buffer first, last; /* messages before and after the routes that wait: BoRR, EoRR, End-of-RIB on demand */
    uint8_t ends_told;         /* End-of-RIB markers sent of those that follow the first table */
    bool ends_wait;
    uint64_t refreshing;           /* families whose EoRR waits in `last` */
    bool held;                     /* routes wait for `resume`: the session is to be woken then */
    uint64_t resume;               /* no UPDATE before, beyond the budget; 0: free */
    uint32_t budget;               /* rate-limit: UPDATEs still allowed in this second */
    uint64_t announced, withdrawn; /* NLRIs received */
    uint64_t limit_at;             /* maximum-prefix: not passed before so many were announced */
    uint64_t limit_warned;         /* ... families that were told of */
    const struct family *over;     /* ... passed by this one: the session is to end */
};

struct engine {
    struct engine_settings settings;
    struct engine_world world;
    struct engine_listener listener;
    struct attribute_store store;
    struct update *update;        /* scratch of all sessions */
    struct update_recent *before; /* the same */
    uint64_t kept_number;         /* of the attributes that are `kept`, see struct update_recent; 0: none */
    uint32_t kept;                /* the set that they are; a reference is held */
    struct buffer scratch;        /* canonical attributes of a received UPDATE */
    uint32_t streams;             /* how many were named: see peer_name_stream() */
    struct peer **peers;          /* by number, 0 unused; NULL: free */
    uint32_t top, room;           /* numbers below top were used; room for so many */
    uint32_t *order;              /* numbers in configuration order */
    uint32_t count;
    uint64_t ages; /* how many peers there ever were */
    struct table by_address;
    struct peer **heap; /* by deadline, from 1 */
    uint32_t heap_count, heap_room;
    uint32_t free_hint;          /* no free number below this */
    uint32_t owners;             /* peers that have something of their own */
    uint32_t lingering;          /* peers that linger */
    uint32_t alone;              /* peers that are in no audience, whatever they are told */
    struct audience **audiences; /* owned */
    uint32_t audience_count;
    struct audience *recent;    /* ... of recent_peers; NULL: these are told one by one */
    struct peer **recent_peers; /* owned; not to be followed */
    uint32_t recent_count;      /* 0: nothing is known */
    struct peer_set need, rest; /* scratch */
    bool waits;                 /* see engine_hold() */
    uint64_t now;               /* of the call that runs */
    bool closed;                /* see engine_close() */
};

/* limit.c: maximum-prefix (TMR-09). After an UPDATE was kept; and when the engine is back at its door. */
void limit_check(struct peer *p, const struct terms *terms);
void limit_enforce(struct peer *p, uint64_t now);

/* deadline.c */
void deadline_set(struct engine *e, struct peer *p, uint64_t deadline); /* UINT64_MAX: none */
struct peer *deadline_first(const struct engine *e);

/* peer.c */
struct peer *peer_new(struct engine *e, const struct neighbor *n);
void peer_free(struct peer *p);
void peer_open_session(struct peer *p); /* once it has its number; peer_start() starts it */
void peer_start(struct peer *p, uint64_t now);
void peer_linger(struct peer *p, bool lingers);
void peer_settle(struct peer *p); /* the session's settings, from the neighbor */
void peer_restart_session(struct peer *p, const struct neighbor *n, uint64_t now);
void peer_tell(struct peer *p, struct engine_event event); /* the listener; peer and time are filled in */
void peer_rearm(struct peer *p);                           /* after any call into its session */
uint64_t peer_name_stream(struct peer *p);                 /* for one more connection: a name that no other had */
void peer_wake(struct peer *p, uint64_t now);              /* it has something to say */

/* command.c: `next-hop self` of an IPv6 route over an IPv4 session has no address to stand for (config.md 12). */
bool peer_lacks_self(const struct peer *p, const struct family *family, struct attribute_set set);

void peer_wake_for_routes(struct peer *p, uint64_t now); /* where nothing waited before */

/* routes.c */
void peer_announce_listed(struct peer *p, const struct neighbor *n);
void peer_replace_listed(struct peer *p, const struct neighbor *before, const struct neighbor *after);

#endif
