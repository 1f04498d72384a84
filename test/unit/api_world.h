/* An engine with its API, peers and helpers, all in memory: commands in, lines out, and what the peers were sent. */
#ifndef TEST_API_WORLD_H
#define TEST_API_WORLD_H

#include "api/api.h"
#include "bgp/message.h"

enum { WORLD_PEERS = 8, WORLD_CLIENTS = 4 };

struct world_peer {
    struct neighbor *neighbor;
    struct peer *peer;
    uint64_t stream;       /* of its connection, 0: none */
    bool paused;           /* the world was asked not to read it */
    struct buffer written; /* what the engine sent it */
    struct neighbor_api apis[WORLD_CLIENTS];
};

struct world_client {
    uint64_t id;
    bool paused, stopped;
    struct buffer heard; /* what it read */
};

struct world {
    struct engine *engine;
    struct api *api;
    uint64_t now;
    struct world_peer peers[WORLD_PEERS];
    unsigned peer_count;
    struct world_client clients[WORLD_CLIENTS];
    unsigned client_count;
    uint64_t dialed;     /* the newest stream */
    struct buffer log;   /* a line each: CLIENT: LINE */
    struct buffer asked; /* what the program was asked: "shutdown," */
    unsigned outputs;    /* calls of api_world.output */
    unsigned finished;   /* ... and of finish_client */
    enum form form;      /* of answers */
};

/* Settings are those of the form, with acknowledgements, unless `change` says otherwise (NULL: nothing). */
void world_init(struct world *w, enum form form, void (*change)(struct api_settings *settings));
/* The first words of helpers wait so many microseconds for more. */
void world_init_waiting(struct world *w, uint32_t first_wait);
void world_release(struct world *w);

/* A neighbor of ours (AS 65001, 127.0.0.2, router-id 1.1.1.1), AS 65002, that names these helpers; not connected. What
 * `change` (NULL: nothing) does to it comes before it is added. */
struct world_peer *world_add_peer(struct world *w, const char *address, const char *helpers,
                                  void (*change)(struct neighbor *n));
/* Its session comes up: it offers what it is offered. */
void world_establish(struct world *w, struct world_peer *p);
void world_lose(struct world *w, struct world_peer *p);
void world_receive(struct world *w, struct world_peer *p, struct cursor octets);

/* The messages that it was sent since last asked, but OPEN and KEEPALIVE: "UPDATE 000...,REFRESH 00010001"; bodies in
 * hexadecimal. Borrowed until the next call. */
const char *world_written(struct world *w, struct world_peer *p);

/* A helper; JSON encoder. */
uint64_t world_add_client(struct world *w, const char *name);
struct world_client *world_client(struct world *w, uint64_t id);

/* A line (or several, or a part of one) from a client. */
void world_say(struct world *w, uint64_t client, const char *text);
/* The client reads all there is; what it read since last asked. Borrowed until the next call. Appended to the file
 * $EVENTS_TO, too, when that is set, each line behind the number of the form of answers: test/schemas.py judges them.
 */
const char *world_heard(struct world *w, uint64_t client);
/* A command, and all that it answers: world_say() with a newline, then world_heard(). */
const char *world_ask(struct world *w, uint64_t client, const char *line);

/* Octets are written to peers, and the turn ends. */
void world_turn(struct world *w);

/* The routes of an adj-rib-out, a line each: "ipv4 unicast 10.0.0.0/24 path 0.0.0.5 | ATTRIBUTES IN HEX". */
const char *world_rib(struct world *w, struct world_peer *p, struct buffer *out);
const char *world_log(struct world *w); /* since last asked */

#endif
