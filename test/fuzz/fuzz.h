/* What the fuzz targets share. A target is a program of libFuzzer (./dev fuzz), and with replay.c one that tries the
 * files of its corpus again (every test run, any compiler). Whatever is not as it should be ends the program. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "bgp/terms.h"
#include "elements.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

#define FUZZ_CHECK(condition, ...)                                                                                     \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: " #condition ": ", __FILE__, __LINE__);                                            \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fputc('\n', stderr);                                                                                       \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* One line, and JSON when it begins so. */
void fuzz_check_json(struct text line);
/* Each line that begins like JSON is JSON. */
void fuzz_check_lines(struct text lines);

/* Sessions of all kinds: the bits say four-octet AS numbers, internal, path identifiers, extended messages, all
 * families, next hops of the other kind. */
struct terms fuzz_terms(uint8_t bits);

/* A copy in memory of just the size, so that a read past the end is seen; to be freed. */
uint8_t *fuzz_exact(const uint8_t *octets, size_t len);

#endif
