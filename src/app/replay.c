/* replay: the routes of recorded sessions and tables, as a helper announces them.
 *
 * It is `decode -m` with a clock, filters and a pipe behind it: answers of the engine are read and passed over, and
 * when all is said it stays, since a helper that ends is started again. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "base/ip.h"
#include "base/words.h"
#include "host/input.h"

enum { REPLAY_BLOCK = 1 << 16, REPLAY_READ = 1 << 14 };

struct replay {
    double speed;         /* times as fast as recorded; 0: as fast as the engine takes it */
    struct prefix within; /* ip.len 0: all */
    const char *neighbor, *next_hop;
    struct buffer out;
    uint64_t first, start; /* microseconds: the first time that was recorded, and when it was replayed */
    bool ended, gone;      /* of the engine: it says nothing more, nobody reads */
};

static const struct option replay_options[] = {
    {"speed", required_argument, NULL, 's'},
    {"peer", required_argument, NULL, 'p'},
    {"prefix", required_argument, NULL, 'x'},
    {"neighbor", required_argument, NULL, 'n'},
    {"next-hop", required_argument, NULL, 'N'},
    {"exit", no_argument, NULL, 'e'},
    {NULL, 0, NULL, 0},
};

static uint64_t replay_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* ---- The pipe ---- */

/* Reads what there is, and waits: until something can be written, or that many milliseconds (-1: for ever). */
static bool replay_wait(struct replay *r, bool write_too, int milliseconds) {
    char answers[REPLAY_READ];
    struct pollfd fds[2] = {{.fd = r->ended ? -1 : 0, .events = POLLIN}, {.fd = 1, .events = write_too ? POLLOUT : 0}};
    if (poll(fds, 2, milliseconds) <= 0)
        return false;
    if (fds[0].revents) {
        ssize_t len = read(0, answers, sizeof answers);
        r->ended = len == 0 || (len < 0 && errno != EINTR && errno != EAGAIN);
    }
    r->gone = r->gone || fds[1].revents & (POLLERR | POLLNVAL);
    return fds[1].revents & POLLOUT;
}

/* In pieces that a pipe which is ready takes without waiting, so that answers are always read. */
static void replay_flush(struct replay *r) {
    struct text left = buffer_text(&r->out);
    while (left.len && !r->gone) {
        if (!replay_wait(r, true, -1))
            continue;
        ssize_t len = write(1, left.p, left.len < 4096 ? left.len : 4096);
        r->gone = len < 0 && errno != EINTR && errno != EAGAIN;
        if (len > 0) {
            left.p += len;
            left.len -= (size_t)len;
        }
    }
    buffer_clear(&r->out);
}

/* What follows was recorded then. */
static void replay_at(void *context, uint64_t time) {
    struct replay *r = context;
    uint64_t now = replay_now();
    if (r->speed <= 0 || time == 0)
        return;
    if (r->first == 0) {
        r->first = time;
        r->start = now;
    }
    uint64_t due = r->start + (time > r->first ? (uint64_t)((double)(time - r->first) / r->speed) : 0);
    if (due > now)
        replay_flush(r);
    for (; due > now && !r->gone; now = replay_now()) {
        uint64_t wait = (due - now + 999) / 1000;
        replay_wait(r, false, wait < 1000 ? (int)wait : 1000);
    }
}

/* ---- Lines ---- */

static bool replay_is_within(const struct replay *r, struct text word) {
    struct prefix p;
    if (!r->within.ip.len)
        return true;
    if (!prefix_parse(word, &p) || p.ip.len != r->within.ip.len || p.bits < r->within.bits)
        return false;
    p.bits = r->within.bits;
    prefix_clear_host_bits(&p);
    return ip_same(p.ip, r->within.ip);
}

/* The words of a line up to its prefixes: `announce route PREFIX`, `announce ipv6 unicast PREFIX`; or to `nlri` of
 * `announce attributes ... nlri PREFIX...`: *several. False: it has none that could be looked at. */
static bool replay_to_prefix(struct words *words, bool *several) {
    struct text kind, word;
    *several = false;
    if (!words_next(words, &kind))
        return false;
    if (text_is(kind, "route"))
        return true;
    if (text_is(kind, "ipv4") || text_is(kind, "ipv6"))
        return words_next(words, &word);
    *several = text_is(kind, "attributes");
    while (*several && words_next(words, &word))
        if (text_is(word, "nlri"))
            return true;
    return false;
}

/* Puts what of the line is wanted; false: nothing is. */
static bool put_replayed(struct replay *r, struct text line) {
    struct complaint complaint = {0};
    struct words words = words_of_line(line, &complaint);
    struct text prefix;
    bool several, any = false;
    if (!words_accept(&words, "announce") && !words_accept(&words, "withdraw"))
        return false;
    if (!r->within.ip.len) {
        put_text(&r->out, line);
        return true;
    }
    if (!replay_to_prefix(&words, &several))
        return false;
    if (!several) {
        any = words_peek(&words, &prefix) && replay_is_within(r, prefix);
        put_text(&r->out, any ? line : (struct text){"", 0});
        return any;
    }
    put_text(&r->out, (struct text){line.p, (size_t)(words.p - line.p)});
    while (words_next(&words, &prefix))
        if (replay_is_within(r, prefix)) {
            put_char(&r->out, ' ');
            put_text(&r->out, prefix);
            any = true;
        }
    return any;
}

/* Puts another next hop in place of the one of the line that begins at `start` of what is to be written. */
static void replay_next_hop(struct replay *r, size_t start) {
    static const char word[] = " next-hop ";
    char *line = (char *)r->out.base + start, *at = memmem(line, buffer_len(&r->out) - start, word, sizeof word - 1);
    if (!at)
        return;
    at += sizeof word - 1;
    char *end = memchr(at, ' ', (size_t)((char *)r->out.p - at));
    struct buffer rest = buffer_growing();
    if (end)
        put_octets(&rest, end, (size_t)((char *)r->out.p - end));
    buffer_cut(&r->out, (size_t)(at - (char *)r->out.base));
    put_string(&r->out, r->next_hop);
    put_text(&r->out, buffer_text(&rest));
    buffer_release(&rest);
}

static void replay_line(struct replay *r, struct text line) {
    size_t start = buffer_len(&r->out);
    if (r->neighbor)
        put_format(&r->out, "neighbor %s ", r->neighbor);
    if (!put_replayed(r, line)) {
        buffer_cut(&r->out, start);
        return;
    }
    if (r->next_hop)
        replay_next_hop(r, start);
    put_char(&r->out, '\n');
}

static void replay_lines(void *context, const char *text, size_t len) {
    struct replay *r = context;
    struct text rest = {text, len}, line;
    for (bool more = true; more && !r->gone;) {
        rest = text_cut(rest, '\n', &line, &more);
        if (line.len)
            replay_line(r, line);
        if (buffer_len(&r->out) >= REPLAY_BLOCK)
            replay_flush(r);
    }
}

static void replay_error(void *context, const char *text, size_t len) {
    (void)context;
    fwrite(text, 1, len, stderr);
}

static int replay_file(struct replay *r, const struct yottabgp_decode *how, const char *name) {
    const struct yottabgp_print print = {r, replay_lines, replay_error};
    char error[256] = "";
    ssize_t len = -1;
    struct input *input = input_open(name, error, sizeof error);
    int status = EXIT_FAILURE;
    if (input) {
        struct yottabgp_capture *c = yottabgp_capture_new(how, YOTTABGP_CAPTURE_ANY, name, &print);
        do {
            size_t room;
            uint8_t *octets = yottabgp_capture_room(c, &room);
            len = input_read(input, octets, room, error, sizeof error);
        } while (len > 0 && yottabgp_capture_took(c, (size_t)len) && !r->gone);
        status = yottabgp_capture_end(c);
        input_close(input);
    }
    if (len >= 0)
        return status;
    fprintf(stderr, "%s: %s\n", name, error);
    return EXIT_FAILURE;
}

/* ---- The command ---- */

static bool replay_prefix(const struct invocation *invocation, const char *text, struct prefix *out) {
    if (prefix_parse(text_of(text), out)) {
        prefix_clear_host_bits(out);
        return true;
    }
    fprintf(stderr, "%s: --prefix takes an address with a length, not \"%s\"\n", invocation->program, text);
    return false;
}

static bool replay_speed(const struct invocation *invocation, const char *text, double *out) {
    char *end;
    *out = strtod(text, &end);
    if (end != text && !*end && *out >= 0 && *out < 1e9)
        return true;
    fprintf(stderr, "%s: --speed takes a number, 0 for as fast as possible, not \"%s\"\n", invocation->program, text);
    return false;
}

static int replay_run(const struct invocation *invocation, int argc, char **argv) {
    struct replay r = {.out = buffer_growing()};
    struct yottabgp_decode how = {.form = environment_form(), .command = true, .at = replay_at, .at_context = &r};
    bool leaves = false, good = true;
    int option, status = EXIT_SUCCESS;
    while (good && (option = getopt_long(argc, argv, "s:p:x:n:N:e", replay_options, NULL)) != -1) {
        switch (option) {
        case 's': good = replay_speed(invocation, optarg, &r.speed); break;
        case 'p': how.peer = optarg; break;
        case 'x': good = replay_prefix(invocation, optarg, &r.within); break;
        case 'n': r.neighbor = optarg; break;
        case 'N': r.next_hop = optarg; break;
        case 'e': leaves = true; break;
        default: return print_usage(invocation, &subcommand_replay, false);
        }
    }
    if (!good)
        return EXIT_USAGE;
    if (optind == argc)
        return print_usage(invocation, &subcommand_replay, false);
    for (int i = optind; i < argc && !r.gone; i++) {
        if (replay_file(&r, &how, argv[i]) != EXIT_SUCCESS)
            status = EXIT_FAILURE;
        replay_flush(&r);
    }
    while (!leaves && !r.gone && !r.ended)
        replay_wait(&r, false, -1);
    buffer_release(&r.out);
    return r.gone ? EXIT_FAILURE : status;
}

const struct subcommand subcommand_replay = {
    .name = "replay",
    .usage = "[options] FILE...",
    .summary = "announce and withdraw what was recorded (MRT, BMP, pcap): run as a helper",
    .help = "FILE is what `decode` reads, compressed or not; its routes become API commands on standard output.\n\n"
            "  -s, --speed N              N times as fast as recorded; 0 (the default): as fast as they are taken\n"
            "  -p, --peer IP              only what was heard from this peer\n"
            "  -x, --prefix PREFIX        only routes of this prefix and those inside it\n"
            "  -n, --neighbor IP          to this neighbor of ours (default: all that the helper may speak to)\n"
            "  -N, --next-hop IP          announce with this next hop, or self\n"
            "  -e, --exit                 end when all is said; else it stays, as a helper should\n",
    .run = replay_run,
};
