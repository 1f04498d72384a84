#include "host/ids.h"

/* Numbers chosen by our own program: they need spreading, not secrecy. */
static uint64_t ids_hash(uint64_t id) {
    return id * 0x9e3779b97f4a7c15u >> 32;
}

static struct thing **ids_place(const struct ids *ids, uint32_t number) {
    return slab_at(&ids->places, number);
}

static bool ids_same(const void *context, uint32_t number, const void *key) {
    const struct ids *ids = context;
    const uint64_t *id = key;
    return (*ids_place(ids, number))->id == *id;
}

void ids_init(struct ids *ids) {
    *ids = (struct ids){0};
    slab_init(&ids->places, sizeof(struct thing *));
}

void ids_release(struct ids *ids) {
    table_release(&ids->table);
    slab_release(&ids->places);
}

void *ids_find(const struct ids *ids, uint64_t id) {
    uint32_t number = table_find(&ids->table, ids_hash(id), ids_same, ids, &id);
    return number ? *ids_place(ids, number) : NULL;
}

void ids_add(struct ids *ids, struct thing *thing, uint64_t id) {
    thing->id = id;
    thing->number = slab_new(&ids->places);
    *ids_place(ids, thing->number) = thing;
    table_add(&ids->table, ids_hash(id), thing->number);
}

void ids_remove(struct ids *ids, struct thing *thing) {
    if (!thing->number)
        return;
    table_remove(&ids->table, ids_hash(thing->id), thing->number);
    slab_free(&ids->places, thing->number);
    thing->number = 0;
}

void *ids_next(const struct ids *ids, uint32_t *place) {
    uint32_t number = table_next(&ids->table, place);
    return number ? *ids_place(ids, number) : NULL;
}
