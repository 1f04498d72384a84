/* What the load programs share: made-up routes, the same in each of them, and the clock.
 *
 * Route i is the i-th /24 from 1.0.0.0 on; seven in a row (or as many as asked for) have one set of attributes. All is
 * computed from numbers, so that nobody has to be given a file, and a sum over the prefixes tells whether all arrived.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_PREFIX = 0x01000000, ROUTES_A_SET = 7, PATH_LENGTH = 4 };

static inline uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static inline uint64_t mixed(uint64_t n) {
    n = (n ^ n >> 33) * 0xff51afd7ed558ccd;
    n = (n ^ n >> 33) * 0xc4ceb9fe1a85ec53;
    return n ^ n >> 33;
}

static inline uint32_t route_address(uint32_t route) {
    return FIRST_PREFIX + (route << 8);
}

static inline uint64_t prefix_sum(uint32_t address, uint8_t bits) {
    return mixed((uint64_t)address << 8 | bits);
}

/* AS numbers below 65536, as old engines want them. */
static inline uint32_t path_hop(uint32_t set, unsigned hop) {
    return 1000 + (uint32_t)(mixed((uint64_t)set * PATH_LENGTH + hop) % 60000);
}

static inline uint32_t set_med(uint32_t set) {
    return set % 1000;
}

static inline uint16_t set_community(uint32_t set, unsigned which) {
    return (uint16_t)(mixed(set ^ (uint64_t)(which + 1) << 40) & 0xffff);
}

/* A permutation of 0 .. count - 1 by four rounds on halves, walked until it falls inside. */
static inline uint32_t shuffled(uint32_t n, uint32_t count) {
    unsigned half = 1;
    while ((uint64_t)1 << 2 * half < count)
        half++;
    uint32_t mask = ((uint32_t)1 << half) - 1;
    do {
        uint32_t left = n >> half, right = n & mask;
        for (unsigned round = 0; round < 4; round++) {
            uint32_t next = left ^ (uint32_t)(mixed((uint64_t)round << 32 | right) & mask);
            left = right;
            right = next;
        }
        n = left << half | right;
    } while (n >= count);
    return n;
}

static inline const char *option(int argc, char **argv, const char *name, const char *usual) {
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    return usual;
}

static inline uint32_t number_option(int argc, char **argv, const char *name, uint32_t usual) {
    const char *value = option(argc, argv, name, NULL);
    return value ? (uint32_t)strtoul(value, NULL, 10) : usual;
}

#endif
