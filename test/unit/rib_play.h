/* Routes and sets to play with, and what a peer reads out of an UPDATE. */
#ifndef TEST_RIB_PLAY_H
#define TEST_RIB_PLAY_H

#include "bgp/message.h"
#include "bgp/update.h"
#include "rib/rib_out.h"
#include "unit.h"

enum { SEED = 0x5eed };

static uint8_t octets[64];

/* 10.N.N.0/24, or with bits and octets of their own kind in other families. */
static inline struct cursor nlri_of(const struct family *family, unsigned n, unsigned label) {
    struct buffer b = buffer_fixed(octets, sizeof octets);
    if (family->afi == 2) {
        put_u8(&b, 64);
        put_u32(&b, 0x20010db8);
        put_u32(&b, n);
    } else if (family->safi == 1) {
        put_u8(&b, 24);
        put_u8(&b, 10);
        put_u16(&b, (uint16_t)n);
    } else {
        put_u8(&b, family->safi == 4 ? 24 + 24 : 24 + 64 + 24);
        put_u24(&b, label << 4 | 1);
        if (family->safi != 4)
            put_u64(&b, 0x0000fde800000001);
        put_u8(&b, 10);
        put_u16(&b, (uint16_t)n);
    }
    return buffer_cursor(&b);
}

/* ORIGIN, NEXT_HOP and MED: the MED is what tells sets apart. `raw`: octets of an attribute that nobody knows. */
static inline uint32_t set_of(struct attribute_store *store, uint32_t med, struct text next_hop, size_t raw) {
    struct buffer named = buffer_growing(), unknown = buffer_growing();
    struct ip ip = {0};
    ip_parse(next_hop, &ip);
    uint8_t value[4];
    put_attribute(&named, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_ORIGIN, cursor_of("\0", 1));
    put_attribute(&named, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_NEXT_HOP, ip_cursor(&ip));
    poke_u32(value, med);
    put_attribute(&named, ATTRIBUTE_OPTIONAL, ATTRIBUTE_MED, cursor_of(value, 4));
    if (raw) {
        put_u8(&unknown, ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE | ATTRIBUTE_EXTENDED);
        put_u8(&unknown, 240);
        put_u16(&unknown, (uint16_t)raw);
        put_zeros(&unknown, raw);
    }
    uint32_t set = store_intern(store, buffer_cursor(&named), buffer_cursor(&unknown));
    buffer_release(&named);
    buffer_release(&unknown);
    return set;
}

/* One route of an UPDATE. */
struct told {
    bool announced;
    const struct family *family;
    uint32_t path, med;
    struct cursor nlri;
};

/* Calls back with each route of an UPDATE; the number of them. */
static inline unsigned each_told(struct cursor message, const struct terms *terms,
                                 void (*hear)(void *, const struct told *), void *context) {
    struct cursor nlris[4] = {{0}}, part;
    const struct family *families[4] = {family_of(1, 1), family_of(1, 1), NULL, NULL};
    struct told told = {0};
    unsigned count = 0;
    assert_true(cursor_left(&message) <= terms->send_most);
    cursor_cut(&message, MESSAGE_HEADER);
    nlris[0] = cursor_cut(&message, cursor_u16(&message));
    part = cursor_cut(&message, cursor_u16(&message));
    nlris[1] = message;
    assert_false(message.bad);
    for (struct attribute a; attribute_next(&part, &a);) {
        if (a.code == ATTRIBUTE_MED)
            told.med = cursor_u32(&a.value);
        if (a.code != ATTRIBUTE_MP_REACH && a.code != ATTRIBUTE_MP_UNREACH)
            continue;
        bool reach = a.code == ATTRIBUTE_MP_REACH;
        uint16_t afi = cursor_u16(&a.value);
        families[2 + reach] = family_of(afi, cursor_u8(&a.value));
        if (reach)
            cursor_cut(&a.value, cursor_u8(&a.value) + 1u);
        nlris[2 + reach] = a.value;
    }
    for (unsigned i = 0; i < 4; i++) {
        told.announced = i & 1;
        told.family = families[i];
        bool add_path = families[i] && terms_has(terms->add_path_send, families[i]->index);
        while (!cursor_done(&nlris[i])) {
            told.path = add_path ? cursor_u32(&nlris[i]) : 0;
            struct cursor bits = nlris[i];
            told.nlri = cursor_cut(&nlris[i], prefix_octets(cursor_u8(&bits)) + 1);
            assert_false(nlris[i].bad);
            hear(context, &told);
            count++;
        }
    }
    return count;
}

#endif
