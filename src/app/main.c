/* The command line: `yottabgp SUBCOMMAND ...`, or `yottabgp [options] CONFIG...`, which is `yottabgp server ...`.
 *
 * Installed (or linked) as `exabgp` it answers as ExaBGP's command line does (cli.md 1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/classic.h"
#include "base/number.h"

/* In the order in which help lists them. */
/* clang-format off */
static const struct subcommand *const commands[] = {
    &subcommand_server,
    &subcommand_cli,
    &subcommand_run,
    &subcommand_validate,
    &subcommand_decode,
    &subcommand_encode,
    &subcommand_configuration,
    &subcommand_healthcheck, &subcommand_replay,
    &subcommand_env,
    &subcommand_migrate,
    &subcommand_schema,
    &subcommand_shell,
    &subcommand_version,
};
/* clang-format on */
enum { COMMANDS = sizeof commands / sizeof *commands };

const struct subcommand *subcommand_at(size_t number) {
    return number < COMMANDS ? commands[number] : NULL;
}

bool is_exabgp(const struct invocation *invocation) {
    return strncmp(invocation->program, "exabgp", 6) == 0;
}

static void print_to_stdout(void *context, const char *text, size_t len) {
    (void)context;
    fwrite(text, 1, len, stdout);
}

static void print_to_stderr(void *context, const char *text, size_t len) {
    (void)context;
    fflush(stdout);
    fwrite(text, 1, len, stderr);
}

const struct yottabgp_print print_standard = {NULL, print_to_stdout, print_to_stderr};

int print_usage(const struct invocation *invocation, const struct subcommand *command, bool asked) {
    FILE *to = asked ? stdout : stderr;
    fprintf(to, "usage: %s %s %s\n\n%s\n", invocation->program, command->name, command->usage, command->summary);
    if (command->help[0])
        fprintf(to, "\n%s", command->help);
    return asked ? EXIT_SUCCESS : EXIT_USAGE;
}

static int print_help(const struct invocation *invocation) {
    printf(
        "usage: %s [--env-file FILE] SUBCOMMAND ...\n"
        "       %s [--env-file FILE] [options] CONFIG...      the same as: %s server ...\n\n"
        "A programmable BGP engine: ExaBGP's configuration files and helper programs, at full speed.\n\nsubcommands:\n",
        invocation->program, invocation->program, invocation->program);
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-14s %s\n", commands[i]->name, commands[i]->summary);
    printf("\n%s SUBCOMMAND --help tells more about each.\n", invocation->program);
    return EXIT_SUCCESS;
}

bool option_number(const struct invocation *invocation, const char *option, const char *text, uint64_t max,
                   uint64_t *out) {
    if (number_parse(text_of(text), max, out))
        return true;
    fprintf(stderr, "%s: %s takes a number from 0 to %llu, not \"%s\"\n", invocation->program, option,
            (unsigned long long)max, text);
    return false;
}

/* yottabgp_api_version, yottabgp.api.version, and the same of ExaBGP: the first that is set. */
const char *environment_value(const char *name) {
    static const char *const prefixes[] = {"yottabgp", "exabgp"};
    for (size_t i = 0; i < 2; i++)
        for (const char *separator = "._"; *separator; separator++) {
            char variable[64];
            snprintf(variable, sizeof variable, "%s%c%s", prefixes[i], *separator, name);
            for (char *p = variable; *p; p++)
                if (*p == '.' || *p == '_')
                    *p = *separator;
            const char *value = getenv(variable);
            if (value)
                return value;
        }
    return NULL;
}

int environment_form(void) {
    const char *value = environment_value("api.version");
    return value && strcmp(value, "4") == 0 ? 4 : value && strcmp(value, "6") == 0 ? 6 : 5;
}

bool environment_compact(void) {
    const char *value = environment_value("api.compact");
    return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0 || strcmp(value, "yes") == 0 ||
                     strcmp(value, "on") == 0 || strcmp(value, "enable") == 0);
}

/* Takes `--env-file FILE` out of the line, wherever it stands; as the last word it is left for the subcommand to
 * refuse. */
static int take_env_file(struct invocation *invocation, int argc, char **argv) {
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--env-file=", 11) == 0)
            invocation->env_file = argv[i] + 11;
        else if (strcmp(argv[i], "--env-file") == 0 && i + 1 < argc)
            invocation->env_file = argv[++i];
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    return kept;
}

/* Without --env-file: what the environment names, else the file of the installation (cli.md 13). A program that is not
 * installed, in a build folder, has none. */
static void find_env_file(struct invocation *invocation) {
    static char path[4096 + 32], root[4096];
    const char *given = getenv("EXABGP_ENVFILE"), *below = getenv("EXABGP_ROOT");
    if (invocation->env_file || given) {
        if (given && !invocation->env_file)
            invocation->env_file = given;
        return;
    }
    if (below) {
        snprintf(root, sizeof root, "%s", below);
    } else {
        ssize_t len = readlink("/proc/self/exe", root, sizeof root - 1);
        root[len > 0 ? len : 0] = 0;
        char *slash = strrchr(root, '/');
        if (slash)
            *slash = 0;
        slash = strrchr(root, '/');
        if (!slash || (strcmp(slash, "/bin") != 0 && strcmp(slash, "/sbin") != 0))
            return;
        *slash = 0;
        if (strcmp(root, "/usr") == 0)
            root[0] = 0;
    }
    snprintf(path, sizeof path, "%s/etc/exabgp/exabgp.env", root);
    invocation->env_file = path;
}

/* Names of programs that are a subcommand by themselves. */
static const struct subcommand *command_of_program(const char *program) {
    if (strcmp(program, "exabgpcli") == 0 || strcmp(program, "exabgp-cli") == 0)
        return &subcommand_run;
    return strcmp(program, "exabgp-healthcheck") == 0 ? &subcommand_healthcheck : NULL;
}

static const struct subcommand *command_named(const char *name) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static bool asks_for_help(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0)
            return true;
    return false;
}

int main(int argc, char **argv) {
    const char *slash = strrchr(argv[0], '/');
    struct invocation invocation = {.program = slash ? slash + 1 : argv[0]};
    argc = take_env_file(&invocation, argc, argv);
    find_env_file(&invocation);
    const struct subcommand *own = command_of_program(invocation.program);
    if (own)
        return own->run(&invocation, argc, argv);
    if (argc == 1) {
        print_help(&invocation);
        printf("\nEnvironment values are:\n");
        extern char **environ;
        yottabgp_environment(environ, invocation.env_file, false, true, &print_standard);
        return EXIT_FAILURE;
    }
    const struct subcommand *command = command_named(argv[1]);
    if (!command && asks_for_help(argc, argv))
        return print_help(&invocation);
    if (!command) /* the word `server` may be left out */
        return classic_run(&invocation, argc, argv);
    if (!command->own_help && asks_for_help(argc, argv))
        return print_usage(&invocation, command, true);
    argv[1] = argv[0]; /* what getopt calls us */
    return command->run(&invocation, argc - 1, argv + 1);
}
