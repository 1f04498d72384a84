/* Roles (RFC 9234 section 5): ONLY_TO_CUSTOMER is added where a route goes down or aside, and a route that has it is
 * neither taken from below nor told to above or aside.
 *
 * Surprise: "ineligible" is the RFC's word for a leaked route, and an engine that selects no best path has no such
 * state: its helpers would use the route. So it is withdrawn, as BIRD does it. */
#include "bgp/role.h"

#include "bgp/update_private.h"

const char *role_name(enum role role) {
    static const char *const names[ROLES] = {"none", "provider", "rs", "rs-client", "customer", "peer"};
    return names[role];
}

bool roles_fit(enum role ours, enum role theirs) {
    static const enum role fitting[ROLES] = {
        [ROLE_PROVIDER] = ROLE_CUSTOMER, [ROLE_CUSTOMER] = ROLE_PROVIDER, [ROLE_RS] = ROLE_RS_CLIENT,
        [ROLE_RS_CLIENT] = ROLE_RS,      [ROLE_PEER] = ROLE_PEER,
    };
    return theirs != ROLE_NONE && fitting[ours] == theirs;
}

/* Is the peer below us: a customer or a client of our route server? */
static bool role_peer_is_below(enum role ours) {
    return ours == ROLE_PROVIDER || ours == ROLE_RS;
}

static bool role_is_about(const struct family *family) {
    enum { IPV4 = 1, IPV6 = 2, UNICAST = 1 };
    return family->safi == UNICAST && (family->afi == IPV4 || family->afi == IPV6);
}

static bool role_update_is_about(const struct update *u) {
    const struct update_reach *reach = &u->reach;
    return !cursor_done(&u->nlri) || (reach->family && !cursor_done(&reach->nlri) && role_is_about(reach->family));
}

/* From below, any mark is a leak; from aside, one that the peer itself did not make. */
static bool role_leaks(const struct terms *terms, const struct attribute *mark) {
    struct cursor value = mark->value;
    return role_peer_is_below(terms->role) || (terms->role == ROLE_PEER && cursor_u32(&value) != terms->peer_as);
}

static void role_add_mark(struct update *u, unsigned at) {
    if (u->count == UPDATE_ATTRIBUTES)
        return;
    memmove(&u->attributes[at + 1], &u->attributes[at], (u->count++ - at) * sizeof *u->attributes);
    poke_u32(u->mark, u->terms->peer_as);
    u->attributes[at] = (struct attribute){ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE, ATTRIBUTE_ONLY_TO_CUSTOMER,
                                           cursor_of(u->mark, sizeof u->mark)};
}

void role_receive(struct update *u) {
    unsigned at = 0;
    if (u->terms->role == ROLE_NONE || u->harm >= HARM_WITHDRAW || !role_update_is_about(u))
        return;
    while (at < u->count && u->attributes[at].code < ATTRIBUTE_ONLY_TO_CUSTOMER)
        at++;
    bool marked = at < u->count && u->attributes[at].code == ATTRIBUTE_ONLY_TO_CUSTOMER;
    if (marked && role_leaks(u->terms, &u->attributes[at]))
        update_find(u, "ATT-35l", HARM_WITHDRAW, ATTRIBUTE_ONLY_TO_CUSTOMER);
    else if (!marked && !role_peer_is_below(u->terms->role))
        role_add_mark(u, at);
}

bool role_bars(struct attribute_set set, const struct terms *terms, const struct family *family) {
    struct cursor value;
    if (terms->role == ROLE_NONE || role_peer_is_below(terms->role) || !role_is_about(family))
        return false;
    return attributes_find(set.named, ATTRIBUTE_ONLY_TO_CUSTOMER, &value) ||
           attributes_find(set.raw, ATTRIBUTE_ONLY_TO_CUSTOMER, &value);
}

bool role_marks(const struct terms *terms, const struct family *family) {
    return (role_peer_is_below(terms->role) || terms->role == ROLE_PEER) && role_is_about(family);
}
