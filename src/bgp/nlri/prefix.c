/* Prefixes: unicast and multicast (RFC 4271, 4760), labelled (RFC 8277), VPN (RFC 4364, 4659); IPv4 and IPv6.
 *
 *     bits(1)  labels(3n)  route distinguisher(8)  prefix
 *
 * `bits` counts labels and distinguisher too, and the last octet of the prefix may have bits set beyond it: they mean
 * nothing, so they are neither shown nor part of the key (errors.md UPD-07).
 *
 * The eight families are one kind of NLRI with or without its two optional parts, and in text they are one: a label
 * makes a prefix labelled, a route distinguisher makes it VPN. */
#include "bgp/nlri/prefix.h"

#include "bgp/part/label.h"
#include "bgp/part/rd.h"

enum { IPV4_BITS = 32, IPV6_BITS = 128, LABEL_BITS = 8 * LABEL_OCTETS, RD_BITS = 8 * RD_OCTETS };

/* ---- Wire ---- */

struct prefix_view {
    struct cursor labels;
    const uint8_t *rd;
    const uint8_t *octets; /* of the prefix: prefix_octets(bits) of them */
    unsigned bits;
};

static bool prefix_open(unsigned kind, unsigned most, struct cursor nlri, struct prefix_view *v) {
    unsigned bits = cursor_u8(&nlri), rd_bits = kind == PREFIX_VPN ? RD_BITS : 0;
    *v = (struct prefix_view){.labels = cursor_of(nlri.p, 0)};
    if (nlri.bad || prefix_octets(bits) != cursor_left(&nlri))
        return false;
    if (kind != PREFIX_PLAIN) {
        size_t len = bits < rd_bits ? 0 : labels_length(nlri.p, (bits - rd_bits) / 8);
        v->labels = cursor_cut(&nlri, len);
        bits -= (unsigned)(8 * len);
        if (len == 0 || bits < rd_bits)
            return false;
    }
    if (kind == PREFIX_VPN)
        v->rd = cursor_take(&nlri, RD_OCTETS);
    v->bits = bits - rd_bits;
    v->octets = nlri.p;
    return v->bits <= most;
}

static unsigned prefix_most(const struct family *f) {
    return f->afi == 1 ? IPV4_BITS : IPV6_BITS;
}

static struct prefix prefix_of(const struct prefix_view *v, unsigned most) {
    struct prefix p = {.ip.len = (uint8_t)(most / 8), .bits = (uint8_t)v->bits};
    memcpy(p.ip.octets, v->octets, prefix_octets(v->bits));
    prefix_clear_host_bits(&p);
    return p;
}

static bool prefix_cut(struct cursor *from, struct cursor *nlri, unsigned least, unsigned most) {
    const uint8_t *start = from->p;
    unsigned bits = cursor_u8(from);
    if (from->bad || bits < least || bits > most || !cursor_take(from, prefix_octets(bits)))
        return false;
    *nlri = cursor_of(start, (size_t)(from->p - start));
    return true;
}

static bool ipv4_cut(struct cursor *from, struct cursor *nlri) {
    return prefix_cut(from, nlri, 0, IPV4_BITS);
}

static bool ipv6_cut(struct cursor *from, struct cursor *nlri) {
    return prefix_cut(from, nlri, 0, IPV6_BITS);
}

static bool labelled_cut(struct cursor *from, struct cursor *nlri) {
    return prefix_cut(from, nlri, LABEL_BITS, UINT8_MAX);
}

static bool vpn_cut(struct cursor *from, struct cursor *nlri) {
    return prefix_cut(from, nlri, LABEL_BITS + RD_BITS, UINT8_MAX);
}

static enum harm prefix_check(unsigned kind, unsigned most, struct cursor nlri) {
    struct prefix_view v;
    return prefix_open(kind, most, nlri, &v) ? HARM_NONE : HARM_RESET;
}

static enum harm ipv4_labelled_check(struct cursor nlri, bool announce) {
    (void)announce;
    return prefix_check(PREFIX_LABELLED, IPV4_BITS, nlri);
}

static enum harm ipv6_labelled_check(struct cursor nlri, bool announce) {
    (void)announce;
    return prefix_check(PREFIX_LABELLED, IPV6_BITS, nlri);
}

static enum harm ipv4_vpn_check(struct cursor nlri, bool announce) {
    (void)announce;
    return prefix_check(PREFIX_VPN, IPV4_BITS, nlri);
}

static enum harm ipv6_vpn_check(struct cursor nlri, bool announce) {
    (void)announce;
    return prefix_check(PREFIX_VPN, IPV6_BITS, nlri);
}

unsigned nlri_labels(const struct family *f, struct cursor nlri) {
    struct prefix_view v;
    unsigned kind = prefix_kind(f);
    if (kind == PREFIX_PLAIN || !prefix_open(kind, IPV6_BITS, nlri, &v))
        return 0;
    return (unsigned)(cursor_left(&v.labels) / LABEL_OCTETS);
}

void put_nlri_withdrawn(struct buffer *out, const struct family *f, struct cursor nlri) {
    struct prefix_view v;
    if (!prefix_open(prefix_kind(f), IPV6_BITS, nlri, &v))
        return;
    put_u8(out, (uint8_t)(v.bits + LABEL_BITS + (v.rd ? RD_BITS : 0)));
    put_u24(out, LABEL_WITHDRAWN);
    if (v.rd)
        put_octets(out, v.rd, RD_OCTETS);
    put_octets(out, v.octets, prefix_octets(v.bits));
}

bool nlri_labels_end(const struct family *f, struct cursor nlri) {
    struct prefix_view v;
    if (!prefix_open(prefix_kind(f), IPV6_BITS, nlri, &v) || cursor_done(&v.labels))
        return false;
    const uint8_t *last = v.labels.end - LABEL_OCTETS;
    return last[2] & 1 || ((last[0] == 0x80 || last[0] == 0) && last[1] == 0 && last[2] == 0);
}

/* Without labels: `bits` counts the rest alone. */
static void prefix_key(unsigned kind, struct cursor nlri, struct buffer *out) {
    struct prefix_view v;
    if (!prefix_open(kind, IPV6_BITS, nlri, &v)) {
        put_cursor(out, nlri);
        return;
    }
    put_u8(out, (uint8_t)(v.bits + (v.rd ? RD_BITS : 0)));
    if (v.rd)
        put_octets(out, v.rd, RD_OCTETS);
    size_t len = prefix_octets(v.bits);
    put_octets(out, v.octets, len);
    if (v.bits % 8 && !out->full)
        out->p[-1] &= (uint8_t)(0xff00 >> v.bits % 8);
}

static void plain_key(struct cursor nlri, struct buffer *out) {
    prefix_key(PREFIX_PLAIN, nlri, out);
}

static void labelled_key(struct cursor nlri, struct buffer *out) {
    prefix_key(PREFIX_LABELLED, nlri, out);
}

static void vpn_key(struct cursor nlri, struct buffer *out) {
    prefix_key(PREFIX_VPN, nlri, out);
}

/* ---- Shown ---- */

static void prefix_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct prefix_view v;
    unsigned most = prefix_most(nlri->family), kind = prefix_kind(nlri->family);
    if (!prefix_open(kind, most, nlri->octets, &v))
        return;
    struct prefix p = prefix_of(&v, most);
    bool next_hop = !style->command && !cursor_done(&nlri->next_hop), rd_last = style->form == FORM_5;
    put_prefix(out, &p);
    if (nlri->has_path && !style->command)
        put_path_text(out, nlri->path);
    if (kind != PREFIX_PLAIN)
        labels_text(v.labels, !style->command && style->form != FORM_5, out);
    for (int i = 0; i < 2; i++) {
        if (v.rd && (i == 1) == rd_last) {
            put_literal(out, " rd ");
            put_rd(out, v.rd);
        } else if (next_hop && (i == 0) == rd_last) {
            put_next_hop_text(out, nlri->next_hop);
        }
    }
}

/* Nearly all that is ever printed: octets of IPv4, nothing beside them. */
static void ipv4_json(struct cursor octets, bool bare, struct buffer *out) {
    uint8_t address[4] = {0};
    unsigned bits = cursor_u8(&octets);
    size_t len = cursor_left(&octets);
    if (bits > IPV4_BITS || len != prefix_octets(bits) || !buffer_reserve(out, 48))
        return;
    memcpy(address, octets.p, len);
    if (bits % 8)
        address[len - 1] &= (uint8_t)(0xff00 >> bits % 8);
    if (bare)
        put_char(out, '"');
    else
        put_literal(out, "{ \"nlri\": \"");
    put_ipv4_prefix(out, address, (uint8_t)bits);
    if (bare)
        put_char(out, '"');
    else
        put_literal(out, "\" }");
}

static void prefix_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    struct prefix_view v;
    unsigned most = prefix_most(nlri->family), kind = prefix_kind(nlri->family);
    bool bare = style->compact && kind == PREFIX_PLAIN && !nlri->has_path;
    if (kind == PREFIX_PLAIN && most == IPV4_BITS && !nlri->has_path) {
        ipv4_json(nlri->octets, bare, out);
        return;
    }
    if (!prefix_open(kind, most, nlri->octets, &v))
        return;
    struct prefix p = prefix_of(&v, most);
    put_string(out, bare ? "\"" : "{ \"nlri\": \"");
    put_prefix(out, &p);
    put_char(out, '"');
    if (nlri->has_path) {
        put_literal(out, ", \"path-information\": \"");
        put_path(out, nlri->path);
        put_char(out, '"');
    }
    if (kind != PREFIX_PLAIN) {
        put_literal(out, ", ");
        labels_json(v.labels, style->form != FORM_5, out);
    }
    if (v.rd) {
        put_literal(out, ", \"rd\": \"");
        put_rd(out, v.rd);
        put_char(out, '"');
    }
    if (!bare)
        put_literal(out, " }");
}

/* ---- Rows ---- */

#define PREFIX_WORDS                                                                                                   \
    .start = prefix_start, .keywords = prefix_keywords, .keyword = prefix_keyword, .finish = prefix_finish,            \
    .text = prefix_text, .json = prefix_json

const struct family family_ipv4_unicast = {.afi = 1,
                                           .safi = 1,
                                           .index = FAMILY_ipv4_unicast,
                                           .afi_name = "ipv4",
                                           .safi_name = "unicast",
                                           .flags =
                                               FAMILY_PLAIN | FAMILY_CLASSIC | FAMILY_NEXT_HOP_TOO | FAMILY_ADD_PATH,
                                           .next_hops = NEXT_HOP_4,
                                           .next_hops_extended = NEXT_HOP_16 | NEXT_HOP_32,
                                           .cut = ipv4_cut,
                                           .key = plain_key,
                                           PREFIX_WORDS};

const struct family family_ipv4_multicast = {.afi = 1,
                                             .safi = 2,
                                             .index = FAMILY_ipv4_multicast,
                                             .afi_name = "ipv4",
                                             .safi_name = "multicast",
                                             .flags = FAMILY_PLAIN | FAMILY_NEXT_HOP_TOO,
                                             .next_hops = NEXT_HOP_4,
                                             .next_hops_extended = NEXT_HOP_16 | NEXT_HOP_32,
                                             .cut = ipv4_cut,
                                             .key = plain_key,
                                             PREFIX_WORDS};

const struct family family_ipv4_labelled = {.afi = 1,
                                            .safi = SAFI_LABELLED,
                                            .index = FAMILY_ipv4_labelled,
                                            .afi_name = "ipv4",
                                            .safi_name = "nlri-mpls",
                                            .alias = "labeled-unicast",
                                            .flags = FAMILY_NEXT_HOP_TOO | FAMILY_ADD_PATH,
                                            .next_hops = NEXT_HOP_4,
                                            .next_hops_extended = NEXT_HOP_16 | NEXT_HOP_32,
                                            .cut = labelled_cut,
                                            .check = ipv4_labelled_check,
                                            .row = "NLR-11",
                                            .cut_row = "NLR-11",
                                            .key = labelled_key,
                                            PREFIX_WORDS};

const struct family family_ipv4_vpn = {.afi = 1,
                                       .safi = SAFI_VPN,
                                       .index = FAMILY_ipv4_vpn,
                                       .afi_name = "ipv4",
                                       .safi_name = "mpls-vpn",
                                       .flags = FAMILY_NEXT_HOP_TOO | FAMILY_VPN_NEXT_HOP | FAMILY_ADD_PATH,
                                       .next_hops = NEXT_HOP_12,
                                       .next_hops_extended = NEXT_HOP_24 | NEXT_HOP_48,
                                       .cut = vpn_cut,
                                       .check = ipv4_vpn_check,
                                       .row = "NLR-21",
                                       .cut_row = "NLR-21",
                                       .key = vpn_key,
                                       PREFIX_WORDS};

const struct family family_ipv6_unicast = {.afi = 2,
                                           .safi = 1,
                                           .index = FAMILY_ipv6_unicast,
                                           .afi_name = "ipv6",
                                           .safi_name = "unicast",
                                           .flags = FAMILY_PLAIN | FAMILY_NEXT_HOP_TOO | FAMILY_ADD_PATH,
                                           .next_hops = NEXT_HOP_16 | NEXT_HOP_32,
                                           .next_hops_extended = NEXT_HOP_4,
                                           .cut = ipv6_cut,
                                           .key = plain_key,
                                           PREFIX_WORDS};

const struct family family_ipv6_multicast = {.afi = 2,
                                             .safi = 2,
                                             .index = FAMILY_ipv6_multicast,
                                             .afi_name = "ipv6",
                                             .safi_name = "multicast",
                                             .flags = FAMILY_PLAIN | FAMILY_NEXT_HOP_TOO,
                                             .next_hops = NEXT_HOP_16 | NEXT_HOP_32,
                                             .next_hops_extended = NEXT_HOP_4,
                                             .cut = ipv6_cut,
                                             .key = plain_key,
                                             PREFIX_WORDS};

const struct family family_ipv6_labelled = {.afi = 2,
                                            .safi = SAFI_LABELLED,
                                            .index = FAMILY_ipv6_labelled,
                                            .afi_name = "ipv6",
                                            .safi_name = "nlri-mpls",
                                            .alias = "labeled-unicast",
                                            .flags = FAMILY_NEXT_HOP_TOO | FAMILY_ADD_PATH,
                                            .next_hops = NEXT_HOP_16 | NEXT_HOP_32,
                                            .next_hops_extended = NEXT_HOP_4,
                                            .cut = labelled_cut,
                                            .check = ipv6_labelled_check,
                                            .row = "NLR-11",
                                            .cut_row = "NLR-11",
                                            .key = labelled_key,
                                            PREFIX_WORDS};

const struct family family_ipv6_vpn = {.afi = 2,
                                       .safi = SAFI_VPN,
                                       .index = FAMILY_ipv6_vpn,
                                       .afi_name = "ipv6",
                                       .safi_name = "mpls-vpn",
                                       .flags = FAMILY_NEXT_HOP_TOO | FAMILY_VPN_NEXT_HOP | FAMILY_ADD_PATH,
                                       .next_hops = NEXT_HOP_24 | NEXT_HOP_48,
                                       .next_hops_extended = NEXT_HOP_12,
                                       .cut = vpn_cut,
                                       .check = ipv6_vpn_check,
                                       .row = "NLR-21",
                                       .cut_row = "NLR-21",
                                       .key = vpn_key,
                                       PREFIX_WORDS};
