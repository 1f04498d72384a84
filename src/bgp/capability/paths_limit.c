/* PATHS-LIMIT (draft-abraitis-idr-addpath-paths-limit): AFI (2), SAFI (1), how many paths we want at most (2). Only
 * beside ADD-PATH, for families of which we receive paths. */
#include "base/number.h"
#include "bgp/capability/add_path.h"
#include "bgp/capability/list.h"

enum { PATHS_LIMIT_ENTRY = 5 };

static enum harm paths_limit_check(struct cursor value) {
    return cursor_left(&value) % PATHS_LIMIT_ENTRY ? HARM_DISCARD : HARM_NONE;
}

static void paths_limit_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    size_t start = buffer_len(out);
    put_u8(out, CAPABILITY_PATHS_LIMIT);
    size_t hole = put_hole8(out);
    for (size_t i = 0; i < add_path_order_count; i++) {
        const struct family *f = family_of(add_path_order[i].afi, add_path_order[i].safi);
        if (!(offer->add_path & 1) || !add_path_is_offered(offer, f) || !offer->paths_limit[f->index])
            continue;
        put_u16(out, f->afi);
        put_u8(out, f->safi);
        put_u16(out, offer->paths_limit[f->index]);
    }
    fill_hole8(out, hole);
    if (buffer_len(out) == start + 2)
        buffer_cut(out, start);
}

/* The same family twice: the first counts, as in ExaBGP; 0 says nothing. */
static void paths_limit_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    (void)offer;
    while (!cursor_done(&value)) {
        uint16_t afi = cursor_u16(&value);
        const struct family *f = family_of(afi, cursor_u8(&value));
        uint16_t limit = cursor_u16(&value);
        if (f && !terms->paths_limit[f->index])
            terms->paths_limit[f->index] = limit;
    }
}

/* A limit of 0 says nothing and is not shown. */
static bool paths_limit_next(struct capability_list *list, uint16_t *afi, uint8_t *safi, uint16_t *limit) {
    struct cursor entry, last;
    while (capability_list_next(list, &entry, &last)) {
        *afi = cursor_u16(&entry);
        *safi = cursor_u8(&entry);
        *limit = cursor_u16(&entry);
        if (*limit)
            return true;
        list->count--;
    }
    return false;
}

static void paths_limit_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                             struct buffer *out) {
    (void)sent;
    struct capability_list list = capability_list_of(open, CAPABILITY_PATHS_LIMIT, PATHS_LIMIT_ENTRY, 3);
    uint16_t afi, limit;
    uint8_t safi;
    if (style->form == FORM_5) {
        capability_unknown_json(&(struct capability){CAPABILITY_PATHS_LIMIT, value}, out);
        return;
    }
    put_literal(out, "{ \"name\": \"paths-limit\"");
    while (paths_limit_next(&list, &afi, &safi, &limit)) {
        put_literal(out, ", \"");
        put_family_numbers(out, afi, safi, '/');
        put_literal(out, "\": ");
        put_decimal(out, limit);
    }
    put_literal(out, " }");
}

static void paths_limit_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                             struct buffer *out) {
    (void)sent;
    struct capability_list list = capability_list_of(open, CAPABILITY_PATHS_LIMIT, PATHS_LIMIT_ENTRY, 3);
    uint16_t afi, limit;
    uint8_t safi;
    if (style->form == FORM_5) {
        capability_unknown_text(&(struct capability){CAPABILITY_PATHS_LIMIT, value}, style, out);
        return;
    }
    put_literal(out, "pathslimit(");
    while (paths_limit_next(&list, &afi, &safi, &limit)) {
        put_string(out, list.count > 1 ? ", " : "");
        put_family_numbers(out, afi, safi, ' ');
        put_char(out, ' ');
        put_decimal(out, limit);
    }
    put_char(out, ')');
}

const struct capability_kind capability_paths_limit = {
    .code = CAPABILITY_PATHS_LIMIT,
    .name = "paths-limit",
    .row = "CAP-18",
    .check = paths_limit_check,
    .offer = paths_limit_offer,
    .agree = paths_limit_agree,
    .json = paths_limit_json,
    .text = paths_limit_text,
};
