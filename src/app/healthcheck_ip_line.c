/* A line of `ip -o address show dev IF`:
 *     1: lo    inet 10.0.0.1/32 scope global lo:web\       valid_lft forever preferred_lft forever */
#include <ctype.h>
#include <stdio.h>

#include "app/healthcheck.h"

static struct text health_word(struct text *line) {
    while (line->len && isspace((unsigned char)*line->p)) {
        line->p++;
        line->len--;
    }
    struct text word = {line->p, 0};
    while (line->len && !isspace((unsigned char)*line->p)) {
        line->p++;
        line->len--;
        word.len++;
    }
    return word;
}

/* "lo:web\" has the label web, when lo is among the interfaces. */
static void health_label(struct text word, const char *const *interfaces, struct health_found *out) {
    const char *end = word.len ? memchr(word.p, '\\', word.len) : NULL;
    if (end)
        word.len = (size_t)(end - word.p);
    for (; *interfaces; interfaces++) {
        size_t len = strlen(*interfaces);
        if (text_starts(word, *interfaces) && word.len > len + 1 && word.p[len] == ':')
            snprintf(out->label, sizeof out->label, "%.*s", (int)(word.len - len - 1), word.p + len + 1);
    }
}

static bool health_is_loopback(const struct prefix *p) {
    static const uint8_t one[16] = {[15] = 1};
    if (p->ip.len == 4)
        return p->bits >= 8 && p->ip.octets[0] == 127;
    return p->bits == 128 && memcmp(p->ip.octets, one, 16) == 0;
}

bool health_ip_line(struct text line, const char *const *interfaces, struct health_found *out) {
    *out = (struct health_found){0};
    struct text index = health_word(&line), name = health_word(&line), family = health_word(&line);
    struct text address = health_word(&line);
    if (index.len < 2 || index.p[index.len - 1] != ':' || !name.len || !text_starts(family, "inet") || !address.len ||
        !memchr(address.p, '/', address.len) || !prefix_parse(address, &out->prefix) ||
        prefix_has_host_bits(&out->prefix) || health_is_loopback(&out->prefix))
        return false;
    for (struct text word = health_word(&line); word.len; word = health_word(&line))
        health_label(word, interfaces, out);
    return true;
}
