/* Reading a file whole. Its size is a guess only: pipes have none, and files grow. An engine reads while its sessions
 * are up: a pipe that nobody writes to may not hold it, and a file that somebody is just writing is read again. */
#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    DEVICE_MOST = 16 << 20, /* octets of a device: /dev/zero has no end */
    PIPE_MS = 10000,        /* that a pipe may be silent */
    TIMES = 3,              /* that a file is read which changes meanwhile */
};

static bool file_fail(char *why, size_t why_size, const char *text) {
    snprintf(why, why_size, "%s", text);
    return false;
}

static int64_t file_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A pipe that has nothing now, or no writer yet: a little later, unless it is too late. */
static bool file_await(int64_t end) {
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    return file_ms() < end;
}

/* A pipe does not block, when the file was opened here; it is given up when it is silent for too long. */
static bool file_read_all(int fd, size_t most, bool pipe, struct buffer *out, char *why, size_t why_size) {
    size_t start = buffer_len(out);
    int64_t end = file_ms() + PIPE_MS;
    for (;;) {
        if (buffer_room(out) == 0)
            buffer_reserve(out, 64 * 1024);
        ssize_t n = read(fd, out->p, buffer_room(out));
        bool waits = pipe && (n < 0 ? errno == EAGAIN : n == 0 && buffer_len(out) == start);
        if (waits && !file_await(end))
            return file_fail(why, why_size, "a pipe that nobody writes to, or not to its end");
        if (waits || (n < 0 && errno == EINTR))
            continue;
        if (n == 0)
            return true;
        if (n < 0)
            return file_fail(why, why_size, strerror(errno));
        out->p += n;
        if (pipe)
            end = file_ms() + PIPE_MS;
        if (buffer_len(out) - start > most)
            return file_fail(why, why_size, "the file is too large");
    }
}

/* Read once; `changes` when it is not what it was when the reading began. */
static bool file_read_once(int fd, size_t most, struct buffer *out, bool *changes, char *why, size_t why_size) {
    struct stat about, after;
    if (fstat(fd, &about) != 0 || S_ISDIR(about.st_mode))
        return file_fail(why, why_size, "it is a folder");
    bool regular = S_ISREG(about.st_mode);
    if (regular && about.st_size > 0 && (uint64_t)about.st_size < most)
        buffer_reserve(out, (size_t)about.st_size + 1);
    if (S_ISCHR(about.st_mode) && most > DEVICE_MOST)
        most = DEVICE_MOST;
    bool pipe = S_ISFIFO(about.st_mode);
    if (!pipe)
        fcntl(fd, F_SETFL, O_RDONLY);
    if (!file_read_all(fd, most, pipe, out, why, why_size))
        return false;
    *changes = regular && fstat(fd, &after) == 0 &&
               (after.st_size != about.st_size || after.st_mtim.tv_sec != about.st_mtim.tv_sec ||
                after.st_mtim.tv_nsec != about.st_mtim.tv_nsec);
    return true;
}

bool file_read(const char *path, size_t most, struct buffer *out, char *why, size_t why_size) {
    if (strcmp(path, "-") == 0)
        return file_read_all(STDIN_FILENO, most, false, out, why, why_size);
    size_t start = buffer_len(out);
    bool good = true, changes = true;
    for (int time = 0; good && changes; time++) {
        if (time)
            out->p = out->base + start;
        /* Without O_NONBLOCK, opening a pipe waits for its writer, however long. */
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
            return file_fail(why, why_size, errno == ENOENT ? "file not found" : strerror(errno));
        good = time < TIMES ? file_read_once(fd, most, out, &changes, why, why_size)
                            : file_fail(why, why_size, "it changes while it is read");
        close(fd);
    }
    return good;
}
