/* What the two OPENs of a session agreed on: plain data, given to whoever reads or writes a message. */
#ifndef BGP_TERMS_H
#define BGP_TERMS_H

#include "base/ip.h"

enum { FAMILIES_MOST = 64 }; /* a set of families is a uint64_t: bit = index of the family's row */

/* What an end is to the other one (RFC 9234): the number on the wire and one. */
enum role { ROLE_NONE, ROLE_PROVIDER, ROLE_RS, ROLE_RS_CLIENT, ROLE_CUSTOMER, ROLE_PEER, ROLES };

struct terms {
    uint32_t local_as, peer_as;
    uint32_t local_id, peer_id; /* BGP Identifiers, host order */
    struct ip local, peer;      /* addresses of the connection */
    struct ip link_local;       /* ours, for 32-octet next hops; len 0: none */
    uint16_t hold_time;         /* the smaller of both; 0: no keepalives, no hold timer */
    uint32_t send_most;         /* octets of the longest message that we may send: 4096 or 65535 */
    uint32_t receive_most;      /* ... and that we accept: 65535 once we offered it (errors.md HDR-10) */
    bool internal;              /* local_as == peer_as */
    bool confederation;         /* ... they differ, and both are of our confederation (RFC 5065) */
    bool as4;                   /* both sides sent the four-octet AS capability */
    bool refresh, enhanced_refresh, operational, multisession, extended_message;
    bool graceful_restart;      /* both sides sent it (RFC 4724); what follows is what the peer said */
    bool restart_notification;  /* ... but this, which both said: NOTIFICATIONs keep routes (RFC 8538) */
    uint16_t peer_restart_time; /* seconds */
    uint64_t restart_families;  /* whose routes are kept when the peer restarts */
    uint64_t restart_kept;      /* ... and those that it has kept, if it comes from a restart: the F bit */
    uint64_t long_lived_kept;   /* the same of long-lived graceful restart (RFC 9494), which both sides sent */
    uint32_t long_lived_time[FAMILIES_MOST]; /* seconds; 0: not for this family */
    uint8_t role;             /* ours, enum role: configured, and the session external, whatever the peer said */
    bool aigp;                /* configured: AIGP counts when it comes, and is sent though the session is external */
    bool link_local_next_hop; /* capability 77 on both sides */
    uint64_t families;        /* both sides */
    uint64_t add_path_send, add_path_receive;
    uint64_t extended_next_hop;          /* IPv4 families that may have an IPv6 next hop (RFC 8950) */
    uint8_t labels_receive;              /* labels of a route that we take (RFC 8277); 0: we did not say */
    uint8_t labels_send[FAMILIES_MOST];  /* ... and that the peer takes; 0: as many as there are */
    uint16_t paths_limit[FAMILIES_MOST]; /* PATHS-LIMIT of the peer as it stands; see terms_paths_limit() */
    uint8_t order[FAMILIES_MOST];        /* the common families in the order of the peer's OPEN */
    uint8_t order_count;
};

static inline bool terms_has(uint64_t families, unsigned index) {
    return families >> index & 1;
}

/* Is the peer of our AS, or of our confederation: are things said to it that do not leave these? */
static inline bool terms_inside(const struct terms *t) {
    return t->internal || t->confederation;
}

/* How many paths of one prefix the peer takes at most; 0: any number. It means nothing where none are sent (CAP-18). */
static inline uint16_t terms_paths_limit(const struct terms *t, unsigned index) {
    return terms_has(t->add_path_send & t->families, index) ? t->paths_limit[index] : 0;
}

/* One more common family, after those there are; nothing when it is there. */
static inline void terms_add_family(struct terms *t, unsigned index) {
    if (terms_has(t->families, index))
        return;
    t->families |= (uint64_t)1 << index;
    t->order[t->order_count++] = (uint8_t)index;
}

#endif
