/* Whole engines in one process: configuration, sessions, API and helpers, joined by a simulated network and clock. All
 * of a history follows from its seed.
 *
 * Every node has a helper that announces and withdraws numbered prefixes, and writes down what it hears. What must
 * hold: when the network is at rest, what a neighbor holds is what was announced to it, and what its helper heard; both
 * ends of a session count the same UPDATEs; no timer is ever late; and what was withdrawn costs nothing. */
#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include "base/buffer.h"
#include "simulation/network.h"
#include "yottabgp.h"

enum {
    WORLD_NODES = 240,
    WORLD_PREFIXES = 96,  /* 10.1.NUMBER.0/24 */
    WORLD_FROM_FILE = 8,  /* the first ones stand in configurations */
    WORLD_NEIGHBORS = 12, /* of one node */
};

struct link {
    unsigned to;                   /* node */
    bool configured;               /* in the configuration file */
    bool was_configured;           /* in the one in force */
    uint8_t said[WORLD_PREFIXES];  /* MED of what this node announces there, 0: nothing */
    uint8_t heard[WORLD_PREFIXES]; /* what its helper heard from there */
    bool up;                       /* as the helper heard */
    bool knows;                    /* the helper has heard the session from its beginning */
    unsigned downs;
};

struct node {
    struct world *world;
    unsigned index;
    struct yottabgp *engine; /* NULL: does not run */
    uint64_t listener;       /* 0: none */
    uint64_t stopped_until;  /* it does nothing before: SIGSTOP */
    uint64_t helper;         /* 0: none runs */
    bool helper_paused, helper_deaf, outputs, stopping;
    struct buffer heard; /* the rest of a line */
    uint64_t hold_time;
    uint8_t from_file[WORLD_FROM_FILE]; /* what the configuration in force announces */
    struct link links[WORLD_NEIGHBORS];
    unsigned link_count;
    unsigned sayings, answers, errors; /* of this helper: commands, done and error, error */
    char file[64];
};

struct world {
    struct network net;
    struct node *nodes; /* owned */
    unsigned node_count;
    char folder[32], settings[48];
    bool rests; /* no mishaps any more: sessions may not end, helpers start */
    bool logs;  /* print the logs */
    uint64_t steps, events, commands;
};

/* `links`: about so many neighbors of a node. */
void world_init(struct world *w, uint64_t seed, unsigned nodes, unsigned links);
void world_release(struct world *w);
void world_run(struct world *w, uint64_t until); /* checks the invariants at each step */
uint64_t world_random(struct world *w, uint64_t below);
/* Is all as it must be at rest? `tell`: prints what is not. */
bool world_agrees(struct world *w, bool tell);

/* node.c */
void node_start(struct node *n);
void node_crash(struct node *n); /* no word to anybody */
bool node_runs(const struct node *n);
void node_turn(struct node *n);
void node_write_configuration(struct node *n, bool good);
void node_reload(struct node *n); /* what the file says is announced from now on */
void node_listen(struct node *n); /* its helper reads */
void node_kill_helper(struct node *n, int status, int signal);
bool node_can_say(const struct node *n);
void node_say(struct node *n, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* To one neighbor, or to all (link < 0). MED 0: withdraws. */
void node_announce(struct node *n, int link, unsigned prefix, uint8_t med);
void node_teardown(struct node *n, unsigned link, unsigned subcode);
void node_ask(struct node *n, const char *command, struct buffer *answer); /* as a local client */

#endif
