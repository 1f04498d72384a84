/* Routes for several peers at once, for other sets of them each time: what every peer hears, whatever RIB a route is
 * in, must add up to what was said of it; some of them, in some of their sessions, take one or two paths of a prefix
 * and no more. RIB_SEED and RIB_STEPS make other runs. */
#include "api_world.h"
#include "base/memory.h"
#include "rib_play.h"

enum { PEERS = 6, PATHS = 3, ROUTES = 20 * PATHS, VERSIONS = 12 }; /* a route: prefix * PATHS + path - 1 */

struct model {
    struct world w;
    uint64_t random;
    uint32_t sets[VERSIONS];
    struct wanted {
        unsigned version; /* 0: none */
    } wanted[PEERS][ROUTES];
    struct heard {
        unsigned version;
    } heard[PEERS][ROUTES];
    unsigned told;
    bool flushed; /* routes may be told again */
};

static uint32_t draw(struct model *m, uint32_t below) {
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return (uint32_t)(m->random >> 16) % below;
}

static struct peer *peer_of(const struct model *m, unsigned i) {
    return m->w.peers[i].peer;
}

/* ---- Hearing ---- */

struct ear {
    struct model *m;
    unsigned peer;
};

static unsigned limit_of(const struct model *m, unsigned i) {
    return terms_paths_limit(session_terms(peer_session(peer_of(m, i))), FAMILY_ipv4_unicast);
}

/* How many paths of its prefix the peer has. */
static unsigned paths_heard(const struct model *m, unsigned i, unsigned route) {
    unsigned count = 0;
    for (unsigned path = 0; path < PATHS; path++)
        count += m->heard[i][route / PATHS * PATHS + path].version != 0;
    return count;
}

static void hear(void *context, const struct told *told) {
    const struct ear *ear = context;
    struct cursor n = {told->nlri.end - 2, told->nlri.end, false};
    unsigned route = cursor_u16(&n) * PATHS + told->path - 1, limit = limit_of(ear->m, ear->peer);
    ear->m->heard[ear->peer][route].version = told->announced ? told->med : 0;
    assert_true(!limit || paths_heard(ear->m, ear->peer, route) <= limit);
    ear->m->told++;
}

static void model_listen(struct model *m, unsigned i) {
    struct world_peer *p = &m->w.peers[i];
    const struct terms *terms = session_terms(peer_session(p->peer));
    struct ear ear = {m, i};
    struct message message;
    struct fault fault;
    struct cursor stream = buffer_cursor(&p->written);
    while (message_next(&stream, MESSAGE_MOST_EXTENDED, true, &message, &fault) == FRAMING_MESSAGE)
        if (message.type == MESSAGE_UPDATE && cursor_left(&message.body) > 4)
            each_told(message.whole, terms, hear, &ear);
    buffer_clear(&p->written);
}

static void model_read(struct model *m, unsigned i) {
    struct world_peer *p = &m->w.peers[i];
    if (!session_terms(peer_session(p->peer)))
        return;
    for (struct cursor c; cursor_left((c = engine_output(m->w.engine, p->stream, m->w.now), &c));) {
        put_cursor(&p->written, c);
        engine_sent(m->w.engine, p->stream, cursor_left(&c), m->w.now);
    }
    model_listen(m, i);
}

/* ---- Steps ---- */

/* Mostly all of them, or one, or a set that was used before: but any. */
static unsigned some_peers(struct model *m, struct peer **peers) {
    static const unsigned usual[] = {0x3f, 0x3f, 0x07, 0x38, 0x01, 0x20};
    unsigned bits = draw(m, 4) ? usual[draw(m, 6)] : draw(m, 64), count = 0;
    for (unsigned i = 0; i < PEERS; i++)
        if (bits >> i & 1)
            peers[count++] = peer_of(m, i);
    return count;
}

static unsigned index_of(const struct model *m, const struct peer *p) {
    unsigned i = 0;
    while (peer_of(m, i) != p)
        i++;
    return i;
}

static void model_change(struct model *m) {
    struct peer *peers[PEERS];
    unsigned count = some_peers(m, peers), route = draw(m, ROUTES),
             version = draw(m, 3) ? 1 + draw(m, VERSIONS - 1) : 0;
    const struct family *family = family_of(1, 1);
    struct cursor nlri = nlri_of(family, route / PATHS, 0);
    uint32_t path = route % PATHS + 1;
    if (version)
        engine_announce(m->w.engine, peers, count, family, nlri, true, path, m->sets[version], m->w.now);
    else
        engine_withdraw(m->w.engine, peers, count, family, nlri, true, path, m->w.now);
    for (unsigned i = 0; i < count; i++)
        m->wanted[index_of(m, peers[i])][route].version = version;
}

static void model_turn(struct model *m, unsigned i) {
    struct world_peer *p = &m->w.peers[i];
    if (p->stream && session_terms(peer_session(p->peer))) {
        world_lose(&m->w, p);
        buffer_clear(&p->written);
    } else {
        if (p->stream)
            world_lose(&m->w, p); /* it was dialed and not answered */
        memset(m->heard[i], 0, sizeof m->heard[i]);
        p->neighbor->offer.paths_limit[FAMILY_ipv4_unicast] = (uint16_t)(draw(m, 2) ? draw(m, PATHS) : 0);
        world_establish(&m->w, p);
        model_listen(m, i);
    }
}

static void model_clear(struct model *m) {
    struct peer *peers[PEERS];
    unsigned count = some_peers(m, peers);
    engine_clear_out(m->w.engine, peers, count, m->w.now);
    for (unsigned i = 0; i < count; i++)
        memset(m->wanted[index_of(m, peers[i])], 0, sizeof m->wanted[0]);
}

/* The peer goes, and another comes in its place. */
static void model_replace(struct model *m, unsigned i) {
    struct world_peer *p = &m->w.peers[i];
    if (p->stream)
        world_lose(&m->w, p);
    buffer_clear(&p->written);
    engine_remove(m->w.engine, p->peer, 3, m->w.now);
    p->peer = engine_add(m->w.engine, p->neighbor, m->w.now);
    memset(m->wanted[i], 0, sizeof m->wanted[i]);
    memset(m->heard[i], 0, sizeof m->heard[i]);
}

static void check_heard(const struct model *m, unsigned i, unsigned n, bool held) {
    assert_int_equal(m->heard[i][n].version, held ? 0 : m->wanted[i][n].version);
    if (held)
        assert_int_equal(paths_heard(m, i, n), limit_of(m, i));
}

static void check_peer(struct model *m, unsigned i) {
    unsigned count = 0;
    struct rib_route route;
    for (unsigned n = 0; n < ROUTES; n++) {
        unsigned want = m->wanted[i][n].version;
        bool is = peer_route_find(peer_of(m, i), family_of(1, 1), nlri_of(family_of(1, 1), n / PATHS, 0), true,
                                  n % PATHS + 1, &route);
        assert_int_equal(is, want != 0);
        if (is)
            assert_int_equal(route.set, m->sets[want]);
        if (session_terms(peer_session(peer_of(m, i))))
            check_heard(m, i, n, is && route.held);
        count += is;
    }
    assert_int_equal(peer_route_count(peer_of(m, i)), count);
    for (uint64_t walk = 0; peer_route_next(peer_of(m, i), &walk, &route);)
        count--;
    assert_int_equal(count, 0);
}

static void model_check(struct model *m) {
    for (unsigned i = 0; i < PEERS; i++)
        model_read(m, i);
    for (unsigned i = 0; i < PEERS; i++)
        check_peer(m, i);
}

static void model_step(struct model *m) {
    unsigned dice = draw(m, 1000), i = draw(m, PEERS);
    if (dice < 700)
        model_change(m);
    else if (dice < 950)
        model_read(m, i);
    else if (dice < 960)
        peer_flush(m->w.engine, peer_of(m, i), m->w.now);
    else if (dice < 964)
        model_clear(m);
    else if (dice < 980)
        model_turn(m, i);
    else if (dice < 983)
        model_replace(m, i);
    else if (dice < 990)
        model_check(m);
}

static uint64_t setting(const char *name, uint64_t usual) {
    const char *value = getenv(name);
    return value ? strtoull(value, NULL, 0) : usual;
}

static void has_paths(struct neighbor *n) {
    n->offer.hold_time = 0; /* never expires */
    n->offer.add_path = 3;
    n->offer.add_path_families = n->offer.families;
}

static void model_init(struct model *m) {
    static const char *const names[] = {"127.0.0.1", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7"};
    m->random = setting("RIB_SEED", 1999) | 1;
    world_init(&m->w, FORM_5, NULL);
    for (unsigned i = 0; i < PEERS; i++)
        world_add_peer(&m->w, names[i], "", has_paths);
    for (unsigned version = 1; version < VERSIONS; version++)
        m->sets[version] = set_of(engine_store(m->w.engine), version, text_of("192.0.2.1"), 0);
    for (unsigned i = 0; i < PEERS - 1; i++)
        world_establish(&m->w, &m->w.peers[i]);
}

static void every_peer_has_what_was_said_of_it(void **state) {
    static struct model m;
    (void)state;
    memset(&m, 0, sizeof m);
    model_init(&m);
    for (uint64_t steps = setting("RIB_STEPS", 60000); steps; steps--)
        model_step(&m);
    model_check(&m);
    assert_true(m.told > 1000);
    for (unsigned version = 1; version < VERSIONS; version++)
        store_drop(engine_store(m.w.engine), m.sets[version]);
    world_release(&m.w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_peer_has_what_was_said_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
