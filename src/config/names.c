#include "config/names.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"

static bool name_same(const void *context, uint32_t number, const void *key) {
    const struct names *n = context;
    return text_same(n->texts[number - 1], *(const struct text *)key);
}

uint32_t names_find(const struct names *n, struct text name) {
    uint32_t number = table_find(&n->table, hash_octets(name.p, name.len, 0), name_same, n, &name);
    return number ? number - 1 : NAME_UNKNOWN;
}

bool names_add(struct names *n, struct text name) {
    if (names_find(n, name) != NAME_UNKNOWN)
        return false;
    if (n->count == n->room) {
        n->room = n->room ? n->room * 2 : 16;
        n->texts = memory_resize(n->texts, n->room * sizeof *n->texts);
    }
    n->texts[n->count++] = name;
    table_add(&n->table, hash_octets(name.p, name.len, 0), (uint32_t)n->count);
    return true;
}

void names_release(struct names *n) {
    table_release(&n->table);
    free(n->texts);
}
