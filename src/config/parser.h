/* What the files of this room share: a configuration while it is read.
 *
 * Statements come from the lexer one by one. The section that is open says what each means: a row of a table of
 * settings, or a function of the section. What a neighbor section says is collected in a source, with a bit for each
 * setting that it gives, so that templates can be merged (config.md 4); its end makes a struct neighbor of it. */
#ifndef CONFIG_PARSER_H
#define CONFIG_PARSER_H

#include "bgp/draft.h"
#include "config/config.h"
#include "config/lexer.h"
#include "config/names.h"
#include "config/setting.h"

struct place {
    uint32_t line, column;
};

/* Which settings of a table were given, and where. */
enum { SETTINGS_MOST = 40 };
struct given {
    uint64_t set; /* bit: the row's place in its table */
    struct place places[SETTINGS_MOST];
};

/* An `api` section: what its processes are to hear. */
enum { WATCHES = 9 }; /* bits of enum watch */
struct api_source {
    struct place at;
    struct word_list processes, matches;
    bool neighbor_changes, negotiated, fsm, signal;
    bool send[WATCHES], receive[WATCHES];
    struct api_source *next;
};

/* What a neighbor, template or group says so far; also all settings of its sub-sections. The fields are those that the
 * rows of the tables point at. */
struct source {
    struct place at;   /* of its keyword */
    struct text title; /* "10.0.0.1", "10.0.0.0/8", or the name of a template */
    bool broken;       /* something in it was complained about: what follows from that is not */

    struct prefix peer;
    struct ip local, link_local, md5_ip;
    uint32_t local_as, peer_as, router_id, hold_time, rate_limit, maximum_prefix, maximum_prefix_action, listen,
        connect, outgoing_ttl, incoming_ttl;
    uint32_t md5_base64;
    struct text description, host_name, domain_name, source_interface, md5_password;
    bool passive, group_updates, auto_flush, adj_rib_in, adj_rib_out, manual_eor;
    struct word_list inherit, confederation;
    struct given neighbor;

    bool asn4, route_refresh, nexthop, multi_session, operational, extended_message, aigp, software_version;
    bool link_local_nexthop, link_local_prefer, role_strict, restart_notification, strict;
    uint32_t graceful_restart, add_path, multiple_labels, role, long_lived;
    struct buffer raw; /* capabilities in hexadecimal */
    struct given capability;

    uint32_t ao_id, ao_algorithm;
    struct text ao_password;
    bool ao_base64;
    struct given ao;

    uint64_t listed;     /* families of the list that is open: none twice in it, though in another list again */
    bool listed_all;     /* `all` is in it */
    uint64_t families;   /* named; 0: all */
    uint64_t nexthops;   /* families that may have a next hop of the other address family */
    bool nexthop_given;  /* the nexthop section has something in it */
    uint64_t add_paths;  /* families of the add-path section */
    bool add_path_given; /* it has something in it */
    bool add_path_all;   /* `all` was said */
    uint16_t paths_limit[FAMILIES_MOST];

    struct api_source *apis, *last_api;

    struct route_list routes;
    uint64_t route_families, self_families;   /* of these routes, and of those with `next-hop self` */
    struct place route_places[FAMILIES_MOST]; /* the first of each family */
    struct place self_places[FAMILIES_MOST];
};

/* A process section. */
struct process_source {
    struct place at;
    struct text name;
    struct word_list run;
    uint32_t encoder;
    bool respawn, snapshot;
    struct word_list on_exit;
    uint32_t outbox, outbox_limit, open_files;
    struct word_list env;
    struct text user, group, cwd;
    struct given given;
};

/* A neighbor whose helpers are to be found. */
struct link_source {
    struct text title;
    struct api_source *apis;
    struct neighbor *neighbor; /* NULL: it is wrong, and only looked at for more mistakes */
};

struct parser;

/* A file that is read: the configuration, or one that it includes. Lines of all are numbered through. */
struct included {
    const char *file; /* in the report's arena */
    struct text text;
    struct buffer octets;          /* owned; empty for the configuration itself */
    uint32_t first, lines, number; /* its first line among all, how many it has; its place among the files */
    uint64_t device, node;         /* of the file; 0: of none */
    struct included *before;       /* added before this one */
    struct included *inside;       /* the one that includes it */
};

/* A kind of section. A statement is looked for in its table of settings first. */
struct section {
    const char *keyword, *help;
    const struct section *const *inside; /* that may be opened in it; NULL at the end */
    const struct settings *settings;
    void *(*base)(struct parser *p);          /* of the fields of the settings */
    struct given *(*given)(struct parser *p); /* NULL: nobody asks */

    /* Keywords of statements that are no settings, for "did you mean" and documentation; NULL at the end. */
    const char *const *keywords;
    /* Such a statement; the keyword is taken. False: a complaint was made, or (none made) the keyword is unknown. */
    bool (*statement)(struct parser *p, struct text keyword, struct words *words);

    /* The words after the keyword of the section. False: a complaint was made; the section is read all the same. */
    bool (*enter)(struct parser *p, struct words *words);
    /* Reads what it can of the statements that come next, without words; the rest is read as ever. */
    void (*repeat)(struct parser *p);
    /* The end of the section; the words are empty, their place is that of the section's keyword. */
    bool (*leave)(struct parser *p, struct words *words);
};

struct parser {
    const struct config_options *options;
    struct included *files, *now; /* in the scratch memory: the last one added, and the one that is read */
    struct arena scratch;         /* what is needed while reading only */
    struct lexer lexer;
    struct configuration *out;
    struct config_report *report;
    struct complaint complaint; /* about the statement that is read */
    bool stop;                  /* too many errors */

    struct place at;                /* of the statement that is read */
    const struct included *line_of; /* the file of the line that was shown last, to find the next from, ... */
    const char *line_at;            /* ... that line, ... */
    uint32_t line_number;           /* ... and its number */

    struct source *source;         /* of the neighbor, template or group that is open */
    struct source *group;          /* around it */
    const struct source *standard; /* what all begin with; in the scratch memory, NULL: not made yet */
    struct api_source *api;
    struct process_source *process;

    struct names template_names, api_names, process_names, neighbor_names, neighbor_listens;
    struct source **templates; /* owned array; by name */
    struct link_source *links; /* owned array; neighbors with helpers, until all processes are known */
    size_t link_count, link_room, neighbor_room, process_room;

    struct draft draft;
    bool draft_broken; /* one of the statements of its block is wrong */
    struct text afi;   /* of the section in `announce` that is open */
    struct buffer nlri, attributes;
    struct repeat *repeats;  /* owned array; see repeat.h */
    struct text repeat_tail; /* of the route that is read the long way, to be learned; empty: of none */
};

/* ---- report.c ---- */
void report_complaint(struct parser *p, const struct complaint *c);
/* printf style, at a place; what is wrong is wrong with the section that is open, too. */
void report_error(struct parser *p, struct place at, const char *format, ...) __attribute__((format(printf, 3, 4)));
void report_warning(struct parser *p, struct place at, const char *format, ...) __attribute__((format(printf, 3, 4)));

void report_sort(struct config_report *r); /* by place */

/* ---- section.c ---- */
void section_run(struct parser *p);                                 /* the whole text */
bool section_body(struct parser *p, const struct section *section); /* what is left of it; true: a `}` ended it */
extern const struct section section_root;

/* ---- include.c ---- */
#define INCLUDE_HELP "other files, read as if they stood here" /* it may stand in every section */
struct included *include_add(struct parser *p, const char *file, struct text text);
const struct included *include_of(const struct parser *p, uint32_t line); /* whose line it is */
void include_release(struct parser *p);
/* `include` was read: the rest of the statement, and then the file. */
bool include_read(struct parser *p, const struct section *section, struct words *words);

/* ---- config.c ---- */
uint32_t text_bad_line(struct text t); /* the first line that is no text; 0 when all is */

/* ---- settings.c: the tables ---- */
extern const struct settings settings_neighbor, settings_capability, settings_ao, settings_process, settings_api,
    settings_send, settings_receive;

/* ---- source.c ---- */
struct source *source_new(struct parser *p); /* every setting as when nothing is said */
void source_release(struct source *s);
/* What `from` says too; where both say something, `from` counts when it `replaces`. Lists: those of `from` come last.
 */
void source_merge(struct parser *p, struct source *to, const struct source *from, bool replaces);
void source_route(struct source *s, const struct listed_route *route, bool self, struct place at);
struct place source_place(const struct given *given, const struct settings *settings, const char *keyword);
bool source_has(const struct given *given, const struct settings *settings, const char *keyword);

/* ---- build.c, link.c ---- */
struct neighbor *neighbor_build(struct parser *p, struct source *s); /* added to the configuration; NULL: it is wrong */

/* range.c: ranges that are connected to, once all of the file was good. */
enum { DIALED_RANGE_BITS = 8 }; /* that are free: 256 addresses */
bool range_is_small(const struct prefix *range);
bool neighbor_is_dialed_range(const struct neighbor *n, const struct config_options *options);
void ranges_dial(struct parser *p);
void neighbor_link_later(struct parser *p, const struct source *s, struct neighbor *neighbor);
void neighbors_link(struct parser *p); /* gives them their processes, once all are known */

/* ---- the sections ---- */
extern const struct section section_process, section_template, section_neighbor, section_group, section_family,
    section_nexthop, section_add_path, section_capability, section_tcp_ao, section_api, section_static,
    section_announce, section_flow, section_l2vpn, section_operational;

/* A name of a template or an api section: its characters, and that it is new. */
bool name_take(struct parser *p, struct names *names, struct text name, const char *kind, struct words *words);

#endif
