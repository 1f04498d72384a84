/* Two sessions, a network between them and a clock, all from a seed: the same seed is the same history.
 *
 * The network cuts octets into pieces as it likes, delays them, takes no more than its window, loses connections with a
 * word to both ends, to one or to none. The two tell each other numbers in UPDATEs; each must hear them from 0 on,
 * without a gap, in every session. */
#ifndef TEST_SIM_H
#define TEST_SIM_H

#include "session/session.h"

enum { SIM_LEFT, SIM_RIGHT, SIM_SIDES, SIM_WIRES = 2048 };

struct sim;

struct sim_side {
    struct sim *sim;
    struct session_settings settings;
    struct session *session;
    enum session_state state; /* as told */
    bool connected, up;       /* as told */
    unsigned connects, downs, ups;
    uint32_t said, heard; /* numbers of this session */
    uint32_t will_say;    /* says so many in all */
    bool deaf;            /* reads nothing */
    uint64_t last_spoke;  /* when it wrote last */
};

struct sim_piece {
    uint64_t at; /* arrives */
    size_t len;
};

struct sim_pipe { /* one direction */
    struct buffer octets;
    struct sim_piece pieces[64];
    unsigned count;
    bool ends; /* after the octets: the other end has closed */
    bool lost; /* nothing arrives any more */
};

struct sim_wire { /* one connection: names are 2 * index + 2 + side */
    int dialer;
    uint64_t dial_done; /* UINT64_MAX: it is */
    bool open[SIM_SIDES], finishing[SIM_SIDES], wants[SIM_SIDES];
    struct sim_pipe to[SIM_SIDES];
};

struct sim {
    uint64_t now, random;
    struct sim_side sides[SIM_SIDES];
    struct sim_wire *wires; /* from first_wire on, some are open */
    unsigned wire_count, first_wire;
    struct update *update;
    /* How the network is; changed at will. */
    unsigned piece_most;  /* octets written at once; at least 1 */
    uint64_t delay_most;  /* microseconds */
    unsigned window;      /* octets under way in one direction */
    unsigned refuse_in_8; /* of 8 dials so many fail */
    uint64_t steps;
};

void sim_init(struct sim *s, uint64_t seed); /* settings may be changed before sim_start() */
void sim_release(struct sim *s);
void sim_start(struct sim *s);
void sim_run(struct sim *s, uint64_t until); /* checks the invariants at each step */
uint64_t sim_random(struct sim *s, uint64_t below);

/* Mishaps. */
void sim_cut(struct sim *s, unsigned wire, bool left_hears, bool right_hears);
void sim_stop(struct sim *s, int side, uint8_t subcode, bool again);
void sim_say(struct sim *s, int side, uint32_t more);
int sim_any_wire(struct sim *s);     /* one that is open at some end; -1: none */
bool sim_is_up(const struct sim *s); /* both, on the same connection */

#endif
