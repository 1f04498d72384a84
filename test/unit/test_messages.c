/* The header and the small messages: rows HDR and RRF, NOTIFICATION in words. */
#include "contract.h"

#include "bgp/message.h"

/* ---- Framing ---- */

enum { OPERATIONAL = 1, EXTENDED = 2, ENHANCED = 4 };

/* A stream of octets; what is first met in it. "MORE": nothing can be said yet. */
static const struct {
    const char *row;
    unsigned how;
    const char *hex, *action;
} header_rows[] = {
    {"HDR-01", 0, "fffffffffffffffffffffffffffffffe 0013 04", "RESET 1/1"},
    {"HDR-01", 0, "474554202f20485454502f312e300d0a0d0a", "RESET 1/1"}, /* GET / HTTP/1.0: 18 octets */
    {"HDR-01", 0, "5353482d322e302d", "RESET 1/1"},
    {"HDR-01", 0, "160301", "RESET 1/1"},
    {"HDR-01", 0, "00", "RESET 1/1"},
    {"HDR-01", 0, "00000000000000000000000000000000 0000 00", "RESET 1/1"},
    {"HDR-01", 0, "ffffffffffffffffffffffffffffff00 0001 ff", "RESET 1/1"},
    {"HDR-02", 0, MARKER "0012 04", "RESET 1/2 0012"},
    {"HDR-02", 0, MARKER "0000 02", "RESET 1/2 0000"},
    {"HDR-02", 0, MARKER "0001 63", "RESET 1/2 0001"},
    {"HDR-03", 0, MARKER "1001 02", "RESET 1/2 1001"},
    {"HDR-03", 0, MARKER "ffff 05", "RESET 1/2 ffff"},
    {"HDR-03", 0, MARKER "1001 63", "RESET 1/2 1001"},
    {"HDR-03", EXTENDED, MARKER "1001 01", "RESET 1/2 1001"},
    {"HDR-03", EXTENDED, MARKER "1001 04", "RESET 1/2 1001"},
    {"HDR-04", 0, MARKER "0013 00", "RESET 1/3 00"},
    {"HDR-04", 0, MARKER "0013 06", "RESET 1/3 06"},
    {"HDR-04", 0, MARKER "0017 ff", "RESET 1/3 ff"},
    {"HDR-04", EXTENDED, MARKER "ffff 07", "RESET 1/3 07"},
    {"HDR-04", OPERATIONAL, MARKER "0013 07", "RESET 1/3 07"},
    {"HDR-04", OPERATIONAL, MARKER "0013 06", "ACCEPT 6"},
    {"HDR-05", 0, MARKER "001c 01", "RESET 1/2 001c"},
    {"HDR-05", 0, MARKER "001d 01", "MORE"},
    {"HDR-05", EXTENDED, MARKER "1000 01", "MORE"},
    {"HDR-06", 0, MARKER "0016 02", "RESET 1/2 0016"},
    {"HDR-06", 0, MARKER "0017 02", "MORE"},
    {"HDR-06", 0, MARKER "0017 02 00000000", "ACCEPT 2"},
    {"HDR-07", 0, MARKER "0014 04", "RESET 1/2 0014"},
    {"HDR-07", 0, MARKER "0013 04", "ACCEPT 4"},
    {"HDR-08", 0, MARKER "0014 03", "CLOSE"},
    {"HDR-08", 0, MARKER "0013 03", "CLOSE"},
    {"HDR-08", 0, MARKER "0015 03 0602", "ACCEPT 3"},
    {"HDR-09", 0, MARKER "0013 05", "RESET 1/2 0013"},
    {"HDR-09", 0, MARKER "0015 05", "RESET 1/2 0015"},
    {"HDR-10", 0, MARKER "1000 02", "MORE"},
    {"HDR-10", EXTENDED, MARKER "ffff 02", "MORE"},
    {"HDR-10", EXTENDED, MARKER "ffff 03", "MORE"},
    {"HDR-10", EXTENDED, MARKER "1001 05", "MORE"},
};

static void headers_are_judged_from_19_octets(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), action = buffer_growing();
    unsigned rows = 0;
    for (size_t i = 0; i < sizeof header_rows / sizeof *header_rows; i++) {
        struct cursor stream = octets_of(&octets, header_rows[i].hex);
        const uint8_t *start = stream.p;
        struct message message;
        struct fault fault;
        uint32_t most = header_rows[i].how & EXTENDED ? MESSAGE_MOST_EXTENDED : MESSAGE_MOST;
        enum framing framing = message_next(&stream, most, header_rows[i].how & OPERATIONAL, &message, &fault);
        buffer_clear(&action);
        if (framing == FRAMING_FAULT) {
            put_fault_action(&action, &fault);
            assert_string_equal(fault.row, header_rows[i].row);
        } else if (framing == FRAMING_MORE) {
            put_literal(&action, "MORE");
            assert_ptr_equal(stream.p, start);
        } else {
            put_format(&action, "ACCEPT %u", message.type);
            assert_true(cursor_done(&stream));
        }
        assert_written(&action, header_rows[i].action);
        rows += is_new_row(header_rows[i].row, i ? header_rows[i - 1].row : NULL);
    }
    print_message("# %u rows HDR in %zu lines\n", rows, sizeof header_rows / sizeof *header_rows);
    buffer_release(&octets);
    buffer_release(&action);
}

/* HDR-11: cut and joined in any way, the same messages come out. */
static void streams_may_be_cut_anywhere(void **state) {
    (void)state;
    struct buffer stream = buffer_growing();
    for (unsigned i = 0; i < 3; i++) {
        put_keepalive(&stream);
        put_route_refresh(&stream, 1, 0, 1);
        put_notification(&stream, 6, 2, cursor_of("\3bye", 4));
    }
    for (size_t step = 1; step <= buffer_len(&stream); step++) {
        struct cursor inbox = cursor_of(stream.base, 0);
        unsigned seen = 0;
        for (size_t have = step;; have += step) {
            inbox.end = stream.base + (have < buffer_len(&stream) ? have : buffer_len(&stream));
            struct message message;
            struct fault fault;
            enum framing framing;
            while ((framing = message_next(&inbox, MESSAGE_MOST, false, &message, &fault)) == FRAMING_MESSAGE) {
                static const uint8_t types[] = {MESSAGE_KEEPALIVE, MESSAGE_ROUTE_REFRESH, MESSAGE_NOTIFICATION};
                assert_int_equal(message.type, types[seen++ % 3]);
                assert_int_equal(cursor_left(&message.whole), cursor_left(&message.body) + MESSAGE_HEADER);
            }
            assert_int_equal(framing, FRAMING_MORE);
            if (have >= buffer_len(&stream))
                break;
        }
        assert_int_equal(seen, 9);
        assert_true(cursor_done(&inbox));
    }
    buffer_release(&stream);
}

static void messages_are_written_to_the_octet(void **state) {
    (void)state;
    struct buffer b = buffer_growing(), hex = buffer_growing();
    put_keepalive(&b);
    put_notification(&b, 2, 1, cursor_of("\0\4", 2));
    put_route_refresh(&b, 2, 1, 128);
    put_hex(&hex, buffer_cursor(&b));
    assert_written(&hex, MARKER "001304" MARKER "0017030201"
                                "0004" MARKER "001705"
                                "00020180");
    /* A message as Data is cut so that the peer can take it. */
    static uint8_t data[MESSAGE_MOST_EXTENDED];
    buffer_clear(&b);
    put_notification(&b, 7, 1, cursor_of(data, sizeof data));
    assert_int_equal(buffer_len(&b), MESSAGE_MOST);
    assert_int_equal(b.base[16] << 8 | b.base[17], MESSAGE_MOST);
    /* What does not fit a length is not written as something else. */
    buffer_clear(&b);
    size_t start = message_begin(&b, MESSAGE_UPDATE);
    put_zeros(&b, MESSAGE_MOST_EXTENDED);
    message_end(&b, start);
    assert_true(b.full);
    buffer_release(&b);
    buffer_release(&hex);
}

/* ---- ROUTE-REFRESH ---- */

static const struct {
    const char *row;
    unsigned how;
    const char *hex, *action;
} refresh_rows[] = {
    {"HDR-09", 0, MARKER "0016 05 000100", "RESET 1/2 0016"},
    {"HDR-09", ENHANCED, MARKER "0016 05 000100", "RESET 1/2 0016"},
    {"HDR-09", 0, MARKER "0016 05 000101", "RESET 1/2 0016"},
    {"HDR-09", ENHANCED, MARKER "0016 05 000103", "RESET 1/2 0016"},
    {"RRF-00", 0, MARKER "0017 05 00010001", "ACCEPT 1 0 1"},
    {"RRF-00", ENHANCED, MARKER "0017 05 40040047", "ACCEPT 16388 0 71"},
    {"RRF-02", 0, MARKER "0017 05 00010301", "IGN"},
    {"RRF-02", ENHANCED, MARKER "0017 05 0001ff01", "IGN"},
    {"RRF-02", ENHANCED, MARKER "0018 05 0001040100", "IGN"},
    {"RRF-03", ENHANCED, MARKER "0017 05 00020101", "ACCEPT 2 1 1"},
    {"RRF-03", ENHANCED, MARKER "0017 05 00020201", "ACCEPT 2 2 1"},
    {"RRF-03", 0, MARKER "0017 05 00020101", "IGN"},
    {"RRF-03", 0, MARKER "0018 05 0002020100", "IGN"},
    {"RRF-04", ENHANCED, MARKER "0018 05 0001010100", "RESET 7/1 " MARKER "0018050001010100"},
    {"RRF-04", ENHANCED, MARKER "0016 05 000102", "RESET 7/1 " MARKER "001605000102"},
    {"RRF-05", 0, MARKER "0018 05 0001000100", "RESET 1/2 0018"},
    {"RRF-05", ENHANCED, MARKER "0019 05 000100010000", "RESET 1/2 0019"},
};

static void refreshes_are_judged(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), action = buffer_growing();
    unsigned rows = 0;
    for (size_t i = 0; i < sizeof refresh_rows / sizeof *refresh_rows; i++) {
        struct cursor stream = octets_of(&octets, refresh_rows[i].hex);
        struct message message;
        struct fault fault;
        struct refresh refresh;
        bool ignore;
        assert_int_equal(message_next(&stream, MESSAGE_MOST, false, &message, &fault), FRAMING_MESSAGE);
        buffer_clear(&action);
        if (!refresh_open(message.body, message, refresh_rows[i].how & ENHANCED, &refresh, &ignore, &fault)) {
            put_fault_action(&action, &fault);
            assert_string_equal(fault.row, refresh_rows[i].row);
        } else if (ignore) {
            put_literal(&action, "IGN");
        } else {
            put_format(&action, "ACCEPT %u %u %u", refresh.afi, refresh.subtype, refresh.safi);
        }
        assert_written(&action, refresh_rows[i].action);
        rows += is_new_row(refresh_rows[i].row, i ? refresh_rows[i - 1].row : NULL);
    }
    print_message("# %u rows RRF in %zu lines\n", rows, sizeof refresh_rows / sizeof *refresh_rows);
    buffer_release(&octets);
    buffer_release(&action);
}

/* ---- NOTIFICATION in words (api-events.md 5.2; rows NOT-02, NOT-03) ---- */

static const struct {
    uint8_t code, subcode;
    const char *hex, *words;
} notification_rows[] = {
    {6, 2, "", ""},
    {6, 4, "", ""},
    {6, 2, "05 6279652022", "Shutdown Communication: \"bye \"\""},
    {6, 4, "03 610d0a", "Shutdown Communication: \"a  \""},
    {6, 2, "02 6162 ffff", "Shutdown Communication: \"ab\", trailing data: 0xFFFF"},
    {6, 2, "00", "empty Shutdown Communication."},
    {6, 2, "00 6162", "empty Shutdown Communication."},
    {6, 2, "05 6162", "invalid Shutdown Communication (buffer underrun) length : 5 [0x6162]"},
    {6, 4, "02 fffe", "invalid Shutdown Communication (invalid UTF-8) length : 2 [0xFFFE]"},
    {6, 2, "03 eda080", "invalid Shutdown Communication (invalid UTF-8) length : 3 [0xEDA080]"},
    {6, 2, "02 c3a9", "Shutdown Communication: \"\xc3\xa9\""},
    {6, 3, "02 6162", "\2ab"},
    {3, 2, "02 6162", "\2ab"},
};

static void notifications_are_put_into_words(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), words = buffer_growing();
    for (size_t i = 0; i < sizeof notification_rows / sizeof *notification_rows; i++) {
        buffer_clear(&words);
        struct cursor data = octets_of(&octets, notification_rows[i].hex);
        put_notification_data(&words, notification_rows[i].code, notification_rows[i].subcode, data);
        assert_written(&words, notification_rows[i].words);
    }
    /* 128 octets are a communication, 129 are not (RFC 8203, which ExaBGP keeps to). */
    uint8_t longest[130];
    memset(longest, 'x', sizeof longest);
    longest[0] = 128;
    buffer_clear(&words);
    put_notification_data(&words, 6, 2, cursor_of(longest, 129));
    assert_memory_equal(written(&words), "Shutdown Communication: \"xxx", 28);
    longest[0] = 129;
    buffer_clear(&words);
    put_notification_data(&words, 6, 2, cursor_of(longest, 130));
    assert_memory_equal(written(&words), "invalid Shutdown Communication (too large) length : 129 [0x7878", 63);
    buffer_release(&octets);
    buffer_release(&words);
}

static void notifications_have_names(void **state) {
    (void)state;
    assert_string_equal(notification_code_name(1), "Message header error");
    assert_string_equal(notification_code_name(6), "Cease");
    assert_string_equal(notification_code_name(0), "unknown");
    assert_string_equal(notification_code_name(255), "unknown");
    assert_string_equal(notification_subcode_name(6, 2), "Administrative Shutdown");
    assert_string_equal(notification_subcode_name(4, 0), "Unspecific");
    assert_string_equal(notification_subcode_name(2, 255), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_judged_from_19_octets), cmocka_unit_test(streams_may_be_cut_anywhere),
        cmocka_unit_test(messages_are_written_to_the_octet), cmocka_unit_test(refreshes_are_judged),
        cmocka_unit_test(notifications_are_put_into_words),  cmocka_unit_test(notifications_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
