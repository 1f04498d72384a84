#include "api_world.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/number.h"
#include "unit.h"

static const uint64_t second = 1000000;

/* ---- What the engine and the API want ---- */

static struct world_peer *peer_of_stream(struct world *w, uint64_t stream) {
    for (unsigned i = 0; i < w->peer_count; i++)
        if (w->peers[i].stream == stream)
            return &w->peers[i];
    return NULL;
}

static void world_dial(void *context, uint64_t stream, const struct neighbor *n, struct ip peer) {
    struct world *w = context;
    w->dialed = stream;
    for (unsigned i = 0; i < w->peer_count; i++)
        if (w->peers[i].neighbor == n && ip_same(n->peer.ip, peer))
            w->peers[i].stream = stream;
}

static void world_hang_up(void *context, uint64_t stream, bool after_output) {
    (void)context, (void)stream, (void)after_output;
}

static void world_output(void *context, uint64_t stream) {
    (void)context, (void)stream;
}

static void world_client_output(void *context, uint64_t client) {
    struct world *w = context;
    assert_non_null(world_client(w, client));
    w->outputs++;
}

static void world_pause_client(void *context, uint64_t client, bool paused) {
    struct world_client *c = world_client(context, client);
    assert_int_not_equal(c->paused, paused);
    c->paused = paused;
}

static void world_pause_stream(void *context, uint64_t stream, bool paused) {
    struct world_peer *p = peer_of_stream(context, stream);
    if (p)
        p->paused = paused;
}

static void world_stop_client(void *context, uint64_t client, const char *why) {
    struct world *w = context;
    world_client(w, client)->stopped = true;
    put_format(&w->log, "stopped: %s\n", why);
}

static void world_request(void *context, enum api_request request, uint64_t client) {
    static const char *const names[] = {"shutdown,", "reload,", "restart,"};
    struct world *w = context;
    assert_non_null(world_client(w, client));
    put_string(&w->asked, names[request]);
}

static void world_finish_client(void *context, uint64_t client) {
    struct world *w = context;
    assert_non_null(world_client(w, client));
    w->finished++;
}

static void world_logs(void *context, const char *client, struct text line) {
    struct world *w = context;
    put_format(&w->log, "%s: ", client);
    put_text(&w->log, line);
    put_char(&w->log, '\n');
}

static void world_configuration(void *context, const struct neighbor *n, struct buffer *out) {
    (void)context;
    put_literal(out, "neighbor ");
    put_ip(out, n->peer.ip);
    put_literal(out, " {\n}\n");
}

static void world_hear(void *context, const struct engine_event *event) {
    struct world *w = context;
    struct engine_listener l = api_listener(w->api);
    l.hear(l.context, event);
}

/* ---- Life ---- */

static void world_make(struct world *w, enum form form, void (*change)(struct api_settings *settings),
                       uint32_t first_wait) {
    struct api_settings settings = {
        .form = form,
        .ack = true,
        .version = {"5.0.13", 6},
        .host_name = {"vm", 2},
        .pid = 100,
        .ppid = 1,
    };
    const struct api_world world = {
        .context = w,
        .output = world_client_output,
        .pause_client = world_pause_client,
        .pause_stream = world_pause_stream,
        .stop_client = world_stop_client,
        .request = world_request,
        .finish_client = world_finish_client,
        .log = world_logs,
        .neighbor_configuration = world_configuration,
    };
    memset(w, 0, sizeof *w);
    w->now = 1000 * second;
    w->log = buffer_growing();
    w->asked = buffer_growing();
    if (change)
        change(&settings);
    w->form = settings.form;
    w->api = api_new(NULL, &settings, &world);
    w->engine = engine_new(&(struct engine_settings){.seed = 7, .open_wait = 60, .first_wait = first_wait},
                           &(struct engine_world){w, world_dial, world_hang_up, world_output},
                           &(struct engine_listener){w, world_hear});
    api_attach(w->api, w->engine);
    api_clock(w->api, (int64_t)(1795406190 * second) - (int64_t)w->now);
}

void world_init(struct world *w, enum form form, void (*change)(struct api_settings *settings)) {
    world_make(w, form, change, 0);
}

void world_init_waiting(struct world *w, uint32_t first_wait) {
    world_make(w, FORM_5, NULL, first_wait);
}

void world_release(struct world *w) {
    engine_free(w->engine);
    api_free(w->api);
    for (unsigned i = 0; i < w->peer_count; i++) {
        buffer_release(&w->peers[i].written);
        route_list_release(&w->peers[i].neighbor->routes);
        free(w->peers[i].neighbor);
    }
    for (unsigned i = 0; i < w->client_count; i++)
        buffer_release(&w->clients[i].heard);
    buffer_release(&w->log);
    buffer_release(&w->asked);
}

/* ---- Peers ---- */

static struct ip ip_named(const char *text) {
    struct ip ip;
    assert_true(ip_parse(text_of(text), &ip));
    return ip;
}

static void peer_bind(struct world_peer *p, const char *helpers) {
    struct complaint ignored = {0};
    struct words words = words_of_line(text_of(helpers), &ignored);
    struct text name;
    p->neighbor->apis = p->apis;
    while (words_next(&words, &name))
        p->apis[p->neighbor->api_count++] = (struct neighbor_api){.process = name};
}

struct world_peer *world_add_peer(struct world *w, const char *address, const char *helpers,
                                  void (*change)(struct neighbor *n)) {
    struct world_peer *p = &w->peers[w->peer_count++];
    assert_true(w->peer_count <= WORLD_PEERS);
    struct neighbor *n = p->neighbor = memory_new(sizeof *n);
    p->written = buffer_growing();
    *n = (struct neighbor){
        .peer = {ip_named(address), 0},
        .local = ip_named("127.0.0.2"),
        .offer = {.local_as = 65001,
                  .peer_as = 65002,
                  .router_id = 0x01010101,
                  .hold_time = 180,
                  .families = family_bit(&family_ipv4_unicast) | family_bit(&family_ipv6_unicast),
                  .asn4 = true,
                  .extended_message = true},
        .outgoing_ttl = TTL_NOT_SET,
        .incoming_ttl = TTL_NOT_SET,
        .group_updates = true,
        .auto_flush = true,
        .adj_rib_in = true,
        .adj_rib_out = true,
    };
    n->peer.bits = (uint8_t)(n->peer.ip.len * 8);
    route_list_init(&n->routes);
    peer_bind(p, helpers);
    if (change)
        change(n);
    p->peer = engine_add(w->engine, n, w->now);
    return p;
}

static void peer_drain(struct world *w, struct world_peer *p) {
    for (struct cursor c; p->stream && cursor_left((c = engine_output(w->engine, p->stream, w->now), &c));) {
        put_cursor(&p->written, c);
        engine_sent(w->engine, p->stream, cursor_left(&c), w->now);
    }
}

void world_turn(struct world *w) {
    w->now += 1000;
    for (unsigned i = 0; i < w->peer_count; i++)
        peer_drain(w, &w->peers[i]);
    engine_timer(w->engine, w->now);
    api_timer(w->api, w->now);
    api_turn(w->api, w->now);
}

void world_receive(struct world *w, struct world_peer *p, struct cursor octets) {
    engine_received(w->engine, p->stream, octets.p, cursor_left(&octets), w->now);
}

void world_establish(struct world *w, struct world_peer *p) {
    const struct neighbor *n = p->neighbor;
    struct offer offer = n->offer;
    struct buffer b = buffer_growing();
    offer.local_as = n->offer.peer_as;
    offer.peer_as = n->offer.local_as;
    offer.router_id = 0x02020202;
    while (!p->stream) {
        w->now += second;
        engine_timer(w->engine, w->now);
    }
    engine_dialed(w->engine, p->stream, n->local, n->peer.ip, w->now);
    peer_drain(w, p);
    put_open(&b, &offer, offer.local_as);
    put_keepalive(&b);
    world_receive(w, p, buffer_cursor(&b));
    peer_drain(w, p);
    assert_int_equal(session_state(peer_session(p->peer)), SESSION_ESTABLISHED);
    buffer_release(&b);
}

void world_lose(struct world *w, struct world_peer *p) {
    uint64_t stream = p->stream;
    p->stream = 0;
    engine_closed(w->engine, stream, "the test is over with it", w->now);
}

const char *world_written(struct world *w, struct world_peer *p) {
    static const char *const names[] = {"?", "OPEN", "UPDATE", "NOTIFICATION", "KEEPALIVE", "REFRESH", "OPERATIONAL"};
    static struct buffer text; /* of all tests: released never, used again by each */
    struct message m;
    struct fault fault;
    peer_drain(w, p);
    struct cursor stream = buffer_cursor(&p->written);
    text.grows = true;
    buffer_clear(&text);
    while (message_next(&stream, MESSAGE_MOST_EXTENDED, true, &m, &fault) == FRAMING_MESSAGE) {
        if (m.type == MESSAGE_OPEN || m.type == MESSAGE_KEEPALIVE)
            continue;
        put_format(&text, "%s%s ", buffer_len(&text) ? "," : "", names[m.type]);
        put_hex(&text, m.body);
    }
    buffer_clear(&p->written);
    return written(&text);
}

/* ---- Clients ---- */

uint64_t world_add_client(struct world *w, const char *name) {
    struct world_client *c = &w->clients[w->client_count++];
    assert_true(w->client_count <= WORLD_CLIENTS);
    *c = (struct world_client){.id = w->client_count, .heard = buffer_growing()};
    api_add(w->api, c->id, &(struct api_client_settings){.name = text_of(name), .json = true});
    return c->id;
}

struct world_client *world_client(struct world *w, uint64_t id) {
    return id && id <= w->client_count ? &w->clients[id - 1] : NULL;
}

void world_say(struct world *w, uint64_t client, const char *text) {
    api_said(w->api, client, (const uint8_t *)text, strlen(text), w->now);
}

static void keep_lines(const struct world *w, struct text lines) {
    const char *path = getenv("EVENTS_TO");
    FILE *file = path && *path ? fopen(path, "a") : NULL;
    bool more = true;
    if (!file)
        return;
    while (lines.len && more) {
        struct text line;
        lines = text_cut(lines, '\n', &line, &more);
        fprintf(file, "%d %.*s\n", (int)w->form, TEXT_ARGS(line));
    }
    fclose(file);
}

const char *world_heard(struct world *w, uint64_t client) {
    struct buffer *heard = &world_client(w, client)->heard;
    buffer_clear(heard);
    for (struct cursor c; cursor_left((c = api_output(w->api, client), &c));) {
        put_cursor(heard, c);
        api_sent(w->api, client, cursor_left(&c));
    }
    keep_lines(w, buffer_text(heard));
    return written(heard);
}

const char *world_ask(struct world *w, uint64_t client, const char *line) {
    world_say(w, client, line);
    world_say(w, client, "\n");
    return world_heard(w, client);
}

/* ---- What it came to ---- */

static int lines_compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of the alphabet, whatever RIB of the peer a line is of. */
static const char *sorted_lines(struct buffer *out) {
    char *copy = memory_copy((const char *)out->base, buffer_len(out)), *lines[256];
    size_t count = 0;
    for (char *line = strtok(copy, "\n"); line && count < 256; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, lines_compare);
    buffer_clear(out);
    for (size_t i = 0; i < count; i++)
        put_format(out, "%s\n", lines[i]);
    free(copy);
    return written(out);
}

const char *world_rib(struct world *w, struct world_peer *p, struct buffer *out) {
    struct rib_route route;
    struct style style = {.form = FORM_5};
    buffer_clear(out);
    for (uint64_t walk = 0; peer_route_next(p->peer, &walk, &route);) {
        struct attribute_set set = store_set(engine_store(w->engine), route.set);
        struct nlri nlri = {.family = route.family, .octets = route.nlri};
        put_family(out, route.family, ' ');
        put_char(out, ' ');
        route.family->text(&nlri, &style, out);
        if (route.has_path) {
            put_literal(out, " path ");
            put_path(out, route.path);
        }
        put_literal(out, " | ");
        put_hex(out, set.named);
        put_hex(out, set.raw);
        put_char(out, '\n');
    }
    return sorted_lines(out);
}

const char *world_log(struct world *w) {
    static struct buffer text;
    text.grows = true;
    buffer_clear(&text);
    put_text(&text, buffer_text(&w->log));
    buffer_clear(&w->log);
    return written(&text);
}
