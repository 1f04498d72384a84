/* maximum-prefix: TMR-09. */
#include "api_world.h"
#include "unit.h"

static void two_at_most(struct neighbor *n) {
    n->maximum_prefix = 2;
    n->adj_rib_in = true;
}

static void two_are_told_of(struct neighbor *n) {
    two_at_most(n);
    n->maximum_prefix_warns = true;
}

/* Routes of 10.N.0.0/16, from and up to these; of IPv6 when so. */
static void receive(struct world *w, struct world_peer *p, unsigned from, unsigned to, bool announce) {
    struct buffer b = buffer_growing();
    size_t start = message_begin(&b, MESSAGE_UPDATE);
    struct buffer routes = buffer_growing();
    for (unsigned i = from; i <= to; i++) {
        put_u16(&routes, 16 << 8 | 10);
        put_u8(&routes, (uint8_t)i);
    }
    put_u16(&b, announce ? 0 : (uint16_t)buffer_len(&routes));
    if (!announce)
        put_cursor(&b, buffer_cursor(&routes));
    put_u16(&b, announce ? 20 : 0);
    if (announce) {
        put_octets(&b, "\x40\x01\x01\x00\x40\x02\x06\x02\x01\x00\x00\xfd\xea\x40\x03\x04\x01\x02\x03\x04", 20);
        put_cursor(&b, buffer_cursor(&routes));
    }
    message_end(&b, start);
    world_receive(w, p, buffer_cursor(&b));
    buffer_release(&routes);
    buffer_release(&b);
}

static void more_than_the_limit_ends_the_session(void **state) {
    (void)state;
    struct world w;
    world_init(&w, FORM_5, NULL);
    struct world_peer *p = world_add_peer(&w, "127.0.0.1", "", two_at_most);
    world_establish(&w, p);
    world_written(&w, p);
    receive(&w, p, 1, 2, true);
    receive(&w, p, 1, 2, true); /* the same ones again are no more */
    receive(&w, p, 1, 1, false);
    receive(&w, p, 3, 3, true);
    assert_int_equal(session_state(peer_session(p->peer)), SESSION_ESTABLISHED);
    assert_int_equal(rib_in_count(peer_rib_in(p->peer)), 2);
    receive(&w, p, 4, 4, true);
    assert_string_equal(world_written(&w, p), "NOTIFICATION 060100010100000002");
    assert_true(session_state(peer_session(p->peer)) < SESSION_OPENSENT);
    world_release(&w);
}

static void a_warning_is_one_and_the_session_stays(void **state) {
    (void)state;
    struct world w;
    unsigned walk = 0;
    const char *row;
    uint64_t count;
    world_init(&w, FORM_5, NULL);
    struct world_peer *p = world_add_peer(&w, "127.0.0.1", "", two_are_told_of);
    world_establish(&w, p);
    for (unsigned i = 0; i < 5; i++)
        receive(&w, p, 1, 10 + i, true);
    assert_int_equal(session_state(peer_session(p->peer)), SESSION_ESTABLISHED);
    assert_int_equal(rib_in_count(peer_rib_in(p->peer)), 14);
    assert_true(session_row_count(peer_session(p->peer), &walk, &row, &count));
    assert_string_equal(row, "TMR-09");
    assert_int_equal(count, 1);
    receive(&w, p, 1, 14, false);
    receive(&w, p, 1, 2, true);
    receive(&w, p, 3, 3, true);
    walk = 0;
    assert_true(session_row_count(peer_session(p->peer), &walk, &row, &count));
    assert_int_equal(count, 2);
    world_release(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_than_the_limit_ends_the_session),
        cmocka_unit_test(a_warning_is_one_and_the_session_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
