#include "api/ensure.h"

#include "api/asked.h"
#include "api/lease.h"
#include "base/json.h"
#include "base/memory.h"

enum { WANTED_MOST = 512 << 20 }; /* octets of a set: ten million routes and more */

/* A route as it is kept until the end: this, and its NLRI behind it. */
struct wanted_route {
    const struct family *family;
    uint32_t set; /* a reference is held */
    uint32_t path;
    bool has_path;
    uint16_t len; /* of the NLRI */
};

struct wanted {
    struct text name, selector; /* terminated, owned; selector: as it was written, empty for all */
    uint32_t ttl;
    struct buffer routes; /* struct wanted_route and NLRI, one after the other */
    struct buffer places; /* uint32_t each: where they begin, in steps of ALIGNED octets */
    uint32_t count, wrong;
    struct attribute_store *store; /* borrowed */
};

enum { ALIGNED = 8 };

static struct wanted *wanted_new(struct api *api, struct text name, struct text selector, uint32_t ttl) {
    struct wanted *w = memory_new(sizeof *w);
    *w = (struct wanted){
        .name = {memory_copy(name.p, name.len), name.len},
        .selector = {memory_copy(selector.p, selector.len), selector.len},
        .ttl = ttl,
        .routes = buffer_growing(),
        .places = buffer_growing(),
        .store = engine_store(api->engine),
    };
    return w;
}

static struct cursor wanted_at(const struct wanted *w, uint32_t place, struct wanted_route *out) {
    uint32_t at;
    memcpy(&at, w->places.base + place * sizeof at, sizeof at);
    const uint8_t *p = w->routes.base + (size_t)at * ALIGNED;
    memcpy(out, p, sizeof *out);
    return cursor_of(p + sizeof *out, out->len);
}

void wanted_free(struct wanted *w, struct attribute_store *store) {
    struct wanted_route route;
    if (!w)
        return;
    for (uint32_t i = 0; store && i < w->count; i++) {
        wanted_at(w, i, &route);
        store_drop(store, route.set);
    }
    buffer_release(&w->routes);
    buffer_release(&w->places);
    free((char *)w->name.p);
    free((char *)w->selector.p);
    free(w);
}

/* ---- A line of the set ---- */

struct wanting {
    struct call *call;
    struct wanted *wanted;
};

static void wanting_take(void *context, const struct finished *route) {
    struct wanting *x = context;
    struct wanted *w = x->wanted;
    uint32_t at = (uint32_t)(buffer_len(&w->routes) / ALIGNED);
    struct wanted_route kept = {
        .family = route->family,
        .set = store_intern(w->store, route->named, route->raw),
        .path = route->path,
        .has_path = route->has_path,
        .len = (uint16_t)cursor_left(&route->nlri),
    };
    put_octets(&w->places, &at, sizeof at);
    put_octets(&w->routes, &kept, sizeof kept);
    put_cursor(&w->routes, route->nlri);
    put_zeros(&w->routes, (ALIGNED - buffer_len(&w->routes) % ALIGNED) % ALIGNED);
    w->count++;
}

static bool wanting_may(void *context, const struct draft *draft) {
    struct wanting *x = context;
    if (buffer_len(&x->wanted->routes) > WANTED_MOST)
        return words_fail(&x->call->words, "the set is too large");
    return call_may_tell(x->call, draft);
}

/* `[announce] route PREFIX ...`, and whatever else `announce` may be followed by; `short_form`: PREFIX ... alone, too.
 */
static bool wanting_read(struct wanting *x, bool short_form) {
    struct call *call = x->call;
    struct api *api = call->api;
    struct words start = call->words;
    struct text type;
    struct route_reader reader = {
        .purpose = DRAFT_ANNOUNCE,
        .words = &call->words,
        .draft = &api->draft,
        .nlri = &api->nlri,
        .attributes = &api->attributes,
        .may = wanting_may,
        .take = wanting_take,
        .context = x,
    };
    words_next(&call->words, &type);
    reader.spec = spec_named(type);
    if (reader.spec == SPECS && short_form) {
        call->words = start;
        reader.spec = SPEC_ROUTE;
    }
    return reader.spec == SPECS ? words_fail(&call->words, "unknown announce type: %.*s", TEXT_ARGS(type))
                                : routes_read(&reader);
}

static struct targets wanted_targets(struct api *api, struct client *c, const struct wanted *w) {
    return targets_of(api, c, w->selector, REACH_OWN);
}

bool ensure_collect(struct api *api, struct client *c, struct text line) {
    if (!c->wanted || (!text_starts(line, "announce ") && !text_starts(line, "withdraw ")))
        return false;
    struct call call = {.api = api, .client = c, .line = line, .targets = wanted_targets(api, c, c->wanted)};
    struct wanting x = {&call, c->wanted};
    call.words = words_of_line(line, &call.complaint);
    bool good = words_accept(&call.words, "announce")
                    ? wanting_read(&x, false)
                    : words_fail(&call.words, "what is not said between ensure begin and ensure end is withdrawn by "
                                              "itself");
    if (!good)
        c->wanted->wrong++;
    call_answer(&call, good);
    return true;
}

/* ---- What it changes ---- */

struct change {
    uint32_t added, changed, removed, kept;
};

/* One route while it is looked at for each neighbor. */
struct ensuring {
    struct call *call;
    const struct wanted *wanted;
    uint32_t owner;
    struct wanted_route route;
    struct cursor nlri;
    struct route_name name;
    struct peer **missing; /* owned; neighbors that have not got it so */
    uint32_t missing_count;
    struct change change;
};

static void ensure_look(struct ensuring *e, struct peer *p) {
    const struct wanted_route *r = &e->route;
    struct lease_view lease;
    struct rib_route held;
    if (!(peer_neighbor(p)->offer.families & family_bit(r->family))) {
        e->call->skipped++;
        return;
    }
    struct leases *leases = peer_leases_reach(e->call->api, p);
    if (leases_find(leases, &e->name, &lease) && lease.holder == e->owner && !lease.doubted)
        return; /* a later line said it in other words */
    bool known = peer_route_find(p, r->family, e->nlri, r->has_path, r->path, &held);
    if (known && held.set == r->set && cursor_same(held.nlri, e->nlri)) {
        e->change.kept++;
    } else {
        e->missing[e->missing_count++] = p;
        *(known ? &e->change.changed : &e->change.added) += 1;
    }
    leases_take(leases, &e->name, e->owner, e->wanted->ttl, e->call->api->now);
}

static void ensure_route(struct ensuring *e, uint32_t place) {
    struct api *api = e->call->api;
    const struct wanted_route *r = &e->route;
    e->nlri = wanted_at(e->wanted, place, &e->route);
    e->missing_count = 0;
    route_name_init(&e->name, e->wanted->store->seed, r->family, e->nlri, r->has_path, r->path);
    for (uint32_t i = 0; i < e->call->targets.count; i++)
        ensure_look(e, e->call->targets.peers[i]);
    if (e->missing_count)
        engine_announce(api->engine, e->missing, e->missing_count, r->family, e->nlri, r->has_path, r->path, r->set,
                        api->now);
}

/* What it had and nobody said again goes. */
static void ensure_rest(struct ensuring *e, struct peer *p) {
    struct api *api = e->call->api;
    const struct leases *leases = peer_leases(api, p);
    struct lease_view lease;
    if (!leases)
        return;
    for (; leases_doubted(leases, e->owner, &lease); e->change.removed++)
        lease_withdraw(api, p, &lease);
    lease_soon(api, leases);
    if (!leases_count(leases))
        lease_clear(api, p);
}

/* The last of several lines about one route counts: they are gone through from the end. */
static struct change ensure_all(struct call *call, const struct wanted *w, uint32_t owner) {
    const struct targets *t = &call->targets;
    struct ensuring e = {.call = call, .wanted = w, .owner = owner};
    e.missing = memory_new(t->count * sizeof(struct peer *));
    for (uint32_t i = 0; i < t->count; i++)
        if (peer_leases(call->api, t->peers[i]))
            leases_doubt(peer_leases(call->api, t->peers[i]), owner);
    for (uint32_t i = w->count; i-- > 0;)
        ensure_route(&e, i);
    for (uint32_t i = 0; i < t->count; i++)
        ensure_rest(&e, t->peers[i]);
    free(e.missing);
    return e.change;
}

static void ensure_apply(struct call *call, const struct wanted *w) {
    struct api *api = call->api;
    struct buffer *out = answer_out(call->client);
    uint32_t owner = owner_named(api, w->name);
    owner_held(api, owner, call->client);
    struct change change = ensure_all(call, w, owner);
    if (call->json) {
        put_literal(out, "{\"ensure\": ");
        put_json_string(out, w->name);
        put_format(out, ", \"added\": %u, \"changed\": %u, \"removed\": %u, \"kept\": %u}\n", change.added,
                   change.changed, change.removed, change.kept);
    } else {
        put_literal(out, "ensure ");
        put_text(out, w->name);
        put_format(out, ": %u added, %u changed, %u removed, %u kept\n", change.added, change.changed, change.removed,
                   change.kept);
    }
    call->sync = call->client->sync;
    call_answer(call, true);
}

static bool ensure_is_good(struct call *call, const struct wanted *w) {
    if (call->api->full) {
        answer_why(call, "the memory budget is used up: nothing was changed (daemon.memory_budget)");
        return false;
    }
    if (!w->wrong)
        return true;
    answer_why(call, "%u lines were wrong: nothing was changed", w->wrong);
    return false;
}

/* ---- Commands ---- */

void command_ensure_begin(struct call *call) {
    struct client *c = call->client;
    struct held held = {0, 0};
    struct text name;
    if (!call_matches(call))
        return;
    if (c->wanted || c->group) {
        answer_why(call, c->wanted ? "a set is open already: ensure end, or ensure abort" : "a group is open");
        return;
    }
    if (!words_end_lease(call->api, &call->words, &held) ||
        !words_take(&call->words, "a name, under which the routes are kept", &name) || !words_end(&call->words)) {
        answer_refused(call);
        return;
    }
    c->wanted = wanted_new(call->api, name, call->selector, held.ttl);
    c->collects = true;
    answer_done(call->api, c);
}

void command_ensure_end(struct call *call) {
    struct client *c = call->client;
    struct wanted *w = c->wanted;
    if (!w) {
        answer_why(call, "no set is open: ensure begin NAME");
        return;
    }
    c->wanted = NULL;
    c->collects = false;
    call->targets = wanted_targets(call->api, c, w);
    if (c->asking)
        asked_count(call);
    if (call->command->value == ENSURE_ABORT)
        answer_done(call->api, c);
    else if (call_matches(call) && ensure_is_good(call, w))
        ensure_apply(call, w);
    wanted_free(w, w->store);
}

/* ---- In one JSON object ---- */

/* PREFIX ..., route PREFIX ..., announce route PREFIX ... */
static bool ensure_object_route(struct call *call, struct wanted *w, json_t *route) {
    struct wanting x = {call, w};
    if (!json_is_string(route))
        return words_fail(&call->words, "a route is a text: \"10.0.0.0/24 next-hop 1.2.3.4\"");
    call->words = words_of_line(text_of(json_string_value(route)), &call->complaint);
    words_accept(&call->words, "announce");
    if (!wanting_read(&x, true))
        call->line = text_of(json_string_value(route)); /* for the log */
    return !call->complaint.made;
}

static bool ensure_object_peers(struct call *call, json_t *peer) {
    struct buffer line = buffer_growing();
    struct text selector = {"", 0};
    put_literal(&line, "peer ");
    put_string(&line, json_is_string(peer) ? json_string_value(peer) : "*");
    call->words = words_of_line(buffer_text(&line), &call->complaint);
    bool good = (!peer || json_is_string(peer)) && selector_take(&call->words, &selector) && words_done(&call->words);
    if (good)
        call->targets = targets_of(call->api, call->client, selector, REACH_OWN);
    call->words = words_of_line(call->line, &call->complaint);
    buffer_release(&line);
    return good || words_fail(&call->words, "\"peer\" is a selector: \"*\", \"10.0.0.1\", \"[10.0.0.1, 10.0.0.2]\"");
}

static bool ensure_object_read(struct call *call, struct wanted *w, json_t *request) {
    json_t *routes = json_object_get(request, "routes"), *ttl = json_object_get(request, "ttl"), *route;
    static const char *const known[] = {"ensure", "routes", "peer", "ttl", "id", NULL};
    const char *key;
    size_t i;
    json_object_foreach(request, key, route) {
        const char *const *k = known;
        while (*k && strcmp(*k, key) != 0)
            k++;
        if (!*k)
            return words_fail(&call->words, "unknown member \"%s\"", key);
    }
    if (ttl && (!json_is_integer(ttl) || json_integer_value(ttl) < 1 || json_integer_value(ttl) > TTL_MOST))
        return words_fail(&call->words, "a ttl is seconds, 1 to %d", TTL_MOST);
    w->ttl = ttl ? (uint32_t)json_integer_value(ttl) : 0;
    if (!json_is_array(routes))
        return words_fail(&call->words, "\"routes\" wants a list of routes");
    json_array_foreach(routes, i, route) {
        if (!ensure_object_route(call, w, route))
            return false;
    }
    return true;
}

void ensure_run_object(struct api *api, struct client *c, struct text line, json_t *request) {
    static const struct command row = {.reach = REACH_OWN};
    json_t *name = json_object_get(request, "ensure");
    struct call call = {.api = api, .client = c, .command = &row, .line = line, .json = true};
    call.words = words_of_line(line, &call.complaint);
    if (!json_is_string(name) || !json_string_value(name)[0]) {
        answer_why(&call, "\"ensure\" wants a name, under which the routes are kept");
        return;
    }
    struct wanted *w = wanted_new(api, text_of(json_string_value(name)), (struct text){"", 0}, 0);
    bool good = ensure_object_peers(&call, json_object_get(request, "peer"));
    if (good)
        asked_count(&call);
    if (!good)
        answer_refused(&call);
    else if (call_matches(&call) && ensure_object_read(&call, w, request))
        ensure_apply(&call, w);
    else if (c->asking)
        answer_refused(&call);
    wanted_free(w, w->store);
}
