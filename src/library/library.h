/* What the files of this room share: the public interface joins engine, API and configuration here, and nothing else
 * does. */
#ifndef LIBRARY_LIBRARY_H
#define LIBRARY_LIBRARY_H

#include "api/api.h"
#include "config/config.h"
#include "config/environment.h"
#include "library/log_filter.h"
#include "yottabgp.h"

#define CLIENT_STREAM ((uint64_t)1 << 63) /* a local client's stream, not one of the engine */

/* A helper program: one for each process section, whatever became of its processes. */
struct helper {
    const struct process *process; /* borrowed from the configuration in force */
    uint64_t id;                   /* of the running process, 0: none */
    uint64_t slot;                 /* 64-second slot in which starts are counted (api-commands.md 1.4) */
    uint32_t starts;               /* in that slot */
    uint32_t life;                 /* how often it was started at all */
    uint32_t delay;                /* seconds before the next start, once there were too many */
    uint64_t started;              /* the last time */
    uint64_t due;                  /* when it is to be started, UINT64_MAX: not by itself */
    bool stopping, wanted;         /* wanted: its section is in the configuration */
};

struct yottabgp {
    struct yottabgp_host host;
    struct environment environment;
    char host_name[256], software[65]; /* what the software version capability says */
    int64_t wall_minus_now;
    struct engine *engine;
    struct api *api;
    const char **files; /* owned; of the command line */
    size_t file_count, file;
    struct configuration *configuration; /* in force; owned */
    uint64_t names;                      /* of helpers, clients and listeners: never used twice */

    struct helper *helpers; /* owned */
    size_t helper_count;

    uint64_t begin_at; /* sessions wait until then (tcp.delay), 0: no more */

    struct listener *listeners; /* owned */
    size_t listener_count;
    uint64_t refused_at, refused; /* connections turned away: when one was told of last, and how many since */

    struct log_filter log;
    const struct peer *log_about;      /* whom the event is about that is being logged, NULL: nobody */
    uint64_t budget_due, left_out;     /* budget.c: when memory is counted next; routes not kept when it began */
    unsigned budget_step, budget_told; /* percent: where it stands, and the highest that was told since it was low */
    bool budget_waits;                 /* there was a turn since */

    uint64_t *failures; /* owned; by number of a peer: see log_dropped() */
    uint32_t failure_room;

    /* Streams that could not be tried, each with its length and reason: told to the engine at the end of the turn. */
    struct buffer failed;

    bool acts; /* an action waits for the end of the turn */
    enum yottabgp_action action;
    uint64_t asker; /* the client whose command it was, 0: a signal */
    bool ending;
    uint64_t stop_helpers_at; /* they have a moment to read that it ends (api-commands.md 1.3) */
    uint64_t end_by;
    uint64_t stage_told, stage_due; /* when the status was told last, and when the next one is; 0: no news */
};

/* log.c: one line; `source` is ExaBGP's category: reactor, processes, network, configuration, api, ... */
void library_log(const struct yottabgp *y, enum yottabgp_level level, const char *source, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void library_log_text(const struct yottabgp *y, enum yottabgp_level level, const char *source, struct text lines);
/* The same whether the log is on or not. */
void log_text_lines(const struct yottabgp *y, enum yottabgp_level level, const char *source, struct text lines);
void library_log_event(struct yottabgp *y,
                       const struct engine_event *event); /* one line a state change, with its reason */

void peer_short(const struct peer *p, char *out, size_t size); /* its address: IP_TEXT + 1 octets */
/* log_message.c */
void log_message(const struct yottabgp *y, const struct peer *p, const struct session_event *event);

/* stage.c */
void stage_news(struct yottabgp *y); /* the status may be another: told soon, and at most once a second */
void stage_turn(struct yottabgp *y, uint64_t now);
uint64_t stage_deadline(const struct yottabgp *y);
/* `remark` (NULL: none) is told before the status. */
void stage_tell(struct yottabgp *y, enum yottabgp_stage stage, const char *remark, uint64_t now);

/* budget.c */
void budget_turn(struct yottabgp *y, uint64_t now);
uint64_t budget_deadline(const struct yottabgp *y);

/* helpers.c */
const char *helper_name_of(const struct yottabgp *y, uint64_t id); /* "?" when it is known no more */
void helpers_adopt(struct yottabgp *y, const struct configuration *c, bool restart_all, uint64_t now);
void helpers_turn(struct yottabgp *y, uint64_t now); /* starts those that are due */
uint64_t helpers_deadline(const struct yottabgp *y);
void helpers_end(struct yottabgp *y);
bool helpers_gone(const struct yottabgp *y);
bool helpers_look(void *context, size_t place, struct api_helper *out); /* context: the program */

/* listeners.c */
/* Those that are new. False: one failed, which is logged, and a line of `reasons` (NULL: not wanted). */
bool listeners_open(struct yottabgp *y, const struct configuration *c, struct buffer *reasons);
void listeners_close(struct yottabgp *y,
                     const struct configuration *c); /* those that `c` (NULL: nothing) does not want */
uint16_t listener_port(const struct yottabgp *y, uint64_t id);
/* The TTL and the least TTL of connections that this neighbor's peer makes; 0: none is said. */
void neighbor_accepts(const struct neighbor *n, uint8_t *ttl, uint8_t *min_ttl);

/* reload.c */
/* What a configuration says, and all that is to be said of it: `errors` as the log shows them, `reasons` why it
 * is not taken, a line each. */
struct reading {
    struct buffer errors, reasons; /* owned */
};
struct reading reading_new(void);
void reading_release(struct reading *r);
bool library_read(struct yottabgp *y, size_t file, struct configuration *out, struct reading *said);
/* What a reload would change; false: why it would fail, a line each. */
bool library_preview(struct yottabgp *y, bool json, struct buffer *out);
void library_act(struct yottabgp *y, uint64_t now);

#endif
