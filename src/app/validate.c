/* validate and configuration: is this file good? All that is wrong with it, in one run. */
#include <errno.h>
#include <stdio.h>
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

static const struct option export_options[] = {
    {"output", required_argument, NULL, 'o'}, {"indent", required_argument, NULL, 'i'}, {NULL, 0, NULL, 0}};

static void print_to_file(void *context, const char *text, size_t len) {
    fwrite(text, 1, len, context);
}

/* Log lines as those of `validate`, to standard error; JSON to the file or standard output. */
static int configuration_export(const struct invocation *invocation, int argc, char **argv) {
    const char *output = NULL;
    uint64_t indent = 2;
    int option;
    while ((option = getopt_long(argc, argv, "o:i:", export_options, NULL)) != -1) {
        if (option == 'o')
            output = optarg;
        else if (option != 'i')
            return print_usage(invocation, &subcommand_configuration, false);
        else if (!option_number(invocation, "--indent", optarg, 16, &indent))
            return EXIT_USAGE;
    }
    if (optind + 1 != argc)
        return print_usage(invocation, &subcommand_configuration, false);
    FILE *file = output ? fopen(output, "w") : stdout;
    if (!file) {
        fprintf(stderr, "%s: cannot write %s: %s\n", invocation->program, output, strerror(errno));
        return EXIT_FAILURE;
    }
    const struct yottabgp_print print = {file, print_to_file, print_standard.error};
    int status = yottabgp_configuration_export(argv[optind], (int)indent, &print);
    if (output && fclose(file) == 0 && status == EXIT_SUCCESS)
        fprintf(stderr, "configuration   export.written file=%s\n", output);
    return status;
}

static int configuration_example(void) {
    fputs("# a helper that prints commands, and reads events as JSON\n"
          "process announcer {\n    run /usr/bin/env announcer;\n    encoder json;\n}\n\n"
          "neighbor 192.0.2.1 {\n    router-id 192.0.2.2;        # Default: local-address\n"
          "    local-address 192.0.2.2;    # Default: auto\n    local-as 65001;\n    peer-as 65002;\n"
          "    hold-time 180;              # 0, or 3 to 65535 seconds. Default: 180\n\n"
          "    family {                    # Default: all\n        ipv4 unicast;\n        ipv6 unicast;\n    }\n\n"
          "    static {\n        route 198.51.100.0/24 next-hop self med 10 community [ 65001:1 ];\n    }\n\n"
          "    api {\n        processes [ announcer ];\n        neighbor-changes;\n"
          "        receive {\n            parsed;\n            update;\n        }\n    }\n}\n",
          stdout);
    return EXIT_SUCCESS;
}

static int configuration_run(const struct invocation *invocation, int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "diff") == 0 && argc == 4)
        return yottabgp_configuration_diff(argv[2], argv[3], &print_standard);
    if (strcmp(what, "show") == 0 && argc == 3)
        return yottabgp_configuration_show(argv[2], &print_standard);
    if (strcmp(what, "export") == 0)
        return configuration_export(invocation, argc - 1, argv + 1);
    if (strcmp(what, "example") == 0)
        return configuration_example();
    if (strcmp(what, "validate") != 0)
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
    .usage = "validate [options] CONFIG... | export [options] CONFIG | show CONFIG | diff BEFORE AFTER | example",
    .summary = "tools for configuration files",
    .help = "export prints all values as JSON, show as configuration; diff prints what a reload from BEFORE to AFTER\n"
            "would change; example prints a file to begin with.\n\n"
            "validate:\n" VALIDATE_OPTIONS "\nexport:\n"
            "  -o, --output FILE          write to FILE\n"
            "  -i, --indent N             blanks a level (default: 2)\n",
    .words = "validate export show diff example",
    .run = configuration_run,
};

static const struct option schema_options[] = {{"compact", no_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};

static int schema_run(const struct invocation *invocation, int argc, char **argv) {
    bool compact = false;
    int option;
    while ((option = getopt_long(argc, argv, "", schema_options, NULL)) != -1) {
        if (option != 'c')
            return print_usage(invocation, &subcommand_schema, false);
        compact = true;
    }
    if (argc - optind > 2 || (optind < argc && strcmp(argv[optind], "export") != 0))
        return print_usage(invocation, &subcommand_schema, false);
    return yottabgp_configuration_schema(optind + 1 < argc ? argv[optind + 1] : NULL, compact ? -1 : 2,
                                         &print_standard);
}

const struct subcommand subcommand_schema = {
    .name = "schema",
    .usage = "[export [SECTION]] [--compact]",
    .summary = "show the grammar of configurations as JSON Schema",
    .help = "SECTION: neighbor, process, template, capability, ...; without it, all.\n\n"
            "      --compact              in one line\n",
    .words = "export",
    .run = schema_run,
};
