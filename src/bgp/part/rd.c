#include "bgp/part/rd.h"

#include "base/ip.h"
#include "base/number.h"

enum { RD_AS2 = 0, RD_IPV4 = 1, RD_AS4 = 2 };

static bool rd_parse_hex(struct text t, uint8_t rd[RD_OCTETS]) {
    struct buffer octets = buffer_fixed(rd, RD_OCTETS);
    struct text digits = {t.p + 2, t.len - 2};
    return digits.len == 2 * RD_OCTETS && hex_parse(digits, &octets);
}

bool rd_parse(struct text t, uint8_t rd[RD_OCTETS]) {
    struct text head;
    bool colon;
    uint64_t administrator, assigned;
    uint32_t address;
    if (text_starts(t, "0x"))
        return rd_parse_hex(t, rd);
    struct text tail = text_cut(t, ':', &head, &colon);
    if (!colon || !number_parse(tail, UINT32_MAX, &assigned))
        return false;
    struct buffer b = buffer_fixed(rd, RD_OCTETS);
    if (ipv4_parse(head, &address)) {
        put_u16(&b, RD_IPV4);
        put_u32(&b, address);
        put_u16(&b, (uint16_t)assigned);
        return assigned <= UINT16_MAX;
    }
    if (!number_parse(head, UINT32_MAX, &administrator))
        return false;
    if (administrator <= UINT16_MAX) {
        put_u16(&b, RD_AS2);
        put_u16(&b, (uint16_t)administrator);
        put_u32(&b, (uint32_t)assigned);
        return true;
    }
    put_u16(&b, RD_AS4);
    put_u32(&b, (uint32_t)administrator);
    put_u16(&b, (uint16_t)assigned);
    return assigned <= UINT16_MAX;
}

bool rd_take(struct words *words, uint8_t rd[RD_OCTETS]) {
    static const char want[] = "a route distinguisher: 65000:1, 10.0.0.1:1 or 4200000000:1";
    struct text t;
    if (!words_take(words, want, &t))
        return false;
    if (rd_parse(t, rd))
        return true;
    return words_fail(words, "invalid route-distinguisher %.*s", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "%s", want);
}

static uint32_t rd_number(const uint8_t *p, unsigned octets) {
    uint32_t v = 0;
    while (octets--)
        v = v << 8 | *p++;
    return v;
}

/* An administrator and a number, where the former ends after `octets` of the six. */
static void put_rd_numbers(struct buffer *b, const uint8_t *value, unsigned octets) {
    put_decimal(b, rd_number(value, octets));
    put_char(b, ':');
    put_decimal(b, rd_number(value + octets, RD_OCTETS - 2 - octets));
}

void put_rd(struct buffer *b, const uint8_t *rd) {
    switch (rd_number(rd, 2)) {
    case RD_AS2: put_rd_numbers(b, rd + 2, 2); break;
    case RD_AS4: put_rd_numbers(b, rd + 2, 4); break;
    case RD_IPV4:
        put_ipv4(b, rd + 2);
        put_char(b, ':');
        put_decimal(b, rd_number(rd + 6, 2));
        break;
    default: put_literal(b, "0x"); put_hex_upper(b, (struct cursor){rd, rd + RD_OCTETS, false});
    }
}
