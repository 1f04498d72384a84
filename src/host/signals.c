#include <signal.h>

#include "host/loop.h"

static const int signal_numbers[HOST_SIGNALS] = {SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGALRM};

static void signals_came(uv_signal_t *handle, int number) {
    struct host *h = handle->data;
    h->busy = true;
    if (number == SIGCHLD)
        helpers_reap(h);
    else
        h->events->signal(h->context, number);
}

/* Signals that the caller does not want to hear of keep what they do. */
bool signals_open(struct host *h) {
    for (int i = 0; i < HOST_SIGNALS; i++) {
        uv_signal_t *handle = &h->signals[i];
        if (uv_signal_init(&h->loop, handle) != 0)
            return false;
        handle->data = h;
        if (signal_numbers[i] != SIGCHLD && !h->events->signal)
            continue;
        if (uv_signal_start(handle, signals_came, signal_numbers[i]) != 0)
            return false;
    }
    return true;
}

void signals_close(struct host *h) {
    for (int i = 0; i < HOST_SIGNALS; i++)
        if (h->signals[i].loop)
            uv_close((uv_handle_t *)&h->signals[i], NULL);
}
