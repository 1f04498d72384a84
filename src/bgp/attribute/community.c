/* COMMUNITIES, RFC 1997: four octets each, shown as two numbers or as a well-known name.
 *
 * What is written is sorted, equal ones kept. */
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/part/items.h"

enum { COMMUNITY = 4 };

static enum harm community_check(struct cursor value, const struct terms *terms) {
    size_t len = cursor_left(&value);
    (void)terms;
    return len && len % COMMUNITY == 0 ? HARM_NONE : HARM_WITHDRAW;
}

/* Some are written in several ways; the first of a value is the one that is shown. Those at the end ExaBGP does not
 * know: what it shows as numbers stays numbers. */
static const struct community_name {
    const char *name;
    uint32_t value;
} community_names[] = {
    {"no-export", 0xffffff01},    {"no_export", 0xffffff01},
    {"no-advertise", 0xffffff02}, {"no_advertise", 0xffffff02},
    {"no-peer", 0xffffff04},      {"nopeer", 0xffffff04},
    {"no_peer", 0xffffff04},      {"no-export-subconfed", 0xffffff03},
    {"blackhole", 0xffff029a},    {"no_export_subconfed", 0xffffff03},
    {"llgr-stale", 0xffff0006},   {"no-llgr", 0xffff0007},
    {"llgr_stale", 0xffff0006},   {"no_llgr", 0xffff0007},
};

enum {
    COMMUNITY_NAMES = sizeof community_names / sizeof *community_names,
    COMMUNITY_NAMES_SHOWN = COMMUNITY_NAMES - 4
};

static bool community_of_name(struct text t, uint32_t *out) {
    for (size_t i = 0; i < COMMUNITY_NAMES; i++)
        if (text_is_any_case(t, community_names[i].name)) {
            *out = community_names[i].value;
            return true;
        }
    return false;
}

/* The second number may be too large for its half: it carries into the first, as it always has with ExaBGP. */
static bool community_of_text(struct text t, uint32_t *out) {
    uint64_t v, low;
    struct text rest = t;
    if (!number_take(&rest, UINT32_MAX, &v))
        return community_of_name(t, out);
    if (rest.len && rest.p[0] == ':') {
        if (!number_parse((struct text){rest.p + 1, rest.len - 1}, UINT32_MAX, &low))
            return false;
        v = (v << 16) + low;
    } else if (rest.len && !number_parse_any(t, UINT32_MAX, &v)) {
        return false;
    }
    *out = (uint32_t)v;
    return v <= UINT32_MAX;
}

static bool community_parse(struct words *words, struct buffer *value) {
    struct list list;
    struct text t;
    uint32_t community;
    size_t start = buffer_len(value);
    words_list(words, &list);
    while (words_item(words, &list, &t)) {
        if (!community_of_text(t, &community))
            return words_fail(words, "invalid community \"%.*s\"", TEXT_ARGS(t)) ||
                   complain_wanted(words->complaint, "65001:1, 0xFDE90001, a number, or a name as no-export");
        put_u32(value, community);
    }
    items_sort(value, start, COMMUNITY, false);
    return !words->complaint->made;
}

static void put_community(struct buffer *out, uint32_t community) {
    if (community >= 0xffff0000)
        for (size_t i = 0; i < COMMUNITY_NAMES_SHOWN; i++)
            if (community_names[i].value == community) {
                put_string(out, community_names[i].name);
                return;
            }
    put_decimal(out, community >> 16);
    put_char(out, ':');
    put_decimal(out, community & 0xffff);
}

/* Text is sorted always, JSON only in form 5. */
static void community_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct items items;
    struct cursor item;
    (void)style;
    items_init(&items, value, COMMUNITY, ITEMS_SORTED);
    bool single = items.count == 1;
    put_literal(out, "community ");
    if (!single)
        put_literal(out, "[ ");
    while (items_next(&items, &item)) {
        put_community(out, cursor_u32(&item));
        if (!single)
            put_char(out, ' ');
    }
    if (!single)
        put_char(out, ']');
}

static void community_json(struct cursor value, const struct style *style, struct buffer *out) {
    struct items items;
    struct cursor item;
    items_init(&items, value, COMMUNITY, style->form == FORM_5 ? ITEMS_SORTED : ITEMS_WIRE);
    put_literal(out, "\"community\": [ ");
    while (items_next(&items, &item)) {
        put_literal(out, "[ ");
        put_decimal(out, cursor_u16(&item));
        put_literal(out, ", ");
        put_decimal(out, cursor_u16(&item));
        put_literal(out, " ], ");
    }
    buffer_cut(out, buffer_len(out) - 2);
    put_literal(out, " ]");
}

const struct attribute_kind attribute_community = {
    .code = ATTRIBUTE_COMMUNITY,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .flags_harm = HARM_WITHDRAW,
    .name = "community",
    .row = "ATT-08",
    .want = "communities: one, or several in brackets: 65001:1, 0xFDE90001, no-export",
    .check = community_check,
    .parse = community_parse,
    .text = community_text,
    .json = community_json,
};
