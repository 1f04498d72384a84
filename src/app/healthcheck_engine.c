/* The pipe to the engine: lines out, answers in.
 *
 * The engine answers each command with a line, and may send events in between. What comes is always read, so that the
 * pipe never fills; and the wait for an answer has an end, so that an engine that does not answer (api.ack is off) is
 * served all the same. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/healthcheck.h"

enum {
    HEALTH_PATIENCE = 5000000, /* microseconds for an answer */
    HEALTH_HURRY = 500000,     /* ... and for a line to be taken, when we end: an engine that ends too kills us soon */
    HEALTH_READ = 1 << 16,
    HEALTH_REST = 20000, /* between two readings that nobody waits for: who sends without end costs no CPU */
};

/* Events are JSON objects without an answer in them, or lines that name a neighbor. */
static bool health_is_event(struct text head) {
    if (head.len && head.p[0] == '{')
        return memmem(head.p, head.len, "\"answer\"", 8) == NULL && memmem(head.p, head.len, "\"id\"", 4) == NULL;
    return text_starts(head, "neighbor ") || text_starts(head, "peer ");
}

static void health_heard(struct health_engine *e, const char *p, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (p[i] != '\n') {
            if (e->head_len < sizeof e->head)
                e->head[e->head_len++] = p[i];
            continue;
        }
        if (!health_is_event((struct text){e->head, e->head_len}))
            e->owed--;
        e->head_len = 0;
    }
}

static void health_listen(struct health_engine *e) {
    char piece[HEALTH_READ];
    ssize_t len = read(0, piece, sizeof piece);
    if (len > 0)
        health_heard(e, piece, (size_t)len);
    else if (len == 0 || (errno != EINTR && errno != EAGAIN))
        e->ended = true;
}

/* Waits for something to read (with `may_write`: or for room to write) until then. False: the time is over. */
static bool health_turn(struct health_engine *e, bool may_write, uint64_t until, bool *room) {
    struct pollfd fds[2] = {{.fd = e->ended ? -1 : 0, .events = POLLIN}, {.fd = 1, .events = may_write ? POLLOUT : 0}};
    int ready = health_wait(fds, 2, until);
    *room = false;
    if (ready <= 0)
        return ready < 0;
    if (fds[1].revents & (POLLERR | POLLNVAL))
        e->gone = true;
    *room = (fds[1].revents & POLLOUT) != 0;
    if (fds[0].revents)
        health_listen(e);
    return true;
}

/* One line; it is not longer than what a ready pipe takes at once (PIPE_BUF), or it waits in the kernel. */
static bool health_send(struct health_engine *e, struct text line) {
    uint64_t until = UINT64_MAX;
    while (line.len && !e->gone) {
        bool room;
        if (health_ending() && until == UINT64_MAX)
            until = health_now() + HEALTH_HURRY;
        if (!health_turn(e, true, until, &room))
            return false;
        if (!room)
            continue;
        ssize_t len = write(1, line.p, line.len);
        if (len < 0 && errno != EINTR && errno != EAGAIN)
            e->gone = true;
        if (len > 0) {
            line.p += len;
            line.len -= (size_t)len;
        }
    }
    return !e->gone;
}

/* Without an answer in time we go on, and wait no more until one comes. */
static void health_answer(struct health *h) {
    struct health_engine *e = &h->engine;
    bool room, ended = health_ending();
    uint64_t until = health_now() + (ended ? HEALTH_HURRY : HEALTH_PATIENCE);
    if (!e->waits || e->patience_lost)
        return;
    while (e->owed > 0 && !e->ended && !e->gone && health_ending() == ended)
        if (!health_turn(e, false, until, &room)) {
            health_log(h, LOG_LEVEL_WARNING, "no answer in %.1f s%s: going on without",
                       (ended ? HEALTH_HURRY : HEALTH_PATIENCE) / 1e6, ended ? "" : " (is api.ack off?)");
            e->patience_lost = true;
            return;
        }
}

bool health_tell(struct health *h, enum health_state state) {
    struct buffer line = buffer_growing();
    bool ending = health_ending();
    for (size_t i = 0; i < h->options.ips.count && !h->engine.gone; i++) {
        if (health_ending() != ending) /* withdrawing comes first now */
            break;
        buffer_clear(&line);
        put_health_line(&line, &h->options, h->word, state, i);
        struct text text = buffer_text(&line);
        health_log(h, LOG_LEVEL_DEBUG, "exabgp: %.*s", (int)text.len - 1, text.p);
        if (!health_send(&h->engine, text))
            break;
        h->engine.owed++;
        health_answer(h);
    }
    buffer_release(&line);
    return !h->engine.gone;
}

bool health_pause(struct health *h, double seconds) {
    struct health_engine *e = &h->engine;
    uint64_t until = health_now() + (uint64_t)(seconds * 1e6), resume = 0;
    while (!e->gone && !health_ending() && health_now() < until) {
        bool rests = health_now() < resume;
        struct pollfd fds[2] = {{.fd = e->ended || rests ? -1 : 0, .events = POLLIN}, {.fd = 1}};
        int ready = health_wait(fds, 2, rests && resume < until ? resume : until);
        if (ready > 0 && fds[1].revents & (POLLERR | POLLNVAL))
            e->gone = true;
        if (ready > 0 && fds[0].revents) {
            health_listen(e);
            resume = health_now() + HEALTH_REST;
        }
    }
    if (e->owed <= 0)
        e->patience_lost = false;
    return !e->gone;
}
