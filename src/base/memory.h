/* The heap, where running out of it ends the process: what protects against that is a budget, checked before. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>
#include <stdlib.h>

void *memory_new(size_t size);                    /* zeroed, owned by the caller: free() */
void *memory_resize(void *memory, size_t size);   /* as realloc */
char *memory_copy(const char *chars, size_t len); /* terminated copy, owned by the caller */

#endif
