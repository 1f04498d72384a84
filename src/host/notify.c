/* systemd's notification protocol: lines of NAME=VALUE in a datagram to the socket that it names. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/number.h"
#include "host/daemon.h"

/* A name that begins with @ is of Linux's abstract kind: its first octet is zero, and it ends where we say. */
static socklen_t notify_address(const char *name, struct sockaddr_un *address) {
    size_t len = strlen(name);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if ((name[0] != '/' && name[0] != '@') || len >= sizeof address->sun_path)
        return 0;
    memcpy(address->sun_path, name, len);
    if (name[0] == '@')
        address->sun_path[0] = 0;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

static __attribute__((format(printf, 1, 2))) bool notify(const char *format, ...) {
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;
    char text[512];
    if (!name || !*name)
        return true;
    socklen_t address_len = notify_address(name, &address);
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    int fd = address_len && len > 0 ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
    if (fd < 0)
        return false;
    size_t most = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    ssize_t sent = sendto(fd, text, most, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&address, address_len);
    close(fd);
    return sent >= 0;
}

bool daemon_is_watched(void) {
    const char *name = getenv("NOTIFY_SOCKET");
    return name && *name;
}

bool daemon_ready(const char *status) {
    return status ? notify("READY=1\nMAINPID=%d\nSTATUS=%s", (int)getpid(), status)
                  : notify("READY=1\nMAINPID=%d", (int)getpid());
}

bool daemon_reloading(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return notify("RELOADING=1\nMONOTONIC_USEC=%lld", (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

bool daemon_stopping(void) {
    return notify("STOPPING=1");
}

bool daemon_status(const char *status) {
    return notify("STATUS=%s", status);
}

bool daemon_alive(void) {
    return notify("WATCHDOG=1");
}

/* Twice as often as systemd wants it. WATCHDOG_PID says whom it means: a parent may have left us the variables. */
uint64_t daemon_alive_interval(void) {
    const char *interval = getenv("WATCHDOG_USEC"), *who = getenv("WATCHDOG_PID");
    uint64_t us, pid;
    if (!interval || !number_parse(text_of(interval), UINT64_MAX, &us))
        return 0;
    if (who && (!number_parse(text_of(who), INT32_MAX, &pid) || (pid_t)pid != getpid()))
        return 0;
    return us / 2;
}
