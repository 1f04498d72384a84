/* Sub-TLVs of an SR Policy, RFC 9830 section 2.4.
 *
 *     12  preference         flags, reserved, preference (4)
 *     13  binding SID        flags, reserved, nothing, or label entry (4), or SID (16)
 *     15  priority           priority, reserved
 *     20  SRv6 binding SID   flags, reserved, SID (16), and with flag 0x20 behavior (8)
 *     128 segment list       reserved, then weight and segments as TLVs with lengths of one octet
 *     129 candidate path name, 130 policy name: reserved, text
 *
 * What comes twice counts the first time (RFC 9012 section 13), but segment lists. Those of a size that says nothing
 * are shown like unknown ones, as octets. */
#include "bgp/attribute/sr_policy.h"

#include "base/ip.h"
#include "base/json.h"
#include "base/number.h"
#include "bgp/attribute/sr_segment.h"

enum {
    SUB_PREFERENCE = 12,
    SUB_BINDING_SID = 13,
    SUB_PRIORITY = 15,
    SUB_SRV6_BINDING_SID = 20,
    SUB_SEGMENT_LIST = 128,
    SUB_CANDIDATE_PATH_NAME = 129,
    SUB_POLICY_NAME = 130,
};

enum { SEGMENT_WEIGHT = 9, BINDING_SPECIFIED = 0x10, SRV6_BINDING_HAS_BEHAVIOR = 0x20, BOTTOM_OF_STACK = 1 };

bool sr_subtlv_next(struct cursor *from, struct tlv *out) {
    return tlv_next(from, 1, !cursor_done(from) && *from->p >= 128 ? 2 : 1, out);
}

/* The TLVs of a segment list, the reserved octet passed. */
static bool segment_next(struct cursor *from, struct tlv *out) {
    return tlv_next(from, 1, 1, out);
}

static bool segment_list_is_good(struct cursor list) {
    struct tlv segment;
    if (cursor_done(&list))
        return true;
    cursor_u8(&list);
    while (segment_next(&list, &segment))
        ;
    return !list.bad;
}

bool sr_policy_is_good(struct cursor subtlvs) {
    struct tlv tlv;
    while (sr_subtlv_next(&subtlvs, &tlv))
        if (tlv.type == SUB_SEGMENT_LIST && !segment_list_is_good(tlv.value))
            return false;
    return !subtlvs.bad;
}

void put_sr_policy_tunnel(struct buffer *value, struct cursor subtlvs) {
    put_u16(value, TUNNEL_SR_POLICY);
    size_t hole = put_hole16(value);
    put_cursor(value, subtlvs);
    fill_hole16(value, hole);
}

/* ---- Words to octets ---- */

static bool preference_parse(struct words *words, struct buffer *out) {
    uint64_t preference;
    if (!sr_number_parse(words, "the preference", UINT32_MAX, &preference))
        return false;
    put_u8(out, SUB_PREFERENCE);
    put_u8(out, 6);
    put_u16(out, 0);
    put_u32(out, (uint32_t)preference);
    return true;
}

static bool priority_parse(struct words *words, struct buffer *out) {
    uint64_t priority;
    if (!sr_number_parse(words, "the priority", UINT8_MAX, &priority))
        return false;
    put_u8(out, SUB_PRIORITY);
    put_u8(out, 2);
    put_u8(out, (uint8_t)priority);
    put_u8(out, 0);
    return true;
}

static bool binding_sid_parse(struct words *words, struct buffer *out) {
    struct text t;
    uint64_t label = 0;
    if (!words_take(words, "mpls LABEL, or null", &t))
        return false;
    bool null = text_is(t, "null");
    if (!null && !text_is(t, "mpls"))
        return words_fail(words, "unknown binding-sid \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "mpls LABEL, or null");
    if (!null && !sr_number_parse(words, "the label", SR_LABEL_MOST, &label))
        return false;
    put_u8(out, SUB_BINDING_SID);
    put_u8(out, null ? 2 : 6);
    put_u8(out, null ? 0 : BINDING_SPECIFIED);
    put_u8(out, 0);
    if (!null)
        put_u32(out, (uint32_t)label << 12 | BOTTOM_OF_STACK << 8);
    return true;
}

static bool srv6_binding_sid_parse(struct words *words, struct buffer *out) {
    put_u8(out, SUB_SRV6_BINDING_SID);
    size_t hole = put_hole8(out);
    put_u16(out, 0);
    if (!sr_address_parse(words, 16, out))
        return false;
    if (words_accept(words, "endpoint-behavior")) {
        if (!sr_behavior_parse(words, out))
            return false;
        if (!out->full)
            out->base[hole + 1] = SRV6_BINDING_HAS_BEHAVIOR;
    }
    fill_hole8(out, hole);
    return true;
}

static bool name_parse(struct words *words, uint8_t type, struct buffer *out) {
    struct text t;
    if (!words_take(words, "a name", &t))
        return false;
    put_u8(out, type);
    size_t hole = put_hole16(out);
    put_u8(out, 0);
    put_text(out, t);
    fill_hole16(out, hole);
    return !out->full || words_fail(words, "the name is too long");
}

static bool policy_name_parse(struct words *words, struct buffer *out) {
    return name_parse(words, SUB_POLICY_NAME, out);
}

static bool candidate_path_name_parse(struct words *words, struct buffer *out) {
    return name_parse(words, SUB_CANDIDATE_PATH_NAME, out);
}

/* `weight 5 segment ... segment ...`; the last label entry that can be is the bottom of the stack. */
static bool segment_list_parse(struct words *words, struct buffer *out) {
    uint64_t weight;
    size_t label = 0;
    put_u8(out, SUB_SEGMENT_LIST);
    size_t hole = put_hole16(out);
    if (!words_expect(words, "weight") || !sr_number_parse(words, "the weight", UINT32_MAX, &weight))
        return false;
    put_u8(out, 0);
    put_u8(out, SEGMENT_WEIGHT);
    put_u8(out, 6);
    put_u16(out, 0);
    put_u32(out, (uint32_t)weight);
    while (words_accept(words, "segment"))
        if (!sr_segment_parse(words, out, &label))
            return false;
    if (label && !out->full)
        out->base[label + 2] |= BOTTOM_OF_STACK;
    fill_hole16(out, hole);
    return !out->full || words_fail(words, "the segment list is too long");
}

const char *const sr_policy_keywords[] = {"preference",       "priority",    "binding-sid",
                                          "srv6-binding-sid", "policy-name", "candidate-path-name",
                                          "segment-list",     NULL};

bool sr_policy_parse(struct text keyword, struct words *words, struct buffer *subtlvs, bool *mine) {
    static bool (*const parse[])(struct words *, struct buffer *) = {
        preference_parse,          priority_parse,    binding_sid_parse, srv6_binding_sid_parse, policy_name_parse,
        candidate_path_name_parse, segment_list_parse};
    for (size_t i = 0; sr_policy_keywords[i]; i++)
        if (text_is(keyword, sr_policy_keywords[i])) {
            *mine = true;
            return parse[i](words, subtlvs);
        }
    *mine = false;
    return false;
}

/* ---- Octets to words ---- */

/* Is there enough of it to be read? The smallest sizes; larger ones may be of a later RFC. */
static bool subtlv_is_known(const struct tlv *tlv) {
    size_t len = cursor_left(&tlv->value);
    switch (tlv->type) {
    case SUB_PREFERENCE: return len >= 6;
    case SUB_PRIORITY: return len >= 1;
    case SUB_BINDING_SID: return len == 2 || len == 6 || len == 18;
    case SUB_SRV6_BINDING_SID: return len >= 18;
    case SUB_SEGMENT_LIST:
    case SUB_CANDIDATE_PATH_NAME:
    case SUB_POLICY_NAME: return true;
    default: return false;
    }
}

static struct text subtlv_name(struct cursor value) {
    if (!cursor_done(&value))
        cursor_u8(&value);
    return (struct text){(const char *)value.p, cursor_left(&value)};
}

static uint32_t segment_list_weight(struct cursor list) {
    struct tlv segment;
    uint32_t weight = 1;
    cursor_u8(&list);
    while (segment_next(&list, &segment))
        if (segment.type == SEGMENT_WEIGHT) {
            cursor_u16(&segment.value);
            weight = cursor_left(&segment.value) < 4 ? 1 : cursor_u32(&segment.value);
        }
    return weight;
}

/* The behavior of an SRv6 binding SID; empty where there is none. */
static struct cursor srv6_binding_behavior(struct cursor value) {
    bool flagged = *value.p & SRV6_BINDING_HAS_BEHAVIOR;
    cursor_take(&value, 18);
    return cursor_cut(&value, flagged && cursor_left(&value) >= SR_BEHAVIOR ? SR_BEHAVIOR : 0);
}

/* In a command in quotes of the kind that the name has not. What is escaped makes another name: the caller sees. */
static void put_name(struct buffer *out, struct text name, bool command) {
    char quote = command && name.len && memchr(name.p, '"', name.len) ? '\'' : '"';
    put_char(out, quote);
    put_escaped(out, name);
    put_char(out, quote);
}

static void put_binding_sid_words(struct buffer *out, struct cursor value) {
    cursor_u16(&value);
    put_literal(out, "binding-sid ");
    if (cursor_done(&value)) {
        put_literal(out, "null");
    } else if (cursor_left(&value) == 16) {
        put_literal(out, "srv6 ");
        put_ipv6(out, value.p);
    } else {
        put_literal(out, "mpls ");
        put_decimal(out, cursor_u32(&value) >> 12);
    }
}

static void put_srv6_binding_words(struct buffer *out, struct cursor value, bool command) {
    struct cursor behavior = srv6_binding_behavior(value);
    put_literal(out, "srv6-binding-sid ");
    put_ipv6(out, value.p + 2);
    if (cursor_done(&behavior))
        return;
    put_char(out, ' ');
    if (command) {
        put_sr_behavior_command(out, behavior);
    } else {
        put_literal(out, "endpoint-behavior ");
        put_decimal(out, cursor_u16(&behavior));
    }
}

static void put_segment_list_words(struct buffer *out, struct cursor list, bool command) {
    struct tlv segment;
    put_literal(out, "segment-list weight ");
    put_decimal(out, segment_list_weight(list));
    if (!command)
        put_literal(out, " [");
    const char *between = command ? " " : "";
    cursor_u8(&list);
    while (segment_next(&list, &segment)) {
        size_t before = buffer_len(out);
        put_string(out, between);
        if (command ? put_sr_segment_command(out, &segment) : put_sr_segment_text(out, &segment))
            between = " ";
        else
            buffer_cut(out, before);
    }
    if (!command)
        put_char(out, ']');
}

static void put_subtlv_words(struct buffer *out, const struct tlv *tlv, bool command) {
    struct cursor value = tlv->value;
    if (!subtlv_is_known(tlv)) {
        put_literal(out, "unknown-subtlv-");
        put_decimal(out, tlv->type);
        put_literal(out, " 0x");
        put_hex_upper(out, value);
        return;
    }
    switch (tlv->type) {
    case SUB_PREFERENCE:
        put_literal(out, "preference ");
        cursor_u16(&value);
        put_decimal(out, cursor_u32(&value));
        break;
    case SUB_PRIORITY:
        put_literal(out, "priority ");
        put_decimal(out, cursor_u8(&value));
        break;
    case SUB_BINDING_SID: put_binding_sid_words(out, value); break;
    case SUB_SRV6_BINDING_SID: put_srv6_binding_words(out, value, command); break;
    case SUB_SEGMENT_LIST: put_segment_list_words(out, value, command); break;
    default:
        put_string(out, tlv->type == SUB_POLICY_NAME ? "policy-name " : "candidate-path-name ");
        put_name(out, subtlv_name(value), command);
    }
}

static void put_words(struct buffer *out, struct cursor subtlvs, bool command) {
    struct tlv tlv;
    for (const char *between = ""; sr_subtlv_next(&subtlvs, &tlv); between = " ") {
        put_string(out, between);
        put_subtlv_words(out, &tlv, command);
    }
}

void put_sr_policy_text(struct buffer *out, struct cursor subtlvs) {
    put_words(out, subtlvs, false);
}

void put_sr_policy_command(struct buffer *out, struct cursor subtlvs) {
    put_words(out, subtlvs, true);
}

/* ---- Octets to JSON ---- */

/* ExaBGP reads a SID of 16 octets as a label: here it is what it is. */
static void put_binding_sid_json(struct buffer *out, struct cursor value) {
    cursor_u16(&value);
    if (cursor_done(&value)) {
        put_literal(out, "null");
    } else if (cursor_left(&value) == 16) {
        put_literal(out, "{\"type\": \"srv6\", \"sid\": \"");
        put_ipv6(out, value.p);
        put_literal(out, "\"}");
    } else {
        put_literal(out, "{\"type\": \"mpls\", \"label\": ");
        put_decimal(out, cursor_u32(&value) >> 12);
        put_char(out, '}');
    }
}

static void put_srv6_binding_json(struct buffer *out, struct cursor value) {
    struct cursor behavior = srv6_binding_behavior(value);
    bool plain = cursor_done(&behavior);
    put_string(out, plain ? "\"" : "{\"sid\": \"");
    put_ipv6(out, value.p + 2);
    put_char(out, '"');
    if (plain)
        return;
    put_literal(out, ", ");
    put_sr_behavior_json(out, behavior);
    put_char(out, '}');
}

static void put_segment_list_json(struct buffer *out, struct cursor list) {
    struct tlv segment;
    const char *between = "";
    put_literal(out, "{\"weight\": ");
    put_decimal(out, segment_list_weight(list));
    put_literal(out, ", \"segments\": [");
    cursor_u8(&list);
    while (segment_next(&list, &segment)) {
        size_t before = buffer_len(out);
        put_string(out, between);
        if (put_sr_segment_json(out, &segment))
            between = ", ";
        else
            buffer_cut(out, before);
    }
    put_literal(out, "]}");
}

static void put_subtlv_json(struct buffer *out, const struct tlv *tlv) {
    struct cursor value = tlv->value;
    if (!subtlv_is_known(tlv)) {
        put_literal(out, "\"unknown-subtlv-");
        put_decimal(out, tlv->type);
        put_literal(out, "\": \"0x");
        put_hex_upper(out, value);
        put_char(out, '"');
        return;
    }
    switch (tlv->type) {
    case SUB_PREFERENCE:
        put_literal(out, "\"preference\": ");
        cursor_u16(&value);
        put_decimal(out, cursor_u32(&value));
        break;
    case SUB_PRIORITY:
        put_literal(out, "\"priority\": ");
        put_decimal(out, cursor_u8(&value));
        break;
    case SUB_BINDING_SID:
        put_literal(out, "\"binding-sid\": ");
        put_binding_sid_json(out, value);
        break;
    case SUB_SRV6_BINDING_SID:
        put_literal(out, "\"srv6-binding-sid\": ");
        put_srv6_binding_json(out, value);
        break;
    default:
        put_string(out, tlv->type == SUB_POLICY_NAME ? "\"policy-name\": " : "\"candidate-path-name\": ");
        put_json_string(out, subtlv_name(value));
    }
}

/* All segment lists make one array, which comes last. */
void put_sr_policy_json(struct buffer *out, struct cursor subtlvs) {
    struct cursor lists = subtlvs;
    struct tlv_seen seen = {0};
    struct tlv tlv;
    const char *between = "";
    put_char(out, '{');
    while (sr_subtlv_next(&subtlvs, &tlv)) {
        if (tlv.type == SUB_SEGMENT_LIST || !tlv_first(&seen, (uint8_t)tlv.type))
            continue;
        put_string(out, between);
        put_subtlv_json(out, &tlv);
        between = ", ";
    }
    bool open = false;
    while (sr_subtlv_next(&lists, &tlv)) {
        if (tlv.type != SUB_SEGMENT_LIST)
            continue;
        put_string(out, open ? ", " : between);
        if (!open)
            put_literal(out, "\"segment-lists\": [");
        open = true;
        put_segment_list_json(out, tlv.value);
    }
    put_string(out, open ? "]}" : "}");
}
