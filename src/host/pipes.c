/* A pair of named pipes as a connection of its own kind: commands come by one, answers go by the other (ExaBGP's
 * `exabgp.in` and `exabgp.out`, cli.md 18).
 *
 * A named pipe knows no clients. The reading end is held open for reading and writing, so that the last writer that
 * leaves is no end of input. The writing end is opened when there is something to say, and closed when all is said: a
 * client may read up to the end then. Without a reader the answers wait a while, in case that he only comes to fetch
 * them; a command that arrives before is of somebody who does not ask for them, and they are dropped. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/stream.h"

enum {
    NO_READER_US = 50000,   /* how often to look for one */
    PATIENCE_US = 10000000, /* how long */
    FULL_US = 5000,         /* until a pipe that is full is tried again */
};

struct pipes {
    struct stream in;
    uint64_t id;
    char *out_path; /* owned */
    int out;        /* -1: nobody reads, or nothing to say */
    uv_timer_t timer;
    bool waits;      /* the timer is set */
    uint64_t silent; /* since when there is output and no reader, 0: not so */
    int holds;       /* handles that keep the memory */
};

static struct pipes *pipes_of(struct stream *s) {
    return CONTAINER(s, struct pipes, in);
}

/* One of ours, and not a file or a link that somebody put in its place. */
static int pipe_open(const char *path, int how) {
    struct stat about;
    int fd = open(path, how | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && (fstat(fd, &about) != 0 || !S_ISFIFO(about.st_mode))) {
        close(fd);
        errno = ENXIO;
        return -1;
    }
    return fd;
}

static void pipes_close_out(struct pipes *p) {
    if (p->out >= 0)
        close(p->out);
    p->out = -1;
}

/* What is left was for somebody who is gone. */
static void pipes_discard(struct pipes *p) {
    const struct host_events *events = p->in.host->events;
    struct iovec pieces[HOST_PIECES];
    for (int count; p->in.fd >= 0 && (count = events->output(p->in.host->context, p->id, pieces, HOST_PIECES)) > 0;) {
        size_t len = 0;
        for (int i = 0; i < count; i++)
            len += pieces[i].iov_len;
        events->sent(p->in.host->context, p->id, len);
    }
    p->silent = 0;
    p->waits = false;
    uv_timer_stop(&p->timer);
}

static void pipes_write(struct pipes *p);

static void pipes_timer(uv_timer_t *timer) {
    struct pipes *p = timer->data;
    p->waits = false;
    p->in.host->busy = true;
    pipes_write(p);
}

static void pipes_later(struct pipes *p, uint64_t us) {
    if (p->waits)
        return;
    p->waits = true;
    loop_after(&p->timer, pipes_timer, us);
}

/* False: nobody reads. */
static bool pipes_reach(struct pipes *p) {
    if (p->out < 0)
        p->out = pipe_open(p->out_path, O_WRONLY);
    return p->out >= 0;
}

static void pipes_no_reader(struct pipes *p) {
    uint64_t now = host_now(p->in.host);
    if (!p->silent)
        p->silent = now;
    if (now - p->silent < PATIENCE_US)
        pipes_later(p, NO_READER_US);
    else
        pipes_discard(p);
}

static void pipes_write(struct pipes *p) {
    const struct host_events *events = p->in.host->events;
    struct iovec pieces[HOST_PIECES];
    for (size_t written = 0; p->in.fd >= 0;) {
        int count = events->output(p->in.host->context, p->id, pieces, HOST_PIECES);
        if (count == 0) {
            pipes_close_out(p);
            p->silent = 0;
            return;
        }
        if (!pipes_reach(p)) {
            pipes_no_reader(p);
            return;
        }
        ssize_t n = writev(p->out, pieces, count);
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            pipes_close_out(p);
            pipes_discard(p);
            return;
        }
        if (n <= 0) {
            pipes_later(p, FULL_US);
            return;
        }
        p->silent = 0;
        p->in.host->busy = true;
        events->sent(p->in.host->context, p->id, (size_t)n);
        written += (size_t)n;
        if (written >= HOST_SHARE) {
            p->in.host->pipes_output = true;
            return;
        }
    }
}

static void pipes_received(struct stream *s, const uint8_t *octets, size_t len) {
    struct pipes *p = pipes_of(s);
    if (p->silent) /* even if a reader is there by now: he wants the answer to this one */
        pipes_discard(p);
    s->host->events->received(s->host->context, p->id, octets, len);
}

static void pipes_let_go(struct pipes *p) {
    if (--p->holds)
        return;
    free(p->out_path);
    free(p);
}

static void pipes_released(struct stream *s) {
    pipes_let_go(pipes_of(s));
}

static void pipes_timer_released(uv_handle_t *handle) {
    pipes_let_go(handle->data);
}

static void pipes_ended(struct stream *s, int error) {
    struct host *h = s->host;
    host_warn(h, "the pipe for commands cannot be read any more: %s", reason_of(error));
    host_close_pipes(h);
}

static const struct stream_kind pipes_kind = {
    .ready = stream_ready,
    .received = pipes_received,
    .ended = pipes_ended,
    .released = pipes_released,
};

bool host_open_pipes(struct host *h, uint64_t id, const char *in, const char *out) {
    if (h->pipes)
        return host_fail(h, "there are pipes already");
    int fd = pipe_open(in, O_RDWR);
    if (fd < 0)
        return host_fail_system(h, errno, "cannot open the pipe %s", in);
    struct pipes *p = memory_new(sizeof *p);
    *p = (struct pipes){.id = id, .out = -1, .holds = 2};
    if (!stream_open(&p->in, h, fd, &pipes_kind)) {
        close(fd);
        free(p);
        return host_fail(h, "the loop does not take the pipe %s", in);
    }
    p->out_path = memory_copy(out, strlen(out));
    uv_timer_init(&h->loop, &p->timer);
    p->timer.data = p;
    h->pipes = p;
    stream_reads(&p->in, true);
    return true;
}

void host_pipes_output(struct host *h) {
    h->pipes_output = h->pipes != NULL;
}

void pipes_turn(struct host *h) {
    struct pipes *p = h->pipes;
    if (!h->pipes_output)
        return;
    h->pipes_output = false;
    if (p && !p->waits)
        pipes_write(p);
}

void host_pipes_pause(struct host *h, bool paused) {
    if (h->pipes)
        stream_reads(&h->pipes->in, !paused);
}

void host_close_pipes(struct host *h) {
    struct pipes *p = h->pipes;
    if (!p)
        return;
    h->pipes = NULL;
    pipes_close_out(p);
    stream_close(&p->in);
    uv_close((uv_handle_t *)&p->timer, pipes_timer_released);
}
