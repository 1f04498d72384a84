/* Multiple labels (RFC 8277 section 2.1): AFI (2), SAFI (1), how many labels a route may have (1), for each family.
 *
 * Without it on both sides a route has one label. ExaBGP does not know it and sends as many as it is told to: so does
 * who does not configure it here. Of a family said twice the first counts; 0 and 1 say nothing (CAP-19). */
#include "base/number.h"
#include "bgp/capability/list.h"
#include "bgp/nlri/prefix.h"

enum { LABELS_ENTRY = 4 };

static bool is_labelled(const struct family *f) {
    return prefix_kind(f) != PREFIX_PLAIN;
}

static void multiple_labels_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    size_t start = buffer_len(out);
    if (!offer->multiple_labels)
        return;
    put_u8(out, CAPABILITY_MULTIPLE_LABELS);
    size_t hole = put_hole8(out);
    for (unsigned i = 0; i < FAMILIES; i++) {
        if (!terms_has(offer->families, i) || !is_labelled(family_at(i)))
            continue;
        put_u16(out, family_at(i)->afi);
        put_u8(out, family_at(i)->safi);
        put_u8(out, offer->multiple_labels);
    }
    fill_hole8(out, hole);
    if (buffer_len(out) == start + 2)
        buffer_cut(out, start);
}

/* What the peer says of a family; 1 when it says nothing. */
static uint8_t labels_of(const struct open *peers, const struct family *f) {
    struct capability_walk walk = {0};
    struct cursor value;
    while (open_capability_of(peers, CAPABILITY_MULTIPLE_LABELS, &walk, &value))
        while (cursor_left(&value) >= LABELS_ENTRY) {
            uint16_t afi = cursor_u16(&value);
            uint8_t safi = cursor_u8(&value), count = cursor_u8(&value);
            if (afi == f->afi && safi == f->safi && count > 1)
                return count;
        }
    return 1;
}

static bool multiple_labels_demand(const struct offer *offer, const struct open *peers, struct terms *terms,
                                   struct fault *fault) {
    (void)fault;
    terms->labels_receive = offer->multiple_labels;
    for (unsigned i = 0; offer->multiple_labels && i < FAMILIES; i++)
        if (is_labelled(family_at(i)))
            terms->labels_send[i] = labels_of(peers, family_at(i));
    return true;
}

static void multiple_labels_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                 struct buffer *out) {
    struct capability_list list = capability_list_of(open, CAPABILITY_MULTIPLE_LABELS, LABELS_ENTRY, 3);
    struct cursor entry, last;
    (void)style;
    if (!sent) {
        capability_unknown_json(&(struct capability){CAPABILITY_MULTIPLE_LABELS, value}, out);
        return;
    }
    put_literal(out, "{ \"name\": \"multiple-labels\"");
    while (capability_list_next(&list, &entry, &last)) {
        uint16_t afi = cursor_u16(&entry);
        put_literal(out, ", \"");
        put_family_numbers(out, afi, cursor_u8(&entry), '/');
        put_literal(out, "\": ");
        put_decimal(out, last.p[3]);
    }
    put_literal(out, " }");
}

static void multiple_labels_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                 struct buffer *out) {
    (void)open;
    if (!sent) {
        capability_unknown_text(&(struct capability){CAPABILITY_MULTIPLE_LABELS, value}, style, out);
        return;
    }
    put_literal(out, "multiple-labels(");
    for (bool first = true; cursor_left(&value) >= LABELS_ENTRY; first = false) {
        uint16_t afi = cursor_u16(&value);
        put_string(out, first ? "" : ", ");
        put_family_numbers(out, afi, cursor_u8(&value), ' ');
        put_char(out, ' ');
        put_decimal(out, cursor_u8(&value));
    }
    put_char(out, ')');
}

const struct capability_kind capability_multiple_labels = {
    .code = CAPABILITY_MULTIPLE_LABELS,
    .name = "multiple-labels",
    .row = "CAP-19",
    .offer = multiple_labels_offer,
    .demand = multiple_labels_demand,
    .json = multiple_labels_json,
    .text = multiple_labels_text,
};
