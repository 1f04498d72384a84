/* Rows GEN: what holds whatever the input is. */
#include <jansson.h>
#include <string.h>

#include "session/private.h"
#include "session/rows.h"
#include "unit/unit.h"
#include "unit/update_terms.h"

static void give_update(struct lone *l, uint64_t stream, const char *withdrawn, const char *attributes,
                        const char *nlri) {
    struct buffer body = buffer_growing(), message = buffer_growing();
    size_t start = message_begin(&message, MESSAGE_UPDATE);
    put_cursor(&message, body_of(&body, withdrawn, attributes, nlri));
    message_end(&message, start);
    lone_give(l, stream, buffer_cursor(&message));
    buffer_release(&body);
    buffer_release(&message);
}

/* GEN-01: a peer that errs in every way, beside one that does not; both sessions share what an engine shares. */
void a_mistake_stays_in_its_session(void **state) {
    (void)state;
    static const char *const bad[] = {"00", MARKER "0012 04", MARKER "0013 00", MARKER "0017 02 ffff 0000",
                                      MARKER "001d 02 0000 0002 800e"};
    struct lone good, wrong;
    lone_init(&good);
    uint64_t stream = lone_to_established(&good);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lone_init(&wrong);
        free(wrong.settings.update);
        wrong.settings.update = good.settings.update;
        uint64_t other = lone_to_established(&wrong);
        lone_give_hex(&wrong, other, bad[i]);
        give_update(&good, stream, "", EXTERNAL, NET);
        wrong.settings.update = malloc(sizeof *wrong.settings.update);
        lone_release(&wrong);
    }
    assert_int_equal(session_state(good.session), SESSION_ESTABLISHED);
    assert_int_equal(session_counters(good.session)->received[MESSAGE_UPDATE], sizeof bad / sizeof *bad);
    lone_release(&good);
    covers("GEN-01");
}

/* GEN-02, GEN-03, GEN-04: a header is judged by itself, and what it promises is not allocated before it comes. */
void lengths_are_not_believed(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    rows_settle(&l, EXTENDED, 'E');
    uint64_t stream = lone_to_established(&l);
    lone_give_hex(&l, stream, MARKER "ffff 02");
    const struct buffer *inbox = &channel_of(l.session, stream)->inbox;
    assert_true((size_t)(inbox->end - inbox->base) <= MESSAGE_MOST);
    lone_release(&l);
    lone_init(&l);
    stream = lone_to_established(&l);
    lone_written(&l, stream);
    lone_give_hex(&l, stream, MARKER "1001 02");
    assert_string_equal(lone_written(&l, stream), "NOTIFICATION 1/2 1001");
    lone_release(&l);
    covers("GEN-02"); /* each octet after the end is the sanitizer's in test_update_hostile.c, too */
    covers("GEN-03"); /* the cost of whole messages: test_cost.c */
    covers("GEN-04");
}

/* GEN-05, GEN-07: nothing of a message is told that resets; and treat-as-withdraw is told as a withdraw is. */
void withdrawn_is_withdrawn(void **state) {
    (void)state;
    struct buffer octets = buffer_growing(), wrong = buffer_growing(), plain = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(0);
    struct fault fault;
    for (enum form form = FORM_4; form <= FORM_6; form++) {
        const struct style style = {.form = form};
        buffer_clear(&wrong);
        buffer_clear(&plain);
        assert_true(update_open(u, body_of(&octets, "", BASE "c00800", NET NET2), &terms, &fault));
        update_json(u, &style, &wrong);
        assert_null(strstr(written(&wrong), "announce"));
        assert_true(update_open(u, body_of(&octets, NET NET2, "", ""), &terms, &fault));
        update_json(u, &style, &plain);
        const char *list = strstr(written(&plain), "\"withdraw\"");
        assert_non_null(list);
        char wanted[128];
        snprintf(wanted, sizeof wanted, "%.*s", (int)(strchr(list, ']') - list), list);
        assert_non_null(strstr(written(&wrong), wanted));
    }
    free(u);
    buffer_release(&octets);
    buffer_release(&wrong);
    buffer_release(&plain);
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_events(&l);
    give_update(&l, stream, NET2, EXTERNAL, "080a 210a000000 00");
    assert_memory_equal(lone_events(&l), "got UPDATE raw,sent NOTIFICATION 3/10", 37);
    lone_release(&l);
    covers("GEN-05");
    covers("GEN-07");
}

/* GEN-08, GEN-09: each row has a counter of its own, and is told once a second. */
void rows_are_told_once_a_second(void **state) {
    (void)state;
    static const char unknown[] = MARKER "001a 02 0000 0003 806300", family[] = MARKER "0017 05 6363 00 63";
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_established(&l);
    lone_events(&l);
    for (int i = 0; i < 3; i++) {
        lone_give_hex(&l, stream, unknown);
        lone_give_hex(&l, stream, family);
    }
    assert_string_equal(lone_events(&l), "got UPDATE,finding [UPD-27],got REFRESH,finding [RRF-01],"
                                         "got UPDATE,got REFRESH,got UPDATE,got REFRESH");
    lone_pass_seconds(&l, 1);
    assert_string_equal(lone_events(&l), "finding [UPD-27] 2,finding [RRF-01] 2");
    assert_int_equal(lone_row(&l, "UPD-27"), 3);
    assert_int_equal(lone_row(&l, "RRF-01"), 3);
    lone_release(&l);
    covers("GEN-08");
    covers("GEN-09");
}

static void assert_is_json(struct buffer *b) {
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL;
    json_error_t error;
    json_t *json = json_loadb((const char *)b->base, buffer_len(b), flags, &error);
    if (!json)
        fail_msg("no JSON: %s: %s", error.text, written(b));
    json_decref(json);
    for (const uint8_t *p = b->base; p < b->p; p++)
        assert_true(*p >= 0x20 && *p < 0x7f);
}

/* GEN-10: names with an escape sequence, a new line, no UTF-8, a quotation mark. */
void peers_words_are_escaped(void **state) {
    (void)state;
    static const char *const opens[] = {
        MARKER "002d 01 04 fdea 005a 02020202 10 020e 490c 071b5b326a0a2261 03fffe5c",
        MARKER "0028 01 04 fdea 005a 02020202 0b 0209 4b07 06 1b5d0a22 c328",
        MARKER "0026 01 04 fdea 005a 02020202 09 0207 4905 ff 1b000a22",
    };
    for (size_t i = 0; i < sizeof opens / sizeof *opens; i++)
        for (enum form form = FORM_4; form <= FORM_6; form++) {
            const struct style style = {.form = form};
            struct lone l;
            struct buffer out = buffer_growing();
            lone_init(&l);
            uint64_t stream = lone_to_opensent(&l);
            lone_give_hex(&l, stream, opens[i]);
            lone_give_keepalive(&l, stream);
            assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
            put_literal(&out, "{ ");
            open_json(session_open(l.session, false), false, &style, &out);
            put_literal(&out, " }");
            assert_is_json(&out);
            buffer_clear(&out);
            open_text(session_open(l.session, false), false, &style, &out);
            for (const uint8_t *p = out.base; p < out.p; p++)
                assert_true(*p >= 0x20 && *p != 0x7f);
            buffer_release(&out);
            lone_release(&l);
        }
    covers("GEN-10");
}

/* GEN-11: what is empty, strange or not a number. */
void json_is_valid_for_any_input(void **state) {
    (void)state;
    static const char *const updates[][3] = {
        {"", "", ""},
        {"", "900f0003 0002 01", ""},
        {"", "900f0003 4004 47", ""},
        {"", BASE "c01008 800600007fc00000", NET},
        {"", BASE "c01008 80060000ffffffff", NET},
        {"", BASE "c01008 800600007f800000", NET},
        {"", BASE, ""},
        {NET, BASE "c00800", NET2},
        {"", BASE "e06303 220a1b", NET},
    };
    struct buffer octets = buffer_growing(), out = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(0);
    struct fault fault;
    for (size_t i = 0; i < sizeof updates / sizeof *updates; i++)
        for (enum form form = FORM_4; form <= FORM_6; form++) {
            const struct style style = {.form = form};
            buffer_clear(&out);
            assert_true(update_open(u, body_of(&octets, updates[i][0], updates[i][1], updates[i][2]), &terms, &fault));
            put_literal(&out, "{ ");
            update_json(u, &style, &out);
            put_literal(&out, " }");
            assert_is_json(&out);
        }
    free(u);
    buffer_release(&octets);
    buffer_release(&out);
    covers("GEN-11");
}

/* GEN-12: a capability, an attribute, a type of NLRI, a TLV, a community, a refresh and a NOTIFICATION of the future.
 */
void unknown_is_no_error(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t stream = lone_to_opensent(&l);
    lone_give_hex(&l, stream, MARKER "0027 01 04 fdea 005a 02020202 0a 0208 fa 06 010203040506");
    lone_give_keepalive(&l, stream);
    lone_give_hex(&l, stream, MARKER "0017 05 0001 63 01");
    give_update(&l, stream, "", EXTERNAL "c0630101 c01008 63630000 00000000", NET);
    assert_int_equal(session_state(l.session), SESSION_ESTABLISHED);
    assert_int_equal(session_counters(l.session)->received[MESSAGE_UPDATE], 1);
    assert_null(strstr(lone_events(&l), "raw"));
    lone_give_hex(&l, stream, MARKER "0017 03 63 63 0102");
    assert_non_null(strstr(lone_events(&l), "down notification received (99,99) [NOT-01]"));
    lone_release(&l);
    covers("GEN-12");
}
