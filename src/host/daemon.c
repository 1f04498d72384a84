/* Background and user. Linux gives a thread its identity, so all of this is for a process with one thread. */
#include "host/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/rights.h"

enum { DESCRIPTORS_MOST = 1 << 20 };

static __attribute__((format(printf, 3, 4))) bool daemon_fail(char *error, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error, size, format, arguments);
    va_end(arguments);
    return false;
}

bool daemon_fill_standard(void) {
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
    return fd > 2;
}

bool daemon_may_detach(void) {
    struct stat st;
    return getppid() != 1 && !(fstat(0, &st) == 0 && S_ISSOCK(st.st_mode));
}

/* The child goes on, the parent ends. */
static bool daemon_fork(void) {
    pid_t pid = fork();
    if (pid > 0)
        _exit(0);
    return pid == 0;
}

/* The second fork: who leads a session gets a terminal again by opening one. */
bool daemon_detach(char *error, size_t size) {
    fflush(NULL);
    if (!daemon_fork() || setsid() < 0 || !daemon_fork())
        return daemon_fail(error, size, "cannot run in the background: %s", strerror(errno));
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return daemon_fail(error, size, "/dev/null: %s", strerror(errno));
    for (int standard = 0; standard <= 2; standard++)
        dup2(fd, standard);
    if (fd > 2)
        close(fd);
    return true;
}

static bool daemon_is(uid_t user, gid_t group) {
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;
    return getresuid(&real, &effective, &saved) == 0 && getresgid(&real_group, &effective_group, &saved_group) == 0 &&
           real == user && effective == user && saved == user && real_group == group && effective_group == group &&
           saved_group == group;
}

bool daemon_become_user(const char *user, char *error, size_t size) {
    const struct passwd *entry = getpwnam(user);
    if (!entry)
        return daemon_fail(error, size, "no user %s", user);
    if (geteuid() != 0) /* what systemd gave us to start with */
        rights_reduce();
    if (geteuid() != 0 || entry->pw_uid == 0)
        return true;
    uid_t uid = entry->pw_uid;
    gid_t gid = entry->pw_gid;
    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (initgroups(user, gid) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
        return daemon_fail(error, size, "cannot become %s: %s", user, strerror(errno));
    prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    rights_reduce();
    if (!daemon_is(uid, gid) || setuid(0) == 0)
        return daemon_fail(error, size, "could not drop the privileges of root");
    return true;
}

uint32_t daemon_raise_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MOST ? limit.rlim_max : DESCRIPTORS_MOST;
    if (limit.rlim_cur > before)
        setrlimit(RLIMIT_NOFILE, &limit);
    return before > UINT32_MAX ? UINT32_MAX : (uint32_t)before;
}
