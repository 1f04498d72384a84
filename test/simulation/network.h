/* A network of engines in memory, with a clock: connections that are slow, cut into pieces, lost with a word to both
 * ends, to one or to none. What a connection carries is not looked at; struct net_end says whose it is.
 *
 * The network knows its nodes by number and address; what happens is told through `told`. */
#ifndef TEST_NETWORK_H
#define TEST_NETWORK_H

#include <stdbool.h>

#include "base/buffer.h"

struct net_piece {
    uint64_t at; /* arrives */
    size_t len;
};

enum { NET_PIECES = 64, NET_ENDS = 2 };

struct net_end {
    unsigned node;
    uint64_t stream; /* the node's name for it */
    bool open, finishing, wants, paused;
    /* What is on its way to here. */
    struct buffer octets;
    struct net_piece pieces[NET_PIECES];
    unsigned count;
    bool ends; /* after the octets: the other end has closed */
    bool lost; /* nothing arrives any more */
};

struct net_wire {
    uint64_t dial_done;           /* UINT64_MAX: it is */
    struct net_end end[NET_ENDS]; /* 0: who dialed */
};

struct network;

/* What the nodes are told, and asked. */
struct net_told {
    void *context;
    bool (*is_running)(void *context, unsigned node); /* false: stopped for a while; nothing is told to it */
    /* Somebody wants a connection: the node's name for it, 0: refused. */
    uint64_t (*accepted)(void *context, unsigned node, unsigned from);
    void (*dialed)(void *context, unsigned node, uint64_t stream, unsigned to);
    void (*received)(void *context, unsigned node, uint64_t stream, const uint8_t *octets, size_t len);
    size_t (*output)(void *context, unsigned node, uint64_t stream, const uint8_t **octets);
    void (*sent)(void *context, unsigned node, uint64_t stream, size_t len);
    void (*closed)(void *context, unsigned node, uint64_t stream, const char *why);
};

struct network {
    uint64_t now, random;
    struct net_told told;
    struct net_wire **wires; /* owned; those with an open end */
    unsigned wire_count, wire_room, turn;
    bool accepting, accepting_ends; /* in the middle of told.accepted(); the node has closed it already */
    /* How it is; changed at will. */
    unsigned piece_most;  /* octets written at once; at least 1 */
    uint64_t delay_most;  /* microseconds */
    unsigned window;      /* octets under way in one direction */
    unsigned refuse_in_8; /* of 8 dials so many fail */
};

void network_init(struct network *net, uint64_t seed, const struct net_told *told);
void network_release(struct network *net);
uint64_t network_random(struct network *net, uint64_t below);

/* What nodes do. */
void network_dial(struct network *net, unsigned node, uint64_t stream, unsigned to);
void network_output(struct network *net, unsigned node, uint64_t stream);
void network_pause(struct network *net, unsigned node, uint64_t stream, bool paused);
void network_hang_up(struct network *net, unsigned node, uint64_t stream, bool after_output);
void network_leave(struct network *net, unsigned node); /* it is gone, and all its ends with it */

/* Mishaps: one connection, if there is any. */
void network_cut(struct network *net, bool one_hears, bool other_hears);

bool network_step(struct network *net);           /* one thing that is due; false: none */
uint64_t network_next(const struct network *net); /* when the next is */

#endif
