/* Outbound route filtering (RFC 5291): AFI (2), reserved (1), SAFI (1), how many types (1), and for each the type (1)
 * and what the peer does with it (1: 1 receive, 2 send, 3 both). Again and again. Never offered, and nothing follows
 * from it.
 *
 * ExaBGP does not know it: it is shown as an unknown capability, and what it says beside that. */
#include "base/number.h"
#include "bgp/family.h"
#include "bgp/open.h"

static void put_mode(uint8_t mode, struct buffer *out) {
    static const char *const words[] = {NULL, "receive", "send", "send/receive"};
    if (mode >= 1 && mode <= 3)
        put_string(out, words[mode]);
    else
        put_format(out, "invalid (%u)", mode);
}

/* One object for each family and type: either may come again. False when it is cut: nothing is written then. */
static bool put_filters(struct cursor *value, bool *any, struct buffer *out) {
    struct cursor head = cursor_cut(value, 4);
    struct cursor types = cursor_cut(value, (size_t)cursor_u8(value) * 2);
    if (value->bad)
        return false;
    uint16_t afi = cursor_u16(&head);
    cursor_u8(&head);
    uint8_t safi = cursor_u8(&head);
    while (!cursor_done(&types)) {
        put_string(out, *any ? ", { \"family\": \"" : " { \"family\": \"");
        *any = true;
        put_family_numbers(out, afi, safi, '/');
        put_literal(out, "\", \"type\": ");
        put_decimal(out, cursor_u8(&types));
        put_literal(out, ", \"mode\": \"");
        put_mode(cursor_u8(&types), out);
        put_literal(out, "\" }");
    }
    return true;
}

static void route_filter_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                              struct buffer *out) {
    (void)open, (void)sent, (void)style;
    capability_unknown_json(&(struct capability){CAPABILITY_ROUTE_FILTER, value}, out);
    size_t end = buffer_len(out) - 2;
    bool any = false;
    buffer_cut(out, end);
    put_literal(out, ", \"filters\": [");
    while (!cursor_done(&value) && put_filters(&value, &any, out))
        ;
    if (any)
        put_literal(out, " ]");
    else
        buffer_cut(out, end);
    put_literal(out, " }");
}

static void route_filter_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                              struct buffer *out) {
    (void)open, (void)sent;
    capability_unknown_text(&(struct capability){CAPABILITY_ROUTE_FILTER, value}, style, out);
}

const struct capability_kind capability_route_filter = {
    .code = CAPABILITY_ROUTE_FILTER,
    .name = "outbound-route-filtering",
    .row = "CAP-19",
    .json = route_filter_json,
    .text = route_filter_text,
};
