#include "rib/encoding.h"

void encoding_init(struct encoding *e, struct attribute_store *store) {
    *e = (struct encoding){.store = store, .octets = buffer_growing()};
}

void encoding_clear(struct encoding *e) {
    store_drop(e->store, e->set);
    e->set = 0;
}

void encoding_release(struct encoding *e) {
    encoding_clear(e);
    buffer_release(&e->octets);
}

size_t encoding_memory(const struct encoding *e) {
    return (size_t)(e->octets.end - e->octets.base);
}

void encoding_make(struct encoding *e, uint32_t set, const struct terms *terms, const struct family *family) {
    if (e->set == set && e->family == family->index)
        return;
    store_keep(e->store, set);
    encoding_clear(e);
    e->set = set;
    e->family = family->index;
    struct attribute_set attributes = store_set(e->store, set);
    buffer_clear(&e->octets);
    attributes_send(attributes, terms, family, &e->octets);
    e->next_hop = attributes_next_hop(attributes, terms, family);
}

static unsigned next_hop_length(const struct family *family, struct ip next_hop) {
    bool vpn = family->flags & FAMILY_VPN_NEXT_HOP;
    switch (next_hop.len) {
    case 4: return vpn ? NEXT_HOP_12 : NEXT_HOP_4;
    case 16: return vpn ? NEXT_HOP_24 : NEXT_HOP_16;
    default: return NEXT_HOP_0;
    }
}

bool encoding_carries(const struct encoding *e, const struct terms *terms, const struct family *family) {
    return !(family->next_hops_extended & next_hop_length(family, e->next_hop)) ||
           terms_has(terms->extended_next_hop, family->index);
}
