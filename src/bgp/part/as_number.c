/* AS numbers in text. */
#include "bgp/part/as_number.h"

bool as_number_parse(struct text t, uint32_t *out) {
    uint64_t as, low;
    if (!number_take(&t, UINT32_MAX, &as))
        return false;
    if (t.len) {
        if (t.p[0] != '.' || as > UINT16_MAX || !number_parse((struct text){t.p + 1, t.len - 1}, UINT16_MAX, &low))
            return false;
        as = as << 16 | low;
    }
    *out = (uint32_t)as;
    return true;
}
