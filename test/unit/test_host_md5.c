/* Who may connect: TCP MD5 (RFC 2385). */
#include "host_world.h"

#include <stdio.h>

#define EACH_WORLD(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

static int world_setup(void **state) {
    *state = world_new();
    return 0;
}

static int world_teardown(void **state) {
    world_free(*state);
    return 0;
}

static uint16_t guarded(struct world *w, const char *ip, const struct host_peer_secret *secrets, size_t count) {
    struct host_listen how = {.ip = world_ip(ip), .secrets = secrets, .secret_count = count};
    if (!host_listen(w->h, 7, &how))
        fail_msg("%s", host_error(w->h));
    return host_listener_port(w->h, 7);
}

static void knock(struct world *w, uint64_t id, const char *ip, const char *from, uint16_t port, const char *key) {
    struct host_connect how = {.peer = world_ip(ip), .port = port, .secret.key = text_of(key)};
    if (from)
        how.local = world_ip(from);
    w->next_accepted = id + 100;
    if (!host_connect(w->h, id, &how))
        fail_msg("%s", host_error(w->h));
}

static void md5_of_one_peer(void **state) {
    struct world *w = *state;
    const char *ips[] = {"127.0.0.1", "::1"};
    for (uint64_t i = 0; i < world_families(); i++) {
        struct host_peer_secret secret = world_secret(ips[i], "a secret");
        uint16_t port = guarded(w, ips[i], &secret, 1);
        knock(w, 1 + 10 * i, ips[i], NULL, port, "a secret");
        world_comes_in(w, 1 + 10 * i);
        knock(w, 2 + 10 * i, ips[i], NULL, port, "another");
        world_stays_out(w, 2 + 10 * i);
        knock(w, 3 + 10 * i, ips[i], NULL, port, "");
        world_stays_out(w, 3 + 10 * i);
        host_unlisten(w->h, 7);
    }
}

/* A key for a range, host bits and all, and a longer prefix that wins over it. */
static void md5_of_a_range(void **state) {
    struct world *w = *state;
    struct host_peer_secret secrets[] = {world_secret("127.1.2.3/16", "range"), world_secret("127.1.0.9/32", "one")};
    uint16_t port = guarded(w, "127.0.0.1", secrets, 2);
    knock(w, 1, "127.0.0.1", "127.1.77.7", port, "range");
    world_comes_in(w, 1);
    knock(w, 2, "127.0.0.1", "127.1.0.9", port, "one");
    world_comes_in(w, 2);
    knock(w, 3, "127.0.0.1", "127.1.0.9", port, "range");
    world_stays_out(w, 3);
    knock(w, 4, "127.0.0.1", "127.2.0.9", port, ""); /* outside of it nobody needs a key */
    world_comes_in(w, 4);
}

static void md5_comes_and_goes(void **state) {
    struct world *w = *state;
    struct host_peer_secret secret = world_secret("127.0.0.1", "first");
    uint16_t port = guarded(w, "127.0.0.1", NULL, 0);
    assert_true(host_listener_secret(w->h, 7, &secret));
    knock(w, 1, "127.0.0.1", NULL, port, "first");
    world_comes_in(w, 1);
    secret.secret.key = text_of("second");
    assert_true(host_listener_secret(w->h, 7, &secret));
    knock(w, 2, "127.0.0.1", NULL, port, "second");
    world_comes_in(w, 2);
    secret.secret.key.len = 0;
    assert_true(host_listener_secret(w->h, 7, &secret));
    knock(w, 3, "127.0.0.1", NULL, port, "");
    world_comes_in(w, 3);
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
    struct host_peer_secret secret = world_secret("127.0.0.1", "");
    secret.secret.key = (struct text){key, 80};
    uint16_t port = guarded(w, "127.0.0.1", &secret, 1);
    key[80] = 0;
    knock(w, 2, "127.0.0.1", NULL, port, key);
    world_comes_in(w, 2);
}

/* Kernels without it exist: CONFIG_TCP_MD5SIG. */
static bool kernel_has_md5(void) {
    struct world *w = world_new();
    struct host_peer_secret secret = world_secret("127.0.0.1", "key");
    struct host_listen how = {.ip = world_ip("127.0.0.1"), .secrets = &secret, .secret_count = 1};
    bool has = host_listen(w->h, 1, &how) || !strstr(host_error(w->h), "this kernel has no TCP MD5");
    world_free(w);
    return has;
}

/* The kernel is silent to both ends, and counts. */
static void what_the_kernel_dropped_is_told_once_a_minute(void **state) {
    struct world *w = *state;
    struct host_peer_secret secret = world_secret("127.0.0.1", "a secret");
    uint16_t port = guarded(w, "127.0.0.1", &secret, 1);
    for (uint64_t id = 1; id <= 2; id++) {
        knock(w, id, "127.0.0.1", NULL, port, "another");
        world_rest(w, WORLD_SILENCE_MS);
        host_close(w->h, id);
        world_until(w, w->connections[id].closed);
        assert_int_equal(w->warnings, 1);
    }
    assert_ptr_equal(strstr(w->warning, "neighbor 127.0.0.1: the kernel dropped segments: "), w->warning);
    assert_non_null(strstr(w->warning, "signed with another TCP MD5 password (TCPMD5Failure)"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        EACH_WORLD(md5_of_one_peer),
        EACH_WORLD(md5_of_a_range),
        EACH_WORLD(md5_comes_and_goes),
        EACH_WORLD(keys_have_a_length),
        EACH_WORLD(what_the_kernel_dropped_is_told_once_a_minute),
    };
    if (!kernel_has_md5()) {
        puts("1..0 # SKIP this kernel has no TCP MD5");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
