/* Sections that list families: family, nexthop, add-path (config.md 6 to 8). */
#include "config/parser.h"

#include "base/number.h"

/* The words of every AFI, for "did you mean"; an AFI is the keyword of these sections. */
static const char *const afi_keywords[] = {"ipv4", "ipv6", "l2vpn", "bgp-ls", "all", NULL};
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

/* The family of an AFI, which is the keyword, and the SAFI after it. */
static const struct family *family_take(struct text afi, struct words *words) {
    struct text safi;
    uint16_t number;
    const struct family *family = NULL;
    if (!family_afi_named(afi, &number))
        return NULL; /* the keyword is unknown */
    bool there = words_take(words, "a SAFI, as unicast", &safi);
    if (there)
        family = family_named(afi, safi);
    if (there && !family)
        words_fail(words, "'%.*s' is not valid for %.*s", TEXT_ARGS(safi), TEXT_ARGS(afi));
    for (unsigned i = 0; !family && i < FAMILIES; i++)
        if (family_at(i)->afi == number)
            wanted_safis(family_at(i)->afi_name, words->complaint);
    return family;
}

static bool duplicate(const struct family *f, struct words *words) {
    return words_fail(words, "Duplicate entry: (%s, %s)", f->afi_name, f->safi_name);
}

/* ---- family ---- */

static bool family_statement(struct parser *p, struct text keyword, struct words *words) {
    struct source *s = p->source;
    if (text_is_any_case(keyword, "all")) {
        s->all_families = s->all_families || s->families == 0; /* after another one, it is ignored */
        return true;
    }
    const struct family *f = family_take(keyword, words);
    if (!f)
        return false;
    if (s->all_families)
        return words_fail(words, "cannot add any family once family all is set");
    if (s->families & family_bit(f))
        return duplicate(f, words);
    s->families |= family_bit(f);
    return true;
}

const struct section section_family = {
    .keyword = "family",
    .help = "families to agree on with the peer; none: all",
    .keywords = afi_keywords,
    .statement = family_statement,
};

/* ---- nexthop ---- */

static bool nexthop_statement(struct parser *p, struct text keyword, struct words *words) {
    struct source *s = p->source;
    struct text other;
    bool six = text_is_any_case(keyword, "ipv6");
    if (!six && !text_is_any_case(keyword, "ipv4"))
        return false;
    const struct family *f = family_take(keyword, words);
    const char *want = six ? "ipv4" : "ipv6";
    if (!f || !words_take(words, want, &other))
        return false;
    if (!text_is_any_case(other, want))
        return words_fail(words, "'%.*s' is not a valid next-hop AFI", TEXT_ARGS(other)) ||
               complain_wanted(words->complaint, "%s", want);
    if (s->nexthops & family_bit(f))
        return words_fail(words, "Duplicate entry: (%s, %s, %s)", f->afi_name, f->safi_name, want);
    s->nexthops |= family_bit(f);
    s->nexthop_given = true;
    return true;
}

const struct section section_nexthop = {
    .keyword = "nexthop",
    .help = "families whose routes may have a next hop of the other address family (RFC 8950)",
    .keywords = nexthop_keywords,
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
    if (text_is_any_case(keyword, "all")) {
        s->add_path_given = s->add_path_all = true;
        return true;
    }
    const struct family *f = family_take(keyword, words);
    if (!f)
        return false;
    if (s->add_paths & family_bit(f))
        return duplicate(f, words);
    if (!paths_limit_take(f, s, words))
        return false;
    s->add_path_given = true;
    s->add_paths |= family_bit(f);
    return true;
}

const struct section section_add_path = {
    .keyword = "add-path",
    .help = "families of the add-path capability; none: all that can be in it",
    .keywords = afi_keywords,
    .statement = add_path_statement,
};
