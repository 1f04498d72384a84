/* A view of characters somewhere else: not terminated, not owned. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct text {
    const char *p;
    size_t len;
};

/* Behind the last character. An empty view may point nowhere, and to add to that, even nothing, is undefined. */
static inline const char *text_end(struct text t) {
    return t.len ? t.p + t.len : t.p;
}

/* Formats a view with printf: "%.*s", TEXT_ARGS(view). Only for messages to people, never on a hot path. */
#define TEXT_ARGS(t) ((int)(t).len), ((t).p)

static inline struct text text_of(const char *terminated) {
    return (struct text){terminated, strlen(terminated)};
}

static inline bool text_same(struct text a, struct text b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool text_is(struct text a, const char *terminated) {
    return text_same(a, text_of(terminated));
}

static inline bool text_starts(struct text a, const char *terminated) {
    size_t len = strlen(terminated);
    return a.len >= len && (len == 0 || memcmp(a.p, terminated, len) == 0);
}

/* The same letters, upper or lower case: for values that are names (config.md L12), never for keywords. */
static inline bool text_is_any_case(struct text a, const char *terminated) {
    size_t len = strlen(terminated);
    if (a.len != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned x = (unsigned char)a.p[i], y = (unsigned char)terminated[i];
        if (x - 'A' < 26)
            x += 'a' - 'A';
        if (y - 'A' < 26)
            y += 'a' - 'A';
        if (x != y)
            return false;
    }
    return true;
}

/* Cuts at the first `mark`: *head gets what stands before it, the return value what stands after. Without a mark the
 * head is everything, the rest empty and *found false. */
static inline struct text text_cut(struct text a, char mark, struct text *head, bool *found) {
    const char *at = a.len ? memchr(a.p, mark, a.len) : NULL;
    *found = at != NULL;
    if (!at) {
        *head = a;
        return (struct text){text_end(a), 0};
    }
    *head = (struct text){a.p, (size_t)(at - a.p)};
    return (struct text){at + 1, a.len - head->len - 1};
}

#endif
