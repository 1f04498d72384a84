/* Sections that list families: family, nexthop, add-path (config.md 6 to 8). */
#include "config/parser.h"

#include "base/number.h"

/* The words of every AFI, for "did you mean"; an AFI is the keyword of these sections. */
static const char *const afi_keywords[] = {"ipv4", "ipv6", "l2vpn", "bgp-ls", "afi-safi", "all", NULL};
static const char *const nexthop_keywords[] = {"ipv4", "ipv6", NULL};

static void wanted_safis(const char *afi, struct complaint *complaint) {
    char list[sizeof complaint->wanted];
    struct buffer b = buffer_fixed(list, sizeof list - 1);
    struct nearest nearest = {.word = complaint->at};
    for (unsigned i = 0; i < FAMILIES; i++) {
        if (strcmp(family_at(i)->afi_name, afi) != 0)
            continue;
        put_format(&b, "%s%s", buffer_len(&b) ? ", " : "", family_at(i)->safi_name);
        nearest_try(&nearest, family_at(i)->safi_name);
    }
    list[buffer_len(&b)] = 0;
    complain_wanted(complaint, "%s", list);
    complain_nearest(complaint, &nearest);
}

/* `afi-safi AFI SAFI`: a family by its numbers, whatever it is. */
static const struct family *family_take_numbers(struct words *words) {
    static const char want[] = "the number of an AFI (0 to 65535), then of a SAFI (0 to 255)";
    struct text afi, safi;
    uint64_t a, s;
    if (!words_take(words, want, &afi) || !words_take(words, want, &safi))
        return NULL;
    if (!number_parse(afi, UINT16_MAX, &a) || !number_parse(safi, UINT8_MAX, &s)) {
        words_fail(words, "invalid family afi-safi %.*s %.*s", TEXT_ARGS(afi), TEXT_ARGS(safi));
        complain_wanted(words->complaint, "%s", want);
        return NULL;
    }
    const struct family *family = family_numbered((uint16_t)a, (uint8_t)s);
    if (!family)
        words_fail(words, "more than %d families", FAMILIES_MOST);
    return family;
}

/* The family of an AFI, which is the keyword, and the SAFI after it. NULL: a complaint was made, or the keyword is
 * none. */
static const struct family *family_take(struct text afi, struct words *words) {
    struct text safi;
    const struct family *first = NULL, *family = NULL;
    if (text_is(afi, "afi-safi"))
        return family_take_numbers(words);
    for (unsigned i = 0; !first && i < FAMILIES; i++)
        if (text_is(afi, family_at(i)->afi_name))
            first = family_at(i);
    if (!first)
        return NULL;
    bool there = words_take(words, "a SAFI, as unicast", &safi);
    if (there)
        family = family_named(afi, safi);
    if (there && !family)
        words_fail(words, "'%.*s' is not valid for %s", TEXT_ARGS(safi), first->afi_name);
    if (!family)
        wanted_safis(first->afi_name, words->complaint);
    return family;
}

static bool list_enter(struct parser *p, struct words *words) {
    (void)words;
    p->source->listed = 0;
    p->source->listed_all = false;
    return true;
}

/* One more family of the list that is open. */
static bool list_add(struct source *s, const struct family *f, struct words *words) {
    if (s->listed_all)
        return words_fail(words, "cannot add any family once family all is set");
    if (s->listed & family_bit(f))
        return words_fail(words, "Duplicate entry: (%s, %s)", f->afi_name, f->safi_name);
    s->listed |= family_bit(f);
    return true;
}

/* ---- family ---- */

static bool family_statement(struct parser *p, struct text keyword, struct words *words) {
    struct source *s = p->source;
    if (text_is(keyword, "all")) {
        s->listed_all = s->listed == 0; /* after another one, it is ignored */
        return true;
    }
    const struct family *f = family_take(keyword, words);
    if (!f || !list_add(s, f, words))
        return false;
    s->families |= family_bit(f);
    return true;
}

const struct section section_family = {
    .keyword = "family",
    .help = "families to agree on with the peer; none: all",
    .keywords = afi_keywords,
    .enter = list_enter,
    .statement = family_statement,
};

/* ---- nexthop ---- */

static const struct family *family_ipv4_of(const struct family *f) {
    return family_named(text_of("ipv4"), text_of(f->safi_name));
}

static bool nexthop_statement(struct parser *p, struct text keyword, struct words *words) {
    struct source *s = p->source;
    struct text other;
    bool six = text_is(keyword, "ipv6");
    if (!six && !text_is(keyword, "ipv4"))
        return false;
    const struct family *f = family_take(keyword, words);
    const char *want = six ? "ipv4" : "ipv6";
    if (!f)
        return false;
    if (!family_ipv4_of(f) || !family_ipv4_of(f)->next_hops_extended)
        return words_fail(words, "'%s' is not valid for %s: its next hop is ever of its own kind", f->safi_name,
                          f->afi_name);
    if (!words_take(words, want, &other))
        return false;
    if (!text_is_any_case(other, want))
        return words_fail(words, "'%.*s' is not a valid next-hop AFI", TEXT_ARGS(other)) ||
               complain_wanted(words->complaint, "%s", want);
    if (!list_add(s, f, words))
        return false;
    s->nexthops |= family_bit(f);
    s->nexthop_given = true;
    return true;
}

const struct section section_nexthop = {
    .keyword = "nexthop",
    .help = "families whose routes may have a next hop of the other address family (RFC 8950)",
    .keywords = nexthop_keywords,
    .enter = list_enter,
    .statement = nexthop_statement,
};

/* ---- add-path ---- */

static bool paths_limit_take(const struct family *f, struct source *s, struct words *words) {
    struct text t;
    uint64_t limit;
    if (words_done(words))
        return true;
    words_next(words, &t);
    if (!text_is(t, "limit"))
        return words_fail(words, "unexpected token after %s %s: %.*s", f->afi_name, f->safi_name, TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "limit and a number");
    if (!words_take(words, "a number from 1 to 65535", &t))
        return false;
    if (!number_parse(t, UINT16_MAX, &limit) || limit == 0)
        return words_fail(words, "paths-limit must be 1-65535, got %.*s", TEXT_ARGS(t));
    s->paths_limit[f->index] = (uint16_t)limit;
    return true;
}

static bool add_path_statement(struct parser *p, struct text keyword, struct words *words) {
    struct source *s = p->source;
    if (text_is(keyword, "all")) {
        s->listed_all = s->add_path_given = s->add_path_all = true;
        return true;
    }
    const struct family *f = family_take(keyword, words);
    if (!f || !list_add(s, f, words) || !paths_limit_take(f, s, words))
        return false;
    s->add_path_given = true;
    s->add_paths |= family_bit(f);
    return true;
}

const struct section section_add_path = {
    .keyword = "add-path",
    .help = "families of the add-path capability; none: all that can be in it",
    .keywords = afi_keywords,
    .enter = list_enter,
    .statement = add_path_statement,
};
