/* Ranges without `passive`: somebody has to be connected to, so each address is a neighbor of its own, with all that
 * the section says. An address that has a section of its own is that neighbor. */
#include "base/memory.h"
#include "config/parser.h"

bool neighbor_is_dialed_range(const struct neighbor *n, const struct config_options *options) {
    return n->range && !n->passive && !options->passive;
}

/* Addresses of the range that are a host's; the first and the last of an IPv4 network are not. */
static uint32_t range_count(const struct prefix *range, uint32_t *first) {
    unsigned free_bits = range->ip.len * 8U - range->bits;
    uint32_t all = (uint32_t)1 << free_bits;
    *first = range->ip.len == 4 && free_bits > 1;
    return all - *first * 2;
}

bool range_is_small(const struct prefix *range) {
    return range->ip.len * 8 - range->bits <= DIALED_RANGE_BITS;
}

static struct ip range_address(const struct prefix *range, uint32_t number) {
    struct prefix at = *range;
    prefix_clear_host_bits(&at);
    at.ip.octets[at.ip.len - 1] = (uint8_t)(at.ip.octets[at.ip.len - 1] + number);
    return at.ip;
}

static struct text address_name(struct parser *p, struct ip ip) {
    uint8_t memory[IP_TEXT + 1];
    struct buffer b = buffer_fixed(memory, sizeof memory);
    put_ip(&b, ip);
    return arena_text(&p->scratch, buffer_text(&b));
}

struct expansion {
    struct parser *p;
    struct names taken; /* addresses that are a neighbor */
    struct neighbor **neighbors;
    size_t count, room;
};

static void expansion_add(struct expansion *e, struct neighbor *n) {
    if (e->count == e->room) {
        e->room = e->room * 2 + 16;
        e->neighbors = memory_resize(e->neighbors, e->room * sizeof(struct neighbor *));
    }
    e->neighbors[e->count++] = n;
}

static void expansion_dial(struct expansion *e, struct neighbor *range) {
    uint32_t first, count = range_count(&range->peer, &first);
    for (uint32_t i = 0; i < count; i++) {
        struct ip ip = range_address(&range->peer, first + i);
        if (!names_add(&e->taken, address_name(e->p, ip)))
            continue;
        struct neighbor *own = arena_new(&e->p->out->arena, sizeof *own);
        *own = *range;
        own->peer = (struct prefix){ip, (uint8_t)(ip.len * 8)};
        own->range = false;
        route_list_init(&own->routes);
        route_list_append(&own->routes, &range->routes);
        expansion_add(e, own);
    }
    route_list_release(&range->routes);
}

void ranges_dial(struct parser *p) {
    struct configuration *c = p->out;
    struct expansion e = {.p = p};
    bool any = false;
    for (size_t i = 0; i < c->neighbor_count; i++)
        any |= neighbor_is_dialed_range(c->neighbors[i], p->options);
    if (!any)
        return;
    for (size_t i = 0; i < c->neighbor_count; i++)
        if (!c->neighbors[i]->range)
            names_add(&e.taken, address_name(p, c->neighbors[i]->peer.ip));
    for (size_t i = 0; i < c->neighbor_count; i++)
        if (neighbor_is_dialed_range(c->neighbors[i], p->options))
            expansion_dial(&e, c->neighbors[i]);
        else
            expansion_add(&e, c->neighbors[i]);
    names_release(&e.taken);
    free(c->neighbors);
    c->neighbors = e.neighbors;
    c->neighbor_count = e.count;
}
