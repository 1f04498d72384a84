/* Segments of a segment list: RFC 9830 2.4.4 (types A and B), RFC 9831 (C to K).
 *
 *     type (1) | length (1) | flags (1) | algorithm or reserved (1) | fields | label entry (4), or SID (16) and
 *     behavior (8)
 *
 * Type A is a label alone and type B a SID alone; of the others the fields say which node or link, and what follows
 * them may be missing. */
#include "bgp/attribute/sr_segment.h"

#include "base/ip.h"
#include "base/json.h"
#include "base/number.h"

enum { SEGMENT_HEAD = 2, SEGMENT_FIELDS = 4, LABEL_ENTRY = 4, SEGMENT_SID = 16 };
enum { SEGMENT_HAS_ALGORITHM = 0x40, SEGMENT_HAS_BEHAVIOR = 0x10 };

/* Fields: numbers of four octets, addresses of four or sixteen. */
enum segment_field {
    FIELD_END,
    FIELD_NODE_4,
    FIELD_NODE_6,
    FIELD_IF_LOCAL,
    FIELD_IF_REMOTE,
    FIELD_LINK_LOCAL,
    FIELD_LINK_REMOTE,
    FIELD_LOCAL_4,
    FIELD_REMOTE_4,
    FIELD_LOCAL_6,
    FIELD_REMOTE_6
};

static const struct segment_field_kind {
    const char *word, *key;
    uint8_t size;
    bool number;
} segment_fields[] = {
    [FIELD_NODE_4] = {"ipv4", "ipv4_node", 4, false},
    [FIELD_NODE_6] = {"ipv6", "ipv6_node", 16, false},
    [FIELD_IF_LOCAL] = {"local-if-id", "local_if_id", 4, true},
    [FIELD_IF_REMOTE] = {"remote-if-id", "remote_if_id", 4, true},
    [FIELD_LINK_LOCAL] = {"local-ipv6", "local_ipv6", 16, false},
    [FIELD_LINK_REMOTE] = {"remote-ipv6", "remote_ipv6", 16, false},
    [FIELD_LOCAL_4] = {"local", "local_ipv4", 4, false},
    [FIELD_REMOTE_4] = {"remote", "remote_ipv4", 4, false},
    [FIELD_LOCAL_6] = {"local", "local_ipv6", 16, false},
    [FIELD_REMOTE_6] = {"remote", "remote_ipv6", 16, false},
};

/* What may follow the fields: a label; one with all of its entry shown, and a bottom of stack; or a SID. */
enum segment_sid { SID_LABEL, SID_LABEL_ENTRY, SID_SRV6 };

static const struct segment_kind {
    char letter;
    uint8_t type;
    bool algorithm;
    enum segment_sid sid;
    const char *sid_word; /* of a SID that must be there */
    uint8_t fields[SEGMENT_FIELDS + 1];
} segment_kinds[] = {
    {'A', 1, false, SID_LABEL_ENTRY, "mpls", {FIELD_END}},
    {'B', 13, false, SID_SRV6, "srv6", {FIELD_END}},
    {'C', 3, true, SID_LABEL_ENTRY, NULL, {FIELD_NODE_4}},
    {'D', 4, true, SID_LABEL, NULL, {FIELD_NODE_6}},
    {'E', 5, false, SID_LABEL, NULL, {FIELD_IF_LOCAL, FIELD_NODE_4}},
    {'F', 6, false, SID_LABEL, NULL, {FIELD_LOCAL_4, FIELD_REMOTE_4}},
    {'G', 7, false, SID_LABEL, NULL, {FIELD_IF_LOCAL, FIELD_LINK_LOCAL, FIELD_IF_REMOTE, FIELD_LINK_REMOTE}},
    {'H', 8, false, SID_LABEL, NULL, {FIELD_LOCAL_6, FIELD_REMOTE_6}},
    {'I', 14, true, SID_SRV6, NULL, {FIELD_NODE_6}},
    {'J', 15, true, SID_SRV6, NULL, {FIELD_IF_LOCAL, FIELD_LINK_LOCAL, FIELD_IF_REMOTE, FIELD_LINK_REMOTE}},
    {'K', 16, true, SID_SRV6, NULL, {FIELD_LOCAL_6, FIELD_REMOTE_6}},
};

enum { SEGMENT_KINDS = sizeof segment_kinds / sizeof *segment_kinds };

static const struct segment_kind *segment_kind_of(uint16_t type) {
    for (size_t i = 0; i < SEGMENT_KINDS; i++)
        if (segment_kinds[i].type == type)
            return &segment_kinds[i];
    return NULL;
}

/* "type-a" */
static const struct segment_kind *segment_kind_named(struct text t) {
    for (size_t i = 0; i < SEGMENT_KINDS; i++)
        if (t.len == 6 && text_starts(t, "type-") && t.p[5] == segment_kinds[i].letter - 'A' + 'a')
            return &segment_kinds[i];
    return NULL;
}

/* ---- Words to octets ---- */

bool sr_number_parse(struct words *words, const char *what, uint64_t most, uint64_t *out) {
    struct text t;
    if (!words_take(words, what, &t))
        return false;
    return number_parse_any(t, most, out) || words_fail(words, "%s is not valid: \"%.*s\"", what, TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "a number from 0 to %llu", (unsigned long long)most);
}

bool sr_address_parse(struct words *words, size_t len, struct buffer *out) {
    const char *want = len == 4 ? "an IPv4 address" : "an IPv6 address";
    struct text t;
    struct ip ip;
    if (!words_take(words, want, &t))
        return false;
    if (!ip_parse(t, &ip) || ip.len != len)
        return words_fail(words, "no address as wanted: \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "%s", want);
    put_cursor(out, ip_cursor(&ip));
    return true;
}

bool sr_behavior_parse(struct words *words, struct buffer *out) {
    uint64_t v;
    if (!sr_number_parse(words, "the endpoint behavior", UINT16_MAX, &v))
        return false;
    put_u16(out, (uint16_t)v);
    put_u16(out, 0);
    for (int i = 0; i < 4; i++) {
        if (!sr_number_parse(words, "a length of the SID", UINT8_MAX, &v))
            return false;
        put_u8(out, (uint8_t)v);
    }
    return true;
}

static bool segment_field_parse(const struct segment_field_kind *field, struct words *words, struct buffer *out) {
    uint64_t v;
    if (!words_expect(words, field->word))
        return false;
    if (!field->number)
        return sr_address_parse(words, field->size, out);
    if (!sr_number_parse(words, field->word, UINT32_MAX, &v))
        return false;
    put_u32(out, (uint32_t)v);
    return true;
}

static bool segment_label_parse(struct words *words, struct buffer *out) {
    uint64_t label;
    if (!sr_number_parse(words, "the label", SR_LABEL_MOST, &label))
        return false;
    put_u32(out, (uint32_t)label << 12);
    return true;
}

/* The SID, and (without it, only in the flags) the behavior that words give. */
static bool segment_sid_parse(const struct segment_kind *kind, struct words *words, struct buffer *out,
                              uint8_t *flags) {
    bool there = kind->sid_word ? words_expect(words, kind->sid_word) : words_accept(words, "sid");
    if (kind->sid_word && !there)
        return false;
    if (there && !(kind->sid == SID_SRV6 ? sr_address_parse(words, SEGMENT_SID, out) : segment_label_parse(words, out)))
        return false;
    if (kind->sid != SID_SRV6 || !words_accept(words, "endpoint-behavior"))
        return true;
    size_t start = buffer_len(out);
    if (!sr_behavior_parse(words, out))
        return false;
    if (!there)
        buffer_cut(out, start);
    *flags |= SEGMENT_HAS_BEHAVIOR;
    return true;
}

static bool segment_value_parse(const struct segment_kind *kind, struct words *words, struct buffer *out) {
    uint8_t flags = 0;
    uint64_t algorithm = 0;
    size_t head = buffer_len(out);
    put_u16(out, 0);
    for (const uint8_t *field = kind->fields; *field; field++)
        if (!segment_field_parse(&segment_fields[*field], words, out))
            return false;
    if (kind->algorithm &&
        (!words_expect(words, "algorithm") || !sr_number_parse(words, "the algorithm", UINT8_MAX, &algorithm)))
        return false;
    if (algorithm)
        flags |= SEGMENT_HAS_ALGORITHM;
    if (!segment_sid_parse(kind, words, out, &flags))
        return false;
    if (!out->full) {
        out->base[head] = flags;
        out->base[head + 1] = (uint8_t)algorithm;
    }
    return true;
}

bool sr_segment_parse(struct words *words, struct buffer *out, size_t *label) {
    struct text t;
    if (!words_take(words, "type-a ... type-k", &t))
        return false;
    const struct segment_kind *kind = segment_kind_named(t);
    if (!kind)
        return words_fail(words, "unknown segment type \"%.*s\"", TEXT_ARGS(t)) ||
               complain_wanted(words->complaint, "type-a ... type-k");
    put_u8(out, kind->type);
    size_t hole = put_hole8(out);
    if (!segment_value_parse(kind, words, out))
        return false;
    fill_hole8(out, hole);
    size_t fields = SEGMENT_HEAD;
    for (const uint8_t *field = kind->fields; *field; field++)
        fields += segment_fields[*field].size;
    if (kind->sid == SID_LABEL_ENTRY && buffer_len(out) - hole - 1 > fields)
        *label = buffer_len(out) - LABEL_ENTRY;
    return true;
}

/* ---- Octets to words ---- */

/* A segment cut into its parts; false when there is too little of it. */
struct segment_view {
    const struct segment_kind *kind;
    uint8_t flags, algorithm;
    struct cursor fields, sid, behavior; /* the latter two empty when not there */
};

static bool segment_view(const struct tlv *segment, struct segment_view *out) {
    struct cursor value = segment->value;
    size_t size = 0;
    out->kind = segment_kind_of(segment->type);
    if (!out->kind)
        return false;
    for (const uint8_t *field = out->kind->fields; *field; field++)
        size += segment_fields[*field].size;
    out->flags = cursor_u8(&value);
    out->algorithm = cursor_u8(&value);
    out->fields = cursor_cut(&value, size);
    size_t sid = out->kind->sid == SID_SRV6 ? SEGMENT_SID : LABEL_ENTRY;
    if (cursor_left(&value) < sid && !out->kind->sid_word)
        sid = 0;
    out->sid = cursor_cut(&value, sid);
    bool behavior = sid == SEGMENT_SID && out->flags & SEGMENT_HAS_BEHAVIOR && cursor_left(&value) >= SR_BEHAVIOR;
    out->behavior = cursor_cut(&value, behavior ? SR_BEHAVIOR : 0);
    return !value.bad;
}

static void put_segment_field(struct buffer *out, const struct segment_field_kind *field, struct cursor *fields) {
    if (field->number)
        put_decimal(out, cursor_u32(fields));
    else
        put_ip(out, ip_of(cursor_take(fields, field->size), field->size));
}

static uint32_t segment_label(struct cursor sid) {
    return cursor_u32(&sid) >> 12;
}

/* Interfaces are shown as `if7:ADDRESS`, both ends of a link with an arrow between them. */
bool put_sr_segment_text(struct buffer *out, const struct tlv *segment) {
    struct segment_view view;
    if (!segment_view(segment, &view))
        return false;
    if (view.kind->sid_word && view.kind->sid == SID_SRV6)
        put_ipv6(out, view.sid.p);
    else if (view.kind->sid_word)
        put_decimal(out, segment_label(view.sid));
    unsigned addresses = 0;
    for (const uint8_t *field = view.kind->fields; *field; field++) {
        const struct segment_field_kind *kind = &segment_fields[*field];
        if (addresses && (kind->number || !segment_fields[field[-1]].number))
            put_literal(out, "->");
        if (kind->number)
            put_literal(out, "if");
        put_segment_field(out, kind, &view.fields);
        if (kind->number)
            put_char(out, ':');
        else
            addresses++;
    }
    return true;
}

void put_sr_behavior_command(struct buffer *out, struct cursor behavior) {
    put_literal(out, "endpoint-behavior ");
    put_decimal(out, cursor_u16(&behavior));
    cursor_u16(&behavior);
    while (!cursor_done(&behavior)) {
        put_char(out, ' ');
        put_decimal(out, cursor_u8(&behavior));
    }
}

bool put_sr_segment_command(struct buffer *out, const struct tlv *segment) {
    struct segment_view view;
    if (!segment_view(segment, &view))
        return false;
    put_literal(out, "segment type-");
    put_char(out, (char)(view.kind->letter - 'A' + 'a'));
    for (const uint8_t *field = view.kind->fields; *field; field++) {
        put_char(out, ' ');
        put_string(out, segment_fields[*field].word);
        put_char(out, ' ');
        put_segment_field(out, &segment_fields[*field], &view.fields);
    }
    if (view.kind->algorithm) {
        put_literal(out, " algorithm ");
        put_decimal(out, view.algorithm);
    }
    if (!cursor_done(&view.sid)) {
        put_char(out, ' ');
        put_string(out, view.kind->sid_word ? view.kind->sid_word : "sid");
        put_char(out, ' ');
        if (view.kind->sid == SID_SRV6)
            put_ipv6(out, view.sid.p);
        else
            put_decimal(out, segment_label(view.sid));
    }
    if (!cursor_done(&view.behavior)) {
        put_char(out, ' ');
        put_sr_behavior_command(out, view.behavior);
    }
    return true;
}

void put_sr_behavior_json(struct buffer *out, struct cursor behavior) {
    static const char *const keys[] = {
        ", \"lb-length\": ", ", \"ln-length\": ", ", \"fun-length\": ", ", \"arg-length\": "};
    put_literal(out, "\"behavior\": ");
    put_decimal(out, cursor_u16(&behavior));
    cursor_u16(&behavior);
    for (int i = 0; i < 4; i++) {
        put_string(out, keys[i]);
        put_decimal(out, cursor_u8(&behavior));
    }
}

static void put_segment_sid_json(struct buffer *out, const struct segment_view *view) {
    struct cursor sid = view->sid;
    put_string(out, view->kind->letter == 'A' ? ", \"label\": " : ", \"sid\": ");
    if (view->kind->sid == SID_SRV6) {
        put_char(out, '"');
        put_ipv6(out, sid.p);
        put_char(out, '"');
        return;
    }
    uint32_t entry = cursor_u32(&sid);
    put_decimal(out, entry >> 12);
    if (view->kind->sid != SID_LABEL_ENTRY)
        return;
    put_literal(out, ", \"tc\": ");
    put_decimal(out, entry >> 9 & 7);
    put_literal(out, ", \"s\": ");
    put_json_bool(out, entry >> 8 & 1);
    put_literal(out, ", \"ttl\": ");
    put_decimal(out, entry & 0xff);
}

bool put_sr_segment_json(struct buffer *out, const struct tlv *segment) {
    struct segment_view view;
    if (!segment_view(segment, &view))
        return false;
    put_literal(out, "{\"type\": \"");
    put_char(out, view.kind->letter);
    put_char(out, '"');
    for (const uint8_t *field = view.kind->fields; *field; field++) {
        const struct segment_field_kind *kind = &segment_fields[*field];
        put_literal(out, ", \"");
        put_string(out, kind->key);
        put_string(out, kind->number ? "\": " : "\": \"");
        put_segment_field(out, kind, &view.fields);
        if (!kind->number)
            put_char(out, '"');
    }
    if (view.kind->algorithm) {
        put_literal(out, ", \"algorithm\": ");
        put_decimal(out, view.algorithm);
    }
    if (!cursor_done(&view.sid))
        put_segment_sid_json(out, &view);
    if (!cursor_done(&view.behavior)) {
        put_literal(out, ", \"endpoint-behavior\": {");
        put_sr_behavior_json(out, view.behavior);
        put_char(out, '}');
    }
    put_char(out, '}');
    return true;
}
