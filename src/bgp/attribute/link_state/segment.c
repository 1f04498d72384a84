/* Shapes of TLVs of segment routing with labels, RFC 9085.
 *
 *     1034  flags (1), reserved (1), then range (3) and SID/label TLV (2, 2, 3 or 4) again and again
 *     1099  flags (1), weight (1), reserved (2), SID
 *     1100  the same, with the system identifier of the neighbor (6) before the SID
 *     1158  flags (1), algorithm (1), reserved (2), SID
 *
 * A SID is a label of three octets when flags V and L are set, an index of four when neither is, and else nobody
 * knows. */
#include "base/number.h"
#include "bgp/attribute/link_state/kind.h"

enum { TLV_SID_LABEL = 1161, LABEL_SIZE = 3, INDEX_SIZE = 4, SYSTEM_ID = 6 };

/* ---- Capabilities ---- */

static bool range_next(struct cursor *from, uint32_t *range, struct tlv *sid) {
    if (cursor_done(from))
        return false;
    *range = cursor_u24(from);
    if (cursor_done(from)) /* a range without its SID */
        from->bad = true;
    return !from->bad && tlv_next(from, 2, 2, sid);
}

static bool capabilities_good(const struct ls_kind *kind, struct cursor value) {
    uint32_t range;
    struct tlv sid;
    (void)kind;
    cursor_u16(&value);
    while (range_next(&value, &range, &sid))
        ;
    return !value.bad;
}

/* `[[8000, 16000]]`: range, label or index. */
static void put_ranges(struct buffer *out, struct cursor value) {
    uint32_t range;
    struct tlv sid;
    const char *open = "[";
    cursor_u16(&value);
    put_char(out, '[');
    while (range_next(&value, &range, &sid)) {
        size_t len = cursor_left(&sid.value);
        if (sid.type != TLV_SID_LABEL || (len != LABEL_SIZE && len != INDEX_SIZE))
            continue;
        put_string(out, open);
        put_decimal(out, range);
        put_literal(out, ", ");
        put_decimal(out, len == LABEL_SIZE ? cursor_u24(&sid.value) & 0xfffff : cursor_u32(&sid.value));
        put_char(out, ']');
        open = ", [";
    }
    put_char(out, ']');
}

/* Two keys: the first is the row's. */
static void capabilities_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                              struct buffer *out) {
    (void)style;
    put_ls_flags(out, kind->flags, *value.p);
    put_literal(out, ", \"sids\": ");
    put_ranges(out, value);
}

static void put_python_flags(struct buffer *out, const struct ls_kind *kind, uint8_t octet) {
    size_t start = buffer_len(out);
    put_ls_flags(out, kind->flags, octet);
    ls_python(out, start);
}

static void capabilities_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                              struct buffer *out) {
    (void)style;
    put_string(out, kind->title);
    put_literal(out, ": ");
    put_python_flags(out, kind, *value.p);
    put_literal(out, ", sids: ");
    put_ranges(out, value);
}

const struct ls_shape ls_capabilities = {
    .good = capabilities_good, .json = capabilities_json, .text = capabilities_text};

/* ---- SIDs ---- */

/* The size of the SIDs that these flags say, given where V and L stand; 0: nobody knows. */
static size_t sid_size(uint8_t flags, uint8_t v, uint8_t l) {
    bool value = flags & v, local = flags & l;
    return value != local ? 0 : value ? LABEL_SIZE : INDEX_SIZE;
}

static void put_sids(struct buffer *out, struct cursor sids, size_t size) {
    put_char(out, '[');
    for (const char *between = ""; size && cursor_left(&sids) >= size; between = ", ") {
        put_string(out, between);
        put_decimal(out, size == LABEL_SIZE ? cursor_u24(&sids) : cursor_u32(&sids));
    }
    put_char(out, ']');
}

/* `["0x0000004D"]` */
static void put_undecoded(struct buffer *out, struct cursor sids, size_t size) {
    put_char(out, '[');
    if (!size && !cursor_done(&sids)) {
        put_literal(out, "\"0x");
        put_hex_upper(out, sids);
        put_char(out, '"');
    }
    put_char(out, ']');
}

/* A tuple of Python, `()`, `('0x0000004D',)`; in form 5 a list. */
static void put_undecoded_text(struct buffer *out, struct cursor sids, size_t size, const struct style *style) {
    bool list = style->form == FORM_5;
    put_char(out, list ? '[' : '(');
    if (!size && !cursor_done(&sids)) {
        put_literal(out, "'0x");
        put_hex_upper(out, sids);
        put_string(out, list ? "'" : "',");
    }
    put_char(out, list ? ']' : ')');
}

enum { ADJACENCY_V = 0x20, ADJACENCY_L = 0x10, PREFIX_V = 0x08, PREFIX_L = 0x04 };

static void adjacency_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                           struct buffer *out) {
    uint8_t flags = cursor_u8(&value), weight = cursor_u8(&value);
    size_t size = sid_size(flags, ADJACENCY_V, ADJACENCY_L);
    (void)style;
    cursor_u16(&value);
    put_literal(out, "{\"flags\": ");
    put_ls_flags(out, kind->flags, flags);
    put_literal(out, ", \"sids\": ");
    put_sids(out, value, size);
    put_literal(out, ", \"weight\": ");
    put_decimal(out, weight);
    put_literal(out, ", \"undecoded-sids\": ");
    put_undecoded(out, value, size);
    put_char(out, '}');
}

static void put_sid_text(struct buffer *out, const struct ls_kind *kind, struct cursor value, uint8_t v, uint8_t l,
                         const char *undecoded, const struct style *style) {
    uint8_t flags = *value.p;
    size_t size = sid_size(flags, v, l);
    cursor_u32(&value);
    put_string(out, kind->title);
    put_literal(out, ": ");
    put_python_flags(out, kind, flags);
    put_literal(out, ", sids: ");
    put_sids(out, value, size);
    put_string(out, undecoded);
    put_undecoded_text(out, value, size, style);
}

static void adjacency_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                           struct buffer *out) {
    put_sid_text(out, kind, value, ADJACENCY_V, ADJACENCY_L, ", undecoded_sid ", style);
}

const struct ls_shape ls_adjacency = {.good = ls_good_least, .json = adjacency_json, .text = adjacency_text};

/* ExaBGP main shows the flags alone: here it is the form of 5.0, which says all. */
static void lan_adjacency_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                               struct buffer *out) {
    uint8_t flags = cursor_u8(&value), weight = cursor_u8(&value);
    size_t size = sid_size(flags, ADJACENCY_V, ADJACENCY_L);
    (void)style;
    cursor_u16(&value);
    struct cursor system = cursor_cut(&value, SYSTEM_ID);
    put_literal(out, "{\"flags\": ");
    put_ls_flags(out, kind->flags, flags);
    put_literal(out, ", \"weight\": ");
    put_decimal(out, weight);
    put_literal(out, ", \"system-id\": \"");
    put_hex(out, system);
    put_literal(out, "\", \"sids\": ");
    put_sids(out, value, size);
    put_literal(out, ", \"undecoded\": ");
    put_undecoded(out, value, size);
    put_char(out, '}');
}

static void lan_adjacency_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                               struct buffer *out) {
    put_string(out, kind->title);
    put_literal(out, ": ");
    size_t start = buffer_len(out);
    put_char(out, '[');
    lan_adjacency_json(kind, value, style, out);
    put_char(out, ']');
    ls_python(out, start);
}

const struct ls_shape ls_lan_adjacency = {
    .good = ls_good_least, .json = lan_adjacency_json, .text = lan_adjacency_text};

/* An index of another size than four octets contradicts the flags. */
static bool prefix_sid_good(const struct ls_kind *kind, struct cursor value) {
    size_t len = cursor_left(&value);
    if (len < kind->size)
        return false;
    return sid_size(*value.p, PREFIX_V, PREFIX_L) != INDEX_SIZE || len == (size_t)kind->size + INDEX_SIZE;
}

/* An object, but in form 5, where the four keys stand for themselves and the first is the row's. */
static void prefix_sid_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                            struct buffer *out) {
    uint8_t flags = cursor_u8(&value), algorithm = cursor_u8(&value);
    size_t size = sid_size(flags, PREFIX_V, PREFIX_L);
    cursor_u16(&value);
    if (style->form != FORM_5)
        put_literal(out, "{\"sr-prefix-flags\": ");
    put_ls_flags(out, kind->flags, flags);
    put_literal(out, ", \"sids\": ");
    put_sids(out, value, size);
    put_literal(out, ", \"undecoded-sids\": ");
    put_undecoded(out, value, size);
    put_literal(out, ", \"sr-algorithm\": ");
    put_decimal(out, algorithm);
    if (style->form != FORM_5)
        put_char(out, '}');
}

static void prefix_sid_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                            struct buffer *out) {
    put_sid_text(out, kind, value, PREFIX_V, PREFIX_L, ", undecoded_sid: ", style);
}

const struct ls_shape ls_prefix_sid = {.good = prefix_sid_good, .json = prefix_sid_json, .text = prefix_sid_text};
