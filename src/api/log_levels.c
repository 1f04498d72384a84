/* `log level ...`: what the log tells while the engine runs, by subject and by neighbor; `show log` says how it is. */
#include "api/private.h"

/* [SUBJECT] LEVEL. False: a complaint. */
static bool level_words(struct call *call, struct text *subject, struct text *level) {
    if (!words_next(&call->words, level))
        return words_fail(&call->words, "a level is missing") ||
               complain_wanted(&call->complaint, "log level [SUBJECT | neighbor IP] LEVEL");
    if (words_done(&call->words) || call->selected)
        return words_end(&call->words);
    *subject = *level;
    words_next(&call->words, level);
    return words_end(&call->words);
}

/* All neighbors that the selector means, or none: a level that is no level is one for each of them. */
static bool levels_set(struct call *call, struct text subject, struct text level) {
    const struct api_world *world = &call->api->world;
    char wanted[240];
    uint32_t count = call->selected ? call->targets.count : 1;
    for (uint32_t i = 0; i < count; i++) {
        const struct peer *p = call->selected ? call->targets.peers[i] : NULL;
        enum api_level result = world->log_level(world->context, p, subject, level, wanted);
        if (result == API_LEVEL_SET)
            continue;
        call->words.taken = result == API_LEVEL_NO_SUBJECT ? subject : level;
        return words_fail(&call->words, "unknown %s \"%.*s\"", result == API_LEVEL_NO_SUBJECT ? "subject" : "level",
                          TEXT_ARGS(call->words.taken)) ||
               complain_wanted(&call->complaint, "%s", wanted);
    }
    return true;
}

/* The subjects are those of library/log_filter.c: a test compares. */
const char *log_level_word_at(size_t place) {
    static const char *const words[] = {"all",        "api",      "configuration", "daemon",  "message", "network",
                                        "packets",    "parser",   "processes",     "reactor", "rib",     "routes",
                                        "statistics", "timers",   "neighbor",      "debug",   "info",    "warning",
                                        "error",      "critical", "off",           "default"};
    return place < sizeof words / sizeof *words ? words[place] : NULL;
}

void command_log_level(struct call *call) {
    struct api *api = call->api;
    struct text subject = {"", 0}, level, word;
    words_peek(&call->words, &word);
    call->selected = text_is(word, "neighbor") || text_is(word, "peer");
    bool good = true;
    if (call->selected && !selector_take(&call->words, &call->selector))
        good = words_fail(&call->words, "the selector of neighbors is not well formed") ||
               complain_wanted(&call->complaint, "log level neighbor IP LEVEL");
    good = good && level_words(call, &subject, &level);
    if (good && !api->world.log_level) {
        answer_why(call, "there is no log");
        return;
    }
    if (good && call->selected) {
        call->targets = targets_of(api, call->client, call->selector, REACH_ALL);
        if (!call_matches(call))
            return;
    }
    if (!good || !levels_set(call, subject, level)) {
        answer_refused(call);
        return;
    }
    api_rebind(api); /* what sessions tell of what they send depends on it */
    answer_done(api, call->client);
}

void command_log(struct call *call) {
    const struct api_world *world = &call->api->world;
    struct text word;
    while (words_next(&call->words, &word)) {
        if (!text_is(word, "json") && !text_is(word, "text")) {
            words_fail(&call->words, "unexpected \"%.*s\"", TEXT_ARGS(word));
            complain_wanted(&call->complaint, "json, text or nothing");
            answer_refused(call);
            return;
        }
        call->json = call->client->asking || text_is(word, "json");
    }
    if (!world->log_levels) {
        answer_why(call, "there is no log");
        return;
    }
    world->log_levels(world->context, call->json, answer_out(call->client));
    answer_done(call->api, call->client);
}
