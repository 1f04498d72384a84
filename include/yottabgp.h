/* The public C interface of YottaBGP: one engine is one value, does no I/O and has no global state.
 *
 * Whoever holds it gives it octets and time, and answers its wishes through struct yottabgp_host. Text and JSON are the
 * interface to everything else: configuration in, commands in, events out (doc/api.md). */
#ifndef YOTTABGP_H
#define YOTTABGP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct yottabgp;

struct yottabgp_address {
    uint8_t len; /* 4 or 16; 0: none */
    uint8_t octets[16];
    uint16_t port;
};

/* What signs the segments of a connection: TCP MD5, or TCP-AO when an algorithm is named. */
struct yottabgp_secret {
    const char *key; /* NULL: no secret */
    size_t key_len;
    const char *ao_algorithm; /* NULL: TCP MD5 */
    uint8_t ao_id;
    struct yottabgp_address peer; /* on a listener: whom it is for, with ... */
    uint8_t bits;                 /* ... so many leading bits that count */
};

struct yottabgp_connect {
    struct yottabgp_address peer, local; /* local.len 0: what the system picks */
    uint8_t ttl, min_ttl;                /* 0: not set */
    const char *interface;               /* NULL: any */
    struct yottabgp_secret secret;
};

struct yottabgp_listen {
    struct yottabgp_address local;
    uint8_t ttl, min_ttl;
    const struct yottabgp_secret *secrets;
    size_t secret_count;
};

struct yottabgp_program {
    const char *const *argv;           /* NULL at its end */
    const char *name;                  /* of the process section */
    const char *const *environment;    /* NAME=VALUE each, beside our own; NULL at its end, or NULL */
    const char *user, *group, *folder; /* NULL: as we are; of the folder: / */
    uint32_t open_files;               /* soft limit of its descriptors, 0: the usual */
    bool catch_errors; /* lines of its standard error go to yottabgp_helper_error(); else it shares ours */
};

enum yottabgp_level {
    YOTTABGP_DEBUG,
    YOTTABGP_INFO,
    YOTTABGP_WARNING,
    YOTTABGP_ERROR,
    YOTTABGP_CRITICAL,
};

/* Where the program stands. RUNNING ends RELOADING, and comes again when there is news for people. */
enum yottabgp_stage { YOTTABGP_RUNNING, YOTTABGP_RELOADING, YOTTABGP_STOPPING };

/* What an engine wants of the world. Views are dead when the call returns; none of these may call back into the engine.
 * Streams (BGP connections, local clients), listeners and helpers are named by numbers. */
struct yottabgp_host {
    void *context;
    /* False: it could not even be tried; `error` says why. */
    bool (*dial)(void *context, uint64_t stream, const struct yottabgp_connect *how, char *error, size_t error_size);
    bool (*listen)(void *context, uint64_t listener, const struct yottabgp_listen *how, char *error, size_t error_size);
    void (*unlisten)(void *context, uint64_t listener);
    void (*output)(void *context, uint64_t stream); /* yottabgp_output() has something */
    void (*pause)(void *context, uint64_t stream, bool paused);
    void (*hang_up)(void *context, uint64_t stream, bool after_output);

    bool (*start)(void *context, uint64_t helper, const struct yottabgp_program *program, char *error,
                  size_t error_size);
    void (*stop)(void *context, uint64_t helper);
    void (*helper_output)(void *context, uint64_t helper);
    void (*helper_pause)(void *context, uint64_t helper, bool paused);
    int (*helper_pid)(void *context, uint64_t helper); /* 0: it has ended. NULL: not known */

    void (*log)(void *context, enum yottabgp_level level, const char *source, const char *text, size_t len);
    /* With a line for people: "2 of 3 neighbors up". NULL: nobody wants to know. */
    void (*stage)(void *context, enum yottabgp_stage stage, const char *status);
    void (*end)(void *context,
                int status); /* the program is to end: after output, helpers stopped by yottabgp_free() */
};

/* Settings come from `variables` (as environ: exabgp_tcp_port, yottabgp.api.ack, ...) and the file (NULL: the default
 * place). `seed`: random; hashes and timers depend on it and nothing else. NULL: a setting is wrong; `error` says
 * which. */
struct yottabgp *yottabgp_new(char *const *variables, const char *env_file, const struct yottabgp_host *host,
                              uint64_t seed, char *error, size_t error_size);
/* Time of day less the clock of `now`, in microseconds: events and log show it. */
void yottabgp_clock(struct yottabgp *y, int64_t wall_minus_now);
void yottabgp_free(struct yottabgp *y);

/* Settings that the program that runs it needs. */
struct yottabgp_settings {
    const char *log_destination, *user, *pid_file;
    bool log_short, log_json, daemonize, drop, cli;
    unsigned umask, clients_most; /* of the command line, at one time */
};
/* Does the log want a line of this source ("network", "processes")? Settings and the command `log level` say it; what
 * reaches yottabgp_host.log is wanted. */
bool yottabgp_log_wants(const struct yottabgp *y, enum yottabgp_level level, const char *source);
struct yottabgp_settings yottabgp_settings(const struct yottabgp *y); /* strings live as long as the engine */

/* One setting by name ("api.socketname"), as text, without an engine. False: it is not set, or no setting, or does not
 * fit into `size` octets with a zero at the end. */
bool yottabgp_setting(char *const *variables, const char *env_file, const char *name, char *out, size_t size);

/* Reads the configuration and, when it is good, opens the listeners. False: the log has said what is wrong. */
bool yottabgp_load(struct yottabgp *y, const char *const *files, size_t count, uint64_t now);
void yottabgp_start(struct yottabgp *y, uint64_t now); /* starts helpers and sessions */

enum yottabgp_action { YOTTABGP_RELOAD, YOTTABGP_RELOAD_HELPERS, YOTTABGP_RESTART, YOTTABGP_SHUTDOWN };
void yottabgp_act(struct yottabgp *y, enum yottabgp_action action, int signal, uint64_t now);

/* ---- The host's side: what happened. `now` is in microseconds and never goes back. ---- */
void yottabgp_dialed(struct yottabgp *y, uint64_t stream, const struct yottabgp_address *local,
                     const struct yottabgp_address *peer, uint64_t now);
/* Somebody connected to a listener: the name of the stream, or 0: close it. */
uint64_t yottabgp_accepted(struct yottabgp *y, uint64_t listener, const struct yottabgp_address *local,
                           const struct yottabgp_address *peer, uint64_t now);
/* TTL security of such a stream, by its neighbor's `incoming-ttl`: set before its first octet is read. 0: the system's
 * TTL, no least one; also where the listener, which several neighbors may share, has another. */
void yottabgp_accepted_ttl(const struct yottabgp *y, uint64_t stream, uint8_t *ttl, uint8_t *min_ttl);
/* A local client says no more, and may wait for answers: it is hung up when it has them all. */
void yottabgp_finished(struct yottabgp *y, uint64_t stream);
uint64_t yottabgp_client(struct yottabgp *y); /* a local client connected: the name of its stream */
bool yottabgp_is_client(uint64_t stream);
void yottabgp_received(struct yottabgp *y, uint64_t stream, const uint8_t *octets, size_t len, uint64_t now);
size_t yottabgp_output(struct yottabgp *y, uint64_t stream, const uint8_t **octets,
                       uint64_t now); /* stays until sent */
void yottabgp_sent(struct yottabgp *y, uint64_t stream, size_t len, uint64_t now);
void yottabgp_closed(struct yottabgp *y, uint64_t stream, const char *reason, uint64_t now);

void yottabgp_helper_said(struct yottabgp *y, uint64_t helper, const uint8_t *octets, size_t len, uint64_t now);
void yottabgp_helper_error(struct yottabgp *y, uint64_t helper, const char *line, size_t len);
size_t yottabgp_helper_output(struct yottabgp *y, uint64_t helper, const uint8_t **octets);
void yottabgp_helper_deaf(struct yottabgp *y, uint64_t helper, uint64_t now); /* it closed its standard input */
void yottabgp_helper_mute(struct yottabgp *y, uint64_t helper, uint64_t now); /* ... output, and lives on */
void yottabgp_helper_sent(struct yottabgp *y, uint64_t helper, size_t len);
void yottabgp_helper_ended(struct yottabgp *y, uint64_t helper, int status, int signal, uint64_t now);

uint64_t yottabgp_deadline(const struct yottabgp *y); /* UINT64_MAX: none */
void yottabgp_timer(struct yottabgp *y, uint64_t now);
void yottabgp_turn(struct yottabgp *y, uint64_t now); /* all that was ready has been told */

/* ---- Without an engine: one question, one answer. `print` gets whole lines. The results are exit statuses. ---- */
struct yottabgp_print {
    void *context;
    void (*out)(void *context, const char *text, size_t len);
    void (*error)(void *context, const char *text, size_t len);
};

struct yottabgp_decode {
    int form;                  /* 4, 5, 6 (doc/api.md) */
    const char *families;      /* "ipv4 unicast ipv6 unicast", NULL: all; with nlri: ipv4 unicast */
    const char *configuration; /* NULL: AS 65533 on both sides */
    bool nlri, path_information, command, generic, compact;
    /* Of captures alone: only what was heard from this address (NULL: from all), and who is told of the time of what
     * comes next (microseconds of the day; NULL: nobody). */
    const char *peer;
    void (*at)(void *context, uint64_t time);
    void *at_context;
};
int yottabgp_decode(const struct yottabgp_decode *how, const char *payload, size_t len, uint64_t counter,
                    const struct yottabgp_print *print);

/* Recorded sessions and tables: MRT, BMP, pcap or pcapng, plain BGP messages. Octets come in pieces of any size, each
 * message or route becomes a line (or commands: `how->command`); of `how`, the configuration and families are not
 * used. `name` of the input stands in messages about what is wrong with it.
 *     for (;;) { room = yottabgp_capture_room(c, &size); read into it; if (!yottabgp_capture_took(c, len)) break; } */
enum yottabgp_capture_kind {
    YOTTABGP_CAPTURE_ANY, /* found out from the first octets */
    YOTTABGP_CAPTURE_MRT,
    YOTTABGP_CAPTURE_BMP,
    YOTTABGP_CAPTURE_PCAP,
    YOTTABGP_CAPTURE_BGP,
};
struct yottabgp_capture;
struct yottabgp_capture *yottabgp_capture_new(const struct yottabgp_decode *how, enum yottabgp_capture_kind kind,
                                              const char *name, const struct yottabgp_print *print);
uint8_t *yottabgp_capture_room(struct yottabgp_capture *c, size_t *size);
bool yottabgp_capture_took(struct yottabgp_capture *c, size_t len); /* false: nothing more can be read of it */
int yottabgp_capture_end(struct yottabgp_capture *c);               /* frees it: 1 when anything was wrong, else 0 */

struct yottabgp_encode {
    const char *families;      /* NULL: ipv4 unicast */
    const char *configuration; /* every route of it, in place of one on the command line */
    uint32_t local_as, peer_as;
    bool path_information, nlri_only, no_header;
};
int yottabgp_encode(const struct yottabgp_encode *how, const char *route, const struct yottabgp_print *print);

struct yottabgp_validate {
    bool neighbors, routes, verbose;
};
int yottabgp_validate(const struct yottabgp_validate *how, const char *file, const struct yottabgp_print *print);

/* Configurations. A file that is not good: its errors as yottabgp_validate() tells them, and 1. `indent` of JSON:
 * blanks a level, 0: lines without any, -1: all in one line. */
int yottabgp_configuration_export(const char *file, int indent, const struct yottabgp_print *print); /* as JSON */
int yottabgp_configuration_show(const char *file,
                                const struct yottabgp_print *print); /* all values, as configuration */
/* What a reload from one to the other would change, in lines (doc/configuration.md); nothing when they say the same. */
int yottabgp_configuration_diff(const char *before, const char *after, const struct yottabgp_print *print);
/* The grammar as JSON Schema: of a section ("neighbor", "capability", ...), NULL: all. 1: there is no such section. */
int yottabgp_configuration_schema(const char *section, int indent, const struct yottabgp_print *print);

int yottabgp_environment(char *const *variables, const char *env_file, bool changed_only, bool as_variables,
                         const struct yottabgp_print *print);

/* The words that it knows, a line each; tabs between what a line tells. What there is: "commands" (words of API version
 * 6, of version 4, "selects" when neighbors may be named before, options, what may stand behind, what it does; "-" for
 * nothing), "families", "routes"
 * (keywords of a route: its family or "*", the keyword), "settings" (of the environment: name, what it is, default),
 * "configuration" (of the file: path of sections and keyword, what it is). Anything else: status 1, with an error that
 * lists them. */
int yottabgp_words(const char *what, const struct yottabgp_print *print);

const char *yottabgp_version(void); /* "0.1.0" */

#ifdef __cplusplus
}
#endif

#endif
