/* What a reload would change: the same comparison as config_apply(), told in lines or as JSON (reload --dry-run,
 * `configuration diff`, the log). */
#include "base/json.h"
#include "config/apply.h"
#include "config/diff_routes.h"
#include "config/print.h"

/* A neighbor or a process that is not as it was. */
struct change {
    const char *kind; /* "neighbor", "process" */
    struct text name; /* of a neighbor with the word before it */
    char mark;        /* '+' new, '-' gone, '~' changed */
    bool restarts;    /* the session, or the program */
    const char *why[NEIGHBOR_CHANGES_MOST];
    size_t why_count;
    struct text settings; /* "- hold-time 180\n+ hold-time 30\n" */
    struct route_changes routes;
};

struct diff {
    struct buffer *out;
    struct config_diff_form form;
    size_t count; /* of changes told */
};

/* ---- A change as lines ---- */

static void put_indented(struct buffer *b, const char *indent, struct text lines) {
    struct text line;
    for (bool more = lines.len > 0; more;) {
        lines = text_cut(lines, '\n', &line, &more);
        if (line.len)
            put_format(b, "%s%.*s\n", indent, TEXT_ARGS(line));
    }
}

static void put_restart(struct buffer *b, const struct change *c) {
    put_string(b, c->kind[0] == 'p' ? " (starts again: " : " (session restarts: ");
    for (size_t i = 0; i < c->why_count; i++)
        put_format(b, "%s%s", i ? ", " : "", c->why[i]);
    put_char(b, ')');
}

static void put_routes(struct buffer *b, const struct route_changes *r) {
    size_t count = route_changes_count(r);
    if (!count)
        return;
    put_literal(b, "    routes:");
    if (r->new)
        put_format(b, " %zu new", r->new);
    if (r->changed)
        put_format(b, "%s %zu changed", r->new ? "," : "", r->changed);
    if (r->withdrawn)
        put_format(b, "%s %zu withdrawn", r->new || r->changed ? "," : "", r->withdrawn);
    put_char(b, '\n');
    put_indented(b, "      ", buffer_text(&r->shown));
    if (r->most && count > r->most)
        put_format(b, "      and %zu more\n", count - r->most);
}

static void put_change(struct buffer *b, const struct change *c) {
    put_format(b, "%c %.*s", c->mark, TEXT_ARGS(c->name));
    if (c->restarts)
        put_restart(b, c);
    put_char(b, '\n');
    put_indented(b, "    ", c->settings);
    put_routes(b, &c->routes);
}

/* ---- A change as JSON ---- */

static void put_json_lines(struct buffer *b, struct text lines) {
    struct text line;
    bool any = false;
    put_char(b, '[');
    for (bool more = lines.len > 0; more;) {
        lines = text_cut(lines, '\n', &line, &more);
        if (!line.len)
            continue;
        put_string(b, any ? ", " : "");
        put_json_string(b, line);
        any = true;
    }
    put_char(b, ']');
}

static void put_change_json(struct buffer *b, const struct change *c) {
    const struct route_changes *r = &c->routes;
    put_format(b, "{\"%s\": ", c->kind);
    put_json_string(b, c->name);
    put_format(b, ", \"change\": \"%s\", \"restarts\": %s, \"because\": [",
               c->mark == '+'   ? "new"
               : c->mark == '-' ? "gone"
                                : "changed",
               c->restarts ? "true" : "false");
    for (size_t i = 0; i < c->why_count; i++)
        put_format(b, "%s\"%s\"", i ? ", " : "", c->why[i]);
    put_literal(b, "], \"settings\": ");
    put_json_lines(b, c->settings);
    if (c->kind[0] == 'n') {
        put_format(b, ", \"routes\": {\"new\": %zu, \"changed\": %zu, \"withdrawn\": %zu, \"shown\": ", r->new,
                   r->changed, r->withdrawn);
        put_json_lines(b, buffer_text(&r->shown));
        put_char(b, '}');
    }
    put_char(b, '}');
}

static void diff_tell(struct diff *d, const struct change *c) {
    if (d->form.json)
        put_string(d->out, d->count ? ", " : "");
    d->count++;
    if (d->form.json)
        put_change_json(d->out, c);
    else
        put_change(d->out, c);
}

/* ---- Settings: lines that only one of two texts has ---- */

static bool lines_have(struct text lines, struct text wanted) {
    struct text line;
    for (bool more = lines.len > 0; more;) {
        lines = text_cut(lines, '\n', &line, &more);
        if (text_same(line, wanted))
            return true;
    }
    return false;
}

static struct text trimmed(struct text line) {
    while (line.len && line.p[0] == ' ')
        line.p++, line.len--;
    while (line.len && (line.p[line.len - 1] == ';' || line.p[line.len - 1] == ' '))
        line.len--;
    return line;
}

/* Secrets are no matter of logs. */
static void put_setting_line(struct buffer *b, char mark, struct text line) {
    line = trimmed(line);
    if (line.len == 0)
        return;
    put_format(b, "%c ", mark);
    if (text_starts(line, "md5-password") || text_starts(line, "password"))
        text_cut(line, ' ', &line, &(bool){false});
    put_text(b, line);
    put_char(b, '\n');
}

static void put_lines_without(struct buffer *b, char mark, struct text lines, struct text others) {
    struct text line;
    for (bool more = lines.len > 0; more;) {
        lines = text_cut(lines, '\n', &line, &more);
        if (!lines_have(others, line))
            put_setting_line(b, mark, line);
    }
}

static void put_settings_diff(struct buffer *b, const struct neighbor *before, const struct neighbor *after) {
    struct buffer old = buffer_growing(), new = buffer_growing();
    put_neighbor_settings(&old, before);
    put_neighbor_settings(&new, after);
    if (!text_same(buffer_text(&old), buffer_text(&new))) {
        put_lines_without(b, '-', buffer_text(&old), buffer_text(&new));
        put_lines_without(b, '+', buffer_text(&new), buffer_text(&old));
    }
    buffer_release(&old);
    buffer_release(&new);
}

/* ---- Neighbors ---- */

static void diff_neighbor(struct diff *d, const struct neighbor *before, const struct neighbor *after,
                          struct text name) {
    struct change c = {.kind = "neighbor", .name = name, .mark = '~'};
    struct buffer settings = buffer_growing();
    put_settings_diff(&settings, before, after);
    c.settings = buffer_text(&settings);
    c.routes = route_changes_find(&before->routes, &after->routes, d->form.routes_most);
    c.why_count = neighbor_session_changes(before, after, c.why);
    c.restarts = c.why_count > 0;
    if (c.settings.len || c.restarts || route_changes_count(&c.routes))
        diff_tell(d, &c);
    route_changes_release(&c.routes);
    buffer_release(&settings);
}

/* One that is new or gone; what it would withdraw goes with its session. */
static void diff_neighbor_alone(struct diff *d, const struct neighbor *n, struct text name, char mark) {
    struct change c = {.kind = "neighbor", .name = name, .mark = mark};
    if (mark == '+')
        c.routes.new = n->routes.count;
    diff_tell(d, &c);
}

static void diff_neighbors(struct diff *d, const struct configuration *before, const struct configuration *after) {
    struct arena arena = {0};
    struct names old = {0}, new = {0};
    config_names(before, &arena, &old);
    config_names(after, &arena, &new);
    for (uint32_t i = 0; i < old.count; i++)
        if (names_find(&new, old.texts[i]) == NAME_UNKNOWN)
            diff_neighbor_alone(d, before->neighbors[i], old.texts[i], '-');
    for (uint32_t i = 0; i < new.count; i++) {
        uint32_t was = names_find(&old, new.texts[i]);
        if (was == NAME_UNKNOWN)
            diff_neighbor_alone(d, after->neighbors[i], new.texts[i], '+');
        else
            diff_neighbor(d, before->neighbors[was], after->neighbors[i], new.texts[i]);
    }
    names_release(&old);
    names_release(&new);
    arena_release(&arena);
}

/* ---- Processes ---- */

static const struct process *process_named(const struct configuration *c, struct text name) {
    for (size_t i = 0; c && i < c->process_count; i++)
        if (text_same(c->processes[i].name, name))
            return &c->processes[i];
    return NULL;
}

static bool texts_same(const struct text *a, unsigned a_count, const struct text *b, unsigned b_count) {
    bool same = a_count == b_count;
    for (unsigned i = 0; same && i < a_count; i++)
        same = text_same(a[i], b[i]);
    return same;
}

size_t process_changes(const struct process *a, const struct process *b, const char *keywords[PROCESS_CHANGES_MOST],
                       bool *restarts) {
    const struct {
        const char *keyword;
        bool same, restarts;
    } compared[PROCESS_CHANGES_MOST] = {
        {"run", texts_same(a->argv, a->argc, b->argv, b->argc), true},
        {"encoder", a->json == b->json, true},
        {"outbox", a->outbox == b->outbox, true},
        {"outbox-limit", a->outbox_limit == b->outbox_limit, true},
        {"user", text_same(a->user, b->user), true},
        {"group", text_same(a->group, b->group), true},
        {"cwd", text_same(a->cwd, b->cwd), true},
        {"env", texts_same(a->env, a->env_count, b->env, b->env_count), true},
        {"open-files", a->open_files == b->open_files, true},
        {"respawn", a->respawn == b->respawn, false},
        {"snapshot", a->snapshot == b->snapshot, false},
        {"on-exit", a->on_exit.what == b->on_exit.what && a->on_exit.seconds == b->on_exit.seconds, false},
    };
    size_t count = 0;
    *restarts = false;
    for (size_t i = 0; i < PROCESS_CHANGES_MOST; i++)
        if (!compared[i].same) {
            keywords[count++] = compared[i].keyword;
            *restarts |= compared[i].restarts;
        }
    return count;
}

static void diff_process(struct diff *d, const struct process *p, char mark, const struct process *was) {
    struct change c = {.kind = "process", .mark = mark};
    struct buffer name = buffer_growing(), settings = buffer_growing();
    if (was) {
        c.why_count = process_changes(was, p, c.why, &c.restarts);
        for (size_t i = 0; i < c.why_count && !c.restarts; i++)
            put_format(&settings, "%s\n", c.why[i]);
        c.settings = buffer_text(&settings);
    }
    put_format(&name, d->form.json ? "%.*s" : "process %.*s", TEXT_ARGS(p->name));
    c.name = buffer_text(&name);
    if (mark != '~' || c.why_count)
        diff_tell(d, &c);
    buffer_release(&name);
    buffer_release(&settings);
}

static void diff_processes(struct diff *d, const struct configuration *before, const struct configuration *after) {
    for (size_t i = 0; before && i < before->process_count; i++)
        if (!process_named(after, before->processes[i].name))
            diff_process(d, &before->processes[i], '-', NULL);
    for (size_t i = 0; i < after->process_count; i++) {
        const struct process *was = process_named(before, after->processes[i].name);
        diff_process(d, &after->processes[i], was ? '~' : '+', was);
    }
}

void put_config_diff(struct buffer *b, const struct configuration *before, const struct configuration *after,
                     const struct config_diff_form *form) {
    struct diff d = {.out = b, .form = *form};
    if (form->json)
        put_literal(b, "{\"changes\": [");
    diff_processes(&d, before, after);
    diff_neighbors(&d, before, after);
    if (form->json)
        put_literal(b, "]}\n");
}
