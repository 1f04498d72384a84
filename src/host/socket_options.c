/* Socket options of Linux: TTL security (RFC 5082), TCP MD5 (RFC 2385), TCP-AO (RFC 5925), interfaces.
 *
 * The structure of TCP-AO is younger than the headers of most systems, so it is written down here; the kernel's number
 * and layout never change. */
#include "host/socket_options.h"

#include <errno.h>
#include <netinet/tcp.h>

#include "host/rights.h"

enum {
    OPTION_TCP_AO_ADD_KEY = 38,
    OPTION_TCP_AO_DEL_KEY = 39,
    OPTION_IPV6_MINHOPCOUNT = 73,
};

struct tcp_ao_key_add {
    struct sockaddr_storage peer;
    char algorithm[64];
    int32_t interface;
    uint32_t flags; /* bits: current, next to receive; we leave the choice to the kernel */
    uint16_t reserved;
    uint8_t prefix, send, receive, mac_len, key_flags, key_len;
    uint8_t key[TCP_MD5SIG_MAXKEYLEN];
} __attribute__((aligned(8)));

struct tcp_ao_key_delete {
    struct sockaddr_storage peer;
    int32_t interface;
    uint32_t flags;
    uint16_t reserved;
    uint8_t prefix, send, receive, current, next, key_flags;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct tcp_ao_key_add) == 288 && sizeof(struct tcp_ao_key_delete) == 144, "as the kernel's");

/* The names of RFC 5926 and of configuration files, and the kernel's. */
static const struct {
    const char *name, *kernel;
} ao_algorithms[] = {
    {"hmac-sha-1-96", "hmac(sha1)"},
    {"aes-128-cmac-96", "cmac(aes128)"},
    {"hmac-sha-256", "hmac(sha256)"},
};

socklen_t address_of(struct ip ip, uint16_t port, unsigned interface, union address *out) {
    *out = (union address){0};
    if (ip.len == 4) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        memcpy(&out->v4.sin_addr, ip.octets, 4);
        return sizeof out->v4;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(port);
    memcpy(&out->v6.sin6_addr, ip.octets, 16);
    if (IN6_IS_ADDR_LINKLOCAL(&out->v6.sin6_addr))
        out->v6.sin6_scope_id = interface;
    return sizeof out->v6;
}

struct ip address_ip(const union address *a, uint16_t *port) {
    *port = 0;
    if (a->any.sa_family == AF_INET) {
        *port = ntohs(a->v4.sin_port);
        return ip_of((const uint8_t *)&a->v4.sin_addr, 4);
    }
    if (a->any.sa_family != AF_INET6)
        return (struct ip){0};
    *port = ntohs(a->v6.sin6_port);
    const uint8_t *octets = a->v6.sin6_addr.s6_addr;
    return IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr) ? ip_of(octets + 12, 4) : ip_of(octets, 16);
}

void address_text(struct ip ip, char text[IP_TEXT + 1]) {
    struct buffer b = buffer_fixed(text, IP_TEXT);
    put_ip(&b, ip);
    *b.p = 0;
}

static bool socket_number(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool socket_ttl(struct host *h, int fd, uint8_t family_len, uint8_t ttl, uint8_t min_ttl) {
    bool v4 = family_len == 4;
    int level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
    if (ttl && !socket_number(fd, level, v4 ? IP_TTL : IPV6_UNICAST_HOPS, ttl))
        return host_fail_system(h, errno, "cannot set the TTL to %u", ttl);
    if (min_ttl && !socket_number(fd, level, v4 ? IP_MINTTL : OPTION_IPV6_MINHOPCOUNT, min_ttl))
        return host_fail_system(h, errno, "cannot set the least TTL to %u", min_ttl);
    return true;
}

/* The kernel knows by -1 that its own is wanted again. An IPv6 socket may have an IPv4 peer. */
bool socket_accepted_ttl(struct host *h, int fd, uint8_t ttl, uint8_t min_ttl) {
    int family = 0, send = ttl ? ttl : -1;
    socklen_t len = sizeof family;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) != 0 || (family != AF_INET && family != AF_INET6))
        return true;
    bool v4 = family == AF_INET;
    int level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
    return (socket_number(fd, level, v4 ? IP_TTL : IPV6_UNICAST_HOPS, send) &&
            socket_number(fd, level, v4 ? IP_MINTTL : OPTION_IPV6_MINHOPCOUNT, min_ttl)) ||
           host_fail_system(h, errno, "cannot set the TTL to %u, the least TTL to %u", ttl, min_ttl);
}

static bool socket_bound(int fd, const char *interface) {
    return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) == 0;
}

bool socket_interface(struct host *h, int fd, const char *interface) {
    if (!interface || socket_bound(fd, interface))
        return true;
    if (errno == EPERM && rights_raise(RIGHT_INTERFACES)) {
        bool good = socket_bound(fd, interface);
        rights_lower();
        if (good)
            return true;
    }
    return host_fail_system(h, errno, "cannot use the interface %s", interface);
}

void socket_send_at_once(int fd) {
    socket_number(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

void socket_port_later(int fd) {
    socket_number(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
}

/* A key for one address works on any kernel; one for a range needs the extended option. */
static bool socket_md5(struct host *h, int fd, const struct prefix *peer, struct text key) {
    struct tcp_md5sig md5 = {.tcpm_keylen = (uint16_t)key.len};
    union address address;
    bool range = peer->bits < peer->ip.len * 8;
    address_of(peer->ip, 0, 0, &address);
    memcpy(&md5.tcpm_addr, &address.storage, sizeof md5.tcpm_addr);
    if (key.len)
        memcpy(md5.tcpm_key, key.p, key.len);
    if (range) {
        md5.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
        md5.tcpm_prefixlen = peer->bits;
    }
    if (setsockopt(fd, IPPROTO_TCP, range ? TCP_MD5SIG_EXT : TCP_MD5SIG, &md5, sizeof md5) == 0)
        return true;
    if (errno == ENOPROTOOPT)
        return host_fail(h, "this kernel has no TCP MD5 signatures (CONFIG_TCP_MD5SIG)");
    if (errno == ENOMEM)
        return host_fail(h, "too many TCP MD5 keys for one socket: sysctl net.core.optmem_max sets how many");
    return host_fail_system(h, errno, "cannot %s the TCP MD5 key", key.len ? "set" : "remove");
}

static bool socket_ao_fail(struct host *h, const char *what) {
    if (errno == ENOPROTOOPT)
        return host_fail(h, "this kernel has no TCP-AO (Linux 6.7 or later, with CONFIG_TCP_AO)");
    return host_fail_system(h, errno, "cannot %s the TCP-AO key", what);
}

static const char *ao_algorithm(const char *name) {
    for (size_t i = 0; i < sizeof ao_algorithms / sizeof *ao_algorithms; i++)
        if (strcmp(ao_algorithms[i].name, name) == 0)
            return ao_algorithms[i].kernel;
    return NULL;
}

static bool socket_ao(struct host *h, int fd, const struct prefix *peer, const struct host_secret *secret) {
    const char *algorithm = ao_algorithm(secret->ao_algorithm);
    if (!algorithm)
        return host_fail(h, "unknown TCP-AO algorithm %s", secret->ao_algorithm);
    struct tcp_ao_key_add add = {
        .prefix = peer->bits,
        .send = secret->ao_send,
        .receive = secret->ao_receive,
        .key_len = (uint8_t)secret->key.len,
    };
    union address address;
    address_of(peer->ip, 0, 0, &address);
    add.peer = address.storage;
    memcpy(add.algorithm, algorithm, strlen(algorithm));
    memcpy(add.key, secret->key.p, secret->key.len);
    return setsockopt(fd, IPPROTO_TCP, OPTION_TCP_AO_ADD_KEY, &add, sizeof add) == 0 || socket_ao_fail(h, "set");
}

static bool socket_ao_remove(struct host *h, int fd, const struct prefix *peer, const struct host_secret *secret) {
    struct tcp_ao_key_delete delete = {.prefix = peer->bits, .send = secret->ao_send, .receive = secret->ao_receive};
    union address address;
    address_of(peer->ip, 0, 0, &address);
    delete.peer = address.storage;
    return setsockopt(fd, IPPROTO_TCP, OPTION_TCP_AO_DEL_KEY, &delete, sizeof delete) == 0 ||
           socket_ao_fail(h, "remove");
}

/* The kernel refuses a range with host bits, which users write. */
static struct prefix network_of(const struct prefix *peer) {
    struct prefix network = *peer;
    prefix_clear_host_bits(&network);
    return network;
}

bool socket_secret(struct host *h, int fd, const struct prefix *peer, const struct host_secret *secret) {
    struct prefix network = network_of(peer);
    if (secret->key.len == 0)
        return true;
    if (secret->key.len > TCP_MD5SIG_MAXKEYLEN)
        return host_fail(h, "a key of %zu octets, at most %d are possible", secret->key.len, TCP_MD5SIG_MAXKEYLEN);
    return secret->ao_algorithm ? socket_ao(h, fd, &network, secret) : socket_md5(h, fd, &network, secret->key);
}

bool socket_secret_remove(struct host *h, int fd, const struct prefix *peer, const struct host_secret *secret) {
    struct prefix network = network_of(peer);
    return secret->ao_algorithm ? socket_ao_remove(h, fd, &network, secret)
                                : socket_md5(h, fd, &network, (struct text){NULL, 0});
}
