/* Settings from environment variables and the .env file (cli.md 13), and back to text as `env` prints them.
 *
 * What surprises: a boolean that is spelled wrong is false and no error, as it is for ExaBGP, whose users depend on
 * `off`, `no` and `0` alike; the port of a variable is also the port to connect to, that of the file is not. */
#include "config/environment.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ip.h"
#include "base/number.h"
#include "config/file.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/* Without what is around: blanks, then quotes of either kind. */
static struct text unquote(struct text t) {
    while (t.len && is_blank(t.p[0]))
        t.p++, t.len--;
    while (t.len && is_blank(t.p[t.len - 1]))
        t.len--;
    while (t.len && (t.p[0] == '"' || t.p[0] == '\''))
        t.p++, t.len--;
    while (t.len && (t.p[t.len - 1] == '"' || t.p[t.len - 1] == '\''))
        t.len--;
    return t;
}

/* ---- Values ---- */

struct setting_value {
    const struct environment_setting *row;
    struct environment *environment;
    struct text text;
    void *field;
    struct complaint *complaint;
};

static bool value_bool(struct setting_value *v) {
    static const char *const yes[] = {"1", "yes", "on", "enable", "true"};
    bool *out = v->field;
    *out = false;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        *out = *out || text_is_any_case(v->text, yes[i]);
    return true;
}

static bool value_number(struct setting_value *v) {
    uint64_t number;
    if (!number_parse(v->text, UINT32_MAX, &number))
        return complain_wanted(v->complaint, "a number from 0 to 4294967295");
    *(uint32_t *)v->field = (uint32_t)number;
    return true;
}

static bool value_port(struct setting_value *v) {
    uint64_t number;
    if (!number_parse(v->text, UINT16_MAX, &number))
        return complain_wanted(v->complaint, "a port from 0 to 65535");
    *(uint16_t *)v->field = (uint16_t)number;
    return true;
}

static bool value_octal(struct setting_value *v) {
    struct text t = v->text;
    uint32_t number = 0;
    if (text_starts(t, "0o") || text_starts(t, "0O"))
        t = (struct text){t.p + 2, t.len - 2};
    bool good = t.len > 0 && t.len <= 5;
    for (size_t i = 0; i < t.len; i++) {
        good = good && t.p[i] >= '0' && t.p[i] <= '7';
        number = number << 3 | ((uint32_t)t.p[i] & 7);
    }
    if (!good || number > 0777)
        return complain_wanted(v->complaint, "permissions in octal, as 0137");
    *(uint32_t *)v->field = number;
    return true;
}

static bool value_size(struct setting_value *v) {
    static const char units[] = "KMG";
    struct text t = v->text;
    uint64_t number;
    const char *unit = t.len > 1 ? strchr(units, t.p[t.len - 1]) : NULL;
    unsigned shift = unit ? (unsigned)(unit - units + 1) * 10 : 0;
    t.len -= unit != NULL;
    if (!number_parse(t, SIZE_MAX >> shift, &number))
        return complain_wanted(v->complaint, "octets, with K, M or G behind: 512M");
    *(size_t *)v->field = (size_t)number << shift;
    return true;
}

static bool value_text(struct setting_value *v) {
    *(struct text *)v->field = arena_text(&v->environment->arena, v->text);
    return true;
}

static bool value_real(struct setting_value *v) {
    char *end;
    value_text(v);
    const char *text = ((struct text *)v->field)->p;
    double number = strtod(text, &end);
    if (end == text || *end || !(number >= 0))
        return complain_wanted(v->complaint, "a number");
    return true;
}

/* Users are looked for only when somebody names one: the default need not exist where nobody becomes it. */
static bool value_user(struct setting_value *v) {
    value_text(v);
    if (text_is(v->text, v->row->standard) || getpwnam(((struct text *)v->field)->p))
        return true;
    return complain_wanted(v->complaint, "the name of a user of this system");
}

static bool value_level(struct setting_value *v) {
    static const char *const levels[] = {"FATAL",  "CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG",
                                         "NOTSET", "EMERG",    "ALERT", "CRIT",    "ERR",  "NOTICE"};
    struct nearest nearest = {.word = v->text};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        nearest_try(&nearest, levels[i]);
        if (text_is_any_case(v->text, levels[i])) {
            *(struct text *)v->field = text_of(levels[i]);
            return true;
        }
    }
    complain_nearest(v->complaint, &nearest);
    return complain_wanted(v->complaint, "FATAL, CRITICAL, ERROR, WARNING, INFO, DEBUG or NOTSET");
}

static bool value_addresses(struct setting_value *v) {
    struct buffer list = buffer_growing();
    struct text rest = v->text, word;
    bool good = true;
    for (bool more = rest.len > 0; more && good;) {
        struct ip ip;
        rest = text_cut(rest, ' ', &word, &more);
        if (word.len == 0)
            continue;
        good = ip_parse(word, &ip);
        if (buffer_len(&list))
            put_char(&list, ' ');
        put_text(&list, word);
    }
    if (good)
        *(struct text *)v->field = arena_text(&v->environment->arena, buffer_text(&list));
    else
        complain_wanted(v->complaint, "IP addresses with blanks between");
    buffer_release(&list);
    return good;
}

/* One of the options. The form of the API is kept as the number that it is. */
static bool value_word(struct setting_value *v) {
    struct text rest = text_of(v->row->options), option;
    for (bool more = true; more;) {
        rest = text_cut(rest, ' ', &option, &more);
        char known[16];
        snprintf(known, sizeof known, "%.*s", TEXT_ARGS(option));
        if (!text_is_any_case(v->text, known))
            continue;
        if (v->field == &v->environment->api.version)
            v->environment->api.version = (uint32_t)(option.p[0] - '0');
        else
            *(struct text *)v->field = option.len ? arena_text(&v->environment->arena, option) : option;
        return true;
    }
    return complain_wanted(v->complaint, "one of: %s", v->row->options);
}

static bool (*const value_of_type[])(struct setting_value *v) = {
    [ENVIRONMENT_BOOL] = value_bool,   [ENVIRONMENT_NUMBER] = value_number, [ENVIRONMENT_PORT] = value_port,
    [ENVIRONMENT_OCTAL] = value_octal, [ENVIRONMENT_REAL] = value_real,     [ENVIRONMENT_TEXT] = value_text,
    [ENVIRONMENT_USER] = value_user,   [ENVIRONMENT_LEVEL] = value_level,   [ENVIRONMENT_ADDRESSES] = value_addresses,
    [ENVIRONMENT_WORD] = value_word,   [ENVIRONMENT_SIZE] = value_size,
};

static bool setting_set(struct environment *e, const struct environment_setting *row, struct text text,
                        struct complaint *complaint) {
    struct complaint scratch = {0};
    struct setting_value v = {row, e, unquote(text), (char *)e + row->offset, &scratch};
    if (value_of_type[row->type](&v))
        return true;
    complain(complaint, text, "invalid value for %s.%s : %.*s", row->section, row->option, TEXT_ARGS(v.text));
    complain_wanted(complaint, "%s", scratch.wanted);
    snprintf(complaint->nearest, sizeof complaint->nearest, "%s", scratch.nearest);
    return false;
}

static void setting_standard(struct environment *e, const struct environment_setting *row) {
    struct complaint never = {0};
    if (row->standard)
        setting_set(e, row, text_of(row->standard), &never);
}

/* ---- Variables ---- */

/* Does the name of a variable, which ends at `=`, say this setting with a program's name before it? Dots may be
 * underscores, all of them or none; so may dashes then. */
static const char *variable_value(const char *variable, const char *program, const char *section, const char *option,
                                  bool dots) {
    const char *pieces[] = {program, section, option};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        if (!pieces[i])
            continue;
        for (const char *c = pieces[i]; *c; c++, variable++)
            if (*variable != *c && !(!dots && *c == '-' && *variable == '_'))
                return NULL;
        if (i < 2 && *variable++ != (dots ? '.' : '_'))
            return NULL;
    }
    return *variable == '=' ? variable + 1 : NULL;
}

static bool variable_find(char *const *variables, const char *section, const char *option, struct text *out) {
    static const struct {
        const char *program;
        bool dots;
    } spellings[] = {{"yottabgp", true}, {"yottabgp", false}, {"exabgp", true}, {"exabgp", false}};
    for (size_t s = 0; variables && s < sizeof spellings / sizeof *spellings; s++)
        for (char *const *at = variables; *at; at++) {
            const char *value = variable_value(*at, spellings[s].program, section, option, spellings[s].dots);
            if (value) {
                *out = text_of(value);
                return true;
            }
        }
    return false;
}

/* ---- The file ---- */

/* A section's name less the program before it: "tcp" of "[exabgp.tcp]". */
static struct text file_section(struct text line) {
    struct text program, inside = {line.p + 1, line.len - 1};
    bool found;
    text_cut(inside, ']', &inside, &found);
    struct text section = text_cut(inside, '.', &program, &found);
    if (!found || (!text_is(program, "exabgp") && !text_is(program, "yottabgp")))
        section.len = 0;
    return section;
}

static bool file_line(struct text line, struct text *key, struct text *value) {
    size_t at = 0;
    while (at < line.len && line.p[at] != '=' && line.p[at] != ':')
        at++;
    *key = unquote((struct text){line.p, at});
    *value = at < line.len ? (struct text){line.p + at + 1, line.len - at - 1} : (struct text){line.p, 0};
    return at < line.len;
}

/* The last value that the file has for a setting, as for ExaBGP; *number is its line. */
static bool file_find(struct text file, const struct environment_setting *row, struct text *out, uint32_t *number) {
    struct text section = {"", 0}, line, key, value;
    bool found = false;
    uint32_t at = 0;
    for (bool more = file.len > 0; more;) {
        file = text_cut(file, '\n', &line, &more);
        at++;
        while (line.len && is_blank(line.p[0]))
            line.p++, line.len--;
        if (line.len == 0 || line.p[0] == '#' || line.p[0] == ';')
            continue;
        if (line.p[0] == '[')
            section = file_section(line);
        else if (text_is(section, row->section) && file_line(line, &key, &value) &&
                 text_is_any_case(key, row->option)) {
            *out = value;
            *number = at;
            found = true;
        }
    }
    return found;
}

/* ---- All of it ---- */

/* `attempts` has an older name, and before that there was `once`; both count as variables only. */
static bool read_attempts_of_old(struct environment *e, char *const *variables, struct complaint *complaint) {
    struct text value, other;
    static const struct environment_setting connections = {.section = "tcp",
                                                           .option = "connections",
                                                           .type = ENVIRONMENT_NUMBER,
                                                           .offset = offsetof(struct environment, tcp.attempts)};
    if (variable_find(variables, "tcp", "connections", &value) && value.len)
        return setting_set(e, &connections, value, complaint);
    if (variable_find(variables, "tcp", "once", &value) && value.len &&
        !(variable_find(variables, "tcp", "attempts", &other) && other.len))
        e->tcp.attempts = e->tcp.once ? 1 : 0;
    return true;
}

static bool setting_read(struct environment *e, const struct environment_setting *row, char *const *variables,
                         struct text file, struct complaint *complaint) {
    struct text value;
    uint32_t line;
    setting_standard(e, row);
    if (variable_find(variables, row->section, row->option, &value)) {
        if (row->offset == offsetof(struct environment, tcp.port))
            e->tcp.port_set = true;
    } else if (file_find(file, row, &value, &line)) {
        if (!complaint->made)
            complaint->line = line;
    } else {
        return true;
    }
    if (row->offset == offsetof(struct environment, api.version))
        e->api.version_set = true;
    bool good = setting_set(e, row, value, complaint);
    if (good && !complaint->made)
        complaint->line = 0;
    return good;
}

bool environment_read(struct environment *e, char *const *variables, const char *file, struct complaint *complaint) {
    size_t count;
    const struct environment_setting *rows = environment_settings(&count);
    struct buffer octets = buffer_growing();
    char why[128];
    *e = (struct environment){0};
    if (file)
        file_read(file, FILE_MOST, &octets, why, sizeof why); /* one that is not there is empty */
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good = setting_read(e, &rows[i], variables, buffer_text(&octets), complaint) && good;
    good = read_attempts_of_old(e, variables, complaint) && good;
    e->version = (struct text){"", 0};
    struct text version;
    if (variable_find(variables, NULL, "version", &version))
        e->version = arena_text(&e->arena, version);
    complaint->at = (struct text){"", 0}; /* the file is gone */
    buffer_release(&octets);
    return good;
}

void environment_release(struct environment *e) {
    arena_release(&e->arena);
}

/* ---- Shown ---- */

static void put_setting(struct buffer *b, const struct environment *e, const struct environment_setting *row,
                        bool as_variable) {
    const void *field = (const char *)e + row->offset;
    const struct text *text = field;
    if (row->type == ENVIRONMENT_BOOL)
        put_string(b, *(const bool *)field ? "true" : "false");
    else if (row->type == ENVIRONMENT_NUMBER || field == &e->api.version)
        put_decimal(b, *(const uint32_t *)field);
    else if (row->type == ENVIRONMENT_PORT)
        put_decimal(b, *(const uint16_t *)field);
    else if (row->type == ENVIRONMENT_OCTAL)
        put_format(b, "'0o%o'", *(const uint32_t *)field);
    else if (row->type == ENVIRONMENT_SIZE)
        put_format(b, "%zu", *(const size_t *)field);
    else if (row->type == ENVIRONMENT_REAL)
        put_double(b, strtod(text->p, NULL));
    else if (row->type == ENVIRONMENT_LEVEL && !as_variable)
        put_text(b, *text);
    else
        put_format(b, "'%.*s'", TEXT_ARGS(*text));
}

bool put_environment_setting(struct buffer *b, const struct environment *e, struct text name) {
    size_t count;
    const struct environment_setting *rows = environment_settings(&count);
    struct text section;
    bool found;
    struct text option = text_cut(name, '.', &section, &found);
    for (size_t i = 0; found && i < count; i++) {
        const void *field = (const char *)e + rows[i].offset;
        const struct text *text = field;
        if (!text_is(section, rows[i].section) || !text_is(option, rows[i].option))
            continue;
        if (rows[i].type <= ENVIRONMENT_REAL || field == &e->api.version)
            put_setting(b, e, &rows[i], true);
        else if (text->p)
            put_text(b, *text);
        else
            return false;
        return true;
    }
    return false;
}

static bool setting_is_standard(const struct environment *e, const struct environment_setting *row) {
    struct environment standard = {0};
    struct buffer is = buffer_growing(), was = buffer_growing();
    setting_standard(&standard, row);
    put_setting(&is, e, row, false);
    put_setting(&was, &standard, row, false);
    bool same = text_same(buffer_text(&is), buffer_text(&was));
    buffer_release(&is);
    buffer_release(&was);
    environment_release(&standard);
    return same;
}

void put_environment(struct buffer *b, const struct environment *e, bool changed_only, bool as_variables) {
    size_t count;
    const struct environment_setting *rows = environment_settings(&count);
    const char *section = "";
    for (size_t i = 0; i < count; i++) {
        const struct environment_setting *row = &rows[i];
        if (row->hidden || (changed_only && setting_is_standard(e, row)))
            continue;
        if (as_variables) {
            put_format(b, "exabgp.%s.%s=", row->section, row->option);
        } else {
            if (strcmp(section, row->section) != 0)
                put_format(b, "\n[exabgp.%s]\n", row->section);
            put_format(b, "%s = ", row->option);
        }
        section = row->section;
        put_setting(b, e, row, as_variables);
        put_char(b, '\n');
    }
}

void put_environment_idle(struct buffer *b, const struct environment *e) {
    size_t count;
    const struct environment_setting *rows = environment_settings(&count);
    for (size_t i = 0; i < count; i++)
        if (rows[i].idle && !setting_is_standard(e, &rows[i]))
            put_format(b, " exabgp.%s.%s", rows[i].section, rows[i].option);
}

void put_environment_help(struct buffer *b) {
    size_t count;
    const struct environment_setting *rows = environment_settings(&count);
    for (size_t i = 0; i < count; i++) {
        const struct environment_setting *row = &rows[i];
        int gap = (int)(24 - strlen(row->section) - strlen(row->option));
        put_format(b, "exabgp.%s.%s %*s%s. default (%s)\n", row->section, row->option, gap, "", row->help,
                   row->standard ? row->standard : "not set");
    }
}
