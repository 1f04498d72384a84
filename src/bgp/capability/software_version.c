/* Software version (draft-abraitis-bgp-version-capability): length (1), text. Only ever shown: nothing is an error. */
#include "base/json.h"
#include "bgp/capability/peer_text.h"
#include "bgp/open.h"

enum { SOFTWARE_VERSION_MOST = 64 };

static enum harm software_version_check(struct cursor value) {
    cursor_cut(&value, cursor_u8(&value));
    return cursor_finished(&value) ? HARM_NONE : HARM_DISCARD;
}

static void software_version_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    size_t len = offer->software.len < SOFTWARE_VERSION_MOST ? offer->software.len : SOFTWARE_VERSION_MOST;
    if (!len)
        return;
    put_u8(out, CAPABILITY_SOFTWARE_VERSION);
    put_u8(out, (uint8_t)(len + 1));
    put_u8(out, (uint8_t)len);
    put_octets(out, offer->software.p, len);
}

static void software_version_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                  struct buffer *out) {
    (void)open, (void)sent, (void)style;
    put_literal(out, "{ \"software\": ");
    put_json_string(out, peer_text_cut(&value));
    put_literal(out, " }");
}

static void software_version_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                  struct buffer *out) {
    (void)open, (void)sent;
    put_literal(out, "software(");
    put_peer_text(out, peer_text_cut(&value), style);
    put_char(out, ')');
}

const struct capability_kind capability_software_version = {
    .code = CAPABILITY_SOFTWARE_VERSION,
    .name = "software-version",
    .row = "CAP-16",
    .check = software_version_check,
    .offer = software_version_offer,
    .json = software_version_json,
    .text = software_version_text,
};
