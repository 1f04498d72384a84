/* One RIB that many peers read: random changes, and peers that come, go, read much, little or nothing, against arrays
 * of what each route is to be and of what each peer heard. RIB_SEED and RIB_STEPS make other runs. */
#include <stdio.h>

#include "rib/shared.h"
#include "rib_play.h"

enum { ROUTES = 400, READERS = 7, VERSIONS = 30 };
enum { PLAIN, HUGE, KINDS }; /* of sets: HUGE needs long messages */

struct wanted {
    uint32_t set; /* 0: none */
    unsigned kind, version;
};

struct heard {
    bool is;
    unsigned version;
};

struct listener {
    struct rib_reader reader;
    struct terms terms;
    bool up;
    struct heard heard[ROUTES];
};

struct model {
    struct attribute_store store;
    struct rib_shared *rib;
    struct rib_out *aside; /* where routes move to and come back from */
    struct buffer out;
    uint64_t random;
    unsigned kept; /* sets that the test holds */
    bool group;
    uint32_t sets[2][KINDS][VERSIONS];
    struct wanted wanted[ROUTES];
    struct listener listeners[READERS];
    unsigned told, messages;
};

static uint32_t draw(struct model *m, uint32_t below) {
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return (uint32_t)(m->random >> 16) % below;
}

static const struct family *family_of_route(unsigned route) {
    return route < ROUTES / 2 ? family_of(1, 1) : family_of(2, 1);
}

static void name_of(struct model *m, unsigned route, struct route_name *name) {
    const struct family *family = family_of_route(route);
    route_name_init(name, m->store.seed, family, nlri_of(family, route, 0), false, 0);
}

static unsigned some_route(struct model *m) {
    return draw(m, 3) ? draw(m, ROUTES) : draw(m, 2) * (ROUTES - 4) + draw(m, 4); /* a few change all the time */
}

/* ---- Steps ---- */

static void model_announce(struct model *m) {
    unsigned route = some_route(m), kind = draw(m, 20) ? PLAIN : HUGE, version = draw(m, VERSIONS);
    struct route_name name;
    uint32_t set = m->sets[family_of_route(route)->afi == 2][kind][version];
    name_of(m, route, &name);
    rib_shared_announce(m->rib, &name, set);
    m->wanted[route] = (struct wanted){set, kind, version};
}

static void model_withdraw(struct model *m) {
    unsigned route = some_route(m);
    struct route_name name;
    name_of(m, route, &name);
    rib_shared_withdraw(m->rib, &name);
    m->wanted[route] = (struct wanted){0};
}

static void hear(void *context, const struct told *told) {
    struct listener *l = context;
    struct cursor n = {told->nlri.end - 2, told->nlri.end, false};
    l->heard[cursor_u16(&n)] = (struct heard){told->announced, told->announced ? told->med : 0};
}

static bool model_pull(struct model *m, struct listener *l) {
    struct refused refused = {0};
    buffer_clear(&m->out);
    bool one = draw(m, 3) == 0;
    if (!rib_reader_pull(&l->reader, one, &m->out, &refused)) {
        assert_false(rib_reader_waits(&l->reader));
        assert_int_equal(buffer_len(&m->out), 0);
        return false;
    }
    struct cursor left = buffer_cursor(&m->out);
    assert_true(cursor_left(&left) > 0);
    while (!cursor_done(&left)) {
        struct cursor message = cursor_cut(&left, (size_t)left.p[16] << 8 | left.p[17]);
        unsigned count = each_told(message, &l->terms, hear, l);
        assert_true(m->group ? count >= 1 : count == 1);
        m->told += count;
        m->messages++;
    }
    return true;
}

static void model_up(struct model *m, struct listener *l) {
    memset(l->heard, 0, sizeof l->heard);
    l->up = true;
    l->terms = (struct terms){.families = UINT64_MAX, .send_most = draw(m, 2) ? 4096 : 65535, .as4 = true};
    if (draw(m, 4) == 0)
        l->terms.families = family_bit(family_of_route(draw(m, ROUTES)));
    rib_reader_up(&l->reader, &l->terms, true);
}

static void model_turn(struct model *m, struct listener *l) {
    if (!l->up) {
        model_up(m, l);
    } else {
        rib_reader_down(&l->reader);
        l->up = false;
    }
}

static unsigned up_count(const struct model *m) {
    unsigned count = 0;
    for (unsigned i = 0; i < READERS; i++)
        count += m->listeners[i].up;
    return count;
}

/* Routes go to another RIB and come back; what is told in between is nobody's matter. */
static void model_move(struct model *m) {
    struct route_name name;
    struct rib_moved moved;
    unsigned route = some_route(m);
    name_of(m, route, &name);
    if (!rib_shared_take(m->rib, &name, &moved))
        return;
    rib_out_adopt(m->aside, &name, &moved, true);
    assert_true(rib_out_take(m->aside, &name, &moved));
    rib_shared_adopt(m->rib, &name, &moved);
}

/* ---- Checks ---- */

static bool carried(const struct listener *l, unsigned route, unsigned kind) {
    return terms_has(l->terms.families, family_of_route(route)->index) && !(kind == HUGE && l->terms.send_most == 4096);
}

static void check_listener(const struct model *m, const struct listener *l) {
    for (unsigned i = 0; i < ROUTES; i++) {
        const struct wanted *w = &m->wanted[i];
        const struct heard *h = &l->heard[i];
        assert_int_equal(h->is, w->set && carried(l, i, w->kind));
        if (h->is)
            assert_int_equal(h->version, w->version);
    }
}

static void model_check(struct model *m) {
    for (unsigned i = 0; i < READERS; i++)
        while (m->listeners[i].up && model_pull(m, &m->listeners[i]))
            ;
    unsigned count = 0;
    for (unsigned i = 0; i < ROUTES; i++)
        count += m->wanted[i].set != 0;
    assert_int_equal(rib_out_count(rib_shared_routes(m->rib)), count);
    for (unsigned i = 0; i < READERS; i++)
        if (m->listeners[i].up)
            check_listener(m, &m->listeners[i]);
}

static void model_step(struct model *m) {
    unsigned dice = draw(m, 100000);
    struct listener *l = &m->listeners[draw(m, READERS - (draw(m, 50) != 0))]; /* the last one is slow */
    if (dice < 50000)
        model_announce(m);
    else if (dice < 75000)
        model_withdraw(m);
    else if (dice < 99000)
        l->up ? (void)model_pull(m, l) : (void)0;
    else if (dice < 99400)
        model_move(m);
    else if (dice < 99600)
        rib_reader_resend(&l->reader, draw(m, 2) ? UINT64_MAX : family_bit(family_of_route(draw(m, ROUTES))));
    else if (dice < 99620) {
        rib_shared_clear(m->rib);
        memset(m->wanted, 0, sizeof m->wanted);
    } else if (dice < 99800)
        model_turn(m, l);
    else if (dice < 99850)
        model_check(m);
}

static uint64_t setting(const char *name, uint64_t usual) {
    const char *value = getenv(name);
    return value ? strtoull(value, NULL, 0) : usual;
}

static void model_init(struct model *m, bool group) {
    *m = (struct model){.out = buffer_growing(), .random = setting("RIB_SEED", 20100731) | 1, .group = group};
    store_init(&m->store, m->random);
    m->rib = rib_shared_new(&m->store, group);
    m->aside = rib_out_new(&m->store);
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (unsigned version = 0; version < VERSIONS; version++) {
            m->sets[0][kind][version] = set_of(&m->store, version, text_of("192.0.2.1"), kind == HUGE ? 5000 : 0);
            m->sets[1][kind][version] = set_of(&m->store, version, text_of("2001:db8::1"), kind == HUGE ? 5000 : 0);
        }
    m->kept = m->store.count;
    for (unsigned i = 0; i < READERS; i++)
        rib_reader_join(&m->listeners[i].reader, m->rib);
}

static void model_release(struct model *m) {
    for (unsigned i = 0; i < READERS; i++)
        rib_reader_leave(&m->listeners[i].reader);
    assert_int_equal(rib_shared_readers(m->rib), 0);
    rib_shared_free(m->rib);
    rib_out_free(m->aside);
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (unsigned version = 0; version < VERSIONS; version++) {
            store_drop(&m->store, m->sets[0][kind][version]);
            store_drop(&m->store, m->sets[1][kind][version]);
        }
    assert_int_equal(m->store.count, 0);
    store_release(&m->store);
    buffer_release(&m->out);
}

static void play(bool group, uint64_t steps) {
    static struct model m;
    model_init(&m, group);
    for (; steps; steps--)
        model_step(&m);
    model_check(&m);
    assert_true(m.told > 1000);
    model_release(&m);
}

static void every_peer_hears_what_was_announced(void **state) {
    (void)state;
    play(true, setting("RIB_STEPS", 300000));
}

static void one_route_a_message(void **state) {
    (void)state;
    play(false, setting("RIB_STEPS", 300000) / 3);
}

/* Changes while a peer reads nothing take no memory, and it hears the last of them. */
static void a_peer_that_is_slow_costs_no_more_than_its_routes(void **state) {
    static struct model m;
    size_t memory = 0;
    (void)state;
    model_init(&m, true);
    model_up(&m, &m.listeners[0]);
    model_up(&m, &m.listeners[1]);
    for (unsigned i = 0; i < 200000; i++) {
        model_announce(&m);
        if (i % 10 == 0)
            while (model_pull(&m, &m.listeners[0]))
                ;
        if (i == 100000)
            memory = rib_shared_memory(m.rib);
    }
    assert_in_range(rib_shared_memory(m.rib), 1, memory + 200 * 1024);
    model_check(&m);
    assert_int_equal(up_count(&m), 2);
    model_release(&m);
}

/* Two of a kind: the octets of one are those of the other, and messages are whole. */
static void the_same_octets_for_the_same_kind(void **state) {
    static struct model m;
    struct buffer first = buffer_growing(), second = buffer_growing();
    struct terms terms = {.families = UINT64_MAX, .send_most = 4096, .as4 = true};
    struct refused refused = {0};
    (void)state;
    model_init(&m, true);
    rib_reader_up(&m.listeners[0].reader, &terms, true);
    rib_reader_up(&m.listeners[1].reader, &terms, true);
    for (unsigned i = 0; i < 1000; i++)
        model_announce(&m);
    while (rib_reader_pull(&m.listeners[0].reader, false, &first, &refused))
        ;
    while (rib_reader_pull(&m.listeners[1].reader, false, &second, &refused))
        ;
    assert_true(buffer_len(&first) > 1000);
    assert_true(cursor_same(buffer_cursor(&first), buffer_cursor(&second)));
    /* One that comes later, and one that wants all again, get the same routes once each. */
    rib_reader_up(&m.listeners[2].reader, &terms, true);
    rib_reader_resend(&m.listeners[1].reader, UINT64_MAX);
    buffer_clear(&first);
    buffer_clear(&second);
    while (rib_reader_pull(&m.listeners[2].reader, false, &first, &refused))
        ;
    while (rib_reader_pull(&m.listeners[1].reader, false, &second, &refused))
        ;
    assert_true(cursor_same(buffer_cursor(&first), buffer_cursor(&second)));
    buffer_clear(&first);
    assert_false(rib_reader_pull(&m.listeners[0].reader, false, &first, &refused));
    buffer_release(&first);
    buffer_release(&second);
    model_release(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_peer_hears_what_was_announced),
        cmocka_unit_test(one_route_a_message),
        cmocka_unit_test(a_peer_that_is_slow_costs_no_more_than_its_routes),
        cmocka_unit_test(the_same_octets_for_the_same_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
