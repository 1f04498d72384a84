#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char number_pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                   "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                   "8081828384858687888990919293949596979899";

/* Nineteen digits always fit 64 bits; the twentieth may not. */
bool number_take(struct text *t, uint64_t max, uint64_t *out) {
    const char *p = t->p, *end = p + (t->len < 19 ? t->len : 19);
    uint64_t v = 0;
    for (unsigned digit; p < end && (digit = (unsigned)(unsigned char)*p - '0') <= 9; p++)
        v = v * 10 + digit;
    size_t len = (size_t)(p - t->p);
    if (len == 19 && t->len > 19) {
        unsigned digit = (unsigned)(unsigned char)*p - '0';
        if (digit <= 9 && v > (UINT64_MAX - digit) / 10)
            return false;
        if (digit <= 9) {
            v = v * 10 + digit;
            len++;
        }
    }
    *t = (struct text){t->p + len, t->len - len};
    *out = v;
    return len && v <= max;
}

bool number_parse(struct text t, uint64_t max, uint64_t *out) {
    return number_take(&t, max, out) && t.len == 0;
}

/* The value of a hexadecimal digit, or 16 or more. */
static unsigned hex_digit(char c) {
    unsigned digit = (unsigned)(unsigned char)c;
    if (digit - '0' < 10)
        return digit - '0';
    digit |= 0x20;
    return digit - 'a' < 6 ? digit - 'a' + 10 : 16;
}

bool number_parse_any(struct text t, uint64_t max, uint64_t *out) {
    if (!text_starts(t, "0x") && !text_starts(t, "0X"))
        return number_parse(t, max, out);
    if (t.len < 3 || t.len > 18)
        return false;
    uint64_t v = 0;
    for (size_t i = 2; i < t.len; i++) {
        unsigned digit = hex_digit(t.p[i]);
        if (digit > 15)
            return false;
        v = v << 4 | digit;
    }
    *out = v;
    return v <= max;
}

bool hex_parse(struct text t, struct buffer *out) {
    if (t.len % 2)
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (hex_digit(t.p[i]) > 15)
            return false;
    for (size_t i = 0; i < t.len; i += 2)
        put_u8(out, (uint8_t)(hex_digit(t.p[i]) << 4 | hex_digit(t.p[i + 1])));
    return true;
}

enum { DECIMAL_MOST = 20 };

static uint8_t *decimal_pair(uint8_t *p, uint32_t v) {
    memcpy(p, number_pairs + v * 2, 2);
    return p + 2;
}

/* Below 100: one digit or two. */
static uint8_t *decimal_head(uint8_t *p, uint32_t v) {
    if (v >= 10)
        return decimal_pair(p, v);
    *p = (uint8_t)('0' + v);
    return p + 1;
}

/* Below 10,000, without zeros in front. */
static uint8_t *decimal_short(uint8_t *p, uint32_t v) {
    if (v < 100)
        return decimal_head(p, v);
    return decimal_pair(decimal_head(p, v / 100), v % 100);
}

static uint8_t *decimal_write(uint8_t *p, uint64_t v) {
    if (v < 10000)
        return decimal_short(p, (uint32_t)v);
    p = decimal_write(p, v / 10000);
    uint32_t last = (uint32_t)(v % 10000);
    return decimal_pair(decimal_pair(p, last / 100), last % 100);
}

/* Where the longest number does not fit: this one may. */
static __attribute__((noinline)) void put_decimal_exact(struct buffer *b, uint64_t v) {
    uint8_t digits[DECIMAL_MOST];
    put_octets(b, digits, (size_t)(decimal_write(digits, v) - digits));
}

void put_decimal(struct buffer *b, uint64_t v) {
    if (buffer_room(b) < DECIMAL_MOST)
        put_decimal_exact(b, v);
    else if (v < 10000)
        b->p = decimal_short(b->p, (uint32_t)v);
    else
        b->p = decimal_write(b->p, v);
}

/* Divides again and again by 10^9, the largest power of ten whose remainders fit beside 32 more bits. */
void put_decimal_octets(struct buffer *b, struct cursor c) {
    uint32_t part[16], groups[18];
    size_t parts = 0, count = 0;
    if (cursor_left(&c) > sizeof part)
        return;
    for (size_t len = cursor_left(&c); len; len -= (len - 1) % 4 + 1) {
        uint32_t v = 0;
        for (size_t i = (len - 1) % 4 + 1; i; i--)
            v = v << 8 | cursor_u8(&c);
        part[parts++] = v;
    }
    for (size_t first = 0; first < parts; first += part[first] == 0) {
        uint64_t rest = 0;
        for (size_t i = first; i < parts; i++) {
            rest = rest << 32 | part[i];
            part[i] = (uint32_t)(rest / 1000000000);
            rest %= 1000000000;
        }
        groups[count++] = (uint32_t)rest;
    }
    while (count > 1 && groups[count - 1] == 0)
        count--;
    put_decimal(b, count ? groups[count - 1] : 0);
    while (count-- > 1) {
        char digits[9];
        uint32_t v = groups[count - 1];
        for (int i = 8; i >= 0; i--, v /= 10)
            digits[i] = (char)('0' + v % 10);
        put_octets(b, digits, sizeof digits);
    }
}

static void put_hex_digits(struct buffer *b, struct cursor c, const char *digits) {
    size_t len = cursor_left(&c);
    if (!buffer_reserve(b, len * 2))
        return;
    for (; c.p < c.end; c.p++) {
        *b->p++ = (uint8_t)digits[*c.p >> 4];
        *b->p++ = (uint8_t)digits[*c.p & 15];
    }
}

void put_hex(struct buffer *b, struct cursor c) {
    put_hex_digits(b, c, "0123456789abcdef");
}

void put_hex_upper(struct buffer *b, struct cursor c) {
    put_hex_digits(b, c, "0123456789ABCDEF");
}

/* Python writes a number with an exponent below 1e-4 and from 1e16 on, else in full and always with a point. */
void put_double(struct buffer *b, double v) {
    char text[40];
    if (isnan(v) || isinf(v)) {
        put_literal(b, "null"); /* JSON has no other word for it */
        return;
    }
    int digits = 1;
    do
        snprintf(text, sizeof text, "%.*e", digits - 1, v);
    while (strtod(text, NULL) != v && ++digits < 18);
    int exponent = atoi(strchr(text, 'e') + 1);
    if (exponent < -4 || exponent >= 16)
        put_string(b, text);
    else if (digits - 1 <= exponent)
        put_format(b, "%.1f", v);
    else
        put_format(b, "%.*f", digits - 1 - exponent, v);
}
