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

struct capability {
    uint8_t code;
    struct cursor value; /* borrowed */
};

struct capability_kind {
    uint8_t code;
    const char *name;  /* the key when sent: "graceful-restart" */
    const char *label; /* the "name" inside: "graceful restart"; NULL: no name key */
    const char *row;   /* of the error contract: "CAP-09" */

    /* What a value costs: HARM_NONE, HARM_DISCARD (ignored), HARM_RESET (2/0). */
    enum harm (*check)(struct cursor value);

    /* Appends the capabilities (code, length, value; none, one or several) that an offer makes. */
    void (*offer)(const struct offer *offer, uint32_t local_as, struct buffer *out);

    /* Puts into the terms what both sides said: called for each good capability of the peer, in wire order. */
    void (*agree)(struct cursor value, const struct offer *offer, struct terms *terms);

    /* Shown: the object of the JSON, the word of the text encoder. */
    void (*json)(struct cursor value, const struct open *open, bool sent, const struct style *style,
                 struct buffer *out);
    void (*text)(struct cursor value, const struct open *open, bool sent, const struct style *style,
                 struct buffer *out);
};

const struct capability_kind *capability_kind_of(uint8_t code);
const struct capability_kind *const *capability_kinds(size_t *count); /* in the order in which they are sent */

#endif
