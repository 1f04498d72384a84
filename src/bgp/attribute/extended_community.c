/* EXTENDED COMMUNITIES, RFC 4360: eight octets each. What they say is in the rows of extended_kind.c.
 *
 * What is written is sorted, equal ones kept; several lists add up to one (config.md 12). */
#include "bgp/attribute.h"
#include "bgp/attribute/extended_kind.h"
#include "bgp/part/items.h"

static enum harm extended_community_check(struct cursor value, const struct terms *terms) {
    size_t len = cursor_left(&value);
    (void)terms;
    return len && len % EXTENDED_COMMUNITY == 0 ? HARM_NONE : HARM_WITHDRAW;
}

static bool extended_community_parse(struct words *words, struct buffer *value) {
    struct list list;
    struct text t;
    size_t start = buffer_len(value);
    words_list(words, &list);
    while (words_item(words, &list, &t))
        if (!extended_community_parse_one(words, t, value))
            return false;
    items_sort(value, start, EXTENDED_COMMUNITY, false);
    return !words->complaint->made;
}

/* Text is sorted always, JSON only in form 5. */
static void extended_community_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct items items;
    struct cursor item;
    items_init(&items, value, EXTENDED_COMMUNITY, ITEMS_SORTED);
    bool single = items.count == 1;
    put_literal(out, "extended-community ");
    if (!single)
        put_literal(out, "[ ");
    while (items_next(&items, &item)) {
        put_extended_community(out, item, style);
        if (!single)
            put_char(out, ' ');
    }
    if (!single)
        put_char(out, ']');
}

static void extended_community_json(struct cursor value, const struct style *style, struct buffer *out) {
    struct items items;
    struct cursor item;
    items_init(&items, value, EXTENDED_COMMUNITY, style->form == FORM_5 ? ITEMS_SORTED : ITEMS_WIRE);
    put_literal(out, "\"extended-community\": [ ");
    for (const char *between = ""; items_next(&items, &item); between = ", ") {
        put_string(out, between);
        put_extended_community_json(out, item, style);
    }
    put_literal(out, " ]");
}

const struct attribute_kind attribute_extended_community = {
    .code = ATTRIBUTE_EXTENDED_COMMUNITY,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .flags_harm = HARM_WITHDRAW,
    .name = "extended-community",
    .row = "ATT-16",
    .want = "extended communities: one, or several in brackets: target:65001:100, target:70000L:1, origin:1.2.3.4:5, "
            "0x0002FDE900000064",
    .check = extended_community_check,
    .parse = extended_community_parse,
    .text = extended_community_text,
    .json = extended_community_json,
};
