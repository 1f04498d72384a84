/* A configuration. One that is good is printed back as neighbors, and those are good again. */
#include "config/config.h"
#include "fuzz.h"

static bool read_text(struct text text, struct configuration *c) {
    const struct config_options options = {.software = {"fuzz", 4}, .folder = "/nonexistent"};
    struct config_report report = {0};
    struct buffer shown = buffer_growing();
    bool good = config_read_text(text, "fuzz", &options, c, &report);
    FUZZ_CHECK(good || report.count, "refused without a word");
    put_config_report(&shown, &report);
    config_report_release(&report);
    buffer_release(&shown);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len) {
    uint8_t *exact = fuzz_exact(octets, len);
    struct configuration c, again;
    struct buffer printed = buffer_growing();
    if (read_text((struct text){(const char *)exact, len}, &c)) {
        for (size_t i = 0; i < c.neighbor_count; i++) {
            buffer_clear(&printed);
            put_neighbor_configuration(&printed, c.neighbors[i]);
            if (read_text(buffer_text(&printed), &again))
                config_release(&again);
        }
        config_release(&c);
    }
    free(exact);
    buffer_release(&printed);
    return 0;
}
