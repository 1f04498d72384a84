/* The next deadline of all peers: a binary heap, so that ten thousand sessions cost a few comparisons a change. */
#include "base/memory.h"
#include "engine/private.h"

static void heap_put(struct engine *e, uint32_t at, struct peer *p) {
    e->heap[at] = p;
    p->heap = at;
}

static void heap_up(struct engine *e, uint32_t at, struct peer *p) {
    for (; at > 1 && e->heap[at / 2]->deadline > p->deadline; at /= 2)
        heap_put(e, at, e->heap[at / 2]);
    heap_put(e, at, p);
}

static void heap_down(struct engine *e, uint32_t at, struct peer *p) {
    for (;;) {
        uint32_t child = at * 2;
        if (child > e->heap_count)
            break;
        if (child < e->heap_count && e->heap[child + 1]->deadline < e->heap[child]->deadline)
            child++;
        if (e->heap[child]->deadline >= p->deadline)
            break;
        heap_put(e, at, e->heap[child]);
        at = child;
    }
    heap_put(e, at, p);
}

static void heap_remove(struct engine *e, struct peer *p) {
    uint32_t at = p->heap;
    struct peer *moved = e->heap[e->heap_count--];
    p->heap = 0;
    if (moved == p)
        return;
    heap_up(e, at, moved);
    heap_down(e, moved->heap, moved);
}

void deadline_set(struct engine *e, struct peer *p, uint64_t deadline) {
    if (p->heap && p->deadline == deadline)
        return;
    if (p->heap)
        heap_remove(e, p);
    p->deadline = deadline;
    if (deadline == UINT64_MAX)
        return;
    if (e->heap_count + 1 >= e->heap_room) {
        e->heap_room = e->heap_room ? e->heap_room * 2 : 16;
        e->heap = memory_resize(e->heap, e->heap_room * sizeof(struct peer *));
    }
    heap_up(e, ++e->heap_count, p);
}

struct peer *deadline_first(const struct engine *e) {
    return e->heap_count ? e->heap[1] : NULL;
}
