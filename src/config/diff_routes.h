/* What one list of routes in the place of another means for the peer. */
#ifndef CONFIG_DIFF_ROUTES_H
#define CONFIG_DIFF_ROUTES_H

#include "engine/route_list.h"

struct route_changes {
    size_t new, changed, withdrawn;
    size_t most;         /* routes to be shown */
    struct buffer shown; /* owned: "+ ipv4 unicast 10.0.0.0/24 next-hop self\n", "~ ...", "- ..." */
};

struct route_changes route_changes_find(const struct route_list *before, const struct route_list *after, size_t most);
void route_changes_release(struct route_changes *c);
size_t route_changes_count(const struct route_changes *c);

#endif
