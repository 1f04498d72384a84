/* The engine itself: its peers, and the door through which the host comes in. */
#include "engine/engine.h"

#include "base/hash.h"
#include "base/memory.h"
#include "engine/audience.h"

/* Microseconds until a peer is looked at again whose time had come and is not over. */
enum { TIMER_AGAIN = 1000 };

struct engine *engine_new(const struct engine_settings *settings, const struct engine_world *world,
                          const struct engine_listener *listener) {
    struct engine *e = memory_new(sizeof *e);
    e->settings = *settings;
    e->world = *world;
    e->listener = *listener;
    store_init(&e->store, settings->seed);
    e->update = memory_new(sizeof *e->update);
    e->before = memory_new(sizeof *e->before);
    e->scratch = buffer_growing();
    e->top = 1;
    return e;
}

void engine_free(struct engine *e) {
    for (uint32_t i = 1; i < e->top; i++)
        if (e->peers[i])
            peer_free(e->peers[i]);
    audiences_release(e);
    store_release(&e->store);
    buffer_release(&e->scratch);
    table_release(&e->by_address);
    free(e->update);
    free(e->before);
    free(e->peers);
    free(e->order);
    free(e->heap);
    free(e);
}

struct attribute_store *engine_store(struct engine *e) {
    return &e->store;
}

/* ---- Peers by number, by address, in order ---- */

static bool address_same(const void *context, uint32_t number, const void *key) {
    const struct engine *e = context;
    return ip_same(e->peers[number]->neighbor->peer.ip, *(const struct ip *)key);
}

static uint64_t address_hash(const struct engine *e, const struct ip *ip) {
    return hash_octets(ip, sizeof *ip, e->settings.seed);
}

static uint32_t address_first(const struct engine *e, const struct ip *ip) {
    return table_find(&e->by_address, address_hash(e, ip), address_same, e, ip);
}

static void address_add(struct engine *e, struct peer *p) {
    const struct ip *ip = &p->neighbor->peer.ip;
    uint32_t first = address_first(e, ip);
    if (first) {
        p->next_same = e->peers[first]->next_same;
        e->peers[first]->next_same = p->number;
    } else {
        table_add(&e->by_address, address_hash(e, ip), p->number);
    }
}

static void address_remove(struct engine *e, struct peer *p) {
    const struct ip *ip = &p->neighbor->peer.ip;
    uint32_t first = address_first(e, ip);
    if (first == p->number) {
        table_remove(&e->by_address, address_hash(e, ip), first);
        if (p->next_same)
            table_add(&e->by_address, address_hash(e, ip), p->next_same);
        return;
    }
    while (first && e->peers[first]->next_same != p->number)
        first = e->peers[first]->next_same;
    if (first)
        e->peers[first]->next_same = p->next_same;
}

static uint32_t engine_number(struct engine *e) {
    for (uint32_t i = e->free_hint; i < e->top; i++)
        if (i && !e->peers[i]) {
            e->free_hint = i + 1;
            return i;
        }
    e->free_hint = e->top;
    if (e->top == e->room || !e->peers) {
        e->room = e->room ? e->room * 2 : 16;
        e->peers = memory_resize(e->peers, e->room * sizeof(struct peer *));
        e->order = memory_resize(e->order, e->room * sizeof *e->order);
        e->peers[0] = NULL;
    }
    e->peers[e->top] = NULL;
    return e->top++;
}

static struct peer *engine_insert(struct engine *e, const struct neighbor *n, uint32_t maker, uint64_t now) {
    struct peer *p = peer_new(e, n);
    p->maker = maker;
    p->age = ++e->ages;
    p->number = engine_number(e);
    e->peers[p->number] = p;
    e->order[e->count++] = p->number;
    address_add(e, p);
    peer_open_session(p);
    peer_announce_listed(p, n);
    peer_tell(p, (struct engine_event){.kind = ENGINE_EVENT_PEER_NEW});
    peer_start(p, now);
    return p;
}

struct peer *engine_add(struct engine *e, const struct neighbor *n, uint64_t now) {
    e->now = now;
    return engine_insert(e, n, 0, now);
}

/* The place in the order of the first peer that is not older. */
static uint32_t engine_place(const struct engine *e, const struct peer *p) {
    uint32_t low = 0, high = e->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (e->peers[e->order[middle]]->age < p->age)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Out of every list; it lives on until its last connection is closed. */
static void engine_take_out(struct engine *e, struct peer *p) {
    peer_tell(p, (struct engine_event){.kind = ENGINE_EVENT_PEER_GONE});
    peer_seats_leave(p);
    address_remove(e, p);
    uint32_t place = engine_place(e, p);
    e->count--;
    memmove(e->order + place, e->order + place + 1, (e->count - place) * sizeof *e->order);
    p->gone = true;
}

/* Frees a peer whose time has come: it was removed, or a range made it for a connection that is no more, and none of
 * its routes are kept for it to come back. */
static void engine_bury(struct engine *e, struct peer *p) {
    bool over = p->doomed || (p->maker && !(p->lingers && p->retention.stale));
    if (!over || !session_quiet(p->session))
        return;
    p->doomed = true;
    if (!p->gone)
        engine_take_out(e, p);
    peer_tell(p, (struct engine_event){.kind = ENGINE_EVENT_PEER_FREED});
    e->peers[p->number] = NULL;
    if (p->number < e->free_hint)
        e->free_hint = p->number;
    peer_free(p);
}

static void engine_remove_one(struct engine *e, struct peer *p, uint8_t cease_subcode, uint64_t now) {
    p->doomed = true;
    session_stop(p->session, cease_subcode, (struct text){"", 0}, false, now);
    if (!p->gone)
        engine_take_out(e, p);
    /* The neighbor is borrowed, and the lender wants it back now, with all that it points to. */
    struct neighbor *own = p->own ? p->own : memory_new(sizeof *own);
    const struct neighbor *n = p->neighbor;
    *own = (struct neighbor){.peer = n->peer, .range = n->range, .local = n->local, .passive = n->passive};
    own->offer.local_as = n->offer.local_as;
    own->offer.peer_as = n->offer.peer_as;
    own->offer.router_id = n->offer.router_id;
    p->neighbor = p->own = own;
    peer_rearm(p);
    engine_bury(e, p);
}

void engine_remove(struct engine *e, struct peer *p, uint8_t cease_subcode, uint64_t now) {
    uint32_t maker = p->neighbor->range ? p->number : 0;
    e->now = now;
    for (uint32_t i = 1; maker && i < e->top; i++)
        if (e->peers[i] && e->peers[i]->maker == maker)
            engine_remove_one(e, e->peers[i], cease_subcode, now);
    engine_remove_one(e, p, cease_subcode, now);
}

static void engine_replace_one(struct peer *p, const struct neighbor *n, uint64_t now) {
    const struct neighbor *before = p->neighbor;
    peer_replace_listed(p, before, n);
    buffer_clear(&p->name);
    put_neighbor_name(&p->name, n);
    if (neighbor_same_session(before, n)) {
        p->neighbor = n;
        peer_settle(p);
        peer_seats_changed(p, before);
        peer_wake(p, now);
    } else {
        peer_restart_session(p, n, now);
        peer_seats_changed(p, before);
    }
}

/* What a range says, for one address of it. */
static struct neighbor *range_neighbor(const struct neighbor *range, struct ip local, struct ip ip) {
    struct neighbor *own = memory_new(sizeof *own);
    *own = *range;
    own->peer = (struct prefix){ip, (uint8_t)(ip.len * 8)};
    own->range = false;
    own->local = local;
    own->passive = true;
    own->arena = (struct arena){0};
    return own;
}

void engine_replace(struct engine *e, struct peer *p, const struct neighbor *n, uint64_t now) {
    e->now = now;
    for (uint32_t i = 1; p->neighbor->range && i < e->top; i++) {
        struct peer *made = e->peers[i];
        if (!made || made->maker != p->number || made->gone)
            continue;
        struct neighbor *before = made->own;
        made->own = range_neighbor(n, before->local, before->peer.ip);
        engine_replace_one(made, made->own, now);
        free(before);
    }
    engine_replace_one(p, n, now);
}

struct peer *engine_next(const struct engine *e, const struct peer *after) {
    uint32_t i = after ? engine_place(e, after) + 1 : 0;
    return i < e->count ? e->peers[e->order[i]] : NULL;
}

struct peer *engine_with_address(const struct engine *e, struct ip ip, const struct peer *after) {
    uint32_t number = after ? after->next_same : address_first(e, &ip);
    return number ? e->peers[number] : NULL;
}

int peer_compare(const struct peer *a, const struct peer *b) {
    return a->age < b->age ? -1 : a->age > b->age;
}

struct peer *engine_at(const struct engine *e, uint32_t place) {
    return place < e->count ? e->peers[e->order[place]] : NULL;
}

struct peer *engine_find(const struct engine *e, struct text name) {
    for (uint32_t i = 0; i < e->count; i++)
        if (text_same(peer_name(e->peers[e->order[i]]), name))
            return e->peers[e->order[i]];
    return NULL;
}

void engine_hold(struct engine *e) {
    e->waits = true;
}

void engine_begin(struct engine *e, uint64_t now) {
    e->now = now;
    e->waits = false;
    for (uint32_t i = 0; i < e->count; i++)
        peer_start(e->peers[e->order[i]], now);
}

/* ---- Connections that come in ---- */

static bool prefix_holds(const struct prefix *range, struct ip ip) {
    struct prefix narrowed = {ip, range->bits}, wanted = *range;
    if (ip.len != range->ip.len)
        return false;
    prefix_clear_host_bits(&narrowed);
    prefix_clear_host_bits(&wanted);
    return ip_same(narrowed.ip, wanted.ip);
}

static bool peer_fits(const struct peer *p, struct ip local, uint16_t port) {
    const struct neighbor *n = p->neighbor;
    if (p->doomed || p->disabled)
        return false;
    if (n->listen && port && n->listen != port)
        return false;
    return !n->local.len || ip_same(n->local, local) || (n->md5_ip.len && ip_same(n->md5_ip, local));
}

static uint64_t peer_take_stream(struct peer *p, struct ip local, struct ip peer, uint64_t now) {
    uint64_t stream = peer_name_stream(p);
    bool taken = session_accepted(p->session, stream, local, peer, now);
    peer_rearm(p);
    return taken ? stream : 0;
}

static struct peer *engine_exact(const struct engine *e, struct ip local, uint16_t port, struct ip ip,
                                 unsigned *matches) {
    struct peer *found = NULL;
    for (uint32_t i = address_first(e, &ip); i; i = e->peers[i]->next_same) {
        struct peer *p = e->peers[i];
        if (p->neighbor->range || !peer_fits(p, local, port))
            continue;
        ++*matches;
        /* One that has no connection yet goes before one that has. */
        if (!found || session_state(found->session) > session_state(p->session))
            found = p;
    }
    return found;
}

static struct peer *engine_ranged(const struct engine *e, struct ip local, uint16_t port, struct ip ip,
                                  unsigned *matches) {
    struct peer *found = NULL;
    for (uint32_t i = 0; i < e->count; i++) {
        struct peer *p = e->peers[e->order[i]];
        if (!p->neighbor->range || !prefix_holds(&p->neighbor->peer, ip) || !peer_fits(p, local, port))
            continue;
        ++*matches;
        found = p;
    }
    return found;
}

/* A range makes a neighbor of its own for the address that came in (config.md 5, Peer ranges). */
static struct peer *engine_dynamic(struct engine *e, const struct peer *range, struct ip local, struct ip ip,
                                   uint64_t now) {
    struct neighbor *own = range_neighbor(range->neighbor, local, ip);
    struct peer *p = engine_insert(e, own, range->number, now);
    p->own = own;
    return p;
}

uint64_t engine_accepted(struct engine *e, struct ip local, uint16_t local_port, struct ip peer, uint64_t now,
                         const char **why) {
    unsigned exact = 0, ranged = 0;
    e->now = now;
    *why = "sessions have not begun yet (exabgp.tcp.delay)";
    if (e->waits)
        return 0;
    struct peer *p = engine_exact(e, local, local_port, peer, &exact);
    if (!p) {
        struct peer *range = engine_ranged(e, local, local_port, peer, &ranged);
        *why = ranged ? "more than one neighbor matches" : "no neighbor is configured for it (COL-04)";
        if (ranged != 1)
            return 0;
        p = engine_dynamic(e, range, local, peer, now);
    }
    *why = "its neighbor has a connection already";
    uint64_t stream = peer_take_stream(p, local, peer, now);
    engine_bury(e, p);
    return stream;
}

/* ---- Octets and time ---- */

static struct peer *engine_peer_of(const struct engine *e, uint64_t stream) {
    uint32_t number = (uint32_t)stream;
    return number && number < e->top ? e->peers[number] : NULL;
}

const struct neighbor *engine_stream_neighbor(const struct engine *e, uint64_t stream) {
    const struct peer *p = engine_peer_of(e, stream);
    return p ? peer_neighbor(p) : NULL;
}

void engine_dialed(struct engine *e, uint64_t stream, struct ip local, struct ip peer, uint64_t now) {
    struct peer *p = engine_peer_of(e, stream);
    e->now = now;
    if (!p)
        return;
    session_dialed(p->session, stream, local, peer, now);
    peer_rearm(p);
    engine_bury(e, p);
}

void engine_received(struct engine *e, uint64_t stream, const uint8_t *octets, size_t len, uint64_t now) {
    struct peer *p = engine_peer_of(e, stream);
    e->now = now;
    if (!p)
        return;
    session_received(p->session, stream, octets, len, now);
    limit_enforce(p, now);
    /* A refresh, or a route of ours that waits, may have been answered by what was read. */
    if (peer_waits(p) || buffer_len(&p->first) || buffer_len(&p->last) || p->ends_wait)
        session_wake(p->session, now);
    peer_rearm(p);
    engine_bury(e, p);
}

void engine_closed(struct engine *e, uint64_t stream, const char *why, uint64_t now) {
    struct peer *p = engine_peer_of(e, stream);
    e->now = now;
    if (!p)
        return;
    session_closed(p->session, stream, why, now);
    peer_rearm(p);
    engine_bury(e, p);
}

struct cursor engine_output(struct engine *e, uint64_t stream, uint64_t now) {
    struct peer *p = engine_peer_of(e, stream);
    e->now = now;
    if (!p)
        return cursor_of(NULL, 0);
    struct cursor octets = session_output(p->session, stream, now);
    peer_rearm(p);
    return octets;
}

void engine_sent(struct engine *e, uint64_t stream, size_t len, uint64_t now) {
    struct peer *p = engine_peer_of(e, stream);
    e->now = now;
    if (!p)
        return;
    session_sent(p->session, stream, len, now);
    peer_rearm(p);
    engine_bury(e, p);
}

uint64_t engine_deadline(const struct engine *e) {
    const struct peer *p = deadline_first(e);
    return p ? p->deadline : UINT64_MAX;
}

void engine_timer(struct engine *e, uint64_t now) {
    struct peer *p;
    e->now = now;
    while ((p = deadline_first(e)) && p->deadline <= now) {
        if (session_deadline(p->session) <= now)
            session_timer(p->session, now);
        if (retention_deadline(&p->retention) <= now)
            retention_due(p, now);
        if (p->held && p->resume <= now) {
            p->held = false;
            session_wake(p->session, now);
        }
        peer_rearm(p);
        if (p->heap && p->deadline <= now)
            deadline_set(e, p, now + TIMER_AGAIN); /* it did not move: others have their turn, and this one another */
        engine_bury(e, p);
    }
}

bool engine_all_stopped(const struct engine *e) {
    for (uint32_t i = 0; i < e->count; i++)
        if (!session_finished(e->peers[e->order[i]]->session))
            return false;
    return e->count > 0;
}
