/* What a reload would change: the same comparison as config_apply(), told in lines (cli: reload --dry-run). */
#include <stdlib.h>

#include "base/memory.h"
#include "config/apply.h"
#include "config/print.h"

static const char mark_added[] = "+", mark_removed[] = "-", mark_changed[] = "~";

/* ---- Lines of two texts ---- */

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
static void put_setting_line(struct buffer *b, const char *mark, struct text line) {
    line = trimmed(line);
    if (line.len == 0)
        return;
    put_format(b, "    %s ", mark);
    if (text_starts(line, "md5-password") || text_starts(line, "password"))
        text_cut(line, ' ', &line, &(bool){false});
    put_text(b, line);
    put_char(b, '\n');
}

static void put_lines_without(struct buffer *b, const char *mark, struct text lines, struct text others) {
    struct text line;
    for (bool more = lines.len > 0; more;) {
        lines = text_cut(lines, '\n', &line, &more);
        if (!lines_have(others, line))
            put_setting_line(b, mark, line);
    }
}

/* ---- Routes ---- */

/* Routes by key, to be found in another list. */
struct route_keys {
    struct arena arena;
    struct names names;
    struct cursor *values; /* owned; what a route of that key is, its last one in the list */
    size_t room;
};

static struct text route_key(const struct listed_route *route, struct buffer *b) {
    buffer_clear(b);
    put_u8(b, route->family->index);
    put_u8(b, route->has_path);
    put_u32(b, route->path);
    if (route->family->key)
        route->family->key(route->nlri, b);
    else
        put_cursor(b, route->nlri);
    return buffer_text(b);
}

/* All that the peer is told of it. */
static struct text route_value(const struct listed_route *route, struct buffer *b) {
    buffer_clear(b);
    put_cursor(b, route->nlri);
    put_cursor(b, route->attributes.named);
    put_u8(b, 0);
    put_cursor(b, route->attributes.raw);
    return buffer_text(b);
}

static void keys_init(struct route_keys *k, const struct route_list *list) {
    struct buffer b = buffer_growing();
    struct listed_route route;
    *k = (struct route_keys){.room = list->count};
    k->values = memory_new((k->room + 1) * sizeof *k->values);
    for (size_t walk = 0; route_list_next(list, &walk, &route);) {
        struct text key = route_key(&route, &b);
        uint32_t place = names_find(&k->names, key);
        if (place == NAME_UNKNOWN) {
            names_add(&k->names, arena_text(&k->arena, key));
            place = (uint32_t)k->names.count - 1;
        }
        struct text value = arena_text(&k->arena, route_value(&route, &b));
        k->values[place] = cursor_of(value.p, value.len);
    }
    buffer_release(&b);
}

static void keys_release(struct route_keys *k) {
    names_release(&k->names);
    arena_release(&k->arena);
    free(k->values);
}

static void put_routes_diff(struct buffer *b, const struct route_list *before, const struct route_list *after) {
    struct route_keys old, new;
    size_t announced = 0, withdrawn = 0;
    keys_init(&old, before);
    keys_init(&new, after);
    for (uint32_t i = 0; i < new.names.count; i++) {
        uint32_t was = names_find(&old.names, new.names.texts[i]);
        announced += was == NAME_UNKNOWN || !cursor_same(old.values[was], new.values[i]);
    }
    for (uint32_t i = 0; i < old.names.count; i++)
        withdrawn += names_find(&new.names, old.names.texts[i]) == NAME_UNKNOWN;
    if (announced || withdrawn)
        put_format(b, "    %zu route%s announced, %zu withdrawn\n", announced, announced == 1 ? "" : "s", withdrawn);
    keys_release(&old);
    keys_release(&new);
}

/* ---- Neighbors ---- */

static void put_neighbor_line(struct buffer *b, const char *mark, const struct neighbor *n) {
    put_format(b, "%s ", mark);
    put_neighbor_name(b, n);
}

static void put_neighbor_diff(struct buffer *b, const struct neighbor *before, const struct neighbor *after) {
    struct buffer old = buffer_growing(), new = buffer_growing(), changes = buffer_growing();
    put_neighbor_settings(&old, before);
    put_neighbor_settings(&new, after);
    put_lines_without(&changes, mark_removed, buffer_text(&old), buffer_text(&new));
    put_lines_without(&changes, mark_added, buffer_text(&new), buffer_text(&old));
    put_routes_diff(&changes, &before->routes, &after->routes);
    if (buffer_len(&changes)) {
        put_neighbor_line(b, mark_changed, after);
        put_string(b, neighbor_same_session(before, after) ? "\n" : " (session restarts)\n");
        put_text(b, buffer_text(&changes));
    }
    buffer_release(&old);
    buffer_release(&new);
    buffer_release(&changes);
}

static void put_neighbors_diff(struct buffer *b, const struct configuration *before,
                               const struct configuration *after) {
    struct arena arena = {0};
    struct names old = {0}, new = {0};
    config_names(before, &arena, &old);
    config_names(after, &arena, &new);
    for (uint32_t i = 0; i < old.count; i++)
        if (names_find(&new, old.texts[i]) == NAME_UNKNOWN)
            put_format(b, "%s %.*s\n", mark_removed, TEXT_ARGS(old.texts[i]));
    for (uint32_t i = 0; i < new.count; i++) {
        uint32_t was = names_find(&old, new.texts[i]);
        if (was == NAME_UNKNOWN)
            put_format(b, "%s %.*s\n    %zu route%s announced\n", mark_added, TEXT_ARGS(new.texts[i]),
                       after->neighbors[i]->routes.count, after->neighbors[i]->routes.count == 1 ? "" : "s");
        else
            put_neighbor_diff(b, before->neighbors[was], after->neighbors[i]);
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

static bool process_same(const struct process *a, const struct process *b) {
    bool same = a->argc == b->argc && a->json == b->json && a->encoder_set == b->encoder_set &&
                a->respawn == b->respawn && a->snapshot == b->snapshot && a->on_exit.what == b->on_exit.what &&
                a->on_exit.seconds == b->on_exit.seconds && a->outbox == b->outbox &&
                a->outbox_limit == b->outbox_limit && text_same(a->user, b->user) && text_same(a->group, b->group) &&
                text_same(a->cwd, b->cwd);
    for (unsigned i = 0; same && i < a->argc; i++)
        same = text_same(a->argv[i], b->argv[i]);
    return same;
}

static void put_process(struct buffer *b, const char *mark, const struct process *p, const char *what) {
    put_format(b, "%s process %.*s%s\n", mark, TEXT_ARGS(p->name), what);
}

static void put_processes_diff(struct buffer *b, const struct configuration *before,
                               const struct configuration *after) {
    for (size_t i = 0; before && i < before->process_count; i++)
        if (!process_named(after, before->processes[i].name))
            put_process(b, mark_removed, &before->processes[i], "");
    for (size_t i = 0; i < after->process_count; i++) {
        const struct process *was = process_named(before, after->processes[i].name);
        if (!was)
            put_process(b, mark_added, &after->processes[i], "");
        else if (!process_same(was, &after->processes[i]))
            put_process(b, mark_changed, &after->processes[i], " (its definition changed)");
    }
}

void put_config_diff(struct buffer *b, const struct configuration *before, const struct configuration *after) {
    put_processes_diff(b, before, after);
    put_neighbors_diff(b, before, after);
}
