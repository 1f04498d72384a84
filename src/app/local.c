#include "app/local.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/runtime.h"

extern char **environ;

const uint64_t local_listener = UINT64_MAX; /* the engine's own count from 1 */

static void local_say(struct local *l, enum yottabgp_level level, const char *what, const char *which) {
    char text[RUNTIME_PATH + 160];
    snprintf(text, sizeof text, "%s%s", what, which);
    l->say(l->context, level, text);
}

/* The socket belongs to the user that the engine becomes, and to the group that may command it. */
static void socket_give(struct local *l, const char *env_file, const char *path) {
    char name[64];
    struct passwd *user = geteuid() == 0 ? getpwnam(l->settings->user) : NULL;
    struct group *group = NULL;
    if (yottabgp_setting(environ, env_file, "api.socketgroup", name, sizeof name) && name[0]) {
        group = getgrnam(name);
        if (!group)
            local_say(l, YOTTABGP_WARNING, "api.socketgroup: there is no group called ", name);
    }
    uid_t owner = user ? user->pw_uid : (uid_t)-1;
    gid_t members = group ? group->gr_gid : user ? user->pw_gid : (gid_t)-1;
    if (chown(path, owner, members) != 0)
        local_say(l, YOTTABGP_WARNING, "the group of the socket stays as it is: this user may not change it: ", path);
}

void local_open_socket(struct local *l, const char *env_file) {
    struct runtime r;
    char path[RUNTIME_PATH];
    if (!l->settings->cli)
        return;
    runtime_init(&r, env_file);
    if (r.no_socket)
        return;
    if (!runtime_place_socket(&r, l->settings->user, path)) {
        local_say(l, YOTTABGP_INFO, "no socket for the command line: there is no folder to make it in, see ",
                  "exabgp.cli.socket");
        return;
    }
    if (!host_listen_unix(l->host, local_listener, path, 0660)) {
        local_say(l, YOTTABGP_WARNING, "no socket for the command line: ", host_error(l->host));
        return;
    }
    socket_give(l, env_file, path);
    local_say(l, YOTTABGP_INFO, "commands are taken at the socket ", path);
}

void local_open_pipes(struct local *l, const char *env_file) {
    struct runtime r;
    char in[RUNTIME_PATH], out[RUNTIME_PATH];
    if (!l->settings->cli)
        return;
    runtime_init(&r, env_file);
    if (!runtime_find_pipes(&r, in, out))
        return;
    uint64_t client = yottabgp_client(l->engine);
    if (!host_open_pipes(l->host, client, in, out)) {
        local_say(l, YOTTABGP_WARNING, "no pipes for the command line: ", host_error(l->host));
        yottabgp_closed(l->engine, client, "closed", host_now(l->host));
        return;
    }
    l->pipes = client;
    local_say(l, YOTTABGP_INFO, "commands are taken from the pipe ", in);
}

void local_close(struct local *l) {
    host_unlisten(l->host, local_listener);
    host_close_pipes(l->host);
}

void local_accepted(struct local *l) {
    if (l->clients >= l->settings->clients_most) {
        local_say(l, YOTTABGP_WARNING, "a command line is turned away: ", "exabgp.api.max_clients are connected");
        return;
    }
    uint64_t client = yottabgp_client(l->engine);
    if (host_accept(l->host, client))
        l->clients++;
    else
        yottabgp_closed(l->engine, client, "closed", host_now(l->host));
}

void local_closed(struct local *l) {
    l->clients--;
}

bool local_output(struct local *l, uint64_t client) {
    if (!l->pipes || client != l->pipes)
        return false;
    host_pipes_output(l->host);
    return true;
}

bool local_pause(struct local *l, uint64_t client, bool paused) {
    if (!l->pipes || client != l->pipes)
        return false;
    host_pipes_pause(l->host, paused);
    return true;
}

/* Whoever misused them cannot be told from the next: they are opened anew, for a new client, at the end of the turn. */
bool local_hang_up(struct local *l, uint64_t client) {
    if (!l->pipes || client != l->pipes)
        return false;
    l->reopens = true;
    return true;
}

void local_turn(struct local *l, const char *env_file) {
    if (!l->reopens)
        return;
    l->reopens = false;
    host_close_pipes(l->host);
    yottabgp_closed(l->engine, l->pipes, "closed", host_now(l->host));
    l->pipes = 0;
    local_open_pipes(l, env_file);
}
