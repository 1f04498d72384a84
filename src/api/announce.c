/* Routes announced and withdrawn, the long way: every word is read. memo.c has the short one. */
#include "api/lease.h"

bool call_may_tell(struct call *call, const struct draft *draft) {
    if (call->api->full)
        return words_fail(&call->words, "the memory budget is used up: nothing is announced (daemon.memory_budget)");
    for (uint32_t i = 0; draft->next_hop_self && i < call->targets.count; i++)
        if (peer_neighbor(call->targets.peers[i])->offer.families & family_bit(draft->family) &&
            !peer_has_self(call->targets.peers[i], draft->family))
            return words_fail(&call->words, "next-hop self: the session to %.*s has no address of this family",
                              TEXT_ARGS(peer_name(call->targets.peers[i])));
    return true;
}

void call_tell_route(struct call *call, enum draft_purpose purpose, const struct finished *route, uint32_t *set) {
    struct api *api = call->api;
    struct attribute_store *store = engine_store(api->engine);
    bool announce = purpose == DRAFT_ANNOUNCE;
    struct held held = {0, 0};
    store_drop(store, *set);
    *set = announce ? store_intern(store, route->named, route->raw) : 0;
    if (announce)
        call->skipped += engine_announce(api->engine, call->targets.peers, call->targets.count, route->family,
                                         route->nlri, route->has_path, route->path, *set, api->now);
    else
        call->skipped += engine_withdraw(api->engine, call->targets.peers, call->targets.count, route->family,
                                         route->nlri, route->has_path, route->path, api->now);
    if (announce)
        held = client_own(api, call->client, call->held);
    if (held.owner || api->leased)
        lease_told(api, call->client, &call->targets, route, held);
}

/* A command on its way to the RIBs. */
struct telling {
    struct call *call;
    uint32_t set; /* of attributes, of the last route; a reference is held */
};

static void telling_take(void *context, const struct finished *route) {
    struct telling *t = context;
    call_tell_route(t->call, t->call->purpose, route, &t->set);
}

static bool telling_may(void *context, const struct draft *draft) {
    struct telling *t = context;
    return t->call->purpose == DRAFT_WITHDRAW || call_may_tell(t->call, draft);
}

static bool call_routes(struct call *call, enum spec spec) {
    struct api *api = call->api;
    struct telling telling = {.call = call};
    struct route_reader reader = {
        .spec = spec,
        .purpose = call->purpose,
        .words = &call->words,
        .draft = &api->draft,
        .nlri = &api->nlri,
        .attributes = &api->attributes,
        .may = telling_may,
        .take = telling_take,
        .context = &telling,
    };
    struct text first;
    words_peek(&call->words, &first);
    bool good = routes_read(&reader);
    if (good && spec == SPEC_ROUTE)
        memo_learn(call, first, telling.set);
    store_drop(engine_store(api->engine), telling.set);
    return good;
}

/* `announce TYPE ...`, `withdraw TYPE ...` */
void command_route(struct call *call) {
    call->purpose = call->command->value % 2 ? DRAFT_WITHDRAW : DRAFT_ANNOUNCE;
    if (!call_matches(call))
        return;
    call->of_route = true;
    call_answer(call, call_route_ends(call) && call_routes(call, (enum spec)(call->command->value / 2)));
}

/* ---- Watchdogs: for all neighbors, whatever the selector (api-commands.md 10.9) ---- */

void command_watchdog(struct call *call) {
    struct api *api = call->api;
    struct text name = call->client->name;
    call_end_words(call);
    words_next(&call->words, &name);
    if (!name.len)
        name = call->client->name;
    for (uint32_t i = 0; engine_at(api->engine, i); i++)
        peer_watchdog(api->engine, engine_at(api->engine, i), name, !call->command->value, api->now);
    answer_done(api, call->client);
}

/* ---- Markers and requests: for peers that are established ---- */

/* AFI SAFI; NULL and a complaint when the words are no family. */
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

static void call_answer_sent(struct call *call, bool sent) {
    if (sent)
        call_answer(call, true);
    else
        answer_why(call, "no established neighbor matches");
}

void command_end_of_rib(struct call *call) {
    struct api *api = call->api;
    const struct family *family = &family_ipv4_unicast;
    bool sent = false;
    call_end_words(call);
    if (!words_done(&call->words) && !(family = call_family(call))) {
        answer_refused(call);
        return;
    }
    for (uint32_t i = 0; i < call->targets.count; i++)
        sent |= peer_end_of_rib(api->engine, call->targets.peers[i], family->afi, family->safi, api->now);
    call_answer_sent(call, sent);
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
    call_answer_sent(call, sent);
}
