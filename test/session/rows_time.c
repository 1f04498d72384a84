/* Rows of time: FSM-06, FSM-07 and TMR. */
#include <stdio.h>

#include "session/rows.h"
#include "unit/unit.h"

/* FSM-06: the open timer, in both states that have one. Octets of an unfinished message do not count. */
void an_open_that_does_not_come(void **state) {
    (void)state;
    for (const char *s = "WS"; *s; s++) {
        struct lone l;
        lone_init(&l);
        rows_settle(&l, 0, *s);
        l.settings.passive = true;
        lone_start(&l);
        uint64_t stream = lone_accept(&l);
        lone_written(&l, stream);
        lone_pass_seconds(&l, 30);
        lone_give_hex(&l, stream, MARKER);
        lone_pass(&l, 30 * 1000000 - 1);
        assert_string_equal(lone_written(&l, stream), "");
        lone_events(&l);
        lone_pass(&l, 1);
        assert_string_equal(lone_written(&l, stream), "NOTIFICATION 4/0");
        rows_check_end(&l, stream, "FSM-06");
        lone_release(&l);
    }
    covers("FSM-06");
}

/* FSM-07: what an administrator does. Octets as ExaBGP's. */
static const struct {
    uint8_t subcode;
    const char *text, *written;
} stops[] = {
    {2, "", "NOTIFICATION 6/2 1741646d696e6973747261746976652053687574646f776e"},
    {4, "", "NOTIFICATION 6/4 1441646d696e697374726174697665205265736574"},
    {4, "bye", "NOTIFICATION 6/4 03627965"},
    {3, "", "NOTIFICATION 6/3 506565722044652d636f6e66696775726564"},
    {6, "", "NOTIFICATION 6/6 4f7468657220436f6e66696775726174696f6e204368616e6765"},
    {9, "", "NOTIFICATION 6/9 0604"},
    {200, "", "NOTIFICATION 6/200 756e6b6e6f776e206e6f74696669636174696f6e2074797065"},
    {0, "", ""},
};

void stops_speak_as_exabgp(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        for (const char *s = "SCE"; *s; s++) {
            struct lone l;
            char down[96];
            lone_init(&l);
            uint64_t stream = rows_reach(&l, *s);
            lone_written(&l, stream);
            lone_events(&l);
            session_stop(l.session, stops[i].subcode, text_of(stops[i].text), false, l.now);
            lone_drain(&l);
            assert_string_equal(lone_written(&l, stream), stops[i].written);
            if (stops[i].subcode)
                snprintf(down, sizeof down, "sent NOTIFICATION 6/%u,down notification sent (6,%u) [FSM-07],IDLE",
                         stops[i].subcode, stops[i].subcode);
            else
                snprintf(down, sizeof down, "down stop, message [shutting down],IDLE");
            assert_string_equal(lone_events(&l), down);
            assert_true(l.streams[stream].closed);
            assert_int_equal(session_deadline(l.session), UINT64_MAX);
            lone_release(&l);
        }
    covers("FSM-07");
}

/* A communication is cut between characters, at 255 octets. */
void long_communications_are_cut(void **state) {
    (void)state;
    char text[400];
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_written(&l, stream);
    session_stop(l.session, 2, (struct text){text, sizeof text}, false, l.now);
    lone_drain(&l);
    const char *notification = lone_written(&l, stream);
    assert_int_equal(strlen(notification), strlen("NOTIFICATION 6/2 ") + 2 * 255);
    assert_memory_equal(notification, "NOTIFICATION 6/2 fec3a9", 23);
    lone_release(&l);
}

/* TMR-01 and TMR-02: in OpenConfirm and Established, octets of an unfinished message and refreshes do not count. */
void hold_timer_counts_what_it_should(void **state) {
    (void)state;
    for (const char *s = "CE"; *s; s++) {
        struct lone l;
        lone_init(&l);
        uint64_t stream = rows_reach(&l, *s);
        if (*s == 'E') {
            lone_pass_seconds(&l, 50);
            lone_give_hex(&l, stream, MARKER "0017 02 0000 0000");
            lone_pass_seconds(&l, 50);
            lone_give_hex(&l, stream, MARKER "0013 04");
        }
        lone_pass_seconds(&l, 80);
        if (*s == 'E')
            lone_give_hex(&l, stream, MARKER "0017 05 0001 00 01");
        lone_give_hex(&l, stream, MARKER "0017 02");
        lone_pass(&l, 10 * 1000000 - 1);
        assert_int_equal(rows_state(&l), *s);
        lone_written(&l, stream);
        lone_events(&l);
        lone_pass(&l, 1);
        assert_string_equal(lone_written(&l, stream), "NOTIFICATION 4/0");
        rows_check_end(&l, stream, "TMR-01");
        lone_release(&l);
    }
    covers("TMR-01");
    covers("TMR-02");
}

/* Who was stopped longer than the hold time has not heard what the peer said meanwhile: it listens before it judges. */
void a_clock_that_jumps_is_forgiven_once(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    l.now += 500 * 1000000;
    session_timer(l.session, l.now);
    lone_drain(&l);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    lone_give_keepalive(&l, stream);
    lone_pass_seconds(&l, 80);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    l.now += 500 * 1000000;
    session_timer(l.session, l.now);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    l.now += 500 * 1000000;
    session_timer(l.session, l.now);
    assert_int_equal(lone_row(&l, "TMR-01"), 1);
    lone_release(&l);
}

/* TMR-04, and 03 for hold times of every size. */
void keepalives_follow_the_hold_time(void **state) {
    (void)state;
    for (unsigned hold = 0; hold <= 30; hold += 3) {
        struct lone l;
        lone_init(&l);
        l.peer.hold_time = (uint16_t)hold;
        uint64_t stream = lone_to_established(&l), last = l.now;
        lone_written(&l, stream);
        for (unsigned ms = 0; ms < 100000; ms += 100) {
            lone_pass(&l, 100000);
            if (ms % 2000 == 0)
                lone_give_keepalive(&l, stream);
            if (!buffer_len(&l.streams[stream].out))
                continue;
            assert_string_equal(lone_written(&l, stream), "KEEPALIVE");
            assert_true(l.now - last <= (hold / 3) * 1000000 + 100000);
            assert_true(l.now - last >= (hold / 4) * 1000000 && l.now - last >= 900000);
            last = l.now;
        }
        if (hold == 0)
            assert_int_equal(last, 1000 * 1000000ull);
        else
            assert_true(l.now - last <= (hold / 3) * 1000000);
        assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
        lone_release(&l);
    }
    covers("TMR-03");
    covers("TMR-04");
}

/* TMR-05: the bounded cost of a silent connection, and of the one after it. */
void a_new_connection_replaces_a_silent_one(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    l.settings.passive = true;
    lone_start(&l);
    uint64_t first = lone_accept(&l);
    lone_events(&l);
    uint64_t second = lone_accept(&l);
    assert_true(l.streams[first].closed);
    assert_string_equal(lone_written(&l, first), "OPEN,NOTIFICATION 6/7");
    lone_give_open(&l, second);
    lone_give_keepalive(&l, second);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    lone_release(&l);
    covers("TMR-05");
}

static size_t put_empty_update(struct buffer *b) {
    size_t start = message_begin(b, MESSAGE_UPDATE);
    put_u32(b, 0);
    return start;
}

/* TMR-06: no octet could be written for 8 minutes, or twice the hold time. What was begun is not broken into. */
void a_peer_that_does_not_read(void **state) {
    (void)state;
    static const unsigned holds[] = {90, 0, 3600};
    for (size_t i = 0; i < sizeof holds / sizeof *holds; i++) {
        struct lone l;
        lone_init(&l);
        l.settings.offer.hold_time = l.peer.hold_time = (uint16_t)holds[i];
        uint64_t stream = lone_to_established(&l), wait = holds[i] > 240 ? 2 * holds[i] : 480;
        for (int n = 0; n < 3; n++)
            message_end(&l.says, put_empty_update(&l.says));
        lone_written(&l, stream);
        l.streams[stream].stuck = true;
        session_wake(l.session, l.now);
        struct cursor out = session_output(l.session, stream, l.now);
        assert_int_equal(cursor_left(&out), 3 * 23);
        session_sent(l.session, stream, 30, l.now); /* one message, and a piece of the next */
        for (uint64_t t = 0; t < wait - 1; t++) {
            lone_give_keepalive(&l, stream);
            lone_pass_seconds(&l, 1);
        }
        lone_pass(&l, 999999);
        assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
        lone_events(&l);
        session_timer(l.session, l.now += 1);
        const char *events = lone_events(&l);
        assert_non_null(strstr(events, "down notification sent (8,0) [TMR-06]"));
        out = session_output(l.session, stream, l.now);
        assert_int_equal(cursor_left(&out), 23 - 7); /* the rest of the second message; the third is dropped */
        session_sent(l.session, stream, 16, l.now);
        out = session_output(l.session, stream, l.now);
        assert_true(cursor_left(&out) == 21 || cursor_left(&out) == 19 + 21); /* a KEEPALIVE may wait before it */
        assert_false(l.streams[stream].closed);
        lone_pass(&l, 1000);
        assert_true(l.streams[stream].closed);
        lone_release(&l);
    }
    covers("TMR-06");
}

/* TMR-07: a peer that comes and goes. Tries get rarer up to one a minute, as ExaBGP's do. */
void tries_get_rarer(void **state) {
    (void)state;
    static const unsigned delays[] = {0, 1, 2, 3, 4, 5, 7, 9, 11, 14, 17, 21, 26, 32, 39, 47, 57, 60, 60, 60};
    struct lone l;
    lone_init(&l);
    lone_start(&l);
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        uint64_t before = l.now;
        assert_int_equal(l.dials, i + 1);
        if (i % 2)
            lone_give_hex(&l, lone_connect(&l), "00"); /* answered with a NOTIFICATION */
        else
            lone_close(&l, l.last, "connection refused");
        while (l.dials == i + 1)
            lone_pass(&l, 1000);
        assert_true(l.now - before <= delays[i] * 1000000ull + 1000);
        assert_true(l.now - before >= delays[i] * 750000ull);
    }
    uint64_t stream = lone_connect(&l);
    lone_give_open(&l, stream);
    lone_give_keepalive(&l, stream);
    lone_pass_seconds(&l, 20);
    lone_close(&l, stream, "closed");
    lone_pass(&l, 1000);
    assert_int_equal(session_state(l.session), SESSION_CONNECT); /* at once: it had been up for a while */
    lone_release(&l);
    covers("TMR-07");
}

/* TMR-09, TMR-10: the engine says so. */
void the_engine_may_reset(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_written(&l, stream);
    lone_events(&l);
    session_reset(l.session, "TMR-09", 6, 1, cursor_of("\0\1\1\0\0\0\5", 7), l.now);
    lone_drain(&l);
    assert_string_equal(lone_written(&l, stream), "NOTIFICATION 6/1 00010100000005");
    rows_check_end(&l, stream, "TMR-09");
    lone_pass_seconds(&l, 2);
    stream = lone_connect(&l);
    lone_give_open(&l, stream);
    lone_give_keepalive(&l, stream);
    lone_events(&l);
    lone_written(&l, stream);
    session_reset(l.session, "TMR-10", 6, 8, cursor_of(NULL, 0), l.now);
    lone_drain(&l);
    assert_string_equal(lone_written(&l, stream), "NOTIFICATION 6/8");
    rows_check_end(&l, stream, "TMR-10");
    lone_release(&l);
    covers("TMR-09");
    covers("TMR-10");
}
