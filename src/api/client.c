/* Clients of the API: lines in, a bounded outbox out. */
#include "api/private.h"
#include "base/memory.h"

enum { OUTBOX_MOST = 16 << 20 };

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
        .json = settings->json,
        .all_neighbors = settings->all_neighbors,
        .ack_always = settings->ack_always,
        .ack = api->settings.ack || settings->ack_always,
        .inbox = buffer_growing(),
        .outbox = buffer_growing(),
    };
    api->clients = memory_resize(api->clients, (api->client_count + 1) * sizeof(struct client *));
    api->clients[api->client_count++] = c;
    api_rebind(api);
}

static void client_free(struct client *c) {
    command_memo_free(c->memo);
    group_free(c->group);
    targets_free(c->targets);
    buffer_release(&c->inbox);
    buffer_release(&c->outbox);
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

/* ---- Out ---- */

static size_t client_waits(const struct client *c) {
    return buffer_len(&c->outbox) - c->taken;
}

static void client_stop(struct api *api, struct client *c, const char *why) {
    if (c->stopped)
        return;
    c->stopped = true;
    api->world.stop_client(api->world.context, c->id, why);
}

/* Over the limit, what feeds the client stops; under half of it, it goes on. */
static void client_balance(struct api *api, struct client *c) {
    size_t most = api->settings.outbox_most ? api->settings.outbox_most : OUTBOX_MOST, waits = client_waits(c);
    bool full = c->full ? waits > most / 2 : waits > most;
    if (full == c->full)
        return;
    c->full = full;
    if (full && api->settings.policy == OUTBOX_STOP) {
        client_stop(api, c, "it does not read what it is told, and its outbox is full");
        return;
    }
    api->world.log(api->world.context, c->name.p,
                   text_of(full ? "does not read what it is told: what feeds it pauses" : "reads again"));
    api->world.pause_client(api->world.context, c->id, full);
    if (api->settings.policy == OUTBOX_PAUSE)
        bound_pause(api, c);
}

void client_feed(struct api *api, struct client *c) {
    api->world.output(api->world.context, c->id);
    client_balance(api, c);
}

void client_put_line(struct api *api, struct client *c, struct text line) {
    put_text(&c->outbox, line);
    put_char(&c->outbox, '\n');
    client_feed(api, c);
}

struct cursor api_output(struct api *api, uint64_t id) {
    struct client *c = client_of(api, id);
    if (!c)
        return cursor_of(NULL, 0);
    return buffer_since(&c->outbox, c->taken);
}

void api_sent(struct api *api, uint64_t id, size_t len) {
    struct client *c = client_of(api, id);
    if (!c)
        return;
    c->taken += len;
    if (c->taken == buffer_len(&c->outbox)) {
        buffer_clear(&c->outbox);
        c->taken = 0;
    } else if (c->taken > buffer_len(&c->outbox) / 2) {
        buffer_drop(&c->outbox, c->taken);
        c->taken = 0;
    }
    client_balance(api, c);
}

/* ---- In ---- */

static void client_line(struct api *api, struct client *c, const char *start, const char *end) {
    while (end > start && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
        end--;
    command_run(api, c, (struct text){start, (size_t)(end - start)});
}

/* The end of the line that the inbox holds the start of; what comes after it. */
static const char *client_finish_line(struct api *api, struct client *c, const char *p, const char *end) {
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    if (!newline) {
        put_octets(&c->inbox, p, (size_t)(end - p));
        return end;
    }
    put_octets(&c->inbox, p, (size_t)(newline - p));
    struct text line = buffer_text(&c->inbox);
    client_line(api, c, line.p, line.p + line.len);
    buffer_clear(&c->inbox);
    return newline + 1;
}

void api_said(struct api *api, uint64_t id, const uint8_t *octets, size_t len, uint64_t now) {
    struct client *c = client_of(api, id);
    const char *p = (const char *)octets, *end = p + len;
    api->now = now;
    if (!c || c->stopped)
        return;
    if (buffer_len(&c->inbox))
        p = client_finish_line(api, c, p, end);
    while (p < end && !c->stopped) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        if (!newline) {
            put_octets(&c->inbox, p, (size_t)(end - p));
            break;
        }
        client_line(api, c, p, newline);
        p = newline + 1;
    }
    if (buffer_len(&c->inbox) > LINE_MOST)
        client_stop(api, c, "it writes a line of more than 1 MiB");
}
