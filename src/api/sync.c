/* Sync mode: a command is answered when what it announced is on its way to all its peers that are connected
 * (api-commands.md 9.1). */
#include "api/private.h"
#include "base/memory.h"

struct patience {
    uint32_t count;
    struct awaited {
        const struct peer *peer; /* only good while the API still has it under its number */
        uint32_t number;
    } peers[];
};

void patience_free(struct patience *p) {
    free(p);
}

static bool awaited_flushed(const struct api *api, const struct awaited *a) {
    return !peer_lives(api, a->peer, a->number) || peer_flushed(a->peer);
}

static bool patience_over(const struct api *api, const struct patience *p) {
    for (uint32_t i = 0; i < p->count; i++)
        if (!awaited_flushed(api, &p->peers[i]))
            return false;
    return true;
}

void patience_begin(struct call *call) {
    struct patience *p = memory_new(sizeof *p + call->targets.count * sizeof *p->peers);
    p->count = call->targets.count;
    for (uint32_t i = 0; i < p->count; i++)
        p->peers[i] = (struct awaited){call->targets.peers[i], peer_number(call->targets.peers[i])};
    if (patience_over(call->api, p)) {
        free(p);
        answer_done(call->api, call->client);
        return;
    }
    call->client->patience = p;
    client_feed(call->api, call->client);
}

void api_turn(struct api *api, uint64_t now) {
    api->now = now;
    for (size_t i = 0; i < api->client_count; i++) {
        struct client *c = api->clients[i];
        if (!c->patience || !patience_over(api, c->patience))
            continue;
        patience_free(c->patience);
        c->patience = NULL;
        answer_done(api, c);
        client_go_on(api, c);
    }
}
