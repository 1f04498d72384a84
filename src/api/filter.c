/* Which routes of a RIB are wanted: see show.h. */
#include <regex.h>

#include "api/show.h"
#include "base/memory.h"

enum relation { RELATION_NONE, RELATION_SAME, RELATION_LONGER, RELATION_SHORTER };
enum { FILTER_INET = 1, FILTER_FLOW = 2, FILTER_L2VPN = 4 };

struct route_filter {
    char *address; /* owned; NULL: all neighbors */
    unsigned families;
    enum relation relation;
    struct prefix prefix;
    char *community; /* owned; NULL: any */
    bool has_path;
    regex_t path;
};

void route_filter_free(struct route_filter *f) {
    if (!f)
        return;
    if (f->has_path)
        regfree(&f->path);
    free(f->address);
    free(f->community);
    free(f);
}

/* ---- Words ---- */

static void filter_keep(char **place, struct text word) {
    free(*place);
    *place = memory_copy(word.p, word.len);
}

static bool filter_take_prefix(struct route_filter *f, struct words *w, enum relation relation) {
    struct text word;
    if (!words_take(w, "a prefix: 10.0.0.0/24", &word))
        return false;
    if (!prefix_parse(word, &f->prefix))
        return words_fail(w, "\"%.*s\" is not a prefix", TEXT_ARGS(word));
    f->relation = relation;
    prefix_clear_host_bits(&f->prefix);
    return true;
}

static bool filter_take_path(struct route_filter *f, struct words *w) {
    char pattern[256] = "";
    struct text word;
    if (!words_take(w, "a regular expression", &word))
        return false;
    if (f->has_path)
        regfree(&f->path);
    f->has_path = false;
    if (word.len < sizeof pattern)
        memcpy(pattern, word.p, word.len);
    if (!pattern[0] || regcomp(&f->path, pattern, REG_EXTENDED | REG_NOSUB))
        return words_fail(w, "\"%.*s\" is no regular expression", TEXT_ARGS(word));
    f->has_path = true;
    return true;
}

/* One word that is neither `extensive` nor `json`. */
static bool filter_take(struct route_filter *f, struct words *w, struct text word) {
    if (text_is(word, "inet"))
        f->families |= FILTER_INET;
    else if (text_is(word, "flow"))
        f->families |= FILTER_FLOW;
    else if (text_is(word, "l2vpn"))
        f->families |= FILTER_L2VPN;
    else if (text_is(word, "prefix"))
        return filter_take_prefix(f, w, RELATION_SAME);
    else if (text_is(word, "longer"))
        return filter_take_prefix(f, w, RELATION_LONGER);
    else if (text_is(word, "shorter"))
        return filter_take_prefix(f, w, RELATION_SHORTER);
    else if (text_is(word, "as-path"))
        return filter_take_path(f, w);
    else if (text_is(word, "community")) {
        if (!words_take(w, "a community", &word))
            return false;
        filter_keep(&f->community, word);
    } else {
        if (text_is(word, "peer") && !words_take(w, "the address of a neighbor", &word))
            return false;
        filter_keep(&f->address, word);
    }
    return true;
}

struct route_filter *route_filter_new(struct words *words, bool *extensive, bool *json) {
    struct route_filter *f = memory_new(sizeof *f);
    struct text word;
    while (words_next(words, &word)) {
        if (text_is(word, "extensive"))
            *extensive = true;
        else if (text_is(word, "json"))
            *json = true;
        else if (!text_is(word, "routes") && !text_is(word, "static") && !filter_take(f, words, word)) {
            route_filter_free(f);
            return NULL;
        }
    }
    return f;
}

/* ---- Routes ---- */

bool route_filter_peer(const struct route_filter *f, const struct peer *p) {
    return !f->address || peer_is_called(p, text_of(f->address));
}

static bool family_has_prefix(const struct family *family) {
    return family->afi <= 2 && (family->safi == 1 || family->safi == 2 || family->safi == 4 || family->safi == 128);
}

/* All text forms of these families begin with it. */
bool nlri_prefix(const struct nlri *nlri, struct prefix *out) {
    uint8_t memory[256];
    struct buffer b = buffer_fixed(memory, sizeof memory);
    struct style style = {.form = FORM_5};
    struct text first;
    bool found;
    if (!family_has_prefix(nlri->family))
        return false;
    nlri->family->text(nlri, &style, &b);
    text_cut(buffer_text(&b), ' ', &first, &found);
    return prefix_parse(first, out);
}

/* Is `inner` the same as `outer`, or inside it? */
static bool prefix_inside(struct prefix inner, const struct prefix *outer) {
    if (inner.ip.len != outer->ip.len || inner.bits < outer->bits)
        return false;
    inner.bits = outer->bits;
    prefix_clear_host_bits(&inner);
    return ip_same(inner.ip, outer->ip);
}

static bool filter_prefix(const struct route_filter *f, const struct nlri *nlri) {
    struct prefix p;
    if (!f->relation)
        return true;
    if (!nlri_prefix(nlri, &p))
        return false;
    switch (f->relation) {
    case RELATION_SAME: return p.bits == f->prefix.bits && prefix_inside(p, &f->prefix);
    case RELATION_LONGER: return prefix_inside(p, &f->prefix);
    case RELATION_SHORTER: return prefix_inside(f->prefix, &p);
    case RELATION_NONE: break;
    }
    return true;
}

static bool filter_family(const struct route_filter *f, const struct family *family) {
    unsigned kind = family_has_prefix(family)                    ? FILTER_INET
                    : family->safi == 133 || family->safi == 134 ? FILTER_FLOW
                    : family->afi == 25                          ? FILTER_L2VPN
                                                                 : 0;
    return !f->families || f->families & kind;
}

/* A word of the text forms of the community attributes. */
static bool filter_community(const struct route_filter *f, struct attribute_set set) {
    struct buffer b = buffer_growing();
    struct style style = {.form = FORM_5};
    struct complaint ignored = {0};
    struct text word;
    bool found = false;
    if (!f->community)
        return true;
    for (struct attribute a; !found && attribute_next(&set.named, &a);) {
        if (a.code != ATTRIBUTE_COMMUNITY && a.code != ATTRIBUTE_EXTENDED_COMMUNITY &&
            a.code != ATTRIBUTE_LARGE_COMMUNITY)
            continue;
        buffer_clear(&b);
        attribute_text(&a, 0, &style, &b);
        struct words words = words_of_line(buffer_text(&b), &ignored);
        while (!found && words_next(&words, &word))
            found = text_is(word, f->community);
    }
    buffer_release(&b);
    return found;
}

/* The AS numbers with a blank between, whatever kind of segment they are in. */
static bool filter_path(const struct route_filter *f, struct attribute_set set) {
    struct cursor value = cursor_of(NULL, 0);
    if (!f->has_path)
        return true;
    struct buffer b = buffer_growing();
    attributes_find(set.named, ATTRIBUTE_AS_PATH, &value);
    while (cursor_left(&value)) {
        cursor_u8(&value);
        for (unsigned count = cursor_u8(&value); count; count--)
            put_format(&b, buffer_len(&b) ? " %u" : "%u", cursor_u32(&value));
    }
    put_u8(&b, 0);
    bool fits = regexec(&f->path, (const char *)b.base, 0, NULL, 0) == 0;
    buffer_release(&b);
    return fits;
}

bool route_filter_route(const struct route_filter *f, const struct nlri *nlri, struct attribute_set set) {
    return filter_family(f, nlri->family) && filter_prefix(f, nlri) && filter_community(f, set) && filter_path(f, set);
}
