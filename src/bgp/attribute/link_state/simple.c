/* Shapes of TLVs that are one thing, or several of one kind: flags, numbers, addresses, names, octets. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ip.h"
#include "base/json.h"
#include "base/number.h"
#include "bgp/attribute/link_state/kind.h"

/* ---- Sizes ---- */

bool ls_good_exact(const struct ls_kind *kind, struct cursor value) {
    return cursor_left(&value) == kind->size;
}

bool ls_good_multiple(const struct ls_kind *kind, struct cursor value) {
    return cursor_left(&value) % kind->size == 0;
}

bool ls_good_least(const struct ls_kind *kind, struct cursor value) {
    return cursor_left(&value) >= kind->size;
}

bool ls_good_any(const struct ls_kind *kind, struct cursor value) {
    (void)kind;
    (void)value;
    return true;
}

static bool ls_good_most(const struct ls_kind *kind, struct cursor value) {
    return cursor_left(&value) <= kind->size;
}

void put_ls_title(struct buffer *out, const struct ls_kind *kind, const struct style *style) {
    put_string(out, style->form == FORM_5 && kind->title5 ? kind->title5 : kind->title);
    put_literal(out, ": ");
}

/* ---- What Python would write ---- */

/* Octets: `b'link1'`. */
static void put_python_octets(struct buffer *out, struct cursor value) {
    size_t len = cursor_left(&value);
    char quote = len && memchr(value.p, '\'', len) && !memchr(value.p, '"', len) ? '"' : '\'';
    put_char(out, 'b');
    put_char(out, quote);
    for (; value.p < value.end; value.p++) {
        const char *letter = *value.p ? strchr("\tt\nn\rr", *value.p) : NULL;
        if (*value.p < 0x20 && letter) {
            put_char(out, '\\');
            put_char(out, letter[1]);
        } else if (*value.p < 0x20 || *value.p > 0x7e) {
            put_literal(out, "\\x");
            put_hex(out, cursor_of(value.p, 1));
        } else {
            if (*value.p == '\\' || *value.p == quote)
                put_char(out, '\\');
            put_char(out, (char)*value.p);
        }
    }
    put_char(out, quote);
}

/* A string of JSON loses its quotes when it is the whole value; inside they become single ones. What a peer may have
 * put into a string is not shown this way. */
void ls_python(struct buffer *out, size_t start) {
    uint8_t *p = out->base + start, *end = out->p;
    if (out->full || p == end)
        return;
    if (*p == '"' && end[-1] == '"') {
        memmove(p, p + 1, (size_t)(end - p) - 2);
        out->p -= 2;
        return;
    }
    for (bool quoted = false; p < end; p++) {
        if (*p == '"') {
            *p = '\'';
            quoted = !quoted;
        } else if (!quoted && (*p == 't' || *p == 'f') && p + 1 < end && (p[1] == 'r' || p[1] == 'a')) {
            *p = *p == 't' ? 'T' : 'F';
        }
    }
}

/* ---- Flags ---- */

void put_ls_flags(struct buffer *out, const char *names, uint8_t octet) {
    unsigned bit = 0x80;
    put_char(out, '{');
    for (const char *name = names; *name; bit >>= 1) {
        size_t len = strcspn(name, ",");
        put_char(out, '"');
        put_octets(out, name, len);
        put_string(out, octet & bit ? "\": 1, " : "\": 0, ");
        name += len + (name[len] == ',');
    }
    put_literal(out, "\"RSV\": 0}");
}

static void flags_json(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_ls_flags(out, kind->flags, *value.p);
}

const struct ls_shape ls_flags = {.good = ls_good_exact, .json = flags_json};

/* ---- Numbers ---- */

static uint64_t take_number(struct cursor *value, size_t size) {
    uint64_t v = 0;
    while (size--)
        v = v << 8 | cursor_u8(value);
    return v;
}

static void put_number(struct buffer *value, uint64_t v, size_t size) {
    while (size--)
        put_u8(value, (uint8_t)(v >> 8 * size));
}

static uint64_t number_most(size_t size) {
    return size >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * size) - 1;
}

static void number_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                        struct buffer *out) {
    (void)kind;
    (void)style;
    put_decimal(out, take_number(&value, cursor_left(&value)));
}

static bool number_words(const struct ls_kind *kind, struct words *words, struct buffer *value) {
    uint64_t v;
    if (!words_number(words, kind->key, number_most(kind->size), &v))
        return false;
    put_number(value, v, kind->size);
    return true;
}

static void number_command(const struct ls_kind *kind, struct cursor value, struct buffer *out) {
    (void)kind;
    put_decimal(out, take_number(&value, cursor_left(&value)));
}

const struct ls_shape ls_number = {
    .good = ls_good_exact, .json = number_json, .parse = number_words, .command = number_command};

/* One octet for narrow metrics of IS-IS, two for OSPF, three for wide metrics. */
static bool metric_good(const struct ls_kind *kind, struct cursor value) {
    size_t len = cursor_left(&value);
    return len >= 1 && len <= kind->size;
}

const struct ls_shape ls_metric = {
    .good = metric_good, .json = number_json, .parse = number_words, .command = number_command};

static void put_numbers(struct buffer *out, struct cursor value, size_t size) {
    put_char(out, '[');
    for (const char *between = ""; !cursor_done(&value); between = ", ") {
        put_string(out, between);
        put_decimal(out, take_number(&value, size));
    }
    put_char(out, ']');
}

static void numbers_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                         struct buffer *out) {
    (void)style;
    put_numbers(out, value, kind->size);
}

static bool numbers_words(const struct ls_kind *kind, struct words *words, struct buffer *value) {
    struct list list;
    struct text t;
    uint64_t v;
    words_list(words, &list);
    while (words_item(words, &list, &t)) {
        if (!number_parse(t, number_most(kind->size), &v))
            return words_fail(words, "%s is not valid: \"%.*s\"", kind->key, TEXT_ARGS(t)) ||
                   complain_wanted(words->complaint, "a number, or several in brackets");
        put_number(value, v, kind->size);
    }
    return !words->complaint->made;
}

static void numbers_command(const struct ls_kind *kind, struct cursor value, struct buffer *out) {
    put_literal(out, "[ ");
    while (!cursor_done(&value)) {
        put_decimal(out, take_number(&value, kind->size));
        put_char(out, ' ');
    }
    put_char(out, ']');
}

const struct ls_shape ls_numbers = {
    .good = ls_good_multiple, .json = numbers_json, .parse = numbers_words, .command = numbers_command};

/* Algorithms: none at all means the first. */
static void octets_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                        struct buffer *out) {
    (void)kind;
    (void)style;
    if (cursor_done(&value))
        put_literal(out, "[0]");
    else
        put_numbers(out, value, 1);
}

const struct ls_shape ls_octets = {
    .good = ls_good_any, .json = octets_json, .parse = numbers_words, .command = numbers_command};

/* ---- Bandwidths ---- */

static double take_float(struct cursor *value) {
    uint32_t bits = cursor_u32(value);
    float f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}

static void float_json(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out) {
    (void)kind;
    (void)style;
    put_double(out, take_float(&value));
}

static bool float_words(const struct ls_kind *kind, struct words *words, struct buffer *value) {
    char text[40], *end;
    struct text t;
    if (!words_take(words, kind->key, &t))
        return false;
    size_t len = t.len < sizeof text ? t.len : sizeof text - 1;
    memcpy(text, t.p, len);
    text[len] = 0;
    float f = strtof(text, &end);
    if (len == 0 || len != t.len || *end || !isfinite(f))
        return words_fail(words, "%s is not valid: \"%.*s\"", kind->key, TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "a number, as 125000000.0");
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    put_u32(value, bits);
    return true;
}

static void float_command(const struct ls_kind *kind, struct cursor value, struct buffer *out) {
    (void)kind;
    put_double(out, take_float(&value));
}

const struct ls_shape ls_float = {
    .good = ls_good_exact, .json = float_json, .parse = float_words, .command = float_command};

static void floats_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                        struct buffer *out) {
    (void)kind;
    (void)style;
    put_char(out, '[');
    for (const char *between = ""; !cursor_done(&value); between = ", ") {
        put_string(out, between);
        put_double(out, take_float(&value));
    }
    put_char(out, ']');
}

/* A tuple in form 5. */
static void floats_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                        struct buffer *out) {
    put_ls_title(out, kind, style);
    size_t start = buffer_len(out);
    floats_json(kind, value, style, out);
    if (style->form == FORM_5 && !out->full) {
        out->base[start] = '(';
        out->p[-1] = ')';
    }
}

const struct ls_shape ls_floats = {.good = ls_good_exact, .json = floats_json, .text = floats_text};

/* ---- Addresses ---- Those with a size are of one IP version, the others of either. */

static bool address_good(const struct ls_kind *kind, struct cursor value) {
    size_t len = cursor_left(&value);
    return kind->size ? len == kind->size : len == 4 || len == 16;
}

static void address_command(const struct ls_kind *kind, struct cursor value, struct buffer *out) {
    (void)kind;
    put_ip(out, ip_of(value.p, cursor_left(&value)));
}

static void address_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                         struct buffer *out) {
    (void)style;
    put_char(out, '"');
    address_command(kind, value, out);
    put_char(out, '"');
}

static bool address_words(const struct ls_kind *kind, struct words *words, struct buffer *value) {
    struct text t;
    struct ip ip;
    if (!words_take(words, "an address", &t))
        return false;
    if (!ip_parse(t, &ip))
        return words_fail(words, "%s is not valid: \"%.*s\"", kind->key, TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an address");
    put_cursor(value, ip_cursor(&ip));
    return true;
}

/* Where form 5 has an array, its text has one too. */
static void address_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                         struct buffer *out) {
    bool array = kind->merge5 && style->form == FORM_5;
    put_ls_title(out, kind, style);
    put_string(out, array ? "['" : "");
    address_command(kind, value, out);
    put_string(out, array ? "']" : "");
}

const struct ls_shape ls_address = {.good = address_good,
                                    .json = address_json,
                                    .text = address_text,
                                    .parse = address_words,
                                    .command = address_command};

/* ---- Areas ---- Octets as one number, as ExaBGP shows them; no area is longer than 20. */

static void area_json(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out) {
    (void)kind;
    (void)style;
    put_char(out, '"');
    size_t start = buffer_len(out);
    put_decimal_octets(out, value);
    if (buffer_len(out) == start) {
        put_literal(out, "0x");
        put_hex_upper(out, value);
    }
    put_char(out, '"');
}

const struct ls_shape ls_area = {.good = ls_good_least, .json = area_json};

/* ---- Names and what is opaque ---- */

static struct text text_of_octets(struct cursor value) {
    return (struct text){(const char *)value.p, cursor_left(&value)};
}

static void name_json(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out) {
    (void)kind;
    (void)style;
    put_json_string(out, text_of_octets(value));
}

static void name_text(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out) {
    put_ls_title(out, kind, style);
    if (kind->octets5 && style->form == FORM_5)
        put_python_octets(out, value);
    else
        put_escaped(out, text_of_octets(value));
}

static bool name_words(const struct ls_kind *kind, struct words *words, struct buffer *value) {
    struct text t;
    if (!words_take(words, "a name", &t))
        return false;
    if (t.len > kind->size)
        return words_fail(words, "%s is longer than %u octets", kind->key, kind->size);
    put_text(value, t);
    return true;
}

static void name_command(const struct ls_kind *kind, struct cursor value, struct buffer *out) {
    (void)kind;
    struct text name = text_of_octets(value);
    char quote = name.len && memchr(name.p, '"', name.len) ? '\'' : '"';
    put_char(out, quote);
    put_escaped(out, name);
    put_char(out, quote);
}

const struct ls_shape ls_name = {
    .good = ls_good_most, .json = name_json, .text = name_text, .parse = name_words, .command = name_command};

/* Form 5 takes it for text. */
static void opaque_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                        struct buffer *out) {
    (void)kind;
    if (style->form == FORM_5) {
        put_json_string(out, text_of_octets(value));
        return;
    }
    put_char(out, '"');
    put_hex(out, value);
    put_char(out, '"');
}

static void opaque_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                        struct buffer *out) {
    put_ls_title(out, kind, style);
    if (style->form == FORM_5)
        put_python_octets(out, value);
    else
        put_hex(out, value);
}

const struct ls_shape ls_opaque = {.good = ls_good_any, .json = opaque_json, .text = opaque_text};
