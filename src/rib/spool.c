#include "rib/spool.h"

#include "base/memory.h"

struct terms spool_kind(const struct terms *terms) {
    struct terms kind;
    memset(&kind, 0, sizeof kind); /* they are compared with memcmp() */
    kind.local_as = terms->local_as;
    kind.local_id = terms->local_id;
    kind.local = terms->local;
    kind.link_local = terms->link_local;
    kind.send_most = terms->send_most;
    kind.internal = terms->internal;
    kind.confederation = terms->confederation;
    kind.as4 = terms->as4;
    kind.role = terms->role;
    memcpy(kind.labels_send, terms->labels_send, sizeof kind.labels_send);
    kind.aigp = terms->aigp;
    kind.link_local_next_hop = terms->link_local_next_hop;
    kind.families = terms->families;
    kind.add_path_send = terms->add_path_send;
    kind.extended_next_hop = terms->extended_next_hop;
    return kind;
}

void spool_init(struct spool *s, struct attribute_store *store, const struct terms *kind) {
    memset(s, 0, sizeof *s);
    memcpy(&s->terms, kind, sizeof s->terms);
    encoding_init(&s->encoding, store);
}

static void ring_release(struct spool_ring *ring) {
    for (uint32_t i = 0; ring->at && i < SEGMENTS; i++)
        buffer_release(&ring->at[i].octets);
    free(ring->at);
    *ring = (struct spool_ring){0};
}

void spool_release(struct spool *s) {
    encoding_release(&s->encoding);
    ring_release(&s->log);
    ring_release(&s->walks);
}

void spool_forget(struct spool *s) {
    encoding_clear(&s->encoding);
    ring_clear(&s->log);
    ring_clear(&s->walks);
}

static size_t ring_memory(const struct spool_ring *ring) {
    size_t memory = ring->at ? SEGMENTS * sizeof *ring->at : 0;
    for (uint32_t i = 0; ring->at && i < SEGMENTS; i++)
        memory += (size_t)(ring->at[i].octets.end - ring->at[i].octets.base);
    return memory;
}

size_t spool_memory(const struct spool *s) {
    return encoding_memory(&s->encoding) + ring_memory(&s->log) + ring_memory(&s->walks);
}

static void ring_make(struct spool_ring *ring) {
    ring->at = memory_new(SEGMENTS * sizeof *ring->at);
    for (uint32_t i = 0; i < SEGMENTS; i++)
        ring->at[i].octets = buffer_growing();
}

struct segment *ring_add(struct spool_ring *ring, uint32_t first) {
    if (!ring->at)
        ring_make(ring);
    if (ring->count == SEGMENTS)
        ring->first = (ring->first + 1) % SEGMENTS;
    else
        ring->count++;
    struct segment *segment = ring_at(ring, ring->count - 1);
    segment->first = segment->end = first;
    segment->refused = (struct refused){0};
    buffer_clear(&segment->octets);
    return segment;
}

const struct segment *ring_find(const struct spool_ring *ring, uint32_t first) {
    for (uint32_t i = ring->count; i; i--)
        if (ring_at(ring, i - 1)->first == first)
            return ring_at(ring, i - 1);
    return NULL;
}
