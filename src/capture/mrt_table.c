/* Tables in MRT: TABLE_DUMP (RFC 6396 4.2), TABLE_DUMP_V2 (4.3), with path identifiers (RFC 8050).
 *
 * In TABLE_DUMP_V2 each prefix has the routes of all peers, which a table at the beginning numbers:
 *
 *     PEER_INDEX_TABLE   collector id (4), view name length (2), name, peer count (2),
 *                        peers: type (1: bit 0 IPv6, bit 1 four-octet AS), id (4), address (4, 16), AS (2, 4)
 *     RIB_*              sequence (4), length (1) and prefix, or AFI (2), SAFI (1) and NLRI, entry count (2),
 *                        entries: peer (2), originated (4), [path id (4)], attributes length (2), attributes */
#include "base/memory.h"
#include "capture/mrt.h"

enum mrt_table_subtype {
    MRT_PEER_INDEX_TABLE = 1,
    MRT_RIB_IPV4_UNICAST = 2,
    MRT_RIB_IPV6_MULTICAST = 5,
    MRT_RIB_GENERIC = 6,
    MRT_GEO_PEER_TABLE = 7,
    MRT_RIB_IPV4_UNICAST_ADDPATH = 8,
    MRT_RIB_IPV6_MULTICAST_ADDPATH = 11,
    MRT_RIB_GENERIC_ADDPATH = 12,
};

/* ---- PEER_INDEX_TABLE ---- */

static void mrt_read_peers(struct capture *c, const struct mrt_record *r) {
    struct mrt *m = c->state;
    struct cursor body = r->body;
    size_t room = 0;
    m->indexed = true;
    m->peer_count = 0;
    m->collector = cursor_u32(&body);
    cursor_take(&body, cursor_u16(&body));
    uint16_t count = cursor_u16(&body);
    if (body.bad) {
        capture_wrong(c, r->start, "PEER_INDEX_TABLE is cut before its peers");
        return;
    }
    while (m->peer_count < count) {
        struct mrt_peer peer;
        uint8_t type = cursor_u8(&body);
        peer.id = cursor_u32(&body);
        peer.ip = mrt_address(&body, type & 1);
        peer.as = type & 2 ? cursor_u32(&body) : cursor_u16(&body);
        if (body.bad) {
            capture_wrong(c, r->start, "PEER_INDEX_TABLE is cut at peer %zu of %u", m->peer_count, count);
            break;
        }
        if (m->peer_count == room) {
            room = room ? 2 * room : 64;
            m->peers = memory_resize(m->peers, room * sizeof *m->peers);
        }
        m->peers[m->peer_count++] = peer;
    }
    m->first_number = c->peers + 1;
    c->peers += (uint32_t)m->peer_count;
}

static void mrt_table_terms(struct capture *c, const struct mrt_peer *peer) {
    const struct mrt *m = c->state;
    capture_terms(&c->terms, true, false);
    c->terms.peer = peer->ip;
    c->terms.peer_as = peer->as;
    c->terms.peer_id = peer->id;
    c->terms.local_id = m->collector;
}

/* ---- RIB ---- */

struct mrt_rib {
    const char *name;
    const struct family *family;
    struct cursor nlri;
    bool add_path;      /* routes have path identifiers: */
    bool path_in_nlri;  /* one before the NLRI, else one in each entry */
    uint32_t path;      /* that one */
    struct cursor rest; /* entry count and entries */
};

static const struct family *mrt_family(uint16_t subtype) {
    static const uint8_t families[] = {FAMILY_ipv4_unicast, FAMILY_ipv4_multicast, FAMILY_ipv6_unicast,
                                       FAMILY_ipv6_multicast};
    unsigned first = subtype >= MRT_RIB_IPV4_UNICAST_ADDPATH ? MRT_RIB_IPV4_UNICAST_ADDPATH : MRT_RIB_IPV4_UNICAST;
    return family_at(families[subtype - first]);
}

static struct cursor mrt_entry(const struct mrt_rib *rib, struct cursor *from, uint16_t *peer, uint32_t *path) {
    *peer = cursor_u16(from);
    cursor_u32(from); /* when it was learned: the record says when it was seen */
    *path = rib->path_in_nlri || !rib->add_path ? rib->path : cursor_u32(from);
    return cursor_cut(from, cursor_u16(from));
}

static bool mrt_read_entry(struct capture *c, const struct mrt_record *r, struct mrt_rib *rib,
                           struct capture_event *event) {
    struct mrt *m = c->state;
    uint16_t index;
    event->attributes = mrt_entry(rib, &rib->rest, &index, &event->path);
    if (rib->rest.bad)
        return capture_wrong(c, r->start, "an entry of %s is cut", rib->name);
    if (index >= m->peer_count) {
        capture_wrong(c, r->start, "an entry of %s names peer %u, of %zu in the PEER_INDEX_TABLE", rib->name, index,
                      m->peer_count);
        return true;
    }
    event->peer = m->first_number + index;
    if (m->current != event->peer)
        mrt_table_terms(c, &m->peers[index]);
    m->current = event->peer;
    c->sink.heard(c->sink.context, event);
    return true;
}

static void mrt_read_entries(struct capture *c, const struct mrt_record *r, struct mrt_rib *rib) {
    struct capture_event event = {
        .what = CAPTURE_ROUTE,
        .time = r->time,
        .offset = capture_offset(c, r->start),
        .terms = &c->terms,
        .family = rib->family,
        .nlri = rib->nlri,
        .has_path = rib->add_path,
    };
    uint16_t count = cursor_u16(&rib->rest);
    if (rib->rest.bad) {
        capture_wrong(c, r->start, "%s is cut before its entries", rib->name);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        if (!mrt_read_entry(c, r, rib, &event))
            return;
    if (!cursor_done(&rib->rest))
        capture_wrong(c, r->start, "%zu octets are left after the %u entries of %s", cursor_left(&rib->rest), count,
                      rib->name);
}

/* The NLRI, with its path identifier where it has one. */
static bool mrt_read_nlri(struct mrt_rib *rib, struct cursor body) {
    rib->path = rib->path_in_nlri ? cursor_u32(&body) : 0;
    bool good = !body.bad && rib->family->cut(&body, &rib->nlri) &&
                (!rib->family->check || rib->family->check(rib->nlri, true) != HARM_RESET);
    rib->rest = body;
    return good;
}

/* RIB_GENERIC_ADDPATH: RFC 8050 has the identifier in the NLRI, GoBGP and OpenBGPD have one in each entry. What the
 * record says is told by the lengths. */
static void mrt_find_path(struct mrt_rib *rib, struct cursor body) {
    uint32_t path;
    uint16_t peer;
    rib->path_in_nlri = true;
    if (mrt_read_nlri(rib, body)) {
        struct cursor rest = rib->rest;
        for (unsigned left = cursor_u16(&rest); left && !rest.bad; left--)
            mrt_entry(rib, &rest, &peer, &path);
        if (cursor_finished(&rest))
            return;
    }
    rib->path_in_nlri = false;
}

static bool mrt_read_generic(struct capture *c, const struct mrt_record *r, struct mrt_rib *rib, struct cursor *body) {
    uint16_t afi = cursor_u16(body);
    uint8_t safi = cursor_u8(body);
    rib->family = family_of(afi, safi);
    if (body->bad)
        return capture_wrong(c, r->start, "%s is cut before its family", rib->name);
    if (!rib->family)
        return capture_wrong(c, r->start, "%s of AFI %u, SAFI %u: a family that is not known", rib->name, afi, safi);
    if (rib->add_path)
        mrt_find_path(rib, *body);
    return true;
}

static void mrt_read_rib(struct capture *c, const struct mrt_record *r, struct mrt_rib *rib) {
    struct cursor body = r->body;
    cursor_u32(&body);
    if (!rib->family && !mrt_read_generic(c, r, rib, &body))
        return;
    if (!mrt_read_nlri(rib, body))
        capture_wrong(c, r->start, "%s has no prefix, or one that is cut or too long", rib->name);
    else if (!((const struct mrt *)c->state)->indexed)
        capture_wrong(c, r->start, "%s before any PEER_INDEX_TABLE", rib->name);
    else
        mrt_read_entries(c, r, rib);
}

void mrt_read_table_v2(struct capture *c, const struct mrt_record *r) {
    struct mrt_rib rib = {.name = "RIB", .add_path = r->subtype >= MRT_RIB_IPV4_UNICAST_ADDPATH};
    switch (r->subtype) {
    case MRT_PEER_INDEX_TABLE: mrt_read_peers(c, r); return;
    case MRT_GEO_PEER_TABLE: return; /* where peers stand on earth (RFC 6397) */
    case MRT_RIB_GENERIC:
    case MRT_RIB_GENERIC_ADDPATH: rib.name = "RIB_GENERIC"; break;
    default:
        if (r->subtype < MRT_RIB_IPV4_UNICAST || r->subtype > MRT_RIB_IPV6_MULTICAST_ADDPATH) {
            capture_wrong(c, r->start, "TABLE_DUMP_V2 of the unknown subtype %u", r->subtype);
            return;
        }
        rib.family = mrt_family(r->subtype);
    }
    mrt_read_rib(c, r, &rib);
}

/* ---- TABLE_DUMP ---- view (2), sequence (2), prefix (4, 16), length (1), status (1), originated (4), peer (4, 16),
 * its AS (2), attributes length (2), attributes with two-octet AS numbers */

void mrt_read_table(struct capture *c, const struct mrt_record *r) {
    struct cursor body = r->body;
    uint8_t nlri[17];
    if (r->subtype != 1 && r->subtype != 2) {
        capture_wrong(c, r->start, "TABLE_DUMP of AFI %u: 1 (IPv4) or 2 (IPv6) is wanted", r->subtype);
        return;
    }
    bool ipv6 = r->subtype == 2;
    cursor_u32(&body);
    cursor_copy(&body, nlri + 1, ipv6 ? 16 : 4);
    nlri[0] = cursor_u8(&body);
    cursor_u8(&body);
    cursor_u32(&body);
    capture_terms(&c->terms, false, false);
    ((struct mrt *)c->state)->current = 0;
    c->terms.peer = mrt_address(&body, ipv6);
    c->terms.peer_as = cursor_u16(&body);
    struct cursor attributes = cursor_cut(&body, cursor_u16(&body));
    if (!cursor_finished(&body) || nlri[0] > (ipv6 ? 128 : 32)) {
        capture_wrong(c, r->start, "TABLE_DUMP: %s",
                      body.bad             ? "the record is cut"
                      : cursor_done(&body) ? "a prefix of more bits than an address has"
                                           : "octets are left after the attributes");
        return;
    }
    const struct capture_event event = {
        .what = CAPTURE_ROUTE,
        .time = r->time,
        .offset = capture_offset(c, r->start),
        .terms = &c->terms,
        .peer = ++c->peers,
        .family = family_at(ipv6 ? FAMILY_ipv6_unicast : FAMILY_ipv4_unicast),
        .nlri = cursor_of(nlri, 1 + prefix_octets(nlri[0])),
        .attributes = attributes,
    };
    c->sink.heard(c->sink.context, &event);
}
