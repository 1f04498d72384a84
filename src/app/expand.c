/* Abbreviations of the command line, written out before a command is sent (cli.md 9): the table of ExaBGP's clients,
 * with the contexts in which each holds.
 *
 * A word is written out when it is the abbreviation, or the beginning of the word. ExaBGP looks less closely at where
 * it stands, and turns values into keywords by it; here a word that is a value is left alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/client.h"

enum { WORDS_MOST = 64 };

struct expansion {
    const char *words[WORDS_MOST]; /* so far */
    size_t count;
};

static const char *word_before(const struct expansion *e) {
    return e->count ? e->words[e->count - 1] : "";
}

static bool is_first(const struct expansion *e) {
    return e->count == 0;
}

static bool is_after(const struct expansion *e, const char *const *words) {
    for (; *words; words++)
        if (strcmp(word_before(e), *words) == 0)
            return true;
    return false;
}

static bool has_word(const struct expansion *e, const char *word) {
    for (size_t i = 0; i < e->count; i++)
        if (strcmp(e->words[i], word) == 0)
            return true;
    return false;
}

static bool is_selected(const struct expansion *e) {
    const char *before = word_before(e);
    size_t dots = 0;
    for (const char *p = before; *p; p++)
        dots += *p == '.';
    return e->count > 1 && (strcmp(e->words[0], "neighbor") == 0 || strcmp(e->words[0], "peer") == 0) &&
           (dots == 3 || strchr(before, ':') || strcmp(before, "*") == 0);
}

static bool when_action(const struct expansion *e) {
    return is_first(e) || is_selected(e);
}

static bool when_announced(const struct expansion *e) {
    return is_after(e, (const char *const[]){"announce", "withdraw", NULL});
}

static bool when_announce(const struct expansion *e) {
    return is_after(e, (const char *const[]){"announce", NULL});
}

static bool when_rib(const struct expansion *e) {
    return is_after(e, (const char *const[]){"clear", "flush", "show", NULL});
}

static bool when_direction(const struct expansion *e) {
    return is_after(e, (const char *const[]){"adj-rib", NULL});
}

static bool when_session(const struct expansion *e) {
    return is_after(e, (const char *const[]){"session", NULL});
}

static bool when_shown(const struct expansion *e) {
    return has_word(e, "show") && !has_word(e, "announce") && !has_word(e, "withdraw");
}

static bool when_neighbor(const struct expansion *e) {
    return is_first(e) || is_after(e, (const char *const[]){"show", NULL});
}

static bool when_filter(const struct expansion *e) {
    return e->count > 1 && strcmp(e->words[0], "neighbor") == 0 && !has_word(e, "announce") && !has_word(e, "withdraw");
}

static bool when_refresh(const struct expansion *e) {
    return e->count > 1 && strcmp(word_before(e), "route") == 0 && strcmp(e->words[e->count - 2], "announce") == 0;
}

static bool always(const struct expansion *e) {
    (void)e;
    return true;
}

static const struct shortcut {
    const char *nickname, *word;
    bool (*holds)(const struct expansion *e);
    bool exact; /* only the nickname itself */
} shortcuts[] = {
    {"a", "announce", when_action, false},
    {"a", "attributes", when_announced, false},
    {"a", "adj-rib", when_rib, false},
    {"a", "ack", when_session, false},
    {"c", "configuration", when_shown, false},
    {"d", "daemon", is_first, false},
    {"e", "eor", when_announce, false},
    {"e", "extensive", when_shown, false},
    {"f", "flow", when_announced, false},
    {"f", "flush", when_action, false},
    {"h", "help", is_first, false},
    {"i", "in", when_direction, false},
    {"id", "router-id", when_filter, true},
    {"n", "neighbor", when_neighbor, false},
    {"o", "operation", when_announce, false},
    {"o", "out", when_direction, false},
    {"r", "route", when_announced, false},
    {"rr", "route-refresh", when_announce, true},
    {"r", "refresh", when_refresh, true},
    {"s", "show", is_first, false},
    {"s", "summary", when_shown, false},
    {"t", "teardown", when_action, false},
    {"v", "vps", when_announced, true},
    {"w", "withdraw", when_action, false},
    {"w", "watchdog", when_announced, false},
    {"ses", "session", is_first, false},
    {"sy", "sync", when_session, false},
    {"neighbour", "neighbor", always, true},
    {"neigbour", "neighbor", always, true},
    {"neigbor", "neighbor", always, true},
};

static const char *word_expand(const struct expansion *e, const char *word) {
    size_t len = strlen(word);
    for (size_t i = 0; i < sizeof shortcuts / sizeof *shortcuts; i++) {
        const struct shortcut *s = &shortcuts[i];
        bool is =
            strcmp(s->nickname, word) == 0 || (!s->exact && len <= strlen(s->word) && !strncmp(s->word, word, len));
        if (is && s->holds(e))
            return s->word;
    }
    return word;
}

/* `neighbor IP show summary` is how people say `show neighbor IP summary`; `adj-rib in show` likewise (ExaBGP main). */
static void words_reorder(struct expansion *e) {
    size_t show = 0, noun = strcmp(e->words[0], "neighbor") == 0 ? 2 : 0;
    if (e->count < 3)
        return;
    while (show < e->count && strcmp(e->words[show], "show") != 0)
        show++;
    if (show == e->count || show == 0)
        return;
    bool rib = noun < e->count && strcmp(e->words[noun], "adj-rib") == 0 && show == noun + 2;
    if (!rib && (noun == 0 || show < 2))
        return;
    struct expansion to = {.count = 0};
    to.words[to.count++] = "show";
    if (rib) {
        to.words[to.count++] = "adj-rib";
        to.words[to.count++] = e->words[noun + 1];
        if (noun)
            to.words[to.count++] = e->words[1];
    } else {
        for (size_t i = 0; i < show; i++)
            to.words[to.count++] = e->words[i];
    }
    for (size_t i = show + 1; i < e->count; i++)
        to.words[to.count++] = e->words[i];
    *e = to;
}

/* The first words of the line are looked at; what comes behind them, as long as it may be, is left as it is. */
char *client_expand(const char *line) {
    struct expansion e = {.count = 0};
    char *copy = strdup(line + strspn(line, " \t")), *rest = copy, *word;
    char *out = malloc(strlen(line) * 2 + WORDS_MOST * 16);
    if (!copy || !out || copy[0] == '#' || copy[0] == '{') {
        free(out);
        return copy;
    }
    while (e.count < WORDS_MOST && (word = strsep(&rest, " \t")))
        if (*word) {
            e.words[e.count] = word_expand(&e, word);
            e.count++;
        }
    if (e.count)
        words_reorder(&e);
    char *end = out;
    *end = 0;
    for (size_t i = 0; i < e.count; i++)
        end = stpcpy(stpcpy(end, i ? " " : ""), e.words[i]);
    if (rest)
        stpcpy(stpcpy(end, " "), rest);
    free(copy);
    return out;
}
