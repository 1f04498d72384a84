/* Multiprotocol (RFC 4760 section 8): AFI (2), reserved (1), SAFI (1); one capability for each family.
 *
 * Those of an OPEN add up, and are shown as one. */
#include "bgp/family.h"
#include "bgp/open.h"

static enum harm multiprotocol_check(struct cursor value) {
    return cursor_left(&value) == 4 ? HARM_NONE : HARM_RESET;
}

static void multiprotocol_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    for (unsigned i = 0; i < families_count(); i++) {
        const struct family *f = family_at(i);
        if (!terms_has(offer->families, i))
            continue;
        put_u8(out, CAPABILITY_MULTIPROTOCOL);
        put_u8(out, 4);
        put_u16(out, f->afi);
        put_u8(out, 0);
        put_u8(out, f->safi);
    }
}

static void multiprotocol_read(struct cursor value, uint16_t *afi, uint8_t *safi) {
    *afi = cursor_u16(&value);
    cursor_u8(&value);
    *safi = cursor_u8(&value);
}

static void multiprotocol_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    uint16_t afi;
    uint8_t safi;
    multiprotocol_read(value, &afi, &safi);
    const struct family *f = family_of(afi, safi);
    if (f && terms_has(offer->families, f->index))
        terms_add_family(terms, f->index);
}

/* ExaBGP 5.0 lists a family as often as it was sent. */
static bool multiprotocol_is_repeated(const struct open *open, struct cursor value) {
    struct capability_walk walk = {0};
    uint16_t afi, other_afi;
    uint8_t safi, other_safi;
    struct cursor other;
    multiprotocol_read(value, &afi, &safi);
    while (open_capability_of(open, CAPABILITY_MULTIPROTOCOL, &walk, &other) && other.p != value.p) {
        multiprotocol_read(other, &other_afi, &other_safi);
        if (afi == other_afi && safi == other_safi)
            return true;
    }
    return false;
}

/* Every family of the OPEN: `before` it, a `between` from the one before. */
static void put_multiprotocol(const struct open *open, const struct style *style, const char *before, char between,
                              const char *after, struct buffer *out) {
    struct capability_walk walk = {0};
    struct cursor value;
    bool first = true;
    while (open_capability_of(open, CAPABILITY_MULTIPROTOCOL, &walk, &value)) {
        uint16_t afi;
        uint8_t safi;
        if (style->form != FORM_5 && multiprotocol_is_repeated(open, value))
            continue;
        multiprotocol_read(value, &afi, &safi);
        if (!first)
            put_char(out, ',');
        put_string(out, before);
        put_family_numbers(out, afi, safi, between);
        put_string(out, after);
        first = false;
    }
}

static void multiprotocol_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                               struct buffer *out) {
    (void)value, (void)sent;
    put_literal(out, "{ \"name\": \"multiprotocol\", \"families\": [");
    put_multiprotocol(open, style, " \"", '/', "\"", out);
    put_literal(out, " ] }");
}

static void multiprotocol_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                               struct buffer *out) {
    (void)value, (void)sent;
    put_literal(out, "multiprotocol(");
    put_multiprotocol(open, style, "", ' ', "", out);
    put_char(out, ')');
}

static const char *multiprotocol_ignored(struct cursor value, const struct offer *offer, const struct terms *terms) {
    (void)terms;
    uint16_t afi = cursor_u16(&value);
    cursor_u8(&value);
    const struct family *f = family_of(afi, cursor_u8(&value));
    return f && terms_has(offer->families, f->index) ? NULL : "CAP-02";
}

const struct capability_kind capability_multiprotocol = {
    .code = CAPABILITY_MULTIPROTOCOL,
    .name = "multiprotocol",
    .row = "CAP-01",
    .ignored = multiprotocol_ignored,
    .check = multiprotocol_check,
    .offer = multiprotocol_offer,
    .agree = multiprotocol_agree,
    .json = multiprotocol_json,
    .text = multiprotocol_text,
};
