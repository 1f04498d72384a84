/* What happens in the engine, told to the clients that asked for it.
 *
 * What a line says behind its counter is the same for all clients that want the same things: it is rendered once for
 * each variant and copied. The engine never waits for a client: see client.c for what happens when an outbox is full.
 */
#include "api/lease.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"

/* ---- Who hears a peer ---- */

struct bound *bound_of(const struct api *api, const struct peer *p) {
    uint32_t number = peer_number(p);
    return number < api->bound_room ? api->bound[number] : NULL;
}

bool peer_lives(const struct api *api, const struct peer *p, uint32_t number) {
    return number < api->bound_room && api->bound[number] && api->bound[number]->peer == p;
}

void bound_free(struct bound *b) {
    if (!b)
        return;
    free(b->watchers);
    leases_free(b->leases);
    buffer_release(&b->neighbor);
    buffer_release(&b->agreed);
    free(b);
}

static void bound_write_neighbor(struct bound *b) {
    struct terms terms = peer_terms(b->peer);
    buffer_clear(&b->neighbor);
    put_event_neighbor(&b->neighbor, &terms);
}

static void bound_add(struct bound *b, struct client *c, const struct neighbor_api *wanted) {
    struct watcher *w = NULL;
    for (unsigned i = 0; i < b->count; i++)
        if (b->watchers[i].client == c)
            w = &b->watchers[i];
    if (!w) {
        b->watchers = memory_resize(b->watchers, (b->count + 1) * sizeof *b->watchers);
        w = &b->watchers[b->count++];
        *w = (struct watcher){.client = c};
    }
    w->neighbor_changes |= wanted->neighbor_changes;
    w->negotiated |= wanted->negotiated;
    w->fsm |= wanted->fsm;
    w->signal |= wanted->signal;
    w->send |= wanted->send;
    w->receive |= wanted->receive;
}

void bound_build(struct api *api, struct peer *p) {
    uint32_t number = peer_number(p);
    const struct neighbor *n = peer_neighbor(p);
    if (number >= api->bound_room) {
        size_t room = number * 2 + 16;
        api->bound = memory_resize(api->bound, room * sizeof(struct bound *));
        memset(api->bound + api->bound_room, 0, (room - api->bound_room) * sizeof(struct bound *));
        api->bound_room = room;
    }
    struct bound *b = api->bound[number];
    if (!b) {
        b = api->bound[number] = memory_new(sizeof *b);
        b->neighbor = buffer_growing();
        b->agreed = buffer_growing();
    }
    b->peer = p;
    b->count = 0;
    unsigned sent = 0;
    for (size_t i = 0; i < n->api_count; i++)
        for (size_t j = 0; j < api->client_count; j++)
            if (text_same(api->clients[j]->name, n->apis[i].process) && !api->clients[j]->all_neighbors)
                bound_add(b, api->clients[j], &n->apis[i]);
    for (unsigned i = 0; i < b->count; i++)
        sent |= b->watchers[i].send;
    if (api->world.log_wants_sent && api->world.log_wants_sent(api->world.context, p))
        sent |= WATCH_UPDATE | WATCH_OPEN;
    peer_tell_sent(p, sent & WATCH_UPDATE,
                   sent & ~(unsigned)(WATCH_UPDATE | WATCH_PARSED | WATCH_PACKETS | WATCH_CONSOLIDATE));
    bound_write_neighbor(b);
}

void api_rebind(struct api *api) {
    api->generation++;
    for (uint32_t i = 0; api->engine && engine_at(api->engine, i); i++)
        bound_build(api, engine_at(api->engine, i));
}

/* A peer is paused while any client that must hear it is full. */
static void bound_balance(struct api *api, struct bound *b) {
    bool paused = false;
    for (unsigned i = 0; i < b->count; i++)
        paused |= b->watchers[i].client->full && (b->watchers[i].receive | b->watchers[i].send);
    if (paused == b->paused)
        return;
    b->paused = paused;
    peer_pause(b->peer, paused, api->now);
    if (peer_stream(b->peer))
        api->world.pause_stream(api->world.context, peer_stream(b->peer), paused);
}

void bound_pause(struct api *api, const struct client *c) {
    for (size_t number = 0; number < api->bound_room; number++) {
        struct bound *b = api->bound[number];
        for (unsigned i = 0; b && i < b->count; i++)
            if (b->watchers[i].client == c) {
                bound_balance(api, b);
                break;
            }
    }
}

/* ---- One event to all that want it ---- */

/* Variants of the rest of a line. */
enum { VARIANT_JSON = 1, VARIANT_NEGOTIATED = 2, VARIANT_CONSOLIDATED = 4, VARIANT_FORM = 8 };

struct telling {
    struct api *api;
    struct bound *bound;
    uint64_t now;
    struct event_view view;
    bool rendered[EVENT_VARIANTS];
};

/* The event as this client reads it behind the head of its line; nothing: its encoder has no words for it. */
static const struct buffer *tell_render(struct telling *t, const struct client *c, bool negotiated, bool consolidated) {
    struct api *api = t->api;
    unsigned variant = (c->json ? VARIANT_JSON : 0) | (negotiated ? VARIANT_NEGOTIATED : 0) |
                       (consolidated ? VARIANT_CONSOLIDATED : 0) | VARIANT_FORM * (c->form - FORM_4);
    struct buffer *rest = &api->rest[variant];
    if (!t->rendered[variant]) {
        struct style style = api_style(t->bound->peer, c->form, api->settings.compact);
        style.shown = &api->shown[c->form - FORM_4];
        t->view.negotiated = negotiated;
        t->view.consolidated = consolidated;
        t->view.bound = t->bound;
        buffer_clear(rest);
        if (c->json)
            put_event_json(rest, &t->view, &style);
        else
            put_event_text(rest, &t->view, &style);
        t->rendered[variant] = true;
    }
    return rest;
}

static void tell_one(struct telling *t, struct client *c, bool negotiated, bool consolidated) {
    struct api *api = t->api;
    uint64_t counter = ++t->bound->counter;
    const struct buffer *rest = tell_render(t, c, negotiated, consolidated);
    if (!buffer_len(rest) || client_has_no_room(api, c))
        return;
    struct buffer *out = client_out(c);
    size_t from = buffer_len(out);
    if (c->json)
        put_event_head(out, api, c->form, counter, t->now);
    put_cursor(out, buffer_cursor(rest));
    client_tell(api, c, from);
}

static const char *message_name(uint8_t type, bool parsed) {
    static const char *const names[] = {"", "open", "update", "notification", "keepalive", "refresh", "operational"};
    if (type == MESSAGE_ROUTE_REFRESH && !parsed)
        return "route-refresh";
    return type < sizeof names / sizeof *names ? names[type] : "unknown";
}

static unsigned message_watch(uint8_t type) {
    static const unsigned bits[] = {
        0, WATCH_OPEN, WATCH_UPDATE, WATCH_NOTIFICATION, WATCH_KEEPALIVE, WATCH_REFRESH, WATCH_OPERATIONAL};
    return type < sizeof bits / sizeof *bits ? bits[type] : 0;
}

/* The forms of ExaBGP main have the negotiated object whether it is asked for or not. */
static bool wants_negotiated(const struct watcher *w) {
    return w->negotiated || w->client->form != FORM_5;
}

/* The packet form, for those that want it (api-events.md 2.3). */
static void tell_packets(struct telling *t) {
    memset(t->rendered, 0, sizeof t->rendered);
    t->view.parsed = false;
    t->view.type = message_name(t->view.event->message.type, false);
    for (unsigned i = 0; i < t->bound->count; i++) {
        const struct watcher *w = &t->bound->watchers[i];
        unsigned watch = t->view.event->sent ? w->send : w->receive;
        if ((watch & message_watch(t->view.event->message.type)) && (watch & WATCH_PACKETS) &&
            !(watch & WATCH_CONSOLIDATE))
            tell_one(t, w->client, wants_negotiated(w), false);
    }
}

static void tell_parsed(struct telling *t) {
    memset(t->rendered, 0, sizeof t->rendered);
    t->view.parsed = true;
    t->view.type = message_name(t->view.event->message.type, true);
    for (unsigned i = 0; i < t->bound->count; i++) {
        const struct watcher *w = &t->bound->watchers[i];
        bool sent = t->view.event->sent;
        unsigned watch = sent ? w->send : w->receive;
        if (!(watch & message_watch(t->view.event->message.type)) || !(watch & (WATCH_PARSED | WATCH_CONSOLIDATE)))
            continue;
        bool consolidated = (watch & WATCH_CONSOLIDATE) && (!sent || (watch & WATCH_PACKETS));
        bool negotiated = t->view.event->message.type == MESSAGE_UPDATE && wants_negotiated(w);
        tell_one(t, w->client, negotiated, consolidated);
    }
}

static void tell_session(struct telling *t) {
    enum session_event_kind kind = t->view.event->kind;
    t->view.type = kind == SESSION_EVENT_STATE ? "fsm" : kind == SESSION_EVENT_NEGOTIATED ? "negotiated" : "state";
    for (unsigned i = 0; i < t->bound->count; i++) {
        const struct watcher *w = &t->bound->watchers[i];
        bool wanted = kind == SESSION_EVENT_STATE        ? w->fsm
                      : kind == SESSION_EVENT_NEGOTIATED ? w->negotiated
                                                         : w->neighbor_changes;
        if (wanted)
            tell_one(t, w->client, false, false);
    }
}

static void hear_session(struct api *api, const struct engine_event *event) {
    struct bound *b = bound_of(api, event->peer);
    if (!b || !b->count)
        return;
    struct telling t = {.api = api, .bound = b, .now = event->now, .view = {.event = event->session}};
    switch (event->session->kind) {
    case SESSION_EVENT_MESSAGE:
        tell_packets(&t);
        if (session_event_is_readable(event->session))
            tell_parsed(&t);
        break;
    case SESSION_EVENT_CONNECTED:
    case SESSION_EVENT_UP:
        buffer_clear(&b->agreed);
        bound_write_neighbor(b); /* addresses and AS numbers that were `auto` are known now */
        tell_session(&t);
        break;
    case SESSION_EVENT_STATE:
    case SESSION_EVENT_NEGOTIATED: tell_session(&t); break;
    case SESSION_EVENT_DOWN:
        b->paused = false;
        tell_session(&t);
        break;
    case SESSION_EVENT_STOPPED:
    case SESSION_EVENT_FINDING:
    case SESSION_EVENT_DROPPED: break;
    }
}

/* What nobody sent has no packet; what it says is told as if the peer had said it. */
static void hear_withdrawn(struct api *api, const struct engine_event *event) {
    struct bound *b = bound_of(api, event->peer);
    struct telling t = {.api = api, .bound = b, .now = event->now, .view = {.event = event->session}};
    if (b && b->count)
        tell_parsed(&t);
}

/* Those of a parsed and of a packet form, as the client gets them otherwise; parsed for one that gets none. */
void put_event_past(struct buffer *out, struct api *api, struct client *c, const struct watcher *w, struct bound *b,
                    const struct session_event *event) {
    bool update = event->kind == SESSION_EVENT_MESSAGE;
    unsigned modes = w ? w->receive & (WATCH_PARSED | WATCH_PACKETS | WATCH_CONSOLIDATE) : WATCH_PARSED;
    bool packets = update && modes & WATCH_PACKETS && !(modes & WATCH_CONSOLIDATE);
    for (int parsed = !packets; parsed < 2; parsed++) {
        struct telling t = {.api = api, .bound = b, .now = api->now, .view = {.event = event, .parsed = parsed}};
        bool negotiated = update && w && wants_negotiated(w);
        if (parsed && update && !(modes & (WATCH_PARSED | WATCH_CONSOLIDATE)))
            continue;
        t.view.type = update ? message_name(MESSAGE_UPDATE, parsed) : "state";
        const struct buffer *rest = tell_render(&t, c, negotiated, update && parsed && (modes & WATCH_CONSOLIDATE));
        uint64_t counter = ++b->counter;
        if (buffer_len(rest) && c->json)
            put_event_head(out, api, c->form, counter, api->now);
        put_cursor(out, buffer_cursor(rest));
    }
}

void event_hear(void *context, const struct engine_event *event) {
    struct api *api = context;
    uint32_t number = peer_number(event->peer);
    switch (event->kind) {
    case ENGINE_EVENT_SESSION: hear_session(api, event); break;
    case ENGINE_EVENT_WITHDRAWN: hear_withdrawn(api, event); break;
    case ENGINE_EVENT_PEER_NEW:
        api->generation++;
        bound_build(api, event->peer);
        break;
    case ENGINE_EVENT_PEER_GONE: api->generation++; break;
    case ENGINE_EVENT_PEER_FREED:
        if (number < api->bound_room) {
            lease_clear(api, event->peer);
            bound_free(api->bound[number]);
            api->bound[number] = NULL;
        }
        break;
    case ENGINE_EVENT_TOO_LONG:
    case ENGINE_EVENT_LIMIT:
    case ENGINE_EVENT_BARRED:
    case ENGINE_EVENT_HELD: break;
    }
}

/* ---- Events of the whole program ---- */

void api_signal(struct api *api, int signal, const char *name) {
    for (uint32_t i = 0; engine_at(api->engine, i); i++) {
        struct bound *b = bound_of(api, engine_at(api->engine, i));
        for (unsigned j = 0; b && j < b->count; j++) {
            struct client *c = b->watchers[j].client;
            if (!b->watchers[j].signal || !c->json)
                continue;
            struct buffer *out = client_out(c);
            put_event_head(out, api, c->form, ++b->counter, api->now);
            put_literal(out, "\"type\": \"signal\", ");
            put_cursor(out, buffer_cursor(&b->neighbor));
            put_format(out, ", \"code\": \"%d\", \"name\": \"%s\" } }\n", signal, name);
            client_feed(api, c);
        }
    }
}

void api_shutdown(struct api *api) {
    for (size_t i = 0; i < api->client_count; i++) {
        struct client *c = api->clients[i];
        if (c->all_neighbors)
            continue;
        struct buffer *out = client_out(c);
        if (c->json) {
            put_event_head(out, api, c->form, 0, api->now);
            put_literal(out, "\"type\": \"notification\", \"notification\": \"shutdown\" }\n");
        } else {
            put_format(out, "shutdown %u %u\n\n", api->settings.pid, api->settings.ppid);
        }
        client_feed(api, c);
    }
}
