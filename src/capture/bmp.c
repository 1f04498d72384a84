/* BMP (RFC 7854): a router tells of its peers, in records of a header and, mostly, of a header for the peer.
 *
 *     version (1: 3), length (4), type (1)
 *     peer type (1), flags (1), distinguisher (8), address (16), AS (4), id (4), seconds (4), microseconds (4) */
#include "capture/bmp.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/memory.h"

enum { BMP_VERSION = 3 };

static bool bmp_match(struct cursor head) {
    uint8_t version = cursor_u8(&head);
    uint32_t len = cursor_u32(&head);
    return version == BMP_VERSION && len >= BMP_HEADER && len <= CAPTURE_RECORD && cursor_u8(&head) < 2 * BMP_TYPES &&
           !head.bad;
}

/* ---- Peers ---- */

static bool bmp_same(const void *context, uint32_t number, const void *key) {
    const struct bmp *b = context;
    return memcmp(b->known[number].key, key, BMP_KEY) == 0;
}

/* Those of the same key are one, sent and received, before and after the policy. Too many: the first is used for all
 * others, without what a Peer Up told. */
static struct bmp_known *bmp_find(struct bmp *b, const uint8_t key[BMP_KEY]) {
    uint64_t hash = hash_octets(key, BMP_KEY, 0);
    uint32_t at, number = table_seek(&b->table, hash, bmp_same, b, key, &at);
    if (number)
        return &b->known[number];
    if (b->count + 1 >= b->room && b->room < BMP_PEERS_MOST) {
        b->room = b->room ? 2 * b->room : 16;
        b->known = memory_resize(b->known, b->room * sizeof *b->known);
        b->known[0] = (struct bmp_known){0};
    }
    if (b->count + 1 >= b->room) {
        b->known[0] = (struct bmp_known){0};
        return &b->known[0];
    }
    number = (uint32_t)++b->count;
    b->known[number] = (struct bmp_known){0};
    memcpy(b->known[number].key, key, BMP_KEY);
    table_put(&b->table, at, hash, number);
    return &b->known[number];
}

static struct ip bmp_address(struct cursor *from, bool ipv6) {
    uint8_t octets[16];
    cursor_copy(from, octets, 16);
    return ipv6 ? ip_of(octets, 16) : ip_of(octets + 12, 4);
}

/* Members of the neighbor's JSON, for what a plain session does not have. */
static void bmp_note(struct bmp *b, uint8_t type, uint8_t flags, const uint8_t distinguisher[8]) {
    static const char *const kinds[] = {"global", "rd", "local", "loc-rib"};
    bool local = type == BMP_LOC_RIB;
    const char *rib = local ? "loc-rib" : flags & BMP_RIB_OUT ? "adj-rib-out" : "adj-rib-in";
    const char *policy = local              ? (flags & BMP_IPV6 ? "filtered" : "all")
                         : flags & BMP_POST ? "post-policy"
                                            : "pre-policy";
    int len = snprintf(b->note, sizeof b->note, "\"rib\": \"%s\", \"view\": \"%s\"", rib, policy);
    static const uint8_t none[8];
    if (memcmp(distinguisher, none, sizeof none) != 0) {
        char digits[17];
        for (int i = 0; i < 8; i++)
            snprintf(digits + 2 * i, 3, "%02x", distinguisher[i]);
        len += snprintf(b->note + len, sizeof b->note - (size_t)len, ", \"instance\": \"%s 0x%s\"",
                        type <= BMP_LOC_RIB ? kinds[type] : "unknown", digits);
    }
    b->note_len = (size_t)len;
}

static void bmp_terms(struct capture *c, const struct bmp_known *known, struct cursor header) {
    uint8_t type = cursor_u8(&header), flags = cursor_u8(&header);
    cursor_take(&header, 8);
    bool loc_rib = type == BMP_LOC_RIB, out = !loc_rib && flags & BMP_RIB_OUT;
    capture_terms(&c->terms, !(flags & BMP_AS2) || loc_rib, c->settings.add_path);
    c->terms.peer = bmp_address(&header, !loc_rib && flags & BMP_IPV6);
    c->terms.peer_as = cursor_u32(&header);
    c->terms.peer_id = cursor_u32(&header);
    c->terms.local = known->local;
    c->terms.local_as = known->local_as;
    c->terms.local_id = known->local_id;
    c->terms.internal = known->local_as == c->terms.peer_as;
    if (known->up)
        c->terms.add_path_receive = out ? known->add_path_out : known->add_path_in;
}

struct bmp_known *bmp_read_peer(struct capture *c, struct bmp_record *r, struct capture_event *event) {
    struct bmp *b = c->state;
    struct cursor header = cursor_cut(&r->body, BMP_PEER);
    uint8_t key[BMP_KEY] = {0};
    *event = (struct capture_event){.offset = capture_offset(c, r->start), .terms = &c->terms};
    if (header.bad) {
        capture_wrong(c, r->start, "a BMP message of type %u is cut in its per-peer header", r->type);
        return NULL;
    }
    key[0] = header.p[0];
    memcpy(key + 1, header.p + 2, BMP_KEY - 1);
    struct bmp_known *known = bmp_find(b, key);
    if (!b->told || memcmp(b->header, header.p, BMP_PEER - 8) != 0) {
        memcpy(b->header, header.p, BMP_PEER);
        b->told = true;
        bmp_terms(c, known, header);
        bmp_note(b, header.p[0], header.p[1], header.p + 2);
        c->peers++;
    }
    event->peer = c->peers;
    event->note = (struct text){b->note, b->note_len};
    event->sent = header.p[0] != BMP_LOC_RIB && header.p[1] & BMP_RIB_OUT;
    header.p += BMP_PEER - 8;
    event->time = (uint64_t)cursor_u32(&header) * 1000000;
    event->time += cursor_u32(&header);
    return known;
}

/* ---- Records ---- */

static void bmp_monitoring(struct capture *c, struct bmp_record *r) {
    struct capture_event event;
    if (bmp_read_peer(c, r, &event))
        capture_messages(c, r->body, "BMP Route Monitoring message", &event);
}

static uint64_t bmp_read(struct capture *c, struct cursor window) {
    static void (*const readers[BMP_TYPES])(struct capture *, struct bmp_record *) = {
        [BMP_ROUTE_MONITORING] = bmp_monitoring,
        [BMP_STATISTICS] = bmp_statistics,
        [BMP_PEER_DOWN] = bmp_peer_down,
        [BMP_PEER_UP] = bmp_peer_up,
        [BMP_INITIATION] = bmp_words,
        [BMP_TERMINATION] = bmp_words,
        [BMP_ROUTE_MIRRORING] = bmp_mirroring,
    };
    struct bmp_record r = {.start = window.p};
    if (cursor_left(&window) < BMP_HEADER)
        return 0;
    uint8_t version = cursor_u8(&window);
    uint32_t len = cursor_u32(&window);
    r.type = cursor_u8(&window);
    if (version != BMP_VERSION || len < BMP_HEADER || len > CAPTURE_RECORD) {
        if (version != BMP_VERSION)
            capture_wrong(c, r.start, "BMP version 3 is wanted, not %u: where the next message begins is not known",
                          version);
        else
            capture_wrong(c, r.start, "a BMP message of %u octets: where the next one begins is not known", len);
        return capture_give_up(c);
    }
    if (r.type >= BMP_TYPES) {
        capture_wrong(c, r.start, "a BMP message of the unknown type %u", r.type);
        return len;
    }
    if (cursor_left(&window) < len - BMP_HEADER)
        return 0;
    r.body = cursor_cut(&window, len - BMP_HEADER);
    if (!c->state)
        c->state = memory_new(sizeof(struct bmp));
    readers[r.type](c, &r);
    return len;
}

static void bmp_release(struct capture *c) {
    struct bmp *b = c->state;
    if (b) {
        free(b->known);
        table_release(&b->table);
    }
    free(b);
}

const struct capture_format capture_bmp = {
    .kind = CAPTURE_BMP,
    .name = "BMP",
    .match = bmp_match,
    .read = bmp_read,
    .release = bmp_release,
};
