#include "api/outbox.h"

#include "base/memory.h"

enum {
    DONE = 5,      /* octets of "done\n" */
    RUN_LEAST = 8, /* so many at once are kept as a number */
};

#define DONE_8  "done\ndone\ndone\ndone\ndone\ndone\ndone\ndone\n"
#define DONE_64 DONE_8 DONE_8 DONE_8 DONE_8 DONE_8 DONE_8 DONE_8 DONE_8
static const char dones[] = DONE_64 DONE_64 DONE_64 DONE_64 DONE_64 DONE_64 DONE_64 DONE_64;

struct outbox outbox_new(void) {
    return (struct outbox){.octets = buffer_growing(), .later = buffer_growing()};
}

void outbox_release(struct outbox *o) {
    buffer_release(&o->octets);
    buffer_release(&o->later);
    free(o->runs);
    free(o->marks);
}

/* ---- In ---- */

/* Room for one more at the end of a list whose front is used up first. */
static void *list_room(void *list, size_t size, size_t *first, size_t *count, size_t *room) {
    if (*count < *room)
        return list;
    if (*first > *room / 2) {
        memmove(list, (char *)list + *first * size, (*count - *first) * size);
        *count -= *first;
        *first = 0;
        return list;
    }
    *room = *room ? *room * 2 : 8;
    return memory_resize(list, *room * size);
}

static void outbox_add_run(struct outbox *o, struct run run) {
    o->runs = list_room(o->runs, sizeof run, &o->run_first, &o->run_count, &o->run_room);
    o->runs[o->run_count++] = run;
}

/* What is owed becomes octets, or a run when there are many. */
struct buffer *outbox_write_walk(struct outbox *o) {
    if (o->owed && o->owed < RUN_LEAST)
        put_octets(&o->octets, dones, o->owed * DONE);
    else if (o->owed)
        outbox_add_run(o, (struct run){buffer_len(&o->octets), o->owed * DONE});
    o->owed = 0;
    return &o->octets;
}

struct buffer *outbox_write(struct outbox *o) {
    return o->midway ? &o->later : outbox_write_walk(o);
}

void outbox_catch_up(struct outbox *o) {
    o->midway = false;
    put_cursor(&o->octets, buffer_cursor(&o->later));
    buffer_clear(&o->later);
}

void outbox_mark(struct outbox *o, size_t from) {
    size_t len = buffer_len(&o->octets) - from;
    if (o->midway || len > UINT32_MAX)
        return;
    o->marks = list_room(o->marks, sizeof *o->marks, &o->mark_first, &o->mark_count, &o->mark_room);
    o->marks[o->mark_count++] = (struct mark){from, (uint32_t)len, 0};
}

/* ---- Dropping ---- */

/* The marks of what was sent, in part at least, are of no use. */
static void outbox_skip_marks(struct outbox *o) {
    while (o->mark_first < o->mark_count && o->marks[o->mark_first].at < o->taken)
        o->mark_first++;
}

/* How many of the oldest events must go. */
static size_t outbox_surplus(const struct outbox *o, size_t most, uint64_t *dropped) {
    size_t waits = outbox_waits(o), count = 0;
    *dropped = 0;
    for (size_t i = o->mark_first; i < o->mark_count && waits > most; i++, count++) {
        waits -= o->marks[i].len;
        *dropped += o->marks[i].gap ? o->marks[i].gap : 1;
    }
    return count;
}

/* The octets between and behind the dropped events are written to `kept`, which has those before them and the gap. Runs
 * move with what is around them, and so do the marks that stay: those behind the last one that is dropped. */
static void outbox_close_ranks(struct outbox *o, size_t surplus, struct buffer *kept) {
    const struct mark *dropped = o->marks + o->mark_first;
    size_t run = o->run_first, moved = 0;
    for (; run < o->run_count && o->runs[run].at <= dropped[0].at; run++)
        o->runs[run].at -= o->taken;
    for (size_t i = 0; i < surplus; i++) {
        size_t start = dropped[i].at + dropped[i].len;
        size_t end = i + 1 < surplus ? dropped[i + 1].at : buffer_len(&o->octets);
        moved = start - buffer_len(kept); /* to the front; less than nothing where the gap is longer than the event */
        for (; run < o->run_count && o->runs[run].at <= end; run++)
            o->runs[run].at -= moved;
        put_octets(kept, o->octets.base + start, end - start);
    }
    for (size_t i = o->mark_first + surplus; i < o->mark_count; i++)
        o->marks[i].at -= moved;
    buffer_release(&o->octets);
    o->octets = *kept;
    o->taken = 0;
}

uint64_t outbox_drop(struct outbox *o, size_t most,
                     void (*put_gap)(void *context, uint64_t dropped, struct buffer *out), void *context) {
    struct buffer kept = buffer_growing();
    uint64_t dropped;
    outbox_skip_marks(o);
    size_t surplus = outbox_surplus(o, most, &dropped);
    if (!surplus)
        return 0;
    put_octets(&kept, o->octets.base + o->taken, o->marks[o->mark_first].at - o->taken);
    struct mark gap = {.at = buffer_len(&kept), .gap = dropped};
    put_gap(context, dropped, &kept);
    gap.len = (uint32_t)(buffer_len(&kept) - gap.at);
    outbox_close_ranks(o, surplus, &kept);
    o->mark_first += surplus - 1;
    o->marks[o->mark_first] = gap;
    return dropped;
}

/* A walk that is midway has its line in `octets`: it writes on, and that is forgotten too. */
void outbox_forget(struct outbox *o) {
    buffer_clear(&o->octets);
    buffer_clear(&o->later);
    o->taken = o->owed = o->lost = 0;
    o->run_first = o->run_count = 0;
    o->mark_first = o->mark_count = 0;
}

/* ---- Out ---- */

size_t outbox_ahead(const struct outbox *o) {
    return buffer_len(&o->octets) - o->taken + (o->run_count - o->run_first) * sizeof *o->runs;
}

size_t outbox_waits(const struct outbox *o) {
    return outbox_ahead(o) + buffer_len(&o->later);
}

struct backlog outbox_backlog(const struct outbox *o) {
    struct cursor out = buffer_since(&o->octets, o->taken);
    struct backlog b = {o->owed, cursor_left(&out) + o->owed * DONE};
    for (size_t i = o->run_first; i < o->run_count; i++) {
        b.lines += o->runs[i].left / DONE;
        b.octets += o->runs[i].left;
    }
    for (const uint8_t *p = out.p; p < out.end && (p = memchr(p, '\n', (size_t)(out.end - p))); p++)
        b.lines++;
    return b;
}

static struct run *outbox_run(const struct outbox *o) {
    return o->run_first < o->run_count ? &o->runs[o->run_first] : NULL;
}

struct cursor outbox_view(struct outbox *o) {
    outbox_write_walk(o);
    const struct run *run = outbox_run(o);
    size_t end = run ? run->at : buffer_len(&o->octets);
    if (o->taken < end || !run) {
        struct cursor all = buffer_since(&o->octets, o->taken);
        return cursor_of(all.p, end - o->taken);
    }
    size_t skip = (DONE - run->left % DONE) % DONE, len = sizeof dones - 1 - skip;
    return cursor_of(dones + skip, run->left < len ? run->left : len);
}

static void outbox_take(struct outbox *o, size_t len) {
    while (len) {
        struct run *run = outbox_run(o);
        size_t end = run ? run->at : buffer_len(&o->octets), most = end - o->taken, taken = len < most ? len : most;
        o->taken += taken;
        len -= taken;
        if (!len || !run)
            return;
        taken = len < run->left ? len : run->left;
        run->left -= taken;
        len -= taken;
        if (!run->left)
            o->run_first++;
    }
}

static void outbox_shift(struct outbox *o, size_t len) {
    size_t runs = o->run_count - o->run_first, marks = o->mark_count - o->mark_first;
    if (runs)
        memmove(o->runs, o->runs + o->run_first, runs * sizeof *o->runs);
    if (marks)
        memmove(o->marks, o->marks + o->mark_first, marks * sizeof *o->marks);
    o->run_first = o->mark_first = 0;
    o->run_count = runs;
    o->mark_count = marks;
    for (size_t i = 0; i < runs; i++)
        o->runs[i].at -= len;
    for (size_t i = 0; i < marks; i++)
        o->marks[i].at -= len;
}

/* What was sent is let go when it is the larger part: at the end for nothing. */
void outbox_sent(struct outbox *o, size_t len) {
    outbox_take(o, len);
    outbox_skip_marks(o);
    bool all = o->taken == buffer_len(&o->octets) && !outbox_run(o);
    if (!all && o->taken <= buffer_len(&o->octets) / 2)
        return;
    outbox_shift(o, o->taken);
    buffer_drop(&o->octets, o->taken);
    o->taken = 0;
}
