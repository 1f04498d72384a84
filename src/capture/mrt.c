/* MRT (RFC 6396): a common header, then a record of some type.
 *
 *     timestamp (4), type (2), subtype (2), length (4)
 *
 * The length of a record is all that leads to the next one, so a bad inside costs that record alone. */
#include "capture/mrt.h"

#include "base/memory.h"

static bool mrt_match(struct cursor head) {
    cursor_u32(&head);
    uint16_t type = cursor_u16(&head), subtype = cursor_u16(&head);
    uint32_t len = cursor_u32(&head);
    return !head.bad && type >= 11 && type <= 64 && subtype <= 16 && len <= CAPTURE_RECORD;
}

static const char *mrt_type_name(uint16_t type) {
    switch (type) {
    case 11: return "OSPFv2";
    case 32:
    case 33: return "ISIS";
    case 48:
    case 49: return "OSPFv3";
    default: return NULL;
    }
}

struct ip mrt_address(struct cursor *from, bool ipv6) {
    uint8_t octets[16];
    size_t len = ipv6 ? 16 : 4;
    cursor_copy(from, octets, len);
    return ip_of(octets, len);
}

static void mrt_read_record(struct capture *c, struct mrt_record *r) {
    switch (r->type) {
    case MRT_TABLE_DUMP: mrt_read_table(c, r); return;
    case MRT_TABLE_DUMP_V2: mrt_read_table_v2(c, r); return;
    case MRT_BGP4MP_ET:
        r->time += cursor_u32(&r->body);
        if (r->body.bad) {
            capture_wrong(c, r->start, "BGP4MP_ET without its microseconds");
            return;
        }
        mrt_read_session(c, r);
        return;
    case MRT_BGP4MP: mrt_read_session(c, r); return;
    default: break;
    }
    const char *name = mrt_type_name(r->type);
    if (name)
        capture_wrong(c, r->start, "an MRT record of type %u (%s): there is no BGP in it", r->type, name);
    else
        capture_wrong(c, r->start,
                      "an MRT record of the unknown type %u: TABLE_DUMP (12), TABLE_DUMP_V2 (13), BGP4MP (16) or "
                      "BGP4MP_ET (17) is wanted",
                      r->type);
}

static uint64_t mrt_read(struct capture *c, struct cursor window) {
    struct mrt_record r = {.start = window.p};
    if (cursor_left(&window) < MRT_HEADER)
        return 0;
    r.time = (uint64_t)cursor_u32(&window) * 1000000;
    r.type = cursor_u16(&window);
    r.subtype = cursor_u16(&window);
    uint32_t len = cursor_u32(&window);
    bool known =
        r.type == MRT_TABLE_DUMP || r.type == MRT_TABLE_DUMP_V2 || r.type == MRT_BGP4MP || r.type == MRT_BGP4MP_ET;
    if (len > CAPTURE_RECORD) {
        capture_wrong(c, r.start, "an MRT record of %u octets: more than anybody writes, the length is wrong", len);
        return MRT_HEADER + (uint64_t)len;
    }
    if (known && cursor_left(&window) < len)
        return 0;
    r.body = cursor_cut(&window, known ? len : 0);
    if (!c->state)
        c->state = memory_new(sizeof(struct mrt));
    mrt_read_record(c, &r);
    return MRT_HEADER + (uint64_t)len;
}

static void mrt_release(struct capture *c) {
    struct mrt *m = c->state;
    if (m)
        free(m->peers);
    free(m);
}

const struct capture_format capture_mrt = {
    .kind = CAPTURE_MRT,
    .name = "MRT",
    .match = mrt_match,
    .read = mrt_read,
    .release = mrt_release,
};
