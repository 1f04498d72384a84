/* Which peers a command is for (api-commands.md 5, 6).
 *
 *     neighbor IP|* [KEY VALUE]... [, neighbor IP|* [KEY VALUE]...]...
 *     peer *    peer IP [KEY VALUE]...    peer [ IP|* [KEY VALUE]..., ... ]
 *
 * Each pair must stand in the name of a peer: `neighbor 10.0.0.1 local-ip ... family-allowed in-open`. What a selector
 * matches is kept for its text, until peers come or go. */
#include <stdlib.h>

#include "api/private.h"
#include "base/hash.h"
#include "base/memory.h"

static bool is_key(struct text word) {
    static const char *const keys[] = {"local-ip", "local-as", "peer-as", "router-id", "family-allowed"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (text_is(word, keys[i]))
            return true;
    return false;
}

/* ---- Where it ends ---- */

/* KEY VALUE pairs, as many as there are. */
static bool pairs_skip(struct words *w) {
    struct text word;
    while (words_peek(w, &word) && is_key(word)) {
        words_next(w, &word);
        if (!words_next(w, &word))
            return false;
    }
    return true;
}

/* An address has a `.` or a `:` in it; what has none is some other word. */
static bool is_address(struct text word) {
    return text_is(word, "*") || memchr(word.p, '.', word.len) || memchr(word.p, ':', word.len);
}

static bool item_skip(struct words *w) {
    struct text word;
    return words_next(w, &word) && is_address(word) && pairs_skip(w);
}

static bool neighbors_skip(struct words *w) {
    do {
        if (!words_accept(w, "neighbor") || !item_skip(w))
            return false;
    } while (words_accept(w, ","));
    return true;
}

static bool bracket_skip(struct words *w) {
    do {
        if (!item_skip(w))
            return false;
    } while (words_accept(w, ","));
    return words_accept(w, "]");
}

static bool peers_skip(struct words *w) {
    words_accept(w, "peer");
    if (words_accept(w, "*"))
        return true;
    return words_accept(w, "[") ? bracket_skip(w) : item_skip(w);
}

bool selector_take(struct words *w, struct text *selector) {
    struct text word;
    const char *start = words_peek(w, &word) ? word.p : w->p;
    bool good = text_is(word, "neighbor") ? neighbors_skip(w) : peers_skip(w);
    *selector = (struct text){start, (size_t)(w->p - start)};
    return good;
}

/* ---- What it matches ---- */

/* `KEY VALUE` as whole words of the name. */
static bool name_has(struct text name, struct text key, struct text value) {
    uint8_t memory[128];
    struct buffer pair = buffer_fixed(memory, sizeof memory);
    put_char(&pair, ' ');
    put_text(&pair, key);
    put_char(&pair, ' ');
    put_text(&pair, value);
    put_char(&pair, ' ');
    struct text wanted = buffer_text(&pair), first = {wanted.p + 1, wanted.len - 1};
    if (pair.full)
        return false;
    if (name.len >= first.len && memcmp(name.p, first.p, first.len) == 0)
        return true;
    if (memmem(name.p, name.len, wanted.p, wanted.len))
        return true;
    return name.len >= wanted.len - 1 && memcmp(name.p + name.len - (wanted.len - 1), wanted.p, wanted.len - 1) == 0;
}

/* Addresses may be written in more ways than the name has them: 2001:DB8::1. */
static struct text value_tidy(struct text value, struct buffer *b) {
    struct ip ip;
    if (!ip_parse(value, &ip))
        return value;
    put_ip(b, ip);
    return buffer_text(b);
}

static bool pair_matches(struct text name, struct text key, struct text value) {
    uint8_t memory[IP_TEXT];
    struct buffer b = buffer_fixed(memory, sizeof memory);
    return name_has(name, key, value_tidy(value, &b));
}

bool peer_is_called(const struct peer *p, struct text address) {
    return !address.len || pair_matches(peer_name(p), text_of("neighbor"), address);
}

/* One item of a selector against one name; the words stand behind the item then. */
static bool item_matches(struct words *w, struct text name) {
    struct text key, value, address = {"", 0};
    words_next(w, &address);
    bool all = text_is(address, "*"), good = all || pair_matches(name, text_of("neighbor"), address);
    while (words_peek(w, &key) && is_key(key)) {
        words_next(w, &key);
        words_next(w, &value);
        good = good && (all || pair_matches(name, key, value));
    }
    return good;
}

/* What stands between items. */
static bool mark_skip(struct words *w) {
    return words_accept(w, "neighbor") || words_accept(w, "peer") || words_accept(w, "[") || words_accept(w, "]") ||
           words_accept(w, ",");
}

/* The selector is well formed: marks between items are all that is left to skip. */
static bool selector_matches(struct text selector, struct text name) {
    struct complaint ignored = {0};
    struct words w = words_of_line(selector, &ignored);
    bool good = false;
    while (!words_done(&w)) {
        if (!mark_skip(&w))
            good |= item_matches(&w, name);
    }
    return good;
}

void put_peer_address(struct buffer *b, const struct neighbor *n) {
    if (n->range)
        put_prefix(b, &n->peer);
    else
        put_ip(b, n->peer.ip);
}

bool client_owns(const struct client *c, const struct peer *p) {
    const struct neighbor *n = peer_neighbor(p);
    if (c->all_neighbors)
        return true;
    for (size_t i = 0; i < n->api_count; i++)
        if (text_same(n->apis[i].process, c->name))
            return true;
    return false;
}

/* ---- What was found is kept ---- */

enum { SELECTIONS = 64, SELECTOR_KEPT = 256 };

struct selection {
    uint64_t generation;
    enum reach reach;
    size_t len;
    char text[SELECTOR_KEPT];
    struct targets targets; /* its peers are owned here, */
    uint32_t room;          /* ... and are so many at most */
};

struct selections {
    struct selection at[SELECTIONS + 1]; /* the last one is for selectors too long to keep */
};

void selections_free(struct selections *s) {
    for (size_t i = 0; s && i <= SELECTIONS; i++)
        free(s->at[i].targets.peers);
    free(s);
}

static void selection_add(struct selection *s, const struct client *c, struct peer *p) {
    if (s->reach == REACH_OWN && !client_owns(c, p))
        return;
    if (s->targets.count == s->room) {
        s->room = s->room ? s->room * 2 : 4;
        s->targets.peers = memory_resize(s->targets.peers, s->room * sizeof(struct peer *));
    }
    s->targets.peers[s->targets.count++] = p;
}

static int peers_compare(const void *a, const void *b) {
    return peer_compare(*(struct peer *const *)a, *(struct peer *const *)b);
}

/* In configuration order, each once, whatever the order of the items and how many match it. */
static void selection_sort(struct selection *s) {
    uint32_t count = 0;
    struct peer **peers = s->targets.peers;
    if (s->targets.count < 2)
        return;
    qsort(peers, s->targets.count, sizeof(struct peer *), peers_compare);
    for (uint32_t i = 0; i < s->targets.count; i++)
        if (!count || peers[count - 1] != peers[i])
            peers[count++] = peers[i];
    s->targets.count = count;
}

/* A selector of addresses: the peers are found by these, so that ten thousand of them, named one a line, are not ten
 * thousand walks over all. False, and nothing chosen: one of the items is none, `*` or the prefix of a range. */
static bool selection_by_address(struct selection *s, const struct api *api, const struct client *c,
                                 struct text selector) {
    struct complaint ignored = {0};
    struct words w = words_of_line(selector, &ignored);
    while (!words_done(&w)) {
        struct text word;
        struct ip ip;
        if (mark_skip(&w))
            continue;
        words_peek(&w, &word);
        if (!ip_parse(word, &ip)) {
            s->targets.count = 0;
            return false;
        }
        struct words item = w;
        for (struct peer *p = engine_with_address(api->engine, ip, NULL); p;
             p = engine_with_address(api->engine, ip, p)) {
            w = item;
            if (item_matches(&w, peer_name(p)))
                selection_add(s, c, p);
        }
        w = item;
        item_matches(&w, (struct text){"", 0});
    }
    selection_sort(s);
    return true;
}

static void selection_fill(struct selection *s, struct api *api, const struct client *c, struct text selector) {
    struct peer *p;
    if (selector.len && selection_by_address(s, api, c, selector))
        return;
    for (uint32_t i = 0; (p = engine_at(api->engine, i)); i++)
        if (!selector.len || selector_matches(selector, peer_name(p)))
            selection_add(s, c, p);
}

struct targets targets_of(struct api *api, struct client *c, struct text selector, enum reach reach) {
    if (!c->selections)
        c->selections = memory_new(sizeof *c->selections);
    bool kept = selector.len <= SELECTOR_KEPT;
    size_t place = kept ? hash_octets(selector.p, selector.len, reach) % SELECTIONS : SELECTIONS;
    struct selection *s = &c->selections->at[place];
    if (kept && s->generation == api->generation && s->reach == reach &&
        text_same((struct text){s->text, s->len}, selector))
        return s->targets;
    s->generation = api->generation;
    s->reach = reach;
    s->len = kept ? selector.len : 0;
    memcpy(s->text, selector.p, s->len);
    free(s->targets.peers);
    s->targets = (struct targets){0};
    s->room = 0;
    selection_fill(s, api, c, selector);
    return s->targets;
}
