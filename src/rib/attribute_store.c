/* Interning of attribute sets. The hash is not kept: the table has 32 bits of it, and only the end of a set asks again.
 */
#include "rib/attribute_store.h"

#include "base/hash.h"
#include "base/memory.h"

void store_init(struct attribute_store *s, uint64_t seed) {
    *s = (struct attribute_store){.top = 1, .seed = seed};
}

static size_t kept_size(const struct kept_set *kept) {
    return sizeof *kept + kept->named + kept->raw;
}

void store_release(struct attribute_store *s) {
    for (uint32_t next; s->free; s->free = next) {
        next = (uint32_t)s->places[s->free].next;
        s->places[s->free].set = NULL;
    }
    for (uint32_t number = 1; number < s->top; number++)
        if (s->places[number].set)
            pool_free(&s->pool, s->places[number].set, kept_size(s->places[number].set));
    free(s->places);
    free(s->lives);
    pool_release(&s->pool);
    table_release(&s->table);
    store_init(s, s->seed);
}

static uint64_t store_hash(const struct attribute_store *s, struct attribute_set set) {
    uint64_t hash = hash_cursor(set.named, s->seed);
    return cursor_done(&set.raw) ? hash : hash_cursor(set.raw, hash);
}

static bool store_same(const void *context, uint32_t number, const void *key) {
    const struct attribute_set *wanted = key;
    struct attribute_set kept = store_set(context, number);
    return cursor_same(kept.named, wanted->named) && cursor_same(kept.raw, wanted->raw);
}

static uint32_t store_number(struct attribute_store *s) {
    if (s->free) {
        uint32_t number = s->free;
        s->free = (uint32_t)s->places[number].next;
        return number;
    }
    if (s->top >= s->size) {
        s->size = s->size ? s->size * 2 : 64;
        s->places = memory_resize(s->places, s->size * sizeof *s->places);
        s->lives = memory_resize(s->lives, s->size * sizeof *s->lives);
    }
    return s->top++;
}

uint32_t store_intern(struct attribute_store *s, struct cursor named, struct cursor raw) {
    struct attribute_set wanted = {named, raw};
    size_t named_len = cursor_left(&named), raw_len = cursor_left(&raw);
    uint64_t hash = store_hash(s, wanted);
    uint32_t number = table_find(&s->table, hash, store_same, s, &wanted);
    if (number) {
        store_keep(s, number);
        return number;
    }
    struct kept_set *kept = pool_new(&s->pool, sizeof *kept + named_len + raw_len);
    *kept = (struct kept_set){(uint32_t)named_len, (uint32_t)raw_len};
    if (named_len)
        memcpy(kept->octets, named.p, named_len);
    if (raw_len)
        memcpy(kept->octets + named_len, raw.p, raw_len);
    number = store_number(s);
    s->places[number].set = kept;
    s->lives[number] = (struct store_life){.refs = 1, .birth = ++s->births};
    s->count++;
    table_add(&s->table, hash, number);
    return number;
}

void store_free(struct attribute_store *s, uint32_t set) {
    struct kept_set *kept = s->places[set].set;
    table_remove(&s->table, store_hash(s, store_set(s, set)), set);
    s->count--;
    pool_free(&s->pool, kept, kept_size(kept));
    s->places[set].next = s->free;
    s->free = set;
}

size_t store_idle(const struct attribute_store *s) {
    return s->pool.memory - s->pool.used + (s->size - s->count) * (sizeof *s->places + sizeof *s->lives);
}

size_t store_memory(const struct attribute_store *s) {
    return s->pool.memory + s->size * (sizeof *s->places + sizeof *s->lives) + table_memory(&s->table);
}
