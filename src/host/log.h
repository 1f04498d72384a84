/* Where the log goes. A line is one line whatever is in it: controls and bad octets are escaped.
 *
 * Nothing here waits or ends the program: when nobody takes the lines (a full disk, a pipe that nobody reads, no
 * syslog) some are kept, then the newest are dropped and counted, and the count is told when it goes on. */
#ifndef HOST_LOG_H
#define HOST_LOG_H

#include "base/text.h"

struct log;

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVEL_CRITICAL };

/* `destination`: "stdout", "stderr", "syslog", "journal" (or "journal:SOCKET"), "host:ADDRESS[:PORT]" (remote syslog
 * over UDP), "file:PATH", "/PATH" or "~/PATH" (turned over at 1 MiB, three old ones are kept). NULL with `error` when
 * it is none of these or the file cannot be opened. `name` is what syslog calls us; borrowed. `brief`: lines without
 * time and process; syslog's always are, files' never. */
struct log *log_new(const char *destination, const char *name, bool brief, char *error, size_t size);
void log_free(struct log *l);

/* Lines are JSON objects from now on: time, level, source, pid, message; neighbor or helper for what is about one. The
 * journal has these as fields of its own, and stays as it is. */
void log_as_json(struct log *l);

/* A message of several lines becomes as many, each with its source. */
void log_line(struct log *l, enum log_level level, const char *source, struct text message);
/* Tries again what is kept: once a turn, when log_waiting(). */
void log_flush(struct log *l);
bool log_waiting(const struct log *l);
bool log_is_standard(const struct log *l); /* stdout or stderr: a daemon would lose it */

#endif
