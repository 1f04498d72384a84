#include "fuzz.h"

#include <jansson.h>

void fuzz_check_json(struct text line) {
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL;
    json_error_t error;
    FUZZ_CHECK(!memchr(line.p, '\n', line.len), "%.*s", TEXT_ARGS(line));
    json_t *json = json_loadb(line.p, line.len, flags, &error);
    FUZZ_CHECK(json, "%s in %.*s", error.text, TEXT_ARGS(line));
    json_decref(json);
}

void fuzz_check_lines(struct text lines) {
    for (bool more = true; more && lines.len;) {
        struct text line;
        lines = text_cut(lines, '\n', &line, &more);
        if (line.len && (line.p[0] == '{' || text_starts(line, "[{")))
            fuzz_check_json(line);
    }
}

struct terms fuzz_terms(uint8_t bits) {
    const uint64_t all = bits & 16 ? ~(uint64_t)0 : 1;
    return (struct terms){
        .as4 = bits & 1,
        .internal = bits & 2,
        .local_as = 65533,
        .peer_as = bits & 2 ? 65533 : 65001,
        .local = {4, {10, 0, 0, 1}},
        .peer = {4, {10, 0, 0, 2}},
        .families = all,
        .add_path_receive = bits & 4 ? all : 0,
        .extended_message = bits & 8,
        .send_most = bits & 8 ? 65535 : 4096,
        .receive_most = bits & 8 ? 65535 : 4096,
        .extended_next_hop = bits & 32 ? all : 0,
        .aigp = bits & 64,
    };
}

uint8_t *fuzz_exact(const uint8_t *octets, size_t len) {
    uint8_t *exact = malloc(len);
    if (len)
        memcpy(exact, octets, len);
    return exact;
}
