#include "api/asked.h"

#include <jansson.h>

#include "api/ensure.h"
#include "base/json.h"
#include "base/memory.h"

void asked_free(struct asked *a) {
    if (!a)
        return;
    buffer_release(&a->id);
    buffer_release(&a->reply);
    free(a);
}

static struct asked *asked_begin(struct client *c) {
    if (!c->asked) {
        c->asked = memory_new(sizeof *c->asked);
        *c->asked = (struct asked){.id = buffer_growing(), .reply = buffer_growing()};
    }
    struct asked *a = c->asked;
    buffer_clear(&a->id);
    buffer_clear(&a->reply);
    *a = (struct asked){.id = a->id, .reply = a->reply};
    return c->asking = a;
}

/* ---- The answer ---- */

static void put_id(struct buffer *b, const struct asked *a) {
    if (!buffer_len(&a->id))
        return;
    put_literal(b, "\"id\": ");
    put_cursor(b, buffer_cursor(&a->id));
    put_literal(b, ", ");
}

static bool is_json(struct text line) {
    return line.len && (line.p[0] == '{' || line.p[0] == '[');
}

/* Long lines come in pieces, and those are JSON. */
void asked_flush(struct client *c, struct buffer *out) {
    struct asked *a = c->asking;
    struct text rest = buffer_text(&a->reply), line;
    while (rest.len) {
        bool whole;
        struct text after = text_cut(rest, '\n', &line, &whole);
        if (!whole && !a->midway && !is_json(line))
            break;
        if (!a->midway) {
            put_char(out, '{');
            put_id(out, a);
            put_literal(out, "\"data\": ");
        }
        if (a->midway || is_json(line))
            put_text(out, line);
        else
            put_json_string(out, line);
        if (whole)
            put_literal(out, "}\n");
        a->midway = !whole;
        rest = whole ? after : (struct text){rest.p + rest.len, 0};
    }
    buffer_drop(&a->reply, (size_t)(rest.p - buffer_text(&a->reply).p));
}

/* The first of them is the message. */
static void put_reasons(struct buffer *out, struct text reasons) {
    struct text line, rest = reasons;
    bool more = true;
    text_cut(rest, '\n', &line, &(bool){false});
    put_literal(out, "\"message\": ");
    put_json_string(out, line);
    put_literal(out, ", \"errors\": [");
    for (bool any = false; more && rest.len; any = true) {
        rest = text_cut(rest, '\n', &line, &more);
        put_string(out, any ? ", " : "");
        put_json_string(out, line);
    }
    put_literal(out, "], ");
}

void asked_end(struct api *api, struct client *c, bool good) {
    struct asked *a = c->asking;
    struct buffer *out = client_out(c);
    asked_flush(c, out);
    put_char(out, '{');
    put_format(out, "\"answer\": \"%s\", ", good ? "done" : "error");
    put_id(out, a);
    if (a->counted)
        put_format(out, "\"neighbors\": %u, \"of\": %u, ", a->matched, a->of);
    if (a->skipped)
        put_format(out, "\"skipped\": %u, ", a->skipped);
    if (a->reasons.len)
        put_reasons(out, a->reasons);
    if (a->complaint) {
        struct buffer why = buffer_growing();
        put_complaint_short(&why, a->complaint);
        put_literal(out, "\"message\": ");
        put_json_string(out, buffer_text(&why));
        put_literal(out, ", ");
        buffer_release(&why);
    }
    buffer_cut(out, buffer_len(out) - 2); /* the last comma and its blank */
    put_literal(out, "}\n");
    c->asking = NULL;
    client_feed(api, c);
}

void asked_count(struct call *call) {
    struct asked *a = call->client->asking;
    struct peer *p;
    a->counted = true;
    a->matched = call->targets.count;
    a->of = 0;
    for (uint32_t i = 0; (p = engine_at(call->api->engine, i)); i++)
        a->of += call->command->reach == REACH_ALL || client_owns(call->client, p);
}

/* ---- The command ---- */

static void asked_refuse(struct api *api, struct client *c, struct text line, const char *format, const char *what) {
    struct complaint complaint = {0};
    struct call call = {.api = api, .client = c, .line = line};
    complain(&complaint, (struct text){NULL, 0}, format, what);
    call.complaint = complaint;
    answer_refused(&call);
}

static bool asked_take_id(struct asked *a, json_t *id) {
    char *text =
        id && !json_is_object(id) && !json_is_array(id) ? json_dumps(id, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;
    if (text)
        put_string(&a->id, text);
    free(text);
    return text || !id;
}

static bool is_one_line(json_t *command) {
    return json_is_string(command) && !strpbrk(json_string_value(command), "\r\n") &&
           json_string_value(command)[0] != '{';
}

/* The name of a member that nobody knows, NULL: there is none. */
static const char *asked_stranger(json_t *request, const char *const *known) {
    const char *key;
    json_t *value;
    json_object_foreach(request, key, value) {
        const char *const *k = known;
        while (*k && strcmp(*k, key) != 0)
            k++;
        if (!*k)
            return key;
    }
    return NULL;
}

static void asked_run_object(struct api *api, struct client *c, struct text line, json_t *request) {
    static const char *const known[] = {"command", "id", NULL};
    json_t *command = json_object_get(request, "command");
    const char *stranger;
    if (!asked_take_id(c->asking, json_object_get(request, "id")))
        asked_refuse(api, c, line, "%s", "an id is a string, a number, true, false or null");
    else if (json_object_get(request, "ensure"))
        ensure_run_object(api, c, line, request);
    else if ((stranger = asked_stranger(request, known)))
        asked_refuse(api, c, line, "unknown member \"%s\"", stranger);
    else if (!is_one_line(command))
        asked_refuse(api, c, line, "%s", "\"command\" wants a command: a text of one line");
    else
        command_run_long(api, c, text_of(json_string_value(command)));
}

/* Commands that are never answered (`debug`) are answered here. */
void asked_run(struct api *api, struct client *c, struct text line) {
    json_error_t error;
    json_t *request = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, &error);
    asked_begin(c);
    if (request)
        asked_run_object(api, c, line, request);
    else
        asked_refuse(api, c, line, "this is no JSON: %s", error.text);
    if (c->asking && !c->walk && !c->patience && !c->awaits)
        asked_end(api, c, true);
    json_decref(request);
}
