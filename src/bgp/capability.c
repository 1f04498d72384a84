/* The registry of capabilities, and those without a row (RFC 5492). */
#include "bgp/capability.h"

#include "base/number.h"

#define CAPABILITY(number, NUMBER, name) extern const struct capability_kind capability_##name;
#include "bgp/capability.def"

static const struct capability_kind *const capability_by_code[256] = {
#define CAPABILITY(number, NUMBER, name) [number] = &capability_##name,
#include "bgp/capability.def"
};

static const struct capability_kind *const capability_rows[] = {
#define CAPABILITY(number, NUMBER, name) &capability_##name,
#include "bgp/capability.def"
};

const struct capability_kind *capability_kind_of(uint8_t code) {
    return capability_by_code[code];
}

const struct capability_kind *const *capability_kinds(size_t *count) {
    *count = sizeof capability_rows / sizeof *capability_rows;
    return capability_rows;
}

void put_capability(struct buffer *out, uint8_t code, struct cursor value) {
    put_u8(out, code);
    put_u8(out, (uint8_t)cursor_left(&value));
    put_cursor(out, value);
}

/* ExaBGP's idea of what IANA says of a code. */
static const char *capability_iana(uint8_t code) {
    return code >= 128 ? "reserved" : code >= 70 ? "unassigned" : "unknown";
}

void capability_unknown_json(const struct capability *c, struct buffer *out) {
    put_literal(out, "{ \"name\": \"unknown\", \"iana\": \"");
    put_string(out, capability_iana(c->code));
    put_literal(out, "\", \"value\": ");
    put_decimal(out, c->code);
    put_literal(out, ", \"raw\": \"");
    put_hex_upper(out, c->value);
    put_literal(out, "\" }");
}

/* The names that ExaBGP has for what it does not implement. */
static const char *capability_known_word(uint8_t code) {
    switch (code) {
    case 0: return "reserved";
    case 3: return "outbound-route-filtering";
    case 4: return "multiple-routes";
    case 67: return "dynamic-capability";
    default: return NULL;
    }
}

void capability_unknown_text(const struct capability *c, const struct style *style, struct buffer *out) {
    const char *word = capability_known_word(c->code);
    put_string(out, capability_iana(c->code));
    put_char(out, ' ');
    if (style->form == FORM_5)
        put_decimal(out, c->code);
    else if (word)
        put_string(out, word);
    else
        put_format(out, "unknown capability 0x%x", c->code);
}
