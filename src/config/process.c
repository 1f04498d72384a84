/* Sections of helper programs, and where a program is looked for (config.md 3).
 *
 * What surprises: of several files that a relative name may mean, the last one counts, and the folders of PATH come
 * after /etc/exabgp and that of the configuration. */
#include "config/parser.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static void *process_base(struct parser *p) {
    return p->process;
}

static struct given *process_given(struct parser *p) {
    return &p->process->given;
}

/* ---- Where a program is ---- */

struct search {
    struct text name;
    struct buffer path; /* fixed; the candidate that is tried */
    char found[PATH_MAX];
};

/* Adds PIECE/PIECE/... to an absolute path that ends in no slash: `.` is nothing, `..` one piece less. */
static void path_add(struct buffer *path, struct text pieces) {
    struct text piece;
    for (bool more = pieces.len > 0; more;) {
        pieces = text_cut(pieces, '/', &piece, &more);
        if (text_is(piece, "..")) {
            while (buffer_len(path) && *--path->p != '/')
                ;
        } else if (piece.len && !text_is(piece, ".")) {
            put_char(path, '/');
            put_text(path, piece);
        }
    }
}

/* FOLDER/NAME, when there is such a file, in the place of an earlier one. Helpers run in the root folder, so that the
 * path must be whole. */
static void search_try(struct search *s, struct text folder) {
    struct stat about;
    char cwd[PATH_MAX];
    buffer_clear(&s->path);
    if (!text_starts(folder, "/") && getcwd(cwd, sizeof cwd))
        path_add(&s->path, text_of(cwd));
    path_add(&s->path, folder);
    path_add(&s->path, s->name);
    put_u8(&s->path, 0);
    if (!s->path.full && stat((const char *)s->path.base, &about) == 0)
        memcpy(s->found, s->path.base, buffer_len(&s->path));
}

static void search_path(struct search *s) {
    const char *path = getenv("PATH");
    struct text rest = text_of(path ? path : ""), folder;
    for (bool more = path != NULL; more;) {
        rest = text_cut(rest, ':', &folder, &more);
        if (folder.len)
            search_try(s, folder);
    }
}

/* A path that begins with etc/exabgp is one below the installation, wherever that is. */
static void search_installed(struct search *s) {
    search_try(s, text_of("/"));
    search_try(s, text_of("."));
}

static void search_all(struct search *s, const char *folder) {
    if (text_starts(s->name, "etc/exabgp")) {
        search_installed(s);
        return;
    }
    search_try(s, text_of("/etc/exabgp"));
    if (folder)
        search_try(s, text_of(folder));
    search_path(s);
}

/* ---- Whether it can be run ---- */

static bool program_may_run(const struct stat *about) {
    unsigned bits = S_IXOTH;
    if (about->st_uid == getuid())
        bits |= S_IXUSR;
    if (about->st_gid == getgid())
        bits |= S_IXGRP;
    return about->st_mode & bits;
}

static bool program_check(const char *path, struct words *words) {
    struct stat about;
    if (stat(path, &about) != 0)
        return words_fail(words, "can not locate the program \"%s\"", path);
    if (S_ISDIR(about.st_mode))
        return words_fail(words, "can not execute directories \"%s\"", path);
    if (about.st_mode & S_ISUID)
        return words_fail(words, "refusing to run setuid programs \"%s\"", path);
    if (about.st_mode & S_ISGID)
        return words_fail(words, "refusing to run setgid programs \"%s\"", path);
    if (!program_may_run(&about))
        return words_fail(words, "exabgp will not be able to run this program \"%s\"", path);
    if (!S_ISREG(about.st_mode))
        return words_fail(words, "program must be a regular file \"%s\"", path);
    return true;
}

/* The path of a program; the name itself where there is none. */
static bool program_find(struct parser *p, struct text name, struct words *words, struct text *path) {
    char memory[PATH_MAX];
    struct search search = {.name = name, .path = buffer_fixed(memory, sizeof memory)};
    if (name.len == 0 || name.p[0] != '/')
        search_all(&search, p->options->folder);
    *path = search.found[0] ? text_of(search.found) : name;
    *path = arena_text(&p->out->arena, *path);
    if (name.len == 0)
        return words_fail(words, "the program has no name");
    return !p->options->check_programs || program_check(path->p, words);
}

/* ---- The section ---- */

static bool process_enter(struct parser *p, struct words *words) {
    struct process_source *s = arena_new(&p->scratch, sizeof *s);
    *s = (struct process_source){.at = p->at, .respawn = true, .user = {"", 0}, .group = {"", 0}, .cwd = {"", 0}};
    p->process = s;
    if (!words_next(words, &s->name))
        s->name = text_of("{"); /* the second word of the line is the name, as it always was */
    s->name = arena_text(&p->out->arena, s->name);
    if (!names_add(&p->process_names, s->name)) {
        struct text name = s->name;
        s->name.p = NULL;
        return words_fail(words, "a process section called \"%.*s\" already exists", TEXT_ARGS(name));
    }
    return true;
}

static void process_add(struct parser *p, const struct process *process) {
    struct configuration *c = p->out;
    if (c->process_count == p->process_room) {
        p->process_room = p->process_room ? p->process_room * 2 : 8;
        c->processes = memory_resize(c->processes, p->process_room * sizeof *c->processes);
    }
    c->processes[c->process_count++] = *process;
}

static struct text process_text(struct parser *p, struct text t) {
    return arena_text(&p->out->arena, t);
}

/* The words are read as those of the command are; the complaint is about them. */
static bool process_on_exit(const struct process_source *s, struct words *words, struct on_exit *out) {
    struct words said = words_of_list(s->on_exit.words, s->on_exit.count, words->complaint);
    struct text more;
    if (!s->on_exit.count)
        return true;
    return on_exit_take(&said, out) &&
           (!words_next(&said, &more) || words_fail(&said, "unexpected \"%.*s\"", TEXT_ARGS(more)));
}

static bool process_env(struct parser *p, const struct process_source *s, struct words *words, struct process *out) {
    out->env_count = (unsigned)s->env.count;
    out->env = arena_new(&p->out->arena, s->env.count * sizeof *out->env);
    for (size_t i = 0; i < s->env.count; i++) {
        const struct word *word = &s->env.words[i];
        const char *sign = memchr(word->text.p, '=', word->text.len);
        words->line = word->line;
        words->column = word->column;
        words->taken = word->text;
        if (!sign || sign == word->text.p)
            return words_fail(words, "\"%.*s\" is no variable", TEXT_ARGS(word->text)) ||
                   complain_wanted(words->complaint, "NAME=VALUE");
        out->env[i] = process_text(p, word->text);
    }
    return true;
}

static bool process_leave(struct parser *p, struct words *words) {
    struct process_source *s = p->process;
    p->process = NULL;
    if (!source_has(&s->given, &settings_process, "run"))
        return words_fail(words, "unset process sections: run") ||
               complain_wanted(words->complaint, "run PROGRAM ARGUMENTS;");
    struct process process = {
        .name = s->name,
        .json = s->encoder == 1,
        .encoder_set = source_has(&s->given, &settings_process, "encoder"),
        .respawn = s->respawn,
        .snapshot = s->snapshot,
        .outbox = s->outbox,
        .outbox_limit = s->outbox_limit,
        .open_files = s->open_files,
        .user = process_text(p, s->user),
        .group = process_text(p, s->group),
        .cwd = process_text(p, s->cwd),
    };
    if (s->run.count == 0 || !s->name.p)
        return false; /* complained about before */
    process.argc = (unsigned)s->run.count;
    process.argv = arena_new(&p->out->arena, process.argc * sizeof *process.argv);
    for (unsigned i = 1; i < process.argc; i++)
        process.argv[i] = process_text(p, s->run.words[i].text);
    const struct word *program = &s->run.words[0];
    words->taken = program->text;
    words->line = program->line;
    words->column = program->column;
    if (!process_on_exit(s, words, &process.on_exit) || !process_env(p, s, words, &process))
        return false;
    if (!program_find(p, program->text, words, &process.argv[0]))
        return false;
    process_add(p, &process);
    return true;
}

const struct section section_process = {
    .keyword = "process",
    .help = "a helper program",
    .settings = &settings_process,
    .base = process_base,
    .given = process_given,
    .enter = process_enter,
    .leave = process_leave,
};
