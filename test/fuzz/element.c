/* The differential one: one octet for the kind of element, then its octets. What check() calls good has a text that
 * makes the same octets again and valid JSON in every form; what it refuses breaks a row of the error contract. */
#include "bgp/attribute.h"
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
        /* Four bits mean nothing, and no words make them (RFC 4271 4.3). Partial is for those who do not know the
         * attribute: one that has words is not partial by them, and one that has none only where both others are set.
         */
        bool partial = (wire.base[0] & 0xc0) == 0xc0 && !attribute_kind_of(wire.base[1]);
        wire.base[0] &= partial ? 0xf0 : 0xd0;
    }
    if (!element_is_safe(e, buffer_cursor(&wire), &good, &report))
        FUZZ_CHECK(false, "%.*s", (int)buffer_len(&report), (const char *)report.base);
    buffer_release(&report);
    buffer_release(&wire);
    return 0;
}
