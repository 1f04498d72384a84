/* Lists of items of one size: heap sorts, since qsort() may allocate. Most lists are in order already. */
#include "bgp/part/items.h"

enum { ITEM_SIZE_MOST = 20 }; /* octets of the longest kind, an IPv6 extended community */

static void items_swap(uint8_t *a, uint8_t *b, size_t size) {
    uint8_t kept[ITEM_SIZE_MOST];
    memcpy(kept, a, size);
    memcpy(a, b, size);
    memcpy(b, kept, size);
}

static bool items_in_order(const uint8_t *items, size_t count, size_t size, bool once) {
    for (size_t i = 1; i < count; i++) {
        int order = memcmp(items + (i - 1) * size, items + i * size, size);
        if (order > 0 || (once && order == 0))
            return false;
    }
    return true;
}

/* Lets the item at `root` sink until none below it is greater. */
static void items_sink(uint8_t *items, size_t root, size_t count, size_t size) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && memcmp(items + child * size, items + (child + 1) * size, size) < 0)
            child++;
        if (memcmp(items + root * size, items + child * size, size) >= 0)
            return;
        items_swap(items + root * size, items + child * size, size);
    }
}

/* How many are left. */
static size_t items_unique(uint8_t *items, size_t count, size_t size) {
    size_t kept = 1;
    for (size_t i = 1; i < count; i++)
        if (memcmp(items + (kept - 1) * size, items + i * size, size) != 0)
            memmove(items + kept++ * size, items + i * size, size);
    return kept;
}

void items_sort(struct buffer *b, size_t from, size_t size, bool once) {
    size_t count = (buffer_len(b) - from) / size;
    if (b->full || count < 2)
        return;
    uint8_t *items = b->base + from;
    if (!items_in_order(items, count, size, false)) {
        for (size_t root = count / 2; root-- > 0;)
            items_sink(items, root, count, size);
        for (size_t end = count; --end > 0;) {
            items_swap(items, items + end * size, size);
            items_sink(items, 0, end, size);
        }
    }
    if (once)
        buffer_cut(b, from + items_unique(items, count, size) * size);
}

/* ---- In another order ---- */

static const uint8_t *items_at(const struct items *items, size_t index) {
    return items->octets + index * items->size;
}

/* By octets, and equal ones by their place. */
static bool items_before(const struct items *items, uint16_t a, uint16_t b) {
    int order = memcmp(items_at(items, a), items_at(items, b), items->size);
    return order ? order < 0 : a < b;
}

static void order_swap(struct items *items, size_t a, size_t b) {
    uint16_t kept = items->order[a];
    items->order[a] = items->order[b];
    items->order[b] = kept;
}

static void order_sink(struct items *items, size_t root, size_t count) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && items_before(items, items->order[child], items->order[child + 1]))
            child++;
        if (!items_before(items, items->order[root], items->order[child]))
            return;
        order_swap(items, root, child);
    }
}

static void order_sort(struct items *items) {
    for (size_t i = 0; i < items->count; i++)
        items->order[i] = (uint16_t)i;
    for (size_t root = items->count / 2; root-- > 0;)
        order_sink(items, root, items->count);
    for (size_t end = items->count; end-- > 1;) {
        order_swap(items, 0, end);
        order_sink(items, 0, end);
    }
}

/* Of equal ones, which are neighbours now, the first in the list has come first. */
static void order_once(struct items *items) {
    size_t kept = 0;
    for (size_t i = 0; i < items->count; i++)
        if (i == 0 || memcmp(items_at(items, items->order[i - 1]), items_at(items, items->order[i]), items->size) != 0)
            items->order[kept++] = items->order[i];
    items->count = kept;
}

/* What is left of the places, back in the order of the list. */
static void order_wire(struct items *items) {
    uint8_t there[(ITEMS_MOST + 7) / 8] = {0};
    size_t kept = 0;
    for (size_t i = 0; i < items->count; i++)
        there[items->order[i] / 8] |= (uint8_t)(1 << items->order[i] % 8);
    for (size_t place = 0; kept < items->count; place++)
        if (there[place / 8] >> place % 8 & 1)
            items->order[kept++] = (uint16_t)place;
}

void items_init(struct items *items, struct cursor list, size_t size, enum items_order order) {
    bool once = order == ITEMS_WIRE_ONCE || order == ITEMS_SORTED_ONCE;
    items->octets = list.p;
    items->size = size;
    items->next = 0;
    items->count = cursor_left(&list) / size;
    if (items->count > ITEMS_MOST)
        items->count = ITEMS_MOST;
    items->as_is = order == ITEMS_WIRE || items_in_order(list.p, items->count, size, once);
    if (items->as_is)
        return;
    order_sort(items);
    if (once)
        order_once(items);
    if (order == ITEMS_WIRE_ONCE)
        order_wire(items);
}

bool items_next(struct items *items, struct cursor *out) {
    if (items->next == items->count)
        return false;
    *out = cursor_of(items_at(items, items->as_is ? items->next : items->order[items->next]), items->size);
    items->next++;
    return true;
}
