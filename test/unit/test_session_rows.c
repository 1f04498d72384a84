/* Rows of the error contract at the level of a session: octets in, action out, for each state and cut of the stream.
 *
 * Every line is tried twice, with its octets in one piece and one at a time. Rows that are no line have functions here
 * and in test/session/rows_time.c and rows_collision.c. */
#include "unit.h"

#include <stdio.h>

#include "base/number.h"
#include "bgp/row.h"
#include "session/rows.h"

struct session_row {
    const char *id;
    const char *states;
    unsigned how;
    /* Messages, each from its type on: "O" OPEN, "U" UPDATE, "N" NOTIFICATION, "K" KEEPALIVE, "R" ROUTE-REFRESH, "P"
     * OPERATIONAL, then its body in hexadecimal, "*N" for N zero octets; "X": octets as they are. */
    const char *in;
    const char *action; /* as the contract has it; ACCEPT and IGN with the state afterwards, = for the same */
};

static const struct session_row rows[] = {
    {"HDR-01", "WSCE", 0, "X fffffffffffffffffffffffffffffffe 0013 04", "RESET 1/1"},
    {"HDR-01", "WSCE", 0, "X 474554202f20485454502f312e300d0a0d0a", "RESET 1/1"},
    {"HDR-01", "WSCE", 0, "X 16030100c8010000c4", "RESET 1/1"},
    {"HDR-01", "WSCE", 0, "X 5353482d322e302d", "RESET 1/1"},
    {"HDR-01", "WSCE", 0, "X 00", "RESET 1/1"},
    {"HDR-02", "WSCE", 0, "X " MARKER "0012 04", "RESET 1/2 0012"},
    {"HDR-02", "WSCE", 0, "X " MARKER "0000 01", "RESET 1/2 0000"},
    {"HDR-03", "WSCE", 0, "X " MARKER "1001 02", "RESET 1/2 1001"},
    {"HDR-03", "SCE", EXTENDED, "X " MARKER "1001 01", "RESET 1/2 1001"},
    {"HDR-03", "SCE", EXTENDED, "X " MARKER "ffff 04", "RESET 1/2 ffff"},
    {"HDR-03", "W", EXTENDED, "X " MARKER "1001 03", "RESET 1/2 1001"},
    {"HDR-04", "WSCE", 0, "X " MARKER "0013 00", "RESET 1/3 00"},
    {"HDR-04", "WSCE", 0, "X " MARKER "0013 06", "RESET 1/3 06"},
    {"HDR-04", "WSCE", 0, "X " MARKER "0017 ff", "RESET 1/3 ff"},
    {"HDR-04", "S", OPERATIONAL, "X " MARKER "0013 06", "RESET 1/3 06"},
    {"HDR-04", "E", OPERATIONAL, "P 0001 0007 0001 01 6162", "ACCEPT E"},
    {"HDR-05", "WSCE", 0, "X " MARKER "001c 01", "RESET 1/2 001c"},
    {"HDR-06", "WSCE", 0, "X " MARKER "0016 02", "RESET 1/2 0016"},
    {"HDR-07", "WSCE", 0, "X " MARKER "0014 04", "RESET 1/2 0014"},
    {"HDR-08", "WSCE", 0, "X " MARKER "0014 03", "CLOSE"},
    {"HDR-09", "WSCE", 0, "X " MARKER "0015 05", "RESET 1/2 0015"},
    {"HDR-09", "E", 0, "R 000100", "RESET 1/2 0016"},
    {"HDR-10", "WSCE", 0, "X " MARKER "1000 02", "ACCEPT ="},
    {"HDR-10", "SCE", EXTENDED, "X " MARKER "ffff 02", "ACCEPT ="},
    {"HDR-10", "E", EXTENDED, "U 0fed *4077 0000", "ACCEPT E"},
    {"HDR-03", "E", 0, "U 0fed *4077 0000", "RESET 1/2 1004"},
    {"HDR-11", "S", 0, "O 04 fdea 005a 02020202 00|K", "ACCEPT E"},
    {"HDR-11", "S", 0, "O 04 fdea 005a 02020202 00|K|U 0000 0000|U 0000 0000|K", "ACCEPT E"},
    {"HDR-11", "W", 0, "O 04 fdea 005a 02020202 00|K|K", "ACCEPT E"},

    {"OPN-01", "WS", 0, "O 03 fdea 005a 02020202 00", "RESET 2/1 0004"},
    {"OPN-01", "WS", 0, "O 05 fdea 005a 02020202 00", "RESET 2/1 0004"},
    {"OPN-02", "WS", 0, "O 04 fdeb 005a 02020202 00", "RESET 2/2"},
    {"OPN-02", "WS", 0, "O 04 5ba0 005a 02020202 08 0206 4104 00010000", "RESET 2/2"},
    {"OPN-03", "WS", 0, "O 04 0000 005a 02020202 00", "RESET 2/2"},
    {"OPN-03", "WS", 0, "O 04 fdea 005a 02020202 08 0206 4104 00000000", "RESET 2/2"},
    {"OPN-04", "WS", 0, "O 04 fdeb 005a 02020202 08 0206 4104 0000fdea", "RESET 2/2"},
    {"OPN-04", "WS", 0, "O 04 5ba0 005a 02020202 00", "RESET 2/2"},
    {"OPN-05", "WS", 0, "O 04 5ba0 005a 02020202 08 0206 4104 0000fdea", "ACCEPT C"},
    {"OPN-06", "WS", 0, "O 04 fdea 0001 02020202 00", "RESET 2/6"},
    {"OPN-06", "WS", 0, "O 04 fdea 0002 02020202 00", "RESET 2/6"},
    {"OPN-07", "WS", 0, "O 04 fdea 0000 02020202 00", "ACCEPT C"},
    {"OPN-07", "WS", 0, "O 04 fdea 0003 02020202 00", "ACCEPT C"},
    {"OPN-07", "WS", 0, "O 04 fdea ffff 02020202 00", "ACCEPT C"},
    {"OPN-08", "WS", 0, "O 04 fdea 005a 00000000 00", "RESET 2/3"},
    {"OPN-08", "S", INTERNAL, "O 04 fde9 005a 01010101 00", "RESET 2/3"},
    {"OPN-09", "WS", 0, "O 04 fdea 005a e0000001 00", "ACCEPT C"},
    {"OPN-09", "WS", 0, "O 04 fdea 005a ffffffff 00", "ACCEPT C"},
    {"OPN-09", "S", 0, "O 04 fdea 005a 01010101 00", "ACCEPT C"},
    {"OPN-10", "WS", 0, "O 04 fdea 005a 02020202 00", "ACCEPT C"},
    {"OPN-11", "WS", 0, "O 04 fdea 005a 02020202 01", "RESET 2/0"},
    {"OPN-11", "WS", 0, "O 04 fdea 005a 02020202 04 0203 0200", "RESET 2/0"},
    {"OPN-12", "WS", 0, "O 04 fdea 005a 02020202 00 00", "RESET 2/0"},
    {"OPN-12", "WS", 0, "O 04 fdea 005a 02020202 03 0202 0200", "RESET 2/0"},
    {"OPN-13", "WS", 0, "O 04 fdea 005a 02020202 03 010100", "RESET 2/4"},
    {"OPN-13", "WS", 0, "O 04 fdea 005a 02020202 02 0000", "RESET 2/4"},
    {"OPN-13", "WS", 0, "O 04 fdea 005a 02020202 04 0200 ff00", "RESET 2/4"},
    {"OPN-14", "WS", 0, "O 04 fdea 005a 02020202 02 0200", "ACCEPT C"},
    {"OPN-14", "WS", 0, "O 04 fdea 005a 02020202 0e 020c 0200 4600 41040000fdea 0600", "ACCEPT C"},
    {"OPN-15", "WS", 0, "O 04 fdea 005a 02020202 03 0201 02", "RESET 2/0"},
    {"OPN-15", "WS", 0, "O 04 fdea 005a 02020202 05 0203 630200", "RESET 2/0"},
    {"OPN-16", "WS", 0, "O 04 fdea 005a 02020202 0b 0209 6300 fa03010203 ff00", "IGN C"},
    {"OPN-17", "WS", 0, "O 04 fdea 005a 02020202 0e 020c 41040000fdea 41040000fdea", "ACCEPT C"},
    {"OPN-17", "WS", 0, "O 04 fdea 005a 02020202 0e 020c 41040000fdea 41040000fdeb", "RESET 2/2"},
    {"OPN-18", "WS", 0, "O 04 fdea 005a 02020202 ff ff0009 020006 41040000fdea", "ACCEPT C"},
    {"OPN-18", "WS", 0, "O 04 fdea 005a 02020202 01 ff0005 020002 0200", "ACCEPT C"},
    {"OPN-19", "WS", 0, "O 04 fdea 005a 02020202 ff ff000a 020006 41040000fdea", "RESET 2/0"},
    {"OPN-19", "WS", 0, "O 04 fdea 005a 02020202 ff ff0008 020006 41040000fdea", "RESET 2/0"},
    {"OPN-19", "WS", 0, "O 04 fdea 005a 02020202 ff ff00", "RESET 2/0"},
    {"OPN-19", "WS", 0, "O 04 fdea 005a 02020202 ff ff0005 020003 0200", "RESET 2/0"},
    {"CAP-01", "WS", 0, "O 04 fdea 005a 02020202 07 0205 0103 000100", "RESET 2/0"},
    {"CAP-02", "WS", 0, "O 04 fdea 005a 02020202 08 0206 0104 00630063", "IGN C"},
    {"CAP-03", "WS", 0, "O 04 fdea 005a 02020202 08 0206 0104 0001ff01", "ACCEPT C"},
    {"CAP-04", "WS", 0, "O 04 fdea 005a 02020202 08 0206 0104 00020001", "IGN C"},
    {"CAP-04", "WS", STRICT, "O 04 fdea 005a 02020202 08 0206 0104 00020001", "RESET 2/7 010400010001"},
    {"OPN-20", "S", STRICT, "O 04 fdea 005a 02020202 08 0206 0104 00010001", "RESET 2/7 41040000fde9"},
    {"CAP-05", "WS", 0, "O 04 fdea 005a 02020202 05 0203 020100", "RESET 2/0"},
    {"CAP-05", "WS", 0, "O 04 fdea 005a 02020202 05 0203 460100", "RESET 2/0"},
    {"CAP-06", "WS", 0, "O 04 fdea 005a 02020202 06 0204 0502 0001", "RESET 2/0"},
    {"CAP-06", "WS", 0, "O 04 fdea 005a 02020202 0a 0208 0506 006300630063", "IGN C"},
    {"CAP-07", "WS", 0, "O 04 fdea 005a 02020202 05 0203 060100", "RESET 2/0"},
    {"CAP-08", "S", CUSTOMER, "O 04 fdea 005a 02020202 00", "ACCEPT C"},
    {"CAP-08", "S", CUSTOMER, "O 04 fdea 005a 02020202 05 0203 090100", "ACCEPT C"},
    {"CAP-08", "S", CUSTOMER, "O 04 fdea 005a 02020202 08 0206 090100 090100", "ACCEPT C"},
    {"CAP-08", "S", CUSTOMER | TELLS, "O 04 fdea 005a 02020202 05 0203 090100", "ACCEPT C"},
    {"CAP-08", "S", CUSTOMER | INTERNAL, "O 04 fde9 005a 02020202 05 0203 090103", "ACCEPT C"},
    {"CAP-08", "WS", 0, "O 04 fdea 005a 02020202 09 0207 0902ffff 090107", "IGN C"},
    {"CAP-08", "S", CUSTOMER, "O 04 fdea 005a 02020202 04 0202 0900", "RESET 2/0"},
    {"CAP-08", "S", CUSTOMER, "O 04 fdea 005a 02020202 06 0204 09020000", "RESET 2/0"},
    {"CAP-08", "S", CUSTOMER, "O 04 fdea 005a 02020202 05 0203 090103", "RESET 2/11"},
    {"CAP-08", "S", CUSTOMER, "O 04 fdea 005a 02020202 05 0203 0901ff", "RESET 2/11"},
    {"CAP-08", "S", CUSTOMER, "O 04 fdea 005a 02020202 08 0206 090100 090101", "RESET 2/11"},
    {"CAP-08", "S", CUSTOMER | TELLS, "O 04 fdea 005a 02020202 00", "RESET 2/11"},
    {"CAP-09", "WS", 0, "O 04 fdea 005a 02020202 05 0203 400100", "RESET 2/0"},
    {"CAP-10", "WS", 0, "O 04 fdea 005a 02020202 0a 0208 4006 0078 0063 63 00", "IGN C"},
    {"CAP-10", "WS", 0, "O 04 fdea 005a 02020202 0a 0208 4006 7078 0002 01 ff", "IGN C"},
    {"CAP-11", "WS", 0, "O 04 fdea 005a 02020202 07 0205 4103 000000", "RESET 2/0"},
    {"CAP-12", "WS", 0, "O 04 fdea 005a 02020202 04 0202 4500", "RESET 2/0"},
    {"CAP-13", "WS", 0, "O 04 fdea 005a 02020202 08 0206 4504 00010104", "IGN C"},
    {"CAP-14", "WS", 0, "O 04 fdea 005a 02020202 0e 020c 40020078 4706 000101000000", "RESET 2/0"},
    {"CAP-14", "WS", 0, "O 04 fdea 005a 02020202 0a 0208 4706 000101000000", "IGN C"},
    {"CAP-15", "WS", 0, "O 04 fdea 005a 02020202 06 0204 4902 ff61", "IGN C"},
    {"CAP-16", "WS", 0, "O 04 fdea 005a 02020202 06 0204 4b02 ffff", "IGN C"},
    {"CAP-17", "WS", 0, "O 04 fdea 005a 02020202 09 0207 440100 830200 01", "IGN C"},
    {"CAP-18", "WS", 0, "O 04 fdea 005a 02020202 08 0206 4c04 00010101", "IGN C"},
    {"CAP-19", "WS", 0, "O 04 fdea 005a 02020202 08 0206 0804 00010400", "ACCEPT C"},
    {"CAP-19", "WS", 0, "O 04 fdea 005a 02020202 06 0204 080200ff", "ACCEPT C"},
    {"CAP-19", "WS", 0, "O 04 fdea 005a 02020202 07 0205 0300 4201 00", "ACCEPT C"},

    {"FSM-01", "WS", 0, "K", "RESET 5/1 04"},
    {"FSM-01", "WS", 0, "U 0000 0000", "RESET 5/1 02"},
    {"FSM-01", "WS", 0, "R 0001 00 01", "RESET 5/1 05"},
    {"FSM-01", "WS", 0, "R 0001 00", "RESET 5/1 05"},
    {"FSM-03", "C", 0, "U 0000 0000", "RESET 5/2 02"},
    {"FSM-03", "C", 0, "R 0001 00 01", "RESET 5/2 05"},
    {"FSM-03", "C", OPERATIONAL, "P 0001 0007 0001 01 6162", "RESET 5/2 06"},
    {"FSM-04", "C", 0, "O 04 fdea 005a 02020202 00", "RESET 5/2 01"},
    {"FSM-05", "E", 0, "O 04 fdea 005a 02020202 00", "RESET 5/3 01"},
    {"FSM-05", "E", 0, "O 63 0000 0000 00000000 ff", "RESET 5/3 01"},

    {"FSM-02=NOT-02", "WSCE", 0, "N 01 01", "CLOSE"},
    {"NOT-01", "WSCE", 0, "N 00 00", "CLOSE"},
    {"NOT-01", "WSCE", 0, "N ff ff 010203", "CLOSE"},
    {"NOT-01", "WSCE", 0, "N 06 63", "CLOSE"},
    {"NOT-02", "WSCE", 0, "N 06 07", "CLOSE"},
    {"NOT-02", "WCE", 0, "N 02 01 0004", "CLOSE"},
    {"NOT-02", "WSCE", 0, "N 03 01 *4075", "CLOSE"},
    {"NOT-02", "SCE", EXTENDED, "N 03 01 *65514", "CLOSE"},
    {"NOT-02", "WSCE", 0, "N 06 02", "CLOSE"},
    {"NOT-02", "WSCE", 0, "N 06 04 05 6279652022", "CLOSE"},
    {"NOT-03", "WSCE", 0, "N 06 02 00", "CLOSE"},
    {"NOT-03", "WSCE", 0, "N 06 02 05 6162", "CLOSE"},
    {"NOT-03", "WSCE", 0, "N 06 04 02 fffe", "CLOSE"},
    {"NOT-03", "WSCE", 0, "N 06 04 03 611b63", "CLOSE"},
    {"NOT-04", "WSCE", 0, "N 06 09", "CLOSE"},
    {"NOT-04", "E", RESTART | KEEPS, "N 06 09 06 02 00", "CLOSE"},
    {"NOT-05", "S", 0, "N 02 01 0004", "CLOSE"},
    {"NOT-06", "E", RESTART | KEEPS, "N 06 04", "CLOSE"},
    {"NOT-06", "E", RESTART | KEEPS, "N 03 01", "CLOSE"},
    {"NOT-02", "E", RESTART, "N 06 06", "CLOSE"},

    {"RRF-00", "E", ENHANCED, "R 0001 00 01", "ACCEPT E"},
    {"RRF-00", "E", 0, "R 0001 00 01", "ACCEPT E"},
    {"RRF-01", "E", ENHANCED, "R 0002 00 01", "IGN E"},
    {"RRF-01", "E", ENHANCED, "R 6363 00 63", "IGN E"},
    {"RRF-02", "E", ENHANCED, "R 0001 03 01", "IGN E"},
    {"RRF-02", "E", 0, "R 0001 ff 01 0000", "IGN E"},
    {"RRF-03", "E", 0, "R 0001 01 01", "IGN E"},
    {"RRF-03", "E", 0, "R 0001 02 01 00", "IGN E"},
    {"RRF-03", "E", ENHANCED, "R 0001 02 01|R 0001 01 01|R 0001 01 01", "ACCEPT E"},
    {"RRF-04", "E", ENHANCED, "R 0001 01 01 00", "RESET 7/1 " MARKER "0018050001010100"},
    {"RRF-04", "E", ENHANCED, "R 0001 02", "RESET 7/1 " MARKER "001605000102"},
    {"RRF-05", "E", 0, "R 0001 00 01 00", "RESET 1/2 0018"},
};

/* ---- Octets of a line ---- */

static void put_hex_digits(struct buffer *b, const char *p, const char *end) {
    while (p < end) {
        if (*p == ' ') {
            p++;
        } else if (*p == '*') {
            char *after;
            put_zeros(b, strtoul(p + 1, &after, 10));
            p = after;
        } else {
            assert_true(hex_parse((struct text){p, 2}, b));
            p += 2;
        }
    }
}

static void put_row_messages(struct buffer *b, const char *in) {
    static const char types[] = "?OUNKRP";
    for (const char *end; *in; in = *end ? end + 1 : end) {
        end = strchrnul(in, '|');
        if (*in == 'X') {
            put_hex_digits(b, in + 1, end);
            continue;
        }
        const char *type = strchr(types, *in);
        assert_non_null(type);
        size_t start = message_begin(b, (enum message_type)(type - types));
        put_hex_digits(b, in + 1, end);
        message_end(b, start);
    }
}

/* ---- What came of it ---- */

/* "RESET 1/2 0012", "CLOSE", "IGN E", "ACCEPT C". */
static void put_action(struct buffer *b, struct lone *l, uint64_t stream, const char *counted) {
    const char *written_there = lone_written(l, stream), *notification = strstr(written_there, "NOTIFICATION ");
    if (notification) {
        put_format(b, "RESET %s", notification + strlen("NOTIFICATION "));
    } else if (l->streams[stream].closed) {
        put_literal(b, "CLOSE");
    } else {
        put_string(b, lone_row(l, counted) ? "IGN " : "ACCEPT ");
        put_char(b, rows_state(l));
    }
}

static bool same_action(const char *found, const char *wanted_action, char before) {
    char resolved[256];
    const char *same = strchr(wanted_action, '=');
    snprintf(resolved, sizeof resolved, "%.*s%c", same ? (int)(same - wanted_action) : 0, wanted_action, before);
    return !strcmp(found, same ? resolved : wanted_action);
}

/* ---- The table ---- */

static void row_try(const struct session_row *row, char state, bool singly) {
    struct lone l;
    struct buffer octets = buffer_growing(), action = buffer_growing();
    const char *counted = strchr(row->id, '=') ? strchr(row->id, '=') + 1 : row->id;
    lone_init(&l);
    rows_settle(&l, row->how, state);
    uint64_t stream = rows_reach(&l, state);
    assert_int_equal(rows_state(&l), state);
    lone_written(&l, stream);
    lone_events(&l);
    put_row_messages(&octets, row->in);
    struct cursor in = buffer_cursor(&octets);
    while (!cursor_done(&in))
        lone_give(&l, stream, cursor_cut(&in, singly ? 1 : cursor_left(&in)));
    put_action(&action, &l, stream, counted);
    if (!same_action(written(&action), row->action, state))
        fail_msg("%s in state %c, %s: %s: %s instead of %s", row->id, state, singly ? "octet by octet" : "at once",
                 row->in, written(&action), row->action);
    if (*row->action == 'R' || *row->action == 'C')
        rows_check_end(&l, stream, counted);
    buffer_release(&octets);
    buffer_release(&action);
    lone_release(&l);
}

static void rows_hold_in_each_state(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (const char *s = rows[i].states; *s; s++) {
            row_try(&rows[i], *s, false);
            row_try(&rows[i], *s, true);
        }
        covers(rows[i].id);
    }
}

/* ---- Rows that are no line ---- */

/* HDR-12: the stream ends anywhere, also inside a message. */
static void a_lost_connection_is_no_error(void **state) {
    (void)state;
    for (const char *s = "WSCE"; *s; s++)
        for (unsigned octets = 0; octets <= 22; octets++) {
            struct lone l;
            lone_init(&l);
            rows_settle(&l, 0, *s);
            uint64_t stream = rows_reach(&l, *s);
            static const uint8_t update[] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                             255, 255, 255, 255, 255, 0,   23,  2,   0,   0,   0};
            lone_written(&l, stream);
            lone_give(&l, stream, cursor_of(update, octets));
            lone_events(&l);
            lone_close(&l, stream, "reset by the peer");
            assert_string_equal(lone_events(&l), "down closing connection [HDR-12],IDLE");
            assert_string_equal(lone_written(&l, stream), "");
            assert_true(session_quiet(l.session));
            lone_release(&l);
        }
    covers("HDR-12");
}

/* HDR-13: tens of thousands of messages in one read. */
static void many_small_messages_are_taken(void **state) {
    (void)state;
    struct lone l;
    struct buffer octets = buffer_growing();
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    for (int i = 0; i < 20000; i++)
        put_keepalive(&octets);
    lone_give(&l, stream, buffer_cursor(&octets));
    assert_int_equal(session_counters(l.session)->received[MESSAGE_KEEPALIVE], 20001);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    buffer_release(&octets);
    lone_release(&l);
    covers("HDR-13");
}

/* RRF-06: hundreds at once; each is told, nothing is written by the session for them. */
static void many_refreshes_are_taken(void **state) {
    (void)state;
    struct lone l;
    struct buffer octets = buffer_growing();
    lone_init(&l);
    rows_settle(&l, ENHANCED, 'E');
    uint64_t stream = lone_to_established(&l);
    lone_written(&l, stream);
    for (int i = 0; i < 500; i++)
        put_route_refresh(&octets, 1, 0, 1);
    lone_give(&l, stream, buffer_cursor(&octets));
    assert_int_equal(session_counters(l.session)->received[MESSAGE_ROUTE_REFRESH], 500);
    assert_string_equal(lone_written(&l, stream), "");
    buffer_release(&octets);
    lone_release(&l);
    covers("RRF-06");
}

static void nothing_is_read_after_a_notification(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    l.streams[stream].stuck = true;
    lone_give_hex(&l, stream, MARKER "0013 00 " MARKER "0017 02 00000000");
    assert_int_equal(session_counters(l.session)->total_received[MESSAGE_UPDATE], 0);
    lone_give_hex(&l, stream, MARKER "0017 02 00000000");
    lone_give_hex(&l, stream, "00000000");
    assert_int_equal(session_counters(l.session)->total_received[MESSAGE_UPDATE], 0);
    assert_int_equal(session_counters(l.session)->total_sent[MESSAGE_NOTIFICATION], 1);
    lone_pass(&l, 999999);
    assert_false(l.streams[stream].closed);
    lone_pass(&l, 1);
    assert_true(l.streams[stream].closed);
    lone_release(&l);
    covers("GEN-13");
}

/* ---- All of them ---- */

/* Rows that need more than a session: where they are tried. test/check-rows sees that they are. */
static const char *const elsewhere[] = {
    "TMR-08", /* test_host_md5.c, test_host_tcp_ao.c, test_host_connections.c */
    "COL-04", /* test/e2e/test_protocol.py */
    "OUT-01", /* test_rib.c, test_update_written.c */
    "OUT-02", /* test_api_routes.c */
    "OUT-03", /* test_rib.c */
    "OUT-04", /* test_attributes.c */
};

static void no_row_is_forgotten(void **state) {
    (void)state;
    unsigned tried = 0;
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        covers(elsewhere[i]);
    for (unsigned i = 0; i < rows_count(); i++)
        if (is_covered(row_at(i)->id))
            tried++;
        else
            print_message("# %s is not tried: %s\n", row_at(i)->id, row_at(i)->what);
    print_message("# rows: %u of %u\n", tried, rows_count());
    assert_int_equal(tried, rows_count());
    assert_int_equal(tried, covered_count());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold_in_each_state),
        cmocka_unit_test(a_lost_connection_is_no_error),
        cmocka_unit_test(many_small_messages_are_taken),
        cmocka_unit_test(an_open_that_does_not_come),
        cmocka_unit_test(stops_speak_as_exabgp),
        cmocka_unit_test(long_communications_are_cut),
        cmocka_unit_test(many_refreshes_are_taken),
        cmocka_unit_test(hold_timer_counts_what_it_should),
        cmocka_unit_test(a_clock_that_jumps_is_forgiven_once),
        cmocka_unit_test(keepalives_follow_the_hold_time),
        cmocka_unit_test(a_new_connection_replaces_a_silent_one),
        cmocka_unit_test(a_peer_that_does_not_read),
        cmocka_unit_test(tries_get_rarer),
        cmocka_unit_test(the_engine_may_reset),
        cmocka_unit_test(collisions_are_resolved),
        cmocka_unit_test(a_lost_collision_is_told_whole),
        cmocka_unit_test(established_stays),
        cmocka_unit_test(a_restarted_peer_is_taken),
        cmocka_unit_test(nothing_is_read_after_a_notification),
        cmocka_unit_test(framing_holds_on_sessions),
        cmocka_unit_test(rows_hold_on_sessions),
        cmocka_unit_test(a_mistake_stays_in_its_session),
        cmocka_unit_test(lengths_are_not_believed),
        cmocka_unit_test(withdrawn_is_withdrawn),
        cmocka_unit_test(rows_are_told_once_a_second),
        cmocka_unit_test(peers_words_are_escaped),
        cmocka_unit_test(json_is_valid_for_any_input),
        cmocka_unit_test(unknown_is_no_error),
        cmocka_unit_test(exabgp_end_of_rib),
        cmocka_unit_test(exabgp_slow_messages),
        cmocka_unit_test(exabgp_treat_as_withdraw),
        cmocka_unit_test(exabgp_large_as_numbers),
        cmocka_unit_test(exabgp_idles_without_work),
        cmocka_unit_test(gobgp_second_open),
        cmocka_unit_test(gobgp_unknown_type),
        cmocka_unit_test(gobgp_short_fqdn),
        cmocka_unit_test(frr_leftovers_are_no_nlri),
        cmocka_unit_test(no_row_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
