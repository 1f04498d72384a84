/* Reading octets that somebody else sent: nothing is ever read past the end.
 *
 * A read past the end gives zero, sets `bad` and leaves the cursor at its end, so that a decoder reads all that it
 * wants and checks `bad` once, before it believes any of it. Cut a TLV with cursor_cut() before looking inside: the
 * inner decoder then cannot leave it, whatever the inner lengths say (errors.md GEN-02). */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
    const uint8_t *p, *end; /* borrowed */
    bool bad;
};

/* No octets may be NULL, as those of a buffer never written to; the cursor still points somewhere, since NULL + 0 is
 * nothing that C has, and NULL is how cursor_take() says no. */
static inline struct cursor cursor_of(const void *octets, size_t len) {
    const uint8_t *p = octets ? octets : "";
    return (struct cursor){p, p + len, false};
}

static inline size_t cursor_left(const struct cursor *c) {
    return (size_t)(c->end - c->p);
}

static inline bool cursor_done(const struct cursor *c) {
    return c->p == c->end;
}

/* True when everything was read and nothing was missing: what a decoder of a whole value wants to know at its end. */
static inline bool cursor_finished(const struct cursor *c) {
    return c->p == c->end && !c->bad;
}

/* `len` octets, or NULL (and bad) when they are not there. A len of 0 gives a pointer that must not be read. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t len) {
    if (cursor_left(c) < len) {
        c->bad = true;
        c->p = c->end;
        return NULL;
    }
    const uint8_t *at = c->p;
    c->p += len;
    return at;
}

static inline uint8_t cursor_u8(struct cursor *c) {
    const uint8_t *p = cursor_take(c, 1);
    return p ? p[0] : 0;
}

static inline uint16_t cursor_u16(struct cursor *c) {
    const uint8_t *p = cursor_take(c, 2);
    return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t cursor_u24(struct cursor *c) {
    const uint8_t *p = cursor_take(c, 3);
    return p ? (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2] : 0;
}

static inline uint32_t cursor_u32(struct cursor *c) {
    const uint8_t *p = cursor_take(c, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint64_t cursor_u64(struct cursor *c) {
    uint64_t high = cursor_u32(c);
    return high << 32 | cursor_u32(c);
}

/* The next `len` octets as a cursor of their own; empty and bad (both cursors) when they are not there. */
static inline struct cursor cursor_cut(struct cursor *c, size_t len) {
    const uint8_t *p = cursor_take(c, len);
    return p ? (struct cursor){p, p + len, false} : (struct cursor){c->end, c->end, true};
}

/* Copies `len` octets out; zeros when they are not there. */
static inline void cursor_copy(struct cursor *c, void *out, size_t len) {
    const uint8_t *p = cursor_take(c, len);
    if (p)
        memcpy(out, p, len);
    else
        memset(out, 0, len);
}

static inline bool cursor_same(struct cursor a, struct cursor b) {
    size_t len = cursor_left(&a);
    return len == cursor_left(&b) && (len == 0 || memcmp(a.p, b.p, len) == 0);
}

#endif
