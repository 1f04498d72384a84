/* `show adj-rib in|out`: a line a route, made as the client reads them (api-commands.md 12.1). */
#include "api/show.h"
#include "base/json.h"
#include "base/memory.h"

/* ---- One route ---- */

static void put_next_hop(struct buffer *b, const struct shown_route *r) {
    if (cursor_left(&r->nlri.next_hop)) {
        put_literal(b, " next-hop ");
        put_ip(b, ip_of(r->nlri.next_hop.p, cursor_left(&r->nlri.next_hop) == 4 ? 4 : 16));
    }
}

void put_nlri_words(struct buffer *b, const struct nlri *nlri, const struct style *style) {
    struct style command = *style;
    size_t from = buffer_len(b), said;
    nlri->family->text(nlri, style, b);
    struct cursor text = buffer_since(b, from);
    if (!text_starts((struct text){(const char *)text.p, cursor_left(&text)}, "afi "))
        return;
    said = buffer_len(b);
    command.command = true;
    nlri->family->text(nlri, &command, b);
    if (buffer_len(b) > said) { /* else there are no words for it */
        memmove(b->base + from, b->base + said, buffer_len(b) - said);
        buffer_cut(b, from + buffer_len(b) - said);
    }
}

static void put_nlri(struct buffer *b, const struct shown_route *r, const struct style *style) {
    struct nlri nlri = r->nlri;
    if (style->form != FORM_5)
        nlri.next_hop = cursor_of(NULL, 0); /* form 5 has it inside */
    put_nlri_words(b, &nlri, style);
}

void put_route_words(struct buffer *b, const struct shown_route *r, const struct style *style) {
    put_nlri(b, r, style);
    if (style->form != FORM_5)
        put_next_hop(b, r);
    size_t mark = buffer_len(b);
    put_char(b, ' ');
    attributes_text(r->set, style, b);
    if (buffer_len(b) == mark + 1)
        buffer_cut(b, mark);
}

void put_route_text(struct buffer *b, const struct shown_route *r, const struct style *style, bool extensive) {
    if (extensive)
        put_text(b, peer_name(r->peer));
    else
        put_peer_address(b, peer_neighbor(r->peer));
    put_char(b, ' ');
    put_family(b, r->nlri.family, ' ');
    put_char(b, ' ');
    if (extensive)
        put_route_words(b, r, style);
    else
        put_nlri(b, r, style);
    put_string(b, r->stale ? " stale\n" : r->held ? " held\n" : "\n");
}

/* `"prefix": "10.0.0.0/24"`, or what is there instead. */
static void put_route_key(struct buffer *b, const struct shown_route *r, const struct style *style) {
    uint8_t memory[64];
    struct buffer text = buffer_fixed(memory, sizeof memory);
    struct prefix prefix;
    if (nlri_prefix(&r->nlri, &prefix)) {
        put_prefix(&text, &prefix);
        put_literal(b, "\"prefix\": ");
        put_json_string(b, buffer_text(&text));
        return;
    }
    struct nlri nlri = r->nlri;
    struct buffer grows = buffer_growing();
    nlri.next_hop = cursor_of(NULL, 0);
    put_nlri_words(&grows, &nlri, style);
    put_literal(b, "\"nlri\": ");
    put_json_string(b, buffer_text(&grows));
    buffer_release(&grows);
}

/* ExaBGP 5.0 leaves out what has no prefix. */
void put_route_json(struct buffer *b, const struct api *api, const struct shown_route *r, const struct style *style,
                    bool extensive) {
    struct prefix prefix;
    bool five = style->form == FORM_5;
    if (five && api->settings.routes_v2) {
        put_route_v2(b, api, r, style, extensive);
        return;
    }
    if (five && !nlri_prefix(&r->nlri, &prefix))
        return;
    put_literal(b, "{\"");
    put_peer_address(b, peer_neighbor(r->peer));
    put_literal(b, "\": {\"routes\": [{");
    if (five) {
        put_route_key(b, r, style);
        put_literal(b, ", ");
    }
    put_literal(b, "\"family\": \"");
    put_family(b, r->nlri.family, ' ');
    put_char(b, '"');
    if (!five) {
        put_literal(b, ", ");
        put_route_key(b, r, style);
    }
    put_string(b, r->stale ? ", \"stale\": true}]" : r->held ? ", \"held\": true}]" : "}]");
    if (extensive) {
        put_literal(b, ", ");
        put_neighbor_members(b, api, r->peer, style->form);
    }
    put_literal(b, "}}\n");
}

/* ---- All of them ---- */

struct rib_walk {
    struct walk walk; /* first: what a walk is freed as */
    struct route_filter *filter;
    bool in, extensive, json;
    struct peer_refs refs;
    uint32_t place; /* the peer, */
    uint64_t at;    /* ... and where in its RIB */
};

static void rib_walk_release(struct walk *walk) {
    struct rib_walk *w = (struct rib_walk *)walk;
    route_filter_free(w->filter);
    peer_refs_release(&w->refs);
}

static bool rib_walk_next(const struct rib_walk *w, const struct peer *p, uint64_t *at, struct rib_route *out) {
    uint32_t number = (uint32_t)*at;
    if (!w->in)
        return peer_route_next(p, at, out);
    bool more = peer_rib_in(p) && rib_in_next(peer_rib_in(p), &number, out);
    *at = number;
    return more;
}

static void rib_walk_put(const struct rib_walk *w, const struct api *api, const struct peer *p,
                         const struct rib_route *route, struct buffer *out) {
    struct attribute_set set = store_set(engine_store(api->engine), route->set);
    struct terms terms = peer_terms(p);
    struct ip next_hop = attributes_next_hop(set, &terms, route->family);
    struct cursor octets = cursor_of(NULL, 0);
    if (next_hop.len)
        octets = ip_cursor(&next_hop);
    struct shown_route shown = {.peer = p,
                                .nlri = {.family = route->family,
                                         .octets = route->nlri,
                                         .has_path = route->has_path,
                                         .path = route->path,
                                         .next_hop = octets},
                                .set = set,
                                .stale = route->stale,
                                .held = route->held};
    struct style style = {.form = api->answers, .terms = &terms};
    if (!route_filter_route(w->filter, &shown.nlri, set))
        return;
    if (w->json)
        put_route_json(out, api, &shown, &style, w->extensive);
    else
        put_route_text(out, &shown, &style, w->extensive);
}

/* A piece of one peer's RIB; true when there is more of it. */
static bool rib_walk_peer(struct rib_walk *w, const struct api *api, const struct peer *p, struct buffer *out) {
    struct rib_route route;
    for (unsigned i = 0; i < ROUTES_A_STEP; i++) {
        if (!rib_walk_next(w, p, &w->at, &route))
            return false;
        rib_walk_put(w, api, p, &route, out);
    }
    return true;
}

static bool rib_walk_step(struct walk *walk, struct api *api, struct buffer *out) {
    struct rib_walk *w = (struct rib_walk *)walk;
    if (w->place == w->refs.count)
        return false;
    const struct peer *p = peer_refs_at(&w->refs, api, w->place);
    if (p && route_filter_peer(w->filter, p) && rib_walk_peer(w, api, p, out))
        return true;
    w->place++;
    w->at = 0;
    return true;
}

void command_show_rib(struct call *call) {
    bool json = call->json, extensive = false;
    struct route_filter *filter = route_filter_new(&call->words, &extensive, &json);
    if (!filter) {
        answer_refused(call);
        return;
    }
    struct rib_walk *w = memory_new(sizeof *w);
    *w = (struct rib_walk){
        .walk = {.step = rib_walk_step, .release = rib_walk_release},
        .filter = filter,
        .in = call->command->value,
        .extensive = extensive,
        .json = json,
        .refs = peer_refs_new(&call->targets),
    };
    walk_begin(call, &w->walk);
}
