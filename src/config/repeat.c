/* The short way of static routes: lists of a hundred thousand of them mostly say the same of each.
 *
 * What follows the prefix is looked up as it is written; what it means is kept as draft_tail() gives it. Whatever is
 * out of the ordinary (a quote, a word not seen before, a prefix that is wrong) is left to the long way, which says so.
 */
#include "config/repeat.h"

#include "base/hash.h"
#include "base/memory.h"

enum { REPEATS = 8192, REPEAT_MOST = 4096 };

struct repeat {
    struct text tail; /* borrowed from the text; empty: none */
    struct draft_tail nlri;
    bool self;
    struct listed_route route; /* all but family and NLRI; attributes in the parser's scratch memory */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* `route PREFIX TAIL` taken apart. */
static bool repeat_cut(struct text line, struct text *prefix, struct text *tail) {
    static const char keyword[] = "route";
    const char *p = line.p + sizeof keyword - 1, *end = text_end(line);
    if (line.len < sizeof keyword || memcmp(line.p, keyword, sizeof keyword - 1) != 0 || !is_blank(*p))
        return false;
    while (p < end && is_blank(*p))
        p++;
    prefix->p = p;
    while (p < end && !is_blank(*p) && *p != '[' && *p != ']' && *p != ',')
        p++;
    prefix->len = (size_t)(p - prefix->p);
    *tail = (struct text){p, (size_t)(end - p)};
    return tail->len && is_blank(*p) && tail->len <= REPEAT_MOST;
}

static struct repeat *repeat_slot(struct parser *p, struct text tail) {
    if (!p->repeats)
        p->repeats = memory_new(REPEATS * sizeof *p->repeats);
    return &p->repeats[hash_octets(tail.p, tail.len, 0) % REPEATS];
}

static void repeat_add(struct parser *p, const struct repeat *r, const struct family *f) {
    struct listed_route route = r->route;
    route.family = f;
    route.nlri = buffer_cursor(&p->nlri);
    source_route(p->source, &route, r->self, p->at);
}

void routes_repeat(struct parser *p) {
    struct text line, prefix, tail;
    p->repeat_tail.len = 0;
    while (lexer_peek(&p->lexer, &line) && repeat_cut(line, &prefix, &tail)) {
        const struct repeat *r = repeat_slot(p, tail);
        const struct family *f;
        buffer_clear(&p->nlri);
        if (!text_same(r->tail, tail) || !draft_tail_nlri(&r->nlri, prefix, &p->nlri, &f)) {
            p->repeat_tail = tail;
            return;
        }
        p->at = (struct place){p->lexer.line, (uint32_t)(line.p - p->lexer.line_start) + 1};
        repeat_add(p, r, f);
        lexer_take(&p->lexer, line);
    }
}

static struct cursor kept(struct parser *p, struct cursor octets) {
    struct text copy = arena_text(&p->scratch, (struct text){(const char *)octets.p, cursor_left(&octets)});
    return cursor_of(copy.p, copy.len);
}

void routes_learn(struct parser *p, const struct listed_route *route) {
    struct draft_tail nlri;
    if (p->repeat_tail.len == 0 || !draft_tail(&p->draft, &nlri))
        return;
    struct repeat *r = repeat_slot(p, p->repeat_tail);
    *r = (struct repeat){.tail = p->repeat_tail, .nlri = nlri, .self = p->draft.next_hop_self, .route = *route};
    r->route.attributes.named = kept(p, route->attributes.named);
    r->route.attributes.raw = kept(p, route->attributes.raw);
    p->repeat_tail.len = 0;
}
