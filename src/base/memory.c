#include "base/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static void *memory_checked(void *memory, size_t size) {
    if (memory || size == 0)
        return memory;
    fprintf(stderr, "out of memory: %zu octets wanted\n", size);
    abort();
}

void *memory_new(size_t size) {
    return memory_checked(calloc(1, size), size);
}

void *memory_resize(void *memory, size_t size) {
    return memory_checked(realloc(memory, size), size);
}

char *memory_copy(const char *chars, size_t len) {
    char *copy = memory_new(len + 1);
    if (len)
        memcpy(copy, chars, len);
    return copy;
}

static bool memory_is_large(size_t size) {
    return size >= MEMORY_LARGE && !MEMORY_ALL_ON_HEAP;
}

void *memory_large(size_t size) {
    if (!memory_is_large(size))
        return memory_new(size);
    /* Large pages begin at multiples of their size: what is mapped before and behind goes back. */
    char *all = mmap(NULL, size + MEMORY_LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return memory_checked(NULL, size);
    size_t before = -(uintptr_t)all % MEMORY_LARGE;
    if (before)
        munmap(all, before);
    if (MEMORY_LARGE - before)
        munmap(all + before + size, MEMORY_LARGE - before);
    madvise(all + before, size, MADV_HUGEPAGE); /* where there are none, small ones do */
    return all + before;
}

void memory_large_free(void *memory, size_t size) {
    if (memory && memory_is_large(size))
        munmap(memory, size);
    else
        free(memory);
}

struct memory_heap memory_heap(void) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    struct mallinfo2 m = mallinfo2();
    return (struct memory_heap){m.uordblks + m.hblkhd, m.fordblks};
#else
    return (struct memory_heap){0, 0};
#endif
}
