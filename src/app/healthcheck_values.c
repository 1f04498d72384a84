/* Values of the health check's options: the forms that Python's int, float and ipaddress take. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/healthcheck.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"

bool health_integer(const char *text, int64_t *out, char *error, size_t size) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    end += strspn(end, " \t");
    if (end == text || *end || errno) {
        snprintf(error, size, "invalid int value: '%s'", text);
        return false;
    }
    *out = value;
    return true;
}

bool health_seconds(const char *text, double *out, char *error, size_t size) {
    char *end;
    double value = strtod(text, &end);
    end += strspn(end, " \t");
    if (end == text || *end || !isfinite(value) || value < 0 || value > 1e9) {
        snprintf(error, size, "invalid float value: '%s'", text);
        return false;
    }
    *out = value;
    return true;
}

bool health_address(const char *text, struct ip *out, char *error, size_t size) {
    if (ip_parse(text_of(text), out))
        return true;
    snprintf(error, size, "invalid ip_address value: '%s'", text);
    return false;
}

/* 255.255.255.0 and 0.0.0.255 are 24. */
static bool health_mask_bits(struct text t, uint8_t *bits) {
    uint32_t mask;
    if (!ipv4_parse(t, &mask))
        return false;
    if (mask && !(mask & 0x80000000))
        mask = ~mask;
    *bits = (uint8_t)__builtin_popcount(mask);
    return mask == (*bits ? UINT32_MAX << (32 - *bits) : 0);
}

bool health_network(const char *text, struct prefix *out, char *error, size_t size) {
    struct text address;
    bool slash;
    struct text length = text_cut(text_of(text), '/', &address, &slash);
    bool good = prefix_parse(text_of(text), out) ||
                (slash && ip_parse(address, &out->ip) && out->ip.len == 4 && health_mask_bits(length, &out->bits));
    if (good && !prefix_has_host_bits(out))
        return true;
    snprintf(error, size, "invalid ip_network value: '%s'", text);
    return false;
}

bool health_attribute(const char *text, char *error, size_t size) {
    struct text all = text_of(text);
    for (size_t i = 0; i < all.len; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c >= ' ' && c != 0x7f) || c == '\t')
            continue;
        struct buffer b = buffer_fixed(error, size - 1);
        put_char(&b, '\'');
        put_escaped(&b, all);
        put_literal(&b, "' contains the control character '");
        put_escaped(&b, (struct text){text + i, 1});
        put_char(&b, '\'');
        *b.p = 0;
        return false;
    }
    return true;
}

int health_facility(const char *name) {
    /* In the order of their numbers (RFC 5424); 13 and 14 are audit and alert. */
    static const char *const names[] = {"kern",   "user",     "mail",    "daemon",  "auth",     "syslog",
                                        "lpr",    "news",     "uucp",    "cron",    "authpriv", "ftp",
                                        "ntp",    "security", "console", "solcron", "local0",   "local1",
                                        "local2", "local3",   "local4",  "local5",  "local6",   "local7"};
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
        if (text_is_any_case(text_of(name), names[i]))
            return i;
    return -1;
}

void health_ips_add(struct health_ips *list, struct prefix p) {
    if ((list->count & (list->count - 1)) == 0) /* full: sizes are powers of two */
        list->items = memory_resize(list->items, (list->count ? 2 * list->count : 1) * sizeof *list->items);
    list->items[list->count++] = p;
}

bool health_ips_has(const struct health_ips *list, const struct prefix *p) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].bits == p->bits && ip_same(list->items[i].ip, p->ip))
            return true;
    return false;
}

/* The next address; false after the last of all. */
static void health_ip_next(struct ip *ip) {
    for (int i = ip->len - 1; i >= 0 && ++ip->octets[i] == 0; i--)
        ;
}

bool health_ips_expand(const struct health_ips *from, struct health_ips *out) {
    for (size_t i = 0; i < from->count; i++) {
        struct prefix one = from->items[i];
        unsigned free_bits = one.ip.len * 8U - one.bits;
        one.bits = (uint8_t)(one.ip.len * 8);
        if (free_bits > 20 || out->count + ((size_t)1 << free_bits) > HEALTH_MOST_IPS)
            return false;
        for (size_t left = (size_t)1 << free_bits; left; left--) {
            health_ips_add(out, one);
            health_ip_next(&one.ip);
        }
    }
    return true;
}

void health_ips_rotate(struct health_ips *list, int64_t left) {
    if (!list->count)
        return;
    struct health_ips turned = {0};
    int64_t count = (int64_t)list->count, first = (left % count + count) % count;
    for (int64_t i = 0; i < count; i++)
        health_ips_add(&turned, list->items[(first + i) % count]);
    health_ips_release(list);
    *list = turned;
}

void health_ips_release(struct health_ips *list) {
    free(list->items);
    *list = (struct health_ips){0};
}
