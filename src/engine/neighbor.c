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

static bool raw_same(const struct offer *a, const struct offer *b) {
    return cursor_same(cursor_of(a->raw, a->raw_len), cursor_of(b->raw, b->raw_len));
}

static bool confederation_same(const struct offer *a, const struct offer *b) {
    return a->confederation_count == b->confederation_count &&
           (!a->confederation_count ||
            !memcmp(a->confederation, b->confederation, a->confederation_count * sizeof *a->confederation));
}

/* The same values, each under the keyword by which a user changes it. */
size_t neighbor_session_changes(const struct neighbor *before, const struct neighbor *after,
                                const char *keywords[NEIGHBOR_CHANGES_MOST]) {
    const struct neighbor *a = before, *b = after;
    const struct offer *x = &a->offer, *y = &b->offer;
    const struct {
        const char *keyword;
        bool same;
    } compared[NEIGHBOR_CHANGES_MOST] = {
        {"local-as", x->local_as == y->local_as},
        {"peer-as", x->peer_as == y->peer_as},
        {"confederation", confederation_same(x, y)},
        {"router-id", x->router_id == y->router_id},
        {"hold-time", x->hold_time == y->hold_time},
        {"family", x->families == y->families},
        {"asn4", x->asn4 == y->asn4},
        {"route-refresh", x->refresh == y->refresh},
        {"extended-message", x->extended_message == y->extended_message},
        {"nexthop", x->extended_next_hop_on == y->extended_next_hop_on},
        {"operational", x->operational == y->operational},
        {"multi-session", x->multisession == y->multisession},
        {"link-local-nexthop", x->link_local_next_hop == y->link_local_next_hop},
        {"aigp", x->aigp == y->aigp},
        {"graceful-restart", x->graceful_restart == y->graceful_restart && x->restart_time == y->restart_time},
        {"graceful-restart-notification", x->restart_notification == y->restart_notification},
        {"long-lived-graceful-restart", x->long_lived == y->long_lived && x->long_lived_time == y->long_lived_time},
        {"role", x->role == y->role},
        {"role-strict", x->role_strict == y->role_strict},
        {"strict", x->strict == y->strict},
        {"multiple-labels", x->multiple_labels == y->multiple_labels},
        {"add-path", x->add_path == y->add_path},
        {"host-name", text_same(x->host_name, y->host_name)},
        {"domain-name", text_same(x->domain_name, y->domain_name)},
        {"software-version", text_same(x->software, y->software)},
        {"capability", raw_same(x, y)},
        {"passive", a->passive == b->passive},
        {"listen", a->listen == b->listen},
        {"connect", a->connect == b->connect},
        {"rate-limit", a->rate_limit == b->rate_limit},
        {"md5-password", text_same(a->md5_key, b->md5_key)},
        {"md5-ip", ip_same(a->md5_ip, b->md5_ip)},
        {"outgoing-ttl", a->outgoing_ttl == b->outgoing_ttl},
        {"incoming-ttl", a->incoming_ttl == b->incoming_ttl},
        {"group-updates", a->group_updates == b->group_updates},
        {"auto-flush", a->auto_flush == b->auto_flush},
        {"adj-rib-in", a->adj_rib_in == b->adj_rib_in},
        {"adj-rib-out", a->adj_rib_out == b->adj_rib_out},
    };
    size_t count = 0;
    for (size_t i = 0; i < NEIGHBOR_CHANGES_MOST && compared[i].keyword; i++)
        if (!compared[i].same)
            keywords[count++] = compared[i].keyword;
    return count;
}

bool neighbor_same_session(const struct neighbor *a, const struct neighbor *b) {
    const char *keywords[NEIGHBOR_CHANGES_MOST];
    return neighbor_session_changes(a, b, keywords) == 0;
}
