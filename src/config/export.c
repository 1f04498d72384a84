/* A configuration as JSON, in the shape of ExaBGP main's `configuration export` (cli.md 5): neighbors by name, keys in
 * ascending order, values of a type as objects that name it.
 *
 * What is more than ExaBGP's: family and next hop of routes (there they cannot be told), TCP-AO, roles, and what
 * processes have in addition. Passwords are in it, as they are there: it is the whole configuration. */
#include "base/json.h"
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/role.h"
#include "config/config.h"
#include "config/print.h"
#include "config/tree.h"
#include "engine/on_exit.h"

/* ---- Values ---- */

static void put_typed(struct buffer *b, const char *type) {
    put_format(b, "{\"_type\":\"%s\",\"value\":", type);
}

static void export_ip(struct buffer *b, const char *key, struct ip ip, const char *none) {
    char memory[IP_TEXT];
    struct buffer text = buffer_fixed(memory, sizeof memory);
    if (!ip.len && !none) {
        tree_null(b, key);
        return;
    }
    tree_key(b, key);
    put_typed(b, "IP");
    put_ip(&text, ip);
    put_json_string(b, ip.len ? buffer_text(&text) : text_of(none));
    put_char(b, '}');
}

static void export_number(struct buffer *b, const char *key, const char *type, uint32_t value) {
    tree_key(b, key);
    put_typed(b, type);
    put_decimal(b, value);
    put_char(b, '}');
}

static void export_text_or_null(struct buffer *b, const char *key, struct text value) {
    if (value.len)
        tree_text(b, key, value);
    else
        tree_null(b, key);
}

static void export_ttl(struct buffer *b, const char *key, int ttl) {
    if (ttl == TTL_NOT_SET)
        tree_null(b, key);
    else
        tree_number(b, key, (unsigned)ttl);
}

static void export_state(struct buffer *b, const char *key, bool on, const char *off) {
    tree_string(b, key, on ? "TRUE" : off);
}

static void put_afi(struct buffer *b, const char *afi) {
    tree_item(b);
    put_typed(b, "AFI");
    put_json_string(b, text_of(afi));
    put_char(b, '}');
}

static void export_families(struct buffer *b, const char *key, uint64_t families, bool next_hops) {
    tree_open(b, key, '[');
    for (unsigned i = 0; i < families_count(); i++) {
        const struct family *f = family_at(i);
        if (!(families & family_bit(f)))
            continue;
        tree_item(b);
        put_char(b, '[');
        put_afi(b, f->afi_name);
        put_char(b, ',');
        put_typed(b, "SAFI");
        put_json_string(b, text_of(f->safi_name));
        put_char(b, '}');
        if (next_hops)
            put_afi(b, f->afi == 1 ? "ipv6" : "ipv4");
        put_char(b, ']');
    }
    put_char(b, ']');
}

/* PATHS-LIMIT of the families of `add-path`: how many paths of a prefix we take. */
static void export_path_limits(struct buffer *b, const struct offer *o) {
    struct buffer name = buffer_growing();
    bool any = false;
    for (unsigned i = 0; i < families_count(); i++) {
        if (!o->paths_limit[i])
            continue;
        if (!any)
            tree_open(b, "paths_limits", '{');
        any = true;
        buffer_clear(&name);
        put_family(&name, family_at(i), ' ');
        put_u8(&name, 0);
        tree_number(b, (const char *)name.base, o->paths_limit[i]);
    }
    if (any)
        put_char(b, '}');
    buffer_release(&name);
}

/* ---- Helpers ---- */

struct export_list {
    const char *key;
    bool (*has)(const struct neighbor_api *api);
    enum watch send, receive;
};

static bool hears_fsm(const struct neighbor_api *api) {
    return api->fsm;
}
static bool hears_negotiated(const struct neighbor_api *api) {
    return api->negotiated;
}
static bool hears_changes(const struct neighbor_api *api) {
    return api->neighbor_changes;
}
static bool hears_signal(const struct neighbor_api *api) {
    return api->signal;
}
static bool is_named(const struct neighbor_api *api) {
    return !api->matched;
}
static bool is_matched(const struct neighbor_api *api) {
    return api->matched;
}

static const struct export_list export_lists[] = {
    {"fsm", hears_fsm, 0, 0},
    {"negotiated", hears_negotiated, 0, 0},
    {"neighbor-changes", hears_changes, 0, 0},
    {"processes", is_named, 0, 0},
    {"processes-match", is_matched, 0, 0},
    {"receive-consolidate", NULL, 0, WATCH_CONSOLIDATE},
    {"receive-keepalive", NULL, 0, WATCH_KEEPALIVE},
    {"receive-notification", NULL, 0, WATCH_NOTIFICATION},
    {"receive-open", NULL, 0, WATCH_OPEN},
    {"receive-operational", NULL, 0, WATCH_OPERATIONAL},
    {"receive-packets", NULL, 0, WATCH_PACKETS},
    {"receive-parsed", NULL, 0, WATCH_PARSED},
    {"receive-refresh", NULL, 0, WATCH_REFRESH},
    {"receive-update", NULL, 0, WATCH_UPDATE},
    {"send-consolidate", NULL, WATCH_CONSOLIDATE, 0},
    {"send-keepalive", NULL, WATCH_KEEPALIVE, 0},
    {"send-notification", NULL, WATCH_NOTIFICATION, 0},
    {"send-open", NULL, WATCH_OPEN, 0},
    {"send-operational", NULL, WATCH_OPERATIONAL, 0},
    {"send-packets", NULL, WATCH_PACKETS, 0},
    {"send-parsed", NULL, WATCH_PARSED, 0},
    {"send-refresh", NULL, WATCH_REFRESH, 0},
    {"send-update", NULL, WATCH_UPDATE, 0},
    {"signal", hears_signal, 0, 0},
};

static void export_api(struct buffer *b, const struct neighbor *n) {
    tree_open(b, "api", '{');
    for (size_t i = 0; i < sizeof export_lists / sizeof *export_lists; i++) {
        const struct export_list *list = &export_lists[i];
        tree_open(b, list->key, '[');
        for (size_t j = 0; j < n->api_count; j++) {
            const struct neighbor_api *api = &n->apis[j];
            if (!(list->has ? list->has(api) : (api->send & list->send) || (api->receive & list->receive)))
                continue;
            tree_item(b);
            put_json_string(b, api->process);
        }
        put_char(b, ']');
    }
    put_char(b, '}');
}

/* ---- A neighbor ---- */

static void export_raw(struct buffer *b, const struct offer *o) {
    struct cursor raw = cursor_of(o->raw, o->raw_len);
    tree_open(b, "raw", '[');
    while (!cursor_done(&raw)) {
        tree_item(b);
        put_char(b, '{');
        tree_number(b, "code", cursor_u8(&raw));
        tree_key(b, "value");
        put_literal(b, "\"0x");
        put_hex(b, cursor_cut(&raw, cursor_u8(&raw)));
        put_literal(b, "\"}");
    }
    put_char(b, ']');
}

/* What ExaBGP has not is there only where it is set: the rest stays what its readers know. */
static void export_capability(struct buffer *b, const struct offer *o) {
    tree_open(b, "capability", '{');
    tree_string(b, "_type", "NeighborCapability");
    tree_number(b, "add_path", o->add_path);
    export_state(b, "aigp", o->aigp, "UNSET");
    export_state(b, "asn4", o->asn4, "FALSE");
    export_state(b, "extended_message", o->extended_message, "FALSE");
    tree_open(b, "graceful_restart", '{');
    tree_string(b, "_type", "GracefulRestartConfig");
    if (o->long_lived)
        tree_number(b, "long_lived", o->long_lived_time);
    if (o->restart_notification)
        tree_bool(b, "notification", true);
    export_state(b, "state", o->graceful_restart, "FALSE");
    tree_number(b, "time", o->graceful_restart ? o->restart_time : 0);
    put_char(b, '}');
    export_state(b, "link_local_nexthop", o->link_local_next_hop, "UNSET");
    tree_bool(b, "link_local_prefer", o->link_local_prefer);
    export_state(b, "multi_session", o->multisession, "FALSE");
    if (o->multiple_labels)
        tree_number(b, "multiple_labels", o->multiple_labels);
    export_state(b, "nexthop", o->extended_next_hop_on, "UNSET");
    export_state(b, "operational", o->operational, "FALSE");
    if (o->raw_len)
        export_raw(b, o);
    if (o->role)
        tree_string(b, "role", role_name(o->role));
    if (o->role_strict)
        tree_bool(b, "role_strict", true);
    tree_number(b, "route_refresh", o->refresh ? 2 : 0);
    export_text_or_null(b, "software_version", o->software);
    if (o->strict)
        tree_bool(b, "strict", true);
    put_char(b, '}');
}

static void export_confederation(struct buffer *b, const struct offer *o) {
    tree_open(b, "confederation", '[');
    for (unsigned i = 0; i < o->confederation_count; i++) {
        tree_item(b);
        put_decimal(b, o->confederation[i]);
    }
    put_char(b, ']');
}

static void export_session(struct buffer *b, const struct neighbor *n) {
    uint8_t id[4];
    poke_u32(id, n->offer.router_id);
    tree_open(b, "session", '{');
    tree_string(b, "_type", "Session");
    if (n->offer.confederation_count)
        export_confederation(b, &n->offer);
    tree_number(b, "connect", n->connect);
    export_ttl(b, "incoming_ttl", n->incoming_ttl);
    tree_number(b, "listen", n->listen);
    export_ip(b, "local_address", n->local, "auto");
    export_number(b, "local_as", "ASN", n->offer.local_as);
    export_ip(b, "local_link_local", n->link_local, NULL);
    tree_bool(b, "md5_base64", n->md5_base64 == 1);
    export_ip(b, "md5_ip", n->md5_ip, NULL);
    export_text_or_null(b, "md5_password", n->md5_password);
    export_ttl(b, "outgoing_ttl", n->outgoing_ttl);
    tree_bool(b, "passive", n->passive);
    tree_open(b, "peer_address", '{');
    tree_string(b, "_type", "IPRange");
    tree_key(b, "ip");
    put_char(b, '"');
    put_ip(b, n->peer.ip);
    put_char(b, '"');
    tree_number(b, "mask", n->peer.bits);
    put_char(b, '}');
    export_number(b, "peer_as", "ASN", n->offer.peer_as);
    export_ip(b, "router_id", ip_of(id, 4), NULL);
    export_text_or_null(b, "source_interface", n->source_interface);
    if (n->tcp_ao) {
        tree_open(b, "tcp_ao", '{');
        tree_text(b, "algorithm", n->tcp_ao_algorithm);
        tree_bool(b, "base64", n->tcp_ao_base64);
        tree_number(b, "keyid", n->tcp_ao_id);
        tree_text(b, "password", n->tcp_ao_password);
        put_char(b, '}');
    }
    put_char(b, '}');
}

static void export_route(struct buffer *b, const struct listed_route *route, struct buffer *text) {
    const struct style style = {.form = FORM_6, .command = true};
    const struct nlri nlri = {
        .family = route->family, .octets = route->nlri, .has_path = route->has_path, .path = route->path};
    struct cursor next_hop;
    tree_item(b);
    put_char(b, '{');
    tree_string(b, "_type", "Route");
    buffer_clear(text);
    put_char(text, ' ');
    attributes_text(route->attributes, &style, text);
    tree_text(b, "attributes", buffer_len(text) > 1 ? buffer_text(text) : (struct text){"", 0});
    buffer_clear(text);
    put_family(text, route->family, ' ');
    tree_text(b, "family", buffer_text(text));
    if (route->name.len)
        tree_text(b, "name", route->name);
    if (attributes_find(route->attributes.named, ATTRIBUTE_NEXT_HOP, &next_hop)) {
        struct ip ip = ip_of(next_hop.p, cursor_left(&next_hop) >= 16 ? 16 : (uint8_t)cursor_left(&next_hop));
        buffer_clear(text);
        put_ip(text, ip);
        tree_text(b, "next_hop", ip.len ? buffer_text(text) : text_of("self"));
    }
    buffer_clear(text);
    nlri_command(&nlri, true, text);
    tree_text(b, "nlri", buffer_text(text));
    if (route->watchdog.len) {
        tree_text(b, "watchdog", route->watchdog);
        tree_bool(b, "withdraw", route->withdrawn);
    }
    put_char(b, '}');
}

static void export_routes(struct buffer *b, const struct route_list *routes) {
    struct listed_route route;
    struct buffer text = buffer_growing();
    tree_open(b, "routes", '[');
    for (size_t walk = 0; route_list_next(routes, &walk, &route);)
        export_route(b, &route, &text);
    put_char(b, ']');
    buffer_release(&text);
}

static void export_neighbor(struct buffer *b, const struct neighbor *n) {
    struct buffer name = buffer_growing();
    put_neighbor_name(&name, n);
    put_u8(&name, 0);
    tree_open(b, (const char *)name.base, '{');
    buffer_release(&name);
    export_families(b, "addpaths", n->offer.add_path ? n->offer.add_path_families : 0, false);
    tree_bool(b, "adj_rib_in", n->adj_rib_in);
    tree_bool(b, "adj_rib_out", n->adj_rib_out);
    export_api(b, n);
    tree_bool(b, "auto_flush", n->auto_flush);
    export_capability(b, &n->offer);
    tree_text(b, "description", n->description);
    tree_text(b, "domain_name", n->domain_name);
    export_families(b, "families", n->offer.families, false);
    tree_bool(b, "group_updates", n->group_updates);
    export_number(b, "hold_time", "HoldTime", n->offer.hold_time);
    tree_text(b, "host_name", n->host_name);
    tree_bool(b, "manual_eor", n->manual_eor);
    if (n->maximum_prefix) {
        tree_number(b, "maximum_prefix", n->maximum_prefix);
        tree_string(b, "maximum_prefix_action", n->maximum_prefix_warns ? "warning" : "teardown");
    }
    export_families(b, "nexthops", n->offer.extended_next_hop, true);
    export_path_limits(b, &n->offer);
    tree_number(b, "rate_limit", n->rate_limit);
    export_routes(b, &n->routes);
    export_session(b, n);
    put_char(b, '}');
}

static void export_texts(struct buffer *b, const char *key, const struct text *texts, unsigned count) {
    tree_open(b, key, '[');
    for (unsigned i = 0; i < count; i++) {
        tree_item(b);
        put_json_string(b, texts[i]);
    }
    put_char(b, ']');
}

static void export_process(struct buffer *b, const struct process *p) {
    tree_open(b, p->name.p, '{');
    if (p->cwd.len)
        tree_text(b, "cwd", p->cwd);
    tree_string(b, "encoder", p->json ? "json" : "text");
    if (p->env_count)
        export_texts(b, "env", p->env, p->env_count);
    if (p->group.len)
        tree_text(b, "group", p->group);
    tree_key(b, "on_exit");
    put_char(b, '"');
    put_on_exit(b, p->on_exit);
    put_char(b, '"');
    if (p->open_files)
        tree_number(b, "open_files", p->open_files);
    tree_string(b, "outbox", outbox_word(p->outbox));
    if (p->outbox_limit)
        tree_number(b, "outbox_limit", p->outbox_limit);
    tree_bool(b, "respawn", p->respawn);
    export_texts(b, "run", p->argv, p->argc);
    tree_bool(b, "snapshot", p->snapshot);
    if (p->user.len)
        tree_text(b, "user", p->user);
    put_char(b, '}');
}

void put_config_export(struct buffer *b, const struct configuration *c, int indent) {
    struct buffer tree = buffer_growing();
    put_char(&tree, '{');
    tree_open(&tree, "neighbors", '{');
    for (size_t i = 0; i < c->neighbor_count; i++)
        export_neighbor(&tree, c->neighbors[i]);
    put_char(&tree, '}');
    tree_open(&tree, "processes", '{');
    for (size_t i = 0; i < c->process_count; i++)
        export_process(&tree, &c->processes[i]);
    put_literal(&tree, "}}");
    put_tree(b, buffer_text(&tree), indent);
    buffer_release(&tree);
}
