/* A doubly linked list through a member of the things listed: a thing can leave from anywhere, at any time. */
#ifndef HOST_LIST_H
#define HOST_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* As a member: linked when `next` is set. As a head: list_init() first. */
struct link {
    struct link *next, *prev;
};

static inline void list_init(struct link *head) {
    head->next = head->prev = head;
}

static inline bool list_empty(const struct link *head) {
    return head->next == head;
}

static inline bool link_is_in(const struct link *l) {
    return l->next != NULL;
}

static inline void list_append(struct link *head, struct link *l) {
    l->next = head;
    l->prev = head->prev;
    head->prev->next = l;
    head->prev = l;
}

static inline void link_leave(struct link *l) {
    if (!l->next)
        return;
    l->next->prev = l->prev;
    l->prev->next = l->next;
    l->next = l->prev = NULL;
}

/* The first one, taken out. NULL when there is none. */
static inline struct link *list_take(struct link *head) {
    if (list_empty(head))
        return NULL;
    struct link *first = head->next;
    link_leave(first);
    return first;
}

/* Moves all of `from`, an initialised head, to the empty `to`. */
static inline void list_move(struct link *from, struct link *to) {
    list_init(to);
    if (list_empty(from))
        return;
    *to = *from;
    to->next->prev = to->prev->next = to;
    list_init(from);
}

/* The thing that has `member` at `pointer`. */
#define CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
