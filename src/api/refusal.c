/* The log of refused commands. A helper may write garbage for ever: of one client the first lines are told, the others
 * are counted, and each minute one line says how many they were. Answers are not touched: the client hears of each. */
#include <stdio.h>

#include "api/private.h"

enum {
    REFUSALS_TOLD = 50,            /* lines of one client that the log gets ... */
    REFUSALS_MINUTE = 60 * 1000000 /* ... in so many microseconds */
};

bool refusal_may(struct api *api, struct client *c) {
    struct refusals *r = &c->refusals;
    if (!r->until || api->now >= r->until) {
        bool goes_on = r->untold > 0;
        refusals_tell(api, c);
        *r = (struct refusals){.until = api->now + REFUSALS_MINUTE, .told = goes_on ? REFUSALS_TOLD : 0};
    }
    if (r->told < REFUSALS_TOLD) {
        r->told++;
        return true;
    }
    r->untold++;
    if (r->until < api->refusals_due)
        api->refusals_due = r->until;
    return false;
}

/* Who goes on to be refused all the time gets no first lines again: the count alone, a minute after the other. */
void refusals_tell(struct api *api, struct client *c) {
    char line[96];
    if (!c->refusals.untold)
        return;
    snprintf(line, sizeof line, "%llu more commands were refused", (unsigned long long)c->refusals.untold);
    c->refusals.untold = 0;
    api->world.log(api->world.context, c->name.p, text_of(line));
}

void refusals_timer(struct api *api) {
    if (api->now < api->refusals_due)
        return;
    api->refusals_due = UINT64_MAX;
    for (size_t i = 0; i < api->client_count; i++) {
        struct refusals *r = &api->clients[i]->refusals;
        if (r->untold && api->now >= r->until) {
            refusals_tell(api, api->clients[i]);
            r->until = api->now + REFUSALS_MINUTE;
        } else if (r->untold && r->until < api->refusals_due) {
            api->refusals_due = r->until;
        }
    }
}
