#include "api/route.h"

#include "api/private.h"

enum spec spec_named(struct text word) {
    static const struct {
        const char *word;
        enum spec spec;
    } words[] = {
        {"route", SPEC_ROUTE}, {"attributes", SPEC_ATTRIBUTES}, {"attribute", SPEC_ATTRIBUTES}, {"ipv4", SPEC_IPV4},
        {"ipv6", SPEC_IPV6},   {"l2vpn", SPEC_L2VPN},           {"bgp-ls", SPEC_BGP_LS},        {"flow", SPEC_FLOW},
        {"vpls", SPEC_VPLS},   {"afi-safi", SPEC_AFI_SAFI}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(word, words[i].word))
            return words[i].spec;
    return SPECS;
}

bool routes_begin(struct words *w, enum draft_purpose *purpose, enum spec *spec) {
    struct text word, selector;
    if ((words_peek(w, &word) && (text_is(word, "neighbor") || text_is(word, "peer"))) && !selector_take(w, &selector))
        return false;
    if (!words_next(w, &word) || !(text_is(word, "announce") || text_is(word, "withdraw")))
        return false;
    *purpose = text_is(word, "announce") ? DRAFT_ANNOUNCE : DRAFT_WITHDRAW;
    words_next(w, &word);
    *spec = spec_named(word);
    return *spec != SPECS;
}

/* ---- Words to a draft ---- */

static bool read_family(struct route_reader *r, const char *afi) {
    struct text safi;
    if (!words_take(r->words, "an address family: unicast, nlri-mpls, mpls-vpn, flow, ...", &safi))
        return false;
    const struct family *family = family_named(text_of(afi), safi);
    if (!family)
        return words_fail(r->words, "unknown family %s %.*s", afi, TEXT_ARGS(safi));
    return draft_route(r->draft, family, r->words);
}

static bool read_afi_safi(struct route_reader *r) {
    struct text afi, safi;
    if (!words_take(r->words, "the number of an AFI", &afi) || !words_take(r->words, "the number of a SAFI", &safi))
        return false;
    const struct family *family = family_named(afi, safi);
    if (!family)
        return words_fail(r->words, "no neighbor has the family afi-safi %.*s %.*s", TEXT_ARGS(afi), TEXT_ARGS(safi));
    return draft_route(r->draft, family, r->words);
}

static bool read_vpls(struct route_reader *r) {
    const struct family *family = family_named(text_of("l2vpn"), text_of("vpls"));
    return family ? draft_route(r->draft, family, r->words) : words_fail(r->words, "unknown family l2vpn vpls");
}

/* Nothing may follow the block but a `;`. */
static bool read_end(struct words *w) {
    struct text word;
    words_accept(w, ";");
    return !words_next(w, &word) || words_fail(w, "unexpected \"%.*s\" at the end", TEXT_ARGS(word));
}

static bool read_flow(struct route_reader *r) {
    struct text word;
    if (!words_expect(r->words, "route") || !draft_start(r->draft, &family_ipv4_flow, r->words))
        return false;
    struct words named = *r->words;
    if (words_next(&named, &word) && words_peek(&named, &word) && text_is(word, "{"))
        *r->words = named;
    if (words_peek(r->words, &word) && text_is(word, "{"))
        return draft_block(r->draft, r->words) && read_end(r->words);
    return draft_keywords(r->draft, r->words, NULL);
}

static bool read_draft(struct route_reader *r) {
    switch (r->spec) {
    case SPEC_ROUTE: return draft_route(r->draft, NULL, r->words);
    case SPEC_ATTRIBUTES: return draft_keywords(r->draft, r->words, "nlri") && words_expect(r->words, "nlri");
    case SPEC_IPV4: return read_family(r, "ipv4");
    case SPEC_IPV6: return read_family(r, "ipv6");
    case SPEC_L2VPN: return read_family(r, "l2vpn");
    case SPEC_BGP_LS: return read_family(r, "bgp-ls");
    case SPEC_AFI_SAFI: return read_afi_safi(r);
    case SPEC_FLOW: return read_flow(r);
    case SPEC_VPLS: return read_vpls(r);
    case SPECS: break;
    }
    return false;
}

/* ---- Attributes that several routes share ---- */

static bool draft_says(const struct draft *d, uint8_t code) {
    for (size_t i = 0; i < d->attribute_count; i++)
        if (d->attributes[i].code == code)
            return true;
    return false;
}

static bool read_shared(struct route_reader *r) {
    const struct draft *s = r->shared;
    struct draft *d = r->draft;
    if (!s)
        return true;
    if (!d->has_next_hop) {
        d->has_next_hop = s->has_next_hop;
        d->next_hop_self = s->next_hop_self;
        d->next_hop = s->next_hop;
    }
    for (size_t i = 0; i < s->attribute_count; i++) {
        const struct draft_attribute *a = &s->attributes[i];
        if (!draft_says(d, a->code) &&
            !draft_attribute(d, a->flags, a->code, a->raw, cursor_of(s->values.base + a->start, a->len), r->words))
            return false;
    }
    return true;
}

/* ---- A draft to routes ---- */

enum { SPLIT_MOST = 24 }; /* bits: 16,777,216 routes of one command are enough */

static bool split_fits(const struct draft *d, struct words *words) {
    return !d->has_prefix || d->split <= d->prefix.bits + SPLIT_MOST ||
           words_fail(words, "split /%u of a /%u makes more than 16777216 routes", d->split, d->prefix.bits);
}

/* The draft as it stands, and the further pieces that `split` makes of it. */
static bool finish(struct route_reader *r, bool take) {
    const struct draft *d = r->draft;
    if (!split_fits(d, r->words))
        return false;
    for (bool first = true; first || (d->has_prefix && draft_split(r->draft)); first = false) {
        size_t raw;
        buffer_clear(r->nlri);
        buffer_clear(r->attributes);
        if (!draft_finish(r->draft, r->purpose, r->words, r->nlri, r->attributes, &raw) ||
            (first && r->may && !r->may(r->context, d)))
            return false;
        if (!take)
            return true;
        struct cursor all = buffer_cursor(r->attributes);
        struct finished route = {
            d->family, buffer_cursor(r->nlri), cursor_of(all.p, raw), buffer_since(r->attributes, raw), d->has_path,
            d->path};
        r->take(r->context, &route);
    }
    return true;
}

/* Each of the prefixes at the end of the words. With `next-hop self` they are of one family: there is one self. */
static bool finish_prefixes(struct route_reader *r, bool take) {
    struct text prefix;
    unsigned families = 0;
    if (words_done(r->words))
        return words_fail(r->words, "no prefix after \"nlri\"");
    while (words_next(r->words, &prefix)) {
        if (text_is(prefix, ";") && words_done(r->words))
            break;
        if (!draft_prefix(r->draft, prefix, r->words))
            return false;
        families |= r->draft->prefix.ip.len == 4 ? 1 : 2;
        if (families == 3 && r->draft->next_hop_self)
            return words_fail(r->words, "next-hop self stands for one address, and the prefixes are of two families");
        if (!finish(r, take))
            return false;
    }
    return true;
}

bool routes_read(struct route_reader *r) {
    draft_clear(r->draft);
    if (!read_draft(r) || !read_shared(r))
        return false;
    if (r->spec != SPEC_ATTRIBUTES)
        return finish(r, true);
    struct words prefixes = *r->words;
    if (!finish_prefixes(r, false))
        return false;
    *r->words = prefixes;
    return finish_prefixes(r, true);
}
