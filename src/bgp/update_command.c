/* An UPDATE as the API commands that would make the same routes (decode -m): one for each route, or one for all plain
 * prefixes of a next hop.
 *
 *     announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp med 5
 *     announce attributes next-hop 10.0.0.1 origin igp nlri 192.0.2.0/24 198.51.100.0/24
 *     withdraw ipv6 unicast 2001:db8::/32 */
#include "base/number.h"
#include "bgp/update_private.h"

/* ExaBGP's order of the attributes of a command; the others follow, ascending. */
static const uint8_t command_order[] = {
    ATTRIBUTE_ORIGIN,
    ATTRIBUTE_AS_PATH,
    ATTRIBUTE_LOCAL_PREF,
    ATTRIBUTE_MED,
    ATTRIBUTE_ATOMIC_AGGREGATE,
    ATTRIBUTE_AGGREGATOR,
    ATTRIBUTE_COMMUNITY,
    ATTRIBUTE_LARGE_COMMUNITY,
    ATTRIBUTE_EXTENDED_COMMUNITY,
    ATTRIBUTE_IPV6_EXTENDED_COMMUNITY,
    ATTRIBUTE_ORIGINATOR_ID,
    ATTRIBUTE_CLUSTER_LIST,
};

static const struct style command_style = {.form = FORM_6, .command = true};

/* An empty path is not worth a word: it is what an internal session sends by itself. */
static void put_command_attribute(const struct attribute *a, struct buffer *out) {
    if (a->code == ATTRIBUTE_AS_PATH && cursor_done(&a->value))
        return;
    put_char(out, ' ');
    size_t list = buffer_len(out);
    attribute_text(a, list, &command_style, out);
    if (buffer_len(out) == list)
        buffer_cut(out, list - 1);
}

static void put_command_attributes(const struct update *u, struct buffer *out) {
    for (size_t i = 0; i < sizeof command_order; i++)
        for (unsigned at = 0; at < u->count; at++)
            if (u->attributes[at].code == command_order[i])
                put_command_attribute(&u->attributes[at], out);
    for (unsigned at = 0; at < u->count; at++) {
        uint8_t code = u->attributes[at].code;
        if (code != ATTRIBUTE_NEXT_HOP && !memchr(command_order, code, sizeof command_order))
            put_command_attribute(&u->attributes[at], out);
    }
}

static bool family_is_plain(const struct family *f) {
    return f->index == FAMILY_ipv4_unicast || f->index == FAMILY_ipv6_unicast;
}

/* `route` stands for IPv4 prefixes: a label or a route distinguisher tells their family. */
static void put_command_family(struct buffer *out, const struct family *f) {
    if (f->index == FAMILY_ipv4_unicast || f->index == FAMILY_ipv4_labelled || f->index == FAMILY_ipv4_vpn)
        put_literal(out, "route");
    else
        put_family(out, f, ' ');
}

/* Octets tell no family, so it is said before them. */
static void put_family_and_nlri(const struct nlri *nlri, struct buffer *out) {
    static const char octets[] = "nlri 0x";
    size_t start = buffer_len(out);
    put_command_family(out, nlri->family);
    put_char(out, ' ');
    size_t words = buffer_len(out);
    nlri_command(nlri, nlri->announced, out);
    struct cursor made = buffer_since(out, words);
    if (cursor_left(&made) < sizeof octets || memcmp(made.p, octets, sizeof octets - 1) != 0)
        return;
    buffer_cut(out, start);
    put_family(out, nlri->family, ' ');
    put_char(out, ' ');
    nlri_command(nlri, nlri->announced, out);
}

static void put_route_command(const struct update *u, const struct nlri *nlri, struct buffer *out) {
    struct cursor next_hops[2];
    update_next_hops(nlri->next_hop, &command_style, next_hops);
    if (nlri->announced)
        put_literal(out, "announce ");
    else
        put_literal(out, "withdraw ");
    put_family_and_nlri(nlri, out);
    if (nlri->announced) {
        put_next_hop_text(out, next_hops[0]);
        put_command_attributes(u, out);
    }
    put_char(out, '\n');
}

/* Bits behind the prefix have no word. */
static bool prefix_is_tidy(struct cursor octets) {
    unsigned bits = octets.p[0] % 8;
    return !bits || !(octets.end[-1] & 0xff >> bits);
}

/* How many NLRIs a part has, when they are plain and all of the same path: 0 when each needs a command of its own. */
static unsigned update_shared_count(const struct update *u, unsigned stage) {
    struct update_walk w;
    struct nlri nlri;
    unsigned count = 0;
    uint32_t path = 0;
    update_walk_part(&w, u, stage);
    if (!w.announced || !w.family || !family_is_plain(w.family))
        return 0;
    for (; update_walk_next(&w, &nlri); count++) {
        if ((count && path != nlri.path) || !prefix_is_tidy(nlri.octets))
            return 0;
        path = nlri.path;
    }
    return count;
}

static void put_shared_command(const struct update *u, unsigned stage, struct buffer *out) {
    struct update_walk w;
    struct nlri nlri;
    struct cursor next_hops[2];
    bool first = true;
    update_walk_part(&w, u, stage);
    update_next_hops(w.next_hop, &command_style, next_hops);
    put_literal(out, "announce attributes");
    while (update_walk_next(&w, &nlri)) {
        if (first && nlri.has_path)
            put_path_text(out, nlri.path);
        if (first) {
            put_next_hop_text(out, next_hops[0]);
            put_command_attributes(u, out);
            put_literal(out, " nlri");
        }
        first = false;
        put_char(out, ' ');
        nlri.family->text(&nlri, &command_style, out);
    }
    put_char(out, '\n');
}

static void put_part_commands(const struct update *u, unsigned stage, struct buffer *out) {
    struct update_walk w;
    struct nlri nlri;
    if (update_shared_count(u, stage) > 1) {
        put_shared_command(u, stage, out);
        return;
    }
    update_walk_part(&w, u, stage);
    while (update_walk_next(&w, &nlri))
        put_route_command(u, &nlri, out);
}

static void put_command_numbers(struct buffer *out, uint16_t afi, uint8_t safi) {
    const struct family *f = family_of(afi, safi);
    if (f && f->index < FAMILIES)
        put_family(out, f, ' ');
    else
        put_format(out, "%u %u", afi, safi);
}

/* Findings that say of an attribute that it is left out, or that one is missing. */
static void put_finding_note(const struct update_finding *f, struct buffer *out) {
    const struct attribute_kind *kind = attribute_kind_of(f->code);
    put_format(out, "# %s: ", f->row);
    if (kind)
        put_string(out, kind->name);
    else if (f->code)
        put_format(out, "attribute 0x%02x", f->code);
    else
        put_literal(out, "a part of the message");
    put_string(out, strcmp(f->row, "UPD-23") == 0 ? " is missing\n" : " is not in the command\n");
}

void update_command_notes(const struct update *u, struct buffer *out) {
    struct cursor next_hop = u->reach.next_hop;
    for (unsigned i = 0; i < u->finding_count && i < UPDATE_FINDINGS; i++)
        put_finding_note(&u->findings[i], out);
    if (u->reach.present && cursor_left(&next_hop) == 32) {
        put_literal(out, "# the link-local next hop ");
        put_ip(out, ip_of(next_hop.p + 16, 16));
        put_literal(out, " is the session's to add: it is not in the command\n");
    }
}

bool update_command(const struct update *u, const struct style *style, struct buffer *out) {
    (void)style;
    size_t start = buffer_len(out);
    if (u->end_of_rib) {
        put_literal(out, "announce eor ");
        put_command_numbers(out, u->end_afi, u->end_safi);
        return true;
    }
    for (int announced = 1; announced >= 0; announced--)
        for (unsigned stage = 0; stage < UPDATE_STAGES; stage++)
            if (update_stage_announces(u, stage) == announced)
                put_part_commands(u, stage, out);
    if (buffer_len(out) == start)
        return false;
    buffer_cut(out, buffer_len(out) - 1); /* the end of the last line is the caller's */
    return true;
}
