/* Many things of one size, named by 32-bit numbers in place of pointers: half the memory, and a pointer to one stays
 * good while others come and go. Number 0 is never given out: it means none. */
#ifndef BASE_SLAB_H
#define BASE_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slab {
    uint8_t **chunks; /* owned */
    uint32_t size;    /* of one thing, at least 4 octets */
    uint32_t top;     /* numbers below this were given out at least once */
    uint32_t room;    /* numbers below this have memory */
    uint32_t free;    /* head of the list of numbers given back, 0: none */
    uint32_t used;    /* things alive */
};

enum { SLAB_SHIFT = 12, SLAB_CHUNK = 1 << SLAB_SHIFT }; /* things a chunk */

static inline void slab_init(struct slab *s, uint32_t size) {
    *s = (struct slab){.size = size, .top = 1};
}

static inline void *slab_at(const struct slab *s, uint32_t number) {
    return s->chunks[number >> SLAB_SHIFT] + (size_t)(number & (SLAB_CHUNK - 1)) * s->size;
}

void slab_grow(struct slab *s); /* for slab_new() alone */

static inline uint32_t slab_new(struct slab *s) { /* contents are undefined */
    s->used++;
    if (s->free) {
        uint32_t number = s->free;
        memcpy(&s->free, slab_at(s, number), sizeof s->free);
        return number;
    }
    if (s->top >= s->room)
        slab_grow(s);
    return s->top++;
}

static inline void slab_free(struct slab *s, uint32_t number) {
    memcpy(slab_at(s, number), &s->free, sizeof s->free);
    s->free = number;
    s->used--;
}

void slab_release(struct slab *s);
size_t slab_memory(const struct slab *s); /* octets held */
/* Those of them that wait for things to come. */
size_t slab_idle(const struct slab *s);

#endif
