/* The settings of cli.md section 13: exabgp.tcp.port and the like, from the environment and the .env file. */
#ifndef CONFIG_ENVIRONMENT_H
#define CONFIG_ENVIRONMENT_H

#include "base/arena.h"
#include "base/complaint.h"

struct environment {
    struct arena arena;
    struct {
        bool enable, all, configuration, reactor, daemon, processes, network, statistics, packets, rib, message, timers,
            routes, parser, short_lines;
        struct text level, destination;
    } log;
    struct {
        struct text pid, user;
        bool daemonize, drop;
        unsigned umask;
    } daemon;
    struct {
        uint32_t attempts, delay;
        struct text bind; /* addresses with blanks between */
        uint16_t port;
        bool port_set; /* as environment variable: then it is the default to connect to, too */
    } tcp;
    struct {
        bool passive;
        uint32_t open_wait;
    } bgp;
    struct {
        unsigned version; /* enum form: 4, 6; not set: 5 */
        bool version_set, ack, compact, respawn, terminate, cli;
        uint32_t chunk;
        struct text encoder, pipe_name, socket_name, socket_path, show_routes_format;
    } api;
    struct {
        bool rotate;
    } debug;
    struct text version; /* exabgp_version: what the software version capability says; empty: our own */
};

/* For each setting: `yottabgp.x.y`, `yottabgp_x_y`, `exabgp.x.y`, `exabgp_x_y`, the file, the default; the first found
 * wins. `variables` is environ. False: an invalid value, with a complaint that names it. */
bool environment_read(struct environment *e, char *const *variables, const char *file, struct complaint *complaint);
void environment_release(struct environment *e);
void put_environment(struct buffer *b, const struct environment *e, bool changed_only, bool as_variables); /* `env` */

#endif
