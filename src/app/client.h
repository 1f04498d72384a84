/* A client of a running engine: commands out, lines of answers in, by its socket or its pipes (cli.md 9, 18). */
#ifndef APP_CLIENT_H
#define APP_CLIENT_H

#include <sys/types.h>

#include "app/runtime.h"

enum client_by { CLIENT_SOCKET, CLIENT_PIPES };

/* What came of waiting for a line. */
enum client_said {
    CLIENT_LINE,     /* of data: client.line */
    CLIENT_DONE,     /* the command's end: it was done, */
    CLIENT_ERROR,    /* ... refused, */
    CLIENT_SHUTDOWN, /* ... or the engine is ending */
    CLIENT_SILENCE,  /* nothing came in time */
    CLIENT_CLOSED,   /* the engine is gone */
    CLIENT_STOPPED,  /* a signal came */
};

struct client {
    enum client_by by;
    int fd;                /* to read from; -1: not connected */
    char in[RUNTIME_PATH]; /* pipes: where commands go */
    char *buffer;          /* owned; what was read */
    size_t len, room, at;  /* at: what was given out already */
    char *line;            /* in the buffer, terminated, until the next call */
};

void client_init(struct client *c, enum client_by by);
void client_release(struct client *c); /* closes, too */

/* False: `why` (of `size`) says it in lines. `whose`: "YottaBGP", "ExaBGP". */
bool client_open(struct client *c, const struct runtime *r, const char *whose, char *why, size_t size);
void client_close(struct client *c);

/* Sends a line; false: the engine does not take it, errno says why. */
bool client_send(struct client *c, const char *line);
/* `ms`: how long to wait for an octet; signals end the waiting when `signals` is set. */
enum client_said client_hear(struct client *c, int ms, bool signals);

/* ExaBGP's abbreviations, written out: "s n s" is "show neighbor summary". The caller frees it. */
char *client_expand(const char *line);

#endif
