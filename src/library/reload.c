/* Reading configurations, and putting a new one in the place of the old. A bad one never replaces a good one. */
#include <stdio.h>

#include "base/memory.h"
#include "config/apply.h"
#include "library/library.h"

enum {
    SHOWN_ROUTES = 100, /* of a neighbor, to who asks what a reload would change */
    LOGGED_ROUTES = 5,  /* the same in the log of a reload, */
    LOGGED_LINES = 20,  /* ... and of all it changes */
};

struct reading reading_new(void) {
    return (struct reading){buffer_growing(), buffer_growing()};
}

void reading_release(struct reading *r) {
    buffer_release(&r->errors);
    buffer_release(&r->reasons);
}

bool library_read(struct yottabgp *y, size_t file, struct configuration *out, struct reading *said) {
    struct config_report report = {0};
    const struct environment *env = &y->environment;
    struct config_options options = {
        .default_connect = env->tcp.port_set ? env->tcp.port : 0,
        .software = text_of(y->software),
        .passive = env->bgp.passive,
        .check_programs = true,
    };
    bool good = config_read_file(y->files[file], &options, out, &report);
    if (report.count)
        put_config_report(&said->errors, &report);
    put_config_reasons(&said->reasons, &report);
    config_report_release(&report);
    return good;
}

/* With debug.rotate a reload goes on to the next file. */
static size_t next_file(const struct yottabgp *y) {
    return y->environment.debug.rotate && y->file_count > 1 ? (y->file + 1) % y->file_count : y->file;
}

bool library_preview(struct yottabgp *y, bool json, struct buffer *out) {
    struct configuration new;
    struct reading said = reading_new();
    const struct config_diff_form form = {.json = json, .routes_most = SHOWN_ROUTES};
    bool good = library_read(y, next_file(y), &new, &said);
    if (good)
        put_config_diff(out, y->configuration, &new, &form);
    else
        put_text(out, buffer_text(&said.reasons));
    config_release(&new);
    reading_release(&said);
    return good;
}

static void configuration_free(struct configuration *c) {
    if (c)
        config_release(c);
    free(c);
}

/* What was changed, as far as it is bearable in a log. */
static void reload_log_changes(const struct yottabgp *y, const struct configuration *new) {
    struct buffer changes = buffer_growing();
    size_t lines = 0, more = 0;
    put_config_diff(&changes, y->configuration, new, &(struct config_diff_form){.routes_most = LOGGED_ROUTES});
    struct text all = buffer_text(&changes), shown = all;
    for (size_t i = 0; i < all.len; i++)
        if (all.p[i] == '\n' && ++lines == LOGGED_LINES)
            shown.len = i + 1;
    if (lines > LOGGED_LINES)
        more = lines - LOGGED_LINES;
    library_log_text(y, YOTTABGP_INFO, "configuration", shown);
    if (more)
        library_log(y, YOTTABGP_INFO, "configuration", "and %zu lines more of what has changed", more);
    if (!lines)
        library_log(y, YOTTABGP_INFO, "configuration", "nothing has changed");
    buffer_release(&changes);
}

/* The log's part: what is wrong, or what is done. */
static void reload_tell(struct yottabgp *y, bool good, const struct configuration *new, const struct reading *said) {
    if (buffer_len(&said->errors))
        library_log_text(y, good ? YOTTABGP_WARNING : YOTTABGP_ERROR, "configuration", buffer_text(&said->errors));
    if (good) {
        reload_log_changes(y, new);
        library_log(y, YOTTABGP_INFO, "configuration", "loaded new configuration successfully");
    } else {
        library_log(y, YOTTABGP_ERROR, "configuration", "the running configuration stays in force");
    }
}

/* Reads it, and opens what it listens on. NULL: nothing has changed, `said` has the reasons. */
static struct configuration *reload_prepare(struct yottabgp *y, struct reading *said) {
    struct configuration *new = memory_new(sizeof *new);
    y->file = next_file(y);
    bool good = library_read(y, y->file, new, said);
    if (good && !listeners_open(y, new, &said->reasons)) {
        listeners_close(y, y->configuration);
        listeners_open(y, y->configuration, NULL); /* with the secrets that it had */
        good = false;
    }
    reload_tell(y, good, new, said);
    if (good)
        return new;
    configuration_free(new);
    return NULL;
}

static bool library_reload(struct yottabgp *y, bool restart_helpers, struct reading *said, uint64_t now) {
    struct configuration *old = y->configuration, *new = reload_prepare(y, said);
    if (!new)
        return false;
    helpers_adopt(y, new, restart_helpers, now);
    config_apply(y->engine, old, new, now);
    y->configuration = new;
    listeners_close(y, new);
    api_reloaded(y->api, now);
    configuration_free(old);
    helpers_turn(y, now);
    return true;
}

static bool library_restart(struct yottabgp *y, struct reading *said, uint64_t now) {
    if (!library_reload(y, true, said, now))
        return false;
    for (uint32_t i = 0; engine_at(y->engine, i); i++)
        peer_teardown(y->engine, engine_at(y->engine, i), 3, now);
    return true;
}

/* Sessions are closed without NOTIFICATION, helpers get their shutdown event and SIGTERM (cli.md 14); then the program
 * ends. */
static void library_shutdown(struct yottabgp *y, uint64_t now) {
    if (y->ending)
        return;
    y->ending = true;
    stage_tell(y, YOTTABGP_STOPPING, "stopping", now);
    y->stop_helpers_at = now + 100000;
    y->end_by = now + 3000000;
    library_log(y, YOTTABGP_INFO, "reactor", "shutting down");
    while (engine_at(y->engine, 0))
        engine_remove(y->engine, engine_at(y->engine, 0), 0, now);
    listeners_close(y, NULL);
    api_shutdown(y->api);
}

/* Reloads are told to whoever supervises us, with what became of them. */
static bool library_act_reload(struct yottabgp *y, struct reading *said, uint64_t now) {
    bool good = true;
    stage_tell(y, YOTTABGP_RELOADING, NULL, now);
    switch (y->action) {
    case YOTTABGP_RELOAD: good = library_reload(y, false, said, now); break;
    case YOTTABGP_RELOAD_HELPERS: good = library_reload(y, true, said, now); break;
    case YOTTABGP_RESTART: good = library_restart(y, said, now); break;
    case YOTTABGP_SHUTDOWN: break;
    }
    struct text first, all = buffer_text(&said->reasons);
    char remark[240];
    text_cut(all, '\n', &first, &(bool){false});
    snprintf(remark, sizeof remark, "reload failed: %.*s", TEXT_ARGS(first));
    stage_tell(y, YOTTABGP_RUNNING, good ? NULL : remark, now);
    return good;
}

void library_act(struct yottabgp *y, uint64_t now) {
    struct reading said = reading_new();
    bool good = true;
    y->acts = false;
    if (y->action == YOTTABGP_SHUTDOWN)
        library_shutdown(y, now);
    else
        good = library_act_reload(y, &said, now);
    api_acted(y->api, good, buffer_text(&said.reasons));
    reading_release(&said);
}
