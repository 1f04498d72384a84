/* The words of all tables, for completion and for whoever checks that pages name them all. */
#include "bgp/attribute.h"
#include "bgp/family.h"
#include "library/library.h"
#include "library/offline.h"

static void put_families(struct buffer *b) {
    for (unsigned i = 0; i < FAMILIES; i++)
        put_format(b, "%s %s\n", family_at(i)->afi_name, family_at(i)->safi_name);
}

/* "*" before what every route may say. */
static void put_route_words(struct buffer *b) {
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    for (size_t i = 0; draft_word_at(i); i++)
        put_format(b, "*\t%s\n", draft_word_at(i));
    for (size_t i = 0; i < count; i++)
        if (kinds[i]->parse)
            put_format(b, "*\t%s\n", kinds[i]->name);
    for (unsigned i = 0; i < FAMILIES; i++)
        for (const char *const *word = family_at(i)->keywords; word && *word; word++)
            put_format(b, "%s %s\t%s\n", family_at(i)->afi_name, family_at(i)->safi_name, *word);
}

static void put_settings(struct buffer *b) {
    size_t count;
    const struct environment_setting *rows = environment_settings(&count);
    for (size_t i = 0; i < count; i++)
        put_format(b, "%s.%s\t%s\t%s\n", rows[i].section, rows[i].option, rows[i].help,
                   rows[i].standard ? rows[i].standard : "");
}

int yottabgp_words(const char *what, const struct yottabgp_print *print) {
    static const struct {
        const char *name;
        void (*put)(struct buffer *b);
    } lists[] = {{"commands", put_api_commands},
                 {"families", put_families},
                 {"routes", put_route_words},
                 {"settings", put_settings},
                 {"configuration", put_config_words}};
    struct buffer b = buffer_growing();
    size_t count = sizeof lists / sizeof *lists, i = 0;
    while (i < count && strcmp(lists[i].name, what) != 0)
        i++;
    if (i < count) {
        lists[i].put(&b);
        offline_print(print, &b);
    } else {
        put_format(&b, "no list is called \"%s\": there are", what);
        for (i = 0; i < count; i++)
            put_format(&b, " %s", lists[i].name);
        put_literal(&b, "\n");
        offline_print_error(print, &b);
        i = count;
    }
    buffer_release(&b);
    return i == count;
}
