/* Connections, listeners, the timer: real sockets on loopback, both ends in one host. */
#include "host_world.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"

#define EACH_WORLD(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

static int world_setup(void **state) {
    *state = world_new();
    return 0;
}

static int world_teardown(void **state) {
    world_free(*state);
    return 0;
}

/* A port of loopback that nobody listens on: bound, not listening. */
static int closed_port(uint16_t *port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

static void nobody_listens(void **state) {
    struct world *w = *state;
    uint16_t port;
    int fd = closed_port(&port);
    world_connect(w, 1, "127.0.0.1", port);
    assert_false(w->connections[1].closed); /* told by the loop, not from inside the call */
    struct host_connect how = {.peer = world_ip("127.0.0.1"), .port = port};
    assert_false(host_connect(w->h, 1, &how));
    assert_string_equal(host_error(w->h), "connection 1 exists");
    world_until(w, w->connections[1].closed);
    assert_string_equal(w->connections[1].reason, "connection refused");
    assert_false(w->connections[1].connected);
    close(fd);
}

static void greets_and_leaves(void **state) {
    struct world *w = *state;
    const char *ips[] = {"127.0.0.1", "::1"};
    for (uint64_t i = 0; i < world_families(); i++) {
        struct end *client = &w->connections[1 + i], *server = &w->connections[11 + i];
        uint16_t port = world_listen(w, 7, ips[i]);
        w->next_accepted = 11 + i;
        world_connect(w, 1 + i, ips[i], port);
        world_until(w, client->connected && server->connected);
        assert_true(ip_same(client->ends.peer, world_ip(ips[i])) && client->ends.peer_port == port);
        assert_true(ip_same(server->ends.peer, client->ends.local));
        assert_int_equal(server->ends.peer_port, client->ends.local_port);
        assert_int_equal(server->ends.local_port, port);
        world_say(w, 1 + i, "hello");
        world_say(w, 11 + i, "good morning");
        world_until(w, server->heard == 5 && client->heard == 12);
        assert_heard(server, "hello");
        host_close(w->h, 1 + i);
        world_until(w, client->closed && server->closed);
        assert_string_equal(client->reason, "closed");
        assert_string_equal(server->reason, "closed by the remote end");
        host_unlisten(w->h, 7);
    }
}

static void source_address_is_chosen(void **state) {
    struct world *w = *state;
    uint16_t port = world_listen(w, 7, "127.0.0.1");
    struct host_connect how = {.peer = world_ip("127.0.0.1"), .local = world_ip("127.0.0.77"), .port = port};
    how.interface = "lo";
    w->next_accepted = 2;
    assert_true(host_connect(w->h, 1, &how));
    world_until(w, w->connections[2].connected && w->connections[1].connected);
    assert_true(ip_same(w->connections[2].ends.peer, how.local));
    how.local = world_ip("192.0.2.1");
    assert_false(host_connect(w->h, 3, &how));
    assert_string_equal(host_error(w->h), "cannot connect from 192.0.2.1: not an address of this machine");
    how.local = world_ip("::1");
    assert_false(host_connect(w->h, 3, &how));
    how.local = (struct ip){0};
    how.interface = "none-such";
    assert_false(host_connect(w->h, 3, &how));
    assert_non_null(strstr(host_error(w->h), "none-such"));
}

static void listening_fails_with_words(void **state) {
    struct world *w = *state;
    char wanted[200];
    uint16_t port = world_listen(w, 7, "127.0.0.1");
    struct host_listen how = {.ip = world_ip("127.0.0.1"), .port = port};
    assert_false(host_listen(w->h, 8, &how));
    snprintf(wanted, sizeof wanted,
             "could not listen on 127.0.0.1:%u, the port may already be in use by another application", port);
    assert_string_equal(host_error(w->h), wanted);
    how = (struct host_listen){.ip = world_ip("192.0.2.1"), .port = port};
    assert_false(host_listen(w->h, 8, &how));
    snprintf(wanted, sizeof wanted, "could not listen on 192.0.2.1:%u, this is an invalid address", port);
    assert_string_equal(host_error(w->h), wanted);
    /* Each family for itself: :: does not take the port of 0.0.0.0. */
    how = (struct host_listen){.ip = world_ip("0.0.0.0")};
    assert_true(host_listen(w->h, 8, &how));
    how = (struct host_listen){.ip = world_ip("::"), .port = host_listener_port(w->h, 8)};
    assert_true(world_families() < 2 || host_listen(w->h, 9, &how));
}

/* RFC 5082: only who is near has packets with a TTL of 255. */
static void ttl_security(void **state) {
    struct world *w = *state;
    const char *ips[] = {"127.0.0.1", "::1"};
    for (uint64_t i = 0; i < world_families(); i++) {
        struct host_listen listen = {.ip = world_ip(ips[i]), .ttl = 255, .min_ttl = 255};
        assert_true(host_listen(w->h, 7, &listen));
        struct host_connect how = {.peer = listen.ip, .port = host_listener_port(w->h, 7), .ttl = 255, .min_ttl = 255};
        w->next_accepted = 101 + 10 * i;
        assert_true(host_connect(w->h, 1 + 10 * i, &how));
        world_comes_in(w, 1 + 10 * i);
        how.ttl = 64;
        w->next_accepted = 102 + 10 * i;
        assert_true(host_connect(w->h, 2 + 10 * i, &how));
        world_stays_out(w, 2 + 10 * i);
        host_unlisten(w->h, 7);
        /* And the other way round: what the listener sends comes from too far. */
        listen = (struct host_listen){.ip = listen.ip, .ttl = 64};
        assert_true(host_listen(w->h, 7, &listen));
        how = (struct host_connect){.peer = listen.ip, .port = host_listener_port(w->h, 7), .min_ttl = 255};
        w->next_accepted = 103 + 10 * i;
        assert_true(host_connect(w->h, 3 + 10 * i, &how));
        world_stays_out(w, 3 + 10 * i);
        host_unlisten(w->h, 7);
    }
}

static void refused_is_closed_at_once(void **state) {
    struct world *w = *state;
    uint16_t port = world_listen(w, 7, "127.0.0.1");
    w->next_accepted = 0;
    world_connect(w, 1, "127.0.0.1", port);
    world_until(w, w->connections[1].closed);
    assert_int_equal(w->refused, 1);
    assert_string_equal(w->connections[1].reason, "closed by the remote end");
    assert_false(host_accept(w->h, 5));
}

static void refuse_with_a_word(struct world *w, uint64_t id) {
    world_say(w, id, "go away");
    host_finish(w->h, id, 1000000);
}

/* All functions work on a new connection from the very event that tells of it. */
static void a_last_word_in_the_event(void **state) {
    struct world *w = *state;
    uint16_t port = world_listen(w, 7, "127.0.0.1");
    w->on_accepted = refuse_with_a_word;
    w->next_accepted = 2;
    world_connect(w, 1, "127.0.0.1", port);
    world_until(w, w->connections[1].closed && w->connections[2].closed);
    assert_heard(&w->connections[1], "go away");
    w->on_accepted = NULL;
    w->on_connected = refuse_with_a_word;
    world_connect(w, 3, "127.0.0.1", port);
    w->next_accepted = 4;
    world_until(w, w->connections[3].closed && w->connections[4].closed);
    assert_heard(&w->connections[4], "go away");
}

/* A peer that talks on while we say good-bye must read our last word: no reset may overtake it. */
static void last_word_survives_unread_input(void **state) {
    struct world *w = *state;
    for (uint64_t i = 0; i < 2; i++) {
        uint64_t us = 1 + i, peer = 11 + i;
        world_pair(w, us, peer);
        host_pause(w->h, us, true);
        host_pause(w->h, peer, true); /* it reads late */
        w->connections[peer].endless = 200000;
        host_output(w->h, peer);
        world_until(w, w->connections[peer].said > 0);
        world_say(w, us, "notification");
        if (i) {
            world_until(w, w->connections[us].said == 12);
            host_close(w->h, us);
        } else
            host_finish(w->h, us, 5000000);
        world_rest(w, 20);
        host_pause(w->h, peer, false);
        world_until(w, w->connections[us].closed && w->connections[peer].closed);
        assert_heard(&w->connections[peer], "notification");
        assert_string_equal(w->connections[peer].reason, "closed by the remote end");
    }
}

/* A peer that neither reads nor closes is waited for until the limit and no longer. */
static void limits_end_the_wait(void **state) {
    struct world *w = *state;
    world_pair(w, 1, 2);
    host_pause(w->h, 2, true);
    w->connections[1].endless = 100 << 20;
    w->connections[1].forgets = true;
    host_output(w->h, 1);
    world_until(w, w->connections[1].said > 100000);
    uint64_t start = host_now(w->h);
    host_finish(w->h, 1, 150000);
    world_until(w, w->connections[1].closed);
    assert_in_range(host_now(w->h) - start, 150000, 5000000);
    world_pair(w, 3, 4);
    host_pause(w->h, 4, true); /* it would not notice the end */
    start = host_now(w->h);
    host_close(w->h, 3);
    world_until(w, w->connections[3].closed);
    assert_in_range(host_now(w->h) - start, 1000000, 5000000);
}

/* The program ends when the peers have read what it had to say. */
static void stops_gently(void **state) {
    struct world *w = *state;
    world_pair(w, 1, 2);
    world_pair(w, 3, 4);
    host_pause(w->h, 2, true);
    w->connections[2].endless = 100000;
    host_output(w->h, 2);
    world_until(w, w->connections[2].said > 0);
    world_say(w, 1, "shutdown");
    host_finish(w->h, 1, 5000000);
    host_pause(w->h, 2, false);
    w->keeps_going = true;
    host_stop_gently(w->h);
    host_run(w->h);
    assert_true(w->connections[1].closed && w->connections[2].heard == 8);
    assert_false(w->connections[3].closed); /* nobody has closed it */
    host_stop_gently(w->h);
    host_run(w->h); /* nothing to wait for */
    w->keeps_going = false;
}

static void abort_resets(void **state) {
    struct world *w = *state;
    world_pair(w, 1, 2);
    host_abort(w->h, 1);
    assert_false(w->connections[1].closed);
    host_output(w->h, 1);
    host_close(w->h, 1);
    host_pause(w->h, 1, false);
    world_until(w, w->connections[1].closed && w->connections[2].closed);
    assert_string_equal(w->connections[2].reason, "reset by the remote end");
    /* The number is free again. */
    w->connections[1] = (struct end){.in = buffer_growing(), .out = buffer_growing()};
    world_pair(w, 1, 3);
}

/* What a peer said before it reset is heard although our own writing found out first. */
static void words_before_a_reset_are_heard(void **state) {
    struct world *w = *state;
    world_pair(w, 1, 2);
    host_pause(w->h, 2, true);
    host_pause(w->h, 1, true);
    world_say(w, 2, "notification");
    world_until(w, w->connections[2].said == 12);
    host_abort(w->h, 2);
    world_until(w, w->connections[2].closed);
    host_pause(w->h, 1, false);
    world_say(w, 1, "keepalive");
    world_until(w, w->connections[1].closed);
    assert_heard(&w->connections[1], "notification");
    assert_string_equal(w->connections[1].reason, "reset by the remote end");
}

static void pause_when_full(struct world *w, uint64_t id, size_t len) {
    (void)len;
    if (buffer_len(&w->connections[id].out) > 1 << 20)
        host_pause(w->h, id, true);
}

/* 100 MB there and back; the middle holds little because it stops reading when it has too much to say. */
static void echo_of_much(void **state) {
    struct world *w = *state;
    const size_t much = 100 << 20;
    struct end *client = &w->connections[1], *server = &w->connections[2];
    size_t most = 0;
    world_pair(w, 1, 2);
    server->echo = server->forgets = client->forgets = true;
    client->endless = much;
    w->on_received = pause_when_full;
    host_output(w->h, 1);
    world_begin_wait(w);
    while (client->heard < much && !w->timed_out) {
        host_run(w->h);
        size_t held = buffer_len(&server->out);
        most = held > most ? held : most;
        if (held < 1 << 19)
            host_pause(w->h, 2, false);
    }
    world_end_wait(w);
    assert_int_equal(client->heard, much);
    assert_int_equal(server->said, much);
    assert_true(most < 4 << 20);
}

static void check_pattern(struct world *w, uint64_t id, size_t len) {
    struct end *e = &w->connections[id];
    const uint8_t *octets = e->in.base;
    size_t from = e->heard - len;
    for (size_t i = 0; i < len; i++)
        if (octets[i] != world_pattern[(from + i) % sizeof world_pattern])
            fail_msg("octet %zu is wrong", from + i);
    buffer_clear(&e->in);
}

/* Writes end in the middle of a piece when the reader stops: nothing is lost or said twice. */
static void partial_writes(void **state) {
    struct world *w = *state;
    world_pair(w, 1, 2);
    w->connections[1].endless = 20 << 20;
    w->on_received = check_pattern;
    host_output(w->h, 1);
    for (size_t wanted = 0; wanted <= 20 << 20; wanted += 4 << 20) {
        host_pause(w->h, 2, true);
        world_rest(w, 3);
        host_pause(w->h, 2, false);
        world_until(w, w->connections[2].heard >= wanted);
    }
    assert_int_equal(w->connections[1].said, 20 << 20);
}

static void paused_hears_nothing(void **state) {
    struct world *w = *state;
    world_pair(w, 1, 2);
    host_pause(w->h, 2, true);
    world_say(w, 1, "psst");
    world_until(w, w->connections[1].said == 4);
    unsigned turns = w->turns;
    world_rest(w, 30);
    assert_int_equal(w->connections[2].heard, 0);
    assert_true(w->turns - turns <= 3); /* and does not spin */
    host_pause(w->h, 2, false);
    world_until(w, w->connections[2].heard == 4);
}

/* Between two turns lies one time of writing. */
static void check_share(struct world *w) {
    static size_t before;
    size_t said = w->connections[1].said;
    if (said < before)
        before = 0;
    assert_true(said - before <= (1 << 20) + sizeof world_pattern);
    before = said;
}

/* One that has much to say does not keep the others waiting: about 1 MiB a turn, whatever the system would take. */
static void writers_take_turns(void **state) {
    struct world *w = *state;
    world_pair(w, 1, 2);
    world_pair(w, 3, 4);
    w->connections[2].forgets = true;
    w->connections[1].endless = 64 << 20;
    w->on_turn = check_share;
    host_output(w->h, 1);
    world_say(w, 3, "me too");
    world_until(w, w->connections[4].heard == 6);
    assert_true(w->connections[1].endless > 32 << 20);
    world_until(w, w->connections[2].heard == 64 << 20);
}

static void timer_is_never_early(void **state) {
    struct world *w = *state;
    for (unsigned us = 0; us < 30000; us += 1700) {
        w->timers = 0;
        uint64_t deadline = host_now(w->h) + us;
        host_timer(w->h, deadline);
        while (!w->timers)
            host_run(w->h);
        assert_true(w->timer_at >= deadline);
        assert_true(w->timer_at - deadline < 2000000);
    }
    host_timer(w->h, host_now(w->h) + 1000);
    host_timer(w->h, UINT64_MAX);
    w->timers = 0;
    host_timer(w->h, host_now(w->h) + 20000);
    while (!w->timers)
        host_run(w->h);
    assert_int_equal(w->timers, 1);
}

/* Nothing to do: no turns, no CPU. */
static void idle_costs_nothing(void **state) {
    struct world *w = *state;
    struct rusage before, after;
    world_pair(w, 1, 2);
    world_rest(w, 10);
    unsigned turns = w->turns;
    getrusage(RUSAGE_SELF, &before);
    world_rest(w, 300);
    getrusage(RUSAGE_SELF, &after);
    assert_true(w->turns - turns <= 3);
    assert_true(after.ru_nvcsw - before.ru_nvcsw < 10);
}

static void a_thousand(void **state) {
    struct world *w = *state;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    uint64_t many = 1000;
    if (limit.rlim_cur < 2100) {
        struct rlimit more = {limit.rlim_max < 4096 ? limit.rlim_max : 4096, limit.rlim_max};
        setrlimit(RLIMIT_NOFILE, &more);
        many = more.rlim_cur < 2100 ? 400 : 1000;
    }
    uint16_t port = world_listen(w, 7, "127.0.0.1");
    for (uint64_t id = 1; id <= many; id++)
        world_connect(w, id, "127.0.0.1", port);
    world_until(w, w->accepted == many);
    for (uint64_t id = 1; id <= many; id++)
        world_say(w, id, "x");
    for (uint64_t id = 1; id <= many; id++)
        world_until(w, w->connections[WORLD_ENDS / 2 + id - 1].heard == 1);
    for (uint64_t id = 1; id <= many; id++)
        host_close(w->h, id);
    for (uint64_t id = 1; id <= many; id++)
        world_until(w, w->connections[id].closed && w->connections[WORLD_ENDS / 2 + id - 1].closed);
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* Without descriptors a client is turned away, and the loop does not spin on it. */
static void out_of_descriptors(void **state) {
    struct world *w = *state;
    struct rlimit limit, few;
    uint16_t port = world_listen(w, 7, "127.0.0.1");
    getrlimit(RLIMIT_NOFILE, &limit);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    few = limit;
    few.rlim_cur = (rlim_t)client + 1; /* all lower ones are in use: sockets get the lowest */
    for (int fd; (fd = dup(client)) >= 0 && fd < client;)
        ;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&a, sizeof a), 0);
    world_until(w, w->warnings > 0);
    setrlimit(RLIMIT_NOFILE, &limit);
    char c;
    struct timeval limit_of_read = {.tv_sec = WORLD_SECONDS};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit_of_read, sizeof limit_of_read);
    assert_true(read(client, &c, 1) == 0 || errno == ECONNRESET);
    assert_int_equal(w->accepted, 0);
    close(client);
}

/* --- local clients --- */

static const char *socket_path(const char *folder) {
    static char path[64];
    snprintf(path, sizeof path, "%s/it.sock", folder);
    return path;
}

static int unix_client(const char *path) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

/* A client may close its side and still get its answer. */
static void local_clients(void **state) {
    struct world *w = *state;
    char folder[] = "/tmp/test-host-XXXXXX", answer[16] = "";
    struct stat st;
    assert_non_null(mkdtemp(folder));
    const char *path = socket_path(folder);
    mode_t before = umask(0137);
    assert_true(host_listen_unix(w->h, 7, path, 0660));
    umask(before);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0660);
    w->next_accepted = 1;
    int fd = unix_client(path);
    assert_int_equal(write(fd, "show\n", 5), 5);
    shutdown(fd, SHUT_WR);
    world_until(w, w->connections[1].finished);
    assert_heard(&w->connections[1], "show\n");
    assert_int_equal(w->connections[1].ends.peer.len, 0);
    assert_int_equal(w->connections[1].ends.uid, getuid());
    unsigned turns = w->turns;
    world_rest(w, 20);
    assert_true(w->turns - turns <= 3);
    world_say(w, 1, "done\n");
    host_finish(w->h, 1, 1000000);
    world_until(w, w->connections[1].closed);
    assert_int_equal(read(fd, answer, sizeof answer), 5);
    assert_string_equal(answer, "done\n");
    assert_int_equal(read(fd, answer, sizeof answer), 0);
    close(fd);
    assert_false(host_listen_unix(w->h, 8, path, 0600));
    assert_non_null(strstr(host_error(w->h), "is in use by a program that runs"));
    host_unlisten(w->h, 7);
    assert_int_equal(stat(path, &st), -1);
    rmdir(folder);
}

static void stale_local_sockets(void **state) {
    struct world *w = *state;
    char folder[] = "/tmp/test-host-XXXXXX", longest[300];
    assert_non_null(mkdtemp(folder));
    const char *path = socket_path(folder);
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    close(fd);
    assert_true(host_listen_unix(w->h, 7, path, 0600)); /* nobody behind it: replaced */
    unlink(path);
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    close(fd);
    assert_false(host_listen_unix(w->h, 8, path, 0600));
    assert_non_null(strstr(host_error(w->h), "is no socket"));
    host_unlisten(w->h, 7); /* the file there is not its own any more */
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);
    rmdir(folder);
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    assert_false(host_listen_unix(w->h, 8, longest, 0600));
}

static void the_end_with_all_open(void **state) {
    struct world *w = *state;
    world_pair(w, 1, 2);
    world_pair(w, 3, 4);
    world_listen(w, 7, "127.0.0.1");
    host_pause(w->h, 2, true);
    w->connections[1].endless = 50 << 20;
    host_output(w->h, 1);
    world_until(w, w->connections[1].said > 0);
    host_finish(w->h, 1, 10000000);
    host_close(w->h, 3);
    host_output(w->h, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        EACH_WORLD(nobody_listens),
        EACH_WORLD(greets_and_leaves),
        EACH_WORLD(source_address_is_chosen),
        EACH_WORLD(listening_fails_with_words),
        EACH_WORLD(ttl_security),
        EACH_WORLD(refused_is_closed_at_once),
        EACH_WORLD(a_last_word_in_the_event),
        EACH_WORLD(last_word_survives_unread_input),
        EACH_WORLD(limits_end_the_wait),
        EACH_WORLD(stops_gently),
        EACH_WORLD(abort_resets),
        EACH_WORLD(words_before_a_reset_are_heard),
        EACH_WORLD(echo_of_much),
        EACH_WORLD(partial_writes),
        EACH_WORLD(paused_hears_nothing),
        EACH_WORLD(writers_take_turns),
        EACH_WORLD(timer_is_never_early),
        EACH_WORLD(idle_costs_nothing),
        EACH_WORLD(a_thousand),
        EACH_WORLD(out_of_descriptors),
        EACH_WORLD(local_clients),
        EACH_WORLD(stale_local_sockets),
        EACH_WORLD(the_end_with_all_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
