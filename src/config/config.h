/* Configuration files in ExaBGP's grammar (3.4 to main): text in, neighbors and processes out, or complaints with
 * places. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/complaint.h"
#include "engine/neighbor.h"
#include "engine/on_exit.h"

struct process { /* a helper program; every text is terminated */
    struct text name;
    struct text *argv; /* argv[0] is the path that was found */
    unsigned argc;
    bool json;        /* encoder */
    bool encoder_set; /* the section names one */
    bool respawn, snapshot;
    struct on_exit on_exit;
    uint32_t outbox, outbox_limit; /* enum outbox_policy; octets, 0: the usual */
    struct text user, group, cwd;  /* empty: the engine's */
    struct text *env;              /* NAME=VALUE each: set for it, beside the engine's own */
    unsigned env_count;
    uint32_t open_files; /* soft limit of its descriptors, 0: as the engine was started with */
};

/* All that one configuration says. Nothing in it changes after it was read; neighbors are borrowed by peers, so it
 * lives until another one has replaced it. */
struct configuration {
    struct arena arena;          /* owns every text and array */
    struct neighbor **neighbors; /* in file order; each with its own route list */
    size_t neighbor_count;
    struct process *processes;
    size_t process_count;
};

/* One thing wrong in a file, with what is needed to show it. */
struct config_error {
    struct complaint complaint;
    const char *file;   /* borrowed from the report's arena; NULL: the message names it */
    struct text source; /* the line, tabs as blanks */
    uint32_t order;     /* of its line among those of all files */
    bool warning;       /* read all the same, as ExaBGP does, though hardly what was meant */
};

struct config_report {
    struct arena arena;
    struct config_error *errors;
    size_t count, room;
    size_t wrong;  /* errors among them that are no warnings */
    bool too_many; /* more than CONFIG_ERRORS_MOST: the rest is not kept */
};
enum { CONFIG_ERRORS_MOST = 100 };

struct config_options {
    uint16_t default_connect; /* exabgp_tcp_port; 0: 179 */
    struct text software;     /* what capability 75 says */
    bool includes;            /* `include` is obeyed; config_read_file() does so always */
    const char *folder;       /* where programs are looked for beside /etc/exabgp and PATH; NULL: that of the file */
    bool check_programs;      /* `run` must name a program that can be run */
    bool passive;             /* exabgp.bgp.passive: every neighbor waits, ranges may be peers without saying so */
};

/* Reads a whole file ("-": standard input). All errors are found in one run. True: *out is good and the caller releases
 * it; false: *out is empty and the report says why. The report is released by the caller either way. */
bool config_read_file(const char *path, const struct config_options *options, struct configuration *out,
                      struct config_report *report);
bool config_read_text(struct text text, const char *name, const struct config_options *options,
                      struct configuration *out, struct config_report *report);
void config_release(struct configuration *c);
void config_report_release(struct config_report *r);
void put_config_report(struct buffer *b,
                       const struct config_report *r); /* every error with line and caret, then the count */
/* The same, a line for each error: "FILE:LINE:COLUMN: what is wrong, wanted ..., did you mean ...?" */
void put_config_reasons(struct buffer *b, const struct config_report *r);

/* A neighbor printed back as configuration, every value explicit (cli.md 5; `show neighbor configuration`). */
void put_neighbor_configuration(struct buffer *b, const struct neighbor *n);

/* All of it: processes, then neighbors. Read again, it says the same (put_config_diff() finds nothing). */
void put_configuration(struct buffer *b, const struct configuration *c);

/* The same as JSON, in the shape of ExaBGP main's `configuration export` (cli.md 5). `indent`: blanks a level, 0: lines
 * without any, -1: one line. */
void put_config_export(struct buffer *b, const struct configuration *c, int indent);

/* The grammar as JSON Schema; of one section ("neighbor", "capability", ...), or with an empty name all of it. False:
 * there is no such section; put_config_sections() names them: "process, template, ...". */
bool put_config_schema(struct buffer *b, struct text section, int indent);
void put_config_sections(struct buffer *b);

/* Every section and keyword, as a page in Markdown. */
void put_config_reference(struct buffer *b);
/* The same as plain lines for programs: "neighbor hold-time", a tab, what it is. A section ends in " {". */
void put_config_words(struct buffer *b);

#endif
