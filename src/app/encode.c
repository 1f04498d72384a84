/* encode: a route as configuration writes it, shown as the UPDATE that a peer would get. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"

static const struct option encode_options[] = {
    {"family", required_argument, NULL, 'f'},
    {"local-as", required_argument, NULL, 'a'},
    {"peer-as", required_argument, NULL, 'z'},
    {"path-information", no_argument, NULL, 'i'},
    {"nlri-only", no_argument, NULL, 'n'},
    {"no-header", no_argument, NULL, 'H'},
    {"configuration", required_argument, NULL, 'c'},
    {"debug", no_argument, NULL, 'd'},
    {"pdb", no_argument, NULL, 'p'},
    {NULL, 0, NULL, 0},
};

/* One route or command a line; empty lines and those that begin with # are passed over. */
static int encode_standard_input(const struct yottabgp_encode *how) {
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    int status = EXIT_SUCCESS;
    while ((len = getline(&line, &size, stdin)) >= 0) {
        while (len && strchr(" \t\r\n", line[len - 1]))
            line[--len] = 0;
        if (len && line[0] != '#' && yottabgp_encode(how, line, &print_standard) != EXIT_SUCCESS)
            status = EXIT_FAILURE;
    }
    free(line);
    return status;
}

static int encode_run(const struct invocation *invocation, int argc, char **argv) {
    struct yottabgp_encode how = {.local_as = 65533, .peer_as = 65533};
    uint64_t number;
    int option;
    while ((option = getopt_long(argc, argv, "f:a:z:inc:dp", encode_options, NULL)) != -1) {
        switch (option) {
        case 'f': how.families = optarg; break;
        case 'a':
        case 'z':
            if (!option_number(invocation, option == 'a' ? "--local-as" : "--peer-as", optarg, UINT32_MAX, &number))
                return EXIT_USAGE;
            *(option == 'a' ? &how.local_as : &how.peer_as) = (uint32_t)number;
            break;
        case 'i': how.path_information = true; break;
        case 'n': how.nlri_only = true; break;
        case 'H': how.no_header = true; break;
        case 'c': how.configuration = optarg; break;
        case 'd':
        case 'p': break; /* ExaBGP's, and of no meaning here */
        default: return print_usage(invocation, &subcommand_encode, false);
        }
    }
    if (optind == argc && !how.configuration) {
        print_usage(invocation, &subcommand_encode, true);
        return EXIT_FAILURE;
    }
    if (optind < argc && strcmp(argv[optind], "-") == 0)
        return encode_standard_input(&how);
    return yottabgp_encode(&how, optind < argc ? argv[optind] : NULL, &print_standard);
}

const struct subcommand subcommand_encode = {
    .name = "encode",
    .usage = "[options] ROUTE | COMMAND | -",
    .summary = "show the UPDATE of a route, in hexadecimal",
    .help = "ROUTE is one argument, as `static` of a configuration takes it:\n"
            "  \"route 10.0.0.0/24 next-hop 1.2.3.4 med 5\", \"attributes next-hop 1.2.3.4 nlri 10.0.0.0/24 "
            "10.0.1.0/24\"\n"
            "or a command, as helpers write it and `decode --command` prints it:\n"
            "  \"announce ipv6 unicast 2001:db8::/32 next-hop 2001:db8::1\", \"withdraw route 10.0.0.0/24\", "
            "\"announce eor\"\n"
            "With - in its place, routes and commands are read from standard input, one a line.\n\n"
            "  -f, --family \"AFI SAFI\"    families of the session (default: ipv4 unicast; of a command: all)\n"
            "  -a, --local-as N           our AS (default: 65533)\n"
            "  -z, --peer-as N            the peer's AS (default: 65533)\n"
            "  -i, --path-information     with path identifiers (ADD-PATH)\n"
            "  -n, --nlri-only            only the NLRI\n"
            "      --no-header            only the body of the UPDATE\n"
            "  -c, --configuration FILE   every route of FILE, in place of ROUTE\n",
    .run = encode_run,
};
