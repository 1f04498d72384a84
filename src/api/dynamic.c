/* Neighbors that helpers make and take away: `peer create`, `peer delete` (api-commands.md 13.3). They are the API's
 * own, and go with the next configuration. */
#include "api/private.h"
#include "base/memory.h"
#include "base/number.h"

struct made {
    struct neighbor *neighbor; /* owned, with all in its arena */
    struct peer *peer;         /* only good while the API still has it under its number */
    uint32_t number;
};

static void neighbor_free(struct neighbor *n) {
    route_list_release(&n->routes);
    arena_release(&n->arena);
    free(n);
}

void made_free_all(struct api *api) {
    for (size_t i = 0; i < api->made_count; i++)
        neighbor_free(api->made[i].neighbor);
    free(api->made);
}

/* The peer may run on with another neighbor: a configuration has it now. */
static bool made_runs(const struct api *api, const struct made *m) {
    return peer_lives(api, m->peer, m->number) && peer_neighbor(m->peer) == m->neighbor;
}

static void made_drop(struct api *api, size_t place) {
    struct made m = api->made[place];
    memmove(api->made + place, api->made + place + 1, (api->made_count - place - 1) * sizeof *api->made);
    api->made_count--;
    if (made_runs(api, &m))
        engine_remove(api->engine, m.peer, 3, api->now);
    neighbor_free(m.neighbor);
}

void api_reloaded(struct api *api, uint64_t now) {
    api->now = now;
    while (api->made_count)
        made_drop(api, api->made_count - 1);
    api_rebind(api);
}

/* ---- Making one ---- */

/* A word and what its value does to the neighbor; false: the value is wrong. */
struct parameter {
    const char *word;
    bool (*set)(struct neighbor *n, struct text value);
    bool needed, repeats;
};

static bool set_local(struct neighbor *n, struct text value) {
    return ip_parse(value, &n->local);
}

static bool set_as(struct text value, uint32_t *out) {
    uint64_t v;
    if (!number_parse(value, UINT32_MAX, &v))
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool set_local_as(struct neighbor *n, struct text value) {
    return set_as(value, &n->offer.local_as);
}

static bool set_peer_as(struct neighbor *n, struct text value) {
    return set_as(value, &n->offer.peer_as);
}

static bool set_router_id(struct neighbor *n, struct text value) {
    return ipv4_parse(value, &n->offer.router_id);
}

/* ipv4-unicast/ipv6-unicast, or in-open: what the default is. */
static bool set_families(struct neighbor *n, struct text value) {
    bool more = !text_is(value, "in-open"), dash;
    uint64_t families = 0;
    while (more) {
        struct text one, afi, safi;
        value = text_cut(value, '/', &one, &more);
        safi = text_cut(one, '-', &afi, &dash);
        const struct family *family = family_named(afi, safi);
        if (!dash || !family)
            return false;
        families |= family_bit(family);
    }
    if (families)
        n->offer.families = families;
    return true;
}

static bool set_restart(struct neighbor *n, struct text value) {
    uint64_t seconds;
    if (!number_parse(value, 4095, &seconds))
        return false;
    n->offer.graceful_restart = seconds != 0;
    n->offer.restart_time = (uint16_t)seconds;
    return true;
}

static bool set_group(struct neighbor *n, struct text value) {
    n->group_updates = text_is(value, "true");
    return n->group_updates || text_is(value, "false");
}

static bool set_api(struct neighbor *n, struct text value) {
    struct neighbor_api *apis = arena_new(&n->arena, (n->api_count + 1) * sizeof *apis);
    if (n->api_count)
        memcpy(apis, n->apis, n->api_count * sizeof *apis);
    apis[n->api_count++] = (struct neighbor_api){.process = arena_text(&n->arena, value)};
    n->apis = apis;
    return true;
}

static const struct parameter parameters[] = {
    {"local-address", set_local, true, false},
    {"local-ip", set_local, false, false},
    {"local-as", set_local_as, true, false},
    {"peer-as", set_peer_as, true, false},
    {"router-id", set_router_id, false, false},
    {"family-allowed", set_families, false, false},
    {"graceful-restart", set_restart, false, false},
    {"group-updates", set_group, false, false},
    {"api", set_api, false, true},
};
enum { PARAMETERS = sizeof parameters / sizeof *parameters, LOCAL_ADDRESS = 0, LOCAL_IP = 1, ROUTER_ID = 4 };

const char *create_word_at(size_t place) {
    return place < PARAMETERS ? parameters[place].word : NULL;
}

static struct neighbor *neighbor_new(void) {
    struct neighbor *n = memory_new(sizeof *n);
    *n = (struct neighbor){
        .offer = {.hold_time = 180,
                  .families = family_bit(&family_ipv4_unicast),
                  .asn4 = true,
                  .extended_message = true},
        .outgoing_ttl = TTL_NOT_SET,
        .incoming_ttl = TTL_NOT_SET,
        .group_updates = true,
        .auto_flush = true,
        .adj_rib_in = true,
        .adj_rib_out = true,
    };
    route_list_init(&n->routes);
    return n;
}

/* ExaBGP's reasons begin like this, and its users may look for them. */
#define REASON "Unexpected error: ValueError: "

static bool create_parameter(struct words *w, struct neighbor *n, struct text word, uint32_t *seen) {
    struct text value;
    unsigned i = 0;
    while (i < PARAMETERS && !text_is(word, parameters[i].word))
        i++;
    if (i == PARAMETERS)
        return words_fail(w, REASON "unknown parameter: %.*s", TEXT_ARGS(word));
    unsigned place = i == LOCAL_IP ? LOCAL_ADDRESS : i;
    if (*seen >> place & 1 && !parameters[i].repeats)
        return words_fail(w, REASON "duplicate parameter: %s", parameters[place].word);
    *seen |= 1U << place;
    if (!words_next(w, &value))
        return words_fail(w, REASON "missing value for %s", parameters[i].word);
    return parameters[i].set(n, value) ||
           words_fail(w, REASON "invalid value for %s: %.*s", parameters[i].word, TEXT_ARGS(value));
}

static bool create_complete(struct words *w, struct neighbor *n, uint32_t seen) {
    char missing[128] = "";
    struct buffer b = buffer_fixed(missing, sizeof missing - 1);
    for (unsigned i = 0; i < PARAMETERS; i++)
        if (parameters[i].needed && !(seen >> i & 1))
            put_format(&b, "%s%s", buffer_len(&b) ? ", " : "", parameters[i].word);
    if (buffer_len(&b))
        return words_fail(w, REASON "missing required parameters: %s", missing);
    if (n->local.len != n->peer.ip.len)
        return words_fail(w, REASON "the addresses are of different families");
    if (!(seen >> ROUTER_ID & 1)) {
        struct cursor local = ip_cursor(&n->local);
        if (n->local.len != 4)
            return words_fail(w, REASON "missing required parameters: router-id");
        n->offer.router_id = cursor_u32(&local);
    }
    return true;
}

/* IP KEY VALUE ... */
static bool create_read(struct words *w, struct neighbor *n) {
    struct text word;
    uint32_t seen = 0;
    if (!words_next(w, &word))
        return words_fail(w, REASON "no neighbor selector");
    if (!ip_parse(word, &n->peer.ip))
        return words_fail(w, REASON "invalid IP address %.*s: unrecognised ip address %.*s", TEXT_ARGS(word),
                          TEXT_ARGS(word));
    n->peer.bits = (uint8_t)(n->peer.ip.len * 8);
    while (words_next(w, &word))
        if (!text_is(word, "create") && !create_parameter(w, n, word, &seen))
            return false;
    return create_complete(w, n, seen);
}

static bool create_is_new(struct call *call, const struct neighbor *n) {
    struct buffer name = buffer_growing();
    put_neighbor_name(&name, n);
    bool known = engine_find(call->api->engine, buffer_text(&name)) != NULL;
    if (known)
        words_fail(&call->words, "peer already exists: %.*s", TEXT_ARGS(buffer_text(&name)));
    buffer_release(&name);
    return !known;
}

void command_create(struct call *call) {
    struct api *api = call->api;
    struct neighbor *n = neighbor_new();
    if (!create_read(&call->words, n) || !create_is_new(call, n)) {
        neighbor_free(n);
        answer_refused(call);
        return;
    }
    struct peer *p = engine_add(api->engine, n, api->now);
    api->made = memory_resize(api->made, (api->made_count + 1) * sizeof *api->made);
    api->made[api->made_count++] = (struct made){n, p, peer_number(p)};
    answer_done(api, call->client);
}

/* ---- Taking one away ---- */

static bool delete_made(struct api *api, const struct peer *p) {
    for (size_t i = 0; i < api->made_count; i++)
        if (api->made[i].peer == p && made_runs(api, &api->made[i])) {
            made_drop(api, i);
            return true;
        }
    return false;
}

/* A configured neighbor is deleted as well, until the configuration is read again. */
void command_delete(struct call *call) {
    struct api *api = call->api;
    struct text selector;
    if (!selector_take(&call->words, &selector) || !words_done(&call->words)) {
        answer_why(call, "the selector of neighbors is not well formed");
        return;
    }
    struct targets t = targets_of(api, call->client, selector, REACH_OWN);
    struct peer **peers = memory_new(t.count * sizeof *peers + 1);
    if (t.count)
        memcpy(peers, t.peers, t.count * sizeof *peers);
    for (uint32_t i = 0; i < t.count; i++)
        if (!delete_made(api, peers[i]))
            engine_remove(api->engine, peers[i], 3, api->now);
    free(peers);
    if (t.count)
        answer_done(api, call->client);
    else
        answer_why(call, "no neighbors match the selector");
}
