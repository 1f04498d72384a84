/* What the kernel says of connections in trouble, made here: an end that suddenly wants signatures drops all that
 * comes. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

#include "host/trouble.h"

struct pair {
    int listener, client, server;
};

static void pair_init(struct pair *p) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    p->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->listener, 1), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&at, &len), 0);
    p->client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(p->client, (struct sockaddr *)&at, sizeof at), 0);
    p->server = accept(p->listener, NULL, NULL);
    assert_true(p->server >= 0);
}

static void pair_release(struct pair *p) {
    close(p->client);
    close(p->server);
    close(p->listener);
}

/* From now on the server wants signed segments of the client. */
static bool server_wants_signatures(const struct pair *p) {
    struct tcp_md5sig md5 = {.tcpm_keylen = 6, .tcpm_key = "secret"};
    socklen_t len = sizeof md5.tcpm_addr;
    assert_int_equal(getpeername(p->server, (struct sockaddr *)&md5.tcpm_addr, &len), 0);
    return setsockopt(p->server, IPPROTO_TCP, TCP_MD5SIG, &md5, sizeof md5) == 0;
}

static void a_healthy_connection_has_nothing_to_tell(void **state) {
    struct pair p;
    struct buffer b = buffer_growing();
    (void)state;
    pair_init(&p);
    assert_int_equal(write(p.client, "hello", 5), 5);
    assert_false(put_tcp_trouble(&b, p.client));
    assert_false(put_tcp_trouble(&b, -1));
    assert_int_equal(buffer_len(&b), 0);
    buffer_release(&b);
    pair_release(&p);
}

static void unsigned_segments_are_counted_and_sent_again(void **state) {
    struct pair p;
    struct buffer tcp = buffer_growing(), md5 = buffer_growing();
    struct md5_counts before;
    (void)state;
    pair_init(&p);
    md5_counts_read(&before);
    if (!server_wants_signatures(&p)) {
        pair_release(&p);
        skip(); /* a kernel without them */
    }
    assert_int_equal(write(p.client, "hello", 5), 5);
    for (int i = 0; i < 500 && !put_tcp_trouble(&tcp, p.client); i++)
        poll(NULL, 0, 20);
    put_char(&tcp, '\0');
    assert_non_null(strstr((char *)tcp.base, "TCP: sent again "));
    assert_non_null(strstr((char *)tcp.base, "1 segments are not acknowledged"));
    assert_true(put_md5_trouble(&md5, &before));
    put_char(&md5, '\0');
    assert_non_null(strstr((char *)md5.base, "without TCP MD5 signature (TCPMD5NotFound)"));
    buffer_release(&tcp);
    buffer_release(&md5);
    pair_release(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_healthy_connection_has_nothing_to_tell),
        cmocka_unit_test(unsigned_segments_are_counted_and_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
