/* MRT (RFC 6396): what its files share. */
#ifndef CAPTURE_MRT_H
#define CAPTURE_MRT_H

#include "capture/private.h"

enum { MRT_HEADER = 12 };

enum mrt_type {
    MRT_TABLE_DUMP = 12,
    MRT_TABLE_DUMP_V2 = 13,
    MRT_BGP4MP = 16,
    MRT_BGP4MP_ET = 17,
};

/* A peer of PEER_INDEX_TABLE. */
struct mrt_peer {
    struct ip ip;
    uint32_t as, id;
};

struct mrt {
    struct mrt_peer *peers; /* owned */
    size_t peer_count;
    bool indexed;          /* there was a PEER_INDEX_TABLE, good or not */
    uint32_t collector;    /* its BGP identifier */
    uint32_t first_number; /* of peers[0], as told in events */
    uint32_t current;      /* number of the peer that the terms are of; 0: of none */
    struct ip ends[2];     /* of the session told last: peer, local */
    uint32_t as[2];
    uint16_t subtype;
};

struct mrt_record {
    const uint8_t *start;
    uint64_t time; /* microseconds */
    uint16_t type, subtype;
    struct cursor body;
};

/* What they cannot read they tell with capture_wrong(). */
void mrt_read_table(struct capture *c, const struct mrt_record *r);
void mrt_read_table_v2(struct capture *c, const struct mrt_record *r);
void mrt_read_session(struct capture *c, const struct mrt_record *r);

struct ip mrt_address(struct cursor *from, bool ipv6);

#endif
