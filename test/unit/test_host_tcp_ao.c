/* Who may connect: TCP-AO (RFC 5925), where the kernel has it. */
#include "host_world.h"

static int world_setup(void **state) {
    *state = world_new();
    return 0;
}

static int world_teardown(void **state) {
    world_free(*state);
    return 0;
}

static void each_algorithm(void **state) {
    struct world *w = *state;
    struct host_connect how = {.peer = world_ip("127.0.0.1"), .port = 1, .secret.key = text_of("a secret")};
    const char *algorithms[] = {"hmac-sha-1-96", "aes-128-cmac-96", "hmac-sha-256"};
    for (uint64_t i = 0; i < 3; i++) {
        struct host_peer_secret secret = world_secret("127.0.0.1", "a secret");
        secret.secret.ao_algorithm = how.secret.ao_algorithm = algorithms[i];
        secret.secret.ao_send = secret.secret.ao_receive = how.secret.ao_send = how.secret.ao_receive = 7;
        struct host_listen listen = {.ip = how.peer, .secrets = &secret, .secret_count = 1};
        if (!host_listen(w->h, 7, &listen))
            fail_msg("%s", host_error(w->h));
        how.port = host_listener_port(w->h, 7);
        w->next_accepted = i + 101;
        if (!host_connect(w->h, i + 1, &how))
            fail_msg("%s", host_error(w->h));
        world_comes_in(w, i + 1);
        secret.secret.key.len = 0;
        assert_true(host_listener_secret(w->h, 7, &secret));
        host_unlisten(w->h, 7);
    }
}

static void another_key(void **state) {
    struct world *w = *state;
    struct host_peer_secret secret = world_secret("127.0.0.0/8", "a secret");
    secret.secret.ao_algorithm = "hmac-sha-1-96";
    struct host_listen listen = {.ip = world_ip("127.0.0.1"), .secrets = &secret, .secret_count = 1};
    assert_true(host_listen(w->h, 7, &listen));
    struct host_connect how = {.peer = listen.ip, .port = host_listener_port(w->h, 7), .secret = secret.secret};
    how.secret.key = text_of("another");
    assert_true(host_connect(w->h, 1, &how));
    world_stays_out(w, 1);
}

/* What can be said of it on any kernel. */
static bool kernel_has_ao(void) {
    struct world *w = world_new();
    struct host_connect how = {.peer = world_ip("127.0.0.1"), .port = 1, .secret.key = text_of("key")};
    how.secret.ao_algorithm = "rot13";
    bool known = host_connect(w->h, 1, &how) || strcmp(host_error(w->h), "unknown TCP-AO algorithm rot13") != 0;
    how.secret.ao_algorithm = "hmac-sha-1-96";
    bool has = host_connect(w->h, 2, &how) || !strstr(host_error(w->h), "this kernel has no TCP-AO");
    world_free(w);
    if (known)
        puts("Bail out! rot13 is taken for an algorithm");
    return has;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_algorithm, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(another_key, world_setup, world_teardown),
    };
    if (!kernel_has_ao()) {
        puts("1..0 # SKIP this kernel has no TCP-AO");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
