/* Sections of what helpers hear: api, send, receive (config.md 11). Which processes there are is known at the end. */
#include "config/parser.h"

#include "base/memory.h"

static void *api_base(struct parser *p) {
    return p->api;
}

static bool api_enter(struct parser *p, struct words *words) {
    struct source *s = p->source;
    struct text name;
    struct api_source *api = arena_new(&p->scratch, sizeof *api);
    api->at = p->at;
    if (s->last_api)
        s->last_api->next = api;
    else
        s->apis = api;
    s->last_api = p->api = api;
    return !words_next(words, &name) || name_take(p, &p->api_names, name, "api", words);
}

static bool api_leave(struct parser *p, struct words *words) {
    (void)words;
    p->api = NULL;
    return true;
}

static const struct section section_send = {
    .keyword = "send",
    .help = "messages that we send",
    .settings = &settings_send,
    .base = api_base,
};

static const struct section section_receive = {
    .keyword = "receive",
    .help = "messages that the peer sends",
    .settings = &settings_receive,
    .base = api_base,
};

static const struct section *const api_inside[] = {&section_send, &section_receive, NULL};
const struct section section_api = {
    .keyword = "api",
    .help = "what helpers hear of this neighbor",
    .inside = api_inside,
    .settings = &settings_api,
    .base = api_base,
    .enter = api_enter,
    .leave = api_leave,
};
