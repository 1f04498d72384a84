/* Who may connect: TCP MD5, TCP-AO, TTL security. What the kernel of this machine cannot do is skipped. */
#include "host_world.h"

#include <stdio.h>

#define EACH_WORLD(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

enum { SILENCE_MS = 300 }; /* in which nothing may come; a connection on loopback takes less than one */

static int world_setup(void **state) {
    *state = world_new();
    return 0;
}

static int world_teardown(void **state) {
    world_free(*state);
    return 0;
}

static struct host_peer_secret secret_for(const char *prefix, const char *key) {
    struct host_peer_secret s = {.secret.key = text_of(key)};
    assert_true(prefix_parse(text_of(prefix), &s.peer));
    return s;
}

/* A listener with this secret; skips the test when the kernel has no such thing. */
static uint16_t guarded(struct world *w, const char *ip, const struct host_peer_secret *secrets, size_t count) {
    struct host_listen how = {.ip = world_ip(ip), .secrets = secrets, .secret_count = count};
    if (host_listen(w->h, 7, &how))
        return host_listener_port(w->h, 7);
    if (!strstr(host_error(w->h), "this kernel has no"))
        fail_msg("%s", host_error(w->h));
    skip();
    return 0;
}

static void knock(struct world *w, uint64_t id, const char *ip, const char *from, uint16_t port, const char *key) {
    struct host_connect how = {.peer = world_ip(ip), .port = port, .secret.key = text_of(key)};
    if (from)
        how.local = world_ip(from);
    w->next_accepted = id + 100;
    if (!host_connect(w->h, id, &how))
        fail_msg("%s", host_error(w->h));
}

static void comes_in(struct world *w, uint64_t id) {
    world_until(w, w->connections[id].connected && w->connections[id + 100].connected);
    world_say(w, id, "signed");
    world_until(w, w->connections[id + 100].heard == 6);
    host_abort(w->h, id);
    world_until(w, w->connections[id].closed && w->connections[id + 100].closed);
}

static void stays_out(struct world *w, uint64_t id) {
    world_rest(w, SILENCE_MS);
    assert_false(w->connections[id].connected);
    assert_false(w->connections[id].closed);
    host_abort(w->h, id);
    world_until(w, w->connections[id].closed);
}

static void md5_of_one_peer(void **state) {
    struct world *w = *state;
    const char *ips[] = {"127.0.0.1", "::1"};
    for (uint64_t i = 0; i < 2; i++) {
        struct host_peer_secret secret = secret_for(ips[i], "a secret");
        uint16_t port = guarded(w, ips[i], &secret, 1);
        knock(w, 1 + 10 * i, ips[i], NULL, port, "a secret");
        comes_in(w, 1 + 10 * i);
        knock(w, 2 + 10 * i, ips[i], NULL, port, "another");
        stays_out(w, 2 + 10 * i);
        knock(w, 3 + 10 * i, ips[i], NULL, port, "");
        stays_out(w, 3 + 10 * i);
        host_unlisten(w->h, 7);
    }
}

/* A key for a range, host bits and all, and a longer prefix that wins over it. */
static void md5_of_a_range(void **state) {
    struct world *w = *state;
    struct host_peer_secret secrets[] = {secret_for("127.1.2.3/16", "range"), secret_for("127.1.0.9/32", "one")};
    uint16_t port = guarded(w, "127.0.0.1", secrets, 2);
    knock(w, 1, "127.0.0.1", "127.1.77.7", port, "range");
    comes_in(w, 1);
    knock(w, 2, "127.0.0.1", "127.1.0.9", port, "one");
    comes_in(w, 2);
    knock(w, 3, "127.0.0.1", "127.1.0.9", port, "range");
    stays_out(w, 3);
    knock(w, 4, "127.0.0.1", "127.2.0.9", port, ""); /* outside of it nobody needs a key */
    comes_in(w, 4);
}

static void md5_comes_and_goes(void **state) {
    struct world *w = *state;
    struct host_peer_secret secret = secret_for("127.0.0.1", "first");
    uint16_t port = guarded(w, "127.0.0.1", NULL, 0);
    if (!host_listener_secret(w->h, 7, &secret))
        skip();
    knock(w, 1, "127.0.0.1", NULL, port, "first");
    comes_in(w, 1);
    secret.secret.key = text_of("second");
    assert_true(host_listener_secret(w->h, 7, &secret));
    knock(w, 2, "127.0.0.1", NULL, port, "second");
    comes_in(w, 2);
    secret.secret.key.len = 0;
    assert_true(host_listener_secret(w->h, 7, &secret));
    knock(w, 3, "127.0.0.1", NULL, port, "");
    comes_in(w, 3);
    assert_false(host_listener_secret(w->h, 7, &secret)); /* there is none any more */
    assert_false(host_listener_secret(w->h, 8, &secret));
}

static void keys_have_a_length(void **state) {
    struct world *w = *state;
    char key[82];
    memset(key, 'k', sizeof key);
    struct host_connect how = {.peer = world_ip("127.0.0.1"), .port = 1, .secret.key = {key, 81}};
    assert_false(host_connect(w->h, 1, &how));
    assert_string_equal(host_error(w->h), "a key of 81 octets, at most 80 are possible");
    struct host_peer_secret secret = secret_for("127.0.0.1", "");
    secret.secret.key = (struct text){key, 80};
    uint16_t port = guarded(w, "127.0.0.1", &secret, 1);
    key[80] = 0;
    knock(w, 2, "127.0.0.1", NULL, port, key);
    comes_in(w, 2);
}

static void tcp_ao(void **state) {
    struct world *w = *state;
    struct host_connect how = {.peer = world_ip("127.0.0.1"), .port = 1, .secret.key = text_of("a secret")};
    how.secret.ao_algorithm = "rot13";
    assert_false(host_connect(w->h, 1, &how));
    assert_string_equal(host_error(w->h), "unknown TCP-AO algorithm rot13");
    const char *algorithms[] = {"hmac-sha-1-96", "aes-128-cmac-96", "hmac-sha-256"};
    for (uint64_t i = 0; i < 3; i++) {
        struct host_peer_secret secret = secret_for("127.0.0.1", "a secret");
        secret.secret.ao_algorithm = how.secret.ao_algorithm = algorithms[i];
        secret.secret.ao_send = secret.secret.ao_receive = how.secret.ao_send = how.secret.ao_receive = 7;
        how.port = guarded(w, "127.0.0.1", &secret, 1);
        w->next_accepted = i + 101;
        if (!host_connect(w->h, i + 1, &how))
            fail_msg("%s", host_error(w->h));
        comes_in(w, i + 1);
        secret.secret.key.len = 0;
        assert_true(host_listener_secret(w->h, 7, &secret));
        host_unlisten(w->h, 7);
    }
}

/* RFC 5082: only who is near has packets with a TTL of 255. */
static void ttl_security(void **state) {
    struct world *w = *state;
    const char *ips[] = {"127.0.0.1", "::1"};
    for (uint64_t i = 0; i < 2; i++) {
        struct host_listen listen = {.ip = world_ip(ips[i]), .ttl = 255, .min_ttl = 255};
        assert_true(host_listen(w->h, 7, &listen));
        struct host_connect how = {.peer = listen.ip, .port = host_listener_port(w->h, 7), .ttl = 255, .min_ttl = 255};
        w->next_accepted = 101 + 10 * i;
        assert_true(host_connect(w->h, 1 + 10 * i, &how));
        comes_in(w, 1 + 10 * i);
        how.ttl = 64;
        w->next_accepted = 102 + 10 * i;
        assert_true(host_connect(w->h, 2 + 10 * i, &how));
        stays_out(w, 2 + 10 * i);
        host_unlisten(w->h, 7);
        /* And the other way round: what the listener sends comes from too far. */
        listen = (struct host_listen){.ip = listen.ip, .ttl = 64};
        assert_true(host_listen(w->h, 7, &listen));
        how = (struct host_connect){.peer = listen.ip, .port = host_listener_port(w->h, 7), .min_ttl = 255};
        w->next_accepted = 103 + 10 * i;
        assert_true(host_connect(w->h, 3 + 10 * i, &how));
        stays_out(w, 3 + 10 * i);
        host_unlisten(w->h, 7);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        EACH_WORLD(md5_of_one_peer),    EACH_WORLD(md5_of_a_range), EACH_WORLD(md5_comes_and_goes),
        EACH_WORLD(keys_have_a_length), EACH_WORLD(tcp_ao),         EACH_WORLD(ttl_security),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
