/* What there is, told to a client in one go before it hears what happens: for a helper that starts, or starts again.
 *
 *     {... "type": "snapshot", "snapshot": "begin", "generation": 3, "start": 2 }
 *     a state event for each neighbor that it hears, then what that neighbor announced, as UPDATEs
 *     {... "type": "snapshot", "snapshot": "end", "generation": 3, "start": 2, "neighbors": 4, "routes": 800000 }
 *
 * The events are those that it would have heard: it needs no code of its own for them. They are made while the client
 * reads them; what happens meanwhile waits behind the end. A route that changed in between is told as it is, and once
 * more as it became so: the last word about a route is always right. */
#include "api/private.h"
#include "base/memory.h"

struct snapshot {
    struct walk walk; /* first: what a walk is freed as */
    struct client *client;
    struct peer_refs refs; /* neighbors that it hears */
    uint32_t place, at;    /* the neighbor, and where in its RIB */
    bool began;
    uint64_t generation;
    uint32_t neighbors, routes;
    struct update *update; /* owned; scratch */
    struct buffer message, attributes;
};

static void snapshot_release(struct walk *walk) {
    struct snapshot *s = (struct snapshot *)walk;
    peer_refs_release(&s->refs);
    buffer_release(&s->message);
    buffer_release(&s->attributes);
    free(s->update);
}

static void put_marker(struct buffer *out, const struct snapshot *s, const struct api *api, bool end) {
    const struct client *c = s->client;
    if (!c->json) {
        put_format(out, "snapshot %s %llu start %u", end ? "end" : "begin", (unsigned long long)s->generation,
                   c->start);
        if (end)
            put_format(out, " neighbors %u routes %u", s->neighbors, s->routes);
        put_literal(out, "\n");
        return;
    }
    put_event_head(out, api, c->form, 0, api->now);
    put_format(out, "\"type\": \"snapshot\", \"snapshot\": \"%s\", \"generation\": %llu, \"start\": %u",
               end ? "end" : "begin", (unsigned long long)s->generation, c->start);
    if (end)
        put_format(out, ", \"neighbors\": %u, \"routes\": %u", s->neighbors, s->routes);
    put_literal(out, " }\n");
}

static const struct watcher *watcher_of(const struct bound *b, const struct client *c) {
    for (unsigned i = 0; i < b->count; i++)
        if (b->watchers[i].client == c)
            return &b->watchers[i];
    return NULL;
}

static void put_state(struct buffer *out, const struct snapshot *s, struct api *api, struct bound *b) {
    bool up = session_terms(peer_session(b->peer)) != NULL;
    struct session_event event = {
        .kind = up ? SESSION_EVENT_UP : SESSION_EVENT_DOWN, .reason = up ? NULL : "not connected", .detail = ""};
    put_event_past(out, api, s->client, watcher_of(b, s->client), b, &event);
}

/* ---- Routes as the UPDATEs that would have brought them ---- */

/* The octets of the set as they are: it is canonical, which is how a session with 4-octet AS has it. */
static void put_received(struct buffer *out, struct attribute_set set, const struct family *family) {
    struct attribute a;
    while (attribute_next(&set.named, &a))
        if (a.code != ATTRIBUTE_NEXT_HOP || (family->flags & FAMILY_CLASSIC && cursor_left(&a.value) == 4))
            put_attribute(out, a.flags, a.code, a.value);
}

static struct terms snapshot_terms(const struct peer *p, const struct rib_route *route, struct attribute_set set) {
    struct terms t = peer_terms(p);
    struct cursor next_hop;
    t.as4 = true;
    t.families |= family_bit(route->family);
    t.add_path_send = t.add_path_receive = route->has_path ? family_bit(route->family) : 0;
    t.send_most = t.receive_most = MESSAGE_MOST_EXTENDED;
    t.link_local_next_hop = attributes_find(set.named, ATTRIBUTE_NEXT_HOP, &next_hop) && cursor_left(&next_hop) == 32;
    if (t.link_local_next_hop)
        t.link_local = ip_of(next_hop.p + 16, 16);
    return t;
}

/* The message is whole: it is opened as one that was received, and shown. */
static void put_update(struct buffer *out, struct snapshot *s, struct api *api, struct bound *b,
                       const struct terms *terms) {
    struct cursor whole = buffer_cursor(&s->message), body = whole;
    struct fault fault;
    cursor_take(&body, MESSAGE_HEADER);
    if (!update_open_as_said(s->update, body, terms, &fault))
        return;
    const struct session_event event = {
        .kind = SESSION_EVENT_MESSAGE,
        .message = {.type = MESSAGE_UPDATE, .whole = whole, .body = body},
        .update = s->update,
        .terms = terms,
    };
    put_event_past(out, api, s->client, watcher_of(b, s->client), b, &event);
}

enum { OCTETS_A_MESSAGE = MESSAGE_MOST };

/* The next routes that share their attributes, in one message; false: there are no more. */
static bool put_routes(struct buffer *out, struct snapshot *s, struct api *api, struct bound *b) {
    struct rib_in *rib = peer_rib_in(b->peer);
    struct rib_route route;
    struct update_writer writer;
    uint32_t next = s->at;
    if (!rib || !rib_in_next(rib, &next, &route))
        return false;
    const struct attribute_set set = store_set(engine_store(api->engine), route.set);
    const struct terms terms = snapshot_terms(b->peer, &route, set);
    const struct rib_route first = route;
    buffer_clear(&s->attributes);
    buffer_clear(&s->message);
    put_received(&s->attributes, set, route.family);
    struct ip hop = attributes_next_hop(set, &terms, route.family);
    if (!update_announce(&writer, &s->message, &terms, route.family, buffer_cursor(&s->attributes), hop)) {
        s->at = next;
        return true;
    }
    do {
        if (!update_add(&writer, route.nlri, route.path))
            break;
        s->routes++;
        s->at = next;
    } while (buffer_len(&s->message) < OCTETS_A_MESSAGE && rib_in_next(rib, &next, &route) && route.set == first.set &&
             route.family == first.family && route.has_path == first.has_path);
    update_end(&writer);
    if (writer.count)
        put_update(out, s, api, b, &terms);
    else
        s->at = next; /* it fits no message: it never came in one */
    return true;
}

/* ---- All of it ---- */

static bool wants_routes(const struct watcher *w) {
    return !w || (w->receive & WATCH_UPDATE && w->receive & (WATCH_PARSED | WATCH_PACKETS | WATCH_CONSOLIDATE));
}

static bool snapshot_step(struct walk *walk, struct api *api, struct buffer *out) {
    struct snapshot *s = (struct snapshot *)walk;
    if (!s->began) {
        s->began = true;
        put_marker(out, s, api, false);
        return true;
    }
    if (s->place == s->refs.count) {
        put_marker(out, s, api, true);
        return false;
    }
    const struct peer *p = peer_refs_at(&s->refs, api, s->place);
    struct bound *b = p ? bound_of(api, p) : NULL;
    if (b && s->at == 0) {
        s->neighbors++;
        put_state(out, s, api, b);
    }
    if (b && wants_routes(watcher_of(b, s->client)) && put_routes(out, s, api, b))
        return true;
    s->place++;
    s->at = 0;
    return true;
}

/* The neighbors that the client hears; a client of the command line: all. */
static struct peer_refs snapshot_refs(const struct api *api, const struct client *c) {
    struct targets targets = {0};
    struct peer *p;
    for (uint32_t i = 0; (p = engine_at(api->engine, i)); i++) {
        if (!client_owns(c, p))
            continue;
        targets.peers = memory_resize(targets.peers, (targets.count + 1) * sizeof(struct peer *));
        targets.peers[targets.count++] = p;
    }
    struct peer_refs refs = peer_refs_new(&targets);
    free(targets.peers);
    return refs;
}

static struct walk *snapshot_new(struct api *api, struct client *c) {
    struct snapshot *s = memory_new(sizeof *s);
    *s = (struct snapshot){
        .walk = {.step = snapshot_step, .release = snapshot_release, .one_line = true},
        .client = c,
        .refs = snapshot_refs(api, c),
        .generation = ++api->snapshots,
        .update = memory_new(sizeof *s->update),
        .message = buffer_growing(),
        .attributes = buffer_growing(),
    };
    return &s->walk;
}

void snapshot_begin(struct api *api, struct client *c) {
    c->snapshot_waits = false;
    walk_begin_unasked(api, c, snapshot_new(api, c));
    client_go_on(api, c);
}

void command_snapshot(struct call *call) {
    walk_begin(call, snapshot_new(call->api, call->client));
}
