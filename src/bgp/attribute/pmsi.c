/* PMSI_TUNNEL, RFC 6514 section 5: the multicast tunnel of a VPN, also for EVPN (RFC 8365: the label may be a VNI).
 *
 *     flags (1) | tunnel type (1) | label (3) | tunnel identifier
 *
 * The label is shown as the upper 20 bits of its octets, with all 24 behind it where they say more: `300(4801)`. */
#include "base/ip.h"
#include "base/number.h"
#include "bgp/attribute.h"

enum { PMSI_HEAD = 5, PMSI_INGRESS_REPLICATION = 6 };

/* Tunnel identifiers of a fixed size come in one or two sizes; others are as long as they like. */
static const struct pmsi_tunnel {
    const char *name;
    bool fixed;
    uint8_t size, size_ipv6;
} pmsi_tunnels[] = {
    {"notunnel", true, 0, 0},
    {"rsvp-tep2mplsp", true, 12, 24},
    {"mldpp2mplsp", false, 0, 0},
    {"pim-ssmtree", true, 8, 32},
    {"pim-smtree", true, 8, 32},
    {"bidir-pimtree", true, 8, 32},
    {"ingressreplication", true, 4, 16},
    {"mldpmp2mplsp", false, 0, 0},
};

enum { PMSI_TUNNELS = sizeof pmsi_tunnels / sizeof *pmsi_tunnels };

static enum harm pmsi_check(struct cursor value, const struct terms *terms) {
    (void)terms;
    cursor_u8(&value);
    uint8_t type = cursor_u8(&value);
    cursor_u24(&value);
    if (value.bad)
        return HARM_WITHDRAW;
    size_t len = cursor_left(&value);
    if (type >= PMSI_TUNNELS || !pmsi_tunnels[type].fixed)
        return HARM_NONE;
    return len == pmsi_tunnels[type].size || len == pmsi_tunnels[type].size_ipv6 ? HARM_NONE : HARM_WITHDRAW;
}

/* ---- Words ---- `pmsi ingressreplication:0:300(4801):1.2.3.4`, as it is shown; the first `pmsi:` may be there. */

static bool pmsi_tunnel_parse(struct text name, uint8_t *type) {
    for (uint8_t i = 0; i < PMSI_TUNNELS; i++)
        if (text_is_any_case(name, pmsi_tunnels[i].name)) {
            *type = i;
            return true;
        }
    return false;
}

static bool pmsi_identifier_parse(struct text t, struct buffer *value) {
    struct ip ip;
    if (t.len == 0)
        return true;
    if (text_starts(t, "0x"))
        return hex_parse((struct text){t.p + 2, t.len - 2}, value);
    if (!ip_parse(t, &ip))
        return false;
    put_cursor(value, ip_cursor(&ip));
    return true;
}

/* The 24 bits in parentheses, and what follows them: glued in a configuration, words of their own in a command. */
static bool pmsi_raw_parse(struct words *words, struct text *label, struct text *rest, uint64_t *raw) {
    struct text t;
    bool glued, closed;
    struct text inside = text_cut(*label, '(', label, &glued);
    if (glued)
        return inside.len && inside.p[inside.len - 1] == ')' &&
               number_parse((struct text){inside.p, inside.len - 1}, 0xffffff, raw);
    if (!words_accept(words, "("))
        return true;
    if (!words_number(words, "the label's octets", 0xffffff, raw) || !words_expect(words, ")") ||
        !words_take(words, "the tunnel identifier", &t))
        return false;
    *rest = text_cut(t, ':', &t, &closed);
    return closed && t.len == 0;
}

static bool pmsi_fields_parse(struct words *words, struct text t, struct buffer *value) {
    struct text name, flags_text, label_text;
    bool colon;
    uint8_t type;
    uint64_t flags, label, raw = UINT64_MAX;
    t = text_cut(t, ':', &name, &colon);
    if (text_is(name, "pmsi"))
        t = text_cut(t, ':', &name, &colon);
    t = text_cut(t, ':', &flags_text, &colon);
    t = text_cut(t, ':', &label_text, &colon);
    if (!pmsi_raw_parse(words, &label_text, &t, &raw) || !pmsi_tunnel_parse(name, &type) ||
        !number_parse(flags_text, UINT8_MAX, &flags) || !number_parse(label_text, 0xfffff, &label))
        return false;
    put_u8(value, (uint8_t)flags);
    put_u8(value, type);
    put_u24(value, (uint32_t)(raw == UINT64_MAX ? label << 4 : raw));
    return pmsi_identifier_parse(t, value);
}

static bool pmsi_parse(struct words *words, struct buffer *value) {
    static const char want[] = "TUNNEL:FLAGS:LABEL:IDENTIFIER, as ingressreplication:0:300:1.2.3.4";
    static const struct terms any = {.as4 = true};
    struct text t;
    size_t start = buffer_len(value);
    if (!words_take(words, want, &t))
        return false;
    bool good = pmsi_fields_parse(words, t, value) && pmsi_check(buffer_since(value, start), &any) == HARM_NONE;
    return good || words_fail(words, "pmsi is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "%s", want);
}

static void put_pmsi_label(struct buffer *out, uint32_t raw, bool with_raw) {
    put_decimal(out, raw >> 4);
    if (!with_raw)
        return;
    put_char(out, '(');
    put_decimal(out, raw);
    put_char(out, ')');
}

/* ExaBGP 5.0 shows all 24 bits always, but of one tunnel type only. */
static void put_pmsi(struct buffer *out, struct cursor value, const struct style *style) {
    uint8_t flags = cursor_u8(&value), type = cursor_u8(&value);
    uint32_t raw = cursor_u24(&value);
    put_literal(out, "pmsi:");
    put_string(out, type < PMSI_TUNNELS ? pmsi_tunnels[type].name : "unknown");
    put_char(out, ':');
    put_decimal(out, flags);
    put_char(out, ':');
    put_pmsi_label(out, raw, style->form == FORM_5 ? type == PMSI_INGRESS_REPLICATION && raw : (raw & 0xf) != 0);
    put_char(out, ':');
    if (type == PMSI_INGRESS_REPLICATION && cursor_left(&value) == 4) {
        put_ip(out, ip_of(value.p, 4));
    } else if (!cursor_done(&value)) {
        put_literal(out, "0x");
        put_hex_upper(out, value);
    }
}

static void pmsi_text(struct cursor value, const struct style *style, struct buffer *out) {
    put_literal(out, "pmsi ");
    put_pmsi(out, value, style);
}

static void pmsi_json(struct cursor value, const struct style *style, struct buffer *out) {
    put_literal(out, "\"pmsi\": \"");
    put_pmsi(out, value, style);
    put_char(out, '"');
}

const struct attribute_kind attribute_pmsi = {
    .code = ATTRIBUTE_PMSI,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .flags_harm = HARM_WITHDRAW,
    .name = "pmsi",
    .row = "ATT-22",
    .want = "TUNNEL:FLAGS:LABEL:IDENTIFIER, as ingressreplication:0:300:1.2.3.4",
    .check = pmsi_check,
    .parse = pmsi_parse,
    .text = pmsi_text,
    .json = pmsi_json,
};
