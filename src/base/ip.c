#include "base/ip.h"

#include <arpa/inet.h>

#include "base/number.h"

/* Four decimal parts, no leading zero (octal to some), nothing over 255; the place after them, or NULL. A prefix at a
 * time comes through here on the way from a helper to the wire, so digits are taken without a loop. */
static const char *ipv4_read(const char *p, const char *end, uint32_t *out) {
    uint32_t address = 0;
    for (int i = 0; i < 4; i++) {
        unsigned digit, v;
        if (i && (p == end || *p++ != '.'))
            return NULL;
        if (p == end || (v = (unsigned)*p - '0') > 9)
            return NULL;
        if (++p < end && (digit = (unsigned)*p - '0') <= 9) {
            if (v == 0)
                return NULL;
            v = v * 10 + digit;
            if (++p < end && (digit = (unsigned)*p - '0') <= 9) {
                v = v * 10 + digit;
                p++;
            }
        }
        if (v > 255)
            return NULL;
        address = address << 8 | v;
    }
    *out = address;
    return p;
}

bool ipv4_parse(struct text t, uint32_t *out) {
    return ipv4_read(t.p, text_end(t), out) == text_end(t);
}

bool ip_parse(struct text t, struct ip *out) {
    uint32_t address;
    char text[IP_TEXT];
    *out = (struct ip){0};
    if (ipv4_parse(t, &address)) {
        out->len = 4;
        poke_u32(out->octets, address);
        return true;
    }
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

/* The digits of each octet, and how many they are: the whole four are copied, and the next octet's go over the rest. */
static const struct ipv4_digits {
    char digits[3];
    uint8_t count;
} ipv4_digits[256] = {
#define ONE(n)                                                                                                         \
    {{(char)('0' + ((n) < 10    ? (n)                                                                                  \
                    : (n) < 100 ? (n) / 10                                                                             \
                                : (n) / 100)),                                                                         \
      (char)('0' + ((n) < 100 ? (n) % 10 : (n) / 10 % 10)), (char)('0' + (n) % 10)},                                   \
     (n) < 10    ? 1                                                                                                   \
     : (n) < 100 ? 2                                                                                                   \
                 : 3},
#define FOUR(n)      ONE(n) ONE(n + 1) ONE(n + 2) ONE(n + 3)
#define SIXTEEN(n)   FOUR(n) FOUR(n + 4) FOUR(n + 8) FOUR(n + 12)
#define SIXTYFOUR(n) SIXTEEN(n) SIXTEEN(n + 16) SIXTEEN(n + 32) SIXTEEN(n + 48)
    SIXTYFOUR(0) SIXTYFOUR(64) SIXTYFOUR(128) SIXTYFOUR(192)
#undef ONE
#undef FOUR
#undef SIXTEEN
#undef SIXTYFOUR
};

static inline uint8_t *ipv4_octet(uint8_t *p, uint8_t octet) {
    const struct ipv4_digits *d = &ipv4_digits[octet];
    memcpy(p, d, sizeof *d);
    return p + d->count;
}

static inline uint8_t *ipv4_quad(uint8_t *p, const uint8_t *octets) {
    p = ipv4_octet(p, octets[0]);
    for (int i = 1; i < 4; i++) {
        *p++ = '.';
        p = ipv4_octet(p, octets[i]);
    }
    return p;
}

void put_ipv4(struct buffer *b, const uint8_t *octets) {
    if (buffer_reserve(b, 16)) /* one more than can be kept */
        b->p = ipv4_quad(b->p, octets);
}

void put_ipv4_prefix(struct buffer *b, const uint8_t *octets, uint8_t bits) {
    if (!buffer_reserve(b, 20))
        return;
    uint8_t *p = ipv4_quad(b->p, octets);
    *p++ = '/';
    b->p = ipv4_octet(p, bits);
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

/* After the address: nothing, or a slash and the length. */
static bool prefix_read_bits(const char *p, const char *end, uint8_t size, uint8_t *bits) {
    unsigned v = 0, digit;
    *bits = size;
    if (p == end)
        return true;
    if (*p++ != '/' || p == end || end - p > 3)
        return false;
    for (; p < end; p++) {
        if ((digit = (unsigned)*p - '0') > 9)
            return false;
        v = v * 10 + digit;
    }
    *bits = (uint8_t)v;
    return v <= size;
}

bool ipv4_prefix_parse(struct text t, uint32_t *address, uint8_t *bits) {
    const char *end = text_end(t), *p = ipv4_read(t.p, end, address);
    return p && prefix_read_bits(p, end, 32, bits);
}

bool prefix_parse(struct text t, struct prefix *out) {
    struct text address;
    bool slash;
    uint32_t ipv4;
    *out = (struct prefix){.ip.len = 4};
    if (ipv4_prefix_parse(t, &ipv4, &out->bits)) {
        poke_u32(out->ip.octets, ipv4);
        return true;
    }
    text_cut(t, '/', &address, &slash);
    return ip_parse(address, &out->ip) && out->ip.len == 16 &&
           prefix_read_bits(address.p + address.len, text_end(t), 128, &out->bits);
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
    if (p->ip.len == 4) {
        put_ipv4_prefix(b, p->ip.octets, p->bits);
        return;
    }
    put_ip(b, p->ip);
    put_char(b, '/');
    put_decimal(b, p->bits);
}
