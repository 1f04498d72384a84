#include "base/slab.h"

#include <string.h>

#include "base/memory.h"

uint32_t slab_new(struct slab *s) {
    s->used++;
    if (s->free) {
        uint32_t number = s->free;
        memcpy(&s->free, slab_at(s, number), sizeof s->free);
        return number;
    }
    uint32_t number = s->top++, chunk = number >> SLAB_SHIFT;
    if (number == 1 || (number & (SLAB_CHUNK - 1)) == 0) {
        /* The list of chunks grows in powers of two. */
        if ((chunk & (chunk - 1)) == 0)
            s->chunks = memory_resize(s->chunks, (chunk ? (size_t)chunk * 2 : 1) * sizeof *s->chunks);
        s->chunks[chunk] = memory_resize(NULL, (size_t)SLAB_CHUNK * s->size);
    }
    return number;
}

void slab_free(struct slab *s, uint32_t number) {
    memcpy(slab_at(s, number), &s->free, sizeof s->free);
    s->free = number;
    s->used--;
}

void slab_release(struct slab *s) {
    if (s->chunks)
        for (uint32_t chunk = 0; chunk <= (s->top - 1) >> SLAB_SHIFT; chunk++)
            free(s->chunks[chunk]);
    free(s->chunks);
    slab_init(s, s->size);
}

size_t slab_memory(const struct slab *s) {
    return s->chunks ? (size_t)(((s->top - 1) >> SLAB_SHIFT) + 1) * SLAB_CHUNK * s->size : 0;
}
