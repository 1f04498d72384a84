/* Leases that end, and commands about them: see lease.h. */
#include "api/lease.h"

#include "api/route.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"

enum { ENDS_A_TURN = 8192 }; /* leases: a million that end together hold nobody up for long */

struct leases *peer_leases(const struct api *api, const struct peer *p) {
    const struct bound *b = bound_of(api, p);
    return b ? b->leases : NULL;
}

struct leases *peer_leases_reach(struct api *api, const struct peer *p) {
    struct bound *b = bound_of(api, p);
    if (!b->leases) {
        b->leases = leases_new(engine_store(api->engine)->seed);
        api->leased++;
    }
    return b->leases;
}

void lease_clear(struct api *api, const struct peer *p) {
    struct bound *b = bound_of(api, p);
    if (!b || !b->leases)
        return;
    leases_free(b->leases);
    b->leases = NULL;
    api->leased--;
}

void lease_withdraw(struct api *api, struct peer *p, const struct lease_view *lease) {
    const struct rib_route *r = &lease->route;
    peer_withdraw(api->engine, p, r->family, r->nlri, r->has_path, r->path, api->now);
    leases_remove(peer_leases(api, p), lease->number);
}

uint32_t lease_withdraw_owner(struct api *api, struct peer *p, uint32_t owner) {
    const struct leases *leases = peer_leases(api, p);
    struct lease_view lease;
    uint32_t count = 0;
    for (; leases && leases_of(leases, owner, &lease); count++)
        lease_withdraw(api, p, &lease);
    return count;
}

/* ---- Time ---- */

void lease_soon(struct api *api, const struct leases *leases) {
    uint64_t first = leases_deadline(leases);
    if (first < api->lease_due)
        api->lease_due = first;
}

uint64_t api_deadline(const struct api *api) {
    return api->lease_due < api->refusals_due ? api->lease_due : api->refusals_due;
}

static void lease_log_over(struct api *api, uint32_t owner, uint32_t count, const struct peer *p) {
    buffer_clear(&api->scratch);
    put_format(&api->scratch, "%u routes to ", count);
    put_peer_address(&api->scratch, peer_neighbor(p));
    put_literal(&api->scratch, " are withdrawn: their time is over, and nobody renewed them");
    api->world.log(api->world.context, owner_name(api, owner).p, buffer_text(&api->scratch));
}

/* The leases of one peer that are over; a line of the log for those of one owner that follow each other. */
static unsigned lease_end_those_over(struct api *api, struct peer *p, unsigned most) {
    const struct leases *leases = peer_leases(api, p);
    struct lease_view lease;
    uint32_t owner = 0, count = 0;
    unsigned left = most;
    for (; left && leases_over(leases, api->now, &lease); left--) {
        if (count && owner != lease.holder) {
            lease_log_over(api, owner, count, p);
            count = 0;
        }
        owner = lease.holder;
        count++;
        lease_withdraw(api, p, &lease);
    }
    if (count)
        lease_log_over(api, owner, count, p);
    if (!leases_count(leases))
        lease_clear(api, p);
    return most - left;
}

void api_timer(struct api *api, uint64_t now) {
    unsigned left = ENDS_A_TURN;
    struct peer *p;
    if (now < api_deadline(api))
        return;
    api_tick(api, now);
    refusals_timer(api);
    if (now < api->lease_due)
        return;
    api->lease_due = UINT64_MAX;
    for (uint32_t i = 0; (p = engine_at(api->engine, i)); i++) {
        if (!peer_leases(api, p))
            continue;
        left -= lease_end_those_over(api, p, left);
        if (peer_leases(api, p))
            lease_soon(api, peer_leases(api, p));
    }
}

/* ---- `on-exit` ---- */

void client_set_on_exit(struct api *api, struct client *c, struct on_exit e) {
    api->leased -= c->on_exit.what != ON_EXIT_KEEP;
    api->leased += e.what != ON_EXIT_KEEP;
    c->on_exit = e;
}

void api_on_exit(struct api *api, uint64_t id, struct on_exit e) {
    struct client *c = client_of(api, id);
    if (c)
        client_set_on_exit(api, c, e);
}

const char *on_exit_word_at(size_t place) {
    static const char *const words[] = {"keep", "withdraw", "withdraw-after"};
    return place < sizeof words / sizeof *words ? words[place] : NULL;
}

void command_on_exit(struct call *call) {
    struct on_exit e;
    if (!on_exit_take(&call->words, &e) || !words_end(&call->words)) {
        answer_refused(call);
        return;
    }
    client_set_on_exit(call->api, call->client, e);
    answer_done(call->api, call->client);
}

/* ---- `withdraw owner NAME`, `renew owner NAME` ---- */

static void answer_counted(struct call *call, const char *what, struct text owner, uint32_t count) {
    if (call->json) {
        struct buffer *out = answer_out(call->client);
        put_literal(out, "{\"owner\": ");
        put_json_string(out, owner);
        put_format(out, ", \"%s\": %u}\n", what, count);
    }
    call_answer(call, true);
}

/* Of the peers that are meant. A name that nobody has is no error: its routes are not there. */
void command_owner(struct call *call) {
    struct api *api = call->api;
    bool renew = call->command->value;
    struct text name;
    uint32_t count = 0;
    call_end_words(call);
    if (!call_matches(call))
        return;
    if (!words_take(&call->words, "the name of an owner", &name) || !words_end(&call->words)) {
        answer_refused(call);
        return;
    }
    uint32_t owner = owner_find(api, name);
    for (uint32_t i = 0; owner && i < call->targets.count; i++) {
        struct leases *leases = peer_leases(api, call->targets.peers[i]);
        if (leases && renew)
            count += leases_renew(leases, owner, api->now);
        else if (leases)
            count += lease_withdraw_owner(api, call->targets.peers[i], owner);
    }
    answer_counted(call, renew ? "renewed" : "withdrawn", name, count);
}

/* ---- `show owners` ---- */

struct owned {
    uint32_t routes;
    uint64_t first; /* when the first lease ends */
};

static struct owned *owners_count(const struct api *api, uint32_t *top) {
    struct lease_view lease;
    struct owned *all = NULL;
    struct peer *p;
    *top = 0;
    for (uint32_t i = 0; (p = engine_at(api->engine, i)); i++) {
        const struct leases *leases = peer_leases(api, p);
        for (uint32_t walk = 0; leases && leases_next(leases, &walk, &lease);) {
            if (lease.holder >= *top) {
                all = memory_resize(all, (lease.holder + 1) * sizeof *all);
                for (; *top <= lease.holder; ++*top)
                    all[*top] = (struct owned){0, UINT64_MAX};
            }
            struct owned *o = &all[lease.holder];
            o->routes++;
            o->first = lease.ends < o->first ? lease.ends : o->first;
        }
    }
    return all;
}

static void put_owned(struct buffer *out, const struct call *call, uint32_t owner, const struct owned *o) {
    struct text name = owner_name(call->api, owner);
    uint64_t seconds = o->first > call->api->now ? (o->first - call->api->now) / 1000000 : 0;
    if (call->json) {
        put_literal(out, "{\"owner\": ");
        put_json_string(out, name);
        put_format(out, ", \"routes\": %u, \"first-ends\": ", o->routes);
        if (o->first == UINT64_MAX)
            put_literal(out, "null}");
        else
            put_format(out, "%llu}", (unsigned long long)seconds);
        return;
    }
    put_text(out, name);
    put_format(out, " %u routes", o->routes);
    if (o->first != UINT64_MAX)
        put_format(out, ", the first ends in %llu s", (unsigned long long)seconds);
    put_char(out, '\n');
}

/* Routes are counted for each peer that they are announced to. */
void command_show_owners(struct call *call) {
    uint32_t top, shown = 0;
    struct owned *all = owners_count(call->api, &top);
    struct buffer *out = answer_out(call->client);
    put_string(out, call->json ? "[" : "");
    for (uint32_t i = 1; i < top; i++) {
        if (!all[i].routes)
            continue;
        put_string(out, call->json && shown++ ? ", " : "");
        put_owned(out, call, i, &all[i]);
    }
    put_string(out, call->json ? "]\n" : "");
    free(all);
    answer_done(call->api, call->client);
}
