/* The options of the health check: one row each. They are read as ExaBGP's own reader does (Python's argparse): names
 * may be shortened, `--name value` or `--name=value`, `-i5`, `-sa` for two flags; a word that starts with a dash is no
 * value, unless it is a number or has a blank in it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/healthcheck.h"
#include "base/memory.h"

enum health_kind {
    HEALTH_FLAG,
    HEALTH_INTEGER,
    HEALTH_SECONDS,
    HEALTH_STRING,
    HEALTH_ATTRIBUTE,
    HEALTH_ADDRESS,
    HEALTH_NETWORKS,
    HEALTH_NEIGHBORS,
    HEALTH_STRINGS,
    HEALTH_FACILITY, /* the value may be left out */
};

struct health_option {
    const char *names[3]; /* the first is that of the configuration file, without dashes */
    const char *value;    /* what help calls the value; NULL: a flag */
    enum health_kind kind;
    bool exclusive; /* only one of these */
    size_t offset;
    const char *help;
};

#define AT(field) offsetof(struct health_options, field)

static const struct health_option health_table[] = {
    {{"--help", "-h"}, NULL, HEALTH_FLAG, false, AT(help), "show this and exit"},
    {{"--silent", "-s"}, NULL, HEALTH_FLAG, true, AT(silent), "no log on standard error"},
    {{"--syslog-facility", "-sF"}, "FACILITY", HEALTH_FACILITY, true, AT(syslog_facility), "of syslog: daemon"},
    {{"--no-syslog"}, NULL, HEALTH_FLAG, true, AT(no_syslog), "no log to syslog"},
    {{"--debug", "-d"}, NULL, HEALTH_FLAG, false, AT(debug), "log everything, on standard error alone"},
    {{"--no-ack", "-a"}, NULL, HEALTH_FLAG, false, AT(no_ack), "don't wait for the engine's answers"},
    {{"--sudo"}, NULL, HEALTH_FLAG, false, AT(sudo), "change addresses through sudo"},
    {{"--name", "-n"}, "NAME", HEALTH_STRING, false, AT(name), "name of this check, for syslog"},
    {{"--config", "-F"}, "FILE", HEALTH_STRING, false, AT(config), "read options from a file, one a line"},
    {{"--pid", "-p"}, "FILE", HEALTH_STRING, false, AT(pid), "write the process number to FILE"},
    {{"--user"}, "USER", HEALTH_STRING, false, AT(user), "become USER once addresses are set up"},
    {{"--group"}, "GROUP", HEALTH_STRING, false, AT(group), "... and GROUP"},

    {{"--interval", "-i"}, "N", HEALTH_SECONDS, false, AT(interval), "seconds between checks: 5; 0: announce once"},
    {{"--fast-interval", "-f"}, "N", HEALTH_SECONDS, false, AT(fast_interval), "... while the state changes: 1"},
    {{"--timeout", "-t"}, "N", HEALTH_INTEGER, false, AT(timeout), "seconds that a check may take: 5; 0: any time"},
    {{"--rise"}, "N", HEALTH_INTEGER, false, AT(rise), "good checks until the service is up: 3"},
    {{"--fall"}, "N", HEALTH_INTEGER, false, AT(fall), "bad checks until it is down: 3"},
    {{"--disable"}, "FILE", HEALTH_STRING, false, AT(disable), "while FILE exists the service is disabled"},
    {{"--command", "--cmd", "-c"},
     "CMD",
     HEALTH_STRING,
     false,
     AT(command),
     "the check, for the shell; none: all is well"},

    {{"--next-hop", "-N"}, "IP", HEALTH_ADDRESS, false, AT(next_hop), "next hop: self"},
    {{"--ip"}, "IP[/LEN]", HEALTH_NETWORKS, false, AT(ips), "announce this; repeatable; default: the addresses of lo"},
    {{"--ip-ifname"}, "IP%IFNAME", HEALTH_STRINGS, false, AT(ip_ifnames), "that --ip is on this interface, not on lo"},
    {{"--local-preference"}, "P", HEALTH_INTEGER, false, AT(local_preference), "local preference: none"},
    {{"--deaggregate-networks"}, NULL, HEALTH_FLAG, false, AT(deaggregate_networks), "each address of a network alone"},
    {{"--no-ip-setup"}, NULL, HEALTH_FLAG, false, AT(no_ip_setup), "add no addresses to interfaces"},
    {{"--dynamic-ip-setup"}, NULL, HEALTH_FLAG, false, AT(dynamic_ip_setup), "remove them while down, add them again"},
    {{"--label"}, "TEXT", HEALTH_STRING, false, AT(label), "label of addresses to find or add: lo:TEXT..."},
    {{"--label-exact-match"}, NULL, HEALTH_FLAG, false, AT(label_exact_match), "the whole label, not its beginning"},
    {{"--start-ip"}, "N", HEALTH_INTEGER, false, AT(start_ip), "begin with address number N of the list: 0"},
    {{"--up-metric"}, "M", HEALTH_INTEGER, false, AT(up_metric), "MED of the first address when up: 100"},
    {{"--down-metric"}, "M", HEALTH_INTEGER, false, AT(down_metric), "... when down: 1000"},
    {{"--disabled-metric"}, "M", HEALTH_INTEGER, false, AT(disabled_metric), "... when disabled: 500"},
    {{"--increase"}, "M", HEALTH_INTEGER, false, AT(increase), "more MED for each next address: 1"},
    {{"--community"}, "TEXT", HEALTH_ATTRIBUTE, false, AT(community), "communities, blanks between them"},
    {{"--extended-community"}, "TEXT", HEALTH_ATTRIBUTE, false, AT(extended_community), "extended communities"},
    {{"--large-community"}, "TEXT", HEALTH_ATTRIBUTE, false, AT(large_community), "large communities"},
    {{"--disabled-community"}, "TEXT", HEALTH_ATTRIBUTE, false, AT(disabled_community), "when down or disabled"},
    {{"--as-path"}, "TEXT", HEALTH_ATTRIBUTE, false, AT(as_path), "AS path"},
    {{"--up-as-path"}, "TEXT", HEALTH_ATTRIBUTE, false, AT(up_as_path), "... when up"},
    {{"--down-as-path"}, "TEXT", HEALTH_ATTRIBUTE, false, AT(down_as_path), "... when down"},
    {{"--disabled-as-path"}, "TEXT", HEALTH_ATTRIBUTE, false, AT(disabled_as_path), "... when disabled"},
    {{"--withdraw-on-down"}, NULL, HEALTH_FLAG, false, AT(withdraw_on_down), "withdraw, not a higher MED, when down"},
    {{"--path-id"}, "N", HEALTH_INTEGER, false, AT(path_id), "path identifier: none"},
    {{"--neighbor"}, "IP", HEALTH_NEIGHBORS, false, AT(neighbors), "only to this neighbor; repeatable; *: all"},
    {{"--debounce"}, NULL, HEALTH_FLAG, false, AT(debounce), "announce only when the state changes"},

    {{"--execute"}, "CMD", HEALTH_STRINGS, false, AT(execute), "run CMD at each change of state; repeatable"},
    {{"--up-execute"}, "CMD", HEALTH_STRINGS, false, AT(up_execute), "... when up"},
    {{"--down-execute"}, "CMD", HEALTH_STRINGS, false, AT(down_execute), "... when down"},
    {{"--disabled-execute"}, "CMD", HEALTH_STRINGS, false, AT(disabled_execute), "... when disabled"},
};
enum { HEALTH_ROWS = sizeof health_table / sizeof *health_table };

/* ---- Finding the row of a word ---- */

struct health_reader {
    struct health_options *o;
    const char **words; /* NULL at the end */
    char *error;
    size_t size;
};

static bool health_wrong(const struct health_reader *r, const struct health_option *row, const char *what) {
    int len = snprintf(r->error, r->size, "argument %s", row->names[0]);
    for (int i = 1; i < 3 && row->names[i] && len > 0 && (size_t)len < r->size; i++)
        len += snprintf(r->error + len, r->size - (size_t)len, "/%s", row->names[i]);
    if (len > 0 && (size_t)len < r->size)
        snprintf(r->error + len, r->size - (size_t)len, ": %s", what);
    return false;
}

static const struct health_option *health_exact(const char *name, size_t len) {
    for (int i = 0; i < HEALTH_ROWS; i++)
        for (int n = 0; n < 3 && health_table[i].names[n]; n++)
            if (text_is((struct text){name, len}, health_table[i].names[n]))
                return &health_table[i];
    return NULL;
}

/* A beginning that only one option has. */
static const struct health_option *health_shortened(const struct health_reader *r, const char *name, size_t len) {
    const struct health_option *found = NULL;
    bool several = false;
    int used = snprintf(r->error, r->size, "ambiguous option: %.*s could match", (int)len, name);
    for (int i = 0; i < HEALTH_ROWS; i++)
        for (int n = 0; n < 3 && health_table[i].names[n]; n++) {
            const char *known = health_table[i].names[n];
            if (known[1] != '-' || strncmp(known, name, len) != 0)
                continue;
            if (used > 0 && (size_t)used < r->size)
                used += snprintf(r->error + used, r->size - (size_t)used, "%s %s", found ? "," : "", known);
            several = several || found;
            found = &health_table[i];
        }
    if (!found)
        snprintf(r->error, r->size, "unrecognized arguments: %.*s", (int)len, name);
    return several ? NULL : found;
}

/* ---- Values ---- */

static bool health_is_value(const char *word) {
    char *end;
    if (!word || word[0] != '-' || !word[1] || strchr(word, ' '))
        return word != NULL;
    strtod(word, &end);
    return *end == 0;
}

static void health_texts_add(struct health_texts *list, const char *text) {
    list->items = memory_resize(list->items, (list->count + 1) * sizeof *list->items);
    list->items[list->count++] = text;
}

static bool health_neighbor(const char *text, struct health_texts *list, char *error, size_t size) {
    char form[IP_TEXT + 1];
    struct buffer b = buffer_fixed(form, sizeof form);
    struct ip ip;
    const char *star = text + strspn(text, " \t");
    if (star[0] == '*' && star[1 + strspn(star + 1, " \t")] == 0) {
        put_char(&b, '*');
    } else {
        if (!health_address(text, &ip, error, size)) {
            snprintf(error, size, "invalid neighbor_address value: '%s'", text);
            return false;
        }
        put_ip(&b, ip);
    }
    health_texts_add(list, memory_copy(form, buffer_len(&b)));
    return true;
}

static bool health_networks(const char *text, struct health_ips *list, char *error, size_t size) {
    struct prefix p;
    if (!health_network(text, &p, error, size))
        return false;
    health_ips_add(list, p);
    return true;
}

static bool health_take(const struct health_option *row, void *field, const char *text, char *error, size_t size) {
    switch (row->kind) {
    case HEALTH_FLAG: *(bool *)field = true; return true;
    case HEALTH_INTEGER: return health_integer(text, field, error, size);
    case HEALTH_SECONDS: return health_seconds(text, field, error, size);
    case HEALTH_ADDRESS: return health_address(text, field, error, size);
    case HEALTH_NETWORKS: return health_networks(text, field, error, size);
    case HEALTH_NEIGHBORS: return health_neighbor(text, field, error, size);
    case HEALTH_STRINGS: health_texts_add(field, text); return true;
    case HEALTH_ATTRIBUTE:
        if (!health_attribute(text, error, size))
            return false;
        break;
    case HEALTH_FACILITY:
    case HEALTH_STRING: break;
    }
    *(const char **)field = text;
    return true;
}

static bool health_exclusive(const struct health_reader *r, const struct health_option *row) {
    unsigned bit = 1U << (row - health_table), others = r->o->exclusive & ~bit;
    char what[64];
    r->o->exclusive |= bit;
    for (int i = 0; i < HEALTH_ROWS && others; i++)
        if (health_table[i].exclusive && (others & 1U << i)) {
            snprintf(what, sizeof what, "not allowed with argument %s", health_table[i].names[0]);
            return health_wrong(r, row, what);
        }
    return true;
}

/* `text` NULL: the value was left out. */
static bool health_set(const struct health_reader *r, const struct health_option *row, const char *text) {
    char what[256];
    if (row->kind == HEALTH_FACILITY && !text)
        return true; /* the default, by name */
    if (row->exclusive && !health_exclusive(r, row))
        return false;
    if (!health_take(row, (char *)r->o + row->offset, text, what, sizeof what))
        return health_wrong(r, row, what);
    return true;
}

/* ---- Words ---- */

/* An option whose value, if it wants one, is `given` or the next word. */
static bool health_option(struct health_reader *r, const struct health_option *row, const char *given) {
    char what[256];
    if (row->kind == HEALTH_FLAG) {
        if (!given)
            return health_set(r, row, NULL);
        snprintf(what, sizeof what, "ignored explicit argument '%s'", given);
        return health_wrong(r, row, what);
    }
    if (!given && health_is_value(*r->words))
        given = *r->words++;
    if (!given && row->kind != HEALTH_FACILITY)
        return health_wrong(r, row, "expected one argument");
    return health_set(r, row, given);
}

static bool health_long(struct health_reader *r, const char *word) {
    const char *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    const struct health_option *row = health_exact(word, len);
    if (!row)
        row = health_shortened(r, word, len);
    return row && health_option(r, row, equals ? equals + 1 : NULL);
}

/* -i5, -i=5, -sa: letters of flags, the last of which may want a value. */
static bool health_short(struct health_reader *r, const char *word) {
    char name[3] = "-";
    const struct health_option *row = health_exact(word, strcspn(word, "="));
    if (row)
        return health_option(r, row, word[strcspn(word, "=")] ? strchr(word, '=') + 1 : NULL);
    for (const char *letter = word + 1; *letter; letter++) {
        name[1] = *letter;
        row = health_exact(name, 2);
        if (!row) {
            snprintf(r->error, r->size, "unrecognized arguments: %s", word);
            return false;
        }
        if (row->kind != HEALTH_FLAG)
            return health_option(r, row, letter[1] ? letter + 1 : NULL);
        if (!health_set(r, row, NULL))
            return false;
    }
    return true;
}

static bool health_words(struct health_options *o, const char **words, char *error, size_t size) {
    struct health_reader r = {.o = o, .words = words, .error = error, .size = size};
    while (*r.words) {
        const char *word = *r.words++;
        if (word[0] != '-' || !word[1]) {
            snprintf(error, size, "unrecognized arguments: %s", word);
            return false;
        }
        if (!(word[1] == '-' ? health_long(&r, word) : health_short(&r, word)))
            return false;
    }
    return true;
}

/* ---- The configuration file ---- */

static bool health_file_read(struct health_options *o, char *error, size_t size) {
    FILE *file = fopen(o->config, "re");
    struct buffer b = buffer_growing();
    char piece[4096];
    size_t len;
    while (file && (len = fread(piece, 1, sizeof piece, file)) > 0)
        put_octets(&b, piece, len);
    bool good = file && !ferror(file);
    if (!good)
        snprintf(error, size, "cannot read %s: %s", o->config, strerror(errno));
    if (file)
        fclose(file);
    o->file = memory_copy((const char *)b.base, buffer_len(&b));
    o->file_len = buffer_len(&b);
    buffer_release(&b);
    return good;
}

static char *health_trim(char *from, char *to) {
    while (from < to && strchr(" \t\r\n\f\v", *from))
        from++;
    while (to > from && strchr(" \t\r\n\f\v", to[-1]))
        to--;
    *to = 0;
    return from;
}

/* `name = value` becomes the words --name and value. Names get their dashes in `dashed`, owned by the caller. */
static void health_file_words(struct health_options *o, struct health_texts *words, struct health_texts *dashed) {
    for (char *line = o->file, *end = o->file + o->file_len; line < end;) {
        char *stop = memchr(line, '\n', (size_t)(end - line)), *next = stop ? stop + 1 : end;
        char *text = health_trim(line, stop ? stop : end), *equals = strchr(text, '=');
        line = next;
        if (*text == 0 || *text == '#')
            continue;
        char *name = text, *value = NULL;
        if (equals) {
            name = health_trim(text, equals);
            value = health_trim(equals + 1, equals + 1 + strlen(equals + 1));
        }
        char *word = memory_new(strlen(name) + 3);
        snprintf(word, strlen(name) + 3, "--%s", name);
        health_texts_add(dashed, word);
        health_texts_add(words, word);
        if (value)
            health_texts_add(words, value);
    }
}

static void health_defaults(struct health_options *o) {
    *o = (struct health_options){
        .syslog_facility = "daemon",
        .interval = 5,
        .fast_interval = 1,
        .timeout = 5,
        .rise = 3,
        .fall = 3,
        .local_preference = -1,
        .up_metric = 100,
        .down_metric = 1000,
        .disabled_metric = 500,
        .increase = 1,
    };
}

/* The file stands before the command line: of what is given twice the command line's counts, lists add up. */
static bool health_with_file(struct health_options *o, int argc, char **argv, char *error, size_t size, int *status) {
    struct health_texts words = {0}, dashed = {0};
    const char *config = o->config;
    health_options_release(o);
    health_defaults(o);
    o->config = config;
    *status = 1;
    bool good = health_file_read(o, error, size);
    if (good) {
        health_file_words(o, &words, &dashed);
        for (int i = 1; i < argc; i++)
            health_texts_add(&words, argv[i]);
        health_texts_add(&words, NULL);
        *status = 2;
        good = health_words(o, words.items, error, size);
    }
    for (size_t i = 0; i < dashed.count; i++)
        free((char *)(uintptr_t)dashed.items[i]);
    free(dashed.items);
    free(words.items);
    return good;
}

bool health_options_parse(struct health_options *o, int argc, char **argv, char *error, size_t size, int *status) {
    struct health_texts words = {0};
    health_defaults(o);
    for (int i = 1; i < argc; i++)
        health_texts_add(&words, argv[i]);
    health_texts_add(&words, NULL);
    *status = 2;
    bool good = health_words(o, words.items, error, size);
    free(words.items);
    if (good && !o->help && o->config)
        good = health_with_file(o, argc, argv, error, size, status);
    if (good && health_facility(o->syslog_facility) < 0) {
        *status = 1;
        snprintf(error, size, "unknown syslog facility '%s'", o->syslog_facility);
        good = false;
    }
    *status = good ? 0 : *status;
    return good;
}

void health_options_release(struct health_options *o) {
    struct health_texts *lists[] = {&o->ip_ifnames,   &o->execute,          &o->up_execute,
                                    &o->down_execute, &o->disabled_execute, &o->neighbors};
    for (size_t i = 0; i < o->neighbors.count; i++)
        free((char *)(uintptr_t)o->neighbors.items[i]);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        free(lists[i]->items);
    health_ips_release(&o->ips);
    free(o->file);
}

void put_health_help(struct buffer *b) {
    for (int i = 0; i < HEALTH_ROWS; i++) {
        const struct health_option *row = &health_table[i];
        char name[64];
        int len = 0;
        for (int n = 2; n >= 0; n--)
            if (row->names[n])
                len += snprintf(name + len, sizeof name - (size_t)len, "%s%s", len ? ", " : "", row->names[n]);
        if (row->value)
            snprintf(name + len, sizeof name - (size_t)len, row->kind == HEALTH_FACILITY ? " [%s]" : " %s", row->value);
        put_format(b, "  %-32s %s\n", name, row->help);
    }
}
