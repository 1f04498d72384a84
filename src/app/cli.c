/* cli: commands typed, one after the other, to a running engine (cli.md 9); with words, or without a terminal, like
 * `run`.
 *
 * libedit keeps the line. While it waits for a key, the connection is watched too: who looks at a prompt sees at once
 * that the engine is gone. Control-C is a key here, and drops the line; while an answer comes, it is a signal that ends
 * the waiting. */
#include <errno.h>
#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/complete.h"
#include "app/talk.h"

enum { HISTORY_MOST = 1000, LIST_WIDTH = 80, NEIGHBORS_MS = 500 };

static const struct option cli_options[] = {
    {"pipename", required_argument, NULL, 256},   {"pipe", no_argument, NULL, 257},
    {"socketname", required_argument, NULL, 258}, {"socket", no_argument, NULL, 259},
    {"no-color", no_argument, NULL, 260},         {NULL, 0, NULL, 0},
};

struct cli {
    struct talk talk;
    struct vocabulary vocabulary;
    const struct invocation *invocation;
    EditLine *edit;
    History *history;
    char prompt[96], history_file[512];
    bool dropped; /* the line, by control-C */
    bool gone;    /* the engine has closed the connection, and that was said */
};

static volatile sig_atomic_t resized, interrupted;

static void note_signal(int number) {
    if (number == SIGWINCH)
        resized = 1;
    else
        interrupted = 1;
}

/* ---- Neighbors, for completion ---- */

static void neighbor_take(char **list, size_t *len, const char *line) {
    static const char key[] = "\"peer-address\": \"";
    for (const char *p = line; (p = strstr(p, key));) {
        p += sizeof key - 1;
        size_t size = strcspn(p, "\"");
        char *larger = realloc(*list, *len + size + 2);
        if (!larger)
            return;
        memcpy(larger + *len, p, size);
        memcpy(larger + *len + size, "\n", 2);
        *list = larger;
        *len += size + 1;
    }
}

/* Asked each time: they may change, and it costs a millisecond. */
static void cli_ask_neighbors(struct cli *c) {
    char *list = NULL;
    size_t len = 0;
    if (c->talk.client.by != CLIENT_SOCKET || c->talk.client.fd < 0 || !client_send(&c->talk.client, "peer list"))
        return;
    enum client_said said;
    while ((said = client_hear(&c->talk.client, NEIGHBORS_MS, false)) == CLIENT_LINE)
        neighbor_take(&list, &len, c->talk.client.line);
    if (said == CLIENT_SILENCE)
        client_close(&c->talk.client); /* its answer would come in the place of another */
    lines_take(&c->vocabulary.neighbors, list);
}

/* ---- Keys ---- */

static struct cli *cli_of(EditLine *edit) {
    void *c;
    el_get(edit, EL_CLIENTDATA, &c);
    return c;
}

static int terminal_width(void) {
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : LIST_WIDTH;
}

static void candidates_list(const struct candidates *found) {
    size_t widest = 0;
    for (size_t i = 0; i < found->count; i++)
        if (strlen(found->words[i]) > widest)
            widest = strlen(found->words[i]);
    size_t columns = (size_t)terminal_width() / (widest + 2);
    if (columns == 0)
        columns = 1;
    size_t rows = (found->count + columns - 1) / columns;
    putchar('\n');
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < found->count; i += rows)
            printf("%-*s", i + rows < found->count ? (int)widest + 2 : 0, found->words[i]);
        putchar('\n');
    }
    fflush(stdout);
}

/* Abbreviations before the word at the cursor stand for what they mean. */
static char *line_expanded(const char *line, size_t len) {
    size_t head = len;
    while (head && line[head - 1] != ' ')
        head--;
    char *before = strndup(line, head), *expanded = before ? client_expand(before) : NULL, *out = NULL;
    if (expanded && asprintf(&out, "%s%s%.*s", expanded, *expanded ? " " : "", (int)(len - head), line + head) < 0)
        out = NULL;
    free(before);
    free(expanded);
    return out;
}

static unsigned char key_complete(EditLine *edit, int key) {
    struct cli *c = cli_of(edit);
    const LineInfo *info = el_line(edit);
    char *line = line_expanded(info->buffer, (size_t)(info->cursor - info->buffer));
    struct candidates found;
    (void)key;
    if (!line)
        return CC_ERROR;
    cli_ask_neighbors(c);
    complete(&c->vocabulary, line, &found);
    size_t common = candidates_common(&found);
    unsigned char result = CC_ERROR;
    if (found.count && common > found.partial) {
        char *rest = strndup(found.words[0] + found.partial, common - found.partial);
        result = rest && el_insertstr(edit, rest) == 0 ? CC_REFRESH : CC_ERROR;
        free(rest);
    } else if (found.count > 1) {
        candidates_list(&found);
        result = CC_REDISPLAY;
    }
    if (found.count == 1 && el_insertstr(edit, " ") == 0)
        result = CC_REFRESH;
    candidates_release(&found);
    free(line);
    return result;
}

static unsigned char key_drop(EditLine *edit, int key) {
    const LineInfo *info = el_line(edit);
    (void)key;
    cli_of(edit)->dropped = true;
    el_cursor(edit, (int)(info->lastchar - info->cursor));
    printf("^C\n");
    fflush(stdout);
    return CC_NEWLINE;
}

/* The engine says nothing between commands: what can be read then is its end. */
static void cli_look(struct cli *c) {
    enum client_said said = client_hear(&c->talk.client, 0, false);
    if (said == CLIENT_CLOSED && !c->gone) {
        c->gone = true;
        client_close(&c->talk.client);
        printf("\r\n%s has closed the connection\r\n", c->talk.whose);
        fflush(stdout);
        el_set(c->edit, EL_REFRESH);
    }
}

static int key_read(EditLine *edit, wchar_t *out) {
    struct cli *c = cli_of(edit);
    for (;;) {
        int fd = c->talk.client.by == CLIENT_SOCKET ? c->talk.client.fd : -1;
        struct pollfd wait[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
        int ready = poll(wait, 2, -1);
        if (resized) {
            resized = 0;
            el_resize(edit);
        }
        if (ready < 0 && errno != EINTR)
            return -1;
        if (ready > 0 && wait[1].revents)
            cli_look(c);
        if (ready <= 0 || !wait[0].revents)
            continue;
        unsigned char octet;
        ssize_t n = read(STDIN_FILENO, &octet, 1);
        if (n <= 0)
            return (int)n;
        *out = octet;
        return 1;
    }
}

static char *cli_prompt(EditLine *edit) {
    return cli_of(edit)->prompt;
}

/* ---- History ---- */

/* Where ExaBGP has it when called so, and otherwise in a file of our own. */
static void history_open(struct cli *c) {
    HistEvent event;
    const char *home = getenv("HOME"), *given = getenv("YOTTABGP_HISTORY");
    if (given)
        snprintf(c->history_file, sizeof c->history_file, "%s", given);
    else if (home)
        snprintf(c->history_file, sizeof c->history_file, "%s/.%s_history", home,
                 is_exabgp(c->invocation) ? "exabgp" : "yottabgp");
    c->history = history_init();
    history(c->history, &event, H_SETSIZE, HISTORY_MOST);
    history(c->history, &event, H_SETUNIQUE, 1);
    if (c->history_file[0])
        history(c->history, &event, H_LOAD, c->history_file);
    el_set(c->edit, EL_HIST, history, c->history);
}

/* Commands may hold secrets of a network: nobody else reads them. */
static void history_close(struct cli *c) {
    HistEvent event;
    mode_t mask = umask(077);
    if (c->history_file[0])
        history(c->history, &event, H_SAVE, c->history_file);
    umask(mask);
    history_end(c->history);
}

/* ---- Commands ---- */

static bool cli_connect(struct cli *c) {
    if (c->talk.client.fd >= 0)
        return true;
    if (!talk_open(&c->talk))
        return false;
    if (c->gone)
        printf("connected again\n");
    c->gone = false;
    return true;
}

static void cli_command(struct cli *c, const char *line) {
    char *sending = client_expand(line);
    if (!sending || !cli_connect(c)) {
        free(sending);
        return;
    }
    if (strcmp(sending, line) != 0 && isatty(STDIN_FILENO))
        printf("command: %s\n", sending);
    interrupted = 0;
    enum client_said said =
        strcmp(sending, "reset") == 0 && talk_tell(&c->talk, sending) ? CLIENT_DONE : talk_command(&c->talk, sending);
    free(sending);
    if (said == CLIENT_STOPPED)
        printf("\nnot waited for: the rest of the answer is dropped\n");
    if (said == CLIENT_STOPPED || said == CLIENT_CLOSED || said == CLIENT_SILENCE)
        client_close(&c->talk.client); /* what comes late must not answer the next */
    c->gone = c->gone || said == CLIENT_CLOSED;
}

static void cli_help(void) {
    printf("Commands are those of the API, see `help`. Tab completes them; s n s is `show neighbor summary`.\n"
           "exit, quit, control-D: leave. control-C: drop the line, or stop waiting. json on, json off: how JSON is "
           "shown.\n");
}

/* Words for us, not for the engine. False: it is a command. */
static bool cli_own(struct cli *c, const char *line, bool *leave) {
    if (strcmp(line, "exit") == 0 || strcmp(line, "quit") == 0 || strcmp(line, "q") == 0)
        *leave = true;
    else if (strcmp(line, "?") == 0)
        cli_help();
    else if (strcmp(line, "json on") == 0 || strcmp(line, "json off") == 0)
        c->talk.pretty = strcmp(line, "json on") == 0;
    else
        return *line == 0;
    return true;
}

static char *line_trim(char *line) {
    line += strspn(line, " \t");
    for (size_t len = strlen(line); len && strchr(" \t\r\n", line[len - 1]);)
        line[--len] = 0;
    return line;
}

/* ---- With and without a terminal ---- */

static void cli_edit(struct cli *c) {
    struct sigaction note = {.sa_handler = note_signal};
    sigaction(SIGWINCH, &note, NULL);
    sigaction(SIGINT, &note, NULL);
    c->edit = el_init(c->invocation->program, stdin, stdout, stderr);
    el_set(c->edit, EL_CLIENTDATA, c);
    el_set(c->edit, EL_PROMPT, cli_prompt);
    el_set(c->edit, EL_EDITOR, "emacs");
    el_set(c->edit, EL_GETCFN, key_read);
    el_set(c->edit, EL_SETTY, "-d", "-isig", NULL);
    el_set(c->edit, EL_ADDFN, "complete-command", "complete the command", key_complete);
    el_set(c->edit, EL_ADDFN, "drop-line", "drop the line", key_drop);
    el_set(c->edit, EL_BIND, "^I", "complete-command", NULL);
    el_set(c->edit, EL_BIND, "^C", "drop-line", NULL);
    el_set(c->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    history_open(c);
    el_source(c->edit, NULL); /* ~/.editrc */
}

static void cli_terminal(struct cli *c) {
    HistEvent event;
    int count;
    bool leave = false;
    cli_edit(c);
    printf("connected; ? tells what can be done here\n");
    while (!leave) {
        const char *typed = el_gets(c->edit, &count);
        if (c->dropped) {
            c->dropped = false;
            el_reset(c->edit);
            continue;
        }
        if (!typed || count <= 0) {
            printf("\n");
            break;
        }
        char *copy = strdup(typed), *line = copy ? line_trim(copy) : NULL;
        if (line && *line)
            history(c->history, &event, H_ENTER, line);
        if (line && !cli_own(c, line, &leave))
            cli_command(c, line);
        free(copy);
    }
    history_close(c);
    el_end(c->edit);
}

/* Lines from a file or a pipe: answers only, and the status says whether all was done. */
static int cli_lines(struct cli *c) {
    char *line = NULL;
    size_t size = 0;
    bool good = true, leave = false;
    while (!leave && getline(&line, &size, stdin) >= 0) {
        char *command = line_trim(line);
        if (*command == '#' || cli_own(c, command, &leave))
            continue;
        char *sending = client_expand(command);
        enum client_said said = sending ? talk_command(&c->talk, sending) : CLIENT_CLOSED;
        free(sending);
        leave = leave || said == CLIENT_CLOSED;
        good = good && said != CLIENT_CLOSED && (said != CLIENT_ERROR || is_exabgp(c->invocation));
    }
    free(line);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool cli_parse(struct cli *c, const struct invocation *invocation, int argc, char **argv) {
    int option;
    while ((option = getopt_long(argc, argv, "+", cli_options, NULL)) != -1) {
        switch (option) {
        case 256: talk_name(c->talk.runtime.pipe_name, optarg); break;
        case 257: c->talk.client.by = CLIENT_PIPES; break;
        case 258: talk_name(c->talk.runtime.socket_name, optarg); break;
        case 259: c->talk.client.by = CLIENT_SOCKET; break;
        case 260: c->talk.colors = false; break;
        default: print_usage(invocation, &subcommand_cli, false); return false;
        }
    }
    return true;
}

static int cli_session(struct cli *c) {
    int status = EXIT_SUCCESS;
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!talk_open(&c->talk))
        return EXIT_FAILURE;
    c->talk.pretty = c->talk.stoppable = terminal;
    snprintf(c->prompt, sizeof c->prompt, "%s> ", c->invocation->program);
    if (strcmp(c->talk.runtime.socket_name, "exabgp") != 0)
        snprintf(c->prompt, sizeof c->prompt, "%s> ", c->talk.runtime.socket_name);
    vocabulary_init(&c->vocabulary);
    if (terminal)
        cli_terminal(c);
    else
        status = cli_lines(c);
    vocabulary_release(&c->vocabulary);
    return status;
}

static int cli_run(const struct invocation *invocation, int argc, char **argv) {
    struct cli c = {.invocation = invocation};
    talk_init(&c.talk, invocation);
    int status = EXIT_USAGE;
    if (cli_parse(&c, invocation, argc, argv)) {
        if (optind < argc) { /* ExaBGP 4.2 and 5.0: `cli COMMAND` */
            optind = 1;
            status = subcommand_run.run(invocation, argc, argv);
        } else {
            status = cli_session(&c);
        }
    }
    talk_release(&c.talk);
    return status;
}

const struct subcommand subcommand_cli = {
    .name = "cli",
    .usage = "[options] [COMMAND...]",
    .summary = "talk with a running engine: commands with completion and history",
    .help =
        "With a COMMAND it is the same as `run`. Without a terminal, commands are read from standard input.\n\n"
        "      --socketname NAME      which engine, by the name of its socket (exabgp.api.socketname)\n"
        "      --socket               by the Unix socket (the default)\n"
        "      --pipe                 by named pipes: exabgp_cli_transport=pipe does the same\n"
        "      --pipename NAME        which engine, by the name of its pipes (exabgp.api.pipename)\n"
        "      --no-color             no colours\n\n"
        "Commands are kept in ~/.yottabgp_history, or where YOTTABGP_HISTORY says; ~/.editrc sets keys (editrc(5)).\n",
    .run = cli_run,
};
