/* From the numbers that the caller chose to our things. */
#ifndef HOST_IDS_H
#define HOST_IDS_H

#include "base/slab.h"
#include "base/table.h"

/* The first member of what is listed here. */
struct thing {
    uint64_t id;
    uint32_t number; /* of its place in `places`; 0: not listed */
};

struct ids {
    struct slab places; /* of struct thing *, borrowed */
    struct table table;
};

void ids_init(struct ids *ids);
void ids_release(struct ids *ids);
void *ids_find(const struct ids *ids, uint64_t id); /* NULL when there is none */
void ids_add(struct ids *ids, struct thing *thing, uint64_t id);
void ids_remove(struct ids *ids, struct thing *thing);

/* All of them, in no order: next = ids_next(ids, &place) with place 0 at first, until NULL. None may be added or
 * removed meanwhile. */
void *ids_next(const struct ids *ids, uint32_t *place);

#endif
