#include "app/talk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static bool wants_colors(void) {
    const char *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && terminal && strcmp(terminal, "dumb") != 0;
}

void talk_init(struct talk *t, const struct invocation *invocation) {
    char transport[16] = "";
    yottabgp_setting(environ, invocation->env_file, "cli.transport", transport, sizeof transport);
    *t = (struct talk){
        .whose = is_exabgp(invocation) ? "ExaBGP" : "YottaBGP",
        .patience_ms = 5000,
        .colors = wants_colors(),
    };
    client_init(&t->client, strcmp(transport, "pipe") == 0 ? CLIENT_PIPES : CLIENT_SOCKET);
    runtime_init(&t->runtime, invocation->env_file);
}

void talk_release(struct talk *t) {
    client_release(&t->client);
}

void talk_name(char out[64], const char *name) {
    snprintf(out, 64, "%s", name);
}

bool talk_open(struct talk *t) {
    char why[4096];
    if (client_open(&t->client, &t->runtime, t->whose, why, sizeof why))
        return true;
    fprintf(stderr, "%s", why);
    return false;
}

bool talk_tell(struct talk *t, const char *command) {
    if (client_send(&t->client, command))
        return true;
    fprintf(stderr, "could not send command to %s (%s)\n", t->whose,
            t->client.by == CLIENT_PIPES ? "command timeout" : "it is gone");
    return false;
}

static void talk_print(const struct talk *t, const char *line) {
    if (t->pretty && (line[0] == '{' || line[0] == '['))
        print_json(stdout, line, t->colors);
    else
        printf("%s\n", line);
}

static void talk_end(const struct talk *t, enum client_said said) {
    fflush(stdout);
    switch (said) {
    case CLIENT_ERROR:
        fprintf(stderr, "%s returns an error (see %s's logs for more information)\n", t->whose, t->whose);
        fprintf(stderr, "use help for a list of available commands\n");
        break;
    case CLIENT_SHUTDOWN: fprintf(stderr, "%s is shutting down, command aborted\n", t->whose); break;
    case CLIENT_SILENCE:
        fprintf(stderr, "\nwarning: no end of command message received\n"
                        "warning: normal if exabgp.api.ack is set to false otherwise some data may get stuck\n");
        break;
    case CLIENT_CLOSED: fprintf(stderr, "%s closed the connection before the end of its answer\n", t->whose); break;
    default: break;
    }
}

enum client_said talk_command(struct talk *t, const char *command) {
    if (!talk_tell(t, command))
        return CLIENT_CLOSED;
    enum client_said said;
    while ((said = client_hear(&t->client, t->patience_ms, t->stoppable)) == CLIENT_LINE)
        talk_print(t, t->client.line);
    talk_end(t, said);
    return said;
}
