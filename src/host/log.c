#include "host/log.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"
#include "host/log_sink.h"

enum {
    LOG_KEPT = 1 << 20, /* octets that wait for somebody to take them */
    LOG_WRITE = 4096,   /* a pipe that is ready takes so much without waiting (PIPE_BUF) */
    LOG_SOURCE_WIDTH = 15,
    LOG_PID_WIDTH = 6,
};

enum log_kind { LOG_STANDARD, LOG_FILE, LOG_SYSLOG, LOG_JOURNAL };

struct log {
    enum log_kind kind;
    bool brief, json;
    bool told; /* at standard error, that nobody takes the lines */
    bool open; /* what was taken last ends within a line */
    bool torn; /* and the rest of it is lost: what comes next begins a new one */
    int fd;    /* where LOG_STANDARD goes: borrowed */
    struct log_file file;
    struct log_syslog syslog;
    struct log_journal journal;
    struct buffer kept, line;
    uint64_t lost;
    uint64_t noted; /* how many the line about lost ones, which is yet to be taken, speaks of */
};

/* --- destinations --- */

static const char *home(void) {
    const char *folder = getenv("HOME");
    return folder && *folder ? folder : "/";
}

static bool log_open_file(struct log *l, const char *path, char *error, size_t size) {
    char *whole = NULL;
    if (path[0] == '~' && (path[1] == '/' || path[1] == 0)) {
        size_t len = strlen(home()) + strlen(path);
        whole = memory_new(len);
        snprintf(whole, len, "%s%s", home(), path + 1);
        path = whole;
    }
    l->kind = LOG_FILE;
    l->brief = false;
    bool good = log_file_open(&l->file, path);
    if (!good)
        snprintf(error, size, "cannot write the log to %s: %s", path, strerror(errno));
    free(whole);
    return good;
}

static bool log_open(struct log *l, const char *destination, const char *name, char *error, size_t size) {
    if (strcmp(destination, "stdout") == 0 || strcmp(destination, "stderr") == 0) {
        l->kind = LOG_STANDARD;
        l->fd = 2; /* "stdout" too: helpers of ours may own standard output, and ExaBGP 5 does the same (cli.md 17) */
        return true;
    }
    bool local = strcmp(destination, "syslog") == 0;
    if (local || strncmp(destination, "host:", 5) == 0) {
        l->kind = LOG_SYSLOG;
        l->brief = true;
        return log_syslog_open(&l->syslog, name, local ? NULL : destination + 5, error, size);
    }
    if (strcmp(destination, "journal") == 0 || strncmp(destination, "journal:", 8) == 0) {
        l->kind = LOG_JOURNAL;
        return log_journal_open(&l->journal, name, destination[7] ? destination + 8 : NULL, error, size);
    }
    if (strncmp(destination, "file:", 5) == 0)
        return log_open_file(l, destination + 5, error, size);
    if (destination[0] == '/' || destination[0] == '~')
        return log_open_file(l, destination, error, size);
    snprintf(error, size, "invalid log destination %s", destination);
    return false;
}

struct log *log_new(const char *destination, const char *name, bool brief, char *error, size_t size) {
    struct log *l = memory_new(sizeof *l);
    *l = (struct log){.brief = brief, .fd = -1, .kept = buffer_growing(), .line = buffer_growing()};
    l->file.fd = l->syslog.fd = l->journal.fd = -1;
    if (log_open(l, destination, name, error, size))
        return l;
    log_free(l);
    return NULL;
}

void log_free(struct log *l) {
    log_flush(l);
    log_file_close(&l->file);
    log_syslog_close(&l->syslog);
    log_journal_close(&l->journal);
    buffer_release(&l->kept);
    buffer_release(&l->line);
    free(l);
}

void log_as_json(struct log *l) {
    l->json = true;
}

bool log_is_standard(const struct log *l) {
    return l->kind == LOG_STANDARD;
}

bool log_waiting(const struct log *l) {
    return buffer_len(&l->kept) > 0;
}

/* --- writing --- */

/* Whole lines as far as LOG_WRITE reaches, so that lines of others who write to the same place don't come between. */
static size_t log_portion(struct text kept) {
    if (kept.len <= LOG_WRITE)
        return kept.len;
    const char *end = memrchr(kept.p, '\n', LOG_WRITE);
    return end ? (size_t)(end - kept.p) + 1 : LOG_WRITE;
}

static uint64_t count_lines(struct text t) {
    uint64_t lines = 0;
    for (size_t i = 0; i < t.len; i++)
        lines += t.p[i] == '\n';
    return lines;
}

/* Who reads standard error hears once that the log's own place takes no lines. */
static void log_tell_refused(struct log *l, const char *where, const char *why) {
    char text[160];
    if (l->told)
        return;
    l->told = true;
    int len = snprintf(text, sizeof text, "%s takes no lines%s%s: they are lost until it does\n", where,
                       why ? ": " : "", why ? why : "");
    ssize_t ignored = write(2, text, len < 0 ? 0 : (size_t)len);
    (void)ignored;
}

static void log_taken(struct log *l, char last) {
    l->open = last != '\n';
    l->told = false;
    l->noted = 0;
}

static void log_refused(struct log *l, struct text portion, int error) {
    l->lost += count_lines(portion);
    if (l->noted)
        l->lost += l->noted - 1;
    l->noted = 0;
    l->torn = l->torn || l->open;
    l->open = false;
    if (l->kind == LOG_FILE)
        log_tell_refused(l, "the log file", strerror(error));
}

/* Octets that the system took; 0: it takes none now. What it refuses for good (a full disk) counts as taken, and lost.
 */
static size_t log_write_some(struct log *l, int fd, struct text portion) {
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    if (poll(&ready, 1, 0) == 0)
        return 0;
    if (l->torn && write(fd, "\n", 1) == 1)
        l->torn = false;
    ssize_t n = l->torn ? -1 : write(fd, portion.p, portion.len);
    if (n > 0)
        log_taken(l, portion.p[n - 1]);
    if (n >= 0)
        return (size_t)n;
    if (errno == EAGAIN || errno == EINTR)
        return 0;
    log_refused(l, portion, errno);
    return portion.len;
}

void log_flush(struct log *l) {
    struct text left = buffer_text(&l->kept);
    while (left.len) {
        struct text portion = {left.p, log_portion(left)};
        if (l->kind == LOG_FILE)
            log_file_make_room(&l->file, portion.len);
        size_t taken = log_write_some(l, l->kind == LOG_FILE ? l->file.fd : l->fd, portion);
        if (taken == 0)
            break;
        l->file.size += taken;
        left.p += taken;
        left.len -= taken;
    }
    size_t done = buffer_len(&l->kept) - left.len;
    if (done) /* what stays is moved to the front */
        buffer_drop(&l->kept, done);
}

/* --- lines --- */

static void put_padded(struct buffer *b, struct text t, size_t width) {
    put_text(b, t);
    for (size_t i = t.len; i < width; i++)
        put_char(b, ' ');
}

/* What a line is about stands at its beginning: "neighbor 10.0.0.1 up", "helper NAME: ...". Empty: nothing like that.
 */
static struct text about(struct text message, const char *word) {
    size_t len = strlen(word);
    struct text name = {"", 0};
    if (message.len <= len || memcmp(message.p, word, len) != 0)
        return name;
    name = (struct text){message.p + len, message.len - len};
    const char *end = memchr(name.p, ' ', name.len);
    if (end)
        name.len = (size_t)(end - name.p);
    if (name.len && name.p[name.len - 1] == ':')
        name.len--;
    return name;
}

static void put_time(struct buffer *b) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    put_format(b, "%lld.%06ld", (long long)now.tv_sec, now.tv_nsec / 1000);
}

static void put_json_member(struct buffer *b, const char *name, struct text value) {
    if (!value.len)
        return;
    put_format(b, ", \"%s\": ", name);
    put_json_string(b, value);
}

static void log_format_json(struct log *l, enum log_level level, const char *source, struct text message) {
    static const char *const names[] = {"debug", "info", "warning", "error", "critical"};
    struct buffer *b = &l->line;
    buffer_clear(b);
    put_literal(b, "{\"time\": ");
    put_time(b);
    put_format(b, ", \"level\": \"%s\", \"source\": ", names[level]);
    put_json_string(b, text_of(source));
    put_format(b, ", \"pid\": %d", (int)getpid());
    put_json_member(b, "neighbor", about(message, "neighbor "));
    put_json_member(b, "helper", about(message, "helper "));
    put_literal(b, ", \"message\": ");
    put_json_string(b, message);
    put_char(b, '}');
}

static void put_field(struct buffer *b, const char *name, struct text value) {
    if (!value.len)
        return;
    put_format(b, "%s=", name);
    put_escaped(b, value);
    put_char(b, '\n');
}

static void log_format_journal(struct log *l, const char *source, struct text message) {
    buffer_clear(&l->line);
    put_field(&l->line, "YOTTABGP_SOURCE", text_of(source));
    put_field(&l->line, "YOTTABGP_NEIGHBOR", about(message, "neighbor "));
    put_field(&l->line, "YOTTABGP_HELPER", about(message, "helper "));
    put_literal(&l->line, "MESSAGE=");
    put_escaped(&l->line, message);
    put_char(&l->line, '\n');
}

/* SOURCE MESSAGE, or HH:MM:SS PID SOURCE MESSAGE. */
static void log_format_text(struct log *l, const char *source, struct text message) {
    struct buffer *b = &l->line;
    buffer_clear(b);
    if (!l->brief) {
        char pid[16];
        time_t now = time(NULL);
        struct tm tm;
        localtime_r(&now, &tm);
        put_format(b, "%02d:%02d:%02d ", tm.tm_hour, tm.tm_min, tm.tm_sec);
        snprintf(pid, sizeof pid, "%d", (int)getpid());
        put_padded(b, text_of(pid), LOG_PID_WIDTH);
        put_char(b, ' ');
    }
    put_padded(b, text_of(source), LOG_SOURCE_WIDTH);
    put_char(b, ' ');
    put_escaped(b, message);
}

static void log_format(struct log *l, enum log_level level, const char *source, struct text message) {
    if (l->kind == LOG_JOURNAL)
        log_format_journal(l, source, message);
    else if (l->json)
        log_format_json(l, level, source, message);
    else
        log_format_text(l, source, message);
}

/* Lines of the next two kinds go out at once, or never. */
static bool log_is_datagrams(const struct log *l) {
    return l->kind == LOG_SYSLOG || l->kind == LOG_JOURNAL;
}

static bool log_datagram(struct log *l, enum log_level level) {
    return l->kind == LOG_JOURNAL ? log_journal_send(&l->journal, level, buffer_text(&l->line))
                                  : log_syslog_send(&l->syslog, level, buffer_text(&l->line));
}

static void log_send(struct log *l, enum log_level level) {
    if (log_datagram(l, level)) {
        l->told = false;
        return;
    }
    l->lost++;
    log_tell_refused(l, l->kind == LOG_JOURNAL ? "the journal" : "syslog", NULL);
}

static void log_keep(struct log *l) {
    if (buffer_len(&l->kept) + buffer_len(&l->line) >= LOG_KEPT) {
        l->lost++;
        return;
    }
    put_text(&l->kept, buffer_text(&l->line));
    put_char(&l->kept, '\n');
}

/* When lines go out again after some were lost, that comes first. */
static void log_tell_lost(struct log *l, enum log_level level) {
    char text[64];
    uint64_t lost = l->lost;
    if (!lost || buffer_len(&l->kept) > LOG_KEPT / 2)
        return;
    l->lost = 0;
    snprintf(text, sizeof text, lost == 1 ? "1 line of the log was lost" : "%llu lines of the log were lost",
             (unsigned long long)lost);
    log_format(l, level, "log", text_of(text));
    if (!log_is_datagrams(l)) {
        log_keep(l);
        l->noted = lost;
    } else if (!log_datagram(l, level))
        l->lost = lost;
}

void log_line(struct log *l, enum log_level level, const char *source, struct text message) {
    bool more = true;
    log_tell_lost(l, LOG_LEVEL_WARNING);
    while (more) {
        struct text line;
        message = text_cut(message, '\n', &line, &more);
        if (more && message.len == 0)
            more = false; /* the newline ended the message */
        log_format(l, level, source, line);
        if (log_is_datagrams(l))
            log_send(l, level);
        else
            log_keep(l);
    }
    if (!log_is_datagrams(l))
        log_flush(l);
}
