#include "engine/audience.h"

#include "base/memory.h"

enum { AUDIENCES_MOST = 64 }; /* more than that, and peers are told one by one */

/* ---- Sets of peers, by number ---- */

static void set_reserve(struct peer_set *s, uint32_t number) {
    uint32_t words = number / 64 + 1;
    if (words <= s->words)
        return;
    s->bits = memory_resize(s->bits, words * sizeof *s->bits);
    memset(s->bits + s->words, 0, (words - s->words) * sizeof *s->bits);
    s->words = words;
}

static void set_add(struct peer_set *s, uint32_t number) {
    set_reserve(s, number);
    s->bits[number / 64] |= (uint64_t)1 << number % 64;
}

static uint64_t set_word(const struct peer_set *s, uint32_t word) {
    return word < s->words ? s->bits[word] : 0;
}

static void set_copy(struct peer_set *to, const struct peer_set *from) {
    for (uint32_t i = 0; i < to->words; i++)
        to->bits[i] = 0;
    if (from->words)
        set_reserve(to, from->words * 64 - 1);
    for (uint32_t i = 0; i < from->words; i++)
        to->bits[i] = from->bits[i];
}

static void set_subtract(struct peer_set *from, const struct peer_set *gone) {
    for (uint32_t i = 0; i < from->words; i++)
        from->bits[i] &= ~set_word(gone, i);
}

static bool set_same(const struct peer_set *a, const struct peer_set *b) {
    uint32_t words = a->words > b->words ? a->words : b->words;
    for (uint32_t i = 0; i < words; i++)
        if (set_word(a, i) != set_word(b, i))
            return false;
    return true;
}

static bool set_meets(const struct peer_set *a, const struct peer_set *b) {
    for (uint32_t i = 0; i < a->words && i < b->words; i++)
        if (a->bits[i] & b->bits[i])
            return true;
    return false;
}

static bool set_within(const struct peer_set *inner, const struct peer_set *outer) {
    for (uint32_t i = 0; i < inner->words; i++)
        if (inner->bits[i] & ~set_word(outer, i))
            return false;
    return true;
}

/* The next number after *walk, 0: no more. */
static uint32_t set_next(const struct peer_set *s, uint32_t *walk) {
    for (uint32_t at = ++*walk; at < s->words * 64; at++)
        if (s->bits[at / 64] >> at % 64 & 1)
            return *walk = at;
    return 0;
}

/* ---- Audiences come and go ---- */

void audience_settle_families(struct audience *a) {
    a->families = UINT64_MAX;
    for (uint32_t i = 0; i < a->count; i++)
        a->families &= a->seats[i]->peer->neighbor->offer.families;
}

static void audience_seat(struct audience *a, struct peer *p) {
    struct seat *seat = memory_new(sizeof *seat);
    const struct terms *terms = session_terms(p->session);
    seat->peer = p;
    seat->audience = a;
    a->seats[a->count++] = seat;
    p->seats = memory_resize(p->seats, (p->seat_count + 1) * sizeof(struct seat *));
    p->seats[p->seat_count++] = seat;
    rib_reader_join(&seat->reader, a->rib);
    if (terms)
        rib_reader_up(&seat->reader, terms, false);
}

static void list_drop(struct seat **list, uint32_t *count, const struct seat *seat) {
    uint32_t at = 0;
    while (list[at] != seat)
        at++;
    memmove(list + at, list + at + 1, (--*count - at) * sizeof(struct seat *));
}

void seat_free(struct seat *seat) {
    struct audience *a = seat->audience;
    uint32_t number = seat->peer->number;
    rib_reader_leave(&seat->reader);
    list_drop(a->seats, &a->count, seat);
    list_drop(seat->peer->seats, &seat->peer->seat_count, seat);
    a->members.bits[number / 64] &= ~((uint64_t)1 << number % 64);
    a->engine->recent_count = 0;
    free(seat);
}

void audience_free(struct audience *a) {
    struct engine *e = a->engine;
    while (a->count)
        seat_free(a->seats[a->count - 1]);
    for (uint32_t i = 0; i < e->audience_count; i++)
        if (e->audiences[i] == a)
            e->audiences[i--] = e->audiences[--e->audience_count];
    rib_shared_free(a->rib);
    free(a->members.bits);
    free(a->seats);
    free(a);
}

void audiences_release(struct engine *e) {
    while (e->audience_count)
        audience_free(e->audiences[0]);
    free(e->audiences);
    free(e->recent_peers);
    free(e->need.bits);
    free(e->rest.bits);
}

static struct audience *audience_new(struct engine *e, const struct peer_set *members, uint32_t count, bool group) {
    struct audience *a = memory_new(sizeof *a);
    a->engine = e;
    a->rib = rib_shared_new(&e->store, group);
    a->seats = memory_new(count * sizeof(struct seat *));
    set_copy(&a->members, members);
    for (uint32_t walk = 0, number; (number = set_next(members, &walk));)
        audience_seat(a, e->peers[number]);
    audience_settle_families(a);
    e->audiences = memory_resize(e->audiences, (e->audience_count + 1) * sizeof(struct audience *));
    e->audiences[e->audience_count++] = a;
    return a;
}

/* Those without routes make room for others. Not in the middle of a change, which may have to do with them. */
static void audiences_tidy(struct engine *e) {
    for (uint32_t i = 0; e->audience_count >= AUDIENCES_MOST && i < e->audience_count;)
        if (rib_shared_is_empty(e->audiences[i]->rib))
            audience_free(e->audiences[i]);
        else
            i++;
}

/* The audience of just these peers. NULL: they are told one by one, as they are one or differ, or there are too many
 * audiences. */
static struct audience *audience_of(struct engine *e, const struct peer_set *members) {
    uint32_t count = 0, first = 0;
    for (uint32_t i = 0; i < e->audience_count; i++)
        if (set_same(&e->audiences[i]->members, members))
            return e->audiences[i];
    for (uint32_t walk = 0, number; (number = set_next(members, &walk)); count++) {
        first = first ? first : number;
        if (e->peers[number]->neighbor->group_updates != e->peers[first]->neighbor->group_updates)
            return NULL;
    }
    if (count < 2 || e->audience_count >= AUDIENCES_MOST)
        return NULL;
    return audience_new(e, members, count, e->peers[first]->neighbor->group_updates);
}

static void audience_wake(struct audience *a) {
    for (uint32_t i = 0; i < a->count; i++)
        peer_wake_for_routes(a->seats[i]->peer, a->engine->now);
}

/* ---- One route, one peer ---- */

static bool peer_is_up(const struct peer *p) {
    return session_terms(p->session) != NULL;
}

void peer_own(struct peer *p) {
    p->engine->owners += !p->has_own;
    p->has_own = true;
}

/* In the RIB of its own. What waited before has woken the session already. */
static void own_tell(struct peer *p, const struct route_name *name, uint32_t set) {
    bool waited = rib_waits(p->out);
    peer_own(p);
    if (set)
        rib_announce_named(p->out, name, set);
    else
        rib_withdraw_named(p->out, name, peer_is_up(p));
    if (!waited)
        peer_wake_for_routes(p, p->engine->now);
}

static void own_adopt(struct peer *p, const struct route_name *name, const struct rib_moved *moved) {
    peer_own(p);
    rib_out_adopt(p->out, name, moved, peer_is_up(p));
    peer_wake(p, p->engine->now);
}

/* ---- One route, many peers ---- */

/* A change on its way: `need` are the peers that it is still to be made for. */
struct news {
    struct engine *engine;
    const struct route_name *name;
    uint32_t set; /* 0: a withdraw */
    struct peer_set *need;
    bool known; /* some of them may have an earlier version */
};

/* These peers keep the route as they have it: in a RIB of their own, or of each. */
static void rest_keep(struct engine *e, const struct peer_set *rest, const struct route_name *name,
                      struct rib_moved moved) {
    struct audience *a = audience_of(e, rest);
    if (a) {
        rib_shared_adopt(a->rib, name, &moved);
        audience_wake(a);
        return;
    }
    for (uint32_t walk = 0, number; (number = set_next(rest, &walk));) {
        if (moved.set)
            store_keep(&e->store, moved.set);
        own_adopt(e->peers[number], name, &moved);
    }
    store_drop(&e->store, moved.set);
}

/* Another audience has the route. */
static void news_meet(struct news *n, struct audience *other, enum rib_held held) {
    struct engine *e = n->engine;
    struct rib_moved moved;
    bool inside = set_within(&other->members, n->need);
    if (held == HELD_SO) {
        set_subtract(n->need, &other->members);
        return;
    }
    if (inside && !n->set) {
        if (rib_shared_withdraw(other->rib, n->name))
            audience_wake(other);
        set_subtract(n->need, &other->members);
        return;
    }
    if (!rib_shared_take(other->rib, n->name, &moved))
        return;
    n->known |= moved.known;
    if (inside) {
        store_drop(&e->store, moved.set);
        return;
    }
    set_copy(&e->rest, &other->members);
    set_subtract(&e->rest, n->need);
    rest_keep(e, &e->rest, n->name, moved);
}

/* One of the peers has it in the RIB of its own. */
static void news_meet_own(struct news *n, struct peer *p) {
    struct rib_moved moved;
    struct engine *e = n->engine;
    enum rib_held held = rib_out_holds(p->out, n->name, n->set);
    if (held == HELD_NOT)
        return;
    if (n->set && held != HELD_SO) {
        rib_out_take(p->out, n->name, &moved);
        n->known |= moved.known;
        store_drop(&e->store, moved.set);
        return;
    }
    if (!n->set)
        own_tell(p, n->name, 0);
    n->need->bits[p->number / 64] &= ~((uint64_t)1 << p->number % 64);
}

/* Whoever has the route already: it goes from there, or stays where it is as it is to be. `but`: the audience that it
 * is for, where it may be. */
static void news_clear_way(struct news *n, const struct audience *but) {
    struct engine *e = n->engine;
    for (uint32_t i = 0; i < e->audience_count; i++) {
        struct audience *other = e->audiences[i];
        if (other == but || rib_shared_is_empty(other->rib) || !set_meets(&other->members, n->need))
            continue;
        enum rib_held held = rib_out_holds(rib_shared_routes(other->rib), n->name, n->set);
        if (held != HELD_NOT)
            news_meet(n, other, held);
    }
}

static void news_clear_own(struct news *n) {
    for (uint32_t walk = 0, number; (number = set_next(n->need, &walk));)
        if (n->engine->peers[number]->has_own)
            news_meet_own(n, n->engine->peers[number]);
}

static void news_keep_set(const struct news *n) {
    if (n->set)
        store_keep(&n->engine->store, n->set);
}

/* A withdraw is for whoever was told a route, be it from another RIB (see rib_withdraw()). */
static bool audience_spoke(const struct audience *a) {
    bool spoke = rib_shared_spoke(a->rib);
    for (uint32_t i = 0; !spoke && i < a->count; i++)
        spoke = peer_is_up(a->seats[i]->peer) && peer_spoke(a->seats[i]->peer);
    return spoke;
}

static void audience_take(struct audience *a, const struct news *n) {
    bool asleep = true;
    if (n->known || (!n->set && !rib_shared_spoke(a->rib) && audience_spoke(a))) {
        news_keep_set(n);
        rib_shared_adopt(a->rib, n->name, &(struct rib_moved){.set = n->set, .known = true});
    } else if (n->set) {
        asleep = rib_shared_announce(a->rib, n->name, n->set);
    } else {
        asleep = rib_shared_withdraw(a->rib, n->name);
    }
    if (asleep)
        audience_wake(a);
}

static void own_take(struct peer *p, const struct news *n) {
    if (n->known) {
        news_keep_set(n);
        own_adopt(p, n->name, &(struct rib_moved){.set = n->set, .known = true});
    } else {
        own_tell(p, n->name, n->set);
    }
}

/* Those that still need it: an audience if they can be one. */
static void news_tell(const struct news *n) {
    struct audience *a = audience_of(n->engine, n->need);
    if (a) {
        audience_take(a, n);
        return;
    }
    for (uint32_t walk = 0, number; (number = set_next(n->need, &walk));)
        own_take(n->engine->peers[number], n);
}

static void audience_tell_one(struct peer *p, const struct route_name *name, uint32_t set) {
    struct engine *e = p->engine;
    struct news n = {.engine = e, .name = name, .set = set, .need = &e->need};
    if (p->seat_count) {
        for (uint32_t i = 0; i < e->need.words; i++)
            e->need.bits[i] = 0;
        set_add(&e->need, p->number);
        news_clear_way(&n, NULL);
        if (!(e->need.bits[p->number / 64] >> p->number % 64 & 1))
            return;
    }
    own_take(p, &n);
}

void peer_tell_route(struct peer *p, const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                     uint32_t set) {
    struct route_name name;
    route_name_init(&name, p->engine->store.seed, family, nlri, has_path, path);
    audience_tell_one(p, &name, set);
}

static void audience_tell(struct audience *a, const struct route_name *name, uint32_t set) {
    struct engine *e = a->engine;
    struct news n = {.engine = e, .name = name, .set = set, .need = &e->need};
    if (e->audience_count == 1 && !e->owners) {
        audience_take(a, &n);
        return;
    }
    set_copy(&e->need, &a->members);
    news_clear_way(&n, a);
    news_clear_own(&n);
    if (set_same(&e->need, &a->members))
        audience_take(a, &n);
    else
        news_tell(&n);
}

/* ---- Commands ---- */

struct peer_list {
    struct peer **peers; /* owned */
    uint32_t count;
};

/* The audience of the peers of a command; the same ones as in the command before are not looked for again. */
static struct audience *engine_audience(struct engine *e, struct peer *const *peers, uint32_t count) {
    if (e->recent_count == count && memcmp(e->recent_peers, peers, count * sizeof(struct peer *)) == 0)
        return e->recent;
    for (uint32_t i = 0; i < e->need.words; i++)
        e->need.bits[i] = 0;
    for (uint32_t i = 0; i < count; i++)
        set_add(&e->need, peers[i]->number);
    audiences_tidy(e);
    e->recent = audience_of(e, &e->need);
    e->recent_count = count;
    e->recent_peers = memory_resize(e->recent_peers, count * sizeof(struct peer *));
    memcpy(e->recent_peers, peers, count * sizeof(struct peer *));
    return e->recent;
}

/* Of the peers of a command those that can be told this. */
static void peers_that_can(struct engine *e, struct peer *const *peers, uint32_t count, const struct family *family,
                           uint32_t set, struct peer_list *out) {
    for (uint32_t i = 0; i < count; i++) {
        struct peer *p = peers[i];
        if (p->neighbor->offer.families & family_bit(family) &&
            !(set && peer_lacks_self(p, family, store_set(&e->store, set))))
            out->peers[out->count++] = p;
    }
}

static void peers_tell(struct engine *e, struct peer *const *peers, uint32_t count, const struct family *family,
                       struct cursor nlri, bool has_path, uint32_t path, uint32_t set) {
    struct route_name name;
    struct audience *a = engine_audience(e, peers, count);
    route_name_init(&name, e->store.seed, family, nlri, has_path, path);
    if (a)
        audience_tell(a, &name, set);
    for (uint32_t i = 0; !a && i < count; i++)
        audience_tell_one(peers[i], &name, set);
}

/* All of them, as nearly always; else those that can. How many cannot. */
static uint32_t engine_tell(struct engine *e, struct peer *const *peers, uint32_t count, const struct family *family,
                            struct cursor nlri, bool has_path, uint32_t path, uint32_t set) {
    const struct audience *a = engine_audience(e, peers, count);
    if (a && a->families & family_bit(family) && family->afi != 2) {
        peers_tell(e, peers, count, family, nlri, has_path, path, set);
        return 0;
    }
    struct peer_list can = {memory_new(count * sizeof(struct peer *)), 0};
    peers_that_can(e, peers, count, family, set, &can);
    if (can.count)
        peers_tell(e, can.peers, can.count, family, nlri, has_path, path, set);
    free(can.peers);
    return count - can.count;
}

/* As engine_announce() and, with a set of 0, engine_withdraw(). */
static uint32_t peer_tell_alone(struct engine *e, struct peer *p, const struct family *family, struct cursor nlri,
                                bool has_path, uint32_t path, uint32_t set) {
    if (set)
        return peer_announce(e, p, family, nlri, has_path, path, set, e->now) != ANNOUNCED;
    return peer_withdraw(e, p, family, nlri, has_path, path, e->now) != ANNOUNCED;
}

/* Those that are in no audience one by one, the others together. */
static uint32_t engine_tell_some(struct engine *e, struct peer *const *peers, uint32_t count,
                                 const struct family *family, struct cursor nlri, bool has_path, uint32_t path,
                                 uint32_t set) {
    struct peer_list others = {memory_new(count * sizeof(struct peer *)), 0};
    uint32_t left_out = 0;
    for (uint32_t i = 0; i < count; i++)
        if (peers[i]->alone)
            left_out += peer_tell_alone(e, peers[i], family, nlri, has_path, path, set);
        else
            others.peers[others.count++] = peers[i];
    if (others.count == 1)
        left_out += peer_tell_alone(e, others.peers[0], family, nlri, has_path, path, set);
    else if (others.count)
        left_out += engine_tell(e, others.peers, others.count, family, nlri, has_path, path, set);
    free(others.peers);
    return left_out;
}

uint32_t engine_announce(struct engine *e, struct peer *const *peers, uint32_t count, const struct family *family,
                         struct cursor nlri, bool has_path, uint32_t path, uint32_t set, uint64_t now) {
    e->now = now;
    if (count == 1)
        return peer_announce(e, peers[0], family, nlri, has_path, path, set, now) != ANNOUNCED;
    if (e->alone)
        return engine_tell_some(e, peers, count, family, nlri, has_path, path, set);
    return count ? engine_tell(e, peers, count, family, nlri, has_path, path, set) : 0;
}

uint32_t engine_withdraw(struct engine *e, struct peer *const *peers, uint32_t count, const struct family *family,
                         struct cursor nlri, bool has_path, uint32_t path, uint64_t now) {
    e->now = now;
    if (count == 1)
        return peer_withdraw(e, peers[0], family, nlri, has_path, path, now) != ANNOUNCED;
    if (e->alone)
        return engine_tell_some(e, peers, count, family, nlri, has_path, path, 0);
    return count ? engine_tell(e, peers, count, family, nlri, has_path, path, 0) : 0;
}

void seat_part(struct seat *seat, bool clear) {
    struct peer *p = seat->peer;
    struct audience *a = seat->audience;
    peer_own(p);
    rib_shared_part(&seat->reader, p->out, clear);
    seat_free(seat);
    if (!a->count)
        audience_free(a);
}

void engine_clear_out(struct engine *e, struct peer *const *peers, uint32_t count, uint64_t now) {
    struct peer_set all = {0};
    e->now = now;
    for (uint32_t i = 0; i < count; i++)
        set_add(&all, peers[i]->number);
    for (uint32_t i = 0; i < e->audience_count; i++)
        if (set_within(&e->audiences[i]->members, &all))
            rib_shared_clear(e->audiences[i]->rib);
    for (uint32_t i = 0; i < count; i++) {
        struct peer *p = peers[i];
        for (uint32_t j = p->seat_count; j; j--)
            if (!set_within(&p->seats[j - 1]->audience->members, &all))
                seat_part(p->seats[j - 1], true);
        rib_clear(p->out, peer_is_up(p));
        peer_wake(p, now);
    }
    free(all.bits);
}
