/* What the files of this room share; nobody else includes it. */
#ifndef SESSION_PRIVATE_H
#define SESSION_PRIVATE_H

#include "session/session.h"

/* Where one connection is. RFC 4271's Idle and Active are a session that has no connection. */
enum fsm_state {
    FSM_CONNECT,     /* we dial, TCP is not up yet */
    FSM_WAIT,        /* TCP is up, and the peer speaks first: our AS number is to be the peer's */
    FSM_OPENSENT,    /* as the RFC has them: */
    FSM_OPENCONFIRM, /* ... */
    FSM_ESTABLISHED, /* ... */
    FSM_CLOSING,     /* a NOTIFICATION waits to be written; nothing is read any more (GEN-13) */
    FSM_GONE,        /* no more */
    FSM_STATES = FSM_GONE,
};

/* What happens to one connection. A message is the event of its type number. */
enum fsm_event {
    FSM_OPEN = MESSAGE_OPEN,
    FSM_UPDATE = MESSAGE_UPDATE,
    FSM_NOTIFICATION = MESSAGE_NOTIFICATION,
    FSM_KEEPALIVE = MESSAGE_KEEPALIVE,
    FSM_REFRESH = MESSAGE_ROUTE_REFRESH,
    FSM_OPERATIONAL = MESSAGE_OPERATIONAL,
    FSM_TCP_UP,        /* and we speak first */
    FSM_TCP_UP_SILENT, /* and the peer speaks first */
    FSM_TCP_DOWN,      /* closed, reset, or the dial failed */
    FSM_STATE_DUE,     /* the deadline of the state: open wait, hold time, one second of closing */
    FSM_KEEPALIVE_DUE,
    FSM_SEND_HOLD_DUE,
    FSM_WRITTEN, /* the outbox has run empty */
    FSM_RESET,   /* `fault`: a NOTIFICATION goes out */
    FSM_CLOSE,   /* `fault`: none does */
    FSM_EVENTS,
};

struct fsm_input {
    uint64_t now;
    const struct message *message; /* of a message */
    struct fault fault;            /* of RESET and CLOSE; else filled by the action that fails */
    char reason[96];               /* why it ends, for DOWN; empty: what the fault says */
};

/* One connection. It lives from the dial or the accept until the owner may close it. */
struct channel {
    struct session *session;
    struct channel *next; /* in session->closing */
    uint64_t stream;
    enum fsm_state state;
    bool incoming;
    bool peer_spoke_first; /* went through FSM_WAIT */
    bool let_go;           /* the owner knows already that it is to be closed */
    bool dry;              /* the owner has nothing to say until session_wake() */
    bool hold_grace;       /* the hold time was prolonged once, as we were late ourselves */
    bool agreed;           /* `terms` hold */
    bool operational;
    uint32_t receive_most;
    struct ip local, peer;

    struct buffer inbox;    /* the beginning of a message, when it is not whole yet */
    struct buffer urgent;   /* our own messages; urgent_sent octets of it are written */
    struct buffer wire;     /* what was pulled from the owner; */
    size_t urgent_sent;     /* */
    size_t wire_sent;       /* ... so much of it is written, */
    size_t wire_boundary;   /* ... and here ends the message that is being written */
    bool keepalive_waits;   /* in `urgent` */
    uint64_t state_at;      /* deadlines; UINT64_MAX: none */
    uint64_t keepalive_at;  /* */
    uint64_t send_hold_at;  /* */
    struct buffer our_open; /* as sent and received, for session_open() and for who hears of it late */
    struct buffer peer_open;
    struct open ours, peers; /* views of them */
    struct terms terms;
};

struct row_count {
    const char *row;
    uint64_t count;
    uint64_t held;    /* not told yet */
    uint64_t told_at; /* as a finding; 0: never */
};

struct session {
    const struct session_settings *settings; /* borrowed */
    struct session_ears ears;
    uint64_t random;
    bool running;  /* between start and stop */
    bool finished; /* attempts are used up */
    bool paused;   /* the owner does not read: the hold timer rests */
    bool tell_updates, tell_others;
    struct channel *out, *in; /* owned: alive, the one that we opened and the one that the peer opened */
    struct channel *told;     /* out or in: the one whose life the events tell */
    struct channel *closing;  /* owned: list */
    unsigned closing_count;
    uint64_t retry_at;    /* of the next dial; UINT64_MAX: never */
    uint32_t retry_delay; /* seconds before the next but one */
    uint32_t flap_delay;  /* ... the same for sessions that came up and did not last */
    uint32_t dials;
    struct session_counters counters;
    struct row_count *rows; /* owned */
    unsigned row_count, row_room;
    uint64_t findings_at; /* when what is held is to be told; UINT64_MAX: nothing is */
};

/* fsm.c: the table. The channel may be gone afterwards; its state is returned. */
enum fsm_state fsm_feed(struct channel *c, enum fsm_event event, struct fsm_input *in);

/* collision.c: RFC 4271 6.8. False: the channel has lost against the other one, `in->fault` says so. The other one may
 * be closed. */
bool collision_resolve(struct channel *c, struct fsm_input *in);
void collision_won(struct channel *c, uint64_t now); /* it gets Established: no other may live */
bool collision_accept(struct session *s, uint64_t now);

/* channel.c: octets of one connection. */
struct channel *channel_new(struct session *s, uint64_t stream, bool incoming);
void channel_free(struct channel *c);
void channel_read(struct channel *c, struct cursor octets, uint64_t now);
void channel_queued(struct channel *c, size_t start, uint64_t now); /* `urgent` has a new message from there on */
void channel_notify(struct channel *c, const struct fault *fault, uint64_t now);
bool channel_waits(const struct channel *c); /* something is to be written */
struct cursor channel_output(struct channel *c, uint64_t now);
void channel_sent(struct channel *c, size_t len, uint64_t now);
struct channel *channel_of(const struct session *s, uint64_t stream);

/* timer.c: deadlines. */
uint64_t timer_after(uint64_t now, uint64_t seconds);
uint64_t timer_jittered(struct session *s, uint64_t now, uint64_t seconds); /* 3/4 of it and more */
uint64_t timer_first(const struct channel *c);
void timer_set_hold(struct channel *c, uint64_t now);      /* the negotiated hold time starts again */
void timer_set_keepalive(struct channel *c, uint64_t now); /* the next KEEPALIVE */
void timer_set_send_hold(struct channel *c, uint64_t now); /* as long as something waits */
void timer_run(struct channel *c, uint64_t now);           /* the channel may be gone afterwards */
uint32_t timer_next_delay(uint32_t seconds);               /* 0, 1, 2, 3, 4, 5, 7, 9, ... 60 */

/* session.c */
void session_drop_channel(struct channel *c, bool closing); /* out of out and in; closing: into that list */
/* A connection ended: another one is told of, or the next is tried. */
void session_settle(struct session *s, bool was_established, uint64_t now);

/* tell.c: events; those of a channel that is not the one told of are not heard. */
void tell(struct channel *c, struct session_event event);
void tell_session(struct session *s, struct session_event event);
void tell_state(struct channel *c, enum session_state state);
void tell_waiting(struct session *s); /* a new attempt: what ExaBGP's machine shows then */
void tell_open(struct channel *c, bool sent);
void tell_story(struct channel *c); /* makes it the one told of: all that happened to it so far */
void tell_end(struct channel *c, const struct fsm_input *in);

/* tally.c: counters. */
void tally_row(struct session *s, const char *row);
/* Counts event.row, and tells of it unless that was done in the last second: then later, all in one. */
void tally_finding(struct channel *c, struct session_event event, uint64_t now);
void tally_tell_held(struct session *s, uint64_t now);
void tally_message(struct session *s, bool sent, uint8_t type);

#endif
