/* Every setting of the environment: one row each, by which it is read, shown and explained. Sections in the order in
 * which `env` of ExaBGP main shows them, options by name. */
#include "config/environment.h"

#define AT(field)            offsetof(struct environment, field)
#define ROW(room, name)      .section = #room, .option = name
#define BOOLEAN(field, text) .type = ENVIRONMENT_BOOL, .offset = AT(field), .standard = #text
#define NUMBER(field, text)  .type = ENVIRONMENT_NUMBER, .offset = AT(field), .standard = #text
#define STRING(field, text)  .type = ENVIRONMENT_TEXT, .offset = AT(field), .standard = text
#define HIDDEN               .hidden = true
#define IDLE                 .idle = true

static const struct environment_setting environment_rows[] = {
    {ROW(profile, "enable"), BOOLEAN(other.profile, false), IDLE, .help = "no effect: perf(1) shows where time goes"},
    {ROW(profile, "file"), STRING(other.profile_file, ""), IDLE, .help = "no effect: perf(1) writes a file of its own"},

    {ROW(pdb, "enable"), BOOLEAN(other.pdb, false), IDLE, .help = "no effect: there is no Python debugger in it"},

    {ROW(daemon, "daemonize"), BOOLEAN(daemon.daemonize, false), .help = "run in the background"},
    {ROW(daemon, "drop"), BOOLEAN(daemon.drop, true), .help = "become daemon.user before helpers are started"},
    {ROW(daemon, "memory_budget"), .type = ENVIRONMENT_SIZE, .offset = AT(daemon.memory_budget), .standard = "0",
     HIDDEN, .help = "octets (64M, 2G) that routes, sessions and clients may take; 0: no limit"},
    {ROW(daemon, "pid"), STRING(daemon.pid, ""), .help = "file that holds the process identifier"},
    {ROW(daemon, "umask"), .type = ENVIRONMENT_OCTAL, .offset = AT(daemon.umask), .standard = "0137",
     .help = "permissions that new files do not get, in octal"},
    {ROW(daemon, "user"), .type = ENVIRONMENT_USER, .offset = AT(daemon.user), .standard = "nobody",
     .help = "user to run as when started by root"},

    {ROW(log, "all"), BOOLEAN(log.all, false), .help = "log every subject"},
    {ROW(log, "configuration"), BOOLEAN(log.configuration, true), .help = "log configuration and commands"},
    {ROW(log, "daemon"), BOOLEAN(log.daemon, true), .help = "log pid, user, start and end"},
    {ROW(log, "destination"), STRING(log.destination, "stdout"),
     .help = "stdout, stderr, syslog, journal, host:HOST or the name of a file"},
    {ROW(log, "enable"), BOOLEAN(log.enable, true), .help = "log at all"},
    {ROW(log, "format"), .type = ENVIRONMENT_WORD, .offset = AT(log.format), .standard = "text", .options = "text json",
     HIDDEN, .help = "lines of text, or a JSON object a line"},
    {ROW(log, "level"), .type = ENVIRONMENT_LEVEL, .offset = AT(log.level), .standard = "INFO",
     .help = "the least urgent level that is logged"},
    {ROW(log, "message"), BOOLEAN(log.message, false), .help = "log BGP messages"},
    {ROW(log, "network"), BOOLEAN(log.network, true), .help = "log connections and sessions"},
    {ROW(log, "packets"), BOOLEAN(log.packets, false), .help = "log octets received and sent"},
    {ROW(log, "parser"), BOOLEAN(log.parser, false), .help = "log what is read from messages"},
    {ROW(log, "processes"), BOOLEAN(log.processes, true), .help = "log helpers: start, end, errors"},
    {ROW(log, "reactor"), BOOLEAN(log.reactor, true), .help = "log signals, commands and reloads"},
    {ROW(log, "rib"), BOOLEAN(log.rib, false), .help = "log changes of the routes to announce"},
    {ROW(log, "routes"), BOOLEAN(log.routes, false), .help = "log routes received"},
    {ROW(log, "short"), BOOLEAN(log.short_lines, true), .help = "log lines without time, level and process"},
    {ROW(log, "statistics"), BOOLEAN(log.statistics, true), .help = "log counts"},
    {ROW(log, "timers"), BOOLEAN(log.timers, false), .help = "log keepalive and hold timers"},

    {ROW(tcp, "acl"), BOOLEAN(tcp.acl, false), IDLE, .help = "no effect, in ExaBGP neither"},
    {ROW(tcp, "attempts"), NUMBER(tcp.attempts, 0), .help = "connections to try for each neighbor, 0: no limit"},
    {ROW(tcp, "bind"), .type = ENVIRONMENT_ADDRESSES, .offset = AT(tcp.bind), .standard = "",
     .help = "addresses to listen on, with blanks between; none: only where a neighbor says so"},
    {ROW(tcp, "delay"), NUMBER(tcp.delay, 0),
     .help = "begin when the minutes of the clock are a multiple of this, 0: at once"},
    {ROW(tcp, "once"), BOOLEAN(tcp.once, false), .help = "the same as attempts 1; of old"},
    {ROW(tcp, "port"), .type = ENVIRONMENT_PORT, .offset = AT(tcp.port), .standard = "179",
     .help = "port to listen on; as environment variable, the one to connect to as well"},

    {ROW(bgp, "openwait"), NUMBER(bgp.open_wait, 60), .help = "seconds to wait for the OPEN of a neighbor"},
    {ROW(bgp, "passive"), BOOLEAN(bgp.passive, false), .help = "connect to no neighbor: wait for all"},
    {ROW(bgp, "paths_limit_audit"), BOOLEAN(bgp.paths_limit_audit, true), IDLE,
     .help = "no effect: paths of a neighbor beyond its limit are taken as any other, and not counted"},

    {ROW(cache, "attributes"), BOOLEAN(other.attributes, true), IDLE,
     .help = "no effect: attributes are always shared"},
    {ROW(cache, "nexthops"), BOOLEAN(other.nexthops, true), IDLE, .help = "no effect: next hops are always shared"},

    {ROW(api, "ack"), BOOLEAN(api.ack, true), .help = "answer commands with done or error"},
    {ROW(api, "chunk"), NUMBER(api.chunk, 1), IDLE, .help = "no effect: long answers never keep the engine"},
    {ROW(api, "cli"), BOOLEAN(api.cli, true), .help = "open socket and pipes for the command line"},
    {ROW(api, "compact"), BOOLEAN(api.compact, false), .help = "plain prefixes are strings in JSON"},
    {ROW(api, "encoder"), .type = ENVIRONMENT_WORD, .offset = AT(api.encoder), .standard = "json",
     .options = "text json", .help = "what helpers hear that name no encoder"},
    {ROW(api, "max_clients"), NUMBER(api.max_clients, 100), HIDDEN, .help = "command lines at one time"},
    {ROW(api, "multi_client"), BOOLEAN(api.multi_client, true), HIDDEN, .help = "several command lines at one time"},
    {ROW(api, "pipename"), STRING(api.pipe_name, "exabgp"), .help = "name of the command line's pipes"},
    {ROW(api, "respawn"), BOOLEAN(api.respawn, true), .help = "start helpers again that ended"},
    {ROW(api, "show-routes-format"), .type = ENVIRONMENT_WORD, .offset = AT(api.show_routes_format), .standard = "v1",
     .options = "v1 v2", .help = "layout of show adj-rib in JSON"},
    {ROW(api, "socketgroup"), STRING(api.socket_group, ""), HIDDEN,
     .help = "group that may use the command line's socket; none: that of daemon.user"},
    {ROW(api, "socketname"), STRING(api.socket_name, "exabgp"), .help = "name of the command line's socket"},
    {ROW(api, "socketpath"), STRING(api.socket_path, NULL), HIDDEN, .help = "the whole path of the socket"},
    {ROW(api, "terminate"), BOOLEAN(api.terminate, false), .help = "end when a helper ends"},
    {ROW(api, "version"), .type = ENVIRONMENT_WORD, .offset = AT(api.version), .standard = "5", .options = "4 5 6",
     .help = "form of JSON: 4 and 6 as ExaBGP main has them, 5 as ExaBGP 5.0"},

    {ROW(reactor, "speed"), .type = ENVIRONMENT_REAL, .offset = AT(other.speed), .standard = "1.0", IDLE,
     .help = "no effect: nothing is polled"},

    {ROW(cli, "pipe"), STRING(cli.pipe, NULL), HIDDEN, .help = "folder of the command line's pipes"},
    {ROW(cli, "socket"), STRING(cli.socket, NULL), HIDDEN, .help = "folder of the socket; empty: no socket"},
    {ROW(cli, "transport"), STRING(cli.transport, NULL), HIDDEN, .help = "socket or pipe"},

    {ROW(debug, "configuration"), BOOLEAN(debug.configuration, false), HIDDEN, IDLE,
     .help = "no effect: a mistake in a configuration ends nothing, and is told in any case"},
    {ROW(debug, "defensive"), BOOLEAN(debug.defensive, false), HIDDEN, IDLE,
     .help = "no effect: such checks are tests of ours, not of a program that runs"},
    {ROW(debug, "memory"), BOOLEAN(debug.memory, false), HIDDEN, IDLE,
     .help = "no effect: `show memory` tells it at all times"},
    {ROW(debug, "pdb"), BOOLEAN(debug.pdb, false), HIDDEN, IDLE,
     .help = "no effect: there is no Python debugger in it"},
    {ROW(debug, "rotate"), BOOLEAN(debug.rotate, false), HIDDEN,
     .help = "a reload goes on to the next configuration of the command line"},
    {ROW(debug, "route"), STRING(debug.route, ""), HIDDEN, IDLE,
     .help = "no effect: `decode` shows how a route is read"},
    {ROW(debug, "selfcheck"), BOOLEAN(debug.selfcheck, false), HIDDEN, IDLE,
     .help = "no effect: `validate -n -r` does it"},
    {ROW(debug, "timing"), BOOLEAN(debug.timing, false), HIDDEN, IDLE,
     .help = "no effect: the loop waits for nothing that could be late"},
};

const struct environment_setting *environment_settings(size_t *count) {
    *count = sizeof environment_rows / sizeof *environment_rows;
    return environment_rows;
}
