/* run: one command, or a file of them, for a running engine; answers to standard output (cli.md 9). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/talk.h"

enum {
    OPTION_PIPENAME = 256,
    OPTION_PIPE,
    OPTION_SOCKET,
    OPTION_SOCKETNAME,
    OPTION_BATCH,
    OPTION_NO_COLOR,
    OPTION_TIMEOUT
};

static const struct option run_options[] = {
    {"pipename", required_argument, NULL, OPTION_PIPENAME},
    {"pipe", no_argument, NULL, OPTION_PIPE},
    {"socketname", required_argument, NULL, OPTION_SOCKETNAME},
    {"socket", no_argument, NULL, OPTION_SOCKET},
    {"batch", required_argument, NULL, OPTION_BATCH},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"pretty", no_argument, NULL, 'p'},
    {"no-color", no_argument, NULL, OPTION_NO_COLOR},
    {NULL, 0, NULL, 0},
};

struct run {
    struct talk talk;
    const char *batch;
    bool strict; /* a command that is refused is a failure */
};

/* ---- A file of commands ---- */

static bool batch_line(struct run *r, char *line, unsigned number, unsigned *errors) {
    line += strspn(line, " \t");
    for (size_t len = strlen(line); len && strchr(" \t\r\n", line[len - 1]);)
        line[--len] = 0;
    if (!*line || *line == '#')
        return true;
    printf("\n[%u] %s\n", number, line);
    char *sending = client_expand(line);
    enum client_said said = talk_command(&r->talk, sending);
    free(sending);
    *errors += said == CLIENT_CLOSED || (r->strict && said == CLIENT_ERROR);
    return said != CLIENT_CLOSED;
}

static int batch_run(struct run *r) {
    bool standard = strcmp(r->batch, "-") == 0;
    FILE *file = standard ? stdin : fopen(r->batch, "r");
    if (!file) {
        fprintf(stderr, errno == ENOENT ? "Batch file not found: %s\n" : "Could not open batch file: %s\n", r->batch);
        return EXIT_FAILURE;
    }
    printf("Executing commands from %s...\n", standard ? "stdin" : r->batch);
    char *line = NULL;
    size_t size = 0;
    unsigned number = 0, errors = 0;
    bool more = true;
    while (more && getline(&line, &size, file) >= 0)
        more = batch_line(r, line, ++number, &errors);
    printf("\nBatch execution complete: %u commands, %u errors\n", number, errors);
    free(line);
    if (!standard)
        fclose(file);
    return errors ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- One command ---- */

static char *words_join(int count, char **words) {
    size_t len = 1;
    for (int i = 0; i < count; i++)
        len += strlen(words[i]) + 1;
    char *line = malloc(len), *end = line;
    for (int i = 0; line && i < count; i++)
        end = stpcpy(stpcpy(end, i ? " " : ""), words[i]);
    return line;
}

/* ExaBGP does not answer `reset` in all of its versions: nobody waits for it. */
static int command_run_once(struct run *r, int count, char **words) {
    char *line = words_join(count, words);
    char *sending = line ? client_expand(line) : NULL;
    if (!sending)
        return EXIT_FAILURE;
    if (strcmp(sending, line) != 0)
        printf("command: %s\n", sending);
    int status = EXIT_SUCCESS;
    if (strcmp(sending, "reset") == 0)
        talk_tell(&r->talk, sending);
    else {
        enum client_said said = talk_command(&r->talk, sending);
        if (said == CLIENT_CLOSED || (r->strict && said == CLIENT_ERROR))
            status = EXIT_FAILURE;
    }
    free(sending);
    free(line);
    return status;
}

static bool run_parse(struct run *r, const struct invocation *invocation, int argc, char **argv) {
    int option;
    uint64_t number;
    while ((option = getopt_long(argc, argv, "+p", run_options, NULL)) != -1) {
        switch (option) {
        case OPTION_PIPENAME: talk_name(r->talk.runtime.pipe_name, optarg); break;
        case OPTION_PIPE: r->talk.client.by = CLIENT_PIPES; break;
        case OPTION_SOCKETNAME: talk_name(r->talk.runtime.socket_name, optarg); break;
        case OPTION_SOCKET: r->talk.client.by = CLIENT_SOCKET; break;
        case OPTION_BATCH: r->batch = optarg; break;
        case OPTION_TIMEOUT:
            if (!option_number(invocation, "--timeout", optarg, 1000000, &number))
                return false;
            r->talk.patience_ms = (int)number * 1000;
            break;
        case 'p': r->talk.pretty = true; break;
        case OPTION_NO_COLOR: r->talk.colors = false; break;
        default: print_usage(invocation, &subcommand_run, false); return false;
        }
    }
    return true;
}

static int run_command(const struct invocation *invocation, int argc, char **argv) {
    struct run r = {.strict = !is_exabgp(invocation)};
    talk_init(&r.talk, invocation);
    int status = EXIT_USAGE;
    if (run_parse(&r, invocation, argc, argv)) {
        status = EXIT_FAILURE;
        if (!r.batch && optind == argc)
            fprintf(stderr,
                    "error: no command provided\nusage: %s run [options] COMMAND...\n       %s cli           (for "
                    "interactive mode)\n       %s run --batch FILE\n",
                    invocation->program, invocation->program, invocation->program);
        else if (talk_open(&r.talk))
            status = r.batch ? batch_run(&r) : command_run_once(&r, argc - optind, argv + optind);
    }
    talk_release(&r.talk);
    return status;
}

const struct subcommand subcommand_run = {
    .name = "run",
    .usage = "[options] COMMAND...",
    .summary = "send a command to a running engine, and print its answer",
    .help =
        "COMMAND is one of the API, as helpers write it; abbreviations are written out: `s n s` is `show neighbor\n"
        "summary`. `help` lists all commands.\n\n"
        "      --batch FILE           commands from FILE (\"-\": standard input), one a line; # begins a comment\n"
        "      --socketname NAME      which engine, by the name of its socket (exabgp.api.socketname)\n"
        "      --socket               by the Unix socket (the default)\n"
        "      --pipe                 by named pipes: exabgp_cli_transport=pipe does the same\n"
        "      --pipename NAME        which engine, by the name of its pipes (exabgp.api.pipename)\n"
        "      --timeout SECONDS      how long to wait in silence for the end of an answer (default: 5)\n"
        "  -p, --pretty               JSON of answers in lines, indented\n"
        "      --no-color             no colours, on a terminal either\n\n"
        "Status 0: done. 1: no engine was found, or it refused the command (called as exabgp, 0 then: as ExaBGP).\n",
    .run = run_command,
};
