/* Two lists of routes side by side: where they part. */
#include "engine/route_diff.h"

#include "base/memory.h"

void places_add(struct places *p, size_t at) {
    if (p->count == p->room) {
        p->room = p->room ? p->room * 2 : 64;
        p->at = memory_resize(p->at, p->room * sizeof *p->at);
    }
    p->at[p->count++] = at;
}

struct listed_route route_list_at(const struct route_list *list, size_t at) {
    struct listed_route route;
    route_list_next(list, &at, &route);
    return route;
}

/* Nothing that the peer is told differs, nor when it is told. */
static bool listed_same(const struct listed_route *a, const struct listed_route *b) {
    return a->family == b->family && a->has_path == b->has_path && a->path == b->path &&
           cursor_same(a->nlri, b->nlri) && cursor_same(a->attributes.named, b->attributes.named) &&
           cursor_same(a->attributes.raw, b->attributes.raw) && text_same(a->watchdog, b->watchdog) &&
           a->withdrawn == b->withdrawn;
}

/* `again`: families whose routes count as changed, as bits. */
static bool stays(uint64_t again, const struct listed_route *old, const struct listed_route *new) {
    return listed_same(old, new) && !(again & family_bit(new->family));
}

/* One list while it is walked. */
struct walk {
    const struct route_list *list;
    size_t at, next; /* of `route`, and of the one after it */
    struct listed_route route;
    bool more;
};

static void walk_step(struct walk *w) {
    w->at = w->next;
    w->more = route_list_next(w->list, &w->next, &w->route);
}

enum { AHEAD_MOST = 8 };

/* How many steps ahead in the walk the route is; 0: not within the next few. */
static unsigned walk_ahead(uint64_t again, struct walk w, const struct listed_route *route, bool old) {
    for (unsigned steps = 1; steps <= AHEAD_MOST; steps++) {
        walk_step(&w);
        if (!w.more)
            return 0;
        if (old ? stays(again, &w.route, route) : stays(again, route, &w.route))
            return steps;
    }
    return 0;
}

static void walk_note(struct walk *w, struct places *places, unsigned steps) {
    while (w->more && steps--) {
        places_add(places, w->at);
        walk_step(w);
    }
}

/* Where they part, a few routes are skipped in the one or the other to come together again: what people change in a
 * file is a line here and there. */
void route_lists_compare(const struct route_list *before, const struct route_list *after, uint64_t again,
                         struct places *only_before, struct places *only_after) {
    struct walk old = {.list = before}, new = {.list = after};
    walk_step(&old);
    walk_step(&new);
    while (old.more || new.more) {
        if (old.more && new.more && stays(again, &old.route, &new.route)) {
            walk_step(&old);
            walk_step(&new);
            continue;
        }
        unsigned gone = new.more ? walk_ahead(again, old, &new.route, true) : 0;
        unsigned come = old.more && !gone ? walk_ahead(again, new, &old.route, false) : 0;
        walk_note(&old, only_before, come ? 0 : gone ? gone : 1);
        walk_note(&new, only_after, gone ? 0 : come ? come : 1);
    }
}
