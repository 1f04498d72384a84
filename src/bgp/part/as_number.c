/* AS numbers in text. */
#include "bgp/part/as_number.h"

bool as_number_parse(struct text t, uint32_t *out) {
    struct text high_text;
    bool dotted;
    uint64_t high = 0, low;
    struct text low_text = text_cut(t, '.', &high_text, &dotted);
    if (!dotted) {
        if (!number_parse(t, UINT32_MAX, &low))
            return false;
    } else if (!number_parse(high_text, UINT16_MAX, &high) || !number_parse(low_text, UINT16_MAX, &low)) {
        return false;
    }
    *out = (uint32_t)(high << 16 | low);
    return true;
}
