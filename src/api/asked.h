/* A command in JSON, and its answer.
 *
 *     {"command": "announce route 10.0.0.0/24 next-hop self", "id": 7}
 *     {"answer": "done", "id": 7, "neighbors": 2, "of": 3}
 *
 * The command is one of either grammar. Each line of data becomes `{"id": 7, "data": LINE}`: JSON as it is, text as a
 * string. The answer is the last line, and comes whatever was said of acknowledgements. */
#ifndef API_ASKED_H
#define API_ASKED_H

#include "api/private.h"

struct asked {
    struct buffer id;    /* in JSON; empty: none was given */
    struct buffer reply; /* data that the client's outbox has not yet */
    bool midway;         /* a line of it has begun in the outbox */
    bool counted;        /* the next two are meant */
    uint32_t matched, of, skipped;
    const struct complaint *complaint; /* why it fails; borrowed while it is answered */
    struct text reasons;               /* the same when there are several, a line each; borrowed, too */
};

void asked_free(struct asked *a);
void asked_run(struct api *api, struct client *c, struct text line); /* the line begins with `{` */
void asked_count(struct call *call);                                 /* the neighbors that it is for are known */
void asked_flush(struct client *c, struct buffer *out);              /* data to the outbox, as far as it is whole */
void asked_end(struct api *api, struct client *c, bool good);        /* the answer itself */

#endif
