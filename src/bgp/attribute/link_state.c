/* BGP-LS, RFC 9552 section 5.3: what a link-state protocol says of a node, link or prefix.
 *
 *     type (2) | length (2) | value                                                            again and again
 *
 * What each TLV is like is in link_state/. In JSON a type has one key: those that may come several times make an array,
 * of the others the last counts. In words it is `bgp-ls [ igp-metric 10 node-name "router1" sr-adjs 0x30050000049310
 * ]`: the keys of JSON, and octets where a value has no words. */
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/attribute/link_state/kind.h"

enum { LS_HEAD = 4, LS_MOST = UINT16_MAX / LS_HEAD, LS_WORDS_MOST = 512 };

static bool ls_next(struct cursor *from, struct tlv *out) {
    return tlv_next(from, 2, 2, out);
}

static enum harm link_state_check(struct cursor value, const struct terms *terms) {
    struct tlv tlv;
    (void)terms;
    if (cursor_done(&value))
        return HARM_DISCARD;
    while (ls_next(&value, &tlv)) {
        const struct ls_kind *kind = ls_kind_of(tlv.type);
        if (kind && !kind->shape->good(kind, tlv.value))
            return HARM_DISCARD;
    }
    return value.bad ? HARM_DISCARD : HARM_NONE;
}

/* ---- Words to octets ---- */

static const char generic_key[] = "generic-lsid-";

/* `generic-lsid-1159` */
static bool ls_generic_type(struct text key, uint16_t *type) {
    uint64_t v;
    if (!text_starts(key, generic_key) ||
        !number_parse((struct text){key.p + sizeof generic_key - 1, key.len - (sizeof generic_key - 1)}, UINT16_MAX,
                      &v))
        return false;
    *type = (uint16_t)v;
    return true;
}

static bool ls_value_parse(const struct ls_kind *kind, struct words *words, struct buffer *value) {
    struct text t;
    if (words_peek(words, &t) && text_starts(t, "0x")) {
        words_next(words, &t);
        return hex_parse((struct text){t.p + 2, t.len - 2}, value) ||
               words_fail(words, "no octets: \"%.*s\"", TEXT_ARGS(t));
    }
    if (kind && kind->shape->parse)
        return kind->shape->parse(kind, words, value);
    words_next(words, &t);
    return words_fail(words, "no octets: \"%.*s\"", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "octets in hexadecimal after 0x");
}

static bool ls_tlv_parse(struct words *words, struct text key, struct buffer *value) {
    const struct ls_kind *kind = ls_kind_named(key, cursor_of(NULL, 0));
    uint16_t type = 0;
    if (!kind && !ls_generic_type(key, &type))
        return words_fail(words, "unknown in bgp-ls: \"%.*s\"", TEXT_ARGS(key));
    size_t head = buffer_len(value);
    put_u16(value, type);
    size_t hole = put_hole16(value);
    if (!ls_value_parse(kind, words, value))
        return false;
    fill_hole16(value, hole);
    if (value->full)
        return true;
    struct cursor octets = buffer_since(value, head + LS_HEAD);
    kind = kind ? ls_kind_named(key, octets) : ls_kind_of(type);
    if (kind && !kind->shape->good(kind, octets))
        return words_fail(words, "%.*s has the wrong size", TEXT_ARGS(key));
    if (kind)
        poke_u16(value->base + head, kind->type);
    return true;
}

static bool link_state_parse(struct words *words, struct buffer *value) {
    struct text key;
    if (!words_expect(words, "["))
        return false;
    while (!words_accept(words, "]"))
        if (!words_take(words, "what the TLV is, or \"]\"", &key) || !ls_tlv_parse(words, key, value))
            return false;
    return true;
}

/* ---- Octets to words ---- */

static bool ls_words_are_exact(const struct ls_kind *kind, struct cursor value, struct text text) {
    uint8_t memory[LS_WORDS_MOST];
    struct buffer again = buffer_fixed(memory, sizeof memory);
    struct complaint complaint = {0};
    struct words words = words_of_line(text, &complaint);
    return ls_value_parse(kind, &words, &again) && words_done(&words) && !again.full &&
           cursor_same(buffer_cursor(&again), value);
}

static void put_ls_command(struct buffer *out, const struct tlv *tlv) {
    const struct ls_kind *kind = ls_kind_of(tlv->type);
    if (kind) {
        put_string(out, kind->key);
    } else {
        put_string(out, generic_key);
        put_decimal(out, tlv->type);
    }
    put_char(out, ' ');
    size_t start = buffer_len(out);
    if (kind && kind->shape->command) {
        kind->shape->command(kind, tlv->value, out);
        struct cursor text = buffer_since(out, start);
        if (ls_words_are_exact(kind, tlv->value, (struct text){(const char *)text.p, cursor_left(&text)}))
            return;
        buffer_cut(out, start);
    }
    put_literal(out, "0x");
    put_hex_upper(out, tlv->value);
}

/* The row of a type, if the form knows it. */
static const struct ls_kind *ls_kind_in(uint16_t type, const struct style *style) {
    const struct ls_kind *kind = ls_kind_of(type);
    return kind && kind->unknown_to_5 && style->form == FORM_5 ? NULL : kind;
}

static void put_ls_text(struct buffer *out, const struct tlv *tlv, const struct style *style) {
    const struct ls_kind *kind = ls_kind_in(tlv->type, style);
    if (!kind) {
        put_literal(out, "Attribute with code [ ");
        put_decimal(out, tlv->type);
        put_literal(out, " ] not implemented");
    } else if (kind->shape->text) {
        kind->shape->text(kind, tlv->value, style, out);
    } else {
        put_ls_title(out, kind, style);
        size_t start = buffer_len(out);
        kind->shape->json(kind, tlv->value, style, out);
        ls_python(out, start);
    }
}

static void link_state_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct tlv tlv;
    put_string(out, style->command ? "bgp-ls [ " : "bgp-ls ");
    for (const char *between = ""; ls_next(&value, &tlv);) {
        put_string(out, between);
        if (style->command)
            put_ls_command(out, &tlv);
        else
            put_ls_text(out, &tlv, style);
        between = style->command ? " " : ", ";
    }
    if (style->command)
        put_literal(out, " ]");
}

/* ---- Octets to JSON ---- */

/* The TLVs of one key are a run of `entry`, in the order of the wire; `run` has the runs, in the order in which each
 * comes first. Both are numbers to be sorted: a key and, below it, a place. */
struct ls_groups {
    struct cursor value;
    uint16_t offset[LS_MOST];
    uint32_t entry[LS_MOST + 1], run[LS_MOST];
    size_t entries, runs;
};

enum { PLACE_BITS = 14 }; /* LS_MOST fits */

static void ls_sink(uint32_t *v, size_t root, size_t count) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && v[child] < v[child + 1])
            child++;
        if (v[root] >= v[child])
            return;
        uint32_t kept = v[root];
        v[root] = v[child];
        v[child] = kept;
    }
}

/* A heap sort: qsort() may allocate, and a peer may send many. */
static void ls_sort(uint32_t *v, size_t count) {
    bool sorted = true;
    for (size_t i = 1; i < count; i++)
        sorted &= v[i - 1] <= v[i];
    if (sorted)
        return;
    for (size_t root = count / 2; root-- > 0;)
        ls_sink(v, root, count);
    for (size_t end = count; end-- > 1;) {
        uint32_t kept = v[0];
        v[0] = v[end];
        v[end] = kept;
        ls_sink(v, 0, end);
    }
}

static uint32_t place_of(uint32_t v) {
    return v & ((1U << PLACE_BITS) - 1);
}

static void ls_groups_init(struct ls_groups *g, struct cursor value) {
    struct cursor rest = value;
    struct tlv tlv;
    g->value = value;
    g->entries = g->runs = 0;
    for (const uint8_t *at = rest.p; g->entries < LS_MOST && ls_next(&rest, &tlv); at = rest.p) {
        g->offset[g->entries] = (uint16_t)(at - value.p);
        g->entry[g->entries] = (uint32_t)ls_group(tlv.type) << PLACE_BITS | (uint32_t)g->entries;
        g->entries++;
    }
    ls_sort(g->entry, g->entries);
    for (size_t i = 0; i < g->entries; i++)
        if (i == 0 || g->entry[i] >> PLACE_BITS != g->entry[i - 1] >> PLACE_BITS)
            g->run[g->runs++] = place_of(g->entry[i]) << PLACE_BITS | (uint32_t)i;
    ls_sort(g->run, g->runs);
}

static struct tlv ls_entry(const struct ls_groups *g, size_t index) {
    struct cursor from = g->value;
    struct tlv tlv = {0};
    cursor_take(&from, g->offset[place_of(g->entry[index])]);
    ls_next(&from, &tlv);
    return tlv;
}

static void put_ls_value_json(struct buffer *out, const struct ls_kind *kind, const struct tlv *tlv,
                              const struct style *style) {
    if (kind) {
        kind->shape->json(ls_kind_of(tlv->type), tlv->value, style, out);
        return;
    }
    put_literal(out, "\"0x");
    put_hex_upper(out, tlv->value);
    put_char(out, '"');
}

static void put_ls_key(struct buffer *out, const struct ls_kind *kind, uint16_t type, const struct style *style) {
    put_char(out, '"');
    if (kind) {
        put_string(out, style->form == FORM_5 && kind->key5 ? kind->key5 : kind->key);
    } else {
        put_string(out, generic_key);
        put_decimal(out, type);
    }
    put_literal(out, "\": ");
}

/* All of a run as an array, or the last of it. */
static void put_ls_run_json(struct buffer *out, const struct ls_groups *g, size_t start, const struct ls_kind *kind,
                            bool array, const struct style *style) {
    uint32_t group = g->entry[start] >> PLACE_BITS;
    bool blank = array && kind && kind->blank5 && style->form == FORM_5;
    size_t end = start + 1;
    while (end < g->entries && g->entry[end] >> PLACE_BITS == group)
        end++;
    put_ls_key(out, kind, (uint16_t)group, style);
    put_string(out, !array ? "" : blank ? "[ " : "[");
    for (size_t i = array ? start : end - 1; i < end; i++) {
        struct tlv tlv = ls_entry(g, i);
        if (array && i > start)
            put_literal(out, ", ");
        put_ls_value_json(out, kind, &tlv, style);
    }
    put_string(out, !array ? "" : blank ? " ]" : "]");
}

static bool ls_has(const struct ls_groups *g, uint16_t type) {
    for (size_t i = 0; i < g->runs; i++)
        if (g->entry[place_of(g->run[i])] >> PLACE_BITS == type)
            return true;
    return false;
}

static void link_state_json(struct cursor value, const struct style *style, struct buffer *out) {
    struct ls_groups g;
    bool form5 = style->form == FORM_5;
    const char *between = "";
    ls_groups_init(&g, value);
    put_literal(out, "\"bgp-ls\": { ");
    /* Arrays first; form 5 leaves all in the order of the wire. */
    for (int pass = form5 ? 1 : 0; pass < 2; pass++)
        for (size_t i = 0; i < g.runs; i++) {
            size_t start = place_of(g.run[i]);
            const struct ls_kind *kind = ls_kind_in((uint16_t)(g.entry[start] >> PLACE_BITS), style);
            bool array = !kind || (form5 ? kind->merge5 : kind->merge);
            if (form5 ? kind && kind->yields5 && ls_has(&g, kind->yields5) : array != (pass == 0))
                continue;
            put_string(out, between);
            put_ls_run_json(out, &g, start, kind, array, style);
            between = ", ";
        }
    put_literal(out, " }");
}

const struct attribute_kind attribute_link_state = {
    .code = ATTRIBUTE_LINK_STATE,
    .flags = ATTRIBUTE_OPTIONAL,
    .subcode = 9,
    .flags_harm = HARM_DISCARD,
    .name = "bgp-ls",
    .row = "ATT-29",
    .want = "keys and values in brackets: [ igp-metric 10 node-name \"router1\" sr-adjs 0x30050000049310 ]",
    .check = link_state_check,
    .parse = link_state_parse,
    .text = link_state_text,
    .json = link_state_json,
};
