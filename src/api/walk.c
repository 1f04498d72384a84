/* Long answers: made a piece at a time, as fast as the client reads them. Its next commands wait until they are over.
 */
#include "api/asked.h"
#include "base/memory.h"

void walk_free(struct walk *walk) {
    if (walk)
        walk->release(walk);
    free(walk);
}

void walk_begin_unasked(struct api *api, struct client *c, struct walk *walk) {
    walk->unasked = true;
    c->walk = walk;
    c->outbox.midway = walk->one_line;
    walk_go_on(api, c);
}

void walk_begin(struct call *call, struct walk *walk) {
    call->client->walk = walk;
    call->client->outbox.midway = walk->one_line;
    walk_go_on(call->api, call->client);
}

void walk_go_on(struct api *api, struct client *c) {
    while (c->walk && client_roomy(api, c)) {
        struct buffer *out = outbox_write_walk(&c->outbox);
        bool more = c->walk->step(c->walk, api, c->asking ? &c->asking->reply : out);
        if (c->asking)
            asked_flush(c, out);
        if (more)
            continue;
        bool unasked = c->walk->unasked;
        walk_free(c->walk);
        c->walk = NULL;
        client_catch_up(api, c);
        if (!unasked)
            answer_done(api, c);
    }
    client_feed(api, c);
}
