/* tcp.delay: a whole program whose sessions begin when the clock says so, with a simulated clock. */
#include <stdio.h>
#include <unistd.h>

#include "unit.h"
#include "yottabgp.h"

enum { SECOND = 1000000 };

static const uint64_t start = 5000 * (uint64_t)SECOND; /* on the clock that only goes forward */
static unsigned dials;
static char said[4096];

static bool dial(void *context, uint64_t stream, const struct yottabgp_connect *how, char *error, size_t size) {
    (void)context, (void)stream, (void)how, (void)error, (void)size;
    dials++;
    return true;
}

static void on_stream(void *context, uint64_t stream) {
    (void)context, (void)stream;
}

static void hang_up(void *context, uint64_t stream, bool after_output) {
    (void)context, (void)stream, (void)after_output;
}

static void log_line(void *context, enum yottabgp_level level, const char *source, const char *text, size_t len) {
    size_t at = strlen(said);
    (void)context, (void)level, (void)source;
    snprintf(said + at, sizeof said - at, "%.*s\n", (int)len, text);
}

static void ended(void *context, int status) {
    (void)context, (void)status;
}

/* `seconds` after a full hour the program starts; the setting is minutes. */
static struct yottabgp *begin(const char *minutes, unsigned seconds) {
    char name[] = "/tmp/test-delay-XXXXXX", setting[64], error[256];
    const char *const text = "neighbor 127.0.0.1 { local-address 127.0.0.2; local-as 1; peer-as 2; }\n";
    const struct yottabgp_host host = {
        .dial = dial, .output = on_stream, .hang_up = hang_up, .log = log_line, .end = ended};
    int fd = mkstemp(name);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    snprintf(setting, sizeof setting, "exabgp_tcp_delay=%s", minutes);
    char user[] = "exabgp_daemon_user=root", *variables[] = {setting, user, NULL};
    dials = 0;
    said[0] = 0;
    struct yottabgp *y = yottabgp_new(variables, NULL, &host, 1, error, sizeof error);
    assert_non_null(y);
    yottabgp_clock(y, (int64_t)(3600 * (uint64_t)SECOND * 400000 + seconds * (uint64_t)SECOND) - (int64_t)start);
    const char *file = name;
    assert_true(yottabgp_load(y, &file, 1, start));
    unlink(name);
    yottabgp_start(y, start);
    yottabgp_turn(y, start);
    return y;
}

/* The time passes as the engine wants it to, until `seconds` after the start. */
static void pass(struct yottabgp *y, uint64_t seconds) {
    uint64_t now = start, end = start + seconds * SECOND;
    for (unsigned turns = 0; now < end; turns++) {
        uint64_t due = yottabgp_deadline(y);
        now = due > now ? due : now + 1;
        now = now < end ? now : end;
        yottabgp_timer(y, now);
        yottabgp_turn(y, now);
        assert_in_range(turns, 0, 10000);
    }
}

static void sessions_begin_with_the_minutes_of_the_clock(void **state) {
    static const struct {
        const char *minutes;
        unsigned started, begins; /* seconds after the hour */
    } rows[] = {{"1", 10, 60}, {"1", 59, 60}, {"15", 100, 900}, {"15", 900, 1800}, {"60", 1, 3600}, {"120", 1, 7200}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct yottabgp *y = begin(rows[i].minutes, rows[i].started);
        uint64_t wait = rows[i].begins - rows[i].started;
        char line[80];
        snprintf(line, sizeof line, "sessions begin in %u seconds (exabgp.tcp.delay)", (unsigned)wait);
        assert_non_null(strstr(said, line));
        pass(y, wait - 1);
        assert_int_equal(dials, 0);
        pass(y, wait);
        assert_int_equal(dials, 1);
        yottabgp_free(y);
    }
}

static void without_it_they_begin_at_once(void **state) {
    (void)state;
    struct yottabgp *y = begin("0", 10);
    pass(y, 1);
    assert_int_equal(dials, 1);
    assert_null(strstr(said, "sessions begin"));
    yottabgp_free(y);
}

/* Whoever connects before is turned away, and told of in the log. */
static void nobody_is_accepted_before(void **state) {
    (void)state;
    struct yottabgp *y = begin("1", 10);
    const struct yottabgp_address local = {4, {127, 0, 0, 2}, 179}, peer = {4, {127, 0, 0, 1}, 5000};
    assert_int_equal(yottabgp_accepted(y, 1, &local, &peer, start + SECOND), 0);
    assert_non_null(strstr(said, "connection from 127.0.0.1 closed: sessions have not begun yet (exabgp.tcp.delay)"));
    pass(y, 50);
    assert_int_not_equal(yottabgp_accepted(y, 1, &local, &peer, start + 51 * (uint64_t)SECOND), 0);
    yottabgp_free(y);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_begin_with_the_minutes_of_the_clock),
        cmocka_unit_test(without_it_they_begin_at_once),
        cmocka_unit_test(nobody_is_accepted_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
