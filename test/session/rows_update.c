/* The rows about UPDATEs once more, on whole sessions: what is answered, told, counted, and that the session stays
 * where it should. Each line is tried in one piece and octet by octet. */
#include "unit/unit.h"

#include "session/rows.h"
#include "unit/update_rows.h"

/* Both sides agree on what terms_of() says. */
static void settle(struct lone *l, unsigned how) {
    struct offer *offers[] = {&l->settings.offer, &l->peer};
    static const uint32_t members[] = {65002};
    l->settings.offer.confederation = members;
    l->settings.offer.confederation_count = how & CONFED ? 1 : 0;
    l->settings.offer.peer_as = l->peer.local_as = how & (EBGP | CONFED) ? 65002 : 65001;
    for (int i = 0; i < 2; i++) {
        struct offer *o = offers[i];
        o->asn4 = !(how & AS2);
        o->aigp = how & WITH_AIGP;
        o->multiple_labels = how & LABELS ? 2 : 0;
        o->role = !(how & LEAKS) ? ROLE_NONE : i == 0 ? ROLE_PROVIDER : ROLE_CUSTOMER;
        o->families = how & FEW ? 1 : (UINT64_MAX >> (64 - FAMILIES));
        o->add_path = how & ADD_PATH ? 3 : 0;
        o->add_path_families = how & ADD_PATH ? o->families : 0;
        o->extended_next_hop_on = how & EXTENDED_NEXT_HOP;
        o->extended_next_hop = how & EXTENDED_NEXT_HOP ? o->families : 0;
    }
}

static uint64_t rows_met(const struct lone *l) {
    unsigned walk = 0;
    const char *row;
    uint64_t count, sum = 0;
    while (session_row_count(l->session, &walk, &row, &count))
        sum += count;
    return sum;
}

static void check_reset(struct lone *l, uint64_t stream, const char *row, const char *action) {
    const char *out = lone_written(l, stream);
    if (strncmp(out, "NOTIFICATION ", 13) || !is_action(out + 13, action + 6))
        fail_msg("%s: %s instead of %s", row, out, action);
    assert_true(l->streams[stream].closed);
    const char *events = lone_events(l);
    assert_non_null(strstr(events, "got UPDATE raw,sent NOTIFICATION 3/"));
    assert_non_null(strstr(events, "down notification sent (3,"));
    assert_int_equal(rows_met(l), 1);
}

static void check_stays(struct lone *l, uint64_t stream, const char *row, const char *action) {
    const char *out = lone_written(l, stream);
    if (*out || session_state(l->session) != SESSION_ESTABLISHED)
        fail_msg("%s: %s instead of %s", row, out, action);
    const char *events = lone_events(l);
    assert_memory_equal(events, "got UPDATE", 10);
    bool finds = strncmp(action, "ACCEPT", 6) != 0;
    assert_int_equal(strstr(events, "finding") != NULL, finds);
    assert_int_equal(rows_met(l) > 0, finds);
    if (finds && !is_named_otherwise(row) && !lone_row(l, row))
        fail_msg("%s is not counted: %s", row, events);
    /* It counts as a sign of life. */
    lone_pass_seconds(l, 30);
    assert_int_equal(session_deadline(l->session) <= l->now + 60 * 1000000, true);
    lone_pass_seconds(l, 59);
    assert_int_equal(session_state(l->session), SESSION_ESTABLISHED);
    lone_pass_seconds(l, 1);
    assert_int_equal(lone_row(l, "TMR-01"), 1);
}

static void try_update(const char *row, unsigned how, struct cursor body, const char *action, bool singly) {
    struct lone l;
    struct buffer update = buffer_growing();
    lone_init(&l);
    settle(&l, how);
    uint64_t stream = lone_to_established(&l);
    lone_written(&l, stream);
    lone_events(&l);
    size_t start = message_begin(&update, MESSAGE_UPDATE);
    put_cursor(&update, body);
    message_end(&update, start);
    struct cursor in = buffer_cursor(&update);
    while (!cursor_done(&in))
        lone_give(&l, stream, cursor_cut(&in, singly ? 1 : cursor_left(&in)));
    if (!strncmp(action, "RESET", 5))
        check_reset(&l, stream, row, action);
    else
        check_stays(&l, stream, row, action);
    buffer_release(&update);
    lone_release(&l);
}

/* Bodies that are too short for an UPDATE never come so far: the header says so (HDR-06). */
void framing_holds_on_sessions(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    for (size_t i = 0; i < sizeof framing_rows / sizeof *framing_rows; i++) {
        struct cursor body = octets_of(&octets, framing_rows[i].hex);
        for (int singly = 0; cursor_left(&body) >= 4 && singly < 2; singly++)
            try_update(framing_rows[i].row, 0, body, framing_rows[i].action, singly);
        covers(framing_rows[i].row);
    }
    buffer_release(&octets);
}

void rows_hold_on_sessions(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    for (size_t i = 0; i < sizeof update_rows / sizeof *update_rows; i++) {
        const struct update_row *row = &update_rows[i];
        struct cursor body = body_of(&octets, row->withdrawn, row->attributes, row->nlri);
        for (int singly = 0; singly < 2; singly++)
            try_update(row->row, row->how, body, row->action, singly);
        covers(row->row);
    }
    buffer_release(&octets);
}
