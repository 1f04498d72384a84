/* Names of routes. Nearly all NLRIs are short and their own key. Then the name is the octets and the bits that the
 * route begins with: made in registers, hashed and compared as two numbers. */
#include "rib/name_inline.h"

/* The path identifier goes before the NLRI, of which at most six octets are there. */
static void name_take_path(struct route_name *name) {
    uint8_t path[4];
    memcpy(path, &name->path, sizeof path);
    name->octets_8_9 = (uint16_t)(name->octets_0_7 >> 32);
    name->octets_0_7 = name->octets_0_7 << 32 | load_32(path);
}

/* A key that is too long to be put apart is the whole NLRI. */
static void name_make_key(struct route_name *name, uint64_t seed) {
    bool own = !(name->family->flags & FAMILY_PLAIN) && name->family->key;
    name->has_key = true;
    name->key = name->nlri;
    if (own) {
        struct buffer b = buffer_fixed(name->octets, sizeof name->octets);
        name->family->key(name->nlri, &b);
        if (!b.full)
            name->key = buffer_cursor(&b);
    }
    uint64_t rest = (uint64_t)name->path << 8 | (unsigned)name->has_path << 6 | name->family->index;
    name->hash = hash_cursor(name->key, seed + rest);
}

/* Bits behind the prefix mean nothing, so they are not kept (errors.md UPD-07). */
static void name_clear_host_bits(struct route_name *name) {
    size_t len = cursor_left(&name->nlri);
    if (len < 2 || len > ROUTE_KEY || !prefix_has_more(name->nlri.p, len))
        return;
    memcpy(name->octets, name->nlri.p, len);
    name->octets[len - 1] &= (uint8_t) ~(0xffu >> name->octets[0] % 8u);
    name->nlri = cursor_of(name->octets, len);
}

void name_init_rare(struct route_name *name, uint64_t seed, const struct family *family, struct cursor nlri,
                    bool has_path, uint32_t path) {
    name->family = family;
    name->nlri = nlri;
    name->path = has_path ? path : 0;
    name->has_path = has_path;
    if (family->flags & FAMILY_PLAIN)
        name_clear_host_bits(name);
    size_t len = cursor_left(&nlri), all = len + (has_path ? sizeof path : 0);
    bool inside = all <= ROUTE_INSIDE;
    unsigned length = inside ? (unsigned)all << ROUTE_LENGTH_SHIFT : (unsigned)ROUTE_OUTSIDE;
    name->bits =
        (uint16_t)((family->index & (unsigned)ROUTE_FAMILY) | (has_path ? (unsigned)ROUTE_HAS_PATH : 0u) | length);
    name_take_octets(name, name->nlri.p, inside ? len : 0);
    if (inside && has_path)
        name_take_path(name);
    if (inside && (family->flags & FAMILY_PLAIN || !family->key))
        name_hash_octets(name, seed);
    else
        name_make_key(name, seed);
}

void route_name_init(struct route_name *name, uint64_t seed, const struct family *family, struct cursor nlri,
                     bool has_path, uint32_t path) {
    name_init(name, seed, family, nlri, has_path, path);
}
