/* Rows of the error contract as data: octets in, action out. The action is written as the contract writes it:
 * "RESET 1/2 0012" (code, subcode, Data in hexadecimal), "CLOSE", "TAW", "DISC", "SKIP", "IGN", "ACCEPT". */
#ifndef TEST_CONTRACT_H
#define TEST_CONTRACT_H

#include <stdio.h>

#include "base/number.h"
#include "bgp/fault.h"
#include "unit.h"

#define MARKER "ffffffffffffffffffffffffffffffff"

/* Octets of hexadecimal digits, blanks between them let through. `{ ... }` is a length of one octet and what it counts,
 * `[ ... ]` one of two; `*300:0000fdea` the same octets so many times, up to a blank. Borrowed from the buffer, which
 * is emptied. */
static inline const char *put_repeated(struct buffer *b, const char *p) {
    char *digits;
    unsigned long times = strtoul(p, &digits, 10);
    const char *from = digits + 1, *to = from + strcspn(from, " ");
    for (; times; times--)
        assert_true(hex_parse((struct text){from, (size_t)(to - from)}, b));
    return to;
}

static inline struct cursor octets_of(struct buffer *b, const char *hex) {
    size_t holes[8], depth = 0;
    buffer_clear(b);
    for (const char *p = hex; *p;) {
        if (strchr("{[", *p)) {
            assert_true(depth < 8);
            holes[depth++] = *p == '{' ? put_hole8(b) : put_hole16(b);
        } else if (strchr("}]", *p)) {
            depth--;
            if (*p == '}')
                fill_hole8(b, holes[depth]);
            else
                fill_hole16(b, holes[depth]);
        } else if (*p == '*') {
            p = put_repeated(b, p + 1);
            continue;
        } else if (*p != ' ') {
            assert_true(hex_parse((struct text){p++, 2}, b));
        }
        p++;
    }
    assert_int_equal(depth, 0);
    return buffer_cursor(b);
}

/* An action that ends in "..." says how it begins. */
static inline bool is_action(const char *found, const char *wanted) {
    size_t len = strlen(wanted);
    if (len > 3 && !strcmp(wanted + len - 3, "..."))
        return !strncmp(found, wanted, len - 3);
    return !strcmp(found, wanted);
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
