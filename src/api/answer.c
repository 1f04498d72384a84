/* Answers: every command ends in one of them, in the order of the commands (api-commands.md 3). */
#include <stdarg.h>
#include <stdio.h>

#include "api/asked.h"

enum { SHOWN_MOST = 200 }; /* characters of a refused line in the log */

struct buffer *answer_out(struct client *c) {
    return c->asking ? &c->asking->reply : client_out(c);
}

void answer_done(struct api *api, struct client *c) {
    if (c->asking)
        asked_end(api, c, true);
    else
        answer_plain_done(api, c);
}

void answer_plain_done(struct api *api, struct client *c) {
    if (!c->ack && !c->ack_always)
        return;
    c->outbox.owed++;
    client_feed(api, c);
}

void answer_error(struct api *api, struct client *c) {
    if (c->asking) {
        asked_end(api, c, false);
        return;
    }
    if (!c->ack && !c->ack_always)
        return;
    put_literal(client_out(c), "error\n");
    client_feed(api, c);
}

void answer_line(struct api *api, struct client *c, struct text line) {
    struct buffer *out = answer_out(c);
    put_text(out, line);
    put_char(out, '\n');
    client_feed(api, c);
}

void answer_format(struct api *api, struct client *c, const char *format, ...) {
    char line[1024];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len < 0)
        return;
    answer_line(api, c, (struct text){line, (size_t)len < sizeof line ? (size_t)len : sizeof line - 1});
}

/* The part of the line around the word that is wrong: lines may be a megabyte long. */
static struct text line_around(struct text line, struct text word) {
    const char *end = text_end(line), *from = line.p;
    if (word.p >= line.p && word.p <= end && word.p - line.p > SHOWN_MOST / 2)
        from = word.p - SHOWN_MOST / 2;
    size_t len = (size_t)(end - from);
    return (struct text){from, len > SHOWN_MOST ? SHOWN_MOST : len};
}

/* REASON; column N of "the line" */
void call_log_refusal(struct call *call, struct text line) {
    struct buffer *b = &call->api->scratch;
    if (!refusal_may(call->api, call->client))
        return;
    struct text shown = line_around(line, call->complaint.at);
    buffer_clear(b);
    put_complaint_short(b, &call->complaint);
    if (call->complaint.column)
        put_format(b, "; column %u", call->complaint.column);
    put_format(b, " of \"%s%.*s%s\"", shown.p == line.p ? "" : "...", TEXT_ARGS(shown),
               shown.p + shown.len == line.p + line.len ? "" : "...");
    call->api->world.log(call->api->world.context, call->client->name.p, buffer_text(b));
}

/* ExaBGP main says it of routes in both of its APIs, of the rest (here) in API 6; people at a command line always want
 * to know. */
static bool answer_says_why(const struct call *call) {
    return call->client->reasons || call->api->answers == FORM_6 || (call->api->answers == FORM_4 && call->of_route);
}

void answer_refused(struct call *call) {
    struct client *c = call->client;
    call_log_refusal(call, call->line);
    if (c->asking) {
        c->asking->complaint = &call->complaint;
    } else if (answer_says_why(call) && (c->ack || c->ack_always)) {
        put_literal(client_out(c), "error: ");
        put_complaint_short(client_out(c), &call->complaint);
        put_char(client_out(c), '\n');
    }
    answer_error(call->api, c);
}

void answer_reasons(struct api *api, struct client *c, struct text reasons) {
    if (c->asking) {
        c->asking->reasons = reasons;
    } else if ((c->reasons || api->answers == FORM_6) && (c->ack || c->ack_always)) {
        struct text line;
        for (bool more = reasons.len > 0; more && reasons.len;) {
            reasons = text_cut(reasons, '\n', &line, &more);
            put_format(client_out(c), "error: %.*s\n", TEXT_ARGS(line));
        }
    }
    answer_error(api, c);
}

void answer_why(struct call *call, const char *format, ...) {
    char message[sizeof call->complaint.message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    complain(&call->complaint, (struct text){NULL, 0}, "%s", message);
    answer_refused(call);
}

void answer_status(struct call *call, const char *status) {
    answer_format(call->api, call->client, call->json ? "{\"status\": \"%s\"}" : "%s", status);
}

void call_answer(struct call *call, bool good) {
    if (call->client->asking)
        call->client->asking->skipped = call->skipped;
    if (!good)
        answer_refused(call);
    else if (call->sync)
        patience_begin(call);
    else
        answer_done(call->api, call->client);
}

bool call_matches(struct call *call) {
    if (call->targets.count)
        return true;
    uint32_t of = 0;
    struct peer *p;
    for (uint32_t i = 0; (p = engine_at(call->api->engine, i)); i++)
        of += call->command->reach == REACH_ALL || client_owns(call->client, p);
    answer_why(call, "no neighbor matches: 0 of %u", of);
    return false;
}
