/* A route while it is read: one keyword after the other. The hot path of `announce route`: nothing is allocated once
 * the draft is warm, and a value is read straight to where it stays. See draft_finish.c for the end. */
#include "bgp/draft.h"

#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/family.h"

void draft_init(struct draft *d) {
    *d = (struct draft){.parts = buffer_growing(), .values = buffer_growing()};
}

/* The arrays are long, and what their counts and bits do not cover is never read: they stay as they are. */
void draft_clear(struct draft *d) {
    d->family = NULL;
    d->settled = d->raw_nlri = d->has_prefix = d->has_rd = d->has_path = d->has_next_hop = d->next_hop_self =
        d->withdrawn = false;
    d->label_count = d->split = 0;
    d->seen = d->path = 0;
    d->attribute_count = 0;
    d->watchdog = d->name = (struct text){NULL, 0};
    buffer_clear(&d->parts);
    buffer_clear(&d->values);
}

void draft_release(struct draft *d) {
    buffer_release(&d->parts);
    buffer_release(&d->values);
}

/* ---- Attributes ---- */

static struct draft_attribute *draft_find(struct draft *d, uint8_t code) {
    for (size_t i = 0; i < d->attribute_count; i++)
        if (d->attributes[i].code == code)
            return &d->attributes[i];
    return NULL;
}

/* How many octets a member has of an attribute whose values add up; 0: the first value counts. */
static size_t draft_member(uint8_t code) {
    return code == ATTRIBUTE_EXTENDED_COMMUNITY ? 8 : code == ATTRIBUTE_IPV6_EXTENDED_COMMUNITY ? 20 : 0;
}

/* Members ascend (config.md 14); few of them, so each is moved to its place. */
static void draft_sort_members(uint8_t *base, size_t len, size_t member) {
    uint8_t moved[20];
    for (size_t at = member; at < len; at += member) {
        size_t to = at;
        while (to && memcmp(base + to - member, base + at, member) > 0)
            to -= member;
        memcpy(moved, base + at, member);
        memmove(base + to + member, base + to, at - to);
        memcpy(base + to, moved, member);
    }
}

/* Joins what stands at the end of the values, from `from` on, with the members that are there already. */
static void draft_merge(struct draft *d, struct draft_attribute *a, uint32_t from, size_t member) {
    uint32_t old = a->start, old_len = a->len;
    if (old + old_len != from && buffer_reserve(&d->values, old_len))
        put_octets(&d->values, d->values.base + old, old_len);
    else
        from = old;
    a->start = from;
    a->len = (uint32_t)buffer_len(&d->values) - from;
    draft_sort_members(d->values.base + from, a->len, member);
}

/* A list without members is no attribute. */
static bool draft_is_nothing(uint8_t code, bool raw, size_t len) {
    const struct attribute_kind *kind = attribute_kind_of(code);
    return len == 0 && !raw && kind && !kind->may_be_empty;
}

/* The value stands at the end of the values, from `from` on. */
static bool draft_record(struct draft *d, uint8_t flags, uint8_t code, bool raw, size_t from, struct words *words) {
    struct draft_attribute *old = draft_find(d, code);
    size_t len = buffer_len(&d->values) - from, member = draft_member(code);
    if (len > UINT16_MAX)
        return words_fail(words, "a value of %zu octets fits no attribute", len);
    if (draft_is_nothing(code, raw, len))
        return true;
    if (old) {
        if (member && !old->raw && !raw)
            draft_merge(d, old, (uint32_t)from, member);
        else
            buffer_cut(&d->values, from);
        return true;
    }
    if (d->attribute_count == DRAFT_ATTRIBUTES)
        return words_fail(words, "more than %d attributes", DRAFT_ATTRIBUTES);
    d->attributes[d->attribute_count++] = (struct draft_attribute){code, flags, raw, (uint32_t)from, (uint32_t)len};
    return true;
}

bool draft_attribute(struct draft *d, uint8_t flags, uint8_t code, bool raw, struct cursor value, struct words *words) {
    size_t from = buffer_len(&d->values);
    put_cursor(&d->values, value);
    return draft_record(d, flags, code, raw, from, words);
}

static bool draft_take_attribute(struct draft *d, const struct attribute_kind *kind, struct words *words) {
    size_t from = buffer_len(&d->values);
    if (!kind->parse)
        return words_fail(words, "%s cannot be written", kind->name) ||
               complain_wanted(words->complaint, "attribute [ 0x%02X 0x%02X 0xVALUE ]", kind->code, kind->flags);
    return kind->parse(words, &d->values) && draft_record(d, kind->flags, kind->code, false, from, words);
}

/* `attribute [ 0xCODE 0xFLAG 0xDATA ]`: any attribute as octets, wrong ones included (OUT-04). */
static bool draft_take_raw(struct draft *d, struct words *words) {
    uint8_t code, flags;
    size_t from = buffer_len(&d->values);
    return attribute_generic_parse(words, &flags, &code, &d->values) && draft_record(d, flags, code, true, from, words);
}

/* ---- Modifiers ---- */

static bool draft_take_next_hop(struct draft *d, struct words *words) {
    struct text t;
    struct ip ip = {0};
    if (!words_take(words, "an IP address or \"self\"", &t))
        return false;
    bool self = text_is_any_case(t, "self");
    if (!self && !ip_parse(t, &ip))
        return words_fail(words, "unrecognised ip address \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an IP address or \"self\"");
    if (d->has_next_hop)
        return true;
    d->has_next_hop = true;
    d->next_hop_self = self;
    d->next_hop = ip;
    return true;
}

/* Dotted or a number; of a number too long the low 32 bits count (config.md 12). */
static bool draft_take_path(struct draft *d, struct words *words) {
    struct text t;
    uint32_t path;
    uint64_t number;
    if (!words_take(words, "a path identifier: 5 or 0.0.0.5", &t))
        return false;
    if (!ipv4_parse(t, &path)) {
        if (!number_parse(t, UINT64_MAX, &number))
            return words_fail(words, "invalid path-information \"%.*s\"", TEXT_ARGS(t)) ||
                   complain_wanted(words->complaint, "a path identifier: 5 or 0.0.0.5");
        path = (uint32_t)number;
    }
    if (!d->has_path)
        d->path = path;
    d->has_path = true;
    return true;
}

static bool draft_take_split(struct draft *d, struct words *words) {
    struct text t;
    uint64_t bits;
    if (!words_take(words, "a prefix length: /24", &t))
        return false;
    if (t.len < 2 || t.p[0] != '/' || !number_parse((struct text){t.p + 1, t.len - 1}, 128, &bits))
        return words_fail(words, "invalid split \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "a prefix length: /24");
    if (!d->split)
        d->split = (uint8_t)bits;
    return true;
}

static bool draft_take_watchdog(struct draft *d, struct words *words) {
    struct text t;
    if (!words_take(words, "the name of a watchdog", &t))
        return false;
    if (text_is(t, "announce") || text_is(t, "withdraw"))
        return words_fail(words, "invalid watchdog name %.*s", TEXT_ARGS(t));
    if (!d->watchdog.len)
        d->watchdog = t;
    return true;
}

static bool draft_take_name(struct draft *d, struct words *words) {
    struct text t;
    if (!words_take(words, "a name", &t))
        return false;
    if (!d->name.len)
        d->name = t;
    return true;
}

static bool draft_take_withdraw(struct draft *d, struct words *words) {
    (void)words;
    d->withdrawn = true;
    return true;
}

/* Its framing must be right, for other NLRIs follow it in a message; inside it may be anything (OUT-04). */
static bool draft_take_nlri(struct draft *d, struct words *words) {
    struct text t;
    struct cursor whole, one;
    if (!d->family || !d->settled)
        return words_fail(words, "octets have no family: say it before \"nlri\"");
    if (!words_take(words, "an NLRI in hexadecimal: 0x180A0000", &t))
        return false;
    buffer_clear(&d->parts);
    if (!text_starts(t, "0x") || !hex_parse((struct text){t.p + 2, t.len - 2}, &d->parts))
        return words_fail(words, "invalid nlri %.*s", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an even number of hexadecimal digits after 0x");
    whole = buffer_cursor(&d->parts);
    if (!d->family->cut(&whole, &one) || !cursor_done(&whole))
        return words_fail(words, "%.*s is not one NLRI of %s %s: its length is wrong", TEXT_ARGS(t),
                          d->family->afi_name, d->family->safi_name);
    d->raw_nlri = true;
    return true;
}

static const struct draft_word {
    struct text word; /* compared by length first: that alone tells nearly all of them apart */
    bool (*take)(struct draft *d, struct words *words);
} draft_words[] = {
#define DRAFT_WORD(literal, take)                                                                                      \
    { {literal, sizeof literal - 1}, take }
    DRAFT_WORD("next-hop", draft_take_next_hop), DRAFT_WORD("path-information", draft_take_path),
    DRAFT_WORD("attribute", draft_take_raw),     DRAFT_WORD("split", draft_take_split),
    DRAFT_WORD("name", draft_take_name),         DRAFT_WORD("watchdog", draft_take_watchdog),
    DRAFT_WORD("withdraw", draft_take_withdraw), DRAFT_WORD("nlri", draft_take_nlri),
#undef DRAFT_WORD
};

enum { DRAFT_WORDS = sizeof draft_words / sizeof *draft_words };

static const struct draft_word *draft_word_named(struct text t) {
    for (size_t i = 0; i < DRAFT_WORDS; i++)
        if (text_same(draft_words[i].word, t))
            return &draft_words[i];
    return NULL;
}

const char *draft_word_at(size_t number) {
    return number < DRAFT_WORDS ? draft_words[number].word.p : NULL;
}

/* ---- Keywords ---- */

/* A route whose prefix is still to come is a prefix like any other. */
static const struct family *draft_family(const struct draft *d) {
    return d->family ? d->family : &family_ipv4_unicast;
}

static bool draft_unknown(const struct draft *d, struct text keyword, struct words *words) {
    struct nearest nearest = {.word = keyword};
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    const char *const *own = draft_family(d)->keywords;
    if (words->complaint->made)
        return false;
    words_fail(words, "unknown command \"%.*s\"", TEXT_ARGS(keyword));
    for (size_t i = 0; i < DRAFT_WORDS; i++)
        nearest_try(&nearest, draft_words[i].word.p);
    for (size_t i = 0; i < count; i++)
        nearest_try(&nearest, kinds[i]->name);
    for (; own && *own; own++)
        nearest_try(&nearest, *own);
    complain_nearest(words->complaint, &nearest);
    return false;
}

bool draft_keyword(struct draft *d, struct text keyword, struct words *words) {
    const struct draft_word *word = draft_word_named(keyword);
    const struct attribute_kind *kind;
    if (word)
        return word->take(d, words);
    enum taken taken = draft_family(d)->keyword ? draft_family(d)->keyword(d, keyword, words) : NOT_MINE;
    if (taken != NOT_MINE)
        return taken == TAKEN;
    kind = attribute_kind_named(keyword);
    return kind ? draft_take_attribute(d, kind, words) : draft_unknown(d, keyword, words);
}

bool draft_keywords(struct draft *d, struct words *words, const char *stop) {
    struct text keyword;
    for (struct words before = *words; words_next(words, &keyword); before = *words) {
        if (stop && text_is(keyword, stop)) {
            *words = before;
            return true;
        }
        if (text_is(keyword, ";") && words_done(words))
            return true;
        if (!draft_keyword(d, keyword, words))
            return false;
    }
    return true;
}

bool draft_start(struct draft *d, const struct family *family, struct words *words) {
    struct text next;
    d->family = family;
    d->settled = family != NULL;
    if (!draft_family(d)->start || (words_peek(words, &next) && text_is(next, "nlri")))
        return true;
    return draft_family(d)->start(d, words);
}

bool draft_route(struct draft *d, const struct family *family, struct words *words) {
    return draft_start(d, family, words) && draft_keywords(d, words, NULL);
}

bool draft_block(struct draft *d, struct words *words) {
    struct text keyword, next;
    unsigned depth = 0;
    if (!words_expect(words, "{"))
        return false;
    while (words_take(words, "a keyword or \"}\"", &keyword)) {
        if (text_is(keyword, "}")) {
            if (depth-- == 0)
                return true;
        } else if (words_peek(words, &next) && text_is(next, "{")) {
            words_next(words, &next);
            depth++;
        } else if (!text_is(keyword, ";") && (!draft_keyword(d, keyword, words) || !words_expect(words, ";"))) {
            return false;
        }
    }
    return false;
}
