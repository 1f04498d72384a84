#include "simulation/world.h"

#include <stdio.h>
#include <unistd.h>

#include "unit/unit.h"

uint64_t world_random(struct world *w, uint64_t below) {
    return network_random(&w->net, below);
}

/* ---- What the network tells a node ---- */

static struct node *told_node(void *context, unsigned node) {
    struct world *w = context;
    assert_true(node < w->node_count);
    return &w->nodes[node];
}

static bool told_is_running(void *context, unsigned node) {
    return node_runs(told_node(context, node));
}

static struct yottabgp_address address_of(unsigned node, uint16_t port) {
    return (struct yottabgp_address){.len = 4, .octets = {10, 0, (uint8_t)(node >> 8), (uint8_t)node}, .port = port};
}

static uint64_t told_accepted(void *context, unsigned node, unsigned from) {
    struct node *n = told_node(context, node);
    struct yottabgp_address local = address_of(node, 179), peer = address_of(from, 40000);
    if (!node_runs(n) || !n->listener)
        return 0;
    uint64_t stream = yottabgp_accepted(n->engine, n->listener, &local, &peer, n->world->net.now);
    return stream;
}

static void told_dialed(void *context, unsigned node, uint64_t stream, unsigned to) {
    struct node *n = told_node(context, node);
    struct yottabgp_address local = address_of(node, 40000), peer = address_of(to, 179);
    yottabgp_dialed(n->engine, stream, &local, &peer, n->world->net.now);
    node_turn(n);
}

static void told_received(void *context, unsigned node, uint64_t stream, const uint8_t *octets, size_t len) {
    struct node *n = told_node(context, node);
    yottabgp_received(n->engine, stream, octets, len, n->world->net.now);
    node_turn(n);
}

static size_t told_output(void *context, unsigned node, uint64_t stream, const uint8_t **octets) {
    struct node *n = told_node(context, node);
    return yottabgp_output(n->engine, stream, octets, n->world->net.now);
}

static void told_sent(void *context, unsigned node, uint64_t stream, size_t len) {
    struct node *n = told_node(context, node);
    yottabgp_sent(n->engine, stream, len, n->world->net.now);
}

static void told_closed(void *context, unsigned node, uint64_t stream, const char *why) {
    struct node *n = told_node(context, node);
    if (!n->engine)
        return;
    yottabgp_closed(n->engine, stream, why, n->world->net.now);
    node_turn(n);
}

/* ---- Life ---- */

static void world_link(struct world *w, unsigned a, unsigned b) {
    struct node *from = &w->nodes[a], *to = &w->nodes[b];
    if (a == b || from->link_count == WORLD_NEIGHBORS || to->link_count == WORLD_NEIGHBORS)
        return;
    for (unsigned i = 0; i < from->link_count; i++)
        if (from->links[i].to == b)
            return;
    from->links[from->link_count++] = (struct link){.to = b, .configured = true};
    to->links[to->link_count++] = (struct link){.to = a, .configured = true};
}

static void node_init(struct node *n, struct world *w, unsigned index) {
    *n = (struct node){.world = w, .index = index, .heard = buffer_growing(), .hold_time = 9};
    snprintf(n->file, sizeof n->file, "%s/%u.conf", w->folder, index);
    for (unsigned i = 0; i < WORLD_FROM_FILE; i++)
        n->from_file[i] = (uint8_t)world_random(w, 3);
}

void world_init(struct world *w, uint64_t seed, unsigned nodes, unsigned links) {
    const struct net_told told = {w,           told_is_running, told_accepted, told_dialed, told_received,
                                  told_output, told_sent,       told_closed};
    *w = (struct world){.node_count = nodes, .logs = getenv("LOGS") != NULL};
    network_init(&w->net, seed, &told);
    w->nodes = calloc(nodes, sizeof *w->nodes);
    assert_non_null(w->nodes);
    strcpy(w->folder, "/tmp/simulation.XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    snprintf(w->settings, sizeof w->settings, "%s/none", w->folder); /* no such file: no settings */
    for (unsigned i = 0; i < nodes; i++)
        node_init(&w->nodes[i], w, i);
    for (unsigned i = 1; i < nodes; i++)
        world_link(w, i, (unsigned)world_random(w, i));
    for (unsigned i = 0; i < nodes * (links - 1) / 2; i++)
        world_link(w, (unsigned)world_random(w, nodes), (unsigned)world_random(w, nodes));
    for (unsigned i = 0; i < nodes; i++)
        node_write_configuration(&w->nodes[i], true);
}

void world_release(struct world *w) {
    for (unsigned i = 0; i < w->node_count; i++) {
        struct node *n = &w->nodes[i];
        if (n->engine)
            node_crash(n);
        buffer_release(&n->heard);
        unlink(n->file);
    }
    network_release(&w->net);
    rmdir(w->folder);
    free(w->nodes);
}

/* ---- Time ---- */

/* What a node has to do at this moment, and when it has to do something again. */
static uint64_t node_step(struct node *n) {
    struct world *w = n->world;
    if (!n->engine)
        return UINT64_MAX;
    if (!node_runs(n))
        return n->stopped_until;
    if (yottabgp_deadline(n->engine) <= w->net.now)
        node_turn(n);
    if (n->stopping || (n->outputs && n->helper && !n->helper_deaf))
        node_listen(n);
    uint64_t next = yottabgp_deadline(n->engine);
    assert_true(next > w->net.now); /* no timer is late, and none keeps the engine busy */
    return next;
}

void world_run(struct world *w, uint64_t until) {
    for (;;) {
        for (unsigned in_a_row = 0; network_step(&w->net); in_a_row++) {
            assert_true(in_a_row < 10000000); /* time goes on */
            w->steps++;
        }
        uint64_t next = UINT64_MAX;
        for (unsigned i = 0; i < w->node_count; i++) {
            uint64_t at = node_step(&w->nodes[i]);
            next = at < next ? at : next;
        }
        uint64_t network = network_next(&w->net);
        next = network < next ? network : next;
        if (next > until)
            break;
        if (next > w->net.now)
            w->net.now = next;
    }
    w->net.now = until;
}

/* ---- At rest ---- */

/* What the node holds of its neighbors: held[link][prefix] is a MED. */
static void node_held(struct node *n, uint8_t (*held)[WORLD_PREFIXES]) {
    struct buffer answer = buffer_growing();
    node_ask(n, "show adj-rib in extensive", &answer);
    put_u8(&answer, 0);
    memset(held, 0, n->link_count * sizeof *held);
    char *save, *line = strtok_r((char *)answer.base, "\n", &save);
    for (; line; line = strtok_r(NULL, "\n", &save)) {
        unsigned high, low, prefix;
        const char *route = strstr(line, " 10.1."), *med = strstr(line, " med ");
        if (sscanf(line, "neighbor 10.0.%u.%u ", &high, &low) != 2 || !route || !med)
            continue;
        assert_int_equal(sscanf(route, " 10.1.%u.0/24", &prefix), 1);
        for (unsigned i = 0; i < n->link_count; i++)
            if (n->links[i].to == (high << 8 | low))
                held[i][prefix] = (uint8_t)strtoul(med + 5, NULL, 10);
    }
    buffer_release(&answer);
}

/* UPDATEs that it says to have sent and received in each session. */
static void node_counted(struct node *n, unsigned (*updates)[2]) {
    struct buffer answer = buffer_growing();
    node_ask(n, "show neighbor summary", &answer);
    put_u8(&answer, 0);
    memset(updates, 0, n->link_count * sizeof *updates);
    char *save, *line = strtok_r((char *)answer.base, "\n", &save);
    for (; line; line = strtok_r(NULL, "\n", &save)) {
        unsigned high, low, sent, received;
        if (sscanf(line, "10.0.%u.%u %*s %*s established %u %u", &high, &low, &sent, &received) != 4)
            continue;
        for (unsigned i = 0; i < n->link_count; i++)
            if (n->links[i].to == (high << 8 | low)) {
                updates[i][0] = sent;
                updates[i][1] = received;
            }
    }
    buffer_release(&answer);
}

static const struct link *link_back(const struct node *n, const struct link *l) {
    const struct node *other = &n->world->nodes[l->to];
    for (unsigned i = 0; i < other->link_count; i++)
        if (other->links[i].to == n->index)
            return &other->links[i];
    return NULL;
}

static bool same_routes(const uint8_t *wanted, const uint8_t *got, const struct node *n, const struct link *l,
                        const char *what, bool tell) {
    bool same = !memcmp(wanted, got, WORLD_PREFIXES);
    for (unsigned i = 0; tell && i < WORLD_PREFIXES; i++)
        if (wanted[i] != got[i])
            printf("# node %u: 10.1.%u.0/24 of node %u: said with MED %u, %s with %u\n", n->index, i, l->to, wanted[i],
                   what, got[i]);
    return same;
}

static bool node_agrees(struct node *n, bool tell) {
    static const uint8_t nothing[WORLD_PREFIXES];
    uint8_t held[WORLD_NEIGHBORS][WORLD_PREFIXES];
    bool good = true;
    node_held(n, held);
    for (unsigned i = 0; i < n->link_count; i++) {
        const struct link *l = &n->links[i], *back = link_back(n, l);
        bool joined = l->configured && back->configured && n->world->nodes[l->to].engine;
        const uint8_t *wanted = joined ? back->said : nothing;
        good &= same_routes(wanted, held[i], n, l, "held", tell);
        if (l->knows && !n->helper_deaf)
            good &= same_routes(wanted, l->heard, n, l, "heard", tell);
    }
    return good;
}

/* What one end counts as sent, the other counts as received. */
static bool node_counts(struct node *n, bool tell) {
    unsigned ours[WORLD_NEIGHBORS][2], theirs[WORLD_NEIGHBORS][2];
    bool good = true;
    node_counted(n, ours);
    for (unsigned i = 0; i < n->link_count; i++) {
        struct node *other = &n->world->nodes[n->links[i].to];
        const struct link *back = link_back(n, &n->links[i]);
        if (!n->links[i].configured || !back->configured || !node_runs(other))
            continue;
        node_counted(other, theirs);
        unsigned sent = ours[i][0], received = theirs[back - other->links][1];
        if (sent != received && tell)
            printf("# node %u counts %u UPDATEs sent to node %u, which counts %u received\n", n->index, sent,
                   other->index, received);
        good &= sent == received;
    }
    return good;
}

bool world_agrees(struct world *w, bool tell) {
    bool good = true;
    for (unsigned i = 0; i < w->node_count; i++)
        if (node_runs(&w->nodes[i]))
            good &= node_agrees(&w->nodes[i], tell) && (!w->rests || node_counts(&w->nodes[i], tell));
    return good;
}
