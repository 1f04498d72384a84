/* The grammar of configurations as a JSON Schema (draft-07), made of the tables that the parser reads by, in the shape
 * of ExaBGP main's `schema export` (cli.md 8): a property for each keyword, an object for each section.
 *
 * Sections stand once, at the top, and are referred to where they may be opened; a section that is exported alone has
 * all of its own in it. */
#include "bgp/attribute.h"
#include "config/parser.h"
#include "config/tree.h"

/* ---- Keywords of the tables ---- */

static void schema_type(struct buffer *b, const char *type) {
    tree_string(b, "type", type);
}

/* The words of "a | b | c" as an enumeration. */
static void schema_choices(struct buffer *b, const char *words) {
    static const char between[] = " | ";
    tree_open(b, "enum", '[');
    for (const char *p = words; p;) {
        const char *end = strstr(p, between);
        tree_item(b);
        put_format(b, "\"%.*s\"", (int)(end ? end - p : (ptrdiff_t)strlen(p)), p);
        p = end ? end + sizeof between - 1 : NULL;
    }
    put_char(b, ']');
}

static void schema_number(struct buffer *b, uint32_t least, uint32_t most) {
    schema_type(b, "integer");
    tree_number(b, "minimum", least);
    tree_number(b, "maximum", most);
}

static void schema_number_or_off(struct buffer *b, uint32_t most) {
    tree_open(b, "oneOf", '[');
    put_char(b, '{');
    schema_number(b, 0, most);
    put_literal(b, "},{");
    schema_type(b, "string");
    schema_choices(b, "disable | disabled | false");
    put_literal(b, "}]");
}

static void schema_words(struct buffer *b, bool or_one) {
    if (or_one) {
        tree_open(b, "oneOf", '[');
        put_literal(b, "{\"type\":\"string\"},{");
    }
    schema_type(b, "array");
    tree_open(b, "items", '{');
    schema_type(b, "string");
    put_char(b, '}');
    if (or_one)
        put_literal(b, "}]");
}

static void schema_string(struct buffer *b, const char *key, const char *value) {
    schema_type(b, "string");
    if (key)
        tree_string(b, key, value);
}

static void schema_value(struct buffer *b, const struct setting *row) {
    switch (row->type) {
    case SETTING_BOOL: schema_type(b, "boolean"); break;
    case SETTING_BOOL_AUTO:
        tree_key(b, "enum");
        put_literal(b, "[true,false,\"auto\"]");
        break;
    case SETTING_NUMBER: schema_number(b, row->least, row->most); break;
    case SETTING_HOLD_TIME: schema_number(b, 0, UINT16_MAX); break;
    case SETTING_RATE: schema_number_or_off(b, UINT32_MAX); break;
    case SETTING_TTL: schema_number_or_off(b, UINT8_MAX); break;
    case SETTING_RESTART: schema_number_or_off(b, 4095); break;
    case SETTING_LONG_LIVED: schema_number_or_off(b, 0xffffff); break;
    case SETTING_AS: schema_string(b, "pattern", "^(\\d+(\\.\\d+)?|auto)$"); break;
    case SETTING_ADD_PATH:
        schema_type(b, "string");
        schema_choices(b, "disable | receive | send | send/receive");
        break;
    case SETTING_ADDRESS:
    case SETTING_LOCAL_ADDRESS:
    case SETTING_LINK_LOCAL:
    case SETTING_IPV4: schema_string(b, "format", "ip-address"); break;
    case SETTING_RANGE: schema_string(b, "format", "ip-range"); break;
    case SETTING_CHOICE:
        schema_type(b, "string");
        schema_choices(b, row->want);
        break;
    case SETTING_TEXT:
    case SETTING_HEX: schema_string(b, NULL, NULL); break;
    case SETTING_NAMES: schema_words(b, true); break;
    case SETTING_LIST:
    case SETTING_PROGRAM: schema_words(b, false); break;
    }
}

static bool is_number(const char *text) {
    return text[0] && text[strspn(text, "0123456789")] == 0;
}

static void schema_default(struct buffer *b, const struct setting *row) {
    if (!row->standard || !row->standard[0])
        return;
    tree_key(b, "default");
    if (row->type == SETTING_BOOL || row->type == SETTING_BOOL_AUTO || is_number(row->standard))
        put_string(b, row->standard);
    else
        put_format(b, "\"%s\"", row->standard);
}

static void schema_setting(struct buffer *b, const struct setting *row) {
    tree_open(b, row->keyword, '{');
    schema_value(b, row);
    schema_default(b, row);
    tree_string(b, "description", row->help);
    put_char(b, '}');
}

/* ---- Statements that are in no table ---- */

static void schema_statement(struct buffer *b, const char *keyword, const char *help) {
    tree_open(b, keyword, '{');
    schema_words(b, false);
    tree_string(b, "description", help);
    put_char(b, '}');
}

/* The SAFIs of an AFI, in a list of families. */
static void schema_afi(struct buffer *b, const char *afi) {
    if (strcmp(afi, "all") == 0) {
        put_literal(b, ",\"all\":{\"type\":\"boolean\",\"description\":\"all families\"}");
        return;
    }
    if (strcmp(afi, "afi-safi") == 0) {
        put_literal(
            b, ",\"afi-safi\":{\"type\":\"string\",\"description\":\"the numbers of any other family: 16396 99\"}");
        return;
    }
    tree_open(b, afi, '{');
    schema_type(b, "string");
    tree_open(b, "enum", '[');
    for (unsigned i = 0; i < FAMILIES; i++) {
        const struct family *f = family_at(i);
        if (strcmp(f->afi_name, afi) != 0)
            continue;
        tree_item(b);
        put_format(b, "\"%s\"", f->safi_name);
        if (f->alias)
            put_format(b, ",\"%s\"", f->alias);
    }
    put_literal(b, "]}");
}

static bool lists_families(const struct section *s) {
    return s == &section_family || s == &section_add_path || s == &section_nexthop;
}

static bool opens_section(const struct section *section, const char *keyword) {
    for (const struct section *const *at = section->inside; at && *at; at++)
        if (strcmp(keyword, (*at)->keyword) == 0)
            return true;
    return false;
}

/* A keyword that is a statement and a section is told as the section. */
static void schema_keywords(struct buffer *b, const struct section *section) {
    for (const char *const *word = section->keywords; word && *word; word++)
        if (opens_section(section, *word))
            continue;
        else if (lists_families(section))
            schema_afi(b, *word);
        else
            schema_statement(b, *word, "the words of a statement");
}

/* Routes by their words: those of families that may stand in the section, then attributes. */
static bool holds_routes(const struct section *s) {
    return !s->settings && !s->keywords && (s->statement || !s->inside);
}

static bool family_fits(const struct section *section, const struct family *f, struct text keyword) {
    const char *in = f->block ? f->block(keyword) : NULL;
    if (strcmp(section->keyword, "vpls") == 0)
        return f->safi == 65 && f->afi == 25;
    if (strcmp(section->keyword, "route") == 0)
        return section->inside ? f->block && !in : !f->block && f->start == family_at(FAMILY_ipv4_unicast)->start;
    return in && strcmp(in, section->keyword) == 0;
}

static void schema_route_words(struct buffer *b, const struct section *section) {
    struct names seen = {0};
    for (unsigned i = 0; i < FAMILIES; i++) {
        const struct family *f = family_at(i);
        for (const char *const *word = f->keywords; word && *word; word++)
            if (family_fits(section, f, text_of(*word)) && names_add(&seen, text_of(*word)))
                schema_statement(b, *word, "a part of the route");
    }
    names_release(&seen);
}

/* Where attributes stand: in the route itself, but for FlowSpec, which has them in `then`. */
static bool takes_attributes(const struct section *s) {
    return strcmp(s->keyword, "vpls") == 0 || (strcmp(s->keyword, "route") == 0 && !s->inside);
}

static void schema_attributes(struct buffer *b) {
    static const char *const modifiers[] = {"path-information", "attribute", "split", "name", "watchdog", "withdraw"};
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    for (size_t i = 0; i < count; i++)
        if (kinds[i]->parse)
            schema_statement(b, kinds[i]->name, kinds[i]->want ? kinds[i]->want : "nothing");
    for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++)
        schema_statement(b, modifiers[i], "see doc/configuration.md, Routes");
}

/* ---- Sections ---- */

static void schema_required(struct buffer *b, const struct section *section) {
    if (section == &section_neighbor)
        put_literal(b, ",\"required\":[\"peer-address\",\"local-as\",\"peer-as\"]");
    else if (section == &section_process)
        put_literal(b, ",\"required\":[\"run\"]");
}

enum { SCHEMA_DEPTH = 6 };

static void schema_section(struct buffer *b, const struct section *section, bool refer, unsigned depth);

static bool stands_at_top(const struct section *s) {
    for (const struct section *const *at = section_root.inside; *at; at++)
        if (*at == s)
            return true;
    for (const struct section *const *at = section_neighbor.inside; *at; at++)
        if (*at == s)
            return true;
    return false;
}

/* A section in another. What has the settings of a neighbor, and is in a template, refers to the neighbor. */
static void schema_inside(struct buffer *b, const struct section *section, bool refer, unsigned depth) {
    bool neighbor = section->settings == &settings_neighbor && depth > 1;
    tree_open(b, section->keyword, '{');
    if (refer && (stands_at_top(section) || neighbor))
        put_format(b, "\"$ref\":\"#/properties/%s\"", section->keyword);
    else if (depth < SCHEMA_DEPTH)
        schema_section(b, section, refer, depth);
    put_char(b, '}');
}

static void schema_section(struct buffer *b, const struct section *section, bool refer, unsigned depth) {
    schema_type(b, "object");
    tree_open(b, "properties", '{');
    for (size_t i = 0; section->settings && i < section->settings->count; i++)
        schema_setting(b, &section->settings->rows[i]);
    for (const struct section *const *at = section->inside; at && *at; at++)
        schema_inside(b, *at, refer, depth + 1);
    schema_keywords(b, section);
    if (holds_routes(section))
        schema_route_words(b, section);
    if (takes_attributes(section))
        schema_attributes(b);
    schema_statement(b, "include", INCLUDE_HELP);
    put_literal(b, "},\"additionalProperties\":false");
    tree_string(b, "description", section->help);
    schema_required(b, section);
}

static void schema_all(struct buffer *b) {
    tree_string(b, "$schema", "http://json-schema.org/draft-07/schema#");
    tree_string(b, "title", "YottaBGP configuration");
    schema_type(b, "object");
    tree_open(b, "properties", '{');
    const struct section *const *groups[] = {section_root.inside, section_neighbor.inside};
    for (size_t i = 0; i < 2; i++)
        for (const struct section *const *at = groups[i]; *at; at++) {
            tree_open(b, (*at)->keyword, '{');
            schema_section(b, *at, true, 1);
            put_char(b, '}');
        }
    schema_statement(b, "include", INCLUDE_HELP);
    put_literal(b, "},\"additionalProperties\":false");
    tree_string(b, "description", section_root.help);
}

static const struct section *schema_find(struct text name) {
    const struct section *const *groups[] = {section_root.inside, section_neighbor.inside};
    for (size_t i = 0; i < 2; i++)
        for (const struct section *const *at = groups[i]; *at; at++)
            if (text_is(name, (*at)->keyword))
                return *at;
    return NULL;
}

bool put_config_schema(struct buffer *b, struct text section, int indent) {
    struct buffer tree = buffer_growing();
    const struct section *one = section.len ? schema_find(section) : NULL;
    if (section.len && !one)
        return false;
    put_char(&tree, '{');
    if (one)
        schema_section(&tree, one, false, 1);
    else
        schema_all(&tree);
    put_char(&tree, '}');
    put_tree(b, buffer_text(&tree), indent);
    buffer_release(&tree);
    return true;
}

void put_config_sections(struct buffer *b) {
    const struct section *const *groups[] = {section_root.inside, section_neighbor.inside};
    for (size_t i = 0; i < 2; i++)
        for (const struct section *const *at = groups[i]; *at; at++)
            put_format(b, "%s%s", i == 0 && at == groups[0] ? "" : ", ", (*at)->keyword);
}
