#include "base/pool.h"

#include "base/memory.h"

enum { POOL_FIRST = 1024 };

struct pool_block {
    struct pool_block *next;
    size_t size;
};

struct pool_free {
    struct pool_free *next;
};

static bool pool_is_long(size_t size) {
    return size > POOL_MOST || MEMORY_ALL_ON_HEAP;
}

/* Never none: a piece that was given back holds a pointer. */
static size_t pool_steps(size_t size) {
    return size ? (size + POOL_STEP - 1) / POOL_STEP : 1;
}

/* Blocks double up to a large page. */
static void pool_grow(struct pool *p) {
    size_t size = p->blocks ? p->blocks->size * 2 : POOL_FIRST;
    size = size > MEMORY_LARGE ? MEMORY_LARGE : size;
    struct pool_block *block = memory_large(size);
    *block = (struct pool_block){p->blocks, size};
    p->blocks = block;
    p->at = (uint8_t *)(block + 1);
    p->end = (uint8_t *)block + size;
    p->memory += size;
}

void *pool_new(struct pool *p, size_t size) {
    if (pool_is_long(size)) {
        p->memory += size;
        p->used += size;
        return memory_resize(NULL, size);
    }
    size_t step = pool_steps(size);
    p->used += step * POOL_STEP;
    if (p->free && p->free[step]) {
        struct pool_free *piece = p->free[step];
        p->free[step] = piece->next;
        return piece;
    }
    if ((size_t)(p->end - p->at) < step * POOL_STEP)
        pool_grow(p);
    void *piece = p->at;
    p->at += step * POOL_STEP;
    return piece;
}

void pool_free(struct pool *p, void *piece, size_t size) {
    if (pool_is_long(size)) {
        p->memory -= size;
        p->used -= size;
        free(piece);
        return;
    }
    size_t step = pool_steps(size);
    p->used -= step * POOL_STEP;
    if (!p->free) {
        p->free = memory_new(POOL_SIZES * sizeof(struct pool_free *));
        p->memory += POOL_SIZES * sizeof(struct pool_free *);
    }
    struct pool_free *freed = piece;
    freed->next = p->free[step];
    p->free[step] = freed;
}

void pool_release(struct pool *p) {
    for (struct pool_block *block = p->blocks, *next; block; block = next) {
        next = block->next;
        memory_large_free(block, block->size);
    }
    free(p->free);
    *p = (struct pool){0};
}
