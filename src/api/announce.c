/* Routes announced and withdrawn, the long way: every word is read. memo.c has the short one. */
#include "api/private.h"

/* What a route costs the answer. */
static void call_tell(struct call *call, enum announced result, bool *good) {
    if (result == ANNOUNCED_NO_SELF && *good) {
        complain(&call->complaint, (struct text){NULL, 0},
                 "next-hop self: the session has no address of the route's family");
        *good = false;
    }
}

/* One finished route, to or from all peers of the command. */
static bool call_apply(struct call *call, enum draft_purpose purpose, size_t raw_start) {
    struct api *api = call->api;
    const struct draft *d = &api->draft;
    struct attribute_store *store = engine_store(api->engine);
    struct cursor all = buffer_cursor(&api->attributes), nlri = buffer_cursor(&api->nlri);
    uint32_t set = 0;
    bool good = true;
    if (purpose == DRAFT_ANNOUNCE)
        set = store_intern(store, cursor_of(all.p, raw_start),
                           cursor_of(all.p + raw_start, cursor_left(&all) - raw_start));
    for (uint32_t i = 0; i < call->targets.count; i++) {
        struct peer *p = call->targets.peers[i];
        enum announced result =
            purpose == DRAFT_ANNOUNCE
                ? peer_announce(api->engine, p, d->family, nlri, d->has_path, d->path, set, api->now)
                : peer_withdraw(api->engine, p, d->family, nlri, d->has_path, d->path, api->now);
        call_tell(call, result, &good);
    }
    store_drop(store, set);
    return good;
}

/* The draft as it stands, and the further pieces that `split` makes of it. */
static bool call_finish(struct call *call, enum draft_purpose purpose) {
    struct api *api = call->api;
    do {
        size_t raw_start;
        buffer_clear(&api->nlri);
        buffer_clear(&api->attributes);
        if (!draft_finish(&api->draft, purpose, &call->words, &api->nlri, &api->attributes, &raw_start) ||
            !call_apply(call, purpose, raw_start))
            return false;
    } while (draft_split(&api->draft));
    return true;
}

/* `sync`, selector: what all of these have in common before and after. */
static bool call_begins(struct call *call) {
    call_end_words(call);
    draft_clear(&call->api->draft);
    if (call->targets.count)
        return true;
    answer_why(call, "no neighbor matches");
    return false;
}

static void call_answer(struct call *call, bool good) {
    if (!good)
        answer_refused(call);
    else if (call->sync)
        patience_begin(call);
    else
        answer_done(call->api, call->client);
}

void command_route(struct call *call) {
    if (!call_begins(call))
        return;
    bool good = draft_route(&call->api->draft, NULL, &call->words) &&
                call_finish(call, (enum draft_purpose)call->command->value);
    call_answer(call, good);
}

/* ---- Markers and requests: for peers that are established ---- */

/* [AFI SAFI]; NULL and a complaint when the words are no family. */
static const struct family *call_family(struct call *call) {
    struct text afi, safi;
    if (!words_take(&call->words, "an address family: ipv4 unicast", &afi) ||
        !words_take(&call->words, "the other half of the family: unicast", &safi))
        return NULL;
    const struct family *family = family_named(afi, safi);
    if (!family || !words_done(&call->words)) {
        words_fail(&call->words, "unknown family \"%.*s %.*s\"", TEXT_ARGS(afi), TEXT_ARGS(safi));
        return NULL;
    }
    return family;
}

void command_end_of_rib(struct call *call) {
    struct api *api = call->api;
    const struct family *family = family_of(1, 1);
    bool sent = false;
    call_end_words(call);
    if (!words_done(&call->words) && !(family = call_family(call))) {
        answer_refused(call);
        return;
    }
    for (uint32_t i = 0; i < call->targets.count; i++)
        sent |= peer_end_of_rib(api->engine, call->targets.peers[i], family->afi, family->safi, api->now);
    if (sent)
        answer_done(api, call->client);
    else
        answer_why(call, "no established neighbor matches");
}

void command_refresh(struct call *call) {
    struct api *api = call->api;
    bool sent = false;
    call_end_words(call);
    const struct family *family = call_family(call);
    if (!family) {
        answer_refused(call);
        return;
    }
    for (uint32_t i = 0; i < call->targets.count; i++)
        sent |= peer_refresh(api->engine, call->targets.peers[i], family, api->now);
    if (sent)
        answer_done(api, call->client);
    else
        answer_why(call, "no established neighbor matches");
}
