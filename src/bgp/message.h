/* The BGP message header (RFC 4271 4.1), and the small messages. */
#ifndef BGP_MESSAGE_H
#define BGP_MESSAGE_H

#include "base/buffer.h"
#include "bgp/fault.h"

enum message_type {
    MESSAGE_OPEN = 1,
    MESSAGE_UPDATE = 2,
    MESSAGE_NOTIFICATION = 3,
    MESSAGE_KEEPALIVE = 4,
    MESSAGE_ROUTE_REFRESH = 5,
    MESSAGE_OPERATIONAL = 6,
};

enum { MESSAGE_HEADER = 19, MESSAGE_MOST = 4096, MESSAGE_MOST_EXTENDED = 65535 };

struct message {
    uint8_t type;
    struct cursor whole; /* header included; borrowed */
    struct cursor body;
};

enum framing { FRAMING_MORE, FRAMING_MESSAGE, FRAMING_FAULT };

/* The next message of a stream: taken off `stream` when it is whole. Header faults are found from the 19 octets alone
 * (GEN-04, rows HDR). `receive_most`: the longest that we accept; `operational`: type 6 is negotiated. */
enum framing message_next(struct cursor *stream, uint32_t receive_most, bool operational, struct message *out,
                          struct fault *fault);

/* Header with the length open; message_end() fills it in. Returns where the message starts. */
size_t message_begin(struct buffer *b, enum message_type type);
void message_end(struct buffer *b, size_t start);

void put_keepalive(struct buffer *b);
void put_notification(struct buffer *b, uint8_t code, uint8_t subcode, struct cursor data);
void put_route_refresh(struct buffer *b, uint16_t afi, uint8_t subtype, uint8_t safi);

/* "UPDATE"; "message" of a type that is none. */
const char *message_type_name(uint8_t type);

/* "Cease", "Administrative Shutdown"; never NULL ("unknown"). */
const char *notification_code_name(uint8_t code);
const char *notification_subcode_name(uint8_t code, uint8_t subcode);

/* The Data of a received NOTIFICATION as ExaBGP shows it: Shutdown Communication put into words (api-events.md 5.2). */
void put_notification_data(struct buffer *b, uint8_t code, uint8_t subcode, struct cursor data);

struct refresh {
    uint16_t afi;
    uint8_t subtype, safi; /* subtype 0 query, 1 begin, 2 end */
};
/* Rows RRF; false: fault. *ignore is set where the row says IGN. */
bool refresh_open(struct cursor body, struct message whole, bool enhanced, struct refresh *out, bool *ignore,
                  struct fault *fault);

enum { OPERATIONAL_ADVISORY_MOST = 2048 };

struct operational_kind {
    uint16_t type;
    const char *name; /* "RPCQ" */
    enum operational_holds { OPERATIONAL_ADVISORY, OPERATIONAL_QUERY, OPERATIONAL_COUNTER } holds;
};
const struct operational_kind *operational_kind_named(struct text name); /* any case; NULL: unknown */

struct operational {
    const struct operational_kind *kind; /* NULL: unknown, or not what its type says; then type and data are it */
    uint16_t type;
    struct cursor data;
    uint16_t afi;
    uint8_t safi;
    struct cursor advisory; /* text */
    uint32_t router_id, sequence, counter;
};
void operational_read(struct cursor body, struct operational *out);
void put_operational(struct buffer *b, const struct operational *o); /* a whole message; the kind says what counts */

#endif
