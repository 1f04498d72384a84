/* VPLS (RFC 4761 3.2.2): a block of labels of one site.
 *
 * Surprise: a label has 20 bits, but in words the base is at most 65535, as ExaBGP has it; above that, it is octets.
 *
 *     length(2) = 17  route distinguisher(8)  endpoint(2)  offset(2)  size(2)  label base(3) */
#include "base/number.h"
#include "bgp/nlri/fields.h"
#include "bgp/part/label.h"

enum { VPLS_LENGTH = 17 };

static bool base_parse(struct words *words, struct text word, struct buffer *out) {
    struct text t;
    uint64_t label;
    (void)word;
    if (!words_next(words, &t) || !number_parse(t, UINT16_MAX, &label))
        return false;
    put_u24(out, (uint32_t)label << 4 | 1);
    return true;
}

static bool base_take(struct cursor *from, struct field_context *context) {
    (void)context;
    return cursor_take(from, LABEL_OCTETS);
}

static void base_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    (void)context;
    put_decimal(out, cursor_u24(&value) >> 4);
}

static const struct field_kind field_base = {
    .want = "a label, 0 to 65535",
    .bare = true,
    .parse = base_parse,
    .take = base_take,
    .text = base_text,
};

static const struct route_type vpls_type[] = {
    {0,
     NULL,
     "vpls",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_number16, "endpoint", "endpoint", 2, true, false},
         {&field_number16, "offset", "offset", 4, true, false},
         {&field_number16, "size", "size", 5, true, false},
         {&field_base, "base", "base", 3, false, false},
     }},
    {0, NULL, NULL, {{NULL, NULL, NULL, 0, false, false}}},
};

static const char *const vpls_keywords[] = {"rd", "endpoint", "base", "offset", "size", NULL};

static bool vpls_cut(struct cursor *from, struct cursor *nlri) {
    const uint8_t *start = from->p;
    uint16_t len = cursor_u16(from);
    if (from->bad || !cursor_take(from, len))
        return false;
    *nlri = (struct cursor){start, from->p, false};
    return true;
}

static bool vpls_open(struct cursor nlri, struct fields *out) {
    cursor_u16(&nlri);
    return fields_open(vpls_type, (struct field_context){0}, nlri, out);
}

static enum harm vpls_check(struct cursor nlri, bool announce) {
    struct fields fields;
    (void)announce;
    return vpls_open(nlri, &fields) ? HARM_NONE : HARM_SKIP;
}

static void vpls_key(struct cursor nlri, struct buffer *out) {
    struct fields fields;
    if (vpls_open(nlri, &fields))
        fields_key(&fields, out);
    else
        put_cursor(out, nlri);
}

static bool vpls_start(struct draft *d, struct words *words) {
    return fields_start(d, vpls_type, words);
}

static enum taken vpls_keyword(struct draft *d, struct text keyword, struct words *words) {
    return fields_keyword(d, vpls_type, keyword, words);
}

static bool vpls_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    put_u16(nlri, VPLS_LENGTH);
    return fields_finish(d, vpls_type, words, nlri);
}

/* Form 5 leaves a blank where there is no next hop. */
static void vpls_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    if (!vpls_open(nlri->octets, &fields))
        return;
    if (!style->command)
        put_literal(out, "vpls ");
    fields_text(&fields, out);
    if (style->command)
        return;
    if (style->form != FORM_5)
        put_next_hop_or_none(out, nlri);
    else if (cursor_done(&nlri->next_hop))
        put_char(out, ' ');
    else
        put_next_hop_text(out, nlri->next_hop);
}

static void vpls_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    (void)style;
    if (!vpls_open(nlri->octets, &fields))
        return;
    put_literal(out, "{ ");
    fields_json(&fields, out);
    put_literal(out, " }");
}

const struct family family_vpls = {
    .afi = 25,
    .safi = 65,
    .index = FAMILY_vpls,
    .afi_name = "l2vpn",
    .safi_name = "vpls",
    .next_hops = NEXT_HOP_4 | NEXT_HOP_16,
    .cut = vpls_cut,
    .check = vpls_check,
    .row = "NLR-51",
    .cut_row = "NLR-51",
    .key = vpls_key,
    .keywords = vpls_keywords,
    .start = vpls_start,
    .keyword = vpls_keyword,
    .finish = vpls_finish,
    .text = vpls_text,
    .json = vpls_json,
};
