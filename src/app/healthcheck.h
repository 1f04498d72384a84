/* The health check: a helper program that announces addresses only while a service works (doc/healthcheck.md).
 *
 * It speaks to the engine as any helper does, by lines on standard output and answers on standard input, so it also
 * runs under ExaBGP. Three parts know nothing of processes and can be tested alone: the options, the states, the lines.
 */
#ifndef APP_HEALTHCHECK_H
#define APP_HEALTHCHECK_H

#include <sys/types.h>

#include "base/ip.h"
#include "host/log_sink.h"

/* ---- Options ---- */

struct health_texts {
    const char **items; /* the array is owned, the texts are borrowed from the command line or the file */
    size_t count;
};

struct health_ips {
    struct prefix *items; /* owned */
    size_t count;
};

enum { HEALTH_MOST_IPS = 1 << 20, HEALTH_IFNAME = 16 };

struct health_options {
    bool help;
    bool silent, no_syslog, debug, no_ack, sudo, no_ip_setup, dynamic_ip_setup, label_exact_match;
    bool deaggregate_networks, withdraw_on_down, debounce;
    const char *syslog_facility, *name, *config, *pid, *user, *group;
    double interval, fast_interval; /* seconds */
    int64_t timeout, rise, fall;    /* timeout in seconds, 0: no limit */
    const char *disable, *command;  /* NULL: none */
    struct ip next_hop;             /* len 0: self */
    struct health_ips ips;          /* networks, without host bits */
    struct health_texts ip_ifnames; /* "IP%IFNAME" */
    struct health_texts neighbors;  /* addresses in their usual form, owned each; "*" */
    int64_t local_preference;       /* < 0: none */
    const char *label;
    int64_t start_ip, up_metric, down_metric, disabled_metric, increase;
    const char *community, *extended_community, *large_community, *disabled_community;
    const char *as_path, *up_as_path, *down_as_path, *disabled_as_path;
    int64_t path_id; /* 0: none */
    struct health_texts execute, up_execute, down_execute, disabled_execute;
    unsigned exclusive; /* which of those that exclude each other were given */
    char *file;         /* owned: the text of the configuration file, cut into words */
    size_t file_len;
};

/* The command line (argv[0] is skipped) with the configuration file that it may name. The options are released in any
 * case. False with `error`, one line, and *status: 2 for a wrong word, 1 for what cannot be read. */
bool health_options_parse(struct health_options *o, int argc, char **argv, char *error, size_t size, int *status);
void health_options_release(struct health_options *o);
void put_health_help(struct buffer *b); /* all options, for people */

/* One value of a kind: false with `error` ("invalid int value: 'x'"). */
bool health_integer(const char *text, int64_t *out, char *error, size_t size);
bool health_seconds(const char *text, double *out, char *error, size_t size);
bool health_address(const char *text, struct ip *out, char *error, size_t size);
bool health_network(const char *text, struct prefix *out, char *error, size_t size);
bool health_attribute(const char *text, char *error, size_t size); /* printable and on one line */
int health_facility(const char *name);                             /* of syslog, -1: unknown */

/* ---- Addresses as values ---- */

void health_ips_add(struct health_ips *list, struct prefix p);
bool health_ips_has(const struct health_ips *list, const struct prefix *p);
/* Every single address of the networks; false: more than HEALTH_MOST_IPS. */
bool health_ips_expand(const struct health_ips *from, struct health_ips *out);
void health_ips_rotate(struct health_ips *list, int64_t left);
void health_ips_release(struct health_ips *list);

/* ---- States ---- */

enum health_state {
    HEALTH_INIT,
    HEALTH_DISABLED,
    HEALTH_RISING,
    HEALTH_FALLING,
    HEALTH_UP,
    HEALTH_DOWN,
    HEALTH_EXIT, /* not of the machine: withdraw all and end */
};

struct health_machine {
    enum health_state state;
    int64_t checks; /* how often the same result came, in RISING and FALLING */
    int64_t rise, fall;
};

const char *health_state_name(enum health_state state);
/* One turn with the result of the check; true when there is a new state. */
bool health_machine_turn(struct health_machine *m, bool disabled, bool success);

/* ---- Lines for the engine ---- */

/* The line about address number `i` of the list in this state, with its newline. `word`: "neighbor" or "peer". */
void put_health_line(struct buffer *b, const struct health_options *o, const char *word, enum health_state state,
                     size_t i);
static inline bool health_state_speaks(enum health_state state) {
    return state == HEALTH_UP || state == HEALTH_DOWN || state == HEALTH_DISABLED || state == HEALTH_EXIT;
}

/* ---- The running program ---- */

/* What came from the engine. */
struct health_engine {
    bool waits;         /* one answer is read for each line */
    bool ended;         /* nothing more comes */
    bool gone;          /* nobody takes our lines */
    int64_t owed;       /* lines whose answer is missing; below zero: answers that came before they were due */
    bool patience_lost; /* it does not answer: we don't wait until it does */
    char head[64];      /* of the line that is being read: enough to tell answers from events */
    size_t head_len;
};

struct health {
    struct health_options options;
    struct health_machine machine;
    struct health_engine engine;
    struct log_syslog syslog;
    bool to_syslog;
    const char *program, *word; /* word: how lines name neighbors */
    char tag[128];              /* healthcheck[-NAME] */
    struct health_ips single;   /* addresses to set up */
};

/* Signals are only let in while we wait, so that none is missed; health_ending() tells that one came. */
void health_signals(void);
bool health_ending(void);
uint64_t health_now(void); /* microseconds */

/* poll() until a time of that clock (UINT64_MAX: for ever), which also ends when a signal comes. */
struct pollfd;
int health_wait(struct pollfd *fds, unsigned count, uint64_t until);

void health_log(struct health *h, enum log_level level, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool health_log_open(struct health *h, char *error, size_t size);

/* Runs a program to its end. `state` becomes STATE of its environment (NULL: not). Its output goes to `output`, at most
 * HEALTH_OUTPUT octets of it, or nowhere (NULL). *status: the exit status, or the signal below zero. */
enum health_run { HEALTH_RAN, HEALTH_TIMED_OUT, HEALTH_INTERRUPTED, HEALTH_NOT_RUN };
enum { HEALTH_OUTPUT = 1 << 16 };
struct health_program {
    const char *const *argv;
    const char *state;
    bool own_group;     /* it and its children are killed when the time is over */
    bool interruptible; /* we don't wait longer when we are to end */
    bool only_output;   /* standard error goes nowhere */
    int64_t seconds;    /* 0: no limit */
    size_t output_most; /* 0: HEALTH_OUTPUT */
};
enum health_run health_run(const struct health_program *program, struct buffer *output, int *status);
bool health_check(struct health *h);                          /* the check command */
void health_hooks(struct health *h, enum health_state state); /* --execute and those of the state */

/* Tells the state of every address, and waits for the answers. False: nobody takes the lines. */
bool health_tell(struct health *h, enum health_state state);
/* Passes the time, reads what the engine says. False: it is gone. */
bool health_pause(struct health *h, double seconds);

/* Addresses of interfaces, through the program `ip`. */
struct health_found {
    struct prefix prefix;
    char label[64]; /* without "lo:", empty: none */
};
/* One line of `ip -o address show`: false when it names no address that we could announce. `interfaces` ends with
 * NULL: whose labels count. */
bool health_ip_line(struct text line, const char *const *interfaces, struct health_found *out);
bool health_ips_find(struct health *h, struct health_ips *out); /* those of lo, for who named none */
bool health_ips_setup(struct health *h);
void health_ips_remove(struct health *h);
bool health_ifnames_check(const struct health_options *o, char *error, size_t size);

#endif
