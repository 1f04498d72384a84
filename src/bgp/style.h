/* How a thing is to be shown. Every text() and json() of an element gets one. */
#ifndef BGP_STYLE_H
#define BGP_STYLE_H

#include <stdbool.h>

#include "base/buffer.h"

struct terms;

/* The forms of events and answers (api-events.md): whose bytes they are. */
enum form {
    FORM_4 = 4, /* API 4 as ExaBGP main prints it: "exabgp": "4.0.1" (exabgp_api_version=4) */
    FORM_5 = 5, /* API 4 as ExaBGP 5.0 prints it: "5.0.0", the default */
    FORM_6 = 6, /* API 6 of ExaBGP main: "6.0.0" (exabgp_api_version=6) */
};

/* The attributes of the UPDATE before as JSON, for one style. Starts with a growing buffer and zeros. */
struct shown_attributes {
    uint64_t number; /* of the attributes, see struct update_recent; 0: nothing here */
    bool with_next_hop;
    struct buffer text;
};

struct style {
    enum form form;
    bool command;                   /* text: what configuration and API read back, not what `encoder text` shows */
    bool compact;                   /* exabgp.api.compact: a plain prefix is a bare string */
    bool generic;                   /* decode -g: attributes in hexadecimal where they have no form of their own */
    const struct terms *terms;      /* borrowed; the session, for `next-hop self`; may be NULL */
    struct shown_attributes *shown; /* borrowed; NULL: they are written anew each time */
};

#endif
