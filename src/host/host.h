/* The operating system, for a program that does no I/O itself: one loop, TCP and local connections, helper programs,
 * one deadline, signals. It knows octets, addresses and processes; nothing of BGP.
 *
 * - Connections, listeners and helpers are named by numbers that the caller chooses, each kind for itself; 0 is none.
 *   A number is free again once `closed` or `helper_ended` was called with it (a listener's: after host_unlisten()).
 * - Events are called from host_run() alone, never from inside another function of this file: whatever an event does,
 *   it does not find itself called again. All functions may be called from events, and before host_run().
 * - Output is pulled: host_output() says that there is something, and when the descriptor takes it the host asks for
 *   the pieces, writes them at once and says how many octets went out. Nothing is copied or queued here.
 * - Nothing polls: without work the process sleeps.
 *
 * A host and all it holds belong to one thread; a process may have several. SIGPIPE and SIGXFSZ are ignored in the
 * whole process. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <sys/types.h>
#include <sys/uio.h>

#include "base/ip.h"

struct host;

/* Both ends of a connection. All zero for a client on a local socket, but for `uid`: who it is. */
struct host_ends {
    struct ip local, peer;
    uint16_t local_port, peer_port;
    uid_t uid;
};

/* What happens, told to the caller. Views are borrowed: dead when the event returns. A caller that never makes
 * helpers (listeners, ...) may leave their events NULL; `turn` and `warning` too. */
struct host_events {
    /* --- connections --- */
    void (*connected)(void *context, uint64_t id, const struct host_ends *ends);
    /* Somebody comes in. host_accept() within this event gives the connection its number; else it is closed. */
    void (*accepted)(void *context, uint64_t listener, const struct host_ends *ends);
    void (*received)(void *context, uint64_t id, const uint8_t *octets, size_t len);
    /* A local client has said all it will (shut down its side) and may wait for answers: host_finish() when they are
     * written. NULL: such a connection is closed. TCP connections close at the end of input, without this event. */
    void (*finished)(void *context, uint64_t id);
    /* Up to `max` pieces that are to be written next; 0: nothing for now. They must stay until `sent`, which comes
     * before any other event. */
    int (*output)(void *context, uint64_t id, struct iovec *pieces, int max);
    void (*sent)(void *context, uint64_t id, size_t len);
    /* Once for each connection, however it ended: "connection refused", "closed by the remote end", "closed". */
    void (*closed)(void *context, uint64_t id, const char *reason);

    /* --- helpers --- */
    void (*helper_said)(void *context, uint64_t id, const uint8_t *octets, size_t len); /* its standard output */
    int (*helper_output)(void *context, uint64_t id, struct iovec *pieces, int max);    /* its standard input */
    void (*helper_sent)(void *context, uint64_t id, size_t len);
    /* A line of standard error, without its end; lines of more than 4 KiB come in parts. */
    void (*helper_error)(void *context, uint64_t id, const char *line, size_t len);
    void (*helper_deaf)(void *context, uint64_t id); /* it closed its input: helper_output is not called again */
    void (*helper_mute)(void *context, uint64_t id); /* it closed its output and lives on */
    /* Once, when it has exited and its output was read to the end; what grandchildren that keep the pipe open say
     * later than a second after that is lost. `signal` is 0 when it ended by itself, with `status`. */
    void (*helper_ended)(void *context, uint64_t id, int status, int signal);

    /* --- the process --- */
    void (*timer)(void *context, uint64_t now);
    void (*signal)(void *context, int number); /* TERM HUP INT USR1 USR2 ALRM */
    /* All that was ready has been told: time to do what was gathered. Output asked for here is written right after. */
    void (*turn)(void *context, uint64_t now);
    void (*warning)(void *context, const char *text); /* something of the system is wrong, and we go on */
};

/* `events` is borrowed as long as the host lives. NULL when the system has no descriptors left. */
struct host *host_new(const struct host_events *events, void *context);
void host_run(struct host *h);  /* until host_stop() */
void host_stop(struct host *h); /* host_run() returns at the end of this turn, its output written */
/* The same, once all connections are closed that host_close() or host_finish() was called for: each within its limit.
 */
void host_stop_gently(struct host *h);
/* Closes what is left without any event; helpers still alive are killed. */
void host_free(struct host *h);

/* Why the last function that gave false did: borrowed, until the next call that fails. */
const char *host_error(const struct host *h);

uint64_t host_now(const struct host *h); /* microseconds, only ever growing; never 0 */
/* Calls `timer` when host_now() has reached the deadline, within a millisecond or so; 0 or UINT64_MAX: no
 * more. It fires once. */
void host_timer(struct host *h, uint64_t deadline);

/* --- connections ---
 *
 * A secret signs every segment: TCP MD5 (RFC 2385), or TCP-AO (RFC 5925) when an algorithm is named. */
struct host_secret {
    struct text key;          /* at most 80 octets, empty: no secret; borrowed */
    const char *ao_algorithm; /* "hmac-sha-1-96", "aes-128-cmac-96", "hmac-sha-256"; NULL: TCP MD5 */
    uint8_t ao_send, ao_receive;
};

struct host_connect {
    struct ip peer, local; /* local.len 0: what the system picks */
    uint16_t port;
    uint8_t ttl;           /* of what we send, 0: the system's */
    uint8_t min_ttl;       /* drop what comes with less, 0: do not look */
    const char *interface; /* the only one to use, NULL: any */
    struct host_secret secret;
};

/* Ends in `connected` or `closed`. False: it could not even be tried (no such interface, local address, ...). */
bool host_connect(struct host *h, uint64_t id, const struct host_connect *how);

/* Before host_accept(), for the same connection: its TTL and least TTL, whatever the listener has; 0 as in struct
 * host_connect. */
bool host_accepted_ttl(struct host *h, uint8_t ttl, uint8_t min_ttl);

/* Takes the connection that `accepted` is about; from then on all functions know it. False outside of that event, the
 * second time in it, or when the number is in use. */
bool host_accept(struct host *h, uint64_t id);

/* There is something to send. Cheap, and may be called for each thing: output is asked for at the end of the turn. */
void host_output(struct host *h, uint64_t id);

/* Stops and starts reading: the way to slow the other end down. */
void host_pause(struct host *h, uint64_t id, bool paused);

/* Three ways to end a connection; `closed` follows each. Nothing is received any more.
 * host_close() asks for no more output; what the system has taken still reaches the peer, which needs it to see why:
 * the connection goes without a reset, when the peer closes its end or after a second.
 * host_finish() writes first what `output` gives, until it gives nothing; `limit` microseconds for all of it.
 * host_abort() drops everything and resets. */
void host_close(struct host *h, uint64_t id);
void host_finish(struct host *h, uint64_t id, uint64_t limit);
void host_abort(struct host *h, uint64_t id);

/* --- listeners --- */
struct host_peer_secret {
    struct prefix peer; /* whom it is for; ranges need Linux 4.13 */
    struct host_secret secret;
};

struct host_listen {
    struct ip ip;  /* 0.0.0.0 and :: are any, each of its own family */
    uint16_t port; /* 0: what the system picks, see host_listener_port() */
    uint8_t ttl, min_ttl;
    const char *interface;
    const struct host_peer_secret *secrets; /* borrowed for the call */
    size_t secret_count;
};

bool host_listen(struct host *h, uint64_t id, const struct host_listen *how);
/* A socket for local clients. One that nobody listens on any more is replaced; `mode` is what chmod takes. */
bool host_listen_unix(struct host *h, uint64_t id, const char *path, mode_t mode);
uint16_t host_listener_port(const struct host *h, uint64_t id);
/* Adds or replaces a secret while listening; an empty key removes it. Connections that exist keep theirs. */
bool host_listener_secret(struct host *h, uint64_t id, const struct host_peer_secret *secret);
void host_unlisten(struct host *h, uint64_t id); /* what it accepted lives on; a local socket's file is removed */

/* --- named pipes ---
 *
 * One pair of them, both made by somebody else, as a connection under a number of its own: `received`, `output` and
 * `sent` are called with it. A client is whoever writes and reads at the moment; there is no end of it that one could
 * be told of. Output that nobody comes to read is asked for and dropped, after ten seconds or when the next command
 * comes.
 */
bool host_open_pipes(struct host *h, uint64_t id, const char *in, const char *out);
void host_pipes_output(struct host *h);
void host_pipes_pause(struct host *h, bool paused);
void host_close_pipes(struct host *h);

/* --- helper programs ---
 *
 * A helper has a process group of its own, pipes as standard input and output, no other descriptor, default signals
 * and the environment of this process with TERM=dumb and the changes. */
struct host_program {
    const char *const *argv;        /* NULL at the end; without a slash the PATH is searched */
    const char *const *environment; /* "NAME=value" sets, "NAME" removes; NULL at the end, or NULL */
    const char *folder;             /* to run in, NULL: / */
    const char *user, *group;       /* to become (names), NULL: stay */
    uint32_t descriptors;           /* soft limit of open files, 0: as we have */
    bool catch_errors;              /* standard error gives helper_error; else it shares ours */
};

bool host_start(struct host *h, uint64_t id, const struct host_program *program);
pid_t host_helper_pid(const struct host *h, uint64_t id); /* 0: no such helper */
void host_helper_output(struct host *h, uint64_t id);
void host_helper_pause(struct host *h, uint64_t id, bool paused);
void host_helper_close(struct host *h, uint64_t id); /* its standard input ends, at once */
/* SIGTERM to its process group once the output of this turn is written; SIGKILL if it lives `grace` microseconds on. */
void host_stop_helper(struct host *h, uint64_t id, uint64_t grace);

#endif
