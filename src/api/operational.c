/* `announce operational`: messages for the operator at the other end (api-commands.md 10.8). */
#include "api/private.h"
#include "base/number.h"

/* KEY VALUE in a fixed order. */
static bool take_number(struct words *w, const char *key, uint32_t *out) {
    uint64_t v;
    if (!words_expect(w, key) || !words_number(w, key, UINT32_MAX, &v))
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool take_router_id(struct words *w, struct operational *o, bool *given) {
    struct text t;
    if (!words_accept(w, "router-id"))
        return true;
    *given = true;
    if (!words_take(w, "a router-id: 1.2.3.4", &t))
        return false;
    return ipv4_parse(t, &o->router_id) || words_fail(w, "invalid router-id \"%.*s\"", TEXT_ARGS(t));
}

static bool take_family(struct words *w, struct operational *o) {
    struct text afi, safi;
    if (!words_expect(w, "afi") || !words_take(w, "ipv4", &afi) || !words_expect(w, "safi") ||
        !words_take(w, "unicast", &safi))
        return false;
    const struct family *family = family_named(afi, safi);
    if (!family)
        return words_fail(w, "unknown family \"%.*s %.*s\"", TEXT_ARGS(afi), TEXT_ARGS(safi));
    o->afi = family->afi;
    o->safi = family->safi;
    return true;
}

static bool take_advisory(struct words *w, struct operational *o) {
    struct text t;
    if (!words_expect(w, "advisory") || !words_take(w, "a text", &t))
        return false;
    o->advisory = cursor_of(t.p, t.len);
    return t.len <= OPERATIONAL_ADVISORY_MOST ||
           words_fail(w, "an advisory of %zu characters, %d are the most", t.len, OPERATIONAL_ADVISORY_MOST);
}

/* The router-id may stand anywhere between the others. */
static bool operational_take(struct words *w, struct operational *o, bool *router_id) {
    struct text rest;
    if (!take_family(w, o))
        return false;
    if (o->kind->holds == OPERATIONAL_ADVISORY) {
        if (!take_advisory(w, o))
            return false;
    } else {
        if (!take_router_id(w, o, router_id) || !take_number(w, "sequence", &o->sequence) ||
            !take_router_id(w, o, router_id))
            return false;
        if (o->kind->holds == OPERATIONAL_COUNTER && !take_number(w, "counter", &o->counter))
            return false;
        if (!take_router_id(w, o, router_id))
            return false;
    }
    return !words_next(w, &rest) || words_fail(w, "unexpected \"%.*s\"", TEXT_ARGS(rest));
}

/* Sent where both sides can; `done` in any case, and for kinds that nobody knows, as ExaBGP says. */
void command_operational(struct call *call) {
    struct api *api = call->api;
    struct operational o = {.kind = NULL};
    struct text what;
    bool router_id = false;
    if (!call_matches(call))
        return;
    words_next(&call->words, &what);
    o.kind = operational_kind_named(what);
    if (o.kind && !operational_take(&call->words, &o, &router_id)) {
        answer_refused(call);
        return;
    }
    for (uint32_t i = 0; o.kind && i < call->targets.count; i++) {
        const struct terms *terms = session_terms(peer_session(call->targets.peers[i]));
        if (!terms || !terms->operational)
            continue;
        if (!router_id)
            o.router_id = terms->local_id;
        buffer_clear(&api->scratch);
        put_operational(&api->scratch, &o);
        peer_say(api->engine, call->targets.peers[i], buffer_cursor(&api->scratch), api->now);
    }
    answer_done(api, call->client);
}
