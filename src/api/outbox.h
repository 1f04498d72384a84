/* What waits for a client: answers, which are never dropped, and events, of which the oldest may be. */
#ifndef API_OUTBOX_H
#define API_OUTBOX_H

#include "base/buffer.h"

struct outbox {
    struct buffer octets; /* write to it by outbox_write() alone */
    size_t taken;         /* octets at its front that were sent */

    /* Acknowledgements are a number until they are read: a client that does not read them for long costs next to
     * nothing, and still gets each of them. */
    uint64_t owed; /* `done` so many times behind all that is in it */
    struct run {
        size_t at;     /* before the octet at this place */
        uint64_t left; /* octets of them that were not sent yet */
    } * runs;          /* owned */
    size_t run_first, run_count, run_room;

    struct mark { /* an event that may be dropped */
        size_t at;
        uint32_t len;
        uint64_t gap; /* it tells that so many were dropped; 0: it is another event */
    } * marks;        /* owned */
    size_t mark_first, mark_count, mark_room;

    bool midway;         /* a line of a walk is not whole: what else the client is told waits in ... */
    struct buffer later; /* ... */
    uint64_t lost;       /* events that were not even put there */
};

struct backlog {
    size_t lines, octets;
};

struct outbox outbox_new(void);
void outbox_release(struct outbox *o);

struct buffer *outbox_write(struct outbox *o);      /* to write whole lines to */
struct buffer *outbox_write_walk(struct outbox *o); /* the same for a walk, whose line may not be whole */
void outbox_catch_up(struct outbox *o);             /* its line is whole */
void outbox_mark(struct outbox *o, size_t from);    /* what was written since the length was `from` may be dropped */

/* Drops the oldest events until not more than `most` octets wait (or no event is left). How many were dropped, those
 * before them that a gap told of included; `gap` then gets the place for the line that tells it. */
uint64_t outbox_drop(struct outbox *o, size_t most,
                     void (*put_gap)(void *context, uint64_t dropped, struct buffer *out), void *context);

void outbox_forget(struct outbox *o);        /* nobody will read it */
size_t outbox_waits(const struct outbox *o); /* octets of memory */
size_t outbox_ahead(const struct outbox *o); /* the same without what waits for the end of a walk */
struct backlog outbox_backlog(const struct outbox *o);
struct cursor outbox_view(struct outbox *o); /* the next piece to be sent: stays until outbox_sent() */
void outbox_sent(struct outbox *o, size_t len);

#endif
