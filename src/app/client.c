#include "app/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 65536, DRAIN_MS = 1500, PIPE_POLL_MS = 10, OPEN_MS = 5000 };

void client_init(struct client *c, enum client_by by) {
    *c = (struct client){.by = by, .fd = -1};
}

void client_close(struct client *c) {
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->len = c->at = 0;
}

void client_release(struct client *c) {
    client_close(c);
    free(c->buffer);
    c->buffer = NULL;
    c->room = 0;
}

/* ---- To the engine ---- */

static void why_nowhere(const struct runtime *r, const char *what, const char *only, char *why, size_t size) {
    size_t len = (size_t)snprintf(why, size,
                                  "could not find %s for the cli\n"
                                  "we scanned the following folders (the number is your UID):\n",
                                  what);
    for (size_t i = 0; !*only && i < r->folder_count && len < size; i++)
        len += (size_t)snprintf(why + len, size - len, " - %s\n", r->folders[i]);
    if (*only && len < size)
        len += (size_t)snprintf(why + len, size - len, " - %s\n", only);
    if (len < size)
        snprintf(why + len, size - len,
                 "is it running, with exabgp.api.cli true, and may you see its folder? exabgp_api_socketname, "
                 "exabgp_cli_socket\nand exabgp_api_socketpath name another place\n");
}

static bool socket_open(struct client *c, const struct runtime *r, const char *whose, char *why, size_t size) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[RUNTIME_PATH], what[160];
    snprintf(what, sizeof what, "%s's Unix socket (%s.sock)", whose, r->socket_name);
    if (!runtime_find_socket(r, path)) {
        why_nowhere(r, what, r->socket_path[0] ? r->socket_path : r->socket_folder, why, size);
        return false;
    }
    if (strlen(path) >= sizeof address.sun_path) {
        snprintf(why, size, "the path of the socket is too long: %s\n", path);
        return false;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd >= 0 && connect(c->fd, (struct sockaddr *)&address, sizeof address) == 0)
        return true;
    if (errno == ECONNREFUSED)
        snprintf(why, size, "%s is not accepting connections on Unix socket %s: it is not running any more\n", whose,
                 path);
    else
        snprintf(why, size, "could not connect to %s at %s: %s\n", whose, path, strerror(errno));
    client_close(c);
    return false;
}

/* Answers that nobody has fetched: up to the end of one, or while they keep coming, for a while. */
static void pipes_drain(struct client *c) {
    for (int waited = 0; waited < DRAIN_MS; waited++) {
        enum client_said said = client_hear(c, 1, false);
        if (said != CLIENT_LINE)
            break;
    }
    c->len = c->at = 0;
}

static bool pipes_open(struct client *c, const struct runtime *r, const char *whose, char *why, size_t size) {
    char out[RUNTIME_PATH], what[200];
    snprintf(what, sizeof what, "%s's named pipes (%s.in and %s.out)", whose, r->pipe_name, r->pipe_name);
    if (!runtime_find_pipes(r, c->in, out)) {
        why_nowhere(r, what, r->pipe_folder, why, size);
        return false;
    }
    c->fd = open(out, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (c->fd < 0) {
        snprintf(why, size, "could not read answers from %s at %s: %s\n", whose, out, strerror(errno));
        return false;
    }
    pipes_drain(c);
    return true;
}

bool client_open(struct client *c, const struct runtime *r, const char *whose, char *why, size_t size) {
    client_close(c);
    return c->by == CLIENT_PIPES ? pipes_open(c, r, whose, why, size) : socket_open(c, r, whose, why, size);
}

static bool write_all(int fd, const char *octets, size_t len) {
    while (len) {
        ssize_t n = write(fd, octets, len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            octets += n, len -= (size_t)n;
    }
    return true;
}

/* Nobody reads the commands of an engine that is not there; one that starts may come a little later. */
static int pipes_writer(const struct client *c) {
    const struct timespec pause = {.tv_nsec = PIPE_POLL_MS * 1000000};
    for (int waited = 0; waited < OPEN_MS; waited += PIPE_POLL_MS) {
        int fd = open(c->in, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0) {
            fcntl(fd, F_SETFL, 0); /* from now on it may wait */
            return fd;
        }
        if (errno != ENXIO)
            return -1;
        nanosleep(&pause, NULL);
    }
    errno = ETIMEDOUT;
    return -1;
}

bool client_send(struct client *c, const char *line) {
    size_t len = strlen(line);
    char *octets = malloc(len + 2);
    if (!octets)
        return false;
    memcpy(octets, line, len);
    memcpy(octets + len, "\n", 2);
    int fd = c->by == CLIENT_PIPES ? pipes_writer(c) : c->fd;
    bool good = fd >= 0 && write_all(fd, octets, len + 1);
    free(octets);
    int error = errno;
    if (c->by == CLIENT_PIPES && fd >= 0)
        close(fd);
    errno = error;
    return good;
}

/* ---- From the engine ---- */

/* The value of "answer" in an object of one line: ExaBGP has such a form of `done`. */
static bool answer_is(const char *line, const char *word) {
    static const char key[] = "\"answer\"";
    const char *at = line[0] == '{' ? strstr(line, key) : NULL;
    if (!at)
        return false;
    at += sizeof key - 1;
    at += strspn(at, " ");
    if (*at != ':')
        return false;
    at++;
    at += strspn(at, " ");
    return at[0] == '"' && strncmp(at + 1, word, strlen(word)) == 0 && at[strlen(word) + 1] == '"';
}

static enum client_said line_kind(const char *line) {
    static const struct {
        const char *word;
        enum client_said said;
    } ends[] = {{"done", CLIENT_DONE}, {"error", CLIENT_ERROR}, {"shutdown", CLIENT_SHUTDOWN}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strcmp(line, ends[i].word) == 0 || answer_is(line, ends[i].word))
            return ends[i].said;
    return CLIENT_LINE;
}

static bool client_take_line(struct client *c) {
    if (c->len == c->at)
        return false;
    char *start = c->buffer + c->at, *end = memchr(start, '\n', c->len - c->at);
    if (!end)
        return false;
    *end = 0;
    c->line = start;
    c->at = (size_t)(end + 1 - c->buffer);
    return true;
}

static bool client_room(struct client *c) {
    if (c->at) {
        memmove(c->buffer, c->buffer + c->at, c->len - c->at);
        c->len -= c->at;
        c->at = 0;
    }
    if (c->room - c->len >= READ_SIZE)
        return true;
    size_t room = c->room ? c->room * 2 : 2 * READ_SIZE;
    char *larger = realloc(c->buffer, room);
    if (!larger)
        return false;
    c->buffer = larger;
    c->room = room;
    return true;
}

static int64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A pipe whose writer has closed it, or has not opened it yet, looks like its end: more may come. */
static void pipes_wait(int64_t left) {
    const struct timespec pause = {.tv_nsec = (left < PIPE_POLL_MS ? 1 : PIPE_POLL_MS) * 1000000};
    nanosleep(&pause, NULL);
}

/* Reads once. CLIENT_LINE: something came. */
static enum client_said client_read(struct client *c, int64_t left, bool signals) {
    struct pollfd poll_for = {.fd = c->fd, .events = POLLIN};
    if (!client_room(c))
        return CLIENT_CLOSED;
    int ready = poll(&poll_for, 1, left > 0 ? (int)left : 0);
    if (ready < 0 && errno == EINTR)
        return signals ? CLIENT_STOPPED : CLIENT_SILENCE;
    if (ready == 0)
        return CLIENT_SILENCE;
    ssize_t n = read(c->fd, c->buffer + c->len, READ_SIZE);
    if (n > 0) {
        c->len += (size_t)n;
        return CLIENT_LINE;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return CLIENT_SILENCE;
    if (c->by == CLIENT_SOCKET)
        return CLIENT_CLOSED;
    pipes_wait(left);
    return CLIENT_SILENCE;
}

enum client_said client_hear(struct client *c, int ms, bool signals) {
    int64_t end = clock_ms() + ms, left = ms;
    if (c->fd < 0)
        return CLIENT_CLOSED;
    while (!client_take_line(c)) {
        enum client_said said = client_read(c, left, signals);
        if (said == CLIENT_CLOSED || said == CLIENT_STOPPED)
            return said;
        if (said == CLIENT_LINE)
            end = clock_ms() + ms;
        left = end - clock_ms();
        if (left <= 0)
            return CLIENT_SILENCE;
    }
    return line_kind(c->line);
}
