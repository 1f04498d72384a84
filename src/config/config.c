/* Reading a configuration: the file, the parser around it, and what is owned afterwards. */
#include "config/config.h"

#include <stdlib.h>

#include "base/json.h"
#include "config/file.h"
#include "config/parser.h"

/* ---- The parser ---- */

static void parser_init(struct parser *p, const char *file, struct text text, const struct config_options *options,
                        struct configuration *out, struct config_report *report) {
    *p = (struct parser){
        .options = options, .out = out, .report = report, .nlri = buffer_growing(), .attributes = buffer_growing()};
    include_add(p, file, text);
    lexer_init(&p->lexer, text, &p->scratch, &p->complaint);
    draft_init(&p->draft);
}

static void parser_release(struct parser *p) {
    for (size_t i = 0; i < p->template_names.count; i++)
        source_release(p->templates[i]);
    free(p->templates);
    free(p->repeats);
    free(p->links);
    names_release(&p->template_names);
    names_release(&p->api_names);
    names_release(&p->process_names);
    names_release(&p->neighbor_names);
    names_release(&p->neighbor_listens);
    include_release(p);
    draft_release(&p->draft);
    buffer_release(&p->nlri);
    buffer_release(&p->attributes);
    lexer_release(&p->lexer);
    arena_release(&p->scratch);
}

/* ---- Texts that are no configuration ---- */

static bool is_empty(struct text t) {
    bool comment = false;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.p[i];
        comment = c == '#' || (comment && c != '\n');
        if (!comment && c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\\')
            return false;
    }
    return true;
}

/* The first line that is no text; 0 when all is. */
uint32_t text_bad_line(struct text t) {
    uint32_t line = 0;
    if (is_utf8(t) && !memchr(t.p, 0, t.len))
        return 0;
    struct text one;
    for (bool more = true; more;) {
        t = text_cut(t, '\n', &one, &more);
        line++;
        if (!is_utf8(one) || (one.len && memchr(one.p, 0, one.len)))
            return line;
    }
    return line;
}

static bool text_is_configuration(struct parser *p) {
    struct text text = p->now->text;
    uint32_t bad;
    if (is_empty(text))
        report_error(p, (struct place){0, 0}, "issue setting the configuration parser, no data");
    else if ((bad = text_bad_line(text)))
        report_error(p, (struct place){0, 0}, "line %u is no text in UTF-8: this is no configuration file", bad);
    else
        return true;
    return false;
}

/* ---- All of it ---- */

bool config_read_text(struct text text, const char *name, const struct config_options *options,
                      struct configuration *out, struct config_report *report) {
    struct parser p;
    *out = (struct configuration){0};
    *report = (struct config_report){0};
    if (!text.p)
        text.p = "";
    parser_init(&p, arena_string(&report->arena, text_of(name)), text, options, out, report);
    if (text_is_configuration(&p)) {
        section_run(&p);
        neighbors_link(&p);
        if (report->wrong == 0)
            ranges_dial(&p);
        report_sort(report);
    }
    parser_release(&p);
    if (report->wrong == 0)
        return true;
    config_release(out);
    return false;
}

/* The folder of a file, where its programs are looked for. */
static const char *folder_of(const char *path, struct arena *arena) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    return slash == path ? "/" : arena_string(arena, (struct text){path, (size_t)(slash - path)});
}

bool config_read_file(const char *path, const struct config_options *options, struct configuration *out,
                      struct config_report *report) {
    struct buffer octets = buffer_growing();
    struct arena arena = {0};
    struct config_options with = *options;
    char why[128];
    bool good = file_read(path, FILE_MOST, &octets, why, sizeof why);
    if (good) {
        with.includes = true;
        if (!with.folder)
            with.folder = folder_of(path, &arena);
        good = config_read_text(buffer_text(&octets), strcmp(path, "-") ? path : "stdin", &with, out, report);
    } else {
        struct configuration none = {0};
        struct parser p;
        *out = none;
        *report = (struct config_report){0};
        parser_init(&p, NULL, (struct text){"", 0}, options, out, report);
        report_error(&p, (struct place){0, 0}, "%s is not an exabgp config file (%s)", path, why);
        parser_release(&p);
    }
    arena_release(&arena);
    buffer_release(&octets);
    return good;
}

void config_release(struct configuration *c) {
    for (size_t i = 0; i < c->neighbor_count; i++)
        route_list_release(&c->neighbors[i]->routes);
    free(c->neighbors);
    free(c->processes);
    arena_release(&c->arena);
    *c = (struct configuration){0};
}
