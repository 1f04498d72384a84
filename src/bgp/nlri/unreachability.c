/* Unreachability information (draft-tantsura-idr-unreachability-safi): who reports that a prefix cannot be reached, and
 * why. It says nothing about routes. IPv4 and IPv6.
 *
 *     length(2)  bits(1)  prefix  { 1(1)  length(2)  reporter(4)  AS(4)  { type(1)  length(2)  value } }
 *
 * The reports of one prefix may be several; words are for one. A withdraw has none. */
#include "base/number.h"
#include "bgp/family.h"
#include "bgp/part/tlv.h"

enum { UNREACHABILITY_REPORT = 1, UNREACHABILITY_REASON = 1, UNREACHABILITY_TIME = 2 };
enum { SEEN_REPORTER = 1, SEEN_AS = 2, SEEN_REASON = 4, SEEN_TIME = 8 };
enum { NUMBER_AS, NUMBER_REASON, NUMBER_TIME }; /* in draft->numbers */

static const char *const unreachability_reasons[] = {
    "unspecified",     "policy-blocked", "security-filtered", "rpki-invalid",       "no-export-policy",
    "martian-address", "bogon-prefix",   "maintenance",       "local-admin-action", "local-link-down",
};

enum { UNREACHABILITY_REASONS = sizeof unreachability_reasons / sizeof *unreachability_reasons };

static bool unreachability_cut(struct cursor *from, struct cursor *nlri) {
    const uint8_t *start = from->p;
    uint16_t len = cursor_u16(from);
    if (from->bad || len == 0 || !cursor_take(from, len))
        return false;
    *nlri = (struct cursor){start, from->p, false};
    return true;
}

static bool unreachability_open(unsigned most, struct cursor nlri, struct prefix *prefix, struct cursor *reports) {
    cursor_u16(&nlri);
    *prefix = (struct prefix){.ip.len = (uint8_t)(most / 8), .bits = cursor_u8(&nlri)};
    if (prefix->bits > most)
        return false;
    cursor_copy(&nlri, prefix->ip.octets, prefix_octets(prefix->bits));
    prefix_clear_host_bits(prefix);
    *reports = nlri;
    return !nlri.bad;
}

static unsigned unreachability_most(const struct family *f) {
    return f->afi == 1 ? 32 : 128;
}

struct report {
    uint32_t as;
    const uint8_t *reporter;
    struct cursor details;
};

/* The next report; others' TLVs are passed over. False at the end and, with from->bad, when it is malformed. */
static bool report_next(struct cursor *from, struct report *out) {
    struct tlv tlv;
    while (tlv_next(from, 1, 2, &tlv)) {
        if (tlv.type != UNREACHABILITY_REPORT)
            continue;
        out->reporter = cursor_take(&tlv.value, 4);
        out->as = cursor_u32(&tlv.value);
        out->details = tlv.value;
        from->bad |= tlv.value.bad;
        return !from->bad;
    }
    return false;
}

static enum harm unreachability_check(unsigned most, struct cursor nlri, bool announce) {
    struct prefix prefix;
    struct cursor reports;
    struct report report;
    unsigned count = 0;
    if (!unreachability_open(most, nlri, &prefix, &reports))
        return HARM_SKIP;
    for (; report_next(&reports, &report); count++) {
        struct tlv tlv;
        while (tlv_next(&report.details, 1, 2, &tlv))
            ;
        if (report.details.bad)
            return HARM_SKIP;
    }
    return reports.bad || (announce && count == 0) ? HARM_SKIP : HARM_NONE;
}

static enum harm ipv4_unreachability_check(struct cursor nlri, bool announce) {
    return unreachability_check(32, nlri, announce);
}

static enum harm ipv6_unreachability_check(struct cursor nlri, bool announce) {
    return unreachability_check(128, nlri, announce);
}

static void unreachability_key(struct cursor nlri, struct buffer *out) {
    struct prefix prefix;
    struct cursor reports;
    if (!unreachability_open(128, nlri, &prefix, &reports)) {
        put_cursor(out, nlri);
        return;
    }
    put_u8(out, prefix.bits);
    put_octets(out, prefix.ip.octets, prefix_octets(prefix.bits));
}

/* ---- Words: `10.0.0.0/24 reporter 1.2.3.4 reporter-as 65000 reason policy-blocked timestamp 1700000000` ---- */

static const char *const unreachability_keywords[] = {"reporter", "reporter-as", "reason", "timestamp", NULL};

static bool unreachability_start(struct draft *d, struct words *words) {
    struct text t;
    if (!words_take(words, "a prefix: 10.0.0.0/24", &t) || !draft_prefix(d, t, words))
        return false;
    return (d->prefix.ip.len == 4) == (d->family->afi == 1) ||
           words_fail(words, "%.*s is no prefix of %s", TEXT_ARGS(t), d->family->afi_name);
}

static bool unreachability_take_reporter(struct draft *d, struct words *words) {
    struct text t;
    if (!words_take(words, "an identifier: 1.2.3.4", &t))
        return false;
    if (ip_parse(t, &d->addresses[0]) && d->addresses[0].len == 4)
        return true;
    return words_fail(words, "reporter is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "an identifier: 1.2.3.4");
}

static bool unreachability_take_reason(struct draft *d, struct words *words) {
    struct text t;
    if (!words_take(words, "a reason: policy-blocked, ... or its number", &t))
        return false;
    for (unsigned i = 0; i < UNREACHABILITY_REASONS; i++) {
        if (text_is_any_case(t, unreachability_reasons[i])) {
            d->numbers[NUMBER_REASON] = i;
            return true;
        }
    }
    return number_parse(t, UINT16_MAX, &d->numbers[NUMBER_REASON]) ||
           words_fail(words, "reason is not valid: \"%.*s\"", TEXT_ARGS(t));
}

static enum taken unreachability_keyword(struct draft *d, struct text keyword, struct words *words) {
    bool good;
    uint32_t seen;
    if (text_is(keyword, "reporter")) {
        seen = SEEN_REPORTER;
        good = unreachability_take_reporter(d, words);
    } else if (text_is(keyword, "reporter-as")) {
        seen = SEEN_AS;
        good = words_number(words, "reporter-as", UINT32_MAX, &d->numbers[NUMBER_AS]);
    } else if (text_is(keyword, "reason")) {
        seen = SEEN_REASON;
        good = unreachability_take_reason(d, words);
    } else if (text_is(keyword, "timestamp")) {
        seen = SEEN_TIME;
        good = words_number(words, "timestamp", UINT64_MAX, &d->numbers[NUMBER_TIME]);
    } else {
        return NOT_MINE;
    }
    d->seen |= seen;
    return good ? TAKEN : TAKEN_BADLY;
}

static void put_report(const struct draft *d, struct buffer *nlri) {
    put_u8(nlri, UNREACHABILITY_REPORT);
    size_t hole = put_hole16(nlri);
    put_octets(nlri, d->addresses[0].octets, 4);
    put_u32(nlri, (uint32_t)d->numbers[NUMBER_AS]);
    if (d->seen & SEEN_REASON) {
        put_u8(nlri, UNREACHABILITY_REASON);
        put_u16(nlri, 2);
        put_u16(nlri, (uint16_t)d->numbers[NUMBER_REASON]);
    }
    if (d->seen & SEEN_TIME) {
        put_u8(nlri, UNREACHABILITY_TIME);
        put_u16(nlri, 8);
        put_u64(nlri, d->numbers[NUMBER_TIME]);
    }
    fill_hole16(nlri, hole);
}

static bool unreachability_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    const uint32_t needed = SEEN_REPORTER | SEEN_AS;
    bool report = (d->seen & needed) == needed;
    if (!report && (d->seen || d->purpose == DRAFT_ANNOUNCE))
        return words_fail(words, "unreachability without its reporter") ||
               complain_wanted(words->complaint, "reporter 1.2.3.4 reporter-as 65000");
    size_t hole = put_hole16(nlri);
    put_u8(nlri, d->prefix.bits);
    put_octets(nlri, d->prefix.ip.octets, prefix_octets(d->prefix.bits));
    if (report)
        put_report(d, nlri);
    fill_hole16(nlri, hole);
    return true;
}

/* ---- Shown ---- */

static void put_reason(struct buffer *out, unsigned reason) {
    if (reason < UNREACHABILITY_REASONS)
        put_string(out, unreachability_reasons[reason]);
    else
        put_decimal(out, reason);
}

/* Reason and time, each after `before`, of which the name and the value are parted by `middle`. */
static void put_details(struct buffer *out, struct cursor details, const char *before, const char *middle,
                        const char *quote) {
    struct tlv tlv;
    unsigned shown = 0;
    while (tlv_next(&details, 1, 2, &tlv)) {
        size_t len = cursor_left(&tlv.value);
        bool reason = tlv.type == UNREACHABILITY_REASON && len == 2, time = tlv.type == UNREACHABILITY_TIME && len == 8;
        if ((!reason && !time) || shown >> tlv.type & 1)
            continue;
        shown |= 1U << tlv.type;
        put_string(out, before);
        put_string(out, reason ? "reason" : "timestamp");
        put_string(out, middle);
        if (time) {
            put_decimal(out, cursor_u64(&tlv.value));
            continue;
        }
        put_string(out, quote);
        put_reason(out, cursor_u16(&tlv.value));
        put_string(out, quote);
    }
}

static void unreachability_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct prefix prefix;
    struct cursor reports;
    struct report report;
    if (!style->command) {
        put_family_text(out, nlri, style);
        return;
    }
    if (!unreachability_open(unreachability_most(nlri->family), nlri->octets, &prefix, &reports))
        return;
    put_prefix(out, &prefix);
    if (!report_next(&reports, &report))
        return;
    put_literal(out, " reporter ");
    put_ipv4(out, report.reporter);
    put_literal(out, " reporter-as ");
    put_decimal(out, report.as);
    put_details(out, report.details, " ", " ", "");
}

static void unreachability_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct prefix prefix;
    struct cursor reports;
    struct report report;
    const char *before = "{ ";
    (void)style;
    if (!unreachability_open(unreachability_most(nlri->family), nlri->octets, &prefix, &reports))
        return;
    put_literal(out, "{ \"nlri\": \"");
    put_prefix(out, &prefix);
    put_literal(out, "\", \"reports\": [ ");
    for (; report_next(&reports, &report); before = ", { ") {
        put_string(out, before);
        put_literal(out, "\"reporter\": \"");
        put_ipv4(out, report.reporter);
        put_literal(out, "\", \"asn\": ");
        put_decimal(out, report.as);
        put_details(out, report.details, ", \"", "\": ", "\"");
        put_literal(out, " }");
    }
    put_literal(out, " ] }");
}

#define UNREACHABILITY_ROW(name, number, word)                                                                         \
    const struct family family_##name = {.afi = (number),                                                              \
                                         .safi = 81,                                                                   \
                                         .index = FAMILY_##name,                                                       \
                                         .afi_name = (word),                                                           \
                                         .safi_name = "unreachability",                                                \
                                         .flags = FAMILY_NO_NEXT_HOP | FAMILY_ON_REQUEST,                              \
                                         .next_hops = NEXT_HOP_0 | NEXT_HOP_4 | NEXT_HOP_16 | NEXT_HOP_32,             \
                                         .cut = unreachability_cut,                                                    \
                                         .check = name##_check,                                                        \
                                         .row = "NLR-31",                                                              \
                                         .cut_row = "NLR-32",                                                          \
                                         .key = unreachability_key,                                                    \
                                         .keywords = unreachability_keywords,                                          \
                                         .start = unreachability_start,                                                \
                                         .keyword = unreachability_keyword,                                            \
                                         .finish = unreachability_finish,                                              \
                                         .text = unreachability_text,                                                  \
                                         .json = unreachability_json};

UNREACHABILITY_ROW(ipv4_unreachability, 1, "ipv4")
UNREACHABILITY_ROW(ipv6_unreachability, 2, "ipv6")
