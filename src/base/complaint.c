#include "base/complaint.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"

bool complain(struct complaint *c, struct text at, const char *format, ...) {
    if (c->made)
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(c->message, sizeof c->message, format, args);
    va_end(args);
    c->made = true;
    c->at = at;
    return false;
}

bool complain_wanted(struct complaint *c, const char *format, ...) {
    if (c->wanted[0])
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(c->wanted, sizeof c->wanted, format, args);
    va_end(args);
    return false;
}

enum { NEAREST_LONGEST = 32 };

/* How many characters must be changed, added or removed (Levenshtein), two neighbors swapped counting as two. */
static unsigned nearest_distance(struct text a, struct text b) {
    unsigned row[NEAREST_LONGEST + 1];
    for (unsigned j = 0; j <= b.len; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            unsigned up = row[j], best = diagonal + (a.p[i - 1] != b.p[j - 1]);
            if (up + 1 < best)
                best = up + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = up;
            row[j] = best;
        }
    }
    return row[b.len];
}

void nearest_try(struct nearest *n, const char *known) {
    struct text candidate = text_of(known);
    if (n->word.len == 0 || n->word.len > NEAREST_LONGEST || candidate.len > NEAREST_LONGEST)
        return;
    unsigned distance = nearest_distance(n->word, candidate);
    unsigned limit = n->word.len < 4 ? 1 : n->word.len < 8 ? 2 : 3;
    if (distance <= limit && (!n->best || distance < n->distance)) {
        n->best = known;
        n->distance = distance;
    }
}

void complain_nearest(struct complaint *c, const struct nearest *n) {
    if (n->best && !c->nearest[0])
        snprintf(c->nearest, sizeof c->nearest, "%s", n->best);
}

static void put_caret_line(struct buffer *b, const struct complaint *c, struct text source) {
    put_literal(b, "    ");
    put_escaped(b, source);
    put_literal(b, "\n    ");
    for (uint32_t i = 1; i < c->column && i <= source.len; i++)
        put_char(b, source.p[i - 1] == '\t' ? '\t' : ' ');
    for (size_t i = 0; i < (c->at.len ? c->at.len : 1) && c->column + i <= source.len + 1; i++)
        put_char(b, '^');
    put_char(b, '\n');
}

void put_complaint(struct buffer *b, const struct complaint *c, const char *file, struct text source) {
    if (file)
        put_format(b, "%s:", file);
    if (c->line)
        put_format(b, "%u:", c->line);
    if (c->line && c->column)
        put_format(b, "%u:", c->column);
    if (file || c->line)
        put_char(b, ' ');
    put_escaped(b, text_of(c->message));
    put_char(b, '\n');
    if (source.len && c->column)
        put_caret_line(b, c, source);
    if (c->wanted[0]) {
        put_literal(b, "    wanted: ");
        put_escaped(b, text_of(c->wanted));
        put_char(b, '\n');
    }
    if (c->nearest[0])
        put_format(b, "    did you mean \"%s\"?\n", c->nearest);
}

void put_complaint_short(struct buffer *b, const struct complaint *c) {
    put_escaped(b, text_of(c->message));
    if (c->wanted[0]) {
        put_literal(b, ", wanted ");
        put_escaped(b, text_of(c->wanted));
    }
    if (c->nearest[0])
        put_format(b, ", did you mean \"%s\"?", c->nearest);
}
