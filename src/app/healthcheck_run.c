/* Waiting, and programs that are run meanwhile: the check, the hooks, `ip`. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/healthcheck.h"
#include "base/json.h"

/* What a signal handler may touch has to be global. */
static volatile sig_atomic_t health_end_came;

static void health_signal_came(int number) {
    if (number != SIGCHLD)
        health_end_came = 1;
}

static const int health_signal_numbers[] = {SIGTERM, SIGINT, SIGCHLD};
enum { HEALTH_SIGNALS = sizeof health_signal_numbers / sizeof *health_signal_numbers };

void health_signals(void) {
    sigset_t held;
    sigemptyset(&held);
    for (int i = 0; i < HEALTH_SIGNALS; i++) {
        struct sigaction action = {.sa_handler = health_signal_came};
        sigaction(health_signal_numbers[i], &action, NULL);
        sigaddset(&held, health_signal_numbers[i]);
    }
    sigprocmask(SIG_BLOCK, &held, NULL);
    signal(SIGPIPE, SIG_IGN); /* who is gone is found out by writing */
}

/* In the child, before it becomes another program. */
static void health_signals_reset(void) {
    sigset_t none;
    for (int i = 0; i < HEALTH_SIGNALS; i++)
        signal(health_signal_numbers[i], SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

bool health_ending(void) {
    return health_end_came;
}

uint64_t health_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

int health_wait(struct pollfd *fds, unsigned count, uint64_t until) {
    sigset_t none;
    sigemptyset(&none);
    uint64_t now = health_now(), left = until > now ? until - now : 0;
    struct timespec most = {(time_t)(left / 1000000), (long)(left % 1000000) * 1000};
    return ppoll(fds, count, until == UINT64_MAX ? NULL : &most, &none);
}

/* ---- Programs ---- */

static void health_child(const struct health_program *program, int output) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    health_signals_reset();
    if (program->own_group)
        setpgid(0, 0);
    dup2(null, 0); /* the answers on ours are not for it */
    dup2(output >= 0 ? output : null, 1);
    dup2(output >= 0 && !program->only_output ? output : null, 2);
    if (program->state)
        setenv("STATE", program->state, 1);
    execvp(program->argv[0], (char *const *)(uintptr_t)program->argv);
    _exit(127);
}

/* What is there of its output; what is too much is read and dropped. False: the end. */
static bool health_read(int fd, struct buffer *output, size_t most) {
    char piece[16384];
    ssize_t len = read(fd, piece, sizeof piece);
    if (len < 0)
        return errno == EAGAIN || errno == EINTR;
    size_t room = most - buffer_len(output);
    put_octets(output, piece, (size_t)len < room ? (size_t)len : room);
    return len > 0;
}

static bool health_child_ended(pid_t child, int *status) {
    int how;
    if (waitpid(child, &how, WNOHANG) != child)
        return false;
    *status = WIFEXITED(how) ? WEXITSTATUS(how) : WIFSIGNALED(how) ? -WTERMSIG(how) : 0;
    return true;
}

/* Until the program itself has ended: what it leaves in the background does not count. */
static enum health_run health_attend(const struct health_program *p, pid_t child, int fd, struct buffer *output,
                                     int *status) {
    uint64_t until = p->seconds > 0 ? health_now() + (uint64_t)p->seconds * 1000000 : UINT64_MAX;
    size_t most = p->output_most ? p->output_most : HEALTH_OUTPUT;
    bool open = fd >= 0;
    while (!health_child_ended(child, status)) {
        struct pollfd pipe = {.fd = open ? fd : -1, .events = POLLIN};
        if (p->interruptible && health_ending())
            return HEALTH_INTERRUPTED;
        int ready = health_wait(&pipe, 1, until);
        if (ready > 0)
            open = health_read(fd, output, most);
        else if (ready == 0)
            return HEALTH_TIMED_OUT;
    }
    while (open) {
        struct pollfd pipe = {.fd = fd, .events = POLLIN};
        open = poll(&pipe, 1, 0) > 0 && health_read(fd, output, most);
    }
    return HEALTH_RAN;
}

enum health_run health_run(const struct health_program *program, struct buffer *output, int *status) {
    int ends[2] = {-1, -1};
    if (output && pipe2(ends, O_CLOEXEC) != 0)
        return HEALTH_NOT_RUN;
    pid_t child = fork();
    if (child == 0)
        health_child(program, ends[1]);
    if (ends[1] >= 0)
        close(ends[1]);
    enum health_run how = child < 0 ? HEALTH_NOT_RUN : health_attend(program, child, ends[0], output, status);
    if (ends[0] >= 0)
        close(ends[0]);
    if (child > 0 && program->own_group && (how == HEALTH_TIMED_OUT || how == HEALTH_INTERRUPTED)) {
        if (kill(-child, SIGKILL) != 0) /* it may not have come to make its group yet */
            kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    return how;
}

/* ---- The check and the hooks ---- */

bool health_check(struct health *h) {
    const struct health_options *o = &h->options;
    if (!o->command)
        return true;
    const struct health_program program = {.argv = (const char *const[]){"/bin/sh", "-c", o->command, NULL},
                                           .own_group = true,
                                           .interruptible = true,
                                           .seconds = o->timeout};
    struct buffer output = buffer_growing(), shown = buffer_growing();
    int status = 0;
    health_log(h, LOG_LEVEL_DEBUG, "Checking command '%s'", o->command);
    enum health_run how = health_run(&program, &output, &status);
    while (buffer_len(&output) && strchr(" \t\r\n", output.p[-1]))
        output.p--;
    put_escaped(&shown, buffer_text(&output));
    if (how == HEALTH_TIMED_OUT)
        health_log(h, LOG_LEVEL_WARNING, "Timeout (%lld) while running check command %s", (long long)o->timeout,
                   o->command);
    else if (how == HEALTH_NOT_RUN)
        health_log(h, LOG_LEVEL_ERROR, "cannot run the check command: %s", strerror(errno));
    else if (how == HEALTH_RAN && status != 0)
        health_log(h, LOG_LEVEL_WARNING, "Check command was unsuccessful: %d", status);
    if (how == HEALTH_RAN && status != 0 && buffer_len(&shown))
        health_log(h, LOG_LEVEL_INFO, "Output of check command: %.*s", TEXT_ARGS(buffer_text(&shown)));
    if (how == HEALTH_RAN && status == 0)
        health_log(h, LOG_LEVEL_DEBUG, "Command was executed successfully %d %.*s", status,
                   TEXT_ARGS(buffer_text(&shown)));
    buffer_release(&output);
    buffer_release(&shown);
    return how == HEALTH_RAN && status == 0;
}

static void health_hook_list(struct health *h, const struct health_texts *hooks, const char *state) {
    for (size_t i = 0; i < hooks->count && !health_ending(); i++) {
        const struct health_program program = {.argv = (const char *const[]){"/bin/sh", "-c", hooks->items[i], NULL},
                                               .interruptible = true,
                                               .state = state};
        int status;
        health_log(h, LOG_LEVEL_DEBUG, "Transition to %s, execute `%s`", state, hooks->items[i]);
        health_run(&program, NULL, &status);
    }
}

void health_hooks(struct health *h, enum health_state state) {
    const struct health_options *o = &h->options;
    const char *name = health_state_name(state);
    health_log(h, LOG_LEVEL_DEBUG, "Transition to %s", name);
    if (state == HEALTH_UP)
        health_hook_list(h, &o->up_execute, name);
    else if (state == HEALTH_DOWN)
        health_hook_list(h, &o->down_execute, name);
    else if (state == HEALTH_DISABLED)
        health_hook_list(h, &o->disabled_execute, name);
    health_hook_list(h, &o->execute, name);
}
