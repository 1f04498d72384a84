/* Prefixes from text, and all that is done to a route because its NLRI is a prefix: split, and the same words again
 * after another prefix. */
#include "base/number.h"
#include "bgp/nlri/prefix.h"
#include "bgp/part/label.h"
#include "bgp/part/rd.h"

static const struct family *prefix_row(bool ipv6, unsigned kind) {
    static const struct family *const rows[2][PREFIX_KINDS] = {
        {&family_ipv4_unicast, &family_ipv4_labelled, &family_ipv4_vpn},
        {&family_ipv6_unicast, &family_ipv6_labelled, &family_ipv6_vpn},
    };
    return rows[ipv6][kind];
}

/* The family that the words so far mean, when it is theirs to say. */
static void prefix_settle(struct draft *d) {
    unsigned kind = d->has_rd ? PREFIX_VPN : d->label_count ? PREFIX_LABELLED : PREFIX_PLAIN;
    if (d->has_prefix && !d->settled)
        d->family = prefix_row(d->prefix.ip.len == 16, kind);
}

/* What prefix_parse() did not like: the length, or all of it. */
static bool prefix_complain(struct words *words, struct text t) {
    struct text address;
    struct ip ip;
    bool slash;
    struct text length = text_cut(t, '/', &address, &slash);
    if (slash && ip_parse(address, &ip))
        return words_fail(words, "invalid netmask %.*s", TEXT_ARGS(length)) ||
               complain_wanted(words->complaint, "a number from 0 to %u", ip.len * 8U);
    return words_fail(words, "\"%.*s\" is not a prefix", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "a prefix: 10.0.0.0/24 or 2001:db8::/32");
}

bool draft_prefix(struct draft *d, struct text t, struct words *words) {
    if (!prefix_parse(t, &d->prefix))
        return prefix_complain(words, t);
    if (prefix_has_host_bits(&d->prefix))
        return words_fail(words, "invalid network %.*s for netmask %u: host bits are set", TEXT_ARGS(t),
                          d->prefix.bits);
    /* The other way round is taken, as ExaBGP does: config.md 15. */
    if (d->settled && d->family->afi == 1 && d->prefix.ip.len != 4)
        return words_fail(words, "%.*s is not an IPv4 prefix", TEXT_ARGS(t));
    d->has_prefix = true;
    prefix_settle(d);
    return true;
}

bool prefix_start(struct draft *d, struct words *words) {
    struct text t;
    return words_take(words, "a prefix: 10.0.0.0/24", &t) && draft_prefix(d, t, words);
}

/* True when the first of its kind: what comes again is read, and forgotten (config.md 12). */
static bool prefix_take_labels(struct draft *d, struct words *words) {
    uint32_t labels[DRAFT_LABELS];
    uint8_t count;
    if (!labels_take(words, labels, DRAFT_LABELS, &count))
        return false;
    if (d->label_count == 0) {
        memcpy(d->labels, labels, sizeof labels);
        d->label_count = count;
    }
    return true;
}

static bool prefix_take_rd(struct draft *d, struct words *words) {
    uint8_t rd[RD_OCTETS];
    if (!rd_take(words, rd))
        return false;
    if (!d->has_rd)
        memcpy(d->rd, rd, sizeof rd);
    d->has_rd = true;
    return true;
}

const char *const prefix_keywords[] = {"label", "rd", "route-distinguisher", NULL};

enum taken prefix_keyword(struct draft *d, struct text keyword, struct words *words) {
    unsigned kind = d->settled ? prefix_kind(d->family) : PREFIX_VPN;
    bool good;
    if (kind >= PREFIX_LABELLED && text_is(keyword, "label"))
        good = prefix_take_labels(d, words);
    else if (kind >= PREFIX_VPN && (text_is(keyword, "rd") || text_is(keyword, "route-distinguisher")))
        good = prefix_take_rd(d, words);
    else
        return NOT_MINE;
    prefix_settle(d);
    return good ? TAKEN : TAKEN_BADLY;
}

/* A label stack that a withdraw may do without: the peer looks at the prefix alone (RFC 8277 2.4). */
static bool prefix_put_labels(const struct draft *d, struct words *words, struct buffer *nlri) {
    if (d->label_count)
        put_labels(nlri, d->labels, d->label_count);
    else if (d->purpose == DRAFT_WITHDRAW)
        put_u24(nlri, LABEL_WITHDRAWN);
    else
        return words_fail(words, "invalid announcement (missing label)") ||
               complain_wanted(words->complaint, "label 100");
    return true;
}

bool prefix_finish(struct draft *d, struct words *words, struct buffer *nlri) {
    unsigned kind = prefix_kind(d->family), bits = d->split > d->prefix.bits ? d->split : d->prefix.bits;
    if (!d->has_prefix)
        return words_fail(words, "a route without a prefix");
    if (bits > d->prefix.ip.len * 8U)
        return words_fail(words, "split /%u is longer than the address", bits);
    size_t start = buffer_len(nlri);
    put_u8(nlri, 0);
    if (kind != PREFIX_PLAIN && !prefix_put_labels(d, words, nlri))
        return false;
    if (kind == PREFIX_VPN) {
        if (!d->has_rd)
            return words_fail(words, "invalid announcement (missing rd)") ||
                   complain_wanted(words->complaint, "rd 65000:1");
        put_octets(nlri, d->rd, RD_OCTETS);
    }
    size_t total = 8 * (buffer_len(nlri) - start - 1) + bits;
    put_octets(nlri, d->prefix.ip.octets, prefix_octets(bits));
    if (total > UINT8_MAX)
        return words_fail(words, "%u labels do not fit beside the prefix", d->label_count);
    if (!nlri->full)
        nlri->base[start] = (uint8_t)total;
    return true;
}

/* ---- The same words after another prefix ---- */

bool draft_tail(const struct draft *d, struct draft_tail *out) {
    if (!d->family || d->family->finish != prefix_finish || d->split)
        return false;
    unsigned kind = prefix_kind(d->family);
    struct buffer b = buffer_fixed(out->octets, sizeof out->octets);
    *out = (struct draft_tail){.has_path = d->has_path, .path = d->path};
    if (kind != PREFIX_PLAIN && d->label_count)
        put_labels(&b, d->labels, d->label_count);
    else if (kind != PREFIX_PLAIN)
        put_u24(&b, LABEL_WITHDRAWN);
    if (kind == PREFIX_VPN)
        put_octets(&b, d->rd, RD_OCTETS);
    out->len = (uint8_t)buffer_len(&b);
    for (unsigned ipv6 = 0; ipv6 < 2; ipv6++)
        out->family[ipv6] = d->settled ? d->family : prefix_row(ipv6, kind);
    if (d->settled && d->family->afi == 1)
        out->family[1] = NULL;
    return true;
}

static bool tail_put(const struct draft_tail *t, const uint8_t *octets, unsigned bits, struct buffer *nlri) {
    unsigned total = 8U * t->len + bits;
    if (total > UINT8_MAX || !buffer_reserve(nlri, 1 + prefix_octets(total)))
        return false;
    put_u8(nlri, (uint8_t)total);
    put_octets(nlri, t->octets, t->len);
    put_octets(nlri, octets, prefix_octets(bits));
    return true;
}

bool draft_tail_nlri(const struct draft_tail *t, struct text text, struct buffer *nlri, const struct family **family) {
    struct prefix p;
    uint32_t ipv4;
    *family = t->family[0];
    if (ipv4_prefix_parse(text, &ipv4, &p.bits)) {
        uint8_t octets[4];
        poke_u32(octets, ipv4);
        /* Shifted in 64 bits: 32 of them are too many for 32. */
        return ((uint64_t)ipv4 << p.bits & UINT32_MAX) == 0 && tail_put(t, octets, p.bits, nlri);
    }
    *family = t->family[1];
    return *family && prefix_parse(text, &p) && !prefix_has_host_bits(&p) && tail_put(t, p.ip.octets, p.bits, nlri);
}

bool draft_split(struct draft *d) {
    unsigned bits = d->split;
    if (bits <= d->prefix.bits)
        return false;
    /* One is added at the last bit of the piece; a carry into the whole prefix's own bits ends it, with all bits of
     * the pieces zero again: the prefix is what it was. */
    while (bits > d->prefix.bits) {
        uint8_t *octet = &d->prefix.ip.octets[--bits / 8], bit = (uint8_t)(0x80 >> bits % 8);
        *octet ^= bit;
        if (*octet & bit)
            return true;
    }
    return false;
}
