/* BGP Prefix-SID, RFC 8669, and SRv6 services, RFC 9252.
 *
 *     type (1) | length (2) | value                                                    TLVs; sub-TLVs have the same
 * head
 *
 *     1  label index   reserved (1), flags (2), index (4)
 *     3  SRGB          flags (2), then base (3) and range (3) again and again
 *     5  L3 service    reserved (1), sub-TLVs; 6 is the same for L2
 *        1  SID        reserved (1), SID (16), flags (1), behavior (2), reserved (1), sub-sub-TLVs
 *           1  structure of the SID: six lengths (1 each)
 *
 * Of TLVs that come twice the first counts. In words, the labels are `bgp-prefix-sid [ 777, [ ( 800000,4096 ) ] ]` and
 * a service is `bgp-prefix-sid-srv6 ( l3-service fc00::1 0x48 [ 64,24,16,0,0,0 ] )`: two words, one attribute. */
#include "base/ip.h"
#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/part/tlv.h"

enum { SID_LABEL_INDEX = 1, SID_SRGB = 3, SID_L3_SERVICE = 5, SID_L2_SERVICE = 6 };
enum { SERVICE_SID = 1, SERVICE_SID_HEAD = 21, SID_STRUCTURE = 1, SID_STRUCTURE_LENGTH = 6 };
enum { BEHAVIOR_OPAQUE = 0xffff };

static bool sid_tlv_next(struct cursor *from, struct tlv *out) {
    return tlv_next(from, 1, 2, out);
}

/* ---- Check ---- */

static bool sid_information_is_good(struct cursor value) {
    struct tlv tlv;
    cursor_take(&value, SERVICE_SID_HEAD);
    while (sid_tlv_next(&value, &tlv))
        if (tlv.type == SID_STRUCTURE && cursor_left(&tlv.value) != SID_STRUCTURE_LENGTH)
            return false;
    return !value.bad;
}

static bool sid_service_is_good(struct cursor value) {
    struct tlv tlv;
    cursor_u8(&value);
    while (sid_tlv_next(&value, &tlv))
        if (tlv.type == SERVICE_SID && !sid_information_is_good(tlv.value))
            return false;
    return !value.bad;
}

/* A service that cannot be read makes the route useless, a label only the label: RFC 9252 section 7, RFC 8669 6. */
static enum harm sid_tlv_harm(const struct tlv *tlv) {
    size_t len = cursor_left(&tlv->value);
    switch (tlv->type) {
    case SID_LABEL_INDEX: return len == 7 ? HARM_NONE : HARM_DISCARD;
    case SID_SRGB: return len > 2 && (len - 2) % 6 == 0 ? HARM_NONE : HARM_DISCARD;
    case SID_L3_SERVICE:
    case SID_L2_SERVICE: return sid_service_is_good(tlv->value) ? HARM_NONE : HARM_WITHDRAW;
    default: return HARM_NONE;
    }
}

static enum harm prefix_sid_check(struct cursor value, const struct terms *terms) {
    enum harm harm = cursor_done(&value) ? HARM_DISCARD : HARM_NONE;
    struct tlv tlv;
    (void)terms;
    while (sid_tlv_next(&value, &tlv)) {
        enum harm one = sid_tlv_harm(&tlv);
        if (one > harm)
            harm = one;
    }
    return value.bad && harm < HARM_DISCARD ? HARM_DISCARD : harm;
}

static const char *prefix_sid_met(struct cursor value, const struct terms *terms, enum harm harm) {
    (void)value, (void)terms;
    return harm == HARM_WITHDRAW ? "ATT-40s" : "ATT-40";
}

/* ---- Words to octets ---- */

static bool sid_number_of(struct words *words, struct text t, const char *what, uint64_t most, uint64_t *out) {
    return number_parse_any(t, most, out) || words_fail(words, "%s is not valid: \"%.*s\"", what, TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "a number from 0 to %llu", (unsigned long long)most);
}

static bool sid_number(struct words *words, const char *what, uint64_t most, uint64_t *out) {
    struct text t;
    return words_take(words, what, &t) && sid_number_of(words, t, what, most, out);
}

/* `( base,range )`. A configuration does not part parentheses from what they touch. */
static bool srgb_range_parse(struct words *words, uint64_t *base, uint64_t *range) {
    static const char base_name[] = "the base of the SRGB", range_name[] = "the range of the SRGB";
    struct text t;
    if (!words_take(words, "\"(\"", &t))
        return false;
    if (t.len == 0 || t.p[0] != '(')
        return words_fail(words, "unexpected \"%.*s\"", TEXT_ARGS(t)) || complain_wanted(words->complaint, "\"(\"");
    t = (struct text){t.p + 1, t.len - 1};
    if (t.len ? !sid_number_of(words, t, base_name, 0xffffff, base) : !sid_number(words, base_name, 0xffffff, base))
        return false;
    if (!words_expect(words, ",") || !words_take(words, range_name, &t))
        return false;
    bool closed = t.len > 1 && t.p[t.len - 1] == ')';
    t.len -= closed;
    return sid_number_of(words, t, range_name, 0xffffff, range) && (closed || words_expect(words, ")"));
}

/* `[ ( base,range ), ... ]`, its bracket taken. */
static bool srgb_parse(struct words *words, struct buffer *value) {
    size_t start = buffer_len(value);
    put_u8(value, SID_SRGB);
    size_t hole = put_hole16(value);
    put_u16(value, 0);
    while (!words_accept(words, "]")) {
        uint64_t base, range;
        if (!srgb_range_parse(words, &base, &range))
            return false;
        put_u24(value, (uint32_t)base);
        put_u24(value, (uint32_t)range);
        words_accept(words, ",");
    }
    fill_hole16(value, hole);
    if (buffer_len(value) - start == 5) /* without a range there is no TLV */
        buffer_cut(value, start);
    return true;
}

static bool label_index_parse(struct words *words, struct buffer *value) {
    uint64_t index;
    if (!sid_number(words, "the label index", UINT32_MAX, &index))
        return false;
    put_u8(value, SID_LABEL_INDEX);
    put_u16(value, 7);
    put_u24(value, 0);
    put_u32(value, (uint32_t)index);
    words_accept(words, ",");
    if (words_accept(words, "[") && !srgb_parse(words, value))
        return false;
    return words_expect(words, "]");
}

/* Six lengths, the bracket taken. */
static bool sid_structure_parse(struct words *words, struct buffer *value) {
    put_u8(value, SID_STRUCTURE);
    put_u16(value, SID_STRUCTURE_LENGTH);
    for (int i = 0; i < SID_STRUCTURE_LENGTH; i++) {
        uint64_t length;
        if ((i && !words_expect(words, ",")) || !sid_number(words, "a length of the SID", UINT8_MAX, &length))
            return false;
        put_u8(value, (uint8_t)length);
    }
    return words_expect(words, "]");
}

/* What follows the SID, up to the parenthesis: behavior and structure, both or the first or none. */
static bool sid_behavior_parse(struct words *words, struct buffer *value) {
    uint64_t behavior = BEHAVIOR_OPAQUE;
    struct text next;
    bool given = words_peek(words, &next) && !text_is(next, ")");
    if (given && !sid_number(words, "the endpoint behavior", UINT16_MAX, &behavior))
        return false;
    put_u8(value, 0);
    put_u16(value, (uint16_t)behavior);
    put_u8(value, 0);
    if (words_accept(words, "[") && !sid_structure_parse(words, value))
        return false;
    return words_expect(words, ")");
}

/* `( l3-service SID [BEHAVIOR [ [ a,b,c,d,e,f ] ]] )`, the parenthesis taken. ExaBGP 4.2 said `vpn` and `l3vpn`. */
static bool sid_service_parse(struct words *words, struct buffer *value) {
    struct text t;
    struct ip sid;
    if (!words_take(words, "l3-service or l2-service", &t))
        return false;
    bool l3 = text_is(t, "l3-service") || text_is(t, "l3vpn") || text_is(t, "vpn");
    if (!l3 && !text_is(t, "l2-service"))
        return words_fail(words, "unknown service \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "l3-service or l2-service");
    if (!words_take(words, "an IPv6 address", &t))
        return false;
    if (!ip_parse(t, &sid) || sid.len != 16)
        return words_fail(words, "the SID is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "an IPv6 address");
    put_u8(value, l3 ? SID_L3_SERVICE : SID_L2_SERVICE);
    size_t service = put_hole16(value);
    put_u8(value, 0);
    put_u8(value, SERVICE_SID);
    size_t information = put_hole16(value);
    put_u8(value, 0);
    put_cursor(value, ip_cursor(&sid));
    if (!sid_behavior_parse(words, value))
        return false;
    fill_hole16(value, information);
    fill_hole16(value, service);
    return true;
}

static bool prefix_sid_parse(struct words *words, struct buffer *value) {
    if (words_accept(words, "("))
        return sid_service_parse(words, value);
    return words_expect(words, "[") && label_index_parse(words, value);
}

/* ---- Octets to words ---- */

static bool sid_find(struct cursor value, uint16_t type, struct cursor *out) {
    struct tlv tlv;
    while (sid_tlv_next(&value, &tlv))
        if (tlv.type == type) {
            *out = tlv.value;
            return true;
        }
    return false;
}

static uint32_t label_index(struct cursor value) {
    cursor_u24(&value);
    return cursor_u32(&value);
}

/* `[ ( 800000,4096 ), ( 865536,4096 ) ]` */
static void put_srgb_text(struct buffer *out, struct cursor value) {
    cursor_u16(&value);
    put_literal(out, "[ ");
    for (const char *open = "( "; !cursor_done(&value); open = ", ( ") {
        put_string(out, open);
        put_decimal(out, cursor_u24(&value));
        put_char(out, ',');
        put_decimal(out, cursor_u24(&value));
        put_literal(out, " )");
    }
    put_literal(out, " ]");
}

static void put_lengths(struct buffer *out, struct cursor value) {
    for (int i = 0; i < SID_STRUCTURE_LENGTH; i++) {
        if (i)
            put_char(out, ',');
        put_decimal(out, cursor_u8(&value));
    }
}

static void put_hex_number(struct buffer *out, uint16_t v) {
    static const char digits[] = "0123456789abcdef";
    int shift = v > 0xfff ? 12 : v > 0xff ? 8 : v > 0xf ? 4 : 0;
    put_literal(out, "0x");
    for (; shift >= 0; shift -= 4)
        put_char(out, digits[v >> shift & 15]);
}

struct sid_information {
    const uint8_t *sid; /* borrowed: 16 octets */
    uint16_t behavior;
    struct cursor rest; /* sub-sub-TLVs */
};

static struct sid_information sid_information(struct cursor value) {
    struct sid_information information;
    cursor_u8(&value);
    information.sid = cursor_take(&value, 16);
    cursor_u8(&value);
    information.behavior = cursor_u16(&value);
    cursor_u8(&value);
    information.rest = value;
    return information;
}

/* The brackets do not match: neither do ExaBGP's. */
static void put_sid_text(struct buffer *out, struct cursor value) {
    struct sid_information information = sid_information(value);
    struct tlv tlv;
    put_literal(out, "sid-information [ sid:");
    put_ipv6(out, information.sid);
    put_literal(out, " flags:0 endpoint_behavior:");
    put_hex_number(out, information.behavior);
    put_char(out, ' ');
    if (cursor_done(&information.rest))
        return;
    put_literal(out, " [ ");
    for (const char *between = ""; sid_tlv_next(&information.rest, &tlv); between = ", ") {
        put_string(out, between);
        if (tlv.type == SID_STRUCTURE) {
            put_literal(out, "sid-structure [");
            put_lengths(out, tlv.value);
            put_char(out, ']');
        } else {
            put_literal(out, "SRv6 Service Data Sub-Sub-TLV type ");
            put_decimal(out, tlv.type);
            put_literal(out, " not implemented");
        }
    }
    put_literal(out, " ]");
}

static void put_service_text(struct buffer *out, const struct tlv *service) {
    struct cursor value = service->value;
    struct tlv tlv;
    put_string(out, service->type == SID_L3_SERVICE ? "l3-service [ " : "l2-service [ ");
    cursor_u8(&value);
    for (const char *between = ""; sid_tlv_next(&value, &tlv); between = ", ") {
        put_string(out, between);
        if (tlv.type == SERVICE_SID) {
            put_sid_text(out, tlv.value);
        } else {
            put_literal(out, "SRv6 Service Sub-TLV type ");
            put_decimal(out, tlv.type);
            put_literal(out, " not implemented");
        }
    }
    put_literal(out, " ]");
}

static void put_sid_tlv_text(struct buffer *out, const struct tlv *tlv) {
    switch (tlv->type) {
    case SID_SRGB: put_srgb_text(out, tlv->value); break;
    case SID_L3_SERVICE:
    case SID_L2_SERVICE: put_service_text(out, tlv); break;
    default:
        put_literal(out, "Attribute with code [ ");
        put_decimal(out, tlv->type);
        put_literal(out, " ] not implemented");
    }
}

/* A service as a command; of several, or with more than words can say, the caller takes octets instead. */
static void put_service_command(struct buffer *out, const struct tlv *service) {
    struct cursor value = service->value, sid, structure;
    cursor_u8(&value);
    if (!sid_find(value, SERVICE_SID, &sid))
        return;
    struct sid_information information = sid_information(sid);
    bool structured = sid_find(information.rest, SID_STRUCTURE, &structure);
    put_string(out, service->type == SID_L3_SERVICE ? "bgp-prefix-sid-srv6 ( l3-service "
                                                    : "bgp-prefix-sid-srv6 ( l2-service ");
    put_ipv6(out, information.sid);
    if (structured || information.behavior != BEHAVIOR_OPAQUE) {
        put_char(out, ' ');
        put_hex_number(out, information.behavior);
    }
    if (structured) {
        put_literal(out, " [ ");
        put_lengths(out, structure);
        put_literal(out, " ]");
    }
    put_literal(out, " )");
}

static void prefix_sid_text(struct cursor value, const struct style *style, struct buffer *out) {
    struct cursor index, srgb;
    struct tlv tlv;
    bool labelled = sid_find(value, SID_LABEL_INDEX, &index);
    if (style->command && !labelled) {
        if (sid_tlv_next(&value, &tlv) && (tlv.type == SID_L3_SERVICE || tlv.type == SID_L2_SERVICE))
            put_service_command(out, &tlv);
        return;
    }
    put_literal(out, "bgp-prefix-sid [ ");
    if (labelled) {
        put_decimal(out, label_index(index));
        if (sid_find(value, SID_SRGB, &srgb)) {
            put_literal(out, ", ");
            put_srgb_text(out, srgb);
        }
    } else {
        for (const char *between = ""; sid_tlv_next(&value, &tlv); between = ", ") {
            put_string(out, between);
            put_sid_tlv_text(out, &tlv);
        }
    }
    put_literal(out, " ]");
}

/* ---- Octets to JSON ---- */

static void put_srgb_json(struct buffer *out, struct cursor value) {
    cursor_u16(&value);
    put_literal(out, "\"sr-srgbs\": [");
    for (const char *open = "["; !cursor_done(&value); open = ", [") {
        put_string(out, open);
        put_decimal(out, cursor_u24(&value));
        put_literal(out, ", ");
        put_decimal(out, cursor_u24(&value));
        put_char(out, ']');
    }
    put_char(out, ']');
}

static void put_structure_json(struct buffer *out, struct cursor value) {
    static const char *const keys[] = {
        "{\"locator-block-length\": ", ", \"locator-node-length\": ",  ", \"function-length\": ",
        ", \"argument-length\": ",     ", \"transposition-length\": ", ", \"transposition-offset\": "};
    put_literal(out, "\"structure\": ");
    for (int i = 0; i < SID_STRUCTURE_LENGTH; i++) {
        put_string(out, keys[i]);
        put_decimal(out, cursor_u8(&value));
    }
    put_char(out, '}');
}

/* `{"type": 9, "raw": "0102"}` */
static void put_unknown_json(struct buffer *out, const struct tlv *tlv) {
    put_literal(out, "{\"type\": ");
    put_decimal(out, tlv->type);
    put_literal(out, ", \"raw\": \"");
    put_hex(out, tlv->value);
    put_literal(out, "\"}");
}

/* ExaBGP 6 puts unknown sub-sub-TLVs into the object without a key, which is no JSON: they get one. */
static void put_unknown_list_json(struct buffer *out, struct cursor rest) {
    struct tlv tlv;
    const char *open = ", \"unknown\": [";
    while (sid_tlv_next(&rest, &tlv)) {
        if (tlv.type == SID_STRUCTURE)
            continue;
        put_string(out, open);
        put_unknown_json(out, &tlv);
        open = ", ";
    }
    if (*open == ',' && open[2] != '"')
        put_char(out, ']');
}

static void put_sid_json(struct buffer *out, struct cursor value, const struct style *style) {
    struct sid_information information = sid_information(value);
    struct cursor structure;
    put_literal(out, "{ \"sid\": \"");
    put_ipv6(out, information.sid);
    put_literal(out, "\", \"flags\": 0, \"endpoint_behavior\": ");
    put_decimal(out, information.behavior);
    if (sid_find(information.rest, SID_STRUCTURE, &structure)) {
        put_literal(out, ", ");
        put_structure_json(out, structure);
    }
    if (style->form != FORM_5)
        put_unknown_list_json(out, information.rest);
    put_literal(out, " }");
}

static void put_service_json(struct buffer *out, const struct tlv *service, const struct style *style) {
    struct cursor value = service->value;
    struct tlv tlv;
    put_string(out, service->type == SID_L3_SERVICE ? "\"l3-service\": [ " : "\"l2-service\": [ ");
    cursor_u8(&value);
    const char *between = "";
    while (sid_tlv_next(&value, &tlv)) {
        bool known = tlv.type == SERVICE_SID;
        if (!known && style->form == FORM_5)
            continue;
        put_string(out, between);
        between = ", ";
        if (known)
            put_sid_json(out, tlv.value, style);
        else
            put_unknown_json(out, &tlv);
    }
    put_literal(out, " ]");
}

static void put_sid_tlv_json(struct buffer *out, const struct tlv *tlv, const struct style *style) {
    switch (tlv->type) {
    case SID_LABEL_INDEX:
        put_literal(out, "\"sr-label-index\": ");
        put_decimal(out, label_index(tlv->value));
        break;
    case SID_SRGB: put_srgb_json(out, tlv->value); break;
    case SID_L3_SERVICE:
    case SID_L2_SERVICE: put_service_json(out, tlv, style); break;
    default:
        put_literal(out, "\"attribute-not-implemented-");
        put_decimal(out, tlv->type);
        put_literal(out, "\": \"0x");
        put_hex_upper(out, tlv->value);
        put_char(out, '"');
    }
}

static void prefix_sid_json(struct cursor value, const struct style *style, struct buffer *out) {
    struct tlv_seen seen = {0};
    struct tlv tlv;
    const char *between = "";
    put_literal(out, "\"bgp-prefix-sid\": { ");
    while (sid_tlv_next(&value, &tlv)) {
        if (!tlv_first(&seen, (uint8_t)tlv.type))
            continue;
        put_string(out, between);
        put_sid_tlv_json(out, &tlv, style);
        between = ", ";
    }
    put_literal(out, " }");
}

const struct attribute_kind attribute_prefix_sid = {
    .code = ATTRIBUTE_PREFIX_SID,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .flags_harm = HARM_DISCARD,
    .name = "bgp-prefix-sid",
    .row = "ATT-40",
    .want = "[ index ], [ index, [ ( base,range ) ] ], or ( l3-service SID [behavior [ a,b,c,d,e,f ]] )",
    .check = prefix_sid_check,
    .met = prefix_sid_met,
    .parse = prefix_sid_parse,
    .text = prefix_sid_text,
    .json = prefix_sid_json,
};
