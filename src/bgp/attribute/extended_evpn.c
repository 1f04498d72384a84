/* Extended communities of EVPN (RFC 7432 7, RFC 9135 8.1), and the color of RFC 9012 4.3.
 *
 * ExaBGP has no words for them: events show them as they show any community that it does not know. Commands have. */
#include "base/number.h"
#include "bgp/attribute/extended_row.h"
#include "bgp/part/ethernet.h"
#include "bgp/part/label.h"

/* Flags, two reserved octets, and the label in the upper 20 of 24 bits: RFC 7432 7.5. */
bool extended_esi_label_text(struct cursor value, const struct style *style, struct buffer *out) {
    bool single = cursor_u8(&value) == 1;
    (void)style;
    cursor_u16(&value);
    put_string(out, single ? "esi-label:single-active:" : "esi-label:all-active:");
    put_decimal(out, cursor_u24(&value) >> 4);
    return true;
}

bool extended_esi_label_parse(struct words *words, struct text rest, struct buffer *value) {
    struct text mode;
    bool colon;
    uint64_t label;
    rest = text_cut(rest, ':', &mode, &colon);
    (void)words;
    bool single = text_is(mode, "single-active");
    if (!colon || (!single && !text_is(mode, "all-active")) || !number_parse(rest, LABEL_MAX, &label))
        return false;
    put_u8(value, single);
    put_zeros(value, 2);
    put_u24(value, (uint32_t)label << 4);
    return true;
}

bool extended_mac_parse(struct words *words, struct text rest, struct buffer *value) {
    uint8_t mac[MAC_OCTETS];
    (void)words;
    if (!colons_parse(rest, mac, MAC_OCTETS))
        return false;
    put_octets(value, mac, MAC_OCTETS);
    return true;
}

bool extended_es_import_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "es-import:");
    put_colons(out, value.p, MAC_OCTETS);
    return true;
}

bool extended_router_mac_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "router-mac:");
    put_colons(out, value.p, MAC_OCTETS);
    return true;
}

bool extended_default_gateway_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)value;
    (void)style;
    put_literal(out, "default-gateway");
    return true;
}

bool extended_default_gateway_parse(struct words *words, struct text rest, struct buffer *value) {
    (void)words;
    put_zeros(value, MAC_OCTETS);
    return !rest.len;
}

/* Flags, which words leave zero, and the color. */
bool extended_color_text(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    cursor_u16(&value);
    put_literal(out, "color:");
    put_decimal(out, cursor_u32(&value));
    return true;
}

bool extended_color_parse(struct words *words, struct text rest, struct buffer *value) {
    uint64_t color;
    (void)words;
    if (!number_parse(rest, UINT32_MAX, &color))
        return false;
    put_u16(value, 0);
    put_u32(value, (uint32_t)color);
    return true;
}
