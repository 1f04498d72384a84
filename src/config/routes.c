/* Sections of routes: static, announce, flow, l2vpn (config.md 12, 15 to 17). What the words of a route mean is the
 * matter of the families and attributes: nothing here knows any of them. */
#include "config/parser.h"

static void place_first(uint64_t *families, struct place *places, const struct family *f, struct place at) {
    if (!(*families & family_bit(f)))
        places[f->index] = at;
    *families |= family_bit(f);
}

/* One finished NLRI of the draft. */
static bool route_add_one(struct parser *p, struct words *words) {
    struct draft *d = &p->draft;
    struct source *s = p->source;
    size_t raw_start;
    buffer_clear(&p->nlri);
    buffer_clear(&p->attributes);
    if (!draft_finish(d, DRAFT_ANNOUNCE, words, &p->nlri, &p->attributes, &raw_start))
        return false;
    struct listed_route route = {
        .family = d->family,
        .nlri = buffer_cursor(&p->nlri),
        .has_path = d->has_path,
        .path = d->path,
        .attributes.named = cursor_of(p->attributes.base, raw_start),
        .attributes.raw = buffer_since(&p->attributes, raw_start),
        .watchdog = d->watchdog,
        .name = d->name,
        .withdrawn = d->withdrawn,
    };
    route_list_add(&s->routes, &route);
    place_first(&s->route_families, s->route_places, d->family, p->at);
    if (d->next_hop_self)
        place_first(&s->self_families, s->self_places, d->family, p->at);
    return true;
}

enum { SPLIT_MOST = 1 << 22 }; /* pieces of one route: a full table is a quarter of it */

/* The route of the draft, or all the pieces that it is split into. */
static bool route_add(struct parser *p, struct words *words) {
    size_t pieces = 0;
    do {
        if (pieces++ == SPLIT_MOST)
            return words_fail(words, "the route is split into more than %d", SPLIT_MOST);
        if (!route_add_one(p, words))
            return false;
    } while (draft_split(&p->draft));
    return true;
}

static bool route_whole(struct parser *p, const struct family *family, struct words *words) {
    draft_clear(&p->draft);
    return draft_start(&p->draft, family, words) && draft_keywords(&p->draft, words, NULL) && route_add(p, words);
}

/* `ATTR ... nlri PREFIX PREFIX ...`: the same attributes for all. */
static bool route_attributes(struct parser *p, struct words *words) {
    struct text prefix;
    draft_clear(&p->draft);
    if (!draft_keywords(&p->draft, words, "nlri") || !words_expect(words, "nlri"))
        return false;
    while (words_next(words, &prefix)) {
        if (text_is(prefix, ","))
            continue;
        if (!draft_prefix(&p->draft, prefix, words) || !route_add(p, words))
            return false;
    }
    return true;
}

/* ---- Routes in blocks ---- */

static bool block_enter(struct parser *p, const struct family *family, struct words *words) {
    draft_clear(&p->draft);
    p->draft_broken = !draft_start(&p->draft, family, words) || !draft_keywords(&p->draft, words, NULL);
    return !p->draft_broken;
}

static bool block_statement(struct parser *p, struct text keyword, struct words *words) {
    struct text next;
    bool good = draft_keyword(&p->draft, keyword, words);
    if (good && words_next(words, &next))
        good = words_fail(words, "unexpected \"%.*s\"", TEXT_ARGS(next)) || complain_wanted(words->complaint, "\";\"");
    p->draft_broken |= !good;
    return good;
}

static bool block_leave(struct parser *p, struct words *words) {
    return p->draft_broken || route_add(p, words);
}

/* ---- static ---- */

static bool static_route_enter(struct parser *p, struct words *words) {
    return block_enter(p, NULL, words);
}

static const struct section section_static_route = {
    .keyword = "route",
    .help = "one route, a keyword a statement",
    .enter = static_route_enter,
    .statement = block_statement,
    .leave = block_leave,
};

static bool static_statement(struct parser *p, struct text keyword, struct words *words) {
    if (text_is(keyword, "route"))
        return route_whole(p, NULL, words);
    if (text_is(keyword, "attributes") || text_is(keyword, "attribute"))
        return route_attributes(p, words);
    return false;
}

static const char *const static_keywords[] = {"route", "attributes", "attribute", NULL};
static const struct section *const static_inside[] = {&section_static_route, NULL};
const struct section section_static = {
    .keyword = "static",
    .help = "routes to announce",
    .inside = static_inside,
    .keywords = static_keywords,
    .statement = static_statement,
};

const struct section section_announce = {.keyword = "announce"};
const struct section section_flow = {.keyword = "flow"};
const struct section section_l2vpn = {.keyword = "l2vpn"};
const struct section section_operational = {.keyword = "operational"};
