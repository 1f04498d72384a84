#include "host/stream.h"

#include <errno.h>
#include <unistd.h>

static void stream_watch(struct stream *s);

/* libuv reports a descriptor in error (EPOLLERR) as a failure and stops to watch it. The reading or writing that
 * failed says what it was, and what came before can still be read. */
static void stream_polled(uv_poll_t *poll, int status, int events) {
    struct stream *s = poll->data;
    s->host->busy = true;
    if (status < 0) {
        events = s->watched;
        s->watched = 0;
    }
    s->kind->ready(s, events);
    if (s->fd >= 0 && !link_is_in(&s->link))
        stream_watch(s);
}

bool stream_open(struct stream *s, struct host *h, int fd, const struct stream_kind *kind) {
    *s = (struct stream){.host = h, .kind = kind, .fd = -1};
    if (uv_poll_init(&h->loop, &s->poll, fd) != 0)
        return false;
    s->poll.data = s;
    s->fd = fd;
    return true;
}

static void stream_released(uv_handle_t *handle) {
    struct stream *s = handle->data;
    s->kind->released(s);
}

void stream_close(struct stream *s) {
    if (s->fd < 0)
        return;
    link_leave(&s->link);
    uv_close((uv_handle_t *)&s->poll, stream_released); /* before close(): it takes the descriptor out of epoll */
    close(s->fd);
    s->fd = -1;
    s->reads = s->writes = s->blocked = false;
}

/* A change costs two system calls. So a stream that became writable is watched on until it has written: most often it
 * is blocked again then. */
static void stream_watch(struct stream *s) {
    int events = (s->reads ? UV_READABLE : 0) | (s->blocked ? UV_WRITABLE : 0);
    if (events == s->watched)
        return;
    s->watched = events;
    if (events)
        uv_poll_start(&s->poll, events, stream_polled);
    else
        uv_poll_stop(&s->poll);
}

void stream_reads(struct stream *s, bool reads) {
    if (s->fd < 0)
        return;
    s->reads = reads;
    stream_watch(s);
}

void stream_waits_writable(struct stream *s, bool waits) {
    s->blocked = waits;
    stream_watch(s);
}

void stream_output(struct stream *s) {
    if (s->writes && !s->blocked && !link_is_in(&s->link))
        list_append(&s->host->outputs, &s->link);
}

bool stream_read(struct stream *s) {
    struct host *h = s->host;
    size_t most = s->kind->input_most ? s->kind->input_most : HOST_INPUT;
    ssize_t n;
    do
        n = read(s->fd, h->input, most);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        s->kind->received(s, h->input, (size_t)n);
        return s->fd >= 0;
    }
    if (n < 0 && errno == EAGAIN)
        return false;
    s->kind->ended(s, n < 0 ? errno : 0);
    return false;
}

static size_t pieces_len(const struct iovec *pieces, int count) {
    size_t len = 0;
    for (int i = 0; i < count; i++)
        len += pieces[i].iov_len;
    return len;
}

/* Asks for output once and writes it. False when that is all for now: there was none, the system takes no more, or the
 * stream is no more. */
static bool stream_write_once(struct stream *s, size_t *written) {
    struct iovec pieces[HOST_PIECES];
    int count = s->kind->output(s, pieces, HOST_PIECES);
    size_t wanted = pieces_len(pieces, count);
    if (s->fd < 0)
        return false;
    if (wanted == 0) {
        if (s->kind->drained)
            s->kind->drained(s);
        return false;
    }
    ssize_t n;
    do
        n = writev(s->fd, pieces, count);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno != EAGAIN) {
        s->kind->broken(s, errno);
        return false;
    }
    s->blocked = n < 0 || (size_t)n < wanted;
    if (n > 0) {
        *written += (size_t)n;
        s->host->busy = true;
        s->kind->sent(s, (size_t)n);
    }
    return !s->blocked;
}

void stream_write(struct stream *s) {
    size_t written = 0;
    link_leave(&s->link);
    while (s->writes && stream_write_once(s, &written)) {
        if (written >= HOST_SHARE) {
            stream_output(s);
            return;
        }
    }
    if (s->fd >= 0)
        stream_watch(s);
}

void stream_ready(struct stream *s, int events) {
    if (events & UV_WRITABLE) {
        s->blocked = false;
        stream_output(s);
    }
    if (events & UV_READABLE && s->reads)
        stream_read(s);
}
