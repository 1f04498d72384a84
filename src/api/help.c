/* `help` and `system help`: the table of commands, printed. Bare it is ExaBGP's list, to the octet; with words behind,
 * which ExaBGP does not look at, it tells of the commands that begin so. */
#include "api/private.h"
#include "base/json.h"
#include "base/memory.h"

static void put_options(struct buffer *b, const struct command *row) {
    for (size_t i = 0; i < 4 && row->options[i]; i++) {
        put_string(b, i ? " | " : "[ ");
        put_string(b, row->options[i]);
    }
    put_string(b, row->options[0] ? " ] " : "");
}

/* An entry of the list: `[neighbor <ip> [filters]] announce route`; one without selector ends in a blank. */
static struct text help_entry(const struct command *row, bool v6, struct buffer *b) {
    buffer_clear(b);
    if (row->selects == SELECTS)
        put_string(b, v6 ? "[peer <ip> [filters]] " : "[neighbor <ip> [filters]] ");
    put_string(b, v6 ? row->v6 : row->v4);
    if (row->selects != SELECTS)
        put_char(b, ' ');
    put_options(b, row);
    return buffer_text(b);
}

struct entry {
    const struct command *row;
    char text[96]; /* terminated */
};

static int entry_order(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->text, ((const struct entry *)b)->text);
}

static size_t help_entries(struct entry *entries, bool v6, bool names_only) {
    size_t count, kept = 0;
    const struct command *rows = command_rows(&count);
    for (size_t i = 0; i < count; i++) {
        uint8_t memory[sizeof entries->text];
        struct buffer b = buffer_fixed(memory, sizeof memory);
        if (!(v6 ? rows[i].help_v6 : rows[i].help_v4))
            continue;
        struct text t = names_only ? text_of(rows[i].v6) : help_entry(&rows[i], v6, &b);
        struct entry *entry = &entries[kept++];
        *entry = (struct entry){.row = &rows[i]};
        memcpy(entry->text, t.p, t.len < sizeof entry->text ? t.len : sizeof entry->text - 1);
    }
    qsort(entries, kept, sizeof *entries, entry_order);
    return kept;
}

static void help_text(struct call *call, struct entry *entries, bool v6) {
    struct buffer *out = answer_out(call->client);
    size_t count = help_entries(entries, v6, false);
    put_string(out, v6 ? "\navailable API commands (v6 format):\n====================================\n"
                       : "\navailable API commands are listed here:\n=======================================\n");
    put_literal(out, "\nfilter can be: [local-ip <ip>][local-as <asn>][peer-as <asn>][router-id <router-id>]\n\n");
    put_string(out, v6 ? "commands:\n---------\n\n" : "command are:\n------------\n\n");
    for (size_t i = 0; i < count; i++) {
        put_string(out, entries[i].text);
        put_char(out, '\n');
    }
    put_char(out, '\n');
}

static void help_json(struct call *call, struct entry *entries) {
    struct buffer *out = answer_out(call->client);
    size_t count = help_entries(entries, true, true);
    put_literal(out, "{\"description\": \"Available API commands (v6 format)\", \"peer_filters\": [\"local-ip\", "
                     "\"local-as\", \"peer-as\", \"router-id\"], \"commands\": [");
    for (size_t i = 0; i < count; i++) {
        const struct command *row = entries[i].row;
        put_format(out, "%s{\"command\": \"%s\", \"neighbor_support\": %s, \"json_support\": true", i ? ", " : "",
                   row->v6, row->selects == SELECTS ? "true" : "false");
        for (size_t j = 0; j < 4 && row->options[j]; j++)
            put_format(out, "%s\"%s\"", j ? ", " : ", \"options\": [", row->options[j]);
        put_string(out, row->options[0] ? "]}" : "}");
    }
    put_literal(out, "]}\n");
}

/* ---- `help WORDS` ---- */

/* Of the words of one grammar; those behind `peer` count as well: `help announce` is for both. */
static bool words_begin(const char *words, struct text asked) {
    if (!words)
        return false;
    size_t len = strlen(words);
    if (len < asked.len || memcmp(words, asked.p, asked.len) != 0)
        return strncmp(words, "peer ", 5) == 0 && words_begin(words + 5, asked);
    return len == asked.len || words[asked.len] == ' ';
}

static void tell_text(struct buffer *out, const struct command *row) {
    put_format(out, "%s%s%s%s\n    %s\n", row->selects == SELECTS ? "[neighbor <ip> [filters]] " : "",
               row->v4 ? row->v4 : row->v6, *row->syntax ? " " : "", row->syntax, row->help);
}

static void tell_json(struct buffer *out, const struct command *row) {
    put_literal(out, "{\"command\": ");
    put_json_string(out, text_of(row->v6));
    put_format(out, ", \"neighbor_support\": %s, \"syntax\": ", row->selects == SELECTS ? "true" : "false");
    put_json_string(out, text_of(row->syntax));
    put_literal(out, ", \"help\": ");
    put_json_string(out, text_of(row->help));
    put_char(out, '}');
}

/* False, and nothing written: no command begins with these words. */
static bool help_of(struct call *call, struct text asked) {
    struct buffer *out = answer_out(call->client);
    size_t count, told = 0;
    const struct command *rows = command_rows(&count);
    for (size_t i = 0; i < count; i++) {
        if (!words_begin(rows[i].v6, asked) && !words_begin(rows[i].v4, asked))
            continue;
        if (call->json) {
            put_string(out, told ? ", " : "{\"commands\": [");
            tell_json(out, &rows[i]);
        } else {
            tell_text(out, &rows[i]);
        }
        told++;
    }
    put_string(out, told && call->json ? "]}\n" : "");
    return told != 0;
}

/* The words behind, single blanks between; empty: none. */
static struct text words_asked(struct words *w, struct buffer *b) {
    struct text word;
    while (words_next(w, &word)) {
        put_string(b, buffer_len(b) ? " " : "");
        put_text(b, word);
    }
    return buffer_text(b);
}

void command_help(struct call *call) {
    struct buffer *scratch = &call->api->scratch;
    size_t count;
    buffer_clear(scratch);
    struct text asked = words_asked(&call->words, scratch);
    if (asked.len && help_of(call, asked)) {
        answer_done(call->api, call->client);
        return;
    }
    command_rows(&count);
    struct entry *entries = memory_new(count * sizeof *entries);
    if (call->json)
        help_json(call, entries);
    else
        help_text(call, entries, call->api->answers != FORM_5);
    free(entries);
    answer_done(call->api, call->client);
}

/* What stands behind a command, as far as it is words of a list; NULL at the end. */
static const char *argument_word(const struct command *row, size_t place) {
    static const struct {
        void (*run)(struct call *call);
        const char *(*word_at)(size_t place);
    } lists[] = {
        {command_create, create_word_at}, {command_log_level, log_level_word_at}, {command_on_exit, on_exit_word_at}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (row->run == lists[i].run)
            return lists[i].word_at(place);
    return place < 4 ? row->options[place] : NULL;
}

void put_api_commands(struct buffer *b) {
    size_t count;
    const struct command *rows = command_rows(&count);
    for (size_t i = 0; i < count; i++) {
        const struct command *row = &rows[i];
        put_format(b, "%s\t%s\t%s\t", row->v6 ? row->v6 : "-", row->v4 ? row->v4 : "-",
                   row->selects == SELECTS_NEVER ? "-" : "selects");
        size_t words = 0;
        for (const char *word; (word = argument_word(row, words)); words++)
            put_format(b, "%s%s", words ? " " : "", word);
        put_format(b, "%s\t%s\t%s\n", words ? "" : "-", *row->syntax ? row->syntax : "-", row->help);
    }
}
