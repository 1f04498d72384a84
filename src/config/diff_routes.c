/* Routes that a reload announces, replaces and withdraws. A route of both lists that differs is announced anew, which
 * replaces it at the peer (RFC 4271 3.1): it is never withdrawn. */
#include "config/diff_routes.h"

#include <stdlib.h>

#include "base/memory.h"
#include "config/names.h"
#include "config/print.h"
#include "engine/route_diff.h"

/* The routes of which something is different, by key, and where each list has them: of several, the last counts. */
struct noted {
    struct arena arena;
    struct names keys;
    struct noted_places {
        size_t before, after; /* one more than the place, 0: the list has it not */
    } * at;                   /* owned; by place in keys */
};

static struct text route_key(const struct listed_route *route, struct buffer *b) {
    buffer_clear(b);
    put_u8(b, route->family->index);
    put_u8(b, route->has_path);
    put_u32(b, route->path);
    if (route->family->key)
        route->family->key(route->nlri, b);
    else
        put_cursor(b, route->nlri);
    return buffer_text(b);
}

static void note_keys(struct noted *n, const struct route_list *list, const struct places *places, struct buffer *b) {
    for (size_t i = 0; i < places->count; i++) {
        struct listed_route route = route_list_at(list, places->at[i]);
        struct text key = route_key(&route, b);
        if (names_find(&n->keys, key) == NAME_UNKNOWN)
            names_add(&n->keys, arena_text(&n->arena, key));
    }
}

static void note_places(struct noted *n, const struct route_list *list, bool after, struct buffer *b) {
    struct listed_route route;
    for (size_t walk = 0, at = 0; route_list_next(list, &walk, &route); at = walk) {
        uint32_t place = names_find(&n->keys, route_key(&route, b));
        if (place != NAME_UNKNOWN)
            *(after ? &n->at[place].after : &n->at[place].before) = at + 1;
    }
}

/* All that the peer is told of it. */
static bool route_told_same(const struct listed_route *a, const struct listed_route *b) {
    return cursor_same(a->nlri, b->nlri) && cursor_same(a->attributes.named, b->attributes.named) &&
           cursor_same(a->attributes.raw, b->attributes.raw);
}

static void changes_show(struct route_changes *c, char mark, const struct listed_route *route) {
    if (route_changes_count(c) > c->most)
        return;
    put_format(&c->shown, "%c ", mark);
    put_family(&c->shown, route->family, ' ');
    put_char(&c->shown, ' ');
    put_listed_route(&c->shown, route);
    put_char(&c->shown, '\n');
}

static void changes_add(struct route_changes *c, const struct route_list *before, const struct route_list *after,
                        struct noted_places at) {
    struct listed_route was = {0}, is = {0};
    if (at.before)
        was = route_list_at(before, at.before - 1);
    if (at.after)
        is = route_list_at(after, at.after - 1);
    if (!at.before)
        c->new ++;
    else if (!at.after)
        c->withdrawn++;
    else if (route_told_same(&was, &is))
        return;
    else
        c->changed++;
    changes_show(c, !at.before ? '+' : at.after ? '~' : '-', at.after ? &is : &was);
}

struct route_changes route_changes_find(const struct route_list *before, const struct route_list *after, size_t most) {
    struct route_changes c = {.most = most, .shown = buffer_growing()};
    struct places old = {0}, new = {0};
    route_lists_compare(before, after, 0, &old, &new);
    if (old.count || new.count) {
        struct buffer key = buffer_growing();
        struct noted n = {0};
        note_keys(&n, after, &new, &key);
        note_keys(&n, before, &old, &key);
        n.at = memory_new(n.keys.count * sizeof *n.at);
        note_places(&n, before, false, &key);
        note_places(&n, after, true, &key);
        for (size_t i = 0; i < n.keys.count; i++)
            changes_add(&c, before, after, n.at[i]);
        buffer_release(&key);
        names_release(&n.keys);
        arena_release(&n.arena);
        free(n.at);
    }
    free(old.at);
    free(new.at);
    return c;
}

void route_changes_release(struct route_changes *c) {
    buffer_release(&c->shown);
}

size_t route_changes_count(const struct route_changes *c) {
    return c->new + c->changed + c->withdrawn;
}
