/* decode: BGP messages in hexadecimal, shown as a helper would read them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/decode_capture.h"

static const struct option decode_options[] = {
    {"nlri", no_argument, NULL, 'n'},
    {"update", no_argument, NULL, 'u'},
    {"open", no_argument, NULL, 'o'},
    {"family", required_argument, NULL, 'f'},
    {"path-information", no_argument, NULL, 'i'},
    {"configuration", required_argument, NULL, 'c'},
    {"generic", no_argument, NULL, 'g'},
    {"json", no_argument, NULL, 'j'},
    {"command", no_argument, NULL, 'm'},
    {"debug", no_argument, NULL, 'd'},
    {"pdb", no_argument, NULL, 'p'},
    {"mrt", no_argument, NULL, 'M'},
    {"bmp", no_argument, NULL, 'B'},
    {"pcap", no_argument, NULL, 'P'},
    {"bgp", no_argument, NULL, 'R'},
    {NULL, 0, NULL, 0},
};

/* Each word is a file; the status is that of the worst. */
static int decode_files(const struct yottabgp_decode *how, enum yottabgp_capture_kind kind, int count, char **names) {
    int status = EXIT_SUCCESS;
    for (int i = 0; i < count; i++)
        if (decode_capture(how, kind, names[i]) != EXIT_SUCCESS)
            status = EXIT_FAILURE;
    return count ? status : decode_capture(how, kind, "-");
}

/* One message a line; empty lines are passed over. The status is that of the worst line. */
static int decode_standard_input(const struct yottabgp_decode *how) {
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    int status = EXIT_SUCCESS;
    uint64_t counter = 0;
    while ((len = getline(&line, &size, stdin)) >= 0) {
        while (len && strchr(" \t\r\n", line[len - 1]))
            line[--len] = 0;
        if (len && yottabgp_decode(how, line, (size_t)len, ++counter, &print_standard) != EXIT_SUCCESS)
            status = EXIT_FAILURE;
    }
    free(line);
    return status;
}

static int decode_run(const struct invocation *invocation, int argc, char **argv) {
    struct yottabgp_decode how = {.form = environment_form(), .compact = environment_compact()};
    enum yottabgp_capture_kind kind = YOTTABGP_CAPTURE_ANY;
    int option;
    while ((option = getopt_long(argc, argv, "nuof:ic:gjmdp", decode_options, NULL)) != -1) {
        switch (option) {
        case 'n': how.nlri = true; break;
        case 'f': how.families = optarg; break;
        case 'i': how.path_information = true; break;
        case 'c': how.configuration = optarg; break;
        case 'g': how.generic = true; break;
        case 'm': how.command = true; break;
        case 'M': kind = YOTTABGP_CAPTURE_MRT; break;
        case 'B': kind = YOTTABGP_CAPTURE_BMP; break;
        case 'P': kind = YOTTABGP_CAPTURE_PCAP; break;
        case 'R': kind = YOTTABGP_CAPTURE_BGP; break;
        case 'u':
        case 'o':
        case 'j':
        case 'd':
        case 'p': break; /* ExaBGP's, and of no meaning here */
        default: return print_usage(invocation, &subcommand_decode, false);
        }
    }
    if (kind != YOTTABGP_CAPTURE_ANY || (optind < argc && decode_is_capture(argv[optind])))
        return decode_files(&how, kind, argc - optind, argv + optind);
    if (optind == argc)
        return decode_standard_input(&how);
    /* ExaBGP takes one argument with blanks in it; blanks between arguments mean the same. */
    size_t len = 0;
    for (int i = optind; i < argc; i++)
        len += strlen(argv[i]);
    char *payload = malloc(len + 1), *end = payload;
    if (!payload)
        return EXIT_FAILURE;
    for (int i = optind; i < argc; i++)
        end = stpcpy(end, argv[i]);
    int status = yottabgp_decode(&how, payload, len, 1, &print_standard);
    free(payload);
    return status;
}

const struct subcommand subcommand_decode = {
    .name = "decode",
    .usage = "[options] [PAYLOAD | FILE...]",
    .summary = "show a BGP message in hexadecimal, or recorded ones (MRT, BMP, pcap), as JSON",
    .help = "PAYLOAD is a whole message with its marker, or the body of an UPDATE; blanks and colons in it are let "
            "through.\n"
            "Without it, messages are read from standard input, one a line.\n"
            "FILE, or - for standard input, holds recorded sessions or tables, compressed or not; one line for each\n"
            "message and route. What it is shows from its first octets, or is said:\n\n"
            "      --mrt                  MRT: tables and sessions\n"
            "      --bmp                  what a router tells a BMP station\n"
            "      --pcap                 pcap or pcapng: the BGP connections among the packets\n"
            "      --bgp                  BGP messages one after the other\n\n"
            "  -f, --family \"AFI SAFI\"    families of the session (default: all; with -n: ipv4 unicast)\n"
            "  -i, --path-information     NLRIs carry path identifiers (ADD-PATH)\n"
            "  -c, --configuration FILE   take AS numbers, families and capabilities from FILE's first neighbor\n"
            "  -n, --nlri                 PAYLOAD is NLRIs only\n"
            "  -m, --command              print the API commands that would make the same routes\n"
            "  -g, --generic              attributes in hexadecimal where possible\n"
            "  -j, --json                 JSON (the default)\n"
            "  -u, --update  -o, --open   let through: the message says what it is\n\n"
            "exabgp_api_version=4, 5 (the default) or 6 chooses the form of the JSON.\n",
    .run = decode_run,
};
