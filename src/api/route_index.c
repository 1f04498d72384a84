/* Routes by index: `peer SEL routes list | add | remove` (api-commands.md 13.2).
 *
 * An index is hexadecimal of: AFI and SAFI, two digits each, twice; `disabled` or the path identifier; the NLRI. */
#include "api/private.h"
#include "api/route.h"
#include "api/show.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"

enum { FAMILY_DIGITS = 4 };
static const char no_path[] = "disabled";

static void put_index(struct buffer *b, const struct family *family, bool has_path, uint32_t path, struct cursor nlri) {
    uint8_t memory[32];
    struct buffer head = buffer_fixed(memory, sizeof memory);
    for (unsigned i = 0; i < 2; i++)
        put_format(&head, "%02x%02x", family->afi, family->safi);
    if (has_path)
        put_u32(&head, path);
    else
        put_string(&head, no_path);
    put_hex(b, buffer_cursor(&head));
    put_hex(b, nlri);
}

/* ---- What an index says ---- */

struct indexed {
    const struct family *family;
    bool has_path;
    uint32_t path;
    struct cursor nlri; /* in the buffer that it was read into */
};

static bool index_digits(struct cursor *from, uint16_t *afi, uint8_t *safi) {
    uint8_t octets[2];
    struct buffer b = buffer_fixed(octets, sizeof octets);
    struct cursor digits = cursor_cut(from, FAMILY_DIGITS);
    if (digits.bad || !hex_parse((struct text){(const char *)digits.p, FAMILY_DIGITS}, &b))
        return false;
    *afi = octets[0];
    *safi = octets[1];
    return true;
}

/* False: it names no route that there could be. */
static bool index_read(struct cursor from, struct indexed *out) {
    uint16_t afi[2];
    uint8_t safi[2];
    if (!index_digits(&from, &afi[0], &safi[0]) || !index_digits(&from, &afi[1], &safi[1]))
        return false;
    *out = (struct indexed){.family = family_of(afi[0], safi[0])};
    if (cursor_left(&from) > strlen(no_path) && memcmp(from.p, no_path, strlen(no_path)) == 0) {
        cursor_take(&from, strlen(no_path));
    } else {
        out->has_path = true;
        out->path = cursor_u32(&from);
    }
    struct cursor rest = from;
    return out->family && cursor_left(&from) && out->family->cut(&rest, &out->nlri) && cursor_done(&rest);
}

/* ---- One route as an answer ---- */

static void put_shown(struct buffer *b, const struct call *call, const struct rib_route *route, const struct peer *p) {
    struct attribute_set set = store_set(engine_store(call->api->engine), route->set);
    struct terms terms = peer_terms(p);
    struct ip next_hop = attributes_next_hop(set, &terms, route->family);
    struct shown_route shown = {
        .peer = p,
        .nlri = {.family = route->family, .octets = route->nlri, .has_path = route->has_path, .path = route->path},
        .set = set,
    };
    struct style style = {.form = call->api->answers, .terms = &terms};
    struct buffer text = buffer_growing();
    shown.nlri.next_hop = next_hop.len ? ip_cursor(&next_hop) : cursor_of(NULL, 0);
    put_route_words(&text, &shown, &style);
    put_json_string(b, buffer_text(&text));
    buffer_release(&text);
}

static void routes_refuse(struct call *call, const char *format, struct text what) {
    char why[512];
    struct buffer b = buffer_fixed(why, sizeof why - 1);
    put_format(&b, format, TEXT_ARGS(what));
    why[buffer_len(&b)] = 0;
    answer_why(call, "%s", why);
}

/* ---- list ---- */

struct listing {
    struct walk walk;
    struct call call; /* what is left of it */
    struct peer_refs refs;
    uint32_t place;
    uint64_t at;
    uint16_t afi;
    uint8_t safi; /* 0: any */
    bool began, any;
};

static void listing_release(struct walk *walk) {
    peer_refs_release(&((struct listing *)walk)->refs);
}

static void listing_put(struct listing *l, const struct peer *p, const struct rib_route *route, struct buffer *out) {
    if ((l->afi && l->afi != route->family->afi) || (l->safi && l->safi != route->family->safi))
        return;
    put_string(out, l->any ? ", {\"index\": \"" : "{\"index\": \"");
    put_index(out, route->family, route->has_path, route->path, route->nlri);
    put_literal(out, "\", \"route\": ");
    put_shown(out, &l->call, route, p);
    put_literal(out, ", \"neighbor\": ");
    put_json_string(out, peer_name(p));
    put_char(out, '}');
    l->any = true;
}

static bool listing_step(struct walk *walk, struct api *api, struct buffer *out) {
    struct listing *l = (struct listing *)walk;
    struct rib_route route;
    if (!l->began)
        put_char(out, '[');
    l->began = true;
    const struct peer *p = peer_refs_at(&l->refs, api, l->place);
    for (unsigned i = 0; i < ROUTES_A_STEP && p; i++) {
        if (!peer_route_next(p, &l->at, &route))
            p = NULL;
        else
            listing_put(l, p, &route, out);
    }
    if (p)
        return true;
    l->at = 0;
    if (++l->place < l->refs.count)
        return true;
    put_literal(out, "]\n");
    return false;
}

static void routes_list(struct call *call, struct text afi, struct text safi) {
    struct listing *l = memory_new(sizeof *l);
    const struct family *family = family_named(afi, safi);
    *l = (struct listing){
        .walk = {.step = listing_step, .release = listing_release, .one_line = true},
        .call = {.api = call->api, .client = call->client},
        .refs = peer_refs_new(&call->targets),
    };
    family_afi_named(afi, &l->afi);
    if (family)
        l->safi = family->safi;
    walk_begin(call, &l->walk);
}

/* ---- add, remove SPEC ---- */

struct indexing {
    struct call *call;
    struct buffer items;
    uint32_t count, set; /* set: of attributes, of the last route */
};

static bool indexing_may(void *context, const struct draft *draft) {
    struct indexing *x = context;
    return x->call->purpose == DRAFT_WITHDRAW || call_may_tell(x->call, draft);
}

static void indexing_take(void *context, const struct finished *route) {
    struct indexing *x = context;
    struct call *call = x->call;
    bool add = call->purpose == DRAFT_ANNOUNCE;
    uint32_t set = store_intern(engine_store(call->api->engine), route->named, route->raw);
    struct rib_route shown = {
        .family = route->family, .nlri = route->nlri, .has_path = route->has_path, .path = route->path, .set = set};
    call_tell_route(call, call->purpose, route, &x->set);
    put_string(&x->items, x->count++ ? ", " : "");
    if (add) {
        put_literal(&x->items, "{\"index\": \"");
        put_index(&x->items, route->family, route->has_path, route->path, route->nlri);
        put_literal(&x->items, "\", \"route\": ");
        put_shown(&x->items, call, &shown, call->targets.peers[0]);
        put_literal(&x->items, ", \"success\": true}");
    } else {
        put_literal(&x->items, "{\"removed\": true, \"route\": ");
        put_shown(&x->items, call, &shown, call->targets.peers[0]);
        put_literal(&x->items, ", \"index\": \"");
        put_index(&x->items, route->family, route->has_path, route->path, route->nlri);
        put_literal(&x->items, "\"}");
    }
    store_drop(engine_store(call->api->engine), set);
}

static void routes_change(struct call *call) {
    struct api *api = call->api;
    struct indexing x = {.call = call, .items = buffer_growing()};
    struct text type, spec = words_rest(&call->words);
    struct route_reader reader = {
        .purpose = call->purpose,
        .words = &call->words,
        .draft = &api->draft,
        .nlri = &api->nlri,
        .attributes = &api->attributes,
        .may = indexing_may,
        .take = indexing_take,
        .context = &x,
    };
    while (spec.len && spec.p[0] == ' ')
        spec = (struct text){spec.p + 1, spec.len - 1};
    words_next(&call->words, &type);
    reader.spec = spec_named(type);
    if (reader.spec == SPECS || !routes_read(&reader)) {
        call_log_refusal(call, call->line);
        call->complaint = (struct complaint){0};
        routes_refuse(call, "Could not parse route: %.*s", spec);
    } else {
        struct buffer *out = answer_out(call->client);
        put_string(out, x.count == 1 ? "" : "[");
        put_cursor(out, buffer_cursor(&x.items));
        put_string(out, x.count == 1 ? "\n" : "]\n");
        call_answer(call, true);
    }
    buffer_release(&x.items);
    store_drop(engine_store(api->engine), x.set);
}

/* ---- remove index HEX ---- */

static void routes_remove_index(struct call *call) {
    struct api *api = call->api;
    struct buffer octets = buffer_growing();
    struct text hex;
    struct indexed route;
    struct rib_route held;
    bool removed = false;
    words_next(&call->words, &hex);
    if (!hex.len || !hex_parse(hex, &octets)) {
        routes_refuse(call, "Invalid hex index: %.*s", hex);
    } else {
        bool known = index_read(buffer_cursor(&octets), &route);
        for (uint32_t i = 0; known && i < call->targets.count; i++) {
            struct peer *p = call->targets.peers[i];
            if (!peer_route_find(p, route.family, route.nlri, route.has_path, route.path, &held))
                continue;
            peer_withdraw(api->engine, p, route.family, route.nlri, route.has_path, route.path, api->now);
            removed = true;
        }
        struct buffer *out = answer_out(call->client);
        put_format(out, "{\"removed\": %s, \"index\": \"%.*s\"}\n", removed ? "true" : "false", TEXT_ARGS(hex));
        answer_done(api, call->client);
    }
    buffer_release(&octets);
}

/* ---- routes [AFI [SAFI]] ACTION ... ---- */

void command_routes(struct call *call) {
    struct text word = {"", 0}, family[2] = {{"", 0}, {"", 0}};
    unsigned count = 0;
    while (words_next(&call->words, &word) && !text_is(word, "list") && !text_is(word, "add") &&
           !text_is(word, "remove"))
        if (count < 2)
            family[count++] = word;
    if (!word.len) {
        answer_why(call, "routes requires action: list, add, or remove");
        return;
    }
    if (!call_matches(call))
        return;
    if (text_is(word, "list")) {
        routes_list(call, family[0], family[1]);
        return;
    }
    call_end_words(call);
    call->purpose = text_is(word, "add") ? DRAFT_ANNOUNCE : DRAFT_WITHDRAW;
    if (words_done(&call->words))
        answer_why(call, "%s",
                   call->purpose == DRAFT_ANNOUNCE ? "routes add requires route specification"
                                                   : "routes remove requires route spec or index");
    else if (call->purpose == DRAFT_WITHDRAW && words_accept(&call->words, "index"))
        routes_remove_index(call);
    else
        routes_change(call);
}
