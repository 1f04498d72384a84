#include "host_world.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

uint8_t world_pattern[1 << 18];

static void end_hears(struct end *e, const uint8_t *octets, size_t len) {
    e->heard += len;
    if (!e->forgets)
        put_octets(&e->in, octets, len);
    if (e->echo)
        put_octets(&e->out, octets, len);
}

static int end_output(struct end *e, struct iovec *pieces, int max) {
    size_t len = buffer_len(&e->out);
    assert_true(max >= 2);
    e->asked++;
    if (len) {
        pieces[0] = (struct iovec){e->out.base, e->piece_most && len > e->piece_most ? e->piece_most : len};
        return 1;
    }
    if (!e->endless)
        return 0;
    size_t at = e->said % sizeof world_pattern, left = sizeof world_pattern - at;
    pieces[0] = (struct iovec){world_pattern + at, left < e->endless ? left : e->endless};
    pieces[1] =
        (struct iovec){world_pattern, e->endless - pieces[0].iov_len < at ? e->endless - pieces[0].iov_len : at};
    return pieces[1].iov_len ? 2 : 1;
}

static void end_sent(struct end *e, size_t len) {
    e->said += len;
    if (buffer_len(&e->out))
        buffer_drop(&e->out, len);
    else
        e->endless -= len;
}

/* --- connections --- */

static struct end *connection(struct world *w, uint64_t id) {
    assert_true(id > 0 && id < WORLD_ENDS);
    assert_false(w->connections[id].closed); /* nothing comes after the end */
    return &w->connections[id];
}

static void on_connected(void *context, uint64_t id, const struct host_ends *ends) {
    struct world *w = context;
    struct end *e = connection(w, id);
    assert_false(e->connected);
    e->connected = true;
    e->ends = *ends;
    if (w->on_connected)
        w->on_connected(w, id);
}

static void on_accepted(void *context, uint64_t listener, const struct host_ends *ends) {
    struct world *w = context;
    (void)listener;
    if (!w->next_accepted) {
        w->refused++;
        return;
    }
    uint64_t id = w->next_accepted++;
    struct end *e = connection(w, id);
    assert_true(host_accept(w->h, id));
    assert_false(host_accept(w->h, id));
    w->accepted++;
    e->connected = true;
    e->ends = *ends;
    if (w->on_accepted)
        w->on_accepted(w, id);
}

static void on_received(void *context, uint64_t id, const uint8_t *octets, size_t len) {
    struct world *w = context;
    struct end *e = connection(w, id);
    assert_true(len > 0);
    end_hears(e, octets, len);
    if (e->echo)
        host_output(w->h, id);
    if (w->on_received)
        w->on_received(w, id, len);
}

static void on_finished(void *context, uint64_t id) {
    connection(context, id)->finished = true;
}

static int on_output(void *context, uint64_t id, struct iovec *pieces, int max) {
    return end_output(connection(context, id), pieces, max);
}

static void on_sent(void *context, uint64_t id, size_t len) {
    end_sent(connection(context, id), len);
}

static void on_closed(void *context, uint64_t id, const char *reason) {
    struct end *e = connection(context, id);
    e->closed = true;
    e->times_ended++;
    snprintf(e->reason, sizeof e->reason, "%s", reason);
}

/* --- helpers --- */

static struct end *helper(struct world *w, uint64_t id) {
    assert_true(id > 0 && id < 64);
    assert_false(w->helpers[id].closed);
    return &w->helpers[id];
}

static void on_helper_said(void *context, uint64_t id, const uint8_t *octets, size_t len) {
    struct world *w = context;
    end_hears(helper(w, id), octets, len);
    if (helper(w, id)->echo)
        host_helper_output(w->h, id);
}

static int on_helper_output(void *context, uint64_t id, struct iovec *pieces, int max) {
    return end_output(helper(context, id), pieces, max);
}

static void on_helper_sent(void *context, uint64_t id, size_t len) {
    end_sent(helper(context, id), len);
}

static void on_helper_error(void *context, uint64_t id, const char *line, size_t len) {
    struct end *e = helper(context, id);
    size_t have = strlen(e->errors);
    snprintf(e->errors + have, sizeof e->errors - have, "%.*s|", (int)len, line);
    e->lines++;
}

static void on_helper_deaf(void *context, uint64_t id) {
    helper(context, id)->deaf = true;
}

static void on_helper_mute(void *context, uint64_t id) {
    helper(context, id)->mute = true;
}

static void on_helper_ended(void *context, uint64_t id, int status, int number) {
    struct end *e = helper(context, id);
    e->closed = true;
    e->times_ended++;
    e->status = status;
    e->signal = number;
}

/* --- the process --- */

static void on_timer(void *context, uint64_t now) {
    struct world *w = context;
    w->timers++;
    w->timer_at = now;
    w->timed_out = true;
}

static void on_signal(void *context, int number) {
    struct world *w = context;
    w->signals[number]++;
}

static void on_turn(void *context, uint64_t now) {
    struct world *w = context;
    assert_true(now > 0);
    w->turns++;
    if (w->on_turn)
        w->on_turn(w);
    if (!w->keeps_going)
        host_stop(w->h);
}

static void on_warning(void *context, const char *text) {
    struct world *w = context;
    assert_true(text[0]);
    snprintf(w->warning, sizeof w->warning, "%s", text);
    w->warnings++;
}

static const struct host_events events = {
    .connected = on_connected,
    .accepted = on_accepted,
    .received = on_received,
    .finished = on_finished,
    .output = on_output,
    .sent = on_sent,
    .closed = on_closed,
    .helper_said = on_helper_said,
    .helper_output = on_helper_output,
    .helper_sent = on_helper_sent,
    .helper_error = on_helper_error,
    .helper_deaf = on_helper_deaf,
    .helper_mute = on_helper_mute,
    .helper_ended = on_helper_ended,
    .timer = on_timer,
    .signal = on_signal,
    .turn = on_turn,
    .warning = on_warning,
};

struct world *world_new(void) {
    struct world *w = memory_new(sizeof *w);
    for (size_t i = 0; i < sizeof world_pattern; i++)
        world_pattern[i] = (uint8_t)(i * 2654435761u >> 13);
    for (int i = 0; i < WORLD_ENDS; i++) {
        w->connections[i].in = w->connections[i].out = buffer_growing();
        if (i < 64)
            w->helpers[i].in = w->helpers[i].out = buffer_growing();
    }
    w->next_accepted = WORLD_ENDS / 2;
    w->h = host_new(&events, w);
    assert_non_null(w->h);
    return w;
}

void world_free(struct world *w) {
    host_free(w->h);
    for (int i = 0; i < WORLD_ENDS; i++) {
        assert_true(w->connections[i].times_ended <= 1);
        buffer_release(&w->connections[i].in);
        buffer_release(&w->connections[i].out);
        if (i < 64) {
            assert_true(w->helpers[i].times_ended <= 1);
            buffer_release(&w->helpers[i].in);
            buffer_release(&w->helpers[i].out);
        }
    }
    free(w);
}

void world_begin_wait(struct world *w) {
    w->timed_out = false;
    host_timer(w->h, host_now(w->h) + WORLD_SECONDS * 1000000ull);
}

void world_end_wait(struct world *w) {
    host_timer(w->h, 0);
}

void world_rest(struct world *w, unsigned ms) {
    w->timed_out = false;
    host_timer(w->h, host_now(w->h) + ms * 1000ull);
    while (!w->timed_out)
        host_run(w->h);
}

struct ip world_ip(const char *text) {
    struct ip ip;
    assert_true(ip_parse(text_of(text), &ip));
    return ip;
}

unsigned world_families(void) {
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof any) == 0;
    if (fd >= 0)
        close(fd);
    return has ? 2 : 1;
}

uint16_t world_listen(struct world *w, uint64_t id, const char *ip) {
    struct host_listen how = {.ip = world_ip(ip)};
    if (!host_listen(w->h, id, &how))
        fail_msg("%s", host_error(w->h));
    return host_listener_port(w->h, id);
}

void world_connect(struct world *w, uint64_t id, const char *ip, uint16_t port) {
    struct host_connect how = {.peer = world_ip(ip), .port = port};
    if (!host_connect(w->h, id, &how))
        fail_msg("%s", host_error(w->h));
}

void world_pair(struct world *w, uint64_t client, uint64_t server) {
    uint16_t port = world_listen(w, 999, "127.0.0.1");
    w->next_accepted = server;
    world_connect(w, client, "127.0.0.1", port);
    world_until(w, w->connections[client].connected && w->connections[server].connected);
    host_unlisten(w->h, 999);
}

void world_say(struct world *w, uint64_t id, const char *text) {
    put_string(&w->connections[id].out, text);
    host_output(w->h, id);
}

void world_tell_helper(struct world *w, uint64_t id, const char *text) {
    put_string(&w->helpers[id].out, text);
    host_helper_output(w->h, id);
}

bool world_start(struct world *w, uint64_t id, const char *script) {
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    struct host_program program = {.argv = argv, .catch_errors = true};
    return host_start(w->h, id, &program);
}

struct host_peer_secret world_secret(const char *prefix, const char *key) {
    struct host_peer_secret s = {.secret.key = text_of(key)};
    assert_true(prefix_parse(text_of(prefix), &s.peer));
    return s;
}

void world_comes_in(struct world *w, uint64_t id) {
    world_until(w, w->connections[id].connected && w->connections[id + 100].connected);
    world_say(w, id, "signed");
    world_until(w, w->connections[id + 100].heard == 6);
    host_abort(w->h, id);
    world_until(w, w->connections[id].closed && w->connections[id + 100].closed);
}

void world_stays_out(struct world *w, uint64_t id) {
    world_rest(w, WORLD_SILENCE_MS);
    assert_false(w->connections[id].connected);
    assert_false(w->connections[id].closed);
    host_abort(w->h, id);
    world_until(w, w->connections[id].closed);
}
