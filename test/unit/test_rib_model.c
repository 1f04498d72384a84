/* A million random changes against a model that cannot be wrong: an array of what each route is to be, and one of what
 * the peer heard. When nothing waits any more, the two must say the same. RIB_SEED and RIB_STEPS make other runs. */
#include <stdio.h>

#include "rib/rib_in.h"
#include "rib_play.h"

enum { PREFIXES = 300, PATHS = 3, KINDS = 3, VERSIONS = 40, PASSING_MOST = 256 };
enum { PLAIN, HUGE, SIXTH }; /* kinds of sets: HUGE needs long messages, SIXTH an IPv6 next hop */
enum { ROUTES = 4 * PATHS * PREFIXES };

static const struct {
    uint16_t afi;
    uint8_t safi;
    bool add_path;
} played[4] = {{1, 1, true}, {2, 1, false}, {1, 128, true}, {1, 4, false}};

struct wanted {
    uint32_t set; /* 0: none */
    unsigned kind, version, label;
};

struct heard {
    bool is;
    unsigned version, label;
};

struct model {
    struct attribute_store store;
    struct rib_out *rib;
    struct terms terms;
    struct buffer out;
    bool up, group;
    uint64_t random;
    unsigned kept; /* sets that the test holds */
    uint32_t sets[2][KINDS][VERSIONS];
    struct wanted wanted[ROUTES];
    struct heard heard[ROUTES];
    unsigned told;
};

static uint32_t draw(struct model *m, uint32_t below) {
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return (uint32_t)(m->random >> 16) % below;
}

/* ---- Routes by number ---- */

struct key {
    const struct family *family;
    bool labelled, has_path;
    uint32_t path;
    unsigned n;
};

/* Where paths are not told to the peer, a prefix has one path only; else two routes would be one for it. */
static struct key key_of(unsigned route) {
    unsigned family = route / (PATHS * PREFIXES), path = route / PREFIXES % PATHS, n = route % PREFIXES;
    if (!played[family].add_path)
        path = n % PATHS;
    return (struct key){family_of(played[family].afi, played[family].safi), played[family].safi > 1, path != 0, path,
                        n};
}

static unsigned route_of(const struct told *told) {
    unsigned family = 0;
    while (played[family].afi != told->family->afi || played[family].safi != told->family->safi)
        family++;
    struct cursor n = {told->nlri.end - 2, told->nlri.end, false};
    return (family * PATHS + told->path) * PREFIXES + cursor_u16(&n);
}

static unsigned some_route(struct model *m) {
    unsigned family = draw(m, 4), path = played[family].add_path ? draw(m, PATHS) : 0;
    unsigned n = draw(m, draw(m, 2) ? 5 : PREFIXES); /* a few change all the time */
    return (family * PATHS + path) * PREFIXES + n;
}

static bool carried(const struct model *m, const struct family *family, unsigned kind) {
    return terms_has(m->terms.families, family->index) && !(kind == HUGE && m->terms.send_most == 4096) &&
           !(kind == SIXTH && family->afi == 1 && !m->terms.extended_next_hop);
}

/* ---- Steps ---- */

static void model_announce(struct model *m) {
    unsigned route = some_route(m), kind = draw(m, 10) ? PLAIN : draw(m, KINDS), version = draw(m, VERSIONS);
    struct key key = key_of(route);
    struct wanted *w = &m->wanted[route], new = {.kind = kind, .version = version};
    new.label = key.labelled ? 16 + draw(m, 2) : 0;
    new.set = m->sets[key.family->afi == 2][kind][version];
    struct cursor nlri = nlri_of(key.family, key.n, new.label);
    rib_announce(m->rib, key.family, nlri, key.has_path, key.path, new.set);
    *w = new;
}

static void model_withdraw(struct model *m) {
    unsigned route = some_route(m);
    struct key key = key_of(route);
    struct cursor nlri = nlri_of(key.family, key.n, 0);
    rib_withdraw(m->rib, key.family, nlri, key.has_path, key.path, m->up);
    m->wanted[route] = (struct wanted){0};
}

/* How many paths of its prefix the peer has. */
static unsigned paths_heard(const struct model *m, unsigned route) {
    unsigned first = route / PREFIXES / PATHS, count = 0;
    for (unsigned path = 0; path < PATHS; path++)
        count += m->heard[(first * PATHS + path) * PREFIXES + route % PREFIXES].is;
    return count;
}

static void model_hear(void *context, const struct told *told) {
    struct model *m = context;
    struct heard *h = &m->heard[route_of(told)];
    struct cursor label = told->nlri;
    cursor_u8(&label);
    unsigned limit = m->terms.paths_limit[told->family->index];
    *h = (struct heard){.is = told->announced, .version = told->announced ? told->med : 0};
    if (told->announced && told->family->safi > 1)
        h->label = cursor_u24(&label) >> 4;
    m->told++;
    assert_true(!limit || paths_heard(m, route_of(told)) <= limit);
}

static bool model_pull(struct model *m) {
    unsigned too_long = 0;
    buffer_clear(&m->out);
    if (!rib_pull(m->rib, &m->terms, m->group, &m->out, &too_long)) {
        assert_false(rib_waits(m->rib));
        assert_int_equal(buffer_len(&m->out), 0);
        return false;
    }
    unsigned count = each_told(buffer_cursor(&m->out), &m->terms, model_hear, m);
    assert_true(m->group ? count >= 1 : count == 1);
    return true;
}

static void model_down(struct model *m) {
    rib_down(m->rib);
    memset(m->heard, 0, sizeof m->heard);
    m->up = false;
}

static void model_up(struct model *m) {
    uint64_t families = UINT64_MAX;
    if (draw(m, 2))
        families &= ~family_bit(key_of(draw(m, ROUTES)).family);
    m->up = true;
    m->group = draw(m, 3) != 0;
    m->terms = (struct terms){.families = families, .send_most = draw(m, 2) ? 4096 : 65535, .as4 = true};
    m->terms.extended_next_hop = draw(m, 2) ? UINT64_MAX : 0;
    for (unsigned i = 0; i < 4; i++)
        if (played[i].add_path) {
            const struct family *family = family_of(played[i].afi, played[i].safi);
            m->terms.add_path_send |= family_bit(family);
            m->terms.paths_limit[family->index] = (uint16_t)draw(m, PATHS);
        }
}

static void model_clear(struct model *m) {
    rib_clear(m->rib, m->up);
    memset(m->wanted, 0, sizeof m->wanted);
}

/* ---- Checks ---- */

static void check_route(struct model *m, unsigned route) {
    struct key key = key_of(route);
    const struct wanted *w = &m->wanted[route];
    const struct heard *h = &m->heard[route];
    struct rib_route found;
    bool is = rib_out_find(m->rib, key.family, nlri_of(key.family, key.n, 0), key.has_path, key.path, &found);
    assert_int_equal(is, w->set != 0);
    if (is) {
        assert_true(found.set == w->set && found.family == key.family && found.path == key.path);
        assert_true(cursor_same(found.nlri, nlri_of(key.family, key.n, w->label)));
    }
    if (!m->up || rib_waits(m->rib))
        return;
    bool held = is && found.held;
    assert_int_equal(h->is, is && !held && carried(m, key.family, w->kind));
    if (is)
        assert_int_equal(found.told, h->is);
    if (held)
        assert_int_equal(paths_heard(m, route), m->terms.paths_limit[key.family->index]);
    if (h->is)
        assert_true(h->version == w->version && h->label == w->label);
}

static void model_check(struct model *m) {
    unsigned count = 0, walked = 0;
    struct rib_route route;
    while (m->up && model_pull(m))
        ;
    for (unsigned i = 0; i < ROUTES; i++) {
        if (!played[i / (PATHS * PREFIXES)].add_path && i / PREFIXES % PATHS)
            continue;
        check_route(m, i);
        count += m->wanted[i].set != 0;
    }
    for (uint32_t walk = 0; rib_out_next(m->rib, &walk, &route); walked++)
        ;
    assert_int_equal(rib_out_count(m->rib), count);
    assert_int_equal(walked, count);
    assert_int_equal(m->store.count, m->kept);
}

static void model_step(struct model *m) {
    unsigned dice = draw(m, 100000);
    if (dice < 50000)
        model_announce(m);
    else if (dice < 80000)
        model_withdraw(m);
    else if (dice < 99700) {
        if (m->up && draw(m, 4) == 0)
            model_pull(m);
    } else if (dice < 99800)
        rib_resend(m->rib, draw(m, 2) ? UINT64_MAX : family_bit(key_of(draw(m, ROUTES)).family));
    else if (dice < 99820)
        model_clear(m);
    else if (dice < 99840)
        model_down(m);
    else if (dice < 99900)
        m->up ? (void)0 : model_up(m);
    else
        model_check(m);
    if (draw(m, 100) == 0)
        assert_in_range(rib_out_waiting(m->rib), 0, ROUTES + PASSING_MOST);
}

static uint64_t setting(const char *name, uint64_t usual) {
    const char *value = getenv(name);
    return value ? strtoull(value, NULL, 0) : usual;
}

static void model_init(struct model *m) {
    *m = (struct model){.out = buffer_growing(), .random = setting("RIB_SEED", 20100731) | 1};
    store_init(&m->store, m->random);
    m->rib = rib_out_new(&m->store);
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (unsigned version = 0; version < VERSIONS; version++) {
            const char *four = kind == SIXTH ? "2001:db8::1" : "192.0.2.1";
            m->sets[0][kind][version] = set_of(&m->store, version, text_of(four), kind == HUGE ? 5000 : 0);
            m->sets[1][kind][version] = set_of(&m->store, version, text_of("2001:db8::1"), kind == HUGE ? 5000 : 0);
        }
    m->kept = m->store.count;
    model_up(m);
}

static void model_release(struct model *m) {
    rib_out_free(m->rib);
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (unsigned version = 0; version < VERSIONS; version++) {
            store_drop(&m->store, m->sets[0][kind][version]);
            store_drop(&m->store, m->sets[1][kind][version]);
        }
    assert_int_equal(m->store.count, 0);
    store_release(&m->store);
    buffer_release(&m->out);
}

static void the_peer_hears_what_was_announced(void **state) {
    (void)state;
    static struct model m;
    model_init(&m);
    for (uint64_t steps = setting("RIB_STEPS", 1000000); steps; steps--)
        model_step(&m);
    model_check(&m);
    assert_true(m.told > 1000);
    size_t most = (ROUTES * 2 + PASSING_MOST) * (sizeof(uint64_t) * 12) + 2 * 4096 * 24 + 8192 * 8 + 2 * 65536;
    assert_in_range(rib_out_memory(m.rib), 1, most);
    model_release(&m);
}

static void what_a_peer_announced_is_held(void **state) {
    (void)state;
    static struct model m;
    model_init(&m);
    struct rib_in *in = rib_in_new(&m.store);
    struct rib_route found;
    for (uint64_t steps = setting("RIB_STEPS", 1000000) / 4; steps; steps--) {
        unsigned route = some_route(&m), version = draw(&m, VERSIONS);
        struct key key = key_of(route);
        struct wanted *w = &m.wanted[route];
        struct nlri nlri = {.family = key.family, .has_path = key.has_path, .path = key.path};
        bool withdraw = draw(&m, 3) == 0;
        unsigned label = key.labelled && !withdraw ? 16 + draw(&m, 2) : 0;
        nlri.octets = nlri_of(key.family, key.n, label);
        *w = (struct wanted){.set = withdraw ? 0 : m.sets[0][PLAIN][version], .label = label};
        withdraw ? rib_in_withdraw(in, &nlri) : rib_in_announce(in, &nlri, w->set);
        if (draw(&m, 20000) == 0) {
            rib_in_clear(in, family_bit(key.family));
            for (unsigned i = 0; i < ROUTES; i++)
                if (key_of(i).family == key.family)
                    m.wanted[i].set = 0;
        }
    }
    unsigned count = 0, walked = 0;
    for (unsigned i = 0; i < ROUTES; i++)
        count += m.wanted[i].set != 0;
    for (uint32_t walk = 0; rib_in_next(in, &walk, &found); walked++) {
        bool add_path = found.family->safi == 1 ? found.family->afi == 1 : found.family->safi == 128;
        struct told told = {.family = found.family, .path = add_path ? found.path : 0, .nlri = found.nlri};
        const struct wanted *w = &m.wanted[route_of(&told)];
        struct key key = key_of(route_of(&told));
        assert_true(w->set == found.set && key.has_path == found.has_path && key.path == found.path);
        assert_true(cursor_same(found.nlri, nlri_of(found.family, key.n, w->label)));
    }
    assert_int_equal(rib_in_count(in), count);
    assert_int_equal(walked, count);
    rib_in_free(in);
    assert_int_equal(m.store.count, m.kept);
    model_release(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_peer_hears_what_was_announced),
        cmocka_unit_test(what_a_peer_announced_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
