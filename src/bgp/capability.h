/* Capabilities (RFC 5492): the row that each has, and the registry of rows. A capability is a file in bgp/capability/.
 */
#ifndef BGP_CAPABILITY_H
#define BGP_CAPABILITY_H

#include "base/buffer.h"
#include "bgp/fault.h"
#include "bgp/style.h"
#include "bgp/terms.h"

struct offer;
struct open;

enum capability_code {
#define CAPABILITY(number, NUMBER, name) CAPABILITY_##NUMBER = number,
#include "bgp/capability.def"
};

struct capability {
    uint8_t code;
    struct cursor value; /* borrowed */
};

struct capability_kind {
    uint8_t code;
    uint8_t needs;    /* another capability without which this one means nothing and is not even checked; 0: none */
    const char *name; /* the key when sent: "graceful-restart" */
    const char *row;  /* of the error contract: "CAP-09" */

    /* What a value costs: HARM_NONE, HARM_DISCARD (ignored), HARM_RESET (2/0). NULL: nothing can be wrong. */
    enum harm (*check)(struct cursor value);

    /* Appends the capabilities (code, length, value; none, one or several) that an offer makes. NULL: never any. */
    void (*offer)(const struct offer *offer, uint32_t local_as, struct buffer *out);

    /* Puts into the terms what both sides said: called for each good capability of the peer, in wire order. NULL: it
     * changes nothing. */
    void (*agree)(struct cursor value, const struct offer *offer, struct terms *terms);

    /* The row of the contract by which a part of a good value (or all of it) counts as not there, or NULL. */
    const char *(*ignored)(struct cursor value, const struct offer *offer, const struct terms *terms);

    /* What the configuration wants of the peer's OPEN beside that, once both sides' families and AS numbers are in the
     * terms: asked of every row, also of those that the peer did not send. False: fault. NULL: nothing. */
    bool (*demand)(const struct offer *offer, const struct open *peers, struct terms *terms, struct fault *fault);

    /* Shown: the object of the JSON, the word of the text encoder. `value` is the last one of that code; those that
     * add up walk the others with open_capability_of(). NULL: as an unknown one. */
    void (*json)(struct cursor value, const struct open *open, bool sent, const struct style *style,
                 struct buffer *out);
    void (*text)(struct cursor value, const struct open *open, bool sent, const struct style *style,
                 struct buffer *out);
};

const struct capability_kind *capability_kind_of(uint8_t code);
const struct capability_kind *const *capability_kinds(size_t *count); /* in the order in which they are sent */

/* One that has no form of its own: `{ "name": "unknown", ... }`, `unassigned 99`. */
void capability_unknown_json(const struct capability *c, struct buffer *out);
void capability_unknown_text(const struct capability *c, const struct style *style, struct buffer *out);

/* Code, length and value of a capability that is offered. */
void put_capability(struct buffer *out, uint8_t code, struct cursor value);
static inline void put_empty_capability(struct buffer *out, uint8_t code) {
    put_u8(out, code);
    put_u8(out, 0);
}

#endif
