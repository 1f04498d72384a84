/* The journal of systemd: https://systemd.io/JOURNAL_NATIVE_PROTOCOL. Each line of the log is a datagram of NAME=VALUE
 * lines; our values have no newline in them, so the binary form is never needed. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/log_sink.h"

bool log_journal_open(struct log_journal *j, const char *name, const char *path, char *error, size_t size) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *j = (struct log_journal){.name = name, .fd = -1};
    if (!path)
        path = "/run/systemd/journal/socket";
    if (strlen(path) >= sizeof address.sun_path) {
        snprintf(error, size, "the path of the journal's socket is too long");
        return false;
    }
    memcpy(address.sun_path, path, strlen(path));
    memcpy(&j->address, &address, sizeof address);
    j->address_len = sizeof address;
    return true;
}

/* A journal that starts later, or again, is found again: tried with each line. */
bool log_journal_send(struct log_journal *j, enum log_level level, struct text fields) {
    static const int priority[] = {[LOG_LEVEL_DEBUG] = 7,
                                   [LOG_LEVEL_INFO] = 6,
                                   [LOG_LEVEL_WARNING] = 4,
                                   [LOG_LEVEL_ERROR] = 3,
                                   [LOG_LEVEL_CRITICAL] = 2};
    char head[128];
    int len = snprintf(head, sizeof head, "PRIORITY=%d\nSYSLOG_IDENTIFIER=%s\n", priority[level], j->name);
    struct iovec pieces[] = {{head, len > 0 ? (size_t)len : 0}, {(void *)(uintptr_t)fields.p, fields.len}};
    const struct msghdr message = {
        .msg_name = &j->address, .msg_namelen = j->address_len, .msg_iov = pieces, .msg_iovlen = 2};
    if (j->fd < 0)
        j->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return j->fd >= 0 && sendmsg(j->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

void log_journal_close(struct log_journal *j) {
    if (j->fd >= 0)
        close(j->fd);
    j->fd = -1;
}
