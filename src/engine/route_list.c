/* Routes of a configuration as octets in a row: a dozen for an IPv4 route, and its attributes once for all neighbors of
 * it that have the same.
 *
 *   record:  family (1), flags (1), place of the set, [path identifier (4)], NLRI, [watchdog], [name]
 *   set:     named attributes, raw attributes
 *
 * Places and lengths (which stand before what they measure) are numbers of seven bits an octet, the lowest first. */
#include "engine/route_list.h"

enum { LISTED_PATH = 1, LISTED_WITHDRAWN = 2, LISTED_WATCHDOG = 4, LISTED_NAME = 8 };

static void put_short_number(struct buffer *b, size_t n) {
    for (; n > 0x7f; n >>= 7)
        put_u8(b, (uint8_t)(0x80 | (n & 0x7f)));
    put_u8(b, (uint8_t)n);
}

static size_t short_number(struct cursor *c) {
    size_t n = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        uint8_t octet = cursor_u8(c);
        n |= (size_t)(octet & 0x7f) << shift;
        if (octet < 0x80)
            break;
    }
    return n;
}

static void put_measured(struct buffer *b, struct cursor octets) {
    put_short_number(b, cursor_left(&octets));
    put_cursor(b, octets);
}

static struct cursor measured(struct cursor *c) {
    return cursor_cut(c, short_number(c));
}

static void put_measured_text(struct buffer *b, struct text t) {
    if (t.len)
        put_measured(b, cursor_of(t.p, t.len));
}

static struct text measured_text(struct cursor *c, bool present) {
    struct cursor octets = present ? measured(c) : cursor_of(NULL, 0);
    return (struct text){(const char *)octets.p, cursor_left(&octets)};
}

void route_list_init(struct route_list *l) {
    *l = (struct route_list){.records = buffer_growing(), .attributes = buffer_growing()};
}

void route_list_release(struct route_list *l) {
    buffer_release(&l->records);
    buffer_release(&l->attributes);
    route_list_init(l);
}

static struct attribute_set listed_set(const struct route_list *l, size_t place) {
    struct cursor c = buffer_since(&l->attributes, place);
    struct attribute_set set;
    set.named = measured(&c);
    set.raw = measured(&c);
    return set;
}

static size_t listed_set_place(struct route_list *l, struct attribute_set set) {
    if (l->count) {
        struct attribute_set last = listed_set(l, l->last);
        if (cursor_same(last.named, set.named) && cursor_same(last.raw, set.raw))
            return l->last;
    }
    l->last = buffer_len(&l->attributes);
    put_measured(&l->attributes, set.named);
    put_measured(&l->attributes, set.raw);
    return l->last;
}

void route_list_add(struct route_list *l, const struct listed_route *route) {
    struct buffer *b = &l->records;
    unsigned flags = (route->has_path ? LISTED_PATH : 0u) | (route->withdrawn ? LISTED_WITHDRAWN : 0u) |
                     (route->watchdog.len ? LISTED_WATCHDOG : 0u) | (route->name.len ? LISTED_NAME : 0u);
    put_u8(b, route->family->index);
    put_u8(b, (uint8_t)flags);
    put_short_number(b, listed_set_place(l, route->attributes));
    if (route->has_path)
        put_u32(b, route->path);
    put_measured(b, route->nlri);
    put_measured_text(b, route->watchdog);
    put_measured_text(b, route->name);
    l->count++;
}

void route_list_append(struct route_list *l, const struct route_list *more) {
    struct listed_route route;
    for (size_t walk = 0; route_list_next(more, &walk, &route);)
        route_list_add(l, &route);
}

bool route_list_next(const struct route_list *l, size_t *walk, struct listed_route *out) {
    struct cursor c = buffer_since(&l->records, *walk);
    if (cursor_done(&c))
        return false;
    out->family = family_at(cursor_u8(&c));
    uint8_t flags = cursor_u8(&c);
    out->attributes = listed_set(l, short_number(&c));
    out->has_path = flags & LISTED_PATH;
    out->path = out->has_path ? cursor_u32(&c) : 0;
    out->nlri = measured(&c);
    out->watchdog = measured_text(&c, flags & LISTED_WATCHDOG);
    out->name = measured_text(&c, flags & LISTED_NAME);
    out->withdrawn = flags & LISTED_WITHDRAWN;
    *walk = (size_t)(c.p - l->records.base);
    return true;
}
