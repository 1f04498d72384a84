#include "elements.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/number.h"
#include "bgp/open.h"
#include "bgp/update.h"

/* Octets that are no element, or more than one: a message may well have such. */
static const char not_one[] = "not-01";

/* ---- Attributes ---- */

/* An internal session, where each attribute may stand. */
static const struct terms element_terms = {.as4 = true,
                                           .internal = true,
                                           .aigp = true,
                                           .local_as = 65533,
                                           .peer_as = 65533,
                                           .send_most = 65535,
                                           .receive_most = 65535,
                                           .families = ~(uint64_t)0};

static bool attribute_parse(struct words *words, struct buffer *wire) {
    struct buffer value = buffer_growing();
    struct text name;
    uint8_t flags = 0, code = 0;
    bool good = false;
    const struct attribute_kind *kind = words_next(words, &name) ? attribute_kind_named(name) : NULL;
    if (kind && kind->parse) {
        good = kind->parse(words, &value);
        flags = kind->flags, code = kind->code;
    } else if (text_is(name, "attribute")) {
        good = attribute_generic_parse(words, &flags, &code, &value);
    }
    if (good)
        put_attribute(wire, flags, code, buffer_cursor(&value));
    buffer_release(&value);
    return good;
}

static enum harm attribute_check(struct cursor wire) {
    struct attribute a;
    const uint8_t mask = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE;
    if (!attribute_next(&wire, &a) || !cursor_finished(&wire))
        return HARM_WITHDRAW;
    const struct attribute_kind *kind = attribute_kind_of(a.code);
    if (!kind)
        return HARM_NONE;
    return (a.flags & mask) == kind->flags ? kind->check(a.value, &element_terms) : kind->flags_harm;
}

static void attribute_as_text(struct cursor wire, const struct style *style, struct buffer *out) {
    struct attribute a;
    if (attribute_next(&wire, &a))
        attribute_text(&a, buffer_len(out), style, out);
}

static void attribute_as_json(struct cursor wire, const struct style *style, struct buffer *out) {
    struct attribute a;
    if (attribute_next(&wire, &a))
        attribute_json(&a, buffer_len(out), style, out);
}

static struct cursor attribute_inside(struct cursor wire) {
    struct attribute a = {0};
    attribute_next(&wire, &a);
    return a.value;
}

static bool attribute_wrap(struct cursor wire, struct cursor inside, struct buffer *out) {
    if (cursor_left(&inside) > UINT16_MAX)
        return false;
    put_attribute(out, wire.p[0] & (uint8_t)~ATTRIBUTE_EXTENDED, wire.p[1], inside);
    return true;
}

/* The first row that the body of an UPDATE breaks. */
static const char *update_fault(struct cursor body) {
    static struct update *update; /* large, and of all calls */
    struct fault fault = {0};
    if (!update)
        update = malloc(sizeof *update);
    if (!update_open(update, body, &element_terms, &fault))
        return fault.row;
    return update->finding_count ? update->findings[0].row : NULL;
}

static const char *attribute_fault(struct cursor wire) {
    struct buffer body = buffer_growing();
    struct attribute a;
    struct cursor from = wire;
    if (cursor_done(&wire) || (attribute_next(&from, &a) && !cursor_done(&from)))
        return not_one;
    put_u16(&body, 0);
    put_u16(&body, (uint16_t)cursor_left(&wire));
    put_cursor(&body, wire);
    const char *row = update_fault(buffer_cursor(&body));
    buffer_release(&body);
    return row;
}

const struct element attribute_element = {
    .parse = attribute_parse,
    .check = attribute_check,
    .text = attribute_as_text,
    .json = attribute_as_json,
    .fault = attribute_fault,
    .open = "{",
    .close = "}",
    .inside = attribute_inside,
    .wrap = attribute_wrap,
};

/* ---- Routes ---- */

static const uint8_t route_next_hop[] = {10, 0, 0, 1};

static bool route_parse(struct words *words, struct buffer *wire) {
    struct text afi, safi;
    struct draft d;
    const struct family *f = words_next(words, &afi) && words_next(words, &safi) ? family_named(afi, safi) : NULL;
    struct buffer attributes = buffer_growing(), nlri = buffer_growing();
    size_t raw;
    if (!f)
        return words_fail(words, "no family");
    draft_init(&d);
    bool good = draft_route(&d, f, words);
    d.has_next_hop = true;
    good = good && draft_finish(&d, DRAFT_ANNOUNCE, words, &nlri, &attributes, &raw);
    if (d.family) {
        put_u16(wire, d.family->afi);
        put_u8(wire, d.family->safi);
    }
    put_cursor(wire, buffer_cursor(&nlri));
    draft_release(&d);
    buffer_release(&attributes);
    buffer_release(&nlri);
    return good;
}

static bool route_open(struct cursor wire, struct nlri *nlri) {
    uint16_t afi = cursor_u16(&wire);
    const struct family *f = family_of(afi, cursor_u8(&wire));
    if (!f || !nlri_next(f, false, &wire, nlri) || !cursor_finished(&wire))
        return false;
    nlri->announced = true;
    if (!(f->flags & FAMILY_NO_NEXT_HOP))
        nlri->next_hop = cursor_of(route_next_hop, sizeof route_next_hop);
    return true;
}

static enum harm route_check(struct cursor wire) {
    struct nlri nlri;
    if (!route_open(wire, &nlri))
        return HARM_RESET;
    return nlri.family->check ? nlri.family->check(nlri.octets, true) : HARM_NONE;
}

static void route_as_text(struct cursor wire, const struct style *style, struct buffer *out) {
    struct nlri nlri;
    if (!route_open(wire, &nlri))
        return;
    if (style->command) {
        put_family(out, nlri.family, ' ');
        put_char(out, ' ');
        nlri_command(&nlri, true, out);
    } else {
        nlri.family->text(&nlri, style, out);
    }
}

static void route_as_json(struct cursor wire, const struct style *style, struct buffer *out) {
    struct nlri nlri;
    if (route_open(wire, &nlri))
        nlri.family->json(&nlri, style, out);
}

static struct cursor route_inside(struct cursor wire) {
    cursor_take(&wire, 3);
    return wire;
}

static bool route_wrap(struct cursor wire, struct cursor inside, struct buffer *out) {
    put_octets(out, wire.p, 3);
    put_cursor(out, inside);
    return true;
}

/* ORIGIN, AS_PATH, LOCAL_PREF and MP_REACH with a next hop of a length that the family takes. */
static const char *route_fault(struct cursor wire) {
    static const uint8_t before[] = {0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 5, 4, 0, 0, 0, 100};
    static const uint8_t lengths[] = {0, 4, 12, 16, 24, 32, 48};
    struct buffer body = buffer_growing(), reach = buffer_growing();
    struct cursor from = wire;
    uint16_t afi = cursor_u16(&from);
    const struct family *f = family_of(afi, cursor_u8(&from));
    unsigned length = 0;
    struct nlri nlri;
    if (!f || cursor_done(&from) ||
        (nlri_next(f, false, &(struct cursor){from.p, from.end, false}, &nlri) && nlri.octets.end != from.end))
        return not_one;
    while (!(f->next_hops >> length & 1))
        length++;
    put_octets(&reach, wire.p, 3);
    put_u8(&reach, lengths[length]);
    put_zeros(&reach, lengths[length] ? lengths[length] - 1u : 0);
    if (lengths[length])
        put_u8(&reach, 1);
    put_u8(&reach, 0);
    put_cursor(&reach, from);
    put_u16(&body, 0);
    size_t hole = buffer_len(&body);
    put_u16(&body, 0);
    put_octets(&body, before, sizeof before);
    put_attribute(&body, ATTRIBUTE_OPTIONAL, ATTRIBUTE_MP_REACH, buffer_cursor(&reach));
    poke_u16(body.base + hole, (uint16_t)(buffer_len(&body) - hole - 2));
    const char *row = update_fault(buffer_cursor(&body));
    buffer_release(&body);
    buffer_release(&reach);
    return row;
}

const struct element route_element = {
    .parse = route_parse,
    .check = route_check,
    .text = route_as_text,
    .json = route_as_json,
    .fault = route_fault,
    .open = "",
    .close = "",
    .inside = route_inside,
    .wrap = route_wrap,
};

/* ---- Capabilities ---- */

/* An OPEN whose only capability this is. */
static bool capability_open(struct cursor wire, struct buffer *body, struct open *open, struct fault *fault) {
    size_t len = cursor_left(&wire);
    put_u8(body, 4);
    put_u16(body, 23456);
    put_u16(body, 180);
    put_u32(body, 0x01020304);
    if (len + 2 < 255) {
        put_u8(body, (uint8_t)(len + 2));
        put_u8(body, 2);
        put_u8(body, (uint8_t)len);
    } else {
        put_u16(body, 0xffff);
        put_u16(body, (uint16_t)(len + 3));
        put_u8(body, 2);
        put_u16(body, (uint16_t)len);
    }
    put_cursor(body, wire);
    return open_read(buffer_cursor(body), open, fault);
}

static enum harm capability_check(struct cursor wire) {
    struct buffer body = buffer_growing();
    struct open open;
    struct fault fault;
    bool good = capability_open(wire, &body, &open, &fault);
    buffer_release(&body);
    return good ? HARM_NONE : HARM_RESET;
}

static const char *capability_fault(struct cursor wire) {
    struct buffer body = buffer_growing();
    struct open open;
    struct fault fault;
    bool good = capability_open(wire, &body, &open, &fault);
    buffer_release(&body);
    return good ? NULL : fault.row;
}

static void capability_as_text(struct cursor wire, const struct style *style, struct buffer *out) {
    struct buffer body = buffer_growing();
    struct open open;
    struct fault fault;
    if (!style->command && capability_open(wire, &body, &open, &fault)) {
        open_text(&open, false, style, out);
    }
    buffer_release(&body);
}

static void capability_as_json(struct cursor wire, const struct style *style, struct buffer *out) {
    struct buffer body = buffer_growing();
    struct open open;
    struct fault fault;
    if (capability_open(wire, &body, &open, &fault)) {
        open_json(&open, false, style, out);
    }
    buffer_release(&body);
}

static struct cursor capability_inside(struct cursor wire) {
    cursor_take(&wire, 2);
    return wire;
}

static bool capability_wrap(struct cursor wire, struct cursor inside, struct buffer *out) {
    if (cursor_left(&inside) > UINT8_MAX)
        return false;
    put_capability(out, wire.p[0], inside);
    return true;
}

const struct element capability_element = {
    .check = capability_check,
    .text = capability_as_text,
    .json = capability_as_json,
    .fault = capability_fault,
    .open = "{",
    .close = "}",
    .inside = capability_inside,
    .wrap = capability_wrap,
};

/* ---- What holds for all ---- */

bool element_parse(const struct element *e, struct text text, struct buffer *wire, struct complaint *complaint) {
    *complaint = (struct complaint){0};
    struct words words = words_of_line(text, complaint);
    return e->parse(&words, wire) && words_done(&words) && !complaint->made;
}

static bool report_fault(struct buffer *report, struct cursor octets, const char *what, const struct buffer *shown) {
    put_string(report, what);
    put_literal(report, "\n  octets: ");
    put_hex_upper(report, octets);
    put_literal(report, "\n  shown: ");
    put_text(report, buffer_text(shown));
    return false;
}

/* Text is one line, whatever a peer has put into a name. */
static bool text_is_one_line(const struct buffer *text) {
    for (const uint8_t *p = text->base; p < text->p; p++)
        if (*p < 0x20 || *p == 0x7f)
            return false;
    return true;
}

static bool form_is_safe(const struct element *e, struct cursor wire, enum form form, struct buffer *out,
                         struct buffer *report) {
    const struct style style = {.form = form};
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL;
    json_error_t error;
    buffer_clear(out);
    put_string(out, e->open);
    e->json(wire, &style, out);
    put_string(out, e->close);
    json_t *json = json_loadb((const char *)out->base, buffer_len(out), flags, &error);
    if (!json)
        return report_fault(report, wire, error.text, out);
    json_decref(json);
    if (!text_is_one_line(out))
        return report_fault(report, wire, "JSON of several lines", out);
    buffer_clear(out);
    e->text(wire, &style, out);
    return text_is_one_line(out) || report_fault(report, wire, "text with a control character", out);
}

static bool command_is_safe(const struct element *e, struct cursor wire, struct buffer *out, struct buffer *report) {
    const struct style style = {.form = FORM_6, .command = true};
    struct buffer again = buffer_growing();
    struct complaint complaint;
    bool safe = true;
    buffer_clear(out);
    e->text(wire, &style, out);
    if (!text_is_one_line(out)) {
        safe = report_fault(report, wire, "a command with a control character", out);
    } else if (buffer_len(out) && !element_parse(e, buffer_text(out), &again, &complaint)) {
        put_complaint_short(report, &complaint);
        safe = report_fault(report, wire, ": its own command is refused", out);
    } else if (buffer_len(out) && !cursor_same(buffer_cursor(&again), wire)) {
        put_hex_upper(report, buffer_cursor(&again));
        safe = report_fault(report, wire, " is what its command makes", out);
    }
    buffer_release(&again);
    return safe;
}

static bool good_is_safe(const struct element *e, struct cursor wire, struct buffer *out, struct buffer *report) {
    for (enum form form = FORM_4; form <= FORM_6; form++)
        if (!form_is_safe(e, wire, form, out, report))
            return false;
    return !e->parse || command_is_safe(e, wire, out, report);
}

bool element_is_safe(const struct element *e, struct cursor octets, bool *good, struct buffer *report) {
    size_t len = cursor_left(&octets);
    uint8_t *exact = malloc(len);
    if (len)
        memcpy(exact, octets.p, len);
    struct cursor wire = cursor_of(exact, len);
    struct buffer out = buffer_growing();
    bool safe = true;
    *good = e->check(wire) == HARM_NONE;
    const char *row = e->fault(wire);
    if (*good)
        safe = good_is_safe(e, wire, &out, report);
    else if (!row || strlen(row) != strlen("ATT-01") + (strlen(row) > 6))
        safe = report_fault(report, wire, "refused, but no row of the error contract says so", &out);
    free(exact);
    buffer_release(&out);
    return safe;
}

uint32_t random_next(uint64_t *state) {
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33);
}

void mutate(struct buffer *b, uint64_t *random) {
    static const uint8_t edges[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 0x7f, 0x80, 0xff};
    size_t len = buffer_len(b), at = len ? random_next(random) % len : 0;
    uint8_t octet = (uint8_t)random_next(random);
    switch (len ? random_next(random) % 6 : 5) {
    case 0: b->base[at] ^= (uint8_t)(1 << octet % 8); break;
    case 1: b->base[at] = edges[octet % sizeof edges]; break;
    case 2: b->base[at] = octet; break;
    case 3: b->base[at] = (uint8_t)(b->base[at] + (octet & 1 ? 1 : -1)); break;
    case 4: /* an octet less */
        memmove(b->base + at, b->base + at + 1, len - at - 1);
        b->p--;
        break;
    default: /* an octet more */
        put_u8(b, 0);
        memmove(b->base + at + 1, b->base + at, len - at);
        b->base[at] = octet;
    }
}
