/* Writing UPDATEs: one message, filled with NLRIs up to its last octet (RFC 4271 4.3, 4760, 8654).
 *
 * The classic fields hold IPv4 unicast whose next hop is IPv4; all else is in MP_REACH or MP_UNREACH, which stands last
 * so that NLRIs can be appended. Its length begins as one octet and becomes two when the 256th octet of its value
 * comes: then the value moves by one, once a message. */
#include "bgp/message.h"
#include "bgp/nlri/prefix.h"
#include "bgp/update.h"

enum { REACH_HEADER = 3, UPDATE_FIXED = MESSAGE_HEADER + 4 };

static void writer_start(struct update_writer *w, struct buffer *out, const struct terms *terms,
                         const struct family *family) {
    *w = (struct update_writer){
        .out = out,
        .terms = terms,
        .family = family,
        .start = buffer_len(out),
        .limit = buffer_len(out) + terms->send_most,
        .add_path = terms_has(terms->add_path_send, family->index),
    };
    message_begin(out, MESSAGE_UPDATE);
}

static void writer_start_reach(struct update_writer *w, uint8_t code) {
    w->reach = buffer_len(w->out);
    put_u8(w->out, ATTRIBUTE_OPTIONAL);
    put_u8(w->out, code);
    put_u8(w->out, 0);
    put_u16(w->out, w->family->afi);
    put_u8(w->out, w->family->safi);
}

static size_t writer_reach_len(const struct update_writer *w) {
    bool extended = w->out->base[w->reach] & ATTRIBUTE_EXTENDED;
    return buffer_len(w->out) - w->reach - REACH_HEADER - extended;
}

/* Makes room for `len` octets; one more where they make the length of MP_REACH two octets. */
static bool writer_room(struct update_writer *w, size_t len) {
    bool widen = w->reach && !(w->out->base[w->reach] & ATTRIBUTE_EXTENDED) && writer_reach_len(w) + len > UINT8_MAX;
    size_t used = buffer_len(w->out);
    if (used + len + widen > w->limit || !buffer_reserve(w->out, len + widen))
        return false;
    if (widen) {
        uint8_t *value = w->out->base + w->reach + REACH_HEADER;
        memmove(value + 1, value, used - w->reach - REACH_HEADER);
        w->out->base[w->reach] |= ATTRIBUTE_EXTENDED;
        w->out->p++;
    }
    return true;
}

bool update_announce(struct update_writer *w, struct buffer *out, const struct terms *terms,
                     const struct family *family, struct cursor attributes, struct ip next_hop) {
    if (UPDATE_FIXED + cursor_left(&attributes) >= terms->send_most)
        return false;
    writer_start(w, out, terms, family);
    put_u16(out, 0);
    w->attributes = put_hole16(out);
    put_cursor(out, attributes);
    if (family->flags & FAMILY_CLASSIC && next_hop.len == 4) {
        fill_hole16(out, w->attributes);
        return true;
    }
    writer_start_reach(w, ATTRIBUTE_MP_REACH);
    size_t hole = put_hole8(out);
    put_family_next_hop(out, family, next_hop, terms);
    fill_hole8(out, hole);
    put_u8(out, 0);
    if (buffer_len(out) < w->limit)
        return true;
    buffer_cut(out, w->start);
    return false;
}

void update_withdraw(struct update_writer *w, struct buffer *out, const struct terms *terms,
                     const struct family *family) {
    writer_start(w, out, terms, family);
    w->withdraw = true;
    put_u16(out, 0);
    if (family->flags & FAMILY_CLASSIC) {
        w->limit -= 2; /* for the length of no attributes, which comes last */
        return;
    }
    w->attributes = put_hole16(out);
    writer_start_reach(w, ATTRIBUTE_MP_UNREACH);
}

bool update_add(struct update_writer *w, struct cursor nlri, uint32_t path) {
    uint8_t memory[NLRI_WITHDRAWN_MOST];
    struct buffer withdrawn = buffer_fixed(memory, sizeof memory);
    unsigned labels = w->terms->labels_send[w->family->index];
    if (labels && !w->withdraw && nlri_labels(w->family, nlri) > labels)
        return false;
    if (w->withdraw && nlri_labels(w->family, nlri) > 1) {
        put_nlri_withdrawn(&withdrawn, w->family, nlri);
        nlri = buffer_cursor(&withdrawn);
    }
    size_t len = cursor_left(&nlri) + (w->add_path ? 4 : 0);
    if ((w->family->flags & FAMILY_ALONE && w->count) || !writer_room(w, len))
        return false;
    if (w->add_path)
        put_u32(w->out, path);
    put_cursor(w->out, nlri);
    w->count++;
    return true;
}

static void writer_end_reach(struct update_writer *w) {
    uint8_t *reach = w->out->base + w->reach;
    size_t len = writer_reach_len(w);
    if (reach[0] & ATTRIBUTE_EXTENDED)
        poke_u16(reach + 2, (uint16_t)len);
    else
        reach[2] = (uint8_t)len;
}

void update_end(struct update_writer *w) {
    struct buffer *out = w->out;
    if (!w->count) {
        buffer_cut(out, w->start);
        return;
    }
    if (w->reach) {
        writer_end_reach(w);
        fill_hole16(out, w->attributes);
    } else if (w->withdraw) {
        fill_hole16(out, w->start + MESSAGE_HEADER);
        put_u16(out, 0);
    }
    message_end(out, w->start);
}

/* Of IPv4 unicast an UPDATE with nothing in it, else an empty MP_UNREACH (RFC 4724 section 2): with two octets of
 * length, as ExaBGP writes it. */
void put_end_of_rib(struct buffer *out, uint16_t afi, uint8_t safi) {
    size_t start = message_begin(out, MESSAGE_UPDATE);
    put_u16(out, 0);
    size_t attributes = put_hole16(out);
    if (afi != 1 || safi != 1) {
        put_u8(out, ATTRIBUTE_OPTIONAL | ATTRIBUTE_EXTENDED);
        put_u8(out, ATTRIBUTE_MP_UNREACH);
        put_u16(out, 3);
        put_u16(out, afi);
        put_u8(out, safi);
    }
    fill_hole16(out, attributes);
    message_end(out, start);
}
