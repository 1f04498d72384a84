/* Strings for JSON: whatever the octets are, the line stays one line of valid JSON (errors.md GEN-10, GEN-11).
 *
 * There is no tree and no nesting state: an element writes its braces itself, blanks included, because ExaBGP's users
 * depend on them (api-events.md section 1). Only strings need care, and all go through here. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buffer.h"

/* A quoted string in ASCII: quotes, backslashes and controls escaped, the rest of UTF-8 as \uXXXX (surrogate pairs
 * above the BMP), octets that are not UTF-8 as \ufffd. */
void put_json_string(struct buffer *b, struct text t);

/* The same octets for a log line or a text event: controls as \xNN, invalid UTF-8 as \xNN, the rest as it is. */
void put_escaped(struct buffer *b, struct text t);

/* RFC 3629: no overlong forms, no surrogates, up to U+10FFFF. */
bool is_utf8(struct text t);

static inline void put_json_bool(struct buffer *b, bool v) {
    put_string(b, v ? "true" : "false");
}

#endif
