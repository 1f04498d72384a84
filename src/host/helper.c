/* A helper program: a process, three pipes, and the order in which they end.
 *
 * It has ended when the process has exited and its output was read to the end. A grandchild may hold the pipe open for
 * ever, so that a second after the exit is the end too; but not while the caller has paused it: what a helper said
 * before it died is never dropped because somebody else was slow. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/spawn.h"
#include "host/stream.h"

enum { HELPER_PIPE = 1 << 20, HELPER_LINE = 4096, HELPER_LAST_WORDS_US = 1000000 };

struct helper {
    struct thing thing;
    struct host *host;
    struct stream input, output, error; /* its standard ones; closed ones have fd -1 */
    struct ending ending;
    struct link stop; /* in host.stops */
    uv_timer_t timer; /* until SIGKILL while it lives, for its last words afterwards */
    pid_t pid;
    int status;
    uint64_t grace; /* microseconds, of a stop that is asked for */
    bool exited, paused, told;
    int holds;  /* what keeps the memory: the handles, and `helper_ended` that is to be told */
    char *line; /* owned; of standard error, what has no end yet */
    size_t line_len;
};

static const struct stream_kind input_kind, output_kind, error_kind;

static void helper_let_go(struct helper *p) {
    if (--p->holds > 0)
        return;
    free(p->line);
    free(p);
}

static void helper_timer_released(uv_handle_t *handle) {
    helper_let_go(handle->data);
}

static void helper_tell_ended(struct ending *e) {
    struct helper *p = CONTAINER(e, struct helper, ending);
    struct host *h = p->host;
    bool by_signal = WIFSIGNALED(p->status);
    ids_remove(&h->helpers, &p->thing);
    h->events->helper_ended(h->context, p->thing.id, by_signal ? 0 : WEXITSTATUS(p->status),
                            by_signal ? WTERMSIG(p->status) : 0);
    helper_let_go(p);
}

/* The end, if all is through. */
static void helper_check_end(struct helper *p) {
    if (!p->exited || p->output.fd >= 0 || p->error.fd >= 0 || p->told)
        return;
    p->told = true;
    link_leave(&p->stop);
    stream_close(&p->input);
    uv_close((uv_handle_t *)&p->timer, helper_timer_released);
    loop_ended(p->host, &p->ending);
}

/* --- standard input --- */

static struct helper *helper_of_input(struct stream *s) {
    return CONTAINER(s, struct helper, input);
}

static int input_output(struct stream *s, struct iovec *pieces, int max) {
    return s->host->events->helper_output(s->host->context, helper_of_input(s)->thing.id, pieces, max);
}

static void input_sent(struct stream *s, size_t len) {
    s->host->events->helper_sent(s->host->context, helper_of_input(s)->thing.id, len);
}

static void input_broken(struct stream *s, int error) {
    struct helper *p = helper_of_input(s);
    (void)error;
    stream_close(s);
    s->host->busy = true;
    if (!p->exited && s->host->events->helper_deaf)
        s->host->events->helper_deaf(s->host->context, p->thing.id);
}

static void input_released(struct stream *s) {
    helper_let_go(helper_of_input(s));
}

static const struct stream_kind input_kind = {
    .ready = stream_ready,
    .output = input_output,
    .sent = input_sent,
    .broken = input_broken,
    .released = input_released,
};

/* --- standard output --- */

static struct helper *helper_of_output(struct stream *s) {
    return CONTAINER(s, struct helper, output);
}

static void output_received(struct stream *s, const uint8_t *octets, size_t len) {
    s->host->events->helper_said(s->host->context, helper_of_output(s)->thing.id, octets, len);
}

static void output_ended(struct stream *s, int error) {
    struct helper *p = helper_of_output(s);
    (void)error;
    stream_close(s);
    if (!p->exited && s->host->events->helper_mute)
        s->host->events->helper_mute(s->host->context, p->thing.id);
    helper_check_end(p);
}

static void output_released(struct stream *s) {
    helper_let_go(helper_of_output(s));
}

static const struct stream_kind output_kind = {
    .ready = stream_ready,
    .received = output_received,
    .ended = output_ended,
    .released = output_released,
};

/* --- standard error, line by line --- */

static struct helper *helper_of_error(struct stream *s) {
    return CONTAINER(s, struct helper, error);
}

static void error_line(struct helper *p) {
    struct host *h = p->host;
    size_t len = p->line_len;
    p->line_len = 0;
    if (h->events->helper_error)
        h->events->helper_error(h->context, p->thing.id, p->line, len);
}

static void error_received(struct stream *s, const uint8_t *octets, size_t len) {
    struct helper *p = helper_of_error(s);
    for (size_t i = 0; i < len; i++) {
        if (octets[i] == '\n' || p->line_len == HELPER_LINE)
            error_line(p);
        if (octets[i] != '\n')
            p->line[p->line_len++] = (char)octets[i];
    }
}

static void error_ended(struct stream *s, int error) {
    struct helper *p = helper_of_error(s);
    (void)error;
    stream_close(s);
    if (p->line_len)
        error_line(p);
    helper_check_end(p);
}

static void error_released(struct stream *s) {
    helper_let_go(helper_of_error(s));
}

static const struct stream_kind error_kind = {
    .ready = stream_ready,
    .received = error_received,
    .ended = error_ended,
    .released = error_released,
};

/* --- start --- */

/* Both ends are closed by exec; ours does not block. Bigger pipes mean fewer and larger reads, but each user has only
 * so much memory for them: then they stay as they are. */
static bool helper_pipe(int *ours, int *its, bool to_helper) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    *ours = ends[to_helper ? 1 : 0];
    *its = ends[to_helper ? 0 : 1];
    fcntl(*ours, F_SETFL, O_NONBLOCK);
    fcntl(*ours, F_SETPIPE_SZ, HELPER_PIPE);
    return true;
}

struct helper_pipes {
    int ours[3], its[3]; /* -1: none */
};

static void pipes_close(int ends[3]) {
    for (int i = 0; i < 3; i++)
        if (ends[i] >= 0)
            close(ends[i]);
}

static bool pipes_open(struct host *h, struct helper_pipes *pipes, bool with_error) {
    for (int i = 0; i < 3; i++)
        pipes->ours[i] = pipes->its[i] = -1;
    for (int i = 0; i < (with_error ? 3 : 2); i++)
        if (!helper_pipe(&pipes->ours[i], &pipes->its[i], i == 0)) {
            host_fail_system(h, errno, "no pipe");
            pipes_close(pipes->ours);
            pipes_close(pipes->its);
            return false;
        }
    return true;
}

/* Gives our ends to the loop. */
static bool helper_open_streams(struct helper *p, int ours[3]) {
    struct stream *streams[3] = {&p->input, &p->output, &p->error};
    const struct stream_kind *kinds[3] = {&input_kind, &output_kind, &error_kind};
    for (int i = 0; i < 3; i++)
        streams[i]->fd = -1;
    for (int i = 0; i < 3 && ours[i] >= 0; i++) {
        if (!stream_open(streams[i], p->host, ours[i], kinds[i]))
            return host_fail(p->host, "the loop does not take the pipe");
        ours[i] = -1;
        p->holds++;
    }
    return true;
}

static struct helper *helper_new(struct host *h, const struct host_program *program) {
    struct helper *p = memory_new(sizeof *p);
    p->host = h;
    p->ending.tell = helper_tell_ended;
    p->line = program->catch_errors ? memory_new(HELPER_LINE) : NULL;
    uv_timer_init(&h->loop, &p->timer);
    p->timer.data = p;
    p->holds = 1;
    return p;
}

/* Closes what it has without a word; what holds the memory lets go in the loop. */
static void helper_discard(struct helper *p) {
    link_leave(&p->stop);
    stream_close(&p->input);
    stream_close(&p->output);
    stream_close(&p->error);
    if (!p->told)
        uv_close((uv_handle_t *)&p->timer, helper_timer_released);
}

static void helper_begins(struct helper *p, uint64_t id) {
    p->holds++;
    ids_add(&p->host->helpers, &p->thing, id);
    p->input.writes = true;
    stream_reads(&p->output, true);
    stream_reads(&p->error, true);
}

bool host_start(struct host *h, uint64_t id, const struct host_program *program) {
    struct helper_pipes pipes;
    if (ids_find(&h->helpers, id))
        return host_fail(h, "helper %llu exists", (unsigned long long)id);
    if (!pipes_open(h, &pipes, program->catch_errors))
        return false;
    struct helper *p = helper_new(h, program);
    if (helper_open_streams(p, pipes.ours))
        p->pid = spawn_program(h, program, pipes.its[0], pipes.its[1], pipes.its[2]);
    pipes_close(pipes.its);
    pipes_close(pipes.ours);
    if (p->pid)
        helper_begins(p, id);
    else
        helper_discard(p);
    return p->pid != 0;
}

/* --- life --- */

static struct helper *helper_find(const struct host *h, uint64_t id) {
    return ids_find(&h->helpers, id);
}

pid_t host_helper_pid(const struct host *h, uint64_t id) {
    const struct helper *p = helper_find(h, id);
    return p && !p->exited ? p->pid : 0;
}

void host_helper_output(struct host *h, uint64_t id) {
    struct helper *p = helper_find(h, id);
    if (p)
        stream_output(&p->input);
}

void host_helper_close(struct host *h, uint64_t id) {
    struct helper *p = helper_find(h, id);
    if (p)
        stream_close(&p->input);
}

/* --- the end --- */

/* What is in the pipe now is read; who writes later is not the helper. */
static void helper_last_words(struct helper *p) {
    struct stream *streams[2] = {&p->output, &p->error};
    for (int i = 0; i < 2; i++) {
        size_t budget = HELPER_PIPE / HOST_INPUT + 1;
        while (streams[i]->fd >= 0 && streams[i]->reads && budget-- > 0 && stream_read(streams[i]))
            ;
    }
    if (p->paused)
        return;
    stream_close(&p->output);
    if (p->error.fd >= 0)
        error_ended(&p->error, 0);
    helper_check_end(p);
}

static void helper_timer(uv_timer_t *timer) {
    struct helper *p = timer->data;
    p->host->busy = true;
    if (!p->exited)
        kill(-p->pid, SIGKILL);
    else if (!p->paused)
        helper_last_words(p);
}

static void helper_exited(struct helper *p, int status) {
    p->exited = true;
    p->status = status;
    stream_close(&p->input);
    link_leave(&p->stop);
    loop_after(&p->timer, helper_timer, HELPER_LAST_WORDS_US);
    helper_check_end(p);
}

/* Asks for our own processes only: others of this process may be somebody else's. */
void helpers_reap(struct host *h) {
    uint32_t place = 0;
    struct helper *p;
    int status;
    while ((p = ids_next(&h->helpers, &place)))
        if (!p->exited && waitpid(p->pid, &status, WNOHANG) == p->pid)
            helper_exited(p, status);
}

void host_helper_pause(struct host *h, uint64_t id, bool paused) {
    struct helper *p = helper_find(h, id);
    if (!p || p->paused == paused)
        return;
    p->paused = paused;
    stream_reads(&p->output, !paused);
    if (!paused && p->exited && !p->told)
        loop_after(&p->timer, helper_timer, HELPER_LAST_WORDS_US);
}

void host_stop_helper(struct host *h, uint64_t id, uint64_t grace) {
    struct helper *p = helper_find(h, id);
    if (!p || p->exited || link_is_in(&p->stop))
        return;
    p->grace = grace;
    list_append(&h->stops, &p->stop);
}

void helpers_stop(struct host *h) {
    struct link *l;
    while ((l = list_take(&h->stops))) {
        struct helper *p = CONTAINER(l, struct helper, stop);
        kill(-p->pid, SIGTERM);
        loop_after(&p->timer, helper_timer, p->grace);
    }
}

void helpers_free(struct host *h) {
    uint32_t place = 0;
    struct helper *p;
    while ((p = ids_next(&h->helpers, &place))) {
        if (!p->exited) {
            kill(-p->pid, SIGKILL);
            while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        }
        helper_discard(p);
        link_leave(&p->ending.link);
        helper_let_go(p);
    }
}
