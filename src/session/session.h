/* A BGP session with one neighbor: RFC 4271 section 8, without any I/O.
 *
 * Octets come in, octets go out, events are told; the time is handed in (microseconds of a clock that only goes
 * forward). A session has up to two connections, one that it opened and one that the peer opened, until the collision
 * is resolved (RFC 4271 6.8). Whoever owns the session moves octets and answers its wishes through `struct
 * session_ears`; none of these callbacks may call back into the session. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "bgp/message.h"
#include "bgp/open.h"
#include "bgp/update.h"

enum session_state {
    SESSION_IDLE,
    SESSION_ACTIVE,
    SESSION_CONNECT,
    SESSION_OPENSENT,
    SESSION_OPENCONFIRM,
    SESSION_ESTABLISHED,
};
const char *session_state_name(enum session_state s); /* "ESTABLISHED" */

/* Borrowed; may change only while the session is stopped: session_stop(), change, session_start(). */
struct session_settings {
    struct offer offer;
    struct ip local, peer; /* as configured; local.len 0: whatever the system picks */
    struct ip link_local;
    bool passive;                 /* never opens a connection */
    uint32_t open_wait;           /* seconds to wait for the peer's OPEN */
    uint32_t send_hold;           /* seconds without an octet accepted by the peer; 0: the default of RFC 9687 */
    uint32_t attempts;            /* connections tried before the session stops for good; 0: no limit */
    struct update *update;        /* scratch to open UPDATEs in, shared by all sessions of an engine */
    struct update_recent *recent; /* the same; NULL: each UPDATE is read as if it were the first */
    uint32_t outbox_most;         /* octets prepared ahead for one connection; 0: 64 KiB */
};

enum session_event_kind {
    SESSION_EVENT_CONNECTED,  /* TCP is up (either side): state event "connected" */
    SESSION_EVENT_STATE,      /* the state machine moved: `state` */
    SESSION_EVENT_MESSAGE,    /* a message was sent or received: `sent`, `message`, and what it holds */
    SESSION_EVENT_NEGOTIATED, /* the OPENs agree: `terms` */
    SESSION_EVENT_UP,         /* Established */
    SESSION_EVENT_DOWN,       /* `reason`; exactly one for each CONNECTED */
    SESSION_EVENT_STOPPED,    /* attempts are used up: the session will not try again */
    SESSION_EVENT_FINDING,    /* for the log: `row` was met in a message that stays, `repeats` times since last told;
                                 at most once a second for one row (GEN-08) */
    SESSION_EVENT_DROPPED,    /* for the log alone: a connection without CONNECTED is no more (a dial that failed, the
                                 loser of a collision): `reason`, `row` */
};

struct session_event {
    enum session_event_kind kind;
    enum session_state state;
    bool sent;
    struct message message; /* of MESSAGE: whole and body */
    /* Its content, by type; NULL when it is another, and when it could not be read: then a reset follows. */
    const struct open *open;
    const struct update *update;
    const struct refresh *refresh;
    uint8_t code, subcode; /* of a NOTIFICATION */
    struct cursor data;
    const struct terms *terms; /* NULL before the OPENs agree */
    const char *row;           /* of the error contract that ended the session, or NULL */
    uint64_t repeats;          /* of FINDING, 1 or more */
    const struct update_finding
        *finding;       /* of FINDING: of `update`; NULL: `repeats` of earlier messages, or no UPDATE */
    const char *reason; /* of DOWN: "closing connection", "notification received (6,2)", ... (api-events.md 3.1) */
    const char *detail; /* of DOWN, DROPPED: what was wrong, in words for the log; may be empty, never NULL there */
};

/* The content of a MESSAGE is there to be shown; else only its octets are. */
static inline bool session_event_is_readable(const struct session_event *e) {
    switch (e->message.type) {
    case MESSAGE_OPEN: return e->open != NULL;
    case MESSAGE_UPDATE: return e->update != NULL;
    case MESSAGE_ROUTE_REFRESH: return e->refresh != NULL;
    default: return true;
    }
}

/* What the session wants of its owner. `stream` names a connection: the owner chose the name. */
struct session_ears {
    void *context;
    uint64_t (*dial)(void *context); /* open a connection; its name, 0: impossible now */
    void (*hang_up)(void *context, uint64_t stream, bool after_output); /* close; after what is prepared was written */
    void (*output)(void *context, uint64_t stream);                     /* something waits to be written */
    /* Fill `out` with whole messages, up to about `most` octets, as the session is Established. False: nothing more to
     * say for now (session_wake() when there is). */
    bool (*pull)(void *context, const struct terms *terms, struct buffer *out, size_t most);
    void (*heard)(void *context, const struct session_event *event);
};

struct session; /* in session/private.h */

struct session *session_new(const struct session_settings *settings, const struct session_ears *ears, uint64_t seed);
void session_free(struct session *s);

void session_start(struct session *s, uint64_t now);
/* NOTIFICATION Cease with this subcode (0: close without one) on all connections, then Idle. With `again` it starts
 * anew at once, else it stays down until session_start(). `text`: Shutdown Communication for subcodes 2 and 4; of 0:
 * what stands in the reason, "stop, message [TEXT]". When empty, the usual words. Where both sides have graceful
 * restart, a stop that is meant to come back (`again`, or subcode 3) is a silent close, as ExaBGP's is. */
void session_stop(struct session *s, uint8_t subcode, struct text text, bool again, uint64_t now);
/* The engine itself ends what is connected, with this NOTIFICATION, for a row of the error contract (prefix limit,
 * resources); the session comes back by its retry timer. */
void session_reset(struct session *s, const char *row, uint8_t code, uint8_t subcode, struct cursor data, uint64_t now);

/* What happened to connections. */
void session_dialed(struct session *s, uint64_t stream, struct ip local, struct ip peer, uint64_t now);
bool session_accepted(struct session *s, uint64_t stream, struct ip local, struct ip peer,
                      uint64_t now); /* false: close it */
void session_received(struct session *s, uint64_t stream, const uint8_t *octets, size_t len, uint64_t now);
void session_closed(struct session *s, uint64_t stream, const char *why, uint64_t now); /* also a dial that failed */

/* Octets to write: a view that stays until session_sent(), which comes before any other call. Pulls from the owner
 * when nothing else waits. Empty: nothing more, and if hang_up() asked for it, now is the time to close. */
struct cursor session_output(struct session *s, uint64_t stream, uint64_t now);
void session_sent(struct session *s, uint64_t stream, size_t len, uint64_t now);
/* The owner has something to say again: asks for output when Established. */
void session_wake(struct session *s, uint64_t now);

/* The owner has stopped reading on purpose: the hold timer rests, and starts anew when reading goes on. */
void session_pause(struct session *s, bool paused, uint64_t now);

uint64_t session_deadline(const struct session *s); /* when session_timer() is due; UINT64_MAX: never */
void session_timer(struct session *s, uint64_t now);

enum session_state session_state(const struct session *s);
uint64_t session_stream(const struct session *s); /* of the established connection, 0: none */
bool session_finished(const struct session *s);   /* its attempts are used up: it will not try again by itself */
bool session_unsent(const struct session *s);     /* octets wait in the outbox of the established connection */
size_t session_memory(const struct session *s);   /* octets, of its connections too */
bool session_quiet(const struct session *s);      /* no connection is left, not even one that is being closed */
const struct terms *session_terms(const struct session *s);          /* NULL unless Established */
const struct open *session_open(const struct session *s, bool ours); /* of the established connection, or NULL */
/* Messages sent are told as events only when somebody wants them: they cost. */
void session_tell_sent(struct session *s, bool updates, bool others);

struct session_counters {
    uint64_t sent[8], received[8];             /* by message type, since the last DOWN */
    uint64_t total_sent[8], total_received[8]; /* ... ever */
    uint64_t up_since, down_since;             /* time of the last change; 0: never */
    uint32_t ups;
};
const struct session_counters *session_counters(const struct session *s);
/* Counts a row that somebody else met: also from within heard(). */
void session_count_row(struct session *s, const char *row);
/* How often each row of the error contract was met: (row, count) pairs; false at the end. `walk` starts at 0. */
bool session_row_count(const struct session *s, unsigned *walk, const char **row, uint64_t *count);

#endif
