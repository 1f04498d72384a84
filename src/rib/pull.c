/* What waits becomes UPDATEs: a message a call, from the group that is first. */
#include "bgp/role.h"
#include "rib/private.h"

struct pull {
    struct rib_out *rib;
    const struct terms *terms;
    struct buffer *out;
    unsigned *too_long;
    uint32_t most;  /* routes in a message */
    uint16_t limit; /* paths of a prefix of its family that the peer takes; 0: any number */

    struct leaving leaving; /* withdrawn routes */
};

/* ---- Routes that were served ---- */

void rib_passed(struct rib_out *rib, uint32_t number) {
    const struct route *route = route_at(&rib->routes, number);
    struct route_name name;
    route_name_init(&name, rib->routes.seed, family_at(route_family(route)), route_nlri(route), route_has_path(route),
                    route_path(route));
    route_set_flag(route_at(&rib->routes, routes_find(&rib->routes, &name)), ROUTE_KNOWN);
}

static void leaving_forget(struct leaving *l, struct routes *r, uint32_t which) {
    routes_remove(r, l->routes[which % LEAVING].number, l->routes[which % LEAVING].hash);
}

void leaving_add(struct leaving *l, struct routes *r, uint32_t number, const struct route *route) {
    uint64_t hash = routes_hash(r, route);
    table_prefetch(&r->table, hash);
    if (l->count >= LEAVING)
        leaving_forget(l, r, l->count);
    l->routes[l->count % LEAVING].number = number;
    l->routes[l->count++ % LEAVING].hash = hash;
}

void leaving_end(struct leaving *l, struct routes *r) {
    for (uint32_t which = l->count < LEAVING ? 0 : l->count - LEAVING; which != l->count; which++)
        leaving_forget(l, r, which);
    l->count = 0;
}

__attribute__((noinline)) static void pull_sent_rare(struct pull *p, uint32_t number, struct route *route) {
    if (route_state(route) == ROUTE_HIDES) {
        route_become(route, ROUTE_TOLD);
    } else if (route_state(route) == ROUTE_LEAVES) {
        leaving_add(&p->leaving, &p->rib->routes, number, route);
    } else {
        rib_passed(p->rib, number);
        rib_forget(p->rib, number);
    }
}

static inline void pull_sent(struct pull *p, uint32_t number, struct route *route) {
    if (route_state(route) == ROUTE_WAITS)
        route_become(route, ROUTE_TOLD | ROUTE_KNOWN);
    else
        pull_sent_rare(p, number, route);
}

/* ---- Paths of a prefix, where the peer has a limit of them ---- */

/* The route that an earlier version is of, or itself. */
static const struct route *pull_route_of(const struct rib_out *rib, const struct route *route) {
    struct route_name name;
    if (route_state(route) != ROUTE_PASSES)
        return route;
    route_name_init(&name, rib->routes.seed, family_at(route_family(route)), route_nlri(route), route_has_path(route),
                    route_path(route));
    return route_at(&rib->routes, routes_find(&rib->routes, &name));
}

/* Is there room for it? Else it is held back; an earlier version is passed over. */
static bool pull_admits(struct pull *p, uint32_t number) {
    struct rib_out *rib = p->rib;
    const struct route *route = route_at(&rib->routes, number);
    if (route_is_leaving(route) || pull_route_of(rib, route)->bits & ROUTE_KNOWN)
        return true;
    uint32_t prefix = paths_find(&rib->paths, paths_hash(&rib->routes, route));
    if (!prefix || paths_at(&rib->paths, prefix)->told < p->limit)
        return true;
    if (route_state(route) == ROUTE_PASSES)
        rib_forget(rib, number);
    else
        rib_hold(rib, number, prefix);
    return false;
}

/* It is in the message: the peer has one path more, or one less, and then there is room for another. */
static void pull_count_path(struct pull *p, const struct route *route) {
    struct rib_out *rib = p->rib;
    unsigned state = route_state(route);
    bool known = pull_route_of(rib, route)->bits & ROUTE_KNOWN, goes = state == ROUTE_LEAVES || state == ROUTE_HIDES;
    if (known != goes)
        return;
    uint64_t hash = paths_hash(&rib->routes, route);
    if (!goes) {
        paths_add(&rib->paths, hash);
        return;
    }
    uint32_t prefix = paths_find(&rib->paths, hash);
    rib_let_go(rib, family_at(route_family(route)), prefix);
    paths_subtract(&rib->paths, prefix);
}

/* ---- Routes that are not told ---- */

/* The route cannot be told. When the peer has an earlier version of it, that must go. */
static void pull_refused(struct rib_out *rib, uint32_t number) {
    struct route *route = route_at(&rib->routes, number);
    if (route_state(route) == ROUTE_LEAVES || route_state(route) == ROUTE_PASSES) {
        rib_forget(rib, number);
        return;
    }
    bool hides = route_state(route) == ROUTE_WAITS && route->bits & ROUTE_KNOWN;
    route_become(route, hides ? ROUTE_HIDES | ROUTE_KNOWN : ROUTE_TOLD);
    if (hides)
        rib_queue(rib, number);
}

/* `counter` (NULL: nobody is told) has as many more as were refused. */
static bool pull_refuse_group(struct pull *p, uint32_t group, uint32_t most, unsigned *counter) {
    struct rib_out *rib = p->rib;
    uint32_t at = group_at(&rib->groups, group)->head, count = 0;
    for (uint32_t next; at && count < most; at = next, count++) {
        next = queued_after(queued_at(&rib->routes, at));
        pull_refused(rib, at);
    }
    if (counter)
        *counter += count;
    groups_served(&rib->groups, &rib->routes, group, at, count);
    return false;
}

/* ---- Messages ---- */

/* NLRI after NLRI, and the end of the message. An NLRI that does not even fit alone is refused. Where routes do not
 * share messages the next one in the group may have other attributes, so no more than `most` are looked at. */
static bool pull_fill(struct pull *p, struct update_writer *w, uint32_t group) {
    struct rib_out *rib = p->rib;
    uint32_t at = group_at(&rib->groups, group)->head, count = 0, written = 0;
    bool classic = update_is_classic(w);
    for (uint32_t next; at && count < p->most; at = next, count++) {
        struct queued *queued = queued_at(&rib->routes, at);
        next = queued_after(queued);
        if (p->limit && !pull_admits(p, at))
            continue;
        if (route_put(w, classic, &queued->route)) {
            if (p->limit)
                pull_count_path(p, &queued->route);
            pull_sent(p, at, &queued->route);
            written++;
            continue;
        }
        if (written)
            break;
        pull_refused(rib, at);
        ++*p->too_long;
    }
    update_end(w);
    leaving_end(&p->leaving, &rib->routes);
    groups_served(&rib->groups, &rib->routes, group, at, count);
    return written != 0;
}

static bool pull_withdraws(struct pull *p, uint32_t group) {
    const struct family *family = family_at(group_family(group_at(&p->rib->groups, group)));
    struct update_writer w;
    if (!terms_has(p->terms->families, family->index))
        return pull_refuse_group(p, group, UINT32_MAX, NULL);
    p->limit = terms_paths_limit(p->terms, family->index);
    update_withdraw(&w, p->out, p->terms, family);
    return pull_fill(p, &w, group);
}

/* A message with routes from the head of a group; those at its head that cannot be told are `most` at a time. */
static bool pull_announces(struct pull *p, uint32_t group, uint32_t most) {
    struct rib_out *rib = p->rib;
    const struct route *head = route_at(&rib->routes, group_at(&rib->groups, group)->head);
    const struct family *family = family_at(route_family(head));
    struct update_writer w;
    if (!terms_has(p->terms->families, family->index))
        return pull_refuse_group(p, group, most, NULL);
    encoding_make(&rib->encoding, head->set, p->terms, family);
    rib->self[rib_self_of(family)] = terms_own_next_hop(p->terms, family);
    if (!encoding_carries(&rib->encoding, p->terms, family))
        return pull_refuse_group(p, group, most, NULL);
    if (role_bars(store_set(rib->store, head->set), p->terms, family))
        return pull_refuse_group(p, group, most, &rib->barred);
    if (!update_announce(&w, p->out, p->terms, family, buffer_cursor(&rib->encoding.octets), rib->encoding.next_hop))
        return pull_refuse_group(p, group, most, p->too_long);
    p->limit = terms_paths_limit(p->terms, family->index);
    if (!pull_fill(p, &w, group))
        return false;
    rib->spoke = true;
    return true;
}

static bool pull_group(struct pull *p, uint32_t group) {
    switch (group_queue(group_at(&p->rib->groups, group))) {
    case QUEUE_WITHDRAWS: return pull_withdraws(p, group);
    case QUEUE_PASSING: p->most = 1; return pull_announces(p, group, 1);
    default: return pull_announces(p, group, p->most);
    }
}

bool rib_pull(struct rib_out *rib, const struct terms *terms, bool group, struct buffer *out, unsigned *too_long) {
    struct pull p = {.rib = rib, .terms = terms, .out = out, .too_long = too_long};
    rib_settle(rib);
    if (rib->apart == group)
        rib_set_apart(rib, !group);
    for (uint32_t first; (first = groups_first(&rib->groups));) {
        p.most = group ? UINT32_MAX : 1;
        if (pull_group(&p, first))
            return true;
    }
    return false;
}
