/* The heap, where running out of it ends the process: what protects against that is a budget, checked before. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

void *memory_new(size_t size);                    /* zeroed, owned by the caller: free() */
void *memory_resize(void *memory, size_t size);   /* as realloc */
char *memory_copy(const char *chars, size_t len); /* terminated copy, owned by the caller */

/* The sanitizers look for leaks and misuse in the heap alone: with them, everything is there, one by one. */
#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_ALL_ON_HEAP true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEMORY_ALL_ON_HEAP true
#endif
#endif
#ifndef MEMORY_ALL_ON_HEAP
#define MEMORY_ALL_ON_HEAP false
#endif

/* Zeroed memory for what is large and touched everywhere: in large pages, where the system has them. A page costs the
 * same whatever its size, when it is first touched and each time that its address is looked up. */
enum { MEMORY_LARGE = 2 << 20 };
void *memory_large(size_t size);                   /* less than MEMORY_LARGE: as memory_new() */
void memory_large_free(void *memory, size_t size); /* the size that it was made with */

/* What the whole process has from the heap: in use, and free but not given back to the system. Zero where the C library
 * cannot tell (it is glibc's mallinfo2), or another allocator sits in its place. */
struct memory_heap {
    size_t used, free;
};
struct memory_heap memory_heap(void);

#endif
