#include "bgp/part/label.h"

#include "base/number.h"

size_t labels_length(const uint8_t *p, size_t most) {
    for (size_t len = LABEL_OCTETS; len <= most; len += LABEL_OCTETS) {
        if (p[len - 1] & 1)
            return len;
        if (len == LABEL_OCTETS && (p[0] == 0x80 || p[0] == 0) && p[1] == 0 && p[2] == 0)
            return len;
    }
    return most < LABEL_OCTETS ? 0 : LABEL_OCTETS;
}

bool labels_take(struct words *words, uint32_t *labels, size_t most, uint8_t *count) {
    struct list list;
    struct text t;
    uint64_t label;
    size_t n = 0;
    words_list(words, &list);
    while (words_item(words, &list, &t)) {
        if (!number_parse(t, LABEL_MAX, &label))
            return words_fail(words, "MPLS label %.*s out of range", TEXT_ARGS(t)) ||
                   complain_wanted(words->complaint, "a number from 0 to %d", LABEL_MAX);
        if (n == most)
            return words_fail(words, "more than %zu labels", most);
        labels[n++] = (uint32_t)label;
    }
    *count = (uint8_t)n;
    if (n == 0 && !words->complaint->made)
        return words_fail(words, "a label stack without a label");
    return !words->complaint->made;
}

void put_labels(struct buffer *b, const uint32_t *labels, size_t count) {
    for (size_t i = 0; i < count; i++)
        put_u24(b, labels[i] << 4 | (i + 1 == count));
}

void labels_json(struct cursor labels, bool raw, struct buffer *out) {
    put_literal(out, "\"label\": [ ");
    for (bool first = true; !cursor_done(&labels); first = false) {
        uint32_t octets = cursor_u24(&labels);
        put_string(out, first ? "[" : ", [");
        put_decimal(out, octets >> 4);
        if (raw && octets) {
            put_literal(out, ", ");
            put_decimal(out, octets);
        }
        put_char(out, ']');
    }
    put_literal(out, " ]");
}

void labels_text(struct cursor labels, bool raw, struct buffer *out) {
    bool many = cursor_left(&labels) > LABEL_OCTETS;
    put_string(out, many ? " label [" : " label");
    while (!cursor_done(&labels)) {
        uint32_t octets = cursor_u24(&labels);
        put_char(out, ' ');
        put_decimal(out, octets >> 4);
        if (raw && octets) {
            put_literal(out, " (");
            put_decimal(out, octets);
            put_char(out, ')');
        }
    }
    if (many)
        put_literal(out, " ]");
}
