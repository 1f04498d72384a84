/* The programming API: its life, and what all its files ask it. */
#include "api/api.h"

#include "api/asked.h"
#include "api/lease.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"

/* Version 4 (random), variant 1 of RFC 9562. It names the daemon, and hides nothing. */
static void api_name(struct api *api) {
    uint8_t octets[16];
    uint64_t seed = hash_octets(&api, sizeof api, (uint64_t)(api->wall_minus_now + (int64_t)api->now));
    XXH128_hash_t h = XXH3_128bits_withSeed(api->head.base, buffer_len(&api->head), seed);
    memcpy(octets, &h, sizeof octets);
    octets[6] = (uint8_t)(0x40 | (octets[6] & 0x0F));
    octets[8] = (uint8_t)(0x80 | (octets[8] & 0x3F));
    struct buffer b = buffer_fixed(api->uuid, sizeof api->uuid - 1);
    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            put_char(&b, '-');
        put_hex(&b, cursor_of(octets + i, 1));
    }
}

struct api *api_new(struct engine *engine, const struct api_settings *settings, const struct api_world *world) {
    struct api *api = memory_new(sizeof *api);
    api->engine = engine;
    api->settings = *settings;
    api->world = *world;
    api->answers = settings->form;
    api->generation = 1;
    api->lease_due = api->refusals_due = UINT64_MAX;
    api->head = buffer_growing();
    api->nlri = buffer_growing();
    api->attributes = buffer_growing();
    api->scratch = buffer_growing();
    for (size_t i = 0; i < sizeof api->rest / sizeof *api->rest; i++)
        api->rest[i] = buffer_growing();
    for (size_t i = 0; i < sizeof api->shown / sizeof *api->shown; i++)
        api->shown[i].text = buffer_growing();
    draft_init(&api->draft);
    draft_init(&api->shared);
    put_event_host(&api->head, settings);
    return api;
}

void api_free(struct api *api) {
    for (size_t i = 0; i < api->client_count; i++)
        client_free(api->clients[i], NULL); /* the engine may be gone */
    for (size_t i = 0; i < api->bound_room; i++)
        bound_free(api->bound[i]);
    for (size_t i = 0; i < sizeof api->rest / sizeof *api->rest; i++)
        buffer_release(&api->rest[i]);
    for (size_t i = 0; i < sizeof api->shown / sizeof *api->shown; i++)
        buffer_release(&api->shown[i].text);
    buffer_release(&api->head);
    buffer_release(&api->nlri);
    buffer_release(&api->attributes);
    buffer_release(&api->scratch);
    draft_release(&api->draft);
    draft_release(&api->shared);
    made_free_all(api);
    owners_free(api->owners);
    tails_free(api->tails);
    free(api->clients);
    free(api->bound);
    free(api);
}

struct engine_listener api_listener(struct api *api) {
    return (struct engine_listener){api, event_hear};
}

void api_attach(struct api *api, struct engine *engine) {
    api->engine = engine;
}

void api_clock(struct api *api, int64_t wall_minus_now) {
    api->wall_minus_now = wall_minus_now;
}

void api_acted(struct api *api, bool good, struct text reasons) {
    for (size_t i = 0; i < api->client_count; i++) {
        struct client *c = api->clients[i];
        if (!c->awaits)
            continue;
        c->awaits = false;
        if (good)
            answer_done(api, c);
        else
            answer_reasons(api, c, reasons);
        client_go_on(api, c);
    }
}

struct style api_style(const struct peer *p, enum form form, bool compact) {
    return (struct style){.form = form, .compact = compact, .terms = session_terms(peer_session(p))};
}

uint64_t api_now(const struct api *api) {
    return api->now;
}

void api_tick(struct api *api, uint64_t now) {
    api->now = now;
    if (api->started)
        return;
    api->started = now;
    api_name(api);
}
