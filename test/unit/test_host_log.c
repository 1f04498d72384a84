/* The log: its lines, and that nothing which happens to its destination stops or hides it. */
#include "unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/log.h"

static char folder[64], error[240];

static int folder_setup(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test-host-log-XXXXXX");
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

/* All of a file, terminated, owned by the caller. */
static char *content(const char *path) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    char *text = memory_new((size_t)st.st_size + 1);
    assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
    close(fd);
    return text;
}

static struct log *log_open_for_test(const char *destination, bool brief) {
    struct log *l = log_new(destination, "test", brief, error, sizeof error);
    if (!l)
        fail_msg("%s", error);
    return l;
}

/* A pipe in place of standard error while it lasts; what went in is read from *reader. */
static int stderr_to_pipe(int *reader) {
    int ends[2], saved = dup(2);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    dup2(ends[1], 2);
    close(ends[1]);
    *reader = ends[0];
    return saved;
}

static void stderr_back(int saved) {
    dup2(saved, 2);
    close(saved);
}

static size_t read_all(int fd, char *into, size_t size) {
    size_t len = 0;
    ssize_t n;
    while (len < size - 1 && (n = read(fd, into + len, size - 1 - len)) > 0)
        len += (size_t)n;
    into[len] = 0;
    return len;
}

static void lines_of_standard_error(void **state) {
    (void)state;
    int reader, saved = stderr_to_pipe(&reader);
    char text[1000];
    struct log *l = log_open_for_test("stderr", true);
    bool standard = log_is_standard(l);
    log_line(l, LOG_LEVEL_INFO, "reactor", text_of("neighbor 10.0.0.1 up"));
    log_line(l, LOG_LEVEL_ERROR, "configuration", text_of("first\nsecond \x1b[31m\xff\n"));
    log_line(l, LOG_LEVEL_ERROR, "a-source-that-is-long", text_of(""));
    log_free(l);
    stderr_back(saved);
    read_all(reader, text, sizeof text);
    close(reader);
    assert_true(standard);
    assert_string_equal(text, "reactor         neighbor 10.0.0.1 up\n"
                              "configuration   first\n"
                              "configuration   second \\x1b[31m\\xff\n"
                              "a-source-that-is-long \n");
}

static void lines_of_a_file(void **state) {
    (void)state;
    char wanted[64], destination[120];
    const char *prefixes[] = {"", "file:"};
    mode_t before = umask(0137);
    struct stat st;
    snprintf(wanted, sizeof wanted, " %-6d network         text\n", (int)getpid());
    for (int i = 0; i < 2; i++) {
        snprintf(destination, sizeof destination, "%s%s", prefixes[i], in_folder("a.log"));
        struct log *l = log_open_for_test(destination, true);
        assert_false(log_is_standard(l));
        log_line(l, LOG_LEVEL_INFO, "network", text_of("text"));
        log_free(l);
    }
    umask(before);
    char *text = content(in_folder("a.log"));
    int hour, minute, second, end = 0;
    assert_int_equal(sscanf(text, "%2d:%2d:%2d%n", &hour, &minute, &second, &end), 3);
    assert_int_equal(end, 8);
    assert_memory_equal(text + end, wanted, strlen(wanted));
    assert_string_equal(text + end + strlen(wanted) + 8, wanted); /* the second time it was appended */
    free(text);
    assert_int_equal(stat(in_folder("a.log"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
}

static void lines_as_json(void **state) {
    (void)state;
    struct log *l = log_open_for_test(in_folder("json.log"), true);
    log_as_json(l);
    log_line(l, LOG_LEVEL_WARNING, "reactor", text_of("neighbor 2001:db8::1: \"x\" \xff"));
    log_line(l, LOG_LEVEL_INFO, "processes", text_of("helper watch: hello"));
    log_free(l);
    char *text = content(in_folder("json.log")), wanted[200];
    assert_memory_equal(text, "{\"time\": 1", 10);
    snprintf(
        wanted, sizeof wanted,
        ", \"level\": \"warning\", \"source\": \"reactor\", \"pid\": %d, \"neighbor\": \"2001:db8::1\", \"message\": "
        "\"neighbor 2001:db8::1: \\\"x\\\" ",
        (int)getpid());
    assert_non_null(strstr(text, wanted));
    assert_non_null(strstr(text, "\"helper\": \"watch\", \"message\": \"helper watch: hello\"}\n"));
    free(text);
}

static void fields_of_the_journal(void **state) {
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char destination[120], got[500] = "";
    snprintf(address.sun_path, sizeof address.sun_path, "%s", in_folder("journal"));
    snprintf(destination, sizeof destination, "journal:%s", address.sun_path);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    struct log *l = log_open_for_test(destination, true);
    log_line(l, LOG_LEVEL_ERROR, "reactor", text_of("neighbor 10.0.0.1 down: \x01\nMESSAGE=forged\n"));
    assert_true(recv(fd, got, sizeof got - 1, 0) > 0);
    assert_string_equal(got, "PRIORITY=3\nSYSLOG_IDENTIFIER=test\nYOTTABGP_SOURCE=reactor\nYOTTABGP_NEIGHBOR=10.0.0.1\n"
                             "MESSAGE=neighbor 10.0.0.1 down: \\x01\n");
    close(fd);
    unlink(address.sun_path);
    log_free(l);
}

static void home_is_known(void **state) {
    (void)state;
    setenv("HOME", folder, 1);
    log_free(log_open_for_test("~/home.log", false));
    assert_int_equal(access(in_folder("home.log"), F_OK), 0);
}

static void bad_destinations(void **state) {
    (void)state;
    assert_null(log_new("nowhere", "test", true, error, sizeof error));
    assert_string_equal(error, "invalid log destination nowhere");
    assert_null(log_new("/none/such/x.log", "test", true, error, sizeof error));
    assert_string_equal(error, "cannot write the log to /none/such/x.log: No such file or directory");
    const char *bad[] = {"host:", "host:127.0.0.1:70000", "host:[::1", "host:[]:514", "host:127.0.0.1:"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(log_new(bad[i], "test", true, error, sizeof error));
}

/* At 1 MiB the file is turned over; three old ones are kept, and no line is in none of them or in two. */
static void files_turn_over(void **state) {
    (void)state;
    char line[1000], name[16];
    struct stat st;
    struct log *l = log_open_for_test(in_folder("big.log"), false);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = 0;
    for (int i = 0; i < 5000; i++) {
        int digits = snprintf(line, sizeof line, "%06d", i);
        line[digits] = 'x';
        log_line(l, LOG_LEVEL_INFO, "test", text_of(line));
    }
    log_free(l);
    int next = 4999;
    for (int old = 0; old <= 3; old++) {
        snprintf(name, sizeof name, old ? "big.log.%d" : "big.log", old);
        char *text = content(in_folder(name));
        assert_true(strlen(text) <= 1 << 20);
        assert_true(old == 0 || strlen(text) > (1 << 20) - 2000);
        for (char *end = text + strlen(text); end > text;) {
            char *start = end - 1;
            while (start > text && start[-1] != '\n')
                start--;
            assert_int_equal(atoi(start + 8 + 1 + 6 + 1 + 15 + 1), next--);
            end = start;
        }
        free(text);
    }
    assert_int_equal(stat(in_folder("big.log.4"), &st), -1);
}

/* A pipe that nobody reads: the program goes on, what does not fit is counted, and the count comes first later. */
static void nobody_reads(void **state) {
    (void)state;
    enum { LINES = 100000 };
    int reader, saved = stderr_to_pipe(&reader);
    char *text = memory_new(4 << 20), wanted[100];
    struct log *l = log_open_for_test("stderr", true);
    for (int i = 0; i < LINES; i++) {
        snprintf(wanted, sizeof wanted, "line %d", i);
        log_line(l, LOG_LEVEL_INFO, "test", text_of(wanted));
    }
    bool waiting = log_waiting(l);
    fcntl(reader, F_SETFL, O_NONBLOCK);
    size_t len = 0;
    while (log_waiting(l)) {
        len += read_all(reader, text + len, (4 << 20) - len);
        log_flush(l);
    }
    log_line(l, LOG_LEVEL_INFO, "test", text_of("the end"));
    log_free(l);
    stderr_back(saved);
    len += read_all(reader, text + len, (4 << 20) - len);
    close(reader);
    assert_true(waiting);
    int lines = 0, lost = 0;
    char *at = text;
    for (char *end; (end = strchr(at, '\n')); at = end + 1, lines++) {
        *end = 0;
        snprintf(wanted, sizeof wanted, "test            line %d", lines);
        if (strcmp(at, wanted) != 0)
            break;
    }
    assert_true(lines > (1 << 20) / 30);
    assert_int_equal(sscanf(at, "log %d lines of the log were lost", &lost), 1);
    assert_int_equal(lines + lost, LINES);
    assert_string_equal(at + strlen(at) + 1, "test            the end\n");
    free(text);
}

static void a_full_disk(void **state) {
    (void)state;
    struct log *l = log_open_for_test("/dev/full", false);
    for (int i = 0; i < 1000; i++)
        log_line(l, LOG_LEVEL_INFO, "test", text_of("text"));
    assert_false(log_waiting(l));
    log_free(l);
}

/* As far as there is room, then lines are lost and standard error hears it once; when there is room again it goes on on
 * a line of its own, with how many. */
static void a_disk_that_fills(void **state) {
    (void)state;
    struct rlimit before, small;
    char said[1000];
    /* HH:MM:SS PID test text */
    size_t line = 31 + (size_t)snprintf(said, sizeof said, "%-6d", (int)getpid()), room = 5 * line + 15;
    int reader, saved = stderr_to_pipe(&reader), end = 0, lost = 0;
    struct log *l = log_open_for_test(in_folder("filling.log"), true);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = room; /* five lines, and a part of the sixth */
    setrlimit(RLIMIT_FSIZE, &small);
    for (int i = 0; i < 100; i++)
        log_line(l, LOG_LEVEL_INFO, "test", text_of("text"));
    setrlimit(RLIMIT_FSIZE, &before);
    log_line(l, LOG_LEVEL_INFO, "test", text_of("the end"));
    log_free(l);
    stderr_back(saved);
    read_all(reader, said, sizeof said);
    close(reader);
    assert_string_equal(said, "the log file takes no lines: File too large: they are lost until it does\n");
    char *text = content(in_folder("filling.log")), *rest = text + room;
    assert_true(strlen(text) > room);
    assert_int_equal(rest[-16], '\n');
    assert_int_equal(sscanf(rest, "\n%*s %*d log %d lines of the log were lost\n%*s %*d test the end%n", &lost, &end),
                     1);
    assert_int_equal(lost, 95);
    assert_string_equal(rest + end, "\n");
    free(text);
}

static void syslog_far_away(void **state) {
    (void)state;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    char destination[64], text[4096] = "", wanted[64];
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    snprintf(destination, sizeof destination, "host:127.0.0.1:%u", ntohs(a.sin_port));
    struct log *l = log_open_for_test(destination, false);
    log_line(l, LOG_LEVEL_WARNING, "network", text_of("one\ntwo"));
    assert_true(recv(fd, text, sizeof text - 1, 0) > 0);
    assert_memory_equal(text, "<28>", 4); /* facility daemon, severity warning */
    snprintf(wanted, sizeof wanted, " test[%d]: network         one", (int)getpid());
    assert_non_null(strstr(text, wanted));
    assert_string_equal(strstr(text, wanted), wanted);
    memset(text, 0, sizeof text);
    assert_true(recv(fd, text, sizeof text - 1, 0) > 0);
    assert_non_null(strstr(text, "network         two"));
    close(fd);
    for (int i = 0; i < 3; i++) /* nobody there: the system tells us by ECONNREFUSED, and it is no matter */
        log_line(l, LOG_LEVEL_INFO, "network", text_of("gone"));
    log_free(l);
}

static void syslog_that_is_not_there(void **state) {
    (void)state;
    if (access("/dev/log", F_OK) == 0) {
        print_message("# there is a syslog here: not disturbed\n");
        return;
    }
    int reader, saved = stderr_to_pipe(&reader);
    char text[1000];
    struct log *l = log_open_for_test("syslog", false);
    for (int i = 0; i < 3; i++)
        log_line(l, LOG_LEVEL_INFO, "network", text_of("hello"));
    log_free(l);
    stderr_back(saved);
    read_all(reader, text, sizeof text);
    close(reader);
    assert_string_equal(text, "syslog takes no lines: they are lost until it does\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_standard_error),
        cmocka_unit_test(lines_of_a_file),
        cmocka_unit_test(lines_as_json),
        cmocka_unit_test(fields_of_the_journal),
        cmocka_unit_test(home_is_known),
        cmocka_unit_test(bad_destinations),
        cmocka_unit_test(files_turn_over),
        cmocka_unit_test(nobody_reads),
        cmocka_unit_test(a_full_disk),
        cmocka_unit_test(a_disk_that_fills),
        cmocka_unit_test(syslog_far_away),
        cmocka_unit_test(syslog_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
