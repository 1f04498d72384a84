/* The engine's doors for the command line: a Unix socket and, where somebody has made them, two named pipes. Neither is
 * ever a reason not to run. */
#ifndef APP_LOCAL_H
#define APP_LOCAL_H

#include "app/app.h"
#include "host/host.h"

struct local {
    struct host *host;
    struct yottabgp *engine;
    const struct yottabgp_settings *settings;
    uint64_t pipes; /* the client that they are, 0: none */
    bool reopens;   /* at the end of the turn */
    unsigned clients;
    void (*say)(void *context, enum yottabgp_level level, const char *text); /* to the log */
    void *context;
};

/* The socket is made before the process becomes another user, the pipes are opened after. */
void local_open_socket(struct local *l, const char *env_file);
void local_open_pipes(struct local *l, const char *env_file);
void local_close(struct local *l);

extern const uint64_t local_listener;
void local_accepted(struct local *l); /* somebody came in by the socket */
void local_closed(struct local *l);   /* one of them is gone */

/* Is it the client of the pipes? Then it was done there. */
bool local_output(struct local *l, uint64_t client);
bool local_pause(struct local *l, uint64_t client, bool paused);
bool local_hang_up(struct local *l, uint64_t client);
void local_turn(struct local *l, const char *env_file);

#endif
