/* Where the socket and the pipes of an engine are: the engine makes or opens them there, its clients look for them
 * there (cli.md 18). Several engines live side by side by different names. */
#ifndef APP_RUNTIME_H
#define APP_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>

enum { RUNTIME_PATH = 256, RUNTIME_FOLDERS = 20 };

/* What the settings say: api.socketname, api.socketpath, cli.socket, api.pipename, cli.pipe. Empty: not set. */
struct runtime {
    char socket_name[64], socket_path[RUNTIME_PATH], socket_folder[RUNTIME_PATH];
    char pipe_name[64], pipe_folder[RUNTIME_PATH];
    bool no_socket;                              /* cli.socket is set, and empty */
    char folders[RUNTIME_FOLDERS][RUNTIME_PATH]; /* where to look, each with a slash at its end */
    size_t folder_count;
};

void runtime_init(struct runtime *r, const char *env_file);

/* A socket, or both pipes, that exist. False: there are none. */
bool runtime_find_socket(const struct runtime *r, char path[RUNTIME_PATH]);
bool runtime_find_pipes(const struct runtime *r, char in[RUNTIME_PATH], char out[RUNTIME_PATH]);

/* Where an engine makes its socket, before it becomes `user`: where one by its name is left, else in the first folder
 * of the list that it may write to. Root makes /run/exabgp when it is missing, and gives it to the user. False:
 * nowhere. */
bool runtime_place_socket(const struct runtime *r, const char *user, char path[RUNTIME_PATH]);

#endif
