/* A helper that counts the routes it is told, as fast as they come.
 *
 *     load-sink --expect N --done FILE
 *
 * When N prefixes of the form A.B.C.D/24 were read it writes to FILE: the time of the first and of the last octets, the
 * count and the sum over the prefixes. Prefixes are found by their "/24" behind digits and dots: nothing else in an
 * event looks so. */
#include <fcntl.h>

#include "load.h"

struct sink {
    uint64_t sum, began, last;
    uint32_t count, expect;
    uint32_t numbers[4]; /* of an address that is being read */
    unsigned dots;
    bool in_number;
    enum { NOTHING, ADDRESS, SLASH, TWO } state;
};

static void sink_digit(struct sink *s, unsigned digit) {
    if (s->state != ADDRESS) {
        s->state = ADDRESS;
        s->dots = 0;
        s->numbers[0] = 0;
    }
    s->numbers[s->dots] = s->numbers[s->dots] * 10 + digit;
}

static void sink_prefix(struct sink *s) {
    uint32_t address = s->numbers[0] << 24 | s->numbers[1] << 16 | s->numbers[2] << 8 | s->numbers[3];
    s->sum += prefix_sum(address, 24);
    s->count++;
}

static void sink_octet(struct sink *s, char c) {
    if (s->state == SLASH && c == '2') {
        s->state = TWO;
    } else if (s->state == TWO && c == '4') {
        sink_prefix(s);
        s->state = NOTHING;
    } else if (c >= '0' && c <= '9') {
        sink_digit(s, (unsigned)(c - '0'));
    } else if (s->state == ADDRESS && c == '.' && s->dots < 3) {
        s->numbers[++s->dots] = 0;
    } else {
        s->state = s->state == ADDRESS && c == '/' && s->dots == 3 ? SLASH : NOTHING;
    }
}

static void sink_report(const struct sink *s, const char *done) {
    char name[4096];
    snprintf(name, sizeof name, "%s.new", done);
    FILE *out = fopen(name, "w");
    if (!out)
        exit(1);
    fprintf(out, "{\"first\": %llu, \"last\": %llu, \"count\": %u, \"sum\": %llu}\n", (unsigned long long)s->began,
            (unsigned long long)s->last, s->count, (unsigned long long)s->sum);
    fclose(out);
    rename(name, done);
}

int main(int argc, char **argv) {
    static char octets[1 << 18];
    struct sink s = {.expect = number_option(argc, argv, "--expect", 1)};
    const char *done = option(argc, argv, "--done", NULL);
    bool told = false;
    if (!done) {
        fprintf(stderr, "load-sink: --done FILE is missing\n");
        return 2;
    }
    fcntl(0, F_SETPIPE_SZ, 1 << 20);
    for (ssize_t n; (n = read(0, octets, sizeof octets)) > 0;) {
        for (ssize_t i = 0; i < n; i++)
            sink_octet(&s, octets[i]);
        s.last = now_ns();
        if (!s.began && s.count)
            s.began = s.last;
        if (s.count >= s.expect && !told) {
            told = true;
            sink_report(&s, done);
        }
    }
    return 0;
}
