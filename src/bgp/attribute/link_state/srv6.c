/* Shapes of TLVs of SRv6, RFC 9514.
 *
 *     1106  behavior (2), flags (1), algorithm (1), weight (1), reserved (1), SID (16), sub-TLVs
 *     1107  the same, with the IS-IS system identifier of the neighbor (6) before the SID
 *     1108  or its OSPF router identifier (4)
 *     1162  flags (1), algorithm (1), reserved (2), metric (4), sub-TLVs */
#include "base/ip.h"
#include "base/number.h"
#include "bgp/attribute/link_state/kind.h"

enum { TLV_SID_STRUCTURE = 1252, STRUCTURE_SIZE = 4, SYSTEM_ID = 6, ROUTER_ID = 4 };

/* ---- Structure of a SID ---- */

static void put_structure(struct buffer *out, struct cursor value) {
    static const char *const keys[] = {
        "{\"loc_block_len\": ", ", \"loc_node_len\": ", ", \"func_len\": ", ", \"arg_len\": "};
    for (int i = 0; i < STRUCTURE_SIZE; i++) {
        put_string(out, keys[i]);
        put_decimal(out, cursor_u8(&value));
    }
    put_char(out, '}');
}

static void structure_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                           struct buffer *out) {
    (void)kind;
    (void)style;
    put_structure(out, value);
}

static void structure_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                           struct buffer *out) {
    (void)style;
    put_string(out, kind->title);
    put_literal(out, " [");
    for (int i = 0; i < STRUCTURE_SIZE; i++) {
        put_decimal(out, cursor_u8(&value));
        put_char(out, ',');
    }
    put_char(out, ']');
}

const struct ls_shape ls_srv6_structure = {.good = ls_good_least, .json = structure_json, .text = structure_text};

/* ---- End.X SIDs ---- */

static struct cursor end_x_subtlvs(struct cursor value, size_t neighbor) {
    cursor_take(&value, 22 + neighbor);
    return value;
}

static bool end_x_good(struct cursor value, size_t neighbor) {
    struct cursor rest = end_x_subtlvs(value, neighbor);
    struct tlv tlv;
    while (tlv_next(&rest, 2, 2, &tlv))
        if (tlv.type == TLV_SID_STRUCTURE && cursor_left(&tlv.value) < STRUCTURE_SIZE)
            return false;
    return !rest.bad;
}

static void put_unknown_subtlv(struct buffer *out, const struct tlv *tlv, const char *before, const char *after) {
    put_literal(out, ", \"");
    put_string(out, before);
    put_decimal(out, tlv->type);
    put_string(out, after);
    put_literal(out, "\": \"0x");
    put_hex_upper(out, tlv->value);
    put_char(out, '"');
}

/* Each type once: a JSON object has each key once. */
static void put_subtlvs(struct buffer *out, struct cursor rest, const char *before, const char *after) {
    uint8_t seen[(UINT16_MAX + 1) / 8];
    struct tlv tlv;
    if (cursor_done(&rest))
        return;
    memset(seen, 0, sizeof seen);
    while (tlv_next(&rest, 2, 2, &tlv)) {
        uint8_t *octet = &seen[tlv.type / 8], bit = (uint8_t)(1 << tlv.type % 8);
        if (*octet & bit)
            continue;
        *octet |= bit;
        if (tlv.type == TLV_SID_STRUCTURE) {
            put_literal(out, ", \"srv6-sid-structure\": ");
            put_structure(out, tlv.value);
        } else {
            put_unknown_subtlv(out, &tlv, before, after);
        }
    }
}

struct end_x {
    uint16_t behavior;
    uint8_t flags, algorithm, weight;
    struct cursor neighbor, sid, rest;
};

static struct end_x end_x_of(struct cursor value, size_t neighbor) {
    struct end_x x;
    x.behavior = cursor_u16(&value);
    x.flags = cursor_u8(&value);
    x.algorithm = cursor_u8(&value);
    x.weight = cursor_u8(&value);
    cursor_u8(&value);
    x.neighbor = cursor_cut(&value, neighbor);
    x.sid = cursor_cut(&value, 16);
    x.rest = value;
    return x;
}

static void put_neighbor(struct buffer *out, struct cursor neighbor) {
    if (cursor_left(&neighbor) == ROUTER_ID)
        put_ip(out, ip_of(neighbor.p, ROUTER_ID));
    else
        put_hex(out, neighbor);
}

static void put_end_x_json(struct buffer *out, const struct ls_kind *kind, const struct end_x *x) {
    put_literal(out, "{\"flags\": ");
    put_ls_flags(out, kind->flags, x->flags);
    if (!cursor_done(&x->neighbor)) {
        put_literal(out, ", \"neighbor-id\": \"");
        put_neighbor(out, x->neighbor);
        put_char(out, '"');
    }
    put_literal(out, ", \"behavior\": ");
    put_decimal(out, x->behavior);
    put_literal(out, ", \"algorithm\": ");
    put_decimal(out, x->algorithm);
    put_literal(out, ", \"weight\": ");
    put_decimal(out, x->weight);
    put_literal(out, ", \"sid\": \"");
    put_ipv6(out, x->sid.p);
    put_char(out, '"');
}

static void put_end_x_text(struct buffer *out, const struct ls_kind *kind, const struct end_x *x) {
    put_string(out, kind->title);
    put_literal(out, ": ");
    put_decimal(out, x->behavior);
    if (!cursor_done(&x->neighbor)) {
        put_literal(out, ", neighbor-id: ");
        put_neighbor(out, x->neighbor);
    }
    put_literal(out, ", flags: ");
    size_t start = buffer_len(out);
    put_ls_flags(out, kind->flags, x->flags);
    ls_python(out, start);
    put_literal(out, ", algorithm: ");
    put_decimal(out, x->algorithm);
    put_literal(out, ", weight: ");
    put_decimal(out, x->weight);
    put_literal(out, ", sid: ");
    put_ipv6(out, x->sid.p);
}

static bool end_x_plain_good(const struct ls_kind *kind, struct cursor value) {
    (void)kind;
    return end_x_good(value, 0);
}

static void end_x_plain_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                             struct buffer *out) {
    struct end_x x = end_x_of(value, 0);
    put_end_x_json(out, kind, &x);
    put_subtlvs(out, x.rest, style->form == FORM_5 ? "subtlv-not-implemented-" : "unknown-subtlv-", "");
    put_char(out, '}');
}

static void end_x_plain_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                             struct buffer *out) {
    struct end_x x = end_x_of(value, 0);
    (void)style;
    put_end_x_text(out, kind, &x);
}

const struct ls_shape ls_srv6_end_x = {.good = end_x_plain_good, .json = end_x_plain_json, .text = end_x_plain_text};

/* The rows' sizes tell both apart: 22 octets, and the neighbor. */
static bool end_x_lan_good(const struct ls_kind *kind, struct cursor value) {
    return end_x_good(value, kind->size - 22U);
}

static void end_x_lan_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                           struct buffer *out) {
    struct end_x x = end_x_of(value, kind->size - 22U);
    bool form5 = style->form == FORM_5;
    put_end_x_json(out, kind, &x);
    put_subtlvs(out, x.rest, form5 ? "" : "unknown-subtlv-", form5 ? "-undecoded" : "");
    put_char(out, '}');
}

static void end_x_lan_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                           struct buffer *out) {
    struct end_x x = end_x_of(value, kind->size - 22U);
    (void)style;
    put_end_x_text(out, kind, &x);
}

const struct ls_shape ls_srv6_lan_isis = {.good = end_x_lan_good, .json = end_x_lan_json, .text = end_x_lan_text};
/* ExaBGP reads the SID four octets early here; this reads it where RFC 9514 has it. */
const struct ls_shape ls_srv6_lan_ospf = {.good = end_x_lan_good, .json = end_x_lan_json, .text = end_x_lan_text};

/* ---- Locators, behaviors, capabilities ---- */

static void locator_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                         struct buffer *out) {
    uint8_t flags = cursor_u8(&value), algorithm = cursor_u8(&value);
    (void)style;
    cursor_u16(&value);
    put_literal(out, "{\"flags\": ");
    put_ls_flags(out, kind->flags, flags);
    put_literal(out, ", \"algorithm\": ");
    put_decimal(out, algorithm);
    put_literal(out, ", \"metric\": ");
    put_decimal(out, cursor_u32(&value));
    put_char(out, '}');
}

static void locator_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                         struct buffer *out) {
    uint8_t flags = cursor_u8(&value), algorithm = cursor_u8(&value);
    (void)style;
    cursor_u16(&value);
    put_literal(out, "flags: ");
    size_t start = buffer_len(out);
    put_ls_flags(out, kind->flags, flags);
    ls_python(out, start);
    put_literal(out, ", algorithm: ");
    put_decimal(out, algorithm);
    put_literal(out, ", metric: ");
    put_decimal(out, cursor_u32(&value));
}

const struct ls_shape ls_srv6_locator = {.good = ls_good_least, .json = locator_json, .text = locator_text};

static void behavior_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                          struct buffer *out) {
    (void)kind;
    (void)style;
    put_literal(out, "{\"endpoint-behavior\": ");
    put_decimal(out, cursor_u16(&value));
    cursor_u8(&value);
    put_literal(out, ", \"flags\": [], \"algorithm\": ");
    put_decimal(out, cursor_u8(&value));
    put_char(out, '}');
}

/* A decimal number after 0x: so ExaBGP shows it. */
static void behavior_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                          struct buffer *out) {
    (void)style;
    put_string(out, kind->title);
    put_literal(out, " [0x");
    put_decimal(out, cursor_u16(&value));
    cursor_u8(&value);
    put_literal(out, ", flags: [], algorithm: ");
    put_decimal(out, cursor_u8(&value));
    put_char(out, ']');
}

const struct ls_shape ls_srv6_behavior = {.good = ls_good_least, .json = behavior_json, .text = behavior_text};

/* ExaBGP takes the flag from this bit, as a number. */
static uint16_t capabilities_o(struct cursor value) {
    return cursor_u16(&value) & 0x40;
}

static void capabilities_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                              struct buffer *out) {
    (void)kind;
    (void)style;
    put_literal(out, "{\"flags\": {\"O\": ");
    put_decimal(out, capabilities_o(value));
    put_literal(out, "}}");
}

static void capabilities_text(const struct ls_kind *kind, struct cursor value, const struct style *style,
                              struct buffer *out) {
    (void)kind;
    (void)style;
    put_literal(out, "flags: {'O': ");
    put_decimal(out, capabilities_o(value));
    put_char(out, '}');
}

const struct ls_shape ls_srv6_capabilities = {
    .good = ls_good_exact, .json = capabilities_json, .text = capabilities_text};
