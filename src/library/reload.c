/* Reading configurations, and putting a new one in the place of the old. A bad one never replaces a good one. */
#include "base/memory.h"
#include "config/apply.h"
#include "library/library.h"

bool library_read(struct yottabgp *y, struct configuration *out, struct buffer *errors) {
    struct config_report report = {0};
    const struct environment *env = &y->environment;
    struct config_options options = {
        .default_connect = env->tcp.port_set ? env->tcp.port : 0,
        .software = text_of(y->software),
        .passive = env->bgp.passive,
        .check_programs = true,
    };
    bool good = config_read_file(y->files[y->file], &options, out, &report);
    if (report.count)
        put_config_report(errors, &report);
    config_report_release(&report);
    return good;
}

static void configuration_free(struct configuration *c) {
    if (c)
        config_release(c);
    free(c);
}

/* The answer to whoever asked, and the log: what is wrong, or that it is done. */
static void reload_tell(struct yottabgp *y, bool good, struct buffer *errors) {
    if (buffer_len(errors))
        library_log_text(y, good ? YOTTABGP_WARNING : YOTTABGP_ERROR, "configuration", buffer_text(errors));
    if (good)
        library_log(y, YOTTABGP_INFO, "configuration", "loaded new configuration successfully");
    if (!good)
        library_log(y, YOTTABGP_ERROR, "configuration", "the running configuration stays in force");
}

static bool library_reload(struct yottabgp *y, bool restart_helpers, uint64_t now) {
    struct configuration *new = memory_new(sizeof *new), *old = y->configuration;
    struct buffer errors = buffer_growing();
    if (y->environment.debug.rotate && y->file_count > 1)
        y->file = (y->file + 1) % y->file_count;
    bool good = library_read(y, new, &errors);
    if (good && !listeners_open(y, new)) {
        put_literal(&errors, "a listener could not be opened\n");
        listeners_close(y, old);
        config_release(new);
        good = false;
    }
    reload_tell(y, good, &errors);
    buffer_release(&errors);
    if (!good) {
        free(new);
        return false;
    }
    helpers_adopt(y, new, restart_helpers, now);
    config_apply(y->engine, old, new, now);
    y->configuration = new;
    listeners_close(y, new);
    api_reloaded(y->api, now);
    configuration_free(old);
    helpers_turn(y, now);
    return true;
}

static bool library_restart(struct yottabgp *y, uint64_t now) {
    if (!library_reload(y, true, now))
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
    y->stop_helpers_at = now + 100000;
    y->end_by = now + 3000000;
    library_log(y, YOTTABGP_INFO, "reactor", "shutting down");
    while (engine_at(y->engine, 0))
        engine_remove(y->engine, engine_at(y->engine, 0), 0, now);
    listeners_close(y, NULL);
    api_shutdown(y->api);
}

void library_act(struct yottabgp *y, uint64_t now) {
    bool good = true;
    y->acts = false;
    switch (y->action) {
    case YOTTABGP_RELOAD: good = library_reload(y, false, now); break;
    case YOTTABGP_RELOAD_HELPERS: good = library_reload(y, true, now); break;
    case YOTTABGP_RESTART: good = library_restart(y, now); break;
    case YOTTABGP_SHUTDOWN: library_shutdown(y, now); break;
    }
    api_acted(y->api, good, text_of("the configuration has mistakes, which the log shows; nothing was changed"));
}
