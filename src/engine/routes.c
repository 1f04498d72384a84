/* The routes that a configuration lists: announced at the start, and compared when a new list replaces them. */
#include "base/hash.h"
#include "base/memory.h"
#include "engine/private.h"

static void peer_announce_one(struct peer *p, const struct listed_route *route) {
    struct attribute_store *store = &p->engine->store;
    if (!(p->neighbor->offer.families & family_bit(route->family)))
        return;
    uint32_t set = store_intern(store, route->attributes.named, route->attributes.raw);
    rib_announce(p->out, route->family, route->nlri, route->has_path, route->path, set);
    store_drop(store, set);
}

static bool route_starts_withdrawn(const struct listed_route *route) {
    return route->watchdog.len && route->withdrawn;
}

void peer_announce_listed(struct peer *p, const struct neighbor *n) {
    struct listed_route route;
    for (size_t walk = 0; route_list_next(&n->routes, &walk, &route);)
        if (!route_starts_withdrawn(&route))
            peer_announce_one(p, &route);
}

/* The keys of a list, to ask whether another list has a route too. Numbers are places in `walks`, plus one. */
struct route_index {
    const struct route_list *list;
    size_t *walks; /* owned; where each route starts */
    struct table table;
    struct buffer key; /* of the route asked for */
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
    const struct route_index *index = context;
    struct route_index *scratch = (struct route_index *)key;
    struct listed_route route;
    struct buffer other = buffer_growing();
    size_t walk = index->walks[number - 1];
    route_list_next(index->list, &walk, &route);
    index_key(scratch, &route, &other);
    bool same = cursor_same(buffer_cursor(&other), buffer_cursor(&scratch->key));
    buffer_release(&other);
    return same;
}

static void index_init(struct route_index *index, const struct route_list *list, uint64_t seed) {
    *index = (struct route_index){.list = list, .key = buffer_growing(), .seed = seed};
    index->walks = memory_new((list->count + 1) * sizeof *index->walks);
    struct listed_route route;
    uint32_t number = 0;
    for (size_t walk = 0, at = 0; route_list_next(list, &walk, &route); at = walk) {
        index->walks[number++] = at;
        uint64_t hash = index_key(index, &route, &index->key);
        table_add(&index->table, hash, number);
    }
}

static bool index_has(struct route_index *index, const struct listed_route *route) {
    uint64_t hash = index_key(index, route, &index->key);
    return table_find(&index->table, hash, index_same, index, index) != 0;
}

static void index_release(struct route_index *index) {
    free(index->walks);
    table_release(&index->table);
    buffer_release(&index->key);
}

/* New and changed routes are announced, which the RIB tells apart from those that stay as they are; those that are
 * listed no more are withdrawn. A route of a watchdog that both lists have keeps the state it is in. */
void peer_replace_listed(struct peer *p, const struct neighbor *before, const struct neighbor *after) {
    bool up = session_terms(p->session) != NULL;
    struct route_index old, new;
    struct listed_route route;
    index_init(&old, &before->routes, p->engine->settings.seed);
    index_init(&new, &after->routes, p->engine->settings.seed);
    for (size_t walk = 0; route_list_next(&after->routes, &walk, &route);) {
        struct rib_route held;
        bool was = index_has(&old, &route);
        bool waits = was && route.watchdog.len &&
                     !rib_out_find(p->out, route.family, route.nlri, route.has_path, route.path, &held);
        if (!waits && !(route_starts_withdrawn(&route) && !was))
            peer_announce_one(p, &route);
    }
    for (size_t walk = 0; route_list_next(&before->routes, &walk, &route);)
        if (!index_has(&new, &route))
            rib_withdraw(p->out, route.family, route.nlri, route.has_path, route.path, up);
    index_release(&old);
    index_release(&new);
}

void peer_watchdog(struct engine *e, struct peer *p, struct text name, bool announce, uint64_t now) {
    struct listed_route route;
    struct rib_route held;
    bool up = session_terms(p->session) != NULL;
    (void)e;
    for (size_t walk = 0; route_list_next(&p->neighbor->routes, &walk, &route);) {
        if (!route.watchdog.len || !text_same(route.watchdog, name))
            continue;
        bool is = rib_out_find(p->out, route.family, route.nlri, route.has_path, route.path, &held);
        if (announce && !is)
            peer_announce_one(p, &route);
        else if (!announce && is)
            rib_withdraw(p->out, route.family, route.nlri, route.has_path, route.path, up);
    }
    peer_wake(p, now);
}
