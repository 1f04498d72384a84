/* What is wrong with what a user wrote: where, what was found, what was wanted. (A peer's mistakes are faults.) */
#ifndef BASE_COMPLAINT_H
#define BASE_COMPLAINT_H

#include "base/buffer.h"

/* The first complaint about a statement is kept: what follows is mostly its consequence. */
struct complaint {
    bool made;
    struct text at;    /* borrowed: the word that is wrong, a view into what was read; empty when the end is */
    uint32_t line;     /* 1.., 0 when what was read is a single line */
    uint32_t column;   /* 1.. in characters, 0 unknown */
    char message[240]; /* "MED value out of range: 5000000000" */
    char wanted[240];  /* "a number from 0 to 4294967295", empty when the message says it all */
    char nearest[64];  /* a known word like the one found, empty without one */
};

/* Makes the complaint unless one was made already; always false, so that a parser can return it. */
bool complain(struct complaint *c, struct text at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds what would have been right. Always false. */
bool complain_wanted(struct complaint *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds the known word that is nearest to the one complained about, if one is near enough: call it with each. */
struct nearest {
    struct text word;
    const char *best; /* borrowed */
    unsigned distance;
};
void nearest_try(struct nearest *n, const char *known);
void complain_nearest(struct complaint *c, const struct nearest *n);

/* FILE:LINE:COLUMN: MESSAGE, then the line itself with a caret, what was wanted and the nearest word, each on a line of
 * its own. `file` may be NULL and `source` (the text of the line) empty. Text of users is escaped. */
void put_complaint(struct buffer *b, const struct complaint *c, const char *file, struct text source);

/* MESSAGE, wanted WANTED, did you mean NEAREST? on one line. */
void put_complaint_short(struct buffer *b, const struct complaint *c);

#endif
