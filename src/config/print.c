/* A neighbor printed back as configuration: what is in force, in the order in which ExaBGP prints it (cli.md 5).
 *
 * Unlike ExaBGP's, the routes are statements that can be read again. */
#include "config/print.h"

#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/role.h"
#include "config/config.h"
#include "engine/on_exit.h"

/* In quotes; no text that was read has a quote in it, since none can be escaped. */
static void put_quoted(struct buffer *b, struct text t) {
    static const char controls[] = "\b\f\n\r\t", letters[] = "bfnrt";
    put_char(b, '"');
    for (size_t i = 0; i < t.len; i++) {
        const char *control = t.p[i] ? strchr(controls, t.p[i]) : NULL;
        if (control || t.p[i] == '\\')
            put_char(b, '\\');
        put_char(b, control ? letters[control - controls] : t.p[i]);
    }
    put_char(b, '"');
}

static bool is_plain_word(struct text t) {
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.p[i] <= ' ' || strchr("[],;{}#\\\"'", t.p[i]))
            return false;
    return t.len > 0;
}

static void put_word(struct buffer *b, struct text t) {
    if (is_plain_word(t))
        put_text(b, t);
    else
        put_quoted(b, t);
}

/* ---- Lines ---- */

static void put_text_line(struct buffer *b, const char *keyword, struct text t) {
    put_format(b, "  %s ", keyword);
    if (t.len)
        put_word(b, t);
    put_literal(b, ";\n");
}

static void put_number_line(struct buffer *b, const char *keyword, uint32_t v, const char *none) {
    if (none)
        put_format(b, "  %s %s;\n", keyword, none);
    else
        put_format(b, "  %s %u;\n", keyword, v);
}

static void put_bool_line(struct buffer *b, const char *keyword, bool v) {
    put_format(b, "  %s %s;\n", keyword, v ? "true" : "false");
}

static void put_capability_line(struct buffer *b, const char *keyword, bool v) {
    put_format(b, "    %s %s;\n", keyword, v ? "enable" : "disable");
}

static void put_ip_line(struct buffer *b, const char *keyword, struct ip ip, const char *quote) {
    put_format(b, "  %s %s", keyword, quote);
    put_ip(b, ip);
    put_format(b, "%s;\n", quote);
}

static void put_ttl_line(struct buffer *b, const char *keyword, int ttl) {
    if (ttl != TTL_NOT_SET)
        put_format(b, "  %s %d;\n", keyword, ttl);
}

/* ---- Sections ---- */

static void put_raw(struct buffer *b, const struct offer *offer) {
    struct cursor raw = cursor_of(offer->raw, offer->raw_len);
    while (!cursor_done(&raw)) {
        uint8_t code = cursor_u8(&raw);
        put_format(b, "    raw [ 0x%02X 0x", code);
        put_hex(b, cursor_cut(&raw, cursor_u8(&raw)));
        put_literal(b, " ];\n");
    }
}

static void put_capabilities(struct buffer *b, const struct offer *o) {
    static const char *const modes[] = {"disable", "receive", "send", "send/receive"};
    put_literal(b, "  capability {\n");
    put_capability_line(b, "asn4", o->asn4);
    put_capability_line(b, "route-refresh", o->refresh);
    if (o->graceful_restart)
        put_format(b, "    graceful-restart %u;\n", o->restart_time);
    else
        put_literal(b, "    graceful-restart disable;\n");
    if (o->restart_notification)
        put_capability_line(b, "graceful-restart-notification", true);
    if (o->long_lived)
        put_format(b, "    long-lived-graceful-restart %u;\n", o->long_lived_time);
    put_capability_line(b, "software-version", o->software.len);
    put_capability_line(b, "nexthop", o->extended_next_hop_on);
    put_format(b, "    add-path %s;\n", modes[o->add_path & 3]);
    put_capability_line(b, "multi-session", o->multisession);
    put_capability_line(b, "operational", o->operational);
    put_capability_line(b, "aigp", o->aigp);
    put_capability_line(b, "extended-message", o->extended_message);
    put_capability_line(b, "link-local-nexthop", o->link_local_next_hop);
    put_capability_line(b, "link-local-prefer", o->link_local_prefer);
    if (o->multiple_labels)
        put_format(b, "    multiple-labels %u;\n", o->multiple_labels);
    if (o->role)
        put_format(b, "    role %s;\n", role_name(o->role));
    if (o->role_strict)
        put_capability_line(b, "role-strict", true);
    if (o->strict)
        put_capability_line(b, "strict", true);
    put_raw(b, o);
    put_literal(b, "  }\n");
}

static void put_families(struct buffer *b, const char *section, uint64_t families, bool next_hops,
                         const uint16_t *limits) {
    put_format(b, "  %s {\n", section);
    for (unsigned i = 0; i < families_count(); i++) {
        if (!terms_has(families, i))
            continue;
        put_literal(b, "    ");
        put_family(b, family_at(i), ' ');
        if (next_hops)
            put_string(b, family_at(i)->afi == 1 ? " ipv6" : " ipv4");
        if (limits && limits[i])
            put_format(b, " limit %u", limits[i]);
        put_literal(b, ";\n");
    }
    put_literal(b, "  }\n");
}

static void put_watches(struct buffer *b, const char *direction, unsigned watches) {
    static const struct {
        enum watch bit;
        const char *word;
    } words[] = {{WATCH_PACKETS, "packets"},
                 {WATCH_PARSED, "parsed"},
                 {WATCH_CONSOLIDATE, "consolidate"},
                 {WATCH_NOTIFICATION, "notification"},
                 {WATCH_OPEN, "open"},
                 {WATCH_KEEPALIVE, "keepalive"},
                 {WATCH_UPDATE, "update"},
                 {WATCH_REFRESH, "refresh"},
                 {WATCH_OPERATIONAL, "operational"}};
    if (!watches)
        return;
    put_format(b, "    %s {\n", direction);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (watches & words[i].bit)
            put_format(b, "      %s;\n", words[i].word);
    put_literal(b, "    }\n");
}

static void put_api(struct buffer *b, const struct neighbor_api *api) {
    put_format(b, "  api {\n    %s [ ", api->matched ? "processes-match" : "processes");
    if (api->matched)
        put_char(b, '^');
    put_word(b, api->process);
    put_format(b, "%s ];\n", api->matched ? "$" : "");
    if (api->neighbor_changes)
        put_literal(b, "    neighbor-changes;\n");
    if (api->negotiated)
        put_literal(b, "    negotiated;\n");
    if (api->fsm)
        put_literal(b, "    fsm;\n");
    if (api->signal)
        put_literal(b, "    signal;\n");
    put_watches(b, "receive", api->receive);
    put_watches(b, "send", api->send);
    put_literal(b, "  }\n");
}

static void put_tcp_ao(struct buffer *b, const struct neighbor *n) {
    if (!n->tcp_ao)
        return;
    put_format(b, "  tcp-ao {\n    keyid %u;\n    algorithm %.*s;\n    password ", n->tcp_ao_id,
               TEXT_ARGS(n->tcp_ao_algorithm));
    put_quoted(b, n->tcp_ao_password);
    put_format(b, ";\n    base64 %s;\n  }\n", n->tcp_ao_base64 ? "true" : "false");
}

/* ---- A neighbor ---- */

static void put_confederation(struct buffer *b, const struct offer *offer) {
    if (!offer->confederation_count)
        return;
    put_literal(b, "  confederation [");
    for (unsigned i = 0; i < offer->confederation_count; i++)
        put_format(b, " %u", offer->confederation[i]);
    put_literal(b, " ];\n");
}

static void put_addresses(struct buffer *b, const struct neighbor *n) {
    uint8_t id[4];
    poke_u32(id, n->offer.router_id);
    put_literal(b, "neighbor ");
    if (n->range)
        put_prefix(b, &n->peer);
    else
        put_ip(b, n->peer.ip);
    put_literal(b, " {\n  description ");
    put_quoted(b, n->description);
    put_literal(b, ";\n  router-id ");
    put_ipv4(b, id);
    put_literal(b, ";\n");
    put_text_line(b, "host-name", n->host_name);
    put_text_line(b, "domain-name", n->domain_name);
    if (n->local_auto)
        put_literal(b, "  local-address auto;\n");
    else
        put_ip_line(b, "local-address", n->local, "");
    if (n->link_local.len)
        put_ip_line(b, "local-link-local", n->link_local, "");
    put_text_line(b, "source-interface", n->source_interface);
    put_number_line(b, "local-as", n->offer.local_as, n->offer.local_as ? NULL : "auto");
    put_number_line(b, "peer-as", n->offer.peer_as, n->offer.peer_as ? NULL : "auto");
    put_confederation(b, &n->offer);
}

static void put_behaviour(struct buffer *b, const struct neighbor *n) {
    put_number_line(b, "hold-time", n->offer.hold_time, NULL);
    put_number_line(b, "rate-limit", n->rate_limit, n->rate_limit ? NULL : "disable");
    if (n->maximum_prefix) {
        put_number_line(b, "maximum-prefix", n->maximum_prefix, NULL);
        put_text_line(b, "maximum-prefix-action", text_of(n->maximum_prefix_warns ? "warning" : "teardown"));
    }
    put_bool_line(b, "manual-eor", n->manual_eor);
    put_char(b, '\n');
    put_bool_line(b, "passive", n->passive);
    if (n->listen)
        put_format(b, "\n  listen %u;\n", n->listen);
    if (n->connect)
        put_format(b, "\n  connect %u;\n", n->connect);
    put_bool_line(b, "group-updates", n->group_updates);
    put_bool_line(b, "auto-flush", n->auto_flush);
    put_bool_line(b, "adj-rib-in", n->adj_rib_in);
    put_bool_line(b, "adj-rib-out", n->adj_rib_out);
}

static void put_keys(struct buffer *b, const struct neighbor *n) {
    static const char *const base64[] = {"false", "true", "auto"};
    if (n->md5_password.len) {
        put_literal(b, "  md5-password ");
        put_quoted(b, n->md5_password);
        put_literal(b, ";\n");
    }
    put_format(b, "  md5-base64 %s;\n", base64[n->md5_base64]);
    if (n->md5_ip.len)
        put_ip_line(b, "md5-ip", n->md5_ip, "\"");
    put_ttl_line(b, "outgoing-ttl", n->outgoing_ttl);
    put_ttl_line(b, "incoming-ttl", n->incoming_ttl);
}

void put_neighbor_settings(struct buffer *b, const struct neighbor *n) {
    put_addresses(b, n);
    put_behaviour(b, n);
    put_keys(b, n);
    put_capabilities(b, &n->offer);
    put_families(b, "family", n->offer.families, false, NULL);
    put_families(b, "nexthop", n->offer.extended_next_hop, true, NULL);
    if (n->offer.add_path && !n->offer.add_path_families)
        put_literal(b, "  add-path {\n    all;\n  }\n"); /* a list in which nothing is left says nothing: all of them */
    else
        put_families(b, "add-path", n->offer.add_path ? n->offer.add_path_families : 0, false, n->offer.paths_limit);
    put_tcp_ao(b, n);
    for (size_t i = 0; i < n->api_count; i++)
        put_api(b, &n->apis[i]);
}

/* ---- Routes ---- */

static void put_route_next_hop(struct buffer *b, const struct listed_route *route) {
    struct cursor next_hop;
    if (!attributes_find(route->attributes.named, ATTRIBUTE_NEXT_HOP, &next_hop))
        return;
    if (cursor_done(&next_hop))
        put_literal(b, " next-hop self");
    else
        put_next_hop_text(b, next_hop);
}

void put_listed_route(struct buffer *b, const struct listed_route *route) {
    const struct style style = {.form = FORM_6, .command = true};
    const struct nlri nlri = {
        .family = route->family, .octets = route->nlri, .has_path = route->has_path, .path = route->path};
    nlri_command(&nlri, true, b);
    put_route_next_hop(b, route);
    size_t before = buffer_len(b);
    put_char(b, ' ');
    size_t start = buffer_len(b);
    attributes_text(route->attributes, &style, b);
    if (buffer_len(b) == start)
        buffer_cut(b, before);
    if (route->watchdog.len) {
        put_literal(b, " watchdog ");
        put_word(b, route->watchdog);
        put_string(b, route->withdrawn ? " withdraw" : "");
    }
    if (route->name.len) {
        put_literal(b, " name ");
        put_word(b, route->name);
    }
}

/* Would `route` find the family of it, or `afi-safi` say it? `route` takes what is no multicast address for
 * unicast, and no octets. */
static bool route_is_static(const struct listed_route *route) {
    const struct family *f = route->family;
    if (f->index >= FAMILIES)
        return true;
    bool unicast = f->safi == 1 && f->start == family_at(FAMILY_ipv4_unicast)->start;
    return unicast && (f->afi != 1 || cursor_left(&route->nlri) < 2 || route->nlri.p[1] >> 4 != 14);
}

static void put_routes(struct buffer *b, const struct route_list *routes, bool plain) {
    struct listed_route route;
    const struct family *open = NULL;
    bool any = false;
    for (size_t walk = 0; route_list_next(routes, &walk, &route);) {
        if (route_is_static(&route) != plain)
            continue;
        if (!any)
            put_string(b, plain ? "  static {\n" : "  announce {\n");
        any = true;
        if (!plain && (!open || open->afi != route.family->afi))
            put_format(b, "%s    %s {\n", open ? "    }\n" : "", route.family->afi_name);
        open = route.family;
        if (plain && route.family->index >= FAMILIES)
            put_format(b, "    %s %s ", route.family->afi_name, route.family->safi_name);
        else
            put_format(b, plain ? "    route " : "      %s ", route.family->safi_name);
        put_listed_route(b, &route);
        put_literal(b, ";\n");
    }
    if (any)
        put_string(b, plain ? "  }\n" : "    }\n  }\n");
}

void put_neighbor_configuration(struct buffer *b, const struct neighbor *n) {
    put_neighbor_settings(b, n);
    put_routes(b, &n->routes, true);
    put_routes(b, &n->routes, false);
    put_literal(b, "}\n");
}

const char *outbox_word(uint32_t policy) {
    static const char *const words[] = {"pause", "drop-oldest", "stop"}; /* in the order of the table's row */
    return words[policy];
}

static void put_process(struct buffer *b, const struct process *p) {
    put_literal(b, "process ");
    put_word(b, p->name);
    put_literal(b, " {\n  run");
    for (unsigned i = 0; i < p->argc; i++) {
        put_char(b, ' ');
        put_word(b, p->argv[i]);
    }
    put_literal(b, ";\n");
    if (p->encoder_set)
        put_format(b, "  encoder %s;\n", p->json ? "json" : "text");
    put_bool_line(b, "respawn", p->respawn);
    put_literal(b, "  on-exit ");
    put_on_exit(b, p->on_exit);
    put_format(b, ";\n  outbox %s;\n", outbox_word(p->outbox));
    if (p->outbox_limit)
        put_number_line(b, "outbox-limit", p->outbox_limit, NULL);
    put_bool_line(b, "snapshot", p->snapshot);
    const struct {
        const char *keyword;
        struct text value;
    } texts[] = {{"user", p->user}, {"group", p->group}, {"cwd", p->cwd}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value.len)
            put_text_line(b, texts[i].keyword, texts[i].value);
    for (unsigned i = 0; i < p->env_count; i++)
        put_text_line(b, "env", p->env[i]);
    if (p->open_files)
        put_number_line(b, "open-files", p->open_files, NULL);
    put_literal(b, "}\n");
}

void put_configuration(struct buffer *b, const struct configuration *c) {
    for (size_t i = 0; i < c->process_count; i++)
        put_process(b, &c->processes[i]);
    for (size_t i = 0; i < c->neighbor_count; i++)
        put_neighbor_configuration(b, c->neighbors[i]);
}
