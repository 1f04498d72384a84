/* encode: a route in, the UPDATE that would be sent out, in hexadecimal (cli.md 4).
 *
 * Two ways in: a route as `static` of a configuration has it, through the configuration's own reader, and a command as
 * helpers write it and `decode -m` prints it, through the API's. */
#include "api/route.h"
#include "base/number.h"
#include "library/offline.h"

struct encoder {
    const struct yottabgp_encode *how;
    const struct yottabgp_print *print;
    struct terms terms;
    struct buffer out, message, sent;
};

/* One route, one UPDATE, one line. False: the attributes fit no message. */
static bool encode_one(struct encoder *e, const struct listed_route *route) {
    struct update_writer writer;
    struct ip next_hop = attributes_next_hop(route->attributes, &e->terms, route->family);
    buffer_clear(&e->message);
    buffer_clear(&e->sent);
    if (e->how->nlri_only) {
        put_cursor(&e->message, route->nlri);
    } else {
        attributes_send(route->attributes, &e->terms, route->family, &e->sent);
        if (!update_announce(&writer, &e->message, &e->terms, route->family, buffer_cursor(&e->sent), next_hop) ||
            !update_add(&writer, route->nlri, route->path))
            return false;
        update_end(&writer);
    }
    struct cursor octets = buffer_cursor(&e->message);
    if (e->how->no_header && !e->how->nlri_only)
        cursor_take(&octets, MESSAGE_HEADER);
    put_hex_upper(&e->out, octets);
    put_char(&e->out, '\n');
    return true;
}

/* ---- Commands ---- */

/* The routes of one command: those that share all but the prefix go into one message, as a session sends them. */
struct commanded {
    struct encoder *e;
    enum draft_purpose purpose;
    struct update_writer writer;
    const struct family *family; /* of the message; NULL: none is open */
    struct terms terms;
    struct buffer set; /* attributes of the message */
    bool fits;
};

static void commanded_end(struct commanded *c) {
    struct encoder *e = c->e;
    if (!c->family)
        return;
    update_end(&c->writer);
    c->family = NULL;
    struct cursor octets = buffer_cursor(&e->message);
    if (e->how->no_header)
        cursor_take(&octets, MESSAGE_HEADER);
    put_hex_upper(&e->out, octets);
    put_char(&e->out, '\n');
}

static void commanded_start(struct commanded *c, const struct finished *route) {
    struct encoder *e = c->e;
    struct attribute_set set = {route->named, route->raw};
    commanded_end(c);
    buffer_clear(&e->message);
    buffer_clear(&e->sent);
    buffer_clear(&c->set);
    put_cursor(&c->set, route->named);
    put_cursor(&c->set, route->raw);
    c->terms = e->terms;
    if (route->has_path)
        c->terms.add_path_send |= family_bit(route->family);
    if (c->purpose == DRAFT_WITHDRAW) {
        update_withdraw(&c->writer, &e->message, &c->terms, route->family);
    } else {
        attributes_send(set, &c->terms, route->family, &e->sent);
        if (!update_announce(&c->writer, &e->message, &c->terms, route->family, buffer_cursor(&e->sent),
                             attributes_next_hop(set, &c->terms, route->family))) {
            c->fits = false;
            return;
        }
    }
    c->family = route->family;
}

static bool commanded_goes_on(const struct commanded *c, const struct finished *route) {
    size_t named = cursor_left(&route->named), raw = cursor_left(&route->raw);
    return c->family == route->family && buffer_len(&c->set) == named + raw &&
           memcmp(c->set.base, route->named.p, named) == 0 && memcmp(c->set.base + named, route->raw.p, raw) == 0;
}

static void commanded_take(void *context, const struct finished *route) {
    struct commanded *c = context;
    if (!terms_has(c->e->terms.families, route->family->index)) {
        c->fits = false;
    } else if (c->e->how->nlri_only) {
        put_hex_upper(&c->e->out, route->nlri);
        put_char(&c->e->out, '\n');
    } else if (!commanded_goes_on(c, route) || !update_add(&c->writer, route->nlri, route->path)) {
        commanded_start(c, route);
        c->fits = c->fits && update_add(&c->writer, route->nlri, route->path);
    }
}

/* A family that its numbers name is made when it is named: there is no configuration that would list it. */
static void encode_name_family(struct encoder *e, struct words words) {
    struct text afi, safi;
    uint64_t a, s;
    const struct family *f;
    if (words_next(&words, &afi) && words_next(&words, &safi) && number_parse(afi, UINT16_MAX, &a) &&
        number_parse(safi, UINT8_MAX, &s) && (f = family_numbered((uint16_t)a, (uint8_t)s)) && !e->how->families)
        e->terms.families |= family_bit(f);
}

static bool encode_routes(struct encoder *e, struct words *words, enum draft_purpose purpose, enum spec spec) {
    struct commanded c = {.e = e, .purpose = purpose, .set = buffer_growing(), .fits = true};
    struct draft draft;
    struct buffer nlri = buffer_growing(), attributes = buffer_growing();
    struct route_reader reader = {.spec = spec,
                                  .purpose = purpose,
                                  .words = words,
                                  .draft = &draft,
                                  .nlri = &nlri,
                                  .attributes = &attributes,
                                  .take = commanded_take,
                                  .context = &c};
    if (spec == SPEC_AFI_SAFI)
        encode_name_family(e, *words);
    draft_init(&draft);
    bool good = routes_read(&reader) && c.fits;
    if (good)
        commanded_end(&c);
    draft_release(&draft);
    buffer_release(&nlri);
    buffer_release(&attributes);
    buffer_release(&c.set);
    return good;
}

/* `announce eor`, `announce eor ipv6 unicast`, `announce eor 1 99`. */
static bool encode_end_of_rib(struct encoder *e, struct words *words) {
    struct text afi = text_of("ipv4"), safi = text_of("unicast");
    const struct family *f;
    encode_name_family(e, *words);
    if (!words_done(words) && (!words_next(words, &afi) || !words_next(words, &safi) || !words_done(words)))
        return words_fail(words, "announce eor takes one address family");
    if (!(f = family_named(afi, safi)))
        return words_fail(words, "unknown family %.*s %.*s", TEXT_ARGS(afi), TEXT_ARGS(safi));
    buffer_clear(&e->message);
    put_end_of_rib(&e->message, f->afi, f->safi);
    struct cursor octets = buffer_cursor(&e->message);
    if (e->how->no_header)
        cursor_take(&octets, MESSAGE_HEADER);
    put_hex_upper(&e->out, octets);
    put_char(&e->out, '\n');
    return true;
}

static bool is_command(const char *line) {
    struct complaint ignored = {0};
    struct words words = words_of_line(text_of(line), &ignored);
    struct text word;
    return words_next(&words, &word) && (text_is(word, "announce") || text_is(word, "withdraw") ||
                                         text_is(word, "neighbor") || text_is(word, "peer"));
}

/* ---- Routes of a configuration ---- */

static int encode_configuration(struct encoder *e) {
    struct configuration c;
    int status = 0;
    if (!offline_configuration(e->how->configuration, &c, e->print))
        return 1;
    for (size_t i = 0; i < c.neighbor_count; i++) {
        struct listed_route route;
        e->terms = offline_terms(c.neighbors[i]);
        for (size_t walk = 0; route_list_next(&c.neighbors[i]->routes, &walk, &route);)
            if (!encode_one(e, &route))
                status = 1;
    }
    config_release(&c);
    offline_print(e->print, &e->out);
    return status;
}

static int encode_fails(struct encoder *e, const char *route, const struct complaint *complaint) {
    put_format(&e->out, "configuration error: Failed to parse route: %s\n", route);
    offline_print(e->print, &e->out);
    if (complaint->made) {
        put_complaint(&e->out, complaint, NULL, text_of(route));
        offline_print_error(e->print, &e->out);
    }
    return 1;
}

static int encode_command(struct encoder *e, const char *line) {
    struct complaint complaint = {0};
    struct words words = words_of_line(text_of(line), &complaint);
    enum draft_purpose purpose = DRAFT_ANNOUNCE;
    enum spec spec = SPECS;
    bool good;
    if (routes_begin(&words, &purpose, &spec))
        good = encode_routes(e, &words, purpose, spec);
    else if (purpose == DRAFT_ANNOUNCE && text_is(words.taken, "eor"))
        good = encode_end_of_rib(e, &words);
    else
        good = words_fail(&words, "no command that sends an UPDATE");
    if (!good) {
        buffer_clear(&e->out);
        return encode_fails(e, line, &complaint);
    }
    offline_print(e->print, &e->out);
    return 0;
}

/* All, unless families are asked for that only their numbers name: then those. */
static void put_route_families(struct buffer *b, uint64_t families) {
    for (unsigned i = FAMILIES; i < families_count(); i++)
        if (terms_has(families, i)) {
            put_family(b, family_at(i), ' ');
            put_literal(b, "; ");
        }
    if (!buffer_len(b))
        put_literal(b, "all;");
    put_u8(b, 0);
}

/* `route PREFIX ...`, `attributes ... nlri PREFIX ...`, or any that `static` takes, through the configuration's own
 * reader: a neighbor with just that route. */
static int encode_route(struct encoder *e, const char *route) {
    struct config_report report = {0};
    struct config_options options = {.software = text_of("YottaBGP/" YOTTABGP_VERSION)};
    struct configuration c;
    struct buffer text = buffer_growing(), families = buffer_growing();
    int status = 0;
    put_route_families(&families, e->terms.families);
    put_format(&text,
               "neighbor 127.0.0.1 { router-id 127.0.0.1; local-address 127.0.0.1; local-as %u; peer-as %u;"
               " capability { add-path send/receive; } family { %s } static {\n%s;\n} }",
               e->how->local_as, e->how->peer_as, (const char *)families.base, route);
    if (!config_read_text(buffer_text(&text), "route", &options, &c, &report)) {
        struct complaint none = {0};
        status = encode_fails(e, route, report.count ? &report.errors[0].complaint : &none);
    } else {
        struct listed_route listed;
        size_t count = 0;
        for (size_t walk = 0; !status && route_list_next(&c.neighbors[0]->routes, &walk, &listed); count++)
            if (!terms_has(e->terms.families, listed.family->index) || !encode_one(e, &listed))
                status = 1;
        if (status || !count)
            status = encode_fails(e, route, &(struct complaint){0});
        config_release(&c);
    }
    config_report_release(&report);
    buffer_release(&text);
    buffer_release(&families);
    offline_print(e->print, &e->out);
    return status;
}

int yottabgp_encode(const struct yottabgp_encode *how, const char *route, const struct yottabgp_print *print) {
    struct encoder e = {
        .how = how, .print = print, .out = buffer_growing(), .message = buffer_growing(), .sent = buffer_growing()};
    uint64_t families;
    int status = 1;
    bool command = !how->configuration && is_command(route);
    const char *plain = command ? "all" : "ipv4 unicast";
    if (offline_families(how->families ? how->families : plain, &families, print)) {
        e.terms = offline_terms_plain(how->local_as, how->peer_as, families, how->path_information);
        status = how->configuration ? encode_configuration(&e)
                 : command          ? encode_command(&e, route)
                                    : encode_route(&e, route);
    }
    buffer_release(&e.out);
    buffer_release(&e.message);
    buffer_release(&e.sent);
    return status;
}
