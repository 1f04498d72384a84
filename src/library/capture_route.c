/* Routes of recorded tables: each becomes the UPDATE that would announce it, and that becomes a line.
 *
 * A table has a million prefixes and far fewer sets of attributes, and all that changes in a line from one prefix to
 * the next is the prefix. So the text around it is kept, in a memo of fixed size that is asked by the attributes as
 * recorded; what is there is compared octet for octet. */
#include "base/hash.h"
#include "base/memory.h"
#include "library/capture.h"

enum {
    MEMO_CELL = 640,         /* octets of one: what does not fit is made each time */
    MEMO_SIZE_FIRST = 1024,  /* how many there are, at first and ... */
    MEMO_SIZE_MOST = 1 << 17 /* ... once that many sets of attributes were met: 80 MiB */
};

/* Hash, key and text of one in one piece: a table is larger than any cache, and each look at it another wait. */
struct route_memo {
    uint64_t hash;
    uint32_t peer;
    uint16_t key_len, before_len; /* attributes as recorded, then the line from behind its head to the prefix */
    uint8_t family;
    bool has_path, used;
    uint8_t octets[MEMO_CELL - 19];
};

static const char memo_after[] = " ] } } } } } }\n";

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
    return !c->how.command && e->family->flags & FAMILY_PLAIN && cursor_left(&e->attributes) < MEMO_CELL / 2;
}

/* A small table for small files: it gets larger, and is empty then, when it is too small. */
static void memo_grow(struct yottabgp_capture *c) {
    capture_memo_free(c);
    c->memo_size = c->memo_size ? 8 * c->memo_size : MEMO_SIZE_FIRST;
    if (c->memo_size > MEMO_SIZE_MOST)
        c->memo_size = MEMO_SIZE_MOST;
    c->memo = memory_large(c->memo_size * sizeof *c->memo);
    c->memo_missed = 0;
}

static struct route_memo *memo_of(struct yottabgp_capture *c, const struct capture_event *e, uint64_t *hash) {
    if (c->memo_missed >= 2 * c->memo_size && c->memo_size < MEMO_SIZE_MOST)
        memo_grow(c);
    *hash = hash_cursor(e->attributes, e->peer);
    return &c->memo[*hash % c->memo_size];
}

static bool memo_is(const struct route_memo *m, const struct capture_event *e, uint64_t hash) {
    return m->hash == hash && m->used && m->key_len == cursor_left(&e->attributes) && m->peer == e->peer &&
           m->family == e->family->index && m->has_path == e->has_path &&
           memcmp(m->octets, e->attributes.p, m->key_len) == 0;
}

static void put_prefix_of(struct yottabgp_capture *c, const struct capture_event *e, struct buffer *b) {
    const struct nlri nlri = {
        .family = e->family, .octets = e->nlri, .has_path = e->has_path, .announced = true, .path = e->path};
    const struct style style = {.form = c->settings.form, .compact = c->settings.compact, .terms = e->terms};
    e->family->json(&nlri, &style, b);
}

/* Keeps the line from behind its head, if it ends with the prefix as it should. Two next hops have the prefix twice. */
static void memo_keep(struct yottabgp_capture *c, struct route_memo *m, const struct capture_event *e, uint64_t hash) {
    const size_t len = buffer_len(&c->out), after = sizeof memo_after - 1, key = cursor_left(&e->attributes);
    const struct update_reach *reach = &c->update->reach;
    put_prefix_of(c, e, &c->out);
    const size_t prefix = buffer_len(&c->out) - len;
    const uint8_t *line = c->out.base + c->behind;
    buffer_cut(&c->out, len);
    m->used = false;
    c->memo_missed++;
    if (len - c->behind < prefix + after || cursor_left(&reach->next_hop) == 32)
        return;
    const size_t before = len - c->behind - prefix - after;
    if (key + before > sizeof m->octets || memcmp(line + before, c->out.base + len, prefix) != 0 ||
        memcmp(line + before + prefix, memo_after, after) != 0)
        return;
    memcpy(m->octets, e->attributes.p, key);
    memcpy(m->octets + key, line, before);
    m->hash = hash;
    m->peer = e->peer;
    m->family = e->family->index;
    m->has_path = e->has_path;
    m->used = true;
    m->key_len = (uint16_t)key;
    m->before_len = (uint16_t)before;
}

void capture_memo_free(struct yottabgp_capture *c) {
    if (c->memo)
        memory_large_free(c->memo, c->memo_size * sizeof *c->memo);
}

/* ---- A route ---- */

static void route_from_memo(struct yottabgp_capture *c, const struct route_memo *m, const struct capture_event *e) {
    api_recorded_head(c->lines, &c->out, e->time, ++c->counter);
    put_octets(&c->out, m->octets + m->key_len, m->before_len);
    put_prefix_of(c, e, &c->out);
    put_octets(&c->out, memo_after, sizeof memo_after - 1);
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
    route_show(c, e);
    if (m)
        memo_keep(c, m, e, hash);
}
