/* The loop: one libuv loop of which this room uses descriptors, timers and signals, nothing else. */
#include "host/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/daemon.h"
#include "host/stream.h"

void loop_ended(struct host *h, struct ending *e) {
    if (!link_is_in(&e->link))
        list_append(&h->ended, &e->link);
}

void loop_after(uv_timer_t *timer, uv_timer_cb call, uint64_t us) {
    uv_update_time(timer->loop);
    uv_timer_start(timer, call, us / 1000 + 1, 0);
}

static void loop_tell_ended(struct host *h) {
    struct link ended, *l;
    list_move(&h->ended, &ended);
    while ((l = list_take(&ended))) {
        struct ending *e = CONTAINER(l, struct ending, link);
        h->busy = true;
        e->tell(e);
    }
}

static void loop_write(struct host *h) {
    struct link outputs, *l;
    list_move(&h->outputs, &outputs);
    while ((l = list_take(&outputs)))
        stream_write(CONTAINER(l, struct stream, link));
    pipes_turn(h);
    helpers_stop(h);
}

static bool loop_has_work(const struct host *h) {
    return h->busy || !list_empty(&h->ended) || !list_empty(&h->outputs) || !list_empty(&h->stops) || h->pipes_output;
}

static void loop_turn(struct host *h) {
    if (!loop_has_work(h))
        return;
    loop_tell_ended(h);
    h->busy = false;
    if (h->events->turn)
        h->events->turn(h->context, host_now(h));
    loop_write(h);
}

static void loop_check(uv_check_t *check) {
    loop_turn(check->data);
}

static void loop_idle(uv_idle_t *idle) {
    (void)idle;
}

static void loop_prepare(uv_prepare_t *prepare) {
    struct host *h = prepare->data;
    if (loop_has_work(h)) {
        loop_turn(h);
        uv_update_time(&h->loop); /* or the wait for the next timer would begin before the work did */
    }
    if (h->stops_when_closed && !h->closing)
        host_stop(h);
    if (loop_has_work(h))
        uv_idle_start(&h->idle, loop_idle);
    else
        uv_idle_stop(&h->idle);
}

static void loop_open_handles(struct host *h) {
    uv_prepare_init(&h->loop, &h->prepare);
    uv_check_init(&h->loop, &h->check);
    uv_idle_init(&h->loop, &h->idle);
    uv_timer_init(&h->loop, &h->timer);
    uv_timer_init(&h->loop, &h->rest);
    h->prepare.data = h->check.data = h->idle.data = h->timer.data = h->rest.data = h;
    uv_prepare_start(&h->prepare, loop_prepare);
    uv_check_start(&h->check, loop_check);
}

struct host *host_new(const struct host_events *events, void *context) {
    if (!daemon_fill_standard())
        return NULL;
    struct host *h = memory_new(sizeof *h);
    *h = (struct host){.events = events, .context = context, .busy = true};
    if (uv_loop_init(&h->loop) != 0) {
        free(h);
        return NULL;
    }
    loop_open_handles(h);
    list_init(&h->outputs);
    list_init(&h->ended);
    list_init(&h->stops);
    ids_init(&h->connections);
    ids_init(&h->listeners);
    ids_init(&h->helpers);
    h->input = memory_resize(NULL, HOST_INPUT);
    h->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a log that may not grow is no reason to end */
    if (!signals_open(h) || h->spare < 0) {
        host_free(h);
        return NULL;
    }
    return h;
}

void host_run(struct host *h) {
    uv_run(&h->loop, UV_RUN_DEFAULT);
    h->stops_when_closed = false;
}

void host_stop(struct host *h) {
    uv_stop(&h->loop);
}

void host_stop_gently(struct host *h) {
    h->stops_when_closed = true;
}

/* Handles die in the loop: it runs until all their closings are through. */
void host_free(struct host *h) {
    connections_free(h);
    listeners_free(h);
    helpers_free(h);
    host_close_pipes(h);
    signals_close(h);
    uv_close((uv_handle_t *)&h->prepare, NULL);
    uv_close((uv_handle_t *)&h->check, NULL);
    uv_close((uv_handle_t *)&h->idle, NULL);
    uv_close((uv_handle_t *)&h->timer, NULL);
    uv_close((uv_handle_t *)&h->rest, NULL);
    while (uv_loop_close(&h->loop) == UV_EBUSY)
        uv_run(&h->loop, UV_RUN_DEFAULT);
    ids_release(&h->connections);
    ids_release(&h->listeners);
    ids_release(&h->helpers);
    if (h->spare >= 0)
        close(h->spare);
    free(h->input);
    free(h);
}

uint64_t host_now(const struct host *h) {
    (void)h;
    return uv_hrtime() / HOST_MICROSECOND;
}

static void loop_timer(uv_timer_t *timer) {
    struct host *h = timer->data;
    uint64_t now = host_now(h);
    h->busy = true;
    h->deadline = 0;
    h->events->timer(h->context, now);
}

/* libuv counts milliseconds on the same clock, cut: rounded up, the timer is never early. */
void host_timer(struct host *h, uint64_t deadline) {
    if (deadline == UINT64_MAX)
        deadline = 0;
    if (deadline == h->deadline)
        return;
    h->deadline = deadline;
    if (!deadline) {
        uv_timer_stop(&h->timer);
        return;
    }
    uint64_t due = deadline / 1000 + (deadline % 1000 != 0), now = uv_now(&h->loop);
    uv_timer_start(&h->timer, loop_timer, due > now ? due - now : 0, 0);
}

const char *host_error(const struct host *h) {
    return h->error;
}

bool host_fail(struct host *h, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(h->error, sizeof h->error, format, arguments);
    va_end(arguments);
    return false;
}

bool host_fail_system(struct host *h, int error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(h->error, sizeof h->error, format, arguments);
    va_end(arguments);
    if (len >= 0 && (size_t)len < sizeof h->error)
        snprintf(h->error + len, sizeof h->error - (size_t)len, ": %s", reason_of(error));
    return false;
}

void host_warn(struct host *h, const char *format, ...) {
    char text[240];
    va_list arguments;
    if (!h->events->warning)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    h->busy = true;
    h->events->warning(h->context, text);
}
