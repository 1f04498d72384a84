/* BMP (RFC 7854, 8671, 9069): what its files share. */
#ifndef CAPTURE_BMP_H
#define CAPTURE_BMP_H

#include "base/table.h"
#include "capture/private.h"

enum { BMP_HEADER = 6, BMP_PEER = 42, BMP_KEY = 26, BMP_PEERS_MOST = 1 << 16 };

enum bmp_type {
    BMP_ROUTE_MONITORING,
    BMP_STATISTICS,
    BMP_PEER_DOWN,
    BMP_PEER_UP,
    BMP_INITIATION,
    BMP_TERMINATION,
    BMP_ROUTE_MIRRORING,
    BMP_TYPES,
};

enum bmp_peer_type { BMP_GLOBAL, BMP_DISTINGUISHED, BMP_LOCAL, BMP_LOC_RIB };

enum bmp_flag {
    BMP_IPV6 = 0x80,    /* of a LOC_RIB: filtered */
    BMP_POST = 0x40,    /* after the policy */
    BMP_AS2 = 0x20,     /* AS_PATH has two-octet numbers */
    BMP_RIB_OUT = 0x10, /* what was sent (RFC 8671) */
};

/* What a Peer Up told of a peer. */
struct bmp_known {
    uint8_t key[BMP_KEY]; /* type, distinguisher, address; of the per-peer header, and zero */
    struct ip local;
    uint32_t local_as, local_id;
    uint64_t add_path_in, add_path_out;
    bool up;
};

struct bmp {
    struct bmp_known *known; /* owned; [0] is none */
    size_t count, room;
    struct table table;
    uint8_t header[BMP_PEER]; /* of the last event: flags, key, AS and id */
    bool told;                /* ... there was one */
    char note[160];
    size_t note_len;
};

struct bmp_record {
    const uint8_t *start;
    uint8_t type;
    struct cursor body;
};

/* The per-peer header: taken off the body, terms and note set. NULL: cut, told. */
struct bmp_known *bmp_read_peer(struct capture *c, struct bmp_record *r, struct capture_event *event);
void bmp_peer_up(struct capture *c, struct bmp_record *r);
void bmp_peer_down(struct capture *c, struct bmp_record *r);
void bmp_statistics(struct capture *c, struct bmp_record *r);
void bmp_words(struct capture *c, struct bmp_record *r); /* Initiation, Termination */
void bmp_mirroring(struct capture *c, struct bmp_record *r);

#endif
