/* One descriptor in the loop: reading into the shared buffer, pull-style writing, and when to wait for which. */
#ifndef HOST_STREAM_H
#define HOST_STREAM_H

#include "host/loop.h"

struct stream;

/* What its owner does with it. Only `ready` and `released` are needed
 * by a kind that neither reads nor writes by these functions. */
struct stream_kind {
    size_t input_most; /* octets read in a turn; 0: as many as there is memory for, HOST_INPUT */
    void (*ready)(struct stream *s, int events);
    void (*received)(struct stream *s, const uint8_t *octets, size_t len);
    int (*output)(struct stream *s, struct iovec *pieces, int max);
    void (*sent)(struct stream *s, size_t len);
    void (*drained)(struct stream *s);           /* output gave nothing; may be NULL */
    void (*ended)(struct stream *s, int error);  /* no more input: 0 at its end, else an errno */
    void (*broken)(struct stream *s, int error); /* writing failed */
    void (*released)(struct stream *s);          /* the loop has let go of it: its memory may go */
};

struct stream {
    struct link link; /* in host.outputs */
    struct host *host;
    const struct stream_kind *kind; /* may change while it lives */
    uv_poll_t poll;
    int fd;       /* owned; -1: closed */
    int watched;  /* events waited for */
    bool reads;   /* input is wanted */
    bool blocked; /* the system takes no more for now: waits until it does */
    bool writes;  /* output may be asked for */
};

/* Takes the descriptor, which must be non-blocking. False (and fd stays the caller's) when the loop refuses it. */
bool stream_open(struct stream *s, struct host *h, int fd, const struct stream_kind *kind);
void stream_close(struct stream *s); /* at once; `released` comes later. Does nothing the second time */

void stream_reads(struct stream *s, bool reads);
void stream_output(struct stream *s); /* there is something: the loop will call stream_write() */
void stream_waits_writable(struct stream *s, bool waits);

void stream_ready(struct stream *s, int events); /* the `ready` of a kind that reads and writes */
/* Writes what the owner gives, until it gives nothing, the system takes no more, or it has had its share of the turn.
 */
void stream_write(struct stream *s);
/* Reads once. False: nothing more now, or closed. */
bool stream_read(struct stream *s);

#endif
