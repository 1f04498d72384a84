/* A neighbor that runs: what its session wants, what it says, what it hears. */
#include "base/memory.h"
#include "engine/audience.h"

/* ---- What the session wants ---- */

/* The host may still be closing a connection of a peer that is gone, and whose number another one has now: so the
 * count is the engine's. The first bit is for streams that are not the engine's. */
uint64_t peer_name_stream(struct peer *p) {
    struct engine *e = p->engine;
    e->streams = (e->streams + 1) & INT32_MAX;
    return (uint64_t)e->streams << 32 | p->number;
}

static uint64_t peer_dial(void *context) {
    struct peer *p = context;
    if (p->disabled || p->doomed)
        return 0;
    p->stream = peer_name_stream(p);
    p->engine->world.dial(p->engine->world.context, p->stream, p->neighbor, p->neighbor->peer.ip);
    return p->stream;
}

static void peer_hang_up(void *context, uint64_t stream, bool after_output) {
    struct peer *p = context;
    p->engine->world.hang_up(p->engine->world.context, stream, after_output);
}

static void peer_output(void *context, uint64_t stream) {
    struct peer *p = context;
    p->engine->world.output(p->engine->world.context, stream);
}

/* ---- What it says: control messages, routes, End-of-RIB markers, and what must come after the routes ---- */

void peer_tell(struct peer *p, struct engine_event event) {
    event.peer = p;
    event.now = p->engine->now;
    p->engine->listener.hear(p->engine->listener.context, &event);
}

/* rate-limit N (config.md 5): N UPDATEs a second. */
static bool peer_may_send(struct peer *p) {
    if (p->engine->now >= p->resume) {
        if (!p->neighbor->rate_limit)
            return true;
        p->resume = p->engine->now + 1000000;
        p->budget = p->neighbor->rate_limit;
    }
    if (!p->budget)
        return false;
    p->budget--;
    return true;
}

static bool peer_take(struct buffer *from, struct buffer *out) {
    if (!buffer_len(from))
        return false;
    put_cursor(out, buffer_cursor(from));
    buffer_clear(from);
    return true;
}

/* After the first table: one End-of-RIB for each common family, in the order of the peer's OPEN (config.md 24). */
static bool peer_end_first_table(struct peer *p, const struct terms *terms, struct buffer *out) {
    if (!p->ends_wait)
        return false;
    if (p->ends_told == terms->order_count) {
        p->ends_wait = false;
        if (terms->order_count == 0)
            put_keepalive(out);
        return terms->order_count == 0;
    }
    const struct family *family = family_at(terms->order[p->ends_told++]);
    put_end_of_rib(out, family->afi, family->safi);
    return true;
}

static bool peer_pull_one(struct peer *p, const struct terms *terms, struct buffer *out) {
    struct refused refused = {0};
    if (peer_take(&p->first, out))
        return true;
    if (p->paused)
        return false;
    if (peer_waits(p)) {
        p->held = !peer_may_send(p);
        if (p->held)
            return false;
        bool wrote = peer_pull_routes(p, terms, out, &refused);
        if (refused.too_long)
            peer_tell(p, (struct engine_event){.kind = ENGINE_EVENT_TOO_LONG, .count = refused.too_long});
        if (refused.barred)
            peer_tell(p, (struct engine_event){.kind = ENGINE_EVENT_BARRED, .count = refused.barred});
        if (refused.held && !p->said_held)
            peer_tell(p, (struct engine_event){.kind = ENGINE_EVENT_HELD});
        p->said_held |= refused.held != 0;
        if (wrote)
            return true;
    }
    if (peer_end_first_table(p, terms, out))
        return true;
    p->refreshing = 0;
    return peer_take(&p->last, out);
}

static bool peer_pull(void *context, const struct terms *terms, struct buffer *out, size_t most) {
    struct peer *p = context;
    size_t start = buffer_len(out);
    while (buffer_len(out) - start < most)
        if (!peer_pull_one(p, terms, out)) {
            peer_seats_sleep(p);
            return false;
        }
    return true;
}

/* ---- What it hears ---- */

/* The set that the RIB keeps, with a reference. */
static uint32_t peer_set_of(struct peer *p, const struct update *u, struct cursor next_hop) {
    struct engine *e = p->engine;
    if (!u->number || u->number != e->kept_number) {
        buffer_clear(&e->scratch);
        update_canonical(u, next_hop, &e->scratch);
        uint32_t set = store_intern(&e->store, buffer_cursor(&e->scratch), cursor_of(NULL, 0));
        if (!u->number)
            return set;
        store_drop(&e->store, e->kept);
        e->kept_number = u->number;
        e->kept = set;
    }
    store_keep(&e->store, e->kept);
    return e->kept;
}

static void peer_keep_announced(struct peer *p, const struct update *u) {
    struct engine *e = p->engine;
    struct update_walk walk;
    struct nlri nlri;
    struct cursor next_hop = {0};
    uint32_t set = 0;
    update_walk_init(&walk, u, true);
    while (update_walk_next(&walk, &nlri)) {
        if (!set || !cursor_same(next_hop, nlri.next_hop)) {
            store_drop(&e->store, set);
            next_hop = nlri.next_hop;
            set = peer_set_of(p, u, next_hop);
        }
        rib_in_announce(p->in, &nlri, set);
        p->announced++;
    }
    store_drop(&e->store, set);
}

/* Explicit withdraws first: a prefix that is in both parts of one UPDATE counts as announced (UPD-10). */
static void peer_keep(struct peer *p, const struct update *u) {
    struct update_walk walk;
    struct nlri nlri;
    if (u->end_of_rib)
        retention_end_of_rib(p, u->end_afi, u->end_safi);
    update_walk_init(&walk, u, false);
    while (update_walk_next(&walk, &nlri)) {
        if (p->in)
            rib_in_withdraw(p->in, &nlri);
        p->withdrawn++;
    }
    if (p->in) {
        peer_keep_announced(p, u);
        return;
    }
    update_walk_init(&walk, u, true);
    while (update_walk_next(&walk, &nlri))
        p->announced++;
}

/* The peer wants its family again (RFC 2918, between BoRR and EoRR where both sides can: RFC 7313). Requests that come
 * while one is being answered collapse into it (RRF-06). */
static void peer_answer_refresh(struct peer *p, const struct refresh *refresh, const struct terms *terms) {
    const struct family *family = family_of(refresh->afi, refresh->safi);
    if (refresh->subtype != 0 || !family || !(terms->families & family_bit(family)))
        return;
    peer_resend(p, family_bit(family));
    if (terms->enhanced_refresh && !(p->refreshing & family_bit(family))) {
        p->refreshing |= family_bit(family);
        put_route_refresh(&p->first, family->afi, 1, family->safi);
        put_route_refresh(&p->last, family->afi, 2, family->safi);
    }
}

void peer_linger(struct peer *p, bool lingers) {
    p->engine->lingering += lingers;
    p->engine->lingering -= p->lingers;
    p->lingers = lingers;
}

static void peer_up(struct peer *p, const struct terms *terms) {
    p->up = true;
    peer_linger(p, false);
    peer_seats_up(p, terms);
    p->ends_told = 0;
    p->ends_wait = !p->neighbor->manual_eor;
    p->resume = 0;
    p->budget = 0;
    p->limit_at = p->limit_warned = 0;
    p->over = NULL;
    p->held = p->said_held = false;
}

static void peer_down(struct peer *p, const struct session_event *down) {
    uint64_t kept = 0;
    rib_down(p->out);
    peer_seats_down(p);
    if (p->up) {
        kept = retention_down(p, down);
        if (p->in)
            rib_in_clear(p->in, ~kept);
    }
    p->up = false;
    buffer_clear(&p->first);
    buffer_clear(&p->last);
    p->ends_wait = false;
    p->paused = false;
    p->refreshing = 0;
    if (p->maker && kept)
        peer_linger(p, true);
    else if (p->maker && !p->lingers)
        p->doomed = true;
}

static void peer_heard(void *context, const struct session_event *event) {
    struct peer *p = context;
    if (event->kind == SESSION_EVENT_UP)
        peer_up(p, event->terms);
    if (event->kind == SESSION_EVENT_MESSAGE && !event->sent && event->update)
        peer_keep(p, event->update);
    if (event->kind == SESSION_EVENT_MESSAGE && !event->sent && event->update && event->terms)
        limit_check(p, event->terms);
    if (event->kind == SESSION_EVENT_MESSAGE && !event->sent && event->refresh && event->terms) {
        peer_answer_refresh(p, event->refresh, event->terms);
        retention_refresh(p, event->refresh, event->terms);
    }
    peer_tell(p, (struct engine_event){.kind = ENGINE_EVENT_SESSION, .session = event});
    if (event->kind == SESSION_EVENT_UP)
        retention_up(p, event->terms);
    if (event->kind == SESSION_EVENT_DOWN)
        peer_down(p, event);
}

/* ---- Life ---- */

void peer_settle(struct peer *p) {
    const struct neighbor *n = p->neighbor;
    const struct engine_settings *s = &p->engine->settings;
    p->settings = (struct session_settings){
        .offer = n->offer,
        .local = n->local,
        .peer = n->peer.ip,
        .link_local = n->link_local,
        .passive = n->passive || s->passive,
        .open_wait = s->open_wait,
        .attempts = s->attempts,
        .update = p->engine->update,
        .recent = p->engine->before,
    };
}

void peer_open_session(struct peer *p) {
    const struct session_ears ears = {p, peer_dial, peer_hang_up, peer_output, peer_pull, peer_heard};
    peer_settle(p);
    p->session = session_new(&p->settings, &ears, p->engine->settings.seed + p->number);
    session_tell_sent(p->session, p->tell_updates, p->tell_others);
}

static void peer_open_in(struct peer *p) {
    p->in = rib_in_new(&p->engine->store);
    rib_in_close(p->in, p->engine->closed);
}

struct peer *peer_new(struct engine *e, const struct neighbor *n) {
    struct peer *p = memory_new(sizeof *p);
    p->engine = e;
    p->neighbor = n;
    p->name = buffer_growing();
    p->first = buffer_growing();
    p->last = buffer_growing();
    p->deadline = UINT64_MAX;
    put_neighbor_name(&p->name, n);
    p->out = rib_out_new(&e->store);
    retention_init(&p->retention);
    if (n->adj_rib_in)
        peer_open_in(p);
    return p;
}

void peer_free(struct peer *p) {
    deadline_set(p->engine, p, UINT64_MAX);
    peer_seats_leave(p);
    p->engine->owners -= p->has_own;
    p->engine->alone -= p->alone;
    peer_linger(p, false);
    session_free(p->session);
    rib_out_free(p->out);
    rib_in_free(p->in);
    buffer_release(&p->name);
    buffer_release(&p->first);
    buffer_release(&p->last);
    free(p->seats);
    free(p->own);
    free(p);
}

/* One that is disabled, or waits for all to begin, is started then. */
void peer_start(struct peer *p, uint64_t now) {
    if (!p->disabled && !p->engine->waits)
        session_start(p->session, now);
    peer_rearm(p);
}

void peer_restart_session(struct peer *p, const struct neighbor *n, uint64_t now) {
    session_stop(p->session, 3, (struct text){"", 0}, false, now);
    p->neighbor = n;
    if (n->adj_rib_in && !p->in)
        peer_open_in(p);
    if (!n->adj_rib_in) {
        rib_in_free(p->in);
        p->in = NULL;
    }
    peer_settle(p);
    peer_start(p, now);
}

void peer_rearm(struct peer *p) {
    uint64_t deadline = session_deadline(p->session);
    uint64_t stale = retention_deadline(&p->retention);
    deadline = stale < deadline ? stale : deadline;
    if (p->held && session_terms(p->session) && p->resume < deadline)
        deadline = p->resume;
    deadline_set(p->engine, p, deadline);
}

void peer_wake(struct peer *p, uint64_t now) {
    p->engine->now = now;
    if (session_terms(p->session)) {
        session_wake(p->session, now);
        peer_rearm(p);
    }
}

void peer_pause(struct peer *p, bool paused, uint64_t now) {
    p->engine->now = now;
    p->paused = paused;
    session_pause(p->session, paused, now);
    if (!paused)
        peer_wake(p, now);
    peer_rearm(p);
}

void peer_tell_sent(struct peer *p, bool updates, bool others) {
    p->tell_updates = updates;
    p->tell_others = others;
    if (p->session)
        session_tell_sent(p->session, updates, others);
}

/* ---- Questions ---- */

const struct neighbor *peer_neighbor(const struct peer *p) {
    return p->neighbor;
}

struct text peer_name(const struct peer *p) {
    return buffer_text(&p->name);
}

uint32_t peer_number(const struct peer *p) {
    return p->number;
}

const struct session *peer_session(const struct peer *p) {
    return p->session;
}

uint32_t peer_paths_held(const struct peer *p) {
    return rib_held(p->out);
}

struct rib_in *peer_rib_in(const struct peer *p) {
    return p->in;
}

uint64_t peer_prefixes_received(const struct peer *p) {
    return p->announced;
}

uint64_t peer_prefixes_withdrawn(const struct peer *p) {
    return p->withdrawn;
}

uint64_t peer_stream(const struct peer *p) {
    return session_terms(p->session) ? session_stream(p->session) : 0;
}

struct terms peer_terms(const struct peer *p) {
    const struct terms *agreed = session_terms(p->session);
    const struct neighbor *n = p->neighbor;
    if (agreed)
        return *agreed;
    return (struct terms){
        .local_as = n->offer.local_as,
        .peer_as = n->offer.peer_as,
        .local_id = n->offer.router_id,
        .local = n->local,
        .peer = n->peer.ip,
        .internal = n->offer.local_as == n->offer.peer_as,
        .confederation = offer_is_confederation(&n->offer, n->offer.local_as, n->offer.peer_as),
        .as4 = true,
        .families = n->offer.families,
        .aigp = n->offer.aigp,
    };
}
