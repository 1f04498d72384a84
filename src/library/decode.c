/* decode: hexadecimal in, the line that a helper would read out (cli.md 3). */
#include <time.h>
#include <unistd.h>

#include "api/api.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"
#include "library/offline.h"

struct decoder {
    const struct yottabgp_decode *how;
    const struct yottabgp_print *print;
    struct api_settings settings;
    struct terms terms;
    uint64_t families, counter;
    struct update *update;
    struct buffer out;
};

static int decode_fails(struct decoder *d, const char *format, struct text detail) {
    buffer_clear(&d->out);
    put_format(&d->out, format, TEXT_ARGS(detail));
    offline_print(d->print, &d->out);
    return 1;
}

static int decode_invalid(struct decoder *d, const struct fault *fault) {
    if (fault->message[0]) {
        struct buffer b = buffer_growing();
        put_format(&b, "%s: %s\n", fault->row ? fault->row : "fault", fault->message);
        offline_print_error(d->print, &b);
        buffer_release(&b);
    }
    return decode_fails(d, "invalid payload%.*s\n", (struct text){"", 0});
}

static int decode_shown(struct decoder *d, const struct session_event *event) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t wall = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    api_put_decoded(&d->out, &d->settings, wall, d->counter, &d->terms, event);
    offline_print(d->print, &d->out);
    return 0;
}

/* A family that only its numbers name can be told in a command, as octets. */
static bool decode_name_family(struct decoder *d, const struct update_reach *reach) {
    const struct family *f = reach->present && !reach->family ? family_numbered(reach->afi, reach->safi) : NULL;
    if (!f || f->index < FAMILIES || terms_has(d->terms.families, f->index))
        return false;
    d->terms.families |= family_bit(f);
    return true;
}

static bool decode_open_update(struct decoder *d, struct cursor body, struct fault *fault) {
    bool names = d->how->command && !d->how->families && !d->how->configuration;
    for (;;) {
        bool good = update_open_as_said(d->update, body, &d->terms, fault);
        if (!names || (!decode_name_family(d, &d->update->reach) && !decode_name_family(d, &d->update->unreach)))
            return good;
    }
}

static int decode_update(struct decoder *d, struct message m) {
    struct fault fault = {0};
    struct session_event event = {.kind = SESSION_EVENT_MESSAGE, .message = m, .update = d->update, .terms = &d->terms};
    /* Nothing has been announced yet that could be withdrawn: what is harmful is shown with the mistake in it. */
    if (!decode_open_update(d, m.body, &fault))
        return decode_invalid(d, &fault);
    if (d->how->command) {
        struct style style = {.form = d->settings.form, .command = true, .terms = &d->terms};
        if (update_command(d->update, &style, &d->out)) {
            put_char(&d->out, '\n');
            update_command_notes(d->update, &d->out);
            offline_print(d->print, &d->out);
            return 0;
        }
        put_literal(&d->out, "# could not generate API command, falling back to JSON\n");
    }
    return decode_shown(d, &event);
}

static int decode_open(struct decoder *d, struct message m) {
    struct fault fault = {0};
    struct open open;
    if (!open_read(m.body, &open, &fault))
        return decode_invalid(d, &fault);
    return decode_shown(d, &(struct session_event){.kind = SESSION_EVENT_MESSAGE, .message = m, .open = &open});
}

static int decode_notification(struct decoder *d, struct message m) {
    struct cursor body = m.body;
    struct session_event event = {.kind = SESSION_EVENT_MESSAGE, .message = m};
    event.code = cursor_u8(&body);
    event.subcode = cursor_u8(&body);
    event.data = body;
    return decode_shown(d, &event);
}

static int decode_message(struct decoder *d, struct message m) {
    switch (m.type) {
    case MESSAGE_OPEN: return decode_open(d, m);
    case MESSAGE_UPDATE: return decode_update(d, m);
    case MESSAGE_NOTIFICATION: return decode_notification(d, m);
    default: put_format(&d->out, "unknown type %u\n", m.type); offline_print(d->print, &d->out);
    }
    return decode_invalid(d, &(struct fault){0});
}

static bool starts_with_marker(struct cursor c) {
    const uint8_t *marker = cursor_take(&c, 16);
    for (int i = 0; marker && i < 16; i++)
        if (marker[i] != 0xff)
            return false;
    return marker != NULL;
}

static int decode_payload(struct decoder *d, struct cursor payload) {
    struct message m = {.type = MESSAGE_UPDATE, .whole = payload, .body = payload};
    struct fault fault = {0};
    if (!starts_with_marker(payload))
        return decode_update(d, m);
    size_t size = cursor_left(&payload);
    switch (message_next(&payload, MESSAGE_MOST_EXTENDED, true, &m, &fault)) {
    case FRAMING_MORE: return decode_fails(d, "invalid payload%.*s\n", (struct text){"", 0});
    case FRAMING_FAULT: return decode_invalid(d, &fault);
    case FRAMING_MESSAGE: break;
    }
    if (!cursor_done(&payload)) {
        struct buffer b = buffer_growing();
        put_format(&b, "warning: BGP header size (%zu) does not match data length (%zu)\n", cursor_left(&m.whole),
                   size);
        offline_print_error(d->print, &b);
        buffer_release(&b);
    }
    return decode_message(d, m);
}

static int decode_nlris(struct decoder *d, struct cursor payload) {
    const struct family *family = d->how->families ? NULL : family_at(FAMILY_ipv4_unicast);
    struct style style = {.form = d->settings.form, .terms = &d->terms};
    struct nlri nlri;
    for (unsigned i = 0; !family && i < families_count(); i++)
        if (terms_has(d->families, i))
            family = family_at(i);
    if (cursor_done(&payload))
        return decode_invalid(d, &(struct fault){0});
    while (!cursor_done(&payload)) {
        if (!nlri_next(family, d->how->path_information, &payload, &nlri) ||
            (family->check && family->check(nlri.octets, true) != HARM_NONE))
            return decode_invalid(d, &(struct fault){0});
        family->json(&nlri, &style, &d->out);
        put_char(&d->out, '\n');
    }
    offline_print(d->print, &d->out);
    return 0;
}

/* Hexadecimal digits; blanks and colons between them are let through. */
static bool payload_parse(struct text text, struct buffer *octets) {
    struct buffer digits = buffer_growing();
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(" \t\r\n:", text.p[i]) || text.p[i] == 0)
            put_char(&digits, text.p[i]);
    bool good = hex_parse(buffer_text(&digits), octets);
    buffer_release(&digits);
    return good;
}

static bool decoder_init(struct decoder *d, struct configuration *c) {
    const struct yottabgp_decode *how = d->how;
    d->terms = offline_terms_plain(65533, 65533, d->families, how->path_information);
    d->terms.local_id = how->form == 5 ? 0x0a000002 : 0x7f000001;
    if (how->configuration) {
        if (!offline_configuration(how->configuration, c, d->print))
            return false;
        if (c->neighbor_count)
            d->terms = offline_terms(c->neighbors[0]);
    }
    return true;
}

int yottabgp_decode(const struct yottabgp_decode *how, const char *payload, size_t len, uint64_t counter,
                    const struct yottabgp_print *print) {
    struct decoder d = {.how = how, .print = print, .counter = counter, .out = buffer_growing()};
    struct configuration configuration = {0};
    struct buffer octets = buffer_growing();
    char host_name[256] = "";
    int status = 1;
    gethostname(host_name, sizeof host_name - 1);
    d.settings = (struct api_settings){.form = (enum form)how->form,
                                       .compact = how->compact,
                                       .generic = how->generic,
                                       .host_name = text_of(host_name),
                                       .pid = (uint32_t)getpid(),
                                       .ppid = (uint32_t)getppid()};
    if (offline_families(how->families, &d.families, print) && decoder_init(&d, &configuration)) {
        d.update = memory_new(sizeof *d.update);
        if (!payload_parse((struct text){payload, len}, &octets))
            status = decode_fails(&d, "invalid hexadecimal: %.*s\n", (struct text){payload, len});
        else if (how->configuration && !configuration.neighbor_count)
            status = 0; /* nobody to decode it for */
        else if (how->nlri)
            status = decode_nlris(&d, buffer_cursor(&octets));
        else
            status = decode_payload(&d, buffer_cursor(&octets));
    }
    if (how->configuration)
        config_release(&configuration);
    free(d.update);
    buffer_release(&octets);
    buffer_release(&d.out);
    return status;
}
