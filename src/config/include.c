/* `include "FILE";`: what stands in the file is read as if it stood there, in whatever section that is.
 *
 * A name is relative to the file that names it, and may be a pattern of the shell, whose files are read in the order of
 * their names. What surprises: lines of all files are numbered through, so that a place is one number wherever it is
 * kept; reports take it apart again. A section that is open at the end of a file is closed there. */
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/file.h"
#include "config/parser.h"

enum { INCLUDES_MOST = 10000 }; /* files read in all: files that include others twice double each time */

static uint32_t count_lines(struct text t) {
    uint32_t count = 1;
    const char *end = t.p + t.len;
    for (const char *p = t.p; (p = memchr(p, '\n', (size_t)(end - p))); p++)
        count++;
    return count;
}

struct included *include_add(struct parser *p, const char *file, struct text text) {
    struct included *i = arena_new(&p->scratch, sizeof *i);
    struct stat about;
    *i =
        (struct included){.file = file, .text = text, .lines = count_lines(text), .before = p->files, .inside = p->now};
    i->first = p->files ? p->files->first + p->files->lines : 1;
    i->number = p->files ? p->files->number + 1 : 0;
    if (file && p->options->includes && stat(file, &about) == 0) {
        i->device = (uint64_t)about.st_dev;
        i->node = (uint64_t)about.st_ino;
    }
    p->files = p->now = i;
    return i;
}

const struct included *include_of(const struct parser *p, uint32_t line) {
    const struct included *i = p->files;
    while (i->before && i->first > line)
        i = i->before;
    return i;
}

void include_release(struct parser *p) {
    for (struct included *i = p->files; i; i = i->before)
        buffer_release(&i->octets);
}

static bool include_is_open(const struct included *from, const struct included *file) {
    for (; from; from = from->inside)
        if (from->node && from->node == file->node && from->device == file->device)
            return true;
    return false;
}

/* The statements of the file that was just added, in the section that is open. */
static void include_run(struct parser *p, const struct section *section) {
    struct lexer before = p->lexer;
    lexer_init(&p->lexer, p->now->text, &p->scratch, &p->complaint);
    p->lexer.line = p->now->first;
    if (section_body(p, section))
        report_error(p, (struct place){p->lexer.line, 0}, "a \"}\" closes nothing that was opened in this file");
    lexer_release(&p->lexer);
    p->lexer = before;
}

static bool include_file(struct parser *p, const struct section *section, const char *path, struct words *words) {
    struct buffer octets = buffer_growing();
    struct included *outer = p->now;
    char why[128];
    uint32_t bad;
    if (p->files->number >= INCLUDES_MOST)
        return words_fail(words, "more than %d files are included", INCLUDES_MOST);
    if (!file_read(path, FILE_MOST, &octets, why, sizeof why)) {
        buffer_release(&octets);
        return words_fail(words, "cannot include %s: %s", path, why);
    }
    struct included *i = include_add(p, arena_string(&p->report->arena, text_of(path)), buffer_text(&octets));
    i->octets = octets;
    if (!i->text.p)
        i->text.p = "";
    bool good = true;
    if (include_is_open(outer, i))
        good = words_fail(words, "%s includes itself", path);
    else if ((bad = text_bad_line(i->text)))
        good = words_fail(words, "cannot include %s: line %u is no text in UTF-8", path, bad);
    else
        include_run(p, section);
    p->now = outer;
    return good;
}

static bool include_pattern(struct parser *p, const struct section *section, const char *pattern, struct words *words) {
    glob_t found = {0};
    int status = glob(pattern, GLOB_NOCHECK, NULL, &found);
    bool good = status == 0 || words_fail(words, "cannot include %s", pattern);
    bool none = status == 0 && found.gl_pathc == 1 && strcmp(found.gl_pathv[0], pattern) == 0;
    /* A pattern without files is none: a folder may be empty. */
    size_t files = none && strpbrk(pattern, "*?[") && access(pattern, F_OK) != 0 ? 0 : found.gl_pathc;
    for (size_t i = 0; good && i < files; i++)
        good = include_file(p, section, found.gl_pathv[i], words);
    globfree(&found);
    return good;
}

bool include_read(struct parser *p, const struct section *section, struct words *words) {
    struct text name;
    char path[PATH_MAX];
    if (!words_take(words, "a file", &name))
        return false;
    const char *slash = strrchr(p->now->file, '/');
    int folder = slash && name.len && name.p[0] != '/' ? (int)(slash - p->now->file) + 1 : 0;
    if (name.len == 0 || name.len + (size_t)folder >= sizeof path)
        return words_fail(words, "the name of the file is %s", name.len ? "too long" : "empty");
    if (!words_done(words))
        return words_fail(words, "only one file after \"include\"");
    snprintf(path, sizeof path, "%.*s%.*s", folder, p->now->file, TEXT_ARGS(name));
    return include_pattern(p, section, path, words);
}
