/* Sections of routes: static, announce, flow, l2vpn (config.md 12, 15 to 17). What the words of a route mean is the
 * matter of the families and attributes: nothing here knows any of them. */
#include "bgp/attribute.h"
#include "config/repeat.h"

/* One finished NLRI of the draft. */
static bool route_add_one(struct parser *p, struct words *words) {
    struct draft *d = &p->draft;
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
    source_route(p->source, &route, d->next_hop_self, p->at);
    routes_learn(p, &route);
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
    } while (p->draft.has_prefix && draft_split(&p->draft)); /* what has no prefix is not split, whatever it says */
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

/* What is said with the name of the block: nothing yet, or all that a line could. */
static bool block_enter(struct parser *p, const struct family *family, struct words *words) {
    draft_clear(&p->draft);
    p->draft_broken = !draft_start(&p->draft, family, words);
    return !p->draft_broken;
}

/* What follows the value was never read in a block, unlike in a line. */
static bool block_keyword(struct parser *p, struct text keyword, struct words *words) {
    struct text next;
    bool good = draft_keyword(&p->draft, keyword, words);
    p->draft_broken |= !good;
    if (good && words_next(words, &next))
        report_warning(p, (struct place){words->line, words->column},
                       "\"%.*s\" is ignored: it is not a statement of its own", TEXT_ARGS(next));
    return good;
}

/* A keyword where it belongs: in the route itself (NULL), or in one of the blocks in it. */
static bool block_statement_of(struct parser *p, const char *block, struct text keyword, struct words *words) {
    const struct family *f = p->draft.family;
    const char *in = f && f->block ? f->block(keyword) : NULL;
    bool there = in == block || (in && block && strcmp(in, block) == 0);
    const struct attribute_kind *attribute = attribute_kind_named(keyword);
    bool in_then_only = !block && f && f->block && attribute && attribute->code != ATTRIBUTE_NEXT_HOP;
    if (there && !in_then_only)
        return block_keyword(p, keyword, words);
    p->draft_broken = true;
    if (in)
        return words_fail(words, "invalid keyword \"%.*s\"", TEXT_ARGS(keyword)) ||
               complain_wanted(words->complaint, "%s { %.*s ...; }", in, TEXT_ARGS(keyword));
    return false;
}

static bool block_statement(struct parser *p, struct text keyword, struct words *words) {
    return block_statement_of(p, NULL, keyword, words);
}

static bool block_leave(struct parser *p, struct words *words) {
    return p->draft_broken || route_add(p, words);
}

/* ---- static ---- */

static bool static_route_enter(struct parser *p, struct words *words) {
    if (!block_enter(p, NULL, words))
        return false;
    p->draft_broken = !draft_keywords(&p->draft, words, NULL);
    return !p->draft_broken;
}

static const struct section section_static_route = {
    .keyword = "route",
    .help = "one route, a keyword a statement",
    .enter = static_route_enter,
    .statement = block_statement,
    .leave = block_leave,
};

/* `afi-safi AFI SAFI nlri 0x... next-hop ...`: of a family that the neighbor lists by its numbers. */
static bool route_numbered(struct parser *p, struct words *words) {
    struct text afi, safi;
    if (!words_take(words, "the number of an AFI", &afi) || !words_take(words, "the number of a SAFI", &safi))
        return false;
    const struct family *f = family_named(afi, safi);
    if (!f)
        return words_fail(words, "unknown family afi-safi %.*s %.*s", TEXT_ARGS(afi), TEXT_ARGS(safi)) ||
               complain_wanted(words->complaint, "a family of the family section above");
    return route_whole(p, f, words);
}

static bool static_statement(struct parser *p, struct text keyword, struct words *words) {
    const struct family *f;
    if (text_is(keyword, "route"))
        return route_whole(p, NULL, words);
    if (text_is(keyword, "attributes") || text_is(keyword, "attribute"))
        return route_attributes(p, words);
    if (text_is(keyword, "afi-safi"))
        return route_numbered(p, words);
    f = text_is(keyword, "sr-policy") ? family_named(text_of("ipv4"), keyword) : NULL;
    return f && route_whole(p, f, words);
}

static const char *const static_keywords[] = {"route", "attributes", "attribute", "sr-policy", "afi-safi", NULL};
static const struct section *const static_inside[] = {&section_static_route, NULL};
const struct section section_static = {
    .keyword = "static",
    .help = "routes to announce",
    .inside = static_inside,
    .keywords = static_keywords,
    .statement = static_statement,
    .repeat = routes_repeat,
};

/* ---- announce ---- */

static bool announce_afi_enter(struct parser *p, struct words *words) {
    p->afi = words->taken;
    return true;
}

static bool family_has_words(const struct family *f) {
    return f->start || f->keyword;
}

/* The keyword is a SAFI of the section's AFI. */
static bool announce_statement(struct parser *p, struct text keyword, struct words *words) {
    const struct family *f = family_named(p->afi, keyword);
    struct nearest nearest = {.word = keyword};
    if (f && family_has_words(f))
        return route_whole(p, f, words);
    for (unsigned i = 0; i < FAMILIES; i++)
        if (text_is(p->afi, family_at(i)->afi_name) && family_has_words(family_at(i)))
            nearest_try(&nearest, family_at(i)->safi_name);
    words_fail(words, "invalid keyword \"%.*s\"", TEXT_ARGS(keyword));
    complain_nearest(words->complaint, &nearest);
    return false;
}

#define ANNOUNCE(name, word)                                                                                           \
    static const struct section section_announce_##name = {.keyword = word,                                            \
                                                           .help = "routes, each by the SAFI of its family",           \
                                                           .enter = announce_afi_enter,                                \
                                                           .statement = announce_statement}
ANNOUNCE(ipv4, "ipv4");
ANNOUNCE(ipv6, "ipv6");
ANNOUNCE(l2vpn, "l2vpn");
ANNOUNCE(bgp_ls, "bgp-ls");

static const struct section *const announce_inside[] = {&section_announce_ipv4, &section_announce_ipv6,
                                                        &section_announce_l2vpn, &section_announce_bgp_ls, NULL};
static bool announce_by_number(struct parser *p, struct text keyword, struct words *words) {
    return text_is(keyword, "afi-safi") && route_numbered(p, words);
}

static const char *const announce_keywords[] = {"afi-safi", NULL};
const struct section section_announce = {
    .keyword = "announce",
    .help = "routes to announce, by family",
    .inside = announce_inside,
    .keywords = announce_keywords,
    .statement = announce_by_number,
};

/* ---- flow ---- */

static bool flow_route_enter(struct parser *p, struct words *words) {
    const struct family *f = family_named(text_of("ipv4"), text_of("flow"));
    return block_enter(p, f, words); /* a name may follow, which nobody asks for */
}

static bool match_statement(struct parser *p, struct text keyword, struct words *words) {
    return block_statement_of(p, "match", keyword, words);
}

static bool scope_statement(struct parser *p, struct text keyword, struct words *words) {
    return block_statement_of(p, "scope", keyword, words);
}

static bool then_statement(struct parser *p, struct text keyword, struct words *words) {
    return block_statement_of(p, "then", keyword, words);
}

static const struct section section_match = {
    .keyword = "match", .help = "the packets that are meant", .statement = match_statement};
static const struct section section_scope = {
    .keyword = "scope", .help = "the interfaces where it holds", .statement = scope_statement};
static const struct section section_then = {
    .keyword = "then", .help = "what is done with them", .statement = then_statement};

static const struct section *const flow_route_inside[] = {&section_match, &section_scope, &section_then, NULL};
static const struct section section_flow_route = {
    .keyword = "route",
    .help = "a FlowSpec rule",
    .inside = flow_route_inside,
    .enter = flow_route_enter,
    .statement = block_statement,
    .leave = block_leave,
};

static bool flow_statement(struct parser *p, struct text keyword, struct words *words) {
    const struct family *f = family_named(text_of("ipv4"), text_of("flow"));
    return text_is(keyword, "route") && f && route_whole(p, f, words);
}

static const char *const flow_keywords[] = {"route", NULL};
static const struct section *const flow_inside[] = {&section_flow_route, NULL};
const struct section section_flow = {
    .keyword = "flow",
    .help = "FlowSpec rules to announce",
    .inside = flow_inside,
    .keywords = flow_keywords,
    .statement = flow_statement,
};

/* ---- l2vpn ---- */

static const struct family *vpls_family(void) {
    return family_named(text_of("l2vpn"), text_of("vpls"));
}

static bool vpls_enter(struct parser *p, struct words *words) {
    return block_enter(p, vpls_family(), words); /* a name may follow, which nobody asks for */
}

static const struct section section_vpls = {
    .keyword = "vpls",
    .help = "a VPLS, a keyword a statement",
    .enter = vpls_enter,
    .statement = block_statement,
    .leave = block_leave,
};

static bool l2vpn_statement(struct parser *p, struct text keyword, struct words *words) {
    return text_is(keyword, "vpls") && vpls_family() && route_whole(p, vpls_family(), words);
}

static const char *const l2vpn_keywords[] = {"vpls", NULL};
static const struct section *const l2vpn_inside[] = {&section_vpls, NULL};
const struct section section_l2vpn = {
    .keyword = "l2vpn",
    .help = "layer 2 VPNs to announce",
    .inside = l2vpn_inside,
    .keywords = l2vpn_keywords,
    .statement = l2vpn_statement,
};
