/* The program: one file for each subcommand, one row each in main.c. */
#ifndef APP_APP_H
#define APP_APP_H

#include <getopt.h>

#include "yottabgp.h"

struct invocation {
    const char *program;  /* as it was called: "yottabgp", "exabgp" */
    const char *env_file; /* --env-file; NULL: the default place */
};

/* Called as ExaBGP's programs are: then what its users' scripts look at is as with ExaBGP. */
bool is_exabgp(const struct invocation *invocation);

enum { EXIT_USAGE = 2 }; /* beside EXIT_SUCCESS and EXIT_FAILURE (cli.md 15) */

struct subcommand {
    const char *name;
    const char *usage;   /* what stands behind the name: "[options] CONFIG..." */
    const char *summary; /* one line, for the list of all */
    const char *help;    /* options and explanations: for --help of this one */
    const char *words;   /* that stand first behind the name, with blanks between; NULL: none */
    bool own_help;       /* --help is among the options that it reads itself */
    int (*run)(const struct invocation *invocation, int argc, char **argv); /* argv[0] is the subcommand's name */
};

/* A line each, so that two who add one don't meet. */
extern const struct subcommand subcommand_cli;
extern const struct subcommand subcommand_configuration;
extern const struct subcommand subcommand_decode;
extern const struct subcommand subcommand_encode;
extern const struct subcommand subcommand_env;
extern const struct subcommand subcommand_healthcheck;
extern const struct subcommand subcommand_replay;
extern const struct subcommand subcommand_migrate;
extern const struct subcommand subcommand_run;
extern const struct subcommand subcommand_schema;
extern const struct subcommand subcommand_server;
extern const struct subcommand subcommand_shell;
extern const struct subcommand subcommand_validate;
extern const struct subcommand subcommand_version;

/* All of them, in the order in which help lists them; NULL: no more. */
const struct subcommand *subcommand_at(size_t number);

/* Prints how a subcommand is called, to standard output with status 0 (asked for), or to standard error with
 * EXIT_USAGE. */
int print_usage(const struct invocation *invocation, const struct subcommand *command, bool asked);

/* Lines to standard output and standard error. */
extern const struct yottabgp_print print_standard;

/* A number in an option: false with a message when it is none or larger than `max`. */
bool option_number(const struct invocation *invocation, const char *option, const char *text, uint64_t max,
                   uint64_t *out);

/* The value of `api.ack` and the like from the environment: yottabgp_api_ack, exabgp.api.ack, ...; NULL: not set. */
const char *environment_value(const char *name);

/* exabgp_api_version and exabgp_api_compact, for those that show messages. */
int environment_form(void);
bool environment_compact(void);

#endif
