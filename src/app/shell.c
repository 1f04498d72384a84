/* shell: completion of this command line in bash, zsh and fish. The scripts are made of the subcommands' own help: a
 * line that begins with an option there is an option here. Words of commands for an engine are asked from the program.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/app.h"
#include "app/client.h"
#include "app/complete.h"

/* The options of a line of help, "  -f, --family ..." or "      --batch ...": *letter 0, *name empty where there is
 * none. */
static bool option_of_line(const char *line, char *letter, char name[64], const char **what) {
    const char *p = line + strspn(line, " ");
    *letter = 0;
    name[0] = 0;
    if (p - line < 2 || p - line > 6 || *p != '-')
        return false;
    if (p[1] != '-') {
        *letter = p[1];
        p += p[2] == ',' ? 4 : 2;
    }
    if (strncmp(p, "--", 2) == 0) {
        size_t len = strcspn(p + 2, " ,\n=");
        if (len >= 64)
            return false;
        memcpy(name, p + 2, len);
        name[len] = 0;
        p += len + 2;
    }
    const char *gap = strstr(p, "  ");
    *what = gap ? gap + strspn(gap, " ") : "";
    return *letter || name[0];
}

static const char *line_after(const char *p) {
    p += strcspn(p, "\n");
    return *p ? p + 1 : p;
}

static void put_options(FILE *to, const struct subcommand *command) {
    for (const char *p = command->help; *p; p = line_after(p)) {
        char letter, name[64];
        const char *what;
        if (!option_of_line(p, &letter, name, &what))
            continue;
        if (letter)
            fprintf(to, " -%c", letter);
        if (name[0])
            fprintf(to, " --%s", name);
    }
    fprintf(to, " -h --help");
}

static void put_names(FILE *to) {
    const struct subcommand *command;
    for (size_t i = 0; (command = subcommand_at(i)); i++)
        fprintf(to, "%s%s", i ? " " : "", command->name);
}

/* bash and zsh (by its own emulation) run the same function. */
static void put_bash(FILE *to, const char *program) {
    const struct subcommand *command;
    fprintf(to,
            "# completion of %s\n_%s() {\n    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=\n"
            "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"",
            program, program);
    put_names(to);
    fprintf(to, " --help --version --env-file\"\n    else\n        case $command in\n");
    for (size_t i = 0; (command = subcommand_at(i)); i++) {
        fprintf(to, "        %s) words=\"%s", command->name, command->words ? command->words : "");
        put_options(to, command);
        fprintf(to, "\" ;;\n");
    }
    fprintf(to,
            "        esac\n        case $command in run | cli)\n            words=\"$words $(%s shell complete "
            "\"${COMP_WORDS[@]:2:COMP_CWORD-2}\" \"$word\" "
            "2>/dev/null)\" ;;\n        esac\n    fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
            "complete -o default -F _%s %s\n",
            program, program, program);
}

static void put_zsh(FILE *to, const char *program) {
    fprintf(to, "#compdef %s\nautoload -U +X bashcompinit && bashcompinit\n", program);
    put_bash(to, program);
}

static void put_fish_line(FILE *to, const char *program, const char *subcommand, char letter, const char *name,
                          const char *what) {
    fprintf(to, "complete -c %s -n '__fish_seen_subcommand_from %s'", program, subcommand);
    if (letter)
        fprintf(to, " -s %c", letter);
    if (name[0])
        fprintf(to, " -l %s", name);
    fprintf(to, " -d '");
    for (; *what && *what != '\n'; what++)
        if (*what != '\'' && *what != '\\')
            fputc(*what, to);
    fprintf(to, "'\n");
}

static void put_fish(FILE *to, const char *program) {
    const struct subcommand *command;
    for (size_t i = 0; (command = subcommand_at(i)); i++) {
        fprintf(to, "complete -c %s -n __fish_use_subcommand -a %s -d '%s'\n", program, command->name,
                command->summary);
        if (command->words)
            fprintf(to, "complete -c %s -n '__fish_seen_subcommand_from %s' -a '%s'\n", program, command->name,
                    command->words);
        for (const char *p = command->help; *p; p = line_after(p)) {
            char letter, name[64];
            const char *what;
            if (option_of_line(p, &letter, name, &what))
                put_fish_line(to, program, command->name, letter, name, what);
        }
    }
    fprintf(
        to,
        "complete -c %s -f -n '__fish_seen_subcommand_from run cli' -a '(%s shell complete (commandline -opc)[3..-1] "
        "(commandline -ct))'\n",
        program, program);
}

static const struct shell {
    const char *name, *folder, *before, *after; /* below the home folder; around the name of the program */
    void (*put)(FILE *to, const char *program);
} shells[] = {
    {"bash", ".local/share/bash-completion/completions", "", "", put_bash},
    {"zsh", ".zfunc", "_", "", put_zsh},
    {"fish", ".config/fish/completions", "", ".fish", put_fish},
};

static const struct shell *shell_named(const char *name) {
    const char *slash = strrchr(name, '/');
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, slash ? slash + 1 : name) == 0)
            return &shells[i];
    fprintf(stderr, "Error: the shells are bash, zsh and fish, not \"%s\"\n", name);
    return NULL;
}

/* Every folder of the path, as far as it is missing. */
static void folders_make(char *path) {
    for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        mkdir(path, 0777);
        *p = '/';
    }
}

static int shell_install(const struct shell *shell, const char *program, bool install) {
    const char *home = getenv("HOME");
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/%s%s%s", home ? home : "", shell->folder, shell->before, program, shell->after);
    if (!install && remove(path) != 0) {
        fprintf(stderr, "Error: %s: %s\n", path, strerror(errno));
        return EXIT_FAILURE;
    }
    if (!install) {
        printf("removed %s\n", path);
        return EXIT_SUCCESS;
    }
    folders_make(path);
    FILE *to = fopen(path, "w");
    if (!to) {
        fprintf(stderr, "Error: cannot write %s: %s\n", path, strerror(errno));
        return EXIT_FAILURE;
    }
    shell->put(to, program);
    fclose(to);
    printf("installed %s; it works in the next shell\n", path);
    if (strcmp(shell->name, "zsh") == 0)
        printf("~/.zshrc needs: fpath+=~/.zfunc; autoload -U compinit; compinit\n");
    return EXIT_SUCCESS;
}

/* Words that may come next in a command for an engine, one a line. */
static int shell_complete(int argc, char **argv) {
    char before[4096] = "";
    size_t len = 0;
    for (int i = 2; i < argc && len < sizeof before - 1; i++)
        if (argv[i][0] != '-')
            len += (size_t)snprintf(before + len, sizeof before - len, "%s%s", len || i > 2 ? " " : "", argv[i]);
    struct vocabulary vocabulary;
    struct candidates found;
    vocabulary_init(&vocabulary);
    complete(&vocabulary, before + strspn(before, " "), &found);
    for (size_t i = 0; i < found.count; i++)
        printf("%s\n", found.words[i]);
    candidates_release(&found);
    vocabulary_release(&vocabulary);
    return EXIT_SUCCESS;
}

static int shell_run(const struct invocation *invocation, int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "complete") == 0)
        return shell_complete(argc, argv);
    if (strcmp(what, "words") == 0 && argc == 3)
        return yottabgp_words(argv[2], &print_standard);
    bool install = strcmp(what, "install") == 0, remove_it = strcmp(what, "uninstall") == 0;
    if (!install && !remove_it && strcmp(what, "completion") != 0) {
        fprintf(stderr, "Error: Please specify a subcommand (install, uninstall, or completion)\n");
        print_usage(invocation, &subcommand_shell, false);
        return EXIT_FAILURE;
    }
    const char *name = argc > 2 ? argv[2] : getenv("SHELL");
    const struct shell *shell = shell_named(name ? name : "");
    if (!shell)
        return EXIT_FAILURE;
    if (install || remove_it)
        return shell_install(shell, invocation->program, install);
    shell->put(stdout, invocation->program);
    return EXIT_SUCCESS;
}

const struct subcommand subcommand_shell = {
    .name = "shell",
    .usage = "install | uninstall [SHELL], completion SHELL, words LIST",
    .summary = "completion of this command line in bash, zsh and fish",
    .help = "install puts the completion where SHELL (bash, zsh, fish; without it: yours) looks for it, uninstall "
            "takes it\n"
            "away, completion prints it. words prints a list of what is known: commands, families, routes, settings,\n"
            "configuration.\n",
    .words = "install uninstall completion words",
    .run = shell_run,
};
