/* Rows of the error contract as data: octets in, action out. The action is written as the contract writes it:
 * "RESET 1/2 0012" (code, subcode, Data in hexadecimal), "CLOSE", "TAW", "DISC", "SKIP", "IGN", "ACCEPT". */
#ifndef TEST_CONTRACT_H
#define TEST_CONTRACT_H

#include <stdio.h>

#include "base/number.h"
#include "bgp/fault.h"
#include "unit.h"

#define MARKER "ffffffffffffffffffffffffffffffff"

/* Octets of hexadecimal digits, blanks between them let through; borrowed from the buffer, which is emptied. */
static inline struct cursor octets_of(struct buffer *b, const char *hex) {
    buffer_clear(b);
    for (const char *p = hex; *p; p += *p == ' ' ? 1 : 2)
        if (*p != ' ')
            assert_true(hex_parse((struct text){p, 2}, b));
    return buffer_cursor(b);
}

static inline void put_fault_action(struct buffer *b, const struct fault *fault) {
    if (fault->code == 0) {
        put_literal(b, "CLOSE");
        return;
    }
    put_format(b, "RESET %u/%u", fault->code, fault->subcode);
    if (cursor_left(&fault->data)) {
        put_char(b, ' ');
        put_hex(b, fault->data);
    }
}

/* Each id once, however many lines a table has for it: tables keep the lines of a row together. */
static inline bool is_new_row(const char *id, const char *previous) {
    return !previous || strcmp(id, previous) != 0;
}

#endif
