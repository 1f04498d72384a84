/* The name and the identity of a neighbor. */
#include "engine/neighbor.h"

#include "base/number.h"

static void put_as(struct buffer *b, uint32_t as) {
    if (as)
        put_decimal(b, as);
    else
        put_literal(b, "auto");
}

void put_neighbor_name(struct buffer *b, const struct neighbor *n) {
    uint8_t id[4];
    poke_u32(id, n->offer.router_id);
    put_literal(b, "neighbor ");
    if (n->range)
        put_prefix(b, &n->peer);
    else
        put_ip(b, n->peer.ip);
    put_literal(b, " local-ip ");
    if (n->local.len)
        put_ip(b, n->local);
    else
        put_literal(b, "auto");
    put_literal(b, " local-as ");
    put_as(b, n->offer.local_as);
    put_literal(b, " peer-as ");
    put_as(b, n->offer.peer_as);
    put_literal(b, " router-id ");
    put_ipv4(b, id);
    put_literal(b, " family-allowed ");
    if (!n->offer.multisession) {
        put_literal(b, "in-open");
        return;
    }
    bool first = true;
    for (unsigned i = 0; i < families_count(); i++) {
        if (!terms_has(n->offer.families, i))
            continue;
        if (!first)
            put_char(b, '/');
        put_family(b, family_at(i), '-');
        first = false;
    }
}

static bool offer_same(const struct offer *a, const struct offer *b) {
    return a->local_as == b->local_as && a->peer_as == b->peer_as && a->router_id == b->router_id &&
           a->hold_time == b->hold_time && a->families == b->families && a->asn4 == b->asn4 &&
           a->refresh == b->refresh && a->extended_message == b->extended_message &&
           a->extended_next_hop_on == b->extended_next_hop_on && a->operational == b->operational &&
           a->multisession == b->multisession && a->link_local_next_hop == b->link_local_next_hop &&
           a->aigp == b->aigp && a->graceful_restart == b->graceful_restart && a->restart_time == b->restart_time &&
           a->restart_notification == b->restart_notification && a->long_lived == b->long_lived &&
           a->long_lived_time == b->long_lived_time && a->role == b->role && a->multiple_labels == b->multiple_labels &&
           a->role_strict == b->role_strict && a->add_path == b->add_path && text_same(a->host_name, b->host_name) &&
           text_same(a->domain_name, b->domain_name) && text_same(a->software, b->software) &&
           cursor_same(cursor_of(a->raw, a->raw_len), cursor_of(b->raw, b->raw_len));
}

bool neighbor_same_session(const struct neighbor *a, const struct neighbor *b) {
    return offer_same(&a->offer, &b->offer) && a->passive == b->passive && a->listen == b->listen &&
           a->connect == b->connect && a->rate_limit == b->rate_limit && text_same(a->md5_key, b->md5_key) &&
           ip_same(a->md5_ip, b->md5_ip) && a->outgoing_ttl == b->outgoing_ttl && a->incoming_ttl == b->incoming_ttl &&
           a->group_updates == b->group_updates && a->auto_flush == b->auto_flush && a->adj_rib_in == b->adj_rib_in &&
           a->adj_rib_out == b->adj_rib_out;
}
