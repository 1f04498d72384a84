/* What the daemon says of itself and of who talks to it (api-commands.md 8, 9). */
#include "api/private.h"
#include "base/json.h"
#include "base/number.h"

static const char *peer_state(const struct peer *p) {
    return session_state_name(session_state(peer_session(p)));
}

static void status_json(struct call *call, uint64_t uptime) {
    struct api *api = call->api;
    struct buffer *out = answer_out(call->client);
    struct peer *p;
    put_literal(out, "{\"version\": ");
    put_json_string(out, api->settings.version);
    put_format(out, ", \"uuid\": \"%s\", \"pid\": %u, \"uptime\": %llu, \"start_time\": ", api->uuid, api->settings.pid,
               (unsigned long long)uptime);
    put_double(out, (double)((int64_t)api->started + api->wall_minus_now) / 1e6);
    put_literal(out, ", \"peers\": {");
    for (uint32_t i = 0; (p = engine_at(api->engine, i)); i++) {
        put_string(out, i ? ", " : "");
        put_json_string(out, peer_name(p));
        put_format(out, ": \"%s\"", peer_state(p));
    }
    put_literal(out, "}}\n");
}

static void status_text(struct call *call, uint64_t uptime) {
    struct api *api = call->api;
    struct buffer *out = answer_out(call->client);
    struct peer *p;
    uint32_t count = 0;
    while (engine_at(api->engine, count))
        count++;
    put_literal(out, "ExaBGP Daemon Status\n====================\nVersion: ");
    put_text(out, api->settings.version);
    put_format(out, "\nUUID: %s\nPID: %u\nUptime: %lluh %um %us\nPeers: %u\n", api->uuid, api->settings.pid,
               (unsigned long long)(uptime / 3600), (unsigned)(uptime / 60 % 60), (unsigned)(uptime % 60), count);
    for (uint32_t i = 0; (p = engine_at(api->engine, i)); i++) {
        put_literal(out, "  - ");
        put_text(out, peer_name(p));
        put_format(out, ": %s\n", peer_state(p));
    }
}

void command_status(struct call *call) {
    struct api *api = call->api;
    uint64_t uptime = (api->now - api->started) / 1000000;
    if (call->json)
        status_json(call, uptime);
    else
        status_text(call, uptime);
    answer_done(api, call->client);
}

/* JSON, whatever the form, unless the word `text` is there. Who asks, and since when, is not kept. */
void command_ping(struct call *call) {
    struct text word;
    bool text = false;
    while (words_next(&call->words, &word))
        text |= text_is(word, "text");
    answer_format(call->api, call->client, text ? "pong %s active=true" : "{\"pong\": \"%s\", \"active\": true}",
                  call->api->uuid);
    answer_done(call->api, call->client);
}

void command_bye(struct call *call) {
    answer_done(call->api, call->client);
}

/* ---- What waits for helpers ---- */

void command_queues(struct call *call) {
    struct api *api = call->api;
    struct buffer *out = &api->scratch;
    size_t said = 0;
    buffer_clear(out);
    put_string(out, call->json ? "{" : "");
    for (size_t i = 0; i < api->client_count; i++) {
        struct client *c = api->clients[i];
        struct backlog backlog = outbox_backlog(&c->outbox);
        if (c->all_neighbors)
            continue;
        if (call->json) {
            put_string(out, said ? ", " : "");
            put_json_string(out, c->name);
            put_format(out, ": {\"items\": %zu, \"bytes\": %zu}", backlog.lines, backlog.octets);
        } else {
            put_text(out, c->name);
            put_format(out, ": %zu items (%zu bytes)\n", backlog.lines, backlog.octets);
        }
        said++;
    }
    put_string(out, call->json ? "}\n" : said ? "" : "no queued messages\n");
    put_cursor(answer_out(call->client), buffer_cursor(out));
    answer_done(api, call->client);
}

/* ---- Versions ---- */

/* Helpers ask it to know what they may say, and whether they will be answered ("less than 4" will not): so it is the
 * ExaBGP whose words and answers these are. */
void command_version(struct call *call) {
    struct text version = call->api->settings.exabgp;
    if (!version.len)
        version = text_of(call->api->answers == FORM_5 ? "5.0.13" : "6.0.0");
    answer_format(call->api, call->client,
                  call->json ? "{\"version\": \"%.*s\", \"application\": \"exabgp\"}" : "exabgp %.*s",
                  TEXT_ARGS(version));
    answer_done(call->api, call->client);
}

static void api_version_show(struct call *call) {
    bool six = call->api->answers == FORM_6;
    answer_format(call->api, call->client,
                  call->json ? "{\"api_version\": %d, \"description\": \"%s\"}" : "API version: %d (%s)", six ? 6 : 4,
                  six ? "json-only" : "legacy (text/json)");
    answer_done(call->api, call->client);
}

static void api_version_refuse(struct call *call, const char *format, struct text word) {
    char why[128];
    struct buffer b = buffer_fixed(why, sizeof why - 1);
    put_format(&b, format, TEXT_ARGS(word));
    why[buffer_len(&b)] = 0;
    if (call->client->asking) {
        answer_why(call, "%s", why);
        return;
    }
    answer_format(call->api, call->client, call->json ? "{\"error\": \"%s\"}" : "error: %s", why);
    answer_error(call->api, call->client);
}

/* Answers change at once, the events of a helper when it starts again. Version 4 is what was configured, if that was
 * one of its forms. */
void command_api_version(struct call *call) {
    struct api *api = call->api;
    struct text word;
    uint64_t version = 0;
    if (!words_next(&call->words, &word) || text_is(word, "json")) {
        api_version_show(call);
        return;
    }
    if (!number_parse(word, 99, &version)) {
        api_version_refuse(call, "Invalid version: %.*s", word);
        return;
    }
    if (version != 4 && version != 6) {
        api_version_refuse(call, "API version must be 4 or 6", word);
        return;
    }
    answer_format(api, call->client,
                  call->json ? "{\"status\": \"API version set\", \"version\": %u, \"note\": \"effective on next "
                               "process restart\"}"
                             : "API version set to %u (effective on next process restart)",
                  (unsigned)version);
    answer_done(api, call->client);
    api->answers = version == 6 ? FORM_6 : api->settings.form == FORM_6 ? FORM_4 : api->settings.form;
}

/* ---- Peers ---- */

void command_peer_list(struct call *call) {
    struct buffer *out = answer_out(call->client);
    struct peer *p;
    put_char(out, '[');
    for (uint32_t i = 0; (p = engine_at(call->api->engine, i)); i++) {
        put_string(out, i ? ", {\"peer-address\": \"" : "{\"peer-address\": \"");
        put_peer_address(out, peer_neighbor(p));
        put_format(out, "\", \"peer-as\": %u, \"state\": \"%s\"}", peer_terms(p).peer_as, peer_state(p));
    }
    put_literal(out, "]\n");
    answer_done(call->api, call->client);
}
