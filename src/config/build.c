/* From what a neighbor section said to the neighbor: what follows from other settings, and what does not fit together
 * (config.md 5 to 9). Every check names the place of the setting that is wrong. */
#include <stdio.h>

#include "base/memory.h"
#include "bgp/part/as_number.h"
#include "bgp/role.h"
#include "config/parser.h"
#include "config/secret.h"

/* What the checks of one neighbor share. */
struct build {
    struct parser *p;
    struct source *s;
    struct neighbor *n;
};

static struct text build_text(struct build *b, struct text t) {
    return arena_text(&b->p->out->arena, t);
}

static bool given(const struct build *b, const char *keyword) {
    return source_has(&b->s->neighbor, &settings_neighbor, keyword);
}

/* Where a setting was given, else where the neighbor begins. */
static struct place place_of(const struct build *b, const char *keyword) {
    return given(b, keyword) ? source_place(&b->s->neighbor, &settings_neighbor, keyword) : b->s->at;
}

/* ---- What must be there ---- */

static void check_mandatory(struct build *b) {
    static const char *const mandatory[] = {"local-as", "peer-as"};
    char missing[32];
    struct buffer list = buffer_fixed(missing, sizeof missing - 1);
    for (size_t i = 0; i < sizeof mandatory / sizeof *mandatory; i++)
        if (!given(b, mandatory[i]))
            put_format(&list, "%s%s", buffer_len(&list) ? ", " : "", mandatory[i]);
    missing[buffer_len(&list)] = 0;
    if (missing[0])
        report_error(b->p, b->s->at, "incomplete neighbor, missing %s", missing);
}

static void check_addresses(struct build *b) {
    const struct source *s = b->s;
    bool local_auto = s->local.len == 0;
    if (s->listen && local_auto)
        report_error(b->p, place_of(b, "listen"), "incomplete neighbor, missing local-address: listen needs one");
    if (!given(b, "router-id") && (local_auto || s->peer.ip.len == 16))
        report_error(b->p, s->at, "incomplete neighbor, missing router-id");
    if (!local_auto && s->local.len != s->peer.ip.len)
        report_error(b->p, place_of(b, "local-address"), "local-address and peer-address must be of the same family");
    if (s->peer.bits < s->peer.ip.len * 8 && !s->passive && !b->p->options->passive && !range_is_small(&s->peer))
        report_error(b->p, place_of(b, "peer-address"),
                     "can only use ip ranges for the peer address with passive neighbors, or of up to %d addresses",
                     1 << DIALED_RANGE_BITS);
}

/* ---- Names ---- */

static bool is_alphanumeric(char c) {
    return (unsigned)(c | 0x20) - 'a' < 26 || (unsigned)c - '0' < 10;
}

/* What is wrong with the name of a host; NULL: nothing. */
static const char *name_wrong(struct text t) {
    if (t.len && (!is_alphanumeric(t.p[0]) || !is_alphanumeric(t.p[t.len - 1])))
        return "alphanumeric";
    if (t.len > 255)
        return "length";
    for (size_t i = 0; i < t.len; i++) {
        if (t.p[i] == '.' && t.p[i - 1] == '.')
            return "double period";
        if (!is_alphanumeric(t.p[i]) && t.p[i] != '.' && t.p[i] != '-')
            return "charset";
    }
    return NULL;
}

/* ExaBGP refused such names until main took them: peers are only shown them. */
static void check_name(struct build *b, const char *keyword, struct text name) {
    const char *wrong = name_wrong(name);
    if (wrong)
        report_warning(b->p, place_of(b, keyword), "bad %s (%s)", keyword, wrong);
}

/* ---- Keys ---- */

static bool key_is_short(struct build *b, struct text key, struct place at, const char *name) {
    if (key.len > SECRET_MOST)
        report_error(b->p, at, "%s password must be no larger than %d characters", name, SECRET_MOST);
    return key.len <= SECRET_MOST;
}

static void build_md5(struct build *b) {
    const struct source *s = b->s;
    struct buffer key = buffer_growing();
    struct place at = place_of(b, "md5-password");
    b->n->md5_password = build_text(b, s->md5_password);
    b->n->md5_base64 = (int)s->md5_base64;
    b->n->md5_ip = s->md5_ip.len ? s->md5_ip : s->local;
    if (s->md5_base64 == 1 && !base64_parse(s->md5_password, &key))
        report_error(b->p, at, "Invalid MD5 password: not valid base64");
    else if (s->md5_base64 == 2)
        secret_guess(s->md5_password, &key);
    else if (s->md5_base64 == 0)
        put_text(&key, s->md5_password);
    if (key_is_short(b, buffer_text(&key), at, "MD5"))
        b->n->md5_key = build_text(b, buffer_text(&key));
    buffer_release(&key);
}

static struct place ao_place(const struct build *b, const char *keyword) {
    return source_place(&b->s->ao, &settings_ao, keyword);
}

static void check_ao_mandatory(struct build *b) {
    for (size_t i = 0; i < settings_ao.count; i++) {
        const struct setting *row = &settings_ao.rows[i];
        struct place first = b->s->at;
        for (size_t j = 0; j < settings_ao.count; j++)
            if (b->s->ao.set >> j & 1)
                first = b->s->ao.places[j];
        if (!row->standard && !(b->s->ao.set >> i & 1))
            report_error(b->p, first, "incomplete tcp-ao, missing %s", row->keyword);
    }
}

static void build_ao(struct build *b) {
    static const char *const algorithms[] = {"hmac-sha-1-96", "aes-128-cmac-96", "hmac-sha-256"};
    const struct source *s = b->s;
    struct buffer key = buffer_growing();
    if (s->ao.set == 0)
        return;
    check_ao_mandatory(b);
    if (s->ao_password.len && s->md5_password.len)
        report_error(b->p, ao_place(b, "password"), "MD5 and TCP-AO are mutually exclusive - cannot use both");
    if (!s->ao_base64)
        put_text(&key, s->ao_password);
    else if (!base64_parse(s->ao_password, &key))
        report_error(b->p, ao_place(b, "password"), "Invalid TCP-AO key: not valid base64");
    if (key_is_short(b, buffer_text(&key), ao_place(b, "password"), "TCP-AO"))
        b->n->tcp_ao_key = build_text(b, buffer_text(&key));
    b->n->tcp_ao = true;
    b->n->tcp_ao_base64 = s->ao_base64;
    b->n->tcp_ao_password = build_text(b, s->ao_password);
    b->n->tcp_ao_id = (uint8_t)s->ao_id;
    b->n->tcp_ao_algorithm = text_of(algorithms[s->ao_algorithm]);
    buffer_release(&key);
}

/* ---- Families and capabilities ---- */

/* The add-path section narrows the capability; `all` in it empties it, as it ever did. */
static void build_add_path(struct offer *offer, const struct source *s) {
    offer->add_path = (uint8_t)s->add_path;
    uint64_t known = ((uint64_t)1 << FAMILIES) - 1; /* what nobody knows has paths only where it is said */
    offer->add_path_families = (s->add_path_given ? s->add_paths : known) & offer->families;
    if (s->add_path_all)
        offer->add_path_families = 0;
    for (unsigned i = 0; i < families_count(); i++)
        if (terms_has(offer->add_path_families, i))
            offer->paths_limit[i] = s->paths_limit[i];
}

/* Entries count only when the family of the next hop is in use, too. Those of IPv6 routes, which RFC 8950 does not
 * know, are never sent: they say what may come in. */
static void build_nexthop(struct offer *offer, const struct source *s) {
    enum { IPV4 = 1, IPV6 = 2 };
    offer->extended_next_hop_on =
        source_has(&s->capability, &settings_capability, "nexthop") ? s->nexthop : s->nexthop_given;
    if (!offer->extended_next_hop_on)
        return;
    for (unsigned i = 0; i < FAMILIES; i++) {
        const struct family *f = family_at(i), *other = family_of(f->afi == IPV4 ? IPV6 : IPV4, f->safi);
        if ((f->afi == IPV4 || f->afi == IPV6) && other && terms_has(s->nexthops & offer->families, i) &&
            (offer->families & family_bit(other)))
            offer->extended_next_hop |= family_bit(f);
    }
}

static void build_graceful_restart(struct build *b, struct offer *offer) {
    const struct source *s = b->s;
    offer->graceful_restart = s->graceful_restart != RESTART_OFF;
    if (!offer->graceful_restart) {
        const char *keyword = s->restart_notification        ? "graceful-restart-notification"
                              : s->long_lived != RESTART_OFF ? "long-lived-graceful-restart"
                                                             : NULL;
        if (keyword)
            report_error(b->p, source_place(&s->capability, &settings_capability, keyword),
                         "%s without graceful-restart", keyword);
        return;
    }
    offer->restart_notification = s->restart_notification;
    offer->long_lived = s->long_lived != RESTART_OFF;
    offer->long_lived_time = offer->long_lived ? s->long_lived : 0;
    offer->restart_time = (uint16_t)((s->graceful_restart ? s->graceful_restart : s->hold_time) & 0xfff);
    if (s->graceful_restart > 0xfff)
        report_warning(b->p, source_place(&s->capability, &settings_capability, "graceful-restart"),
                       "%u exceeds maximum 4095: %u is sent", s->graceful_restart, offer->restart_time);
}

/* The members of our confederation; which of them the peer is may be known by its OPEN alone. */
static void build_confederation(struct build *b, struct offer *offer) {
    const struct word_list *list = &b->s->confederation;
    uint32_t *members = arena_new(&b->p->out->arena, list->count * sizeof *members);
    if (list->count > UINT16_MAX)
        report_error(b->p, place_of(b, "confederation"), "a confederation of %zu members: %u are the most", list->count,
                     UINT16_MAX);
    for (size_t i = 0; i < list->count; i++) {
        const struct word *word = &list->words[i];
        if (!as_number_parse(word->text, &members[i]) || !members[i])
            report_error(b->p, (struct place){word->line, word->column}, "\"%.*s\" is no AS number of a confederation",
                         TEXT_ARGS(word->text));
    }
    offer->confederation = members;
    offer->confederation_count = (uint16_t)list->count;
}

/* A role is one of a session between two providers' networks (RFC 9234 section 4). */
static void check_role(struct build *b) {
    const struct source *s = b->s;
    const char *keyword = s->role ? "role" : "role-strict";
    struct place at = source_place(&s->capability, &settings_capability, keyword);
    if (s->role_strict && !s->role)
        report_error(b->p, at, "role-strict without a role");
    if (s->role && s->local_as == s->peer_as && s->local_as)
        report_error(b->p, at, "role %s: an internal session has none", role_name(s->role));
    else if (s->role && offer_is_confederation(&b->n->offer, s->local_as, s->peer_as))
        report_error(b->p, at, "role %s: a session inside of a confederation has none", role_name(s->role));
}

static void build_raw(struct build *b, struct offer *offer) {
    size_t len = buffer_len(&b->s->raw);
    if (len > OFFER_RAW_MOST) {
        report_error(b->p, source_place(&b->s->capability, &settings_capability, "raw"),
                     "raw capabilities of %zu octets: %d are the most", len, OFFER_RAW_MOST);
        return;
    }
    uint8_t *raw = arena_new(&b->p->out->arena, len);
    if (len)
        memcpy(raw, b->s->raw.base, len);
    offer->raw = raw;
    offer->raw_len = (uint16_t)len;
}

static void build_offer(struct build *b) {
    const struct source *s = b->s;
    struct offer *offer = &b->n->offer;
    *offer = (struct offer){
        .local_as = s->local_as,
        .peer_as = s->peer_as,
        .router_id = s->router_id,
        .hold_time = (uint16_t)s->hold_time,
        .families = s->families ? s->families : families_all(),
        .asn4 = s->asn4,
        .refresh = s->route_refresh,
        .extended_message = s->extended_message,
        .operational = s->operational,
        .multisession = s->multi_session,
        .link_local_next_hop = s->link_local_nexthop,
        .link_local_prefer = s->link_local_prefer,
        .aigp = s->aigp,
        .multiple_labels = (uint8_t)s->multiple_labels,
        .role = (uint8_t)s->role,
        .role_strict = s->role_strict,
        .strict = s->strict,
        .host_name = build_text(b, s->host_name),
        .domain_name = build_text(b, s->domain_name),
        .software = s->software_version ? build_text(b, b->p->options->software) : (struct text){"", 0},
    };
    if (!given(b, "router-id") && s->local.len == 4)
        offer->router_id = (uint32_t)s->local.octets[0] << 24 | (uint32_t)s->local.octets[1] << 16 |
                           (uint32_t)s->local.octets[2] << 8 | s->local.octets[3];
    build_add_path(offer, s);
    build_nexthop(offer, s);
    build_graceful_restart(b, offer);
    build_confederation(b, offer);
    check_role(b);
    build_raw(b, offer);
}

/* ---- All of it ---- */

static int build_ttl(uint32_t ttl) {
    return ttl == 0 || ttl == TTL_DISABLED ? TTL_NOT_SET : (int)ttl;
}

static void build_neighbor(struct build *b) {
    const struct source *s = b->s;
    struct neighbor *n = b->n;
    uint16_t port = b->p->options->default_connect;
    n->peer = s->peer;
    n->range = s->peer.bits < s->peer.ip.len * 8;
    n->local = s->local;
    n->local_auto = s->local.len == 0;
    n->link_local = s->link_local;
    n->description = build_text(b, s->description);
    n->host_name = n->offer.host_name;
    n->domain_name = n->offer.domain_name;
    n->passive = s->passive;
    n->listen = (uint16_t)s->listen;
    n->connect = s->connect ? (uint16_t)s->connect : port;
    n->source_interface = build_text(b, s->source_interface);
    n->outgoing_ttl = build_ttl(s->outgoing_ttl);
    n->incoming_ttl = build_ttl(s->incoming_ttl);
    n->group_updates = s->group_updates;
    n->auto_flush = s->auto_flush;
    n->adj_rib_in = s->adj_rib_in || s->maximum_prefix;
    n->adj_rib_out = s->adj_rib_out || s->route_refresh;
    n->manual_eor = s->manual_eor;
    n->rate_limit = s->rate_limit;
    n->maximum_prefix = s->maximum_prefix;
    n->maximum_prefix_warns = s->maximum_prefix_action;
}

/* ---- Routes ---- */

static bool is_ipv4_unicast(const struct family *f) {
    return f->afi == 1 && f->safi == 1;
}

/* IPv4 unicast may be listed without being agreed on, and is not sent then. */
static void check_route_families(struct build *b) {
    uint64_t others = b->s->route_families & ~b->n->offer.families;
    for (unsigned i = 0; i < families_count(); i++)
        if (terms_has(others, i) && !is_ipv4_unicast(family_at(i)))
            report_error(b->p, b->s->route_places[i],
                         "Trying to announce a route of type %s,%s when we are not announcing the family to our peer",
                         family_at(i)->afi_name, family_at(i)->safi_name);
}

/* `self` is an address of the session; IPv4 routes may take the router-id in its place. Routes that are of neither kind
 * of address have none to take, as with ExaBGP. */
static void check_self(struct build *b) {
    enum { IPV4 = 1, IPV6 = 2 };
    bool session_ipv6 = b->s->peer.ip.len == 16;
    for (unsigned i = 0; i < families_count(); i++) {
        const struct family *f = family_at(i);
        if (terms_has(b->s->self_families, i) && f->afi != IPV4 && !(f->afi == IPV6 && session_ipv6))
            report_error(b->p, b->s->self_places[i],
                         "use of \"next-hop self\": the route (%s) does not have the same family as the BGP tcp "
                         "session (%s)",
                         f->afi_name, session_ipv6 ? "ipv6" : "ipv4");
    }
}

/* ---- One of each ---- */

static void check_duplicate(struct build *b) {
    struct buffer name = buffer_growing();
    struct parser *p = b->p;
    bool new = true;
    put_neighbor_name(&name, b->n);
    new = names_add(&p->neighbor_names, arena_text(&p->scratch, buffer_text(&name)));
    if (b->n->listen) {
        buffer_clear(&name);
        put_prefix(&name, &b->n->peer);
        put_format(&name, " listen %u", b->n->listen);
        new = names_add(&p->neighbor_listens, arena_text(&p->scratch, buffer_text(&name))) && new;
    }
    if (!new)
        report_error(p, b->s->at, "duplicate peer definition %.*s", TEXT_ARGS(b->s->title));
    buffer_release(&name);
}

static void neighbor_add(struct build *b) {
    struct parser *p = b->p;
    struct configuration *c = p->out;
    if (c->neighbor_count == p->neighbor_room) {
        p->neighbor_room = p->neighbor_room ? p->neighbor_room * 2 : 16;
        c->neighbors = memory_resize(c->neighbors, p->neighbor_room * sizeof *c->neighbors);
    }
    c->neighbors[c->neighbor_count++] = b->n;
}

struct neighbor *neighbor_build(struct parser *p, struct source *s) {
    struct build b = {p, s, NULL};
    check_mandatory(&b);
    if (s->broken)
        return NULL; /* what follows from a mistake is none of its own */
    check_addresses(&b);
    check_name(&b, "host-name", s->host_name);
    check_name(&b, "domain-name", s->domain_name);
    b.n = arena_new(&p->out->arena, sizeof *b.n);
    route_list_init(&b.n->routes);
    build_offer(&b);
    build_neighbor(&b);
    build_md5(&b);
    build_ao(&b);
    check_route_families(&b);
    check_self(&b);
    if (!s->broken)
        check_duplicate(&b);
    if (s->broken)
        return NULL;
    b.n->routes = s->routes;
    route_list_init(&s->routes);
    neighbor_add(&b);
    return b.n;
}
