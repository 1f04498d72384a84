/* The whole set of routes that is wanted under a name: the engine finds out what that changes.
 *
 *     ensure begin NAME [ttl SECONDS]      {"ensure": NAME, "routes": ["route 10.0.0.0/24 next-hop self", ...],
 *     announce route ...                    "peer": "*", "ttl": 600, "id": 1}
 *     ensure end
 *
 * The name is that of an owner (lease.h): what it has and is not said again is withdrawn, what is new or differs is
 * announced, the rest is not touched. One line that is wrong, and nothing is done. It goes for the neighbors that the
 * selector matches; what others have under the name stays. */
#ifndef API_ENSURE_H
#define API_ENSURE_H

#include <jansson.h>

#include "api/private.h"

/* Sets of attributes are given back to the store; NULL: it is no more. */
void wanted_free(struct wanted *wanted, struct attribute_store *store);
bool ensure_collect(struct api *api, struct client *c, struct text line); /* is it one for a set that is open? */
void ensure_run_object(struct api *api, struct client *c, struct text line, json_t *request); /* see asked.h */

#endif
