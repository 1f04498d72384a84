#include "rib/shared.h"

#include "base/memory.h"
#include "rib/spool.h"
#include "rib/tell.h"

enum { HOLLOW_MOST = 64, WALK_MOST = 1024 };

struct rib_shared {
    struct rib_out *rib;         /* owned; the log is one of the queues of its groups */
    struct rib_reader **readers; /* owned list of borrowed */
    uint32_t count, room;
    uint32_t up;           /* readers whose session is up */
    uint32_t at_end;       /* ... and that have read the log to its end */
    uint32_t end;          /* the place of the next record */
    uint32_t changes;      /* of routes: what was written of a walk is good while it is the same */
    bool asleep;           /* a reader sleeps, and was not woken since */
    struct spool **spools; /* owned */
    uint32_t spool_count;
};

struct rib_shared *rib_shared_new(struct attribute_store *store, bool group) {
    struct rib_shared *s = memory_new(sizeof *s);
    s->rib = rib_out_new(store);
    s->rib->apart = !group;
    s->asleep = true;
    return s;
}

void rib_shared_free(struct rib_shared *s) {
    if (!s)
        return;
    for (uint32_t i = 0; i < s->spool_count; i++) {
        spool_release(s->spools[i]);
        free(s->spools[i]);
    }
    rib_out_free(s->rib);
    free(s->spools);
    free(s->readers);
    free(s);
}

struct rib_out *rib_shared_routes(const struct rib_shared *s) {
    return s->rib;
}

uint32_t rib_shared_readers(const struct rib_shared *s) {
    return s->count;
}

size_t rib_shared_memory(const struct rib_shared *s) {
    size_t memory = sizeof *s + rib_out_memory(s->rib) + s->room * sizeof(struct rib_reader *);
    for (uint32_t i = 0; i < s->spool_count; i++)
        memory += sizeof *s->spools[i] + spool_memory(s->spools[i]);
    return memory;
}

/* ---- The log ---- */

static uint32_t log_first(const struct rib_shared *s) {
    return s->rib->groups.queues[QUEUE_LOG].first;
}

static void shared_forget_octets(struct rib_shared *s) {
    for (uint32_t i = 0; i < s->spool_count; i++)
        spool_forget(s->spools[i]);
}

static void log_drop_route(struct rib_shared *s, struct leaving *leaving, uint32_t number) {
    struct route *route = route_at(&s->rib->routes, number);
    switch (route_state(route)) {
    case ROUTE_SAID: route_become(route, ROUTE_TOLD | ROUTE_KNOWN); break;
    case ROUTE_GOING: leaving_add(leaving, &s->rib->routes, number, route); break;
    default: rib_forget(s->rib, number); break; /* an earlier version */
    }
}

/* All have read all of it. */
static void log_drop(struct rib_shared *s) {
    struct leaving leaving = {.count = 0};
    struct groups *groups = &s->rib->groups;
    s->changes += log_first(s) != 0; /* a walk now meets its routes */
    for (uint32_t record; (record = log_first(s));) {
        for (uint32_t at = group_at(groups, record)->head, next; at; at = next) {
            next = queued_after(queued_at(&s->rib->routes, at));
            log_drop_route(s, &leaving, at);
        }
        leaving_end(&leaving, &s->rib->routes);
        groups_unlog(groups, record);
    }
    for (uint32_t i = 0; i < s->spool_count; i++)
        ring_clear(&s->spools[i]->log);
}

static void log_drop_when_read(struct rib_shared *s) {
    if (s->at_end == s->up)
        log_drop(s);
}

/* Records without routes go: many changes of few routes leave no more of them than there are others. */
static void log_sweep(struct rib_shared *s) {
    struct groups *groups = &s->rib->groups;
    if (groups->hollow <= HOLLOW_MOST || groups->hollow <= groups->logged / 2)
        return;
    for (uint32_t i = 0; i < s->count; i++)
        while (s->readers[i]->record && !group_at(groups, s->readers[i]->record)->head)
            s->readers[i]->record = group_at(groups, s->readers[i]->record)->next;
    for (uint32_t record = log_first(s), next; record; record = next) {
        next = group_at(groups, record)->next;
        if (!group_at(groups, record)->head)
            groups_unlog(groups, record);
    }
}

/* The first record at or after the reader's place that has routes, 0: there is none. */
static uint32_t reader_record(struct rib_reader *r) {
    const struct groups *groups = &r->shared->rib->groups;
    uint32_t at = r->record;
    for (uint32_t last = at ? 0 : groups->queues[QUEUE_LOG].last; last; last = group_at(groups, last)->prev) {
        if ((int32_t)(group_at(groups, last)->place - r->place) < 0)
            break;
        at = last;
    }
    while (at && !group_at(groups, at)->head)
        at = group_at(groups, at)->next;
    return r->record = at;
}

/* The reader goes on at this place of the log. */
static void reader_move(struct rib_reader *r, uint32_t place, uint32_t record) {
    struct rib_shared *s = r->shared;
    r->place = place;
    r->record = record;
    if (place == s->end)
        s->at_end++;
}

/* ---- Readers ---- */

void rib_reader_join(struct rib_reader *r, struct rib_shared *s) {
    *r = (struct rib_reader){.shared = s, .index = s->count};
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 4;
        s->readers = memory_resize(s->readers, s->room * sizeof(struct rib_reader *));
    }
    s->readers[s->count++] = r;
}

void rib_reader_leave(struct rib_reader *r) {
    struct rib_shared *s = r->shared;
    rib_reader_down(r);
    s->readers[r->index] = s->readers[--s->count];
    s->readers[r->index]->index = r->index;
    r->shared = NULL;
}

static struct spool *shared_spool(struct rib_shared *s, const struct terms *terms) {
    struct terms kind = spool_kind(terms);
    struct spool *free_one = NULL;
    for (uint32_t i = 0; i < s->spool_count; i++) {
        if (!s->spools[i]->readers)
            free_one = s->spools[i];
        else if (memcmp(&s->spools[i]->terms, &kind, sizeof kind) == 0)
            return s->spools[i];
    }
    if (free_one) {
        spool_release(free_one);
    } else {
        free_one = memory_new(sizeof *free_one);
        s->spools = memory_resize(s->spools, (s->spool_count + 1) * sizeof(struct spool *));
        s->spools[s->spool_count++] = free_one;
    }
    spool_init(free_one, s->rib->store, &kind);
    return free_one;
}

void rib_reader_up(struct rib_reader *r, const struct terms *terms, bool fresh) {
    struct rib_shared *s = r->shared;
    rib_reader_down(r);
    rib_settle(s->rib);
    r->spool = shared_spool(s, terms);
    r->spool->readers++;
    r->walked = 0;
    r->families = fresh && s->rib->routes.slab.used != s->rib->groups.waiting ? UINT64_MAX : 0;
    s->up++;
    reader_move(r, s->end, 0);
}

void rib_reader_down(struct rib_reader *r) {
    struct rib_shared *s = r->shared;
    if (!r->spool)
        return;
    rib_settle(s->rib);
    s->at_end -= r->place == s->end;
    s->up--;
    if (!--r->spool->readers)
        spool_forget(r->spool);
    r->spool = NULL;
    r->record = 0;
    log_drop_when_read(s);
    if (!s->up) {
        rib_down(s->rib);
        s->changes++;
    }
}

void rib_reader_sleep(struct rib_reader *r) {
    r->shared->asleep = true;
}

bool rib_shared_is_empty(const struct rib_shared *s) {
    return !s->rib->routes.slab.used && coming_is_empty(&s->rib->coming);
}

bool rib_reader_waits(const struct rib_reader *r) {
    return r->spool && (r->families || r->place != r->shared->end || rib_waits(r->shared->rib));
}

void rib_reader_resend(struct rib_reader *r, uint64_t families) {
    if (!r->spool)
        return;
    r->families |= families; /* those of a walk that was not at its end begin again, too */
    r->walked = 0;
}

/* ---- Pulling: from the groups that wait ---- */

static void refused_add(struct refused *to, const struct refused *more) {
    to->too_long += more->too_long;
    to->barred += more->barred;
}

static struct telling telling_of(const struct rib_reader *r, struct buffer *out, struct refused *refused) {
    struct rib_out *rib = r->shared->rib;
    return (struct telling){.rib = rib,
                            .terms = &r->spool->terms,
                            .encoding = &r->spool->encoding,
                            .out = out,
                            .refused = refused,
                            .most = rib->apart ? 1 : UINT32_MAX};
}

/* They went out to the first: into the log. */
static void shared_log(struct rib_shared *s, uint32_t group, const uint32_t *numbers, uint32_t count) {
    struct rib_out *rib = s->rib;
    for (uint32_t i = 0; i < count; i++) {
        struct route *route = route_at(&rib->routes, numbers[i]);
        if (route_state(route) == ROUTE_PASSES)
            rib_passed(rib, numbers[i]);
        else
            route_set_state(route, route_state(route) == ROUTE_WAITS ? ROUTE_SAID : ROUTE_GOING);
    }
    uint32_t rest = queued_after(queued_at(&rib->routes, numbers[count - 1]));
    groups_log(&rib->groups, &rib->routes, group, rest, count, s->end++);
}

/* A message from the group that is first. */
static void reader_lead_one(struct rib_reader *r, struct segment *segment) {
    struct rib_shared *s = r->shared;
    uint32_t numbers[TELL_MOST];
    uint32_t group = groups_first(&s->rib->groups);
    struct telling t = telling_of(r, &segment->octets, &segment->refused);
    if (group_queue(group_at(&s->rib->groups, group)) == QUEUE_PASSING)
        t.most = 1;
    uint32_t count = tell_gather(s->rib, group_at(&s->rib->groups, group)->head, numbers);
    count = count < t.most ? count : t.most; /* those that cannot be told are so many at a time, too */
    shared_log(s, group, numbers, tell_routes(&t, numbers, count));
    segment->end = s->end;
}

static void reader_lead(struct rib_reader *r, bool one, struct buffer *out, struct refused *refused) {
    struct rib_shared *s = r->shared;
    if (!ring_continues(&r->spool->log, s->end))
        ring_clear(&r->spool->log);
    log_sweep(s);
    s->changes++;
    struct segment *segment = ring_add(&r->spool->log, s->end);
    do
        reader_lead_one(r, segment);
    while (!one && s->rib->groups.waiting && buffer_len(&segment->octets) < SEGMENT_OCTETS);
    put_cursor(out, buffer_cursor(&segment->octets));
    refused_add(refused, &segment->refused);
    s->at_end = 0;
    reader_move(r, s->end, 0);
    log_drop_when_read(s);
}

/* ---- ... from the log ---- */

static void reader_copy(struct rib_reader *r, const struct segment *segment, struct buffer *out,
                        struct refused *refused) {
    put_cursor(out, buffer_cursor(&segment->octets));
    refused_add(refused, &segment->refused);
    reader_move(r, segment->end, 0);
}

/* A record. False: there is none. */
static bool reader_read_one(struct rib_reader *r, struct buffer *out, struct refused *refused) {
    struct rib_shared *s = r->shared;
    uint32_t record = reader_record(r);
    if (!record) {
        reader_move(r, s->end, 0);
        return false;
    }
    const struct group *group = group_at(&s->rib->groups, record);
    struct telling t = telling_of(r, out, refused);
    tell_list(&t, group->head);
    reader_move(r, group->next ? group_at(&s->rib->groups, group->next)->place : s->end, group->next);
    return true;
}

/* The next records, up to a segment of others. */
static uint32_t reader_read(struct rib_reader *r, bool one, struct buffer *out, struct refused *refused) {
    size_t start = buffer_len(out);
    while (reader_read_one(r, out, refused) && r->place != r->shared->end)
        if (one || buffer_len(out) - start >= SEGMENT_OCTETS || ring_find(&r->spool->log, r->place))
            break;
    return r->place;
}

static void reader_read_log(struct rib_reader *r, bool one, struct buffer *out, struct refused *refused) {
    struct spool_ring *ring = &r->spool->log;
    const struct segment *ready = one ? NULL : ring_find(ring, r->place);
    if (ready) {
        reader_copy(r, ready, out, refused);
    } else if (!one && ring_continues(ring, r->place)) {
        struct segment *segment = ring_add(ring, r->place);
        segment->end = reader_read(r, false, &segment->octets, &segment->refused);
        put_cursor(out, buffer_cursor(&segment->octets));
        refused_add(refused, &segment->refused);
    } else {
        reader_read(r, one, out, refused);
    }
    log_drop_when_read(r->shared);
}

/* ---- ... from all routes ---- */

/* All of the log is still to be read by this one: a walk needs to tell none of it. */
static bool walk_leaves_log(const struct rib_reader *r) {
    const struct rib_shared *s = r->shared;
    return !log_first(s) || (int32_t)(group_at(&s->rib->groups, log_first(s))->place - r->place) >= 0;
}

/* The route is to be told by a walk: it does not wait, and nothing is said of its going. */
static bool walk_meets(const struct rib_reader *r, const struct route *route, bool leaves_log) {
    unsigned state = route_state(route);
    return (state == ROUTE_TOLD || (state == ROUTE_SAID && !leaves_log)) && terms_has(r->families, route_family(route));
}

static int numbers_by_set(const void *a, const void *b) {
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

/* Routes of this stretch, those that can share messages together; how many. */
static uint32_t walk_gather(struct rib_reader *r, uint32_t most, uint32_t *numbers) {
    const struct rib_out *rib = r->shared->rib;
    uint64_t sorted[WALK_MOST];
    uint32_t count = 0, number;
    bool leaves_log = walk_leaves_log(r);
    while (count < most && (number = routes_next(&rib->routes, &r->walked))) {
        const struct route *route = route_at(&rib->routes, number);
        if (walk_meets(r, route, leaves_log))
            sorted[count++] = (uint64_t)(rib->apart ? 0 : route->set) << 32 | number;
    }
    qsort(sorted, count, sizeof *sorted, numbers_by_set);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = (uint32_t)sorted[i];
    return count;
}

static uint32_t walk_alike(const struct rib_out *rib, const uint32_t *numbers, uint32_t count) {
    const struct route *first = route_at(&rib->routes, numbers[0]);
    uint32_t alike = 1;
    for (; alike < count; alike++) {
        const struct route *route = route_at(&rib->routes, numbers[alike]);
        if (route->set != first->set || route_family(route) != route_family(first))
            break;
    }
    return alike;
}

static void walk_stretch(struct rib_reader *r, bool one, struct buffer *out, struct refused *refused) {
    struct rib_out *rib = r->shared->rib;
    uint32_t numbers[WALK_MOST];
    uint32_t count = walk_gather(r, one ? 1 : WALK_MOST, numbers);
    struct telling t = telling_of(r, out, refused);
    for (uint32_t done = 0; done < count;)
        done += tell_routes(&t, numbers + done, walk_alike(rib, numbers + done, count - done));
}

static const struct segment *walk_find(const struct rib_reader *r) {
    const struct segment *found = ring_find(&r->spool->walks, r->walked);
    bool good = found && found->changes == r->shared->changes && found->families == r->families &&
                found->told == walk_leaves_log(r);
    return good ? found : NULL;
}

static void reader_walk(struct rib_reader *r, bool one, struct buffer *out, struct refused *refused) {
    const struct rib_shared *s = r->shared;
    const struct segment *ready = one ? NULL : walk_find(r);
    if (ready) {
        r->walked = ready->end;
    } else if (one || s->up == 1) {
        walk_stretch(r, one, out, refused);
    } else {
        struct segment *new = ring_add(&r->spool->walks, r->walked);
        new->changes = s->changes;
        new->families = r->families;
        new->told = walk_leaves_log(r);
        walk_stretch(r, false, &new->octets, &new->refused);
        new->end = r->walked;
        ready = new;
    }
    if (ready) {
        put_cursor(out, buffer_cursor(&ready->octets));
        refused_add(refused, &ready->refused);
    }
    if (r->walked >= s->rib->routes.slab.top)
        r->families = 0;
}

bool rib_reader_pull(struct rib_reader *r, bool one, struct buffer *out, struct refused *refused) {
    struct rib_shared *s = r->shared;
    size_t start = buffer_len(out);
    rib_settle(s->rib);
    while (buffer_len(out) == start) {
        if (r->families)
            reader_walk(r, one, out, refused);
        else if (r->place != s->end)
            reader_read_log(r, one, out, refused);
        else if (s->rib->groups.waiting)
            reader_lead(r, one, out, refused);
        else
            return false;
    }
    return true;
}

/* ---- Changes ---- */

static bool shared_changed(struct rib_shared *s) {
    bool asleep = s->asleep;
    s->changes++;
    s->asleep = false;
    return asleep;
}

bool rib_shared_announce(struct rib_shared *s, const struct route_name *name, uint32_t set) {
    rib_announce_named(s->rib, name, set);
    return shared_changed(s);
}

bool rib_shared_spoke(const struct rib_shared *s) {
    return s->rib->spoke;
}

bool rib_shared_withdraw(struct rib_shared *s, const struct route_name *name) {
    rib_withdraw_named(s->rib, name, s->up != 0);
    return shared_changed(s);
}

bool rib_shared_clear(struct rib_shared *s) {
    rib_settle(s->rib);
    shared_forget_octets(s);
    for (uint32_t record; (record = log_first(s));)
        groups_unlog(&s->rib->groups, record);
    for (uint32_t i = 0; i < s->count; i++) {
        s->readers[i]->place = s->end;
        s->readers[i]->record = 0;
        s->readers[i]->families = 0;
    }
    s->at_end = s->up;
    rib_clear(s->rib, s->up != 0);
    return shared_changed(s);
}

/* ---- Routes that move ---- */

/* Has somebody still to walk over it? */
static bool shared_is_walked(const struct rib_shared *s, uint32_t number) {
    for (uint32_t i = 0; i < s->count; i++)
        if (s->readers[i]->spool && s->readers[i]->families && s->readers[i]->walked < number)
            return true;
    return false;
}

bool rib_shared_take(struct rib_shared *s, const struct route_name *name, struct rib_moved *out) {
    rib_settle(s->rib);
    uint32_t number = routes_find(&s->rib->routes, name);
    if (!number)
        return false;
    if (log_first(s))
        shared_forget_octets(s); /* a slow reader must not copy what was said of it */
    bool walked = shared_is_walked(s, number);
    rib_out_take(s->rib, name, out);
    out->told &= !walked;
    s->changes++;
    return true;
}

void rib_shared_adopt(struct rib_shared *s, const struct route_name *name, const struct rib_moved *moved) {
    rib_out_adopt(s->rib, name, moved, s->up != 0);
    s->changes++;
}

static void part_route(const struct rib_reader *r, struct rib_out *own, uint32_t number, bool clear) {
    const struct rib_shared *s = r->shared;
    const struct route *route = route_at(&s->rib->routes, number);
    struct rib_moved moved = {
        .set = clear ? 0 : route->set,
        .told = route_state(route) == ROUTE_TOLD && !(r->families && r->walked < number),
        .known = route->bits & ROUTE_KNOWN || route_is_logged(route) || route_is_leaving(route),
    };
    struct route_name name;
    if (route_state(route) == ROUTE_PASSES)
        return;
    route_name_init(&name, s->rib->routes.seed, family_at(route_family(route)), route_nlri(route),
                    route_has_path(route), route_path(route));
    if (moved.set)
        store_keep(s->rib->store, moved.set);
    rib_out_adopt(own, &name, &moved, r->spool != NULL);
}

void rib_shared_part(const struct rib_reader *r, struct rib_out *own, bool clear) {
    rib_settle(r->shared->rib);
    for (uint32_t walk = 0, number; (number = routes_next(&r->shared->rib->routes, &walk));)
        part_route(r, own, number, clear);
}
