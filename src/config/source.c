/* What a neighbor section says, before it is a neighbor: defaults, and the merge with templates and groups. */
#include "config/parser.h"

#include "base/memory.h"

/* Every default is the row's own word for it, read as if it had been written. */
static void settings_default(const struct settings *settings, void *base, struct arena *arena) {
    struct complaint never = {0};
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *row = &settings->rows[i];
        struct word word = {.text = row->standard ? text_of(row->standard) : (struct text){"", 0}};
        struct words words = words_of_list(&word, 1, &never);
        if (row->standard)
            setting_read(row, base, arena, &words);
    }
}

static struct source *source_standard(struct parser *p) {
    struct source *s = arena_new(&p->scratch, sizeof *s);
    *s = (struct source){0};
    s->title = s->description = s->host_name = s->domain_name = s->source_interface = s->md5_password = s->ao_password =
        (struct text){"", 0};
    settings_default(&settings_neighbor, s, &p->scratch);
    settings_default(&settings_capability, s, &p->scratch);
    settings_default(&settings_ao, s, &p->scratch);
    return s;
}

/* Defaults are read once and copied from then on: none of them is a list, so a copy shares nothing that changes. */
struct source *source_new(struct parser *p) {
    struct source *s = memory_new(sizeof *s);
    if (!p->standard)
        p->standard = source_standard(p);
    *s = *p->standard;
    s->at = p->at;
    s->raw = buffer_growing();
    route_list_init(&s->routes);
    return s;
}

void source_release(struct source *s) {
    if (!s)
        return;
    buffer_release(&s->raw);
    route_list_release(&s->routes);
    free(s);
}

static void given_merge(struct parser *p, const struct settings *settings, struct source *to, struct given *have,
                        const struct source *from, const struct given *more, bool replaces) {
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *row = &settings->rows[i];
        bool list = row->type == SETTING_NAMES || row->type == SETTING_LIST || row->type == SETTING_HEX;
        if (!(more->set >> i & 1) || (!replaces && !list && have->set >> i & 1))
            continue;
        setting_merge(row, to, from, &p->scratch);
        have->set |= (uint64_t)1 << i;
        have->places[i] = more->places[i];
    }
}

static void apis_merge(struct parser *p, struct source *to, const struct source *from) {
    for (const struct api_source *api = from->apis; api; api = api->next) {
        struct api_source *copy = arena_new(&p->scratch, sizeof *copy);
        *copy = *api;
        copy->next = NULL;
        if (to->last_api)
            to->last_api->next = copy;
        else
            to->apis = copy;
        to->last_api = copy;
    }
}

static void places_merge(uint64_t have, uint64_t more, struct place *to, const struct place *from) {
    for (unsigned i = 0; i < FAMILIES_MOST; i++)
        if (terms_has(more, i) && !terms_has(have, i))
            to[i] = from[i];
}

static void routes_merge(struct source *to, const struct source *from) {
    route_list_append(&to->routes, &from->routes);
    places_merge(to->route_families, from->route_families, to->route_places, from->route_places);
    places_merge(to->self_families, from->self_families, to->self_places, from->self_places);
    to->route_families |= from->route_families;
    to->self_families |= from->self_families;
}

void source_merge(struct parser *p, struct source *to, const struct source *from, bool replaces) {
    given_merge(p, &settings_neighbor, to, &to->neighbor, from, &from->neighbor, replaces);
    given_merge(p, &settings_capability, to, &to->capability, from, &from->capability, replaces);
    given_merge(p, &settings_ao, to, &to->ao, from, &from->ao, replaces);
    to->families |= from->families;
    to->nexthops |= from->nexthops;
    to->nexthop_given |= from->nexthop_given;
    to->add_paths |= from->add_paths;
    to->add_path_given |= from->add_path_given;
    to->add_path_all |= from->add_path_all;
    for (unsigned i = 0; i < FAMILIES_MOST; i++)
        if (from->paths_limit[i] && (replaces || !to->paths_limit[i]))
            to->paths_limit[i] = from->paths_limit[i];
    apis_merge(p, to, from);
    routes_merge(to, from);
    to->broken |= from->broken;
}

static void place_first(uint64_t *families, struct place *places, const struct family *f, struct place at) {
    if (!(*families & family_bit(f)))
        places[f->index] = at;
    *families |= family_bit(f);
}

void source_route(struct source *s, const struct listed_route *route, bool self, struct place at) {
    route_list_add(&s->routes, route);
    place_first(&s->route_families, s->route_places, route->family, at);
    if (self)
        place_first(&s->self_families, s->self_places, route->family, at);
}

static size_t setting_place(const struct settings *settings, const char *keyword) {
    return (size_t)(setting_find(*settings, text_of(keyword)) - settings->rows);
}

bool source_has(const struct given *given, const struct settings *settings, const char *keyword) {
    return given->set >> setting_place(settings, keyword) & 1;
}

struct place source_place(const struct given *given, const struct settings *settings, const char *keyword) {
    return given->places[setting_place(settings, keyword)];
}
