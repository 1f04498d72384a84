/* ADD-PATH (RFC 7911): AFI (2), SAFI (1), Send/Receive (1: 1 receive, 2 send, 3 both), any number of times.
 *
 * Surprise: of the families that we could do, only these are ever offered, in this order, as ExaBGP does; and those
 * that a configuration knows by number alone, after them. */
#include "bgp/capability/add_path.h"
#include "base/number.h"
#include "bgp/capability/list.h"

enum { ADD_PATH_RECEIVE = 1, ADD_PATH_SEND = 2, ADD_PATH_ENTRY = 4 };

const struct family_number add_path_order[] = {{1, 1}, {2, 1}, {1, 4}, {2, 4}, {1, 128}, {2, 128}, {1, 85}, {2, 85}};
const size_t add_path_order_count = sizeof add_path_order / sizeof *add_path_order;

bool add_path_is_offered(const struct offer *offer, const struct family *f) {
    if (!f || !offer->add_path || !terms_has(offer->add_path_families, f->index))
        return false;
    for (size_t i = 0; i < add_path_order_count; i++)
        if (add_path_order[i].afi == f->afi && add_path_order[i].safi == f->safi)
            return true;
    return f->index >= FAMILIES;
}

static enum harm add_path_check(struct cursor value) {
    size_t len = cursor_left(&value);
    return len && len % ADD_PATH_ENTRY == 0 ? HARM_NONE : HARM_RESET;
}

static void put_add_path(const struct offer *offer, const struct family *f, struct buffer *out) {
    if (!add_path_is_offered(offer, f))
        return;
    put_u16(out, f->afi);
    put_u8(out, f->safi);
    put_u8(out, offer->add_path);
}

static void add_path_offer(const struct offer *offer, uint32_t local_as, struct buffer *out) {
    (void)local_as;
    if (!offer->add_path)
        return;
    put_u8(out, CAPABILITY_ADD_PATH);
    size_t hole = put_hole8(out);
    for (size_t i = 0; i < add_path_order_count; i++)
        put_add_path(offer, family_of(add_path_order[i].afi, add_path_order[i].safi), out);
    for (unsigned i = FAMILIES; i < families_count(); i++)
        put_add_path(offer, family_at(i), out);
    fill_hole8(out, hole);
}

static void add_path_set(uint64_t *families, const struct family *f, bool on) {
    *families = on ? *families | family_bit(f) : *families & ~family_bit(f);
}

/* The same family twice: the last counts. */
static void add_path_agree(struct cursor value, const struct offer *offer, struct terms *terms) {
    while (!cursor_done(&value)) {
        uint16_t afi = cursor_u16(&value);
        uint8_t safi = cursor_u8(&value), mode = cursor_u8(&value);
        const struct family *f = family_of(afi, safi);
        if (mode < 1 || mode > 3 || !add_path_is_offered(offer, f))
            continue;
        add_path_set(&terms->add_path_send, f, offer->add_path & ADD_PATH_SEND && mode & ADD_PATH_RECEIVE);
        add_path_set(&terms->add_path_receive, f, offer->add_path & ADD_PATH_RECEIVE && mode & ADD_PATH_SEND);
    }
}

static void put_add_path_mode(uint8_t mode, struct buffer *out) {
    static const char *const words[] = {"disabled", "receive", "send", "send/receive"};
    if (mode < sizeof words / sizeof *words)
        put_string(out, words[mode]);
    else
        put_format(out, "invalid (%u)", mode);
}

static void add_path_json(struct cursor value, const struct open *open, bool sent, const struct style *style,
                          struct buffer *out) {
    (void)value, (void)sent, (void)style;
    struct capability_list list = capability_list_of(open, CAPABILITY_ADD_PATH, ADD_PATH_ENTRY, 3);
    struct cursor entry, last;
    put_literal(out, "{ \"name\": \"addpath\"");
    while (capability_list_next(&list, &entry, &last)) {
        uint16_t afi = cursor_u16(&entry);
        put_string(out, list.count > 1 ? ",\"" : ", \"");
        put_family_numbers(out, afi, cursor_u8(&entry), '/');
        put_literal(out, "\": \"");
        put_add_path_mode(last.p[3], out);
        put_char(out, '"');
    }
    put_literal(out, " }");
}

static void add_path_text(struct cursor value, const struct open *open, bool sent, const struct style *style,
                          struct buffer *out) {
    (void)value, (void)sent, (void)style;
    struct capability_list list = capability_list_of(open, CAPABILITY_ADD_PATH, ADD_PATH_ENTRY, 3);
    struct cursor entry, last;
    put_literal(out, "addpath(");
    while (capability_list_next(&list, &entry, &last)) {
        uint16_t afi = cursor_u16(&entry);
        put_string(out, list.count > 1 ? "," : "");
        put_add_path_mode(last.p[3], out);
        put_char(out, ' ');
        put_family_numbers(out, afi, cursor_u8(&entry), ' ');
    }
    put_char(out, ')');
}

static const char *add_path_ignored(struct cursor value, const struct offer *offer, const struct terms *terms) {
    (void)offer, (void)terms;
    while (!cursor_done(&value)) {
        cursor_u24(&value);
        uint8_t mode = cursor_u8(&value);
        if (mode < ADD_PATH_RECEIVE || mode > (ADD_PATH_RECEIVE | ADD_PATH_SEND))
            return "CAP-13";
    }
    return NULL;
}

const struct capability_kind capability_add_path = {
    .code = CAPABILITY_ADD_PATH,
    .name = "add-path",
    .row = "CAP-12",
    .ignored = add_path_ignored,
    .check = add_path_check,
    .offer = add_path_offer,
    .agree = add_path_agree,
    .json = add_path_json,
    .text = add_path_text,
};
