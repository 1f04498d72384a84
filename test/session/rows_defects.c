/* What other engines do wrong, measured on live sessions, and this one has to do right; each under the name of who had
 * it. */
#include <string.h>

#include "base/complaint.h"
#include "base/words.h"
#include "bgp/attribute.h"
#include "session/private.h"
#include "session/rows.h"
#include "unit/unit.h"
#include "unit/update_terms.h"

/* ExaBGP main: an End-of-RIB raised an exception, the session was reset, the peer sent its table again. */
void exabgp_end_of_rib(void **state) {
    (void)state;
    struct lone l;
    struct update *u = malloc(sizeof *u);
    struct buffer octets = buffer_growing(), out = buffer_growing();
    struct terms terms = terms_of(0);
    struct fault fault;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    for (int i = 0; i < 3; i++) {
        lone_give_hex(&l, stream, MARKER "0017 02 0000 0000");
        lone_give_hex(&l, stream, MARKER "001d 02 0000 0006 800f03 0002 01");
    }
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    assert_int_equal(session_counters(l.session)->received[MESSAGE_UPDATE], 6);
    assert_true(update_open(u, body_of(&octets, "", "", ""), &terms, &fault));
    update_json(u, &(struct style){.form = FORM_6}, &out);
    assert_non_null(strstr(written(&out), "\"eor\""));
    buffer_release(&octets);
    buffer_release(&out);
    free(u);
    lone_release(&l);
}

/* ExaBGP main: octets that came before a timeout were lost, and the rest of the message was read as a header. */
void exabgp_slow_messages(void **state) {
    (void)state;
    static const char update[] = "ffffffffffffffffffffffffffffffff002002000000054001010008080a08";
    struct lone l;
    char octet[3] = {0};
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_events(&l);
    for (int round = 0; round < 2; round++) {
        for (const char *p = update; p < update + sizeof update - 1; p += 2) {
            memcpy(octet, p, 2);
            lone_give_hex(&l, stream, octet);
            lone_pass(&l, 2500000);
        }
        lone_give_hex(&l, stream, "0b");
        lone_give_keepalive(&l, stream);
    }
    assert_int_equal(session_counters(l.session)->received[MESSAGE_UPDATE], 2);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    lone_release(&l);
}

/* ExaBGP main: an attribute of a wrong length reset the session, or was told as announced. */
void exabgp_treat_as_withdraw(void **state) {
    (void)state;
    static const char *const attributes[] = {BASE "800403 000001", BASE "c00803 010203", ORIGIN NO_PATH "400303 0a0000",
                                             "400101 09" NO_PATH NEXT_HOP, BASE "8004ff 00"};
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        struct lone l;
        struct buffer octets = buffer_growing(), message = buffer_growing();
        struct cursor body = body_of(&octets, "", attributes[i], NET);
        lone_init(&l);
        uint64_t stream = lone_to_established(&l);
        lone_written(&l, stream);
        size_t start = message_begin(&message, MESSAGE_UPDATE);
        put_cursor(&message, body);
        message_end(&message, start);
        lone_give(&l, stream, buffer_cursor(&message));
        assert_string_equal(lone_written(&l, stream), "");
        assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
        assert_int_equal(l.settings.update->harm, HARM_WITHDRAW);
        buffer_release(&octets);
        buffer_release(&message);
        lone_release(&l);
    }
}

/* ExaBGP main: AS numbers above 65535 in an as-path were refused. */
void exabgp_large_as_numbers(void **state) {
    (void)state;
    struct buffer value = buffer_growing();
    struct complaint complaint = {0};
    struct words words = words_of_line(text_of("[ 65536 4200000000 4294967295 ]"), &complaint);
    assert_true(attribute_kind_named(text_of("as-path"))->parse(&words, &value));
    assert_int_equal(buffer_len(&value), 2 + 3 * 4);
    buffer_release(&value);
}

/* ExaBGP (all, main most): a session that has nothing to do took the processor. */
void exabgp_idles_without_work(void **state) {
    (void)state;
    struct lone l;
    unsigned calls = 0;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l), end = l.now + 3600 * 1000000ull;
    for (uint64_t heard = l.now; l.now < end; calls++) {
        uint64_t due = session_deadline(l.session);
        assert_true(due > l.now);
        l.now = due;
        session_timer(l.session, l.now);
        lone_drain(&l);
        if (l.now - heard > 20 * 1000000ull) {
            lone_give_keepalive(&l, stream);
            heard = l.now;
        }
    }
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    assert_true(calls <= 3600 / 20); /* a KEEPALIVE each 22 to 30 seconds */
    lone_release(&l);
}

/* GoBGP 3.10: a second OPEN was taken, or ended the session without the code. */
void gobgp_second_open(void **state) {
    (void)state;
    for (int established = 0; established < 2; established++) {
        struct lone l;
        lone_init(&l);
        uint64_t stream = established ? lone_to_established(&l) : lone_to_openconfirm(&l);
        lone_written(&l, stream);
        lone_give_open(&l, stream);
        assert_string_equal(lone_written(&l, stream), established ? "NOTIFICATION 5/3 01" : "NOTIFICATION 5/2 01");
        lone_release(&l);
    }
}

/* GoBGP 3.10: a message of an unknown type was passed over. */
void gobgp_unknown_type(void **state) {
    (void)state;
    for (unsigned type = 6; type <= 255; type++) {
        struct lone l;
        char hex[64], wanted[32];
        lone_init(&l);
        uint64_t stream = lone_to_established(&l);
        lone_written(&l, stream);
        snprintf(hex, sizeof hex, MARKER "0013 %02x", type);
        snprintf(wanted, sizeof wanted, "NOTIFICATION 1/3 %02x", type);
        lone_give_hex(&l, stream, hex);
        assert_string_equal(lone_written(&l, stream), wanted);
        lone_release(&l);
    }
}

/* GoBGP 3.10: a host name shorter than its length said ended the process. */
void gobgp_short_fqdn(void **state) {
    (void)state;
    static const char *const capabilities[] = {"4900",      "4901 00",       "4901 05",
                                               "4902 0561", "4903 01 61 05", "4904 01 61 05 62"};
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
        struct lone l;
        struct buffer octets = buffer_growing(), message = buffer_growing();
        struct cursor capability = octets_of(&octets, capabilities[i]);
        lone_init(&l);
        uint64_t stream = lone_to_opensent(&l);
        size_t start = message_begin(&message, MESSAGE_OPEN);
        put_octets(&message, "\x04\xfd\xea\x00\x5a\x02\x02\x02\x02", 9);
        put_u8(&message, (uint8_t)(cursor_left(&capability) + 2));
        put_u8(&message, 2);
        put_u8(&message, (uint8_t)cursor_left(&capability));
        put_cursor(&message, capability);
        message_end(&message, start);
        lone_give(&l, stream, buffer_cursor(&message));
        assert_int_equal(session_state(l.session), SESSION_OPENCONFIRM);
        buffer_clear(&octets);
        open_json(&channel_of(l.session, stream)->peers, false, &(struct style){.form = FORM_6}, &octets);
        assert_non_null(strstr(written(&octets), "host-name"));
        buffer_release(&octets);
        buffer_release(&message);
        lone_release(&l);
    }
}

/* FRR 8.4: where an attribute was cut, what was left of the attributes was read as NLRI. */
void frr_leftovers_are_no_nlri(void **state) {
    (void)state;
    static const char *const attributes[] = {BASE "8004ff 18c63364 18c63365", BASE "80", BASE "9004 00",
                                             BASE "c008ff" NET2, "400102 00"};
    struct update *u = malloc(sizeof *u);
    struct buffer octets = buffer_growing();
    struct terms terms = terms_of(0);
    struct fault fault;
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        struct update_walk walk;
        struct nlri nlri;
        unsigned count = 0;
        assert_true(update_open(u, body_of(&octets, "", attributes[i], NET), &terms, &fault));
        assert_int_equal(u->harm, HARM_WITHDRAW);
        for (update_walk_init(&walk, u, false); update_walk_next(&walk, &nlri); count++)
            assert_memory_equal(nlri.octets.p, "\x18\xc0\x00\x02", 4);
        assert_int_equal(count, 1);
    }
    buffer_release(&octets);
    free(u);
}
