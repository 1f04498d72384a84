/* Type, length, value: what much of BGP is made of, with heads of different sizes. */
#ifndef BGP_PART_TLV_H
#define BGP_PART_TLV_H

#include "base/cursor.h"

struct tlv {
    uint16_t type;
    struct cursor value; /* borrowed */
};

/* Takes the next one off, whose type and length have as many octets as said (1 or 2). False at the end, and (with
 * from->bad) when it is cut. */
static inline bool tlv_next(struct cursor *from, size_t type_size, size_t length_size, struct tlv *out) {
    if (cursor_done(from))
        return false;
    out->type = type_size == 1 ? cursor_u8(from) : cursor_u16(from);
    size_t len = length_size == 1 ? cursor_u8(from) : cursor_u16(from);
    if (from->bad) /* a head cut short: its length is not to be believed */
        return false;
    out->value = cursor_cut(from, len);
    return !from->bad;
}

/* Which types were met, to know the first of each. */
struct tlv_seen {
    uint64_t bits[4];
};

static inline bool tlv_first(struct tlv_seen *seen, uint8_t type) {
    uint64_t bit = (uint64_t)1 << type % 64;
    bool first = !(seen->bits[type / 64] & bit);
    seen->bits[type / 64] |= bit;
    return first;
}

#endif
