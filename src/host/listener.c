/* Listening sockets, of TCP and of local clients. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/connection.h"
#include "host/rights.h"
#include "host/socket_options.h"

enum {
    LISTENER_SHARE = 64,
    LISTENER_BACKLOG = 1024,
    LISTENER_REST_US = 100000,    /* until it is tried again, when nobody can be taken and nobody be sent away */
    LISTENER_QUIET_US = 10000000, /* between two lines about it */
};

struct listener {
    struct thing thing;
    struct stream stream;
    char *path; /* owned; of a local socket, else NULL */
    dev_t device;
    ino_t file; /* which `path` was: it is removed only if it is still ours */
};

static struct listener *listener_of(struct stream *s) {
    return CONTAINER(s, struct listener, stream);
}

/* A line in ten seconds, whoever knocks and however often. */
static void listener_tell_crowd(struct host *h, const char *why, const char *what) {
    uint64_t now = host_now(h);
    h->turned_away++;
    if (h->crowd_told && now - h->crowd_told < LISTENER_QUIET_US)
        return;
    if (h->turned_away > 1)
        host_warn(h, "%s: %s; so were %u before it (TMR-10)", why, what, h->turned_away - 1);
    else
        host_warn(h, "%s: %s (TMR-10)", why, what);
    h->turned_away = 0;
    h->crowd_told = now;
}

static void listeners_wake(uv_timer_t *timer);

static void listeners_rest(struct host *h) {
    if (!uv_is_active((uv_handle_t *)&h->rest))
        loop_after(&h->rest, listeners_wake, LISTENER_REST_US);
}

/* One to give up when there are no others: looked for until there is one. */
static bool listeners_find_spare(struct host *h) {
    if (h->spare < 0 && (h->spare = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
        listeners_rest(h);
    return h->spare >= 0;
}

static void listeners_wake(uv_timer_t *timer) {
    struct host *h = timer->data;
    uint32_t place = 0;
    struct listener *l;
    listeners_find_spare(h);
    while ((l = ids_next(&h->listeners, &place)))
        stream_reads(&l->stream, true);
}

/* The socket stays ready, and the loop would spin on it. */
static void listener_rests(struct listener *l, int error) {
    struct host *h = l->stream.host;
    stream_reads(&l->stream, false);
    listeners_rest(h);
    listener_tell_crowd(h, reason_of(error), "a connection has to wait");
}

/* Out of descriptors, accept() leaves the client waiting. With a descriptor to spare it is taken and told by the end of
 * the connection. The error of accept(), 0: it was. */
static int listener_turn_away(struct host *h, int fd) {
    if (!listeners_find_spare(h))
        return EMFILE;
    close(h->spare);
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC), error = errno;
    if (client >= 0)
        close(client);
    h->spare = -1;
    listeners_find_spare(h);
    if (client < 0)
        return error;
    listener_tell_crowd(h, reason_of(EMFILE), "a connection was turned away");
    return 0;
}

/* Errors that do not go away by trying again, as against those of a connection that ended before it was accepted. */
static bool listener_is_short(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* Takes one connection. False: there is none, or there is nothing to take it with. */
static bool listener_take(struct listener *l) {
    struct host *h = l->stream.host;
    int fd = accept4(l->stream.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), error = fd < 0 ? errno : 0;
    if (fd >= 0)
        connection_accepted(h, l->thing.id, fd, l->path != NULL);
    else if (error == EMFILE || error == ENFILE)
        error = listener_turn_away(h, l->stream.fd);
    if (listener_is_short(error))
        listener_rests(l, error);
    return error != EAGAIN && !listener_is_short(error);
}

static void listener_ready(struct stream *s, int events) {
    struct listener *l = listener_of(s);
    (void)events;
    for (int i = 0; i < LISTENER_SHARE && s->fd >= 0 && listener_take(l); i++)
        ;
}

static void listener_released(struct stream *s) {
    struct listener *l = listener_of(s);
    free(l->path);
    free(l);
}

static const struct stream_kind listener_kind = {.ready = listener_ready, .released = listener_released};

/* Listens, and takes the descriptor in any case. */
static struct listener *listener_new(struct host *h, uint64_t id, int fd) {
    struct listener *l = memory_new(sizeof *l);
    if (listen(fd, LISTENER_BACKLOG) != 0)
        host_fail_system(h, errno, "cannot listen");
    else if (!stream_open(&l->stream, h, fd, &listener_kind))
        host_fail(h, "the loop does not take the listener");
    else {
        ids_add(&h->listeners, &l->thing, id);
        stream_reads(&l->stream, true);
        return l;
    }
    close(fd);
    free(l);
    return NULL;
}

static bool listener_is_free(struct host *h, uint64_t id) {
    return !ids_find(&h->listeners, id) || host_fail(h, "listener %llu exists", (unsigned long long)id);
}

static bool listen_secrets(struct host *h, int fd, const struct host_listen *how) {
    for (size_t i = 0; i < how->secret_count; i++)
        if (!socket_secret(h, fd, &how->secrets[i].peer, &how->secrets[i].secret))
            return false;
    return true;
}

/* With the right to a low port only if it is wanted: then it is in force for this call alone. */
static bool listen_bound(int fd, const union address *address, socklen_t len) {
    if (bind(fd, &address->any, len) == 0)
        return true;
    if (errno != EACCES || !rights_raise(RIGHT_LOW_PORTS))
        return false;
    bool good = bind(fd, &address->any, len) == 0;
    rights_lower();
    return good;
}

static bool listen_bind(struct host *h, int fd, const struct host_listen *how) {
    int one = 1;
    union address address;
    socklen_t len = address_of(how->ip, how->port, how->interface ? if_nametoindex(how->interface) : 0, &address);
    char text[IP_TEXT + 1];
    address_text(how->ip, text);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (how->ip.len == 16)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (listen_bound(fd, &address, len))
        return true;
    if (errno == EADDRINUSE)
        return host_fail(h, "could not listen on %s:%u, the port may already be in use by another application", text,
                         how->port);
    if (errno == EADDRNOTAVAIL)
        return host_fail(h, "could not listen on %s:%u, this is an invalid address", text, how->port);
    return host_fail_system(h, errno, "could not listen on %s:%u", text, how->port);
}

bool host_listen(struct host *h, uint64_t id, const struct host_listen *how) {
    if (!listener_is_free(h, id))
        return false;
    int fd = socket(how->ip.len == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0)
        return host_fail_system(h, errno, "no socket");
    if (socket_interface(h, fd, how->interface) && socket_ttl(h, fd, how->ip.len, how->ttl, how->min_ttl) &&
        listen_bind(h, fd, how) && listen_secrets(h, fd, how))
        return listener_new(h, id, fd) != NULL;
    close(fd);
    return false;
}

uint16_t host_listener_port(const struct host *h, uint64_t id) {
    const struct listener *l = ids_find(&h->listeners, id);
    union address address = {0};
    socklen_t len = sizeof address;
    uint16_t port = 0;
    if (l && getsockname(l->stream.fd, &address.any, &len) == 0)
        address_ip(&address, &port);
    return port;
}

bool host_listener_secret(struct host *h, uint64_t id, const struct host_peer_secret *secret) {
    struct listener *l = ids_find(&h->listeners, id);
    if (!l)
        return host_fail(h, "no listener %llu", (unsigned long long)id);
    return secret->secret.key.len ? socket_secret(h, l->stream.fd, &secret->peer, &secret->secret)
                                  : socket_secret_remove(h, l->stream.fd, &secret->peer, &secret->secret);
}

/* --- local sockets --- */

/* A socket that nobody listens on is what a program that crashed has left. */
static bool unix_clear_stale(struct host *h, const struct sockaddr_un *address) {
    struct stat st;
    const char *path = address->sun_path;
    if (lstat(path, &st) != 0)
        return errno == ENOENT || host_fail_system(h, errno, "%s", path);
    if (!S_ISSOCK(st.st_mode))
        return host_fail(h, "%s exists and is no socket", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return host_fail_system(h, errno, "no socket");
    int error = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ? 0 : errno;
    close(fd);
    if (error != ECONNREFUSED)
        return host_fail(h, "%s is in use by a program that runs", path);
    return unlink(path) == 0 || errno == ENOENT || host_fail_system(h, errno, "cannot replace %s", path);
}

/* The mode of the descriptor is the most that the file gets, so it is never open to more than `mode` allows; the umask
 * may have taken some away, and chmod() gives it back. */
static bool unix_bind(struct host *h, int fd, const struct sockaddr_un *address, mode_t mode) {
    fchmod(fd, mode);
    if (bind(fd, (const struct sockaddr *)address, sizeof *address) != 0 || chmod(address->sun_path, mode) != 0)
        return host_fail_system(h, errno, "cannot make the socket %s", address->sun_path);
    return true;
}

bool host_listen_unix(struct host *h, uint64_t id, const char *path, mode_t mode) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    if (len >= sizeof address.sun_path)
        return host_fail(h, "the path of a socket is at most %zu octets long: %s", sizeof address.sun_path - 1, path);
    memcpy(address.sun_path, path, len);
    if (!listener_is_free(h, id) || !unix_clear_stale(h, &address))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return host_fail_system(h, errno, "no socket");
    if (!unix_bind(h, fd, &address, mode)) {
        close(fd);
        return false;
    }
    struct listener *l = listener_new(h, id, fd);
    struct stat st;
    if (!l)
        return false;
    l->path = memory_copy(path, len);
    if (lstat(path, &st) == 0) {
        l->device = st.st_dev;
        l->file = st.st_ino;
    }
    return true;
}

static void listener_close(struct listener *l) {
    struct stat st;
    if (l->path && lstat(l->path, &st) == 0 && st.st_dev == l->device && st.st_ino == l->file)
        unlink(l->path);
    stream_close(&l->stream);
}

void host_unlisten(struct host *h, uint64_t id) {
    struct listener *l = ids_find(&h->listeners, id);
    if (!l)
        return;
    ids_remove(&h->listeners, &l->thing);
    listener_close(l);
}

void listeners_free(struct host *h) {
    uint32_t place = 0;
    struct listener *l;
    while ((l = ids_next(&h->listeners, &place)))
        listener_close(l);
}
