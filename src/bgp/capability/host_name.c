/* Host and domain name (draft-walton-bgp-hostname-capability): length (1), name, length (1), domain.
 *
 * What a peer says of itself is only ever shown, so that nothing in it is an error; what is cut is shown as far as it
 * goes. Surprise: ExaBGP shows it for an OPEN of its own that does not have it, see open_show.c. */
#include "base/json.h"
#include "bgp/capability/peer_text.h"
#include "bgp/open.h"

enum { HOST_NAME_MOST = 64 };

static enum harm host_name_check(struct cursor value) {
    cursor_cut(&value, cursor_u8(&value));
    cursor_cut(&value, cursor_u8(&value));
    return cursor_finished(&value) ? HARM_NONE : HARM_DISCARD;
}

static void put_name(struct buffer *out, struct text name) {
    size_t len = name.len < HOST_NAME_MOST ? name.len : HOST_NAME_MOST;
    put_u8(out, (uint8_t)len);
    put_octets(out, name.p, len);
}

static void host_name_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (!offer->host_name.len)
        return;
    put_u8(out, CAPABILITY_HOST_NAME);
    size_t hole = put_hole8(out);
    put_name(out, offer->host_name);
    put_name(out, offer->domain_name);
    fill_hole8(out, hole);
}

/* In 5.0, what is not configured is nothing, not an empty name. */
static bool host_name_is_nothing(struct text name, bool sent, const struct style *style) {
    return sent && !name.len && style->form == FORM_5;
}

static void put_name_json(struct buffer *out, struct text name, bool sent, const struct style *style) {
    if (host_name_is_nothing(name, sent, style))
        put_literal(out, "null");
    else
        put_json_string(out, name);
}

static void host_name_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                           struct buffer *out) {
    (void)open;
    put_literal(out, "{ \"host-name\": ");
    put_name_json(out, peer_text_cut(&value), sent, style);
    put_literal(out, ", \"domain-name\": ");
    put_name_json(out, peer_text_cut(&value), sent, style);
    put_literal(out, " }");
}

static void put_name_text(struct buffer *out, struct text name, bool sent, const struct style *style) {
    if (host_name_is_nothing(name, sent, style))
        put_literal(out, "none");
    else
        put_peer_text(out, name, style);
}

static void host_name_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                           struct buffer *out) {
    (void)open;
    put_literal(out, "hostname(");
    put_name_text(out, peer_text_cut(&value), sent, style);
    put_char(out, ' ');
    put_name_text(out, peer_text_cut(&value), sent, style);
    put_char(out, ')');
}

const struct capability_kind capability_host_name = {
    .code = CAPABILITY_HOST_NAME,
    .name = "hostname",
    .row = "CAP-15",
    .check = host_name_check,
    .offer = host_name_offer,
    .json = host_name_json,
    .text = host_name_text,
};
