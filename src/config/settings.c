/* The tables of settings: each keyword of a neighbor, its capabilities, its processes. What the parser reads, `help`
 * explains and a documentation lists is these rows. */
#include "config/parser.h"

#define ROW(word, kind, field) .keyword = word, .type = SETTING_##kind, .offset = offsetof(struct source, field)
#define ALONE(value)           .bare = value
#define ABSENT(value)          .standard = value
#define WANT_BOOL              .want = "true, false, enable, disable, enabled, disabled, yes, no, 1 or 0"
#define WANT_NAME              .want = "letters, digits, \".\" and \"-\", at most 255"
#define SINCE(version)         .since = version
#define TABLE(name, ROWS)      const struct settings name = {ROWS, sizeof ROWS / sizeof *ROWS}

static const struct setting neighbor_rows[] = {
    {ROW("peer-address", RANGE, peer), .want = "an IP address or a prefix", SINCE("4.2"),
     .help = "the peer, in place of the name of the section; a prefix is a range of peers"},
    {ROW("local-address", LOCAL_ADDRESS, local), .want = "an IP address or \"auto\"", ABSENT("auto"), SINCE("4.2"),
     .help = "source address of connections, and the value of next-hop self"},
    {ROW("local-link-local", LINK_LOCAL, link_local), .want = "an IPv6 address of fe80::/10", SINCE("main"),
     .help = "the link-local next hop beside a global one"},
    {ROW("local-as", AS, local_as), .want = "an AS number, a pair of 16-bit numbers as 1.10, or \"auto\"", SINCE("4.2"),
     .help = "our AS; auto: that of the peer"},
    {ROW("peer-as", AS, peer_as), .want = "an AS number, a pair of 16-bit numbers as 1.10, or \"auto\"", SINCE("4.2"),
     .help = "the AS that the peer must have; auto: any"},
    {ROW("confederation", NAMES, confederation), .want = "an AS number, or [ AS AS ]", SINCE("ours"),
     .help = "the other members of our confederation (RFC 5065); a peer that is one of them is told and tells what "
             "does not leave it"},
    {ROW("router-id", IPV4, router_id), .want = "an IPv4 address", SINCE("4.2"),
     .help = "our BGP identifier; an IPv4 local-address when absent"},
    {ROW("description", TEXT, description), ALONE(""), .want = "a text, in quotes when it has blanks", SINCE("4.2"),
     .help = "for people only"},
    {ROW("host-name", TEXT, host_name), ALONE(""), WANT_NAME, SINCE("4.2"), .help = "the host name capability"},
    {ROW("domain-name", TEXT, domain_name), ALONE(""), WANT_NAME, SINCE("4.2"),
     .help = "the domain in the host name capability"},
    {ROW("hold-time", HOLD_TIME, hold_time), .want = "0, or 3 to 65535 seconds", ABSENT("180"), SINCE("4.2"),
     .help = "seconds of silence that end the session; 0: none"},
    {ROW("rate-limit", RATE, rate_limit), .want = "a number of UPDATEs a second, or disable", ABSENT("disable"),
     SINCE("4.2"), .help = "UPDATEs to send in a second at most"},
    {ROW("maximum-prefix", NUMBER, maximum_prefix), .least = 1, .most = UINT32_MAX,
     .want = "a number from 1 to 4294967295", SINCE("ours"),
     .help = "routes of one address family that the peer may tell; adj-rib-in is kept then"},
    {ROW("maximum-prefix-action", CHOICE, maximum_prefix_action), .want = "teardown | warning", ABSENT("teardown"),
     SINCE("ours"),
     .help = "what more of them cost: the session (Cease, Maximum Number of Prefixes Reached), or a line of the log"},
    {ROW("passive", BOOL, passive), ALONE("true"), ABSENT("false"), WANT_BOOL, SINCE("4.2"),
     .help = "wait for the peer to connect"},
    {ROW("listen", NUMBER, listen), .least = 1, .most = 65535, .want = "a port from 1 to 65535", SINCE("4.2"),
     .help = "port to wait for this peer at"},
    {ROW("connect", NUMBER, connect), .least = 1, .most = 65535, .want = "a port from 1 to 65535", SINCE("4.2"),
     .help = "port of the peer to connect to; without it exabgp_tcp_port from the environment, or 179"},
    {ROW("source-interface", TEXT, source_interface), ALONE(""), .want = "the name of an interface", SINCE("5.0"),
     .help = "interface that connections go out by"},
    {ROW("outgoing-ttl", TTL, outgoing_ttl), .want = "0 to 255, or disable", ABSENT("disable"), SINCE("4.2"),
     .help = "TTL of connections to the peer; 255 for TTL security"},
    {ROW("incoming-ttl", TTL, incoming_ttl), .want = "0 to 255, or disable", ABSENT("disable"), SINCE("4.2"),
     .help = "least TTL of connections from the peer"},
    {ROW("md5-password", TEXT, md5_password), ALONE(""), .want = "a password of at most 80 characters", SINCE("4.2"),
     .help = "TCP MD5 key"},
    {ROW("md5-base64", BOOL_AUTO, md5_base64), ALONE("false"), ABSENT("false"), .want = "true, false or \"auto\"",
     SINCE("4.2"), .help = "the password is written in base64"},
    {ROW("md5-ip", ADDRESS, md5_ip), .want = "an IP address", SINCE("4.2"),
     .help = "local address of the MD5 key, and to listen and connect from; local-address when absent"},
    {ROW("group-updates", BOOL, group_updates), ALONE("true"), ABSENT("true"), WANT_BOOL, SINCE("4.2"),
     .help = "several routes of the same attributes in an UPDATE"},
    {ROW("auto-flush", BOOL, auto_flush), ALONE("true"), ABSENT("true"), WANT_BOOL, SINCE("4.2"),
     .help = "understood, without effect"},
    {ROW("adj-rib-in", BOOL, adj_rib_in), ALONE("false"), ABSENT("true"), WANT_BOOL, SINCE("4.2"),
     .help = "keep routes received"},
    {ROW("adj-rib-out", BOOL, adj_rib_out), ALONE("false"), ABSENT("true"), WANT_BOOL, SINCE("4.2"),
     .help = "keep routes sent; always so with the route-refresh capability"},
    {ROW("manual-eor", BOOL, manual_eor), ALONE("false"), ABSENT("false"), WANT_BOOL, SINCE("4.2"),
     .help = "no End-of-RIB but those that a helper announces"},
    {ROW("inherit", NAMES, inherit), .want = "the name of a template, or [ NAME NAME ]", SINCE("4.2"),
     .help = "templates whose settings replace those of this neighbor"},
};
TABLE(settings_neighbor, neighbor_rows);
_Static_assert(sizeof neighbor_rows / sizeof *neighbor_rows <= SETTINGS_MOST, "bits and places");

static const struct setting capability_rows[] = {
    {ROW("asn4", BOOL, asn4), ALONE("true"), ABSENT("true"), WANT_BOOL, SINCE("4.2"), .help = "4-octet AS numbers"},
    {ROW("route-refresh", BOOL, route_refresh), ALONE("true"), ABSENT("false"), WANT_BOOL, SINCE("4.2"),
     .help = "route refresh, plain and enhanced"},
    {ROW("graceful-restart", RESTART, graceful_restart), ALONE("0"), ABSENT("disable"),
     .want = "seconds from 0 to 4095, or disable", SINCE("4.2"), .help = "graceful restart; 0: the hold time"},
    {ROW("graceful-restart-notification", BOOL, restart_notification), ALONE("true"), ABSENT("false"), WANT_BOOL,
     SINCE("ours"), .help = "a NOTIFICATION keeps routes as well, but a hard reset (RFC 8538)"},
    {ROW("long-lived-graceful-restart", LONG_LIVED, long_lived), ABSENT("disable"),
     .want = "seconds from 0 to 16777215, or disable", SINCE("ours"),
     .help = "how long routes may be kept after the time of graceful-restart (RFC 9494)"},
    {ROW("nexthop", BOOL, nexthop), ALONE("true"), WANT_BOOL, SINCE("4.2"),
     .help = "next hops of the other address family; on where a nexthop section is not empty"},
    {ROW("add-path", ADD_PATH, add_path), .want = "send, receive, send/receive or disable", ABSENT("disable"),
     SINCE("4.2"), .help = "several paths of a prefix"},
    {ROW("multi-session", BOOL, multi_session), ALONE("true"), ABSENT("false"), WANT_BOOL, SINCE("4.2"),
     .help = "the multisession capability"},
    {ROW("operational", BOOL, operational), ALONE("true"), ABSENT("false"), WANT_BOOL, SINCE("4.2"),
     .help = "operational messages"},
    {ROW("extended-message", BOOL, extended_message), ALONE("true"), ABSENT("true"), WANT_BOOL, SINCE("4.2"),
     .help = "messages up to 65535 octets"},
    {ROW("aigp", BOOL, aigp), ALONE("true"), ABSENT("false"), WANT_BOOL, SINCE("4.2"),
     .help = "AIGP is shown when it comes, and may be sent to an external peer"},
    {ROW("software-version", BOOL, software_version), ALONE("false"), ABSENT("false"), WANT_BOOL, SINCE("5.0"),
     .help = "tell the version of the software"},
    {ROW("link-local-nexthop", BOOL, link_local_nexthop), WANT_BOOL, SINCE("main"),
     .help = "link-local addresses as only next hop"},
    {ROW("link-local-prefer", BOOL, link_local_prefer), ALONE("false"), ABSENT("false"), WANT_BOOL, SINCE("main"),
     .help = "prefer the link-local next hop"},
    {ROW("multiple-labels", NUMBER, multiple_labels), .least = 2, .most = 255, .want = "a number from 2 to 255",
     SINCE("ours"), .help = "labels of a route that we take, and no more are sent than the peer takes (RFC 8277)"},
    {ROW("role", CHOICE, role), .want = "none | provider | rs | rs-client | customer | peer", ABSENT("none"),
     SINCE("ours"), .help = "what we are to the peer (RFC 9234): route leaks are neither made nor taken"},
    {ROW("role-strict", BOOL, role_strict), ALONE("true"), ABSENT("false"), WANT_BOOL, SINCE("ours"),
     .help = "the peer has to tell its role, too"},
    {ROW("strict", BOOL, strict), ALONE("true"), ABSENT("false"), WANT_BOOL, SINCE("ours"),
     .help = "the peer has to have all that we offer, but names and versions; else Unsupported Capability (RFC 5492)"},
    {ROW("raw", HEX, raw), .want = "[ 0xCODE 0xVALUE ]", SINCE("ours"),
     .help = "any capability by its octets, to try what a peer does"},
};
TABLE(settings_capability, capability_rows);

static const struct setting ao_rows[] = {
    {ROW("keyid", NUMBER, ao_id), .most = 255, .want = "a number from 0 to 255", SINCE("main"),
     .help = "number of the key"},
    {ROW("algorithm", CHOICE, ao_algorithm), .want = "hmac-sha-1-96 | aes-128-cmac-96 | hmac-sha-256", SINCE("main"),
     .help = "how segments are signed"},
    {ROW("password", TEXT, ao_password), .want = "a password of at most 80 characters", SINCE("main"),
     .help = "the key"},
    {ROW("base64", BOOL, ao_base64), ALONE("false"), ABSENT("false"), WANT_BOOL, SINCE("main"),
     .help = "the password is written in base64"},
};
TABLE(settings_ao, ao_rows);

#undef ROW
#define ROW(word, kind, field) .keyword = word, .type = SETTING_##kind, .offset = offsetof(struct process_source, field)

static const struct setting process_rows[] = {
    {ROW("run", PROGRAM, run), .want = "a program and its arguments", SINCE("4.2"),
     .help = "the helper program: a path, or a name looked for in /etc/exabgp, beside the configuration and in PATH"},
    {ROW("encoder", CHOICE, encoder), .want = "text | json", ABSENT("text"), SINCE("4.2"),
     .help = "the form of what the helper hears"},
    {ROW("respawn", BOOL, respawn), ALONE("true"), ABSENT("true"), WANT_BOOL, SINCE("4.2"),
     .help = "start it again when it ends"},
    {ROW("on-exit", PROGRAM, on_exit), .want = "keep, withdraw, or withdraw-after SECONDS", ABSENT("keep"),
     SINCE("ours"), .help = "what becomes of the routes that it announced when it ends"},
    {ROW("outbox", CHOICE, outbox), .want = "pause | drop-oldest | stop", ABSENT("pause"), SINCE("ours"),
     .help = "when it does not read what it is told: peers that feed it wait, events are dropped, or it is stopped"},
    {ROW("outbox-limit", NUMBER, outbox_limit), .least = 65536, .most = UINT32_MAX,
     .want = "octets, 65536 to 4294967295", ABSENT("16777216"), SINCE("ours"), .help = "octets that may wait for it"},
    {ROW("snapshot", BOOL, snapshot), ALONE("true"), ABSENT("false"), WANT_BOOL, SINCE("ours"),
     .help = "tell it at its start what there is: peers and the routes that they announced"},
    {ROW("user", TEXT, user), .want = "the name of a user", SINCE("ours"), .help = "user that it runs as"},
    {ROW("group", TEXT, group), .want = "the name of a group", SINCE("ours"), .help = "group that it runs as"},
    {ROW("cwd", TEXT, cwd), .want = "a folder", SINCE("ours"), .help = "folder that it runs in"},
    {ROW("env", NAMES, env), .want = "NAME=VALUE, or [ NAME=VALUE NAME=VALUE ]", SINCE("ours"),
     .help = "variables of its environment, beside the engine's own"},
    {ROW("open-files", NUMBER, open_files), .least = 3, .most = 1048576, .want = "a number from 3 to 1048576",
     SINCE("ours"), .help = "how many files it may have open; when absent, as the engine was started with"},
};
TABLE(settings_process, process_rows);

#undef ROW
#define ROW(word, kind, field) .keyword = word, .type = SETTING_##kind, .offset = offsetof(struct api_source, field)
#define FLAG(word, field)      ROW(word, BOOL, field), ALONE("true"), ABSENT("false"), WANT_BOOL

static const struct setting api_rows[] = {
    {ROW("processes", LIST, processes), .want = "[ NAME NAME ]", SINCE("4.2"),
     .help = "the helpers that this is about"},
    {ROW("processes-match", LIST, matches), .want = "[ REGEX REGEX ]", SINCE("5.0"),
     .help = "helpers whose name begins with what a regular expression matches"},
    {FLAG("neighbor-changes", neighbor_changes), SINCE("4.2"), .help = "sessions going up and down"},
    {FLAG("negotiated", negotiated), SINCE("4.2"), .help = "what both OPENs agreed on"},
    {FLAG("fsm", fsm), SINCE("4.2"), .help = "every change of a session's state"},
    {FLAG("signal", signal), SINCE("4.2"), .help = "signals that the program gets"},
};
TABLE(settings_api, api_rows);

/* In the order of enum watch: the place of a row is the number of its bit. */
#define WATCH_ROWS(field)                                                                                              \
    {FLAG("open", field[0]), SINCE("4.2"), .help = "OPEN messages"},                                                   \
        {FLAG("update", field[1]), SINCE("4.2"), .help = "UPDATE messages"},                                           \
        {FLAG("notification", field[2]), SINCE("4.2"), .help = "NOTIFICATION messages"},                               \
        {FLAG("keepalive", field[3]), SINCE("4.2"), .help = "KEEPALIVE messages"},                                     \
        {FLAG("refresh", field[4]), SINCE("4.2"), .help = "ROUTE-REFRESH messages"},                                   \
        {FLAG("operational", field[5]), SINCE("4.2"), .help = "operational messages"},                                 \
        {FLAG("parsed", field[6]), SINCE("4.2"), .help = "what the messages say"},                                     \
        {FLAG("packets", field[7]), SINCE("4.2"), .help = "the octets of the messages"}, {                             \
        FLAG("consolidate", field[8]), SINCE("4.2"), .help = "octets and what they say in one event"                   \
    }

static const struct setting send_rows[] = {WATCH_ROWS(send)};
static const struct setting receive_rows[] = {WATCH_ROWS(receive)};
TABLE(settings_send, send_rows);
TABLE(settings_receive, receive_rows);
