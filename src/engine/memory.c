/* What the memory is used for, added up when somebody asks: nothing is counted meanwhile. */
#include "engine/audience.h"

struct peer_memory peer_memory(const struct peer *p) {
    return (struct peer_memory){
        .session = session_memory(p->session),
        .out = rib_out_memory(p->out),
        .in = p->in ? rib_in_memory(p->in) : 0,
        .routes = rib_out_count(p->out),
        .waiting = rib_out_waiting(p->out),
        .received = p->in ? rib_in_count(p->in) : 0,
    };
}

static size_t peer_itself(const struct peer *p) {
    return sizeof *p + buffer_memory(&p->name) + buffer_memory(&p->first) + buffer_memory(&p->last) +
           p->seat_count * (sizeof(struct seat) + sizeof(struct seat *)) + (p->own ? sizeof *p->own : 0);
}

struct engine_memory engine_memory(const struct engine *e) {
    struct engine_memory all = {
        .sets = e->store.count, .attributes = store_memory(&e->store), .idle = store_idle(&e->store)};
    for (uint32_t i = 1; i < e->top; i++) {
        if (!e->peers[i])
            continue;
        struct peer_memory one = peer_memory(e->peers[i]);
        all.peers += peer_itself(e->peers[i]);
        all.sessions += one.session;
        all.out += one.out;
        all.in += one.in;
        all.routes += one.routes;
        all.received += one.received;
        all.idle += rib_out_idle(e->peers[i]->out);
        if (e->peers[i]->in) {
            all.idle += rib_in_idle(e->peers[i]->in);
            all.left_out += rib_in_left_out(e->peers[i]->in);
        }
    }
    all.shared_count = e->audience_count;
    for (uint32_t i = 0; i < e->audience_count; i++) {
        all.shared += rib_shared_memory(e->audiences[i]->rib);
        all.idle += rib_out_idle(rib_shared_routes(e->audiences[i]->rib));
        all.shared_routes += rib_out_count(rib_shared_routes(e->audiences[i]->rib));
    }
    return all;
}

void engine_close(struct engine *e, bool closed) {
    e->closed = closed;
    for (uint32_t i = 1; i < e->top; i++)
        if (e->peers[i] && e->peers[i]->in)
            rib_in_close(e->peers[i]->in, closed);
}
