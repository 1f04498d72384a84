#include "library/log_filter.h"

#include <stdio.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"

#define SUBJECT(name)                                                                                                  \
    { #name, offsetof(struct environment, log.name) }

/* ExaBGP's categories, and `api`: what helpers say and are refused, which has no setting of its own. */
static const struct {
    const char *name;
    size_t setting; /* 0: none, it is on */
} subjects[LOG_SUBJECTS] = {
    {"api", 0},       SUBJECT(configuration), SUBJECT(daemon),    SUBJECT(message), SUBJECT(network),
    SUBJECT(packets), SUBJECT(parser),        SUBJECT(processes), SUBJECT(reactor), SUBJECT(rib),
    SUBJECT(routes),  SUBJECT(statistics),    SUBJECT(timers),
};

static const char *const level_names[] = {"debug", "info", "warning", "error", "critical", "off"};

static uint8_t level_named(struct text name) {
    static const struct {
        const char *name;
        uint8_t level;
    } others[] = {{"notset", YOTTABGP_DEBUG},   {"notice", YOTTABGP_INFO},   {"warn", YOTTABGP_WARNING},
                  {"err", YOTTABGP_ERROR},      {"crit", YOTTABGP_CRITICAL}, {"fatal", YOTTABGP_CRITICAL},
                  {"alert", YOTTABGP_CRITICAL}, {"emerg", YOTTABGP_CRITICAL}};
    for (uint8_t i = 0; i <= LOG_OFF; i++)
        if (text_is_any_case(name, level_names[i]))
            return i;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text_is_any_case(name, others[i].name))
            return others[i].level;
    return LOG_UNSET;
}

static bool subject_is_on(const struct environment *e, size_t i) {
    const bool *setting = (const bool *)((const char *)e + subjects[i].setting);
    return e->log.all || !subjects[i].setting || *setting;
}

/* A subject that is off says what is urgent all the same; a log that is off says nothing. */
static uint8_t subject_general(const struct log_filter *f, const struct environment *e, size_t i) {
    uint8_t setting = level_named(e->log.level), general = f->general;
    if (general == LOG_UNSET)
        general = e->log.enable ? setting : LOG_OFF;
    if (i < LOG_SUBJECTS && !subject_is_on(e, i) && general < YOTTABGP_WARNING)
        return YOTTABGP_WARNING;
    return general;
}

/* Subjects of log_message.c; `routes` is what was received. */
static const char *const of_sent[] = {"message", "packets", "rib", "timers", NULL};

static bool wants_any(const struct log_filter *f, const struct peer *p, const char *const *sources) {
    for (; *sources; sources++)
        if (log_filter_wants(f, p, YOTTABGP_DEBUG, *sources))
            return true;
    return false;
}

bool log_filter_wants_sent(const struct log_filter *f, const struct peer *p) {
    return f->messages && wants_any(f, p, of_sent);
}

static void log_filter_settle(struct log_filter *f, const struct environment *e) {
    for (size_t i = 0; i <= LOG_SUBJECTS; i++)
        f->least[i] = i < LOG_SUBJECTS && f->set[i] != LOG_UNSET ? f->set[i] : subject_general(f, e, i);
    f->messages = false;
    for (uint32_t i = 0; i < f->peer_room; i++)
        f->messages |= f->peers[i] == YOTTABGP_DEBUG;
    f->messages |= wants_any(f, NULL, of_sent) || log_filter_wants(f, NULL, YOTTABGP_DEBUG, "routes");
}

void log_filter_init(struct log_filter *f, const struct environment *e) {
    *f = (struct log_filter){.general = LOG_UNSET};
    memset(f->set, LOG_UNSET, sizeof f->set);
    log_filter_settle(f, e);
}

void log_filter_release(struct log_filter *f) {
    free(f->peers);
}

static size_t subject_find(struct text name) {
    size_t i = 0;
    while (i < LOG_SUBJECTS && !text_is(name, subjects[i].name))
        i++;
    return i;
}

bool log_filter_wants(const struct log_filter *f, const struct peer *p, enum yottabgp_level level, const char *source) {
    uint32_t number = p ? peer_number(p) : UINT32_MAX;
    if (number < f->peer_room && f->peers[number] != LOG_UNSET)
        return (uint8_t)level >= f->peers[number];
    return (uint8_t)level >= f->least[subject_find(text_of(source))];
}

void log_filter_forget(struct log_filter *f, const struct peer *p) {
    if (peer_number(p) < f->peer_room)
        f->peers[peer_number(p)] = LOG_UNSET;
}

static void log_filter_peer(struct log_filter *f, const struct peer *p, uint8_t level) {
    uint32_t number = peer_number(p);
    if (number >= f->peer_room) {
        uint32_t room = number * 2 + 16;
        f->peers = memory_resize(f->peers, room);
        memset(f->peers + f->peer_room, LOG_UNSET, room - f->peer_room);
        f->peer_room = room;
    }
    f->peers[number] = level;
}

static enum api_level wants_subject(char wanted[240]) {
    int len = snprintf(wanted, 240, "a subject: all");
    for (size_t i = 0; i < LOG_SUBJECTS; i++)
        len += snprintf(wanted + len, 240 - (size_t)len, ", %s", subjects[i].name);
    snprintf(wanted + len, 240 - (size_t)len, "; or neighbor IP");
    return API_LEVEL_NO_SUBJECT;
}

static void log_filter_subject(struct log_filter *f, struct text subject, uint8_t level) {
    if (text_is(subject, "all"))
        memset(f->set, level, sizeof f->set);
    else if (subject.len)
        f->set[subject_find(subject)] = level;
    else
        f->general = level;
}

enum api_level log_filter_set(struct log_filter *f, const struct environment *e, const struct peer *p,
                              struct text subject, struct text level, char wanted[240]) {
    uint8_t number = level_named(level);
    bool known = number != LOG_UNSET, standard = text_is(level, "default");
    if (subject.len && !text_is(subject, "all") && subject_find(subject) == LOG_SUBJECTS)
        return wants_subject(wanted);
    if (!known && !standard) {
        snprintf(wanted, 240, "a level: debug, info, warning, error, critical, off or default");
        return API_LEVEL_NO_LEVEL;
    }
    if (p)
        log_filter_peer(f, p, number);
    else
        log_filter_subject(f, subject, number);
    if (!p && !subject.len && standard) { /* all that was said is forgotten */
        memset(f->set, LOG_UNSET, sizeof f->set);
        if (f->peer_room)
            memset(f->peers, LOG_UNSET, f->peer_room);
    }
    log_filter_settle(f, e);
    return API_LEVEL_SET;
}

/* ---- Shown ---- */

static uint8_t peer_level(const struct log_filter *f, const struct peer *p) {
    return peer_number(p) < f->peer_room ? f->peers[peer_number(p)] : LOG_UNSET;
}

static void put_log_filter_text(struct buffer *b, const struct log_filter *f, const struct engine *engine) {
    const struct peer *p;
    put_format(b, "level %s%s\n", level_names[f->least[LOG_SUBJECTS]], f->general != LOG_UNSET ? ", set" : "");
    for (size_t i = 0; i < LOG_SUBJECTS; i++)
        put_format(b, "%s %s%s\n", subjects[i].name, level_names[f->least[i]], f->set[i] != LOG_UNSET ? ", set" : "");
    for (uint32_t i = 0; (p = engine_at(engine, i)); i++)
        if (peer_level(f, p) != LOG_UNSET) {
            put_text(b, peer_name(p));
            put_format(b, " %s, set\n", level_names[peer_level(f, p)]);
        }
}

static void put_log_filter_json(struct buffer *b, const struct log_filter *f, const struct engine *engine) {
    const struct peer *p;
    const char *comma = "";
    put_format(b, "{\"level\": \"%s\", \"subjects\": {", level_names[f->least[LOG_SUBJECTS]]);
    for (size_t i = 0; i < LOG_SUBJECTS; i++)
        put_format(b, "%s\"%s\": \"%s\"", i ? ", " : "", subjects[i].name, level_names[f->least[i]]);
    put_literal(b, "}, \"neighbors\": {");
    for (uint32_t i = 0; (p = engine_at(engine, i)); i++)
        if (peer_level(f, p) != LOG_UNSET) {
            put_string(b, comma);
            put_json_string(b, peer_name(p));
            put_format(b, ": \"%s\"", level_names[peer_level(f, p)]);
            comma = ", ";
        }
    put_literal(b, "}, \"set\": [");
    comma = "";
    for (size_t i = 0; i < LOG_SUBJECTS; i++)
        if (f->set[i] != LOG_UNSET) {
            put_format(b, "%s\"%s\"", comma, subjects[i].name);
            comma = ", ";
        }
    put_literal(b, "]}\n");
}

void put_log_filter(struct buffer *b, const struct log_filter *f, const struct engine *engine, bool json) {
    (json ? put_log_filter_json : put_log_filter_text)(b, f, engine);
}
