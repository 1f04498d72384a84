/* BGP-LS: a network's topology as routes (RFC 9552, SRv6 SIDs RFC 9514), and the same of a VPN.
 *
 *     type(2)  length(2)  [route distinguisher(8)]  protocol(1)  identifier(8)  TLVs
 *
 * TLVs ascend by type; those of a node descriptor have TLVs inside. Types and TLVs that nobody knows are kept. */
#include "bgp/nlri/bgp_ls.h"

#include "bgp/part/rd.h"

static bool bgp_ls_cut_from(struct cursor *from, struct cursor *nlri, size_t least) {
    const uint8_t *start = from->p;
    cursor_u16(from);
    uint16_t len = cursor_u16(from);
    if (from->bad || len < least || !cursor_take(from, len))
        return false;
    *nlri = (struct cursor){start, from->p, false};
    return true;
}

static bool bgp_ls_cut(struct cursor *from, struct cursor *nlri) {
    return bgp_ls_cut_from(from, nlri, 0);
}

static bool bgp_ls_vpn_cut(struct cursor *from, struct cursor *nlri) {
    return bgp_ls_cut_from(from, nlri, RD_OCTETS);
}

bool bgp_ls_is_known(unsigned type) {
    return (type >= BGP_LS_NODE && type <= BGP_LS_PREFIX_IPV6) || type == BGP_LS_SRV6_SID;
}

bool bgp_ls_open(const struct family *f, struct cursor nlri, struct bgp_ls *out) {
    *out = (struct bgp_ls){.type = cursor_u16(&nlri)};
    cursor_u16(&nlri);
    if (f->safi == SAFI_BGP_LS_VPN)
        out->rd = cursor_take(&nlri, RD_OCTETS);
    if (!bgp_ls_is_known(out->type))
        return !nlri.bad;
    out->protocol = cursor_u8(&nlri);
    out->identifier = cursor_u64(&nlri);
    out->tlvs = nlri;
    return !nlri.bad;
}

/* Ascending, each type once within a node, whole. */
static bool bgp_ls_tlvs_are_good(struct cursor tlvs, bool node) {
    struct tlv tlv;
    int last = -1;
    while (tlv_next(&tlvs, 2, 2, &tlv)) {
        if (tlv.type < last || (node && tlv.type == last))
            return false;
        if (!node && (tlv.type == BGP_LS_LOCAL_NODE || tlv.type == BGP_LS_REMOTE_NODE) &&
            !bgp_ls_tlvs_are_good(tlv.value, true))
            return false;
        last = tlv.type;
    }
    return !tlvs.bad;
}

static enum harm bgp_ls_check_of(const struct family *f, struct cursor nlri) {
    struct bgp_ls ls;
    if (!bgp_ls_open(f, nlri, &ls))
        return HARM_SKIP;
    return !bgp_ls_is_known(ls.type) || bgp_ls_tlvs_are_good(ls.tlvs, false) ? HARM_NONE : HARM_SKIP;
}

static enum harm bgp_ls_check(struct cursor nlri, bool announce) {
    (void)announce;
    return bgp_ls_check_of(&family_bgp_ls, nlri);
}

static enum harm bgp_ls_vpn_check(struct cursor nlri, bool announce) {
    (void)announce;
    return bgp_ls_check_of(&family_bgp_ls_vpn, nlri);
}

const struct family family_bgp_ls = {
    .afi = 16388,
    .safi = SAFI_BGP_LS,
    .index = FAMILY_bgp_ls,
    .afi_name = "bgp-ls",
    .safi_name = "bgp-ls",
    .next_hops = NEXT_HOP_4 | NEXT_HOP_16,
    .cut = bgp_ls_cut,
    .check = bgp_ls_check,
    .row = "NLR-73",
    .cut_row = "NLR-72",
    .keywords = bgp_ls_keywords,
    .start = bgp_ls_start,
    .keyword = bgp_ls_keyword,
    .finish = bgp_ls_finish,
    .text = bgp_ls_text,
    .json = bgp_ls_json,
};

const struct family family_bgp_ls_vpn = {
    .afi = 16388,
    .safi = SAFI_BGP_LS_VPN,
    .index = FAMILY_bgp_ls_vpn,
    .afi_name = "bgp-ls",
    .safi_name = "bgp-ls-vpn",
    .flags = FAMILY_VPN_NEXT_HOP,
    .next_hops = NEXT_HOP_12 | NEXT_HOP_24,
    .cut = bgp_ls_vpn_cut,
    .check = bgp_ls_vpn_check,
    .row = "NLR-73",
    .cut_row = "NLR-72",
    .keywords = bgp_ls_keywords,
    .start = bgp_ls_start,
    .keyword = bgp_ls_keyword,
    .finish = bgp_ls_finish,
    .text = bgp_ls_text,
    .json = bgp_ls_json,
};
