/* The programming API: helpers (and command line clients) write commands and read answers and events.
 *
 * A client is a stream of lines in and a bounded outbox. The engine never waits for a client: an outbox that is full
 * makes the peers that feed it pause (policy `pause`), drops the oldest events with a counted gap (`drop-oldest`), or
 * stops the client
 * (`stop`). Answers are never dropped, and come in the order of the commands. */
#ifndef API_API_H
#define API_API_H

#include "bgp/style.h"
#include "engine/engine.h"
#include "engine/on_exit.h"

struct api;

enum outbox_policy { OUTBOX_PAUSE, OUTBOX_DROP_OLDEST, OUTBOX_STOP };

struct api_helper { /* a helper program, running or not: borrowed */
    struct text name;
    uint64_t client; /* 0: it does not run */
    int pid;         /* 0: not known */
    uint32_t starts; /* since the engine began */
    bool stays_down; /* it is not started again by itself */
    uint32_t due;    /* seconds until it is started */
};

enum api_request { /* what a command asks of the whole program: done after the answer is on its way */
                   API_SHUTDOWN,
                   API_RELOAD,
                   API_RESTART,
};

enum api_level { API_LEVEL_SET, API_LEVEL_NO_SUBJECT, API_LEVEL_NO_LEVEL };

struct api_world { /* none of these may call back into the API */
    void *context;
    void (*output)(void *context, uint64_t client);             /* something waits for the client */
    void (*pause_client)(void *context, uint64_t client, bool); /* stop and go on reading its commands */
    void (*pause_stream)(void *context, uint64_t stream, bool); /* stop and go on reading a BGP connection */
    void (*stop_client)(void *context, uint64_t client,
                        const char *why); /* policy `stop`, or a line that is too long */
    void (*request)(void *context, enum api_request request, uint64_t client);
    /* What a reload would change, as lines or as one line of JSON; false: what is wrong with the configuration, a line
     * each ("FILE:LINE:COLUMN: ..."). Nothing is changed. NULL: nobody knows. */
    bool (*preview)(void *context, bool json, struct buffer *out);
    void (*log)(void *context, const char *client, struct text line); /* `debug text`, comments, refused commands */
    /* Another level for what is logged of a neighbor, else of a subject (empty: whatever has none of its own). When it
     * is refused, what was wanted. NULL: there are no levels, as below. */
    enum api_level (*log_level)(void *context, const struct peer *peer, struct text subject, struct text level,
                                char wanted[240]);
    void (*log_levels)(void *context, bool json, struct buffer *out); /* all of them, whole lines */
    bool (*log_wants_sent)(void *context, const struct peer *peer);   /* messages sent to it are told the log */
    /* The helper at a place, from 0; false: there are no more. NULL: nobody knows. */
    bool (*helper)(void *context, size_t place, struct api_helper *out);
    void (*finish_client)(void *context, uint64_t client); /* all is said, after api_finished(): it may go */
    /* A neighbor printed back as configuration: `show neighbor configuration`. NULL: nobody can. */
    void (*neighbor_configuration)(void *context, const struct neighbor *neighbor, struct buffer *out);
};

struct api_settings {
    enum form form; /* of JSON, for all clients (exabgp_api_version) */
    bool compact, ack;
    bool routes_v2;     /* form of `show adj-rib ... json` in form 5: api.show-routes-format=v2 */
    bool generic;       /* attributes in hexadecimal where possible: `decode -g` */
    size_t outbox_most; /* octets an outbox may hold; 0: 16 MiB */
    enum outbox_policy policy;
    struct text version; /* of this program: `status` shows it */
    struct text exabgp;  /* the ExaBGP that `version` answers, for helpers compare it; empty: that of the form */
    struct text host_name;
    uint32_t pid, ppid;
};

struct api_client_settings {
    struct text name;   /* of the process section; what `api { processes [ ] }` names */
    bool json;          /* encoder */
    bool all_neighbors; /* a command line client: may act on every neighbor, hears no events */
    bool ack_always;    /* whatever api.ack says */
    bool policy_set;    /* else it is that of the API's settings */
    enum outbox_policy policy;
    size_t outbox_most; /* octets its outbox may hold; 0: what the API's settings say */
    bool reasons;       /* a line with the reason before `error` in every form; else in form 6 only */
    bool snapshot;      /* it is told first what there is: neighbors and what they announced */
    uint32_t start;     /* how often it was started, for the snapshot */
    struct on_exit on_exit;
};

struct api *api_new(struct engine *engine, const struct api_settings *settings, const struct api_world *world);
void api_free(struct api *api);
struct engine_listener api_listener(struct api *api);    /* for engine_new(): see api_attach() */
void api_attach(struct api *api, struct engine *engine); /* the engine that it works on */

/* Events carry the time of day: `now` of the engine plus this (microseconds). Set it at the start and now and then. */
void api_clock(struct api *api, int64_t wall_minus_now);

/* Octets: what `show memory` adds up, but for what a table keeps for routes to come. */
size_t api_memory(const struct api *api);
void api_forget(struct api *api); /* what it could read again: the words that it knows */
/* `budget` is for `show memory`, 0: none. `full`: announcements are refused from now on, and routes of peers that are
 * new are not kept; what is held stays, and withdraws go through. */
void api_budget(struct api *api, size_t budget, bool full);

void api_add(struct api *api, uint64_t client, const struct api_client_settings *settings);
void api_remove(struct api *api, uint64_t client, uint64_t now); /* it has ended: see struct on_exit */

void api_said(struct api *api, uint64_t client, const uint8_t *octets, size_t len, uint64_t now);
void api_on_exit(struct api *api, uint64_t client, struct on_exit e); /* another than it was added with */
void api_deaf(struct api *api, uint64_t client);            /* it reads no more: what it would be told is forgotten */
void api_finished(struct api *api, uint64_t client);        /* it says no more, and may wait for answers */
struct cursor api_output(struct api *api, uint64_t client); /* a view that stays until api_sent() */
void api_sent(struct api *api, uint64_t client, size_t len);
/* All that was ready has been told: clients in sync mode get the answers that waited for sockets. */
void api_turn(struct api *api, uint64_t now);
uint64_t api_now(const struct api *api);      /* of the last call that had a time */
uint64_t api_deadline(const struct api *api); /* when api_timer() has something to do; UINT64_MAX: never */
void api_timer(struct api *api, uint64_t now);

/* Which clients hear which peers changed (a configuration was loaded): look again. */
void api_rebind(struct api *api);
void api_reloaded(struct api *api, uint64_t now); /* a configuration took the place of another: api_rebind() and more */
void api_signal(struct api *api, int number, const char *name); /* signal events */
void api_shutdown(struct api *api);                             /* shutdown events, to every client */
/* What was asked of the program has been done, or has failed for these reasons, a line each: clients that asked for it
 * and wait are answered. */
void api_acted(struct api *api, bool good, struct text reasons);

/* All commands, a line each: words of version 6, words of version 4, "selects" or "-", options, what may stand behind,
 * what it does; with tabs between. What a command lacks is "-". */
void put_api_commands(struct buffer *b);

/* One message as the line that a helper would read of it, without an engine: `decode` (api-events.md 16). `wall`: time
 * of day in microseconds. */
void api_put_decoded(struct buffer *b, const struct api_settings *settings, uint64_t wall, uint64_t counter,
                     const struct terms *terms, const struct session_event *event);

#endif
