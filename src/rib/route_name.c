/* Names of routes. Nearly all NLRIs are short and their own key. Then the name is the octets and the bits that the
 * route begins with: made in registers, hashed and compared as two numbers. */
#include "rib/route_name.h"

#include "base/hash.h"

/* Up to ten octets, in the order in which they will be in memory. */
static inline void name_take_octets(struct route_name *name, const uint8_t *p, size_t len) {
    name->octets_0_7 = 0;
    name->octets_8_9 = 0;
    if (len >= 8) {
        name->octets_0_7 = load_64(p);
        name->octets_8_9 = (uint16_t)(load_16(p + len - 2) >> (80 - 8 * len));
    } else if (len >= 4) {
        name->octets_0_7 = load_32(p) | (uint64_t)load_32(p + len - 4) << (8 * len - 32);
    } else if (len) {
        name->octets_0_7 = p[0] | (uint32_t)p[len / 2] << len / 2 * 8 | (uint32_t)p[len - 1] << (len - 1) * 8;
    }
}

static inline void name_hash_octets(struct route_name *name, uint64_t seed) {
    const uint64_t words[2] = {name->octets_0_7, (uint64_t)name->bits << 16 | name->octets_8_9};
    name->has_key = false;
    name->hash = hash_octets(words, sizeof words, seed);
}

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
static inline bool prefix_has_more(const uint8_t *p, size_t len) {
    unsigned behind = 0xffu >> p[0] % 8u;
    return p[0] % 8u && p[len - 1] & behind;
}

static void name_clear_host_bits(struct route_name *name) {
    size_t len = cursor_left(&name->nlri);
    if (len < 2 || len > ROUTE_KEY || !prefix_has_more(name->nlri.p, len))
        return;
    memcpy(name->octets, name->nlri.p, len);
    name->octets[len - 1] &= (uint8_t) ~(0xffu >> name->octets[0] % 8u);
    name->nlri = cursor_of(name->octets, len);
}

__attribute__((noinline)) static void name_init_rare(struct route_name *name, uint64_t seed,
                                                     const struct family *family, struct cursor nlri, bool has_path,
                                                     uint32_t path) {
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

/* A million IPv4 prefixes come this way, each with a few instructions. */
void route_name_init(struct route_name *name, uint64_t seed, const struct family *family, struct cursor nlri,
                     bool has_path, uint32_t path) {
    size_t len = cursor_left(&nlri);
    if (!(family->flags & FAMILY_PLAIN) || has_path || len - 1 >= ROUTE_INSIDE || prefix_has_more(nlri.p, len)) {
        name_init_rare(name, seed, family, nlri, has_path, path);
        return;
    }
    name->bits = (uint16_t)((family->index & (unsigned)ROUTE_FAMILY) | len << ROUTE_LENGTH_SHIFT);
    name_take_octets(name, nlri.p, len);
    name_hash_octets(name, seed);
}
