#include "simulation/network.h"

#include "unit/unit.h"

uint64_t network_random(struct network *net, uint64_t below) {
    uint64_t z = net->random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

/* In steps of a tenth: what happens in many places happens at the same moments. */
static uint64_t network_later(struct network *net) {
    uint64_t grain = net->delay_most / 10 + 1;
    return (net->now + network_random(net, net->delay_most + 1) + grain - 1) / grain * grain;
}

void network_init(struct network *net, uint64_t seed, const struct net_told *told) {
    *net = (struct network){
        .now = 1000000000, .random = seed, .told = *told, .piece_most = 4096, .delay_most = 5000, .window = 65536};
}

static void wire_free(struct net_wire *w) {
    buffer_release(&w->end[0].octets);
    buffer_release(&w->end[1].octets);
    free(w);
}

void network_release(struct network *net) {
    for (unsigned i = 0; i < net->wire_count; i++)
        wire_free(net->wires[i]);
    free(net->wires);
}

/* NULL: it has no such stream yet: it names one that it is just about to accept. */
static struct net_wire *wire_of(const struct network *net, unsigned node, uint64_t stream, struct net_end **end) {
    for (unsigned i = 0; i < net->wire_count; i++)
        for (unsigned side = 0; side < NET_ENDS; side++) {
            *end = &net->wires[i]->end[side];
            if ((*end)->open && (*end)->node == node && (*end)->stream == stream)
                return net->wires[i];
        }
    assert_true(net->accepting);
    return NULL;
}

static struct net_end *end_other(struct net_wire *w, const struct net_end *end) {
    return end == &w->end[0] ? &w->end[1] : &w->end[0];
}

/* ---- What nodes do ---- */

void network_dial(struct network *net, unsigned node, uint64_t stream, unsigned to) {
    struct net_wire *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->dial_done = network_later(net);
    for (unsigned side = 0; side < NET_ENDS; side++)
        w->end[side].octets = buffer_growing();
    w->end[0].node = node;
    w->end[0].stream = stream;
    w->end[0].open = true;
    w->end[1].node = to;
    if (net->wire_count == net->wire_room) {
        net->wire_room = net->wire_room * 2 + 16;
        net->wires = realloc(net->wires, net->wire_room * sizeof(struct net_wire *));
        assert_non_null(net->wires);
    }
    net->wires[net->wire_count++] = w;
}

void network_output(struct network *net, unsigned node, uint64_t stream) {
    struct net_end *end;
    if (wire_of(net, node, stream, &end))
        end->wants = true;
}

void network_pause(struct network *net, unsigned node, uint64_t stream, bool paused) {
    struct net_end *end;
    if (wire_of(net, node, stream, &end))
        end->paused = paused;
}

/* What was written before still arrives, or is lost where the system has to reset: it had not read everything. */
static void end_close(struct network *net, struct net_wire *w, struct net_end *end) {
    struct net_end *other = end_other(w, end);
    if (!end->open)
        return;
    end->open = end->finishing = false;
    if (end->count && network_random(net, 2)) {
        buffer_clear(&other->octets);
        other->count = 0;
    }
    other->ends = !other->lost;
    buffer_clear(&end->octets);
    end->count = 0;
}

void network_hang_up(struct network *net, unsigned node, uint64_t stream, bool after_output) {
    struct net_end *end;
    struct net_wire *w = wire_of(net, node, stream, &end);
    if (!w)
        net->accepting_ends = true;
    else if (after_output)
        end->finishing = end->wants = true;
    else
        end_close(net, w, end);
}

void network_leave(struct network *net, unsigned node) {
    for (unsigned i = 0; i < net->wire_count; i++)
        for (unsigned side = 0; side < NET_ENDS; side++)
            if (net->wires[i]->end[side].node == node)
                end_close(net, net->wires[i], &net->wires[i]->end[side]);
}

void network_cut(struct network *net, bool one_hears, bool other_hears) {
    if (!net->wire_count)
        return;
    struct net_wire *w = net->wires[network_random(net, net->wire_count)];
    bool hears[NET_ENDS] = {one_hears, other_hears};
    for (unsigned side = 0; side < NET_ENDS; side++) {
        struct net_end *end = &w->end[side];
        bool dialing = w->dial_done != UINT64_MAX;
        buffer_clear(&end->octets);
        end->count = 0;
        end->lost = true;
        end->ends = hears[side] || dialing; /* a dial always ends, if late */
    }
    w->dial_done = UINT64_MAX;
}

/* ---- What happens ---- */

static void wire_dialed(struct network *net, struct net_wire *w) {
    struct net_end *from = &w->end[0], *to = &w->end[1];
    w->dial_done = UINT64_MAX;
    if (!from->open)
        return;
    if (network_random(net, 8) >= net->refuse_in_8) {
        net->accepting = true;
        net->accepting_ends = false;
        to->stream = net->told.accepted(net->told.context, to->node, from->node);
        net->accepting = false;
        if (to->stream && !net->accepting_ends) {
            to->open = to->wants = true;
            net->told.dialed(net->told.context, from->node, from->stream, to->node);
            return;
        }
    }
    from->open = false;
    net->told.closed(net->told.context, from->node, from->stream, "connection refused");
}

/* The first piece on its way arrives, or the end of it all. */
static void end_arrive(struct network *net, struct net_wire *w, struct net_end *end) {
    if (end->count == 0) {
        end->ends = end->open = end->finishing = false;
        net->told.closed(net->told.context, end->node, end->stream,
                         end->lost ? "connection reset" : "closed by the remote end");
        return;
    }
    /* From memory of its own: a sanitizer sees who keeps it or reads past it. */
    size_t len = end->pieces[0].len;
    uint8_t *octets = malloc(len);
    assert_non_null(octets);
    memcpy(octets, end->octets.base, len);
    buffer_drop(&end->octets, len);
    end->count--;
    memmove(end->pieces, end->pieces + 1, end->count * sizeof *end->pieces);
    struct net_end *other = end_other(w, end);
    other->wants = other->open;
    net->told.received(net->told.context, end->node, end->stream, octets, len);
    free(octets);
}

static bool end_takes(const struct network *net, const struct net_end *end) {
    return !end->lost && end->count < NET_PIECES && buffer_len(&end->octets) < net->window;
}

static size_t network_piece(struct network *net, size_t len, size_t room) {
    if (len > room)
        len = room;
    if (len >= net->piece_most) {
        size_t piece = 1 + network_random(net, net->piece_most);
        len = piece < len ? piece : len;
    }
    return len;
}

static void end_write(struct network *net, struct net_wire *w, struct net_end *end) {
    struct net_end *to = end_other(w, end);
    end->wants = false;
    while (end->open && end_takes(net, to)) {
        const uint8_t *octets;
        size_t len = net->told.output(net->told.context, end->node, end->stream, &octets);
        if (!len) {
            if (end->finishing)
                end_close(net, w, end);
            return;
        }
        len = network_piece(net, len, net->window - buffer_len(&to->octets));
        uint64_t at = network_later(net);
        if (to->count && to->pieces[to->count - 1].at > at)
            at = to->pieces[to->count - 1].at;
        put_octets(&to->octets, octets, len);
        to->pieces[to->count++] = (struct net_piece){at, len};
        net->told.sent(net->told.context, end->node, end->stream, len);
    }
}

static uint64_t end_due(const struct network *net, const struct net_end *end) {
    if (!end->open || end->paused || !net->told.is_running(net->told.context, end->node))
        return UINT64_MAX;
    return end->count ? end->pieces[0].at : end->ends ? 0 : UINT64_MAX;
}

static bool end_writes(const struct network *net, const struct net_end *end) {
    return end->wants && end->open && net->told.is_running(net->told.context, end->node);
}

static bool wire_step(struct network *net, struct net_wire *w) {
    if (w->dial_done <= net->now) {
        wire_dialed(net, w);
        return true;
    }
    for (unsigned side = 0; side < NET_ENDS; side++) {
        struct net_end *end = &w->end[side];
        if (w->dial_done == UINT64_MAX && end_writes(net, end)) {
            end_write(net, w, end);
            return true;
        }
        if (end_due(net, end) <= net->now) {
            end_arrive(net, w, end);
            return true;
        }
    }
    return false;
}

/* Goes on where it was: all wires get their turn. */
bool network_step(struct network *net) {
    for (unsigned looked = 0; looked < net->wire_count; looked++) {
        net->turn = net->turn + 1 < net->wire_count ? net->turn + 1 : 0;
        struct net_wire *w = net->wires[net->turn];
        if (wire_step(net, w))
            return true;
    }
    for (unsigned i = 0; i < net->wire_count; i++)
        if (!net->wires[i]->end[0].open && !net->wires[i]->end[1].open) {
            wire_free(net->wires[i]);
            net->wires[i--] = net->wires[--net->wire_count];
        }
    return false;
}

uint64_t network_next(const struct network *net) {
    uint64_t next = UINT64_MAX;
    for (unsigned i = 0; i < net->wire_count; i++) {
        const struct net_wire *w = net->wires[i];
        next = w->dial_done < next ? w->dial_done : next;
        for (unsigned side = 0; side < NET_ENDS; side++) {
            uint64_t due = end_due(net, &w->end[side]);
            next = due < next ? due : next;
            if (w->dial_done == UINT64_MAX && end_writes(net, &w->end[side]))
                next = net->now;
        }
    }
    return next;
}
