/* BGP role (RFC 9234 section 4): one octet, what our end is to the other. What a role does to routes is in bgp/role.c.
 *
 * Not offered to an internal peer or one of our confederation, and nothing of a peer's is read where no role is
 * configured. ExaBGP does not know it: what a peer sends is shown as an unknown capability. */
#include "bgp/role.h"
#include "base/number.h"
#include "bgp/open.h"

enum { ROLE_MISMATCH = 11 };

static void role_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    if (offer->role != ROLE_NONE && offer->peer_as != local_as &&
        !offer_is_confederation(offer, local_as, offer->peer_as))
        put_capability(out, CAPABILITY_ROLE, cursor_of(&(uint8_t){(uint8_t)(offer->role - 1)}, 1));
}

static bool role_mismatch(struct fault *fault, const char *what) {
    return fault_make(fault, "CAP-08", 2, ROLE_MISMATCH, cursor_of(fault->own, 0), "role mismatch: %s", what);
}

static bool role_demand(const struct offer *offer, const struct open *peers, struct terms *terms, struct fault *fault) {
    struct capability_walk walk = {0};
    struct cursor value;
    unsigned theirs = ROLE_NONE;
    if (offer->role == ROLE_NONE || terms_inside(terms))
        return true;
    terms->role = offer->role;
    while (open_capability_of(peers, CAPABILITY_ROLE, &walk, &value)) {
        if (cursor_left(&value) != 1)
            return fault_make(fault, "CAP-08", 2, 0, cursor_of(fault->own, 0),
                              "capability role has an invalid length of %zu", cursor_left(&value));
        unsigned role = cursor_u8(&value) + 1u;
        if (theirs != ROLE_NONE && role != theirs)
            return role_mismatch(fault, "the peer has two");
        theirs = role;
    }
    if (theirs == ROLE_NONE)
        return !offer->role_strict || role_mismatch(fault, "the peer has none");
    if (theirs >= ROLES || !roles_fit(offer->role, theirs))
        return role_mismatch(fault, theirs < ROLES ? role_name(theirs) : "unknown role");
    return true;
}

static void role_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                      struct buffer *out) {
    (void)open, (void)style;
    if (!sent || cursor_left(&value) != 1 || value.p[0] >= ROLES - 1) {
        capability_unknown_json(&(struct capability){CAPABILITY_ROLE, value}, out);
        return;
    }
    put_literal(out, "{ \"name\": \"role\", \"role\": \"");
    put_string(out, role_name(cursor_u8(&value) + 1u));
    put_literal(out, "\" }");
}

static void role_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                      struct buffer *out) {
    (void)open;
    if (!sent || cursor_left(&value) != 1 || value.p[0] >= ROLES - 1) {
        capability_unknown_text(&(struct capability){CAPABILITY_ROLE, value}, style, out);
        return;
    }
    put_format(out, "role(%s)", role_name(cursor_u8(&value) + 1u));
}

static const char *role_ignored(struct cursor value, const struct offer *offer, const struct terms *terms) {
    (void)value, (void)terms;
    return offer->role == ROLE_NONE ? "CAP-08" : NULL;
}

const struct capability_kind capability_role = {
    .code = CAPABILITY_ROLE,
    .name = "role",
    .row = "CAP-08",
    .ignored = role_ignored,
    .offer = role_offer,
    .demand = role_demand,
    .json = role_json,
    .text = role_text,
};
