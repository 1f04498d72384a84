/* LARGE_COMMUNITY, RFC 8092: three numbers of four octets each, shown with colons.
 *
 * What is written is sorted, and each is kept once, as each is shown once (RFC 8092 section 5). */
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/part/items.h"

enum { LARGE_COMMUNITY = 12 };

static enum harm large_community_check(struct cursor value, const struct terms *terms) {
    size_t len = cursor_left(&value);
    (void)terms;
    return len && len % LARGE_COMMUNITY == 0 ? HARM_NONE : HARM_WITHDRAW;
}

/* `a:b:c`, or one number that is the last. */
static bool large_community_of_text(struct text t, struct buffer *value) {
    uint64_t part[3] = {0};
    if (number_parse_any(t, UINT32_MAX, &part[2])) {
        put_zeros(value, 8);
        put_u32(value, (uint32_t)part[2]);
        return true;
    }
    for (int i = 0; i < 3; i++) {
        if (i && (t.len == 0 || *t.p != ':'))
            return false;
        if (i)
            t = (struct text){t.p + 1, t.len - 1};
        if (!number_take(&t, UINT32_MAX, &part[i]))
            return false;
    }
    if (t.len)
        return false;
    for (int i = 0; i < 3; i++)
        put_u32(value, (uint32_t)part[i]);
    return true;
}

static bool large_community_parse(struct words *words, struct buffer *value) {
    struct list list;
    struct text t;
    size_t start = buffer_len(value);
    words_list(words, &list);
    while (words_item(words, &list, &t))
        if (!large_community_of_text(t, value))
            return words_fail(words, "invalid large community \"%.*s\"", TEXT_ARGS(t)) ||
                   complain_wanted(words->complaint, "three numbers with colons, as 65001:1:2");
    items_sort(value, start, LARGE_COMMUNITY, true);
    return !words->complaint->made;
}

/* Text is sorted always, JSON only in form 5. */
static void large_community_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct items items;
    struct cursor item;
    (void)style;
    items_init(&items, value, LARGE_COMMUNITY, ITEMS_SORTED_ONCE);
    bool single = items.count == 1;
    put_literal(out, "large-community ");
    if (!single)
        put_literal(out, "[ ");
    while (items_next(&items, &item)) {
        put_decimal(out, cursor_u32(&item));
        put_char(out, ':');
        put_decimal(out, cursor_u32(&item));
        put_char(out, ':');
        put_decimal(out, cursor_u32(&item));
        if (!single)
            put_char(out, ' ');
    }
    if (!single)
        put_char(out, ']');
}

static void large_community_json(struct cursor value, const struct style *style, struct buffer *out) {
    struct items items;
    struct cursor item;
    items_init(&items, value, LARGE_COMMUNITY, style->form == FORM_5 ? ITEMS_SORTED_ONCE : ITEMS_WIRE_ONCE);
    put_literal(out, "\"large-community\": [ ");
    for (const char *open = "[ "; items_next(&items, &item); open = ", [ ") {
        put_string(out, open);
        put_decimal(out, cursor_u32(&item));
        put_literal(out, ", ");
        put_decimal(out, cursor_u32(&item));
        put_literal(out, " , ");
        put_decimal(out, cursor_u32(&item));
        put_literal(out, " ]");
    }
    put_literal(out, " ]");
}

const struct attribute_kind attribute_large_community = {
    .code = ATTRIBUTE_LARGE_COMMUNITY,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .flags_harm = HARM_WITHDRAW,
    .name = "large-community",
    .row = "ATT-32",
    .want = "large communities: one, or several in brackets: 65001:1:2",
    .check = large_community_check,
    .parse = large_community_parse,
    .text = large_community_text,
    .json = large_community_json,
};
