/* Multicast in VPNs (RFC 6514), IPv4 and IPv6.
 *
 *     type(1)  length(1)  fields
 *
 * ExaBGP reads and writes types 5 to 7. The others can be written here too; in JSON they are octets, as ExaBGP shows
 * them. */
#include "base/number.h"
#include "bgp/nlri/fields.h"

static const struct route_type mvpn_types[] = {
    {1,
     "intra-as",
     NULL,
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_address_rest, "originator", "originator", 2, true, false},
     }},
    {2,
     "inter-as",
     NULL,
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_number32, "source-as", "source-as", 2, true, true},
     }},
    {3,
     "selective-pmsi",
     NULL,
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_address_or_none, "source", "source", 2, true, false},
         {&field_address_or_none, "group", "group", 3, true, false},
         {&field_address_rest, "originator", "originator", 4, true, false},
     }},
    {4,
     "leaf",
     NULL,
     {
         {&field_nested, "key", "key", 1, true, false},
         {&field_address_rest, "originator", "originator", 2, true, false},
     }},
    {5,
     "source-ad",
     "Source Active A-D Route",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_address_same, "source", "source", 2, true, false},
         {&field_address_same, "group", "group", 3, true, false},
     }},
    {6,
     "shared-join",
     "C-Multicast Shared Tree Join route",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_number32, "source-as", "source-as", 2, true, true},
         {&field_address_same, "rp", "source", 3, true, false},
         {&field_address_same, "group", "group", 4, true, false},
     }},
    {7,
     "source-join",
     "C-Multicast Source Tree Join route",
     {
         {&field_rd, "rd", "rd", 1, true, false},
         {&field_number32, "source-as", "source-as", 2, true, true},
         {&field_address_same, "source", "source", 3, true, false},
         {&field_address_same, "group", "group", 4, true, false},
     }},
    {0, NULL, NULL, {{NULL, NULL, NULL, 0, false, false}}},
};

static bool mvpn_cut(struct cursor *from, struct cursor *nlri) {
    const uint8_t *start = from->p;
    cursor_u8(from);
    uint8_t len = cursor_u8(from);
    if (from->bad || !cursor_take(from, len))
        return false;
    *nlri = (struct cursor){start, from->p, false};
    return true;
}

/* False: not a known type, or malformed. */
static bool mvpn_open(struct cursor nlri, struct fields *out) {
    const struct route_type *type = route_type_of(mvpn_types, cursor_u8(&nlri));
    cursor_u8(&nlri);
    return type && fields_open(type, (struct field_context){0}, nlri, out);
}

static bool mvpn_known(struct cursor nlri) {
    return route_type_of(mvpn_types, cursor_u8(&nlri)) != NULL;
}

static enum harm mvpn_check(struct cursor nlri, bool announce) {
    struct fields fields;
    (void)announce;
    return !mvpn_known(nlri) || mvpn_open(nlri, &fields) ? HARM_NONE : HARM_SKIP;
}

/* ---- Words ---- */

static const char *const mvpn_keywords[] = {"rd", "source-as", "rp", "source", "group", "originator", "key", NULL};

static bool mvpn_start(struct draft *d, struct words *words) {
    return fields_start(d, mvpn_types, words);
}

static enum taken mvpn_keyword(struct draft *d, struct text keyword, struct words *words) {
    return fields_keyword(d, mvpn_types, keyword, words);
}

static bool mvpn_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    size_t start = buffer_len(nlri);
    struct fields fields;
    put_u8(nlri, (uint8_t)fields_type(d, mvpn_types)->code);
    size_t hole = put_hole8(nlri);
    if (!fields_finish(d, mvpn_types, words, nlri))
        return false;
    fill_hole8(nlri, hole);
    return mvpn_open(buffer_since(nlri, start), &fields) || words_fail(words, "source and group are not of one family");
}

/* ---- Shown ---- */

static void mvpn_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    if (!style->command)
        put_family_text(out, nlri, style);
    else if (mvpn_open(nlri->octets, &fields))
        fields_text(&fields, out);
}

static void mvpn_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    struct cursor octets = nlri->octets;
    bool parsed = mvpn_open(octets, &fields) && fields.type->name;
    (void)style;
    put_literal(out, "{ \"code\": ");
    put_decimal(out, cursor_u8(&octets));
    put_literal(out, ", \"parsed\": ");
    put_string(out, parsed ? "true" : "false");
    put_literal(out, ", \"raw\": \"");
    put_hex_upper(out, nlri->octets);
    if (parsed) {
        put_literal(out, "\", \"name\": \"");
        put_string(out, fields.type->name);
        put_literal(out, "\", ");
        fields_json(&fields, out);
        put_literal(out, "}");
    } else {
        put_literal(out, "\" }");
    }
}

#define MVPN_ROW(name, number, word)                                                                                   \
    const struct family family_##name = {.afi = (number),                                                              \
                                         .safi = 5,                                                                    \
                                         .index = FAMILY_##name,                                                       \
                                         .afi_name = (word),                                                           \
                                         .safi_name = "mcast-vpn",                                                     \
                                         .flags = FAMILY_NEXT_HOP_TOO,                                                 \
                                         .next_hops = NEXT_HOP_4 | NEXT_HOP_16,                                        \
                                         .cut = mvpn_cut,                                                              \
                                         .check = mvpn_check,                                                          \
                                         .row = "NLR-35",                                                              \
                                         .cut_row = "NLR-32",                                                          \
                                         .known = mvpn_known,                                                          \
                                         .keywords = mvpn_keywords,                                                    \
                                         .start = mvpn_start,                                                          \
                                         .keyword = mvpn_keyword,                                                      \
                                         .finish = mvpn_finish,                                                        \
                                         .text = mvpn_text,                                                            \
                                         .json = mvpn_json};

MVPN_ROW(ipv4_mvpn, 1, "ipv4")
MVPN_ROW(ipv6_mvpn, 2, "ipv6")
