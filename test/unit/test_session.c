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

    lone_init(&l); /* a peer that is silent from the first moment on */
    lone_to_established(&l);
    lone_pass(&l, 90 * second - 1);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    lone_pass(&l, 1);
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

/* ---- What goes out ---- */

static void put_update_of(struct buffer *b, unsigned octets) {
    size_t start = message_begin(b, MESSAGE_UPDATE);
    put_u16(b, (uint16_t)octets);
    for (unsigned i = 0; i < octets; i++)
        put_u8(b, 0); /* withdrawn: the default route, many times */
    put_u16(b, 0);
    message_end(b, start);
}

/* Our own messages go before what was pulled, never into a message that was begun. */
static void keepalives_pass_by_updates(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_written(&l, stream);
    l.streams[stream].stuck = true;
    for (int i = 0; i < 3; i++)
        put_update_of(&l.says, 27);
    session_wake(l.session, l.now);
    struct cursor view = session_output(l.session, stream, l.now);
    assert_int_equal(cursor_left(&view), 150);
    session_sent(l.session, stream, 51, l.now); /* an octet of the second */
    lone_give_keepalive(&l, stream);
    lone_pass_seconds(&l, 31);
    view = session_output(l.session, stream, l.now);
    assert_int_equal(cursor_left(&view), 49);
    session_sent(l.session, stream, 49, l.now);
    view = session_output(l.session, stream, l.now);
    assert_int_equal(cursor_left(&view), 19);
    assert_int_equal(view.p[18], MESSAGE_KEEPALIVE);
    session_sent(l.session, stream, 10, l.now);
    assert_true(session_unsent(l.session));
    view = session_output(l.session, stream, l.now);
    assert_int_equal(cursor_left(&view), 9);
    session_sent(l.session, stream, 9, l.now);
    view = session_output(l.session, stream, l.now);
    assert_int_equal(cursor_left(&view), 50);
    assert_int_equal(view.p[18], MESSAGE_UPDATE);
    session_sent(l.session, stream, 50, l.now);
    assert_false(session_unsent(l.session));
    lone_release(&l);
}

/* A NOTIFICATION takes the place of all that was not begun, and is the last. */
static void a_notification_is_the_last(void **state) {
    (void)state;
    for (size_t written_before = 0; written_before <= 150; written_before += 10) {
        struct lone l;
        lone_init(&l);
        uint64_t stream = lone_to_established(&l);
        lone_written(&l, stream);
        l.streams[stream].stuck = true;
        for (int i = 0; i < 3; i++)
            put_update_of(&l.says, 27);
        session_wake(l.session, l.now);
        struct cursor view = session_output(l.session, stream, l.now);
        put_octets(&l.streams[stream].out, view.p, written_before);
        session_sent(l.session, stream, written_before, l.now);
        session_stop(l.session, 4, text_of("x"), false, l.now);
        l.streams[stream].stuck = false;
        lone_drain(&l);
        static const char *const wanted[] = {"NOTIFICATION 6/4 0178", "UPDATE,NOTIFICATION 6/4 0178",
                                             "UPDATE,UPDATE,NOTIFICATION 6/4 0178",
                                             "UPDATE,UPDATE,UPDATE,NOTIFICATION 6/4 0178"};
        assert_string_equal(lone_written(&l, stream), wanted[(written_before + 49) / 50]);
        assert_true(session_quiet(l.session));
        lone_release(&l);
    }
}

/* The owner is asked when nothing waits, up to what the outbox takes; after it said "nothing more", not until woken. */
static void the_owner_is_asked_when_there_is_room(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    l.settings.outbox_most = 100;
    uint64_t stream = lone_to_established(&l);
    unsigned pulls = l.pulls;
    lone_written(&l, stream);
    for (int i = 0; i < 5; i++)
        put_update_of(&l.says, 27);
    lone_drain(&l);
    assert_int_equal(l.pulls, pulls);
    session_wake(l.session, l.now);
    lone_drain(&l);
    assert_int_equal(l.pulls, pulls + 3);
    assert_string_equal(lone_written(&l, stream), "UPDATE,UPDATE,UPDATE,UPDATE,UPDATE");
    lone_drain(&l);
    assert_int_equal(l.pulls, pulls + 3);
    assert_int_equal(session_counters(l.session)->sent[MESSAGE_UPDATE], 5);
    lone_release(&l);
}

/* An UPDATE is as good as a KEEPALIVE. */
static void updates_put_keepalives_off(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_written(&l, stream);
    for (int i = 0; i < 20; i++) {
        lone_pass_seconds(&l, 20);
        lone_give_keepalive(&l, stream);
        put_update_of(&l.says, 1);
        session_wake(l.session, l.now);
        lone_drain(&l);
        assert_string_equal(lone_written(&l, stream), "UPDATE");
    }
    lone_release(&l);
}

/* An engine whose timers come late, as it writes all the time, still sends its KEEPALIVEs. */
static void keepalives_do_not_need_the_timer(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_written(&l, stream);
    l.now += 31 * second;
    lone_drain(&l);
    assert_string_equal(lone_written(&l, stream), "KEEPALIVE");
    lone_release(&l);
}

static void sent_messages_are_told_on_demand(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_events(&l);
    put_update_of(&l.says, 1);
    put_route_refresh(&l.says, 1, 1, 1);
    session_wake(l.session, l.now);
    lone_drain(&l);
    assert_string_equal(lone_events(&l), "sent UPDATE,sent REFRESH");
    session_tell_sent(l.session, false, true);
    put_update_of(&l.says, 1);
    put_route_refresh(&l.says, 1, 1, 1);
    session_wake(l.session, l.now);
    lone_drain(&l);
    assert_string_equal(lone_events(&l), "sent REFRESH");
    session_tell_sent(l.session, false, false);
    put_update_of(&l.says, 1);
    session_wake(l.session, l.now);
    session_stop(l.session, 2, (struct text){"", 0}, false, l.now);
    lone_drain(&l);
    assert_string_equal(lone_events(&l), "down notification sent (6,2) [FSM-07],IDLE");
    assert_true(stream > 0);
    lone_release(&l);
}

/* What we send with path identifiers is read with them, though we receive none. */
static void sent_paths_are_told(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    l.settings.offer.add_path = 2;
    l.peer.add_path = 1;
    l.settings.offer.add_path_families = l.peer.add_path_families = l.settings.offer.families;
    uint64_t stream = lone_to_established(&l);
    static const uint8_t withdrawn[] = {0, 0, 0, 7, 24, 192, 0, 2};
    size_t start = message_begin(&l.says, MESSAGE_UPDATE);
    put_u16(&l.says, sizeof withdrawn);
    put_octets(&l.says, withdrawn, sizeof withdrawn);
    put_u16(&l.says, 0);
    message_end(&l.says, start);
    lone_events(&l);
    session_wake(l.session, l.now);
    lone_drain(&l);
    assert_string_equal(lone_events(&l), "sent UPDATE");
    assert_string_equal(lone_written(&l, stream), "OPEN,KEEPALIVE,UPDATE");
    lone_release(&l);
}

/* ---- AS numbers that are the peer's ---- */

static void an_automatic_as_waits_for_the_peer(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    l.settings.offer.local_as = l.settings.offer.peer_as = 0;
    l.peer.local_as = 4200000000;
    uint64_t stream = lone_to_opensent(&l);
    assert_string_equal(lone_written(&l, stream), "");
    assert_int_equal(session_state(l.session), SESSION_CONNECT);
    lone_give_open(&l, stream);
    lone_give_keepalive(&l, stream);
    assert_string_equal(lone_events(&l),
                        "ACTIVE,IDLE,connected,CONNECT,got OPEN,sent OPEN,OPENSENT,negotiated,OPENCONFIRM,"
                        "sent KEEPALIVE,got KEEPALIVE,ESTABLISHED,up");
    assert_int_equal(session_terms(l.session)->local_as, 4200000000);
    assert_int_equal(open_as(session_open(l.session, true)), 4200000000);
    assert_true(session_terms(l.session)->internal);
    lone_release(&l);
}

/* No router-id: our end of the connection. */
static void an_address_may_be_the_identifier(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    l.settings.offer.router_id = 0;
    lone_to_established(&l);
    assert_int_equal(session_open(l.session, true)->router_id, 0x7f000001);
    assert_int_equal(session_terms(l.session)->local_id, 0x7f000001);
    lone_release(&l);
}

/* ---- Ends and new beginnings ---- */

static void attempts_end(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    l.settings.attempts = 3;
    lone_start(&l);
    for (int i = 0; i < 3; i++) {
        assert_false(session_finished(l.session));
        lone_close(&l, l.last, "connection refused");
        lone_pass_seconds(&l, 2);
    }
    assert_int_equal(l.dials, 3);
    assert_true(session_finished(l.session));
    assert_string_equal(lone_events(&l),
                        "ACTIVE,IDLE,dropped connection refused,IDLE,ACTIVE,IDLE,dropped connection refused,"
                        "IDLE,ACTIVE,IDLE,dropped connection refused,IDLE,stopped");
    assert_int_equal(session_deadline(l.session), UINT64_MAX);
    assert_int_equal(lone_accept(&l), 0);
    session_start(l.session, l.now);
    assert_int_equal(l.dials, 4);
    assert_false(session_finished(l.session));
    lone_release(&l);

    lone_init(&l); /* a session that came up counts too */
    l.settings.attempts = 1;
    uint64_t stream = lone_to_established(&l);
    lone_close(&l, stream, "closed");
    assert_true(session_finished(l.session));
    lone_release(&l);

    lone_init(&l); /* a dial that cannot even be made */
    l.settings.attempts = 2;
    l.no_dial = true;
    lone_start(&l);
    lone_pass_seconds(&l, 5);
    assert_int_equal(l.dials, 2);
    assert_true(session_finished(l.session));
    lone_release(&l);
}

/* A teardown comes back soon, once the peer has had its NOTIFICATION. */
static void a_teardown_comes_back(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_written(&l, stream);
    lone_events(&l);
    session_stop(l.session, 4, (struct text){"", 0}, true, l.now);
    lone_drain(&l);
    lone_pass(&l, second / 20);
    assert_int_equal(l.dials, 1);
    lone_pass(&l, second / 20);
    assert_int_equal(l.dials, 2);
    assert_string_equal(lone_events(&l),
                        "sent NOTIFICATION 6/4,down notification sent (6,4) [FSM-07],IDLE,ACTIVE,IDLE");
    stream = lone_connect(&l);
    lone_give_open(&l, stream);
    lone_give_keepalive(&l, stream);
    assert_int_equal(session_counters(l.session)->ups, 2);
    lone_release(&l);
}

/* Where both sides have graceful restart, what is meant to come back goes without a word, as with ExaBGP. */
static void graceful_restart_is_silent(void **state) {
    (void)state;
    static const struct {
        uint8_t subcode;
        bool again, silent;
    } stops[] = {{4, true, true}, {3, false, true}, {2, false, false}, {9, true, false}};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct lone l;
        lone_init(&l);
        l.settings.offer.graceful_restart = l.peer.graceful_restart = true;
        uint64_t stream = lone_to_established(&l);
        lone_written(&l, stream);
        lone_events(&l);
        session_stop(l.session, stops[i].subcode, (struct text){"", 0}, stops[i].again, l.now);
        lone_drain(&l);
        assert_int_equal(!*lone_written(&l, stream), stops[i].silent);
        const char *events = lone_events(&l);
        assert_int_equal(strstr(events, "graceful restarted negotiated, closing without sending any notification") !=
                             NULL,
                         stops[i].silent);
        lone_release(&l);
    }
}

/* A session that comes up and does not last does not come back at once each time. */
static void flapping_slows_down(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    lone_start(&l);
    uint64_t waits[6];
    for (int i = 0; i < 6; i++) {
        uint64_t before = l.now;
        while (session_state(l.session) != SESSION_CONNECT)
            lone_pass(&l, 1000);
        waits[i] = l.now - before;
        uint64_t stream = lone_connect(&l);
        lone_give_open(&l, stream);
        lone_give_keepalive(&l, stream);
        lone_close(&l, stream, "closed");
    }
    assert_true(waits[0] == 0 && waits[1] <= 1000 && waits[2] >= 750000 && waits[5] >= 3000000 && waits[5] <= 4001000);
    lone_release(&l);
}

/* A dial that the network swallows is given up before the system does it. */
static void a_dial_is_given_up(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    lone_start(&l);
    lone_pass_seconds(&l, 29);
    assert_int_equal(l.dials, 1);
    lone_pass_seconds(&l, 1);
    assert_true(l.streams[1].closed);
    assert_int_equal(l.dials, 2);
    lone_release(&l);
}

/* What comes in while we dial is taken; a peer that came in and is slow is dialed after a while. */
static void who_comes_in_is_given_time(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    lone_start(&l);
    lone_close(&l, 1, "connection refused");
    lone_pass_seconds(&l, 0);
    lone_close(&l, 2, "connection refused");
    assert_int_equal(l.dials, 2);
    assert_true(lone_accept(&l) != 0);
    lone_pass_seconds(&l, 4);
    assert_int_equal(l.dials, 2);
    lone_pass_seconds(&l, 1);
    assert_int_equal(l.dials, 3);
    lone_release(&l);
}

/* Counters of messages are those of the session that is; totals stay. */
static void counters_count(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t up = l.now, stream = lone_to_established(&l);
    lone_give_hex(&l, stream, "ffffffffffffffffffffffffffffffff 0017 02 00000000");
    const struct session_counters *n = session_counters(l.session);
    assert_int_equal(n->received[MESSAGE_OPEN], 1);
    assert_int_equal(n->received[MESSAGE_UPDATE], 1);
    assert_int_equal(n->sent[MESSAGE_KEEPALIVE], 1);
    assert_int_equal(n->up_since, up);
    lone_pass_seconds(&l, 5);
    lone_close(&l, stream, "closed");
    assert_int_equal(n->received[MESSAGE_UPDATE], 0);
    assert_int_equal(n->total_received[MESSAGE_UPDATE], 1);
    assert_int_equal(n->total_sent[MESSAGE_OPEN], 1);
    assert_int_equal(n->down_since, up + 5 * second);
    assert_null(session_terms(l.session));
    assert_null(session_open(l.session, true));
    lone_release(&l);
}

/* GEN-08: a row is told of once a second, with how often it was met. */
static void findings_are_told_once_a_second(void **state) {
    (void)state;
    static const char refresh[] = "ffffffffffffffffffffffffffffffff 0017 05 6363 00 63";
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_events(&l);
    lone_give_hex(&l, stream, refresh);
    assert_string_equal(lone_events(&l), "got REFRESH,finding [RRF-01]");
    for (int i = 0; i < 3; i++)
        lone_give_hex(&l, stream, refresh);
    assert_string_equal(lone_events(&l), "got REFRESH,got REFRESH,got REFRESH");
    lone_pass(&l, second - 1);
    assert_string_equal(lone_events(&l), "");
    lone_pass(&l, 1);
    assert_string_equal(lone_events(&l), "finding [RRF-01] 3");
    lone_pass_seconds(&l, 2);
    lone_give_hex(&l, stream, refresh);
    assert_string_equal(lone_events(&l), "got REFRESH,finding [RRF-01]");
    assert_int_equal(lone_row(&l, "RRF-01"), 5);
    lone_release(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_up_and_tells_in_order),
        cmocka_unit_test(takes_a_connection_and_tells_in_order),
        cmocka_unit_test(hold_time_expires_exactly),
        cmocka_unit_test(keepalives_keep_their_pace),
        cmocka_unit_test(keepalives_pass_by_updates),
        cmocka_unit_test(a_notification_is_the_last),
        cmocka_unit_test(the_owner_is_asked_when_there_is_room),
        cmocka_unit_test(updates_put_keepalives_off),
        cmocka_unit_test(keepalives_do_not_need_the_timer),
        cmocka_unit_test(sent_messages_are_told_on_demand),
        cmocka_unit_test(sent_paths_are_told),
        cmocka_unit_test(an_automatic_as_waits_for_the_peer),
        cmocka_unit_test(an_address_may_be_the_identifier),
        cmocka_unit_test(attempts_end),
        cmocka_unit_test(a_teardown_comes_back),
        cmocka_unit_test(graceful_restart_is_silent),
        cmocka_unit_test(flapping_slows_down),
        cmocka_unit_test(a_dial_is_given_up),
        cmocka_unit_test(who_comes_in_is_given_time),
        cmocka_unit_test(counters_count),
        cmocka_unit_test(findings_are_told_once_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
