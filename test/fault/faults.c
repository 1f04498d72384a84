#define FAULT_ITSELF
#include "fault/faults.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The calls have nobody to hand a state to: this is the one place that has one of its own. */
static struct {
    bool known;
    const char *while_file;
    struct {
        bool wanted;
        uint64_t random;
    } kinds[FAULT_DISK + 1];
} faults;

static void faults_look(void) {
    static const char *const names[] = {"stream", "buffer", "fork", "descriptor", "disk"};
    const char *wanted = getenv("FAULTS");
    faults.known = true;
    faults.while_file = getenv("FAULTS_WHILE");
    for (unsigned kind = 0; wanted && kind <= FAULT_DISK; kind++) {
        faults.kinds[kind].wanted = strstr(wanted, names[kind]);
        faults.kinds[kind].random = (strtoull(wanted, NULL, 10) * 8 + kind) * 0x9e3779b97f4a7c15u;
    }
}

static bool faults_are_on(enum fault_kind kind) {
    if (!faults.known)
        faults_look();
    if (!faults.kinds[kind].wanted)
        return false;
    int before = errno;
    bool on = !faults.while_file || access(faults.while_file, F_OK) == 0;
    errno = before;
    return on;
}

static uint64_t fault_random(enum fault_kind kind) {
    uint64_t z = faults.kinds[kind].random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static bool fault_chance(enum fault_kind kind, unsigned often) {
    return faults_are_on(kind) && fault_random(kind) % often == 0;
}

bool fault_strikes(enum fault_kind kind, unsigned often, int error, int other) {
    if (!fault_chance(kind, often))
        return false;
    errno = fault_random(kind) & 1 ? error : other;
    return true;
}

enum fault_place { PLACE_OTHER, PLACE_PIPE, PLACE_SOCKET, PLACE_FILE };

static enum fault_place fault_place(int fd) {
    struct stat about;
    int before = errno;
    bool known = fstat(fd, &about) == 0;
    errno = before;
    if (!known)
        return PLACE_OTHER;
    return S_ISFIFO(about.st_mode)   ? PLACE_PIPE
           : S_ISSOCK(about.st_mode) ? PLACE_SOCKET
           : S_ISREG(about.st_mode)  ? PLACE_FILE
                                     : PLACE_OTHER;
}

/* How many octets to try: 0 when the call has failed already. What is blocking never says EAGAIN. */
static size_t fault_stream(int fd, size_t len, enum fault_place place) {
    if (fault_strikes(FAULT_STREAM, 5, EINTR, EINTR))
        return 0;
    if (fault_chance(FAULT_STREAM, 5) && fcntl(fd, F_GETFL) & O_NONBLOCK) {
        errno = EAGAIN;
        return 0;
    }
    if (place == PLACE_SOCKET && fault_strikes(FAULT_BUFFER, 50, ENOBUFS, ENOMEM))
        return 0;
    return len > 1 && fault_chance(FAULT_STREAM, 3) ? 1 + len / 7 : len;
}

/* A disk that is full takes what there is room for, then nothing. */
static size_t fault_disk(size_t len) {
    if (fault_strikes(FAULT_DISK, 2, ENOSPC, EDQUOT))
        return 0;
    return len > 1 && fault_chance(FAULT_DISK, 3) ? len / 2 : len;
}

static size_t fault_len(int fd, size_t len, bool writes) {
    enum fault_place place = fault_place(fd);
    if (len == 0 || place == PLACE_OTHER)
        return len;
    if (place == PLACE_FILE)
        return writes ? fault_disk(len) : len;
    return fault_stream(fd, len, place);
}

ssize_t fault_read(int fd, void *octets, size_t len) {
    size_t most = fault_len(fd, len, false);
    return len && !most ? -1 : read(fd, octets, most);
}

ssize_t fault_write(int fd, const void *octets, size_t len) {
    size_t most = fault_len(fd, len, true);
    return len && !most ? -1 : write(fd, octets, most);
}

ssize_t fault_writev(int fd, const struct iovec *pieces, int count) {
    size_t len = pieces[0].iov_len, most = fault_len(fd, len, true);
    if (len && !most)
        return -1;
    struct iovec first = {pieces[0].iov_base, most};
    return most < len ? writev(fd, &first, 1) : writev(fd, pieces, count);
}

int fault_accept(int fd, struct sockaddr *address, socklen_t *len, int flags) {
    if (fault_strikes(FAULT_DESCRIPTOR, 3, EMFILE, ENFILE) || fault_strikes(FAULT_BUFFER, 5, ENOBUFS, ENOMEM) ||
        fault_strikes(FAULT_STREAM, 4, ECONNABORTED, EINTR))
        return -1;
    return accept4(fd, address, len, flags);
}
