/* What the formats share. */
#ifndef CAPTURE_PRIVATE_H
#define CAPTURE_PRIVATE_H

#include "bgp/family.h"
#include "capture/capture.h"

enum {
    CAPTURE_READ = 256 << 10, /* octets asked for at once */
    CAPTURE_RECORD = 64 << 20 /* of the longest record that is believed */
};

struct capture_format {
    enum capture_kind kind;
    const char *name;
    bool (*match)(struct cursor head); /* can this be its beginning? */
    /* Reads one record at the start of `window`, and returns how long it was (it may be longer than the window: what
     * is to come is passed over); 0: it is not whole, more is wanted. */
    uint64_t (*read)(struct capture *c, struct cursor window);
    void (*end)(struct capture *c); /* no more comes; may be NULL */
    void (*release)(struct capture *c);
};

extern const struct capture_format capture_mrt, capture_bmp, capture_pcap, capture_pcapng, capture_bgp;

struct capture {
    struct capture_settings settings;
    struct capture_sink sink;
    const struct capture_format *format; /* NULL: not found out yet */
    struct buffer inbox;                 /* octets that were not read yet */
    uint64_t offset;                     /* of the first of them in the input */
    uint64_t pass;                       /* octets to come that are passed over */
    bool ended;                          /* there is no way on */
    bool lost;                           /* where a message begins is to be found out */
    struct terms terms;                  /* of the last event */
    uint32_t peers;                      /* numbers given to peers so far */
    void *state;                         /* owned by the format */
};

/* Tells of a mistake in the record that starts at `at` (a place in the window); always false. */
bool capture_wrong(struct capture *c, const uint8_t *at, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Gives up: records cannot be told apart any more. Returns what a read() returns then. */
uint64_t capture_give_up(struct capture *c);

static inline uint64_t capture_offset(const struct capture *c, const uint8_t *at) {
    return c->offset + (uint64_t)(at - c->inbox.base);
}

/* Terms of a session of which nothing is known but this. */
void capture_terms(struct terms *t, bool as4, bool add_path);
/* What the OPENs of both sides say about the messages of one of them. */
void capture_agree(struct terms *t, const struct open *sender, const struct open *receiver);
/* Goes on to the next place where a message can begin; false: there is none, what is left may be the beginning of one.
 */
bool capture_sync(struct cursor *stream);
/* The AS_PATH of an UPDATE makes sense only with AS numbers of two octets. */
bool capture_is_as2(struct cursor update);

/* Every message of `stream`, whole ones; what is left is a mistake, told as that of `what`. */
void capture_messages(struct capture *c, struct cursor stream, const char *what, struct capture_event *event);

#endif
