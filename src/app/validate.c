/* validate and configuration: is this file good? All that is wrong with it, in one run. */
#include <stdlib.h>
#include <string.h>

#include "app/app.h"

static const struct option validate_options[] = {
    {"neighbor", no_argument, NULL, 'n'},
    {"route", no_argument, NULL, 'r'},
    {"verbose", no_argument, NULL, 'v'},
    {"pdb", no_argument, NULL, 'p'},
    {NULL, 0, NULL, 0},
};

static int validate_files(const struct invocation *invocation, const struct subcommand *command, int argc,
                          char **argv) {
    struct yottabgp_validate how = {0};
    int option;
    while ((option = getopt_long(argc, argv, "nrvp", validate_options, NULL)) != -1) {
        switch (option) {
        case 'n': how.neighbors = true; break;
        case 'r': how.routes = true; break;
        case 'v': how.verbose = true; break;
        case 'p': break; /* ExaBGP's debugger */
        default: return print_usage(invocation, command, false);
        }
    }
    if (optind == argc)
        return print_usage(invocation, command, false);
    for (; optind < argc; optind++)
        if (yottabgp_validate(&how, argv[optind], &print_standard) != EXIT_SUCCESS)
            return EXIT_FAILURE;
    return EXIT_SUCCESS;
}

static int validate_run(const struct invocation *invocation, int argc, char **argv) {
    return validate_files(invocation, &subcommand_validate, argc, argv);
}

static int configuration_run(const struct invocation *invocation, int argc, char **argv) {
    if (argc < 2 || strcmp(argv[1], "validate") != 0)
        return print_usage(invocation, &subcommand_configuration, false);
    return validate_files(invocation, &subcommand_configuration, argc - 1, argv + 1);
}

#define VALIDATE_OPTIONS                                                                                               \
    "  -n, --neighbor             name each neighbor\n"                                                                \
    "  -r, --route                write each route as an UPDATE, and read it again\n"                                  \
    "  -v, --verbose              with -n: print each neighbor with every value explicit\n\n"                          \
    "Status 0: every file is good. 1: one is not; each mistake is shown with its place.\n"

const struct subcommand subcommand_validate = {
    .name = "validate",
    .usage = "[options] CONFIG...",
    .summary = "check configuration files, and show all their mistakes",
    .help = VALIDATE_OPTIONS,
    .run = validate_run,
};

const struct subcommand subcommand_configuration = {
    .name = "configuration",
    .usage = "validate [options] CONFIG...",
    .summary = "tools for configuration files",
    .help = VALIDATE_OPTIONS,
    .run = configuration_run,
};
