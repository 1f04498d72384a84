/* Sections of neighbors: neighbor, template with its neighbors, and the group of ExaBGP 3 (config.md 4, 5). */
#include "config/parser.h"

#include <stdlib.h>

#include "base/memory.h"

static void *source_base(struct parser *p) {
    return p->source;
}

static struct given *neighbor_given(struct parser *p) {
    return &p->source->neighbor;
}

static struct given *capability_given(struct parser *p) {
    return &p->source->capability;
}

static struct given *ao_given(struct parser *p) {
    return &p->source->ao;
}

/* The title becomes a word that lives as long as what is read. */
static void source_title(struct parser *p, struct text title) {
    p->source->title = arena_text(&p->scratch, title);
}

/* ---- neighbor ---- */

static bool neighbor_enter(struct parser *p, struct words *words) {
    const struct setting *peer = setting_find(settings_neighbor, text_of("peer-address"));
    struct text title;
    p->group = p->source;
    p->source = source_new(p);
    if (words_peek(words, &title))
        source_title(p, title);
    bool good = setting_read(peer, p->source, &p->scratch, words);
    size_t row = (size_t)(peer - settings_neighbor.rows);
    p->source->neighbor.set |= (uint64_t)1 << row;
    p->source->neighbor.places[row] = (struct place){words->line, words->column};
    return good;
}

/* Templates in the order in which `inherit` names them. One that is not known (yet) never was an error, and what a
 * template itself inherits does not count. */
static void neighbor_inherit(struct parser *p, struct source *s) {
    size_t own = s->inherit.count;
    for (size_t i = 0; i < own; i++) {
        const struct word *word = &s->inherit.words[i];
        uint32_t number = names_find(&p->template_names, word->text);
        if (number != NAME_UNKNOWN)
            source_merge(p, s, p->templates[number], true);
        else
            report_warning(p, (struct place){word->line, word->column}, "there is no template \"%.*s\" above",
                           TEXT_ARGS(word->text));
    }
}

static bool neighbor_leave(struct parser *p, struct words *words) {
    struct source *s = p->source;
    (void)words;
    if (p->group)
        source_merge(p, s, p->group, false);
    neighbor_inherit(p, s);
    neighbor_link_later(p, s, neighbor_build(p, s));
    source_release(s);
    p->source = p->group;
    p->group = NULL;
    return true;
}

static const struct section *const neighbor_inside[] = {
    &section_family, &section_nexthop,  &section_add_path, &section_capability, &section_tcp_ao,      &section_api,
    &section_static, &section_announce, &section_flow,     &section_l2vpn,      &section_operational, NULL,
};

const struct section section_neighbor = {
    .keyword = "neighbor",
    .help = "a peer, or with a prefix a range of them: any with passive, else up to 256, each a neighbor",
    .inside = neighbor_inside,
    .settings = &settings_neighbor,
    .base = source_base,
    .given = neighbor_given,
    .enter = neighbor_enter,
    .leave = neighbor_leave,
};

/* ---- template ---- */

static bool is_name(struct text t) {
    for (size_t i = 0; i < t.len; i++)
        if (!((unsigned)(t.p[i] | 0x20) - 'a' < 26 || (unsigned)t.p[i] - '0' < 10 || t.p[i] == '.' || t.p[i] == '-' ||
              t.p[i] == '_'))
            return false;
    return true;
}

bool name_take(struct parser *p, struct names *names, struct text name, const char *kind, struct words *words) {
    if (!is_name(name))
        return words_fail(words, "invalid character in name for %s", kind) ||
               complain_wanted(words->complaint, "letters, digits, \".\", \"-\" and \"_\"");
    if (!names_add(names, arena_text(&p->scratch, name)))
        return words_fail(words, "the name \"%.*s\" already exists in %s", TEXT_ARGS(name), kind);
    return true;
}

static bool template_neighbor_enter(struct parser *p, struct words *words) {
    struct text name;
    p->source = source_new(p);
    if (!words_take(words, "the name of the template", &name))
        return false;
    source_title(p, name);
    if (!name_take(p, &p->template_names, name, "template-neighbor", words))
        return false;
    size_t count = p->template_names.count;
    p->templates = memory_resize(p->templates, count * sizeof *p->templates);
    p->templates[count - 1] = p->source;
    return true;
}

static bool template_neighbor_leave(struct parser *p, struct words *words) {
    uint32_t number = names_find(&p->template_names, p->source->title);
    (void)words;
    if (number == NAME_UNKNOWN || p->templates[number] != p->source)
        source_release(p->source); /* its name was refused */
    p->source = NULL;
    return true;
}

static const struct section section_template_neighbor = {
    .keyword = "neighbor",
    .help = "settings for neighbors that inherit them",
    .inside = neighbor_inside,
    .settings = &settings_neighbor,
    .base = source_base,
    .given = neighbor_given,
    .enter = template_neighbor_enter,
    .leave = template_neighbor_leave,
};

static const struct section *const template_inside[] = {&section_template_neighbor, NULL};
const struct section section_template = {
    .keyword = "template",
    .help = "what neighbors may inherit",
    .inside = template_inside,
};

/* ---- group: what ExaBGP 3 had in place of templates ---- */

static bool group_enter(struct parser *p, struct words *words) {
    (void)words; /* a group may have a name, which nobody asks for */
    p->source = source_new(p);
    return true;
}

static bool group_leave(struct parser *p, struct words *words) {
    (void)words;
    source_release(p->source);
    p->source = NULL;
    return true;
}

static const struct section *const group_inside[] = {
    &section_neighbor, &section_process,
    &section_family,   &section_nexthop,
    &section_add_path, &section_capability,
    &section_tcp_ao,   &section_static,
    &section_announce, &section_flow,
    &section_l2vpn,    &section_operational,
    &section_api,      NULL,
};
const struct section section_group = {
    .keyword = "group",
    .help = "neighbors, and settings for those of them that do not say otherwise (ExaBGP 3)",
    .inside = group_inside,
    .settings = &settings_neighbor,
    .base = source_base,
    .given = neighbor_given,
    .enter = group_enter,
    .leave = group_leave,
};

/* ---- capability and tcp-ao ---- */

const struct section section_capability = {
    .keyword = "capability",
    .help = "what our OPEN offers beside families",
    .settings = &settings_capability,
    .base = source_base,
    .given = capability_given,
};

const struct section section_tcp_ao = {
    .keyword = "tcp-ao",
    .help = "TCP authentication option (RFC 5925)",
    .settings = &settings_ao,
    .base = source_base,
    .given = ao_given,
};
