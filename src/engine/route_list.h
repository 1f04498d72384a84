/* Routes of a configuration, kept compactly: a million of them are about fifty octets each. */
#ifndef ENGINE_ROUTE_LIST_H
#define ENGINE_ROUTE_LIST_H

#include "bgp/attribute.h"
#include "bgp/family.h"

/* One route; views are good while the list is not changed. */
struct listed_route {
    const struct family *family;
    struct cursor nlri;
    bool has_path;
    uint32_t path;
    struct attribute_set attributes; /* canonical; NEXT_HOP of 0 octets: self */
    struct text watchdog, name;      /* empty: none */
    bool withdrawn;                  /* starts withdrawn (with a watchdog) */
};

struct route_list {
    struct buffer records;    /* growing: one record a route */
    struct buffer attributes; /* growing: sets, the same as the one before kept once */
    size_t last;              /* offset of the set used last */
    size_t count;
};

void route_list_init(struct route_list *l);
void route_list_release(struct route_list *l);
void route_list_add(struct route_list *l, const struct listed_route *route);
void route_list_append(struct route_list *l, const struct route_list *more);              /* of templates */
bool route_list_next(const struct route_list *l, size_t *walk, struct listed_route *out); /* walk starts at 0 */

#endif
