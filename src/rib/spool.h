/* What was written for the readers of one kind of session, for those of them that come after the first; private to this
 * room.
 *
 * A segment is what one of them pulled at a time: the messages of a stretch of the log, or of a stretch of a walk.
 * Another that stands at its beginning takes the octets as they are. There are SEGMENTS at the most: who is further
 * behind encodes for itself. */
#ifndef RIB_SPOOL_H
#define RIB_SPOOL_H

#include "rib/encoding.h"
#include "rib/shared.h"

enum { SEGMENTS = 64, SEGMENT_OCTETS = 64 * 1024 };

struct segment {
    uint32_t first, end; /* places of the log: [first, end); or numbers of routes: after first, up to end */
    uint32_t changes;    /* of a walk: as the RIB's count was */
    uint64_t families;   /* of a walk */
    bool told;           /* of a walk: no routes of the log are in it */
    struct refused refused;
    struct buffer octets;
};

/* Segments in the order in which they were made. */
struct spool_ring {
    struct segment *at; /* owned; SEGMENTS of them, or NULL. Those that are not used keep their memory */
    uint32_t first, count;
};

struct spool {
    struct terms terms; /* of the kind: what messages depend on, all else is 0 */
    uint32_t readers;   /* 0: free for another kind */
    struct encoding encoding;
    struct spool_ring log, walks;
};

/* What of a session's terms its messages depend on. */
struct terms spool_kind(const struct terms *terms);

void spool_init(struct spool *s, struct attribute_store *store, const struct terms *kind);
void spool_release(struct spool *s);
void spool_forget(struct spool *s); /* all segments */
size_t spool_memory(const struct spool *s);

static inline struct segment *ring_at(const struct spool_ring *ring, uint32_t place) {
    return &ring->at[(ring->first + place) % SEGMENTS];
}

/* A new last segment, with no octets; the first goes when there are too many. */
struct segment *ring_add(struct spool_ring *ring, uint32_t first);

/* The segment that begins here, or NULL. */
const struct segment *ring_find(const struct spool_ring *ring, uint32_t first);

/* May a reader that stands here add the next one? It is the place where the last one ends, or there is none. */
static inline bool ring_continues(const struct spool_ring *ring, uint32_t place) {
    return !ring->count || ring_at(ring, ring->count - 1)->end == place;
}

static inline void ring_clear(struct spool_ring *ring) {
    ring->count = 0;
}

#endif
