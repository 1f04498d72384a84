/* Extended messages (RFC 8654): nothing but its presence. Whoever offered it has to take long messages, even from a
 * peer that did not (section 4), but sends them only when both did. */
#include "bgp/message.h"
#include "bgp/open.h"

static enum harm extended_message_check(struct cursor value) {
    return cursor_done(&value) ? HARM_NONE : HARM_RESET;
}

static void extended_message_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (offer->extended_message)
        put_empty_capability(out, CAPABILITY_EXTENDED_MESSAGE);
}

static void extended_message_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    (void)value;
    terms->extended_message = offer->extended_message;
    if (offer->extended_message)
        terms->send_most = MESSAGE_MOST_EXTENDED;
}

static void extended_message_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                  struct buffer *out) {
    (void)value, (void)open, (void)sent, (void)style;
    put_literal(out, "{ \"name\": \"extended-message\", \"size\": 65535 }");
}

static void extended_message_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                                  struct buffer *out) {
    (void)value, (void)open, (void)sent, (void)style;
    put_literal(out, "extended message(65535)");
}

const struct capability_kind capability_extended_message = {
    .code = CAPABILITY_EXTENDED_MESSAGE,
    .name = "extended-message",
    .row = "CAP-07",
    .check = extended_message_check,
    .offer = extended_message_offer,
    .agree = extended_message_agree,
    .json = extended_message_json,
    .text = extended_message_text,
};
