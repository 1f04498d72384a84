/* Lines about what a capture tells: what its two files share. */
#ifndef LIBRARY_CAPTURE_H
#define LIBRARY_CAPTURE_H

#include "api/recorded.h"
#include "bgp/update.h"
#include "capture/capture.h"
#include "yottabgp.h"

/* The line of a route but for its prefix, kept for the next one with the same attributes from the same peer. */
struct route_memo;

struct yottabgp_capture {
    struct yottabgp_decode how;
    struct yottabgp_print print;
    char *name; /* owned; of the input, for messages */
    struct capture *capture;
    struct api_settings settings;
    struct api_recorded *lines;
    char host_name[256];
    struct buffer out, body;
    struct update *update;
    struct terms terms; /* of the route that is read */
    uint32_t peer;      /* whom `lines` name; 0: nobody yet */
    size_t behind;      /* length of `out` when the head of the last line was written */
    uint64_t counter, wrongs;
    struct ip wanted;        /* only this peer; len 0: all */
    uint64_t time;           /* told last */
    struct route_memo *memo; /* owned; `memo_size` of them */
    size_t memo_size, memo_missed;
};

/* What could not be shown, at which octet of the input. */
void capture_fails(struct yottabgp_capture *c, uint64_t offset, const char *what);
/* The message of an UPDATE, opened in c->update, as a line or as commands. */
void capture_show(struct yottabgp_capture *c, const struct capture_event *e, const struct session_event *event);
void capture_show_route(struct yottabgp_capture *c, const struct capture_event *e);
void capture_memo_free(struct yottabgp_capture *c);

#endif
