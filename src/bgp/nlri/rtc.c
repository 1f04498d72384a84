/* Route target membership (RFC 4684): which routes of VPNs a speaker wants.
 *
 *     bits(1)  origin AS(4)  route target(8)
 *
 * 0 bits: all routes. From 32 bits on it may end anywhere in the route target: all targets that begin so. */
#include "base/number.h"
#include "bgp/attribute/extended_kind.h"
#include "bgp/family.h"

enum { RTC_ORIGIN_BITS = 32, RTC_BITS = 96, RTC_SEEN_ORIGIN = 1, RTC_SEEN_TARGET = 2 };
enum { RTC_TYPE = 0x3f }; /* of the target's first octet: without the bits that only a community has */

static bool rtc_cut(struct cursor *from, struct cursor *nlri) {
    const uint8_t *start = from->p;
    unsigned bits = cursor_u8(from);
    if (from->bad || bits > RTC_BITS || (bits && bits < RTC_ORIGIN_BITS) || !cursor_take(from, prefix_octets(bits)))
        return false;
    *nlri = (struct cursor){start, from->p, false};
    return true;
}

/* ---- Words: `default`, or `origin 65000 route-target target:65001:100` ---- */

static bool rtc_start(struct draft *d, struct words *words) {
    d->numbers[0] = 0;
    words_accept(words, "default");
    return true;
}

static bool rtc_take_target(struct draft *d, struct words *words) {
    struct text t;
    uint8_t memory[EXTENDED_COMMUNITY];
    struct buffer target = buffer_fixed(memory, sizeof memory);
    if (!words_take(words, "a route target: target:65000:1", &t) || !extended_community_parse_one(words, t, &target))
        return words_fail(words, "route-target is not valid: \"%.*s\"", TEXT_ARGS(words->taken)) ||
               complain_wanted(words->complaint, "a route target: target:65000:1");
    if (!(d->seen & RTC_SEEN_TARGET))
        put_cursor(&d->parts, buffer_cursor(&target));
    d->seen |= RTC_SEEN_TARGET;
    return true;
}

/* `origin 65000` is of the NLRI, `origin igp` the attribute. */
static bool rtc_origin_is_mine(const struct draft *d, const struct words *words) {
    struct text word;
    return !(d->seen & RTC_SEEN_ORIGIN) &&
           !(words_peek(words, &word) && (text_is(word, "igp") || text_is(word, "egp") || text_is(word, "incomplete")));
}

static enum taken rtc_keyword(struct draft *d, struct text keyword, struct words *words) {
    uint64_t origin;
    if (text_is(keyword, "route-target"))
        return rtc_take_target(d, words) ? TAKEN : TAKEN_BADLY;
    if (!text_is(keyword, "origin") || !rtc_origin_is_mine(d, words))
        return NOT_MINE;
    if (!words_number(words, "origin", UINT32_MAX, &origin))
        return TAKEN_BADLY;
    if (!(d->seen & RTC_SEEN_ORIGIN))
        d->numbers[0] = origin;
    d->seen |= RTC_SEEN_ORIGIN;
    return TAKEN;
}

static bool rtc_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    bool target = d->seen & RTC_SEEN_TARGET;
    if (d->seen == 0) {
        put_u8(nlri, 0);
        return true;
    }
    if (!(d->seen & RTC_SEEN_ORIGIN))
        return words_fail(words, "rtc without origin") || complain_wanted(words->complaint, "origin 65000");
    put_u8(nlri, target ? RTC_BITS : RTC_ORIGIN_BITS);
    put_u32(nlri, (uint32_t)d->numbers[0]);
    put_cursor(nlri, buffer_cursor(&d->parts));
    return true;
}

/* ---- Shown ---- */

/* The whole target as a community, a part of it as octets and bits. */
static void put_rtc_target(struct buffer *out, struct cursor target, unsigned bits) {
    static const struct style style = {.form = FORM_6};
    uint8_t octets[EXTENDED_COMMUNITY];
    if (bits < 8 * EXTENDED_COMMUNITY) {
        put_literal(out, "0x");
        put_hex_upper(out, target);
        put_char(out, '/');
        put_decimal(out, bits);
        return;
    }
    memcpy(octets, target.p, sizeof octets);
    octets[0] &= RTC_TYPE;
    put_extended_community(out, cursor_of(octets, sizeof octets), &style);
}

static void rtc_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct cursor octets = nlri->octets;
    unsigned bits = cursor_u8(&octets);
    if (!style->command) {
        put_family_text(out, nlri, style);
        return;
    }
    if (bits == 0) {
        put_literal(out, "default");
        return;
    }
    put_literal(out, "origin ");
    put_decimal(out, cursor_u32(&octets));
    if (bits > RTC_ORIGIN_BITS) {
        put_literal(out, " route-target ");
        put_rtc_target(out, octets, bits - RTC_ORIGIN_BITS);
    }
}

static void rtc_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct cursor octets = nlri->octets;
    unsigned bits = cursor_u8(&octets);
    (void)style;
    put_literal(out, "{ \"origin\": ");
    put_decimal(out, bits ? cursor_u32(&octets) : 0);
    put_literal(out, ", \"route-target\": ");
    if (bits <= RTC_ORIGIN_BITS) {
        put_literal(out, "null }");
        return;
    }
    put_char(out, '"');
    put_rtc_target(out, octets, bits - RTC_ORIGIN_BITS);
    put_literal(out, "\" }");
}

static const char *const rtc_keywords[] = {"origin", "route-target", NULL};

const struct family family_rtc = {
    .afi = 1,
    .safi = 132,
    .index = FAMILY_rtc,
    .afi_name = "ipv4",
    .safi_name = "rtc",
    .next_hops = NEXT_HOP_4 | NEXT_HOP_16,
    .cut = rtc_cut,
    .cut_row = "NLR-61",
    .keywords = rtc_keywords,
    .start = rtc_start,
    .keyword = rtc_keyword,
    .finish = rtc_finish,
    .text = rtc_text,
    .json = rtc_json,
};
