/* The routes that a configuration lists: announced at the start, and compared when a new list replaces them. */
#include "base/hash.h"
#include "base/memory.h"
#include "engine/audience.h"
#include "engine/route_diff.h"

static void peer_announce_one(struct peer *p, const struct neighbor *n, const struct listed_route *route) {
    struct attribute_store *store = &p->engine->store;
    if (!(n->offer.families & family_bit(route->family)))
        return;
    uint32_t set = store_intern(store, route->attributes.named, route->attributes.raw);
    if (p->seat_count) {
        peer_tell_route(p, route->family, route->nlri, route->has_path, route->path, set);
    } else {
        peer_own(p);
        rib_announce(p->out, route->family, route->nlri, route->has_path, route->path, set);
    }
    store_drop(store, set);
}

static bool route_starts_withdrawn(const struct listed_route *route) {
    return route->watchdog.len && route->withdrawn;
}

void peer_announce_listed(struct peer *p, const struct neighbor *n) {
    struct listed_route route;
    for (size_t walk = 0; route_list_next(&n->routes, &walk, &route);)
        if (!route_starts_withdrawn(&route))
            peer_announce_one(p, n, &route);
}

/* ---- One list in the place of another ---- */

/* The keys of some routes of a list, to ask for one; of several with the same key, the last. Numbers are places in
 * `places`, plus one. */
struct route_index {
    const struct route_list *list;
    const struct places *places;
    struct table table;
    struct buffer key, other; /* of the route asked for, and of one in the list */
    uint64_t seed;
};

static uint64_t index_key(struct route_index *index, const struct listed_route *route, struct buffer *out) {
    buffer_clear(out);
    put_u8(out, route->family->index);
    put_u8(out, route->has_path);
    put_u32(out, route->path);
    if (route->family->key)
        route->family->key(route->nlri, out);
    else
        put_cursor(out, route->nlri);
    return hash_cursor(buffer_cursor(out), index->seed);
}

static bool index_same(const void *context, uint32_t number, const void *key) {
    struct route_index *index = (struct route_index *)key;
    struct listed_route route = route_list_at(index->list, index->places->at[number - 1]);
    (void)context;
    index_key(index, &route, &index->other);
    return cursor_same(buffer_cursor(&index->other), buffer_cursor(&index->key));
}

static void index_init(struct route_index *index, const struct route_list *list, const struct places *places,
                       uint64_t seed) {
    *index = (struct route_index){
        .list = list, .places = places, .key = buffer_growing(), .other = buffer_growing(), .seed = seed};
    for (uint32_t number = (uint32_t)places->count; number; number--) {
        struct listed_route route = route_list_at(list, places->at[number - 1]);
        uint64_t hash = index_key(index, &route, &index->key);
        if (!table_find(&index->table, hash, index_same, index, index))
            table_add(&index->table, hash, number);
    }
}

static bool index_find(struct route_index *index, const struct listed_route *route, struct listed_route *out) {
    uint64_t hash = index_key(index, route, &index->key);
    uint32_t number = table_find(&index->table, hash, index_same, index, index);
    if (number)
        *out = route_list_at(index->list, index->places->at[number - 1]);
    return number != 0;
}

static void index_release(struct route_index *index) {
    table_release(&index->table);
    buffer_release(&index->key);
    buffer_release(&index->other);
}

/* A route that both lists have as it is stays as it is, whatever a helper has done to it since. */
struct replacement {
    struct peer *peer;
    const struct neighbor *before, *after;
    struct places old, new; /* routes that are not the same in the same place of both lists: mostly none */
};

/* What the new list says last of a route. One of a watchdog that both lists have keeps the state it is in. */
static void replacement_announce(struct replacement *r, struct route_index *old, const struct listed_route *route) {
    struct listed_route was;
    struct rib_route held;
    if (route->watchdog.len) {
        bool known = index_find(old, route, &was);
        bool told = peer_route_find(r->peer, route->family, route->nlri, route->has_path, route->path, &held);
        if (known ? !told : route_starts_withdrawn(route))
            return;
    }
    peer_announce_one(r->peer, r->after, route);
}

static void places_all(struct places *p, const struct route_list *list) {
    struct listed_route route;
    for (size_t walk = 0, at = 0; route_list_next(list, &walk, &route); at = walk)
        places_add(p, at);
}

/* The routes that were noted, one list's after the other's: announced as the new list has them, or withdrawn. */
static void replacement_apply(struct replacement *r, struct route_index *old, struct route_index *all) {
    struct listed_route last;
    for (size_t i = 0; i < r->new.count; i++) {
        struct listed_route route = route_list_at(&r->after->routes, r->new.at[i]);
        if (index_find(all, &route, &last))
            replacement_announce(r, old, &last);
    }
    for (size_t i = 0; i < r->old.count; i++) {
        struct listed_route route = route_list_at(&r->before->routes, r->old.at[i]);
        if (index_find(all, &route, &last))
            replacement_announce(r, old, &last);
        else
            peer_tell_route(r->peer, route.family, route.nlri, route.has_path, route.path, 0);
    }
}

void peer_replace_listed(struct peer *p, const struct neighbor *before, const struct neighbor *after) {
    struct replacement r = {.peer = p, .before = before, .after = after};
    uint64_t seed = p->engine->settings.seed;
    struct places every = {0};
    struct route_index old, all;
    route_lists_compare(&before->routes, &after->routes, after->offer.families & ~before->offer.families, &r.old,
                        &r.new);
    if (r.old.count || r.new.count) {
        places_all(&every, &after->routes);
        index_init(&old, &before->routes, &r.old, seed);
        index_init(&all, &after->routes, &every, seed);
        replacement_apply(&r, &old, &all);
        index_release(&old);
        index_release(&all);
    }
    free(every.at);
    free(r.old.at);
    free(r.new.at);
}

void peer_watchdog(struct engine *e, struct peer *p, struct text name, bool announce, uint64_t now) {
    struct listed_route route;
    struct rib_route held;
    (void)e;
    for (size_t walk = 0; route_list_next(&p->neighbor->routes, &walk, &route);) {
        if (!route.watchdog.len || !text_same(route.watchdog, name))
            continue;
        bool is = peer_route_find(p, route.family, route.nlri, route.has_path, route.path, &held);
        if (announce && !is)
            peer_announce_one(p, p->neighbor, &route);
        else if (!announce && is)
            peer_tell_route(p, route.family, route.nlri, route.has_path, route.path, 0);
    }
    peer_wake(p, now);
}
