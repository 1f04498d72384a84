/* Writing an OPEN: the capabilities of an offer, each in an optional parameter of its own (as ExaBGP does it), in the
 * extended form (RFC 9072) as soon as the plain one is not enough. */
#include "bgp/message.h"
#include "bgp/open.h"

enum { AS_TRANS = 23456, PARAMETERS_PLAIN = 255 };

static size_t parameters_len(struct cursor capabilities, size_t header) {
    size_t len = 0;
    while (!cursor_done(&capabilities)) {
        cursor_u8(&capabilities);
        uint8_t value = cursor_u8(&capabilities);
        cursor_cut(&capabilities, value);
        len += header + 2 + value;
    }
    return len;
}

static void put_parameters(struct buffer *b, struct cursor capabilities, bool extended) {
    while (!cursor_done(&capabilities)) {
        struct cursor capability = capabilities;
        cursor_u8(&capabilities);
        cursor_cut(&capabilities, cursor_u8(&capabilities));
        capability.end = capabilities.p;
        put_u8(b, 2);
        if (extended)
            put_u16(b, (uint16_t)cursor_left(&capability));
        else
            put_u8(b, (uint8_t)cursor_left(&capability));
        put_cursor(b, capability);
    }
}

void put_open(struct buffer *b, const struct offer *offer, uint32_t local_as) {
    uint8_t memory[MESSAGE_MOST];
    struct buffer capabilities = buffer_fixed(memory, sizeof memory);
    size_t count, start = message_begin(b, MESSAGE_OPEN);
    const struct capability_kind *const *kinds = capability_kinds(&count);
    for (size_t i = 0; i < count; i++)
        if (kinds[i]->offer)
            kinds[i]->offer(offer, local_as, &capabilities);
    put_octets(&capabilities, offer->raw, offer->raw_len);
    struct cursor written = buffer_cursor(&capabilities);
    size_t len = parameters_len(written, 2);
    bool extended = len >= PARAMETERS_PLAIN;

    put_u8(b, 4);
    put_u16(b, local_as > UINT16_MAX ? AS_TRANS : (uint16_t)local_as);
    put_u16(b, offer->hold_time);
    put_u32(b, offer->router_id);
    if (extended) {
        put_u16(b, 0xffff);
        put_u16(b, (uint16_t)parameters_len(written, 3));
    } else {
        put_u8(b, (uint8_t)len);
    }
    put_parameters(b, written, extended);
    message_end(b, start);
}
