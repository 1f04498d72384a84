/* Stale routes: see the header. All of it happens at a loss, a return, an End-of-RIB or a deadline; nothing ticks. */
#include "engine/retention.h"

#include "base/memory.h"
#include "engine/private.h"

enum { CEASE = 6, HARD_RESET = 9, PATIENCE = 360 /* seconds that a peer has for its End-of-RIB, once it is back */ };
enum { LLGR_STALE = 0xffff0006, NO_LLGR = 0xffff0007 };
static const uint64_t second = 1000000;

void retention_init(struct retention *r) {
    *r = (struct retention){.restart_at = UINT64_MAX};
    for (unsigned i = 0; i < FAMILIES_MOST; i++)
        r->long_lived_at[i] = UINT64_MAX;
}

/* ---- Withdraws that the peer did not send ---- */

/* They are told as what the peer would have sent: an UPDATE of one family. */
struct leaving {
    struct peer *peer;
    struct update *update; /* NULL: none is told so far */
    struct buffer message;
    struct update_writer writer;
    struct terms terms; /* to write with, and to read it again */
    bool open;
};

static void leaving_tell(struct leaving *l) {
    struct cursor whole, body;
    struct fault fault;
    if (!l->open)
        return;
    update_end(&l->writer);
    l->open = false;
    whole = body = buffer_cursor(&l->message);
    cursor_take(&body, MESSAGE_HEADER);
    if (update_open(l->update, body, &l->terms, &fault)) {
        struct session_event event = {
            .kind = SESSION_EVENT_MESSAGE,
            .message = {.type = MESSAGE_UPDATE, .whole = whole, .body = body},
            .update = l->update,
            .terms = session_terms(l->peer->session),
        };
        peer_tell(l->peer, (struct engine_event){.kind = ENGINE_EVENT_WITHDRAWN, .session = &event});
    }
    buffer_clear(&l->message);
}

static void leaving_begin(struct leaving *l, const struct rib_route *route) {
    l->terms = peer_terms(l->peer);
    l->terms.send_most = MESSAGE_MOST;
    l->terms.families = family_bit(route->family);
    l->terms.add_path_send = l->terms.add_path_receive = route->has_path ? l->terms.families : 0;
    if (!l->update)
        l->update = memory_new(sizeof *l->update);
    update_withdraw(&l->writer, &l->message, &l->terms, route->family);
    l->open = true;
}

static bool leaving_takes(struct leaving *l, const struct rib_route *route) {
    return l->open && l->writer.family == route->family && l->writer.add_path == route->has_path &&
           update_add(&l->writer, route->nlri, route->path);
}

static void leaving_add(struct leaving *l, const struct rib_route *route) {
    l->peer->withdrawn++;
    if (leaving_takes(l, route))
        return;
    leaving_tell(l);
    leaving_begin(l, route);
    update_add(&l->writer, route->nlri, route->path);
}

static void leaving_end(struct leaving *l) {
    leaving_tell(l);
    buffer_release(&l->message);
    free(l->update);
}

static struct leaving leaving_of(struct peer *p) {
    return (struct leaving){.peer = p, .message = buffer_growing()};
}

static uint32_t route_leaves(void *context, const struct rib_route *route) {
    leaving_add(context, route);
    return 0;
}

/* The end of the wait for these families. */
static void retention_sweep(struct peer *p, uint64_t families) {
    struct retention *r = &p->retention;
    r->stale &= ~families;
    r->long_lived &= ~families;
    r->refreshing &= ~families;
    for (unsigned i = 0; i < FAMILIES_MOST; i++)
        if (terms_has(families, i))
            r->long_lived_at[i] = UINT64_MAX;
    if (!(r->stale & ~r->long_lived))
        r->restart_at = UINT64_MAX;
    if (!p->in || !families)
        return;
    struct leaving l = leaving_of(p);
    rib_in_each_stale(p->in, families, route_leaves, &l);
    leaving_end(&l);
}

/* ---- Long-lived stale routes ---- */

struct ageing {
    struct leaving leaving;
    struct buffer named;
    uint32_t before, after; /* sets: the last one that was looked at, and what it became; references are held */
};

static bool has_community(struct cursor communities, uint32_t wanted) {
    while (cursor_left(&communities) >= 4)
        if (cursor_u32(&communities) == wanted)
            return true;
    return false;
}

/* The attributes with the community LLGR_STALE added. */
static void put_long_lived(struct buffer *out, struct cursor named, struct cursor communities) {
    uint8_t memory[4];
    struct buffer value = buffer_growing();
    struct attribute a;
    bool done = false;
    poke_u32(memory, LLGR_STALE);
    put_cursor(&value, communities);
    put_octets(&value, memory, sizeof memory);
    for (bool more = true; more;) {
        more = attribute_next(&named, &a);
        if (!done && (!more || a.code >= ATTRIBUTE_COMMUNITY)) {
            put_attribute(out, ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE, ATTRIBUTE_COMMUNITY, buffer_cursor(&value));
            done = true;
        }
        if (more && a.code != ATTRIBUTE_COMMUNITY)
            put_attribute(out, a.flags, a.code, a.value);
    }
    buffer_release(&value);
}

/* What a set becomes, 0: its routes are not to be kept that long. */
static uint32_t ageing_set(struct ageing *a, uint32_t set) {
    struct attribute_store *store = &a->leaving.peer->engine->store;
    struct attribute_set attributes = store_set(store, set);
    struct cursor communities = cursor_of(NULL, 0);
    attributes_find(attributes.named, ATTRIBUTE_COMMUNITY, &communities);
    if (has_community(communities, NO_LLGR))
        return 0;
    buffer_clear(&a->named);
    if (has_community(communities, LLGR_STALE))
        put_cursor(&a->named, attributes.named);
    else
        put_long_lived(&a->named, attributes.named, communities);
    return store_intern(store, buffer_cursor(&a->named), attributes.raw);
}

static uint32_t route_ages(void *context, const struct rib_route *route) {
    struct ageing *a = context;
    struct attribute_store *store = &a->leaving.peer->engine->store;
    if (route->set != a->before) {
        store_keep(store, route->set);
        store_drop(store, a->before);
        store_drop(store, a->after);
        a->before = route->set;
        a->after = ageing_set(a, route->set);
    }
    if (a->after)
        store_keep(store, a->after);
    else
        leaving_add(&a->leaving, route);
    return a->after;
}

static void retention_age(struct peer *p, uint64_t families) {
    struct ageing a = {.leaving = leaving_of(p), .named = buffer_growing()};
    if (!families || !p->in)
        return;
    rib_in_each_stale(p->in, families, route_ages, &a);
    leaving_end(&a.leaving);
    store_drop(&p->engine->store, a.before);
    store_drop(&p->engine->store, a.after);
    buffer_release(&a.named);
}

/* The restart time is over: what has no longer one goes. */
static void retention_outlive(struct peer *p, uint64_t now) {
    struct retention *r = &p->retention;
    uint64_t families = r->stale & ~r->long_lived, older = 0;
    for (unsigned i = 0; i < FAMILIES_MOST; i++)
        if (terms_has(families, i) && r->long_lived_time[i]) {
            older |= (uint64_t)1 << i;
            r->long_lived_at[i] = now + r->long_lived_time[i] * second;
        }
    retention_sweep(p, families & ~older);
    r->long_lived |= older;
    r->restart_at = UINT64_MAX;
    retention_age(p, older);
}

/* ---- What happens ---- */

/* A peer that a range made lives on while its routes are kept, but not more of them than this: addresses of a range are
 * no proof against one who comes from all of them. */
enum { LINGERING_MOST = 1000 };

/* A NOTIFICATION, sent or received, is the end of all routes, unless both sides said otherwise (RFC 8538 4). What this
 * end stops on purpose is not waited for. */
static bool retention_wanted(const struct peer *p, const struct session_event *down) {
    const struct terms *t = down->terms;
    if (!t || !t->graceful_restart || !p->in || p->disabled || p->doomed)
        return false;
    if (p->maker && p->engine->lingering >= LINGERING_MOST)
        return false;
    return !down->code || (t->restart_notification && !(down->code == CEASE && down->subcode == HARD_RESET));
}

uint64_t retention_down(struct peer *p, const struct session_event *down) {
    struct retention *r = &p->retention;
    bool wanted = retention_wanted(p, down);
    uint64_t kept = wanted ? down->terms->restart_families & down->terms->families : 0;
    uint64_t again = r->stale & ~r->long_lived, older = r->long_lived & kept;
    r->refreshing = 0;
    if (again && p->in) /* lost once more before its End-of-RIB: what it did not announce again goes (RFC 4724 4.2) */
        rib_in_drop_stale(p->in, again);
    for (unsigned i = 0; i < FAMILIES_MOST; i++) {
        r->long_lived_time[i] = wanted ? down->terms->long_lived_time[i] : 0;
        if (!terms_has(older, i))
            r->long_lived_at[i] = UINT64_MAX;
    }
    r->stale = kept;
    r->long_lived = older;
    r->restart_at = kept & ~older ? p->engine->now + down->terms->peer_restart_time * second : UINT64_MAX;
    if (!kept)
        return 0;
    rib_in_mark_stale(p->in, kept);
    retention_age(p, older);
    return kept;
}

void retention_up(struct peer *p, const struct terms *terms) {
    struct retention *r = &p->retention;
    uint64_t kept = terms->graceful_restart ? terms->restart_kept & ~r->long_lived : 0;
    kept |= terms->graceful_restart ? terms->long_lived_kept & r->long_lived : 0;
    retention_sweep(p, r->stale & ~(kept & terms->families));
    if (r->stale & ~r->long_lived)
        r->restart_at = p->engine->now + PATIENCE * second;
}

void retention_end_of_rib(struct peer *p, uint16_t afi, uint8_t safi) {
    const struct family *family = family_of(afi, safi);
    if (family && p->retention.stale & family_bit(family))
        retention_sweep(p, family_bit(family));
}

/* The peer tells a family anew, from BoRR to EoRR: what it does not tell is no more (RFC 7313 4.2). */
void retention_refresh(struct peer *p, const struct refresh *refresh, const struct terms *terms) {
    enum { BEGIN = 1, END = 2 };
    const struct family *family = family_of(refresh->afi, refresh->safi);
    if (!p->in || !terms->enhanced_refresh || !family || !(terms->families & family_bit(family)))
        return;
    if (refresh->subtype == BEGIN) {
        rib_in_mark_stale(p->in, family_bit(family));
        p->retention.refreshing |= family_bit(family);
    } else if (refresh->subtype == END && p->retention.refreshing & family_bit(family)) {
        retention_sweep(p, family_bit(family));
    }
}

uint64_t retention_deadline(const struct retention *r) {
    uint64_t at = r->restart_at;
    for (unsigned i = 0; r->long_lived && i < FAMILIES_MOST; i++)
        at = r->long_lived_at[i] < at ? r->long_lived_at[i] : at;
    return at;
}

void retention_due(struct peer *p, uint64_t now) {
    struct retention *r = &p->retention;
    uint64_t over = 0;
    if (r->restart_at <= now && session_terms(p->session))
        retention_sweep(p, r->stale & ~r->long_lived);
    else if (r->restart_at <= now)
        retention_outlive(p, now);
    for (unsigned i = 0; i < FAMILIES_MOST; i++)
        over |= r->long_lived_at[i] <= now ? (uint64_t)1 << i : 0;
    retention_sweep(p, over);
}
