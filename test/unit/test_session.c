/* The life of a session: up, kept up, down, and up again; what is told of it and when. */
#include "unit.h"

#include "session/lone.h"

static const uint64_t second = 1000000;

static void comes_up_and_tells_in_order(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    lone_start(&l);
    assert_string_equal(lone_events(&l), "ACTIVE,IDLE");
    assert_int_equal(session_state(l.session), SESSION_CONNECT);
    uint64_t stream = lone_connect(&l);
    assert_string_equal(lone_events(&l), "connected,CONNECT,sent OPEN,OPENSENT");
    lone_give_open(&l, stream);
    assert_string_equal(lone_events(&l), "got OPEN,negotiated,OPENCONFIRM,sent KEEPALIVE");
    assert_null(session_terms(l.session));
    lone_give_keepalive(&l, stream);
    assert_string_equal(lone_events(&l), "got KEEPALIVE,ESTABLISHED,up");
    assert_string_equal(lone_written(&l, stream), "OPEN,KEEPALIVE");
    assert_int_equal(session_terms(l.session)->peer_as, 65002);
    assert_int_equal(session_open(l.session, false)->router_id, 0x02020202);
    assert_int_equal(session_open(l.session, true)->router_id, 0x01010101);
    lone_close(&l, stream, "closed by the remote end");
    assert_string_equal(lone_events(&l), "down closing connection [HDR-12],IDLE");
    assert_int_equal(session_state(l.session), SESSION_ACTIVE);
    lone_release(&l);
}

static void takes_a_connection_and_tells_in_order(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    l.settings.passive = true;
    lone_start(&l);
    assert_int_equal(l.dials, 0);
    assert_string_equal(lone_events(&l), "ACTIVE,IDLE");
    uint64_t stream = lone_accept(&l);
    assert_string_equal(lone_events(&l), "connected,ACTIVE,IDLE,CONNECT,sent OPEN,OPENSENT");
    lone_give_open(&l, stream);
    lone_give_keepalive(&l, stream);
    assert_string_equal(lone_events(&l), "got OPEN,negotiated,OPENCONFIRM,sent KEEPALIVE,got KEEPALIVE,ESTABLISHED,up");
    lone_close(&l, stream, "reset");
    lone_pass_seconds(&l, 0);
    assert_string_equal(lone_events(&l), "down closing connection [HDR-12],IDLE,ACTIVE,IDLE");
    assert_int_equal(l.dials, 0);
    lone_release(&l);
}

/* TMR-01: to the microsecond, and what keeps the session up is KEEPALIVE and UPDATE. */
static void hold_time_expires_exactly(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_pass_seconds(&l, 80);
    lone_give_keepalive(&l, stream);
    lone_pass(&l, 90 * second - 1);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    lone_events(&l);
    lone_written(&l, stream);
    lone_pass(&l, 1);
    assert_string_equal(lone_written(&l, stream), "NOTIFICATION 4/0");
    assert_string_equal(lone_events(&l),
                        "sent NOTIFICATION 4/0,down notification sent (4,0) [TMR-01],IDLE,ACTIVE,IDLE");
    assert_int_equal(lone_row(&l, "TMR-01"), 1);
    lone_release(&l);
}

/* TMR-03: intervals between a third of the hold time and three quarters of that. */
static void keepalives_keep_their_pace(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l), last = l.now, least = UINT64_MAX, most = 0;
    lone_written(&l, stream);
    for (int i = 0; i < 1000; i++) {
        while (!buffer_len(&l.streams[stream].out))
            lone_pass(&l, 1000);
        uint64_t interval = l.now - last;
        last = l.now;
        least = interval < least ? interval : least;
        most = interval > most ? interval : most;
        assert_string_equal(lone_written(&l, stream), "KEEPALIVE");
        lone_give_keepalive(&l, stream);
        lone_events(&l);
    }
    assert_true(most <= 30 * second + 1000 && most > 29 * second);
    assert_true(least >= 22 * second && least < 24 * second);
    lone_release(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_up_and_tells_in_order),
        cmocka_unit_test(takes_a_connection_and_tells_in_order),
        cmocka_unit_test(hold_time_expires_exactly),
        cmocka_unit_test(keepalives_keep_their_pace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
