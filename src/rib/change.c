/* Adj-RIB-Out: routes come, change and go.
 *
 * A change costs the same whatever else waits. The one list that is ever searched holds the earlier versions of routes
 * that changed before they were told: there are at most RIB_PASSING of them, and what does not fit there is simply
 * overtaken. ExaBGP sends both of two versions (config.md 23, 8), a peer that is slow for long gets the last. */
#include "rib/name_inline.h"
#include "rib/private.h"
#include "rib/shared.h"

enum { RIB_PASSING = 256 };

/* ---- Earlier versions that pass before ---- */

/* The waiting route is about to change: the version that it has goes first. */
static void rib_pass(struct rib_out *rib, uint32_t number) {
    if (rib->passing >= RIB_PASSING)
        return;
    uint32_t twin = routes_double(&rib->routes, number);
    struct route *route = route_at(&rib->routes, number), *passes = route_at(&rib->routes, twin);
    route_set_state(passes, ROUTE_PASSES);
    store_keep(rib->store, passes->set);
    route_set_flag(route, ROUTE_SHADOWED);
    rib->passing++;
    rib_queue(rib, twin);
}

/* The route is withdrawn: no earlier version of it may follow. */
static void rib_pass_none(struct rib_out *rib, const struct route_name *name) {
    uint32_t group = rib->groups.queues[QUEUE_PASSING].first;
    if (!group)
        return;
    for (uint32_t at = group_at(&rib->groups, group)->head, next; at; at = next) {
        next = queued_after(queued_at(&rib->routes, at));
        if (!route_named(route_at(&rib->routes, at), name))
            continue;
        rib_unqueue(rib, at);
        rib_forget(rib, at);
    }
}

/* ---- Changes ---- */

static inline void rib_wait(struct rib_out *rib, uint32_t number, struct queued *queued, uint32_t set) {
    queued->route.set = set;
    route_set_state(&queued->route, ROUTE_WAITS);
    uint64_t group = rib_group_of_waiting(rib, &queued->route);
    groups_append(&rib->groups, &rib->routes, group, number, queued);
}

/* ---- Self and its address ---- */

/* `named` has `self` as its next hop; does `other` have the address that self is, and all the rest? */
static bool rib_self_same(struct cursor named, struct cursor other, struct ip self) {
    struct cursor empty;
    if (!attributes_find(named, ATTRIBUTE_NEXT_HOP, &empty) || !cursor_done(&empty))
        return false;
    struct cursor before = cursor_cut(&named, (size_t)(empty.p - named.p) - 1);
    struct cursor other_before = cursor_cut(&other, cursor_left(&before));
    uint8_t len = cursor_u8(&other);
    struct cursor address = cursor_cut(&other, len);
    cursor_u8(&named);
    return cursor_same(before, other_before) && cursor_same(address, ip_cursor(&self)) && cursor_same(named, other);
}

/* Both sets are the same on the wire of this session: one says `next-hop self`, the other the address that self is. */
__attribute__((noinline)) static bool rib_sends_same(const struct rib_out *rib, const struct route *route,
                                                     uint32_t set) {
    struct ip self = rib->self[rib_self_of(family_at(route_family(route)))];
    struct attribute_set a = store_set(rib->store, route->set), b = store_set(rib->store, set);
    if (!self.len || !cursor_same(a.raw, b.raw))
        return false;
    if (cursor_left(&a.named) + self.len == cursor_left(&b.named))
        return rib_self_same(a.named, b.named, self);
    return cursor_left(&b.named) + self.len == cursor_left(&a.named) && rib_self_same(b.named, a.named, self);
}

/* The reference of `set` becomes the route's. */
__attribute__((always_inline)) static inline void rib_do_announce(struct rib_out *rib, const struct route_name *name,
                                                                  uint32_t set) {
    bool is_new;
    uint32_t number = routes_reach(&rib->routes, name, &is_new);
    struct queued *queued = queued_at(&rib->routes, number);
    struct route *route = &queued->route;
    if (is_new) {
        rib->count++;
        rib_wait(rib, number, queued, set);
        return;
    }
    bool same_octets = route_reads(route, name);
    if (route->set == set && same_octets) {
        store_drop(rib->store, set);
        return;
    }
    if (route_state(route) == ROUTE_TOLD && same_octets && rib_sends_same(rib, route, set)) {
        store_drop(rib->store, route->set);
        route->set = set;
        return;
    }
    if (route_state(route) == ROUTE_WAITS)
        rib_pass(rib, number);
    else if (route_is_leaving(route))
        rib->count++;
    rib_unqueue(rib, number);
    if (route_is_logged(route))
        route_set_flag(route, ROUTE_KNOWN);
    store_drop(rib->store, route->set);
    if (!same_octets)
        routes_rewrite(&rib->routes, number, name);
    rib_wait(rib, number, queued, set);
}

void rib_leave(struct rib_out *rib, uint32_t number, bool up) {
    struct route *route = route_at(&rib->routes, number);
    if (!up) {
        rib_forget(rib, number);
        return;
    }
    store_drop(rib->store, route->set);
    route->set = 0;
    if (route_is_logged(route))
        route_set_flag(route, ROUTE_KNOWN);
    route_set_state(route, ROUTE_LEAVES);
    rib_queue(rib, number);
}

static void rib_do_withdraw(struct rib_out *rib, const struct route_name *name, bool up) {
    bool is_new = false;
    up = up && rib->spoke;
    uint32_t number = up ? routes_reach(&rib->routes, name, &is_new) : routes_find(&rib->routes, name);
    if (is_new)
        rib_leave(rib, number, up);
    if (is_new || !number)
        return;
    const struct route *route = route_at(&rib->routes, number);
    if (route_is_leaving(route))
        return;
    if (route->bits & ROUTE_SHADOWED)
        rib_pass_none(rib, name);
    up = up && !route_is_held(route);
    rib_unqueue(rib, number);
    rib->count--;
    rib_leave(rib, number, up);
}

/* ---- Changes on their way ---- */

__attribute__((noinline)) static void rib_make_withdraw(struct rib_out *rib, const struct change *change) {
    struct route_name name;
    change_name(change, &name);
    rib_do_withdraw(rib, &name, change->bits & COMING_UP);
}

static void rib_make_oldest(struct rib_out *rib) {
    struct route_name name;
    const struct change *change = coming_take(&rib->coming);
    if (!change->set) {
        rib_make_withdraw(rib, change);
        return;
    }
    change_name(change, &name);
    rib_do_announce(rib, &name, change->set);
}

void rib_settle_all(struct rib_out *rib) {
    while (!coming_is_empty(&rib->coming))
        rib_make_oldest(rib);
}

static inline void rib_come(struct rib_out *rib, const struct route_name *name, uint32_t set, unsigned flags) {
    if (coming_is_full(&rib->coming))
        rib_make_oldest(rib);
    coming_add(&rib->coming, &rib->routes, name, set, flags);
}

static void rib_announce_keyed(struct rib_out *rib, const struct route_name *name, uint32_t set) {
    rib_settle(rib);
    rib_do_announce(rib, name, set);
}

static inline void rib_take_announce(struct rib_out *rib, const struct route_name *name, uint32_t set) {
    store_keep(rib->store, set);
    if (!name->has_key) {
        rib_come(rib, name, set, 0);
        return;
    }
    rib_announce_keyed(rib, name, set);
}

void rib_announce_named(struct rib_out *rib, const struct route_name *name, uint32_t set) {
    rib_take_announce(rib, name, set);
}

void rib_withdraw_named(struct rib_out *rib, const struct route_name *name, bool up) {
    if (!name->has_key) {
        rib_come(rib, name, 0, up ? COMING_UP : 0);
        return;
    }
    rib_settle(rib);
    rib_do_withdraw(rib, name, up);
}

void rib_announce(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  uint32_t set) {
    struct route_name name;
    name_init(&name, rib->routes.seed, family, nlri, has_path, path);
    rib_take_announce(rib, &name, set);
}

void rib_withdraw(struct rib_out *rib, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                  bool up) {
    struct route_name name;
    route_name_init(&name, rib->routes.seed, family, nlri, has_path, path);
    rib_withdraw_named(rib, &name, up);
}

/* ---- Routes that move from RIB to RIB ---- */

enum rib_held rib_out_holds(struct rib_out *rib, const struct route_name *name, uint32_t set) {
    rib_settle(rib);
    uint32_t number = routes_find(&rib->routes, name);
    if (!number)
        return HELD_NOT;
    const struct route *route = route_at(&rib->routes, number);
    return route->set == set && (!set || route_reads(route, name)) ? HELD_SO : HELD_OTHERWISE;
}

/* Nor may a slow reader find one in the log. */
static void rib_log_none(struct rib_out *rib, const struct route_name *name) {
    for (uint32_t record = rib->groups.queues[QUEUE_LOG].first; record && rib->passing;
         record = group_at(&rib->groups, record)->next) {
        uint32_t number = group_at(&rib->groups, record)->head;
        const struct route *route = number ? route_at(&rib->routes, number) : NULL;
        if (!route || route_state(route) != ROUTE_PASSES || !route_named(route, name))
            continue;
        groups_remove(&rib->groups, &rib->routes, number, false);
        rib_forget(rib, number);
    }
}

bool rib_out_take(struct rib_out *rib, const struct route_name *name, struct rib_moved *out) {
    rib_settle(rib);
    uint32_t number = routes_find(&rib->routes, name);
    if (!number)
        return false;
    struct route *route = route_at(&rib->routes, number);
    if (route->bits & ROUTE_SHADOWED) {
        rib_pass_none(rib, name);
        rib_log_none(rib, name);
    }
    *out = (struct rib_moved){
        .set = route->set,
        .told = route_state(route) == ROUTE_TOLD && route->bits & ROUTE_KNOWN,
        .known = route->bits & ROUTE_KNOWN || route_is_logged(route) || route_is_leaving(route),
    };
    rib_unqueue(rib, number);
    rib->count -= !route_is_leaving(route);
    route->set = 0; /* its reference is the taker's */
    rib_forget(rib, number);
    return true;
}

void rib_out_adopt(struct rib_out *rib, const struct route_name *name, const struct rib_moved *moved, bool up) {
    struct rib_moved before;
    bool is_new;
    if (rib_out_take(rib, name, &before))
        store_drop(rib->store, before.set);
    if (!moved->set && !up)
        return;
    uint32_t number = routes_reach(&rib->routes, name, &is_new);
    struct route *route = route_at(&rib->routes, number);
    rib->spoke |= up && moved->known;
    route->set = moved->set;
    rib->count += moved->set != 0;
    unsigned state = !moved->set ? ROUTE_LEAVES : moved->told && up ? ROUTE_TOLD : ROUTE_WAITS;
    route_become(route, state | (moved->known && up ? ROUTE_KNOWN : 0u));
    if (state != ROUTE_TOLD)
        rib_queue(rib, number);
}
