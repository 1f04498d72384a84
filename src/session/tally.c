/* Counters: messages by type, and how often each row of the error contract was met (GEN-09). */
#include "base/memory.h"
#include "session/private.h"

void tally_message(struct session *s, bool sent, uint8_t type) {
    struct session_counters *n = &s->counters;
    if (type >= sizeof n->sent / sizeof *n->sent)
        return;
    ++*(sent ? &n->sent[type] : &n->received[type]);
    ++*(sent ? &n->total_sent[type] : &n->total_received[type]);
}

/* The same row has the same address when it comes from the same place, so that is tried first: rows are few, and a
 * peer that errs errs the same way again. */
static struct row_count *tally_find(const struct session *s, const char *row) {
    for (unsigned i = 0; i < s->row_count; i++)
        if (s->rows[i].row == row)
            return &s->rows[i];
    for (unsigned i = 0; i < s->row_count; i++)
        if (!strcmp(s->rows[i].row, row))
            return &s->rows[i];
    return NULL;
}

static struct row_count *tally_count(struct session *s, const char *row) {
    struct row_count *found = tally_find(s, row);
    if (!found) {
        if (s->row_count == s->row_room) {
            s->row_room = s->row_room ? s->row_room * 2 : 4;
            s->rows = memory_resize(s->rows, s->row_room * sizeof *s->rows);
        }
        found = &s->rows[s->row_count++];
        *found = (struct row_count){.row = row};
    }
    found->count++;
    return found;
}

void session_count_row(struct session *s, const char *row) {
    tally_count(s, row);
}

void tally_row(struct session *s, const char *row) {
    tally_count(s, row);
}

static uint64_t tally_due(const struct row_count *r) {
    return r->told_at ? timer_after(r->told_at, 1) : 0;
}

void tally_finding(struct channel *c, struct session_event event, uint64_t now) {
    struct session *s = c->session;
    struct row_count *r = tally_count(s, event.row);
    event.kind = SESSION_EVENT_FINDING;
    event.repeats = ++r->held;
    if (tally_due(r) > now) {
        if (tally_due(r) < s->findings_at)
            s->findings_at = tally_due(r);
        return;
    }
    r->held = 0;
    r->told_at = now;
    tell(c, event);
}

void tally_tell_held(struct session *s, uint64_t now) {
    s->findings_at = UINT64_MAX;
    for (unsigned i = 0; i < s->row_count; i++) {
        struct row_count *r = &s->rows[i];
        if (!r->held)
            continue;
        if (tally_due(r) <= now) {
            tell_session(s, (struct session_event){.kind = SESSION_EVENT_FINDING, .row = r->row, .repeats = r->held});
            r->held = 0;
            r->told_at = now;
        } else if (tally_due(r) < s->findings_at) {
            s->findings_at = tally_due(r);
        }
    }
}

const struct session_counters *session_counters(const struct session *s) {
    return &s->counters;
}

bool session_row_count(const struct session *s, unsigned *walk, const char **row, uint64_t *count) {
    if (*walk >= s->row_count)
        return false;
    *row = s->rows[*walk].row;
    *count = s->rows[(*walk)++].count;
    return true;
}
