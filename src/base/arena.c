#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>

#include "base/memory.h"

enum { ARENA_BLOCK = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char memory[];
};

static struct arena_block *arena_grow(struct arena *a, size_t size) {
    size_t room = size > ARENA_BLOCK / 4 ? size : ARENA_BLOCK;
    struct arena_block *block = memory_new(sizeof *block + room);
    block->size = room;
    /* A large piece goes behind the block in use, so that the rest of that block is not lost. */
    if (room == size && a->blocks) {
        block->next = a->blocks->next;
        a->blocks->next = block;
    } else {
        block->next = a->blocks;
        a->blocks = block;
    }
    return block;
}

void *arena_new(struct arena *a, size_t size) {
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct arena_block *block = a->blocks;
    if (!block || block->size - block->used < size)
        block = arena_grow(a, size);
    void *memory = block->memory + block->used;
    block->used += size;
    return memory;
}

char *arena_string(struct arena *a, struct text t) {
    char *copy = arena_new(a, t.len + 1);
    if (t.len)
        memcpy(copy, t.p, t.len);
    return copy;
}

struct text arena_text(struct arena *a, struct text t) {
    return (struct text){arena_string(a, t), t.len};
}

void arena_release(struct arena *a) {
    while (a->blocks) {
        struct arena_block *block = a->blocks;
        a->blocks = block->next;
        free(block);
    }
}
