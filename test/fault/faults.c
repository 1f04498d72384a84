#define FAULT_ITSELF
#include "fault/faults.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The calls have nobody to hand a state to: this is the one place that has one of its own. */
static struct {
    uint64_t random;
    bool known, stream, fork, descriptor, disk;
} faults;

static void faults_look(void) {
    const char *wanted = getenv("FAULTS");
    faults.known = true;
    if (!wanted)
        return;
    faults.random = strtoull(wanted, NULL, 10) * 2 + 1;
    faults.stream = strstr(wanted, "stream");
    faults.fork = strstr(wanted, "fork");
    faults.descriptor = strstr(wanted, "descriptor");
    faults.disk = strstr(wanted, "disk");
}

/* One in `often`, of those that are asked for. */
static bool fault_strikes(const bool *kind, unsigned often) {
    if (!faults.known)
        faults_look();
    if (!*kind)
        return false;
    faults.random = faults.random * 6364136223846793005u + 1442695040888963407u;
    return (faults.random >> 33) % often == 0;
}

static bool fault_gives(bool strikes, int error) {
    if (strikes)
        errno = error;
    return strikes;
}

bool fault_no_process(void) {
    return fault_gives(fault_strikes(&faults.fork, 2), EAGAIN);
}

bool fault_no_pipe(void) {
    return fault_gives(fault_strikes(&faults.fork, 4), EMFILE);
}

bool fault_no_descriptor(void) {
    return fault_gives(fault_strikes(&faults.descriptor, 3), EMFILE);
}

enum fault_place { FAULT_ELSEWHERE, FAULT_STREAM, FAULT_FILE };

static enum fault_place fault_place(int fd) {
    struct stat about;
    int before = errno;
    bool known = fstat(fd, &about) == 0;
    errno = before;
    if (!known)
        return FAULT_ELSEWHERE;
    return S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode) ? FAULT_STREAM
           : S_ISREG(about.st_mode)                          ? FAULT_FILE
                                                              : FAULT_ELSEWHERE;
}

/* How many octets to try: 0 when the call has failed already. What is blocking never says EAGAIN. */
static size_t fault_len(int fd, size_t len) {
    if (fault_place(fd) != FAULT_STREAM)
        return len;
    if (fault_gives(fault_strikes(&faults.stream, 5), EINTR))
        return 0;
    if (fault_strikes(&faults.stream, 5) && fault_gives(fcntl(fd, F_GETFL) & O_NONBLOCK, EAGAIN))
        return 0;
    return len > 1 && fault_strikes(&faults.stream, 3) ? 1 + len / 7 : len;
}

ssize_t fault_read(int fd, void *octets, size_t len) {
    size_t most = len ? fault_len(fd, len) : 0;
    return len && !most ? -1 : read(fd, octets, most);
}

static bool fault_disk_is_full(int fd) {
    return faults.disk && fault_place(fd) == FAULT_FILE && fault_gives(fault_strikes(&faults.disk, 2), ENOSPC);
}

ssize_t fault_write(int fd, const void *octets, size_t len) {
    size_t most = len ? fault_len(fd, len) : 0;
    return (len && !most) || fault_disk_is_full(fd) ? -1 : write(fd, octets, most);
}

ssize_t fault_writev(int fd, const struct iovec *pieces, int count) {
    size_t len = pieces[0].iov_len, most = len ? fault_len(fd, len) : 0;
    if (len && !most)
        return -1;
    struct iovec first = {pieces[0].iov_base, most};
    return most < len ? writev(fd, &first, 1) : writev(fd, pieces, count);
}

int fault_accept(int fd, struct sockaddr *address, socklen_t *len, int flags) {
    static const int gone[] = {EINTR, ECONNABORTED, EPROTO};
    if (fault_no_descriptor() || fault_gives(fault_strikes(&faults.stream, 4), gone[faults.random % 3]))
        return -1;
    return accept4(fd, address, len, flags);
}
