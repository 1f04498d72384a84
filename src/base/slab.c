#include "base/slab.h"

#include "base/memory.h"

static size_t slab_chunk(const struct slab *s) {
    return (size_t)SLAB_CHUNK * s->size;
}

/* How many chunks are cut from one piece of large memory. The first so many are made one by one: a slab starts small.
 */
static uint32_t slab_chunks_a_piece(const struct slab *s) {
    return slab_chunk(s) < MEMORY_LARGE ? (uint32_t)(MEMORY_LARGE / slab_chunk(s)) : UINT32_MAX;
}

/* A chunk more. The list of chunks grows in powers of two. */
void slab_grow(struct slab *s) {
    uint32_t chunk = s->room >> SLAB_SHIFT, piece = slab_chunks_a_piece(s);
    if ((chunk & (chunk - 1)) == 0)
        s->chunks = memory_resize(s->chunks, (chunk ? (size_t)chunk * 2 : 1) * sizeof *s->chunks);
    if (chunk < piece)
        s->chunks[chunk] = memory_resize(NULL, slab_chunk(s));
    else if (chunk % piece == 0)
        s->chunks[chunk] = memory_large(MEMORY_LARGE);
    else
        s->chunks[chunk] = s->chunks[chunk - 1] + slab_chunk(s);
    s->room += SLAB_CHUNK;
}

void slab_release(struct slab *s) {
    uint32_t piece = slab_chunks_a_piece(s);
    for (uint32_t chunk = 0; chunk < s->room >> SLAB_SHIFT; chunk++)
        if (chunk < piece)
            free(s->chunks[chunk]);
        else if (chunk % piece == 0)
            memory_large_free(s->chunks[chunk], MEMORY_LARGE);
    free(s->chunks);
    slab_init(s, s->size);
}

size_t slab_memory(const struct slab *s) {
    uint32_t chunks = s->room >> SLAB_SHIFT, piece = slab_chunks_a_piece(s);
    if (chunks <= piece)
        return chunks * slab_chunk(s);
    return piece * slab_chunk(s) + (size_t)((chunks - 1) / piece) * MEMORY_LARGE;
}
