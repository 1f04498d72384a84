/* Routes as messages for one kind of session, whatever becomes of them: nothing is changed here; private to this room.
 */
#ifndef RIB_TELL_H
#define RIB_TELL_H

#include "rib/private.h"
#include "rib/shared.h"

struct telling {
    struct rib_out *rib;       /* the lists in it stay as they are */
    const struct terms *terms; /* of the kind of session */
    struct encoding *encoding; /* ... and of no other kind */
    struct buffer *out;
    struct refused *refused;
    uint32_t most; /* routes in a message */
};

enum { TELL_MOST = 1024 };

/* The numbers of the first routes of a list, TELL_MOST at the most; how many. */
uint32_t tell_gather(const struct rib_out *rib, uint32_t first, uint32_t *numbers);

/* Routes of one set and family, or of one family that are to be withdrawn: a message with as many of them as fit it.
 * How many are dealt with, at least one. What the session cannot carry is silently left out, and withdrawn where the
 * peer may have an earlier version. */
uint32_t tell_routes(const struct telling *t, const uint32_t *numbers, uint32_t count);

/* All of a list, in as many messages as it takes. */
void tell_list(const struct telling *t, uint32_t first);

#endif
