/* What waits becomes UPDATEs: a message a call, from the group that is first. */
#include "rib/private.h"

struct pull {
    struct rib_out *rib;
    const struct terms *terms;
    struct buffer *out;
    unsigned *too_long;
    uint32_t most; /* routes in a message */
};

/* ---- Routes that were served ---- */

/* An earlier version went out: the peer now has something of that route, whatever becomes of the later one. */
static void pull_passed(struct rib_out *rib, uint32_t number) {
    const struct route *route = route_at(&rib->routes, number);
    struct route_name name;
    route_name_init(&name, &rib->routes, family_at(route->family), route_nlri(route), route->has_path,
                    route_path(route));
    route_at(&rib->routes, routes_find(&rib->routes, &name))->known = 1;
}

static void pull_sent(struct rib_out *rib, uint32_t number) {
    struct route *route = route_at(&rib->routes, number);
    if (route->state == ROUTE_WAITS) {
        route->state = ROUTE_TOLD;
        route->known = 1;
        route->shadowed = 0;
        return;
    }
    if (route->state == ROUTE_HIDES) {
        route->state = ROUTE_TOLD;
        route->known = 0;
        return;
    }
    if (route->state == ROUTE_PASSES)
        pull_passed(rib, number);
    rib_forget(rib, number);
}

/* The route cannot be told. When the peer has an earlier version of it, that must go. */
static void pull_refused(struct rib_out *rib, uint32_t number) {
    struct route *route = route_at(&rib->routes, number);
    if (route->state == ROUTE_LEAVES || route->state == ROUTE_PASSES) {
        rib_forget(rib, number);
        return;
    }
    bool hides = route->state == ROUTE_WAITS && route->known;
    route->state = hides ? ROUTE_HIDES : ROUTE_TOLD;
    route->shadowed = 0;
    if (hides)
        rib_queue(rib, number);
}

static bool pull_refuse_group(struct pull *p, uint32_t group, uint32_t most, bool too_long) {
    struct rib_out *rib = p->rib;
    uint32_t at = group_at(&rib->groups, group)->head, count = 0;
    for (uint32_t next; at && count < most; at = next, count++) {
        next = queued_at(&rib->routes, at)->next;
        pull_refused(rib, at);
    }
    *p->too_long += too_long ? count : 0;
    groups_served(&rib->groups, &rib->routes, group, at, count);
    return false;
}

/* ---- Messages ---- */

/* NLRI after NLRI, and the end of the message. An NLRI that does not even fit alone is refused. */
static bool pull_fill(struct pull *p, struct update_writer *w, uint32_t group) {
    struct rib_out *rib = p->rib;
    uint32_t at = group_at(&rib->groups, group)->head, count = 0, written = 0;
    for (uint32_t next; at && written < p->most; at = next, count++) {
        const struct queued *queued = queued_at(&rib->routes, at);
        next = queued->next;
        if (update_add(w, route_nlri(&queued->route), route_path(&queued->route))) {
            pull_sent(rib, at);
            written++;
            continue;
        }
        if (written)
            break;
        pull_refused(rib, at);
        ++*p->too_long;
    }
    update_end(w);
    groups_served(&rib->groups, &rib->routes, group, at, count);
    return written != 0;
}

static bool pull_withdraws(struct pull *p, uint32_t group) {
    const struct family *family = family_at(group_at(&p->rib->groups, group)->family);
    struct update_writer w;
    if (!terms_has(p->terms->families, family->index))
        return pull_refuse_group(p, group, UINT32_MAX, false);
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
    const struct family *family = family_at(head->family);
    struct update_writer w;
    if (!terms_has(p->terms->families, family->index))
        return pull_refuse_group(p, group, most, false);
    pull_encode(p, head->set, family);
    if (!pull_carries_next_hop(p, family))
        return pull_refuse_group(p, group, most, false);
    if (!update_announce(&w, p->out, p->terms, family, buffer_cursor(&rib->encoded), rib->next_hop))
        return pull_refuse_group(p, group, most, true);
    return pull_fill(p, &w, group);
}

static bool pull_group(struct pull *p, uint32_t group) {
    switch (group_at(&p->rib->groups, group)->queue) {
    case QUEUE_WITHDRAWS: return pull_withdraws(p, group);
    case QUEUE_PASSING: p->most = 1; return pull_announces(p, group, 1);
    default: return pull_announces(p, group, p->most);
    }
}

bool rib_pull(struct rib_out *rib, const struct terms *terms, bool group, struct buffer *out, unsigned *too_long) {
    struct pull p = {.rib = rib, .terms = terms, .out = out, .too_long = too_long};
    rib_set_apart(rib, !group);
    for (uint32_t first; (first = groups_first(&rib->groups));) {
        p.most = group ? UINT32_MAX : 1;
        if (pull_group(&p, first))
            return true;
    }
    return false;
}
