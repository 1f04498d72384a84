/* vfork() and exec: a fork() of an engine with a full table copies its page tables, which takes milliseconds, while a
 * child of vfork() borrows all memory until it runs its program. That is also how it reports what went wrong. For the
 * same reason the child calls the system alone: no allocation, no stdio, and the raw calls to change its user, because
 * those of the C library would speak to our threads. */
#include "host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

enum { SPAWN_GROUPS = 64 };

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

struct spawn {
    const struct host_program *program;
    char **environment; /* the list is owned, the strings are not */
    int input, output, error;
    bool changes_user, changes_group;
    uid_t user;
    gid_t group, groups[SPAWN_GROUPS];
    int group_count;
    /* Written by the child: what failed, and errno. */
    const char *volatile failed;
    volatile int why;
    volatile uid_t as; /* who it was when that failed */
};

extern char **environ;

/* --- the environment --- */

static bool names_variable(const char *change, const char *variable) {
    size_t len = strcspn(change, "=");
    return strncmp(change, variable, len) == 0 && variable[len] == '=';
}

static bool is_changed(const char *const *changes, const char *variable) {
    for (; changes && *changes; changes++)
        if (names_variable(*changes, variable))
            return true;
    return false;
}

static char **spawn_environment(const char *const *changes) {
    static char dumb[] = "TERM=dumb";
    size_t have = 0, more = 0, count = 0;
    while (environ && environ[have])
        have++;
    while (changes && changes[more])
        more++;
    char **list = memory_new((have + more + 2) * sizeof *list);
    for (size_t i = 0; i < have; i++)
        if (!is_changed(changes, environ[i]) && !names_variable(dumb, environ[i]))
            list[count++] = environ[i];
    if (!is_changed(changes, dumb))
        list[count++] = dumb;
    /* exec does not write to the strings; its type is older than const. */
    for (size_t i = 0; i < more; i++)
        if (strchr(changes[i], '='))
            list[count++] = (char *)(uintptr_t)changes[i];
    return list;
}

/* --- the user --- */

static bool spawn_user(struct host *h, struct spawn *s) {
    const char *user = s->program->user, *group = s->program->group;
    if (user) {
        const struct passwd *entry = getpwnam(user);
        if (!entry)
            return host_fail(h, "no user %s", user);
        s->changes_user = s->changes_group = true;
        s->user = entry->pw_uid;
        s->group = entry->pw_gid;
    }
    if (group) {
        const struct group *entry = getgrnam(group);
        if (!entry)
            return host_fail(h, "no group %s", group);
        s->changes_group = true;
        s->group = entry->gr_gid;
    }
    s->group_count = SPAWN_GROUPS;
    if (!user)
        s->group_count = 0;
    else if (getgrouplist(user, s->group, s->groups, &s->group_count) < 0)
        s->group_count = SPAWN_GROUPS;
    return true;
}

/* --- the child --- */

static void child_reset_signals(void) {
    sigset_t none;
    struct sigaction usual = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &usual, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* All of ours are closed by exec; this is for those that whoever started us has left open. */
static void child_close_others(void) {
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    for (int fd = 3; fd < 4096; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* The right to listen on low ports is the engine's own, even when whoever started us has put it where programs inherit
 * it (AmbientCapabilities= of systemd). Others that stand there were put there for helpers. */
static void child_drops_low_ports(void) {
    syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_NET_BIND_SERVICE, 0, 0);
}

static bool child_becomes_user(const struct spawn *s) {
    if (s->changes_user && geteuid() == 0 && syscall(SYS_setgroups, s->group_count, s->groups) != 0)
        return false;
    if (s->changes_group && syscall(SYS_setresgid, s->group, s->group, s->group) != 0)
        return false;
    return !s->changes_user || syscall(SYS_setresuid, s->user, s->user, s->user) == 0;
}

static bool child_limits(const struct spawn *s) {
    struct rlimit limit;
    if (!s->program->descriptors || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return true;
    if (s->program->descriptors < limit.rlim_max)
        limit.rlim_cur = s->program->descriptors;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static bool child_streams(const struct spawn *s) {
    return dup2(s->input, 0) >= 0 && dup2(s->output, 1) >= 0 && (s->error < 0 || dup2(s->error, 2) >= 0);
}

static const char *child_prepare(const struct spawn *s) {
    if (setpgid(0, 0) != 0)
        return "cannot make a process group";
    if (!child_streams(s))
        return "cannot connect its pipes";
    if (!child_limits(s))
        return "cannot limit its open files";
    if (!child_becomes_user(s))
        return geteuid() == 0 ? "cannot change its user"
                              : "cannot change its user, as the engine is not root, or gave that up (daemon.user)";
    if (chdir(s->program->folder ? s->program->folder : "/") != 0)
        return "cannot enter its folder";
    return NULL;
}

static __attribute__((noinline, noreturn)) void child_run(struct spawn *s) {
    child_reset_signals();
    child_drops_low_ports();
    const char *failed = child_prepare(s);
    if (!failed) {
        child_close_others();
        execvpe(s->program->argv[0], (char *const *)s->program->argv, s->environment);
        failed = "cannot run it";
    }
    s->why = errno;
    s->as = geteuid();
    s->failed = failed;
    _exit(127);
}

/* --- the parent --- */

/* Signals wait: a handler that ran in the child would do so in our memory. */
static pid_t spawn_vfork(struct spawn *s) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = vfork();
    if (pid == 0)
        child_run(s);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return pid;
}

/* Often it is the user who may not: helpers run as nobody where none is named, whose home is closed to it. */
static pid_t spawn_fail(struct host *h, const struct spawn *s) {
    char user[128];
    const struct passwd *entry = getpwuid(s->as);
    if (entry)
        snprintf(user, sizeof user, "%s", entry->pw_name);
    else
        snprintf(user, sizeof user, "%u", (unsigned)s->as);
    return (pid_t)host_fail_system(h, s->why, "%s: %s (as user %s)", s->program->argv[0], s->failed, user);
}

pid_t spawn_program(struct host *h, const struct host_program *program, int input, int output, int error) {
    struct spawn s = {.program = program, .input = input, .output = output, .error = error};
    if (!program->argv || !program->argv[0])
        return (pid_t)host_fail(h, "no program to run");
    if (!spawn_user(h, &s))
        return 0;
    s.environment = spawn_environment(program->environment);
    pid_t pid = spawn_vfork(&s);
    if (pid < 0)
        host_fail_system(h, errno, "%s: no process", program->argv[0]);
    free(s.environment);
    if (pid < 0 || !s.failed)
        return pid < 0 ? 0 : pid;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return spawn_fail(h, &s);
}
