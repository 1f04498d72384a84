/* What an opened UPDATE announces and withdraws, NLRI after NLRI, and its attributes as one canonical list. */
#include "bgp/update_private.h"

void update_walk_init(struct update_walk *w, const struct update *u, bool announced) {
    *w = (struct update_walk){.update = u, .announced = announced};
}

bool update_stage_announces(const struct update *u, unsigned stage) {
    return (stage == UPDATE_NLRI || stage == UPDATE_REACH) && u->harm < HARM_WITHDRAW;
}

static const struct cursor *update_part_nlris(const struct update *u, unsigned stage) {
    switch (stage) {
    case UPDATE_WITHDRAWN: return &u->withdrawn;
    case UPDATE_NLRI: return &u->nlri;
    case UPDATE_UNREACH: return &u->unreach.nlri;
    default: return &u->reach.nlri;
    }
}

static void update_walk_enter(struct update_walk *w, unsigned stage) {
    const struct update *u = w->update;
    const struct update_reach *reach = stage == UPDATE_REACH ? &u->reach : &u->unreach;
    bool classic = stage == UPDATE_WITHDRAWN || stage == UPDATE_NLRI;
    w->family = classic ? &family_ipv4_unicast : reach->family;
    w->left = *update_part_nlris(u, stage);
    w->next_hop = stage == UPDATE_NLRI ? u->next_hop : stage == UPDATE_REACH ? reach->next_hop : cursor_of("", 0);
    if (w->family)
        w->add_path = terms_has(u->terms->add_path_receive, w->family->index);
    else
        w->left.p = w->left.end;
}

void update_walk_part(struct update_walk *w, const struct update *u, unsigned stage) {
    update_walk_init(w, u, update_stage_announces(u, stage));
    update_walk_enter(w, stage);
    w->stage = UPDATE_STAGES;
}

bool update_has_part(const struct update *u, unsigned stage) {
    struct update_walk w;
    struct nlri nlri;
    if (cursor_done(update_part_nlris(u, stage)))
        return false;
    update_walk_part(&w, u, stage);
    return u->skips ? update_walk_next(&w, &nlri) : !cursor_done(&w.left);
}

bool update_walk_next(struct update_walk *w, struct nlri *out) {
    while (!update_walk_take(w, &out->path, &out->octets)) {
        while (w->stage < UPDATE_STAGES && update_stage_announces(w->update, w->stage) != w->announced)
            w->stage++;
        if (w->stage >= UPDATE_STAGES)
            return false;
        update_walk_enter(w, w->stage++);
    }
    out->family = w->family;
    out->has_path = w->add_path;
    out->announced = w->announced;
    out->next_hop = w->next_hop;
    return true;
}

/* The flags that mean something: the same attribute has the same octets, however it was sent. */
static uint8_t attribute_canonical_flags(const struct attribute *a) {
    uint8_t flags = a->flags & (ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE | ATTRIBUTE_PARTIAL);
    if (!attribute_kind_of(a->code))
        return flags | ATTRIBUTE_PARTIAL; /* passed on by one who does not know it: RFC 4271 section 5 */
    bool may_be_partial = (flags & ATTRIBUTE_OPTIONAL) && (flags & ATTRIBUTE_TRANSITIVE);
    return may_be_partial ? flags : flags & (uint8_t)~ATTRIBUTE_PARTIAL;
}

void update_canonical(const struct update *u, struct cursor next_hop, struct buffer *out) {
    bool told = cursor_done(&next_hop);
    for (unsigned i = 0; i < u->count; i++) {
        const struct attribute *a = &u->attributes[i];
        if (!told && a->code >= ATTRIBUTE_NEXT_HOP) {
            put_attribute(out, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_NEXT_HOP, next_hop);
            told = true;
        }
        if (a->code != ATTRIBUTE_NEXT_HOP)
            put_attribute(out, attribute_canonical_flags(a), a->code, a->value);
    }
    if (!told)
        put_attribute(out, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_NEXT_HOP, next_hop);
}
