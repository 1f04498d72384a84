/* The differential one: one octet for the kind of element, then its octets. What check() calls good has a text that
 * makes the same octets again and valid JSON in every form; what it refuses breaks a row of the error contract. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len) {
    static const struct element *const kinds[] = {&attribute_element, &route_element, &capability_element};
    if (!len)
        return 0;
    const struct element *e = kinds[octets[0] % 3];
    struct buffer report = buffer_growing(), wire = buffer_growing();
    bool good;
    put_octets(&wire, octets + 1, len - 1);
    if (e == &attribute_element && len > 1) {
        /* Four bits mean nothing, and no words make them (RFC 4271 4.3); Partial only where both others are set. */
        wire.base[0] &= (wire.base[0] & 0xc0) == 0xc0 ? 0xf0 : 0xd0;
    }
    if (!element_is_safe(e, buffer_cursor(&wire), &good, &report))
        FUZZ_CHECK(false, "%.*s", (int)buffer_len(&report), (const char *)report.base);
    buffer_release(&report);
    buffer_release(&wire);
    return 0;
}
