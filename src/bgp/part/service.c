/* Names of services, one for a port: the Service Name and Transport Protocol Port Number Registry of IANA, with `_`
 * written as `-` and in lower case. Not the machine's own /etc/services: a configuration means the same everywhere.
 *
 * The table is its own index: entries ascend, so that it can be halved at any of them. Where a name has
 * several ports, it means the highest. */
#include "bgp/part/service.h"

#include "base/number.h"

static const char services[] =
#include "bgp/part/service.def"
    ;

enum { SERVICE_LONGEST = 32 };

/* As in the table: any case, `_` for `-`. */
static bool service_normal(struct text name, char out[SERVICE_LONGEST]) {
    if (name.len == 0 || name.len > SERVICE_LONGEST)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];
        out[i] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return true;
}

static int service_compare(struct text a, struct text b) {
    int order = memcmp(a.p, b.p, a.len < b.len ? a.len : b.len);
    return order ? order : a.len < b.len ? -1 : a.len > b.len;
}

/* The entry around `at`: between the marks before and after it. */
static struct text service_entry(size_t low, size_t at, size_t high) {
    const char *end = memchr(services + at, ';', high - at);
    while (at > low && services[at - 1] != ';')
        at--;
    return (struct text){services + at, (size_t)(end - services) - at};
}

bool service_port(struct text name, uint16_t *port) {
    char normal[SERVICE_LONGEST];
    if (!service_normal(name, normal))
        return false;
    size_t low = 0, high = sizeof services - 1;
    while (low < high) {
        struct text entry = service_entry(low, low + (high - low) / 2, high), known;
        bool found;
        struct text number = text_cut(entry, ' ', &known, &found);
        int order = service_compare((struct text){normal, name.len}, known);
        uint64_t v;
        if (order == 0 && number_parse(number, UINT16_MAX, &v)) {
            *port = (uint16_t)v;
            return true;
        }
        if (order < 0)
            high = (size_t)(entry.p - services);
        else
            low = (size_t)(entry.p - services) + entry.len + 1;
    }
    return false;
}
