/* NOTIFICATION (RFC 4271 4.5 and 6), and the Shutdown Communication (RFC 9003).
 *
 * Surprise: ExaBGP does not show the data of 6/2 and 6/4 but a sentence about it, and holds a communication of more
 * than 128 octets for invalid, as RFC 8203 did before RFC 9003 raised the limit to 255. Its users read that sentence.
 */
#include "base/json.h"
#include "base/number.h"
#include "bgp/message.h"

enum { SHUTDOWN_MOST = 128 };

void put_notification(struct buffer *b, uint8_t code, uint8_t subcode, struct cursor data) {
    /* A peer that is told of an error may not take extended messages: cut so that it always fits. */
    size_t most = MESSAGE_MOST - MESSAGE_HEADER - 2, len = cursor_left(&data);
    size_t start = message_begin(b, MESSAGE_NOTIFICATION);
    put_u8(b, code);
    put_u8(b, subcode);
    put_octets(b, data.p, len < most ? len : most);
    message_end(b, start);
}

static const char *const notification_codes[] = {
    [1] = "Message header error",        [2] = "OPEN message error",      [3] = "UPDATE message error",
    [4] = "Hold timer expired",          [5] = "State machine error",     [6] = "Cease",
    [7] = "ROUTE-REFRESH message error", [8] = "Send hold timer expired",
};

static const struct {
    uint8_t code, subcode;
    const char *name;
} notification_subcodes[] = {
    {1, 1, "Connection Not Synchronized"},
    {1, 2, "Bad Message Length"},
    {1, 3, "Bad Message Type"},
    {2, 1, "Unsupported Version Number"},
    {2, 2, "Bad Peer AS"},
    {2, 3, "Bad BGP Identifier"},
    {2, 4, "Unsupported Optional Parameter"},
    {2, 5, "Authentication Notification (Deprecated)"},
    {2, 6, "Unacceptable Hold Time"},
    {2, 7, "Unsupported Capability"},
    {2, 8, "Grouping Conflict"},
    {2, 9, "Grouping Required"},
    {2, 10, "Capability Value Mismatch"},
    {2, 11, "Role Mismatch"},
    {3, 1, "Malformed Attribute List"},
    {3, 2, "Unrecognized Well-known Attribute"},
    {3, 3, "Missing Well-known Attribute"},
    {3, 4, "Attribute Flags Error"},
    {3, 5, "Attribute Length Error"},
    {3, 6, "Invalid ORIGIN Attribute"},
    {3, 7, "AS Routing Loop"},
    {3, 8, "Invalid NEXT_HOP Attribute"},
    {3, 9, "Optional Attribute Error"},
    {3, 10, "Invalid Network Field"},
    {3, 11, "Malformed AS_PATH"},
    {5, 1, "Receive Unexpected Message in OpenSent State"},
    {5, 2, "Receive Unexpected Message in OpenConfirm State"},
    {5, 3, "Receive Unexpected Message in Established State"},
    {6, 1, "Maximum Number of Prefixes Reached"},
    {6, 2, "Administrative Shutdown"},
    {6, 3, "Peer De-configured"},
    {6, 4, "Administrative Reset"},
    {6, 5, "Connection Rejected"},
    {6, 6, "Other Configuration Change"},
    {6, 7, "Connection Collision Resolution"},
    {6, 8, "Out of Resources"},
    {6, 9, "Hard Reset"},
    {6, 10, "BFD Down"},
    {7, 1, "Invalid Message Length"},
    {7, 2, "Malformed Message Subtype"},
};

const char *notification_code_name(uint8_t code) {
    bool known = code < sizeof notification_codes / sizeof *notification_codes && notification_codes[code];
    return known ? notification_codes[code] : "unknown";
}

const char *notification_subcode_name(uint8_t code, uint8_t subcode) {
    if (subcode == 0)
        return "Unspecific";
    for (size_t i = 0; i < sizeof notification_subcodes / sizeof *notification_subcodes; i++)
        if (notification_subcodes[i].code == code && notification_subcodes[i].subcode == subcode)
            return notification_subcodes[i].name;
    return "unknown";
}

static void put_shutdown_invalid(struct buffer *b, const char *why, uint8_t len, struct cursor data) {
    put_literal(b, "invalid Shutdown Communication (");
    put_string(b, why);
    put_literal(b, ") length : ");
    put_decimal(b, len);
    put_literal(b, " [0x");
    put_hex_upper(b, data);
    put_char(b, ']');
}

static void put_shutdown_text(struct buffer *b, struct cursor words, struct cursor trailing) {
    put_literal(b, "Shutdown Communication: \"");
    while (!cursor_done(&words)) {
        uint8_t c = cursor_u8(&words);
        put_u8(b, c == '\r' || c == '\n' ? ' ' : c);
    }
    put_char(b, '"');
    if (!cursor_done(&trailing)) {
        put_literal(b, ", trailing data: 0x");
        put_hex_upper(b, trailing);
    }
}

void put_notification_data(struct buffer *b, uint8_t code, uint8_t subcode, struct cursor data) {
    if (code != 6 || (subcode != 2 && subcode != 4) || cursor_done(&data)) {
        put_cursor(b, data);
        return;
    }
    uint8_t len = cursor_u8(&data);
    struct cursor trailing = data, words = cursor_cut(&trailing, len);
    if (len == 0)
        put_literal(b, "empty Shutdown Communication.");
    else if (words.bad)
        put_shutdown_invalid(b, "buffer underrun", len, data);
    else if (len > SHUTDOWN_MOST)
        put_shutdown_invalid(b, "too large", len, data);
    else if (!is_utf8((struct text){(const char *)words.p, len}))
        put_shutdown_invalid(b, "invalid UTF-8", len, data);
    else
        put_shutdown_text(b, words, trailing);
}
