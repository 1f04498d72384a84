/* Graceful restart (RFC 4724): restart flags (4 bits) and time (12 bits), then AFI (2), SAFI (1), flags (1) for each
 * family. The N bit (RFC 8538) says that NOTIFICATIONs keep the routes too.
 *
 * Surprises: as ExaBGP does, we always say that we have just restarted, and that forwarding state was kept. JSON calls
 * the restart bit "forwarding" and a family's forwarding bit "restart". The last one of an OPEN counts. */
#include "base/number.h"
#include "bgp/family.h"
#include "bgp/open.h"

enum { RESTARTED = 0x8000, RESTART_NOTIFICATION = 0x4000, RESTART_TIME = 0x0fff, FORWARDING_KEPT = 0x80 };
enum { RESTART_FAMILIES = (UINT8_MAX - 2) / 4 };

static enum harm graceful_restart_check(struct cursor value) {
    size_t len = cursor_left(&value);
    return len >= 2 && (len - 2) % 4 == 0 ? HARM_NONE : HARM_RESET;
}

static void graceful_restart_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    unsigned count = 0;
    if (!offer->graceful_restart)
        return;
    put_u8(out, CAPABILITY_GRACEFUL_RESTART);
    size_t hole = put_hole8(out);
    uint16_t flags = RESTARTED | (offer->restart_notification ? RESTART_NOTIFICATION : 0);
    put_u16(out, (uint16_t)(flags | (offer->restart_time & RESTART_TIME)));
    for (unsigned i = 0; i < families_count() && count < RESTART_FAMILIES; i++) {
        if (!terms_has(offer->families, i))
            continue;
        put_u16(out, family_at(i)->afi);
        put_u8(out, family_at(i)->safi);
        put_u8(out, FORWARDING_KEPT);
        count++;
    }
    fill_hole8(out, hole);
}

static void graceful_restart_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    uint16_t head = cursor_u16(&value);
    terms->graceful_restart = offer->graceful_restart;
    terms->restart_notification = offer->restart_notification && head & RESTART_NOTIFICATION;
    terms->peer_restart_time = head & RESTART_TIME;
    terms->restart_families = terms->restart_kept = 0;
    while (!cursor_done(&value)) {
        uint16_t afi = cursor_u16(&value);
        const struct family *f = family_of(afi, cursor_u8(&value));
        bool kept = cursor_u8(&value) & FORWARDING_KEPT;
        if (!f)
            continue;
        terms->restart_families |= family_bit(f);
        terms->restart_kept |= kept ? family_bit(f) : 0;
    }
}

/* The families of one capability, each once: in the place of the first, with the flags of the last. */
static bool graceful_restart_next(struct cursor all, struct cursor *left, uint16_t *afi, uint8_t *safi, bool *kept) {
    while (cursor_left(left) >= 4) {
        struct cursor entry = cursor_cut(left, 4), others = all;
        const uint8_t *key = entry.p;
        bool is_first = true;
        while (cursor_left(&others) >= 4) {
            struct cursor other = cursor_cut(&others, 4);
            if (memcmp(other.p, key, 3) != 0)
                continue;
            is_first = is_first && other.p >= key;
            *kept = other.p[3] & FORWARDING_KEPT;
        }
        if (is_first) {
            *afi = cursor_u16(&entry);
            *safi = cursor_u8(&entry);
            return true;
        }
    }
    return false;
}

static void graceful_restart_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                  struct buffer *out) {
    (void)open, (void)sent, (void)style;
    uint16_t head = cursor_u16(&value), afi;
    uint8_t safi;
    bool kept = false;
    struct cursor left = value;
    put_literal(out, "{ \"name\": \"graceful restart\", \"time\": ");
    put_decimal(out, head & RESTART_TIME);
    put_literal(out, ", \"address-family-flags\": { ");
    for (bool first = true; graceful_restart_next(value, &left, &afi, &safi, &kept); first = false) {
        put_string(out, first ? "\"" : ", \"");
        put_family_numbers(out, afi, safi, '/');
        put_string(out, kept ? "\": [ \"restart\" ] " : "\": [ ] ");
    }
    put_literal(out, "}, \"restart-flags\": ");
    put_string(out, head & RESTARTED ? "[ \"forwarding\" ] " : "[ ] ");
    put_literal(out, " }");
}

static void graceful_restart_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                  struct buffer *out) {
    (void)open, (void)sent, (void)style;
    uint16_t head = cursor_u16(&value), afi;
    uint8_t safi;
    bool kept = false;
    struct cursor left = value;
    put_format(out, "graceful restart flags 0x%x time %u ", head >> 12, head & RESTART_TIME);
    for (bool first = true; graceful_restart_next(value, &left, &afi, &safi, &kept); first = false) {
        put_string(out, first ? "" : " ");
        put_family_numbers(out, afi, safi, '/');
        put_string(out, kept ? "=0x80" : "=0x0");
    }
}

static const char *graceful_restart_ignored(struct cursor value, const struct offer *offer, const struct terms *terms) {
    (void)offer;
    cursor_u16(&value);
    while (!cursor_done(&value)) {
        uint16_t afi = cursor_u16(&value);
        const struct family *f = family_of(afi, cursor_u8(&value));
        cursor_u8(&value);
        if (!f || !terms_has(terms->families, f->index))
            return "CAP-10";
    }
    return NULL;
}

const struct capability_kind capability_graceful_restart = {
    .code = CAPABILITY_GRACEFUL_RESTART,
    .name = "graceful-restart",
    .row = "CAP-09",
    .ignored = graceful_restart_ignored,
    .check = graceful_restart_check,
    .offer = graceful_restart_offer,
    .agree = graceful_restart_agree,
    .json = graceful_restart_json,
    .text = graceful_restart_text,
};
