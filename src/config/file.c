/* Reading a file whole. Its size is a guess only: pipes have none, and files grow. */
#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool file_fail(char *why, size_t why_size, const char *text) {
    snprintf(why, why_size, "%s", text);
    return false;
}

static bool file_read_all(int fd, size_t most, struct buffer *out, char *why, size_t why_size) {
    size_t start = buffer_len(out);
    for (;;) {
        if (buffer_room(out) == 0)
            buffer_reserve(out, 64 * 1024);
        ssize_t n = read(fd, out->p, buffer_room(out));
        if (n == 0)
            return true;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_fail(why, why_size, strerror(errno));
        out->p += n;
        if (buffer_len(out) - start > most)
            return file_fail(why, why_size, "the file is too large");
    }
}

bool file_read(const char *path, size_t most, struct buffer *out, char *why, size_t why_size) {
    struct stat about;
    if (strcmp(path, "-") == 0)
        return file_read_all(STDIN_FILENO, most, out, why, why_size);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return file_fail(why, why_size, errno == ENOENT ? "file not found" : strerror(errno));
    bool good = fstat(fd, &about) == 0 && !S_ISDIR(about.st_mode);
    if (!good)
        file_fail(why, why_size, "it is a folder");
    if (good && S_ISREG(about.st_mode) && about.st_size > 0 && (uint64_t)about.st_size < most)
        buffer_reserve(out, (size_t)about.st_size + 1);
    if (good)
        good = file_read_all(fd, most, out, why, why_size);
    close(fd);
    return good;
}
