/* A connection from connect() or accept() to its end.
 *
 *   CONNECTING --> OPEN --> FINISHING --> LINGERING --> DEAD
 *
 * FINISHING writes what `output` still gives; LINGERING has shut down its side and waits for the other end to do so,
 * reading what comes and dropping it. Without that wait, close() with unread input makes Linux send a reset, and a
 * reset makes the peer's system drop what the peer has not read yet: the NOTIFICATION that says why. */
#include "host/connection.h"

#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/socket_options.h"
#include "host/trouble.h"

enum { LINGER_US = 1000000, MINUTE_MS = 60000 };

enum connection_state { CONNECTING, OPEN, FINISHING, LINGERING, DEAD };

struct connection {
    struct thing thing;
    struct stream stream;
    struct ending ending;
    uv_timer_t timer; /* the limit of FINISHING and LINGERING */
    enum connection_state state;
    bool local, secret, paused;
    struct md5_counts md5; /* of the kernel when it was dialed, with a secret */
    bool end_of_input;     /* a local client has said all */
    const char *reason;
    struct ip peer;
    uint16_t peer_port;
    int holds; /* what keeps the memory: the two handles, and `closed` that is to be told */
};

static const struct stream_kind connection_kind;

static struct connection *connection_of(struct stream *s) {
    return CONTAINER(s, struct connection, stream);
}

static void connection_let_go(struct connection *c) {
    if (--c->holds == 0)
        free(c);
}

static void connection_timer_released(uv_handle_t *handle) {
    connection_let_go(handle->data);
}

static void connection_released(struct stream *s) {
    connection_let_go(connection_of(s));
}

static void connection_tell_closed(struct ending *e) {
    struct connection *c = CONTAINER(e, struct connection, ending);
    struct host *h = c->stream.host;
    ids_remove(&h->connections, &c->thing);
    h->events->closed(h->context, c->thing.id, c->reason);
    connection_let_go(c);
}

static void connection_dies(struct connection *c, const char *reason) {
    if (c->state == DEAD)
        return;
    if (!c->reason)
        c->reason = reason;
    if (c->state == FINISHING || c->state == LINGERING)
        c->stream.host->closing--;
    c->state = DEAD;
    stream_close(&c->stream);
    uv_close((uv_handle_t *)&c->timer, connection_timer_released);
    if (c->thing.number)
        loop_ended(c->stream.host, &c->ending);
}

/* Signatures that do not match leave no trace but silence. */
static const char *connection_error(const struct connection *c, int error) {
    if (error == ETIMEDOUT && c->secret && c->state == CONNECTING)
        return "connection timed out, check the password (TCP MD5 or TCP-AO) at both ends";
    return reason_of(error);
}

/* The counters are those of all connections, and each try would tell: a line a minute is enough. */
static bool connection_put_md5(const struct connection *c, struct buffer *b) {
    struct host *h = c->stream.host;
    if (uv_now(&h->loop) < h->trouble_at || !put_md5_trouble(b, &c->md5))
        return false;
    h->trouble_at = uv_now(&h->loop) + MINUTE_MS;
    return true;
}

/* What the kernel knows of an end that is not the peer's word: lost segments, signatures that do not match. */
static void connection_tell_trouble(const struct connection *c) {
    struct buffer b = buffer_growing();
    bool told = false;
    char peer[IP_TEXT + 1];
    if (c->state == CONNECTING && c->secret)
        told = connection_put_md5(c, &b);
    else if (c->state == OPEN && !c->local)
        told = put_tcp_trouble(&b, c->stream.fd);
    if (told) {
        address_text(c->peer, peer);
        host_warn(c->stream.host, "neighbor %s: %.*s", peer, (int)buffer_len(&b), (const char *)b.base);
    }
    buffer_release(&b);
}

static void connection_timer(uv_timer_t *timer) {
    struct connection *c = timer->data;
    connection_dies(c, "closed");
}

/* Takes the descriptor in any case. NULL, and host_error() set, when the loop refuses it. It has no number yet. */
static struct connection *connection_new(struct host *h, int fd) {
    struct connection *c = memory_new(sizeof *c);
    if (!stream_open(&c->stream, h, fd, &connection_kind)) {
        close(fd);
        free(c);
        host_fail(h, "the loop does not take the connection");
        return NULL;
    }
    uv_timer_init(&h->loop, &c->timer);
    c->timer.data = c;
    c->ending.tell = connection_tell_closed;
    c->holds = 2;
    return c;
}

/* From now on the caller knows it, and will be told of its end. */
static void connection_named(struct connection *c, uint64_t id) {
    c->holds++;
    ids_add(&c->stream.host->connections, &c->thing, id);
}

static void connection_opens(struct connection *c) {
    c->state = OPEN;
    c->stream.writes = true;
    stream_reads(&c->stream, !c->paused);
    stream_output(&c->stream);
}

static struct ip local_end_of(int fd, uint16_t *port) {
    union address address = {0};
    socklen_t len = sizeof address;
    getsockname(fd, &address.any, &len);
    return address_ip(&address, port);
}

static struct ip peer_end_of(int fd, uint16_t *port) {
    union address address = {0};
    socklen_t len = sizeof address;
    getpeername(fd, &address.any, &len);
    return address_ip(&address, port);
}

/* The connection attempt has ended, well or not. */
static void connection_settled(struct connection *c) {
    struct host *h = c->stream.host;
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(c->stream.fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error) {
        if (error == ETIMEDOUT)
            connection_tell_trouble(c);
        connection_dies(c, connection_error(c, error));
        return;
    }
    struct host_ends ends = {.peer = c->peer, .peer_port = c->peer_port};
    ends.local = local_end_of(c->stream.fd, &ends.local_port);
    c->stream.blocked = false;
    connection_opens(c);
    h->events->connected(h->context, c->thing.id, &ends);
}

static void connection_ready(struct stream *s, int events) {
    struct connection *c = connection_of(s);
    if (c->state == CONNECTING)
        connection_settled(c);
    else
        stream_ready(s, events);
}

static void connection_received(struct stream *s, const uint8_t *octets, size_t len) {
    struct connection *c = connection_of(s);
    if (c->state == OPEN)
        s->host->events->received(s->host->context, c->thing.id, octets, len);
}

static int connection_output(struct stream *s, struct iovec *pieces, int max) {
    return s->host->events->output(s->host->context, connection_of(s)->thing.id, pieces, max);
}

static void connection_sent(struct stream *s, size_t len) {
    s->host->events->sent(s->host->context, connection_of(s)->thing.id, len);
}

static void connection_lingers(struct connection *c) {
    if (c->state != FINISHING)
        c->stream.host->closing++;
    c->state = LINGERING;
    c->stream.writes = false;
    link_leave(&c->stream.link);
    if (c->end_of_input || shutdown(c->stream.fd, SHUT_WR) != 0)
        connection_dies(c, "closed");
}

static void connection_drained(struct stream *s) {
    struct connection *c = connection_of(s);
    if (c->state == FINISHING)
        connection_lingers(c);
}

static void connection_ended(struct stream *s, int error) {
    struct connection *c = connection_of(s);
    if (error == 0 && c->local && c->state == OPEN && s->host->events->finished) {
        c->end_of_input = true;
        stream_reads(s, false);
        s->host->events->finished(s->host->context, c->thing.id);
        return;
    }
    if (error == 0 && c->state == FINISHING) {
        c->end_of_input = true;
        stream_reads(s, false);
        return;
    }
    if (error)
        connection_tell_trouble(c);
    connection_dies(c, c->state == OPEN ? connection_error(c, error) : "closed");
}

/* The peer may have said why before it went: what it sent is read first. A paused caller does not want to know. */
static void connection_broken(struct stream *s, int error) {
    struct connection *c = connection_of(s);
    s->writes = false;
    if (!c->reason)
        c->reason = connection_error(c, error);
    while (c->state == OPEN && s->reads && stream_read(s))
        ;
    connection_dies(c, c->reason);
}

/* UPDATEs become twenty times as many octets for helpers, which take a millisecond for these. */
enum { CONNECTION_INPUT = 1 << 14 };

static const struct stream_kind connection_kind = {
    .input_most = CONNECTION_INPUT,
    .ready = connection_ready,
    .received = connection_received,
    .output = connection_output,
    .sent = connection_sent,
    .drained = connection_drained,
    .ended = connection_ended,
    .broken = connection_broken,
    .released = connection_released,
};

/* --- connecting --- */

static bool connect_prepare(struct host *h, int fd, const struct host_connect *how, unsigned interface) {
    struct prefix peer = {how->peer, (uint8_t)(how->peer.len * 8)};
    if (!socket_interface(h, fd, how->interface) || !socket_ttl(h, fd, how->peer.len, how->ttl, how->min_ttl) ||
        !socket_secret(h, fd, &peer, &how->secret))
        return false;
    socket_send_at_once(fd);
    if (how->local.len == 0)
        return true;
    union address local;
    socklen_t len = address_of(how->local, 0, interface, &local);
    char text[IP_TEXT + 1];
    address_text(how->local, text);
    socket_port_later(fd);
    return bind(fd, &local.any, len) == 0 || host_fail_system(h, errno, "cannot connect from %s", text);
}

bool host_connect(struct host *h, uint64_t id, const struct host_connect *how) {
    if (ids_find(&h->connections, id))
        return host_fail(h, "connection %llu exists", (unsigned long long)id);
    if (how->peer.len == 0 || (how->local.len && how->local.len != how->peer.len))
        return host_fail(h, "both addresses must be of one family");
    int fd = socket(how->peer.len == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0)
        return host_fail_system(h, errno, "no socket");
    unsigned interface = how->interface ? if_nametoindex(how->interface) : 0;
    if (!connect_prepare(h, fd, how, interface)) {
        close(fd);
        return false;
    }
    union address peer;
    socklen_t len = address_of(how->peer, how->port, interface, &peer);
    struct md5_counts before = {0};
    if (how->secret.key.len)
        md5_counts_read(&before);
    int error = connect(fd, &peer.any, len) == 0 ? 0 : errno;
    struct connection *c = connection_new(h, fd);
    if (!c)
        return false;
    connection_named(c, id);
    c->peer = how->peer;
    c->peer_port = how->port;
    c->secret = how->secret.key.len > 0;
    c->md5 = before;
    /* Even when it is connected already the loop tells it, as it tells a failure. */
    if (error && error != EINPROGRESS && error != EINTR)
        connection_dies(c, connection_error(c, error));
    else
        stream_waits_writable(&c->stream, true);
    return true;
}

/* --- accepting --- */

void connection_accepted(struct host *h, uint64_t listener, int fd, bool local) {
    struct connection *c = connection_new(h, fd);
    if (!c) {
        host_warn(h, "%s", h->error);
        return;
    }
    struct host_ends ends = {0};
    struct ucred who;
    socklen_t len = sizeof who;
    ends.local = local_end_of(fd, &ends.local_port);
    ends.peer = peer_end_of(fd, &ends.peer_port);
    if (!local && ends.peer.len == 0) { /* it is gone again */
        connection_dies(c, "gone");
        return;
    }
    if (local && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0)
        ends.uid = who.uid;
    c->local = local;
    c->peer = ends.peer;
    c->state = OPEN;
    h->accepting = c;
    h->events->accepted(h->context, listener, &ends);
    if (h->accepting)
        connection_dies(c, "refused");
    h->accepting = NULL;
}

bool host_accepted_ttl(struct host *h, uint8_t ttl, uint8_t min_ttl) {
    struct connection *c = h->accepting;
    return c ? socket_accepted_ttl(h, c->stream.fd, ttl, min_ttl) : host_fail(h, "nothing to accept");
}

bool host_accept(struct host *h, uint64_t id) {
    struct connection *c = h->accepting;
    if (!c)
        return host_fail(h, "nothing to accept");
    if (ids_find(&h->connections, id))
        return host_fail(h, "connection %llu exists", (unsigned long long)id);
    h->accepting = NULL;
    connection_named(c, id);
    if (!c->local)
        socket_send_at_once(c->stream.fd);
    connection_opens(c);
    return true;
}

/* --- what the caller does with one --- */

static struct connection *connection_alive(struct host *h, uint64_t id) {
    struct connection *c = ids_find(&h->connections, id);
    return c && c->state != DEAD ? c : NULL;
}

void host_output(struct host *h, uint64_t id) {
    struct connection *c = connection_alive(h, id);
    if (c)
        stream_output(&c->stream);
}

void host_pause(struct host *h, uint64_t id, bool paused) {
    struct connection *c = connection_alive(h, id);
    if (!c)
        return;
    c->paused = paused;
    if (c->state == OPEN && !c->end_of_input)
        stream_reads(&c->stream, !paused);
}

static void connection_limit(struct connection *c, uint64_t us) {
    c->reason = "closed";
    loop_after(&c->timer, connection_timer, us);
    if (!c->end_of_input)
        stream_reads(&c->stream, true);
}

void host_close(struct host *h, uint64_t id) {
    struct connection *c = connection_alive(h, id);
    if (!c || c->state == LINGERING)
        return;
    connection_tell_trouble(c);
    if (c->state == CONNECTING) {
        connection_dies(c, "closed");
        return;
    }
    connection_limit(c, LINGER_US);
    connection_lingers(c);
}

void host_finish(struct host *h, uint64_t id, uint64_t limit) {
    struct connection *c = connection_alive(h, id);
    if (!c || c->state == LINGERING)
        return;
    connection_tell_trouble(c);
    if (c->state == CONNECTING) {
        connection_dies(c, "closed");
        return;
    }
    connection_limit(c, limit);
    if (c->state != FINISHING)
        h->closing++;
    c->state = FINISHING;
    stream_output(&c->stream);
}

void host_abort(struct host *h, uint64_t id) {
    struct connection *c = connection_alive(h, id);
    if (!c)
        return;
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c->stream.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    connection_dies(c, "closed");
}

void connections_free(struct host *h) {
    uint32_t place = 0;
    struct connection *c;
    while ((c = ids_next(&h->connections, &place))) {
        connection_dies(c, "closed");
        link_leave(&c->ending.link);
        connection_let_go(c);
    }
}
