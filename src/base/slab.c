#include "base/slab.h"

#include "base/memory.h"

static size_t slab_chunk(const struct slab *s) {
    return (size_t)SLAB_CHUNK * s->size;
}

/* The first chunks are made one by one, as a slab starts small; the others are cut from pieces of large memory. */
enum { SLAB_SINGLE = 8 };

static uint32_t slab_chunks_a_piece(const struct slab *s) {
    return slab_chunk(s) < MEMORY_LARGE ? (uint32_t)(MEMORY_LARGE / slab_chunk(s)) : 0;
}

static bool slab_chunk_is_single(const struct slab *s, uint32_t chunk) {
    return chunk < SLAB_SINGLE || !slab_chunks_a_piece(s);
}

static bool slab_chunk_starts_piece(const struct slab *s, uint32_t chunk) {
    return (chunk - SLAB_SINGLE) % slab_chunks_a_piece(s) == 0;
}

/* A chunk more. The list of chunks grows in powers of two. */
void slab_grow(struct slab *s) {
    uint32_t chunk = s->room >> SLAB_SHIFT;
    if ((chunk & (chunk - 1)) == 0)
        s->chunks = memory_resize(s->chunks, (chunk ? (size_t)chunk * 2 : 1) * sizeof *s->chunks);
    if (slab_chunk_is_single(s, chunk))
        s->chunks[chunk] = memory_resize(NULL, slab_chunk(s));
    else if (slab_chunk_starts_piece(s, chunk))
        s->chunks[chunk] = memory_large(MEMORY_LARGE);
    else
        s->chunks[chunk] = s->chunks[chunk - 1] + slab_chunk(s);
    s->room += SLAB_CHUNK;
}

void slab_release(struct slab *s) {
    for (uint32_t chunk = 0; chunk < s->room >> SLAB_SHIFT; chunk++)
        if (slab_chunk_is_single(s, chunk))
            free(s->chunks[chunk]);
        else if (slab_chunk_starts_piece(s, chunk))
            memory_large_free(s->chunks[chunk], MEMORY_LARGE);
    free(s->chunks);
    slab_init(s, s->size);
}

size_t slab_idle(const struct slab *s) {
    return slab_memory(s) - (size_t)s->used * s->size;
}

size_t slab_memory(const struct slab *s) {
    uint32_t chunks = s->room >> SLAB_SHIFT, piece = slab_chunks_a_piece(s);
    if (chunks <= SLAB_SINGLE || !piece)
        return chunks * slab_chunk(s);
    return SLAB_SINGLE * slab_chunk(s) + (size_t)((chunks - SLAB_SINGLE + piece - 1) / piece) * MEMORY_LARGE;
}
