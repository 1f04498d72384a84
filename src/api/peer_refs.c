/* Peers remembered from one turn to a later one: they may be gone by then. */
#include "api/private.h"
#include "base/memory.h"

struct peer_refs peer_refs_new(const struct targets *targets) {
    struct peer_refs refs = {memory_new(targets->count * sizeof *refs.at + 1), targets->count};
    for (uint32_t i = 0; i < refs.count; i++)
        refs.at[i] = (struct peer_ref){targets->peers[i], peer_number(targets->peers[i])};
    return refs;
}

struct peer *peer_refs_at(const struct peer_refs *refs, const struct api *api, uint32_t place) {
    if (place >= refs->count || !peer_lives(api, refs->at[place].peer, refs->at[place].number))
        return NULL;
    return refs->at[place].peer;
}

void peer_refs_release(struct peer_refs *refs) {
    free(refs->at);
}
