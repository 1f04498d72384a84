/* ROUTE-REFRESH (RFC 2918) with the subtypes of enhanced route refresh (RFC 7313): 0 send it again, 1 begin, 2 end. */
#include "bgp/message.h"

enum { REFRESH_LENGTH = MESSAGE_HEADER + 4, REFRESH_QUERY = 0, REFRESH_END = 2 };

void put_route_refresh(struct buffer *b, uint16_t afi, uint8_t subtype, uint8_t safi) {
    size_t start = message_begin(b, MESSAGE_ROUTE_REFRESH);
    put_u16(b, afi);
    put_u8(b, subtype);
    put_u8(b, safi);
    message_end(b, start);
}

/* What a length that is not 23 costs depends on the subtype, so the subtype is read first, from 22 octets on. */
static bool refresh_check_length(struct message whole, uint8_t subtype, bool enhanced, struct fault *fault) {
    size_t len = cursor_left(&whole.whole);
    bool marking = subtype != REFRESH_QUERY && subtype <= REFRESH_END;
    if (marking && enhanced)
        return fault_make(fault, "RRF-04", 7, 1, whole.whole, "ROUTE-REFRESH subtype %u has a length of %zu", subtype,
                          len);
    poke_u16(fault->own, (uint16_t)len);
    if (len < REFRESH_LENGTH)
        return fault_make(fault, "HDR-09", 1, 2, cursor_of(fault->own, 2),
                          "ROUTE-REFRESH has an invalid message length of %zu", len);
    /* Longer, with a subtype that means nothing here: not read, so its length cannot be wrong. */
    if (subtype != REFRESH_QUERY)
        return true;
    return fault_make(fault, "RRF-05", 1, 2, cursor_of(fault->own, 2),
                      "ROUTE-REFRESH has an invalid message length of %zu", len);
}

bool refresh_open(struct cursor body, struct message whole, bool enhanced, struct refresh *out, bool *ignore,
                  struct fault *fault) {
    out->afi = cursor_u16(&body);
    out->subtype = cursor_u8(&body);
    out->safi = cursor_u8(&body);
    *ignore = out->subtype > REFRESH_END || (out->subtype != REFRESH_QUERY && !enhanced);
    return cursor_finished(&body) || refresh_check_length(whole, out->subtype, enhanced, fault);
}
