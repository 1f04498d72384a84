/* Routes of a peer that restarts: kept, announced again, swept (RFC 4724, 8538, 9494, 7313). A simulated clock. */
#include <stdio.h>

#include "unit.h"

#include "api_world.h"
#include "base/number.h"

/* Capability 64 and 71 of the peer: families with the F bit or without. */
#define RESTARTS_120     "40 0a 8078 0001 01 80 0002 01 80"
#define RESTARTS_V4_LOST "40 0a 8078 0001 01 00 0002 01 80"
#define RESTARTS_V6_ONLY "40 06 8078 0002 01 80"
#define RESTARTS_N       "40 0a c078 0001 01 80 0002 01 80"
#define LIVES_LONG       "47 07 0001 01 80 00012c" /* IPv4, 300 seconds */
#define LIVES_LOST       "47 07 0001 01 00 00012c"

static const uint64_t one_second = 1000000;

struct rig {
    struct world w;
    struct world_peer *p;
    uint64_t helper;
    uint8_t raw[64];
};

static void offer_restart(struct neighbor *n) {
    struct offer *o = &n->offer;
    o->families = (uint64_t)1 << FAMILY_ipv4_unicast | (uint64_t)1 << FAMILY_ipv6_unicast;
    o->graceful_restart = o->long_lived = o->restart_notification = o->refresh = true;
    o->restart_time = 60;
    o->long_lived_time = 1000;
    n->adj_rib_in = true;
    n->apis[0].receive |= WATCH_UPDATE | WATCH_PARSED;
    n->apis[0].neighbor_changes = true;
}

static void rig_init(struct rig *r) {
    memset(r, 0, sizeof *r);
    world_init(&r->w, FORM_5, NULL);
    r->helper = world_add_client(&r->w, "helper");
    r->p = world_add_peer(&r->w, "127.0.0.1", "helper", offer_restart);
}

static void rig_release(struct rig *r) {
    world_release(&r->w);
}

/* The peer says these capabilities, in hexadecimal, beside its families and route refresh. */
static void rig_open(struct rig *r, const char *capabilities) {
    struct offer offer = r->p->neighbor->offer;
    struct buffer b = buffer_growing(), raw = buffer_fixed(r->raw, sizeof r->raw);
    for (const char *p = capabilities; *p; p += *p == ' ' ? 1 : 2)
        if (*p != ' ')
            assert_true(hex_parse((struct text){p, 2}, &raw));
    offer.local_as = 65002;
    offer.peer_as = 65001;
    offer.router_id = 0x02020202;
    offer.graceful_restart = false;
    offer.raw = r->raw;
    offer.raw_len = (uint16_t)buffer_len(&raw);
    put_open(&b, &offer, offer.local_as);
    put_keepalive(&b);
    world_receive(&r->w, r->p, buffer_cursor(&b));
    world_written(&r->w, r->p);
    buffer_release(&b);
}

/* The session comes up. */
static void rig_up(struct rig *r, const char *capabilities) {
    while (!r->p->stream) {
        r->w.now += one_second / 10;
        engine_timer(r->w.engine, r->w.now);
    }
    engine_dialed(r->w.engine, r->p->stream, r->p->neighbor->local, r->p->neighbor->peer.ip, r->w.now);
    rig_open(r, capabilities);
    assert_int_equal(session_state(peer_session(r->p->peer)), SESSION_ESTABLISHED);
}

static void rig_pass(struct rig *r, uint64_t seconds) {
    uint64_t end = r->w.now + seconds * one_second;
    for (uint64_t at; (at = engine_deadline(r->w.engine)) <= end;) {
        r->w.now = at > r->w.now ? at : r->w.now;
        engine_timer(r->w.engine, r->w.now);
        if (r->p->stream && !session_terms(peer_session(r->p->peer))) { /* nobody answers */
            uint64_t stream = r->p->stream;
            r->p->stream = 0;
            engine_closed(r->w.engine, stream, "refused", r->w.now);
        }
    }
    r->w.now = end;
}

static void rig_give(struct rig *r, enum message_type type, const char *hex) {
    struct buffer b = buffer_growing();
    size_t start = message_begin(&b, type);
    for (const char *p = hex; *p; p += *p == ' ' ? 1 : 2)
        if (*p != ' ')
            assert_true(hex_parse((struct text){p, 2}, &b));
    message_end(&b, start);
    world_receive(&r->w, r->p, buffer_cursor(&b));
    buffer_release(&b);
}

#define ATTRIBUTES "400101 00 400206 0201 0000fdea"
#define NEXT_HOP   "400304 0a000001"
static void rig_announce_both(struct rig *r) {
    rig_give(r, MESSAGE_UPDATE, "0000 0014" ATTRIBUTES NEXT_HOP "180a0000 180a0001");
    rig_give(r, MESSAGE_UPDATE,
             "0000 002a" ATTRIBUTES "800e1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8");
}
static const char end_ipv4[] = "0000 0000", end_ipv6[] = "0000 0006 800f03 0002 01";

/* What is in the adj-rib-in: "10.0.0.0/24 10.0.1.0/24* 2001:db8::/32", those with a star are stale. */
static const char *rig_routes(struct rig *r) {
    static char shown[512];
    struct buffer b = buffer_fixed(shown, sizeof shown - 1);
    struct rib_route route;
    for (uint32_t walk = 0; rib_in_next(peer_rib_in(r->p->peer), &walk, &route);) {
        struct buffer text = buffer_growing();
        nlri_command(&(struct nlri){.family = route.family, .octets = route.nlri}, false, &text);
        put_format(&b, "%s%s%s", buffer_len(&b) ? " " : "", written(&text), route.stale ? "*" : "");
        buffer_release(&text);
    }
    shown[buffer_len(&b)] = 0;
    return shown;
}

/* The withdraws that the helper heard since last asked: how many events, and do they name it all? */
static unsigned rig_withdraws(struct rig *r, const char *naming) {
    unsigned count = 0;
    const char *heard = world_heard(&r->w, r->helper);
    if (naming && !strstr(heard, naming))
        fail_msg("no %s in %s", naming, heard);
    for (const char *at = heard; (at = strstr(at, "\"withdraw\"")); at++)
        count++;
    return count;
}

static void what_is_announced_again_stays(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120);
    rig_announce_both(&r);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24 10.0.1.0/24 2001:db8::/32");
    world_lose(&r.w, r.p);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*");
    assert_non_null(strstr(world_ask(&r.w, r.helper, "show adj-rib in"), "10.0.1.0/24 next-hop 10.0.0.1 stale\n"));
    assert_non_null(strstr(world_ask(&r.w, r.helper, "show adj-rib in json"), "\"stale\": true"));
    rig_withdraws(&r, NULL);
    rig_up(&r, RESTARTS_120);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*");
    rig_give(&r, MESSAGE_UPDATE, "0000 0014" ATTRIBUTES NEXT_HOP "180a0000");
    assert_string_equal(rig_routes(&r), "10.0.0.0/24 10.0.1.0/24* 2001:db8::/32*");
    assert_int_equal(rig_withdraws(&r, NULL), 0);
    rig_give(&r, MESSAGE_UPDATE, end_ipv4);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24 2001:db8::/32*");
    assert_int_equal(rig_withdraws(&r, "\"withdraw\": { \"ipv4 unicast\": [ { \"nlri\": \"10.0.1.0/24\" } ] }"), 1);
    rig_give(&r, MESSAGE_UPDATE, end_ipv6);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24");
    assert_int_equal(rig_withdraws(&r, "2001:db8::/32"), 1);
    rig_give(&r, MESSAGE_UPDATE, end_ipv4);
    rig_give(&r, MESSAGE_UPDATE, end_ipv6);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24");
    assert_int_equal(rig_withdraws(&r, NULL), 0);
    rig_release(&r);
}

static void the_restart_time_ends_the_wait(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    rig_withdraws(&r, "\"down\"");
    rig_pass(&r, 119);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*");
    assert_int_equal(rig_withdraws(&r, NULL), 0);
    rig_pass(&r, 2);
    assert_string_equal(rig_routes(&r), "");
    assert_int_equal(rig_withdraws(&r, "10.0.1.0/24"), 2);
    rig_release(&r);
}

static void a_peer_without_end_of_rib_is_not_waited_for_forever(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    rig_up(&r, RESTARTS_120);
    for (unsigned i = 0; i < 4; i++) { /* the hold time does not end it */
        rig_pass(&r, 80);
        rig_give(&r, MESSAGE_KEEPALIVE, "");
    }
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*");
    rig_pass(&r, 50);
    assert_string_equal(rig_routes(&r), "");
    assert_int_equal(session_state(peer_session(r.p->peer)), SESSION_ESTABLISHED);
    rig_release(&r);
}

static void what_the_peer_did_not_keep_goes_at_once(void **state) {
    (void)state;
    static const struct {
        const char *before, *after, *routes;
    } lines[] = {
        {RESTARTS_120, RESTARTS_V4_LOST, "2001:db8::/32*"},
        {RESTARTS_120, RESTARTS_V6_ONLY, "2001:db8::/32*"},
        {RESTARTS_120, "", ""},
        {RESTARTS_V6_ONLY, RESTARTS_120, "2001:db8::/32*"},
        {RESTARTS_V4_LOST, RESTARTS_120, "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*"},
        {"", RESTARTS_120, ""},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct rig r;
        rig_init(&r);
        rig_up(&r, lines[i].before);
        rig_announce_both(&r);
        world_lose(&r.w, r.p);
        rig_up(&r, lines[i].after);
        assert_string_equal(rig_routes(&r), lines[i].routes);
        rig_release(&r);
    }
}

/* RFC 8538: a NOTIFICATION is the end of all routes, unless both say that it is not; a hard reset always is. */
static void notifications_count(void **state) {
    (void)state;
    static const struct {
        const char *capabilities, *notification, *routes;
    } lines[] = {
        {RESTARTS_120, "06 04", ""},
        {RESTARTS_N, "06 04", "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*"},
        {RESTARTS_N, "04 00", "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*"},
        {RESTARTS_N, "06 09 06 02 00", ""},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct rig r;
        rig_init(&r);
        rig_up(&r, lines[i].capabilities);
        rig_announce_both(&r);
        rig_give(&r, MESSAGE_NOTIFICATION, lines[i].notification);
        assert_string_equal(rig_routes(&r), lines[i].routes);
        rig_release(&r);
    }
}

/* The same with a NOTIFICATION of ours: the hold time is over. */
static void our_own_notification_counts_as_well(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_N);
    rig_announce_both(&r);
    rig_pass(&r, 181);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*");
    rig_release(&r);
    rig_init(&r);
    rig_up(&r, RESTARTS_120);
    rig_announce_both(&r);
    rig_pass(&r, 181);
    assert_string_equal(rig_routes(&r), "");
    rig_release(&r);
}

static void a_second_loss_drops_what_the_first_had_kept(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    rig_up(&r, RESTARTS_120);
    rig_give(&r, MESSAGE_UPDATE, "0000 0014" ATTRIBUTES NEXT_HOP "180a0001");
    world_lose(&r.w, r.p);
    assert_string_equal(rig_routes(&r), "10.0.1.0/24*");
    rig_release(&r);
}

static void who_is_disabled_is_not_waited_for(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_N);
    rig_announce_both(&r);
    peer_enable(r.w.engine, r.p->peer, false, r.w.now);
    assert_string_equal(rig_routes(&r), "");
    rig_release(&r);
}

/* ---- Long-lived (RFC 9494) ---- */

static bool rig_has_community(struct rig *r, const char *hex) {
    struct rib_route route;
    struct buffer b = buffer_growing();
    uint32_t walk = 0;
    assert_true(rib_in_next(peer_rib_in(r->p->peer), &walk, &route));
    put_hex(&b, store_set(engine_store(r->w.engine), route.set).named);
    bool has = strstr(written(&b), hex);
    buffer_release(&b);
    return has;
}

static void routes_grow_old(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120 LIVES_LONG);
    rig_announce_both(&r);
    rig_give(&r, MESSAGE_UPDATE,
             "0000 001b" ATTRIBUTES NEXT_HOP "c00804 ffff0007"
             "180a0002"); /* NO_LLGR */
    world_lose(&r.w, r.p);
    uint64_t lost = r.w.now;
    assert_false(rig_has_community(&r, "c00804ffff0006"));
    rig_withdraws(&r, NULL);
    rig_pass(&r, 121);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24*");
    assert_true(rig_has_community(&r, "40a000001c00804ffff0006"));
    assert_int_equal(rig_withdraws(&r, "\"10.0.2.0/24\""), 2); /* and IPv6, which lives no longer */
    rig_pass(&r, 100);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24*");
    rig_up(&r, RESTARTS_120 LIVES_LONG);
    rig_give(&r, MESSAGE_UPDATE, "0000 0014" ATTRIBUTES NEXT_HOP "180a0000");
    assert_string_equal(rig_routes(&r), "10.0.0.0/24 10.0.1.0/24*");
    assert_false(rig_has_community(&r, "c00804ffff0006"));
    world_lose(&r.w, r.p); /* the long time goes on, and holds for what was told meanwhile */
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24*");
    assert_true(rig_has_community(&r, "c00804ffff0006"));
    rig_withdraws(&r, NULL);
    rig_pass(&r, (lost - r.w.now) / one_second + 419);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24*");
    rig_pass(&r, 2);
    assert_string_equal(rig_routes(&r), "");
    assert_int_equal(rig_withdraws(&r, "10.0.1.0/24"), 1);
    rig_release(&r);
}

static void old_routes_end_with_the_end_of_rib(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120 LIVES_LONG);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    rig_pass(&r, 130);
    rig_up(&r, RESTARTS_120 LIVES_LONG);
    rig_give(&r, MESSAGE_UPDATE, "0000 0014" ATTRIBUTES NEXT_HOP "180a0001");
    rig_give(&r, MESSAGE_UPDATE, end_ipv4);
    assert_string_equal(rig_routes(&r), "10.0.1.0/24");
    rig_pass(&r, 100);
    assert_string_equal(rig_routes(&r), "10.0.1.0/24");
    rig_release(&r);
}

static void old_routes_that_the_peer_lost_go(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120 LIVES_LONG);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    rig_pass(&r, 130);
    rig_up(&r, RESTARTS_120 LIVES_LOST);
    assert_string_equal(rig_routes(&r), "");
    rig_release(&r);
}

/* A reload takes the adj-rib-in away while its routes are stale. */
static void what_is_no_longer_kept_does_not_age(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120 LIVES_LONG);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    struct neighbor without = *r.p->neighbor;
    without.adj_rib_in = false;
    engine_replace(r.w.engine, r.p->peer, &without, r.w.now);
    rig_pass(&r, 130);
    rig_pass(&r, 330);
    assert_null(peer_rib_in(r.p->peer));
    engine_replace(r.w.engine, r.p->peer, r.p->neighbor, r.w.now);
    assert_string_equal(rig_routes(&r), "");
    rig_release(&r);
}

/* ---- Enhanced route refresh (RFC 7313) ---- */

static void a_refresh_sweeps_what_it_did_not_tell(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, "");
    rig_announce_both(&r);
    rig_give(&r, MESSAGE_ROUTE_REFRESH, "0001 02 01"); /* an end without a beginning */
    assert_string_equal(rig_routes(&r), "10.0.0.0/24 10.0.1.0/24 2001:db8::/32");
    rig_give(&r, MESSAGE_ROUTE_REFRESH, "0001 01 01");
    rig_give(&r, MESSAGE_UPDATE, "0000 0014" ATTRIBUTES NEXT_HOP "180a0001");
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24 2001:db8::/32");
    rig_withdraws(&r, NULL);
    rig_give(&r, MESSAGE_ROUTE_REFRESH, "0001 02 01");
    assert_string_equal(rig_routes(&r), "10.0.1.0/24 2001:db8::/32");
    assert_int_equal(rig_withdraws(&r, "10.0.0.0/24"), 1);
    rig_release(&r);
}

/* ---- Many ---- */

/* More than fit into one message; with and without path identifiers. */
static void many_routes_leave_in_several_events(void **state) {
    (void)state;
    struct rig r;
    rig_init(&r);
    rig_up(&r, RESTARTS_120);
    for (unsigned i = 0; i < 3000; i++) {
        char hex[128];
        snprintf(hex, sizeof hex, "0000 0014" ATTRIBUTES NEXT_HOP "180a%04x", i);
        rig_give(&r, MESSAGE_UPDATE, hex);
    }
    world_heard(&r.w, r.helper);
    world_lose(&r.w, r.p);
    rig_pass(&r, 121);
    assert_string_equal(rig_routes(&r), "");
    assert_int_equal(rig_withdraws(&r, "10.11.183.0/24"), 3);
    rig_release(&r);
}

/* ---- Peers of a range ---- */

static void offer_range(struct neighbor *n) {
    offer_restart(n);
    n->peer.bits = 16;
    n->range = n->passive = true;
}

/* One comes in from 127.1.X.Y. */
static void range_up(struct rig *r, uint8_t third, uint8_t fourth, const char *capabilities) {
    struct ip from = {4, {127, 1, third, fourth}};
    const char *why;
    r->p->stream = engine_accepted(r->w.engine, r->p->neighbor->local, 179, from, r->w.now, &why);
    assert_int_not_equal(r->p->stream, 0);
    for (r->p->peer = NULL; (r->p->peer = engine_next(r->w.engine, r->p->peer));)
        if (ip_same(peer_neighbor(r->p->peer)->peer.ip, from))
            break;
    assert_non_null(r->p->peer);
    rig_open(r, capabilities);
    assert_int_equal(session_state(peer_session(r->p->peer)), SESSION_ESTABLISHED);
}

static unsigned range_peers(const struct rig *r) {
    unsigned count = 0;
    while (engine_at(r->w.engine, count))
        count++;
    return count - 1; /* the range itself */
}

static void range_init(struct rig *r) {
    memset(r, 0, sizeof *r);
    world_init(&r->w, FORM_5, NULL);
    r->helper = world_add_client(&r->w, "helper");
    r->p = world_add_peer(&r->w, "127.1.0.0", "helper", offer_range);
}

/* It comes back from the same address, and is the one that it was. */
static void a_peer_of_a_range_is_waited_for(void **state) {
    (void)state;
    struct rig r;
    range_init(&r);
    range_up(&r, 0, 9, RESTARTS_120);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    assert_int_equal(range_peers(&r), 1);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24* 2001:db8::/32*");
    rig_withdraws(&r, "\"down\"");
    rig_pass(&r, 100);
    range_up(&r, 0, 9, RESTARTS_120);
    assert_int_equal(range_peers(&r), 1);
    rig_give(&r, MESSAGE_UPDATE, "0000 0014" ATTRIBUTES NEXT_HOP "180a0000");
    rig_give(&r, MESSAGE_UPDATE, end_ipv4);
    rig_give(&r, MESSAGE_UPDATE, end_ipv6);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24");
    assert_int_equal(rig_withdraws(&r, "10.0.1.0/24"), 2);
    world_lose(&r.w, r.p); /* and the second time */
    assert_string_equal(rig_routes(&r), "10.0.0.0/24*");
    rig_pass(&r, 121);
    assert_int_equal(range_peers(&r), 0);
    assert_int_equal(rig_withdraws(&r, "10.0.0.0/24"), 1);
    rig_release(&r);
}

/* One that does not come back goes with its routes: after the restart time, or after the long-lived one. */
static void a_peer_of_a_range_that_stays_away_is_no_more(void **state) {
    (void)state;
    struct rig r;
    range_init(&r);
    range_up(&r, 0, 9, RESTARTS_120);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    rig_pass(&r, 119);
    assert_int_equal(range_peers(&r), 1);
    rig_withdraws(&r, NULL);
    rig_pass(&r, 2);
    assert_int_equal(range_peers(&r), 0);
    assert_int_equal(rig_withdraws(&r, "10.0.1.0/24"), 2);
    range_up(&r, 0, 9, RESTARTS_120 LIVES_LONG);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    rig_pass(&r, 121);
    assert_string_equal(rig_routes(&r), "10.0.0.0/24* 10.0.1.0/24*");
    rig_pass(&r, 300);
    assert_int_equal(range_peers(&r), 0);
    rig_release(&r);
}

/* Without graceful restart, after a NOTIFICATION, and when the range is removed there is nobody to wait for. */
static void a_peer_of_a_range_may_be_gone_at_once(void **state) {
    (void)state;
    struct rig r;
    range_init(&r);
    range_up(&r, 0, 9, "");
    rig_announce_both(&r);
    struct peer *range = engine_at(r.w.engine, 0);
    world_lose(&r.w, r.p);
    assert_int_equal(range_peers(&r), 0);
    range_up(&r, 0, 9, RESTARTS_120);
    rig_announce_both(&r);
    rig_give(&r, MESSAGE_NOTIFICATION, "0602");
    world_lose(&r.w, r.p);
    assert_int_equal(range_peers(&r), 0);
    range_up(&r, 0, 9, RESTARTS_120);
    rig_announce_both(&r);
    world_lose(&r.w, r.p);
    assert_int_equal(range_peers(&r), 1);
    engine_remove(r.w.engine, range, 3, r.w.now);
    assert_null(engine_at(r.w.engine, 0));
    rig_release(&r);
}

/* A stranger who comes from all addresses of a range does not fill the memory. */
static void so_many_peers_of_a_range_are_waited_for(void **state) {
    (void)state;
    struct rig r;
    range_init(&r);
    for (unsigned i = 0; i < 1100; i++) {
        range_up(&r, (uint8_t)(i / 250), (uint8_t)(i % 250 + 1), RESTARTS_120);
        rig_give(&r, MESSAGE_UPDATE, "0000 0014" ATTRIBUTES NEXT_HOP "180a0000");
        world_lose(&r.w, r.p);
    }
    assert_int_equal(range_peers(&r), 1000);
    rig_pass(&r, 121);
    assert_int_equal(range_peers(&r), 0);
    rig_release(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_announced_again_stays),
        cmocka_unit_test(the_restart_time_ends_the_wait),
        cmocka_unit_test(a_peer_without_end_of_rib_is_not_waited_for_forever),
        cmocka_unit_test(what_the_peer_did_not_keep_goes_at_once),
        cmocka_unit_test(notifications_count),
        cmocka_unit_test(our_own_notification_counts_as_well),
        cmocka_unit_test(a_second_loss_drops_what_the_first_had_kept),
        cmocka_unit_test(who_is_disabled_is_not_waited_for),
        cmocka_unit_test(routes_grow_old),
        cmocka_unit_test(old_routes_end_with_the_end_of_rib),
        cmocka_unit_test(old_routes_that_the_peer_lost_go),
        cmocka_unit_test(what_is_no_longer_kept_does_not_age),
        cmocka_unit_test(a_refresh_sweeps_what_it_did_not_tell),
        cmocka_unit_test(many_routes_leave_in_several_events),
        cmocka_unit_test(a_peer_of_a_range_is_waited_for),
        cmocka_unit_test(a_peer_of_a_range_that_stays_away_is_no_more),
        cmocka_unit_test(a_peer_of_a_range_may_be_gone_at_once),
        cmocka_unit_test(so_many_peers_of_a_range_are_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
