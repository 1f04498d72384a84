/* The registry of address families, and what all of them share: names, next hops, path identifiers. */
#include "bgp/family.h"
#include "bgp/family_name.h"

#include "base/number.h"
#include "bgp/nlri/numbered.h"

static const struct family *const families[FAMILIES] = {
#define FAMILY(name) [FAMILY_##name] = &family_##name,
#include "bgp/family.def"
#undef FAMILY
};

_Static_assert((int)FAMILIES <= (int)FAMILIES_MOST, "a set of families is 64 bits");

const struct family *family_at(unsigned index) {
    return index < FAMILIES ? families[index] : numbered_at(index - FAMILIES);
}

unsigned families_count(void) {
    return FAMILIES + numbered_count();
}

uint64_t families_all(void) {
    uint64_t all = 0;
    for (unsigned i = 0; i < FAMILIES; i++)
        if (!(families[i]->flags & FAMILY_ON_REQUEST))
            all |= family_bit(families[i]);
    return all;
}

const struct family *family_of(uint16_t afi, uint8_t safi) {
    for (unsigned i = 0; i < FAMILIES; i++)
        if (families[i]->safi == safi && families[i]->afi == afi)
            return families[i];
    return numbered_find(afi, safi);
}

static const struct family *family_of_numbers(struct text afi, struct text safi) {
    uint64_t a, s;
    return number_parse(afi, UINT16_MAX, &a) && number_parse(safi, UINT8_MAX, &s) ? family_of((uint16_t)a, (uint8_t)s)
                                                                                  : NULL;
}

const struct family *family_named(struct text afi, struct text safi) {
    for (unsigned i = 0; i < FAMILIES; i++) {
        const struct family *f = families[i];
        if (text_is_any_case(afi, f->afi_name) &&
            (text_is_any_case(safi, f->safi_name) || (f->alias && text_is_any_case(safi, f->alias))))
            return f;
    }
    return family_of_numbers(afi, safi);
}

bool family_afi_named(struct text afi, uint16_t *afi_out) {
    for (unsigned i = 0; i < FAMILIES; i++) {
        if (text_is_any_case(afi, families[i]->afi_name)) {
            *afi_out = families[i]->afi;
            return true;
        }
    }
    return false;
}

void put_family(struct buffer *b, const struct family *f, char between) {
    put_string(b, f->afi_name);
    put_char(b, between);
    put_string(b, f->safi_name);
}

/* An AFI or SAFI may be known from another family than this one. */
static const struct family *family_like(uint16_t afi, uint8_t safi, bool by_afi) {
    for (unsigned i = 0; i < FAMILIES; i++)
        if (by_afi ? families[i]->afi == afi : families[i]->safi == safi)
            return families[i];
    return NULL;
}

void put_afi(struct buffer *b, uint16_t afi) {
    const struct family *f = family_like(afi, 0, true);
    if (f)
        put_string(b, f->afi_name);
    else
        put_format(b, "unknown-afi-0x%x", afi);
}

void put_safi(struct buffer *b, uint8_t safi) {
    const struct family *f = family_like(0, safi, false);
    if (f)
        put_string(b, f->safi_name);
    else
        put_format(b, "unknown safi %u", safi);
}

void put_family_numbers(struct buffer *b, uint16_t afi, uint8_t safi, char between) {
    put_afi(b, afi);
    put_char(b, between);
    put_safi(b, safi);
}

/* ---- Next hops ---- */

enum { NEXT_HOP_RD = 8 };

/* Of a family that is known by number alone, the length tells. */
static bool family_has_distinguisher(const struct family *f, size_t len) {
    return f->flags & FAMILY_VPN_NEXT_HOP || (f->index >= FAMILIES && (len == 12 || len == 24 || len == 48));
}

struct cursor family_next_hop_strip(const struct family *f, struct cursor wire) {
    if (!family_has_distinguisher(f, cursor_left(&wire)))
        return wire;
    cursor_take(&wire, NEXT_HOP_RD);
    size_t len = cursor_left(&wire) > 16 ? 16 : cursor_left(&wire);
    return cursor_of(wire.p, len);
}

void put_family_next_hop(struct buffer *b, const struct family *f, struct ip next_hop, const struct terms *terms) {
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    bool vpn = f->flags & FAMILY_VPN_NEXT_HOP, ipv6 = next_hop.len == 16;
    if (vpn && next_hop.len)
        put_zeros(b, NEXT_HOP_RD);
    if (next_hop.len == 4 && f->flags & FAMILY_NEXT_HOP_MAPPED)
        put_octets(b, mapped, sizeof mapped);
    put_octets(b, next_hop.octets, next_hop.len);
    /* Both addresses, global first (RFC 2545 3), once the peer said what it does with them. */
    bool link_local = next_hop.octets[0] == 0xfe && (next_hop.octets[1] & 0xc0) == 0x80;
    if (terms && terms->link_local_next_hop && terms->link_local.len == 16 && f->afi == 2 && ipv6 && !vpn &&
        !link_local)
        put_octets(b, terms->link_local.octets, 16);
}

void put_next_hop_text(struct buffer *b, struct cursor next_hop) {
    size_t len = cursor_left(&next_hop);
    if (len == 0)
        return;
    put_literal(b, " next-hop ");
    put_ip(b, ip_of(next_hop.p, len < 16 ? len : 16));
}

void put_next_hop_or_none(struct buffer *b, const struct nlri *nlri) {
    if (nlri->announced && cursor_done(&nlri->next_hop))
        put_literal(b, " next-hop no-nexthop");
    put_next_hop_text(b, nlri->next_hop);
}

void put_family_text(struct buffer *b, const struct nlri *nlri, const struct style *style) {
    put_literal(b, "afi ");
    put_string(b, nlri->family->afi_name);
    put_literal(b, " safi ");
    put_string(b, nlri->family->safi_name);
    if (style->form != FORM_5)
        put_next_hop_or_none(b, nlri);
}

void put_path(struct buffer *b, uint32_t path) {
    uint8_t octets[4];
    poke_u32(octets, path);
    put_ipv4(b, octets);
}

void put_path_text(struct buffer *b, uint32_t path) {
    put_literal(b, " path-information ");
    put_path(b, path);
}

/* ---- One NLRI after the other ---- */

bool nlri_next(const struct family *f, bool add_path, struct cursor *from, struct nlri *out) {
    *out = (struct nlri){.family = f, .has_path = add_path, .octets = cursor_of(from->p, 0)};
    if (add_path)
        out->path = cursor_u32(from);
    return !from->bad && f->cut(from, &out->octets);
}

/* ---- Commands ---- */

static bool nlri_same(const struct family *f, struct cursor a, struct cursor b, bool announce) {
    struct buffer keys[2] = {buffer_growing(), buffer_growing()};
    if (cursor_same(a, b))
        return true;
    if (announce || !f->key)
        return false;
    f->key(a, &keys[0]);
    f->key(b, &keys[1]);
    bool same = cursor_same(buffer_cursor(&keys[0]), buffer_cursor(&keys[1]));
    buffer_release(&keys[0]);
    buffer_release(&keys[1]);
    return same;
}

/* Do the words make this NLRI again? Received octets need not be as we write them: labels have bits without a word. */
static bool nlri_words_hold(const struct nlri *nlri, bool announce, struct text text) {
    struct complaint complaint = {0};
    struct words words = words_of_line(text, &complaint);
    struct buffer again = buffer_growing();
    struct draft d;
    draft_init(&d);
    d.purpose = announce ? DRAFT_ANNOUNCE : DRAFT_WITHDRAW;
    bool hold = draft_route(&d, nlri->family, &words) && nlri->family->finish(&d, &words, &again) &&
                d.attribute_count == 0 && nlri_same(nlri->family, nlri->octets, buffer_cursor(&again), announce);
    draft_release(&d);
    buffer_release(&again);
    return hold;
}

void nlri_command(const struct nlri *nlri, bool announce, struct buffer *out) {
    const struct style style = {.form = FORM_6, .command = true};
    size_t start = buffer_len(out);
    nlri->family->text(nlri, &style, out);
    struct cursor text = buffer_since(out, start);
    if (cursor_done(&text) || !nlri->family->finish ||
        !nlri_words_hold(nlri, announce, (struct text){(const char *)text.p, cursor_left(&text)})) {
        buffer_cut(out, start);
        put_literal(out, "nlri 0x");
        put_hex_upper(out, nlri->octets);
    }
    if (nlri->has_path)
        put_path_text(out, nlri->path);
}
