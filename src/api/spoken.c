/* Buckets of one cache line. They double when there are more sets than they have room for; what was in the old ones is
 * taken over when it is asked for, so that nobody waits for the move. */
#include "api/spoken.h"

#include "base/memory.h"

enum {
    WAYS = 4,
    BUCKETS_FIRST = 1 << 10,
    BUCKETS_MOST = 1 << 18,
    KEPT = 4096,
    NOTE_BITS = 4,
    SET_MOST = UINT32_MAX >> NOTE_BITS,
};

struct place {
    uint64_t tag;
    uint32_t what; /* the set, and the note in the lowest bits; 0: nothing here */
    uint32_t birth;
};

struct bucket {
    struct place ways[WAYS];
};

struct buckets {
    struct bucket *at; /* owned */
    uint32_t count;    /* a power of two */
};

struct spoken {
    struct attribute_store *store; /* borrowed */
    struct buckets now, old;
    uint32_t learnt; /* ever, modulo 2^32 */
    uint32_t kept[KEPT];
};

static struct buckets buckets_new(uint32_t count) {
    return (struct buckets){memory_large(count * sizeof(struct bucket)), count};
}

static size_t buckets_size(const struct buckets *b) {
    return b->count * sizeof(struct bucket);
}

struct spoken *spoken_new(struct attribute_store *store) {
    struct spoken *s = memory_new(sizeof *s);
    s->store = store;
    s->now = buckets_new(BUCKETS_FIRST);
    return s;
}

void spoken_free(struct spoken *s) {
    if (!s)
        return;
    memory_large_free(s->now.at, buckets_size(&s->now));
    memory_large_free(s->old.at, buckets_size(&s->old));
    free(s);
}

size_t spoken_memory(const struct spoken *s) {
    return sizeof *s + buckets_size(&s->now) + buckets_size(&s->old);
}

static struct bucket *bucket_of(const struct buckets *b, uint64_t place) {
    return &b->at[place & (b->count - 1)];
}

static struct place *bucket_find(struct bucket *b, uint64_t tag) {
    for (unsigned i = 0; i < WAYS; i++)
        if (b->ways[i].tag == tag && b->ways[i].what)
            return &b->ways[i];
    return NULL;
}

static bool place_is_good(const struct place *p, const struct attribute_store *store) {
    uint32_t set = p->what >> NOTE_BITS;
    return !set || store_lives(store, set, p->birth);
}

/* An empty place, or else any. */
static void bucket_put(struct bucket *b, const struct place *new) {
    struct place *to = &b->ways[new->tag % WAYS];
    for (unsigned i = 0; i < WAYS && to->what; i++)
        if (!b->ways[i].what)
            to = &b->ways[i];
    *to = *new;
}

unsigned spoken_find(struct spoken *s, struct spoken_words words, uint32_t *set) {
    const struct place *found = bucket_find(bucket_of(&s->now, words.place), words.tag);
    if (!found && s->old.at) {
        found = bucket_find(bucket_of(&s->old, words.place), words.tag);
        if (found)
            bucket_put(bucket_of(&s->now, words.place), found);
    }
    if (!found || !place_is_good(found, s->store))
        return 0;
    *set = found->what >> NOTE_BITS;
    return found->what % SPOKEN_NOTES;
}

static void spoken_grow(struct spoken *s) {
    memory_large_free(s->old.at, buckets_size(&s->old));
    s->old = s->now;
    s->now = buckets_new(s->old.count * 2);
}

void spoken_learn(struct spoken *s, struct spoken_words words, uint32_t set, unsigned note) {
    if (set > SET_MOST)
        return;
    if (s->store->count / WAYS > s->now.count / 4 * 3 && s->now.count < BUCKETS_MOST)
        spoken_grow(s);
    struct bucket *bucket = bucket_of(&s->now, words.place);
    struct place *known = bucket_find(bucket, words.tag);
    const struct place new = {words.tag, set << NOTE_BITS | note, set ? store_birth(s->store, set) : 0};
    if (known)
        *known = new;
    else
        bucket_put(bucket, &new);
    if (!set)
        return;
    uint32_t *kept = &s->kept[s->learnt++ % KEPT];
    store_keep(s->store, set);
    store_drop(s->store, *kept);
    *kept = set;
}
