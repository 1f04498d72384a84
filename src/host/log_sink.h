/* The destinations of a log, for log.c. */
#ifndef HOST_LOG_SINK_H
#define HOST_LOG_SINK_H

#include <sys/socket.h>

#include "base/buffer.h"
#include "host/log.h"

/* --- a file that is turned over: PATH, PATH.1, PATH.2, PATH.3 --- */
struct log_file {
    char *path; /* owned */
    int fd;
    size_t size;
};

bool log_file_open(struct log_file *f, const char *path);
/* Turns the file over when `len` octets more are too many. Without the right to do so it just grows. */
void log_file_make_room(struct log_file *f, size_t len);
void log_file_close(struct log_file *f);

/* --- the journal of systemd, by its own protocol: a datagram of fields --- */
struct log_journal {
    const char *name; /* borrowed */
    int fd;           /* -1: not connected */
    struct sockaddr_storage address;
    socklen_t address_len;
};

bool log_journal_open(struct log_journal *j, const char *name, const char *path, char *error, size_t size);
bool log_journal_send(struct log_journal *j, enum log_level level, struct text fields); /* false: it is lost */
void log_journal_close(struct log_journal *j);

/* --- syslog, of this machine or another --- */
struct log_syslog {
    const char *name; /* borrowed */
    int fd;           /* -1: not connected */
    int facility;     /* of RFC 5424; log_syslog_open() sets daemon, 3 */
    bool remote, told;
    struct sockaddr_storage address;
    socklen_t address_len;
};

/* `place`: ADDRESS[:PORT], NULL: this machine. */
bool log_syslog_open(struct log_syslog *s, const char *name, const char *place, char *error, size_t size);
bool log_syslog_send(struct log_syslog *s, enum log_level level, struct text line); /* false: it is lost */
void log_syslog_close(struct log_syslog *s);

#endif
