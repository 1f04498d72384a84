/* What is logged: the least level of each subject and, before that, of each neighbor. At the start the settings say it
 * (log.level, log.packets, ...); `log level` changes it while the engine runs, until it ends. */
#ifndef LIBRARY_LOG_FILTER_H
#define LIBRARY_LOG_FILTER_H

#include "api/api.h"
#include "config/environment.h"
#include "engine/engine.h"
#include "yottabgp.h"

enum { LOG_SUBJECTS = 13, LOG_OFF = YOTTABGP_CRITICAL + 1 };

/* Levels are those of enum yottabgp_level, and LOG_OFF; LOG_UNSET where nothing was said while it runs. */
enum { LOG_UNSET = 0xff };

struct log_filter {
    uint8_t general;                 /* in place of log.level; or LOG_UNSET */
    uint8_t set[LOG_SUBJECTS];       /* of subjects, as said while it runs; or LOG_UNSET */
    uint8_t least[LOG_SUBJECTS + 1]; /* what comes of it all; the last is for sources that are no subject */
    uint8_t *peers;                  /* owned; by number of the peer; or LOG_UNSET */
    uint32_t peer_room;
    bool messages; /* some peer's messages are to be told, maybe: else nobody needs to look */
};

void log_filter_init(struct log_filter *f, const struct environment *e);
void log_filter_release(struct log_filter *f);

/* Is a line of this source, which is about this peer (NULL: about none), wanted? */
bool log_filter_wants(const struct log_filter *f, const struct peer *p, enum yottabgp_level level, const char *source);
/* Is anything wanted of the messages that go to this peer? */
bool log_filter_wants_sent(const struct log_filter *f, const struct peer *p);
void log_filter_forget(struct log_filter *f, const struct peer *p); /* its number is free */

/* `level`: a name (debug, info, warning, error, critical, off, and those of log.level), or "default": as the settings
 * have it. `p`, else `subject` (empty: in place of log.level; "all": every one). When it is refused `wanted` says what
 * was wanted. */
enum api_level log_filter_set(struct log_filter *f, const struct environment *e, const struct peer *p,
                              struct text subject, struct text level, char wanted[240]);
void put_log_filter(struct buffer *b, const struct log_filter *f, const struct engine *engine, bool json);

#endif
