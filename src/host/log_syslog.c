/* Syslog: RFC 3164 as everybody's daemon understands it. A socket of our own, because syslog() of the C library waits
 * when the daemon does not read. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/number.h"
#include "host/log_sink.h"

enum { SYSLOG_FACILITY_DAEMON = 3, SYSLOG_LINE = 2048 };

/* Severities of RFC 5424 for our levels. */
static const int log_severity[] = {
    [LOG_LEVEL_DEBUG] = 7, [LOG_LEVEL_INFO] = 6,     [LOG_LEVEL_WARNING] = 4,
    [LOG_LEVEL_ERROR] = 3, [LOG_LEVEL_CRITICAL] = 2,
};

/* HOST, HOST:PORT, [V6]:PORT; an address with several colons and no brackets is IPv6. */
static bool syslog_split(const char *place, char *host, size_t size, char port[8]) {
    const char *colon = strrchr(place, ':'), *end = place + strlen(place);
    uint64_t number;
    bool bracket = place[0] == '[';
    bool has_port = colon && (bracket ? colon > place && colon[-1] == ']' : strchr(place, ':') == colon);
    snprintf(port, 8, "514");
    if (has_port) {
        if (!number_parse(text_of(colon + 1), UINT16_MAX, &number))
            return false;
        snprintf(port, 8, "%u", (unsigned)number);
        end = colon;
    }
    if (bracket) {
        if (end[-1] != ']')
            return false;
        place++;
        end--;
    }
    if (end <= place || (size_t)(end - place) >= size)
        return false;
    memcpy(host, place, (size_t)(end - place));
    host[end - place] = 0;
    return true;
}

static bool syslog_resolve(struct log_syslog *s, const char *place, char *error, size_t size) {
    char host[256], port[8];
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found;
    if (!syslog_split(place, host, sizeof host, port)) {
        snprintf(error, size, "%s is not the address of a syslog server", place);
        return false;
    }
    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed) {
        snprintf(error, size, "syslog server %s: %s", host, gai_strerror(failed));
        return false;
    }
    memcpy(&s->address, found->ai_addr, found->ai_addrlen);
    s->address_len = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

/* A syslog daemon that starts later, or again, is found again: tried with each line. */
static bool syslog_connect(struct log_syslog *s) {
    if (s->fd >= 0)
        return true;
    int fd = socket(s->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&s->address, s->address_len) != 0) {
        close(fd);
        fd = -1;
    }
    s->fd = fd;
    return fd >= 0;
}

bool log_syslog_open(struct log_syslog *s, const char *name, const char *place, char *error, size_t size) {
    *s = (struct log_syslog){.name = name, .fd = -1, .facility = SYSLOG_FACILITY_DAEMON, .remote = place != NULL};
    if (place)
        return syslog_resolve(s, place, error, size);
    const struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    memcpy(&s->address, &local, sizeof local);
    s->address_len = sizeof local;
    return true;
}

static size_t syslog_header(const struct log_syslog *s, enum log_level level, char *line, size_t size) {
    char date[32], host[128] = "";
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    strftime(date, sizeof date, "%b %e %H:%M:%S", &tm);
    if (s->remote && gethostname(host, sizeof host - 1) == 0)
        strcat(host, " ");
    int len = snprintf(line, size, "<%d>%s %s%s[%d]: ", s->facility * 8 + log_severity[level], date, host, s->name,
                       (int)getpid());
    return len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1;
}

bool log_syslog_send(struct log_syslog *s, enum log_level level, struct text line) {
    char text[SYSLOG_LINE];
    size_t len = syslog_header(s, level, text, sizeof text), room = sizeof text - len;
    size_t take = line.len < room ? line.len : room;
    memcpy(text + len, line.p, take);
    for (int attempt = 0; attempt < 2 && syslog_connect(s); attempt++) {
        if (send(s->fd, text, len + take, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
            s->told = false;
            return true;
        }
        if (errno == EAGAIN)
            return false;
        log_syslog_close(s); /* it went away: perhaps there is a new one */
    }
    return false;
}

void log_syslog_close(struct log_syslog *s) {
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}
