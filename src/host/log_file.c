#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/log_sink.h"

enum { LOG_FILE_MOST = 1 << 20, LOG_FILE_OLD = 3, LOG_FILE_MODE = 0666 }; /* the umask decides on the mode */

static bool log_file_reopen(struct log_file *f) {
    struct stat st;
    int fd = open(f->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, LOG_FILE_MODE);
    if (fd < 0)
        return false;
    if (f->fd >= 0)
        close(f->fd);
    f->fd = fd;
    f->size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
    return true;
}

bool log_file_open(struct log_file *f, const char *path) {
    *f = (struct log_file){.path = memory_copy(path, strlen(path)), .fd = -1};
    if (log_file_reopen(f))
        return true;
    int error = errno;
    log_file_close(f);
    errno = error;
    return false;
}

static void log_file_turn_over(const char *path) {
    size_t size = strlen(path) + 8;
    char *from = memory_new(size), *to = memory_new(size);
    for (int i = LOG_FILE_OLD; i > 0; i--) {
        snprintf(to, size, "%s.%d", path, i);
        snprintf(from, size, i == 1 ? "%s" : "%s.%d", path, i - 1);
        rename(from, to);
    }
    free(from);
    free(to);
}

/* The size counts from zero again in any case: what could not be turned over is tried again in another MiB. */
void log_file_make_room(struct log_file *f, size_t len) {
    struct stat st;
    if (f->size + len <= LOG_FILE_MOST || f->size == 0)
        return;
    if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode)) {
        log_file_turn_over(f->path);
        log_file_reopen(f);
    }
    f->size = 0;
}

void log_file_close(struct log_file *f) {
    if (f->fd >= 0)
        close(f->fd);
    free(f->path);
    *f = (struct log_file){.fd = -1};
}
