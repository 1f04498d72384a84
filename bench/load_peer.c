/* BGP speakers at the other end of an engine, as many as asked for, in one process: they count what they are told, or
 * play a table.
 *
 *     load-peer --port N --sessions N [--address A] [--as N] [--expect N] [--send N --go FILE [--a-set N] [--pack N]]
 *         [--times FILE] [--dial ADDRESS:PORT]
 *
 * They listen on the address, or all; a session is whoever connects. With --dial they connect to there instead, from
 * 127.9.0.1, 127.9.0.2 and so on (127.9.1.1 after 250), each again until it is taken. On standard output, a line each:
 * "up TIME" when all are established, "sent TIME" when the table went out, and "done FIRST LAST COUNT SUM" when EXPECT
 * prefixes arrived in all. With TIMES the arrival of each prefix is written there at the end of its message: "ROUTE
 * TIME". IPv4 unicast alone. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "load.h"

enum { HEADER = 19, OPEN = 1, UPDATE = 2, KEEPALIVE = 4, INBOX = 65536 + HEADER, OUTBOX = 1 << 18 };

struct session {
    int fd;
    bool up;
    uint32_t have; /* octets in the inbox */
    uint32_t room;
    uint8_t *inbox;
};

struct peers {
    int epoll, listener;
    uint32_t sessions, up, as, accepted;
    uint64_t expect, count, sum, first, last;
    bool told;
    FILE *times;

    /* The table that the first session plays. */
    struct session *player;
    const char *go;
    uint32_t send, next, a_set, pack;
    uint8_t *outbox;
    size_t out_len, out_done;
};

static uint16_t get16(const uint8_t *p) {
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint8_t *put16(uint8_t *p, uint32_t v) {
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
    return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v) {
    return put16(put16(p, v >> 16), v & 0xffff);
}

static uint8_t *put_header(uint8_t *p, uint8_t type) {
    memset(p, 0xff, 16);
    p[18] = type;
    return p + HEADER;
}

static size_t end_message(uint8_t *message, const uint8_t *end) {
    put16(message + 16, (uint32_t)(end - message));
    return (size_t)(end - message);
}

/* ---- Sessions ---- */

static void say(const char *what, uint64_t at) {
    printf("%s %llu\n", what, (unsigned long long)at);
    fflush(stdout);
}

/* OPEN with IPv4 unicast and four-octet AS numbers, and the KEEPALIVE that answers the other's. */
static void greet(const struct peers *p, const struct session *s) {
    uint8_t message[128], *at = put_header(message, OPEN);
    static const uint8_t capabilities[] = {2, 14, 1, 4, 0, 1, 0, 1, 2, 0, 65, 4};
    *at++ = 4;
    at = put32(put16(put16(at, p->as), 240), 0x0a000001 + p->accepted);
    *at++ = sizeof capabilities + 4;
    memcpy(at, capabilities, sizeof capabilities);
    at = put32(at + sizeof capabilities, p->as);
    size_t len = end_message(message, at);
    len += end_message(message + len, put_header(message + len, KEEPALIVE));
    if (write(s->fd, message, len) != (ssize_t)len)
        perror("load-peer: write");
}

static void watch(const struct peers *p, struct session *s, uint32_t events, int how) {
    struct epoll_event event = {.events = events, .data.ptr = s};
    epoll_ctl(p->epoll, how, s->fd, &event);
}

static void add_session(struct peers *p, int fd) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct session *s = calloc(1, sizeof *s);
    s->fd = fd;
    s->room = 4096;
    s->inbox = malloc(s->room);
    watch(p, s, EPOLLIN, EPOLL_CTL_ADD);
    p->accepted++;
    greet(p, s);
}

static void welcome(struct peers *p) {
    int fd = accept4(p->listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd >= 0)
        add_session(p, fd);
}

static int dial(uint32_t from, const struct sockaddr_in *to) {
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(0x7f090001 + (from / 250 << 8) + from % 250)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&here, sizeof here) == 0 &&
        connect(fd, (const struct sockaddr *)to, sizeof *to) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
        return fd;
    close(fd);
    return -1;
}

static void dial_all(struct peers *p, const char *where) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    char address[64];
    unsigned port;
    if (sscanf(where, "%63[0-9.]:%u", address, &port) != 2 || inet_pton(AF_INET, address, &to.sin_addr) != 1) {
        fprintf(stderr, "load-peer: --dial wants ADDRESS:PORT, not %s\n", where);
        exit(2);
    }
    to.sin_port = htons((uint16_t)port);
    while (p->accepted < p->sessions) {
        int fd = dial(p->accepted, &to);
        if (fd < 0)
            nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        else
            add_session(p, fd);
    }
}

static void established(struct peers *p, struct session *s) {
    s->up = true;
    if (!p->player)
        p->player = s;
    if (++p->up == p->sessions)
        say("up", now_ns());
}

/* ---- What they are told ---- */

static void hear_prefixes(struct peers *p, const uint8_t *at, const uint8_t *end) {
    uint64_t time = p->times ? now_ns() : 0;
    while (at < end) {
        uint8_t bits = *at++, octets[4] = {0};
        size_t len = (bits + 7u) / 8;
        memcpy(octets, at, len < 4 ? len : 4);
        at += len;
        uint32_t address = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
        p->sum += prefix_sum(address, bits);
        p->count++;
        if (p->times)
            fprintf(p->times, "%u %llu\n", (address - FIRST_PREFIX) >> 8, (unsigned long long)time);
    }
}

static void hear_update(struct peers *p, const uint8_t *body, const uint8_t *end) {
    const uint8_t *attributes = body + 2 + get16(body);
    hear_prefixes(p, attributes + 2 + get16(attributes), end);
}

static void tell_done(struct peers *p) {
    if (p->told || !p->expect || p->count < p->expect)
        return;
    p->told = true;
    if (p->times)
        fflush(p->times);
    printf("done %llu %llu %llu %llu\n", (unsigned long long)p->first, (unsigned long long)p->last,
           (unsigned long long)p->count, (unsigned long long)p->sum);
    fflush(stdout);
}

/* Whole messages from the front of the octets; how many octets they were. */
static size_t hear(struct peers *p, struct session *s, const uint8_t *octets, size_t len) {
    size_t done = 0;
    while (len - done >= HEADER && len - done >= get16(octets + done + 16)) {
        const uint8_t *message = octets + done, *end = message + get16(message + 16);
        if (message[18] == UPDATE)
            hear_update(p, message + HEADER, end);
        else if (message[18] == KEEPALIVE && !s->up)
            established(p, s);
        done += (size_t)(end - message);
    }
    return done;
}

static void read_session(struct peers *p, struct session *s) {
    static uint8_t octets[1 << 18];
    memcpy(octets, s->inbox, s->have);
    ssize_t n = read(s->fd, octets + s->have, sizeof octets - INBOX);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        close(s->fd);
        s->fd = -1;
        return;
    }
    uint64_t before = p->count;
    size_t len = s->have + (size_t)n, done = hear(p, s, octets, len);
    s->have = (uint32_t)(len - done);
    if (s->have > s->room)
        s->inbox = realloc(s->inbox, s->room = INBOX);
    memcpy(s->inbox, octets + done, s->have);
    if (p->count == before)
        return;
    p->last = now_ns();
    p->first = p->first ? p->first : p->last;
    tell_done(p);
}

/* ---- What they tell ---- */

static uint8_t *put_set(uint8_t *p, uint32_t set, uint32_t as) {
    static const uint8_t origin[] = {0x40, 1, 1, 0}, next_hop[] = {0x40, 3, 4, 192, 0, 2, 1};
    memcpy(p, origin, sizeof origin);
    p += sizeof origin;
    *p++ = 0x40;
    *p++ = 2;
    *p++ = 2 + 4 * (PATH_LENGTH + 1);
    *p++ = 2;
    *p++ = PATH_LENGTH + 1;
    p = put32(p, as);
    for (unsigned hop = 0; hop < PATH_LENGTH; hop++)
        p = put32(p, path_hop(set, hop));
    memcpy(p, next_hop, sizeof next_hop);
    p += sizeof next_hop;
    memcpy(p, "\x80\x04\x04", 3);
    p = put32(p + 3, set_med(set));
    memcpy(p, "\xc0\x08\x08", 3);
    p += 3;
    for (unsigned which = 0; which < 2; which++)
        p = put16(put16(p, 65000), set_community(set, which));
    return p;
}

/* The next one, and those that share its set: `pack` of them at the most. */
static size_t put_update(struct peers *p, uint8_t *message) {
    uint8_t *at = put16(put_header(message, UPDATE), 0), *attributes = at;
    uint32_t set = p->next / p->a_set;
    at = put_set(at + 2, set, p->as);
    put16(attributes, (uint32_t)(at - attributes - 2));
    for (uint32_t most = p->next + p->pack; p->next < p->send && p->next < most && p->next / p->a_set == set;
         p->next++) {
        *at++ = 24;
        at = put32(at, route_address(p->next)) - 1;
    }
    return end_message(message, at);
}

static void play(struct peers *p) {
    while (p->out_done < p->out_len || p->next < p->send) {
        if (p->out_done == p->out_len)
            for (p->out_len = p->out_done = 0; p->next < p->send && p->out_len + 4096 < OUTBOX;)
                p->out_len += put_update(p, p->outbox + p->out_len);
        ssize_t n = write(p->player->fd, p->outbox + p->out_done, p->out_len - p->out_done);
        if (n < 0) {
            watch(p, p->player, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        p->out_done += (size_t)n;
    }
    say("sent", now_ns());
    p->send = 0;
    watch(p, p->player, EPOLLIN, EPOLL_CTL_MOD);
}

static void begin(struct peers *p) {
    if (!p->go || access(p->go, F_OK) || p->up < p->sessions)
        return;
    p->go = NULL;
    say("began", now_ns());
    play(p);
}

int main(int argc, char **argv) {
    static struct peers p;
    struct epoll_event events[64];
    struct rlimit files;
    p.sessions = number_option(argc, argv, "--sessions", 1);
    p.as = number_option(argc, argv, "--as", 65001);
    p.expect = strtoull(option(argc, argv, "--expect", "0"), NULL, 10);
    p.send = number_option(argc, argv, "--send", 0);
    p.a_set = number_option(argc, argv, "--a-set", ROUTES_A_SET);
    p.pack = number_option(argc, argv, "--pack", UINT32_MAX / 2);
    p.go = p.send ? option(argc, argv, "--go", NULL) : NULL;
    p.times = option(argc, argv, "--times", NULL) ? fopen(option(argc, argv, "--times", NULL), "w") : NULL;
    p.outbox = malloc(OUTBOX);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    const char *address = option(argc, argv, "--address", "0.0.0.0");
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)number_option(argc, argv, "--port", 0))};
    inet_pton(AF_INET, address, &here.sin_addr);
    p.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(p.listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(p.listener, (struct sockaddr *)&here, sizeof here) || listen(p.listener, 16384)) {
        perror("load-peer");
        return 1;
    }
    p.epoll = epoll_create1(0);
    epoll_ctl(p.epoll, EPOLL_CTL_ADD, p.listener, &(struct epoll_event){.events = EPOLLIN});
    say("listens", now_ns());
    const char *where = option(argc, argv, "--dial", NULL);
    if (where)
        dial_all(&p, where);
    for (;;) {
        int count = epoll_wait(p.epoll, events, 64, p.go ? 1 : -1);
        for (int i = 0; i < count; i++) {
            struct session *s = events[i].data.ptr;
            if (!s)
                welcome(&p);
            else if (events[i].events & EPOLLOUT && s == p.player && p.send)
                play(&p);
            else if (s->fd >= 0)
                read_session(&p, s);
        }
        begin(&p);
    }
}
