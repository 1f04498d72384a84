/* What a session costs without sockets: a whole program of N neighbors and a helper, and a host that is made up. Each
 * phase is a function that callgrind finds by its name.
 *
 *     bench-sessions N
 *
 * Phases: `load` the configuration, `start`, `up` (dialed, OPENs, established), `announce` and `withdraw` (a line for
 * each neighbor alone, by its address), `lists` (lines that name four neighbors each), `storm` (all connections are
 * lost, dialed again and up again), `reload` (nothing changed), `stop`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "yottabgp.h"

enum { SECOND = 1000000 };

struct streams {
    uint64_t *names; /* owned */
    uint32_t count, room;
};

struct bench {
    struct yottabgp *engine;
    uint32_t count, ups; /* neighbors; how often the helper heard that one is up */
    uint64_t now, helper;
    struct streams dialed, alive, output, ending;
    bool helper_output, ended;
    char file[32];
};

static void streams_add(struct streams *s, uint64_t name) {
    if (s->count == s->room)
        s->names = realloc(s->names, (s->room = s->room ? s->room * 2 : 64) * sizeof *s->names);
    s->names[s->count++] = name;
}

/* ---- The host ---- */

static bool host_dial(void *context, uint64_t stream, const struct yottabgp_connect *how, char *error,
                      size_t error_size) {
    struct bench *b = context;
    (void)how, (void)error, (void)error_size;
    streams_add(&b->dialed, stream);
    return true;
}

static bool host_listen(void *context, uint64_t listener, const struct yottabgp_listen *how, char *error,
                        size_t error_size) {
    (void)context, (void)listener, (void)how, (void)error, (void)error_size;
    return true;
}

static void host_unlisten(void *context, uint64_t listener) {
    (void)context, (void)listener;
}

static void host_output(void *context, uint64_t stream) {
    struct bench *b = context;
    streams_add(&b->output, stream);
}

static void host_pause(void *context, uint64_t stream, bool paused) {
    (void)context, (void)stream, (void)paused;
}

static void host_hang_up(void *context, uint64_t stream, bool after_output) {
    struct bench *b = context;
    (void)after_output;
    streams_add(&b->ending, stream);
}

static bool host_start(void *context, uint64_t helper, const struct yottabgp_program *program, char *error,
                       size_t error_size) {
    struct bench *b = context;
    (void)program, (void)error, (void)error_size;
    b->helper = helper;
    return true;
}

static void host_stop(void *context, uint64_t helper) {
    (void)context, (void)helper;
}

static void host_helper_output(void *context, uint64_t helper) {
    struct bench *b = context;
    (void)helper;
    b->helper_output = true;
}

static void host_helper_pause(void *context, uint64_t helper, bool paused) {
    (void)context, (void)helper, (void)paused;
}

static void host_log(void *context, enum yottabgp_level level, const char *source, const char *text, size_t len) {
    (void)context;
    if (level >= YOTTABGP_ERROR)
        fprintf(stderr, "%s: %.*s\n", source, (int)len, text);
}

static void host_end(void *context, int status) {
    struct bench *b = context;
    (void)status;
    b->ended = true;
}

/* ---- Turns ---- */

static void bench_drain(struct bench *b) {
    const uint8_t *octets;
    size_t len;
    for (uint32_t i = 0; i < b->output.count; i++)
        while ((len = yottabgp_output(b->engine, b->output.names[i], &octets, b->now)))
            yottabgp_sent(b->engine, b->output.names[i], len, b->now);
    b->output.count = 0;
    while (b->helper_output && (len = yottabgp_helper_output(b->engine, b->helper, &octets))) {
        static const char up[] = "\"state\": \"up\"";
        const uint8_t *at = octets, *end = octets + len;
        for (; (at = memmem(at, (size_t)(end - at), up, sizeof up - 1)); at += sizeof up - 1)
            b->ups++;
        yottabgp_helper_sent(b->engine, b->helper, len);
    }
    b->helper_output = false;
}

static void bench_turn(struct bench *b) {
    yottabgp_turn(b->engine, b->now);
    bench_drain(b);
    for (uint32_t i = 0; i < b->ending.count; i++)
        yottabgp_closed(b->engine, b->ending.names[i], "closed", b->now);
    b->ending.count = 0;
}

/* Time goes on until every neighbor was dialed. */
static void bench_wait(struct bench *b, uint32_t dials) {
    for (int patience = 0; b->dialed.count < dials && patience < 100000; patience++) {
        uint64_t due = yottabgp_deadline(b->engine);
        b->now = due > b->now && due != UINT64_MAX ? due : b->now + 1;
        yottabgp_timer(b->engine, b->now);
        bench_turn(b);
    }
    if (b->dialed.count < dials)
        fprintf(stderr, "%u of %u were dialed\n", b->dialed.count, dials);
}

/* OPEN (AS 65001, IPv4 unicast, four-octet AS numbers) and KEEPALIVE. */
enum { HEADER = 19, OPEN = 43 };
static void bench_greet(uint8_t octets[OPEN + HEADER]) {
    static const uint8_t open[] = {0,  OPEN, 1, 4, 0xfd, 0xe9, 0, 240, 10, 0, 0, 1,    14,  2,
                                   12, 1,    4, 0, 1,    0,    1, 65,  4,  0, 0, 0xfd, 0xe9};
    memset(octets, 0xff, OPEN + HEADER);
    memcpy(octets + 16, open, sizeof open);
    memcpy(octets + OPEN + 16, (const uint8_t[]){0, HEADER, 4}, 3);
}

/* Of each neighbor that was dialed. */
static void bench_answer(struct bench *b) {
    uint8_t octets[OPEN + HEADER];
    bench_greet(octets);
    const struct yottabgp_address here = {.octets = {127, 0, 0, 1}, .len = 4, .port = 30000};
    const struct yottabgp_address there = {.octets = {127, 9, 0, 1}, .len = 4, .port = 179};
    for (uint32_t i = 0; i < b->dialed.count; i++) {
        yottabgp_dialed(b->engine, b->dialed.names[i], &here, &there, b->now);
        streams_add(&b->alive, b->dialed.names[i]);
    }
    b->dialed.count = 0;
    bench_turn(b);
    for (uint32_t i = 0; i < b->alive.count; i++)
        yottabgp_received(b->engine, b->alive.names[i], octets, sizeof octets, b->now);
    bench_turn(b);
}

/* ---- What the helper says ---- */

static void put_address(FILE *f, uint32_t neighbor) {
    fprintf(f, "127.%u.%u.%u", 9 + (neighbor >> 16), neighbor >> 8 & 255, neighbor & 255);
}

static void bench_say(struct bench *b, uint32_t a_line, const char *verb) {
    for (uint32_t i = 0; i < b->count; i += a_line) {
        char *line = NULL;
        size_t len = 0;
        FILE *f = open_memstream(&line, &len);
        for (uint32_t j = i; j < i + a_line; j++) {
            fprintf(f, j > i ? ", neighbor " : "neighbor ");
            put_address(f, j % b->count);
        }
        fprintf(f, " %s route 10.%u.%u.0/24 next-hop 192.0.2.1\n", verb, i >> 8 & 255, i & 255);
        fclose(f);
        yottabgp_helper_said(b->engine, b->helper, (const uint8_t *)line, len, b->now);
        free(line);
    }
    bench_turn(b);
}

/* ---- Phases ---- */

__attribute__((noinline)) static void phase_load(struct bench *b) {
    const char *file = b->file;
    if (!yottabgp_load(b->engine, &file, 1, b->now))
        fprintf(stderr, "the configuration is not good\n");
}

__attribute__((noinline)) static void phase_start(struct bench *b) {
    yottabgp_start(b->engine, b->now);
    bench_wait(b, b->count);
}

__attribute__((noinline)) static void phase_up(struct bench *b) {
    bench_answer(b);
}

__attribute__((noinline)) static void phase_announce(struct bench *b) {
    bench_say(b, 1, "announce");
}

__attribute__((noinline)) static void phase_withdraw(struct bench *b) {
    bench_say(b, 1, "withdraw");
}

__attribute__((noinline)) static void phase_lists(struct bench *b) {
    bench_say(b, 4, "announce");
}

__attribute__((noinline)) static void phase_storm(struct bench *b) {
    struct streams lost = b->alive;
    b->alive = (struct streams){0};
    for (uint32_t i = 0; i < lost.count; i++)
        yottabgp_closed(b->engine, lost.names[i], "connection reset", b->now);
    free(lost.names);
    bench_turn(b);
    bench_wait(b, b->count);
    bench_answer(b);
}

__attribute__((noinline)) static void phase_reload(struct bench *b) {
    yottabgp_act(b->engine, YOTTABGP_RELOAD, 0, b->now);
    bench_turn(b);
}

__attribute__((noinline)) static void phase_stop(struct bench *b) {
    yottabgp_act(b->engine, YOTTABGP_SHUTDOWN, 0, b->now);
    for (int patience = 0; !b->ended && patience < 1000; patience++) {
        b->now += SECOND / 10;
        yottabgp_timer(b->engine, b->now);
        bench_turn(b);
    }
    if (!b->ended)
        fprintf(stderr, "it does not end\n");
}

static const struct {
    const char *name;
    void (*run)(struct bench *);
} phases[] = {
    {"load", phase_load},         {"start", phase_start},       {"up", phase_up},
    {"announce", phase_announce}, {"withdraw", phase_withdraw}, {"lists", phase_lists},
    {"storm", phase_storm},       {"reload", phase_reload},     {"stop", phase_stop},
};

static bool bench_configure(struct bench *b) {
    strcpy(b->file, "/tmp/bench-sessions.XXXXXX");
    int fd = mkstemp(b->file);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f)
        return false;
    fprintf(f, "process h { run /bin/true; encoder json; }\n");
    for (uint32_t i = 0; i < b->count; i++) {
        fprintf(f, "neighbor ");
        put_address(f, i);
        fprintf(f, " { router-id 10.9.9.9; local-address 127.0.0.1; local-as 65000; peer-as 65001; hold-time 240; "
                   "family { ipv4 unicast; } api { processes [ h ]; neighbor-changes; } }\n");
    }
    return fclose(f) == 0;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    static char level[] = "exabgp_log_level=ERR";
    static char *const variables[] = {level, NULL};
    struct bench b = {.count = argc == 2 ? (uint32_t)atoi(argv[1]) : 0, .now = SECOND};
    char error[200] = "";
    if (!b.count) {
        fprintf(stderr, "usage: bench-sessions N\n");
        return 2;
    }
    const struct yottabgp_host host = {
        .context = &b,
        .dial = host_dial,
        .listen = host_listen,
        .unlisten = host_unlisten,
        .output = host_output,
        .pause = host_pause,
        .hang_up = host_hang_up,
        .start = host_start,
        .stop = host_stop,
        .helper_output = host_helper_output,
        .helper_pause = host_helper_pause,
        .log = host_log,
        .end = host_end,
    };
    b.engine = yottabgp_new(variables, "/nonexistent", &host, 1, error, sizeof error);
    if (!b.engine || !bench_configure(&b)) {
        fprintf(stderr, "bench-sessions: %s\n", error);
        return 1;
    }
    printf("%-10s %12s\n", "phase", "ns a session");
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        double before = seconds();
        phases[i].run(&b);
        printf("%-10s %12.0f\n", phases[i].name, (seconds() - before) * 1e9 / b.count);
    }
    unlink(b.file);
    if (b.ups != 2 * b.count) {
        fprintf(stderr, "%u times a neighbor came up, not %u\n", b.ups, 2 * b.count);
        return 1;
    }
    yottabgp_free(b.engine);
    free(b.dialed.names);
    free(b.alive.names);
    free(b.output.names);
    free(b.ending.names);
    return 0;
}
