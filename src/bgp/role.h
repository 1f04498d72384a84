/* Roles of BGP sessions and what they do to routes (RFC 9234): route leaks are found, and not made.
 *
 * The role is that of our end, and counts as configured, whether or not the peer told its own. It is about IPv4 and
 * IPv6 unicast alone (section 5). All of it is nothing in a session without a role. */
#ifndef BGP_ROLE_H
#define BGP_ROLE_H

#include "bgp/update.h"

const char *role_name(enum role role); /* "rs-client", as the configuration has it */

/* May the two ends of a session be these (section 4.2, table 2)? */
bool roles_fit(enum role ours, enum role theirs);

/* A received UPDATE, opened: a leak is treated as a withdraw (row ATT-35l), and a route that must not go up again gets
 * the attribute that says so. */
void role_receive(struct update *u);

/* May a route with these attributes not be told on this session? */
bool role_bars(struct attribute_set set, const struct terms *terms, const struct family *family);

/* Is a route that lacks ONLY_TO_CUSTOMER told with our AS in it? */
bool role_marks(const struct terms *terms, const struct family *family);

#endif
