/* A conversation with a running engine, for `run` and `cli`: commands out, answers printed. */
#ifndef APP_TALK_H
#define APP_TALK_H

#include <stdio.h>

#include "app/app.h"
#include "app/client.h"

struct talk {
    struct client client;
    struct runtime runtime;
    const char *whose; /* "YottaBGP", "ExaBGP" */
    int patience_ms;   /* of silence, before a command without an end is given up */
    bool pretty;       /* JSON is printed in lines */
    bool colors;       /* on standard output */
    bool stoppable;    /* a signal ends the waiting for an answer */
};

void talk_init(struct talk *t, const struct invocation *invocation);
void talk_release(struct talk *t);
void talk_name(char out[64], const char *name); /* another name of socket or pipes */

bool talk_open(struct talk *t);                      /* false: standard error says why */
bool talk_tell(struct talk *t, const char *command); /* without an answer; false: it could not be sent */
/* Prints lines of data as they come, and what else there is to say to standard error. The result is the end of it. */
enum client_said talk_command(struct talk *t, const char *command);

/* JSON of one line, in many; with colours when they are wanted. What is no JSON is printed as it is. */
void print_json(FILE *to, const char *json, bool colors);

#endif
