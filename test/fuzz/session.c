/* What a peer writes on its connection, in pieces, to a whole engine whose helper hears everything. The first octet
 * says the form, and whether the session is up before; the second how long the pieces are. */
#include "api_world.h"
#include "bgp/family.h"
#include "fuzz.h"

static void everything(struct neighbor *n) {
    n->offer.families = ~(uint64_t)0 >> (64 - FAMILIES);
    n->offer.refresh = n->offer.operational = n->offer.graceful_restart = n->offer.extended_next_hop_on = true;
    n->offer.extended_next_hop = n->offer.families;
    n->offer.restart_time = 120;
    for (size_t i = 0; i < n->api_count; i++) {
        n->apis[i].neighbor_changes = n->apis[i].negotiated = n->apis[i].fsm = n->apis[i].signal = true;
        n->apis[i].send = n->apis[i].receive = WATCH_OPEN | WATCH_UPDATE | WATCH_NOTIFICATION | WATCH_KEEPALIVE |
                                               WATCH_REFRESH | WATCH_OPERATIONAL | WATCH_PARSED | WATCH_PACKETS;
    }
}

static void with_paths(struct neighbor *n) {
    everything(n);
    n->offer.add_path = 3;
    n->offer.add_path_families = n->offer.families;
}

static void hear(struct world *w, uint64_t client) {
    const char *heard = world_heard(w, client);
    fuzz_check_lines(text_of(heard));
}

/* Its connection, up to where its OPEN is due. */
static void connect_peer(struct world *w, struct world_peer *p) {
    while (!p->stream) {
        w->now += 1000000;
        engine_timer(w->engine, w->now);
    }
    engine_dialed(w->engine, p->stream, p->neighbor->local, p->neighbor->peer.ip, w->now);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len) {
    struct world w;
    if (len < 2)
        return 0;
    size_t piece = octets[1] ? octets[1] : 65536;
    world_init(&w, FORM_4 + octets[0] % 3, NULL);
    uint64_t client = world_add_client(&w, "helper");
    struct world_peer *p = world_add_peer(&w, "127.0.0.1", "helper", octets[0] & 0x40 ? with_paths : everything);
    if (octets[0] & 0x80)
        connect_peer(&w, p);
    else
        world_establish(&w, p);
    for (size_t at = 2; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        uint8_t *exact = fuzz_exact(octets + at, n);
        world_receive(&w, p, cursor_of(exact, n));
        free(exact);
        world_turn(&w);
        hear(&w, client);
    }
    w.now += 200 * (uint64_t)1000000;
    world_turn(&w);
    if (p->stream)
        world_lose(&w, p);
    hear(&w, client);
    world_release(&w);
    return 0;
}
