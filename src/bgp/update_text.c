/* An UPDATE as lines of the text encoder (api-events.md 15): a line for each route, with all that there is to say.
 *
 * Surprise: ExaBGP 5.0 tells what is withdrawn before what is announced, main the other way round. */
#include "base/number.h"
#include "bgp/update_private.h"

/* Every line but the first of them copies the attributes from where they were written first. */
struct update_lines {
    const struct update *u;
    const struct style *style;
    struct text prefix;
    struct buffer *out;
    size_t attributes, attributes_len; /* where in `out`; 0: not yet */
};

static void update_attributes_text(const struct update *u, const struct style *style, struct buffer *out) {
    put_char(out, ' ');
    size_t list = buffer_len(out);
    for (unsigned i = 0; i < u->count; i++)
        if (u->attributes[i].code != ATTRIBUTE_NEXT_HOP)
            attribute_text(&u->attributes[i], list, style, out);
    if (buffer_len(out) == list)
        buffer_cut(out, list - 1);
    put_update_error(u, style, " error ", out);
}

static void put_line_attributes(struct update_lines *l) {
    struct buffer *out = l->out;
    if (l->attributes) {
        if (buffer_reserve(out, l->attributes_len))
            put_octets(out, out->base + l->attributes, l->attributes_len);
        return;
    }
    l->attributes = buffer_len(out);
    update_attributes_text(l->u, l->style, out);
    l->attributes_len = buffer_len(out) - l->attributes;
}

static void put_line(struct update_lines *l, const struct nlri *nlri) {
    put_text(l->out, l->prefix);
    if (nlri->announced)
        put_literal(l->out, " announced ");
    else
        put_literal(l->out, " withdrawn ");
    nlri->family->text(nlri, l->style, l->out);
    if (nlri->announced)
        put_line_attributes(l);
    put_char(l->out, '\n');
}

static void put_lines(struct update_lines *l, unsigned stage) {
    struct update_walk w;
    struct nlri nlri;
    struct cursor next_hops[2];
    update_walk_part(&w, l->u, stage);
    unsigned count = update_next_hops(w.next_hop, l->style, next_hops);
    while (update_walk_next(&w, &nlri))
        for (unsigned i = 0; i < count; i++) {
            nlri.next_hop = next_hops[i];
            if (!nlri.announced && l->style->form != FORM_5)
                nlri.next_hop = (struct cursor){0};
            put_line(l, &nlri);
        }
}

static void put_end_of_rib_line(const struct update_lines *l) {
    struct buffer *out = l->out;
    put_text(out, l->prefix);
    put_literal(out, " route eor ");
    put_decimal(out, l->u->end_afi);
    put_char(out, '/');
    put_decimal(out, l->u->end_safi);
    put_literal(out, " (");
    put_family_numbers(out, l->u->end_afi, l->u->end_safi, ' ');
    put_literal(out, ")\n");
}

void update_text(const struct update *u, struct text prefix, const struct style *style, struct buffer *out) {
    struct update_lines l = {.u = u, .style = style, .prefix = prefix, .out = out};
    if (u->end_of_rib)
        put_end_of_rib_line(&l);
    for (int pass = 0; pass < 2 && !u->end_of_rib; pass++)
        for (unsigned stage = 0; stage < UPDATE_STAGES; stage++) {
            bool announces = update_stage_announces(u, stage);
            if (style->form == FORM_5 ? pass == 0 : announces == (pass == 0))
                put_lines(&l, stage);
        }
}
