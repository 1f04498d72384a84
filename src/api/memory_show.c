/* `show memory`: what holds how many octets: RIBs, attributes, sessions, outboxes. A line for all, then one for each
 * neighbor. Counted are the things of the engine, with what they keep in reserve; not the program and its libraries.
 * The heap is apart from that: all that the process has from it, the configuration and the host's things too. */
#include "api/private.h"
#include "base/json.h"
#include "base/memory.h"

static size_t clients_memory(const struct api *api) {
    size_t memory = 0;
    for (size_t i = 0; i < api->client_count; i++)
        memory += outbox_waits(&api->clients[i]->outbox) + buffer_memory(&api->clients[i]->inbox);
    return memory;
}

static size_t all_memory(const struct engine_memory *m, size_t clients, size_t tails) {
    return m->peers + m->sessions + m->out + m->in + m->shared + m->attributes + clients + tails;
}

size_t api_memory(const struct api *api) {
    struct engine_memory all = engine_memory(api->engine);
    return all_memory(&all, clients_memory(api), tails_memory(api->tails)) - all.idle;
}

void api_budget(struct api *api, size_t budget, bool full) {
    api->budget = budget;
    if (api->full != full)
        engine_close(api->engine, full);
    api->full = full;
}

static void put_budget(struct buffer *b, const struct call *call, size_t used) {
    const struct api *api = call->api;
    if (!api->budget)
        return;
    unsigned percent = (unsigned)((double)used / (double)api->budget * 100);
    if (call->json)
        put_format(b, ", \"budget\": {\"bytes\": %zu, \"used\": %zu, \"percent\": %u, \"full\": %s}", api->budget, used,
                   percent, api->full ? "true" : "false");
    else
        put_format(b, "budget: %zu of %zu octets are used, %u %%%s\n", used, api->budget, percent,
                   api->full ? ": announcements are refused" : "");
}

static void put_all_json(struct buffer *b, const struct engine_memory *m, size_t clients, size_t tails) {
    put_format(b, "{\"bytes\": %zu, \"adj-rib-out\": {\"routes\": %llu, \"bytes\": %zu}", all_memory(m, clients, tails),
               (unsigned long long)m->routes, m->out);
    put_format(b, ", \"shared\": {\"ribs\": %u, \"routes\": %llu, \"bytes\": %zu}", m->shared_count,
               (unsigned long long)m->shared_routes, m->shared);
    put_format(b, ", \"adj-rib-in\": {\"routes\": %llu, \"bytes\": %zu}", (unsigned long long)m->received, m->in);
    put_format(b, ", \"attributes\": {\"sets\": %u, \"bytes\": %zu}", m->sets, m->attributes);
    put_format(b, ", \"sessions\": {\"bytes\": %zu}, \"neighbors\": {\"bytes\": %zu}", m->sessions, m->peers);
    put_format(b, ", \"clients\": {\"bytes\": %zu}, \"known-words\": {\"bytes\": %zu}", clients, tails);
    struct memory_heap heap = memory_heap();
    put_format(b, ", \"heap\": {\"bytes\": %zu, \"free\": %zu}", heap.used, heap.free);
}

static void put_all_text(struct buffer *b, const struct engine_memory *m, size_t clients, size_t tails) {
    put_format(b, "all: %zu octets; adj-rib-out %llu routes, %zu; shared by neighbors %u ribs, %llu routes, %zu; ",
               all_memory(m, clients, tails), (unsigned long long)m->routes, m->out, m->shared_count,
               (unsigned long long)m->shared_routes, m->shared);
    put_format(b, "adj-rib-in %llu routes, %zu; attributes %u sets, %zu; ", (unsigned long long)m->received, m->in,
               m->sets, m->attributes);
    struct memory_heap heap = memory_heap();
    put_format(b, "sessions %zu; neighbors %zu; clients %zu; known words %zu; ", m->sessions, m->peers, clients, tails);
    put_format(b, "heap %zu, %zu free\n", heap.used, heap.free);
}

static void put_peer_json(struct buffer *b, const struct peer *p) {
    struct peer_memory m = peer_memory(p);
    put_literal(b, "{\"neighbor\": ");
    put_json_string(b, peer_name(p));
    put_format(b, ", \"session\": {\"bytes\": %zu}, \"adj-rib-out\": {\"routes\": %u, \"waiting\": %u, \"bytes\": %zu}",
               m.session, m.routes, m.waiting, m.out);
    put_format(b, ", \"adj-rib-in\": {\"routes\": %u, \"bytes\": %zu}}", m.received, m.in);
}

static void put_peer_text(struct buffer *b, const struct peer *p) {
    struct peer_memory m = peer_memory(p);
    put_text(b, peer_name(p));
    put_format(b, ": session %zu; adj-rib-out %u routes, %u wait, %zu; adj-rib-in %u routes, %zu\n", m.session,
               m.routes, m.waiting, m.out, m.received, m.in);
}

/* `json` and `text`, whatever the form of answers is. */
static bool memory_words(struct call *call) {
    struct text word;
    while (words_next(&call->words, &word)) {
        if (!text_is(word, "json") && !text_is(word, "text"))
            return words_fail(&call->words, "unexpected \"%.*s\"", TEXT_ARGS(word)) ||
                   complain_wanted(&call->complaint, "json, text or nothing");
        call->json = call->client->asking || text_is(word, "json");
    }
    return true;
}

void command_memory(struct call *call) {
    const struct api *api = call->api;
    if (!memory_words(call)) {
        answer_refused(call);
        return;
    }
    struct buffer *out = answer_out(call->client);
    struct engine_memory all = engine_memory(api->engine);
    size_t clients = clients_memory(api), tails = tails_memory(api->tails);
    (call->json ? put_all_json : put_all_text)(out, &all, clients, tails);
    put_budget(out, call, all_memory(&all, clients, tails) - all.idle);
    put_string(out, call->json ? ", \"each\": [" : "");
    for (uint32_t i = 0; engine_at(api->engine, i); i++) {
        put_string(out, call->json && i ? ", " : "");
        (call->json ? put_peer_json : put_peer_text)(out, engine_at(api->engine, i));
    }
    put_string(out, call->json ? "]}\n" : "");
    answer_done(call->api, call->client);
}
