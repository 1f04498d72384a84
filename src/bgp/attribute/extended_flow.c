/* Extended communities that are actions of FlowSpec: RFC 8955 section 7, draft-ietf-idr-flowspec-redirect-ip. */
#include <math.h>

#include "base/ip.h"
#include "base/number.h"
#include "bgp/attribute/extended_kind.h"
#include "bgp/attribute/extended_row.h"

/* A single-precision number without its fraction, exactly, as large as it may be. */
static bool put_float_digits(struct buffer *out, uint32_t bits) {
    float f;
    char digits[40], *p = digits + sizeof digits;
    memcpy(&f, &bits, sizeof f);
    if (isnan(f) || isinf(f))
        return false;
    bool negative = f <= -1.0F;
    unsigned __int128 whole = (unsigned __int128)fabsf(f);
    do
        *--p = (char)('0' + (int)(whole % 10));
    while ((whole /= 10) != 0);
    if (negative)
        put_char(out, '-');
    put_octets(out, p, (size_t)(digits + sizeof digits - p));
    return true;
}

void put_traffic_rate(struct buffer *value, uint64_t rate, bool packets) {
    float f = (float)(double)rate;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    put_u16(value, packets ? 0x800c : 0x8006);
    put_u16(value, 0);
    put_u32(value, bits);
}

/* Two octets of AS number, which are not shown, and a rate. */
bool extended_rate_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    cursor_u16(&value);
    put_literal(out, "rate-limit:");
    return put_float_digits(out, cursor_u32(&value));
}

/* Form 5 does not know it, and below zero there is nothing. */
bool extended_rate_packets_text(struct cursor value, const struct style *style, struct buffer *out) {
    cursor_u16(&value);
    uint32_t bits = cursor_u32(&value);
    put_literal(out, "rate-limit:");
    if (style->form == FORM_5 || !put_float_digits(out, bits >> 31 ? 0 : bits))
        return false;
    put_literal(out, ":packets");
    return true;
}

bool extended_rate_parse(struct words *words, struct text rest, struct buffer *value) {
    struct text number;
    bool colon;
    uint64_t rate;
    struct text unit = text_cut(rest, ':', &number, &colon);
    (void)words;
    if (!number_parse(number, UINT64_MAX, &rate) || (colon && !text_is(unit, "packets")))
        return false;
    buffer_cut(value, buffer_len(value) - 2);
    put_traffic_rate(value, rate, colon);
    return true;
}

static const char *const action_names[] = {"", "terminal", "sample", "sample-terminal"};

bool extended_action_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "action ");
    put_string(out, action_names[value.p[5] & 3]);
    return true;
}

bool extended_action_parse(struct words *words, struct text rest, struct buffer *value) {
    struct text t;
    uint8_t bits = 0;
    (void)rest;
    for (uint8_t i = 1; i < 4; i++)
        if (words_peek(words, &t) && text_is(t, action_names[i]))
            bits = i;
    if (bits)
        words_next(words, &t);
    put_zeros(value, 5);
    put_u8(value, bits);
    return true;
}

bool extended_mark_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "mark ");
    put_decimal(out, value.p[5]);
    return true;
}

bool extended_mark_parse(struct words *words, struct text rest, struct buffer *value) {
    uint64_t dscp;
    (void)rest;
    if (!words_number(words, "mark", 63, &dscp))
        return false;
    put_zeros(value, 5);
    put_u8(value, (uint8_t)dscp);
    return true;
}

bool extended_next_hop_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_string(out, value.p[5] & 1 ? "copy-to-nexthop" : "redirect-to-nexthop");
    return true;
}

bool extended_redirect_next_hop_parse(struct words *words, struct text rest, struct buffer *value) {
    (void)words;
    (void)rest;
    put_zeros(value, 6);
    return true;
}

bool extended_copy_next_hop_parse(struct words *words, struct text rest, struct buffer *value) {
    (void)words;
    (void)rest;
    put_zeros(value, 5);
    put_u8(value, 1);
    return true;
}

bool extended_next_hop_ietf_text(struct cursor value, const struct style *style, struct buffer *out) {
    bool copy = value.p[5] & 1;
    (void)style;
    put_string(out, copy ? "copy-to-nexthop-ietf " : "redirect-to-nexthop-ietf ");
    put_ip(out, ip_of(value.p, 4));
    if (copy)
        put_literal(out, " (with copy)");
    return true;
}

bool with_copy_parse(struct words *words) {
    if (words_accept(words, "("))
        return words_expect(words, "with") && words_expect(words, "copy") && words_expect(words, ")");
    if (words_accept(words, "(with"))
        return words_expect(words, "copy)");
    return true;
}

static bool next_hop_ietf_parse(struct words *words, struct buffer *value, bool copy) {
    struct text t;
    uint32_t address;
    if (!words_take(words, "an IPv4 address", &t))
        return false;
    if (!ipv4_parse(t, &address))
        return words_fail(words, "next-hop is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an IPv4 address");
    put_u32(value, address);
    put_u16(value, copy);
    return !copy || with_copy_parse(words);
}

bool extended_redirect_ietf_parse(struct words *words, struct text rest, struct buffer *value) {
    (void)rest;
    return next_hop_ietf_parse(words, value, false);
}

bool extended_copy_ietf_parse(struct words *words, struct text rest, struct buffer *value) {
    (void)rest;
    return next_hop_ietf_parse(words, value, true);
}
