/* Pieces of memory of any size that come and go one by one: no word of the heap's beside each, and from large pages.
 * What was given back is used again for pieces of the same size, to the next eight octets. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

enum { POOL_STEP = 8, POOL_MOST = 512, POOL_SIZES = POOL_MOST / POOL_STEP + 1 }; /* longer ones are on the heap */

/* A pool starts as {0}. */
struct pool {
    uint8_t *at, *end;         /* what is left of the last block */
    struct pool_block *blocks; /* owned */
    struct pool_free **free;   /* owned; lists by size, NULL when nothing was ever given back */
    size_t memory;             /* octets held */
    size_t used;               /* of them in pieces that were not given back */
};

void *pool_new(struct pool *p, size_t size);              /* contents are undefined; aligned for pointers */
void pool_free(struct pool *p, void *piece, size_t size); /* the size that it was made with */
void pool_release(struct pool *p);                        /* long pieces must have been given back before */

#endif
