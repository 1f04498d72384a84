/* One session, and the test at the other end of its connections: octets in, octets and events out, by hand. */
#ifndef TEST_LONE_H
#define TEST_LONE_H

#include "session/session.h"

enum { LONE_STREAMS = 64 };

struct lone_stream {
    struct buffer out; /* all octets that the session wrote on it */
    bool closed;       /* hung up */
    bool finishing;    /* hung up after its output */
    bool stuck;        /* the other end does not read */
};

struct lone {
    struct session_settings settings; /* ours: AS 65001, 1.1.1.1, IPv4 unicast, hold time 90 */
    struct offer peer;                /* what the other end offers: AS 65002, 2.2.2.2, hold time 90 */
    struct session *session;
    uint64_t now;
    struct lone_stream streams[LONE_STREAMS]; /* by name; 0 is none */
    uint64_t last;                            /* name of the newest stream */
    unsigned dials;
    bool no_dial;         /* dials are impossible */
    struct buffer events; /* a line each */
    struct buffer says;   /* whole messages that the owner has to say */
    unsigned pulls;
};

void lone_init(struct lone *l); /* settings may be changed after this and before lone_start() */
void lone_release(struct lone *l);
void lone_start(struct lone *l);

uint64_t lone_connect(struct lone *l); /* the dial that is under way succeeds; its stream */
uint64_t lone_accept(struct lone *l);  /* the peer connects; 0: refused */
void lone_give(struct lone *l, uint64_t stream, struct cursor octets);
void lone_give_hex(struct lone *l, uint64_t stream, const char *hex);
void lone_give_open(struct lone *l, uint64_t stream);
void lone_give_keepalive(struct lone *l, uint64_t stream);
void lone_close(struct lone *l, uint64_t stream, const char *why);

/* Lets the session write what it has, on all streams that are not stuck. Called by all of the above and below. */
void lone_drain(struct lone *l);
/* Time passes until then, with each deadline met when it is due. */
void lone_pass(struct lone *l, uint64_t microseconds);
void lone_pass_seconds(struct lone *l, uint64_t seconds);

/* Up to a state, on a connection that the session dialed. The stream. */
uint64_t lone_to_opensent(struct lone *l);
uint64_t lone_to_openconfirm(struct lone *l);
uint64_t lone_to_established(struct lone *l);

/* The events since last asked, "connected,CONNECT,sent open,OPENSENT"; borrowed until the next call of lone_. */
const char *lone_events(struct lone *l);
/* The messages written on a stream since last asked: "OPEN,KEEPALIVE,NOTIFICATION 6/2 0461626364"; borrowed, too. */
const char *lone_written(struct lone *l, uint64_t stream);
uint64_t lone_row(const struct lone *l, const char *row); /* how often it was met */

#endif
