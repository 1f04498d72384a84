#include "app/several.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const int passed[] = {SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGALRM};
enum { PASSED = sizeof passed / sizeof *passed };

/* A file of one log that several processes turn over is a file that loses lines. */
static bool logs_to_file(const struct invocation *invocation) {
    char to[512] = "";
    yottabgp_setting(environ, invocation->env_file, "log.destination", to, sizeof to);
    return to[0] == '/' || to[0] == '~' || strncmp(to, "file:", 5) == 0;
}

/* What is sent to the parent is meant for all of them. */
static void children_wait(const pid_t *children, int count, const sigset_t *set) {
    for (int left = count, number; left;) {
        number = sigwaitinfo(set, NULL);
        if (number != SIGCHLD) {
            for (int i = 0; number > 0 && i < count; i++)
                kill(children[i], number);
            continue;
        }
        while (left && waitpid(-1, NULL, WNOHANG) > 0)
            left--;
    }
}

bool several_fork(const struct invocation *invocation, int count, char **files, int *status, char **file) {
    *status = EXIT_FAILURE;
    if (logs_to_file(invocation)) {
        fprintf(stderr, "%s: several configurations cannot log to one file: log to syslog, or run each by itself\n",
                invocation->program);
        return true;
    }
    pid_t *children = calloc((size_t)count, sizeof *children);
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    for (int i = 0; i < PASSED; i++)
        sigaddset(&set, passed[i]);
    sigprocmask(SIG_BLOCK, &set, &before);
    int started = 0;
    for (; children && started < count; started++) {
        fflush(NULL);
        children[started] = fork();
        if (children[started] == 0) {
            free(children);
            sigprocmask(SIG_SETMASK, &before, NULL);
            *file = files[started];
            return false;
        }
        if (children[started] < 0) {
            fprintf(stderr, "%s: cannot start a process for %s: %s\n", invocation->program, files[started],
                    strerror(errno));
            break;
        }
    }
    if (children)
        children_wait(children, started, &set);
    free(children);
    *status = started == count ? EXIT_SUCCESS : EXIT_FAILURE;
    return true;
}
