/* Kinds of fields that routes of several families have. See fields.h. */
#include "base/number.h"
#include "bgp/nlri/fields.h"
#include "bgp/part/ethernet.h"
#include "bgp/part/rd.h"

/* ---- Route distinguisher ---- */

static bool rd_field_parse(struct words *words, struct text word, struct buffer *out) {
    uint8_t rd[RD_OCTETS];
    (void)word;
    if (!rd_take(words, rd))
        return false;
    put_octets(out, rd, sizeof rd);
    return true;
}

static bool rd_field_take(struct cursor *from, struct field_context *context) {
    (void)context;
    return cursor_take(from, RD_OCTETS);
}

static void rd_field_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    (void)context;
    put_rd(out, value.p);
}

const struct field_kind field_rd = {
    .want = "65000:1, 10.0.0.1:1 or 4200000000:1",
    .parse = rd_field_parse,
    .take = rd_field_take,
    .text = rd_field_text,
};

/* ---- Ethernet segment, MAC address ---- */

static bool esi_field_parse(struct words *words, struct text word, struct buffer *out) {
    uint8_t esi[ESI_OCTETS];
    struct text t;
    (void)word;
    if (!words_next(words, &t) || !esi_parse(t, esi))
        return false;
    put_octets(out, esi, sizeof esi);
    return true;
}

static void esi_field_absent(const struct field_context *context, struct buffer *out) {
    (void)context;
    put_zeros(out, ESI_OCTETS);
}

static bool esi_field_take(struct cursor *from, struct field_context *context) {
    (void)context;
    return cursor_take(from, ESI_OCTETS);
}

static void esi_field_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    (void)context;
    put_esi(out, value.p);
}

const struct field_kind field_esi = {
    .want = "an Ethernet segment: 00:11:22:33:44:55:66:77:88:99, or -",
    .parse = esi_field_parse,
    .absent = esi_field_absent,
    .take = esi_field_take,
    .text = esi_field_text,
};

enum { MAC_BITS = 8 * MAC_OCTETS };

static bool mac_field_parse(struct words *words, struct text word, struct buffer *out) {
    uint8_t mac[MAC_OCTETS];
    struct text t;
    (void)word;
    if (!words_next(words, &t) || !colons_parse(t, mac, sizeof mac))
        return false;
    put_u8(out, MAC_BITS);
    put_octets(out, mac, sizeof mac);
    return true;
}

static bool mac_field_take(struct cursor *from, struct field_context *context) {
    (void)context;
    return cursor_u8(from) == MAC_BITS && cursor_take(from, MAC_OCTETS);
}

static void mac_field_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    (void)context;
    put_mac(out, value.p + 1);
}

const struct field_kind field_mac = {
    .want = "a MAC address: 00:11:22:33:44:55",
    .parse = mac_field_parse,
    .take = mac_field_take,
    .text = mac_field_text,
};

/* ---- Numbers ---- */

static bool number_field_parse(struct words *words, unsigned octets, struct buffer *out) {
    struct text t;
    uint64_t v;
    if (!words_next(words, &t) || !number_parse_any(t, (UINT64_C(1) << 8 * octets) - 1, &v))
        return false;
    for (unsigned left = octets; left; left--)
        put_u8(out, (uint8_t)(v >> 8 * (left - 1)));
    return true;
}

static void number_field_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    uint64_t v = 0;
    (void)context;
    while (!cursor_done(&value))
        v = v << 8 | cursor_u8(&value);
    put_decimal(out, v);
}

#define NUMBER_FIELD(octets)                                                                                           \
    static bool number##octets##_parse(struct words *words, struct text word, struct buffer *out) {                    \
        (void)word;                                                                                                    \
        return number_field_parse(words, (octets), out);                                                               \
    }                                                                                                                  \
    static bool number##octets##_take(struct cursor *from, struct field_context *context) {                            \
        (void)context;                                                                                                 \
        return cursor_take(from, (octets));                                                                            \
    }

NUMBER_FIELD(1)
NUMBER_FIELD(2)
NUMBER_FIELD(4)

const struct field_kind field_number8 = {
    .want = "a number from 0 to 255",
    .bare = true,
    .parse = number1_parse,
    .take = number1_take,
    .text = number_field_text,
};

const struct field_kind field_number16 = {
    .want = "a number from 0 to 65535",
    .bare = true,
    .parse = number2_parse,
    .take = number2_take,
    .text = number_field_text,
};

const struct field_kind field_number32 = {
    .want = "a number from 0 to 4294967295",
    .bare = true,
    .parse = number4_parse,
    .take = number4_take,
    .text = number_field_text,
};

static void tag_absent(const struct field_context *context, struct buffer *out) {
    (void)context;
    put_u32(out, 0);
}

const struct field_kind field_tag = {
    .want = "a number from 0 to 4294967295",
    .bare = true,
    .parse = number4_parse,
    .absent = tag_absent,
    .take = number4_take,
    .text = number_field_text,
};

/* ---- Addresses ---- */

static bool address_read(struct words *words, struct ip *ip) {
    struct text t;
    return words_next(words, &t) && ip_parse(t, ip);
}

bool field_address_parse(struct words *words, struct text word, struct buffer *out) {
    struct ip ip;
    (void)word;
    if (!address_read(words, &ip))
        return false;
    put_u8(out, (uint8_t)(8 * ip.len));
    put_octets(out, ip.octets, ip.len);
    return true;
}

bool field_address_take(struct cursor *from, struct field_context *context) {
    unsigned bits = cursor_u8(from);
    (void)context;
    return (bits == 32 || bits == 128) && cursor_take(from, bits / 8);
}

void field_address_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    (void)context;
    put_ip(out, ip_of(value.p + 1, cursor_left(&value) - 1));
}

const struct field_kind field_address = {
    .want = "an IP address",
    .parse = field_address_parse,
    .take = field_address_take,
    .text = field_address_text,
};

static void address_absent(const struct field_context *context, struct buffer *out) {
    (void)context;
    put_u8(out, 0);
}

static bool address_or_none_take(struct cursor *from, struct field_context *context) {
    if (cursor_left(from) && *from->p == 0)
        return cursor_take(from, 1);
    return field_address_take(from, context);
}

static void address_or_none_json(const struct field *field, struct cursor value, const struct field_context *context,
                                 struct buffer *out) {
    if (cursor_left(&value) < 2)
        return;
    put_char(out, '"');
    put_string(out, field->key);
    put_literal(out, "\": \"");
    field_address_text(value, context, out);
    put_char(out, '"');
}

const struct field_kind field_address_or_none = {
    .want = "an IP address",
    .parse = field_address_parse,
    .absent = address_absent,
    .take = address_or_none_take,
    .text = field_address_text,
    .json = address_or_none_json,
};

static bool address_same_take(struct cursor *from, struct field_context *context) {
    const uint8_t *start = from->p;
    if (!field_address_take(from, context))
        return false;
    uint8_t len = (uint8_t)(from->p - start - 1);
    if (context->address == 0)
        context->address = len;
    return context->address == len;
}

const struct field_kind field_address_same = {
    .want = "an IP address",
    .parse = field_address_parse,
    .take = address_same_take,
    .text = field_address_text,
};

static bool address_rest_parse(struct words *words, struct text word, struct buffer *out) {
    struct ip ip;
    (void)word;
    if (!address_read(words, &ip))
        return false;
    put_octets(out, ip.octets, ip.len);
    return true;
}

static bool address_rest_take(struct cursor *from, struct field_context *context) {
    size_t len = cursor_left(from);
    if (context->address && len != context->address)
        return false;
    return (len == 4 || len == 16) && cursor_take(from, len);
}

static void address_rest_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    (void)context;
    put_ip(out, ip_of(value.p, cursor_left(&value)));
}

const struct field_kind field_address_rest = {
    .want = "an IP address",
    .parse = address_rest_parse,
    .take = address_rest_take,
    .text = address_rest_text,
};

/* ---- Octets ---- */

static bool octets_parse(struct words *words, struct buffer *out) {
    struct text t;
    return words_next(words, &t) && text_starts(t, "0x") && hex_parse((struct text){t.p + 2, t.len - 2}, out);
}

static void octets_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    (void)context;
    put_literal(out, "0x");
    put_hex_upper(out, value);
}

static bool nested_parse(struct words *words, struct text word, struct buffer *out) {
    size_t start = buffer_len(out);
    (void)word;
    if (!octets_parse(words, out))
        return false;
    struct cursor value = buffer_since(out, start);
    return field_nested.take(&value, NULL) && cursor_finished(&value);
}

static bool nested_take(struct cursor *from, struct field_context *context) {
    (void)context;
    cursor_u8(from);
    return cursor_take(from, cursor_u8(from)) && !from->bad;
}

const struct field_kind field_nested = {
    .want = "a route in hexadecimal: 0x0116...",
    .parse = nested_parse,
    .take = nested_take,
    .text = octets_text,
};

static bool octets8_parse(struct words *words, struct text word, struct buffer *out) {
    size_t start = buffer_len(out);
    (void)word;
    return octets_parse(words, out) && buffer_len(out) - start == 8;
}

static bool octets8_take(struct cursor *from, struct field_context *context) {
    (void)context;
    return cursor_take(from, 8);
}

const struct field_kind field_octets8 = {
    .want = "eight octets in hexadecimal: 0x0102030405060708",
    .parse = octets8_parse,
    .take = octets8_take,
    .text = octets_text,
};
