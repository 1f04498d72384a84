/* Sync mode: a command is answered when what it announced is on its way to all its peers that are connected
 * (api-commands.md 9.1). */
#include "api/private.h"
#include "base/memory.h"

struct patience {
    struct peer_refs refs;
};

void patience_free(struct patience *p) {
    if (p)
        peer_refs_release(&p->refs);
    free(p);
}

static bool patience_over(const struct api *api, const struct patience *p) {
    for (uint32_t i = 0; i < p->refs.count; i++) {
        const struct peer *peer = peer_refs_at(&p->refs, api, i);
        if (peer && !peer_flushed(peer))
            return false;
    }
    return true;
}

void patience_begin(struct call *call) {
    struct patience *p = memory_new(sizeof *p);
    p->refs = peer_refs_new(&call->targets);
    if (patience_over(call->api, p)) {
        patience_free(p);
        answer_done(call->api, call->client);
        return;
    }
    call->client->patience = p;
    client_feed(call->api, call->client);
}

void api_turn(struct api *api, uint64_t now) {
    api_tick(api, now);
    for (size_t i = 0; i < api->client_count; i++) {
        struct client *c = api->clients[i];
        client_check_finished(api, c);
        if (c->snapshot_waits)
            snapshot_begin(api, c);
        if (!c->patience || !patience_over(api, c->patience))
            continue;
        patience_free(c->patience);
        c->patience = NULL;
        answer_done(api, c);
        client_go_on(api, c);
    }
}
