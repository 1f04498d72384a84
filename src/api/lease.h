/* Routes that belong to somebody: `ttl SECONDS`, `owner NAME`, and what becomes of them when a client ends.
 *
 * An owner is a name. A route that is announced with `ttl` alone is the client's own: its owner has the client's name,
 * and so is every route of a client whose end withdraws them. An owner is held by the client that announced for it
 * last; when that client ends, its `on-exit` says what becomes of all that the owner has. Whoever announces a route
 * last, owns it; announced without an owner it is nobody's again, and stays. */
#ifndef API_LEASE_H
#define API_LEASE_H

#include "api/private.h"
#include "api/route.h"
#include "rib/leases.h"

/* The number of a name, 0: it is nobody's so far. */
uint32_t owner_find(const struct api *api, struct text name);
uint32_t owner_named(struct api *api, struct text name); /* the same, made when it was not there */
struct text owner_name(const struct api *api, uint32_t owner);
void owner_held(struct api *api, uint32_t owner, const struct client *c); /* by this client, the last one */
void owners_free(struct owners *owners);

/* The owner that the client's next routes have: what `held` says, or the client's own. */
struct held client_own(struct api *api, struct client *c, struct held held);

/* A route was announced to these peers, or withdrawn (held.owner 0): their leases know. */
void lease_told(struct api *api, const struct client *c, const struct targets *targets, const struct finished *route,
                struct held held);
void lease_clear(struct api *api, const struct peer *p); /* all routes of the peer were withdrawn */
void lease_withdraw(struct api *api, struct peer *p, const struct lease_view *lease); /* the route goes, too */
/* Withdraws what the owner has there; how many routes. */
uint32_t lease_withdraw_owner(struct api *api, struct peer *p, uint32_t owner);
void lease_client_ends(struct api *api, struct client *c);
struct leases *peer_leases(const struct api *api, const struct peer *p); /* NULL: none */
struct leases *peer_leases_reach(struct api *api, const struct peer *p); /* the same, made when there were none */
void lease_soon(struct api *api, const struct leases *leases);           /* one of these may end before all others */

void client_set_on_exit(struct api *api, struct client *c, struct on_exit e);

#endif
