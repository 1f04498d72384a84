/* Routes of recorded tables: each becomes the UPDATE that would announce it, and that becomes a line.
 *
 * A table has a million prefixes and far fewer sets of attributes, and all that changes in a line from one prefix to
 * the next is the prefix. So the text around it is kept, in a memo of fixed size that is asked by the attributes as
 * recorded; what is there is compared octet for octet. */
#include "base/hash.h"
#include "base/memory.h"
#include "library/capture.h"

enum {
    MEMO_KEY_MOST = 1024,  /* longer attributes are not kept */
    MEMO_TEXT_MOST = 8192, /* nor a longer line */
};

static const char memo_after[] = " ] } } } } }\n";

/* ---- The UPDATE ---- */

/* The next hop alone: of a whole MP_REACH_NLRI, or of the short form of tables. */
static bool route_next_hop(struct cursor value, struct cursor *next_hop) {
    if (cursor_left(&value) != (size_t)1 + *value.p)
        cursor_cut(&value, 3);
    *next_hop = cursor_cut(&value, cursor_u8(&value));
    return !value.bad;
}

static void put_route_reach(struct buffer *b, const struct capture_event *e, struct cursor next_hop) {
    struct buffer *value = b;
    put_u8(b, ATTRIBUTE_OPTIONAL | ATTRIBUTE_EXTENDED);
    put_u8(b, ATTRIBUTE_MP_REACH);
    size_t hole = put_hole16(b);
    put_u16(value, e->family->afi);
    put_u8(value, e->family->safi);
    put_u8(value, (uint8_t)cursor_left(&next_hop));
    put_cursor(value, next_hop);
    put_u8(value, 0);
    if (e->has_path)
        put_u32(value, e->path);
    put_cursor(value, e->nlri);
    fill_hole16(b, hole);
}

/* A classic prefix goes behind the attributes, unless its next hop is one of MP_REACH (RFC 8950). */
static bool put_route(struct buffer *b, const struct capture_event *e) {
    struct cursor from = e->attributes, next_hop = cursor_of("", 0);
    struct attribute a;
    bool classic = e->family->flags & FAMILY_CLASSIC;
    buffer_clear(b);
    put_u16(b, 0);
    size_t hole = put_hole16(b);
    for (struct cursor before = from; attribute_next(&from, &a); before = from)
        if (a.code == ATTRIBUTE_MP_REACH) {
            if (cursor_done(&a.value) || !route_next_hop(a.value, &next_hop))
                return false;
            classic = false;
        } else if (a.code != ATTRIBUTE_MP_UNREACH) {
            put_octets(b, before.p, (size_t)(from.p - before.p));
        }
    if (!classic)
        put_route_reach(b, e, next_hop);
    fill_hole16(b, hole);
    if (classic && e->has_path)
        put_u32(b, e->path);
    if (classic)
        put_cursor(b, e->nlri);
    bool good = !from.bad && !b->full;
    b->full = false;
    return good;
}

static bool route_open(struct yottabgp_capture *c, const struct capture_event *e) {
    struct fault fault;
    const char *what = "the attributes of a route are cut, or too long for a message";
    c->terms = *e->terms;
    c->terms.add_path_receive = e->has_path ? c->terms.families : 0;
    if (put_route(&c->body, e)) {
        if (update_open_as_said(c->update, buffer_cursor(&c->body), &c->terms, &fault))
            return true;
        what = fault.message;
    }
    capture_fails(c, e->offset, what);
    return false;
}

static void route_show(struct yottabgp_capture *c, const struct capture_event *e) {
    struct cursor body = buffer_cursor(&c->body);
    const struct session_event event = {.kind = SESSION_EVENT_MESSAGE,
                                        .message = {.type = MESSAGE_UPDATE, .whole = body, .body = body},
                                        .update = c->update,
                                        .terms = &c->terms};
    capture_show(c, e, &event);
}

/* ---- The memo ---- */

static bool memo_fits(const struct yottabgp_capture *c, const struct capture_event *e) {
    return !c->how.command && e->family->flags & FAMILY_PLAIN && cursor_left(&e->attributes) <= MEMO_KEY_MOST;
}

static struct route_memo *memo_of(struct yottabgp_capture *c, const struct capture_event *e, uint64_t *hash) {
    if (!c->memo)
        c->memo = memory_new(ROUTE_MEMO * sizeof *c->memo);
    *hash = hash_cursor(e->attributes, e->peer);
    return &c->memo[*hash % ROUTE_MEMO];
}

static bool memo_is(const struct route_memo *m, const struct capture_event *e, uint64_t hash) {
    return m->hash == hash && m->key_len == cursor_left(&e->attributes) && m->peer == e->peer &&
           m->family == e->family && m->has_path == e->has_path && memcmp(m->memory, e->attributes.p, m->key_len) == 0;
}

static void put_prefix_of(struct yottabgp_capture *c, const struct capture_event *e, struct buffer *b) {
    const struct nlri nlri = {
        .family = e->family, .octets = e->nlri, .has_path = e->has_path, .announced = true, .path = e->path};
    const struct style style = {.form = c->settings.form, .compact = c->settings.compact, .terms = e->terms};
    e->family->json(&nlri, &style, b);
}

/* Keeps the line that begins at `start` of the output, if the prefix stands in it once, where it should. */
static void memo_keep(struct yottabgp_capture *c, struct route_memo *m, const struct capture_event *e, uint64_t hash,
                      size_t start) {
    struct text line = buffer_text(&c->out);
    line.p += start;
    line.len -= start;
    size_t from = buffer_len(&c->out), after = sizeof memo_after - 1, key = cursor_left(&e->attributes);
    put_prefix_of(c, e, &c->out);
    line.p = (const char *)c->out.base + start;
    struct text prefix = {(const char *)c->out.base + from, buffer_len(&c->out) - from};
    const char *at = memmem(line.p, line.len, prefix.p, prefix.len);
    bool good = at && line.len <= MEMO_TEXT_MOST && at + prefix.len + after == line.p + line.len &&
                memcmp(at + prefix.len, memo_after, after) == 0;
    buffer_cut(&c->out, from);
    m->key_len = SIZE_MAX;
    if (!good)
        return;
    size_t before = (size_t)(at - line.p), size = key + before;
    if (m->room < size) {
        m->memory = memory_resize(m->memory, size);
        m->room = size;
    }
    memcpy(m->memory, e->attributes.p, key);
    memcpy(m->memory + key, line.p, before);
    m->hash = hash;
    m->peer = e->peer;
    m->family = e->family;
    m->has_path = e->has_path;
    m->key_len = key;
    m->before_len = before;
}

void capture_memo_free(struct yottabgp_capture *c) {
    for (size_t i = 0; c->memo && i < ROUTE_MEMO; i++)
        free(c->memo[i].memory);
    free(c->memo);
}

/* ---- A route ---- */

static void route_from_memo(struct yottabgp_capture *c, const struct route_memo *m, const struct capture_event *e) {
    api_recorded_head(c->lines, &c->out, e->time, ++c->counter);
    put_octets(&c->out, m->memory + m->key_len, m->before_len);
    put_prefix_of(c, e, &c->out);
    put_literal(&c->out, " ] } } } } }\n");
}

void capture_show_route(struct yottabgp_capture *c, const struct capture_event *e) {
    uint64_t hash = 0;
    struct route_memo *m = memo_fits(c, e) ? memo_of(c, e, &hash) : NULL;
    if (m && memo_is(m, e, hash)) {
        route_from_memo(c, m, e);
        return;
    }
    if (!route_open(c, e))
        return;
    size_t start = buffer_len(&c->out);
    route_show(c, e);
    if (!m)
        return;
    /* The head has the time and a number: the memo begins behind it. */
    struct buffer head = buffer_growing();
    api_recorded_head(c->lines, &head, e->time, c->counter);
    memo_keep(c, m, e, hash, start + buffer_len(&head));
    buffer_release(&head);
}
