#include "base/ip.h"

#include <arpa/inet.h>

#include "base/number.h"

static bool ipv4_octets(struct text t, uint8_t octets[4]) {
    const char *p = t.p, *end = t.p + t.len;
    for (int i = 0; i < 4; i++) {
        unsigned v = 0;
        const char *start = p;
        while (p < end && (unsigned)(*p - '0') < 10 && p - start < 3)
            v = v * 10 + (unsigned)(*p++ - '0');
        /* No empty part, no leading zero (octal to some), nothing over 255. */
        if (p == start || v > 255 || (*start == '0' && p - start > 1))
            return false;
        octets[i] = (uint8_t)v;
        if (i < 3 && (p == end || *p++ != '.'))
            return false;
    }
    return p == end;
}

bool ipv4_parse(struct text t, uint32_t *out) {
    uint8_t o[4];
    if (!ipv4_octets(t, o))
        return false;
    *out = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
    return true;
}

bool ip_parse(struct text t, struct ip *out) {
    *out = (struct ip){0};
    if (ipv4_octets(t, out->octets)) {
        out->len = 4;
        return true;
    }
    char text[IP_TEXT];
    *out = (struct ip){0};
    if (t.len >= sizeof text || memchr(t.p, 0, t.len))
        return false;
    memcpy(text, t.p, t.len);
    text[t.len] = 0;
    if (inet_pton(AF_INET6, text, out->octets) != 1)
        return false;
    out->len = 16;
    return true;
}

struct ip ip_of(const uint8_t *octets, size_t len) {
    struct ip ip = {0};
    if (len == 4 || len == 16) {
        ip.len = (uint8_t)len;
        memcpy(ip.octets, octets, len);
    }
    return ip;
}

static uint8_t *ipv4_digits(uint8_t *p, unsigned v) {
    if (v >= 100) {
        *p++ = (uint8_t)('0' + v / 100);
        v %= 100;
        *p++ = (uint8_t)('0' + v / 10);
    } else if (v >= 10) {
        *p++ = (uint8_t)('0' + v / 10);
    }
    *p++ = (uint8_t)('0' + v % 10);
    return p;
}

void put_ipv4(struct buffer *b, const uint8_t *octets) {
    if (!buffer_reserve(b, 15))
        return;
    uint8_t *p = b->p;
    for (int i = 0; i < 4; i++) {
        if (i)
            *p++ = '.';
        p = ipv4_digits(p, octets[i]);
    }
    b->p = p;
}

/* The longest run of two or more zero groups, the first of equals: RFC 5952 section 4.2. */
static void ipv6_longest_run(const uint16_t group[8], int *start, int *length) {
    *start = -1;
    *length = 1;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && group[i + n] == 0)
            n++;
        if (n > *length) {
            *start = i;
            *length = n;
        }
        i += n;
    }
}

static void put_hex_group(struct buffer *b, unsigned v) {
    static const char digits[] = "0123456789abcdef";
    int shift = v > 0xfff ? 12 : v > 0xff ? 8 : v > 0xf ? 4 : 0;
    for (; shift >= 0; shift -= 4)
        put_char(b, digits[v >> shift & 15]);
}

void put_ipv6(struct buffer *b, const uint8_t *octets) {
    uint16_t group[8];
    int start, length;
    if (!buffer_reserve(b, IP_TEXT))
        return;
    for (int i = 0; i < 8; i++)
        group[i] = (uint16_t)(octets[2 * i] << 8 | octets[2 * i + 1]);
    ipv6_longest_run(group, &start, &length);
    /* Mapped and compatible addresses end in a dotted quad, as inet_ntop() writes them. */
    bool dotted = start == 0 && (length == 6 || (length == 5 && group[5] == 0xffff));
    for (int i = 0; i < (dotted ? 6 : 8); i++) {
        if (i == start) {
            put_literal(b, "::");
            i += length - 1;
            continue;
        }
        if (i && i != start + length)
            put_char(b, ':');
        put_hex_group(b, group[i]);
    }
    if (dotted) {
        if (length == 5)
            put_char(b, ':');
        put_ipv4(b, octets + 12);
    }
}

void put_ip(struct buffer *b, struct ip ip) {
    if (ip.len == 4)
        put_ipv4(b, ip.octets);
    else if (ip.len == 16)
        put_ipv6(b, ip.octets);
}

bool prefix_parse(struct text t, struct prefix *out) {
    struct text address;
    bool slash;
    struct text length = text_cut(t, '/', &address, &slash);
    uint64_t bits;
    if (!ip_parse(address, &out->ip))
        return false;
    out->bits = (uint8_t)(out->ip.len * 8);
    if (!slash)
        return true;
    if (!number_parse(length, out->bits, &bits))
        return false;
    out->bits = (uint8_t)bits;
    return true;
}

void prefix_clear_host_bits(struct prefix *p) {
    size_t whole = p->bits / 8;
    if (p->bits % 8)
        p->ip.octets[whole++] &= (uint8_t)(0xff00 >> p->bits % 8);
    memset(p->ip.octets + whole, 0, sizeof p->ip.octets - whole);
}

bool prefix_has_host_bits(const struct prefix *p) {
    struct prefix clean = *p;
    prefix_clear_host_bits(&clean);
    return !ip_same(clean.ip, p->ip);
}

void put_prefix(struct buffer *b, const struct prefix *p) {
    put_ip(b, p->ip);
    put_char(b, '/');
    put_decimal(b, p->bits);
}
