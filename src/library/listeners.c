/* Where connections may come in: tcp.bind with tcp.port for everybody, and `listen` of neighbors. Nothing else listens.
 */
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/number.h"
#include "library/library.h"

struct listener {
    uint64_t id;
    struct ip local;
    uint16_t port;
    bool global, open, wanted;
    uint64_t opened; /* hash of the secrets and TTLs that it was opened with */
};

static void address_fill(struct yottabgp_address *out, struct ip ip, uint16_t port) {
    *out = (struct yottabgp_address){.len = ip.len, .port = port};
    memcpy(out->octets, ip.octets, sizeof out->octets);
}

static struct listener *listener_find(struct yottabgp *y, struct ip local, uint16_t port) {
    for (size_t i = 0; i < y->listener_count; i++)
        if (ip_same(y->listeners[i].local, local) && y->listeners[i].port == port)
            return &y->listeners[i];
    return NULL;
}

static struct listener *listener_want(struct yottabgp *y, struct ip local, uint16_t port) {
    struct listener *l = listener_find(y, local, port);
    if (!l) {
        y->listeners = memory_resize(y->listeners, (y->listener_count + 1) * sizeof *y->listeners);
        l = &y->listeners[y->listener_count++];
        *l = (struct listener){.id = ++y->names, .local = local, .port = port};
    }
    l->wanted = true;
    return l;
}

static struct ip neighbor_listen_address(const struct neighbor *n) {
    return n->md5_ip.len ? n->md5_ip : n->local;
}

/* tcp.bind: addresses with blanks (or commas) between. False: one is no address. */
static bool listeners_want_global(struct yottabgp *y) {
    struct complaint complaint = {0};
    struct words words = words_of_line(y->environment.tcp.bind, &complaint);
    struct text word;
    struct ip ip;
    while (words_next(&words, &word)) {
        if (text_is(word, ","))
            continue;
        if (!ip_parse(word, &ip)) {
            library_log(y, YOTTABGP_CRITICAL, "network", "tcp.bind: \"%.*s\" is not an IP address", TEXT_ARGS(word));
            return false;
        }
        listener_want(y, ip, y->environment.tcp.port)->global = true;
    }
    return true;
}

static void listeners_want(struct yottabgp *y, const struct configuration *c) {
    for (size_t i = 0; i < y->listener_count; i++)
        y->listeners[i].wanted = y->listeners[i].global;
    for (size_t i = 0; c && i < c->neighbor_count; i++) {
        const struct neighbor *n = c->neighbors[i];
        if (!n->listen)
            continue;
        listener_want(y, neighbor_listen_address(n), n->listen);
    }
}

static bool neighbor_uses(const struct neighbor *n, const struct listener *l) {
    struct ip any = {.len = l->local.len}, local = neighbor_listen_address(n);
    if (n->listen && n->listen != l->port)
        return false;
    return n->peer.ip.len == l->local.len && (!local.len || ip_same(l->local, any) || ip_same(local, l->local));
}

void neighbor_accepts(const struct neighbor *n, uint8_t *ttl, uint8_t *min_ttl) {
    int send = n->incoming_ttl > 0 ? n->incoming_ttl : n->outgoing_ttl;
    *ttl = send > 0 ? (uint8_t)send : 0;
    *min_ttl = n->incoming_ttl > 0 ? (uint8_t)n->incoming_ttl : 0;
}

/* Nobody knows yet whose the first segment of a connection is, so all who may use the listener must be able to: it
 * answers with the greatest TTL that one of them wants, and drops only what all of them would. Its connection then gets
 * what its own neighbor says. Where everybody may come, the least TTL waits for that. */
static void listener_ttl(const struct listener *l, const struct configuration *c, struct yottabgp_listen *how) {
    bool first = true;
    for (size_t i = 0; i < c->neighbor_count; i++) {
        uint8_t ttl, min_ttl;
        if (!neighbor_uses(c->neighbors[i], l))
            continue;
        neighbor_accepts(c->neighbors[i], &ttl, &min_ttl);
        how->ttl = ttl > how->ttl ? ttl : how->ttl;
        how->min_ttl = first || min_ttl < how->min_ttl ? min_ttl : how->min_ttl;
        first = false;
    }
    if (l->global)
        how->min_ttl = 0;
}

static size_t listener_secrets(const struct listener *l, const struct configuration *c, struct yottabgp_secret *out) {
    size_t count = 0;
    for (size_t i = 0; i < c->neighbor_count; i++) {
        const struct neighbor *n = c->neighbors[i];
        if ((!n->md5_key.len && !n->tcp_ao) || !neighbor_uses(n, l))
            continue;
        struct yottabgp_secret *secret = &out[count++];
        *secret = (struct yottabgp_secret){.key = n->md5_key.p, .key_len = n->md5_key.len, .bits = n->peer.bits};
        if (n->tcp_ao)
            *secret = (struct yottabgp_secret){.key = n->tcp_ao_key.p,
                                               .key_len = n->tcp_ao_key.len,
                                               .ao_algorithm = n->tcp_ao_algorithm.p,
                                               .ao_id = n->tcp_ao_id,
                                               .bits = n->peer.bits};
        address_fill(&secret->peer, n->peer.ip, 0);
    }
    return count;
}

static uint64_t listen_hash(const struct yottabgp_listen *how) {
    uint8_t ttls[2] = {how->ttl, how->min_ttl};
    uint64_t hash = hash_octets(ttls, sizeof ttls, how->secret_count);
    for (size_t i = 0; i < how->secret_count; i++) {
        const struct yottabgp_secret *s = &how->secrets[i];
        uint8_t numbers[2] = {s->ao_id, s->bits};
        hash = hash_octets(s->peer.octets, sizeof s->peer.octets, hash);
        hash = hash_octets(s->key, s->key_len, hash_octets(numbers, sizeof numbers, hash));
        if (s->ao_algorithm)
            hash = hash_octets(s->ao_algorithm, strlen(s->ao_algorithm), hash);
    }
    return hash;
}

/* One that is open, but for other secrets or TTLs than these, is opened anew: the kernel keeps them with the socket. */
static bool listener_open(struct yottabgp *y, struct listener *l, const struct configuration *c,
                          struct buffer *reasons) {
    char error[256] = "";
    struct yottabgp_secret *secrets = memory_new((c->neighbor_count + 1) * sizeof *secrets);
    struct yottabgp_listen how = {.secrets = secrets};
    address_fill(&how.local, l->local, l->port);
    how.secret_count = listener_secrets(l, c, secrets);
    listener_ttl(l, c, &how);
    uint64_t hash = listen_hash(&how);
    if (l->open && l->opened == hash) {
        free(secrets);
        return true;
    }
    if (l->open)
        y->host.unlisten(y->host.context, l->id);
    l->opened = hash;
    l->open = y->host.listen(y->host.context, l->id, &how, error, sizeof error);
    free(secrets);
    if (!l->open) {
        uint8_t memory[IP_TEXT + 1];
        struct buffer b = buffer_fixed(memory, sizeof memory);
        put_ip(&b, l->local);
        library_log(y, YOTTABGP_CRITICAL, "network", "could not listen on %.*s:%u: %s", TEXT_ARGS(buffer_text(&b)),
                    l->port, error);
        if (reasons)
            put_format(reasons, "could not listen on %.*s:%u: %s\n", TEXT_ARGS(buffer_text(&b)), l->port, error);
    }
    return l->open;
}

bool listeners_open(struct yottabgp *y, const struct configuration *c, struct buffer *reasons) {
    bool good = y->listener_count || listeners_want_global(y);
    listeners_want(y, c);
    for (size_t i = 0; i < y->listener_count; i++)
        if (y->listeners[i].wanted)
            good = listener_open(y, &y->listeners[i], c, reasons) && good;
    return good;
}

void listeners_close(struct yottabgp *y, const struct configuration *c) {
    listeners_want(y, c);
    for (size_t i = 0; i < y->listener_count; i++)
        if (y->listeners[i].open && (!y->listeners[i].wanted || !c)) {
            y->host.unlisten(y->host.context, y->listeners[i].id);
            y->listeners[i].open = false;
        }
}

uint16_t listener_port(const struct yottabgp *y, uint64_t id) {
    for (size_t i = 0; i < y->listener_count; i++)
        if (y->listeners[i].id == id)
            return y->listeners[i].global ? 0 : y->listeners[i].port;
    return 0;
}
