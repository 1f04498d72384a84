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

void tally_row(struct session *s, const char *row) {
    struct row_count *found = tally_find(s, row);
    if (!found) {
        if (s->row_count == s->row_room) {
            s->row_room = s->row_room ? s->row_room * 2 : 4;
            s->rows = memory_resize(s->rows, s->row_room * sizeof *s->rows);
        }
        found = &s->rows[s->row_count++];
        *found = (struct row_count){row, 0};
    }
    found->count++;
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
