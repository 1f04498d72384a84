/* A world around a host for tests: connections and helpers that remember what they were told, and waiting for a
 * condition with a deadline. */
#ifndef TEST_HOST_WORLD_H
#define TEST_HOST_WORLD_H

#include "unit.h"

#include <stdio.h>

#include "host/host.h"

enum { WORLD_ENDS = 2048, WORLD_SECONDS = 30, WORLD_SILENCE_MS = 300 };

/* A connection or a helper. */
struct end {
    bool connected, finished, closed, deaf, mute;
    bool echo;                 /* gives back what it hears */
    bool forgets;              /* only counts what it hears */
    struct buffer in, out;     /* heard; to be said */
    size_t heard, said, asked; /* octets; calls of output */
    size_t endless;            /* octets more to say, made up on the way */
    size_t piece_most;         /* says at most so much at a time, 0: all */
    struct host_ends ends;
    int status, signal, times_ended;
    char reason[120], errors[1 << 14];
    unsigned lines;
};

struct world {
    struct host *h;
    struct end connections[WORLD_ENDS], helpers[64];
    uint64_t next_accepted; /* number of the next that comes in, 0: refuse */
    unsigned accepted, refused, warnings;
    char warning[240]; /* the last one */
    bool timed_out, keeps_going;
    uint64_t timer_at;
    unsigned timers, turns;
    int signals[64];
    void (*on_turn)(struct world *w);
    void (*on_received)(struct world *w, uint64_t id, size_t len);
    void (*on_accepted)(struct world *w, uint64_t id);
    void (*on_connected)(struct world *w, uint64_t id);
};

extern uint8_t world_pattern[1 << 18]; /* what endless ones say, over and over */

struct world *world_new(void);
void world_free(struct world *w);

/* Runs turn by turn until the condition holds; fails the test when it does not within WORLD_SECONDS. */
#define world_until(w, condition)                                                                                      \
    do {                                                                                                               \
        world_begin_wait(w);                                                                                           \
        while (!(condition)) {                                                                                         \
            if ((w)->timed_out)                                                                                        \
                fail_msg("waited in vain for %s", #condition);                                                         \
            host_run((w)->h);                                                                                          \
        }                                                                                                              \
        world_end_wait(w);                                                                                             \
    } while (0)
void world_begin_wait(struct world *w);
void world_end_wait(struct world *w);
/* Runs for so long, for what must not happen. */
void world_rest(struct world *w, unsigned ms);

/* A listener `id` on 127.0.0.1 (or ::1) and its port. */
uint16_t world_listen(struct world *w, uint64_t id, const char *ip);
void world_connect(struct world *w, uint64_t id, const char *ip, uint16_t port);
/* A connection with both ends here: `client` and `server`. */
void world_pair(struct world *w, uint64_t client, uint64_t server);
void world_say(struct world *w, uint64_t id, const char *text);
void world_tell_helper(struct world *w, uint64_t id, const char *text);
bool world_start(struct world *w, uint64_t id, const char *script); /* sh -c script, errors caught */
struct ip world_ip(const char *text);
unsigned world_families(void); /* 2, or 1 where there is no IPv6 */
struct host_peer_secret world_secret(const char *prefix, const char *key);
/* The connection `id` reaches the listener as `id` + 100 and is heard there, or hears nothing at all; then it is gone.
 */
void world_comes_in(struct world *w, uint64_t id);
void world_stays_out(struct world *w, uint64_t id);

#define assert_heard(e, wanted) assert_string_equal(written(&(e)->in), (wanted))

#endif
