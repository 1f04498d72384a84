/* Long-lived graceful restart (RFC 9494): AFI (2), SAFI (1), flags (1), stale time (3) for each family. Means nothing
 * without graceful restart. The first bit of the flags says that forwarding state was kept, as there.
 *
 * ExaBGP does not know it: what a peer sends is shown as an unknown capability. */
#include "base/number.h"
#include "bgp/capability/list.h"
#include "bgp/family.h"

enum { LONG_LIVED_ENTRY = 7, LONG_LIVED_KEPT = 0x80, LONG_LIVED_FAMILIES = UINT8_MAX / LONG_LIVED_ENTRY };

static enum harm long_lived_restart_check(struct cursor value) {
    return cursor_left(&value) % LONG_LIVED_ENTRY ? HARM_RESET : HARM_NONE;
}

static void long_lived_restart_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    unsigned count = 0;
    if (!offer->graceful_restart || !offer->long_lived)
        return;
    put_u8(out, CAPABILITY_LONG_LIVED_RESTART);
    size_t hole = put_hole8(out);
    for (unsigned i = 0; i < families_count() && count < LONG_LIVED_FAMILIES; i++) {
        if (!terms_has(offer->families, i))
            continue;
        put_u16(out, family_at(i)->afi);
        put_u8(out, family_at(i)->safi);
        put_u8(out, LONG_LIVED_KEPT);
        put_u8(out, (uint8_t)(offer->long_lived_time >> 16));
        put_u16(out, (uint16_t)offer->long_lived_time);
        count++;
    }
    fill_hole8(out, hole);
}

static void long_lived_restart_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    if (!offer->graceful_restart || !offer->long_lived)
        return;
    while (!cursor_done(&value)) {
        uint16_t afi = cursor_u16(&value);
        const struct family *f = family_of(afi, cursor_u8(&value));
        bool kept = cursor_u8(&value) & LONG_LIVED_KEPT;
        uint32_t time = cursor_u24(&value);
        if (!f)
            continue;
        terms->long_lived_time[f->index] = time;
        terms->long_lived_kept |= kept ? family_bit(f) : 0;
    }
}

static void long_lived_restart_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                    struct buffer *out) {
    struct capability_list list = capability_list_of(open, CAPABILITY_LONG_LIVED_RESTART, LONG_LIVED_ENTRY, 3);
    struct cursor entry, last;
    (void)style;
    if (!sent) {
        capability_unknown_json(&(struct capability){CAPABILITY_LONG_LIVED_RESTART, value}, out);
        return;
    }
    put_literal(out, "{ \"name\": \"long-lived graceful restart\"");
    while (capability_list_next(&list, &entry, &last)) {
        uint16_t afi = cursor_u16(&entry);
        put_literal(out, ", \"");
        put_family_numbers(out, afi, cursor_u8(&entry), '/');
        put_literal(out, "\": ");
        cursor_take(&last, 4);
        put_decimal(out, cursor_u24(&last));
    }
    put_literal(out, " }");
}

static void long_lived_restart_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                    struct buffer *out) {
    (void)open;
    if (!sent) {
        capability_unknown_text(&(struct capability){CAPABILITY_LONG_LIVED_RESTART, value}, style, out);
        return;
    }
    put_literal(out, "long-lived graceful restart(");
    for (bool first = true; !cursor_done(&value); first = false) {
        uint16_t afi = cursor_u16(&value);
        put_string(out, first ? "" : ", ");
        put_family_numbers(out, afi, cursor_u8(&value), ' ');
        cursor_u8(&value);
        put_char(out, ' ');
        put_decimal(out, cursor_u24(&value));
    }
    put_char(out, ')');
}

const struct capability_kind capability_long_lived_restart = {
    .code = CAPABILITY_LONG_LIVED_RESTART,
    .needs = CAPABILITY_GRACEFUL_RESTART,
    .name = "long-lived-graceful-restart",
    .row = "CAP-14",
    .check = long_lived_restart_check,
    .offer = long_lived_restart_offer,
    .agree = long_lived_restart_agree,
    .json = long_lived_restart_json,
    .text = long_lived_restart_text,
};
