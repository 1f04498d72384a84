/* Recorded BGP, read as a stream: MRT (RFC 6396, 6397, 8050), BMP (RFC 7854, 8671, 9069), pcap and pcapng, or plain BGP
 * messages one after the other.
 *
 * Octets come in, in pieces of any size; what is in them is told, in order. Nothing is read, opened or waited for here,
 * and memory stays bounded whatever the input says: one record, and what connections and peers need.
 *     for (;;) { room = capture_room(c, &size); len = read(..., room, size); if (len <= 0) break; capture_took(c, len);
 * } capture_end(c); */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "session/session.h"

struct capture;

enum capture_kind {
    CAPTURE_ANY, /* found out from the first octets */
    CAPTURE_MRT,
    CAPTURE_BMP,
    CAPTURE_PCAP,
    CAPTURE_BGP,
};

enum capture_what {
    CAPTURE_MESSAGE, /* a BGP message: `message`, `sent` */
    CAPTURE_STATE,   /* of a session: `kind` with `state` or `reason` */
    CAPTURE_ROUTE,   /* of a table: `family`, `nlri`, `attributes` */
    CAPTURE_REPORT,  /* what BMP alone has: `type`, `report` */
};

/* All of it is borrowed until the call returns. */
struct capture_event {
    enum capture_what what;
    uint64_t time;   /* of day, microseconds; 0: the record does not say */
    uint64_t offset; /* of the record in the input */
    /* The session: addresses, AS numbers, and how its messages are to be read. NULL: of none (a REPORT). */
    const struct terms *terms;
    uint32_t peer;    /* the same number: `terms` and `note` say what they said the last time */
    struct text note; /* more to tell of the peer, as JSON members: `"rib": "adj-rib-out"`; often empty */

    bool sent; /* by the end that recorded it */
    struct message message;

    enum session_event_kind kind; /* UP, DOWN, STATE */
    enum session_state state;
    const char *reason;

    const struct family *family;
    struct cursor nlri; /* one, without path identifier */
    bool has_path;
    uint32_t path;
    struct cursor attributes; /* MP_REACH_NLRI in them is whole, or nothing but length and next hop (RFC 6396 4.3.4) */

    const char *type;   /* "statistics", "initiation", ... */
    struct text report; /* JSON members */
};

struct capture_sink {
    void *context;
    void (*heard)(void *context, const struct capture_event *event);
    /* What could not be read: at which octet of the input, and what was wanted there. */
    void (*wrong)(void *context, uint64_t offset, const char *message);
};

struct capture_settings {
    enum capture_kind kind;
    bool add_path; /* messages of sessions whose OPENs were not seen have path identifiers */
};

struct capture *capture_new(const struct capture_settings *settings, const struct capture_sink *sink);
void capture_free(struct capture *c);

/* Memory for the next octets, at least one, and that they are there. */
uint8_t *capture_room(struct capture *c, size_t *size);
void capture_took(struct capture *c, size_t len);
void capture_end(struct capture *c);
/* Nothing more can be read from it: what is left would be passed over. */
bool capture_ended(const struct capture *c);

#endif
