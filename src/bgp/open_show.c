/* An OPEN as JSON and as text (api-events.md 4 and 15), and what two of them agreed on (3.3).
 *
 * JSON has a capability once, in the place of its first code and with its last value; its key is the name in what we
 * sent, the number in what we received. The text is in order of the codes. Surprise: ExaBGP shows a host name in all
 * its own OPENs, also when there is none on the wire. */
#include "base/ip.h"
#include "base/json.h"
#include "base/number.h"
#include "bgp/family.h"
#include "bgp/open.h"

struct open_codes {
    struct cursor value[256]; /* the last of each */
    uint8_t order[256];       /* by first appearance */
    unsigned count;
};

static void open_collect(const struct open *open, struct open_codes *codes) {
    struct capability_walk walk = {0};
    struct capability c;
    bool seen[256] = {false};
    codes->count = 0;
    while (open_capability(open, &walk, &c)) {
        if (!seen[c.code])
            codes->order[codes->count++] = c.code;
        seen[c.code] = true;
        codes->value[c.code] = c.value;
    }
}

static void open_capability_json(const struct open *open, struct capability c, bool sent, const struct style *style,
                                 struct buffer *out) {
    const struct capability_kind *kind = capability_kind_of(c.code);
    put_char(out, '"');
    if (sent && kind)
        put_string(out, kind->name);
    else
        put_decimal(out, c.code);
    put_literal(out, "\": ");
    if (kind && kind->json)
        kind->json(c.value, open, sent, style, out);
    else
        capability_unknown_json(&c, out);
}

static void open_capability_text(const struct open *open, struct capability c, bool sent, const struct style *style,
                                 struct buffer *out) {
    const struct capability_kind *kind = capability_kind_of(c.code);
    if (kind && kind->text)
        kind->text(c.value, open, sent, style, out);
    else
        capability_unknown_text(&c, style, out);
}

/* Does `code` come after the host name in an OPEN of ours? */
static bool is_after_host_name(uint8_t code) {
    return code == CAPABILITY_SOFTWARE_VERSION || code == CAPABILITY_LINK_LOCAL_NEXT_HOP ||
           code == CAPABILITY_MULTISESSION || code == CAPABILITY_ROLE || code == CAPABILITY_MULTIPLE_LABELS;
}

/* Puts the host name that is not there in its place. */
static void open_add_host_name(struct open_codes *codes) {
    unsigned at = 0;
    if (memchr(codes->order, CAPABILITY_HOST_NAME, codes->count))
        return;
    while (at < codes->count && !is_after_host_name(codes->order[at]))
        at++;
    memmove(codes->order + at + 1, codes->order + at, codes->count - at);
    codes->order[at] = CAPABILITY_HOST_NAME;
    codes->value[CAPABILITY_HOST_NAME] = cursor_of("", 0);
    codes->count++;
}

void open_json(const struct open *open, bool sent, const struct style *style, struct buffer *out) {
    struct open_codes codes;
    uint8_t id[4];
    open_collect(open, &codes);
    if (sent)
        open_add_host_name(&codes);
    put_literal(out, "\"version\": ");
    put_decimal(out, open->version);
    put_literal(out, ", \"asn\": ");
    put_decimal(out, open->as);
    put_literal(out, ", \"hold_time\": ");
    put_decimal(out, open->hold_time);
    put_literal(out, ", \"router_id\": \"");
    poke_u32(id, open->router_id);
    put_ipv4(out, id);
    put_literal(out, "\", \"capabilities\": { ");
    for (unsigned i = 0; i < codes.count; i++) {
        if (i)
            put_literal(out, ", ");
        open_capability_json(open, (struct capability){codes.order[i], codes.value[codes.order[i]]}, sent, style, out);
    }
    put_literal(out, " }");
}

void open_text(const struct open *open, bool sent, const struct style *style, struct buffer *out) {
    struct open_codes codes;
    uint8_t id[4];
    bool present[256] = {false}, first = true;
    open_collect(open, &codes);
    if (sent)
        open_add_host_name(&codes);
    for (unsigned i = 0; i < codes.count; i++)
        present[codes.order[i]] = true;
    put_format(out, "version %u asn %u hold_time %u router_id ", open->version, open->as, open->hold_time);
    poke_u32(id, open->router_id);
    put_ipv4(out, id);
    put_literal(out, " capabilities [");
    for (unsigned code = 0; code < 256; code++) {
        if (!present[code])
            continue;
        put_string(out, first ? "" : ", ");
        open_capability_text(open, (struct capability){(uint8_t)code, codes.value[code]}, sent, style, out);
        first = false;
    }
    put_char(out, ']');
}

/* ---- What was agreed on ---- */

static void terms_families_json(const struct terms *terms, uint64_t families, struct buffer *out) {
    bool first = true;
    put_char(out, '[');
    for (unsigned i = 0; terms && i < terms->order_count; i++) {
        if (!terms_has(families, terms->order[i]))
            continue;
        put_string(out, first ? "\"" : ", \"");
        put_family(out, family_at(terms->order[i]), ' ');
        put_char(out, '"');
        first = false;
    }
    put_char(out, ']');
}

static void terms_next_hops_json(const struct terms *terms, struct buffer *out) {
    bool first = true;
    put_char(out, '[');
    for (unsigned i = 0; terms && i < FAMILIES; i++) {
        if (!terms_has(terms->extended_next_hop, i))
            continue;
        put_string(out, first ? "\"" : ", \"");
        put_family(out, family_at(i), ' ');
        put_literal(out, " ipv6\"");
        first = false;
    }
    put_char(out, ']');
}

void terms_json(const struct terms *terms, const struct style *style, struct buffer *out) {
    (void)style;
    static const struct terms none = {.send_most = 4096};
    const struct terms *t = terms ? terms : &none;
    put_literal(out, "{ \"message_size\": ");
    put_decimal(out, t->send_most);
    put_literal(out, ", \"hold_time\": ");
    put_decimal(out, t->hold_time);
    put_literal(out, ", \"asn4\": ");
    put_json_bool(out, t->as4);
    put_literal(out, ", \"multisession\": ");
    put_json_bool(out, t->multisession);
    put_literal(out, ", \"operational\": ");
    put_json_bool(out, t->operational);
    put_literal(out, ", \"refresh\": \"");
    put_string(out, t->enhanced_refresh ? "enhanced" : t->refresh ? "normal" : "absent");
    put_literal(out, "\", \"families\": ");
    terms_families_json(t, t->families, out);
    put_literal(out, ", \"nexthop\": ");
    terms_next_hops_json(t, out);
    put_literal(out, ", \"add_path\": {\"send\": ");
    terms_families_json(t, t->add_path_send, out);
    put_literal(out, ", \"receive\": ");
    terms_families_json(t, t->add_path_receive, out);
    put_literal(out, "} }");
}
