/* All RIBs of a peer as one: those that it reads with others, and the one of its own. */
#include "engine/audience.h"

static bool has_paths_limit(const struct terms *terms) {
    for (unsigned i = 0; i < FAMILIES_MOST; i++)
        if (terms_paths_limit(terms, i))
            return true;
    return false;
}

void peer_seats_up(struct peer *p, const struct terms *terms) {
    bool alone = has_paths_limit(terms);
    p->engine->alone += alone;
    p->engine->alone -= p->alone;
    p->alone = alone;
    while (alone && p->seat_count)
        seat_part(p->seats[0], false);
    for (uint32_t i = 0; i < p->seat_count; i++)
        rib_reader_up(&p->seats[i]->reader, terms, true);
}

void peer_seats_down(struct peer *p) {
    for (uint32_t i = 0; i < p->seat_count; i++)
        rib_reader_down(&p->seats[i]->reader);
}

void peer_seats_leave(struct peer *p) {
    p->engine->recent_count = 0;
    while (p->seat_count) {
        struct audience *a = p->seats[p->seat_count - 1]->audience;
        seat_free(p->seats[p->seat_count - 1]);
        if (!a->count)
            audience_free(a);
    }
}

void peer_seats_changed(struct peer *p, const struct neighbor *before) {
    p->engine->recent_count = 0;
    while (p->seat_count && p->neighbor->group_updates != before->group_updates)
        seat_part(p->seats[0], false);
    for (uint32_t i = 0; i < p->seat_count; i++)
        audience_settle_families(p->seats[i]->audience);
}

void peer_seats_sleep(struct peer *p) {
    for (uint32_t i = 0; i < p->seat_count; i++)
        rib_reader_sleep(&p->seats[i]->reader);
}

void peer_resend(struct peer *p, uint64_t families) {
    rib_resend(p->out, families);
    for (uint32_t i = 0; i < p->seat_count; i++)
        rib_reader_resend(&p->seats[i]->reader, families);
}

/* Walks over the RIBs that it shares, then that of its own: the RIB's number in the higher half of *walk. */
bool peer_route_next(const struct peer *p, uint64_t *walk, struct rib_route *out) {
    for (;;) {
        uint32_t at = (uint32_t)*walk, which = (uint32_t)(*walk >> 32);
        if (which > p->seat_count)
            return false;
        bool own = which == p->seat_count;
        struct rib_out *rib = own ? p->out : rib_shared_routes(p->seats[which]->audience->rib);
        if (rib_out_next(rib, &at, out)) {
            *walk = (uint64_t)which << 32 | at;
            return true;
        }
        *walk = (uint64_t)(which + 1) << 32;
    }
}

bool peer_route_find(const struct peer *p, const struct family *family, struct cursor nlri, bool has_path,
                     uint32_t path, struct rib_route *out) {
    bool found = rib_out_find(p->out, family, nlri, has_path, path, out);
    for (uint32_t i = 0; !found && i < p->seat_count; i++)
        found = rib_out_find(rib_shared_routes(p->seats[i]->audience->rib), family, nlri, has_path, path, out);
    return found;
}

uint32_t peer_route_count(const struct peer *p) {
    uint32_t count = rib_out_count(p->out);
    for (uint32_t i = 0; i < p->seat_count; i++)
        count += rib_out_count(rib_shared_routes(p->seats[i]->audience->rib));
    return count;
}

bool peer_spoke(const struct peer *p) {
    bool spoke = rib_spoke(p->out);
    for (uint32_t i = 0; !spoke && i < p->seat_count; i++)
        spoke = rib_shared_spoke(p->seats[i]->audience->rib);
    return spoke;
}

bool peer_waits(const struct peer *p) {
    bool waits = rib_waits(p->out);
    for (uint32_t i = 0; !waits && i < p->seat_count; i++)
        waits = rib_reader_waits(&p->seats[i]->reader);
    return waits;
}

bool peer_pull_routes(struct peer *p, const struct terms *terms, struct buffer *out, struct refused *refused) {
    bool wrote = rib_waits(p->out) && rib_pull(p->out, terms, p->neighbor->group_updates, out, &refused->too_long);
    refused->barred += rib_take_barred(p->out);
    refused->held += rib_take_held(p->out);
    if (wrote)
        return true;
    for (uint32_t i = 0; i < p->seat_count; i++)
        if (rib_reader_pull(&p->seats[i]->reader, p->neighbor->rate_limit != 0, out, refused))
            return true;
    return false;
}
