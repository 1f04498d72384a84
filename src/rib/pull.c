/* What waits becomes UPDATEs: a message a call, from the group that is first. */
#include <assert.h>

#include "bgp/role.h"
#include "rib/private.h"

enum { LEAVING = 8 };

struct pull {
    struct rib_out *rib;
    const struct terms *terms;
    struct buffer *out;
    unsigned *too_long;
    uint32_t most; /* routes in a message */

    /* Withdrawn routes whose places in the table were asked for: they go a few routes later, when those are here. */
    struct {
        uint32_t number;
        uint64_t hash;
    } leaving[LEAVING];
    uint32_t left; /* how many came here */
};

/* ---- Routes that were served ---- */

/* An earlier version went out: the peer now has something of that route, whatever becomes of the later one. */
static void pull_passed(struct rib_out *rib, uint32_t number) {
    const struct route *route = route_at(&rib->routes, number);
    struct route_name name;
    route_name_init(&name, rib->routes.seed, family_at(route_family(route)), route_nlri(route), route_has_path(route),
                    route_path(route));
    route_set_flag(route_at(&rib->routes, routes_find(&rib->routes, &name)), ROUTE_KNOWN);
}

static void pull_forget_left(struct pull *p, uint32_t which) {
    routes_remove(&p->rib->routes, p->leaving[which % LEAVING].number, p->leaving[which % LEAVING].hash);
}

static void pull_leaves(struct pull *p, uint32_t number, const struct route *route) {
    struct routes *routes = &p->rib->routes;
    uint64_t hash = routes_hash(routes, route);
    table_prefetch(&routes->table, hash);
    if (p->left >= LEAVING)
        pull_forget_left(p, p->left);
    p->leaving[p->left % LEAVING].number = number;
    p->leaving[p->left++ % LEAVING].hash = hash;
}

static void pull_leave_all(struct pull *p) {
    for (uint32_t which = p->left < LEAVING ? 0 : p->left - LEAVING; which != p->left; which++)
        pull_forget_left(p, which);
    p->left = 0;
}

__attribute__((noinline)) static void pull_sent_rare(struct pull *p, uint32_t number, struct route *route) {
    if (route_state(route) == ROUTE_HIDES) {
        route_become(route, ROUTE_TOLD);
    } else if (route_state(route) == ROUTE_LEAVES) {
        pull_leaves(p, number, route);
    } else {
        pull_passed(p->rib, number);
        rib_forget(p->rib, number);
    }
}

static inline void pull_sent(struct pull *p, uint32_t number, struct route *route) {
    if (route_state(route) == ROUTE_WAITS)
        route_become(route, ROUTE_TOLD | ROUTE_KNOWN);
    else
        pull_sent_rare(p, number, route);
}

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
        next = queued_at(&rib->routes, at)->next;
        pull_refused(rib, at);
    }
    if (counter)
        *counter += count;
    groups_served(&rib->groups, &rib->routes, group, at, count);
    return false;
}

/* ---- Messages ---- */

static_assert(sizeof((struct route *)0)->octets == UPDATE_SHORT, "routes are short NLRIs");

static inline bool pull_add(struct update_writer *w, bool classic, const struct route *route) {
    if (classic && !(route->bits & ROUTE_HAS_PATH) && !route_is_outside(route))
        return update_add_short(w, route->octets, (route->bits & ROUTE_LENGTH) >> ROUTE_LENGTH_SHIFT);
    return update_add(w, route_nlri(route), route_path(route));
}

/* NLRI after NLRI, and the end of the message. An NLRI that does not even fit alone is refused. */
static bool pull_fill(struct pull *p, struct update_writer *w, uint32_t group) {
    struct rib_out *rib = p->rib;
    uint32_t at = group_at(&rib->groups, group)->head, count = 0, written = 0;
    bool classic = update_is_classic(w);
    for (uint32_t next; at && written < p->most; at = next, count++) {
        struct queued *queued = queued_at(&rib->routes, at);
        next = queued->next;
        if (pull_add(w, classic, &queued->route)) {
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
    pull_leave_all(p);
    groups_served(&rib->groups, &rib->routes, group, at, count);
    return written != 0;
}

static bool pull_withdraws(struct pull *p, uint32_t group) {
    const struct family *family = family_at(group_family(group_at(&p->rib->groups, group)));
    struct update_writer w;
    if (!terms_has(p->terms->families, family->index))
        return pull_refuse_group(p, group, UINT32_MAX, NULL);
    update_withdraw(&w, p->out, p->terms, family);
    return pull_fill(p, &w, group);
}

/* The attributes of the set as this session has them; encoded once for all messages of a group. */
static void pull_encode(struct pull *p, uint32_t set, const struct family *family) {
    struct rib_out *rib = p->rib;
    if (rib->encoded_set == set && rib->encoded_family == family->index)
        return;
    store_keep(rib->store, set);
    rib_forget_encoded(rib);
    rib->encoded_set = set;
    rib->encoded_family = family->index;
    struct attribute_set attributes = store_set(rib->store, set);
    buffer_clear(&rib->encoded);
    attributes_send(attributes, p->terms, family, &rib->encoded);
    rib->next_hop = attributes_next_hop(attributes, p->terms, family);
    rib->self[rib_self_of(family)] = terms_own_next_hop(p->terms, family);
}

static unsigned next_hop_length(const struct family *family, struct ip next_hop) {
    bool vpn = family->flags & FAMILY_VPN_NEXT_HOP;
    switch (next_hop.len) {
    case 4: return vpn ? NEXT_HOP_12 : NEXT_HOP_4;
    case 16: return vpn ? NEXT_HOP_24 : NEXT_HOP_16;
    default: return NEXT_HOP_0;
    }
}

/* OUT-03: a next hop of the other kind needs its capability, where the family says so. */
static bool pull_carries_next_hop(const struct pull *p, const struct family *family) {
    return !(family->next_hops_extended & next_hop_length(family, p->rib->next_hop)) ||
           terms_has(p->terms->extended_next_hop, family->index);
}

/* A message with routes from the head of a group; those at its head that cannot be told are `most` at a time. */
static bool pull_announces(struct pull *p, uint32_t group, uint32_t most) {
    struct rib_out *rib = p->rib;
    const struct route *head = route_at(&rib->routes, group_at(&rib->groups, group)->head);
    const struct family *family = family_at(route_family(head));
    struct update_writer w;
    if (!terms_has(p->terms->families, family->index))
        return pull_refuse_group(p, group, most, NULL);
    pull_encode(p, head->set, family);
    if (!pull_carries_next_hop(p, family))
        return pull_refuse_group(p, group, most, NULL);
    if (role_bars(store_set(rib->store, head->set), p->terms, family))
        return pull_refuse_group(p, group, most, &rib->barred);
    if (!update_announce(&w, p->out, p->terms, family, buffer_cursor(&rib->encoded), rib->next_hop))
        return pull_refuse_group(p, group, most, p->too_long);
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
