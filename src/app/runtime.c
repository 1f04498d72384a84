#include "app/runtime.h"

#include <errno.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "yottabgp.h"

extern char **environ;

static void folder_add(struct runtime *r, const char *root, const char *folder) {
    char path[RUNTIME_PATH];
    size_t len = strlen(root);
    while (len && root[len - 1] == '/')
        len--;
    if (r->folder_count == RUNTIME_FOLDERS ||
        snprintf(path, sizeof path, "%.*s%s", (int)len, root, folder) >= (int)sizeof path)
        return;
    for (size_t i = 0; i < r->folder_count; i++)
        if (strcmp(r->folders[i], path) == 0)
            return;
    memcpy(r->folders[r->folder_count++], path, sizeof path);
}

/* ExaBGP's six folders, below a root; beside that of the user a newer one of the same purpose. */
static void folders_below(struct runtime *r, const char *root) {
    char user[64], session[64], old[64];
    snprintf(user, sizeof user, "/run/%u/", (unsigned)getuid());
    snprintf(session, sizeof session, "/run/user/%u/", (unsigned)getuid());
    snprintf(old, sizeof old, "/var/run/%u/", (unsigned)getuid());
    const char *const folders[] = {"/run/exabgp/", user, session, "/run/", "/var/run/exabgp/", old, "/var/run/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        folder_add(r, root, folders[i]);
}

static void folder_of_setting(const char *env_file, const char *name, char *out) {
    if (!yottabgp_setting(environ, env_file, name, out, RUNTIME_PATH - 1))
        out[0] = 0;
    size_t len = strlen(out);
    if (len && out[len - 1] != '/')
        memcpy(out + len, "/", 2);
}

void runtime_init(struct runtime *r, const char *env_file) {
    const char *root = getenv("EXABGP_ROOT"), *given = getenv("RUNTIME_DIRECTORY"); /* systemd.exec(5) */
    *r = (struct runtime){.folder_count = 0};
    yottabgp_setting(environ, env_file, "api.socketname", r->socket_name, sizeof r->socket_name);
    yottabgp_setting(environ, env_file, "api.pipename", r->pipe_name, sizeof r->pipe_name);
    if (!yottabgp_setting(environ, env_file, "api.socketpath", r->socket_path, sizeof r->socket_path))
        r->socket_path[0] = 0;
    char set[RUNTIME_PATH];
    r->no_socket = yottabgp_setting(environ, env_file, "cli.socket", set, sizeof set) && !set[0];
    folder_of_setting(env_file, "cli.socket", r->socket_folder);
    folder_of_setting(env_file, "cli.pipe", r->pipe_folder);
    if (given && given[0]) {
        char folder[RUNTIME_PATH];
        snprintf(folder, sizeof folder, "%.*s/", (int)strcspn(given, ":"), given);
        folder_add(r, "", folder);
    }
    folders_below(r, "");
    folder_add(r, "", "/run/yottabgp/");
    if (root && root[0])
        folders_below(r, root);
}

static bool is_kind(const char *path, mode_t kind) {
    struct stat about;
    return stat(path, &about) == 0 && (about.st_mode & S_IFMT) == kind;
}

static bool path_make(char path[RUNTIME_PATH], const char *folder, const char *name, const char *ending) {
    return snprintf(path, RUNTIME_PATH, "%s%s%s", folder, name, ending) < RUNTIME_PATH;
}

bool runtime_find_socket(const struct runtime *r, char path[RUNTIME_PATH]) {
    if (r->socket_path[0])
        return path_make(path, r->socket_path, "", "") && is_kind(path, S_IFSOCK);
    if (r->socket_folder[0])
        return path_make(path, r->socket_folder, r->socket_name, ".sock") && is_kind(path, S_IFSOCK);
    for (size_t i = 0; i < r->folder_count; i++)
        if (path_make(path, r->folders[i], r->socket_name, ".sock") && is_kind(path, S_IFSOCK))
            return true;
    return false;
}

static bool are_pipes(const struct runtime *r, const char *folder, char *in, char *out) {
    return path_make(in, folder, r->pipe_name, ".in") && path_make(out, folder, r->pipe_name, ".out") &&
           is_kind(in, S_IFIFO) && is_kind(out, S_IFIFO);
}

bool runtime_find_pipes(const struct runtime *r, char in[RUNTIME_PATH], char out[RUNTIME_PATH]) {
    if (r->pipe_folder[0])
        return are_pipes(r, r->pipe_folder, in, out);
    for (size_t i = 0; i < r->folder_count; i++)
        if (are_pipes(r, r->folders[i], in, out))
            return true;
    return false;
}

/* Only below a folder that exists: nobody wants to find a tree of folders where a name was misspelled. */
static void folder_make(const char *path, const char *user) {
    struct passwd *who = geteuid() == 0 ? getpwnam(user) : NULL;
    if (mkdir(path, 0700) != 0 || chmod(path, 0755) != 0)
        return;
    if (who && chown(path, who->pw_uid, who->pw_gid) != 0)
        rmdir(path);
}

static bool place_in(const struct runtime *r, const char *folder, char path[RUNTIME_PATH]) {
    return access(folder, W_OK | X_OK) == 0 && path_make(path, folder, r->socket_name, ".sock");
}

bool runtime_place_socket(const struct runtime *r, const char *user, char path[RUNTIME_PATH]) {
    if (r->no_socket)
        return false;
    if (r->socket_path[0])
        return path_make(path, r->socket_path, "", "");
    if (r->socket_folder[0]) {
        folder_make(r->socket_folder, user);
        return path_make(path, r->socket_folder, r->socket_name, ".sock");
    }
    if (runtime_find_socket(r, path))
        return true;
    if (geteuid() == 0)
        folder_make("/run/exabgp/", user);
    for (size_t i = 0; i < r->folder_count; i++)
        if (place_in(r, r->folders[i], path))
            return true;
    return false;
}
