/* env and version: what this program is, and how it is set. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "app/app.h"

extern char **environ;

static const struct option env_options[] = {
    {"env", no_argument, NULL, 'e'}, {"diff", no_argument, NULL, 'd'}, {NULL, 0, NULL, 0}};

static int env_run(const struct invocation *invocation, int argc, char **argv) {
    bool changed_only = false, as_variables = false;
    int option;
    while ((option = getopt_long(argc, argv, "ed", env_options, NULL)) != -1) {
        switch (option) {
        case 'e': as_variables = true; break;
        case 'd': changed_only = true; break;
        default: return print_usage(invocation, &subcommand_env, false);
        }
    }
    return yottabgp_environment(environ, invocation->env_file, changed_only, as_variables, &print_standard);
}

const struct subcommand subcommand_env = {
    .name = "env",
    .usage = "[options]",
    .summary = "show the settings in force, as an .env file",
    .help = "  -e, --env                  as environment variables\n"
            "  -d, --diff                 only those that differ from their default\n",
    .run = env_run,
};

static int version_run(const struct invocation *invocation, int argc, char **argv) {
    struct utsname name;
    (void)invocation, (void)argc, (void)argv;
    printf("YottaBGP : %s\n", yottabgp_version());
    printf("Compiler : %s\n", __VERSION__);
    if (uname(&name) == 0)
        printf("Uname    : %s %s %s %s %s\n", name.sysname, name.nodename, name.release, name.version, name.machine);
    return EXIT_SUCCESS;
}

const struct subcommand subcommand_version = {
    .name = "version",
    .usage = "",
    .summary = "show the version",
    .help = "",
    .run = version_run,
};
