/* Clients of the API: lines in, a bounded outbox out.
 *
 * Commands are run in order, one after the other; while an answer is not complete (a long table, a command in sync
 * mode, an outbox that is full) the next ones wait in the inbox, and the world stops reading more of them. */
#include "api/private.h"
#include "base/memory.h"

enum {
    OUTBOX_MOST = 16 << 20,
    DONE = 5,      /* octets of "done\n" */
    RUN_LEAST = 8, /* so many at once are kept as a number */
};

#define DONE_8  "done\ndone\ndone\ndone\ndone\ndone\ndone\ndone\n"
#define DONE_64 DONE_8 DONE_8 DONE_8 DONE_8 DONE_8 DONE_8 DONE_8 DONE_8
static const char dones[] = DONE_64 DONE_64 DONE_64 DONE_64 DONE_64 DONE_64 DONE_64 DONE_64;

struct client *client_of(const struct api *api, uint64_t id) {
    for (size_t i = 0; i < api->client_count; i++)
        if (api->clients[i]->id == id)
            return api->clients[i];
    return NULL;
}

void api_add(struct api *api, uint64_t id, const struct api_client_settings *settings) {
    struct client *c = memory_new(sizeof *c);
    *c = (struct client){
        .id = id,
        .name = {memory_copy(settings->name.p, settings->name.len), settings->name.len},
        .form = api->answers,
        .json = settings->json || api->answers == FORM_6,
        .all_neighbors = settings->all_neighbors,
        .ack_always = settings->ack_always,
        .ack = api->settings.ack,
        .inbox = buffer_growing(),
        .outbox = buffer_growing(),
        .later = buffer_growing(),
    };
    api->clients = memory_resize(api->clients, (api->client_count + 1) * sizeof(struct client *));
    api->clients[api->client_count++] = c;
    api_rebind(api);
}

void client_free(struct client *c) {
    selections_free(c->selections);
    heads_free(c->heads);
    group_free(c->group);
    walk_free(c->walk);
    patience_free(c->patience);
    buffer_release(&c->inbox);
    buffer_release(&c->outbox);
    buffer_release(&c->later);
    free(c->runs);
    free((char *)c->name.p);
    free(c);
}

void api_remove(struct api *api, uint64_t id) {
    for (size_t i = 0; i < api->client_count; i++) {
        struct client *c = api->clients[i];
        if (c->id != id)
            continue;
        c->full = false;
        bound_pause(api, c);
        memmove(api->clients + i, api->clients + i + 1, (api->client_count - i - 1) * sizeof(struct client *));
        api->client_count--;
        api_rebind(api);
        client_free(c);
        return;
    }
}

/* ---- The outbox ---- */

static void client_stop(struct api *api, struct client *c, const char *why) {
    if (c->stopped)
        return;
    c->stopped = true;
    api->world.stop_client(api->world.context, c->id, why);
}

/* What is owed becomes octets, or a run when there are many. */
static void client_settle(struct client *c) {
    if (c->owed < RUN_LEAST) {
        put_octets(&c->outbox, dones, c->owed * DONE);
    } else {
        if (c->run_count == c->run_room) {
            c->run_room = c->run_room ? c->run_room * 2 : 8;
            c->runs = memory_resize(c->runs, c->run_room * sizeof *c->runs);
        }
        c->runs[c->run_count++] = (struct run){buffer_len(&c->outbox), c->owed * DONE};
    }
    c->owed = 0;
}

struct buffer *client_answer(struct client *c) {
    if (c->owed)
        client_settle(c);
    return &c->outbox;
}

struct buffer *client_out(struct client *c) {
    return c->midway ? &c->later : client_answer(c);
}

void client_catch_up(struct client *c) {
    c->midway = false;
    put_cursor(&c->outbox, buffer_cursor(&c->later));
    buffer_clear(&c->later);
}

static size_t client_waits(const struct client *c) {
    return buffer_len(&c->outbox) - c->taken + buffer_len(&c->later) +
           (c->run_count - c->run_first) * sizeof(struct run);
}

struct backlog client_backlog(const struct client *c) {
    struct cursor out = buffer_since(&c->outbox, c->taken);
    struct backlog b = {c->owed, cursor_left(&out) + c->owed * DONE};
    for (size_t i = c->run_first; i < c->run_count; i++) {
        b.lines += c->runs[i].left / DONE;
        b.octets += c->runs[i].left;
    }
    for (const uint8_t *p = out.p; p < out.end && (p = memchr(p, '\n', (size_t)(out.end - p))); p++)
        b.lines++;
    return b;
}

static size_t outbox_most(const struct api *api) {
    return api->settings.outbox_most ? api->settings.outbox_most : OUTBOX_MOST;
}

bool client_roomy(const struct api *api, const struct client *c) {
    return client_waits(c) < WALK_AHEAD && client_waits(c) <= outbox_most(api) / 2;
}

/* Over the limit, what feeds the client stops; under half of it, it goes on. */
static void client_balance(struct api *api, struct client *c) {
    size_t most = outbox_most(api), waits = client_waits(c);
    bool full = c->full ? waits > most / 2 : waits > most;
    if (full == c->full || c->stopped)
        return;
    c->full = full;
    if (full && api->settings.policy == OUTBOX_STOP) {
        client_stop(api, c, "it does not read what it is told, and its outbox is full");
        return;
    }
    api->world.log(api->world.context, c->name.p,
                   text_of(full ? "does not read what it is told: what feeds it pauses" : "reads again"));
    if (api->settings.policy == OUTBOX_PAUSE)
        bound_pause(api, c);
}

static bool client_holds(const struct client *c) {
    return c->full || c->walk || c->patience || c->stopped;
}

/* The world reads commands while they are run, and not when they would only pile up. */
static void client_pace(struct api *api, struct client *c) {
    bool paused = client_holds(c);
    if (paused == c->paused || c->stopped)
        return;
    c->paused = paused;
    api->world.pause_client(api->world.context, c->id, paused);
}

void client_feed(struct api *api, struct client *c) {
    if (c->working)
        return;
    api->world.output(api->world.context, c->id);
    client_balance(api, c);
    client_pace(api, c);
}

struct cursor api_output(struct api *api, uint64_t id) {
    struct client *c = client_of(api, id);
    if (!c)
        return cursor_of(NULL, 0);
    client_answer(c);
    const struct run *run = c->run_first < c->run_count ? &c->runs[c->run_first] : NULL;
    size_t end = run ? run->at : buffer_len(&c->outbox);
    if (c->taken < end || !run)
        return cursor_of(c->outbox.base ? c->outbox.base + c->taken : NULL, end - c->taken);
    size_t skip = (DONE - run->left % DONE) % DONE, len = sizeof dones - 1 - skip;
    return cursor_of(dones + skip, run->left < len ? run->left : len);
}

static void client_take(struct client *c, size_t len) {
    while (len) {
        struct run *run = c->run_first < c->run_count ? &c->runs[c->run_first] : NULL;
        size_t end = run ? run->at : buffer_len(&c->outbox), most = end - c->taken, taken = len < most ? len : most;
        c->taken += taken;
        len -= taken;
        if (!len || !run)
            return;
        taken = len < run->left ? len : run->left;
        run->left -= taken;
        len -= taken;
        if (!run->left)
            c->run_first++;
    }
}

/* What was sent is let go: at the end for nothing, before it when it is the larger part. */
static void client_compact(struct client *c) {
    if (c->run_first == c->run_count)
        c->run_first = c->run_count = 0;
    if (c->taken <= buffer_len(&c->outbox) / 2)
        return;
    if (c->run_first)
        memmove(c->runs, c->runs + c->run_first, (c->run_count - c->run_first) * sizeof *c->runs);
    c->run_count -= c->run_first;
    c->run_first = 0;
    for (size_t i = 0; i < c->run_count; i++)
        c->runs[i].at -= c->taken;
    buffer_drop(&c->outbox, c->taken);
    c->taken = 0;
}

/* ---- In ---- */

static void client_line(struct api *api, struct client *c, const char *start, const char *end) {
    while (end > start && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
        end--;
    command_run(api, c, (struct text){start, (size_t)(end - start)});
}

/* Runs the lines that wait, as long as it may. */
static void client_work(struct api *api, struct client *c) {
    struct text waits = buffer_text(&c->inbox);
    const char *start = waits.p, *end = start + waits.len, *p = start;
    size_t most = outbox_most(api);
    c->working = true;
    while (p < end && !client_holds(c)) {
        const char *newline = memchr(p + c->scanned, '\n', (size_t)(end - p) - c->scanned);
        if (!newline) {
            c->scanned = (size_t)(end - p);
            if (c->scanned > LINE_MOST)
                client_stop(api, c, "it writes a line of more than 1 MiB");
            break;
        }
        c->scanned = 0;
        client_line(api, c, p, newline);
        p = newline + 1;
        if (client_waits(c) > most)
            client_balance(api, c);
    }
    c->working = false;
    if (p > start)
        buffer_drop(&c->inbox, (size_t)(p - start));
    client_feed(api, c);
}

void client_go_on(struct api *api, struct client *c) {
    if (c->working)
        return;
    if (c->walk && client_roomy(api, c))
        walk_go_on(api, c);
    if (!client_holds(c) && buffer_len(&c->inbox))
        client_work(api, c);
    client_pace(api, c);
}

void api_said(struct api *api, uint64_t id, const uint8_t *octets, size_t len, uint64_t now) {
    struct client *c = client_of(api, id);
    api_tick(api, now);
    if (!c || c->stopped || !len)
        return;
    put_octets(&c->inbox, octets, len);
    client_work(api, c);
}

void api_sent(struct api *api, uint64_t id, size_t len) {
    struct client *c = client_of(api, id);
    if (!c)
        return;
    client_take(c, len);
    client_compact(c);
    client_balance(api, c);
    client_go_on(api, c);
}
