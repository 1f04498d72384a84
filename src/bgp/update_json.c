/* An UPDATE as JSON (api-events.md 5.4, 6, 14), written once from left to right.
 *
 *     "update": { "attribute": { ... }, "announce": { "ipv4 unicast": { "10.0.0.1": [ { ... }, ... ] } },
 *                 "withdraw": { "ipv6 unicast": [ { ... } ] } }
 *
 * NLRIs are grouped by family and next hop, in the order of their first appearance. There are at most four parts of a
 * message and a handful of groups, so that grouping costs nothing beside the NLRIs. */
#include "base/json.h"
#include "bgp/update_private.h"

enum { GROUPS_MOST = UPDATE_STAGES + 2 };

/* NLRIs that are printed in one list, and the parts of the message that they come from. */
struct update_group {
    const struct family *family;
    struct cursor next_hop;
    uint8_t stages[UPDATE_STAGES], count;
};

struct update_groups {
    struct update_group group[GROUPS_MOST];
    unsigned count;
};

/* Adds a part to the group it belongs to. A new group comes after the others of its family. */
static void update_group_add(struct update_groups *g, unsigned stage, const struct family *f, struct cursor next_hop) {
    unsigned at = g->count;
    for (unsigned i = 0; i < g->count; i++) {
        struct update_group *group = &g->group[i];
        if (group->family != f)
            continue;
        if (cursor_same(group->next_hop, next_hop)) {
            group->stages[group->count++] = (uint8_t)stage;
            return;
        }
        at = i + 1;
    }
    memmove(&g->group[at + 1], &g->group[at], (g->count - at) * sizeof g->group[0]);
    g->group[at] = (struct update_group){.family = f, .next_hop = next_hop, .stages = {(uint8_t)stage}, .count = 1};
    g->count++;
}

static void update_group_all(const struct update *u, const struct style *style, struct update_groups *announced,
                             struct update_groups *withdrawn) {
    announced->count = withdrawn->count = 0;
    for (unsigned stage = 0; stage < UPDATE_STAGES; stage++) {
        struct update_walk w;
        struct cursor next_hops[2];
        if (!update_has_part(u, stage))
            continue;
        update_walk_part(&w, u, stage);
        if (!w.announced) {
            update_group_add(withdrawn, stage, w.family, cursor_of("", 0));
            continue;
        }
        unsigned count = update_next_hops(w.next_hop, style, next_hops);
        for (unsigned i = 0; i < count; i++)
            update_group_add(announced, stage, w.family, next_hops[i]);
    }
}

/* [ NLRI, NLRI ] */
static void update_nlris_json(const struct update *u, const struct update_group *group, const struct style *style,
                              struct buffer *out) {
    const char *before = "[ ";
    for (unsigned i = 0; i < group->count; i++) {
        struct update_walk w;
        update_walk_part(&w, u, group->stages[i]);
        struct nlri nlri = {.family = w.family, .has_path = w.add_path, .announced = w.announced};
        nlri.next_hop = group->next_hop;
        while (update_walk_take(&w, &nlri.path, &nlri.octets)) {
            put_octets(out, before, 2);
            before = ", ";
            w.family->json(&nlri, style, out);
        }
    }
    put_literal(out, " ]");
}

static void put_family_key(struct buffer *out, const struct family *f) {
    put_char(out, '"');
    put_family(out, f, ' ');
    put_literal(out, "\": ");
}

static void put_next_hop_key(struct buffer *out, struct cursor next_hop) {
    size_t len = cursor_left(&next_hop);
    if (len == 0) {
        put_literal(out, "\"no-nexthop\": ");
        return;
    }
    put_char(out, '"');
    put_ip(out, ip_of(next_hop.p, len));
    put_literal(out, "\": ");
}

static void update_announce_json(const struct update *u, const struct update_groups *g, const struct style *style,
                                 struct buffer *out) {
    const struct family *family = NULL;
    put_literal(out, "\"announce\": { ");
    for (unsigned i = 0; i < g->count; i++) {
        const struct update_group *group = &g->group[i];
        if (family == group->family) {
            put_literal(out, ", ");
        } else {
            if (family)
                put_literal(out, " }, ");
            put_family_key(out, group->family);
            put_literal(out, "{ ");
        }
        family = group->family;
        put_next_hop_key(out, group->next_hop);
        update_nlris_json(u, group, style, out);
    }
    put_literal(out, " } }");
}

static void update_withdraw_json(const struct update *u, const struct update_groups *g, const struct style *style,
                                 struct buffer *out) {
    put_literal(out, "\"withdraw\": ");
    for (unsigned i = 0; i < g->count; i++) {
        put_string(out, i ? ", " : "{ ");
        put_family_key(out, g->group[i].family);
        update_nlris_json(u, &g->group[i], style, out);
    }
    put_literal(out, " }");
}

/* Surprise: the next hop is no attribute, but ExaBGP main has it as one beside a withdraw. */
static void update_attributes_json(const struct update *u, bool with_next_hop, const struct style *style,
                                   struct buffer *out) {
    put_literal(out, "\"attribute\": { ");
    size_t list = buffer_len(out);
    for (unsigned i = 0; i < u->count; i++) {
        const struct attribute *a = &u->attributes[i];
        if (a->code != ATTRIBUTE_NEXT_HOP) {
            attribute_json(a, list, style, out);
        } else if (with_next_hop) {
            if (buffer_len(out) != list)
                put_literal(out, ", ");
            attribute_kind_of(a->code)->json(a->value, style, out);
        }
    }
    size_t before = buffer_len(out);
    put_update_error(u, style, before == list ? "\"error\": \"" : ", \"error\": \"", out);
    if (buffer_len(out) != before)
        put_char(out, '"');
    put_literal(out, " }");
}

/* The same, copied where they are those of the UPDATE before. */
static void update_attributes_again(const struct update *u, bool with_next_hop, const struct style *style,
                                    struct buffer *out) {
    struct shown_attributes *shown = style->shown;
    if (!shown || !u->number) {
        update_attributes_json(u, with_next_hop, style, out);
        return;
    }
    if (shown->number != u->number || shown->with_next_hop != with_next_hop) {
        shown->number = u->number;
        shown->with_next_hop = with_next_hop;
        buffer_clear(&shown->text);
        update_attributes_json(u, with_next_hop, style, &shown->text);
    }
    put_cursor(out, buffer_cursor(&shown->text));
}

static bool update_has_error(const struct update *u, const struct style *style) {
    uint8_t memory[128];
    struct buffer error = buffer_fixed(memory, sizeof memory);
    if (!u->finding_count)
        return false;
    put_update_error(u, style, "", &error);
    return buffer_len(&error);
}

static void update_end_of_rib_json(const struct update *u, struct buffer *out) {
    const struct family *f = family_of(u->end_afi, u->end_safi);
    put_literal(out, "\"eor\": { \"afi\" : \"");
    put_string(out, f->afi_name);
    put_literal(out, "\", \"safi\" : \"");
    put_string(out, f->safi_name);
    put_literal(out, "\" }");
}

void update_json(const struct update *u, const struct style *style, struct buffer *out) {
    struct update_groups announced, withdrawn;
    const char *between = "";
    if (u->end_of_rib) {
        update_end_of_rib_json(u, out);
        return;
    }
    update_group_all(u, style, &announced, &withdrawn);
    put_literal(out, "\"update\": { ");
    if (u->count || update_has_error(u, style)) {
        update_attributes_again(u, withdrawn.count && style->form != FORM_5, style, out);
        between = ", ";
    }
    if (announced.count) {
        put_string(out, between);
        update_announce_json(u, &announced, style, out);
        between = ", ";
    }
    if (withdrawn.count) {
        put_string(out, between);
        update_withdraw_json(u, &withdrawn, style, out);
    }
    put_literal(out, " }");
}

/* ---- Shared with the text ---- */

unsigned update_next_hops(struct cursor next_hop, const struct style *style, struct cursor out[2]) {
    out[0] = out[1] = next_hop;
    if (cursor_left(&next_hop) != 32)
        return 1;
    out[0].end = out[1].p = next_hop.p + 16;
    return style->form == FORM_5 ? 2 : 1;
}

void put_update_error(const struct update *u, const struct style *style, const char *before, struct buffer *out) {
    unsigned count = u->finding_count < UPDATE_FINDINGS ? u->finding_count : UPDATE_FINDINGS;
    const struct update_finding *worst = NULL;
    for (unsigned i = 0; i < count && style->form == FORM_5; i++)
        if (u->findings[i].told && (!worst || u->findings[i].harm > worst->harm))
            worst = &u->findings[i];
    if (!worst)
        return;
    const struct attribute_kind *kind = attribute_kind_of(worst->code);
    put_string(out, before);
    put_string(out, worst->harm == HARM_WITHDRAW ? "treat-as-withdraw" : "discard");
    if (worst->harm == HARM_WITHDRAW && worst->empty && kind) {
        put_literal(out, " due to ");
        put_string(out, kind->name);
    }
}
