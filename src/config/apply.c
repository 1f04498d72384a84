/* From one configuration to the next (config.md 26). What a change of a neighbor means for its session is the engine's
 * matter; here is told which neighbor takes the place of which. Linear: ten thousand neighbors are reloaded at once. */
#include "config/apply.h"

#include <stdlib.h>

#include "base/memory.h"

/* The peers of the engine by name. Names are copied: a peer's own changes while it is replaced. */
struct peers {
    struct arena arena;
    struct names names;
    struct peer **peers; /* owned; by place in names */
};

static void peers_init(struct peers *p, struct engine *engine) {
    *p = (struct peers){0};
    uint32_t count = 0;
    while (engine_at(engine, count))
        count++;
    p->peers = memory_new((count + 1) * sizeof *p->peers);
    for (uint32_t i = 0; i < count; i++) {
        struct peer *peer = engine_at(engine, i);
        if (names_add(&p->names, arena_text(&p->arena, peer_name(peer))))
            p->peers[p->names.count - 1] = peer;
    }
}

static void peers_release(struct peers *p) {
    names_release(&p->names);
    arena_release(&p->arena);
    free(p->peers);
}

/* The name of a neighbor, good until the buffer is used again. */
static struct text name_of(const struct neighbor *n, struct buffer *b) {
    buffer_clear(b);
    put_neighbor_name(b, n);
    return buffer_text(b);
}

static struct peer *peers_find(const struct peers *p, struct text name) {
    uint32_t place = names_find(&p->names, name);
    return place == NAME_UNKNOWN ? NULL : p->peers[place];
}

void config_names(const struct configuration *c, struct arena *arena, struct names *names) {
    struct buffer b = buffer_growing();
    for (size_t i = 0; c && i < c->neighbor_count; i++)
        names_add(names, arena_text(arena, name_of(c->neighbors[i], &b)));
    buffer_release(&b);
}

/* Neighbors that are no more go first: what they used (addresses, ports) may be wanted by others. */
void config_apply(struct engine *engine, const struct configuration *before, const struct configuration *after,
                  uint64_t now) {
    struct peers peers;
    struct names names = {0};
    struct buffer b = buffer_growing();
    peers_init(&peers, engine);
    config_names(after, &peers.arena, &names);
    for (size_t i = 0; before && i < before->neighbor_count; i++) {
        struct text name = name_of(before->neighbors[i], &b);
        struct peer *peer = peers_find(&peers, name);
        if (peer && names_find(&names, name) == NAME_UNKNOWN)
            engine_remove(engine, peer, 0, now);
    }
    for (size_t i = 0; i < after->neighbor_count; i++) {
        const struct neighbor *n = after->neighbors[i];
        struct peer *peer = peers_find(&peers, name_of(n, &b));
        if (peer)
            engine_replace(engine, peer, n, now);
        else
            engine_add(engine, n, now);
    }
    names_release(&names);
    peers_release(&peers);
    buffer_release(&b);
}
