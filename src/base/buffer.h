/* Writing octets and characters: a fixed piece of memory, or one that grows.
 *
 * What does not fit a fixed buffer is dropped and sets `full`; the writer writes on and checks `full` once, before it
 * believes the result. A growing buffer never gets full: without memory the process ends (design: budgets protect). */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/cursor.h"
#include "base/text.h"

struct buffer {
    uint8_t *base, *p, *end; /* base is owned when `grows`, else borrowed; [base, p) is written */
    bool grows, full;
};

static inline struct buffer buffer_fixed(void *memory, size_t size) {
    uint8_t *base = memory;
    return (struct buffer){base, base, size ? base + size : base, false, false};
}

/* Nothing is allocated before the first octet. buffer_release() frees it; buffer_clear() keeps the memory. */
static inline struct buffer buffer_growing(void) {
    return (struct buffer){NULL, NULL, NULL, true, false};
}

void buffer_release(struct buffer *b);

static inline void buffer_clear(struct buffer *b) {
    b->p = b->base;
    b->full = false;
}

static inline size_t buffer_len(const struct buffer *b) {
    return (size_t)(b->p - b->base);
}

static inline size_t buffer_room(const struct buffer *b) {
    return (size_t)(b->end - b->p);
}

static inline struct cursor buffer_cursor(const struct buffer *b) {
    return cursor_of(b->base, buffer_len(b));
}

static inline struct text buffer_text(const struct buffer *b) {
    return (struct text){(const char *)b->base, buffer_len(b)};
}

/* The part that was written since the length was `from`. */
static inline struct cursor buffer_since(const struct buffer *b, size_t from) {
    return cursor_of(from ? b->base + from : b->base, buffer_len(b) - from);
}

bool buffer_make_room(struct buffer *b, size_t len); /* the slow way of buffer_reserve() */

/* True when `len` octets can be written at b->p; the pointers may have moved. Else the buffer is full. */
static inline bool buffer_reserve(struct buffer *b, size_t len) {
    return buffer_room(b) >= len || buffer_make_room(b, len);
}

/* Drops the first `len` octets and moves the rest to the front. */
void buffer_drop(struct buffer *b, size_t len);

/* Forgets what was written after the length was `len`. */
static inline void buffer_cut(struct buffer *b, size_t len) {
    b->p = len ? b->base + len : b->base;
}

static inline void put_u8(struct buffer *b, uint8_t v) {
    if (buffer_reserve(b, 1))
        *b->p++ = v;
}

static inline void poke_u16(uint8_t *at, uint16_t v) {
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

static inline void poke_u32(uint8_t *at, uint32_t v) {
    poke_u16(at, (uint16_t)(v >> 16));
    poke_u16(at + 2, (uint16_t)v);
}

static inline void put_u16(struct buffer *b, uint16_t v) {
    if (buffer_reserve(b, 2)) {
        poke_u16(b->p, v);
        b->p += 2;
    }
}

static inline void put_u24(struct buffer *b, uint32_t v) {
    put_u8(b, (uint8_t)(v >> 16));
    put_u16(b, (uint16_t)v);
}

static inline void put_u32(struct buffer *b, uint32_t v) {
    if (buffer_reserve(b, 4)) {
        poke_u32(b->p, v);
        b->p += 4;
    }
}

static inline void put_u64(struct buffer *b, uint64_t v) {
    put_u32(b, (uint32_t)(v >> 32));
    put_u32(b, (uint32_t)v);
}

static inline void put_octets(struct buffer *b, const void *octets, size_t len) {
    if (len && buffer_reserve(b, len)) {
        memcpy(b->p, octets, len);
        b->p += len;
    }
}

/* Octets of memory, used or not. */
static inline size_t buffer_memory(const struct buffer *b) {
    return (size_t)(b->end - b->base);
}

static inline void put_zeros(struct buffer *b, size_t len) {
    if (len && buffer_reserve(b, len)) {
        memset(b->p, 0, len);
        b->p += len;
    }
}

static inline void put_cursor(struct buffer *b, struct cursor c) {
    put_octets(b, c.p, cursor_left(&c));
}

/* Characters. put_literal() is for string constants: the length is known when compiling. */
static inline void put_char(struct buffer *b, char c) {
    put_u8(b, (uint8_t)c);
}

static inline void put_text(struct buffer *b, struct text t) {
    put_octets(b, t.p, t.len);
}

static inline void put_string(struct buffer *b, const char *terminated) {
    put_octets(b, terminated, strlen(terminated));
}

#define put_literal(b, constant) put_octets((b), "" constant, sizeof(constant) - 1)

/* printf into the buffer: for messages to people, never on a hot path. */
void put_format(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A length that is known later: hole = put_hole16(b); ...write...; fill_hole16(b, hole) stores how much was written. */
static inline size_t put_hole16(struct buffer *b) {
    size_t hole = buffer_len(b);
    put_u16(b, 0);
    return hole;
}

/* A piece of more than 65,535 octets does not fit its length: the buffer is full then. */
static inline void fill_hole16(struct buffer *b, size_t hole) {
    size_t len = buffer_len(b) - hole - 2;
    if (b->full)
        return;
    if (len > UINT16_MAX) {
        b->full = true;
        return;
    }
    poke_u16(b->base + hole, (uint16_t)len);
}

static inline size_t put_hole8(struct buffer *b) {
    size_t hole = buffer_len(b);
    put_u8(b, 0);
    return hole;
}

static inline void fill_hole8(struct buffer *b, size_t hole) {
    size_t len = buffer_len(b) - hole - 1;
    if (b->full)
        return;
    if (len > UINT8_MAX) {
        b->full = true;
        return;
    }
    b->base[hole] = (uint8_t)len;
}

#endif
