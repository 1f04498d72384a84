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
#include "host/socket_options.h"

enum { LISTENER_SHARE = 64, LISTENER_BACKLOG = 1024 };

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

/* Out of descriptors, accept() leaves the client waiting and the socket ready: the loop would spin. With a descriptor
 * to spare the client is taken and told by the end of the connection. False when not even that was possible. */
static bool listener_turn_away(struct host *h, int fd) {
    if (h->spare < 0 && (h->spare = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
        return false;
    close(h->spare);
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    if (client >= 0)
        close(client);
    h->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    host_warn(h, "too many open files: a connection was turned away (TMR-10)");
    return client >= 0;
}

static void listener_ready(struct stream *s, int events) {
    struct listener *l = listener_of(s);
    (void)events;
    for (int i = 0; i < LISTENER_SHARE && s->fd >= 0; i++) {
        int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            connection_accepted(s->host, l->thing.id, fd, l->path != NULL);
        else if (errno == EMFILE || errno == ENFILE) {
            if (!listener_turn_away(s->host, s->fd))
                return;
        } else if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM)
            return;
        /* Any other error is of a connection that ended before it was accepted: on to the next. */
    }
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

static bool listen_bind(struct host *h, int fd, const struct host_listen *how) {
    int one = 1;
    union address address;
    socklen_t len = address_of(how->ip, how->port, how->interface ? if_nametoindex(how->interface) : 0, &address);
    char text[IP_TEXT + 1];
    address_text(how->ip, text);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (how->ip.len == 16)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, &address.any, len) == 0)
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
