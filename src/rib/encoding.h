/* The attributes of one set as one session has them, encoded once for all messages of a group; private to this room. */
#ifndef RIB_ENCODING_H
#define RIB_ENCODING_H

#include "bgp/family.h"
#include "rib/attribute_store.h"

struct encoding {
    struct attribute_store *store; /* borrowed */
    struct buffer octets;
    struct ip next_hop;
    uint32_t set; /* a reference is held; 0: none */
    uint8_t family;
};

void encoding_init(struct encoding *e, struct attribute_store *store);
void encoding_clear(struct encoding *e); /* the session is another: what was made is not good any more */
void encoding_release(struct encoding *e);
size_t encoding_memory(const struct encoding *e);

/* Makes `octets` and `next_hop` of this set, if they are not there from the call before. */
void encoding_make(struct encoding *e, uint32_t set, const struct terms *terms, const struct family *family);

/* OUT-03: a next hop of the other kind needs its capability, where the family says so. */
bool encoding_carries(const struct encoding *e, const struct terms *terms, const struct family *family);

#endif
