/* A helper that announces routes as fast as its pipe takes them, or one at a time.
 *
 *     load-feed --go FILE --count N [--first N] [--a-set N] [--shuffled yes] [--head WORDS] [--interval MICROSECONDS]
 *               [--times FILE]
 *
 * It waits for the file GO, and says in FILE.began when it wrote the first line. With an interval the times of all
 * lines are written to TIMES, and it goes on for as long as it takes. It reads what it is told, and stays until that
 * ends. */
#include <fcntl.h>
#include <poll.h>

#include "load.h"

struct feed {
    uint32_t count, first, a_set, interval;
    bool shuffled;
    const char *head;
    char text[1 << 16];
    size_t len;
};

static void pause_us(uint32_t us) {
    nanosleep(&(struct timespec){us / 1000000, us % 1000000 * 1000L}, NULL);
}

static void drain(int timeout) {
    char ignored[65536];
    struct pollfd in = {.fd = 0, .events = POLLIN};
    while (poll(&in, 1, timeout) > 0)
        if (read(0, ignored, sizeof ignored) <= 0)
            exit(0);
}

/* The pipe may be full while answers wait to be read: both at once. */
static void flush(struct feed *f) {
    size_t done = 0;
    while (done < f->len) {
        struct pollfd both[2] = {{.fd = 1, .events = POLLOUT}, {.fd = 0, .events = POLLIN}};
        poll(both, 2, -1);
        if (both[1].revents)
            drain(0);
        if (!both[0].revents)
            continue;
        ssize_t n = write(1, f->text + done, f->len - done);
        if (n > 0)
            done += (size_t)n;
        else if (both[0].revents & POLLERR)
            exit(0);
    }
    f->len = 0;
}

static void add_line(struct feed *f, uint32_t route) {
    uint32_t set = route / f->a_set, address = route_address(route);
    if (f->len + 512 > sizeof f->text)
        flush(f);
    f->len += (size_t)sprintf(
        f->text + f->len,
        "%sannounce route %u.%u.%u.0/24 next-hop 192.0.2.1 origin igp as-path [ %u %u %u %u ] med %u "
        "community [ 65000:%u 65000:%u ]\n",
        f->head, address >> 24, address >> 16 & 255, address >> 8 & 255, path_hop(set, 0), path_hop(set, 1),
        path_hop(set, 2), path_hop(set, 3), set_med(set), set_community(set, 0), set_community(set, 1));
}

static void say_began(const char *go) {
    char name[4096];
    snprintf(name, sizeof name, "%s.began.new", go);
    FILE *out = fopen(name, "w");
    if (!out)
        exit(1);
    fprintf(out, "%llu\n", (unsigned long long)now_ns());
    fclose(out);
    char last[4096];
    snprintf(last, sizeof last, "%s.began", go);
    rename(name, last);
}

static void feed_slowly(struct feed *f, FILE *times) {
    for (uint32_t i = 0; i < f->count; i++) {
        pause_us(f->interval);
        add_line(f, f->first + i);
        uint64_t at = now_ns();
        flush(f);
        if (times)
            fprintf(times, "%u %llu\n", f->first + i, (unsigned long long)at);
        drain(0);
    }
    if (times)
        fclose(times);
}

int main(int argc, char **argv) {
    static struct feed f;
    const char *go = option(argc, argv, "--go", NULL), *times = option(argc, argv, "--times", NULL);
    f.count = number_option(argc, argv, "--count", 1000);
    f.first = number_option(argc, argv, "--first", 0);
    f.a_set = number_option(argc, argv, "--a-set", ROUTES_A_SET);
    f.interval = number_option(argc, argv, "--interval", 0);
    f.shuffled = option(argc, argv, "--shuffled", NULL) != NULL;
    f.head = option(argc, argv, "--head", "");
    if (!go) {
        fprintf(stderr, "load-feed: --go FILE is missing\n");
        return 2;
    }
    fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
    while (access(go, F_OK))
        drain(1);
    say_began(go);
    if (f.interval) {
        feed_slowly(&f, times ? fopen(times, "w") : NULL);
    } else {
        for (uint32_t i = 0; i < f.count; i++)
            add_line(&f, f.first + (f.shuffled ? shuffled(i, f.count) : i));
        flush(&f);
    }
    drain(-1);
    return 0;
}
