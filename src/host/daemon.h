/* What makes a process a daemon: the background, its pid file, the user it becomes, and words with systemd.
 *
 * The order that works: daemon_detach() before host_new() (the loop does not survive a fork), then the log, the pid
 * file, listeners and local sockets, and daemon_become_user() last. Functions that can fail write why to `error`. */
#ifndef HOST_DAEMON_H
#define HOST_DAEMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens what is missing of descriptors 0, 1 and 2 (as /dev/null), so that no file of ours becomes one of them: whoever
 * writes to standard error would write into a session. False: not even /dev/null can be opened. */
bool daemon_fill_standard(void);

/* False when somebody runs us already: the parent is process 1, or standard input is a socket (inetd). */
bool daemon_may_detach(void);
/* Two forks, a session of its own, 0, 1 and 2 are /dev/null. Returns in the daemon; the caller that started it exits
 * with 0. Only before the first thread and loop. */
bool daemon_detach(char *error, size_t size);

/* Creates the file with our number and a newline. One that names a process that lives, or is no pid file at all, is
 * left alone: false. One of a dead process is replaced. */
bool pid_file_claim(const char *path, char *error, size_t size);
void pid_file_remove(const char *path); /* if it names us */

/* Root becomes this user, for good: its groups, then the user, then a look whether there is a way back. Of its
 * rights the one to listen on ports below 1024 is kept in reserve, for configurations that are loaded later; helpers
 * don't inherit it: host/rights.h. Who is not root stays who he is, but the user must exist. */
bool daemon_become_user(const char *user, char *error, size_t size);

/* As many open files as the system lets us have. What the soft limit was, for host_program.descriptors: programs that
 * use select() fail with a large one. */
uint32_t daemon_raise_descriptors(void);

/* systemd's notification protocol, without its library: nothing happens when nobody asked for it ($NOTIFY_SOCKET). The
 * status is what `systemctl status` shows; NULL: none. False only when somebody asked and cannot be told. */
bool daemon_is_watched(void); /* somebody asked for it */
bool daemon_ready(const char *status);
bool daemon_reloading(void); /* daemon_ready() ends it */
bool daemon_stopping(void);
bool daemon_status(const char *status);
bool daemon_alive(void);
uint64_t daemon_alive_interval(void); /* microseconds between two daemon_alive(), 0: nobody watches */

#endif
