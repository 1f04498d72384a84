/* `show processes`: helpers, running or not, and clients of the command line: what they are, and what waits for them.
 */
#include "api/private.h"
#include "base/json.h"

static const char *policy_name(enum outbox_policy policy) {
    static const char *const names[] = {"pause", "drop-oldest", "stop"};
    return names[policy];
}

/* Running; full: it does not read what it is told. */
static const char *client_state(const struct client *c) {
    return c->deaf ? "deaf" : c->full ? "full" : c->walk || c->patience || c->awaits ? "answering" : "running";
}

static const char *helper_state(const struct api_helper *h, const struct client *c) {
    return c ? client_state(c) : h->stays_down ? "down" : "waiting";
}

static void put_client_json(struct buffer *b, const struct api *api, const struct client *c) {
    struct backlog backlog = outbox_backlog(&c->outbox);
    put_format(b, ", \"encoder\": \"%s\", \"ack\": %s, \"sync\": %s, \"on-exit\": \"", c->json ? "json" : "text",
               c->ack ? "true" : "false", c->sync ? "true" : "false");
    put_on_exit(b, c->on_exit);
    put_format(b, "\", \"outbox\": {\"policy\": \"%s\", \"items\": %zu, \"bytes\": %zu, \"limit\": %zu}",
               policy_name(c->policy), backlog.lines, backlog.octets, client_outbox_most(api, c));
    put_format(b, ", \"inbox\": %zu", buffer_len(&c->inbox));
}

static void put_client_text(struct buffer *b, const struct api *api, const struct client *c) {
    struct backlog backlog = outbox_backlog(&c->outbox);
    put_format(b, ", %s, on-exit ", c->json ? "json" : "text");
    put_on_exit(b, c->on_exit);
    put_format(b, ", outbox %s: %zu lines, %zu of %zu octets", policy_name(c->policy), backlog.lines, backlog.octets,
               client_outbox_most(api, c));
}

static void put_helper_json(struct buffer *b, const struct api *api, const struct api_helper *h) {
    const struct client *c = client_of(api, h->client);
    put_literal(b, "{\"name\": ");
    put_json_string(b, h->name);
    put_format(b, ", \"state\": \"%s\", \"pid\": %d, \"starts\": %u", helper_state(h, c), h->pid, h->starts);
    if (c)
        put_client_json(b, api, c);
    else if (!h->stays_down)
        put_format(b, ", \"starts-in\": %u", h->due);
    put_char(b, '}');
}

static void put_helper_text(struct buffer *b, const struct api *api, const struct api_helper *h) {
    const struct client *c = client_of(api, h->client);
    put_text(b, h->name);
    put_format(b, ": %s, pid %d, started %u times", helper_state(h, c), h->pid, h->starts);
    if (c)
        put_client_text(b, api, c);
    else if (!h->stays_down)
        put_format(b, ", is started in %u s", h->due);
    put_char(b, '\n');
}

/* A client of the command line: it has no process section. */
static void put_local(struct buffer *b, const struct api *api, const struct client *c, bool json) {
    if (json) {
        put_literal(b, "{\"name\": ");
        put_json_string(b, c->name);
        put_format(b, ", \"state\": \"%s\"", client_state(c));
        put_client_json(b, api, c);
        put_char(b, '}');
        return;
    }
    put_text(b, c->name);
    put_format(b, ": %s", client_state(c));
    put_client_text(b, api, c);
    put_char(b, '\n');
}

void command_processes(struct call *call) {
    const struct api *api = call->api;
    struct buffer *out = answer_out(call->client);
    struct api_helper helper;
    size_t shown = 0;
    put_string(out, call->json ? "[" : "");
    for (size_t i = 0; api->world.helper && api->world.helper(api->world.context, i, &helper); i++) {
        put_string(out, call->json && shown++ ? ", " : "");
        (call->json ? put_helper_json : put_helper_text)(out, api, &helper);
    }
    for (size_t i = 0; i < api->client_count; i++) {
        if (!api->clients[i]->all_neighbors)
            continue;
        put_string(out, call->json && shown++ ? ", " : "");
        put_local(out, api, api->clients[i], call->json);
    }
    put_string(out, call->json ? "]\n" : "");
    answer_done(call->api, call->client);
}
