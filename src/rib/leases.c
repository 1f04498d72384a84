#include "rib/leases.h"

#include "base/hash.h"
#include "base/memory.h"
#include "rib/routes.h"

enum { SECOND = 1000000 };

struct lease {
    struct route route; /* `set` is the number of its list */
    uint32_t next, prev;
    uint32_t since; /* second in which it was taken */
};

/* Leases of one holder and duration, the one that ends first in front. */
struct lease_list {
    uint32_t holder, ttl;
    uint32_t head, tail, count;
    uint32_t place; /* in the heap, 0: not there */
    bool doubted;
};

struct leases {
    struct routes routes;
    struct slab lists;
    struct table by_holder; /* lists */
    uint32_t *heap;         /* owned; lists that end, from 1, the first to end first */
    uint32_t heap_count, heap_room;
};

struct leases *leases_new(uint64_t seed) {
    struct leases *l = memory_new(sizeof *l);
    routes_init(&l->routes, sizeof(struct lease), seed);
    slab_init(&l->lists, sizeof(struct lease_list));
    return l;
}

void leases_free(struct leases *l) {
    if (!l)
        return;
    routes_release(&l->routes);
    slab_release(&l->lists);
    table_release(&l->by_holder);
    free(l->heap);
    free(l);
}

uint32_t leases_count(const struct leases *l) {
    return l->routes.slab.used;
}

size_t leases_memory(const struct leases *l) {
    return routes_memory(&l->routes) + slab_memory(&l->lists) + l->heap_room * sizeof *l->heap;
}

static struct lease *lease_at(const struct leases *l, uint32_t number) {
    return slab_at(&l->routes.slab, number);
}

static struct lease_list *list_at(const struct leases *l, uint32_t number) {
    return slab_at(&l->lists, number);
}

/* The second in which a lease that is taken now begins: the next one, so that none is too short. */
static uint32_t second_of(uint64_t now) {
    return (uint32_t)((now + SECOND - 1) / SECOND);
}

static uint64_t list_ends(const struct leases *l, const struct lease_list *list) {
    return list->ttl && list->head ? ((uint64_t)lease_at(l, list->head)->since + list->ttl) * SECOND : UINT64_MAX;
}

/* ---- The heap of lists ---- */

static void heap_put(struct leases *l, uint32_t place, uint32_t list) {
    l->heap[place] = list;
    list_at(l, list)->place = place;
}

static uint64_t heap_ends(const struct leases *l, uint32_t place) {
    return list_ends(l, list_at(l, l->heap[place]));
}

static void heap_rise(struct leases *l, uint32_t place) {
    uint32_t list = l->heap[place];
    uint64_t ends = heap_ends(l, place);
    for (; place > 1 && ends < heap_ends(l, place / 2); place /= 2)
        heap_put(l, place, l->heap[place / 2]);
    heap_put(l, place, list);
}

static void heap_sink(struct leases *l, uint32_t place) {
    uint32_t list = l->heap[place], child;
    uint64_t ends = heap_ends(l, place);
    while ((child = place * 2) <= l->heap_count) {
        child += child < l->heap_count && heap_ends(l, child + 1) < heap_ends(l, child);
        if (ends <= heap_ends(l, child))
            break;
        heap_put(l, place, l->heap[child]);
        place = child;
    }
    heap_put(l, place, list);
}

/* The head of a list is another one: put the list where it belongs now. */
static void heap_settle(struct leases *l, uint32_t number) {
    struct lease_list *list = list_at(l, number);
    if (!list->ttl)
        return;
    if (list->head && !list->place) {
        if (l->heap_count + 1 >= l->heap_room) {
            l->heap_room = l->heap_room ? l->heap_room * 2 : 16;
            l->heap = memory_resize(l->heap, l->heap_room * sizeof *l->heap);
        }
        heap_put(l, ++l->heap_count, number);
    }
    if (list->head) {
        heap_rise(l, list->place);
        heap_sink(l, list->place);
        return;
    }
    uint32_t place = list->place, last = l->heap[l->heap_count--];
    list->place = 0;
    if (!place || last == number)
        return;
    heap_put(l, place, last);
    heap_rise(l, place);
    heap_sink(l, list_at(l, last)->place);
}

/* ---- Lists ---- */

struct list_key {
    const struct leases *leases;
    uint32_t holder, ttl;
    bool doubted;
};

static bool list_same(const void *context, uint32_t number, const void *key) {
    const struct lease_list *list = list_at(context, number);
    const struct list_key *k = key;
    return list->holder == k->holder && list->ttl == k->ttl && list->doubted == k->doubted;
}

static uint64_t list_hash(const struct leases *l, uint32_t holder, uint32_t ttl, bool doubted) {
    const uint64_t words[2] = {(uint64_t)holder << 32 | ttl, doubted};
    return hash_octets(words, sizeof words, l->routes.seed);
}

static uint32_t list_reach(struct leases *l, uint32_t holder, uint32_t ttl) {
    struct list_key key = {l, holder, ttl, false};
    uint64_t hash = list_hash(l, holder, ttl, false);
    uint32_t number = table_find(&l->by_holder, hash, list_same, l, &key);
    if (number)
        return number;
    number = slab_new(&l->lists);
    *list_at(l, number) = (struct lease_list){.holder = holder, .ttl = ttl};
    table_add(&l->by_holder, hash, number);
    return number;
}

static void list_free(struct leases *l, uint32_t number) {
    struct lease_list *list = list_at(l, number);
    table_remove(&l->by_holder, list_hash(l, list->holder, list->ttl, list->doubted), number);
    list->holder = 0; /* not to be seen by walks over all of them */
    list->count = 0;
    slab_free(&l->lists, number);
}

static void list_append(struct leases *l, uint32_t number, uint32_t which, uint32_t since) {
    struct lease_list *list = list_at(l, number);
    struct lease *lease = lease_at(l, which);
    lease->route.set = number;
    lease->since = since;
    lease->next = 0;
    lease->prev = list->tail;
    if (list->tail)
        lease_at(l, list->tail)->next = which;
    else
        list->head = which;
    list->tail = which;
    list->count++;
    if (list->head == which)
        heap_settle(l, number);
}

/* The list stays, empty as it may be: see list_free(). */
static void list_unlink(struct leases *l, uint32_t which) {
    struct lease *lease = lease_at(l, which);
    uint32_t number = lease->route.set;
    struct lease_list *list = list_at(l, number);
    bool was_head = list->head == which;
    if (lease->prev)
        lease_at(l, lease->prev)->next = lease->next;
    else
        list->head = lease->next;
    if (lease->next)
        lease_at(l, lease->next)->prev = lease->prev;
    else
        list->tail = lease->prev;
    list->count--;
    if (was_head)
        heap_settle(l, number);
}

static void lease_move(struct leases *l, uint32_t which, uint32_t to, uint32_t since) {
    uint32_t from = lease_at(l, which)->route.set;
    list_unlink(l, which);
    list_append(l, to, which, since);
    if (!list_at(l, from)->count)
        list_free(l, from);
}

/* ---- One lease ---- */

void leases_take(struct leases *l, const struct route_name *name, uint32_t holder, uint32_t ttl, uint64_t now) {
    bool is_new;
    uint32_t which = routes_reach(&l->routes, name, &is_new), list = list_reach(l, holder, ttl);
    struct route *route = &lease_at(l, which)->route;
    if (is_new) {
        route_set_state(route, ROUTE_TOLD);
        list_append(l, list, which, second_of(now));
        return;
    }
    if (!route_reads(route, name))
        routes_rewrite(&l->routes, which, name);
    lease_move(l, which, list, second_of(now));
}

static void lease_remove(struct leases *l, uint32_t which, uint64_t hash) {
    uint32_t list = lease_at(l, which)->route.set;
    list_unlink(l, which);
    if (!list_at(l, list)->count)
        list_free(l, list);
    routes_remove(&l->routes, which, hash);
}

void leases_drop(struct leases *l, const struct route_name *name) {
    uint32_t which = routes_find(&l->routes, name);
    if (which)
        lease_remove(l, which, name->hash);
}

void leases_remove(struct leases *l, uint32_t number) {
    lease_remove(l, number, routes_hash(&l->routes, &lease_at(l, number)->route));
}

static bool lease_view(const struct leases *l, uint32_t which, struct lease_view *out) {
    if (!which)
        return false;
    const struct lease *lease = lease_at(l, which);
    const struct lease_list *list = list_at(l, lease->route.set);
    route_view(&lease->route, &out->route);
    out->number = which;
    out->holder = list->holder;
    out->ttl = list->ttl;
    out->doubted = list->doubted;
    out->ends = list->ttl ? ((uint64_t)lease->since + list->ttl) * SECOND : UINT64_MAX;
    return true;
}

bool leases_find(const struct leases *l, const struct route_name *name, struct lease_view *out) {
    return lease_view(l, routes_find(&l->routes, name), out);
}

bool leases_next(const struct leases *l, uint32_t *walk, struct lease_view *out) {
    return lease_view(l, routes_next(&l->routes, walk), out);
}

uint64_t leases_deadline(const struct leases *l) {
    return l->heap_count ? heap_ends(l, 1) : UINT64_MAX;
}

bool leases_over(const struct leases *l, uint64_t now, struct lease_view *out) {
    return leases_deadline(l) <= now && lease_view(l, list_at(l, l->heap[1])->head, out);
}

/* ---- All of one holder ---- */

/* The next list of the holder (0: of anyone), after *walk. */
static struct lease_list *list_next(const struct leases *l, uint32_t holder, uint32_t *walk) {
    while (++*walk < l->lists.top) {
        struct lease_list *list = list_at(l, *walk);
        if (list->count && list->holder == holder)
            return list;
    }
    return NULL;
}

bool leases_of(const struct leases *l, uint32_t holder, struct lease_view *out) {
    uint32_t walk = 0;
    const struct lease_list *list = list_next(l, holder, &walk);
    return list && lease_view(l, list->head, out);
}

uint32_t leases_renew(struct leases *l, uint32_t holder, uint64_t now) {
    struct lease_list *list;
    uint32_t count = 0;
    for (uint32_t walk = 0; (list = list_next(l, holder, &walk));) {
        for (uint32_t which = list->head; which; which = lease_at(l, which)->next)
            lease_at(l, which)->since = second_of(now);
        count += list->count;
        heap_settle(l, walk);
    }
    return count;
}

/* The later part of each list moves to the list of this duration; what ends before stays. */
void leases_shorten(struct leases *l, uint32_t holder, uint32_t ttl, uint64_t now) {
    uint32_t second = second_of(now), to = list_reach(l, holder, ttl), walk = 0;
    while (list_next(l, holder, &walk)) {
        while (walk != to) { /* the list is freed with its last lease */
            const struct lease_list *list = list_at(l, walk);
            if (!list->count ||
                (list->ttl && (uint64_t)lease_at(l, list->tail)->since + list->ttl <= (uint64_t)second + ttl))
                break;
            lease_move(l, list->tail, to, second);
        }
    }
    if (!list_at(l, to)->count)
        list_free(l, to);
}

/* A list of the same kind that is in doubt already may be there: the two become one, in whatever order, because none of
 * them ends by itself before the doubt is over. */
void leases_doubt(struct leases *l, uint32_t holder) {
    struct lease_list *list;
    for (uint32_t walk = 0; (list = list_next(l, holder, &walk));) {
        if (list->doubted)
            continue;
        table_remove(&l->by_holder, list_hash(l, holder, list->ttl, false), walk);
        list->doubted = true;
        table_add(&l->by_holder, list_hash(l, holder, list->ttl, true), walk);
    }
}

bool leases_doubted(const struct leases *l, uint32_t holder, struct lease_view *out) {
    const struct lease_list *list;
    for (uint32_t walk = 0; (list = list_next(l, holder, &walk));)
        if (list->doubted)
            return lease_view(l, list->head, out);
    return false;
}
