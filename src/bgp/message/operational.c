/* The OPERATIONAL message (draft-ietf-idr-operational-message): type 2, length 2, then what the type says.
 *
 *     advisory:  AFI 2, SAFI 1, text
 *     query:     AFI 2, SAFI 1, router-id 4, sequence 4
 *     counter:   the same, counter 4
 *
 * Nothing in it may end a session: what is not understood is shown as octets. */
#include "bgp/message.h"

static const struct operational_kind kinds[] = {
    {1, "ADM", OPERATIONAL_ADVISORY}, {2, "ASM", OPERATIONAL_ADVISORY}, {3, "RPCQ", OPERATIONAL_QUERY},
    {4, "RPCP", OPERATIONAL_COUNTER}, {5, "APCQ", OPERATIONAL_QUERY},   {6, "APCP", OPERATIONAL_COUNTER},
    {7, "LPCQ", OPERATIONAL_QUERY},   {8, "LPCP", OPERATIONAL_COUNTER},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const struct operational_kind *operational_kind_named(struct text name) {
    for (size_t i = 0; i < KINDS; i++)
        if (text_is_any_case(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

static const struct operational_kind *operational_kind_of(uint16_t type) {
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].type == type)
            return &kinds[i];
    return NULL;
}

void operational_read(struct cursor body, struct operational *out) {
    struct cursor whole = body;
    *out = (struct operational){.type = cursor_u16(&whole)};
    out->data = cursor_cut(&whole, cursor_u16(&whole));
    struct cursor data = out->data;
    const struct operational_kind *kind = operational_kind_of(out->type);
    if (whole.bad || !kind)
        return;
    out->afi = cursor_u16(&data);
    out->safi = cursor_u8(&data);
    if (kind->holds == OPERATIONAL_ADVISORY) {
        out->advisory = data;
        cursor_take(&data, cursor_left(&data));
    } else {
        out->router_id = cursor_u32(&data);
        out->sequence = cursor_u32(&data);
        if (kind->holds == OPERATIONAL_COUNTER)
            out->counter = cursor_u32(&data);
    }
    if (!data.bad)
        out->kind = kind;
}

void put_operational(struct buffer *b, const struct operational *o) {
    size_t start = message_begin(b, MESSAGE_OPERATIONAL);
    put_u16(b, o->kind->type);
    size_t hole = put_hole16(b);
    put_u16(b, o->afi);
    put_u8(b, o->safi);
    if (o->kind->holds == OPERATIONAL_ADVISORY) {
        put_cursor(b, o->advisory);
    } else {
        put_u32(b, o->router_id);
        put_u32(b, o->sequence);
        if (o->kind->holds == OPERATIONAL_COUNTER)
            put_u32(b, o->counter);
    }
    fill_hole16(b, hole);
    message_end(b, start);
}
