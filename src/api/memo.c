/* The short way of a line: `announce route PREFIX TAIL`, with whatever selector stands before it.
 *
 * A helper that announces a million prefixes says the same words before each of them, and mostly the same after it.
 * What stands before (the head) was resolved to peers, what stands after (the tail) to an interned set of attributes
 * and to all of the NLRI but the prefix, when such a line was read the long way: announce.c teaches. A line whose head
 * and tail are known costs a comparison of each, a prefix, and the RIB. Whatever is not known, or not as expected, is
 * read the long way, for its effect or its complaint.
 *
 * Tails are known in two ways. Most are plain: they say attributes, and nothing of the NLRI. Those are known by their
 * hash (spoken.h), as many as there are sets. The others are kept as they are, some thousands. */
#include "api/lease.h"
#include "api/spoken.h"
#include "base/hash.h"
#include "base/memory.h"

enum {
    HEADS = 64, /* of a client */
    HEAD_MOST = 128,
    RECENT = 4, /* heads that are compared before one is looked for */
    BUCKETS = 2048,
    WAYS = 4,
    TAIL_MOST = 1024,
    NLRI_MOST = 128,
};

struct head {
    uint64_t generation; /* of the API when the peers were found; 0: an empty place */
    const struct command *command;
    struct peer **peers; /* owned */
    uint32_t count;
    uint8_t kind; /* enum draft_purpose */
    uint8_t len;
    char text[HEAD_MOST];
};

struct heads {
    struct head *recent[RECENT]; /* the newest first */
    struct head at[HEADS];
};

struct tail {
    char *text; /* owned */
    uint32_t len, room;
    uint32_t set; /* of attributes; a reference is held. 0: a withdraw */
    uint8_t kind;
    bool special;     /* one of the next two is there */
    bool self;        /* `next-hop self` */
    struct held held; /* `ttl` and `owner` */
    struct draft_tail nlri;
};

/* Tails that hash to the same place. */
struct bucket {
    uint32_t tags[WAYS]; /* of hashes; 0: empty */
    uint8_t next;        /* the place that the next one takes */
    struct tail tails[WAYS];
};

/* What a plain tail makes of a prefix. */
struct plain {
    const struct family *family[2]; /* as in struct draft_tail */
};

struct tails {
    struct tail *last;
    struct tail spoken;                /* the one that was known last by its hash */
    struct spoken *plain;              /* owned; the note is a place in `plains` */
    struct plain plains[SPOKEN_NOTES]; /* from 1 */
    unsigned plain_count;
    struct bucket at[BUCKETS];
};

static uint32_t tail_tag(uint64_t hash) {
    return (uint32_t)(hash >> 32) | 1;
}

void heads_free(struct heads *h) {
    for (size_t i = 0; h && i < HEADS; i++)
        free(h->at[i].peers);
    free(h);
}

static struct tails *tails_new(struct attribute_store *store) {
    struct tails *tails = memory_new(sizeof *tails);
    tails->plain = spoken_new(store);
    return tails;
}

/* The sets are the engine's, and go with it. */
void tails_free(struct tails *t) {
    if (t) {
        spoken_free(t->plain);
        free(t->spoken.text);
    }
    for (size_t i = 0; t && i < BUCKETS; i++)
        for (unsigned j = 0; j < WAYS; j++)
            free(t->at[i].tails[j].text);
    free(t);
}

size_t tails_memory(const struct tails *t) {
    if (!t)
        return 0;
    size_t memory = sizeof *t + t->spoken.room + spoken_memory(t->plain);
    for (size_t i = 0; i < BUCKETS; i++)
        for (unsigned j = 0; j < WAYS; j++)
            memory += t->at[i].tails[j].room;
    return memory;
}

/* ---- Looking ---- */

static bool head_starts(const struct head *h, const struct api *api, struct text line) {
    return h && h->generation == api->generation && line.len > h->len && memcmp(line.p, h->text, h->len) == 0;
}

static struct head *head_place(struct heads *heads, struct text text) {
    return &heads->at[hash_octets(text.p, text.len, 0) % HEADS];
}

static void head_recall(struct heads *heads, struct head *h) {
    if (heads->recent[0] == h)
        return;
    memmove(heads->recent + 1, heads->recent, (RECENT - 1) * sizeof heads->recent[0]);
    heads->recent[0] = h;
}

/* The head that a line starts with; helpers with many neighbors have many. */
static const struct head *head_find(struct heads *heads, const struct api *api, struct text line) {
    for (unsigned i = 0; i < RECENT; i++)
        if (head_starts(heads->recent[i], api, line))
            return heads->recent[i];
    const char *route = memmem(line.p, line.len < HEAD_MOST ? line.len : HEAD_MOST, "route ", 6);
    if (!route)
        return NULL;
    struct head *h = head_place(heads, (struct text){line.p, (size_t)(route + 6 - line.p)});
    if (!head_starts(h, api, line))
        return NULL;
    head_recall(heads, h);
    return h;
}

static bool tail_is(const struct tail *t, uint8_t kind, struct text text) {
    return t->len == text.len && t->kind == kind && memcmp(t->text, text.p, text.len) == 0;
}

static struct spoken_words tail_words(const struct attribute_store *store, uint8_t kind, struct text text) {
    return spoken_words(text.p, text.len, store->seed + kind);
}

static void tail_take_text(struct tail *t, struct text text) {
    if (!t->text || t->room < text.len) {
        t->room = (uint32_t)text.len + 16;
        t->text = memory_resize(t->text, t->room);
    }
    memcpy(t->text, text.p, text.len);
    t->len = (uint32_t)text.len;
}

static void tail_take_set(struct tail *t, struct attribute_store *store, uint32_t set) {
    if (set)
        store_keep(store, set);
    store_drop(store, t->set);
    t->set = set;
}

/* A plain tail becomes the one that was known last. */
static struct tail *tail_recall(struct tails *tails, struct attribute_store *store, uint8_t kind, struct text text) {
    struct tail *t = &tails->spoken;
    uint32_t set;
    unsigned note = spoken_find(tails->plain, tail_words(store, kind, text), &set);
    if (!note)
        return NULL;
    tail_take_text(t, text);
    tail_take_set(t, store, set);
    t->kind = kind;
    memcpy(t->nlri.family, tails->plains[note].family, sizeof t->nlri.family);
    return tails->last = t;
}

static struct tail *tail_find(struct tails *tails, struct attribute_store *store, uint8_t kind, struct text text) {
    if (tails->last && tail_is(tails->last, kind, text))
        return tails->last;
    struct tail *plain = tail_recall(tails, store, kind, text);
    if (plain)
        return plain;
    uint64_t hash = hash_octets(text.p, text.len, kind);
    struct bucket *bucket = &tails->at[hash % BUCKETS];
    for (unsigned i = 0; i < WAYS; i++)
        if (bucket->tags[i] == tail_tag(hash) && tail_is(&bucket->tails[i], kind, text))
            return tails->last = &bucket->tails[i];
    return NULL;
}

/* Up to three digits of a number up to 255, without a zero before it; NULL: something else. */
static inline const char *octet_read(const char *p, unsigned *out) {
    unsigned n = (unsigned)(p[0] - '0'), digit = (unsigned)(p[1] - '0');
    if (n > 9)
        return NULL;
    *out = n;
    if (digit > 9)
        return p + 1;
    if (n == 0)
        return NULL;
    *out = n = n * 10 + digit;
    digit = (unsigned)(p[2] - '0');
    if (digit > 9)
        return p + 2;
    *out = n = n * 10 + digit;
    return n <= 255 ? p + 3 : NULL;
}

/* A.B.C.D/LEN in the plainest spelling, without host bits, and a blank or the end (0) behind it: what nearly all lines
 * have. Anything else is not said to be wrong here, it only takes longer. */
static inline const char *prefix_read(const char *p, uint32_t *ip, unsigned *bits) {
    unsigned a, b, c, d, n;
    if (!(p = octet_read(p, &a)) || *p++ != '.' || !(p = octet_read(p, &b)) || *p++ != '.')
        return NULL;
    if (!(p = octet_read(p, &c)) || *p++ != '.' || !(p = octet_read(p, &d)) || *p++ != '/')
        return NULL;
    if (!(p = octet_read(p, &n)) || n > 32 || (*p != ' ' && *p))
        return NULL;
    *ip = a << 24 | b << 16 | c << 8 | d;
    *bits = n;
    return ((uint64_t)*ip << n & UINT32_MAX) == 0 ? p : NULL;
}

/* A line between its head and its tail. */
struct middle {
    const char *start, *end;
    bool plain; /* ip and bits are it */
    uint32_t ip;
    unsigned bits;
};

enum { PREFIX_MOST = 24 }; /* longer than any that prefix_read() takes, and what it looks at behind it */

static struct middle middle_read(const char *start, const char *end) {
    struct middle m = {.start = start, .end = start};
    char copy[PREFIX_MOST] = "";
    const char *from = start, *blank;
    if (end - start < PREFIX_MOST) {
        memcpy(copy, start, (size_t)(end - start));
        from = copy;
    }
    blank = prefix_read(from, &m.ip, &m.bits);
    m.plain = blank != NULL;
    if (blank)
        m.end = start + (blank - from);
    else
        while (m.end < end && *m.end != ' ')
            m.end++;
    return m;
}

/* The NLRI of the middle with what the tail says; false: it is none. */
static bool middle_finish(const struct middle *m, const struct tail *t, struct buffer *nlri,
                          const struct family **family) {
    if (!m->plain || t->nlri.len)
        return draft_tail_nlri(&t->nlri, (struct text){m->start, (size_t)(m->end - m->start)}, nlri, family);
    *family = t->nlri.family[0];
    nlri->p[0] = (uint8_t)m->bits;
    poke_u32(nlri->p + 1, m->ip);
    nlri->p += 1 + prefix_octets(m->bits);
    return true;
}

/* False: the line is to be read the long way for a complaint. */
__attribute__((noinline)) static bool head_may(const struct head *h, const struct tail *t,
                                               const struct family *family) {
    for (uint32_t i = 0; t->self && t->set && i < h->count; i++)
        if (!peer_has_self(h->peers[i], family))
            return false;
    return true;
}

static void head_apply(const struct head *h, struct api *api, const struct tail *t, const struct family *family,
                       struct cursor nlri) {
    if (t->set)
        engine_announce(api->engine, h->peers, h->count, family, nlri, t->nlri.has_path, t->nlri.path, t->set,
                        api->now);
    else
        engine_withdraw(api->engine, h->peers, h->count, family, nlri, t->nlri.has_path, t->nlri.path, api->now);
}

/* Somebody may hold the route: rare, and out of the way of the rest. */
__attribute__((noinline)) static void head_hold(const struct head *h, struct api *api, struct client *c,
                                                const struct tail *t, const struct family *family, struct cursor nlri) {
    const struct targets targets = {h->peers, h->count};
    const struct finished route = {.family = family, .nlri = nlri, .has_path = t->nlri.has_path, .path = t->nlri.path};
    struct held held = {0, 0};
    if (t->set)
        held = client_own(api, c, t->held);
    if (held.owner || api->leased)
        lease_told(api, c, &targets, &route, held);
}

bool memo_run(struct api *api, struct client *c, struct text line) {
    if (!c->heads || c->sync || c->collects || !api->tails)
        return false;
    const struct head *h = head_find(c->heads, api, line);
    if (!h)
        return false;
    const char *end = text_end(line);
    struct middle m = middle_read(line.p + h->len, end);
    const struct tail *t =
        tail_find(api->tails, engine_store(api->engine), h->kind, (struct text){m.end, (size_t)(end - m.end)});
    uint8_t memory[NLRI_MOST];
    struct buffer nlri = buffer_fixed(memory, sizeof memory);
    const struct family *family;
    if (!t || !middle_finish(&m, t, &nlri, &family) || (t->special && !head_may(h, t, family)))
        return false;
    head_apply(h, api, t, family, buffer_cursor(&nlri));
    if (t->special || api->leased)
        head_hold(h, api, c, t, family, buffer_cursor(&nlri));
    answer_plain_done(api, c);
    return true;
}

bool memo_resolve(struct call *call) {
    const struct head *h = call->client->heads ? head_find(call->client->heads, call->api, call->line) : NULL;
    if (!h)
        return false;
    call->command = h->command;
    call->targets = (struct targets){h->peers, h->count};
    call->words.p += h->len;
    return true;
}

/* ---- Learning ---- */

static void head_learn(const struct call *call, uint8_t kind, struct text text) {
    struct client *c = call->client;
    if (!c->heads)
        c->heads = memory_new(sizeof *c->heads);
    struct head *h = head_place(c->heads, text);
    if (h->len == text.len && head_starts(h, call->api, call->line))
        return;
    free(h->peers);
    *h = (struct head){
        .generation = call->api->generation, .command = call->command, .kind = kind, .len = (uint8_t)text.len};
    memcpy(h->text, text.p, text.len);
    h->count = call->targets.count;
    h->peers = memory_new(h->count * sizeof(struct peer *) + 1);
    memcpy(h->peers, call->targets.peers, h->count * sizeof(struct peer *));
    head_recall(c->heads, h);
}

/* The note for plain tails of these families, 0: there are too many of them. */
static unsigned tails_note(struct tails *tails, const struct draft_tail *nlri) {
    for (unsigned i = 1; i <= tails->plain_count; i++)
        if (memcmp(tails->plains[i].family, nlri->family, sizeof nlri->family) == 0)
            return i;
    if (tails->plain_count + 1 == SPOKEN_NOTES)
        return 0;
    memcpy(tails->plains[++tails->plain_count].family, nlri->family, sizeof nlri->family);
    return tails->plain_count;
}

/* Does the tail say nothing but attributes? Then it is learnt here. */
static bool tail_learn_plain(struct api *api, const struct call *call, struct text text, uint32_t set,
                             const struct draft_tail *nlri) {
    struct attribute_store *store = engine_store(api->engine);
    if (nlri->has_path || nlri->len || api->draft.next_hop_self || call->held.ttl || call->held.owner)
        return false;
    unsigned note = tails_note(api->tails, nlri);
    if (note)
        spoken_learn(api->tails->plain, tail_words(store, (uint8_t)call->purpose, text), set, note);
    return note != 0;
}

static void tail_learn(struct api *api, const struct call *call, struct text text, uint32_t set,
                       const struct draft_tail *nlri) {
    uint8_t kind = (uint8_t)call->purpose;
    if (tail_learn_plain(api, call, text, set, nlri))
        return;
    uint64_t hash = hash_octets(text.p, text.len, kind);
    struct bucket *bucket = &api->tails->at[hash % BUCKETS];
    struct tail *t = &bucket->tails[bucket->next];
    bucket->tags[bucket->next] = tail_tag(hash);
    bucket->next = (uint8_t)((bucket->next + 1) % WAYS);
    tail_take_text(t, text);
    tail_take_set(t, engine_store(api->engine), set);
    *t = (struct tail){.text = t->text,
                       .len = (uint32_t)text.len,
                       .room = t->room,
                       .set = set,
                       .kind = kind,
                       .special = api->draft.next_hop_self || call->held.ttl || call->held.owner,
                       .self = api->draft.next_hop_self,
                       .held = call->held,
                       .nlri = *nlri};
    api->tails->last = t;
}

void memo_learn(const struct call *call, struct text prefix, uint32_t set) {
    struct draft_tail nlri;
    struct text line = call->line;
    struct text head = {line.p, (size_t)(prefix.p - line.p)};
    struct text tail = {prefix.p + prefix.len, (size_t)(line.p + line.len - prefix.p) - prefix.len};
    uint8_t kind = (uint8_t)call->purpose;
    if (call->ends_cut || head.len >= HEAD_MOST || head.len < 2 || head.p[head.len - 1] != ' ' ||
        tail.len > TAIL_MOST || call->api->full || !draft_tail(&call->api->draft, &nlri))
        return;
    head_learn(call, kind, head);
    if (!call->api->tails)
        call->api->tails = tails_new(engine_store(call->api->engine));
    tail_learn(call->api, call, tail, set, &nlri);
}

/* All of it: it is learned again when it comes again. */
void api_forget(struct api *api) {
    struct tails *tails = api->tails;
    struct attribute_store *store = engine_store(api->engine);
    if (!tails)
        return;
    store_drop(store, tails->spoken.set);
    for (size_t i = 0; i < BUCKETS; i++)
        for (unsigned j = 0; j < WAYS; j++)
            store_drop(store, tails->at[i].tails[j].set);
    tails_free(tails);
    api->tails = NULL;
}

void tails_forget_owners(struct api *api) {
    for (size_t i = 0; api->tails && i < BUCKETS; i++)
        for (unsigned j = 0; j < WAYS; j++) {
            struct tail *t = &api->tails->at[i].tails[j];
            if (!t->held.owner)
                continue;
            t->len = 0; /* no line has this tail: a line's is empty, or begins with a blank */
            t->kind = UINT8_MAX;
        }
}
