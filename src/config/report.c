/* What is wrong with a configuration: every error with its place and its line. */
#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"
#include "config/parser.h"

/* The line of that number. Errors mostly come in the order of lines, so the search goes on from the last one. */
static struct text report_line(struct parser *p, uint32_t number) {
    const struct included *file = include_of(p, number);
    const char *end = text_end(file->text);
    if (file != p->line_of || number < p->line_number) {
        p->line_of = file;
        p->line_at = file->text.p;
        p->line_number = file->first;
    }
    const char *newline = p->line_at;
    while ((newline = memchr(p->line_at, '\n', (size_t)(end - p->line_at))) && p->line_number < number) {
        p->line_at = newline + 1;
        p->line_number++;
    }
    struct text line = {p->line_at, (size_t)((newline ? newline : end) - p->line_at)};
    if (line.len && line.p[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* The word that stands at a column, for errors that know no more than a place. */
static struct text word_at(struct text line, uint32_t column) {
    size_t at = column ? column - 1 : line.len, end = at;
    while (end < line.len && !strchr(" \t;{}[],", line.p[end]))
        end++;
    return end > at ? (struct text){line.p + at, end - at} : (struct text){"", 0};
}

/* A copy in which each character is one column wide: tabs would move the caret. Very long lines are cut, and a place
 * that is far out in one is told by its number alone. */
static struct text report_source(struct parser *p, struct complaint *c) {
    enum { SHOWN = 200, FAR = 2000 };
    if (c->line == 0)
        return (struct text){"", 0};
    struct text line = report_line(p, c->line);
    if (c->at.len == 0)
        c->at = word_at(line, c->column);
    size_t before = c->column ? c->column - 1 : 0, column = 1, len = line.len;
    for (size_t i = 0; i < before && i < line.len; i++)
        column += ((unsigned char)line.p[i] & 0xc0) != 0x80;
    if (c->column)
        c->column = (uint32_t)(before > line.len ? column + before - line.len : column);
    if (before > FAR)
        return (struct text){"", 0};
    while (len > SHOWN && (before < SHOWN || len > before + 1))
        len = before < SHOWN ? SHOWN : before + 1;
    while (len < line.len && ((unsigned char)line.p[len] & 0xc0) == 0x80)
        len++;
    char *copy = arena_string(&p->report->arena, (struct text){line.p, len});
    for (size_t i = 0; i < len; i++)
        if (copy[i] == '\t')
            copy[i] = ' ';
    return (struct text){copy, len};
}

static void report_add(struct parser *p, const struct complaint *c, bool warning) {
    struct config_report *r = p->report;
    if (r->count == CONFIG_ERRORS_MOST) {
        r->too_many = true;
        p->stop = p->stop || !warning;
        return;
    }
    if (r->count == r->room) {
        r->room = r->room ? r->room * 2 : 8;
        r->errors = memory_resize(r->errors, r->room * sizeof *r->errors);
    }
    struct config_error *error = &r->errors[r->count++];
    *error = (struct config_error){.complaint = *c, .order = c->line, .warning = warning};
    const struct included *file = include_of(p, c->line);
    error->file = file->file;
    error->source = report_source(p, &error->complaint);
    if (c->line)
        error->complaint.line -= file->first - 1;
    error->complaint.at = arena_text(&r->arena, error->complaint.at);
    if (warning)
        return;
    r->wrong++;
    if (p->source)
        p->source->broken = true;
}

void report_complaint(struct parser *p, const struct complaint *c) {
    report_add(p, c, false);
}

static void report_format(struct parser *p, struct place at, bool warning, const char *format, va_list args)
    __attribute__((format(printf, 4, 0)));

static void report_format(struct parser *p, struct place at, bool warning, const char *format, va_list args) {
    struct complaint c = {.made = true, .line = at.line, .column = at.column};
    vsnprintf(c.message, sizeof c.message, format, args);
    report_add(p, &c, warning);
}

void report_error(struct parser *p, struct place at, const char *format, ...) {
    va_list args;
    va_start(args, format);
    report_format(p, at, false, format, args);
    va_end(args);
}

void report_warning(struct parser *p, struct place at, const char *format, ...) {
    va_list args;
    va_start(args, format);
    report_format(p, at, true, format, args);
    va_end(args);
}

static int report_order(const void *a, const void *b) {
    const struct config_error *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->complaint.column > y->complaint.column) - (x->complaint.column < y->complaint.column);
}

void report_sort(struct config_report *r) {
    if (r->count)
        qsort(r->errors, r->count, sizeof *r->errors, report_order);
}

void config_report_release(struct config_report *r) {
    arena_release(&r->arena);
    free(r->errors);
    *r = (struct config_report){0};
}

void put_config_report(struct buffer *b, const struct config_report *r) {
    for (size_t i = 0; i < r->count; i++) {
        const struct config_error *e = &r->errors[i];
        struct complaint c = e->complaint;
        if (e->warning)
            snprintf(c.message, sizeof c.message, "warning: %.*s", (int)(sizeof c.message - 16), e->complaint.message);
        put_complaint(b, &c, e->file, e->source);
    }
    if (r->too_many)
        put_literal(b, "and more: only the first are shown\n");
    put_format(b, "%zu error%s", r->wrong, r->wrong == 1 ? "" : "s");
    if (r->count > r->wrong)
        put_format(b, ", %zu warning%s", r->count - r->wrong, r->count - r->wrong == 1 ? "" : "s");
    put_char(b, '\n');
}

void put_config_reasons(struct buffer *b, const struct config_report *r) {
    for (size_t i = 0; i < r->count; i++) {
        const struct config_error *e = &r->errors[i];
        if (e->warning)
            continue;
        if (e->file)
            put_format(b, "%s:", e->file);
        if (e->file && e->complaint.line)
            put_format(b, "%u:%u:", e->complaint.line, e->complaint.column);
        put_string(b, e->file ? " " : "");
        put_complaint_short(b, &e->complaint);
        put_char(b, '\n');
    }
}
