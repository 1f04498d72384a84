#include "config/tree.h"

#include "base/json.h"
#include "base/number.h"

void tree_item(struct buffer *b) {
    if (b->p[-1] != '[' && b->p[-1] != '{')
        put_char(b, ',');
}

void tree_key(struct buffer *b, const char *key) {
    tree_item(b);
    put_json_string(b, text_of(key));
    put_char(b, ':');
}

void tree_open(struct buffer *b, const char *key, char bracket) {
    tree_key(b, key);
    put_char(b, bracket);
}

void tree_text(struct buffer *b, const char *key, struct text value) {
    tree_key(b, key);
    put_json_string(b, value);
}

void tree_string(struct buffer *b, const char *key, const char *value) {
    tree_text(b, key, text_of(value));
}

void tree_bool(struct buffer *b, const char *key, bool value) {
    tree_key(b, key);
    put_json_bool(b, value);
}

void tree_number(struct buffer *b, const char *key, uint64_t value) {
    tree_key(b, key);
    put_decimal(b, value);
}

void tree_null(struct buffer *b, const char *key) {
    tree_key(b, key);
    put_literal(b, "null");
}

/* ---- Layout ---- */

static void put_tree_line(struct buffer *b, int indent, unsigned depth) {
    if (indent < 0)
        return;
    put_char(b, '\n');
    for (unsigned i = 0; i < depth * (unsigned)indent; i++)
        put_char(b, ' ');
}

/* Past the string that begins at `p`. */
static const char *tree_string_end(const char *p, const char *end) {
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\' && p + 1 < end)
            p++;
    return p < end ? p + 1 : end;
}

void put_tree(struct buffer *b, struct text tree, int indent) {
    const char *p = tree.p, *end = p + tree.len;
    unsigned depth = 0;
    while (p < end) {
        if (*p == '"') {
            const char *after = tree_string_end(p, end);
            put_octets(b, p, (size_t)(after - p));
            p = after;
            continue;
        }
        char c = *p++;
        bool closes = c == '}' || c == ']', opens = c == '{' || c == '[';
        if (closes && depth && p[-2] != '{' && p[-2] != '[')
            put_tree_line(b, indent, depth - 1);
        depth -= closes && depth;
        put_char(b, c);
        depth += opens;
        if (c == ',' || (opens && p < end && *p != '}' && *p != ']'))
            put_tree_line(b, indent, depth);
        else if (c == ':' && indent >= 0)
            put_char(b, ' ');
    }
    put_char(b, '\n');
}
