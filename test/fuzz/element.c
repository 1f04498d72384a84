/* The differential one: one octet for the kind of element, then its octets. What check() calls good has a text that
 * makes the same octets again and valid JSON in every form; what it refuses breaks a row of the error contract. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len) {
    static const struct element *const kinds[] = {&attribute_element, &route_element, &capability_element};
    if (!len)
        return 0;
    const struct element *e = kinds[octets[0] % 3];
    struct buffer report = buffer_growing();
    bool good;
    if (!element_is_safe(e, cursor_of(octets + 1, len - 1), &good, &report))
        FUZZ_CHECK(false, "%.*s", (int)buffer_len(&report), (const char *)report.base);
    buffer_release(&report);
    return 0;
}
