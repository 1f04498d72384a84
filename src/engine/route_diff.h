/* Two lists of routes compared, in time linear in their length: what a reload has to look at, and what it tells. */
#ifndef ENGINE_ROUTE_DIFF_H
#define ENGINE_ROUTE_DIFF_H

#include "engine/route_list.h"

/* Places in a list: what route_list_next() starts from. */
struct places {
    size_t *at; /* owned: free() */
    size_t count, room;
};

void places_add(struct places *p, size_t at);
struct listed_route route_list_at(const struct route_list *list, size_t at);

/* The routes that are not the same in the same place of both lists: mostly none. Those of the families in `again`
 * (bits) are never the same. A list may have a route several times; the last one counts, which is the caller's to find.
 */
void route_lists_compare(const struct route_list *before, const struct route_list *after, uint64_t again,
                         struct places *only_before, struct places *only_after);

#endif
