#include "bgp/part/ethernet.h"

#include "base/number.h"

bool colons_parse(struct text t, uint8_t *octets, size_t count) {
    struct buffer b = buffer_fixed(octets, count);
    bool more = true;
    while (more) {
        struct text one;
        t = text_cut(t, ':', &one, &more);
        if (one.len != 2 || !hex_parse(one, &b))
            return false;
    }
    return buffer_len(&b) == count && !b.full;
}

void put_colons(struct buffer *b, const uint8_t *octets, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i)
            put_char(b, ':');
        put_hex(b, (struct cursor){octets + i, octets + i + 1, false});
    }
}

bool esi_parse(struct text t, uint8_t esi[ESI_OCTETS]) {
    if (!text_is(t, "-"))
        return colons_parse(t, esi, ESI_OCTETS);
    memset(esi, 0, ESI_OCTETS);
    return true;
}

void put_esi(struct buffer *b, const uint8_t *esi) {
    static const uint8_t none[ESI_OCTETS];
    if (memcmp(esi, none, ESI_OCTETS) == 0)
        put_char(b, '-');
    else
        put_colons(b, esi, ESI_OCTETS);
}

void put_mac(struct buffer *b, const uint8_t *mac) {
    for (size_t i = 0; i < MAC_OCTETS; i++) {
        if (i)
            put_char(b, ':');
        put_hex_upper(b, (struct cursor){mac + i, mac + i + 1, false});
    }
}
