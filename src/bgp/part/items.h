/* Lists of items of one size, as communities are: in order by their octets. Lists may come from a peer: nothing here
 * takes more than n log n steps. */
#ifndef BGP_PART_ITEMS_H
#define BGP_PART_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

enum { ITEMS_MOST = 65535 / 4 }; /* in one attribute */

/* Sorts what was written since the length was `from`, ascending; equal ones are kept, or (`once`) only one of them. */
void items_sort(struct buffer *b, size_t from, size_t size, bool once);

/* A list to be walked in another order than it has, untouched. */
struct items {
    const uint8_t *octets; /* borrowed */
    size_t count, size, next;
    bool as_is;                 /* no order of our own */
    uint16_t order[ITEMS_MOST]; /* unless as_is */
};

enum items_order {
    ITEMS_WIRE,        /* as it is */
    ITEMS_SORTED,      /* ascending */
    ITEMS_WIRE_ONCE,   /* as it is, but equal ones only where the first is */
    ITEMS_SORTED_ONCE, /* ascending, equal ones once */
};

void items_init(struct items *items, struct cursor list, size_t size, enum items_order order);
/* The next item; false at the end. */
bool items_next(struct items *items, struct cursor *out);

#endif
