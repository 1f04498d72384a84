/* MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 4760), with the next hops of RFC 2545, 4364 and 8950.
 *
 *     MP_REACH    AFI (2), SAFI (1), next hop length (1), next hop, reserved (1), NLRI
 *     MP_UNREACH  AFI (2), SAFI (1), NLRI
 *
 * They have no row among the attributes: what they hold are routes, and a mistake that hides where a route ends cannot
 * be survived (RFC 7606 5.3). Of a family that was not agreed on, nothing is read. */
#include "bgp/nlri/prefix.h"
#include "bgp/update_private.h"

bool update_reach_has_nlri(struct cursor value) {
    cursor_cut(&value, 3);
    cursor_cut(&value, cursor_u8(&value));
    cursor_u8(&value);
    return !value.bad && !cursor_done(&value);
}

/* Where several labels were agreed on, the stack of a route has to end (RFC 8277 2.3), and not too late. */
static bool update_check_labels(struct update *u, const struct family *f, struct cursor octets) {
    unsigned labels = nlri_labels(f, octets);
    if (labels > u->terms->labels_receive)
        update_find(u, "NLR-13", HARM_WITHDRAW, ATTRIBUTE_MP_REACH);
    return labels == 0 || nlri_labels_end(f, octets);
}

/* The row of what could not be taken off: of the path identifier, of the family; else what it was stays. */
static void update_cut_met(const struct family *f, bool add_path, struct cursor left, const char **row) {
    if (add_path && cursor_left(&left) <= sizeof(uint32_t))
        *row = "NLR-02";
    else if (f->cut_row)
        *row = f->cut_row;
}

/* Every NLRI of one part: HARM_NONE, or HARM_RESET with the row (of the field, where the family has none). What is
 * weaker is noted. */
enum harm update_check_nlris(struct update *u, const struct family *f, struct cursor nlris, bool announce,
                             const char **row) {
    bool add_path = terms_has(u->terms->add_path_receive, f->index);
    struct cursor octets;
    uint32_t path;
    const char *met;
    while (!cursor_done(&nlris)) {
        struct cursor before = nlris;
        if (!update_cut_nlri(f, add_path, &nlris, &path, &octets)) {
            update_cut_met(f, add_path, before, row);
            return HARM_RESET;
        }
        enum harm harm = update_nlri_harm(u, f, octets, announce, &met);
        if (harm == HARM_NONE) {
            if (announce && u->terms->labels_receive && !update_check_labels(u, f, octets)) {
                *row = "NLR-12";
                return HARM_RESET;
            }
            continue;
        }
        if (harm == HARM_RESET) {
            *row = met;
            return harm;
        }
        if (harm == HARM_SKIP)
            u->skips = true;
        /* A withdraw has nothing to be treated as a withdraw. */
        if (announce || harm == HARM_SKIP)
            update_find(u, met, harm, announce ? ATTRIBUTE_MP_REACH : ATTRIBUTE_MP_UNREACH);
    }
    return HARM_NONE;
}

/* Takes AFI and SAFI off; false when the family is not one of the session's. */
static bool update_reach_family(struct update *u, struct update_reach *reach, struct cursor *value) {
    reach->present = true;
    reach->afi = cursor_u16(value);
    reach->safi = cursor_u8(value);
    reach->nlri = *value;
    const struct family *f = family_of(reach->afi, reach->safi);
    if (!f || !terms_has(u->terms->families, f->index))
        return false;
    reach->family = f;
    return true;
}

static unsigned next_hop_length_bit(size_t len) {
    switch (len) {
    case 0: return NEXT_HOP_0;
    case 4: return NEXT_HOP_4;
    case 12: return NEXT_HOP_12;
    case 16: return NEXT_HOP_16;
    case 24: return NEXT_HOP_24;
    case 32: return NEXT_HOP_32;
    case 48: return NEXT_HOP_48;
    default: return 0;
    }
}

/* Every length that can be taken apart: one address, or two, of either kind. */
static unsigned next_hops_readable(const struct family *f) {
    return f->next_hops | f->next_hops_extended |
           (f->flags & FAMILY_VPN_NEXT_HOP ? NEXT_HOP_12 | NEXT_HOP_24 : NEXT_HOP_4 | NEXT_HOP_16);
}

static bool update_reach_next_hop(struct update_reading *r, struct cursor wire, const struct attribute *a) {
    const struct family *f = r->u->reach.family;
    unsigned bit = next_hop_length_bit(cursor_left(&wire));
    bool extended = f->next_hops_extended & bit;
    if (r->as_said && next_hops_readable(f) & bit) {
        r->u->reach.next_hop = family_next_hop_strip(f, wire);
        return true;
    }
    if (extended && !terms_has(r->u->terms->extended_next_hop, f->index))
        return update_reset(r, "MPR-10", UPDATE_WRONG_OPTIONAL, attribute_octets(a),
                            "IPv6 next hop without extended next hop capability");
    if (!extended && !(f->next_hops & bit))
        return update_reset(r, "MPR-02", UPDATE_WRONG_OPTIONAL, attribute_octets(a), "next hop length of MP_REACH");
    r->u->reach.next_hop = family_next_hop_strip(f, wire);
    return true;
}

bool update_open_reach(struct update_reading *r, const struct attribute *a) {
    struct update *u = r->u;
    struct cursor value = a->value;
    const char *row = "MPR-03";
    if ((a->flags & (ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE)) != ATTRIBUTE_OPTIONAL)
        return update_reset(r, "MPR-04", UPDATE_WRONG_FLAGS, attribute_octets(a), "flags of MP_REACH");
    if (cursor_left(&value) < 5)
        return update_reset(r, "MPR-01", UPDATE_WRONG_OPTIONAL, attribute_octets(a), "MP_REACH is too short");
    if (!update_reach_family(u, &u->reach, &value)) {
        if (r->as_said)
            return update_reset(r, "MPR-09", UPDATE_WRONG_OPTIONAL, attribute_octets(a), "family not negotiated");
        update_find(u, "MPR-09", HARM_DISCARD, a->code);
        return true;
    }
    struct cursor next_hop = cursor_cut(&value, cursor_u8(&value));
    if (next_hop.bad)
        return update_reset(r, "MPR-02", UPDATE_WRONG_OPTIONAL, attribute_octets(a), "next hop past MP_REACH");
    cursor_u8(&value); /* reserved; once the number of SNPAs */
    if (value.bad)
        return update_reset(r, "MPR-01", UPDATE_WRONG_OPTIONAL, attribute_octets(a), "MP_REACH is too short");
    if (!update_reach_next_hop(r, next_hop, a))
        return false;
    u->reach.nlri = value;
    if (update_check_nlris(u, u->reach.family, value, true, &row) == HARM_RESET)
        return update_reset(r, row, UPDATE_WRONG_OPTIONAL, attribute_octets(a), "NLRI of MP_REACH");
    return true;
}

bool update_open_unreach(struct update_reading *r, const struct attribute *a) {
    struct update *u = r->u;
    struct cursor value = a->value;
    const char *row = "MPU-02";
    if ((a->flags & (ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE)) != ATTRIBUTE_OPTIONAL)
        return update_reset(r, "MPU-03", UPDATE_WRONG_FLAGS, attribute_octets(a), "flags of MP_UNREACH");
    if (cursor_left(&value) < 3)
        return update_reset(r, "MPU-01", UPDATE_WRONG_OPTIONAL, attribute_octets(a), "MP_UNREACH is too short");
    if (!update_reach_family(u, &u->unreach, &value)) {
        if (r->as_said && !cursor_done(&value))
            return update_reset(r, "MPU-04", UPDATE_WRONG_OPTIONAL, attribute_octets(a), "family not negotiated");
        if (!cursor_done(&value)) /* else an End-of-RIB, which may be of any family */
            update_find(u, "MPU-04", HARM_DISCARD, a->code);
        return true;
    }
    if (update_check_nlris(u, u->unreach.family, value, false, &row) == HARM_RESET)
        return update_reset(r, row, UPDATE_WRONG_OPTIONAL, attribute_octets(a), "NLRI of MP_UNREACH");
    return true;
}
