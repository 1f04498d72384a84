/* migrate: configurations and commands of older ExaBGP releases, rewritten for a newer one, with a word on each change
 * (cli.md 11). This engine reads all of them as they are; the rewriting is for files that other programs share. */
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"

static const char *const versions[] = {"3.4", "4", "5", "main"};
enum { VERSIONS = sizeof versions / sizeof *versions, CHANGES_MOST = 256 };

struct migration {
    char *text; /* owned */
    char *changes[CHANGES_MOST];
    unsigned count;
};

static void changed(struct migration *m, const char *format, const char *what) {
    char line[256];
    snprintf(line, sizeof line, format, what);
    if (m->count < CHANGES_MOST)
        m->changes[m->count++] = strdup(line);
}

/* `octets` in place of those from `from` to `to`. */
static void splice(struct migration *m, size_t from, size_t to, const char *octets) {
    char *text;
    if (asprintf(&text, "%.*s%s%s", (int)from, m->text, octets, m->text + to) < 0)
        abort();
    free(m->text);
    m->text = text;
}

/* \1 and \2 in `with` are what the pattern's groups found. */
static void put_replacement(char *out, size_t size, const char *with, const char *at, const regmatch_t *groups) {
    size_t len = 0;
    for (; *with && len + 1 < size; with++) {
        if (*with == '\\' && with[1] >= '1' && with[1] <= '2') {
            const regmatch_t *g = &groups[*++with - '0'];
            int n = snprintf(out + len, size - len, "%.*s", (int)(g->rm_eo - g->rm_so), at + g->rm_so);
            len += n > 0 && (size_t)n < size - len ? (size_t)n : 0;
        } else {
            out[len++] = *with;
        }
    }
    out[len] = 0;
}

/* Every place where the pattern matches; each is a change of its own when its text has %s (the second group). */
static void rewrite(struct migration *m, const char *pattern, int flags, const char *with, const char *change) {
    regex_t compiled;
    regmatch_t groups[3];
    bool each = strstr(change, "%s"), told = false;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NEWLINE | flags) != 0)
        return;
    for (size_t at = 0; regexec(&compiled, m->text + at, 3, groups, at ? REG_NOTBOL : 0) == 0;) {
        char to[4096], what[64];
        put_replacement(to, sizeof to, with, m->text + at, groups);
        snprintf(what, sizeof what, "%.*s", each ? (int)(groups[2].rm_eo - groups[2].rm_so) : 0,
                 m->text + at + (each ? groups[2].rm_so : 0));
        size_t from = at + (size_t)groups[0].rm_so, end = at + (size_t)groups[0].rm_eo;
        splice(m, from, end, to);
        at = from + strlen(to);
        if (each || !told)
            changed(m, change, what);
        told = true;
    }
    regfree(&compiled);
}

static size_t block_end(const char *text, size_t open) {
    unsigned depth = 0;
    for (size_t i = open; text[i]; i++) {
        depth += text[i] == '{';
        depth -= text[i] == '}';
        if (!depth)
            return i;
    }
    return 0;
}

static void add_encoders(struct migration *m) {
    static const char added[] = "\n    encoder text;";
    regex_t compiled;
    regmatch_t groups[2];
    if (regcomp(&compiled, "process[ \t]+([a-zA-Z0-9_-]+)[ \t\n]*\\{", REG_EXTENDED) != 0)
        return;
    for (size_t at = 0; regexec(&compiled, m->text + at, 2, groups, 0) == 0;) {
        char name[64];
        size_t open = at + (size_t)groups[0].rm_eo - 1, end = block_end(m->text, open);
        snprintf(name, sizeof name, "%.*s", (int)(groups[1].rm_eo - groups[1].rm_so), m->text + at + groups[1].rm_so);
        at = open + 1;
        const char *encoder = strstr(m->text + open, "encoder");
        if (end && (!encoder || encoder > m->text + end)) {
            splice(m, at, at, added);
            changed(m, "Added 'encoder text;' to process '%s'", name);
        }
    }
    regfree(&compiled);
}

static void to_4(struct migration *m) {
    add_encoders(m);
    rewrite(m, "^([ \t]+)process[ \t]+([a-zA-Z0-9_-]+)[ \t]*;[ \t]*$", 0, "\\1api {\n\\1    processes [ \\2 ];\n\\1}",
            "Wrapped 'process %s;' with api block");
    rewrite(m, "route-refresh[ \t]*;", 0, "route-refresh enable;",
            "Changed 'route-refresh;' to 'route-refresh enable;'");
}

static void to_5(struct migration *m) {
    rewrite(m, "\\<route[ \t]+refresh\\>", 0, "route-refresh", "Changed 'route refresh' to 'route-refresh'");
    rewrite(m, "tcp\\.once[ \t]+true", REG_ICASE, "tcp.attempts 1", "Changed 'tcp.once true' to 'tcp.attempts 1'");
    rewrite(m, "tcp\\.once[ \t]+false", REG_ICASE, "tcp.attempts 0", "Changed 'tcp.once false' to 'tcp.attempts 0'");
    rewrite(m, "not-a-fragment", 0, "!is-fragment", "Changed 'not-a-fragment' to '!is-fragment'");
    rewrite(m, "facility[ \t]+syslog\\>", 0, "facility daemon", "Changed 'facility syslog' to 'facility daemon'");
}

static void to_main(struct migration *m) {
    rewrite(m, "\\<nlri-mpls\\>", 0, "labeled-unicast",
            "Changed 'nlri-mpls' to 'labeled-unicast' (RFC 8277 terminology)");
}

static void wrap_helpers(struct migration *m, int from) {
    char with[128];
    snprintf(with, sizeof with, "\\1run exabgp migrate api -f %s -t main --exec \\2;", from < 2 ? "4" : "5");
    rewrite(m, "^([ \t]+)run[ \t]+([^;]+);", 0, with, "Wrapped run command with API migration: %s");
}

/* ---- Files ---- */

static char *file_take(FILE *file) {
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    char part[4096];
    for (size_t n; memory && (n = fread(part, 1, sizeof part, file));)
        fwrite(part, 1, n, memory);
    if (memory)
        fclose(memory);
    return text;
}

static bool file_put(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    bool good = file && fputs(text, file) >= 0;
    if (file)
        good = fclose(file) == 0 && good;
    if (!good)
        fprintf(stderr, "Error: cannot write %s: %s\n", path, strerror(errno));
    return good;
}

/* The old file stays beside the new one, with the time in its name. */
static bool file_replace(const char *path, const char *text) {
    char backup[4096], when[32];
    time_t now = time(NULL);
    struct tm parts;
    strftime(when, sizeof when, "%Y%m%d-%H%M%S", localtime_r(&now, &parts));
    snprintf(backup, sizeof backup, "%s.%s.bak", path, when);
    if (rename(path, backup) != 0) {
        fprintf(stderr, "Error: cannot keep %s as %s: %s\n", path, backup, strerror(errno));
        return false;
    }
    return file_put(path, text);
}

static const struct option migrate_options[] = {
    {"from", required_argument, NULL, 'f'},   {"to", required_argument, NULL, 't'},
    {"output", required_argument, NULL, 'o'}, {"inplace", no_argument, NULL, 'i'},
    {"dry-run", no_argument, NULL, 'n'},      {"verbose", no_argument, NULL, 'v'},
    {"wrap-api", no_argument, NULL, 'w'},     {NULL, 0, NULL, 0},
};

struct wanted {
    int from, to;
    const char *output, *file;
    bool in_place, dry, verbose, wrap;
};

static int version_named(const char *name) {
    for (int i = 0; i < VERSIONS; i++)
        if (strcmp(versions[i], name) == 0)
            return i;
    fprintf(stderr, "Error: the versions are 3.4, 4, 5 and main, not %s\n", name);
    return -1;
}

static bool migrate_parse(struct wanted *w, int argc, char **argv) {
    int option;
    *w = (struct wanted){.from = -1, .to = -1};
    while ((option = getopt_long(argc, argv, "f:t:o:invw", migrate_options, NULL)) != -1) {
        switch (option) {
        case 'f':
        case 't': *(option == 'f' ? &w->from : &w->to) = version_named(optarg); break;
        case 'o': w->output = optarg; break;
        case 'i': w->in_place = true; break;
        case 'n': w->dry = true; break;
        case 'v': w->verbose = true; break;
        case 'w': w->wrap = true; break;
        default: return false;
        }
    }
    w->file = optind + 1 == argc ? argv[optind] : NULL;
    return w->from >= 0 && w->to >= 0 && w->file;
}

static int migrate_finish(const struct wanted *w, struct migration *m) {
    FILE *to = w->dry ? stdout : stderr;
    if (w->dry)
        printf("Migration: %s -> %s\n%s", versions[w->from], versions[w->to], m->count ? "" : "No changes needed.\n");
    else if (w->verbose && m->count)
        fprintf(stderr, "Applied %u changes:\n", m->count);
    for (unsigned i = 0; (w->dry || w->verbose) && i < m->count; i++)
        fprintf(to, "  - %s\n", m->changes[i]);
    bool good = true;
    if (!w->dry && w->in_place)
        good = file_replace(w->file, m->text);
    else if (!w->dry && w->output)
        good = file_put(w->output, m->text);
    else if (!w->dry)
        fputs(m->text, stdout);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int migrate_configuration(const struct invocation *invocation, int argc, char **argv) {
    static void (*const steps[])(struct migration *) = {to_4, to_5, to_main};
    struct wanted w;
    if (!migrate_parse(&w, argc, argv))
        return print_usage(invocation, &subcommand_migrate, false);
    if (w.from >= w.to) {
        fprintf(stderr, "Error: Cannot migrate backwards from %s to %s\n", versions[w.from], versions[w.to]);
        return EXIT_FAILURE;
    }
    FILE *file = fopen(w.file, "r");
    if (!file) {
        fprintf(stderr, errno == ENOENT ? "Error: file not found: %s\n" : "Error: cannot read %s\n", w.file);
        return EXIT_FAILURE;
    }
    struct migration m = {.text = file_take(file)};
    fclose(file);
    if (!m.text)
        return EXIT_FAILURE;
    for (int step = w.from; step < w.to; step++) {
        if (w.verbose)
            fprintf(stderr, "Migrating config %s -> %s...\n", versions[step], versions[step + 1]);
        steps[step](&m);
    }
    if (w.wrap && w.to == VERSIONS - 1)
        wrap_helpers(&m, w.from);
    int status = migrate_finish(&w, &m);
    for (unsigned i = 0; i < m.count; i++)
        free(m.changes[i]);
    free(m.text);
    return status;
}

/* ---- api ---- */

static const struct option api_options[] = {
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"verbose", no_argument, NULL, 'v'},
    {"exec", required_argument, NULL, 'e'},
    {NULL, 0, NULL, 0},
};

static int api_pass(const char *path) {
    FILE *file = path ? fopen(path, "r") : stdin;
    if (!file) {
        fprintf(stderr, errno == ENOENT ? "Error: file not found: %s\n" : "Error: cannot read %s\n", path);
        return EXIT_FAILURE;
    }
    char *line = NULL;
    size_t room = 0;
    for (ssize_t len; (len = getline(&line, &room, file)) > 0;) {
        fwrite(line, 1, (size_t)len, stdout);
        fflush(stdout); /* a helper may be at the other end of a pipe */
    }
    free(line);
    if (path)
        fclose(file);
    return EXIT_SUCCESS;
}

/* ExaBGP main understands API 4 or API 6, and puts a translator around a helper of the other (cli.md 11). Here both are
 * understood at all times, so a helper that is started so is started as it is, and lines pass unchanged. */
static int migrate_api(const struct invocation *invocation, int argc, char **argv) {
    int from = -1, to = -1, option;
    char **program = NULL;
    while (!program && (option = getopt_long(argc, argv, "+f:t:ve:", api_options, NULL)) != -1) {
        switch (option) {
        case 'f':
        case 't': *(option == 'f' ? &from : &to) = version_named(optarg); break;
        case 'v': break;
        case 'e': program = argv + optind - 1; break;
        default: return print_usage(invocation, &subcommand_migrate, false);
        }
    }
    if (from < 1 || to < 2 || (!program && argc > optind + 1))
        return print_usage(invocation, &subcommand_migrate, false);
    if (!program)
        return api_pass(argv[optind]);
    execvp(*program, program);
    fprintf(stderr, "Error: cannot run %s: %s\n", *program, strerror(errno));
    return EXIT_FAILURE;
}

static int migrate_run(const struct invocation *invocation, int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "conf") == 0)
        return migrate_configuration(invocation, argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "api") == 0)
        return migrate_api(invocation, argc - 1, argv + 1);
    return print_usage(invocation, &subcommand_migrate, false);
}

const struct subcommand subcommand_migrate = {
    .name = "migrate",
    .usage = "conf -f 3.4|4|5 -t 4|5|main [options] FILE | api -f 4|5 -t 5|main [FILE | --exec PROGRAM ...]",
    .summary = "rewrite a configuration of an older ExaBGP for a newer one",
    .help =
        "This engine reads configurations of all these versions as they are.\n\n"
        "  -f, --from VERSION         what the file is written for\n"
        "  -t, --to VERSION           what it is wanted for\n"
        "  -o, --output FILE          write there, in place of standard output\n"
        "  -i, --inplace              write to FILE itself; the old one is kept, with the time in its name\n"
        "  -n, --dry-run              only say what would change\n"
        "  -v, --verbose              say each change, to standard error\n"
        "  -w, --wrap-api             helpers are run by `exabgp migrate api`, ExaBGP's translator of commands\n\n"
        "api stands where ExaBGP's translator stands. This engine understands the commands of both grammars at all\n"
        "times, so that lines pass unchanged, and the PROGRAM of --exec is run as it is.\n",
    .words = "conf api",
    .run = migrate_run,
};
