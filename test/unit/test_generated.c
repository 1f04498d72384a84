/* Every element through its row: random good values go round through all forms, cut and spoilt ones are refused or
 * good. A new row is in it with no code here.
 *
 * Values come from values: the octets of the vectors (and, of capabilities, what we offer) are changed, joined, filled
 * anew at random, and whatever check() calls good is kept to be changed further. Rows within elements have a start of
 * their own: the kinds of extended communities, the components of FlowSpec, the TLVs of BGP-LS.
 *
 *     GENERATED=10000 SPOILT=100000 SEED=7 test_generated
 *
 * are the good values and the spoilt ones of each element (200 and 2,000 without), and the seed; a failure says it. The
 * JSON of good values is appended to the file $EVENTS_TO, when that is set: test/schemas.py judges it. Their octets are
 * appended to $OCTETS_TO, for whoever wants to show them to another program. */
#include <stdio.h>

#include "base/memory.h"
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/attribute/extended_kind.h"
#include "bgp/attribute/link_state/kind.h"
#include "bgp/family.h"
#include "bgp/nlri/flow.h"
#include "bgp/open.h"
#include "elements.h"
#include "unit.h"

enum { POOL = 256, VALUE_MOST = 1024, RANDOM_MOST = 48, TRUNCATED = 64, KEPT = 40 };

struct generated {
    const struct element *element;
    const char *schema; /* the name of what its JSON is in the schemas */
    char name[80];
    uint8_t row;              /* what `fresh` goes by */
    struct buffer pool[POOL]; /* good values, whole */
    size_t pooled;
    size_t fixed; /* octets at the start of the inside that stay as they are */
    void (*fresh)(const struct generated *g, struct buffer *inside, uint64_t *random);
    uint64_t random, seed;
    size_t good, spoilt;
};

static size_t wanted(const char *variable, size_t otherwise) {
    const char *value = getenv(variable);
    return value && *value ? strtoul(value, NULL, 10) : otherwise;
}

/* ---- Octets ---- */

static void put_random(struct buffer *b, size_t len, uint64_t *random) {
    for (; len; len--) {
        uint32_t any = random_next(random);
        put_u8(b, (uint8_t)(any & 0x300 ? any : any & 0x1f));
    }
}

static void fresh_octets(const struct generated *g, struct buffer *inside, uint64_t *random) {
    (void)g;
    put_random(inside, random_next(random) % RANDOM_MOST, random);
}

/* The kind's type and subtype stand in the value that the pool begins with. */
static void fresh_after_fixed(const struct generated *g, struct buffer *inside, uint64_t *random) {
    put_octets(inside, g->element->inside(buffer_cursor(&g->pool[0])).p, g->fixed);
    put_random(inside, EXTENDED_COMMUNITY - g->fixed, random);
}

static void fresh_tlv(const struct generated *g, struct buffer *inside, uint64_t *random) {
    size_t len = random_next(random) % RANDOM_MOST;
    put_octets(inside, g->element->inside(buffer_cursor(&g->pool[0])).p, 2);
    put_u16(inside, (uint16_t)len);
    put_random(inside, len, random);
}

/* A component: numbers or bits of all sizes, or a prefix, or an address of a card. */
static void put_component(const struct flow_component *c, uint16_t afi, struct buffer *b, uint64_t *random) {
    put_u8(b, c->type);
    if (c->kind == FLOW_MAC) {
        put_u8(b, 48);
        put_random(b, 6, random);
    } else if (c->kind == FLOW_PREFIX) {
        uint8_t bits = (uint8_t)(random_next(random) % (afi == 2 ? 129 : 33)), offset = 0;
        put_u8(b, bits);
        if (afi == 2) {
            offset = bits ? (uint8_t)(random_next(random) % bits) : 0;
            put_u8(b, offset);
        }
        put_random(b, (bits - offset + 7u) / 8, random);
    } else {
        for (size_t count = random_next(random) % 4; count + 1; count--) {
            uint8_t size = random_next(random) % 4 ? random_next(random) % 2 : random_next(random) % 4;
            uint32_t end = count ? 0 : FLOW_END;
            put_u8(b, (uint8_t)(end | (uint32_t)size << 4 | (random_next(random) & 0x47)));
            put_random(b, (size_t)1 << size, random);
        }
    }
}

static void fresh_component(const struct generated *g, struct buffer *inside, uint64_t *random) {
    struct cursor wire = buffer_cursor(&g->pool[0]);
    uint16_t afi = cursor_u16(&wire);
    size_t rd = cursor_u8(&wire) == SAFI_FLOW_VPN ? 8 : 0;
    put_u8(inside, 0);
    put_random(inside, rd, random);
    put_component(flow_component_of(afi, g->row), afi, inside, random);
    inside->base[0] = (uint8_t)(buffer_len(inside) - 1);
}

static struct cursor pick(const struct generated *g, uint64_t *random) {
    const struct buffer *whole = &g->pool[random_next(random) % g->pooled];
    return g->element->inside(buffer_cursor(whole));
}

/* Some octets in a row are others. */
static void overwrite(struct generated *g, struct buffer *inside) {
    size_t len = buffer_len(inside);
    if (len <= g->fixed)
        return;
    size_t from = g->fixed + random_next(&g->random) % (len - g->fixed);
    for (size_t n = random_next(&g->random) % 8 + 1; n && from < len; n--, from++)
        inside->base[from] = (uint8_t)random_next(&g->random);
}

/* One more try: what is inside of an element. */
static void generate(struct generated *g, struct buffer *inside) {
    unsigned way = random_next(&g->random) % 10;
    buffer_clear(inside);
    if (way < 2) {
        g->fresh(g, inside, &g->random);
        return;
    }
    put_cursor(inside, pick(g, &g->random));
    if (way < 6)
        overwrite(g, inside);
    else if (way == 6)
        mutate(inside, &g->random);
    else if (way == 7)
        put_cursor(inside, pick(g, &g->random));
    else if (way == 8 && buffer_len(inside))
        buffer_cut(inside, random_next(&g->random) % buffer_len(inside));
}

/* ---- Judging ---- */

static void failed(struct generated *g, struct buffer *report) {
    print_error("%s: %s\nagain: SEED=%llu\n", g->name, written(report), (unsigned long long)g->seed);
    fail();
}

static bool is_safe(struct generated *g, struct cursor whole) {
    struct buffer report = buffer_growing();
    bool good;
    if (!element_is_safe(g->element, whole, &good, &report))
        failed(g, &report);
    buffer_release(&report);
    return good;
}

static void keep_json(const struct generated *g, struct cursor whole) {
    const char *path = getenv("EVENTS_TO");
    FILE *file = path && *path ? fopen(path, "a") : NULL;
    struct buffer out = buffer_growing();
    for (enum form form = FORM_4; file && form <= FORM_6; form++) {
        const struct style style = {.form = form};
        buffer_clear(&out);
        put_string(&out, g->element->open);
        g->element->json(whole, &style, &out);
        put_string(&out, g->element->close);
        fprintf(file, "%d %s %s\n", (int)form, g->schema, written(&out));
    }
    if (file)
        fclose(file);
    buffer_release(&out);
}

static void keep_octets(const struct generated *g, struct cursor whole) {
    const char *path = getenv("OCTETS_TO");
    FILE *file = path && *path ? fopen(path, "a") : NULL;
    struct buffer out = buffer_growing();
    put_hex_upper(&out, whole);
    if (file) {
        fprintf(file, "%s | %s | %s\n", g->schema, g->name, written(&out));
        fclose(file);
    }
    buffer_release(&out);
}

static void keep(struct generated *g, struct cursor whole) {
    if (g->pooled && cursor_left(&whole) > VALUE_MOST)
        return;
    size_t at = g->pooled < POOL ? g->pooled++ : random_next(&g->random) % (POOL - 1) + 1;
    buffer_clear(&g->pool[at]);
    g->pool[at].grows = true;
    put_cursor(&g->pool[at], whole);
}

/* A value that is tried; true when it is good. */
static bool try_value(struct generated *g, const struct buffer *inside, struct buffer *whole) {
    buffer_clear(whole);
    if (!g->element->wrap(buffer_cursor(&g->pool[0]), buffer_cursor(inside), whole))
        return false;
    return is_safe(g, buffer_cursor(whole));
}

static void try_truncations(struct generated *g, struct cursor value, struct buffer *inside, struct buffer *whole) {
    for (size_t len = 0; len < cursor_left(&value); len++) {
        buffer_clear(inside);
        put_octets(inside, value.p, len);
        try_value(g, inside, whole);
    }
    for (size_t len = 0; len < buffer_len(&g->pool[0]); len++)
        is_safe(g, cursor_of(g->pool[0].base, len));
}

static void good_values(struct generated *g, size_t count) {
    struct buffer inside = buffer_growing(), whole = buffer_growing(), cut = buffer_growing();
    for (size_t tries = 0; g->good < count; tries++) {
        if (tries > 200 * count) {
            print_error("%s: %zu good values of %zu tries\n", g->name, g->good, tries);
            fail();
        }
        generate(g, &inside);
        if (!try_value(g, &inside, &whole))
            continue;
        if (g->good++ < KEPT) {
            keep_json(g, buffer_cursor(&whole));
            keep_octets(g, buffer_cursor(&whole));
        }
        keep(g, buffer_cursor(&whole));
        if (g->good < TRUNCATED || g->good % TRUNCATED == 0)
            try_truncations(g, buffer_cursor(&inside), &cut, &whole);
    }
    buffer_release(&inside);
    buffer_release(&whole);
    buffer_release(&cut);
}

static void spoilt_values(struct generated *g, size_t count) {
    struct buffer inside = buffer_growing(), whole = buffer_growing();
    while (g->spoilt++ < count) {
        buffer_clear(&inside);
        put_cursor(&inside, pick(g, &g->random));
        for (unsigned changes = random_next(&g->random) % 3 + 1; changes; changes--)
            mutate(&inside, &g->random);
        try_value(g, &inside, &whole);
    }
    buffer_release(&inside);
    buffer_release(&whole);
}

static void element_is_sound(void **state) {
    struct generated *g = *state;
    if (!g->pooled) {
        print_error("%s: no vector has a value of it to start with\n", g->name);
        fail();
    }
    good_values(g, wanted("GENERATED", 200));
    spoilt_values(g, wanted("SPOILT", 2000));
}

/* ---- The elements ---- */

enum { ELEMENTS_MOST = 1024 };

struct elements {
    struct generated *all[ELEMENTS_MOST];
    size_t count;
};

static struct generated *add(struct elements *e, const struct element *element, const char *schema, const char *what,
                             unsigned number, const char *name) {
    struct generated *g = memory_new(sizeof *g);
    *g = (struct generated){.element = element, .schema = schema, .fresh = fresh_octets};
    snprintf(g->name, sizeof g->name, "%s %u %s", what, number, name);
    g->seed = wanted("SEED", 1);
    g->random = g->seed * 0x9e3779b97f4a7c15ULL + e->count;
    assert_true(e->count < ELEMENTS_MOST);
    e->all[e->count++] = g;
    return g;
}

/* Values of the vectors that begin with the same octets, once check() calls them good. */
static void seed_from_vectors(struct generated *g, const char *file_name, struct cursor head) {
    char path[512], line[65536];
    struct buffer wire = buffer_growing();
    snprintf(path, sizeof path, "%s/%s", VECTORS, file_name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *hex = strstr(line, " | "), *end = hex ? strstr(hex + 3, " | ") : NULL;
        if (line[0] == '#' || line[0] == '!' || !end)
            continue;
        buffer_clear(&wire);
        for (hex += 3; hex < end; hex += *hex == ' ' ? 1 : 2)
            if (*hex != ' ')
                assert_true(hex_parse((struct text){hex, 2}, &wire));
        size_t len = cursor_left(&head);
        if (buffer_len(&wire) >= len && cursor_same(cursor_of(wire.base, len), head) &&
            g->element->check(buffer_cursor(&wire)) == HARM_NONE)
            keep(g, buffer_cursor(&wire));
    }
    fclose(file);
    buffer_release(&wire);
}

static void add_attributes(struct elements *e) {
    size_t count;
    const struct attribute_kind *const *kinds = attribute_kinds(&count);
    for (size_t i = 0; i < count; i++) {
        if (kinds[i]->written_only || kinds[i]->code == ATTRIBUTE_AS4_PATH ||
            kinds[i]->code == ATTRIBUTE_AS4_AGGREGATOR)
            continue; /* of sessions without 4-octet AS numbers: test_attributes, test_update */
        struct generated *g = add(e, &attribute_element, "attributes", "attribute", kinds[i]->code, kinds[i]->name);
        const uint8_t head[] = {kinds[i]->flags, kinds[i]->code};
        seed_from_vectors(g, "attributes.txt", cursor_of(head, sizeof head));
    }
    static const uint8_t unknown[] = {0xe0, 99, 3, 1, 2, 3};
    keep(add(e, &attribute_element, "attributes", "attribute", 99, "unknown"), cursor_of(unknown, sizeof unknown));
}

static void add_extended_communities(struct elements *e) {
    uint8_t type, subtype;
    for (size_t i = 0; extended_kind_at(i, &type, &subtype); i++) {
        const uint8_t value[] = {0xc0, ATTRIBUTE_EXTENDED_COMMUNITY, 8, type, subtype, 0, 0, 0, 0, 0, 0};
        struct generated *g = add(e, &attribute_element, "attributes", "extended community", (unsigned)i, "");
        keep(g, cursor_of(value, sizeof value));
        g->fixed = 2;
        g->fresh = fresh_after_fixed;
    }
}

static void add_link_state(struct elements *e) {
    size_t count;
    const struct ls_kind *kinds = ls_kinds(&count);
    for (size_t i = 0; i < count; i++) {
        struct generated *g = add(e, &attribute_element, "attributes", "BGP-LS TLV", kinds[i].type, kinds[i].key);
        const uint8_t head[] = {0x80, ATTRIBUTE_LINK_STATE};
        struct generated all = {.element = &attribute_element};
        seed_from_vectors(&all, "attributes.txt", cursor_of(head, sizeof head));
        for (size_t j = 0; j < all.pooled; j++) {
            struct cursor inside = attribute_element.inside(buffer_cursor(&all.pool[j]));
            if (cursor_u16(&inside) == kinds[i].type)
                keep(g, buffer_cursor(&all.pool[j]));
            buffer_release(&all.pool[j]);
        }
        g->fixed = 2;
        g->fresh = fresh_tlv;
    }
}

static void add_routes(struct elements *e) {
    for (unsigned i = 0; i < FAMILIES; i++) {
        const struct family *f = family_at(i);
        const uint8_t head[] = {(uint8_t)(f->afi >> 8), (uint8_t)f->afi, f->safi};
        char name[64];
        snprintf(name, sizeof name, "%s %s", f->afi_name, f->safi_name);
        seed_from_vectors(add(e, &route_element, "route", "family", i, name), "families.txt",
                          cursor_of(head, sizeof head));
    }
}

static void add_components(struct elements *e) {
    static const struct family *const families[] = {&family_ipv4_flow, &family_ipv6_flow, &family_l2vpn_flow_vpn};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (unsigned type = 0; type < 256; type++) {
            const struct family *f = families[i];
            const struct flow_component *c = flow_component_of(f->afi, (uint8_t)type);
            if (!c)
                continue;
            struct generated *g = add(e, &route_element, "route", f->afi_name, type, c->name);
            const uint8_t head[] = {(uint8_t)(f->afi >> 8), (uint8_t)f->afi, f->safi};
            g->row = (uint8_t)type;
            g->fresh = fresh_component;
            keep(g, cursor_of(head, sizeof head));
            struct buffer inside = buffer_growing(), whole = buffer_growing();
            fresh_component(g, &inside, &g->random);
            route_element.wrap(cursor_of(head, sizeof head), buffer_cursor(&inside), &whole);
            buffer_clear(&g->pool[0]);
            put_cursor(&g->pool[0], buffer_cursor(&whole));
            buffer_release(&inside);
            buffer_release(&whole);
        }
}

static const struct offer offer_of_all = {
    .local_as = 65001,
    .peer_as = 65002,
    .router_id = 0x01010101,
    .hold_time = 180,
    .families = ~(uint64_t)0 >> (64 - FAMILIES),
    .asn4 = true,
    .refresh = true,
    .extended_message = true,
    .extended_next_hop_on = true,
    .operational = true,
    .multisession = true,
    .link_local_next_hop = true,
    .graceful_restart = true,
    .restart_time = 120,
    .add_path = 3,
    .add_path_families = ~(uint64_t)0 >> (64 - FAMILIES),
    .paths_limit = {[FAMILY_ipv4_unicast] = 10},
    .extended_next_hop = ~(uint64_t)0 >> (64 - FAMILIES),
    .host_name = {"host", 4},
    .domain_name = {"domain", 6},
    .software = {"software", 8},
};

static void add_capabilities(struct elements *e) {
    size_t count;
    const struct capability_kind *const *kinds = capability_kinds(&count);
    for (size_t i = 0; i < count; i++) {
        struct generated *g = add(e, &capability_element, "open", "capability", kinds[i]->code, kinds[i]->name);
        struct buffer offered = buffer_growing();
        if (kinds[i]->offer)
            kinds[i]->offer(&offer_of_all, 65001, &offered);
        for (struct cursor from = buffer_cursor(&offered); !cursor_done(&from);) {
            struct cursor whole = from;
            cursor_u8(&from);
            cursor_cut(&from, cursor_u8(&from));
            whole.end = from.p;
            keep(g, whole);
        }
        const uint8_t empty[] = {kinds[i]->code, 0};
        if (!g->pooled)
            keep(g, cursor_of(empty, sizeof empty));
        buffer_release(&offered);
    }
}

static void release(struct generated *g) {
    for (size_t i = 0; i < POOL; i++)
        buffer_release(&g->pool[i]);
    free(g);
}

int main(void) {
    static struct elements e;
    static struct CMUnitTest tests[ELEMENTS_MOST];
    size_t good = 0, spoilt = 0;
    add_attributes(&e);
    add_extended_communities(&e);
    add_link_state(&e);
    add_routes(&e);
    add_components(&e);
    add_capabilities(&e);
    for (size_t i = 0; i < e.count; i++)
        tests[i] =
            (struct CMUnitTest){.name = e.all[i]->name, .test_func = element_is_sound, .initial_state = e.all[i]};
    int failures = _cmocka_run_group_tests("generated", tests, e.count, NULL, NULL);
    for (size_t i = 0; i < e.count; i++) {
        good += e.all[i]->good;
        spoilt += e.all[i]->spoilt;
        release(e.all[i]);
    }
    printf("# %zu elements, %zu good values, %zu spoilt\n", e.count, good, spoilt);
    return failures;
}
