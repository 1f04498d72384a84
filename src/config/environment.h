/* The settings of cli.md section 13: exabgp.tcp.port and the like, from the environment and the .env file. */
#ifndef CONFIG_ENVIRONMENT_H
#define CONFIG_ENVIRONMENT_H

#include "base/arena.h"
#include "base/complaint.h"

/* Texts are terminated. Those of `cli` and `socket_path` have a NULL pointer when they are not set at all. */
struct environment {
    struct arena arena; /* owns every text */
    struct {
        bool enable, all, configuration, reactor, daemon, processes, network, statistics, packets, rib, message, timers,
            routes, parser, short_lines;
        struct text level, destination, format; /* the level in capitals */
    } log;
    struct {
        struct text pid, user;
        bool daemonize, drop;
        uint32_t umask;
        size_t memory_budget; /* octets, 0: no limit */
    } daemon;
    struct {
        uint32_t attempts, delay;
        struct text bind; /* addresses with one blank between */
        uint16_t port;
        bool port_set; /* as environment variable: then it is the default to connect to, too */
        bool once, acl;
    } tcp;
    struct {
        bool passive, paths_limit_audit;
        uint32_t open_wait;
    } bgp;
    struct {
        uint32_t version; /* enum form: 4, 6; not set: 5 */
        bool version_set, ack, compact, respawn, terminate, cli, multi_client;
        uint32_t chunk, max_clients;
        struct text encoder, pipe_name, socket_name, socket_path, socket_group, show_routes_format;
    } api;
    struct {
        bool rotate, pdb, memory, configuration, selfcheck, defensive, timing;
        struct text route;
    } debug;
    struct {
        struct text pipe, socket, transport; /* folders of the command line's pipes and socket; an empty socket: none */
    } cli;
    struct { /* understood, shown, and without effect here */
        bool profile, pdb, attributes, nexthops;
        struct text profile_file, speed;
    } other;
    struct text version; /* exabgp_version: what the software version capability says; empty: our own */
};

/* What a value looks like. */
enum environment_type {
    ENVIRONMENT_BOOL, /* `1 yes on enable true` in any case; anything else is false */
    ENVIRONMENT_NUMBER,
    ENVIRONMENT_PORT,
    ENVIRONMENT_OCTAL,
    ENVIRONMENT_SIZE, /* octets: 100000, 512K, 64M, 2G */
    ENVIRONMENT_REAL,
    ENVIRONMENT_TEXT,
    ENVIRONMENT_USER,
    ENVIRONMENT_LEVEL,
    ENVIRONMENT_ADDRESSES,
    ENVIRONMENT_WORD, /* one of `options` */
};

struct environment_setting {
    const char *section, *option; /* "tcp" "port" */
    enum environment_type type;
    bool hidden; /* `env` does not show it */
    bool idle;   /* understood and shown, and nothing else: `help` says why */
    size_t offset;
    const char *standard; /* the default as one would write it; NULL: not set */
    const char *options;  /* ENVIRONMENT_WORD: "text json" */
    const char *help;
};
const struct environment_setting *environment_settings(size_t *count); /* in the order in which `env` shows them */

/* For each setting: `yottabgp.x.y`, `yottabgp_x_y`, `exabgp.x.y`, `exabgp_x_y`, the file, the default; the first found
 * wins. `variables` is environ; `file` may be NULL, and need not exist. False: an invalid value, with a complaint that
 * names it. The environment is released by the caller either way. */
bool environment_read(struct environment *e, char *const *variables, const char *file, struct complaint *complaint);
void environment_release(struct environment *e);
void put_environment(struct buffer *b, const struct environment *e, bool changed_only, bool as_variables); /* `env` */
/* The value of one, "section.option", without quotes. False: there is no such setting, or it is not set. */
bool put_environment_setting(struct buffer *b, const struct environment *e, struct text name);
void put_environment_idle(struct buffer *b,
                          const struct environment *e); /* those that were changed: " exabgp.x.y ..." */
void put_environment_help(struct buffer *b);            /* a line for each: name, what it is, default */

#endif
