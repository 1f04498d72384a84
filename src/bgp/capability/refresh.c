/* Route refresh (RFC 2918), its enhanced form (RFC 7313), and the code that Cisco had for it before: nothing but their
 * presence.
 *
 * Surprise: where an OPEN has both 2 and 128, ExaBGP shows both as Cisco's. */
#include "bgp/open.h"

static enum harm refresh_check(struct cursor value) {
    return cursor_done(&value) ? HARM_NONE : HARM_RESET;
}

static void route_refresh_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (offer->refresh)
        put_empty_capability(out, CAPABILITY_ROUTE_REFRESH);
}

static void enhanced_refresh_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (offer->refresh)
        put_empty_capability(out, CAPABILITY_ENHANCED_REFRESH);
}

static void route_refresh_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    (void)value;
    terms->refresh = offer->refresh;
}

static void enhanced_refresh_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    (void)value;
    terms->enhanced_refresh = offer->refresh;
}

static bool refresh_is_cisco(const struct open *open) {
    struct capability_walk walk = {0};
    struct cursor value;
    return open_capability_of(open, CAPABILITY_CISCO_REFRESH, &walk, &value);
}

static void refresh_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                         struct buffer *out) {
    (void)value, (void)sent, (void)style;
    put_literal(out, "{ \"name\": \"route-refresh\", \"variant\": \"");
    put_string(out, refresh_is_cisco(open) ? "Cisco" : "RFC");
    put_literal(out, "\" }");
}

static void refresh_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                         struct buffer *out) {
    (void)value, (void)sent, (void)style;
    put_string(out, refresh_is_cisco(open) ? "cisco route refresh" : "route refresh");
}

static void enhanced_refresh_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                  struct buffer *out) {
    (void)value, (void)open, (void)sent, (void)style;
    put_literal(out, "{ \"name\": \"enhanced-route-refresh\" }");
}

static void enhanced_refresh_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                  struct buffer *out) {
    (void)value, (void)open, (void)sent, (void)style;
    put_literal(out, "enhanced route refresh");
}

const struct capability_kind capability_route_refresh = {
    .code = CAPABILITY_ROUTE_REFRESH,
    .name = "route-refresh",
    .row = "CAP-05",
    .check = refresh_check,
    .offer = route_refresh_offer,
    .agree = route_refresh_agree,
    .json = refresh_json,
    .text = refresh_text,
};

const struct capability_kind capability_enhanced_refresh = {
    .code = CAPABILITY_ENHANCED_REFRESH,
    .name = "enhanced-route-refresh",
    .row = "CAP-05",
    .check = refresh_check,
    .offer = enhanced_refresh_offer,
    .agree = enhanced_refresh_agree,
    .json = enhanced_refresh_json,
    .text = enhanced_refresh_text,
};

const struct capability_kind capability_cisco_refresh = {
    .code = CAPABILITY_CISCO_REFRESH,
    .name = "cisco-route-refresh",
    .row = "CAP-05",
    .check = refresh_check,
    .json = refresh_json,
    .text = refresh_text,
};
