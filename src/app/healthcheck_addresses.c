/* Addresses of interfaces: found, added and removed through the program `ip`, as sudo may be needed for it. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/healthcheck.h"
#include "base/memory.h"
#include "base/number.h"

enum {
    HEALTH_IP_OUTPUT = 16 << 20,
    HEALTH_IP_EXISTS = 2, /* the status of `ip address add` for one that is there */
    HEALTH_INTERFACES = 256,
};

#ifdef __linux__
static const char health_loopback[] = "lo";
#else
static const char health_loopback[] = "lo0";
#endif

/* Fills `names` with lo and those of --ip-ifname, each once, NULL at the end. */
static void health_interfaces(const struct health *h, bool all, const char *names[HEALTH_INTERFACES + 2]) {
    size_t count = 0;
    names[count++] = health_loopback;
    for (size_t i = 0; all && i < h->options.ip_ifnames.count && count <= HEALTH_INTERFACES; i++) {
        const char *name = strchr(h->options.ip_ifnames.items[i], '%') + 1;
        bool known = false;
        for (size_t n = 0; n < count; n++)
            known = known || strcmp(names[n], name) == 0;
        if (!known)
            names[count++] = name;
    }
    names[count] = NULL;
}

static bool health_wanted(const struct health_options *o, const struct health_found *found, bool label_only) {
    if (!o->label || !*o->label)
        return !label_only || !o->label;
    if (!found->label[0])
        return false;
    return o->label_exact_match ? strcmp(found->label, o->label) == 0
                                : strncmp(found->label, o->label, strlen(o->label)) == 0;
}

/* The addresses of one interface. False: `ip` cannot be run. */
static bool health_show(struct health *h, const char *name, const char *const *names, bool label_only,
                        struct health_ips *out) {
    const struct health_program program = {.argv =
                                               (const char *const[]){"ip", "-o", "address", "show", "dev", name, NULL},
                                           .only_output = true,
                                           .output_most = HEALTH_IP_OUTPUT};
    struct buffer output = buffer_growing();
    int status = 0;
    bool good = health_run(&program, &output, &status) == HEALTH_RAN && status != 127;
    struct text rest = buffer_text(&output), line;
    for (bool more = true; good && more;) {
        struct health_found found;
        rest = text_cut(rest, '\n', &line, &more);
        if (health_ip_line(line, names, &found) && health_wanted(&h->options, &found, label_only))
            health_ips_add(out, found.prefix);
    }
    buffer_release(&output);
    if (!good)
        health_log(h, LOG_LEVEL_ERROR, "cannot run `ip`, which tells the addresses of %s", name);
    return good;
}

static bool health_existing(struct health *h, bool all, bool label_only, struct health_ips *out) {
    const char *names[HEALTH_INTERFACES + 2];
    health_interfaces(h, all, names);
    for (size_t i = 0; names[i]; i++)
        if (!health_show(h, names[i], names, label_only, out))
            return false;
    return true;
}

bool health_ips_find(struct health *h, struct health_ips *out) {
    return health_existing(h, false, false, out);
}

static const char *health_interface_of(const struct health *h, const struct prefix *p) {
    const struct health_texts *pairs = &h->options.ip_ifnames;
    for (size_t i = pairs->count; i-- > 0;) {
        struct text address;
        bool found;
        struct text name = text_cut(text_of(pairs->items[i]), '%', &address, &found);
        char text[IP_TEXT + 20], error[128];
        struct prefix known;
        snprintf(text, sizeof text, "%.*s", TEXT_ARGS(address));
        if (health_network(text, &known, error, sizeof error) && known.bits == p->bits && ip_same(known.ip, p->ip))
            return name.p;
    }
    return health_loopback;
}

enum { HEALTH_PREFIX_TEXT = IP_TEXT + 8 };

static const char *health_prefix_text(const struct prefix *p, char out[HEALTH_PREFIX_TEXT]) {
    struct buffer b = buffer_fixed(out, HEALTH_PREFIX_TEXT);
    put_prefix(&b, p);
    put_u8(&b, 0);
    return out;
}

/* [sudo] ip address VERB A/LEN dev IF [label IF:LABEL]: its status, 127 when it cannot be run. */
static int health_ip_change(struct health *h, const char *verb, const struct prefix *p) {
    char address[HEALTH_PREFIX_TEXT], label[HEALTH_IFNAME + 128];
    const char *interface = health_interface_of(h, p), *argv[12];
    int n = 0, status = 127;
    health_prefix_text(p, address);
    snprintf(label, sizeof label, "%s:%s", interface, h->options.label ? h->options.label : "");
    if (h->options.sudo)
        argv[n++] = "sudo";
    const char *words[] = {"ip", "address", verb, address, "dev", interface};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        argv[n++] = words[i];
    if (h->options.label && *h->options.label) {
        argv[n++] = "label";
        argv[n++] = label;
    }
    argv[n] = NULL;
    health_log(h, LOG_LEVEL_DEBUG, "%s %s IP address %s", verb[0] == 'a' ? "Setup" : "Remove", interface, address);
    health_run(&(struct health_program){.argv = argv}, NULL, &status);
    return status;
}

bool health_ips_setup(struct health *h) {
    struct health_ips there = {0};
    char address[HEALTH_PREFIX_TEXT];
    bool good = health_existing(h, true, false, &there);
    for (size_t i = 0; good && i < h->single.count; i++) {
        if (health_ips_has(&there, &h->single.items[i]))
            continue;
        int status = health_ip_change(h, "add", &h->single.items[i]);
        good = status == 0 || (status == HEALTH_IP_EXISTS && !h->options.sudo);
        if (!good)
            health_log(h, LOG_LEVEL_ERROR, "cannot add %s to %s: `ip` ended with status %d",
                       health_prefix_text(&h->single.items[i], address), health_interface_of(h, &h->single.items[i]),
                       status);
    }
    health_ips_release(&there);
    return good;
}

void health_ips_remove(struct health *h) {
    struct health_ips there = {0};
    char address[HEALTH_PREFIX_TEXT];
    health_existing(h, true, true, &there);
    for (size_t i = 0; i < h->single.count; i++) {
        if (!health_ips_has(&there, &h->single.items[i]) || health_ip_change(h, "delete", &h->single.items[i]) == 0)
            continue;
        health_log(h, LOG_LEVEL_WARNING, "Unable to remove %s IP address %s - is healthcheck running as root?",
                   health_interface_of(h, &h->single.items[i]), health_prefix_text(&h->single.items[i], address));
    }
    health_ips_release(&there);
}

static bool health_is_interface(const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("._:-", name[i]))
            return false;
    return len > 0 && len < HEALTH_IFNAME;
}

bool health_ifnames_check(const struct health_options *o, char *error, size_t size) {
    for (size_t i = 0; i < o->ip_ifnames.count; i++) {
        const char *pair = o->ip_ifnames.items[i], *name = strchr(pair, '%');
        char address[IP_TEXT + 20];
        struct prefix p;
        if (!name || strchr(name + 1, '%')) {
            snprintf(error, size, "Expected IP to IFNAME parameter: <ip_address>%%<ifname>, got '%s'", pair);
            return false;
        }
        snprintf(address, sizeof address, "%.*s", (int)(name - pair), pair);
        if (!health_network(address, &p, error, size))
            return false;
        if (!health_ips_has(&o->ips, &p)) {
            snprintf(error, size, "No 'ip' parameter has been defined for the ip_ifname pair '%s'", pair);
            return false;
        }
        if (!health_is_interface(name + 1)) {
            snprintf(error, size, "Expected NIC interface name but got '%s'", name + 1);
            return false;
        }
    }
    return true;
}
