/* FlowSpec rules in text and JSON: `flow destination-ipv4 10.0.0.0/24 port [ >=80&<=8080 =443 ]`. The same words are
 * what configuration and API read. */
#include "base/number.h"
#include "bgp/nlri/flow.h"
#include "bgp/part/ethernet.h"
#include "bgp/part/rd.h"

/* Not cleaned of host bits, as ExaBGP shows it: so it can be written again. */
static void put_flow_prefix(struct buffer *b, struct cursor value, bool ipv6) {
    struct prefix p = {.ip.len = ipv6 ? 16 : 4, .bits = cursor_u8(&value)};
    uint8_t offset = ipv6 ? cursor_u8(&value) : 0;
    memcpy(p.ip.octets, value.p, cursor_left(&value));
    put_prefix(b, &p);
    if (ipv6) {
        put_char(b, '/');
        put_decimal(b, offset);
    }
}

static void put_flow_bits_operator(struct buffer *b, uint8_t op) {
    if (op & FLOW_NOT)
        put_char(b, '!');
    if (op & FLOW_MATCH)
        put_char(b, '=');
}

/* Of a comparison that is always true or false the number is not shown, unless it follows an "and". */
static bool put_flow_number_operator(struct buffer *b, uint8_t op) {
    static const char *const words[8] = {"false", "=", ">", ">=", "<", "<=", "!=", "true"};
    unsigned compared = op & 7;
    put_string(b, words[compared]);
    return (compared != 0 && compared != 7) || op & FLOW_AND;
}

static void put_flow_value_of(struct buffer *b, const struct flow_component *c, uint8_t op, uint64_t value) {
    uint8_t known = FLOW_AND | (c->kind == FLOW_BITS ? 3 : 7), shown = op & (uint8_t) ~(FLOW_END | FLOW_SIZE);
    if (shown & ~known) { /* reserved bits: the operator as it is */
        put_hex_upper(b, cursor_of(&shown, 1));
        put_flow_value(b, c, value);
        return;
    }
    if (op & FLOW_AND)
        put_char(b, '&');
    if (c->kind == FLOW_BITS)
        put_flow_bits_operator(b, op);
    else if (!put_flow_number_operator(b, op))
        return;
    put_flow_value(b, c, value);
}

/* The values of a component, or the prefixes of components of one type that follow each other: `open` before each but
 * those of an "and", which belong to the one before. How many there are. */
struct flow_marks {
    const char *open, *between;
};

static unsigned put_flow_values(struct buffer *b, const struct flow_part *part, bool again,
                                const struct flow_marks *marks) {
    struct cursor value = part->value;
    uint8_t op = 0;
    unsigned count = 0;
    if (part->component->kind == FLOW_PREFIX) {
        put_string(b, again ? marks->between : marks->open);
        put_flow_prefix(b, value, part->component->families == FLOW_IPV6);
        return 1;
    }
    if (part->component->kind == FLOW_MAC) {
        put_string(b, marks->open);
        put_colons(b, value.p + 1, cursor_left(&value) - 1);
        return 1;
    }
    while (!cursor_done(&value)) {
        uint64_t number = flow_value_next(&value, &op);
        if (count == 0)
            op &= (uint8_t)~FLOW_AND; /* with nothing before: ignored (NLR-43) */
        if (!(op & FLOW_AND))
            put_string(b, count ? marks->between : marks->open);
        put_flow_value_of(b, part->component, op, number);
        count++;
    }
    return count;
}

/* Do components of the same type follow? Prefixes may; they are shown as one. */
static bool flow_part_again(uint16_t afi, struct cursor *inside, struct flow_part *part) {
    struct cursor after = *inside;
    struct flow_part next;
    if (!flow_part_next(afi, &after, &next) || next.component != part->component)
        return false;
    *inside = after;
    *part = next;
    return true;
}

static unsigned put_flow_part(struct buffer *b, uint16_t afi, struct cursor *inside, struct flow_part *part,
                              const struct flow_marks *marks) {
    unsigned count = put_flow_values(b, part, false, marks);
    while (flow_part_again(afi, inside, part))
        count += put_flow_values(b, part, true, marks);
    return count;
}

/* `destination-ipv4 10.0.0.0/24 port [ =80 =443 ]`: `before` each, brackets around more than one value. */
static void put_flow_rules(struct buffer *b, uint16_t afi, struct cursor inside, const char *before) {
    static const struct flow_marks marks = {"", " "};
    struct flow_part part;
    for (; flow_part_next(afi, &inside, &part); before = " ") {
        put_string(b, before);
        put_string(b, part.component->name);
        put_char(b, ' ');
        /* Whether brackets are wanted is known when all is written: they are put around it then. */
        size_t start = buffer_len(b);
        if (put_flow_part(b, afi, &inside, &part, &marks) < 2 || b->full || !buffer_reserve(b, 4))
            continue;
        memmove(b->base + start + 2, b->base + start, buffer_len(b) - start);
        memcpy(b->base + start, "[ ", 2);
        b->p += 2;
        put_literal(b, " ]");
    }
}

static void put_flow_string(struct buffer *b, const struct nlri *nlri, const char *before) {
    const uint8_t *rd;
    struct cursor inside = flow_inside(nlri->family, nlri->octets, &rd);
    put_flow_rules(b, nlri->family->afi, inside, before);
    if (rd) {
        put_string(b, cursor_done(&inside) ? before : " ");
        put_literal(b, "rd ");
        put_rd(b, rd);
    }
}

void flow_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    if (style->command) {
        put_flow_string(out, nlri, "");
        return;
    }
    put_literal(out, "flow");
    put_flow_string(out, nlri, " ");
    if (style->form == FORM_5)
        put_next_hop_text(out, nlri->next_hop);
    else
        put_next_hop_or_none(out, nlri);
}

void flow_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    static const struct flow_marks marks = {"\"", "\", \""};
    const uint8_t *rd;
    struct cursor inside = flow_inside(nlri->family, nlri->octets, &rd);
    struct flow_part part;
    put_string(out, style->form == FORM_5 ? "{ " : "{");
    while (flow_part_next(nlri->family->afi, &inside, &part)) {
        put_char(out, '"');
        put_string(out, part.component->name);
        put_literal(out, "\": [ ");
        put_flow_part(out, nlri->family->afi, &inside, &part, &marks);
        put_literal(out, "\" ], ");
    }
    if (rd) {
        put_literal(out, "\"rd\": \"");
        put_rd(out, rd);
        put_literal(out, "\", ");
    }
    if (style->form != FORM_6 && !cursor_done(&nlri->next_hop)) {
        put_literal(out, "\"next-hop\": \"");
        put_ip(out, ip_of(nlri->next_hop.p, cursor_left(&nlri->next_hop) < 16 ? 4 : 16));
        put_literal(out, "\", ");
    }
    put_literal(out, "\"string\": \"flow");
    put_flow_string(out, nlri, " ");
    if (style->form == FORM_5)
        put_next_hop_text(out, nlri->next_hop);
    put_literal(out, "\" }");
}
