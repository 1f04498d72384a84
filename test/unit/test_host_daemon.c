/* Becoming a daemon: each in a child process, because the way back is what must not exist. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/daemon.h"
#include "host/rights.h"

static char folder[64], error[240];

static int folder_setup(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test-host-daemon-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int folder_teardown(void **state) {
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *in_folder(const char *name) {
    static char path[100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static const char *read_file(const char *path) {
    static char text[200];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = 0;
    return text;
}

/* What the function prints when it runs in a process of its own. */
static const char *in_child(void (*run)(FILE *out), int *status) {
    static char text[1000];
    int ends[2];
    size_t len = 0;
    ssize_t n;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        FILE *out = fdopen(ends[1], "w");
        run(out);
        fflush(out);
        _exit(0);
    }
    close(ends[1]);
    while ((n = read(ends[0], text + len, sizeof text - 1 - len)) > 0)
        len += (size_t)n;
    text[len] = 0;
    close(ends[0]);
    assert_int_equal(waitpid(pid, status, 0), pid);
    return text;
}

/* --- pid file --- */

static void pid_file_names_us(void **state) {
    (void)state;
    char wanted[20];
    const char *path = in_folder("us.pid");
    snprintf(wanted, sizeof wanted, "%d\n", (int)getpid());
    assert_true(pid_file_claim(path, error, sizeof error));
    assert_string_equal(read_file(path), wanted);
    assert_true(pid_file_claim(path, error, sizeof error)); /* ours from a life before */
    pid_file_remove(path);
    assert_int_equal(access(path, F_OK), -1);
    pid_file_remove(path);
}

static void pid_file_of_the_living(void **state) {
    (void)state;
    char text[20];
    const char *path = in_folder("living.pid");
    snprintf(text, sizeof text, "%d\n", (int)getppid());
    write_file(path, text);
    assert_false(pid_file_claim(path, error, sizeof error));
    assert_non_null(strstr(error, "another process that runs"));
    pid_file_remove(path);
    assert_string_equal(read_file(path), text); /* not ours to remove */
}

static void nothing(FILE *out) {
    fprintf(out, "%d\n", (int)getpid());
}

static void pid_file_of_the_dead(void **state) {
    (void)state;
    char wanted[20];
    int status;
    const char *path = in_folder("dead.pid");
    write_file(path, in_child(nothing, &status));
    assert_true(pid_file_claim(path, error, sizeof error));
    snprintf(wanted, sizeof wanted, "%d\n", (int)getpid());
    assert_string_equal(read_file(path), wanted);
    pid_file_remove(path);
}

static void pid_files_that_are_none(void **state) {
    (void)state;
    const char *bad[] = {"", "hello\n", "-5\n", "0\n", "12x\n", "99999999999999999999999\n", "1 2\n"};
    const char *path = in_folder("bad.pid");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_file(path, bad[i]);
        assert_false(pid_file_claim(path, error, sizeof error));
        assert_non_null(strstr(error, "not a pid file"));
        assert_string_equal(read_file(path), bad[i]);
    }
    assert_false(pid_file_claim("/none/such/x.pid", error, sizeof error));
    assert_non_null(strstr(error, "No such file or directory"));
    assert_false(pid_file_claim(folder, error, sizeof error));
}

/* --- background --- */

static void detach(FILE *out) {
    char why[200];
    pid_t before = getpid(), session = getsid(0);
    struct stat null, st;
    if (!daemon_detach(why, sizeof why)) {
        fprintf(out, "%s", why);
        return;
    }
    stat("/dev/null", &null);
    fprintf(out, "%s%s", before != getpid() ? "another " : "", getsid(0) != getpid() ? "no-leader " : "");
    for (int fd = 0; fd <= 2; fd++)
        fprintf(out, "%s", fstat(fd, &st) == 0 && st.st_rdev == null.st_rdev ? "null " : "open ");
    fprintf(out, "%s", getsid(0) == session ? "" : "alone");
}

static void background(void **state) {
    (void)state;
    int status;
    assert_string_equal(in_child(detach, &status), "another no-leader null null null alone");
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0); /* who started it sees a success */
}

static void may(FILE *out) {
    int pair[2];
    fprintf(out, "%d", daemon_may_detach());
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0)
        dup2(pair[0], 0);
    fprintf(out, "%d", daemon_may_detach());
}

static void under_a_supervisor(void **state) {
    (void)state;
    int status;
    assert_string_equal(in_child(may, &status), "10");
}

static void fill(FILE *out) {
    close(0);
    close(2);
    bool good = daemon_fill_standard();
    fprintf(out, "%d%d", good, fcntl(0, F_GETFD) == 0 && fcntl(2, F_GETFD) == 0);
    int fd = open("/dev/null", O_RDONLY);
    fprintf(out, "%d", fd > 2);
}

static void standard_descriptors(void **state) {
    (void)state;
    int status;
    assert_string_equal(in_child(fill, &status), "111");
}

/* --- user --- */

static bool says(const char *path, const char *line) {
    char content[4096];
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(content, 1, sizeof content - 1, file) : 0;
    if (file)
        fclose(file);
    content[len] = 0;
    return strstr(content, line) != NULL;
}

static void become(FILE *out) {
    const struct passwd *nobody = getpwnam("nobody");
    char why[200];
    gid_t groups[8];
    if (!daemon_become_user("nobody", why, sizeof why)) {
        fprintf(out, "%s", why);
        return;
    }
    fprintf(out, "%d%d%d", getuid() == nobody->pw_uid, geteuid() == nobody->pw_uid, getgid() == nobody->pw_gid);
    fprintf(out, "%d", getgroups(8, groups) == 1 && groups[0] == nobody->pw_gid);
    fprintf(out, "%d%d", setuid(0) != 0, open("/etc/shadow", O_RDONLY) < 0);
    /* The right to listen where BGP does is left, for whoever takes it up; others are not. */
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(1019), .sin_addr.s_addr = htonl(0x7f000a0b)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    fprintf(out, "%d", bind(fd, (struct sockaddr *)&a, sizeof a) != 0 && errno == EACCES);
    fprintf(out, "%d", rights_raise(RIGHT_LOW_PORTS) && bind(fd, (struct sockaddr *)&a, sizeof a) == 0);
    rights_lower();
    a.sin_port = htons(1018);
    fprintf(out, "%d", bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&a, sizeof a) != 0);
    fprintf(out, "%d",
            says("/proc/self/status", "CapEff:\t0000000000000000") &&
                says("/proc/self/status", "CapPrm:\t0000000000000400"));
    fflush(out);
    dup2(fileno(out), 1);
    execlp("grep", "grep", "-c", "CapEff:.0000000000000000", "/proc/self/status", (char *)NULL);
}

static void another_user(void **state) {
    (void)state;
    int status;
    assert_false(daemon_become_user("no-such-user", error, sizeof error));
    assert_string_equal(error, "no user no-such-user");
    if (geteuid() != 0 || !getpwnam("nobody")) {
        print_message("# not root: nobody becomes another\n");
        return;
    }
    assert_string_equal(in_child(become, &status), "11111111111\n");
}

static void more_descriptors(FILE *out) {
    struct rlimit limit, after;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 256;
    setrlimit(RLIMIT_NOFILE, &limit);
    uint32_t before = daemon_raise_descriptors();
    getrlimit(RLIMIT_NOFILE, &after);
    fprintf(out, "%u %d", before, after.rlim_cur > 256 && after.rlim_max == limit.rlim_max);
}

static void descriptors(void **state) {
    (void)state;
    int status;
    assert_string_equal(in_child(more_descriptors, &status), "256 1");
}

/* --- systemd --- */

static int notify_socket(const char *name) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t len = strlen(name);
    memcpy(a.sun_path, name, len);
    if (name[0] == '@')
        a.sun_path[0] = 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

static const char *told(int fd) {
    static char text[600];
    ssize_t n = recv(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    return text;
}

static void words_with_systemd(void **state) {
    (void)state;
    char abstract[64], wanted[64];
    unsetenv("NOTIFY_SOCKET");
    assert_true(daemon_ready("nobody asked"));
    snprintf(abstract, sizeof abstract, "@test-host-daemon-%d", (int)getpid());
    const char *names[] = {in_folder("notify"), abstract};
    for (int i = 0; i < 2; i++) {
        int fd = notify_socket(names[i]);
        assert_true(daemon_ready("3 peers up"));
        snprintf(wanted, sizeof wanted, "READY=1\nMAINPID=%d\nSTATUS=3 peers up", (int)getpid());
        assert_string_equal(told(fd), wanted);
        assert_true(daemon_reloading());
        assert_memory_equal(told(fd), "RELOADING=1\nMONOTONIC_USEC=", 27);
        assert_true(daemon_status("busy") && daemon_alive() && daemon_stopping());
        assert_string_equal(told(fd), "STATUS=busy");
        assert_string_equal(told(fd), "WATCHDOG=1");
        assert_string_equal(told(fd), "STOPPING=1");
        close(fd);
        assert_false(daemon_alive()); /* nobody there, and no wait */
    }
    setenv("NOTIFY_SOCKET", "relative", 1);
    assert_false(daemon_alive());
    unsetenv("NOTIFY_SOCKET");
}

static void who_is_watched(void **state) {
    (void)state;
    char pid[20];
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    assert_int_equal(daemon_alive_interval(), 0);
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(daemon_alive_interval(), 15000000);
    setenv("WATCHDOG_PID", pid, 1);
    assert_int_equal(daemon_alive_interval(), 15000000);
    setenv("WATCHDOG_PID", "1", 1);
    assert_int_equal(daemon_alive_interval(), 0);
    setenv("WATCHDOG_PID", "x", 1);
    assert_int_equal(daemon_alive_interval(), 0);
    unsetenv("WATCHDOG_USEC");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pid_file_names_us),    cmocka_unit_test(pid_file_of_the_living),
        cmocka_unit_test(pid_file_of_the_dead), cmocka_unit_test(pid_files_that_are_none),
        cmocka_unit_test(background),           cmocka_unit_test(under_a_supervisor),
        cmocka_unit_test(standard_descriptors), cmocka_unit_test(another_user),
        cmocka_unit_test(descriptors),          cmocka_unit_test(words_with_systemd),
        cmocka_unit_test(who_is_watched),
    };
    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
