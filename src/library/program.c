/* A whole program: settings, engine, API, configuration, and the door through which the host comes in. */
#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"
#include "library/library.h"
#include "library/offline.h"

enum { FIRST_WAIT = 10000 }; /* microseconds; ExaBGP's own first pass comes up to 100,000 late */

/* ---- What engine and API want, handed on to the host ---- */

static void address_fill(struct yottabgp_address *out, struct ip ip, uint16_t port) {
    *out = (struct yottabgp_address){.len = ip.len, .port = port};
    memcpy(out->octets, ip.octets, sizeof out->octets);
}

static struct ip address_ip(const struct yottabgp_address *a) {
    return ip_of(a->octets, a->len);
}

static void world_dial(void *context, uint64_t stream, const struct neighbor *n, struct ip peer) {
    struct yottabgp *y = context;
    struct yottabgp_connect how = {
        .ttl = n->outgoing_ttl > 0 ? (uint8_t)n->outgoing_ttl : 0,
        .min_ttl = n->incoming_ttl > 0 ? (uint8_t)n->incoming_ttl : 0,
        .interface = n->source_interface.len ? n->source_interface.p : NULL,
    };
    if (n->md5_key.len)
        how.secret = (struct yottabgp_secret){.key = n->md5_key.p, .key_len = n->md5_key.len};
    if (n->tcp_ao)
        how.secret = (struct yottabgp_secret){.key = n->tcp_ao_key.p,
                                              .key_len = n->tcp_ao_key.len,
                                              .ao_algorithm = n->tcp_ao_algorithm.p,
                                              .ao_id = n->tcp_ao_id};
    address_fill(&how.peer, peer,
                 n->connect                    ? n->connect
                 : y->environment.tcp.port_set ? y->environment.tcp.port
                                               : 179);
    address_fill(&how.local, n->md5_ip.len ? n->md5_ip : n->local, 0);
    char error[128] = "could not be tried";
    if (y->host.dial(y->host.context, stream, &how, error, sizeof error))
        return;
    size_t len = strlen(error);
    put_u64(&y->failed, stream);
    put_u8(&y->failed, (uint8_t)len);
    put_octets(&y->failed, error, len);
}

static void world_hang_up(void *context, uint64_t stream, bool after_output) {
    struct yottabgp *y = context;
    y->host.hang_up(y->host.context, stream, after_output);
}

static void world_output(void *context, uint64_t stream) {
    struct yottabgp *y = context;
    y->host.output(y->host.context, stream);
}

static void api_world_output(void *context, uint64_t client) {
    struct yottabgp *y = context;
    if (client & CLIENT_STREAM)
        y->host.output(y->host.context, client);
    else
        y->host.helper_output(y->host.context, client);
}

static void api_world_pause_client(void *context, uint64_t client, bool paused) {
    struct yottabgp *y = context;
    if (client & CLIENT_STREAM)
        y->host.pause(y->host.context, client, paused);
    else
        y->host.helper_pause(y->host.context, client, paused);
}

static void api_world_pause_stream(void *context, uint64_t stream, bool paused) {
    struct yottabgp *y = context;
    y->host.pause(y->host.context, stream, paused);
}

static void api_world_stop_client(void *context, uint64_t client, const char *why) {
    struct yottabgp *y = context;
    bool local = client & CLIENT_STREAM;
    library_log(y, YOTTABGP_ERROR, "processes", "%s%s is stopped: %s", local ? "a local client" : "helper ",
                local ? "" : helper_name_of(y, client), why);
    if (local)
        y->host.hang_up(y->host.context, client, false);
    else
        y->host.stop(y->host.context, client);
}

static void api_world_finish_client(void *context, uint64_t client) {
    struct yottabgp *y = context;
    if (client & CLIENT_STREAM)
        y->host.hang_up(y->host.context, client, true);
}

static void api_world_request(void *context, enum api_request request, uint64_t client) {
    struct yottabgp *y = context;
    if (y->acts)
        return; /* one at a time, as with signals (cli.md 14) */
    y->acts = true;
    y->asker = client;
    y->action = request == API_SHUTDOWN  ? YOTTABGP_SHUTDOWN
                : request == API_RESTART ? YOTTABGP_RESTART
                                         : YOTTABGP_RELOAD;
}

static bool api_world_preview(void *context, bool json, struct buffer *out) {
    return library_preview(context, json, out);
}

static void api_world_log(void *context, const char *client, struct text line) {
    struct yottabgp *y = context;
    library_log(y, YOTTABGP_WARNING, "api", "%s: %.*s", client, TEXT_ARGS(line));
}

static enum api_level api_world_log_level(void *context, const struct peer *peer, struct text subject,
                                          struct text level, char wanted[240]) {
    struct yottabgp *y = context;
    return log_filter_set(&y->log, &y->environment, peer, subject, level, wanted);
}

static void api_world_log_levels(void *context, bool json, struct buffer *out) {
    const struct yottabgp *y = context;
    put_log_filter(out, &y->log, y->engine, json);
}

static bool api_world_log_wants_sent(void *context, const struct peer *peer) {
    const struct yottabgp *y = context;
    return log_filter_wants_sent(&y->log, peer);
}

static void api_world_configuration(void *context, const struct neighbor *neighbor, struct buffer *out) {
    (void)context;
    put_neighbor_configuration(out, neighbor);
}

static void library_hear(void *context, const struct engine_event *event) {
    struct yottabgp *y = context;
    struct engine_listener listener = api_listener(y->api);
    library_log_event(y, event);
    if (event->kind != ENGINE_EVENT_SESSION || event->session->kind == SESSION_EVENT_UP ||
        event->session->kind == SESSION_EVENT_DOWN)
        stage_news(y);
    listener.hear(listener.context, event);
}

/* ---- Life ---- */

static enum form library_form(const struct environment *env) {
    if (!env->api.version_set)
        return FORM_5;
    return env->api.version == 4 ? FORM_4 : env->api.version == 6 ? FORM_6 : FORM_5;
}

static void library_build(struct yottabgp *y, uint64_t seed) {
    const struct environment *env = &y->environment;
    gethostname(y->host_name, sizeof y->host_name - 1);
    library_software(env->version, y->software, sizeof y->software);
    struct api_settings api = {
        .form = library_form(env),
        .compact = env->api.compact,
        .ack = env->api.ack,
        .routes_v2 = text_is(env->api.show_routes_format, "v2"),
        .version = text_of(yottabgp_version()),
        .exabgp = env->version,
        .host_name = text_of(y->host_name),
        .pid = (uint32_t)getpid(),
        .ppid = (uint32_t)getppid(),
    };
    const struct api_world api_world = {
        .context = y,
        .output = api_world_output,
        .pause_client = api_world_pause_client,
        .pause_stream = api_world_pause_stream,
        .stop_client = api_world_stop_client,
        .helper = helpers_look,
        .finish_client = api_world_finish_client,
        .request = api_world_request,
        .preview = api_world_preview,
        .log = api_world_log,
        .log_level = api_world_log_level,
        .log_levels = api_world_log_levels,
        .log_wants_sent = api_world_log_wants_sent,
        .neighbor_configuration = api_world_configuration,
    };
    const struct engine_settings engine = {
        .seed = seed,
        .open_wait = env->bgp.open_wait,
        .first_wait = FIRST_WAIT,
        .attempts = env->tcp.attempts,
        .passive = env->bgp.passive,
    };
    const struct engine_world world = {y, world_dial, world_hang_up, world_output};
    y->api = api_new(NULL, &api, &api_world);
    y->engine = engine_new(&engine, &world, &(struct engine_listener){y, library_hear});
    api_attach(y->api, y->engine);
}

struct yottabgp *yottabgp_new(char *const *variables, const char *env_file, const struct yottabgp_host *host,
                              uint64_t seed, char *error, size_t error_size) {
    struct yottabgp *y = memory_new(sizeof *y);
    struct complaint complaint = {0};
    y->host = *host;
    y->failed = buffer_growing();
    if (!environment_read(&y->environment, variables, env_file, &complaint)) {
        struct buffer b = buffer_fixed(error, error_size - 1);
        put_complaint_short(&b, &complaint);
        error[buffer_len(&b)] = 0;
        environment_release(&y->environment);
        free(y);
        return NULL;
    }
    log_filter_init(&y->log, &y->environment);
    library_build(y, seed);
    return y;
}

void yottabgp_clock(struct yottabgp *y, int64_t wall_minus_now) {
    y->wall_minus_now = wall_minus_now;
    api_clock(y->api, wall_minus_now);
}

void yottabgp_free(struct yottabgp *y) {
    engine_free(y->engine);
    api_free(y->api);
    if (y->configuration)
        config_release(y->configuration);
    free(y->configuration);
    environment_release(&y->environment);
    buffer_release(&y->failed);
    free(y->listeners);
    free(y->failures);
    log_filter_release(&y->log);
    free(y->helpers);
    free(y->files);
    free(y);
}

struct yottabgp_settings yottabgp_settings(const struct yottabgp *y) {
    const struct environment *e = &y->environment;
    return (struct yottabgp_settings){
        .log_destination = e->log.destination.p,
        .log_short = e->log.short_lines,
        .log_json = text_is(e->log.format, "json"),
        .user = e->daemon.user.p,
        .pid_file = e->daemon.pid.p,
        .daemonize = e->daemon.daemonize,
        .drop = e->daemon.drop,
        .umask = e->daemon.umask,
        .cli = e->api.cli,
        .clients_most = e->api.multi_client ? e->api.max_clients : 1,
    };
}

/* Whoever sets one and waits for an effect is told that there is none. */
static void log_idle_settings(const struct yottabgp *y) {
    struct buffer b = buffer_growing();
    put_environment_idle(&b, &y->environment);
    if (buffer_len(&b))
        library_log(y, YOTTABGP_INFO, "configuration", "settings that have no effect here:%.*s",
                    TEXT_ARGS(buffer_text(&b)));
    buffer_release(&b);
}

bool yottabgp_load(struct yottabgp *y, const char *const *files, size_t count, uint64_t now) {
    struct reading said = reading_new();
    (void)now;
    y->files = memory_new((count + 1) * sizeof *y->files);
    memcpy(y->files, files, count * sizeof *files);
    y->file_count = count;
    y->configuration = memory_new(sizeof *y->configuration);
    bool good = library_read(y, y->file, y->configuration, &said);
    log_idle_settings(y);
    if (good && buffer_len(&said.errors))
        library_log_text(y, YOTTABGP_WARNING, "configuration", buffer_text(&said.errors));
    if (!good) /* even when the log is off: nobody else will say why it ends */
        log_text_lines(y, YOTTABGP_ERROR, "configuration", buffer_text(&said.errors));
    good = good && listeners_open(y, y->configuration, NULL);
    if (good)
        library_log(y, YOTTABGP_INFO, "configuration", "loaded new configuration successfully");
    reading_release(&said);
    return good;
}

/* The next full hour, quarter, ...: so that several engines begin together. The clock is the one of the day. */
static void library_delay(struct yottabgp *y, uint64_t now) {
    uint64_t period = (uint64_t)y->environment.tcp.delay * 60 * 1000000;
    uint64_t wait = period - (uint64_t)((int64_t)now + y->wall_minus_now) % period;
    y->begin_at = now + wait;
    engine_hold(y->engine);
    library_log(y, YOTTABGP_INFO, "reactor", "sessions begin in %llu seconds (exabgp.tcp.delay)",
                (unsigned long long)(wait / 1000000));
}

/* Helpers first: they are there when the first session is tried (api-commands.md 1.1). */
void yottabgp_start(struct yottabgp *y, uint64_t now) {
    if (y->environment.tcp.delay)
        library_delay(y, now);
    helpers_adopt(y, y->configuration, false, now);
    helpers_turn(y, now);
    for (size_t i = 0; i < y->configuration->neighbor_count; i++)
        engine_add(y->engine, y->configuration->neighbors[i], now);
    api_rebind(y->api);
}

void yottabgp_act(struct yottabgp *y, enum yottabgp_action action, int signal, uint64_t now) {
    static const struct {
        int number;
        const char *name;
    } names[] = {{15, "SIGTERM"}, {1, "SIGHUP"}, {2, "SIGINT"}, {14, "SIGALRM"}, {10, "SIGUSR1"}, {12, "SIGUSR2"}};
    (void)now;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == signal)
            api_signal(y->api, signal, names[i].name);
    if (y->acts)
        return;
    y->acts = true;
    y->asker = 0;
    y->action = action;
}

/* ---- The host's side ---- */

void yottabgp_dialed(struct yottabgp *y, uint64_t stream, const struct yottabgp_address *local,
                     const struct yottabgp_address *peer, uint64_t now) {
    engine_dialed(y->engine, stream, address_ip(local), address_ip(peer), now);
}

/* A line a second, whoever knocks and however often. */
static void log_refused(struct yottabgp *y, struct ip peer, const char *why, uint64_t now) {
    enum { SECOND = 1000000 };
    uint8_t memory[IP_TEXT + 1];
    struct buffer b = buffer_fixed(memory, sizeof memory);
    if (y->refused_at && now - y->refused_at < SECOND) {
        y->refused++;
        return;
    }
    put_ip(&b, peer);
    if (y->refused)
        library_log(y, YOTTABGP_WARNING, "network", "connection from %.*s closed: %s; so were %llu before it",
                    TEXT_ARGS(buffer_text(&b)), why, (unsigned long long)y->refused);
    else
        library_log(y, YOTTABGP_WARNING, "network", "connection from %.*s closed: %s", TEXT_ARGS(buffer_text(&b)), why);
    y->refused_at = now;
    y->refused = 0;
}

uint64_t yottabgp_accepted(struct yottabgp *y, uint64_t listener, const struct yottabgp_address *local,
                           const struct yottabgp_address *peer, uint64_t now) {
    const char *why;
    uint64_t stream =
        engine_accepted(y->engine, address_ip(local), listener_port(y, listener), address_ip(peer), now, &why);
    if (!stream)
        log_refused(y, address_ip(peer), why, now);
    return stream;
}

void yottabgp_accepted_ttl(const struct yottabgp *y, uint64_t stream, uint8_t *ttl, uint8_t *min_ttl) {
    const struct neighbor *n = engine_stream_neighbor(y->engine, stream);
    *ttl = *min_ttl = 0;
    if (n)
        neighbor_accepts(n, ttl, min_ttl);
}

uint64_t yottabgp_client(struct yottabgp *y) {
    uint64_t stream = CLIENT_STREAM | ++y->names;
    api_add(y->api, stream,
            &(struct api_client_settings){.name = text_of("api-internal-cli"),
                                          .json = true,
                                          .all_neighbors = true,
                                          .ack_always = true,
                                          .reasons = true});
    return stream;
}

bool yottabgp_is_client(uint64_t stream) {
    return stream & CLIENT_STREAM;
}

void yottabgp_received(struct yottabgp *y, uint64_t stream, const uint8_t *octets, size_t len, uint64_t now) {
    if (stream & CLIENT_STREAM)
        api_said(y->api, stream, octets, len, now);
    else
        engine_received(y->engine, stream, octets, len, now);
}

void yottabgp_finished(struct yottabgp *y, uint64_t stream) {
    api_finished(y->api, stream);
}

size_t yottabgp_output(struct yottabgp *y, uint64_t stream, const uint8_t **octets, uint64_t now) {
    struct cursor c = stream & CLIENT_STREAM ? api_output(y->api, stream) : engine_output(y->engine, stream, now);
    *octets = c.p;
    return cursor_left(&c);
}

void yottabgp_sent(struct yottabgp *y, uint64_t stream, size_t len, uint64_t now) {
    if (stream & CLIENT_STREAM)
        api_sent(y->api, stream, len);
    else
        engine_sent(y->engine, stream, len, now);
}

void yottabgp_closed(struct yottabgp *y, uint64_t stream, const char *reason, uint64_t now) {
    if (stream & CLIENT_STREAM)
        api_remove(y->api, stream, now);
    else
        engine_closed(y->engine, stream, reason, now);
}

uint64_t yottabgp_deadline(const struct yottabgp *y) {
    uint64_t first = engine_deadline(y->engine), helpers = helpers_deadline(y), leases = api_deadline(y->api);
    uint64_t stage = stage_deadline(y), budget = budget_deadline(y);
    if (leases < first)
        first = leases;
    if (stage < first)
        first = stage;
    if (budget < first)
        first = budget;
    if (y->ending)
        first = y->stop_helpers_at ? y->stop_helpers_at : y->end_by;
    if (y->begin_at && y->begin_at < first && !y->ending)
        first = y->begin_at;
    if (y->acts || buffer_len(&y->failed))
        return 1;
    return !y->ending && helpers < first ? helpers : first;
}

void yottabgp_timer(struct yottabgp *y, uint64_t now) {
    if (y->begin_at && now >= y->begin_at) {
        y->begin_at = 0;
        engine_begin(y->engine, now);
    }
    engine_timer(y->engine, now);
    api_timer(y->api, now);
    helpers_turn(y, now);
}

/* Those that fail while this is told wait for the next turn. */
static void library_tell_failed(struct yottabgp *y, uint64_t now) {
    struct buffer failed = y->failed;
    struct cursor streams = buffer_cursor(&failed);
    if (cursor_done(&streams))
        return;
    y->failed = buffer_growing();
    while (!cursor_done(&streams)) {
        char why[UINT8_MAX + 1];
        uint64_t stream = cursor_u64(&streams);
        struct cursor text = cursor_cut(&streams, cursor_u8(&streams));
        snprintf(why, sizeof why, "%.*s", (int)cursor_left(&text), (const char *)text.p);
        engine_closed(y->engine, stream, why, now);
    }
    buffer_release(&failed);
}

/* What could not be done inside a callback is done here. */
void yottabgp_turn(struct yottabgp *y, uint64_t now) {
    library_tell_failed(y, now);
    if (y->acts)
        library_act(y, now);
    api_turn(y->api, now);
    budget_turn(y, now);
    stage_turn(y, now);
    if (y->stop_helpers_at && now >= y->stop_helpers_at) {
        y->stop_helpers_at = 0;
        helpers_end(y);
    }
    if (y->ending ? helpers_gone(y) || now >= y->end_by : engine_all_stopped(y->engine)) {
        if (!y->ending)
            library_log(y, YOTTABGP_INFO, "reactor", "no neighbor is tried any more");
        y->ending = true;
        y->host.end(y->host.context, 0);
    }
}
