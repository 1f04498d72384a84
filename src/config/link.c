/* Neighbors and their helpers: which process each api section means is known once all of the file was read
 * (config.md 11). */
#include <stdlib.h>

#include "base/memory.h"
#include "config/parser.h"
#include "config/regex.h"

struct link {
    struct parser *p;
    const struct link_source *s;
    struct neighbor_api *apis; /* owned; one a process of the configuration */
    uint32_t *used;            /* owned; those of the neighbor that is linked, in ascending order */
    size_t used_count;
    struct names names;  /* of the processes: a neighbor must not cost a look at each of them */
    uint32_t *processes; /* owned; by place in `names` */
};

/* The entry of a process in the neighbor that is linked. */
static struct neighbor_api *link_api(struct link *link, uint32_t process) {
    struct neighbor_api *api = &link->apis[process];
    if (!api->process.p) {
        size_t at = link->used_count++;
        for (; at && link->used[at - 1] > process; at--)
            link->used[at] = link->used[at - 1];
        link->used[at] = process;
        api->process = link->p->out->processes[process].name;
    }
    return api;
}

static unsigned watch_bits(const bool flags[WATCHES]) {
    unsigned bits = 0;
    for (unsigned i = 0; i < WATCHES; i++)
        bits |= (unsigned)flags[i] << i;
    return bits;
}

static void link_options(struct neighbor_api *api, const struct api_source *from) {
    api->neighbor_changes |= from->neighbor_changes;
    api->negotiated |= from->negotiated;
    api->fsm |= from->fsm;
    api->signal |= from->signal;
    api->send |= watch_bits(from->send);
    api->receive |= watch_bits(from->receive);
}

/* The number of a process; those that failed are named, but not in the list. */
static uint32_t process_find(const struct link *link, struct text name) {
    uint32_t place = names_find(&link->names, name);
    return place == NAME_UNKNOWN ? NAME_UNKNOWN : link->processes[place];
}

static void link_processes(struct link *link, const struct api_source *from) {
    struct parser *p = link->p;
    for (size_t i = 0; i < from->processes.count; i++) {
        const struct word *word = &from->processes.words[i];
        uint32_t process = process_find(link, word->text);
        if (process != NAME_UNKNOWN)
            link_options(link_api(link, process), from);
        else if (names_find(&p->process_names, word->text) == NAME_UNKNOWN)
            report_error(p, (struct place){word->line, word->column},
                         "an api called '%.*s' is used by neighbor '%.*s' but not defined", TEXT_ARGS(word->text),
                         TEXT_ARGS(link->s->title));
    }
}

/* Any of the expressions must find something; each must be one. */
static void link_matches(struct link *link, const struct api_source *from) {
    struct parser *p = link->p;
    bool found = from->matches.count == 0, broken = false;
    for (size_t i = 0; i < from->matches.count; i++) {
        const struct word *word = &from->matches.words[i];
        struct regex regex;
        char why[128];
        if (!regex_init(&regex, word->text, why, sizeof why)) {
            broken = true;
            report_error(p, (struct place){word->line, word->column}, "\"%.*s\" is not a valid regex: %s",
                         TEXT_ARGS(word->text), why);
            continue;
        }
        for (uint32_t process = 0; process < p->out->process_count; process++)
            if (regex_matches(&regex, p->out->processes[process].name)) {
                found = true;
                link_api(link, process)->matched = true;
            }
        regex_release(&regex);
    }
    const struct word *first = from->matches.words;
    if (!found && !broken)
        report_error(p, (struct place){first->line, first->column},
                     "Any process match regex '%.*s' for neighbor '%.*s'", TEXT_ARGS(first->text),
                     TEXT_ARGS(link->s->title));
}

static bool has_both(const struct link_source *s, struct place *at) {
    bool processes = false, matches = false;
    for (const struct api_source *api = s->apis; api; api = api->next) {
        processes |= api->processes.count > 0;
        matches |= api->matches.count > 0;
        *at = api->at;
        if (processes && matches)
            return true;
    }
    return false;
}

static void neighbor_link(struct link *link) {
    struct neighbor *n = link->s->neighbor;
    struct place at;
    if (has_both(link->s, &at))
        report_error(link->p, at,
                     "processes and processes-match are mutually exclusive, verify neighbor '%.*s' configuration",
                     TEXT_ARGS(link->s->title));
    for (const struct api_source *api = link->s->apis; api; api = api->next) {
        link_processes(link, api);
        link_matches(link, api);
    }
    if (!n)
        return;
    n->apis = arena_new(&link->p->out->arena, link->used_count * sizeof *n->apis);
    for (size_t i = 0; i < link->used_count; i++)
        n->apis[n->api_count++] = link->apis[link->used[i]];
}

void neighbor_link_later(struct parser *p, const struct source *s, struct neighbor *neighbor) {
    if (!s->apis)
        return;
    if (p->link_count == p->link_room) {
        p->link_room = p->link_room ? p->link_room * 2 : 16;
        p->links = memory_resize(p->links, p->link_room * sizeof *p->links);
    }
    p->links[p->link_count++] = (struct link_source){s->title, s->apis, neighbor};
}

static void link_init(struct link *link, struct parser *p) {
    size_t processes = p->out->process_count;
    *link = (struct link){
        .p = p,
        .apis = memory_new((processes + 1) * sizeof *link->apis),
        .used = memory_new((processes + 1) * sizeof *link->used),
        .processes = memory_new((processes + 1) * sizeof *link->processes),
    };
    for (uint32_t i = 0; i < processes; i++)
        if (names_add(&link->names, p->out->processes[i].name))
            link->processes[link->names.count - 1] = i;
}

static void link_release(struct link *link) {
    names_release(&link->names);
    free(link->apis);
    free(link->used);
    free(link->processes);
}

void neighbors_link(struct parser *p) {
    struct link link;
    link_init(&link, p);
    for (size_t i = 0; i < p->link_count; i++) {
        link.s = &p->links[i];
        neighbor_link(&link);
        while (link.used_count)
            link.apis[link.used[--link.used_count]] = (struct neighbor_api){0};
    }
    link_release(&link);
}
