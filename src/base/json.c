#include "base/json.h"

#include "base/number.h"

/* One character of UTF-8 (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF) from [p, end): its octets, and
 * its code point. When it is not UTF-8: the octets that a decoder replaces by one U+FFFD, and UINT32_MAX. */
static size_t utf8_next(const uint8_t *p, const uint8_t *end, uint32_t *code) {
    uint8_t first = p[0], low = 0x80, high = 0xbf;
    size_t len;
    *code = UINT32_MAX;
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    if (first < 0xc2 || first > 0xf4)
        return 1;
    len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first == 0xe0)
        low = 0xa0;
    else if (first == 0xed)
        high = 0x9f;
    else if (first == 0xf0)
        low = 0x90;
    else if (first == 0xf4)
        high = 0x8f;
    uint32_t v = first & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if (p + i == end || p[i] < low || p[i] > high)
            return i;
        v = v << 6 | (p[i] & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    *code = v;
    return len;
}

/* Past what is ASCII, eight octets at a time: nearly all of every text is. */
static const uint8_t *ascii_skip(const uint8_t *p, const uint8_t *end) {
    for (uint64_t eight; end - p >= 8; p += 8) {
        memcpy(&eight, p, 8);
        if (eight & 0x8080808080808080)
            break;
    }
    return p;
}

bool is_utf8(struct text t) {
    const uint8_t *p = (const uint8_t *)t.p, *end = (const uint8_t *)text_end(t);
    uint32_t code = 0;
    for (p = ascii_skip(p, end); p < end && code != UINT32_MAX; p = ascii_skip(p, end))
        p += utf8_next(p, end, &code);
    return code != UINT32_MAX;
}

static void put_json_unit(struct buffer *b, unsigned unit) {
    uint8_t octets[2] = {(uint8_t)(unit >> 8), (uint8_t)unit};
    put_literal(b, "\\u");
    put_hex(b, cursor_of(octets, 2));
}

static void put_json_character(struct buffer *b, uint32_t code) {
    static const char escapes[] = "\b\t\n\f\r", letters[] = "btnfr";
    const char *escape = code && code < 0x20 ? strchr(escapes, (int)code) : NULL;
    if (escape) {
        put_char(b, '\\');
        put_char(b, letters[escape - escapes]);
    } else if (code == '"' || code == '\\') {
        put_char(b, '\\');
        put_char(b, (char)code);
    } else if (code >= 0x20 && code < 0x7f) {
        put_char(b, (char)code);
    } else if (code > 0xffff && code != UINT32_MAX) {
        put_json_unit(b, 0xd800 + ((code - 0x10000) >> 10));
        put_json_unit(b, 0xdc00 + ((code - 0x10000) & 0x3ff));
    } else {
        put_json_unit(b, code == UINT32_MAX ? 0xfffd : code);
    }
}

void put_json_string(struct buffer *b, struct text t) {
    const uint8_t *p = (const uint8_t *)t.p, *end = (const uint8_t *)text_end(t);
    put_char(b, '"');
    while (p < end) {
        const uint8_t *plain = p;
        while (p < end && *p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\')
            p++;
        put_octets(b, plain, (size_t)(p - plain));
        if (p == end)
            break;
        uint32_t code;
        p += utf8_next(p, end, &code);
        put_json_character(b, code);
    }
    put_char(b, '"');
}

void put_escaped(struct buffer *b, struct text t) {
    const uint8_t *p = (const uint8_t *)t.p, *end = (const uint8_t *)text_end(t);
    while (p < end) {
        uint32_t code;
        size_t len = utf8_next(p, end, &code);
        /* C1 controls are terminal escapes too. */
        bool plain = code != UINT32_MAX && code >= 0x20 && (code < 0x7f || code > 0x9f);
        if (plain)
            put_octets(b, p, len);
        else
            for (size_t i = 0; i < len; i++) {
                put_literal(b, "\\x");
                put_hex(b, cursor_of(p + i, 1));
            }
        p += len;
    }
}
