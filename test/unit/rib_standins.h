/* The codec as far as the RIB needs it, plain and short: sets sent as they are, a writer. */
#ifndef TEST_RIB_STANDINS_H
#define TEST_RIB_STANDINS_H

#include "bgp/message.h"
#include "bgp/update.h"

bool attributes_find(struct cursor named, uint8_t code, struct cursor *value) {
    for (struct attribute a; attribute_next(&named, &a);)
        if (a.code == code) {
            *value = a.value;
            return true;
        }
    return false;
}

struct ip attributes_next_hop(struct attribute_set set, const struct terms *terms, const struct family *family) {
    struct cursor value = {0};
    (void)terms, (void)family;
    attributes_find(set.named, ATTRIBUTE_NEXT_HOP, &value);
    return ip_of(value.p, cursor_left(&value));
}

void attributes_send(struct attribute_set set, const struct terms *terms, const struct family *family,
                     struct buffer *out) {
    (void)terms;
    for (struct attribute a; attribute_next(&set.named, &a);)
        if (a.code != ATTRIBUTE_NEXT_HOP || (family->flags & FAMILY_CLASSIC && cursor_left(&a.value) == 4))
            put_attribute(out, a.flags, a.code, a.value);
    put_cursor(out, set.raw);
}

static void standin_begin(struct update_writer *w, struct buffer *out, const struct terms *terms,
                          const struct family *family) {
    *w = (struct update_writer){.out = out, .terms = terms, .family = family};
    w->start = message_begin(out, MESSAGE_UPDATE);
    w->limit = w->start + terms->send_most;
    w->add_path = terms_has(terms->add_path_send, family->index);
}

bool update_announce(struct update_writer *w, struct buffer *out, const struct terms *terms,
                     const struct family *family, struct cursor attributes, struct ip next_hop) {
    standin_begin(w, out, terms, family);
    put_u16(out, 0);
    w->attributes = put_hole16(out);
    put_cursor(out, attributes);
    poke_u16(out->base + w->attributes, (uint16_t)cursor_left(&attributes));
    if (!(family->flags & FAMILY_CLASSIC) || next_hop.len != 4) {
        bool vpn = family->flags & FAMILY_VPN_NEXT_HOP;
        w->reach = buffer_len(out);
        put_u16(out, 0x900e);
        put_u16(out, 0);
        put_u16(out, family->afi);
        put_u8(out, family->safi);
        put_u8(out, (uint8_t)(next_hop.len + 8 * vpn));
        put_zeros(out, 8 * vpn);
        put_cursor(out, ip_cursor(&next_hop));
        put_u8(out, 0);
    }
    if (buffer_len(out) <= w->limit)
        return true;
    buffer_cut(out, w->start);
    return false;
}

void update_withdraw(struct update_writer *w, struct buffer *out, const struct terms *terms,
                     const struct family *family) {
    standin_begin(w, out, terms, family);
    w->withdraw = true;
    if (family->flags & FAMILY_CLASSIC) {
        put_u16(out, 0);
        return;
    }
    put_u16(out, 0);
    w->attributes = put_hole16(out);
    w->reach = buffer_len(out);
    put_u16(out, 0x900f);
    put_u16(out, 0);
    put_u16(out, family->afi);
    put_u8(out, family->safi);
}

bool update_add(struct update_writer *w, struct cursor nlri, uint32_t path) {
    size_t tail = w->withdraw && !w->reach ? 2 : 0;
    if (buffer_len(w->out) + cursor_left(&nlri) + 4 * w->add_path + tail > w->limit)
        return false;
    if (w->add_path)
        put_u32(w->out, path);
    put_cursor(w->out, nlri);
    w->count++;
    return true;
}

void update_end(struct update_writer *w) {
    uint8_t *base = w->out->base;
    size_t len = buffer_len(w->out);
    if (!w->count) {
        buffer_cut(w->out, w->start);
        return;
    }
    if (w->reach) {
        poke_u16(base + w->reach + 2, (uint16_t)(len - w->reach - 4));
        poke_u16(base + w->attributes, (uint16_t)(len - w->attributes - 2));
    } else if (w->withdraw) {
        poke_u16(base + w->start + MESSAGE_HEADER, (uint16_t)(len - w->start - MESSAGE_HEADER - 2));
        put_u16(w->out, 0);
    }
    message_end(w->out, w->start);
}

#endif
