/* Clients of the API: lines in, a bounded outbox out.
 *
 * Commands are run in order, one after the other; while an answer is not complete (a long table, a command in sync
 * mode, an outbox that is full) the next ones wait in the inbox, and the world stops reading more of them. */
#include "api/asked.h"
#include "api/ensure.h"
#include "api/lease.h"
#include "base/memory.h"

enum {
    OUTBOX_MOST = 16 << 20,
};

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
        .start = settings->start,
        .policy = settings->policy_set ? settings->policy : api->settings.policy,
        .outbox_most = settings->outbox_most,
        .reasons = settings->reasons,
        .ack = api->settings.ack,
        .inbox = buffer_growing(),
        .outbox = outbox_new(),
    };
    api->clients = memory_resize(api->clients, (api->client_count + 1) * sizeof(struct client *));
    api->clients[api->client_count++] = c;
    client_set_on_exit(api, c, settings->on_exit);
    c->snapshot_waits = c->outbox.midway = settings->snapshot;
    api_rebind(api);
}

void client_free(struct client *c, struct attribute_store *store) {
    selections_free(c->selections);
    heads_free(c->heads);
    group_free(c->group);
    wanted_free(c->wanted, store);
    walk_free(c->walk);
    patience_free(c->patience);
    asked_free(c->asked);
    buffer_release(&c->inbox);
    outbox_release(&c->outbox);
    free((char *)c->name.p);
    free(c);
}

void api_remove(struct api *api, uint64_t id, uint64_t now) {
    api_tick(api, now);
    for (size_t i = 0; i < api->client_count; i++) {
        struct client *c = api->clients[i];
        if (c->id != id)
            continue;
        refusals_tell(api, c);
        c->full = false;
        bound_pause(api, c);
        lease_client_ends(api, c);
        client_set_on_exit(api, c, (struct on_exit){ON_EXIT_KEEP, 0});
        memmove(api->clients + i, api->clients + i + 1, (api->client_count - i - 1) * sizeof(struct client *));
        api->client_count--;
        api_rebind(api);
        client_free(c, engine_store(api->engine));
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

struct buffer *client_out(struct client *c) {
    return outbox_write(&c->outbox);
}

size_t client_outbox_most(const struct api *api, const struct client *c) {
    return c->outbox_most ? c->outbox_most : api->settings.outbox_most ? api->settings.outbox_most : OUTBOX_MOST;
}

bool client_roomy(const struct api *api, const struct client *c) {
    size_t ahead = outbox_ahead(&c->outbox); /* events that wait for the walk's end do not stop it */
    return ahead < WALK_AHEAD && ahead <= client_outbox_most(api, c) / 2;
}

struct gap {
    const struct api *api;
    const struct client *client;
};

static void client_put_gap(void *context, uint64_t dropped, struct buffer *out) {
    const struct gap *gap = context;
    if (gap->client->json) {
        put_event_head(out, gap->api, gap->client->form, 0, gap->api->now);
        put_format(out, "\"type\": \"gap\", \"dropped\": %llu }\n", (unsigned long long)dropped);
    } else {
        put_format(out, "gap %llu\n\n", (unsigned long long)dropped);
    }
}

/* Policy drop-oldest: half of the outbox goes, as far as it is events. */
static void client_drop(struct api *api, struct client *c, size_t most) {
    struct gap gap = {api, c};
    if (outbox_drop(&c->outbox, most / 2, client_put_gap, &gap))
        api->world.log(api->world.context, c->name.p,
                       text_of("does not read what it is told: the oldest events are dropped"));
}

/* Over the limit, what feeds the client stops; under half of it, it goes on. */
static void client_balance(struct api *api, struct client *c) {
    size_t most = client_outbox_most(api, c);
    if (c->policy == OUTBOX_DROP_OLDEST && outbox_waits(&c->outbox) > most)
        client_drop(api, c, most);
    size_t waits = outbox_waits(&c->outbox);
    bool full = c->full ? waits > most / 2 : waits > most;
    if (full == c->full || c->stopped)
        return;
    c->full = full;
    if (full && c->policy == OUTBOX_STOP) {
        client_stop(api, c, "it does not read what it is told, and its outbox is full");
        return;
    }
    api->world.log(api->world.context, c->name.p,
                   text_of(full ? "does not read what it is told: what feeds it pauses" : "reads again"));
    if (c->policy == OUTBOX_PAUSE)
        bound_pause(api, c);
}

static bool client_holds(const struct client *c) {
    return c->full || c->walk || c->patience || c->awaits || c->snapshot_waits || c->stopped;
}

/* The world reads commands while they are run, and not when they would only pile up. */
static void client_pace(struct api *api, struct client *c) {
    bool paused = client_holds(c);
    if (paused == c->paused || c->stopped)
        return;
    c->paused = paused;
    api->world.pause_client(api->world.context, c->id, paused);
}

bool client_has_no_room(struct api *api, struct client *c) {
    if (!c->outbox.midway || c->policy != OUTBOX_DROP_OLDEST || outbox_waits(&c->outbox) <= client_outbox_most(api, c))
        return false;
    c->outbox.lost++;
    return true;
}

void client_catch_up(struct api *api, struct client *c) {
    struct gap gap = {api, c};
    outbox_catch_up(&c->outbox);
    if (c->outbox.lost)
        client_put_gap(&gap, c->outbox.lost, client_out(c));
    c->outbox.lost = 0;
}

void client_tell(struct api *api, struct client *c, size_t from) {
    if (c->policy == OUTBOX_DROP_OLDEST)
        outbox_mark(&c->outbox, from);
    client_feed(api, c);
}

void client_feed(struct api *api, struct client *c) {
    if (c->deaf)
        outbox_forget(&c->outbox);
    if (c->working)
        return;
    api->world.output(api->world.context, c->id);
    client_balance(api, c);
    client_pace(api, c);
}

struct cursor api_output(struct api *api, uint64_t id) {
    struct client *c = client_of(api, id);
    return c ? outbox_view(&c->outbox) : cursor_of(NULL, 0);
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
    size_t most = client_outbox_most(api, c);
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
        if (outbox_waits(&c->outbox) > most)
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
    outbox_sent(&c->outbox, len);
    client_balance(api, c);
    client_go_on(api, c);
}

/* ---- Ends of which one comes before the other ---- */

/* Nobody waits for it any more: not the peers that feed it, and not its own commands. */
void api_deaf(struct api *api, uint64_t id) {
    struct client *c = client_of(api, id);
    if (!c || c->deaf)
        return;
    c->deaf = true;
    client_feed(api, c);
    client_go_on(api, c);
}

void api_finished(struct api *api, uint64_t id) {
    struct client *c = client_of(api, id);
    if (c)
        c->finished = true;
}

void client_check_finished(struct api *api, struct client *c) {
    if (!c->finished || client_holds(c) || outbox_waits(&c->outbox) || c->outbox.owed)
        return;
    c->finished = false;
    api->world.finish_client(api->world.context, c->id);
}
