/* Mobile user plane: sessions of a mobile network as routes (draft-ietf-bess-mup-safi), IPv4 and IPv6.
 *
 *     architecture(1)  type(2)  length(1)  route distinguisher(8)  fields
 *
 * Architecture 1 is 3GPP 5G, the only one there is. The AFI says how long addresses are that do not say it themselves.
 * Type 4 has address and tunnel identifier (TEID) under one length: bits of both, so that the TEID may be shorter. */
#include "base/number.h"
#include "bgp/nlri/fields.h"
#include "bgp/part/rd.h"

enum { MUP_HEADER = 4, MUP_5G = 1, MUP_T2ST = 4 };

/* ---- Fields of MUP alone ---- */

static unsigned mup_size(const struct field_context *context) {
    return context->afi == 1 ? 4 : 16;
}

static void put_mup_member(struct buffer *out, const char *key, unsigned bits, struct ip ip) {
    put_char(out, '"');
    put_string(out, key);
    put_literal(out, "_len\": ");
    put_decimal(out, bits);
    put_literal(out, ", \"");
    put_string(out, key);
    put_literal(out, "\": \"");
    put_ip(out, ip);
    put_char(out, '"');
}

static bool mup_prefix_parse(struct words *words, struct text word, struct buffer *out) {
    struct text t;
    struct prefix p;
    (void)word;
    if (!words_next(words, &t) || !prefix_parse(t, &p))
        return false;
    put_u8(out, p.bits);
    put_octets(out, p.ip.octets, prefix_octets(p.bits));
    return true;
}

static bool mup_prefix_take(struct cursor *from, struct field_context *context) {
    unsigned bits = cursor_u8(from);
    return bits <= 8 * mup_size(context) && cursor_take(from, prefix_octets(bits));
}

static struct ip mup_prefix_ip(struct cursor value, const struct field_context *context, unsigned *bits) {
    struct ip ip = {.len = (uint8_t)mup_size(context)};
    *bits = cursor_u8(&value);
    memcpy(ip.octets, value.p, cursor_left(&value));
    return ip;
}

static void mup_prefix_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    unsigned bits;
    put_ip(out, mup_prefix_ip(value, context, &bits));
    put_char(out, '/');
    put_decimal(out, bits);
}

static void mup_prefix_json(const struct field *field, struct cursor value, const struct field_context *context,
                            struct buffer *out) {
    unsigned bits;
    struct ip ip = mup_prefix_ip(value, context, &bits);
    put_mup_member(out, field->key, bits, ip);
}

static const struct field_kind field_mup_prefix = {
    .want = "a prefix: 10.0.0.0/24",
    .parse = mup_prefix_parse,
    .take = mup_prefix_take,
    .text = mup_prefix_text,
    .json = mup_prefix_json,
};

static void mup_address_json(const struct field *field, struct cursor value, const struct field_context *context,
                             struct buffer *out) {
    (void)context;
    unsigned bits = cursor_u8(&value);
    put_mup_member(out, field->key, bits, ip_of(value.p, cursor_left(&value)));
}

static const struct field_kind field_mup_endpoint = {
    .want = "an IP address",
    .parse = field_address_parse,
    .take = field_address_take,
    .text = field_address_text,
    .json = mup_address_json,
};

/* The source is at the end, or is not there. */
static void mup_source_absent(const struct field_context *context, struct buffer *out) {
    (void)context, (void)out;
}

static bool mup_source_take(struct cursor *from, struct field_context *context) {
    return cursor_done(from) || field_address_take(from, context);
}

/* An address that is not there has the text that ExaBGP gives it: its users' programs know it. */
static void mup_source_json(const struct field *field, struct cursor value, const struct field_context *context,
                            struct buffer *out) {
    if (cursor_done(&value))
        put_literal(out, "\"source_ip_len\": 0, \"source_ip\": \"b''\"");
    else
        mup_address_json(field, value, context, out);
}

static const struct field_kind field_mup_source = {
    .want = "an IP address",
    .parse = field_address_parse,
    .absent = mup_source_absent,
    .take = mup_source_take,
    .text = field_address_text,
    .json = mup_source_json,
};

/* Address and TEID of type 4: bits(1), address, TEID. The words of the TEID come apart, as TEID/BITS. */
static bool mup_pair_take(struct cursor *from, struct field_context *context) {
    unsigned bits = cursor_u8(from), size = 8 * mup_size(context);
    return bits >= size && bits <= size + 32 && cursor_take(from, prefix_octets(bits)) && !from->bad;
}

static struct ip mup_pair_ip(struct cursor value, const struct field_context *context, struct cursor *teid) {
    cursor_u8(&value);
    struct ip ip = ip_of(value.p, mup_size(context));
    cursor_take(&value, mup_size(context));
    *teid = value;
    return ip;
}

static void mup_pair_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    struct cursor teid;
    put_ip(out, mup_pair_ip(value, context, &teid));
}

static void mup_pair_json(const struct field *field, struct cursor value, const struct field_context *context,
                          struct buffer *out) {
    struct cursor teid;
    (void)field;
    put_literal(out, "\"endpoint_len\": ");
    put_decimal(out, *value.p);
    put_literal(out, ", \"endpoint_ip\": \"");
    put_ip(out, mup_pair_ip(value, context, &teid));
    put_char(out, '"');
}

static const struct field_kind field_mup_pair = {
    .want = "an IP address",
    .parse = field_address_parse,
    .take = mup_pair_take,
    .text = mup_pair_text,
    .json = mup_pair_json,
};

/* ---- Types ---- */

static const struct route_type mup_types[] = {
    {1,
     "mup-isd",
     "InterworkSegmentDiscoveryRoute",
     {
         {&field_rd, "rd", "rd", 2, true, false},
         {&field_mup_prefix, NULL, "prefix_ip", 1, true, false},
     }},
    {2,
     "mup-dsd",
     "DirectSegmentDiscoveryRoute",
     {
         {&field_rd, "rd", "rd", 2, true, false},
         {&field_address_rest, NULL, "ip", 1, true, false},
     }},
    {3,
     "mup-t1st",
     "Type1SessionTransformedRoute",
     {
         {&field_rd, "rd", "rd", 4, true, false},
         {&field_mup_prefix, NULL, "prefix_ip", 1, true, false},
         {&field_number32, "teid", "teid", 2, false, true},
         {&field_number8, "qfi", "qfi", 3, false, true},
         {&field_mup_endpoint, "endpoint", "endpoint_ip", 5, false, false},
         {&field_mup_source, "source", "source_ip", 6, false, false},
     }},
    {MUP_T2ST,
     "mup-t2st",
     "Type2SessionTransformedRoute",
     {
         {&field_rd, "rd", "rd", 2, true, false},
         {&field_mup_pair, NULL, "endpoint_ip", 1, true, false},
     }},
    {0, NULL, NULL, {{NULL, NULL, NULL, 0, false, false}}},
};

static bool mup_cut(struct cursor *from, struct cursor *nlri) {
    const uint8_t *start = from->p;
    cursor_take(from, MUP_HEADER - 1);
    uint8_t len = cursor_u8(from);
    if (from->bad || !cursor_take(from, len))
        return false;
    *nlri = (struct cursor){start, from->p, false};
    return true;
}

static const struct route_type *mup_type(struct cursor nlri) {
    unsigned architecture = cursor_u8(&nlri), code = cursor_u16(&nlri);
    return architecture == MUP_5G ? route_type_of(mup_types, code) : NULL;
}

static bool mup_known(struct cursor nlri) {
    return mup_type(nlri) != NULL;
}

/* False: not a known type, or malformed. */
static bool mup_open(uint16_t afi, struct cursor nlri, struct fields *out) {
    const struct route_type *type = mup_type(nlri);
    cursor_take(&nlri, MUP_HEADER);
    return type && fields_open(type, (struct field_context){.afi = afi}, nlri, out);
}

static enum harm mup_check(uint16_t afi, struct cursor nlri) {
    struct fields fields;
    return !mup_type(nlri) || mup_open(afi, nlri, &fields) ? HARM_NONE : HARM_SKIP;
}

static enum harm ipv4_mup_check(struct cursor nlri, bool announce) {
    (void)announce;
    return mup_check(1, nlri);
}

static enum harm ipv6_mup_check(struct cursor nlri, bool announce) {
    (void)announce;
    return mup_check(2, nlri);
}

static void mup_key(uint16_t afi, struct cursor nlri, struct buffer *out) {
    struct fields fields;
    if (mup_open(afi, nlri, &fields))
        fields_key(&fields, out);
    else
        put_cursor(out, nlri);
}

static void ipv4_mup_key(struct cursor nlri, struct buffer *out) {
    mup_key(1, nlri, out);
}

static void ipv6_mup_key(struct cursor nlri, struct buffer *out) {
    mup_key(2, nlri, out);
}

/* ---- Words ---- */

static const char *const mup_keywords[] = {"rd", "teid", "qfi", "endpoint", "source", NULL};

enum { MUP_NUMBER_TEID = 1, MUP_NUMBER_BITS = 2 }; /* of draft->numbers */

static bool mup_start(struct draft *d, struct words *words) {
    d->numbers[MUP_NUMBER_TEID] = d->numbers[MUP_NUMBER_BITS] = 0;
    return fields_start(d, mup_types, words);
}

/* TEID/BITS of type 4. */
static bool mup_take_teid(struct draft *d, struct words *words) {
    static const char want[] = "TEID/BITS, up to 32 bits: 12345/32";
    struct text t, number;
    bool slash;
    uint64_t teid, bits;
    if (!words_take(words, want, &t))
        return false;
    struct text tail = text_cut(t, '/', &number, &slash);
    if (!slash || !number_parse(number, UINT32_MAX, &teid) || !number_parse(tail, 32, &bits) || teid >> bits)
        return words_fail(words, "teid is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "%s", want);
    d->numbers[MUP_NUMBER_TEID] = teid;
    d->numbers[MUP_NUMBER_BITS] = bits;
    return true;
}

static enum taken mup_keyword(struct draft *d, struct text keyword, struct words *words) {
    if (fields_type(d, mup_types)->code == MUP_T2ST && text_is(keyword, "teid"))
        return mup_take_teid(d, words) ? TAKEN : TAKEN_BADLY;
    return fields_keyword(d, mup_types, keyword, words);
}

/* The pair is the last field, so far without the TEID. */
static void mup_finish_teid(const struct draft *d, size_t start, struct buffer *nlri) {
    uint64_t teid = d->numbers[MUP_NUMBER_TEID], bits = d->numbers[MUP_NUMBER_BITS];
    for (size_t left = prefix_octets((unsigned)bits); left; left--)
        put_u8(nlri, (uint8_t)(teid >> 8 * (left - 1)));
    if (!nlri->full)
        nlri->base[start + MUP_HEADER + RD_OCTETS] += (uint8_t)bits;
}

static bool mup_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    size_t start = buffer_len(nlri);
    struct fields fields;
    put_u8(nlri, MUP_5G);
    put_u16(nlri, fields_type(d, mup_types)->code);
    size_t hole = put_hole8(nlri);
    if (!fields_finish(d, mup_types, words, nlri))
        return false;
    if (fields_type(d, mup_types)->code == MUP_T2ST)
        mup_finish_teid(d, start, nlri);
    fill_hole8(nlri, hole);
    return mup_open(d->family->afi, buffer_since(nlri, start), &fields) ||
           words_fail(words, "an address that is not %s", d->family->afi_name);
}

/* ---- Shown ---- */

static uint64_t mup_teid(const struct fields *f, unsigned *bits) {
    struct cursor pair = f->value[1], teid;
    uint64_t v = 0;
    *bits = *pair.p - 8 * mup_size(&f->context);
    for (mup_pair_ip(pair, &f->context, &teid); !cursor_done(&teid);)
        v = v << 8 | cursor_u8(&teid);
    return v;
}

static void mup_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    unsigned bits;
    if (!style->command) {
        put_family_text(out, nlri, style);
        return;
    }
    if (!mup_open(nlri->family->afi, nlri->octets, &fields))
        return;
    fields_text(&fields, out);
    if (fields.type->code != MUP_T2ST)
        return;
    put_literal(out, " teid ");
    put_decimal(out, mup_teid(&fields, &bits));
    put_char(out, '/');
    put_decimal(out, bits);
}

static void put_mup_head(struct buffer *out, struct cursor nlri) {
    put_literal(out, "\"arch\": ");
    put_decimal(out, cursor_u8(&nlri));
    put_literal(out, ", \"code\": ");
    put_decimal(out, cursor_u16(&nlri));
}

static void mup_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct fields fields;
    unsigned bits;
    (void)style;
    put_literal(out, "{ ");
    if (mup_open(nlri->family->afi, nlri->octets, &fields)) {
        put_literal(out, "\"name\": \"");
        put_string(out, fields.type->name);
        put_string(out, fields.type->code == MUP_T2ST ? "\",  " : "\", "); /* two blanks, as ExaBGP has them */
        put_mup_head(out, nlri->octets);
        put_literal(out, ", ");
        fields_json(&fields, out);
        if (fields.type->code == MUP_T2ST) {
            put_literal(out, ", \"teid\": \"");
            put_decimal(out, mup_teid(&fields, &bits));
            put_char(out, '"');
        }
    } else {
        put_mup_head(out, nlri->octets);
    }
    put_literal(out, ", \"raw\": \"");
    put_hex_upper(out, nlri->octets);
    put_literal(out, "\" }");
}

#define MUP_WORDS                                                                                                      \
    .keywords = mup_keywords, .start = mup_start, .keyword = mup_keyword, .finish = mup_finish, .text = mup_text,      \
    .json = mup_json

const struct family family_ipv4_mup = {.afi = 1,
                                       .safi = 85,
                                       .index = FAMILY_ipv4_mup,
                                       .afi_name = "ipv4",
                                       .safi_name = "mup",
                                       .flags = FAMILY_NEXT_HOP_TOO | FAMILY_ADD_PATH,
                                       .next_hops = NEXT_HOP_4 | NEXT_HOP_16,
                                       .cut = mup_cut,
                                       .check = ipv4_mup_check,
                                       .row = "NLR-82",
                                       .cut_row = "NLR-81",
                                       .known = mup_known,
                                       .key = ipv4_mup_key,
                                       MUP_WORDS};

const struct family family_ipv6_mup = {.afi = 2,
                                       .safi = 85,
                                       .index = FAMILY_ipv6_mup,
                                       .afi_name = "ipv6",
                                       .safi_name = "mup",
                                       .flags = FAMILY_NEXT_HOP_MAPPED | FAMILY_ADD_PATH,
                                       .next_hops = NEXT_HOP_4 | NEXT_HOP_16,
                                       .cut = mup_cut,
                                       .check = ipv6_mup_check,
                                       .row = "NLR-82",
                                       .cut_row = "NLR-81",
                                       .known = mup_known,
                                       .key = ipv6_mup_key,
                                       MUP_WORDS};
