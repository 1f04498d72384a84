/* AS_PATH, RFC 4271 5.1.2 and 5065, and AS4_PATH, RFC 6793.
 *
 *     segment type | count | AS numbers ...        again and again
 *
 * The canonical form has four octets for each AS number. Where the peer does not know those, what is sent has two, with
 * AS_TRANS (23456) in place of what does not fit, and AS4_PATH beside it for routers that do know.
 *
 * In words a sequence is `[ 1 2 ]` and a set `( 3 4 )`, while what `encoder text` shows has it the other way around. A
 * set inside of a sequence, `[ 1 2 ( 3 4 ) ]`, is ExaBGP 4.2's way to write a set behind it. For confederations ExaBGP
 * has no words: here they are `confed [ 1 2 ]` and `confed ( 3 4 )`. */
#include "bgp/attribute/as_path.h"

#include "bgp/attribute.h"
#include "bgp/part/as_number.h"

enum segment_type { SEGMENT_SET = 1, SEGMENT_SEQUENCE, SEGMENT_CONFED_SEQUENCE, SEGMENT_CONFED_SET };

enum { SEGMENT_MOST = 255 };

struct segment {
    uint8_t type, count;
    struct cursor numbers; /* borrowed */
};

/* Takes a segment off whose AS numbers have `size` octets. False at the end, and (with from->bad) when it is cut. */
static bool segment_next(struct cursor *from, size_t size, struct segment *out) {
    if (cursor_done(from))
        return false;
    out->type = cursor_u8(from);
    out->count = cursor_u8(from);
    out->numbers = cursor_cut(from, out->count * size);
    return !from->bad;
}

static bool segment_is_confederation(uint8_t type) {
    return type == SEGMENT_CONFED_SEQUENCE || type == SEGMENT_CONFED_SET;
}

static bool segment_is_set(uint8_t type) {
    return type == SEGMENT_SET || type == SEGMENT_CONFED_SET;
}

static uint32_t segment_number(struct cursor *numbers, size_t size) {
    return size == 4 ? cursor_u32(numbers) : cursor_u16(numbers);
}

/* ---- Check ---- */

static bool segment_is_known(struct segment segment) {
    return segment.type >= SEGMENT_SET && segment.type <= SEGMENT_CONFED_SET && segment.count;
}

static bool segment_is_good(struct segment segment, size_t size) {
    if (!segment_is_known(segment))
        return false;
    while (!cursor_done(&segment.numbers))
        if (segment_number(&segment.numbers, size) == 0) /* RFC 7607 */
            return false;
    return true;
}

static bool as_path_is_good(struct cursor value, size_t size, bool confederation) {
    struct segment segment;
    while (segment_next(&value, size, &segment))
        if (!segment_is_good(segment, size) || (!confederation && segment_is_confederation(segment.type)))
            return false;
    return !value.bad;
}

/* A peer in another member of our confederation begins with the sequence of the members (RFC 5065 5.3). */
static bool as_path_begins(struct cursor value, const struct terms *terms) {
    return !terms->confederation || (cursor_left(&value) && value.p[0] == SEGMENT_CONFED_SEQUENCE);
}

/* Confederation segments do not come from outside of it, and an external session is outside (ATT-02c) unless it is
 * said to be inside. */
static enum harm as_path_check(struct cursor value, const struct terms *terms) {
    bool good = as_path_is_good(value, terms->as4 ? 4 : 2, terms_inside(terms)) && as_path_begins(value, terms);
    return good ? HARM_NONE : HARM_WITHDRAW;
}

/* Framing first; of a path that is whole, what its segments and numbers are. */
static const char *segments_met(struct cursor value, size_t size, bool confederation, const char *const rows[3]) {
    struct segment segment;
    const char *row = NULL;
    while (segment_next(&value, size, &segment)) {
        if (!segment_is_known(segment))
            return rows[0];
        if (!row && !confederation && segment_is_confederation(segment.type))
            row = rows[1];
        if (!row && !segment_is_good(segment, size))
            row = rows[2];
    }
    return value.bad || !row ? rows[0] : row;
}

static const char *as_path_met(struct cursor value, const struct terms *terms, enum harm harm) {
    static const char *const rows[] = {"ATT-02", "ATT-02c", "ATT-02z"};
    size_t size = terms->as4 ? 4 : 2;
    (void)harm;
    return as_path_is_good(value, size, terms_inside(terms)) ? "ATT-02d"
                                                             : segments_met(value, size, terms_inside(terms), rows);
}

/* ---- Words to octets ---- */

/* Writes segments of one type; more than 255 numbers take several. */
struct segment_writer {
    struct buffer *out;
    size_t count_at;
    uint8_t type;
    unsigned count;
};

static void segment_add(struct segment_writer *w, uint32_t number) {
    if (w->count % SEGMENT_MOST == 0) {
        put_u8(w->out, w->type);
        w->count_at = put_hole8(w->out);
    }
    put_u32(w->out, number);
    w->count++;
    if (!w->out->full)
        w->out->base[w->count_at]++;
}

static bool as_path_number(struct words *words, struct text t, uint32_t *out) {
    return as_number_parse(t, out) || words_fail(words, "could not parse as-path: \"%.*s\"", TEXT_ARGS(t)) ||
           complain_wanted(words->complaint, "an AS number");
}

/* The AS numbers of a group whose opening bracket is taken, up to its end. Those inside of a group within it are passed
 * over, or (`inner`) only those are read. */
static bool as_path_group(struct words *words, char end, bool inner, struct segment_writer *w, bool *has_inner) {
    bool inside = false;
    struct text t;
    uint32_t number;
    for (;;) {
        if (!words_take(words, "an AS number, or the end of the group", &t))
            return false;
        if (t.len == 1 && t.p[0] == ',')
            continue;
        if (t.len == 1 && t.p[0] == '(' && end == ']' && !inside) {
            inside = *has_inner = true;
        } else if (t.len == 1 && t.p[0] == ')' && inside) {
            inside = false;
        } else if (t.len == 1 && t.p[0] == end) {
            return !inside || words_fail(words, "the set has no end");
        } else {
            if (!as_path_number(words, t, &number))
                return false;
            if (inside == inner)
                segment_add(w, number);
        }
    }
}

static bool as_path_groups(struct words *words, char mark, bool confederation, struct buffer *value) {
    const char end = mark == '[' ? ']' : ')';
    uint8_t type = mark == '[' ? SEGMENT_SEQUENCE : SEGMENT_SET, set = SEGMENT_SET;
    if (confederation) {
        type = mark == '[' ? SEGMENT_CONFED_SEQUENCE : SEGMENT_CONFED_SET;
        set = SEGMENT_CONFED_SET;
    }
    struct words again = *words;
    struct segment_writer outer = {.out = value, .type = type}, inner = {.out = value, .type = set};
    bool has_inner = false;
    return as_path_group(words, end, false, &outer, &has_inner) &&
           (!has_inner || as_path_group(&again, end, true, &inner, &has_inner));
}

static char words_mark(const struct words *words) {
    struct text t;
    return words_peek(words, &t) && t.len == 1 && (t.p[0] == '[' || t.p[0] == '(') ? t.p[0] : 0;
}

static bool as_path_bare(struct words *words, struct buffer *value) {
    struct text t;
    uint32_t number;
    if (!words_take(words, "an AS number, or groups of them in brackets", &t) || !as_path_number(words, t, &number))
        return false;
    put_as_path(value, number, false);
    return true;
}

static bool as_path_parse(struct words *words, struct buffer *value) {
    struct text t;
    for (bool first = true;; first = false) {
        bool confederation = words_accept(words, "confed");
        char mark = words_mark(words);
        if (!mark && confederation)
            return words_expect(words, "[");
        if (!mark)
            return !first || as_path_bare(words, value);
        words_next(words, &t);
        if (!as_path_groups(words, mark, confederation, value))
            return false;
    }
}

void put_as_path(struct buffer *value, uint32_t as, bool confederation) {
    put_u8(value, confederation ? SEGMENT_CONFED_SEQUENCE : SEGMENT_SEQUENCE);
    put_u8(value, 1);
    put_u32(value, as);
}

/* ---- Octets to words ---- */

static void put_numbers(struct buffer *out, struct cursor numbers, bool commas) {
    put_decimal(out, cursor_u32(&numbers));
    while (!cursor_done(&numbers)) {
        if (commas)
            put_char(out, ',');
        put_char(out, ' ');
        put_decimal(out, cursor_u32(&numbers));
    }
}

static void as_path_text(struct cursor value, const struct style *style, struct buffer *out) {
    static const struct {
        const char *open, *close;
    } shown[] = {{"[ ", " ]"}, {"( ", " )"}, {"{( ", " )}"}, {"{[ ", " ]}"}},
      command[] = {{"( ", " )"}, {"[ ", " ]"}, {"confed [ ", " ]"}, {"confed ( ", " )"}};
    struct segment segment;
    if (cursor_done(&value) && !style->command)
        return;
    put_literal(out, "as-path");
    if (cursor_done(&value))
        put_literal(out, " [ ]");
    while (segment_next(&value, 4, &segment)) {
        unsigned index = (segment.type - 1U) & 3;
        put_char(out, ' ');
        put_string(out, style->command ? command[index].open : shown[index].open);
        put_numbers(out, segment.numbers, false);
        put_string(out, style->command ? command[index].close : shown[index].close);
    }
}

static const char *segment_name(uint8_t type, enum form form) {
    static const char *const names[] = {"as-set", "as-sequence", "as-confed-sequence", "as-confed-set"};
    if (form == FORM_5)
        return type == SEGMENT_SET ? "as-set" : "as-sequence";
    return names[(type - 1U) & 3];
}

static void as_path_json(struct cursor value, const struct style *style, struct buffer *out) {
    struct segment segment;
    if (cursor_done(&value))
        return;
    put_literal(out, "\"as-path\": {");
    for (unsigned index = 0; segment_next(&value, 4, &segment); index++) {
        if (index)
            put_literal(out, ", ");
        put_char(out, '"');
        put_decimal(out, index);
        put_literal(out, "\": {\"element\": \"");
        put_string(out, segment_name(segment.type, style->form));
        put_literal(out, "\", \"value\": [");
        put_numbers(out, segment.numbers, true);
        put_literal(out, "]}");
    }
    put_char(out, '}');
}

/* ---- Sessions without four-octet AS numbers ---- */

static void as_path_receive(struct cursor value, const struct terms *terms, struct buffer *value_out) {
    struct segment segment;
    if (terms->as4) {
        put_cursor(value_out, value);
        return;
    }
    while (segment_next(&value, 2, &segment)) {
        put_u8(value_out, segment.type);
        put_u8(value_out, segment.count);
        while (!cursor_done(&segment.numbers))
            put_u32(value_out, cursor_u16(&segment.numbers));
    }
}

/* What a path takes with AS numbers of `size` octets, and whether it has numbers above two octets. */
static size_t as_path_size(struct cursor value, size_t size, bool confederation, bool *large) {
    struct segment segment;
    size_t len = 0;
    *large = false;
    while (segment_next(&value, 4, &segment)) {
        if (!confederation && segment_is_confederation(segment.type))
            continue;
        len += 2 + segment.count * size;
        while (!cursor_done(&segment.numbers))
            *large |= cursor_u32(&segment.numbers) > UINT16_MAX;
    }
    return len;
}

static void put_attribute_head(struct buffer *out, uint8_t flags, uint8_t code, size_t len) {
    put_u8(out, len > UINT8_MAX ? flags | ATTRIBUTE_EXTENDED : flags);
    put_u8(out, code);
    if (len > UINT8_MAX)
        put_u16(out, (uint16_t)len);
    else
        put_u8(out, (uint8_t)len);
}

static void put_as_path_short(struct buffer *out, struct cursor value) {
    struct segment segment;
    while (segment_next(&value, 4, &segment)) {
        put_u8(out, segment.type);
        put_u8(out, segment.count);
        while (!cursor_done(&segment.numbers)) {
            uint32_t number = cursor_u32(&segment.numbers);
            put_u16(out, number > UINT16_MAX ? AS_TRANS : (uint16_t)number);
        }
    }
}

/* AS4_PATH never carries confederation segments (RFC 6793 section 3). */
static void put_as4_path(struct buffer *out, struct cursor value) {
    struct segment segment;
    while (segment_next(&value, 4, &segment)) {
        if (segment_is_confederation(segment.type))
            continue;
        put_u8(out, segment.type);
        put_u8(out, segment.count);
        put_cursor(out, segment.numbers);
    }
}

static void as_path_send(struct cursor value, const struct terms *terms, struct buffer *out) {
    bool large;
    if (terms->as4) {
        put_attribute(out, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_AS_PATH, value);
        return;
    }
    put_attribute_head(out, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_AS_PATH, as_path_size(value, 2, true, &large));
    put_as_path_short(out, value);
    size_t len = as_path_size(value, 4, false, &large);
    if (!large)
        return;
    put_attribute_head(out, ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE, ATTRIBUTE_AS4_PATH, len);
    put_as4_path(out, value);
}

/* ---- AS_PATH and AS4_PATH to one path ---- */

unsigned as_path_length(struct cursor as_path) {
    struct segment segment;
    unsigned length = 0;
    while (segment_next(&as_path, 4, &segment))
        if (!segment_is_confederation(segment.type))
            length += segment_is_set(segment.type) ? 1 : segment.count;
    return length;
}

/* Appends the first `count` numbers of a segment. Two sequences that meet become one where they fit: `*last` is where
 * the last segment starts. */
static void put_segment(struct buffer *out, struct segment segment, unsigned count, size_t *last) {
    size_t size = buffer_len(out);
    uint8_t *before = size > *last && !out->full ? out->base + *last : NULL;
    if (before && before[0] == SEGMENT_SEQUENCE && segment.type == SEGMENT_SEQUENCE &&
        before[1] + count <= SEGMENT_MOST) {
        before[1] = (uint8_t)(before[1] + count);
    } else {
        *last = size;
        put_u8(out, segment.type);
        put_u8(out, (uint8_t)count);
    }
    put_octets(out, segment.numbers.p, count * sizeof(uint32_t));
}

bool as_path_merge(struct cursor as_path, struct cursor as4_path, struct buffer *out) {
    unsigned length = as_path_length(as_path), length4 = as_path_length(as4_path);
    size_t last = buffer_len(out);
    struct segment segment;
    if (length4 == 0 || length4 > length) {
        put_cursor(out, as_path);
        return length4 == 0;
    }
    /* What the routers with two octets have put in front; their confederation segments stay where they touch it. */
    for (unsigned left = length - length4; segment_next(&as_path, 4, &segment);) {
        unsigned hops = segment_is_set(segment.type) ? 1 : segment.count;
        if (segment_is_confederation(segment.type)) {
            put_segment(out, segment, segment.count, &last);
        } else if (hops <= left) {
            put_segment(out, segment, segment.count, &last);
            left -= hops;
        } else {
            if (left)
                put_segment(out, segment, left, &last);
            break;
        }
    }
    while (segment_next(&as4_path, 4, &segment))
        if (!segment_is_confederation(segment.type))
            put_segment(out, segment, segment.count, &last);
    return true;
}

/* Where it may be at all (ATT-17), it is good without its confederation segments, which are dropped (ATT-17c). */
static enum harm as4_path_check(struct cursor value, const struct terms *terms) {
    return !terms->as4 && !cursor_done(&value) && as_path_is_good(value, 4, true) ? HARM_NONE : HARM_DISCARD;
}

static const char *as4_path_met(struct cursor value, const struct terms *terms, enum harm harm) {
    static const char *const rows[] = {"ATT-17", "ATT-17", "ATT-17z"};
    (void)harm;
    return terms->as4 ? rows[0] : segments_met(value, 4, true, rows);
}

const struct attribute_kind attribute_as_path = {
    .code = ATTRIBUTE_AS_PATH,
    .flags = ATTRIBUTE_TRANSITIVE,
    .subcode = 11,
    .may_be_empty = true,
    .flags_harm = HARM_WITHDRAW,
    .name = "as-path",
    .row = "ATT-02",
    .want = "an AS number, or groups: [ 65001 65002 ] in sequence, ( 65003 65004 ) a set",
    .check = as_path_check,
    .met = as_path_met,
    .parse = as_path_parse,
    .text = as_path_text,
    .json = as_path_json,
    .receive = as_path_receive,
    .send = as_path_send,
    .same = ATTRIBUTE_SAME_AS4,
};

/* Never in a canonical list: what it says is merged. */
const struct attribute_kind attribute_as4_path = {
    .code = ATTRIBUTE_AS4_PATH,
    .flags = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE,
    .subcode = 9,
    .apart = true,
    .flags_harm = HARM_DISCARD,
    .name = "as4-path",
    .row = "ATT-17",
    .check = as4_path_check,
    .met = as4_path_met,
};
