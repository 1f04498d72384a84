/* validate: a configuration read, and with -r each of its routes written, read again and compared (cli.md 5). */
#include "base/memory.h"
#include "library/offline.h"

static void validate_say(const struct yottabgp_print *print, const char *format, const char *detail) {
    struct buffer b = buffer_growing();
    put_literal(&b, "configuration   ");
    put_format(&b, format, detail);
    put_char(&b, '\n');
    offline_print_error(print, &b);
    buffer_release(&b);
}

/* The only NLRI of an UPDATE is this one. */
static bool update_holds(const struct update *u, struct cursor wanted) {
    struct update_walk walk;
    struct nlri nlri;
    update_walk_init(&walk, u, u->harm < HARM_WITHDRAW);
    return update_walk_next(&walk, &nlri) && cursor_same(nlri.octets, wanted);
}

/* What the peer would read is what was written. An attribute given in hexadecimal may be as wrong as its user wants. */
static bool route_survives(const struct listed_route *route, const struct terms *terms, struct update *update) {
    struct buffer message = buffer_growing(), sent = buffer_growing();
    struct update_writer writer;
    struct fault fault = {0};
    bool good = false, raw = cursor_left(&route->attributes.raw) > 0;
    attributes_send(route->attributes, terms, route->family, &sent);
    if (update_announce(&writer, &message, terms, route->family, buffer_cursor(&sent),
                        attributes_next_hop(route->attributes, terms, route->family)) &&
        update_add(&writer, route->nlri, route->path)) {
        update_end(&writer);
        struct cursor body = buffer_cursor(&message);
        cursor_take(&body, MESSAGE_HEADER);
        good = update_open(update, body, terms, &fault) && (raw || update->harm < HARM_WITHDRAW) &&
               update_holds(update, route->nlri);
    }
    buffer_release(&message);
    buffer_release(&sent);
    return good || raw;
}

static bool validate_routes(const struct configuration *c, const struct yottabgp_print *print) {
    struct update *update = memory_new(sizeof *update);
    bool good = true;
    for (size_t i = 0; i < c->neighbor_count; i++) {
        struct terms terms = offline_terms(c->neighbors[i]);
        struct listed_route route;
        for (size_t walk = 0; route_list_next(&c->neighbors[i]->routes, &walk, &route);) {
            if (!terms_has(terms.families, route.family->index) || route_survives(&route, &terms, update))
                continue;
            struct buffer b = buffer_growing();
            struct nlri nlri = {.family = route.family, .octets = route.nlri};
            put_literal(&b, "the peer would not read this route as it was written: ");
            route.family->text(&nlri, &(struct style){.form = FORM_5, .command = true, .terms = &terms}, &b);
            put_u8(&b, 0);
            validate_say(print, "%s", (const char *)b.base);
            buffer_release(&b);
            good = false;
        }
    }
    free(update);
    return good;
}

static void validate_neighbors(const struct configuration *c, bool verbose, const struct yottabgp_print *print) {
    struct buffer b = buffer_growing();
    for (size_t i = 0; i < c->neighbor_count; i++) {
        put_prefix(&b, &c->neighbors[i]->peer);
        if (!c->neighbors[i]->range)
            while (b.p[-1] != '/')
                b.p--;
        if (!c->neighbors[i]->range)
            b.p--;
        put_u8(&b, 0);
        validate_say(print, "\xe2\x9c\x93 neighbor  %s", (const char *)b.base);
        buffer_clear(&b);
        if (verbose) {
            put_neighbor_configuration(&b, c->neighbors[i]);
            offline_print_error(print, &b);
        }
    }
    buffer_release(&b);
}

int yottabgp_validate(const struct yottabgp_validate *how, const char *file, const struct yottabgp_print *print) {
    struct config_report report = {0};
    struct config_options options = {.software = text_of("YottaBGP/" YOTTABGP_VERSION), .check_programs = true};
    struct configuration c;
    validate_say(print, "loading %s", file);
    bool good = config_read_file(file, &options, &c, &report);
    if (report.count) {
        struct buffer b = buffer_growing();
        put_config_report(&b, &report);
        offline_print_error(print, &b);
        buffer_release(&b);
    }
    if (good) {
        validate_say(print, "%s", "\xe2\x9c\x93 loading");
        if (how->neighbors)
            validate_say(print, "%s", "checking neighbors");
        if (how->neighbors)
            validate_neighbors(&c, how->verbose, print);
        if (how->routes) {
            validate_say(print, "%s", "checking routes");
            good = validate_routes(&c, print);
            if (good)
                validate_say(print, "%s", "\xe2\x9c\x93 routes");
        }
        config_release(&c);
    }
    config_report_release(&report);
    return good ? 0 : 1;
}
