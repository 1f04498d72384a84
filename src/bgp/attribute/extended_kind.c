/* Kinds of extended communities, RFC 4360, 7153, 8955 and others.
 *
 *     type | subtype | six octets
 *
 * A kind is found by subtype and the lower four bits of the type: the upper ones only say who assigned it and whether
 * it crosses autonomous systems, and ExaBGP does not look at them. So what is shown does not tell all octets of each
 * community; as part of a command, such a one is shown in hexadecimal.
 *
 * Most kinds are numbers with colons between them: their layout says it all. The others have functions. */
#include "bgp/attribute/extended_kind.h"

#include "base/ip.h"
#include "base/number.h"
#include "bgp/attribute/extended_row.h"

/* ---- The rows ---- The first that fits is taken, in both directions. */
static const struct extended_kind extended_kinds[] = {
    {0x00, 0x02, "target", .layout = "HL"},
    {0x01, 0x02, "target", .layout = "IH"},
    {0x02, 0x02, "target", .layout = "LH"},
    {0x00, 0x03, "origin", .layout = "HI"},
    {0x01, 0x03, "origin", .layout = "IH"},
    {0x02, 0x03, "origin", .layout = "LH"},
    {0x01, 0x02, "target4", .layout = "IH"},
    {0x01, 0x03, "origin4", .layout = "IH"},
    {0x80, 0x06, "rate-limit", .text = extended_rate_text, .parse = extended_rate_parse},
    {0x80, 0x0c, "rate-limit", .text = extended_rate_packets_text, .parse = extended_rate_parse},
    {0x80, 0x07, "action", .text = extended_action_text, .parse = extended_action_parse},
    {0x80, 0x08, "redirect", .layout = "HL"},
    {0x82, 0x08, .word = NULL},
    {0x80, 0x09, "mark", .text = extended_mark_text, .parse = extended_mark_parse},
    {0x80, 0x0a, "l2info", .layout = "BBHH"},
    {0x08, 0x00, "redirect-to-nexthop", .text = extended_next_hop_text, .parse = extended_redirect_next_hop_parse},
    {0x08, 0x00, "copy-to-nexthop", .text = extended_next_hop_text, .parse = extended_copy_next_hop_parse},
    {0x01, 0x0c, "redirect-to-nexthop-ietf", .text = extended_next_hop_ietf_text,
     .parse = extended_redirect_ietf_parse},
    {0x01, 0x0c, "copy-to-nexthop-ietf", .text = extended_next_hop_ietf_text, .parse = extended_copy_ietf_parse},
    {0x03, 0x0c, "encap", .text = extended_encap_text, .parse = extended_encap_parse},
    {0x03, 0x0b, "color", .text = extended_color_text, .parse = extended_color_parse, .command = true},
    {0x03, 0x0d, "default-gateway", .text = extended_default_gateway_text, .parse = extended_default_gateway_parse,
     .command = true},
    {0x06, 0x01, "esi-label", .text = extended_esi_label_text, .parse = extended_esi_label_parse, .command = true},
    {0x06, 0x02, "es-import", .text = extended_es_import_text, .parse = extended_mac_parse, .command = true},
    {0x06, 0x03, "router-mac", .text = extended_router_mac_text, .parse = extended_mac_parse, .command = true},
    {0x06, 0x00, "mac-mobility", .text = extended_mac_mobility_text, .parse = extended_mac_mobility_parse},
    {0x07, 0x02, "interface-set", .text = extended_interface_set_text, .parse = extended_interface_set_parse},
    {0x0c, 0x00, "mup", .layout = "HL"},
    {0x00, 0x13, "rtrecord", .layout = "HL"},
    {0x01, 0x13, "rtrecord", .layout = "IH"},
    {0x02, 0x13, "rtrecord", .layout = "LH"},
    {0x03, 0x14, "consistentHashSortOrder", .layout = "L", .text = extended_hash_order_text},
    {0x40, 0x04, "bandwidth", .parse = extended_bandwidth_parse},
};

enum { EXTENDED_KINDS = sizeof extended_kinds / sizeof *extended_kinds };

bool extended_kind_at(size_t n, uint8_t *type, uint8_t *subtype) {
    if (n >= EXTENDED_KINDS)
        return false;
    *type = extended_kinds[n].type;
    *subtype = extended_kinds[n].subtype;
    return true;
}

/* ---- Words to octets ---- */

enum { FIELDS_MOST = 4 };

/* A field of a layout as written: a number, with an L behind it when it is to take four octets, or an address. */
struct extended_field {
    uint32_t value;
    bool address, wide;
};

static bool field_parse(struct text t, struct extended_field *out) {
    uint64_t number;
    out->address = ipv4_parse(t, &out->value);
    out->wide = !out->address && t.len && t.p[t.len - 1] == 'L';
    if (out->address)
        return true;
    t.len -= out->wide;
    if (!number_parse(t, UINT32_MAX, &number))
        return false;
    out->value = (uint32_t)number;
    return true;
}

/* The fields of text with colons; 0 when one is none or there are too many. */
static size_t fields_parse(struct text t, struct extended_field fields[FIELDS_MOST]) {
    bool colon = true;
    size_t count = 0;
    while (colon) {
        struct text head;
        t = text_cut(t, ':', &head, &colon);
        if (count == FIELDS_MOST || !field_parse(head, &fields[count++]))
            return 0;
    }
    return count;
}

/* What the first of two fields is written as decides between the types: 70000L is an AS of four octets (RFC 5668).
 * 70000 without the letter takes the type of an address, as ExaBGP 5.0 has it. */
static bool layout_fits(const char *layout, const struct extended_field *fields, size_t count) {
    if (strlen(layout) != count || fields[0].wide != text_is(text_of(layout), "LH") ||
        (fields[0].address && layout[0] != 'I'))
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t most = layout[i] == 'B' ? UINT8_MAX : layout[i] == 'H' ? UINT16_MAX : UINT32_MAX;
        if (fields[i].value > most)
            return false;
    }
    return true;
}

static void put_layout(struct buffer *value, const char *layout, const struct extended_field *fields) {
    size_t left = EXTENDED_COMMUNITY - 2;
    for (size_t i = 0; layout[i]; i++) {
        size_t size = layout[i] == 'B' ? 1 : layout[i] == 'H' ? 2 : 4;
        left -= size;
        if (size == 1)
            put_u8(value, (uint8_t)fields[i].value);
        else if (size == 2)
            put_u16(value, (uint16_t)fields[i].value);
        else
            put_u32(value, fields[i].value);
    }
    put_zeros(value, left);
}

static void put_type(struct buffer *value, const struct extended_kind *kind) {
    put_u8(value, kind->type);
    put_u8(value, kind->subtype);
}

/* The row with a layout that the word and the fields fit. */
static bool extended_fields_parse(struct text word, struct text rest, struct buffer *value) {
    struct extended_field fields[FIELDS_MOST];
    size_t count = fields_parse(rest, fields);
    for (size_t i = 0; count && i < EXTENDED_KINDS; i++) {
        const struct extended_kind *kind = &extended_kinds[i];
        if (kind->layout && text_is(word, kind->word) && layout_fits(kind->layout, fields, count)) {
            put_type(value, kind);
            put_layout(value, kind->layout, fields);
            return true;
        }
    }
    return false;
}

bool traffic_redirect_parse(struct text t, struct buffer *value) {
    struct extended_field fields[FIELDS_MOST];
    if (fields_parse(t, fields) != 2 || fields[0].wide || fields[0].address || fields[1].wide || fields[1].address)
        return false;
    bool as4 = fields[0].value > UINT16_MAX;
    if (as4 && fields[1].value > UINT16_MAX)
        return false;
    put_u16(value, as4 ? 0x8208 : 0x8008);
    put_layout(value, as4 ? "LH" : "HL", fields);
    return true;
}

static bool extended_hex_parse(struct text t, struct buffer *value) {
    return t.len == 2 + 2 * EXTENDED_COMMUNITY && hex_parse((struct text){t.p + 2, t.len - 2}, value);
}

static bool extended_word_parse(struct words *words, struct text word, struct text rest, struct buffer *value) {
    for (size_t i = 0; i < EXTENDED_KINDS; i++) {
        const struct extended_kind *kind = &extended_kinds[i];
        if (!kind->parse || !text_is(word, kind->word))
            continue;
        put_type(value, kind);
        return kind->parse(words, rest, value);
    }
    if (extended_fields_parse(word, rest, value))
        return true;
    return text_is(word, "redirect") && traffic_redirect_parse(rest, value);
}

bool extended_community_parse_one(struct words *words, struct text first, struct buffer *value) {
    struct text word;
    bool colon;
    struct text rest = text_cut(first, ':', &word, &colon);
    bool good;
    if (text_starts(first, "0x") || text_starts(first, "0X"))
        good = extended_hex_parse(first, value);
    else if (colon && word.len && (unsigned)(word.p[0] - '0') < 10) /* A:B alone is a target */
        good = extended_fields_parse(text_of("target"), first, value);
    else
        good = extended_word_parse(words, word, rest, value);
    return good || words_fail(words, "invalid extended community \"%.*s\"", TEXT_ARGS(first)) ||
           complain_wanted(words->complaint, "as target:65001:100, origin:1.2.3.4:5 or 0x and 16 digits");
}

/* ---- Octets to words ---- */

static const struct extended_kind *extended_kind_of(struct cursor community) {
    uint8_t type = cursor_u8(&community) & 0x0f, subtype = cursor_u8(&community);
    for (size_t i = 0; i < EXTENDED_KINDS; i++) {
        const struct extended_kind *kind = &extended_kinds[i];
        if (kind->subtype == subtype && (kind->type & 0x0f) == type)
            return kind->layout || kind->text || !kind->word ? kind : NULL;
    }
    return NULL;
}

static void put_field(struct buffer *out, char letter, struct cursor *value) {
    if (letter == 'I')
        put_ip(out, ip_of(cursor_take(value, 4), 4));
    else
        put_decimal(out, letter == 'B' ? cursor_u8(value) : letter == 'H' ? cursor_u16(value) : cursor_u32(value));
}

static void put_fields(struct buffer *out, const struct extended_kind *kind, struct cursor value, bool command) {
    put_string(out, kind->word);
    for (const char *letter = kind->layout; *letter; letter++) {
        put_char(out, ':');
        put_field(out, *letter, &value);
        if (command && *letter == 'L' && letter == kind->layout)
            put_char(out, 'L');
    }
}

/* ExaBGP 5.0 shows the number of such an origin first. */
static bool put_origin_5(struct buffer *out, const struct extended_kind *kind, struct cursor value) {
    if (kind->type != 0x01 || kind->subtype != 0x03)
        return false;
    put_literal(out, "origin:");
    put_decimal(out, (uint32_t)(value.p[4] << 8 | value.p[5]));
    put_char(out, ':');
    put_ip(out, ip_of(value.p, 4));
    return true;
}

/* The words of a community, or (false) nothing when it has none. */
static bool put_extended_words(struct buffer *out, const struct extended_kind *kind, struct cursor community,
                               const struct style *style) {
    size_t start = buffer_len(out);
    struct cursor value = cursor_of(community.p + 2, EXTENDED_COMMUNITY - 2);
    if (!kind || !kind->word || (kind->command && !style->command))
        return false;
    if (style->form == FORM_5 && put_origin_5(out, kind, value))
        return true;
    if (!kind->text)
        put_fields(out, kind, value, style->command);
    else if (!kind->text(value, style, out)) {
        buffer_cut(out, start);
        return false;
    }
    return true;
}

/* As part of a command: only words that make all of its octets again. */
static bool extended_words_are_exact(struct text words_text, struct cursor community) {
    uint8_t memory[2 * EXTENDED_COMMUNITY];
    struct buffer again = buffer_fixed(memory, sizeof memory);
    struct complaint complaint = {0};
    struct words words = words_of_line(words_text, &complaint);
    struct text first;
    return words_next(&words, &first) && extended_community_parse_one(&words, first, &again) && words_done(&words) &&
           cursor_same(buffer_cursor(&again), community);
}

void put_extended_community(struct buffer *out, struct cursor community, const struct style *style) {
    size_t start = buffer_len(out);
    if (put_extended_words(out, extended_kind_of(community), community, style)) {
        struct cursor text = buffer_since(out, start);
        if (!style->command ||
            extended_words_are_exact((struct text){(const char *)text.p, cursor_left(&text)}, community))
            return;
        buffer_cut(out, start);
    }
    put_literal(out, "0x");
    put_hex_upper(out, community);
}

void put_extended_community_json(struct buffer *out, struct cursor community, const struct style *style) {
    const struct extended_kind *kind = extended_kind_of(community);
    struct cursor value = community;
    put_literal(out, "{ \"value\": ");
    put_decimal(out, cursor_u64(&value));
    put_literal(out, ", \"string\": \"");
    /* In form 5 kinds without a row say nothing. */
    bool shown = put_extended_words(out, kind, community, style);
    bool known = kind && !kind->command && kind->text != extended_rate_packets_text;
    if (!shown && (known || style->form != FORM_5)) {
        put_literal(out, "0x");
        put_hex_upper(out, community);
    }
    put_char(out, '"');
    if (kind && kind->text == extended_interface_set_text && style->form != FORM_5)
        put_string(out, community.p[0] & 0x40 ? ", \"transitive\": false" : ", \"transitive\": true");
    put_literal(out, " }");
}
