/* The RIBs alone: N routes, seven to a set of attributes, through each of their ways. Nanoseconds a route are printed
 * here; instructions a route are what callgrind counts of the functions named phase_*: see README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "rib/rib_in.h"
#include "rib/rib_out.h"

enum { ROUTES_A_SET = 7 };

struct bench {
    struct attribute_store store;
    struct rib_out *out;
    struct rib_in *in;
    struct terms terms;
    struct buffer message;
    const struct family *family;
    uint32_t count, sets;
    uint32_t *order; /* owned; which route comes when */
    uint32_t *set;   /* owned; of each route, numbers from 1 */
    uint64_t messages, octets;
};

/* ---- What is played ---- */

/* /24s in ascending order. */
static struct cursor bench_nlri(uint32_t route, uint8_t *octets) {
    uint32_t address = 0x01000000 + (route << 8);
    octets[0] = 24;
    poke_u32(octets + 1, address);
    return cursor_of(octets, 4);
}

/* ORIGIN, AS_PATH of four, NEXT_HOP, MED, two COMMUNITIES: 52 octets. */
static void put_bench_set(struct buffer *b, uint32_t number) {
    buffer_clear(b);
    put_octets(b, "\x40\x01\x01\x00", 4);
    put_octets(b, "\x40\x02\x12\x02\x04\x00\x00\xfd\xe8\x00\x00\x0d\x1c\x00\x00\x1b\x1b", 17);
    put_u32(b, number);
    put_octets(b, "\x40\x03\x04\xc0\x00\x02\x01\x80\x04\x04", 10);
    put_u32(b, number & 0xff);
    put_octets(b, "\xc0\x08\x08\xfd\xe8\x00\x01\xfd\xe8\x00\x02", 11);
}

static uint32_t bench_draw(uint64_t *random) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*random >> 33);
}

static void bench_init(struct bench *b, uint32_t count, bool shuffled) {
    *b = (struct bench){.count = count, .family = family_of(1, 1), .message = buffer_growing()};
    b->terms = (struct terms){.local_as = 65000, .peer_as = 65001, .send_most = 4096, .as4 = true};
    b->terms.families = family_bit(b->family);
    b->terms.local = b->terms.peer = ip_of((const uint8_t *)"\x7f\0\0\1", 4);
    b->order = memory_new(count * sizeof *b->order);
    b->set = memory_new(count * sizeof *b->set);
    for (uint32_t i = 0; i < count; i++)
        b->order[i] = i;
    uint64_t random = 42;
    for (uint32_t i = count; shuffled && i > 1; i--) {
        uint32_t other = bench_draw(&random) % i, swap = b->order[i - 1];
        b->order[i - 1] = b->order[other];
        b->order[other] = swap;
    }
    store_init(&b->store, 4711);
    b->out = rib_out_new(&b->store);
    b->in = rib_in_new(&b->store);
}

static void bench_release(struct bench *b) {
    rib_out_free(b->out);
    rib_in_free(b->in);
    store_release(&b->store);
    buffer_release(&b->message);
    free(b->order);
    free(b->set);
}

/* ---- Phases ---- */

__attribute__((noinline)) static void phase_intern(struct bench *b) {
    struct buffer named = buffer_growing();
    b->sets = b->count / ROUTES_A_SET + 1;
    for (uint32_t i = 0; i < b->sets; i++) {
        put_bench_set(&named, i);
        uint32_t set = store_intern(&b->store, buffer_cursor(&named), cursor_of(NULL, 0));
        for (uint32_t j = 0; j < ROUTES_A_SET && i * ROUTES_A_SET + j < b->count; j++)
            b->set[i * ROUTES_A_SET + j] = set;
    }
    buffer_release(&named);
}

static uint32_t bench_set(const struct bench *b, uint32_t route, uint32_t shift) {
    return b->set[route + shift < b->count ? route + shift : route + shift - b->count];
}

static void bench_announce(struct bench *b, uint32_t from, uint32_t to, uint32_t shift) {
    uint8_t octets[5];
    for (uint32_t i = from; i < to; i++) {
        uint32_t route = b->order[i];
        rib_announce(b->out, b->family, bench_nlri(route, octets), false, 0, bench_set(b, route, shift));
    }
    rib_out_waiting(b->out); /* so that all is done */
}

static void bench_pull(struct bench *b, bool group) {
    unsigned too_long = 0;
    while (rib_pull(b->out, &b->terms, group, &b->message, &too_long)) {
        b->messages++;
        b->octets += buffer_len(&b->message);
        if (buffer_len(&b->message) > 60000)
            buffer_clear(&b->message);
    }
    buffer_clear(&b->message);
}

__attribute__((noinline)) static void phase_announce_new(struct bench *b) {
    bench_announce(b, 0, b->count, 0);
}

__attribute__((noinline)) static void phase_pull_new(struct bench *b) {
    bench_pull(b, true);
}

__attribute__((noinline)) static void phase_announce_same(struct bench *b) {
    bench_announce(b, 0, b->count, 0);
}

__attribute__((noinline)) static void phase_announce_other(struct bench *b) {
    bench_announce(b, 0, b->count, ROUTES_A_SET);
}

__attribute__((noinline)) static void phase_pull_other(struct bench *b) {
    bench_pull(b, true);
}

__attribute__((noinline)) static void phase_resend(struct bench *b) {
    rib_resend(b->out, UINT64_MAX);
}

__attribute__((noinline)) static void phase_pull_apart(struct bench *b) {
    bench_pull(b, false);
}

__attribute__((noinline)) static void phase_withdraw(struct bench *b) {
    uint8_t octets[5];
    for (uint32_t i = 0; i < b->count; i++)
        rib_withdraw(b->out, b->family, bench_nlri(b->order[i], octets), false, 0, true);
    rib_out_waiting(b->out);
}

__attribute__((noinline)) static void phase_pull_withdraws(struct bench *b) {
    bench_pull(b, true);
}

/* UPDATEs of one set's routes each. */
static uint32_t bench_nlris(const struct bench *b, uint32_t first, struct nlri *nlris, uint8_t (*octets)[5]) {
    uint32_t count = 0;
    for (; count < ROUTES_A_SET && first + count < b->count; count++)
        nlris[count] = (struct nlri){.family = b->family, .octets = bench_nlri(b->order[first + count], octets[count])};
    return count;
}

__attribute__((noinline)) static void phase_in_announce(struct bench *b) {
    struct nlri nlris[ROUTES_A_SET];
    uint8_t octets[ROUTES_A_SET][5];
    for (uint32_t i = 0, count; i < b->count; i += count) {
        count = bench_nlris(b, i, nlris, octets);
        for (uint32_t j = 0; j < count; j++)
            rib_in_announce(b->in, &nlris[j], b->set[i]);
    }
}

__attribute__((noinline)) static void phase_in_withdraw(struct bench *b) {
    struct nlri nlris[ROUTES_A_SET];
    uint8_t octets[ROUTES_A_SET][5];
    for (uint32_t i = 0, count; i < b->count; i += count) {
        count = bench_nlris(b, i, nlris, octets);
        for (uint32_t j = 0; j < count; j++)
            rib_in_withdraw(b->in, &nlris[j]);
    }
}

/* A helper writes and the peer reads: what waits is never much. */
__attribute__((noinline)) static void phase_stream(struct bench *b) {
    enum { BURST = 600 };
    for (uint32_t i = 0; i < b->count; i += BURST) {
        bench_announce(b, i, i + BURST < b->count ? i + BURST : b->count, 0);
        bench_pull(b, true);
    }
}

static const struct {
    const char *name;
    void (*run)(struct bench *);
} phases[] = {
    {"intern", phase_intern},
    {"announce-new", phase_announce_new},
    {"pull-new", phase_pull_new},
    {"announce-same", phase_announce_same},
    {"announce-other", phase_announce_other},
    {"pull-other", phase_pull_other},
    {"resend", phase_resend},
    {"pull-apart", phase_pull_apart},
    {"in-announce", phase_in_announce},
    {"in-withdraw", phase_in_withdraw},
    {"withdraw", phase_withdraw},
    {"pull-withdraws", phase_pull_withdraws},
    {"stream", phase_stream},
};

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Octets that the process really has in memory. */
static size_t resident(void) {
    size_t all = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%zu %zu", &all, &pages) != 2)
        pages = 0;
    if (f)
        fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

int main(int argc, char **argv) {
    if (argc < 2 || atoi(argv[1]) <= 0) {
        fprintf(stderr, "usage: bench-rib ROUTES [shuffled]\n");
        return 2;
    }
    struct bench b;
    bench_init(&b, (uint32_t)atoi(argv[1]), argc > 2);
    size_t start = resident();
    printf("%-16s %8s %8s %10s %10s %10s %10s\n", "phase", "ns", "messages", "rib-out", "rib-in", "sets", "resident");
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        b.messages = 0;
        double before = seconds();
        phases[i].run(&b);
        double count = b.count, ns = (seconds() - before) * 1e9 / count;
        printf("%-16s %8.1f %8zu %10.1f %10.1f %10.1f %10.1f\n", phases[i].name, ns, (size_t)b.messages,
               (double)rib_out_memory(b.out) / count, (double)rib_in_memory(b.in) / count,
               (double)store_memory(&b.store) / count, (double)(resident() - start) / count);
    }
    bench_release(&b);
    return 0;
}
