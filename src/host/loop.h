/* What the files of this room share: the host itself, and how a turn of the loop goes.
 *
 * A turn: libuv waits and calls what is ready (reads, accepts, timers, signals), each of which tells the caller; then
 * loop_turn() tells what has ended, calls `turn`, and writes all output asked for. It runs after the waiting and,
 * because timers come between, once more before it. What is left then (a writer that had its share) keeps `idle`
 * active: the next wait does not wait. */
#ifndef HOST_LOOP_H
#define HOST_LOOP_H

#include <uv.h>

#include "host/host.h"
#include "host/ids.h"
#include "host/list.h"

enum {
    HOST_INPUT = 1 << 16, /* octets of the read buffer that all share: what one stream reads in a turn */
    HOST_SHARE = 1 << 18, /* octets that one stream writes in a turn before others have theirs */
    HOST_PIECES = 64,     /* pieces of output asked for at once */
    HOST_SIGNALS = 7,     /* those that are told, and SIGCHLD */
    HOST_MICROSECOND = 1000,
};

struct host {
    const struct host_events *events; /* borrowed */
    void *context;
    uv_loop_t loop;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    uv_timer_t timer, rest;
    uv_signal_t signals[HOST_SIGNALS];
    uint64_t deadline; /* that the timer is set to, 0: none */
    struct ids connections, listeners, helpers;
    struct link outputs;          /* of struct stream: those with something to write that nothing blocks */
    struct link ended;            /* of struct ending: what the caller is yet to be told */
    struct link stops;            /* of struct helper: SIGTERM when the output is written */
    uint64_t trouble_at;          /* milliseconds; when trouble with signatures may be told again */
    uint64_t crowd_told;          /* when the log was told last that nothing is left to take a connection with */
    unsigned turned_away;         /* connections since then */
    struct connection *accepting; /* in the event `accepted`, until host_accept() */
    struct pipes *pipes;          /* owned, NULL: none */
    bool pipes_output;            /* they have something to write */
    uint32_t closing;             /* connections that are being closed and are not yet */
    bool stops_when_closed;
    bool busy;      /* something was told since `turn` was called last */
    int spare;      /* a descriptor to give up when there are no others (listener.c) */
    uint8_t *input; /* owned, HOST_INPUT octets */
    char error[240];
};

/* The end of a connection or helper, told in loop_turn() and not where it happens. */
struct ending {
    struct link link;
    void (*tell)(struct ending *e);
};

void loop_ended(struct host *h, struct ending *e);

/* Starts a timer that is never early: libuv counts from when it last looked at the clock, and cuts milliseconds. */
void loop_after(uv_timer_t *timer, uv_timer_cb call, uint64_t us);

/* Sets host_error(); always false. The last one adds what the system says of `error`. */
bool host_fail(struct host *h, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool host_fail_system(struct host *h, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
void host_warn(struct host *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What an errno means to a user: "connection refused". */
const char *reason_of(int error);

bool signals_open(struct host *h);
void signals_close(struct host *h);

void helpers_reap(struct host *h); /* on SIGCHLD */
void helpers_stop(struct host *h); /* sends the SIGTERMs of h->stops */
void pipes_turn(struct host *h);   /* writes what was asked for */
void connections_free(struct host *h);
void listeners_free(struct host *h);
void helpers_free(struct host *h);

#endif
