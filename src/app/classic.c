/* The command line without a subcommand: options of ExaBGP 4.2, 5.0 and main before the names of configurations (cli.md
 * 2, 20). Some ask for something else than to run; what is left is for `server`.
 *
 * Letters that changed their meaning: -v alone is 4.2's version, with a configuration it is 5.0's verbose; -s with a
 * number is 5.0's signal, without one 4.2's memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/classic.h"

extern char **environ;

const struct option classic_options[] = {
    {"verbose", no_argument, NULL, 'v'},
    {"version", no_argument, NULL, CLASSIC_VERSION},
    {"debug", no_argument, NULL, 'd'},
    {"once", no_argument, NULL, '1'},
    {"pdb", no_argument, NULL, 'p'},
    {"passive", no_argument, NULL, 'P'},
    {"memory", no_argument, NULL, 'm'},
    {"test", no_argument, NULL, 't'},
    {"signal", required_argument, NULL, 's'},
    {"profile", required_argument, NULL, CLASSIC_PROFILE},
    {"root", required_argument, NULL, 'f'},
    {"env", required_argument, NULL, 'e'},
    {"validate", no_argument, NULL, CLASSIC_VALIDATE},
    {"decode", required_argument, NULL, 'x'},
    {"run", required_argument, NULL, CLASSIC_RUN},
    {"full-ini", no_argument, NULL, CLASSIC_FULL_INI},
    {"fi", no_argument, NULL, CLASSIC_FULL_INI},
    {"diff-ini", no_argument, NULL, CLASSIC_DIFF_INI},
    {"di", no_argument, NULL, CLASSIC_DIFF_INI},
    {"full-env", no_argument, NULL, CLASSIC_FULL_ENV},
    {"fe", no_argument, NULL, CLASSIC_FULL_ENV},
    {"diff-env", no_argument, NULL, CLASSIC_DIFF_ENV},
    {"de", no_argument, NULL, CLASSIC_DIFF_ENV},
    {NULL, 0, NULL, 0},
};

void classic_signal_option(void) {
    if (optarg[strspn(optarg, "0123456789.")] || !*optarg)
        optind--; /* it is the name of a configuration */
}

/* `--run healthcheck OPTIONS`: all that comes behind is the helper's. */
static int classic_helper(const struct invocation *invocation, const char *name, int argc, char **argv) {
    const struct subcommand *command = strcmp(name, "healthcheck") == 0 ? &subcommand_healthcheck : NULL;
    if (!command) {
        fprintf(stderr, "%s: there is no helper called \"%s\": healthcheck\n", invocation->program, name);
        return EXIT_USAGE;
    }
    int from = optind - 1;
    argv[from] = argv[0];
    argc -= from;
    argv += from;
    optind = 0;
    return command->run(invocation, argc, argv);
}

static int classic_decode(const struct invocation *invocation, const char *const *messages, unsigned count,
                          const char *file) {
    struct yottabgp_decode how = {.form = environment_form(), .compact = environment_compact(), .configuration = file};
    int status = EXIT_SUCCESS;
    if (!file) {
        print_usage(invocation, &subcommand_server, false);
        return EXIT_FAILURE;
    }
    for (unsigned i = 0; i < count; i++)
        if (yottabgp_decode(&how, messages[i], strlen(messages[i]), i + 1, &print_standard) != EXIT_SUCCESS)
            status = EXIT_FAILURE;
    return status;
}

static int classic_validate(const struct invocation *invocation, int count, char **files) {
    const struct yottabgp_validate how = {0};
    if (!count)
        return print_usage(invocation, &subcommand_validate, false);
    for (int i = 0; i < count; i++)
        if (yottabgp_validate(&how, files[i], &print_standard) != EXIT_SUCCESS)
            return EXIT_FAILURE;
    return EXIT_SUCCESS;
}

static int classic_environment(const struct invocation *invocation, int kind) {
    return yottabgp_environment(environ, invocation->env_file, kind == CLASSIC_DIFF_INI || kind == CLASSIC_DIFF_ENV,
                                kind == CLASSIC_FULL_ENV || kind == CLASSIC_DIFF_ENV, &print_standard);
}

enum { MESSAGES_MOST = 64 };

int classic_run(struct invocation *invocation, int argc, char **argv) {
    const char *messages[MESSAGES_MOST];
    unsigned message_count = 0;
    int option, shown = 0;
    bool validate = false, version = false, verbose = false;
    while ((option = getopt_long(argc, argv, CLASSIC_LETTERS, classic_options, NULL)) != -1) {
        switch (option) {
        case CLASSIC_VERSION: version = true; break;
        case 'v': verbose = true; break;
        case CLASSIC_VALIDATE: validate = true; break;
        case CLASSIC_RUN: return classic_helper(invocation, optarg, argc, argv);
        case 'f': setenv("EXABGP_ROOT", optarg, 1); break;
        case 'e': invocation->env_file = optarg; break;
        case 's': classic_signal_option(); break;
        case 'x':
            if (message_count < MESSAGES_MOST)
                messages[message_count++] = optarg;
            break;
        case '?': print_usage(invocation, &subcommand_server, false); return EXIT_USAGE;
        default:
            if (option >= CLASSIC_FULL_INI)
                shown = option;
        }
    }
    if (version || (verbose && optind == argc))
        return subcommand_version.run(invocation, 1, argv);
    if (shown)
        return classic_environment(invocation, shown);
    if (validate)
        return classic_validate(invocation, argc - optind, argv + optind);
    if (message_count)
        return classic_decode(invocation, messages, message_count, optind < argc ? argv[optind] : NULL);
    optind = 0;
    return subcommand_server.run(invocation, argc, argv);
}
