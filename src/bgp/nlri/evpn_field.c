/* Fields that only EVPN has: labels that may be VNIs, and the prefix of type 5. */
#include "base/number.h"
#include "bgp/nlri/evpn.h"
#include "bgp/part/label.h"

static bool evpn_label_parse(struct text t, bool vni, struct buffer *out) {
    uint64_t v;
    if (!number_parse(t, vni ? 0xffffff : LABEL_MAX, &v))
        return false;
    put_u24(out, vni ? (uint32_t)v : (uint32_t)v << 4 | 1);
    return true;
}

static bool evpn_labels_parse(struct words *words, struct text word, struct buffer *out) {
    struct list list;
    struct text t;
    unsigned count = 0;
    words_list(words, &list);
    for (; words_item(words, &list, &t); count++)
        if (!evpn_label_parse(t, text_is(word, "vni"), out))
            return false;
    return count && !words->complaint->made;
}

static bool evpn_label_take(struct cursor *from, struct field_context *context) {
    (void)context;
    return cursor_left(from) == LABEL_OCTETS && cursor_take(from, LABEL_OCTETS);
}

/* One or two, to the end. */
static bool evpn_labels_take(struct cursor *from, struct field_context *context) {
    if (cursor_left(from) == 2 * LABEL_OCTETS)
        cursor_take(from, LABEL_OCTETS);
    return evpn_label_take(from, context);
}

/* Each with its bottom bit, and nothing else: labels; else VNIs. */
static void evpn_labels_words(const struct field *field, struct cursor value, struct buffer *out) {
    bool many = cursor_left(&value) > LABEL_OCTETS, vni = false;
    for (struct cursor at = value; !cursor_done(&at);)
        vni |= (cursor_u24(&at) & 0xf) != 1;
    put_string(out, vni ? "vni" : field->word);
    put_string(out, many ? " [" : "");
    while (!cursor_done(&value)) {
        uint32_t octets = cursor_u24(&value);
        put_char(out, ' ');
        put_decimal(out, vni ? octets : octets >> 4);
    }
    put_string(out, many ? " ]" : "");
}

static void evpn_label_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    (void)context;
    put_decimal(out, cursor_u24(&value) >> 4);
}

/* The first only: ExaBGP does not show the second of type 2. */
static void evpn_label_json(const struct field *field, struct cursor value, const struct field_context *context,
                            struct buffer *out) {
    (void)field, (void)context;
    labels_json(cursor_cut(&value, LABEL_OCTETS), true, out);
}

/* RFC 7432 7: a label is no part of what names a route. */
static void evpn_label_withdrawn(struct buffer *out) {
    put_u24(out, 0);
}

const struct field_kind field_evpn_labels = {
    .want = "a label, or two in brackets; or after vni a number up to 16777215",
    .also = "vni",
    .parse = evpn_labels_parse,
    .withdrawn = evpn_label_withdrawn,
    .take = evpn_labels_take,
    .text = evpn_label_text,
    .json = evpn_label_json,
    .words = evpn_labels_words,
};

const struct field_kind field_evpn_label = {
    .want = "a label; or after vni a number up to 16777215",
    .also = "vni",
    .parse = evpn_labels_parse,
    .withdrawn = evpn_label_withdrawn,
    .take = evpn_label_take,
    .text = evpn_label_text,
    .json = evpn_label_json,
    .words = evpn_labels_words,
};

/* Of type 5: the length, and all octets of the address whatever it is. How long that is the length of the route says,
 * or when it is written the prefix. */
static bool evpn_prefix_parse(struct words *words, struct text word, struct buffer *out) {
    struct text t;
    struct prefix p;
    (void)word;
    if (!words_next(words, &t) || !prefix_parse(t, &p) || prefix_has_host_bits(&p))
        return false;
    put_u8(out, p.bits);
    put_octets(out, p.ip.octets, p.ip.len);
    return true;
}

static bool evpn_prefix_take(struct cursor *from, struct field_context *context) {
    if (context->address == 0)
        context->address = (uint8_t)(cursor_left(from) - 1);
    return cursor_u8(from) <= 8 * context->address && cursor_take(from, context->address);
}

static void evpn_prefix_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    unsigned bits = cursor_u8(&value);
    put_ip(out, ip_of(value.p, context->address));
    put_char(out, '/');
    put_decimal(out, bits);
}

static void evpn_prefix_json(const struct field *field, struct cursor value, const struct field_context *context,
                             struct buffer *out) {
    unsigned bits = cursor_u8(&value);
    (void)field;
    put_literal(out, "\"ip\": \"");
    put_ip(out, ip_of(value.p, context->address));
    put_literal(out, "\", \"iplen\": ");
    put_decimal(out, bits);
}

const struct field_kind field_evpn_prefix = {
    .want = "a prefix: 10.0.0.0/24",
    .parse = evpn_prefix_parse,
    .take = evpn_prefix_take,
    .text = evpn_prefix_text,
    .json = evpn_prefix_json,
};

static bool gateway_parse(struct words *words, struct text word, struct buffer *out) {
    struct text t;
    struct ip ip;
    (void)word;
    if (!words_next(words, &t) || !ip_parse(t, &ip))
        return false;
    put_octets(out, ip.octets, ip.len);
    return true;
}

static void gateway_absent(const struct field_context *context, struct buffer *out) {
    put_zeros(out, context->address);
}

static bool gateway_take(struct cursor *from, struct field_context *context) {
    return cursor_take(from, context->address);
}

static void gateway_text(struct cursor value, const struct field_context *context, struct buffer *out) {
    put_ip(out, ip_of(value.p, context->address));
}

const struct field_kind field_evpn_gateway = {
    .want = "an IP address",
    .parse = gateway_parse,
    .absent = gateway_absent,
    .take = gateway_take,
    .text = gateway_text,
};
