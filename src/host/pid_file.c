/* A file that says which process we are, and that keeps a second one from starting. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "host/daemon.h"

enum { PID_FILE_MODE = 0644, PID_MOST = 1 << 22 };

enum pid_file_state { PID_FILE_GONE, PID_FILE_BAD, PID_FILE_ALIVE, PID_FILE_STALE, PID_FILE_OURS };

/* What is in the file. A number of our own is left from before: containers give every start the same. */
static enum pid_file_state pid_file_look(const char *path) {
    char content[32];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? PID_FILE_GONE : PID_FILE_BAD;
    ssize_t n = read(fd, content, sizeof content);
    close(fd);
    struct text text = {content, n > 0 ? (size_t)n : 0};
    while (text.len && strchr(" \t\r\n", text.p[text.len - 1]))
        text.len--;
    uint64_t pid;
    if (!number_parse(text, PID_MOST, &pid) || pid == 0)
        return PID_FILE_BAD;
    if ((pid_t)pid == getpid())
        return PID_FILE_OURS;
    return kill((pid_t)pid, 0) == 0 || errno == EPERM ? PID_FILE_ALIVE : PID_FILE_STALE;
}

/* True when the file is there and new; errno otherwise. */
static bool pid_file_create(const char *path) {
    char content[32];
    int len = snprintf(content, sizeof content, "%d\n", (int)getpid());
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, PID_FILE_MODE);
    if (fd < 0)
        return false;
    bool whole = write(fd, content, (size_t)len) == len;
    int why = whole ? 0 : errno ? errno : EIO;
    close(fd);
    if (!whole)
        unlink(path);
    errno = why;
    return whole;
}

bool pid_file_claim(const char *path, char *error, size_t size) {
    if (pid_file_create(path))
        return true;
    if (errno == EEXIST) {
        enum pid_file_state state = pid_file_look(path);
        if (state == PID_FILE_ALIVE) {
            snprintf(error, size, "%s: another process that runs has this pid file", path);
            return false;
        }
        if (state == PID_FILE_BAD) {
            snprintf(error, size, "%s: not a pid file", path);
            return false;
        }
        unlink(path);
        if (pid_file_create(path))
            return true;
    }
    snprintf(error, size, "%s: cannot write the pid file: %s", path, strerror(errno));
    return false;
}

void pid_file_remove(const char *path) {
    if (pid_file_look(path) == PID_FILE_OURS)
        unlink(path);
}
