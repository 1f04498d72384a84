/* BFD Discriminator, RFC 9026 section 3.1.6: the BFD session that watches a multicast tunnel. ExaBGP does not know it:
 * in events it is octets.
 *
 *     mode (1) | discriminator (4) | type (1), length (1), value: optional TLVs
 *
 * In words it is `bfd-discriminator MODE:DISCRIMINATOR`, and `:ADDRESS` behind for the source address (TLV 1). */
#include "base/ip.h"
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/part/tlv.h"

enum { BFD_SOURCE_ADDRESS = 1 };

static enum harm bfd_discriminator_check(struct cursor value, const struct terms *terms) {
    struct tlv tlv;
    (void)terms;
    cursor_u8(&value);
    cursor_u32(&value);
    while (tlv_next(&value, 1, 1, &tlv))
        ;
    return value.bad ? HARM_DISCARD : HARM_NONE;
}

static bool bfd_discriminator_of_text(struct text t, struct buffer *value) {
    uint64_t mode, discriminator;
    struct ip source;
    if (!number_take(&t, UINT8_MAX, &mode) || t.len == 0 || *t.p != ':')
        return false;
    t = (struct text){t.p + 1, t.len - 1};
    if (!number_take(&t, UINT32_MAX, &discriminator))
        return false;
    put_u8(value, (uint8_t)mode);
    put_u32(value, (uint32_t)discriminator);
    if (t.len == 0)
        return true;
    if (*t.p != ':' || !ip_parse((struct text){t.p + 1, t.len - 1}, &source))
        return false;
    put_u8(value, BFD_SOURCE_ADDRESS);
    put_u8(value, source.len);
    put_cursor(value, ip_cursor(&source));
    return true;
}

static bool bfd_discriminator_parse(struct words *words, struct buffer *value) {
    static const char want[] = "MODE:DISCRIMINATOR or MODE:DISCRIMINATOR:ADDRESS, as 1:5:10.0.0.1";
    struct text t;
    if (!words_take(words, want, &t))
        return false;
    return bfd_discriminator_of_text(t, value) ||
           words_fail(words, "bfd-discriminator is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "%s", want);
}

static void bfd_discriminator_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct tlv tlv;
    (void)style;
    put_literal(out, "bfd-discriminator ");
    put_decimal(out, cursor_u8(&value));
    put_char(out, ':');
    put_decimal(out, cursor_u32(&value));
    if (tlv_next(&value, 1, 1, &tlv)) {
        put_char(out, ':');
        put_ip(out, ip_of(tlv.value.p, cursor_left(&tlv.value)));
    }
}

const struct attribute_kind attribute_bfd_discriminator = {
    .code = ATTRIBUTE_BFD_DISCRIMINATOR,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .opaque = OPAQUE_ALWAYS,
    .flags_harm = HARM_DISCARD,
    .name = "bfd-discriminator",
    .row = "ATT-38",
    .want = "MODE:DISCRIMINATOR or MODE:DISCRIMINATOR:ADDRESS, as 1:5:10.0.0.1",
    .check = bfd_discriminator_check,
    .parse = bfd_discriminator_parse,
    .text = bfd_discriminator_text,
};
