/* decode of files: recorded sessions and tables, a line for each message or route. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/decode_capture.h"
#include "host/input.h"

bool decode_is_capture(const char *word) {
    struct stat about;
    size_t digits = strspn(word, "0123456789abcdefABCDEF: \t\r\n");
    return strcmp(word, "-") == 0 || (word[digits] && stat(word, &about) == 0);
}

static int decode_input(const struct yottabgp_decode *how, enum yottabgp_capture_kind kind, const char *name,
                        struct input *input) {
    struct yottabgp_capture *c = yottabgp_capture_new(how, kind, name, &print_standard);
    char error[256];
    ssize_t len;
    do {
        size_t room;
        uint8_t *octets = yottabgp_capture_room(c, &room);
        len = input_read(input, octets, room, error, sizeof error);
    } while (len > 0 && yottabgp_capture_took(c, (size_t)len));
    int status = yottabgp_capture_end(c);
    if (len >= 0)
        return status;
    fflush(stdout);
    fprintf(stderr, "%s: cannot read on: %s\n", name, error);
    return EXIT_FAILURE;
}

int decode_capture(const struct yottabgp_decode *how, enum yottabgp_capture_kind kind, const char *name) {
    const char *shown = strcmp(name, "-") == 0 ? "standard input" : name;
    char error[256] = "";
    struct input *input = input_open(name, error, sizeof error);
    if (!input) {
        fflush(stdout);
        fprintf(stderr, "%s: %s\n", shown, error);
        return EXIT_FAILURE;
    }
    int status = decode_input(how, kind, shown, input);
    input_close(input);
    return fflush(stdout) == 0 ? status : EXIT_FAILURE;
}
