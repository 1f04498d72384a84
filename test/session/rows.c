#include "session/rows.h"

#include <stdio.h>

#include "unit/unit.h"

void rows_settle(struct lone *l, unsigned how, char state) {
    struct offer *ours = &l->settings.offer, *peers = &l->peer;
    ours->extended_message = how & EXTENDED;
    ours->operational = peers->operational = how & OPERATIONAL;
    ours->refresh = peers->refresh = how & ENHANCED;
    ours->strict = how & STRICT;
    ours->graceful_restart = peers->graceful_restart = how & RESTART;
    ours->restart_notification = peers->restart_notification = how & KEEPS;
    ours->role = how & CUSTOMER ? ROLE_CUSTOMER : ROLE_NONE;
    ours->role_strict = how & TELLS;
    if (how & INTERNAL)
        ours->peer_as = peers->local_as = ours->local_as;
    if (state == 'W')
        ours->local_as = 0;
}

uint64_t rows_reach(struct lone *l, char state) {
    switch (state) {
    case 'C': return lone_to_openconfirm(l);
    case 'E': return lone_to_established(l);
    default: return lone_to_opensent(l);
    }
}

char rows_state(const struct lone *l) {
    return "IAWSCE"[session_state(l->session)];
}

/* ---- How it ended ---- */

unsigned occurrences(const char *in, const char *what) {
    unsigned n = 0;
    for (const char *at = in; (at = strstr(at, what)); at++)
        n++;
    return n;
}

/* However it ends, it is told once, with the row, and counted once. */
void rows_check_end(struct lone *l, uint64_t stream, const char *counted) {
    const char *events = lone_events(l);
    char row[32];
    snprintf(row, sizeof row, "[%s]", counted);
    assert_int_equal(occurrences(events, "down "), 1);
    assert_int_equal(occurrences(events, row), 1);
    assert_int_equal(lone_row(l, counted), 1);
    assert_true(l->streams[stream].closed);
    assert_true(session_state(l->session) <= SESSION_CONNECT); /* the next try, if any */
    lone_give_keepalive(l, stream);
    assert_string_equal(lone_events(l), "");
}

/* ---- Which rows were tried ---- */

static const char *rows_covered[512];
static unsigned rows_covered_count;

static bool same_row(const char *id, const char *other) {
    size_t len = strcspn(id, "=");
    return len == strcspn(other, "=") && !strncmp(id, other, len);
}

bool is_covered(const char *id) {
    for (unsigned i = 0; i < rows_covered_count; i++)
        if (same_row(rows_covered[i], id))
            return true;
    return false;
}

void covers(const char *id) {
    if (!is_covered(id))
        rows_covered[rows_covered_count++] = id;
}

unsigned covered_count(void) {
    return rows_covered_count;
}
