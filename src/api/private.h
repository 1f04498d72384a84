/* What the files of this room share; nobody else includes it. */
#ifndef API_PRIVATE_H
#define API_PRIVATE_H

#include "api/api.h"
#include "base/words.h"
#include "bgp/draft.h"

enum { LINE_MOST = 1 << 20 }; /* octets of a command line (api-commands.md 1.6) */

struct client {
    uint64_t id;
    struct text name; /* terminated, owned */
    bool json, all_neighbors, ack_always;
    bool ack, sync;      /* as the client has set them */
    bool full;           /* its outbox is over the limit: what feeds it pauses */
    bool stopped;        /* no more commands are read from it: it is to go */
    struct buffer inbox; /* a line whose end has not come yet */
    struct buffer outbox;
    size_t taken;              /* octets at the front of the outbox that were sent */
    uint64_t dropped;          /* events dropped since the last gap event (policy drop-oldest) */
    struct command_memo *memo; /* owned; see memo.c */
    struct group *group;       /* owned; commands between `group start` and `group end`, NULL: none */
    struct targets *targets;   /* owned; neighbors of this client, see selector.c */
};

/* What one client wants to hear of one peer. */
struct watcher {
    struct client *client;
    bool neighbor_changes, negotiated, fsm, signal;
    unsigned send, receive; /* enum watch */
};

/* What the API knows of a peer. */
struct bound {
    struct peer *peer;
    struct watcher *watchers; /* owned */
    unsigned count;
    uint64_t counter;       /* of events rendered (api-events.md 1) */
    bool paused;            /* its stream is not read: somebody who must hear it is full */
    struct buffer neighbor; /* `"neighbor": { "address": ... "router-id": "1.1.1.1" ` */
};

struct api {
    struct engine *engine;
    struct api_settings settings;
    struct api_world world;
    int64_t wall_minus_now;
    uint64_t now;            /* of the call that runs */
    struct client **clients; /* owned, each too */
    size_t client_count;
    struct bound **bound; /* by peer number; NULL: no such peer */
    size_t bound_room;
    uint64_t generation;            /* goes up when peers come or go, or bindings change: selectors look again */
    struct buffer head;             /* `"host" : ... "ppid" : 1, ` */
    struct buffer rest[8];          /* the parts of an event that do not depend on the client, by variant */
    struct draft draft;             /* scratch of route commands */
    struct buffer nlri, attributes; /* and what it becomes */
    uint64_t started;               /* when the API began: uptime */
};

struct style api_style(const struct api *api, const struct peer *p, bool command);

/* client.c */
struct client *client_of(const struct api *api, uint64_t id);
void client_feed(struct api *api, struct client *c); /* the outbox has more: tell the world, look at the limit */
void client_put_line(struct api *api, struct client *c, struct text line);

/* answer.c: every command ends in one of these. */
void answer_done(struct api *api, struct client *c);
void answer_error(struct api *api, struct client *c);
/* `error: REASON` (form 6 and JSON commands only), then `error`; the log gets the reason in any case. */
void answer_refused(struct api *api, struct client *c, const struct complaint *complaint, struct text line);

/* memo.c, group.c, selector.c: NULL is let through */
void command_memo_free(struct command_memo *memo);
void group_free(struct group *group);
void targets_free(struct targets *targets);

/* command.c */
void command_run(struct api *api, struct client *c, struct text line);

/* event.c */
void event_hear(void *context, const struct engine_event *event);
void bound_build(struct api *api, struct peer *p);
void bound_free(struct bound *b);
void bound_pause(struct api *api, const struct client *c); /* pauses or resumes the streams that feed a client */
struct bound *bound_of(const struct api *api, const struct peer *p);

/* event_json.c, event_text.c: the part of an event's line behind the counter; see there. */
struct event_view {
    const char *type; /* "update"; the text encoder goes by the session event itself */
    const struct session_event *event;
    const struct bound *bound;
    bool parsed;       /* else the packet form */
    bool consolidated; /* header and body beside the parsed form */
    bool negotiated;   /* add the negotiated object */
    bool decoded;      /* shown by `decode`: direction "in" */
};
void put_event_json(struct buffer *b, const struct event_view *v, const struct style *style);
void put_event_text(struct buffer *b, const struct event_view *v, const struct style *style);
/* `"neighbor": { ... "router-id": "1.1.1.1" `: with the blank that stands before the comma of what follows. */
void put_event_neighbor(struct buffer *b, const struct terms *terms);
void put_event_host(struct buffer *b, const struct api_settings *settings); /* `, "host" : ... "ppid" : 1, ` */
void put_event_head(struct buffer *b, const struct api *api, uint64_t counter, uint64_t now); /* counter 0: none */

#endif
