/* The reference of the configuration as a page, made of the tables that the parser reads by: doc/configuration.md has
 * it, and a test that it is the same. */
#include "bgp/attribute.h"
#include "config/parser.h"

static const char *since_text(const char *since) {
    return strcmp(since, "ours") == 0 ? "YottaBGP" : since;
}

/* In a table `|` is a column. */
static void put_cell(struct buffer *b, const char *text) {
    for (; *text; text++) {
        if (*text == '|')
            put_char(b, '\\');
        put_char(b, *text);
    }
}

static void put_row(struct buffer *b, const struct setting *row) {
    put_format(b, "| `%s` | ", row->keyword);
    put_cell(b, row->type == SETTING_BOOL ? "a boolean" : row->want);
    put_format(b, " | %s | ", row->standard ? row->standard : "");
    if (row->bare)
        put_string(b, row->bare[0] ? row->bare : "nothing");
    put_format(b, " | %s | ", since_text(row->since));
    put_cell(b, row->help);
    put_literal(b, " |\n");
}

static void put_settings_table(struct buffer *b, const struct settings *settings) {
    put_literal(b, "\n| keyword | value | when absent | when alone | since | what it is |\n"
                   "| --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < settings->count; i++)
        put_row(b, &settings->rows[i]);
}

static void put_keywords(struct buffer *b, const char *const *keywords) {
    put_literal(b, "\nStatements:");
    for (; *keywords; keywords++)
        put_format(b, " `%s`", *keywords);
    put_literal(b, "\n");
}

static void put_inside(struct buffer *b, const struct section *const *inside) {
    put_literal(b, "\nSections:");
    for (; *inside; inside++)
        put_format(b, " `%s`", (*inside)->keyword);
    put_literal(b, "\n");
}

enum { REFERENCE_DEPTH = 8 };

/* A section, then those in it. What has the settings of a neighbor beside the neighbor itself is told in a line. */
static void put_section(struct buffer *b, const struct section **path, unsigned depth) {
    const struct section *section = path[depth];
    bool like_neighbor = section->settings == &settings_neighbor && section != &section_neighbor;
    put_literal(b, "\n### ");
    for (unsigned i = 1; i <= depth; i++)
        put_format(b, "%s%s", i > 1 ? " / " : "", path[i]->keyword);
    put_format(b, "\n\n%s\n", section->help);
    if (like_neighbor) {
        put_literal(b, "\nIn it stands what may stand in a neighbor.\n");
        return;
    }
    if (section->settings)
        put_settings_table(b, section->settings);
    if (section->keywords)
        put_keywords(b, section->keywords);
    if (section->inside)
        put_inside(b, section->inside);
    for (const struct section *const *at = section->inside; at && *at && depth + 1 < REFERENCE_DEPTH; at++) {
        path[depth + 1] = *at;
        put_section(b, path, depth + 1);
    }
}

static void put_attributes(struct buffer *b) {
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    put_literal(b, "\n### Attributes of routes\n\n| keyword | value |\n| --- | --- |\n");
    for (size_t i = 0; i < count; i++) {
        if (!kinds[i]->parse)
            continue;
        put_format(b, "| `%s` | ", kinds[i]->name);
        put_cell(b, kinds[i]->want ? kinds[i]->want : "nothing");
        put_literal(b, " |\n");
    }
}

static void put_family_rows(struct buffer *b) {
    put_literal(b, "\n### Families\n\n| family | keywords of its routes |\n| --- | --- |\n");
    for (unsigned i = 0; i < FAMILIES; i++) {
        const struct family *f = family_at(i);
        put_format(b, "| `%s %s` |", f->afi_name, f->safi_name);
        const struct family *same = family_at(0);
        while (same->keywords != f->keywords)
            same = family_at(same->index + 1U);
        if (same != f) {
            put_format(b, " as `%s %s` |\n", same->afi_name, same->safi_name);
            continue;
        }
        for (const char *const *word = f->keywords; word && *word; word++)
            put_format(b, " `%s`", *word);
        put_literal(b, " |\n");
    }
}

void put_config_reference(struct buffer *b) {
    const struct section *path[REFERENCE_DEPTH] = {&section_root};
    put_inside(b, section_root.inside);
    for (const struct section *const *at = section_root.inside; *at; at++) {
        path[1] = *at;
        put_section(b, path, 1);
    }
    put_family_rows(b);
    put_attributes(b);
}

/* ---- For programs ---- */

static void put_word_path(struct buffer *b, const struct section **path, unsigned depth, const char *word) {
    for (unsigned i = 1; i <= depth; i++)
        put_format(b, "%s ", path[i]->keyword);
    put_string(b, word);
}

static void put_section_words(struct buffer *b, const struct section **path, unsigned depth) {
    const struct section *section = path[depth];
    for (size_t i = 0; section->settings && i < section->settings->count; i++) {
        put_word_path(b, path, depth, section->settings->rows[i].keyword);
        put_format(b, "\t%s\n", section->settings->rows[i].help);
    }
    for (const char *const *word = section->keywords; word && *word; word++) {
        put_word_path(b, path, depth, *word);
        put_literal(b, "\t\n");
    }
    put_word_path(b, path, depth, "include");
    put_literal(b, "\t" INCLUDE_HELP "\n");
    for (const struct section *const *at = section->inside; at && *at && depth + 1 < REFERENCE_DEPTH; at++) {
        put_word_path(b, path, depth, (*at)->keyword);
        put_format(b, " {\t%s\n", (*at)->help);
        path[depth + 1] = *at;
        put_section_words(b, path, depth + 1);
    }
}

void put_config_words(struct buffer *b) {
    const struct section *path[REFERENCE_DEPTH] = {&section_root};
    put_section_words(b, path, 0);
}
