/* The end of a draft: the NLRI, and the attributes as the canonical list that the RIB keeps. */
#include "bgp/attribute.h"
#include "bgp/draft.h"
#include "bgp/family.h"

/* The attributes in ascending order of code; few, and mostly written in that order. */
static size_t draft_order(const struct draft *d, bool raw, uint8_t order[DRAFT_ATTRIBUTES]) {
    size_t count = 0;
    for (size_t i = 0; i < d->attribute_count; i++) {
        if (d->attributes[i].raw != raw)
            continue;
        size_t at = count++;
        for (; at && d->attributes[order[at - 1]].code > d->attributes[i].code; at--)
            order[at] = order[at - 1];
        order[at] = (uint8_t)i;
    }
    return count;
}

/* Raw ones keep the length octets that their flags ask for: put_attribute() does as the flag byte says. */
static void draft_put(const struct draft *d, const struct draft_attribute *a, struct buffer *out) {
    const uint8_t *value = a->len ? d->values.base + a->start : NULL; /* there may be no octets at all */
    put_attribute(out, a->flags, a->code, cursor_of(value, a->len));
}

static void draft_put_next_hop(const struct draft *d, struct buffer *out) {
    struct cursor value = d->next_hop_self ? cursor_of(NULL, 0) : ip_cursor(&d->next_hop);
    put_attribute(out, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_NEXT_HOP, value);
}

static void draft_put_named(const struct draft *d, struct buffer *out) {
    uint8_t order[DRAFT_ATTRIBUTES];
    size_t count = draft_order(d, false, order), i = 0;
    for (; i < count && d->attributes[order[i]].code < ATTRIBUTE_NEXT_HOP; i++)
        draft_put(d, &d->attributes[order[i]], out);
    if (d->has_next_hop)
        draft_put_next_hop(d, out);
    for (; i < count; i++)
        draft_put(d, &d->attributes[order[i]], out);
}

static bool draft_raw_has(const struct draft *d, uint8_t code) {
    for (size_t i = 0; i < d->attribute_count; i++)
        if (d->attributes[i].raw && d->attributes[i].code == code)
            return true;
    return false;
}

static bool draft_check_next_hop(const struct draft *d, struct words *words) {
    if (d->purpose == DRAFT_WITHDRAW || d->has_next_hop || d->family->flags & FAMILY_NO_NEXT_HOP ||
        draft_raw_has(d, ATTRIBUTE_NEXT_HOP) || draft_raw_has(d, ATTRIBUTE_MP_REACH))
        return true;
    return words_fail(words, "announce requires a next-hop") ||
           complain_wanted(words->complaint, "next-hop IP or self");
}

static bool draft_put_nlri(struct draft *d, struct words *words, struct buffer *nlri) {
    if (d->raw_nlri) {
        put_cursor(nlri, buffer_cursor(&d->parts));
        return true;
    }
    if (!d->family->finish)
        return words_fail(words, "%s %s can only be announced as octets", d->family->afi_name, d->family->safi_name) ||
               complain_wanted(words->complaint, "nlri 0x...");
    return d->family->finish(d, words, nlri);
}

bool draft_finish(struct draft *d, enum draft_purpose purpose, struct words *words, struct buffer *nlri,
                  struct buffer *attributes, size_t *raw_start) {
    uint8_t order[DRAFT_ATTRIBUTES];
    d->purpose = purpose;
    if (!d->family)
        return words_fail(words, "a route without a prefix");
    if (!draft_check_next_hop(d, words) || !draft_put_nlri(d, words, nlri))
        return false;
    draft_put_named(d, attributes);
    *raw_start = buffer_len(attributes);
    size_t count = draft_order(d, true, order);
    for (size_t i = 0; i < count; i++)
        draft_put(d, &d->attributes[order[i]], attributes);
    return true;
}
