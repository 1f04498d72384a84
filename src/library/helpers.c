/* Helper programs: started, watched, started again. A helper that keeps dying is started less and less often, up to
 * once a minute; it never takes the engine down. */
#include "base/memory.h"
#include "config/apply.h"
#include "library/library.h"

enum {
    STARTS_MOST = 5,  /* in a slot, before starts are delayed (api-commands.md 1.4) */
    DELAY_MOST = 60,  /* seconds */
    SECOND = 1000000, /* microseconds */
};

static const char *helper_name(const struct helper *h) {
    return h->process->name.p; /* texts of a configuration are terminated */
}

static void helper_begins(struct yottabgp *y, const struct helper *h) {
    const struct process *p = h->process;
    api_add(y->api, h->id,
            &(struct api_client_settings){
                .name = p->name,
                .json = p->json,
                .on_exit = p->on_exit,
                .snapshot = p->snapshot,
                .start = h->life,
                .policy_set = true,
                .policy = (enum outbox_policy)p->outbox,
                .outbox_most = p->outbox_limit,
            });
}

/* The texts of a configuration are terminated. */
static const char **helper_texts(const struct text *texts, unsigned count) {
    const char **list = memory_new((count + 1) * sizeof *list);
    for (unsigned i = 0; i < count; i++)
        list[i] = texts[i].p;
    return list;
}

static void helper_start(struct yottabgp *y, struct helper *h, uint64_t now) {
    char error[256] = "";
    const struct process *p = h->process;
    const char **argv = helper_texts(p->argv, p->argc), **env = helper_texts(p->env, p->env_count);
    uint64_t slot = (uint64_t)((int64_t)now + y->wall_minus_now) / SECOND / 64;
    if (slot != h->slot) {
        h->slot = slot;
        h->starts = 0;
    }
    h->starts++;
    h->life++;
    h->started = now;
    h->due = UINT64_MAX;
    h->id = ++y->names;
    struct yottabgp_program program = {
        .argv = argv,
        .name = helper_name(h),
        .environment = env,
        .user = p->user.len ? p->user.p : NULL,
        .group = p->group.len ? p->group.p : NULL,
        .folder = p->cwd.len ? p->cwd.p : NULL,
        .open_files = p->open_files,
        .catch_errors = y->environment.log.enable,
    };
    helper_begins(y, h);
    if (y->host.start(y->host.context, h->id, &program, error, sizeof error)) {
        library_log(y, YOTTABGP_DEBUG, "processes", "helper %s started", helper_name(h));
        stage_news(y);
    } else {
        library_log(y, YOTTABGP_ERROR, "processes", "helper %s could not be started: %s", helper_name(h), error);
        yottabgp_helper_ended(y, h->id, 127, 0, now);
    }
    free(argv);
    free(env);
}

void helpers_turn(struct yottabgp *y, uint64_t now) {
    for (size_t i = 0; i < y->helper_count; i++)
        if (!y->ending && y->helpers[i].due <= now && !y->helpers[i].id && y->helpers[i].wanted)
            helper_start(y, &y->helpers[i], now);
}

uint64_t helpers_deadline(const struct yottabgp *y) {
    uint64_t first = UINT64_MAX;
    for (size_t i = 0; i < y->helper_count; i++)
        if (!y->helpers[i].id && y->helpers[i].wanted && y->helpers[i].due < first)
            first = y->helpers[i].due;
    return first;
}

static struct helper *helper_named(struct yottabgp *y, struct text name) {
    for (size_t i = 0; i < y->helper_count; i++)
        if (text_same(y->helpers[i].process->name, name))
            return &y->helpers[i];
    return NULL;
}

static void helper_stop(struct yottabgp *y, struct helper *h) {
    if (!h->id || h->stopping)
        return;
    h->stopping = true;
    y->host.stop(y->host.context, h->id);
}

/* Sections that went: stopped. New ones: started. Changed ones, or all when so asked: started again. */
void helpers_adopt(struct yottabgp *y, const struct configuration *c, bool restart_all, uint64_t now) {
    for (size_t i = 0; i < y->helper_count; i++)
        y->helpers[i].wanted = false;
    size_t known = y->helper_count;
    y->helpers = memory_resize(y->helpers, (known + c->process_count + 1) * sizeof *y->helpers);
    for (size_t i = 0; i < c->process_count; i++) {
        const struct process *process = &c->processes[i];
        struct helper *h = known ? helper_named(y, process->name) : NULL;
        if (!h) {
            y->helpers[y->helper_count++] = (struct helper){.process = process, .due = now, .wanted = true};
            continue;
        }
        const char *keywords[PROCESS_CHANGES_MOST];
        bool changed;
        process_changes(h->process, process, keywords, &changed);
        if (h->process->on_exit.what != process->on_exit.what ||
            h->process->on_exit.seconds != process->on_exit.seconds)
            api_on_exit(y->api, h->id, process->on_exit);
        h->wanted = true;
        h->process = process;
        if (changed || restart_all) {
            h->due = now;
            helper_stop(y, h);
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < y->helper_count; i++) {
        struct helper h = y->helpers[i];
        if (!h.wanted) {
            helper_stop(y, &h);
            library_log(y, YOTTABGP_INFO, "processes", "helper %s is not configured any more", helper_name(&h));
            if (h.id)
                api_remove(y->api, h.id, now);
            continue;
        }
        y->helpers[kept++] = h;
    }
    y->helper_count = kept;
}

static struct helper *helper_of(struct yottabgp *y, uint64_t id) {
    for (size_t i = 0; i < y->helper_count; i++)
        if (y->helpers[i].id == id)
            return &y->helpers[i];
    return NULL;
}

const char *helper_name_of(const struct yottabgp *y, uint64_t id) {
    for (size_t i = 0; i < y->helper_count; i++)
        if (y->helpers[i].id == id)
            return helper_name(&y->helpers[i]);
    return "?";
}

/* When it is to be started again: at once, until there were too many starts; then later and later. */
static void helper_plan(struct yottabgp *y, struct helper *h, uint64_t now) {
    h->due = UINT64_MAX;
    if (h->stopping) {
        h->due = h->wanted ? now : UINT64_MAX;
        return;
    }
    if (!h->process->respawn || !y->environment.api.respawn)
        return;
    if (now - h->started > DELAY_MOST * (uint64_t)SECOND)
        h->delay = 0; /* it had come to life */
    if (h->starts < STARTS_MOST && !h->delay) {
        h->due = now;
        return;
    }
    h->delay = h->delay ? h->delay * 2 : 1;
    if (h->delay > DELAY_MOST)
        h->delay = DELAY_MOST;
    h->due = now + (uint64_t)h->delay * SECOND;
    library_log(y, YOTTABGP_ERROR, "processes", "helper %s died %u times in a short time, it is started again in %u s",
                helper_name(h), h->starts, h->delay);
}

void yottabgp_helper_ended(struct yottabgp *y, uint64_t id, int status, int signal, uint64_t now) {
    struct helper *h = helper_of(y, id);
    api_remove(y->api, id, now);
    if (!h)
        return;
    if (signal)
        library_log(y, h->stopping ? YOTTABGP_DEBUG : YOTTABGP_WARNING, "processes", "helper %s ended by signal %d",
                    helper_name(h), signal);
    else
        library_log(y, h->stopping ? YOTTABGP_DEBUG : YOTTABGP_WARNING, "processes", "helper %s ended with status %d",
                    helper_name(h), status);
    h->id = 0;
    stage_news(y);
    helper_plan(y, h, now);
    if (!h->stopping && y->environment.api.terminate && !y->ending)
        yottabgp_act(y, YOTTABGP_SHUTDOWN, 0, now);
    h->stopping = false;
}

void yottabgp_helper_said(struct yottabgp *y, uint64_t id, const uint8_t *octets, size_t len, uint64_t now) {
    if (!y->ending) /* what it says to the last is read, and nobody is left to do it */
        api_said(y->api, id, octets, len, now);
}

void yottabgp_helper_error(struct yottabgp *y, uint64_t id, const char *line, size_t len) {
    struct helper *h = helper_of(y, id);
    if (h)
        library_log(y, YOTTABGP_WARNING, "processes", "helper %s: %.*s", helper_name(h), (int)len, line);
}

size_t yottabgp_helper_output(struct yottabgp *y, uint64_t id, const uint8_t **octets) {
    struct cursor c = api_output(y->api, id);
    *octets = c.p;
    return cursor_left(&c);
}

void yottabgp_helper_sent(struct yottabgp *y, uint64_t id, size_t len) {
    api_sent(y->api, id, len);
}

/* It hears nothing any more, and what it says is still done; with api.terminate the program ends, as ExaBGP does. */
void yottabgp_helper_deaf(struct yottabgp *y, uint64_t id, uint64_t now) {
    struct helper *h = helper_of(y, id);
    if (!h || h->stopping)
        return;
    library_log(y, YOTTABGP_WARNING, "processes", "helper %s closed its standard input: it is told nothing any more",
                helper_name(h));
    api_deaf(y->api, id);
    if (y->environment.api.terminate && !y->ending)
        yottabgp_act(y, YOTTABGP_SHUTDOWN, 0, now);
}

/* ExaBGP 4 and 5 take it for dead, main lets it be (api-commands.md 1.6). */
void yottabgp_helper_mute(struct yottabgp *y, uint64_t id, uint64_t now) {
    struct helper *h = helper_of(y, id);
    bool lives = y->environment.api.version_set && y->environment.api.version == 6;
    (void)now;
    if (!h || h->stopping)
        return;
    library_log(y, YOTTABGP_WARNING, "processes", "helper %s closed its standard output: %s", helper_name(h),
                lives ? "it says nothing any more" : "it is taken for dead");
    if (!lives)
        y->host.stop(y->host.context, id);
}

bool helpers_look(void *context, size_t place, struct api_helper *out) {
    const struct yottabgp *y = context;
    if (place >= y->helper_count)
        return false;
    const struct helper *h = &y->helpers[place];
    *out = (struct api_helper){
        .name = h->process->name, .client = h->id, .starts = h->life, .stays_down = h->due == UINT64_MAX};
    if (h->id && y->host.helper_pid)
        out->pid = y->host.helper_pid(y->host.context, h->id);
    if (h->due != UINT64_MAX && h->due > api_now(y->api))
        out->due = (uint32_t)((h->due - api_now(y->api) + SECOND - 1) / SECOND);
    return true;
}

void helpers_end(struct yottabgp *y) {
    for (size_t i = 0; i < y->helper_count; i++) {
        y->helpers[i].wanted = false;
        helper_stop(y, &y->helpers[i]);
    }
}

bool helpers_gone(const struct yottabgp *y) {
    for (size_t i = 0; i < y->helper_count; i++)
        if (y->helpers[i].id)
            return false;
    return true;
}
