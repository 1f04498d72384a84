#include "base/memory.h"

#include <stdio.h>
#include <string.h>

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
