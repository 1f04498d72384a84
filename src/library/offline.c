#include "library/offline.h"

#include "base/number.h"
#include "base/words.h"
#include "bgp/capability/add_path.h"
#include "bgp/family.h"
#include "bgp/message.h"

static bool family_words_next(struct words *words, uint64_t *out, const struct yottabgp_print *print) {
    struct text afi, safi;
    struct buffer b = buffer_growing();
    words_next(words, &afi);
    if (!words_next(words, &safi)) {
        put_format(&b, "configuration error: Invalid family format: %.*s\n", TEXT_ARGS(afi));
        offline_print(print, &b);
        buffer_release(&b);
        return false;
    }
    const struct family *family = family_named(afi, safi);
    uint64_t a, s;
    if (!family && number_parse(afi, UINT16_MAX, &a) && number_parse(safi, UINT8_MAX, &s))
        family = family_numbered((uint16_t)a, (uint8_t)s);
    if (!family) {
        put_format(&b, "configuration error: Unknown family: %.*s %.*s\n", TEXT_ARGS(afi), TEXT_ARGS(safi));
        offline_print(print, &b);
    } else {
        *out |= family_bit(family);
    }
    buffer_release(&b);
    return family != NULL;
}

bool offline_families(const char *text, uint64_t *out, const struct yottabgp_print *print) {
    struct complaint complaint = {0};
    struct words words = words_of_line(text_of(text ? text : "all"), &complaint);
    struct text word;
    *out = 0;
    if (words_peek(&words, &word) && text_is(word, "all")) {
        for (unsigned i = 0; i < FAMILIES; i++)
            *out |= (uint64_t)1 << i;
        return true;
    }
    while (!words_done(&words))
        if (!family_words_next(&words, out, print))
            return false;
    return true;
}

static void terms_order(struct terms *t) {
    for (uint8_t i = 0; i < families_count(); i++)
        if (terms_has(t->families, i))
            t->order[t->order_count++] = i;
}

struct terms offline_terms_plain(uint32_t local_as, uint32_t peer_as, uint64_t families, bool add_path) {
    uint8_t loopback[4] = {127, 0, 0, 1};
    struct terms t = {
        .local_as = local_as,
        .peer_as = peer_as,
        .local_id = 0x7f000001,
        .peer_id = 0x7f000001,
        .local = ip_of(loopback, 4),
        .peer = ip_of(loopback, 4),
        .hold_time = 180,
        .send_most = MESSAGE_MOST_EXTENDED,
        .receive_most = MESSAGE_MOST_EXTENDED,
        .internal = local_as == peer_as,
        .as4 = true,
        .families = families,
        .add_path_send = add_path ? families : 0,
        .add_path_receive = add_path ? families : 0,
        .extended_next_hop = families,
    };
    terms_order(&t);
    return t;
}

/* Path identifiers stand where our OPEN offers them, which is not in every family of the neighbor. */
static uint64_t offline_add_paths(const struct offer *o) {
    uint64_t families = 0;
    for (unsigned i = 0; i < families_count(); i++)
        if (add_path_is_offered(o, family_at(i)))
            families |= family_bit(family_at(i));
    return families;
}

struct terms offline_terms(const struct neighbor *n) {
    const struct offer *o = &n->offer;
    struct terms t = {
        .local_as = o->local_as,
        .peer_as = o->peer_as,
        .local_id = o->router_id,
        .peer_id = o->router_id,
        .local = n->local,
        .peer = n->peer.ip,
        .link_local = n->link_local,
        .hold_time = o->hold_time,
        .send_most = o->extended_message ? MESSAGE_MOST_EXTENDED : MESSAGE_MOST,
        .receive_most = o->extended_message ? MESSAGE_MOST_EXTENDED : MESSAGE_MOST,
        .internal = o->local_as == o->peer_as,
        .confederation = offer_is_confederation(o, o->local_as, o->peer_as),
        .as4 = o->asn4,
        .refresh = o->refresh,
        .enhanced_refresh = o->refresh,
        .extended_message = o->extended_message,
        .operational = o->operational,
        .multisession = o->multisession,
        .aigp = o->aigp,
        .link_local_next_hop = o->link_local_next_hop,
        .families = o->families,
        .add_path_send = o->add_path & 2 ? offline_add_paths(o) : 0,
        .add_path_receive = o->add_path & 1 ? offline_add_paths(o) : 0,
        .extended_next_hop = o->extended_next_hop_on ? o->extended_next_hop : 0,
    };
    terms_order(&t);
    return t;
}

bool offline_configuration(const char *file, struct configuration *out, const struct yottabgp_print *print) {
    struct config_report report = {0};
    struct config_options options = {.software = text_of("YottaBGP/" YOTTABGP_VERSION)};
    bool good = config_read_file(file, &options, out, &report);
    if (!good) {
        struct buffer b = buffer_growing();
        put_literal(&b, "configuration error: ");
        put_config_report(&b, &report);
        offline_print(print, &b);
        buffer_release(&b);
    }
    config_report_release(&report);
    return good;
}

void offline_print(const struct yottabgp_print *print, struct buffer *b) {
    struct text t = buffer_text(b);
    if (t.len)
        print->out(print->context, t.p, t.len);
    buffer_clear(b);
}

void offline_print_error(const struct yottabgp_print *print, struct buffer *b) {
    struct text t = buffer_text(b);
    if (t.len)
        print->error(print->context, t.p, t.len);
    buffer_clear(b);
}
