/* The rare ways of struct buffer: growing, dropping, formatting. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"

void buffer_release(struct buffer *b) {
    if (b->grows)
        free(b->base);
    *b = b->grows ? buffer_growing() : buffer_fixed(NULL, 0);
}

bool buffer_make_room(struct buffer *b, size_t len) {
    if (!b->grows) {
        b->full = true;
        return false;
    }
    size_t used = buffer_len(b), size = (size_t)(b->end - b->base);
    size = size < 64 ? 64 : size * 2;
    if (size < used + len)
        size = used + len;
    b->base = memory_resize(b->base, size);
    b->p = b->base + used;
    b->end = b->base + size;
    return true;
}

void buffer_drop(struct buffer *b, size_t len) {
    if (len == 0)
        return;
    size_t rest = buffer_len(b) - len;
    memmove(b->base, b->base + len, rest);
    b->p = b->base + rest;
}

void put_format(struct buffer *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len > 0 && buffer_reserve(b, (size_t)len + 1)) {
        vsnprintf((char *)b->p, (size_t)len + 1, format, again);
        b->p += len;
    }
    va_end(again);
}
