/* The names of owners, as numbers: see lease.h. A name whose routes are all gone is forgotten some time. */
#include "api/lease.h"
#include "api/route.h"
#include "base/hash.h"
#include "base/memory.h"

struct owner {
    struct text name; /* terminated, owned; p NULL: a free number */
    uint64_t holder;  /* the client that announced for it last, 0: it has ended */
    bool used;        /* while names that nobody uses are looked for */
};

struct owners {
    struct owner *at; /* owned; from 1 */
    uint32_t top, room;
    uint32_t used, sweep; /* names; how many there may be before the unused ones are looked for */
    struct table by_name;
};

static bool owner_is(const void *context, uint32_t number, const void *key) {
    const struct owners *o = context;
    return text_same(o->at[number].name, *(const struct text *)key);
}

static uint64_t name_hash(struct text name) {
    return hash_octets(name.p, name.len, 0);
}

uint32_t owner_find(const struct api *api, struct text name) {
    return api->owners ? table_find(&api->owners->by_name, name_hash(name), owner_is, api->owners, &name) : 0;
}

struct text owner_name(const struct api *api, uint32_t owner) {
    return api->owners->at[owner].name;
}

void owners_free(struct owners *o) {
    if (!o)
        return;
    for (uint32_t i = 1; i < o->top; i++)
        free((char *)o->at[i].name.p);
    table_release(&o->by_name);
    free(o->at);
    free(o);
}

/* ---- Names that nobody uses ---- */

static void owners_mark(struct api *api) {
    struct owners *o = api->owners;
    struct lease_view lease;
    for (uint32_t i = 1; i < o->top; i++)
        o->at[i].used = false;
    for (size_t i = 0; i < api->client_count; i++)
        o->at[api->clients[i]->owner].used = true;
    for (size_t i = 0; i < api->bound_room; i++)
        if (api->bound[i] && api->bound[i]->leases)
            for (uint32_t walk = 0; leases_next(api->bound[i]->leases, &walk, &lease);)
                o->at[lease.holder].used = true;
}

static void owners_sweep(struct api *api) {
    struct owners *o = api->owners;
    owners_mark(api);
    tails_forget_owners(api); /* lines that name them are read the long way once more */
    for (uint32_t i = 1; i < o->top; i++) {
        struct owner *owner = &o->at[i];
        if (owner->used || !owner->name.p)
            continue;
        table_remove(&o->by_name, name_hash(owner->name), i);
        free((char *)owner->name.p);
        *owner = (struct owner){{NULL, 0}, 0, false};
        o->used--;
    }
    o->sweep = o->used * 2 + 64;
}

static uint32_t owners_place(struct owners *o) {
    for (uint32_t i = 1; o->used + 1 < o->top && i < o->top; i++)
        if (!o->at[i].name.p)
            return i;
    if (o->top >= o->room) {
        o->room = o->room ? o->room * 2 : 16;
        o->at = memory_resize(o->at, o->room * sizeof *o->at);
    }
    return o->top++;
}

uint32_t owner_named(struct api *api, struct text name) {
    uint32_t number = owner_find(api, name);
    if (number)
        return number;
    if (!api->owners) {
        api->owners = memory_new(sizeof *api->owners);
        *api->owners = (struct owners){.top = 1, .sweep = 64};
    }
    struct owners *o = api->owners;
    if (o->used >= o->sweep)
        owners_sweep(api);
    number = owners_place(o);
    o->at[0] = (struct owner){{NULL, 0}, 0, false};
    o->at[number] = (struct owner){{memory_copy(name.p, name.len), name.len}, 0, true};
    table_add(&o->by_name, name_hash(name), number);
    o->used++;
    return number;
}

/* ---- Who holds them ---- */

struct held client_own(struct api *api, struct client *c, struct held held) {
    if (held.owner || (!held.ttl && c->on_exit.what == ON_EXIT_KEEP))
        return held;
    if (!c->owner)
        c->owner = owner_named(api, c->name);
    held.owner = c->owner;
    return held;
}

void owner_held(struct api *api, uint32_t owner, const struct client *c) {
    api->owners->at[owner].holder = c->id;
}

void lease_told(struct api *api, const struct client *c, const struct targets *targets, const struct finished *route,
                struct held held) {
    struct route_name name;
    route_name_init(&name, engine_store(api->engine)->seed, route->family, route->nlri, route->has_path, route->path);
    if (held.owner)
        owner_held(api, held.owner, c);
    for (uint32_t i = 0; i < targets->count; i++) {
        const struct peer *p = targets->peers[i];
        if (!held.owner) {
            if (peer_leases(api, p))
                leases_drop(peer_leases(api, p), &name);
        } else if (peer_neighbor(p)->offer.families & family_bit(route->family)) {
            struct leases *leases = peer_leases_reach(api, p);
            leases_take(leases, &name, held.owner, held.ttl, api->now);
            lease_soon(api, leases);
        }
    }
}

/* What the owner has is kept, goes, or gets its time. */
static uint32_t owner_end(struct api *api, uint32_t owner, struct on_exit e) {
    uint32_t count = 0;
    struct peer *p;
    for (uint32_t i = 0; e.what != ON_EXIT_KEEP && (p = engine_at(api->engine, i)); i++) {
        struct leases *leases = peer_leases(api, p);
        if (!leases)
            continue;
        if (e.what == ON_EXIT_WITHDRAW) {
            count += lease_withdraw_owner(api, p, owner);
        } else {
            leases_shorten(leases, owner, e.seconds, api->now);
            lease_soon(api, leases);
        }
    }
    return count;
}

void lease_client_ends(struct api *api, struct client *c) {
    struct owners *o = api->owners;
    uint32_t count = 0;
    for (uint32_t i = 1; o && i < o->top; i++)
        if (o->at[i].holder == c->id) {
            o->at[i].holder = 0;
            count += owner_end(api, i, c->on_exit);
        }
    if (count) {
        buffer_clear(&api->scratch);
        put_format(&api->scratch, "it ended: %u routes of its are withdrawn (on-exit)", count);
        api->world.log(api->world.context, c->name.p, buffer_text(&api->scratch));
    }
}
