/* The header that every message has (RFC 4271 4.1), and the message that is nothing but a header.
 *
 * All that can be wrong with a header is found from its 19 octets, so that a peer cannot make us wait for a body that
 * it never sends. A marker is wrong at its first wrong octet: who speaks HTTP may send fewer than 19. */
#include "bgp/message.h"

enum { HEADER_MARKER = 16 };

/* What the length of one type must be, checked after Marker, Length range and Type. */
struct message_size {
    const char *row, *name;
    uint16_t least, most;
    bool answered; /* with a NOTIFICATION: not when the message is one itself (RFC 4271 6.4) */
};

static const struct message_size message_sizes[] = {
    [MESSAGE_OPEN] = {"HDR-05", "OPEN", 29, MESSAGE_MOST, true},
    [MESSAGE_UPDATE] = {"HDR-06", "UPDATE", 23, MESSAGE_MOST_EXTENDED, true},
    [MESSAGE_NOTIFICATION] = {"HDR-08", "NOTIFICATION", 21, MESSAGE_MOST_EXTENDED, false},
    [MESSAGE_KEEPALIVE] = {"HDR-07", "KEEPALIVE", 19, 19, true},
    /* With 22 octets there is a subtype, which decides what is wrong: see refresh_open(). */
    [MESSAGE_ROUTE_REFRESH] = {"HDR-09", "ROUTE-REFRESH", 22, MESSAGE_MOST_EXTENDED, true},
    [MESSAGE_OPERATIONAL] = {"HDR-04", "OPERATIONAL", 19, MESSAGE_MOST_EXTENDED, true},
};

const char *message_type_name(uint8_t type) {
    return type >= MESSAGE_OPEN && type <= MESSAGE_OPERATIONAL ? message_sizes[type].name : "message";
}

static bool header_wrong_length(struct fault *fault, const char *row, uint16_t len, const char *what) {
    poke_u16(fault->own, len);
    return fault_make(fault, row, 1, 2, cursor_of(fault->own, 2), "%s has an invalid message length of %u", what, len);
}

static bool header_check_marker(struct cursor octets, struct fault *fault) {
    while (!cursor_done(&octets))
        if (cursor_u8(&octets) != 0xff)
            return fault_make(fault, "HDR-01", 1, 1, cursor_of(fault->own, 0),
                              "the packet received does not contain a BGP marker");
    return true;
}

static bool header_check(uint16_t len, uint8_t type, uint32_t receive_most, bool operational, struct fault *fault) {
    bool known = type >= MESSAGE_OPEN && type <= (operational ? MESSAGE_OPERATIONAL : MESSAGE_ROUTE_REFRESH);
    if (len < MESSAGE_HEADER)
        return header_wrong_length(fault, "HDR-02", len, "message");
    /* OPEN and KEEPALIVE never get long, extended messages or not (RFC 8654 section 4). */
    if (len > receive_most || (len > MESSAGE_MOST && (type == MESSAGE_OPEN || type == MESSAGE_KEEPALIVE)))
        return header_wrong_length(fault, "HDR-03", len, message_type_name(known ? type : 0));
    if (!known) {
        fault->own[0] = type;
        return fault_make(fault, "HDR-04", 1, 3, cursor_of(fault->own, 1), "can not decode message of type \"%u\"",
                          type);
    }
    const struct message_size *size = &message_sizes[type];
    if (len >= size->least && len <= size->most)
        return true;
    if (size->answered)
        return header_wrong_length(fault, size->row, len, size->name);
    return fault_make(fault, size->row, 0, 0, cursor_of(fault->own, 0), "%s has an invalid message length of %u",
                      size->name, len);
}

enum framing message_next(struct cursor *stream, uint32_t receive_most, bool operational, struct message *out,
                          struct fault *fault) {
    struct cursor header = *stream, rest = *stream;
    size_t have = cursor_left(stream);
    if (!header_check_marker(cursor_cut(&header, have < HEADER_MARKER ? have : HEADER_MARKER), fault))
        return FRAMING_FAULT;
    if (have < MESSAGE_HEADER)
        return FRAMING_MORE;
    uint16_t len = cursor_u16(&header);
    uint8_t type = cursor_u8(&header);
    if (!header_check(len, type, receive_most, operational, fault))
        return FRAMING_FAULT;
    if (have < len)
        return FRAMING_MORE;
    out->type = type;
    out->whole = out->body = cursor_cut(&rest, len);
    out->body.p += MESSAGE_HEADER;
    *stream = rest;
    return FRAMING_MESSAGE;
}

size_t message_begin(struct buffer *b, enum message_type type) {
    static const uint8_t marker[HEADER_MARKER] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    size_t start = buffer_len(b);
    put_octets(b, marker, sizeof marker);
    put_u16(b, 0);
    put_u8(b, (uint8_t)type);
    return start;
}

void message_end(struct buffer *b, size_t start) {
    size_t len = buffer_len(b) - start;
    if (b->full)
        return;
    if (len > MESSAGE_MOST_EXTENDED)
        b->full = true;
    else
        poke_u16(b->base + start + HEADER_MARKER, (uint16_t)len);
}

void put_keepalive(struct buffer *b) {
    message_end(b, message_begin(b, MESSAGE_KEEPALIVE));
}
