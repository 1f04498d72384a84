/* What a command does to one peer. The API says which peers. */
#include "engine/audience.h"

/* `next-hop self` of an IPv6 route over an IPv4 session has no address to stand for (config.md 12). */
bool peer_has_self(const struct peer *p, const struct family *family) {
    struct ip local = p->neighbor->local.len ? p->neighbor->local : p->neighbor->peer.ip;
    return family->afi != 2 || local.len != 4;
}

bool peer_lacks_self(const struct peer *p, const struct family *family, struct attribute_set set) {
    struct cursor next_hop;
    return !peer_has_self(p, family) && attributes_find(set.named, ATTRIBUTE_NEXT_HOP, &next_hop) &&
           cursor_done(&next_hop);
}

/* A helper says its first words, often several lines, one write each, and may take some back at once: the very first
 * UPDATE of a session that had no routes to begin with waits until they are here, so that it does not depend on chance
 * how much of this the peer gets to see. */
static void peer_hold_first(struct peer *p, uint64_t now) {
    if (!p->resume && !p->ends_wait && !peer_spoke(p))
        p->resume = now + p->engine->settings.first_wait;
}

void peer_wake_for_routes(struct peer *p, uint64_t now) {
    if (p->engine->settings.first_wait)
        peer_hold_first(p, now);
    peer_wake(p, now);
}

/* What waited before has woken the session already. */
static void peer_wake_first(struct peer *p, bool waited, uint64_t now) {
    if (!waited)
        peer_wake_for_routes(p, now);
}

enum announced peer_announce(struct engine *e, struct peer *p, const struct family *family, struct cursor nlri,
                             bool has_path, uint32_t path, uint32_t set, uint64_t now) {
    if (!(p->neighbor->offer.families & family_bit(family)))
        return ANNOUNCED_NO_FAMILY;
    if (peer_lacks_self(p, family, store_set(&e->store, set)))
        return ANNOUNCED_NO_SELF;
    e->now = now;
    if (p->seat_count) {
        peer_tell_route(p, family, nlri, has_path, path, set);
        return ANNOUNCED;
    }
    bool waited = rib_waits(p->out);
    peer_own(p);
    rib_announce(p->out, family, nlri, has_path, path, set);
    peer_wake_first(p, waited, now);
    return ANNOUNCED;
}

enum announced peer_withdraw(struct engine *e, struct peer *p, const struct family *family, struct cursor nlri,
                             bool has_path, uint32_t path, uint64_t now) {
    e->now = now;
    if (!(p->neighbor->offer.families & family_bit(family)))
        return ANNOUNCED_NO_FAMILY;
    if (p->seat_count) {
        peer_tell_route(p, family, nlri, has_path, path, 0);
        return ANNOUNCED;
    }
    bool waited = rib_waits(p->out);
    peer_own(p);
    rib_withdraw(p->out, family, nlri, has_path, path, session_terms(p->session) != NULL);
    peer_wake_first(p, waited, now);
    return ANNOUNCED;
}

bool peer_end_of_rib(struct engine *e, struct peer *p, uint16_t afi, uint8_t safi, uint64_t now) {
    (void)e;
    if (!session_terms(p->session))
        return false;
    put_end_of_rib(&p->last, afi, safi);
    peer_wake(p, now);
    return true;
}

bool peer_refresh(struct engine *e, struct peer *p, const struct family *family, uint64_t now) {
    (void)e;
    const struct terms *terms = session_terms(p->session);
    if (!terms)
        return false;
    if (p->neighbor->offer.refresh && (p->neighbor->offer.families & family_bit(family))) {
        put_route_refresh(&p->first, family->afi, 0, family->safi);
        peer_wake(p, now);
    }
    return true;
}

bool peer_say(struct engine *e, struct peer *p, struct cursor messages, uint64_t now) {
    (void)e;
    if (!session_terms(p->session))
        return false;
    put_cursor(&p->first, messages);
    peer_wake(p, now);
    return true;
}

void peer_flush(struct engine *e, struct peer *p, uint64_t now) {
    (void)e;
    const struct terms *terms = session_terms(p->session);
    peer_resend(p, UINT64_MAX);
    for (unsigned i = 0; terms && terms->enhanced_refresh && i < families_count(); i++) {
        if (!terms_has(p->neighbor->offer.families & terms->families & ~p->refreshing, i))
            continue;
        const struct family *family = family_at(i);
        put_route_refresh(&p->first, family->afi, 1, family->safi);
        put_route_refresh(&p->last, family->afi, 2, family->safi);
        p->refreshing |= family_bit(family);
    }
    peer_wake(p, now);
}

void peer_clear_in(struct engine *e, struct peer *p) {
    (void)e;
    if (p->in)
        rib_in_clear(p->in, UINT64_MAX);
}

void peer_teardown(struct engine *e, struct peer *p, uint8_t subcode, uint64_t now) {
    e->now = now;
    session_stop(p->session, subcode, (struct text){"", 0}, !e->waits, now);
    peer_rearm(p);
}

void peer_enable(struct engine *e, struct peer *p, bool enable, uint64_t now) {
    e->now = now;
    if (p->disabled == !enable)
        return;
    p->disabled = !enable;
    if (!enable)
        session_stop(p->session, 2, (struct text){"", 0}, false, now);
    peer_start(p, now);
}

bool peer_flushed(const struct peer *p) {
    return !session_terms(p->session) ||
           (!peer_waits(p) && !buffer_len(&p->first) && !buffer_len(&p->last) && !session_unsent(p->session));
}
