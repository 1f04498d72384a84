#include "rib/paths.h"

void paths_init(struct paths *p) {
    *p = (struct paths){0};
    slab_init(&p->slab, sizeof(struct prefix_paths));
}

void paths_release(struct paths *p) {
    slab_release(&p->slab);
    table_release(&p->table);
    paths_init(p);
}

size_t paths_memory(const struct paths *p) {
    return slab_memory(&p->slab) + table_memory(&p->table);
}

uint64_t paths_hash(const struct routes *r, const struct route *route) {
    struct route_name name;
    route_name_init(&name, r->seed, family_at(route_family(route)), route_nlri(route), false, 0);
    return name.hash;
}

static bool paths_same(const void *context, uint32_t number, const void *key) {
    return paths_at(context, number)->hash == *(const uint64_t *)key;
}

uint32_t paths_find(const struct paths *p, uint64_t hash) {
    return table_find(&p->table, hash, paths_same, p, &hash);
}

void paths_add(struct paths *p, uint64_t hash) {
    uint32_t number = paths_find(p, hash);
    if (!number) {
        number = slab_new(&p->slab);
        *paths_at(p, number) = (struct prefix_paths){.hash = hash};
        table_add(&p->table, hash, number);
    }
    paths_at(p, number)->told++;
}

void paths_subtract(struct paths *p, uint32_t number) {
    struct prefix_paths *prefix = paths_at(p, number);
    if (--prefix->told)
        return;
    table_remove(&p->table, prefix->hash, number);
    slab_free(&p->slab, number);
}
