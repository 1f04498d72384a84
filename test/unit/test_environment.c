/* Settings: where they come from, which of them wins, what is refused, and how they are shown. */
#include "config/environment.h"

#include <stdio.h>
#include <unistd.h>

#include "unit.h"

static struct environment environment;
static struct complaint complaint;

static bool read_variables(const char *const *variables, const char *file) {
    environment_release(&environment);
    complaint = (struct complaint){0};
    return environment_read(&environment, (char *const *)variables, file, &complaint);
}

#define READ(...) read_variables((const char *const[]){__VA_ARGS__, NULL}, NULL)

/* A file with this content, which the caller unlinks. */
static void file_of(char *name, const char *content) {
    strcpy(name, "/tmp/environment.XXXXXX");
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    close(fd);
}

static bool read_file(const char *const *variables, const char *content) {
    char name[64];
    file_of(name, content);
    bool good = read_variables(variables, name);
    unlink(name);
    return good;
}

static void without_anything_all_is_standard(void **state) {
    (void)state;
    assert_true(read_variables(NULL, "/does/not/exist"));
    assert_true(environment.log.enable);
    assert_false(environment.log.all);
    assert_true(environment.log.short_lines);
    assert_string_equal(environment.log.level.p, "INFO");
    assert_string_equal(environment.log.destination.p, "stdout");
    assert_string_equal(environment.daemon.user.p, "nobody");
    assert_string_equal(environment.daemon.pid.p, "");
    assert_int_equal(environment.daemon.umask, 0137);
    assert_true(environment.daemon.drop);
    assert_int_equal(environment.tcp.port, 179);
    assert_false(environment.tcp.port_set);
    assert_int_equal(environment.tcp.attempts, 0);
    assert_int_equal(environment.bgp.open_wait, 60);
    assert_int_equal(environment.api.version, 5);
    assert_false(environment.api.version_set);
    assert_true(environment.api.ack);
    assert_string_equal(environment.api.encoder.p, "json");
    assert_string_equal(environment.api.pipe_name.p, "exabgp");
    assert_null(environment.api.socket_path.p);
    assert_null(environment.cli.socket.p);
    assert_int_equal(environment.version.len, 0);
}

static void every_spelling_is_read_and_the_first_wins(void **state) {
    (void)state;
    assert_true(READ("exabgp_tcp_port=1"));
    assert_int_equal(environment.tcp.port, 1);
    assert_true(environment.tcp.port_set);
    assert_true(READ("exabgp_tcp_port=1", "exabgp.tcp.port=2"));
    assert_int_equal(environment.tcp.port, 2);
    assert_true(READ("exabgp_tcp_port=1", "exabgp.tcp.port=2", "yottabgp_tcp_port=3"));
    assert_int_equal(environment.tcp.port, 3);
    assert_true(READ("yottabgp.tcp.port=4", "exabgp_tcp_port=1", "yottabgp_tcp_port=3"));
    assert_int_equal(environment.tcp.port, 4);
    assert_true(READ("exabgp_tcp.port=5", "exabgp.tcp_port=5", "exabgp_tcp_ports=5", "exabgp_tcp_por=5", "tcp_port=5"));
    assert_int_equal(environment.tcp.port, 179);
    assert_true(READ("exabgp.api.show-routes-format=V2"));
    assert_string_equal(environment.api.show_routes_format.p, "v2");
    assert_true(READ("exabgp_api_show_routes_format=v2"));
    assert_string_equal(environment.api.show_routes_format.p, "v2");
    assert_true(READ("exabgp_version=5.0.0-0+test"));
    assert_string_equal(environment.version.p, "5.0.0-0+test");
}

static void booleans_of_any_other_word_are_false(void **state) {
    (void)state;
    static const char *const yes[] = {"1", "yes", "on", "enable", "true", "TRUE", "On", "'true'", " yes "};
    static const char *const no[] = {"0", "no", "off", "disable", "false", "enabled", "tru", "", "2"};
    char variable[64];
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        snprintf(variable, sizeof variable, "exabgp_log_all=%s", yes[i]);
        assert_true(READ(variable));
        assert_true(environment.log.all);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        snprintf(variable, sizeof variable, "exabgp_api_ack=%s", no[i]);
        assert_true(READ(variable));
        assert_false(environment.api.ack);
    }
}

static void values_of_each_type(void **state) {
    (void)state;
    assert_true(READ("exabgp_daemon_umask=0o077", "exabgp_log_level=debug", "exabgp_tcp_bind= ::1  127.0.0.1",
                     "exabgp_daemon_user=root", "exabgp_api_version=6", "exabgp_api_encoder=TEXT",
                     "exabgp_reactor_speed=2.5", "exabgp_cli_socket=", "exabgp_api_socketpath=/run/x.sock"));
    assert_int_equal(environment.daemon.umask, 077);
    assert_string_equal(environment.log.level.p, "DEBUG");
    assert_string_equal(environment.tcp.bind.p, "::1 127.0.0.1");
    assert_string_equal(environment.daemon.user.p, "root");
    assert_int_equal(environment.api.version, 6);
    assert_true(environment.api.version_set);
    assert_string_equal(environment.api.encoder.p, "text");
    assert_string_equal(environment.other.speed.p, "2.5");
    assert_string_equal(environment.cli.socket.p, "");
    assert_string_equal(environment.api.socket_path.p, "/run/x.sock");
}

static void attempts_of_old(void **state) {
    (void)state;
    assert_true(READ("exabgp_tcp_once=true"));
    assert_int_equal(environment.tcp.attempts, 1);
    assert_true(READ("exabgp_tcp_once=true", "exabgp_tcp_attempts=5"));
    assert_int_equal(environment.tcp.attempts, 5);
    assert_true(READ("exabgp_tcp_connections=3", "exabgp_tcp_attempts=5", "exabgp_tcp_once=1"));
    assert_int_equal(environment.tcp.attempts, 3);
    assert_false(READ("exabgp_tcp_connections=x"));
    assert_true(read_file(NULL, "[exabgp.tcp]\nonce = true\n"));
    assert_int_equal(environment.tcp.attempts, 0);
}

static void the_file_stands_behind_variables(void **state) {
    (void)state;
    static const char file[] = "; settings\n# of old\nport = 1\n[other.tcp]\nport = 2\n\n[exabgp.tcp]\r\n"
                               "port = '1790'\r\n  delay: 3\nnovalue\nunknown = 1\n"
                               "[yottabgp.api]\nshow-routes-format = v2\n[exabgp.log]\ndestination = \"stderr\"\n"
                               "[exabgp.unknown]\nport = 5\n";
    static const char *const variables[] = {"exabgp_tcp_delay=7", NULL};
    assert_true(read_file(variables, file));
    assert_int_equal(environment.tcp.port, 1790);
    assert_false(environment.tcp.port_set);
    assert_int_equal(environment.tcp.delay, 7);
    assert_string_equal(environment.api.show_routes_format.p, "v2");
    assert_string_equal(environment.log.destination.p, "stderr");
    assert_false(read_file(NULL, "[exabgp.log]\n\nlevel = loud\n"));
    assert_int_equal(complaint.line, 3);
    assert_string_equal(complaint.message, "invalid value for log.level : loud");
    assert_true(read_variables(NULL, "/"));
}

static void what_is_wrong_is_named(void **state) {
    (void)state;
    static const struct {
        const char *variable, *message;
    } bad[] = {
        {"exabgp_daemon_user=no such user", "invalid value for daemon.user : no such user"},
        {"exabgp_tcp_port=65536", "invalid value for tcp.port : 65536"},
        {"exabgp_tcp_port=", "invalid value for tcp.port : "},
        {"exabgp_tcp_attempts=-1", "invalid value for tcp.attempts : -1"},
        {"exabgp_tcp_attempts=4294967296", "invalid value for tcp.attempts : 4294967296"},
        {"exabgp_tcp_bind=127.0.0.1 here", "invalid value for tcp.bind : 127.0.0.1 here"},
        {"exabgp_daemon_umask=0888", "invalid value for daemon.umask : 0888"},
        {"exabgp_daemon_umask=", "invalid value for daemon.umask : "},
        {"exabgp_log_level=", "invalid value for log.level : "},
        {"exabgp_api_encoder=xml", "invalid value for api.encoder : xml"},
        {"exabgp_api_version=7", "invalid value for api.version : 7"},
        {"exabgp_reactor_speed=fast", "invalid value for reactor.speed : fast"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(READ(bad[i].variable));
        assert_string_equal(complaint.message, bad[i].message);
        assert_true(complaint.wanted[0]);
        assert_int_equal(complaint.line, 0);
    }
    assert_false(READ("exabgp_log_level=WARNNG"));
    assert_string_equal(complaint.nearest, "WARNING");
}

static void shown_as_they_are_read(void **state) {
    (void)state;
    struct buffer b = buffer_growing();
    assert_true(READ("exabgp_tcp_port=1790", "exabgp_debug_rotate=1"));
    put_environment(&b, &environment, true, false);
    assert_written(&b, "\n[exabgp.tcp]\nport = 1790\n");
    buffer_clear(&b);
    put_environment(&b, &environment, true, true);
    assert_written(&b, "exabgp.tcp.port=1790\n");
    buffer_clear(&b);
    assert_true(READ("exabgp_log_level=error", "exabgp_tcp_bind=127.0.0.1 ::1", "exabgp_daemon_umask=022"));
    put_environment(&b, &environment, true, false);
    assert_written(&b, "\n[exabgp.daemon]\numask = '0o22'\n\n[exabgp.log]\nlevel = ERROR\n"
                       "\n[exabgp.tcp]\nbind = '127.0.0.1 ::1'\n");
    buffer_clear(&b);
    put_environment(&b, &environment, true, true);
    assert_written(&b, "exabgp.daemon.umask='0o22'\nexabgp.log.level='ERROR'\nexabgp.tcp.bind='127.0.0.1 ::1'\n");

    /* All of it, read back as a file, is the same again. */
    struct buffer again = buffer_growing();
    buffer_clear(&b);
    put_environment(&b, &environment, false, false);
    assert_true(read_file(NULL, written(&b)));
    put_environment(&again, &environment, false, false);
    assert_string_equal(written(&again), written(&b));
    assert_non_null(strstr(written(&b), "\n[exabgp.profile]\nenable = false\nfile = ''\n"));
    assert_non_null(strstr(written(&b), "\nspeed = 1.0\n"));
    assert_null(strstr(written(&b), "exabgp.debug"));
    buffer_release(&again);
    buffer_release(&b);
}

static void every_setting_is_explained(void **state) {
    (void)state;
    size_t count;
    const struct environment_setting *rows = environment_settings(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].help && rows[i].help[0]);
        assert_true(i == 0 || strcmp(rows[i].section, rows[i - 1].section) != 0 ||
                    strcmp(rows[i].option, rows[i - 1].option) > 0);
    }
    struct buffer b = buffer_growing();
    put_environment_help(&b);
    assert_non_null(strstr(written(&b), "exabgp.tcp.port "));
    buffer_release(&b);
}

static int release(void **state) {
    (void)state;
    environment_release(&environment);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_anything_all_is_standard),
        cmocka_unit_test(every_spelling_is_read_and_the_first_wins),
        cmocka_unit_test(booleans_of_any_other_word_are_false),
        cmocka_unit_test(values_of_each_type),
        cmocka_unit_test(attempts_of_old),
        cmocka_unit_test(the_file_stands_behind_variables),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(shown_as_they_are_read),
        cmocka_unit_test(every_setting_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
