/* Helper programs: real processes, in all the ways that they misbehave. */
#include "host_world.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
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

static void says_and_ends(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "echo one; echo two; echo three >&2; printf 'no end' >&2; exit 3"));
    assert_true(host_helper_pid(w->h, 1) > 0);
    world_until(w, e->closed);
    assert_heard(e, "one\ntwo\n");
    assert_string_equal(e->errors, "three|no end|");
    assert_int_equal(e->status, 3);
    assert_int_equal(e->signal, 0);
    assert_int_equal(host_helper_pid(w->h, 1), 0);
}

static void hears_and_answers(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "exec cat"));
    assert_false(world_start(w, 1, "exec cat"));
    assert_string_equal(host_error(w->h), "helper 1 exists");
    world_tell_helper(w, 1, "hello\n");
    world_until(w, e->heard == 6);
    assert_heard(e, "hello\n");
    host_helper_close(w->h, 1);
    world_until(w, e->closed);
    assert_int_equal(e->status, 0);
    assert_false(e->deaf);
}

/* The limit of a loop over a helper is the pipe, not us: 64 MB there and back. */
static void much_there_and_back(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "exec cat"));
    e->forgets = true;
    e->endless = 64 << 20;
    host_helper_output(w->h, 1);
    world_until(w, e->heard == 64 << 20);
    host_helper_close(w->h, 1);
    world_until(w, e->closed);
}

static void never_reads(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "echo up; exec sleep 1000"));
    e->endless = 100 << 20;
    host_helper_output(w->h, 1);
    world_until(w, e->heard == 3);
    world_rest(w, 50);
    size_t said = e->said, asked = e->asked;
    unsigned turns = w->turns;
    host_helper_output(w->h, 1);
    world_rest(w, 100);
    assert_int_equal(e->said, said); /* the pipe is full; the loop waits for it and does not spin */
    assert_int_equal(e->asked, asked);
    assert_true(w->turns - turns <= 4);
    host_stop_helper(w->h, 1, 1000000);
    world_until(w, e->closed);
    assert_int_equal(e->signal, SIGTERM);
}

static void what_cannot_run(void **state) {
    struct world *w = *state;
    const char *argv[] = {"/none/such", NULL}, *folder = "/none/such";
    struct host_program program = {.argv = argv};
    assert_false(host_start(w->h, 1, &program));
    const struct passwd *us = getpwuid(geteuid());
    char wanted[200];
    snprintf(wanted, sizeof wanted, "/none/such: cannot run it (as user %s): No such file or directory", us->pw_name);
    assert_string_equal(host_error(w->h), wanted);
    argv[0] = "/etc/passwd";
    assert_false(host_start(w->h, 1, &program));
    snprintf(wanted, sizeof wanted, "/etc/passwd: cannot run it (as user %s): Permission denied", us->pw_name);
    assert_string_equal(host_error(w->h), wanted);
    argv[0] = "/";
    assert_false(host_start(w->h, 1, &program));
    argv[0] = "sh";
    program.folder = folder;
    assert_false(host_start(w->h, 1, &program));
    snprintf(wanted, sizeof wanted, "sh: cannot enter its folder (as user %s): No such file or directory", us->pw_name);
    assert_string_equal(host_error(w->h), wanted);
    program.folder = NULL;
    program.user = "no-such-user";
    assert_false(host_start(w->h, 1, &program));
    assert_string_equal(host_error(w->h), "no user no-such-user");
    program.user = NULL;
    argv[0] = NULL;
    assert_false(host_start(w->h, 1, &program));
    assert_int_equal(host_helper_pid(w->h, 1), 0);
    world_rest(w, 10); /* nothing of it comes later */
    assert_int_equal(w->helpers[1].times_ended, 0);
}

/* Runs the script and gives what it said. */
static const char *said(struct world *w, uint64_t id, const struct host_program *program) {
    if (!host_start(w->h, id, program))
        fail_msg("%s", host_error(w->h));
    world_until(w, w->helpers[id].closed);
    return written(&w->helpers[id].in);
}

static void environment_is_as_promised(void **state) {
    struct world *w = *state;
    const char *argv[] = {"sh", "-c", "echo $TERM,$TEST_A,$TEST_B,${TEST_C-gone},$TEST_D; pwd", NULL};
    const char *changes[] = {"TEST_B=new=", "TEST_C", "TEST_D=four", NULL}, *term[] = {"TERM=vt100", NULL};
    setenv("TEST_A", "kept", 1);
    setenv("TEST_B", "old", 1);
    setenv("TEST_C", "here", 1);
    setenv("TERM", "xterm", 1);
    struct host_program program = {.argv = argv, .environment = changes};
    assert_string_equal(said(w, 1, &program), "dumb,kept,new=,gone,four\n/\n");
    program = (struct host_program){.argv = argv, .environment = term, .folder = "/usr"};
    assert_string_equal(said(w, 2, &program), "vt100,kept,old,here,\n/usr\n");
}

/* Signals as a fresh process has them, three descriptors and no more, a process group of its own. */
static void process_is_clean(void **state) {
    struct world *w = *state;
    const char *argv[] = {"sh", "-c", "", NULL};
    struct host_program program = {.argv = argv};
    int leaked = dup(2); /* without close-on-exec, as a careless parent leaves it */
    sigset_t some, before;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    sigprocmask(SIG_BLOCK, &some, &before);
    signal(SIGHUP, SIG_IGN);
    argv[2] = "grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\t\\n'";
    assert_string_equal(said(w, 1, &program), "SigBlk:0000000000000000SigIgn:0000000000000000");
    signal(SIGHUP, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    argv[2] = "ls /proc/$$/fd | tr '\\n' ,";
    assert_string_equal(said(w, 2, &program), "0,1,2,");
    close(leaked);
    argv[2] = "read -r pid name state parent group rest </proc/$$/stat; test $group = $$ && echo own";
    assert_string_equal(said(w, 3, &program), "own\n");
    argv[2] = "ulimit -Sn";
    program.descriptors = 77;
    assert_string_equal(said(w, 4, &program), "77\n");
}

static void becomes_another_user(void **state) {
    struct world *w = *state;
    const struct passwd *nobody = getpwnam("nobody");
    if (geteuid() != 0 || !nobody) {
        print_message("# not root: nobody becomes another\n");
        return;
    }
    const char *argv[] = {"sh", "-c", "id -u; id -ru; id -g; id -G", NULL};
    struct host_program program = {.argv = argv, .user = "nobody"};
    char wanted[100];
    snprintf(wanted, sizeof wanted, "%u\n%u\n%u\n%u\n", nobody->pw_uid, nobody->pw_uid, nobody->pw_gid, nobody->pw_gid);
    assert_string_equal(said(w, 1, &program), wanted);
    assert_int_equal(geteuid(), 0); /* a child of vfork() shares our memory, not our identity */
}

static void dies_in_the_middle_of_a_line(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "printf 'announce route 10.0'; kill -9 $$"));
    world_until(w, e->closed);
    assert_heard(e, "announce route 10.0");
    assert_int_equal(e->signal, SIGKILL);
}

/* Writes to a helper that is gone are no news but its end. */
static void speaking_to_the_dead(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "exec true"));
    e->endless = 100 << 20;
    host_helper_output(w->h, 1);
    world_until(w, e->closed);
    host_helper_output(w->h, 1);
    world_rest(w, 5);
    assert_int_equal(e->times_ended, 1);
}

static void deaf_and_mute(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "exec 0<&-; echo closed; exec sleep 1000"));
    world_until(w, e->heard == 7);
    world_tell_helper(w, 1, "hello");
    world_until(w, e->deaf);
    host_helper_output(w->h, 1);
    assert_false(e->mute);
    assert_true(world_start(w, 2, "exec 1>&-; exec sleep 1000"));
    world_until(w, w->helpers[2].mute);
    assert_false(w->helpers[2].closed);
    host_stop_helper(w->h, 1, 1000000);
    host_stop_helper(w->h, 2, 1000000);
    world_until(w, e->closed && w->helpers[2].closed);
}

/* The pipe outlives the helper in a grandchild: what the helper said is all there, the end comes within a second. */
static void grandchild_keeps_the_pipe(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "sleep 1000 & echo $!; exit 4"));
    uint64_t start = host_now(w->h);
    world_until(w, e->closed);
    assert_in_range(host_now(w->h) - start, 990000, 5000000);
    assert_int_equal(e->status, 4);
    pid_t grandchild = (pid_t)atoi(written(&e->in));
    assert_true(grandchild > 1);
    assert_int_equal(kill(grandchild, SIGKILL), 0); /* it was not ours to end */
}

/* What a helper has said before it died waits for a caller that is slow. */
static void paused_loses_nothing(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    const char *argv[] = {"sh", "-c", "head -c 800000 /dev/zero; echo >&2", NULL};
    struct host_program program = {.argv = argv, .catch_errors = true};
    assert_true(host_start(w->h, 1, &program));
    host_helper_pause(w->h, 1, true);
    world_until(w, e->lines == 1 && host_helper_pid(w->h, 1) == 0);
    world_rest(w, 1100);
    assert_false(e->closed);
    assert_int_equal(e->heard, 0);
    host_helper_pause(w->h, 1, false);
    world_until(w, e->closed);
    assert_int_equal(e->heard, 800000);
}

static void stops_with_grace(void **state) {
    struct world *w = *state;
    /* One goes at SIGTERM and says good-bye, one does not hear of it, one takes its children along. */
    assert_true(world_start(w, 1, "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.01; done"));
    assert_true(world_start(w, 2, "trap '' TERM; echo up; while :; do sleep 0.01; done"));
    assert_true(world_start(w, 3, "echo up; sleep 1000 & wait"));
    for (uint64_t id = 1; id <= 3; id++)
        world_until(w, w->helpers[id].heard == 3);
    uint64_t start = host_now(w->h);
    for (uint64_t id = 1; id <= 3; id++)
        host_stop_helper(w->h, id, 700000);
    world_until(w, w->helpers[1].closed);
    assert_heard(&w->helpers[1], "up\nbye\n");
    assert_int_equal(w->helpers[1].status, 7);
    world_until(w, w->helpers[3].closed);
    assert_int_equal(w->helpers[3].signal, SIGTERM);
    assert_false(w->helpers[2].closed); /* nobody of its group held the pipe for another second */
    world_until(w, w->helpers[2].closed);
    assert_int_equal(w->helpers[2].signal, SIGKILL);
    assert_in_range(host_now(w->h) - start, 700000, 5000000);
}

/* What was said in the same turn as the stop is in the pipe before the signal goes. */
static void last_words_to_a_helper(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(
        world_start(w, 1, "trap 'read -r line; echo got $line; exit' TERM; echo up; while :; do sleep 0.01; done"));
    world_until(w, e->heard == 3);
    host_stop_helper(w->h, 1, 5000000);
    world_tell_helper(w, 1, "shutdown\n");
    world_until(w, e->closed);
    assert_heard(e, "up\ngot shutdown\n");
}

static void long_error_lines_come_in_parts(void **state) {
    struct world *w = *state;
    struct end *e = &w->helpers[1];
    assert_true(world_start(w, 1, "head -c 9000 /dev/zero | tr '\\0' x >&2; echo >&2; echo short >&2"));
    world_until(w, e->closed);
    assert_int_equal(e->lines, 4);
    assert_string_equal(strchr(e->errors, '|') + 1 + 4096 + 1 + (9000 - 8192) + 1, "short|");
}

static void one_that_floods(void **state) {
    struct world *w = *state;
    struct end *flood = &w->helpers[1];
    assert_true(world_start(w, 1, "exec yes announce route 10.0.0.0/24 next-hop self"));
    flood->forgets = true;
    assert_true(world_start(w, 2, "exec cat"));
    for (int i = 0; i < 50; i++) {
        size_t heard = w->helpers[2].heard;
        world_tell_helper(w, 2, "x");
        world_until(w, w->helpers[2].heard > heard);
    }
    world_until(w, flood->heard > 1 << 20);
    host_helper_pause(w->h, 1, true);
    size_t heard = flood->heard;
    world_rest(w, 20);
    assert_int_equal(flood->heard, heard);
    host_stop_helper(w->h, 1, 1000000);
    world_until(w, host_helper_pid(w->h, 1) == 0);
    host_helper_pause(w->h, 1, false);
    world_until(w, flood->closed);
}

static void signals_are_told(void **state) {
    struct world *w = *state;
    const int numbers[] = {SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGALRM};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        kill(getpid(), numbers[i]);
        world_until(w, w->signals[numbers[i]] == 1);
    }
    kill(getpid(), SIGPIPE);
}

static void the_end_with_helpers_alive(void **state) {
    struct world *w = *state;
    assert_true(world_start(w, 1, "exec sleep 1000"));
    assert_true(world_start(w, 2, "exec yes"));
    pid_t pid = host_helper_pid(w->h, 1);
    world_until(w, w->helpers[2].heard > 0);
    host_stop_helper(w->h, 1, 1000000);
    host_free(w->h);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    struct world *other = world_new();
    w->h = other->h;
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        EACH_WORLD(says_and_ends),
        EACH_WORLD(hears_and_answers),
        EACH_WORLD(much_there_and_back),
        EACH_WORLD(never_reads),
        EACH_WORLD(what_cannot_run),
        EACH_WORLD(environment_is_as_promised),
        EACH_WORLD(process_is_clean),
        EACH_WORLD(becomes_another_user),
        EACH_WORLD(dies_in_the_middle_of_a_line),
        EACH_WORLD(speaking_to_the_dead),
        EACH_WORLD(deaf_and_mute),
        EACH_WORLD(grandchild_keeps_the_pipe),
        EACH_WORLD(paused_loses_nothing),
        EACH_WORLD(stops_with_grace),
        EACH_WORLD(last_words_to_a_helper),
        EACH_WORLD(long_error_lines_come_in_parts),
        EACH_WORLD(one_that_floods),
        EACH_WORLD(signals_are_told),
        EACH_WORLD(the_end_with_helpers_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
