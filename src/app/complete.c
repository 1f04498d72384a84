#include "app/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yottabgp.h"

enum { WORDS_MOST = 32 };

/* ---- Lines ---- */

void lines_release(struct lines *l) {
    free(l->text);
    free(l->lines);
    *l = (struct lines){NULL, NULL, 0};
}

void lines_take(struct lines *l, char *text) {
    size_t most = 0;
    lines_release(l);
    for (const char *p = text; p && *p; p++)
        most += *p == '\n';
    l->text = text;
    l->lines = calloc(most + 1, sizeof *l->lines);
    for (char *rest = text, *line; l->lines && rest && (line = strsep(&rest, "\n"));)
        if (*line && l->count <= most)
            l->lines[l->count++] = line;
}

struct gathered {
    char *text;
    size_t len;
};

static void gather(void *context, const char *text, size_t len) {
    struct gathered *g = context;
    char *larger = realloc(g->text, g->len + len + 2);
    if (!larger)
        return;
    memcpy(larger + g->len, text, len);
    g->text = larger;
    g->len += len;
    g->text[g->len] = 0;
}

static void lines_of(struct lines *l, const char *what) {
    struct gathered g = {NULL, 0};
    const struct yottabgp_print print = {&g, gather, gather};
    yottabgp_words(what, &print);
    lines_take(l, g.text);
}

void vocabulary_init(struct vocabulary *v) {
    *v = (struct vocabulary){.neighbors = {NULL, NULL, 0}};
    lines_of(&v->commands, "commands");
    lines_of(&v->families, "families");
    lines_of(&v->routes, "routes");
}

void vocabulary_release(struct vocabulary *v) {
    lines_release(&v->commands);
    lines_release(&v->families);
    lines_release(&v->routes);
    lines_release(&v->neighbors);
}

/* ---- The line ---- */

/* Words that are whole, and the beginning of the one at the cursor. */
struct before {
    char *memory; /* owned */
    const char *words[WORDS_MOST];
    size_t count;
    const char *partial;
    const struct vocabulary *v;
    struct candidates *out;
};

static bool before_init(struct before *b, const char *line) {
    char *rest = b->memory = strdup(line), *word;
    if (!rest)
        return false;
    while ((word = strsep(&rest, " \t"))) {
        if (!rest)
            b->partial = word;
        else if (*word && b->count == WORDS_MOST)
            return false;
        else if (*word)
            b->words[b->count++] = word;
    }
    return true;
}

static bool word_is(const struct before *b, size_t at, const char *word) {
    return at < b->count && strcmp(b->words[at], word) == 0;
}

static void offer(struct before *b, const char *word, size_t len) {
    struct candidates *c = b->out;
    size_t partial = strlen(b->partial);
    if (len < partial || strncmp(word, b->partial, partial) != 0)
        return;
    for (size_t i = 0; i < c->count; i++)
        if (strlen(c->words[i]) == len && memcmp(c->words[i], word, len) == 0)
            return;
    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : 16;
        char **larger = realloc(c->words, room * sizeof *larger);
        if (!larger)
            return;
        c->words = larger;
        c->room = room;
    }
    char *copy = strndup(word, len);
    if (copy)
        c->words[c->count++] = copy;
}

static void offer_word(struct before *b, const char *word) {
    offer(b, word, strlen(word));
}

static void offer_words(struct before *b, const char *words) {
    for (size_t len; *(words += strspn(words, " ")); words += len)
        offer(b, words, len = strcspn(words, " "));
}

static void offer_lines(struct before *b, const struct lines *l) {
    for (size_t i = 0; i < l->count; i++)
        offer_word(b, l->lines[i]);
}

/* AFIs, or SAFIs of an AFI. */
static void offer_families(struct before *b, const char *afi) {
    const struct lines *l = &b->v->families;
    for (size_t i = 0; i < l->count; i++) {
        size_t len = strcspn(l->lines[i], " ");
        if (!afi)
            offer(b, l->lines[i], len);
        else if (strlen(afi) == len && strncmp(l->lines[i], afi, len) == 0)
            offer_word(b, l->lines[i] + len + 1);
    }
}

/* ---- What commands take ---- */

static void offer_keywords(struct before *b, const char *family) {
    const struct lines *l = &b->v->routes;
    size_t len = strlen(family);
    for (size_t i = 0; i < l->count; i++)
        if (strncmp(l->lines[i], family, len) == 0 && l->lines[i][len] == '\t')
            offer_word(b, l->lines[i] + len + 1);
}

/* Keywords of the families that a kind of route may turn out to be of. */
static void offer_route_keywords(struct before *b, const char *kind, size_t at, bool by_family) {
    static const char *const families[][2] = {
        {"route", "ipv4 unicast"},       {"route", "ipv4 mpls-vpn"}, {"attribute", "ipv4 mpls-vpn"},
        {"attributes", "ipv4 mpls-vpn"}, {"flow", "ipv4 flow"},      {"flow", "ipv6 flow"},
        {"flow", "ipv4 flow-vpn"},       {"vpls", "l2vpn vpls"},
    };
    char family[64];
    offer_keywords(b, "*");
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strcmp(families[i][0], kind) == 0)
            offer_keywords(b, families[i][1]);
    if (by_family && b->count > at) {
        snprintf(family, sizeof family, "%s %s", kind, b->words[at]);
        offer_keywords(b, family);
    }
}

/* Behind the words of a command that announces or withdraws; `at` is the first word of its own. */
static void offer_route(struct before *b, const char *kind, size_t at) {
    bool by_family =
        !strcmp(kind, "ipv4") || !strcmp(kind, "ipv6") || !strcmp(kind, "l2vpn") || !strcmp(kind, "bgp-ls");
    const char *last = b->count > at ? b->words[b->count - 1] : "";
    if (by_family && b->count == at)
        offer_families(b, kind);
    else if (strcmp(kind, "flow") == 0 && b->count == at)
        offer_word(b, "route");
    else if (strcmp(last, "next-hop") == 0)
        offer_word(b, "self");
    else if (strcmp(last, "origin") == 0)
        offer_words(b, "igp egp incomplete");
    else if (b->count > at + by_family || strncmp(kind, "attribute", 9) == 0 || strcmp(kind, "vpls") == 0)
        offer_route_keywords(b, kind, at, by_family);
}

static void offer_arguments(struct before *b, const char *pattern, const char *options, size_t at) {
    const char *kind = strrchr(pattern, ' ') ? strrchr(pattern, ' ') + 1 : pattern;
    bool changes = strstr(pattern, "announce ") || strstr(pattern, "withdraw ");
    if (strcmp(options, "-") != 0)
        offer_words(b, options);
    if (changes && (strcmp(kind, "eor") == 0 || strcmp(kind, "route-refresh") == 0)) {
        if (b->count <= at + 1)
            offer_families(b, b->count == at ? NULL : b->words[at]);
    } else if (changes && strcmp(kind, "watchdog") != 0 && strcmp(kind, "operational") != 0) {
        offer_route(b, kind, at);
    } else if (strstr(pattern, "show")) {
        offer_lines(b, &b->v->neighbors);
        offer_word(b, "json");
    } else if (strcmp(pattern, "peer delete") == 0 || strcmp(pattern, "delete neighbor") == 0) {
        offer_lines(b, &b->v->neighbors);
    }
}

/* One pattern, "announce route", against the words from `at` on. */
static void offer_pattern(struct before *b, const char *pattern, const char *options, size_t at) {
    const char *p = pattern;
    size_t len;
    for (; *(p += strspn(p, " ")); p += len) {
        len = strcspn(p, " ");
        if (at == b->count) {
            offer(b, p, len);
            return;
        }
        if (strlen(b->words[at]) != len || strncmp(b->words[at], p, len) != 0)
            return;
        at++;
    }
    offer_arguments(b, pattern, options, at);
}

/* Words that stand behind `neighbor IP`, or at the start. */
static void offer_commands(struct before *b, size_t at, bool selected) {
    const struct lines *l = &b->v->commands;
    for (size_t i = 0; i < l->count; i++) {
        char *copy = strdup(l->lines[i]), *rest = copy;
        const char *v6 = strsep(&rest, "\t"), *v4 = strsep(&rest, "\t"), *selects = strsep(&rest, "\t");
        const char *arguments = strsep(&rest, "\t"); /* what it does stands behind */
        if (copy && arguments && (!selected || strcmp(selects, "selects") == 0)) {
            if (selected && strncmp(v6, "peer ", 5) == 0)
                offer_pattern(b, v6 + 5, arguments, at);
            else if (!selected && *v6 != '-')
                offer_pattern(b, v6, arguments, at);
            if (*v4 != '-')
                offer_pattern(b, v4, arguments, at);
        }
        free(copy);
    }
}

/* `neighbor IP` and the conditions behind it: the place of the first word that is neither. */
static size_t selector_end(const struct before *b) {
    static const char *const filters[] = {"local-ip", "local-as", "peer-as", "router-id", "family-allowed"};
    size_t at = 2;
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (word_is(b, at, filters[i])) {
            at += 2;
            i = (size_t)-1;
        }
    return at;
}

static bool is_peer_command(const struct before *b) {
    return word_is(b, 0, "peer") &&
           (word_is(b, 1, "list") || word_is(b, 1, "show") || word_is(b, 1, "create") || word_is(b, 1, "delete"));
}

static int word_order(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void complete(const struct vocabulary *v, const char *line, struct candidates *out) {
    struct before b = {.partial = "", .v = v, .out = out};
    *out = (struct candidates){.count = 0};
    bool known = before_init(&b, line);
    bool selects = word_is(&b, 0, "neighbor") || word_is(&b, 0, "peer");
    if (known && !(selects && b.count > 1 && !is_peer_command(&b))) {
        offer_commands(&b, 0, false);
        if (b.count == 0)
            offer_words(&b, "neighbor peer");
        if (selects && b.count == 1) {
            offer_lines(&b, &v->neighbors);
            offer_word(&b, "*");
        }
    } else if (known) {
        size_t at = selector_end(&b);
        if (at <= b.count)
            offer_commands(&b, at, true);
        if (at == b.count)
            offer_words(&b, "local-ip local-as peer-as router-id family-allowed");
    }
    out->partial = strlen(b.partial);
    if (out->count)
        qsort(out->words, out->count, sizeof *out->words, word_order);
    free(b.memory);
}

void candidates_release(struct candidates *c) {
    for (size_t i = 0; i < c->count; i++)
        free(c->words[i]);
    free(c->words);
    *c = (struct candidates){.count = 0};
}

size_t candidates_common(const struct candidates *c) {
    size_t len = c->count ? strlen(c->words[0]) : 0;
    for (size_t i = 1; i < c->count; i++) {
        size_t same = 0;
        while (same < len && c->words[i][same] == c->words[0][same])
            same++;
        len = same;
    }
    return len;
}
