/* encode: a route in, the UPDATE that would be sent out, in hexadecimal (cli.md 4). */
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
    if (offline_families(how->families ? how->families : "ipv4 unicast", &families, print)) {
        e.terms = offline_terms_plain(how->local_as, how->peer_as, families, how->path_information);
        status = how->configuration ? encode_configuration(&e) : encode_route(&e, route);
    }
    buffer_release(&e.out);
    buffer_release(&e.message);
    buffer_release(&e.sent);
    return status;
}
