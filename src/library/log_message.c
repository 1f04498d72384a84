/* Messages in the log, at level DEBUG, each subject the part it is about: `message` what came and went, `packets` its
 * octets, `routes` what was received in it, `rib` what was announced, `timers` keepalives. */
#include <stdio.h>

#include "library/library.h"

#include "base/number.h"
#include "bgp/message.h"

static void log_packet(const struct yottabgp *y, const char *peer, const struct session_event *e) {
    if (!log_filter_wants(&y->log, y->log_about, YOTTABGP_DEBUG, "packets"))
        return;
    struct buffer b = buffer_growing();
    put_format(&b, "neighbor %s %s 0x", peer, e->sent ? "sent" : "received");
    put_hex_upper(&b, e->message.whole);
    log_text_lines(y, YOTTABGP_DEBUG, "packets", buffer_text(&b));
    buffer_release(&b);
}

static void log_routes(const struct yottabgp *y, const char *peer, const struct session_event *e) {
    const char *source = e->sent ? "rib" : "routes";
    const struct style style = {.form = FORM_5};
    if (!e->update || !log_filter_wants(&y->log, y->log_about, YOTTABGP_DEBUG, source))
        return;
    char prefix[IP_TEXT + 32];
    int len = snprintf(prefix, sizeof prefix, "neighbor %s %s", peer, e->sent ? "send" : "receive");
    struct buffer b = buffer_growing();
    update_text(e->update, (struct text){prefix, (size_t)len}, &style, &b);
    log_text_lines(y, YOTTABGP_DEBUG, source, buffer_text(&b));
    buffer_release(&b);
}

void log_message(const struct yottabgp *y, const struct peer *p, const struct session_event *e) {
    char peer[IP_TEXT + 1];
    peer_short(p, peer, sizeof peer);
    bool keepalive = e->message.type == MESSAGE_KEEPALIVE;
    library_log(y, YOTTABGP_DEBUG, keepalive ? "timers" : "message", "neighbor %s %s %s, %zu octets", peer,
                e->sent ? "sent" : "received", message_type_name(e->message.type), cursor_left(&e->message.whole));
    log_packet(y, peer, e);
    log_routes(y, peer, e);
}
