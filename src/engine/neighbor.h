/* A neighbor as configuration or API describe it: plain data, no behaviour. Configuration fills it, the engine runs it.
 */
#ifndef ENGINE_NEIGHBOR_H
#define ENGINE_NEIGHBOR_H

#include "base/arena.h"
#include "bgp/family.h"
#include "bgp/open.h"
#include "engine/route_list.h"

enum watch { /* what a helper wants to hear of one direction: api { send { } receive { } } */
             WATCH_OPEN = 1,
             WATCH_UPDATE = 2,
             WATCH_NOTIFICATION = 4,
             WATCH_KEEPALIVE = 8,
             WATCH_REFRESH = 16,
             WATCH_OPERATIONAL = 32,
             WATCH_PARSED = 64,
             WATCH_PACKETS = 128,
             WATCH_CONSOLIDATE = 256,
};

/* One helper's part in a neighbor's `api` sections, merged over all that name it. */
struct neighbor_api {
    struct text process;
    bool matched; /* by processes-match */
    bool neighbor_changes, negotiated, fsm, signal;
    unsigned send, receive; /* enum watch */
};

enum { TTL_NOT_SET = -1 };

struct neighbor {
    struct prefix peer; /* bits below the address size: a range, for dynamic neighbors */
    bool range;
    bool local_auto; /* local-address auto */
    struct ip local; /* len 0 when auto */
    struct ip link_local;
    struct offer offer; /* AS numbers, router-id, hold time, families, capabilities */
    struct text description, host_name, domain_name;
    bool passive;
    uint16_t listen, connect; /* ports; 0: not set */
    struct text source_interface;
    int outgoing_ttl, incoming_ttl; /* TTL_NOT_SET */
    struct text md5_password;       /* as written */
    struct text md5_key;            /* as the kernel gets it: base64 decoded when asked for */
    int md5_base64;                 /* 0, 1, 2: auto */
    struct ip md5_ip;
    bool tcp_ao, tcp_ao_base64;
    uint8_t tcp_ao_id;
    struct text tcp_ao_algorithm;
    struct text tcp_ao_password; /* as written */
    struct text tcp_ao_key;      /* as the kernel gets it */
    bool group_updates, auto_flush, adj_rib_in, adj_rib_out, manual_eor;
    uint32_t rate_limit;       /* UPDATEs a second; 0: no limit */
    uint32_t maximum_prefix;   /* routes of one family that the peer may tell; 0: no limit. Needs adj_rib_in */
    bool maximum_prefix_warns; /* more of them are told of, and nothing else */

    struct neighbor_api *apis;
    size_t api_count;
    struct route_list routes; /* in configuration order */

    struct arena arena; /* owns every text above when the neighbor was made alone; else {0} and its maker owns them */
};

/* `neighbor PEER local-ip IP local-as N peer-as N router-id ID family-allowed in-open` (config.md 5, Neighbor
 * identity): what selectors match, and what makes two neighbors the same one at reload. */
void put_neighbor_name(struct buffer *b, const struct neighbor *n);

/* The same session: no parameter that needs the session to restart differs (config.md 26). */
bool neighbor_same_session(const struct neighbor *a, const struct neighbor *b);
/* The keywords of those that do, how many: why the session restarts. */
enum { NEIGHBOR_CHANGES_MOST = 40 };
size_t neighbor_session_changes(const struct neighbor *before, const struct neighbor *after,
                                const char *keywords[NEIGHBOR_CHANGES_MOST]);

#endif
