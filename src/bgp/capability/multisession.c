/* Multiple sessions (draft-ietf-idr-bgp-multisession, expired 2013): flags (1), then the codes of the capabilities that
 * tell the sessions apart. Code 131 is what Cisco used.
 *
 * Surprise: ExaBGP sends two capabilities, one with the flags and one with a code, and never shows what it received. */
#include "bgp/open.h"

static void multisession_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (!offer->multisession)
        return;
    put_capability(out, CAPABILITY_MULTISESSION, cursor_of("\0", 1));
    put_capability(out, CAPABILITY_MULTISESSION, cursor_of(&(uint8_t){CAPABILITY_MULTIPROTOCOL}, 1));
}

static void multisession_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    (void)value;
    terms->multisession = offer->multisession;
}

static void multisession_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                              struct buffer *out) {
    (void)value, (void)open, (void)style;
    put_literal(out, "{ \"name\": \"multisession\", \"variant\": \"RFC\", \"capabilities\": [");
    put_string(out, sent ? " \"multiprotocol\" ] }" : " ] }");
}

static void multisession_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                              struct buffer *out) {
    (void)value, (void)open, (void)style;
    put_string(out, sent ? "multisession (rfc) multiprotocol" : "multisession (rfc) ");
}

static void cisco_multisession_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                    struct buffer *out) {
    (void)value, (void)open, (void)sent, (void)style;
    put_literal(out, "{ \"name\": \"multisession\", \"variant\": \"Cisco\", \"capabilities\": [ ] }");
}

static void cisco_multisession_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                    struct buffer *out) {
    (void)value, (void)open, (void)sent, (void)style;
    put_literal(out, "multisession ");
}

static const char *multisession_ignored(struct cursor value, const struct offer *offer, const struct terms *terms) {
    (void)value, (void)terms;
    return offer->multisession ? NULL : "CAP-17";
}

const struct capability_kind capability_multisession = {
    .code = CAPABILITY_MULTISESSION,
    .name = "multi-session",
    .row = "CAP-17",
    .ignored = multisession_ignored,
    .offer = multisession_offer,
    .agree = multisession_agree,
    .json = multisession_json,
    .text = multisession_text,
};

const struct capability_kind capability_cisco_multisession = {
    .code = CAPABILITY_CISCO_MULTISESSION,
    .name = "cisco-multi-sesion",
    .row = "CAP-17",
    .ignored = multisession_ignored,
    .json = cisco_multisession_json,
    .text = cisco_multisession_text,
};
