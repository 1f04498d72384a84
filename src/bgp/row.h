/* The rows of the error contract, by name: what log lines, counters and tests mean by "ATT-08".
 *
 * Where a mistake is found, its row is named by that string; this list says what is behind it. A row whose action is
 * ROW_ACCEPT or ROW_RULE is nothing that a peer can be charged with, so it has no counter. */
#ifndef BGP_ROW_H
#define BGP_ROW_H

/* From the weakest to the strongest. */
enum row_action {
    ROW_RULE,     /* no input of a peer: holds always */
    ROW_ACCEPT,   /* no error, must work */
    ROW_IGNORE,   /* a message, capability or field counts as not there */
    ROW_SKIP,     /* one NLRI is left out */
    ROW_DISCARD,  /* one attribute is left out */
    ROW_WITHDRAW, /* treat-as-withdraw; a reset where there is nothing to withdraw (UPD-12) */
    ROW_CLOSE,    /* the connection ends without a word */
    ROW_RESET,    /* NOTIFICATION, and the connection ends */
};

struct row {
    const char *id; /* "ATT-08" */
    enum row_action action;
    const char *notification; /* "3/9" of a RESET; "" where several are possible */
    const char *rfc;          /* "7606 7.8"; "" when it is ours alone */
    const char *what;         /* in words, for doc/errors.md and whoever reads a log */
};

const struct row *row_of(const char *id); /* NULL: unknown */
unsigned rows_count(void);
const struct row *row_at(unsigned index); /* index < rows_count() */

#endif
