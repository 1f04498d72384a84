/* What the log says. Formatting of lines (source, time) is the program's; escaping is done by whoever writes them. */
#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"
#include "library/library.h"

enum { LOG_NLRIS = 8 };

/* The line of a peer is told by its level, whatever the subject has. */
static bool log_wanted(const struct yottabgp *y, enum yottabgp_level level, const char *source) {
    return log_filter_wants(&y->log, y->log_about, level, source);
}

bool yottabgp_log_wants(const struct yottabgp *y, enum yottabgp_level level, const char *source) {
    return log_filter_wants(&y->log, NULL, level, source);
}

void library_log(const struct yottabgp *y, enum yottabgp_level level, const char *source, const char *format, ...) {
    char line[1024];
    if (!log_wanted(y, level, source))
        return;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len > (int)sizeof line - 1)
        len = (int)sizeof line - 1;
    if (len > 0)
        y->host.log(y->host.context, level, source, line, (size_t)len);
}

void log_text_lines(const struct yottabgp *y, enum yottabgp_level level, const char *source, struct text lines) {
    while (lines.len) {
        struct text line;
        bool more;
        lines = text_cut(lines, '\n', &line, &more);
        y->host.log(y->host.context, level, source, line.p, line.len);
    }
}

void library_log_text(const struct yottabgp *y, enum yottabgp_level level, const char *source, struct text lines) {
    if (log_wanted(y, level, source))
        log_text_lines(y, level, source, lines);
}

/* neighbor 10.0.0.1: a short name is enough, the configuration has the rest. */
void peer_short(const struct peer *p, char *out, size_t size) {
    struct buffer b = buffer_fixed(out, size - 1);
    put_ip(&b, peer_neighbor(p)->peer.ip);
    *b.p = 0;
}

/* What is treated as withdrawn, and the message that it came in (GEN-07). The message is bounded, so is what is shown.
 */
static void put_withdrawn(struct buffer *b, const struct session_event *event) {
    struct style style = {.form = FORM_5};
    struct update_walk walk;
    struct nlri nlri;
    unsigned count = 0;
    put_char(b, ':');
    update_walk_init(&walk, event->update, false);
    while (update_walk_next(&walk, &nlri))
        if (count++ < LOG_NLRIS) {
            put_char(b, ' ');
            put_family(b, nlri.family, ' ');
            put_char(b, ' ');
            nlri.family->text(&nlri, &style, b);
        }
    if (count > LOG_NLRIS)
        put_format(b, " and %u more", count - LOG_NLRIS);
    put_literal(b, "; 0x");
    put_hex_upper(b, event->message.whole);
}

static void put_finding(struct buffer *b, const struct session_event *event) {
    static const char *const done[] = {[HARM_NONE] = "ignored",
                                       [HARM_SKIP] = "NLRI skipped",
                                       [HARM_DISCARD] = "discarded",
                                       [HARM_WITHDRAW] = "treated as withdraw",
                                       [HARM_RESET] = "ignored"};
    const struct update_finding *f = event->finding;
    put_format(b, " %s: ", event->row);
    if (f && f->code)
        put_format(b, "attribute %u ", f->code);
    put_string(b, done[f ? f->harm : HARM_NONE]);
    if (event->repeats > 1)
        put_format(b, ", %llu times", (unsigned long long)event->repeats);
    if (f && f->harm == HARM_WITHDRAW)
        put_withdrawn(b, event);
}

/* What a peer offers and we do not want is usual; that nothing at all is common to both is not. */
static enum yottabgp_level finding_level(const struct session_event *event) {
    return event->message.type == MESSAGE_OPEN && strcmp(event->row, "CAP-04") ? YOTTABGP_INFO : YOTTABGP_WARNING;
}

static void log_finding(const struct yottabgp *y, const char *peer, const struct session_event *event) {
    enum yottabgp_level level = finding_level(event);
    if (!log_wanted(y, level, "parser"))
        return;
    struct buffer line = buffer_growing();
    put_format(&line, "neighbor %s", peer);
    put_finding(&line, event);
    log_text_lines(y, level, "parser", buffer_text(&line));
    buffer_release(&line);
}

/* ---- Connections that do not come to be ---- */

/* The place where the hash of the reason is kept that was told last of this peer. */
static uint64_t *failure_of(struct yottabgp *y, const struct peer *p) {
    uint32_t number = peer_number(p);
    if (number >= y->failure_room) {
        uint32_t room = number * 2 + 16;
        y->failures = memory_resize(y->failures, room * sizeof *y->failures);
        memset(y->failures + y->failure_room, 0, (room - y->failure_room) * sizeof *y->failures);
        y->failure_room = room;
    }
    return &y->failures[number];
}

static void failure_forget(struct yottabgp *y, const struct peer *p) {
    if (peer_number(p) < y->failure_room)
        y->failures[peer_number(p)] = 0;
}

/* The first one is told, and each that has another reason than the one before; the same again is for DEBUG. */
static enum yottabgp_level failure_level(struct yottabgp *y, const struct peer *p, const char *why) {
    uint64_t hash = hash_octets(why, strlen(why), 0) | 1, *last = failure_of(y, p);
    bool known = *last == hash;
    *last = hash;
    return known ? YOTTABGP_DEBUG : YOTTABGP_INFO;
}

static void log_dropped(struct yottabgp *y, const struct peer *p, const char *peer, const struct session_event *event) {
    const char *why = event->detail[0] ? event->detail : event->reason;
    if (event->row) /* it was there, and one of two: the loser of a collision */
        library_log(y, YOTTABGP_DEBUG, "network", "neighbor %s: a connection ended: %s (%s)", peer, why, event->row);
    else
        library_log(y, failure_level(y, p, why), "network", "neighbor %s: no connection: %s", peer, why);
}

/* What went over a session that ends. */
static void log_counts(const struct yottabgp *y, const struct peer *p, const char *peer) {
    const struct session_counters *c = session_counters(peer_session(p));
    unsigned long long sent = 0, received = 0;
    for (size_t i = 0; i < sizeof c->sent / sizeof *c->sent; i++) {
        sent += c->sent[i];
        received += c->received[i];
    }
    if (sent + received)
        library_log(y, YOTTABGP_DEBUG, "statistics",
                    "neighbor %s: %llu messages sent, %llu of them UPDATE; %llu received, %llu UPDATE", peer, sent,
                    (unsigned long long)c->sent[MESSAGE_UPDATE], received,
                    (unsigned long long)c->received[MESSAGE_UPDATE]);
}

static void log_session(struct yottabgp *y, const struct peer *p, const char *peer, const struct session_event *event) {
    switch (event->kind) {
    case SESSION_EVENT_CONNECTED: library_log(y, YOTTABGP_INFO, "network", "neighbor %s connected", peer); break;
    case SESSION_EVENT_UP:
        failure_forget(y, p);
        library_log(y, YOTTABGP_INFO, "reactor", "neighbor %s up", peer);
        break;
    case SESSION_EVENT_DOWN:
        log_counts(y, p, peer);
        library_log(y, YOTTABGP_INFO, "reactor", "neighbor %s down: %s%s%s%s%s%s", peer, event->reason,
                    event->row ? " (" : "", event->row ? event->row : "", event->row ? ")" : "",
                    event->detail[0] ? ": " : "", event->detail);
        break;
    case SESSION_EVENT_STATE:
        library_log(y, YOTTABGP_DEBUG, "reactor", "neighbor %s %s", peer, session_state_name(event->state));
        break;
    case SESSION_EVENT_STOPPED:
        library_log(y, YOTTABGP_WARNING, "reactor",
                    "neighbor %s: connection attempts are used up, it is not tried again", peer);
        break;
    case SESSION_EVENT_FINDING: log_finding(y, peer, event); break;
    case SESSION_EVENT_DROPPED: log_dropped(y, p, peer, event); break;
    case SESSION_EVENT_NEGOTIATED:
    case SESSION_EVENT_MESSAGE: break;
    }
}

/* There are five changes of state until a session is up, and few want to know. */
static bool event_is_silent(const struct yottabgp *y, const struct engine_event *event) {
    return event->kind == ENGINE_EVENT_SESSION &&
           (event->session->kind == SESSION_EVENT_NEGOTIATED ||
            (event->session->kind == SESSION_EVENT_STATE && !log_wanted(y, YOTTABGP_DEBUG, "reactor")));
}

static void log_event(struct yottabgp *y, const struct engine_event *event) {
    if (event_is_silent(y, event))
        return;
    char peer[IP_TEXT + 1];
    peer_short(event->peer, peer, sizeof peer);
    switch (event->kind) {
    case ENGINE_EVENT_SESSION: log_session(y, event->peer, peer, event->session); break;
    case ENGINE_EVENT_TOO_LONG:
        library_log(
            y, YOTTABGP_CRITICAL, "rib",
            "neighbor %s: %u routes are not announced: they fit no message, or have too many labels for the peer", peer,
            event->count);
        break;
    case ENGINE_EVENT_LIMIT:
        library_log(y, YOTTABGP_WARNING, "rib",
                    "neighbor %s TMR-09: more than maximum-prefix %u routes of %s %s, the session stays", peer,
                    event->count, event->family->afi_name, event->family->safi_name);
        break;
    case ENGINE_EVENT_WITHDRAWN: break;
    case ENGINE_EVENT_BARRED:
        library_log(y, YOTTABGP_WARNING, "rib",
                    "neighbor %s: %u routes are only for customers (only-to-customer), they are not announced", peer,
                    event->count);
        break;
    case ENGINE_EVENT_HELD:
        library_log(y, YOTTABGP_WARNING, "rib",
                    "neighbor %s takes no more paths of a prefix (paths-limit): those beyond wait until one of them is "
                    "withdrawn, `show adj-rib out` has them as held",
                    peer);
        break;
    case ENGINE_EVENT_PEER_FREED:
        failure_forget(y, event->peer);
        log_filter_forget(&y->log, event->peer);
        break;
    case ENGINE_EVENT_PEER_NEW: library_log(y, YOTTABGP_DEBUG, "reactor", "neighbor %s added", peer); break;
    case ENGINE_EVENT_PEER_GONE: library_log(y, YOTTABGP_DEBUG, "reactor", "neighbor %s removed", peer); break;
    }
}

void library_log_event(struct yottabgp *y, const struct engine_event *event) {
    bool message = event->kind == ENGINE_EVENT_SESSION && event->session->kind == SESSION_EVENT_MESSAGE;
    if (message && !y->log.messages)
        return; /* the hot path: nothing is said of messages */
    y->log_about = event->peer;
    if (message)
        log_message(y, event->peer, event->session);
    else
        log_event(y, event);
    y->log_about = NULL;
}
