/* The walk through a configuration: statements and sections, by the tables of what may stand where.
 *
 * One mistake is to be one error: a statement that is wrong counts as given, a section whose first line is wrong is
 * read for what is wrong inside, and one that nobody knows is skipped. */
#include "config/parser.h"

static const struct section *section_find(const struct section *in, struct text keyword) {
    for (const struct section *const *at = in->inside; at && *at; at++)
        if (text_is(keyword, (*at)->keyword))
            return *at;
    return NULL;
}

/* ---- Unknown words ---- */

static void section_nearest(const struct section *section, struct text keyword, struct complaint *complaint) {
    struct nearest nearest = {.word = keyword};
    for (size_t i = 0; section->settings && i < section->settings->count; i++)
        nearest_try(&nearest, section->settings->rows[i].keyword);
    for (const char *const *word = section->keywords; word && *word; word++)
        nearest_try(&nearest, *word);
    for (const struct section *const *at = section->inside; at && *at; at++)
        nearest_try(&nearest, (*at)->keyword);
    nearest_try(&nearest, "include");
    complain_nearest(complaint, &nearest);
}

static void wanted_sections(const struct section *section, struct complaint *complaint) {
    char list[sizeof complaint->wanted];
    struct buffer b = buffer_fixed(list, sizeof list - 1);
    for (const struct section *const *at = section->inside; at && *at; at++)
        put_format(&b, "%s%s", at == section->inside ? "" : ", ", (*at)->keyword);
    list[buffer_len(&b)] = 0;
    complain_wanted(complaint, "%s", list);
}

/* Words that stand somewhere else, or stood there in ExaBGP 3. */
static void wanted_elsewhere(struct text keyword, struct complaint *complaint) {
    static const struct section *const tables[] = {&section_neighbor, &section_capability, &section_api,
                                                   &section_process, &section_tcp_ao};
    static const struct {
        const char *old, *now;
    } words[] = {
        {"ttl-security", "outgoing-ttl 255, or incoming-ttl 255 beside listen"},
        {"peer-updates", "api { processes [ NAME ]; receive { parsed; update; } }"},
        {"parse-routes", "api { processes [ NAME ]; receive { parsed; update; } }"},
        {"receive-parsed", "api { processes [ NAME ]; receive { parsed; } }"},
        {"receive-routes", "api { processes [ NAME ]; receive { parsed; update; } }"},
        {"receive-packets", "api { processes [ NAME ]; receive { packets; } }"},
        {"process", "api { processes [ NAME ]; }"},
        {"minimal", "ipv4 unicast, or all"},
        {"inet4", "ipv4"},
        {"inet6", "ipv6"},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (setting_find(*tables[i]->settings, keyword))
            complain_wanted(complaint, "%s { %.*s ...; }", tables[i]->keyword, TEXT_ARGS(keyword));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(keyword, words[i].old))
            complain_wanted(complaint, "%s", words[i].now);
}

static void unknown_keyword(const struct section *section, struct text keyword, struct words *words) {
    words_fail(words, "invalid keyword \"%.*s\"", TEXT_ARGS(keyword));
    if (section_find(section, keyword))
        complain_wanted(words->complaint, "%.*s { ... }: it is a section", TEXT_ARGS(keyword));
    else if (keyword.len == 0)
        complain_wanted(words->complaint, "a keyword before the \";\"");
    else
        wanted_elsewhere(keyword, words->complaint);
    if (!words->complaint->wanted[0])
        section_nearest(section, keyword, words->complaint);
    if (!section->settings && !section->keywords)
        wanted_sections(section, words->complaint);
}

static bool is_statement(const struct section *section, struct text keyword) {
    if (section->settings && setting_find(*section->settings, keyword))
        return true;
    for (const char *const *word = section->keywords; word && *word; word++)
        if (text_is(keyword, *word))
            return true;
    return false;
}

static void unknown_section(const struct section *section, struct text keyword, struct words *words) {
    words_fail(words, "section %.*s is invalid in %s", TEXT_ARGS(keyword), section->keyword);
    if (is_statement(section, keyword)) {
        complain_wanted(words->complaint, "%.*s ...; it is no section", TEXT_ARGS(keyword));
        return;
    }
    if (section->settings)
        wanted_elsewhere(keyword, words->complaint);
    section_nearest(section, keyword, words->complaint);
    wanted_sections(section, words->complaint);
}

/* ---- Statements ---- */

/* Words after a complete statement never were an error, and are hardly meant. */
static void warn_of_rest(struct parser *p, struct words *words) {
    struct text keyword = words->taken, next;
    if (words->complaint->made || words_done(words))
        return;
    words_next(words, &next);
    report_warning(p, (struct place){words->line, words->column}, "\"%.*s\" is ignored: nothing is read after \"%.*s\"",
                   TEXT_ARGS(next), TEXT_ARGS(keyword));
}

static void read_setting(struct parser *p, const struct section *section, const struct setting *row,
                         struct words *words) {
    size_t number = (size_t)(row - section->settings->rows);
    struct given *given = section->given ? section->given(p) : NULL;
    if (given) {
        given->set |= (uint64_t)1 << number;
        given->places[number] = p->at;
    }
    if (setting_read(row, section->base(p), &p->scratch, words))
        warn_of_rest(p, words);
}

static void read_statement(struct parser *p, const struct section *section, struct words *words) {
    struct text keyword;
    words_next(words, &keyword);
    const struct setting *row = section->settings ? setting_find(*section->settings, keyword) : NULL;
    if (row)
        read_setting(p, section, row, words);
    else if (p->options->includes && text_is(keyword, "include"))
        include_read(p, section, words);
    else if ((!section->statement || !section->statement(p, keyword, words)) && !words->complaint->made)
        unknown_keyword(section, keyword, words);
}

/* ---- Sections ---- */

static void skip_section(struct parser *p) {
    for (unsigned depth = 1; depth;) {
        struct statement s = lexer_next(&p->lexer);
        p->complaint.made = false; /* what is wrong inside is no more known than the section is */
        if (s.end == 0)
            return;
        depth += s.end == '{';
        depth -= s.end == '}';
    }
    p->complaint = (struct complaint){0};
}

/* Reports what was complained about the statement that is read, unless the lexer's complaint was reported before. */
static void report_statement(struct parser *p, bool reported) {
    if (!p->complaint.made)
        return;
    if (!reported)
        report_complaint(p, &p->complaint);
    p->complaint = (struct complaint){0};
}

static void read_section(struct parser *p, const struct section *in, struct words *words, bool reported) {
    struct text keyword;
    struct place at = p->at;
    words_next(words, &keyword);
    const struct section *section = section_find(in, keyword);
    if (!section) {
        unknown_section(in, keyword, words);
        report_statement(p, reported);
        skip_section(p);
        return;
    }
    if (section->enter)
        section->enter(p, words);
    report_statement(p, reported);
    section_body(p, section);
    p->at = at;
    struct words end = words_of_list(NULL, 0, &p->complaint);
    end.line = at.line;
    end.column = at.column;
    if (section->leave)
        section->leave(p, &end);
    report_statement(p, false);
}

/* What stands before a `}` without `;` of its own is not read, and never was. */
static void warn_of_unended(struct parser *p, const struct statement *s) {
    if (s->count)
        report_warning(p, (struct place){s->words[0].line, s->words[0].column},
                       "\"%.*s\" is ignored: there is no \";\" before the \"}\"", TEXT_ARGS(s->words[0].text));
}

bool section_body(struct parser *p, const struct section *section) {
    while (!p->stop) {
        if (section->repeat)
            section->repeat(p);
        struct statement s = lexer_next(&p->lexer);
        bool reported = s.broken;
        if (reported)
            report_complaint(p, &p->complaint);
        p->at = s.count ? (struct place){s.words[0].line, s.words[0].column} : (struct place){s.line, s.column};
        struct words words = words_of_list(s.words, s.count, &p->complaint);
        words.line = p->at.line;
        words.column = p->at.column;
        if (s.end == ';')
            read_statement(p, section, &words);
        else if (s.end == '{')
            read_section(p, section, &words, reported);
        else
            warn_of_unended(p, &s);
        report_statement(p, reported);
        if (s.end == '}' || s.end == 0)
            return s.end == '}';
    }
    return false;
}

/* A `}` that closes nothing ends the configuration: what follows is not read (config.md L15). */
static void warn_of_surplus(struct parser *p) {
    const char *rest = p->lexer.p;
    while (rest < p->lexer.end && (*rest == ' ' || *rest == '\t' || *rest == '\r' || *rest == '\n'))
        rest++;
    if (rest < p->lexer.end && !p->stop)
        report_warning(p, (struct place){p->lexer.line, 0}, "a \"}\" closes nothing: all after it is ignored");
}

void section_run(struct parser *p) {
    section_body(p, &section_root);
    warn_of_surplus(p);
}

static const struct section *const root_inside[] = {&section_process, &section_template, &section_neighbor,
                                                    &section_group, NULL};
const struct section section_root = {
    .keyword = "root",
    .help = "a configuration file",
    .inside = root_inside,
};
