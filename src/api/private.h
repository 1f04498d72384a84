/* What the files of this room share; nobody else includes it. */
#ifndef API_PRIVATE_H
#define API_PRIVATE_H

#include "api/api.h"
#include "api/outbox.h"
#include "base/words.h"
#include "bgp/draft.h"

enum {
    LINE_MOST = 1 << 20,    /* octets of a command line (api-commands.md 1.6) */
    WALK_AHEAD = 256 << 10, /* octets of a long answer that are made before the client reads them */
    ROUTES_A_STEP = 64,     /* of a long answer */
    EVENT_VARIANTS = 32,    /* form, encoder and parts of an event: event.c */
};

/* Of the commands of a client that were refused: what the log was told in this minute, and what not. */
struct refusals {
    uint64_t until; /* the minute's end, 0: none was refused so far */
    uint32_t told;
    uint64_t untold;
};

struct client {
    uint64_t id;
    struct on_exit on_exit;
    uint32_t owner;       /* of its routes that name no other: a number of owner.c, 0: none so far */
    struct asked *asking; /* the JSON command that is being answered, NULL: a plain one (or none) */
    struct asked *asked;  /* owned; its memory */
    struct text name;     /* terminated, owned */
    enum form form;       /* of its events */
    bool json, all_neighbors, ack_always, reasons;
    bool ack, sync; /* as the client has set them */
    bool full;      /* its outbox is over the limit: what feeds it pauses */
    bool deaf;      /* it reads no more: what it is told is forgotten */
    bool finished;  /* it says no more, and goes when it has its answers */
    uint32_t start; /* how often it was started */
    enum outbox_policy policy;
    size_t outbox_most;  /* 0: as the API's settings say */
    bool stopped;        /* no more commands are read from it: it is to go */
    bool paused;         /* the world was asked not to read its commands */
    bool snapshot_waits; /* it is to be told first what there is: nothing else before */
    bool collects;       /* a group or a set is open */
    bool awaits;         /* a command of it asked something of the program, and its answer is what comes of that */
    bool working;        /* its lines are being run: the world is told of output at the end of them */
    struct buffer inbox; /* lines that wait, and one whose end has not come yet */
    size_t scanned;      /* octets at the front of the inbox that have no line end */

    struct outbox outbox;
    struct refusals refusals;

    struct selections *selections; /* owned; see selector.c */
    struct heads *heads;           /* owned; see memo.c */
    struct group *group;           /* owned; commands since `group start`, NULL: none */
    struct wanted *wanted;         /* owned; the set since `ensure begin`, NULL: none */
    struct walk *walk;             /* owned; the rest of a long answer, NULL: none */
    struct patience *patience;     /* owned; what a command in sync mode waits for, NULL: nothing */
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
    struct leases *leases;  /* owned; NULL: nobody holds a route of it */
    uint64_t counter;       /* of events rendered (api-events.md 1) */
    bool paused;            /* its stream is not read: somebody who must hear it is full */
    struct buffer neighbor; /* `"neighbor": { "address": ... "router-id": "1.1.1.1" ` */
    struct buffer agreed;   /* the negotiated object of the session that is up; empty: to be written */
    enum form agreed_form;
};

struct api {
    struct engine *engine;
    size_t budget; /* octets of memory that may be used, 0: no limit */
    bool full;     /* they are: nothing is announced */
    struct api_settings settings;
    struct api_world world;
    enum form answers; /* form of answers: `api version` changes it */
    int64_t wall_minus_now;
    uint64_t now;            /* of the call that runs */
    uint64_t started;        /* when the first call came: uptime */
    char uuid[37];           /* of this daemon */
    struct client **clients; /* owned, each too */
    size_t client_count;
    struct bound **bound; /* by peer number; NULL: no such peer */
    size_t bound_room;
    uint64_t generation; /* goes up when peers come or go, or bindings change: selectors look again */
    struct buffer head;  /* `"host" : ... "ppid" : 1, ` */
    struct shown_attributes shown[FORM_6 - FORM_4 + 1]; /* by form */
    struct buffer rest[EVENT_VARIANTS]; /* the parts of an event that do not depend on the client, by variant */
    struct tails *tails;                /* owned; see memo.c */
    struct owners *owners;              /* owned; see owner.c */
    uint64_t snapshots;                 /* that began */
    uint64_t lease_due;                 /* not later than the first lease ends; UINT64_MAX: none does */
    uint64_t refusals_due; /* when refused commands that were counted are told; UINT64_MAX: there are none */
    size_t leased;         /* peers that have leases, and clients whose routes are theirs: 0 and nobody needs to look */
    struct made *made;     /* owned; neighbors that helpers made: dynamic.c */
    size_t made_count;
    struct draft draft;             /* scratch of route commands, */
    struct draft shared;            /* ... of what all those of a group have in common, */
    struct buffer nlri, attributes; /* ... and of what they become */
    struct buffer scratch;          /* lines on their way to the log */
};

/* ---- Commands ---- */

/* The peers that a command is for. */
struct targets {
    struct peer **peers; /* borrowed */
    uint32_t count;
};

enum reach { /* whose neighbors a command may act on (api-commands.md 5) */
             REACH_NONE,
             REACH_OWN, /* those that name the client */
             REACH_ALL,
};

enum selects { /* may a selector stand before it? */
               SELECTS_NEVER,
               SELECTS_QUIETLY, /* yes, help does not say so */
               SELECTS,
};

enum { ENSURE_END, ENSURE_ABORT };             /* values of command_ensure_end() */
enum { ACK_DISABLE, ACK_ENABLE, ACK_SILENCE }; /* values of command_ack() */

struct call;
struct finished;

/* What the end of a route command says of its routes: they are OWNER's (0: it names nobody) for TTL seconds (0: without
 * end). See lease.h. */
struct held {
    uint32_t owner, ttl;
};

/* A row of the table: a command in the words of both grammars. */
struct command {
    const char
        *v6; /* "daemon shutdown"; one that selects starts with "peer " in place of `peer SELECTOR`. NULL: none */
    const char *v4; /* "shutdown"; behind `neighbor SELECTOR`, if it selects. NULL: none */
    enum reach reach;
    enum selects selects;
    bool help_v6, help_v4; /* is it in that list? */
    void (*run)(struct call *call);
    const char *options[4]; /* of the list */
    unsigned value;         /* what several rows with one function differ in */
    const char *syntax;     /* what may stand behind it: "PREFIX next-hop IP|self"; empty: nothing. No tabs */
    const char *help;       /* one sentence */
};

/* A command that runs. */
struct call {
    struct api *api;
    struct client *client;
    const struct command *command;
    struct text line;     /* as written, less blanks at both ends */
    struct words words;   /* what stands behind the command's words */
    struct text selector; /* as written; empty: none was, or the line took the short way */
    struct complaint complaint;
    bool selected;              /* a selector was written */
    bool json;                  /* data of the answer in JSON */
    bool of_route;              /* it is about a route: what is wrong with it may be told in plain words, too */
    bool sync;                  /* answered when the routes are on their way */
    bool ends_cut;              /* words at its end were taken off: `sync`, `json`, ... */
    struct held held;           /* what words at its end said of leases */
    uint32_t skipped;           /* routes that a target did not take: it has not their family */
    enum draft_purpose purpose; /* of a route */
    struct targets targets;     /* what the selector matched; empty for REACH_NONE */
};

/* api.c */
struct style api_style(const struct peer *p, enum form form, bool compact);
void api_tick(struct api *api, uint64_t now); /* a call begins */

/* client.c */
struct client *client_of(const struct api *api, uint64_t id);
void client_free(struct client *c, struct attribute_store *store); /* store: as of wanted_free() */
struct buffer *client_out(struct client *c);                       /* to write whole lines to; then client_feed() */
void client_feed(struct api *api, struct client *c);        /* the outbox has more: tell the world, look at the limit */
void client_catch_up(struct api *api, struct client *c);    /* the line of its walk is whole */
bool client_has_no_room(struct api *api, struct client *c); /* for an event: it is lost, and counted */
void client_tell(struct api *api, struct client *c, size_t from); /* the same, of an event that starts there */
bool client_roomy(const struct api *api, const struct client *c); /* a long answer may go on */
void client_check_finished(struct api *api, struct client *c);    /* it may go, if it has all its answers */
size_t client_outbox_most(const struct api *api, const struct client *c);
void client_go_on(struct api *api, struct client *c); /* its walk or patience ended: the next command */

/* answer.c: every command ends in one of these. */
struct buffer *answer_out(struct client *c); /* to write whole lines of data to; then one of these */
void answer_done(struct api *api, struct client *c);
void answer_plain_done(struct api *api, struct client *c); /* the same, not of a JSON command */
void answer_error(struct api *api, struct client *c);
void answer_line(struct api *api, struct client *c, struct text line); /* data, whatever the acknowledgements are */
void answer_status(struct call *call, const char *status);             /* STATUS, or {"status": "STATUS"} */
void answer_format(struct api *api, struct client *c, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* `error: REASON` (form 6, and who asked for reasons), then `error`; the log gets the reason in any case. */
void answer_refused(struct call *call); /* the reason is the call's complaint */
void answer_why(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, of several reasons: lines. Nothing is logged. */
void answer_reasons(struct api *api, struct client *c, struct text reasons);
void call_log_refusal(struct call *call, struct text line); /* the log's part of it */
/* refusal.c: may the log have a line more of this client's refusals? Else it is counted. */
bool refusal_may(struct api *api, struct client *c);
void refusals_tell(struct api *api, struct client *c); /* those that were counted, if any */
void refusals_timer(struct api *api);
void call_answer(struct call *call, bool good); /* refused, done, or done when it is on its way */
bool call_matches(struct call *call);           /* false: no peer is meant, which was answered */

/* selector.c */
/* Takes a selector off, `neighbor` or `peer` included: *selector is its text then. False: it is not well formed. */
bool selector_take(struct words *w, struct text *selector);
/* The peers of a selector that was taken (empty: all) among those within reach, in configuration order. Good until the
 * next call for this client. */
struct targets targets_of(struct api *api, struct client *c, struct text selector, enum reach reach);
bool client_owns(const struct client *c, const struct peer *p);
bool peer_is_called(const struct peer *p, struct text address);    /* empty: any */
void put_peer_address(struct buffer *b, const struct neighbor *n); /* `127.0.0.1`, a range with its length */

/* command.c */
void command_run(struct api *api, struct client *c, struct text line);
void command_run_long(struct api *api, struct client *c, struct text line); /* every word is read */
const struct command *command_rows(size_t *count);
/* `sync`, `async`, `json`, `text` at the end of the words are taken off; true when there were any. */
bool words_end_modes(struct words *words, bool *sync);
void call_end_words(struct call *call); /* the same for a command */
/* The same for one about routes, that may have `ttl SECONDS` and `owner NAME` at its end, too. False: a complaint. */
bool call_route_ends(struct call *call);
bool words_end_lease(struct api *api, struct words *words, struct held *held); /* that alone. False: a complaint */
bool words_end(struct words *words);                                           /* nothing follows; false: a complaint */

/* walk.c: an answer that is made while the client reads it, piece by piece. */
struct walk {
    /* Writes a piece, and false: that was all, `done` follows. */
    bool (*step)(struct walk *walk, struct api *api, struct buffer *out);
    void (*release)(struct walk *walk); /* what it holds */
    bool one_line;                      /* pieces belong together: no event may come between */
    bool unasked;                       /* no command is answered by it */
};
void walk_begin(struct call *call, struct walk *walk); /* takes it over */
void walk_begin_unasked(struct api *api, struct client *c, struct walk *walk);

/* snapshot.c */
void snapshot_begin(struct api *api, struct client *c); /* it waits for one: see api_client_settings */
void walk_go_on(struct api *api, struct client *c);

/* sync.c */
void patience_begin(struct call *call); /* answered when the routes of the targets are on their way */

/* peer_refs.c: peers remembered from one turn to a later one. */
struct peer_refs {
    struct peer_ref {
        struct peer *peer; /* only good while the API has it under its number */
        uint32_t number;
    } * at; /* owned */
    uint32_t count;
};
struct peer_refs peer_refs_new(const struct targets *targets);
struct peer *peer_refs_at(const struct peer_refs *refs, const struct api *api, uint32_t place); /* NULL: gone */
void peer_refs_release(struct peer_refs *refs);

/* memo.c */
bool memo_run(struct api *api, struct client *c, struct text line); /* false: nothing was done, read it all */
bool memo_resolve(struct call *call); /* command and peers of a line that begins as one before; the words behind it */
void memo_learn(const struct call *call, struct text prefix, uint32_t set); /* what a route command came to */
void tails_forget_owners(struct api *api); /* owners have new numbers: lines that name them are to be read again */

/* group.c */
bool group_collect(struct api *api, struct client *c, struct text line); /* is it one for a group that is open? */

/* announce.c: one route, to or from all peers of the call. False: a complaint. *set (NULL: not wanted) gets the set of
 * attributes, with a reference; what it had is dropped. */
struct finished;
bool call_may_tell(struct call *call, const struct draft *draft); /* to all its targets; false: a complaint */
void call_tell_route(struct call *call, enum draft_purpose purpose, const struct finished *route, uint32_t *set);

/* NULL is let through */
void selections_free(struct selections *s);
void heads_free(struct heads *heads);
void tails_free(struct tails *tails);
size_t tails_memory(const struct tails *tails); /* octets */
void group_free(struct group *group);
void walk_free(struct walk *walk);
void patience_free(struct patience *patience);
void made_free_all(struct api *api);

/* What the rows of command.c name. announce.c: */
void command_route(struct call *call);
void command_end_of_rib(struct call *call);
void command_refresh(struct call *call);
void command_watchdog(struct call *call);

/* operational.c, group.c, route_index.c, dynamic.c */
void command_operational(struct call *call);
void command_group(struct call *call);
void command_group_start(struct call *call);
void command_group_end(struct call *call);
void command_routes(struct call *call);
void command_create(struct call *call);
const char *create_word_at(size_t place); /* its parameters */
void command_delete(struct call *call);

/* snapshot.c, ensure.c */
void command_snapshot(struct call *call);
void command_ensure_begin(struct call *call);
void command_ensure_end(struct call *call);

/* lease.c */
void command_on_exit(struct call *call);
const char *on_exit_word_at(size_t place);
void command_owner(struct call *call);
void command_show_owners(struct call *call);

/* control.c */
void command_comment(struct call *call);
void command_preview(struct call *call);
void command_request(struct call *call);
void command_preview(struct call *call);
void command_reset(struct call *call);
void command_ack(struct call *call);
void command_sync(struct call *call);
void command_crash(struct call *call);
void command_teardown(struct call *call);
void command_enable(struct call *call);
void command_flush(struct call *call);
void command_clear(struct call *call);

/* status.c, help.c, show_neighbor.c, show_rib.c */
void command_status(struct call *call);
void command_ping(struct call *call);
void command_bye(struct call *call);
void command_queues(struct call *call);
void command_processes(struct call *call);
void command_memory(struct call *call);    /* memory_show.c */
void command_log_level(struct call *call); /* log_levels.c */
const char *log_level_word_at(size_t place);
void command_log(struct call *call);
void command_version(struct call *call);
void command_api_version(struct call *call);
void command_peer_list(struct call *call);
void command_help(struct call *call);
void command_show_neighbor(struct call *call);
void command_show_rib(struct call *call);

/* event.c */
void event_hear(void *context, const struct engine_event *event);
void bound_build(struct api *api, struct peer *p);
void bound_free(struct bound *b);
void bound_pause(struct api *api, const struct client *c); /* pauses or resumes the streams that feed a client */
struct bound *bound_of(const struct api *api, const struct peer *p);
/* Is a peer that was remembered still there? It is not looked at before that is known. */
bool peer_lives(const struct api *api, const struct peer *p, uint32_t number);

/* event_json.c, event_text.c: the part of an event's line behind the counter; see there. */
struct event_view {
    const char *type; /* "update"; the text encoder goes by the session event itself */
    const struct session_event *event;
    struct bound *bound;
    bool parsed;       /* else the packet form */
    bool consolidated; /* header and body beside the parsed form */
    bool negotiated;   /* add the negotiated object */
    bool decoded;      /* shown by `decode`: direction "in" */
};
/* A message of a session that only one client is to see, as its events are: a snapshot of what came before it. */
void put_event_past(struct buffer *out, struct api *api, struct client *c, const struct watcher *w, struct bound *b,
                    const struct session_event *event);
void put_event_json(struct buffer *b, const struct event_view *v, const struct style *style);
void put_event_text(struct buffer *b, const struct event_view *v, const struct style *style);
/* `"neighbor": { ... "router-id": "1.1.1.1" `: with the blank that stands before the comma of what follows. */
void put_event_neighbor(struct buffer *b, const struct terms *terms);
void put_event_host(struct buffer *b, const struct api_settings *settings); /* `, "host" : ... "ppid" : 1, ` */
/* counter 0: none */
void put_event_head(struct buffer *b, const struct api *api, enum form form, uint64_t counter, uint64_t now);

#endif
