/* Leases of one peer against a plain list of them, with random histories. */
#include "rib/leases.h"

#include "base/memory.h"
#include "unit.h"

enum { ROUTES = 64, HOLDERS = 4, SECOND = 1000000 };

struct plain { /* what the list says of a route */
    uint32_t holder, ttl;
    uint64_t since; /* second */
};

struct play {
    struct leases *leases;
    struct plain routes[ROUTES];
    uint64_t now, seed;
};

static uint32_t play_random(struct play *p, uint32_t below) {
    p->seed = p->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(p->seed >> 33) % below;
}

/* Route 0 to 31: an IPv4 /32; above: a labelled IPv4 VPN route, long and with a key of its own. */
static void name_of(unsigned route, uint32_t label, uint8_t octets[32], struct route_name *name) {
    struct buffer b = buffer_fixed(octets, 32);
    const struct family *family = route < 32 ? &family_ipv4_unicast : family_of(1, 128);
    if (route < 32) {
        put_u8(&b, 32);
    } else {
        put_u8(&b, 24 + 64 + 32);
        put_u24(&b, label << 4 | 1);
        put_u64(&b, 0x0000fde800000001);
    }
    put_u32(&b, 0x0a000000 + route);
    route_name_init(name, 7, family, buffer_cursor(&b), false, 0);
}

static unsigned route_of(const struct lease_view *v) {
    return v->route.nlri.end[-1];
}

static uint64_t plain_ends(const struct plain *r) {
    return r->ttl ? (r->since + r->ttl) * SECOND : UINT64_MAX;
}

static void play_check(struct play *p) {
    uint64_t first = UINT64_MAX;
    uint32_t count = 0;
    struct lease_view v;
    for (unsigned i = 0; i < ROUTES; i++) {
        const struct plain *r = &p->routes[i];
        uint8_t octets[32];
        struct route_name name;
        name_of(i, 5, octets, &name);
        assert_int_equal(leases_find(p->leases, &name, &v), r->holder != 0);
        if (!r->holder)
            continue;
        count++;
        assert_int_equal(v.holder, r->holder);
        assert_int_equal(v.ttl, r->ttl);
        assert_int_equal(v.ends, plain_ends(r));
        first = plain_ends(r) < first ? plain_ends(r) : first;
    }
    assert_int_equal(leases_count(p->leases), count);
    assert_int_equal(leases_deadline(p->leases), first);
}

static void play_take(struct play *p) {
    unsigned route = play_random(p, ROUTES);
    uint32_t holder = 1 + play_random(p, HOLDERS), ttl = play_random(p, 6) * 5;
    uint8_t octets[32];
    struct route_name name;
    name_of(route, play_random(p, 9), octets, &name);
    if (play_random(p, 8)) {
        leases_take(p->leases, &name, holder, ttl, p->now);
        p->routes[route] = (struct plain){holder, ttl, (p->now + SECOND - 1) / SECOND};
    } else {
        leases_drop(p->leases, &name);
        p->routes[route].holder = 0;
    }
}

static void play_pass_time(struct play *p) {
    struct lease_view v;
    p->now += play_random(p, 3 * SECOND);
    while (leases_over(p->leases, p->now, &v)) {
        struct plain *r = &p->routes[route_of(&v)];
        assert_int_equal(r->holder, v.holder);
        assert_true(plain_ends(r) <= p->now);
        leases_remove(p->leases, v.number);
        r->holder = 0;
    }
}

/* Something about all of one holder. */
static void play_holder(struct play *p) {
    uint32_t holder = 1 + play_random(p, HOLDERS), what = play_random(p, 4), left = 1 + play_random(p, 12);
    uint64_t second = (p->now + SECOND - 1) / SECOND;
    struct lease_view v;
    if (what == 0)
        leases_renew(p->leases, holder, p->now);
    else if (what == 1)
        leases_shorten(p->leases, holder, left, p->now);
    else if (what == 2)
        while (leases_of(p->leases, holder, &v))
            leases_remove(p->leases, v.number);
    else
        leases_doubt(p->leases, holder);
    for (unsigned i = 0; i < ROUTES; i++) {
        struct plain *r = &p->routes[i];
        if (r->holder != holder)
            continue;
        if (what == 0)
            r->since = second;
        else if (what == 1 && (!r->ttl || r->since + r->ttl > second + left))
            *r = (struct plain){holder, left, second};
        else if (what == 2)
            r->holder = 0;
    }
    for (unsigned i = 0; what == 3 && i < ROUTES; i += 1 + play_random(p, 3)) { /* some are taken again */
        struct plain *r = &p->routes[i];
        uint8_t octets[32];
        struct route_name name;
        if (r->holder != holder)
            continue;
        name_of(i, 5, octets, &name);
        leases_take(p->leases, &name, holder, r->ttl, p->now);
        r->since = second;
        r->holder = UINT32_MAX; /* no doubt about it */
    }
    for (; what == 3 && leases_doubted(p->leases, holder, &v); leases_remove(p->leases, v.number)) {
        assert_int_equal(p->routes[route_of(&v)].holder, holder);
        p->routes[route_of(&v)].holder = 0;
    }
    for (unsigned i = 0; what == 3 && i < ROUTES; i++) {
        assert_int_not_equal(p->routes[i].holder, holder);
        if (p->routes[i].holder == UINT32_MAX)
            p->routes[i].holder = holder;
    }
}

static void leases_do_what_a_list_does(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct play p = {.leases = leases_new(7), .now = 1000 * SECOND, .seed = seed};
        for (unsigned step = 0; step < 600; step++) {
            uint32_t what = play_random(&p, 20);
            if (what < 14)
                play_take(&p);
            else if (what < 17)
                play_pass_time(&p);
            else
                play_holder(&p);
            play_check(&p);
        }
        leases_free(p.leases);
    }
    leases_free(NULL);
}

/* What a lease costs, so that nobody makes it dearer without a look. */
static void a_lease_is_small(void **state) {
    struct leases *l = leases_new(7);
    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        uint8_t octets[5];
        struct buffer b = buffer_fixed(octets, sizeof octets);
        struct route_name name;
        put_u8(&b, 32);
        put_u32(&b, i);
        route_name_init(&name, 7, &family_ipv4_unicast, buffer_cursor(&b), false, 0);
        leases_take(l, &name, 1, 60 + i % 600, 0);
    }
    assert_int_equal(leases_count(l), 100000);
    print_message("%zu octets a lease\n", leases_memory(l) / 100000);
    assert_true(leases_memory(l) / 100000 <= 64);
    leases_free(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leases_do_what_a_list_does),
        cmocka_unit_test(a_lease_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
