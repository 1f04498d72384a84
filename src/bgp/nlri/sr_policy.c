/* SR Policy (RFC 9830): what a policy is for. What it does stands beside it, in TUNNEL_ENCAPSULATION: the words of both
 * come in one line.
 *
 *     bits(1) = 96 or 192  distinguisher(4)  color(4)  endpoint(4 or 16) */
#include "bgp/attribute/sr_policy.h"

#include "bgp/attribute.h"
#include "bgp/nlri/fields.h"

static const struct route_type sr_policy_type[] = {
    {0,
     NULL,
     "sr-policy",
     {
         {&field_number32, "distinguisher", "distinguisher", 1, true, false},
         {&field_number32, "color", "color", 2, true, false},
         {&field_address_rest, "endpoint", "endpoint", 3, true, false},
     }},
    {0, NULL, NULL, {{NULL, NULL, NULL, 0, false, false}}},
};

enum { SR_POLICY_IPV4_BITS = 96, SR_POLICY_IPV6_BITS = 192 };

static bool sr_policy_cut(struct cursor *from, struct cursor *nlri, unsigned wanted) {
    const uint8_t *start = from->p;
    if (cursor_u8(from) != wanted || !cursor_take(from, wanted / 8))
        return false;
    *nlri = (struct cursor){start, from->p, false};
    return true;
}

static bool ipv4_sr_policy_cut(struct cursor *from, struct cursor *nlri) {
    return sr_policy_cut(from, nlri, SR_POLICY_IPV4_BITS);
}

static bool ipv6_sr_policy_cut(struct cursor *from, struct cursor *nlri) {
    return sr_policy_cut(from, nlri, SR_POLICY_IPV6_BITS);
}

static bool sr_policy_open(struct cursor nlri, struct fields *out) {
    cursor_u8(&nlri);
    return fields_open(sr_policy_type, (struct field_context){0}, nlri, out);
}

/* ---- Words ---- */

static bool sr_policy_start(struct draft *d, struct words *words) {
    return fields_start(d, sr_policy_type, words);
}

enum { SR_POLICY_SUBTLV = 255 }; /* the index of what waits in draft->parts beside the fields */

static enum taken sr_policy_keyword(struct draft *d, struct text keyword, struct words *words) {
    enum taken taken = fields_keyword(d, sr_policy_type, keyword, words);
    size_t before = buffer_len(&d->parts);
    bool mine = false;
    if (taken != NOT_MINE)
        return taken;
    put_u8(&d->parts, SR_POLICY_SUBTLV);
    size_t hole = put_hole16(&d->parts);
    bool good = sr_policy_parse(keyword, words, &d->parts, &mine);
    fill_hole16(&d->parts, hole);
    if (!mine)
        buffer_cut(&d->parts, before);
    return !mine ? NOT_MINE : good ? TAKEN : TAKEN_BADLY;
}

/* The sub-TLVs in their order, as the attribute that carries them; `scratch` is left as it was. */
static bool sr_policy_finish_tunnel(struct draft *d, struct words *words, struct buffer *scratch) {
    size_t start = buffer_len(scratch);
    struct cursor parts = buffer_cursor(&d->parts);
    while (!cursor_done(&parts)) {
        uint8_t index = cursor_u8(&parts);
        struct cursor value = cursor_cut(&parts, cursor_u16(&parts));
        if (index == SR_POLICY_SUBTLV)
            put_cursor(scratch, value);
    }
    size_t middle = buffer_len(scratch);
    if (middle == start)
        return true;
    buffer_reserve(scratch, middle - start + 4); /* what is read must not move while it is written behind itself */
    put_sr_policy_tunnel(scratch, cursor_of(scratch->base + start, middle - start));
    bool good = draft_attribute(d, ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE, ATTRIBUTE_TUNNEL_ENCAP, false,
                                buffer_since(scratch, middle), words);
    buffer_cut(scratch, start);
    return good;
}

/* The family follows from the endpoint. */
static bool sr_policy_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    size_t start = buffer_len(nlri);
    if (!sr_policy_finish_tunnel(d, words, nlri))
        return false;
    put_u8(nlri, 0);
    if (!fields_finish(d, sr_policy_type, words, nlri))
        return false;
    size_t bits = 8 * (buffer_len(nlri) - start - 1);
    if (bits == SR_POLICY_IPV6_BITS)
        d->family = &family_ipv6_sr_policy;
    else if (d->family->afi == 2)
        return words_fail(words, "the endpoint of an IPv6 policy is an IPv6 address");
    if (!nlri->full)
        nlri->base[start] = (uint8_t)bits;
    return true;
}

/* ---- Shown ---- */

static void sr_policy_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    if (!style->command)
        put_family_text(out, nlri, style);
    else if (sr_policy_open(nlri->octets, &fields))
        fields_text(&fields, out);
}

static void sr_policy_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    (void)style;
    if (!sr_policy_open(nlri->octets, &fields))
        return;
    put_char(out, '{');
    fields_json(&fields, out);
    put_char(out, '}');
}

static const char *const sr_policy_words[] = {"distinguisher", "color", "endpoint", NULL};

#define SR_POLICY_ROW(name, number, word)                                                                              \
    const struct family family_##name = {.afi = (number),                                                              \
                                         .safi = 73,                                                                   \
                                         .index = FAMILY_##name,                                                       \
                                         .afi_name = (word),                                                           \
                                         .safi_name = "sr-policy",                                                     \
                                         .next_hops = NEXT_HOP_4 | NEXT_HOP_16,                                        \
                                         .cut = name##_cut,                                                            \
                                         .cut_row = "NLR-90",                                                          \
                                         .keywords = sr_policy_words,                                                  \
                                         .start = sr_policy_start,                                                     \
                                         .keyword = sr_policy_keyword,                                                 \
                                         .finish = sr_policy_finish,                                                   \
                                         .text = sr_policy_text,                                                       \
                                         .json = sr_policy_json};

SR_POLICY_ROW(ipv4_sr_policy, 1, "ipv4")
SR_POLICY_ROW(ipv6_sr_policy, 2, "ipv6")
