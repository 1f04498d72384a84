/* Commands that are about the program, the client's own session, or a peer as a whole. */
#include "api/lease.h"
#include "base/number.h"

void command_comment(struct call *call) {
    if (call->line.len)
        call->api->world.log(call->api->world.context, call->client->name.p, call->line);
    answer_done(call->api, call->client);
}

/* `reload --dry-run` */
void command_preview(struct call *call) {
    struct api *api = call->api;
    struct buffer out = buffer_growing();
    struct text word;
    while (words_next(&call->words, &word)) {
        if (!text_is(word, "json") && !text_is(word, "text")) {
            words_fail(&call->words, "unexpected \"%.*s\"", TEXT_ARGS(word));
            answer_refused(call);
            return;
        }
        call->json = call->client->asking || text_is(word, "json");
    }
    if (!api->world.preview) {
        answer_why(call, "there is no configuration to compare with");
        return;
    }
    if (api->world.preview(api->world.context, call->json, &out)) {
        put_text(answer_out(call->client), buffer_text(&out));
        answer_done(api, call->client);
    } else {
        answer_reasons(api, call->client, buffer_text(&out));
    }
    buffer_release(&out);
}

/* The answer first: what was asked for may end the client. Whoever wants to know why something failed hears how it
 * ended; others, as ExaBGP has it, that it has begun. An option that is misspelt must not do without it. */
void command_request(struct call *call) {
    static const char *const answers[] = {
        [API_SHUTDOWN] = "shutdown in progress",
        [API_RELOAD] = "reload in progress",
        [API_RESTART] = "restart in progress",
    };
    enum api_request request = (enum api_request)call->command->value;
    struct client *c = call->client;
    struct text word;
    if (words_peek(&call->words, &word) && word.len && word.p[0] == '-') {
        words_fail(&call->words, "unknown option \"%.*s\"", TEXT_ARGS(word));
        answer_refused(call);
        return;
    }
    answer_status(call, answers[request]);
    if ((c->asking || c->reasons) && request != API_SHUTDOWN)
        c->awaits = true; /* api_acted() answers it */
    else
        answer_done(call->api, c);
    call->api->world.request(call->api->world.context, request, c->id);
}

/* Commands are run as they come: no queue is ever left. ExaBGP 5.0 does not answer. */
void command_reset(struct call *call) {
    if (call->api->answers == FORM_5)
        return;
    answer_status(call, "asynchronous queue cleared");
    answer_done(call->api, call->client);
}

/* `disable` is answered itself, `silence` is not. */
void command_ack(struct call *call) {
    struct client *c = call->client;
    if (call->command->value == ACK_DISABLE)
        answer_done(call->api, c);
    c->ack = call->command->value == ACK_ENABLE;
    if (c->ack)
        answer_done(call->api, c);
}

void command_sync(struct call *call) {
    call->client->sync = call->command->value;
    answer_done(call->api, call->client);
}

/* ExaBGP raises an exception in the task of the command, to test that it lives on. */
void command_crash(struct call *call) {
    if (call->api->answers != FORM_5)
        answer_done(call->api, call->client);
    answer_error(call->api, call->client);
}

/* ---- Peers as a whole ---- */

/* A code that no NOTIFICATION can carry is refused. In the form of ExaBGP 5.0 a selector that matches nobody is fine,
 * and none at all means nobody; its successor refuses the first and takes the second for all. */
void command_teardown(struct call *call) {
    struct api *api = call->api;
    struct text word;
    uint64_t code;
    if (!words_next(&call->words, &word) || !number_parse(word, UINT8_MAX, &code) || !words_done(&call->words)) {
        answer_why(call, "teardown wants a code of 0 to 255");
        return;
    }
    if (api->answers != FORM_5 && !call_matches(call))
        return;
    bool nobody = !call->selected && api->answers == FORM_5;
    for (uint32_t i = 0; i < call->targets.count && !nobody; i++)
        if (session_terms(peer_session(call->targets.peers[i])))
            peer_teardown(api->engine, call->targets.peers[i], (uint8_t)code, api->now);
    answer_done(api, call->client);
}

/* A neighbor that is disabled has no session and tries none; its routes are kept. All of them only when it is said:
 * `neighbor * disable`. */
void command_enable(struct call *call) {
    if (!call->selected) {
        answer_why(call, "which neighbors? neighbor * means all");
        return;
    }
    if (!words_end(&call->words)) {
        answer_refused(call);
        return;
    }
    if (!call_matches(call))
        return;
    for (uint32_t i = 0; i < call->targets.count; i++)
        peer_enable(call->api->engine, call->targets.peers[i], call->command->value, call->api->now);
    answer_done(call->api, call->client);
}

void command_flush(struct call *call) {
    if (!call_matches(call))
        return;
    for (uint32_t i = 0; i < call->targets.count; i++)
        peer_flush(call->api->engine, call->targets.peers[i], call->api->now);
    answer_done(call->api, call->client);
}

void command_clear(struct call *call) {
    struct engine *e = call->api->engine;
    if (!call->command->value)
        engine_clear_out(e, call->targets.peers, call->targets.count, call->api->now);
    for (uint32_t i = 0; i < call->targets.count; i++) {
        if (call->command->value)
            peer_clear_in(e, call->targets.peers[i]);
        else
            lease_clear(call->api, call->targets.peers[i]);
    }
    answer_done(call->api, call->client);
}
