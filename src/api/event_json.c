/* Events as JSON: the envelope (api-events.md 1), and what is behind it. Every blank is part of the contract. */
#include "api/private.h"
#include "base/json.h"
#include "base/number.h"
#include "bgp/family_name.h"

static const char *form_version(enum form form) {
    return form == FORM_4 ? "4.0.1" : form == FORM_6 ? "6.0.0" : "5.0.0";
}

/* Seconds with up to six decimals, at least one: the shortest that reads back to the same double. */
static void put_seconds(struct buffer *b, uint64_t microseconds) {
    uint64_t fraction = microseconds % 1000000;
    unsigned digits = 6;
    put_decimal(b, microseconds / 1000000);
    put_char(b, '.');
    while (digits > 1 && fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    uint64_t scale = 1;
    for (unsigned i = 1; i < digits; i++)
        scale *= 10;
    for (; scale > fraction && scale > 1; scale /= 10)
        put_char(b, '0');
    put_decimal(b, fraction);
}

void put_event_head(struct buffer *b, const struct api *api, enum form form, uint64_t counter, uint64_t now) {
    put_literal(b, "{ \"exabgp\": \"");
    put_string(b, form_version(form));
    put_literal(b, "\", \"time\": ");
    put_seconds(b, (uint64_t)((int64_t)now + api->wall_minus_now));
    put_cursor(b, buffer_cursor(&api->head));
    if (counter) {
        put_literal(b, "\"counter\": ");
        put_decimal(b, counter);
        put_literal(b, ", ");
    }
}

void put_event_neighbor(struct buffer *b, const struct terms *terms) {
    uint8_t id[4];
    poke_u32(id, terms->local_id);
    put_literal(b, "\"neighbor\": { \"address\": { \"local\": \"");
    if (terms->local.len)
        put_ip(b, terms->local);
    else
        put_literal(b, "auto");
    put_literal(b, "\", \"peer\": \"");
    put_ip(b, terms->peer);
    put_literal(b, "\" }, \"asn\": { \"local\": ");
    put_decimal(b, terms->local_as);
    put_literal(b, ", \"peer\": ");
    put_decimal(b, terms->peer_as);
    put_literal(b, " }, \"router-id\": \"");
    put_ipv4(b, id);
    put_literal(b, "\" ");
}

void put_event_host(struct buffer *b, const struct api_settings *settings) {
    put_literal(b, ", \"host\" : ");
    put_json_string(b, settings->host_name);
    put_format(b, ", \"pid\" : %u, \"ppid\" : %u, ", settings->pid, settings->ppid);
}

void api_put_decoded(struct buffer *b, const struct api_settings *settings, uint64_t wall, uint64_t counter,
                     const struct terms *terms, const struct session_event *event) {
    static const char *const types[] = {"", "open", "update", "notification"};
    struct api api = {.settings = *settings, .head = buffer_growing()};
    struct bound bound = {.neighbor = buffer_growing(), .agreed = buffer_growing()};
    struct style style = {
        .form = settings->form, .compact = settings->compact, .generic = settings->generic, .terms = terms};
    struct event_view view = {
        .type = types[event->message.type], .event = event, .bound = &bound, .parsed = true, .decoded = true};
    put_event_host(&api.head, settings);
    put_event_neighbor(&bound.neighbor, terms);
    put_event_head(b, &api, settings->form, counter, wall);
    put_event_json(b, &view, &style);
    buffer_release(&api.head);
    buffer_release(&bound.neighbor);
    buffer_release(&bound.agreed);
}

static void put_hex_value(struct buffer *b, const char *key, struct cursor octets) {
    put_char(b, '"');
    put_string(b, key);
    put_literal(b, "\": \"0x");
    put_hex_upper(b, octets);
    put_char(b, '"');
}

static struct cursor message_header(struct message m) {
    return cursor_of(m.whole.p, MESSAGE_HEADER);
}

/* It stays the same while a session is up, and the forms of ExaBGP main show it in every UPDATE: written once, then
 * copied. */
static void put_negotiated(struct buffer *b, const struct event_view *v, const struct style *style) {
    struct buffer *agreed = &v->bound->agreed;
    bool up = v->event->kind == SESSION_EVENT_MESSAGE && v->event->message.type == MESSAGE_UPDATE;
    if (!up || !buffer_len(agreed) || v->bound->agreed_form != style->form) {
        buffer_clear(agreed);
        terms_json(v->event->terms, style, agreed);
        v->bound->agreed_form = style->form;
    }
    put_literal(b, ", \"negotiated\": ");
    put_cursor(b, buffer_cursor(agreed));
    put_char(b, ' ');
}

static void put_packet(struct buffer *b, const struct event_view *v, const struct style *style) {
    put_literal(b, ", \"message\": { \"category\": ");
    put_decimal(b, v->event->message.type);
    put_literal(b, ", ");
    put_hex_value(b, "header", message_header(v->event->message));
    put_literal(b, ", ");
    put_hex_value(b, "body", v->event->message.body);
    put_literal(b, " } ");
    if (v->negotiated)
        put_negotiated(b, v, style);
}

static void put_notification_json(struct buffer *b, const struct session_event *e) {
    uint8_t memory[1024 + 4 * 4096];
    struct buffer data = buffer_fixed(memory, sizeof memory);
    if (e->sent)
        put_cursor(&data, e->data);
    else
        put_notification_data(&data, e->code, e->subcode, e->data);
    put_literal(b, ", \"notification\": { \"code\": ");
    put_decimal(b, e->code);
    put_literal(b, ", \"subcode\": ");
    put_decimal(b, e->subcode);
    put_literal(b, ", ");
    put_hex_value(b, "data", buffer_cursor(&data));
    put_literal(b, ", \"message\": ");
    put_json_string(b, buffer_text(&data));
    put_literal(b, " } ");
}

static void put_family_json(struct buffer *b, uint16_t afi, uint8_t safi) {
    put_literal(b, "\"afi\": \"");
    put_afi(b, afi);
    put_literal(b, "\", \"safi\": \"");
    put_safi(b, safi);
    put_char(b, '"');
}

static void put_refresh_json(struct buffer *b, const struct refresh *r) {
    static const char *const subtypes[] = {"query", "begin", "end"};
    put_literal(b, ", \"route-refresh\": { ");
    put_family_json(b, r->afi, r->safi);
    put_format(b, ", \"subtype\": \"%s\" }", r->subtype < 3 ? subtypes[r->subtype] : "invalid");
}

static void put_operational_json(struct buffer *b, const struct session_event *e) {
    struct operational o;
    operational_read(e->message.body, &o);
    put_literal(b, ", \"operational\": { \"name\": \"");
    put_string(b, o.kind ? o.kind->name : "unknown");
    put_literal(b, "\", ");
    if (!o.kind) {
        put_format(b, "\"type\": \"operational-type-%u\", ", o.type);
        put_hex_value(b, "data", o.data);
        put_literal(b, " }");
        return;
    }
    put_family_json(b, o.afi, o.safi);
    if (o.kind->holds == OPERATIONAL_ADVISORY) {
        put_literal(b, ", \"advisory\": ");
        put_json_string(b, (struct text){(const char *)o.advisory.p, cursor_left(&o.advisory)});
    } else if (o.kind->holds == OPERATIONAL_COUNTER) {
        uint8_t id[4];
        poke_u32(id, o.router_id);
        put_literal(b, ", \"router-id\": \"");
        put_ipv4(b, id);
        put_format(b, "\", \"sequence\": %u, \"counter\": %u", o.sequence, o.counter);
    }
    put_literal(b, " }");
}

/* What a parsed message says, behind `"direction": "receive"`. */
static void put_parsed(struct buffer *b, const struct event_view *v, const struct style *style) {
    const struct session_event *e = v->event;
    switch (e->message.type) {
    case MESSAGE_OPEN:
        put_literal(b, ", \"open\": { ");
        open_json(e->open, e->sent, style, b);
        put_literal(b, " }");
        break;
    case MESSAGE_UPDATE:
        put_literal(b, ", \"message\": { ");
        update_json(e->update, style, b);
        put_literal(b, " }");
        if (v->negotiated)
            put_negotiated(b, v, style);
        break;
    case MESSAGE_NOTIFICATION: put_notification_json(b, e); break;
    case MESSAGE_KEEPALIVE: put_char(b, ' '); break;
    case MESSAGE_ROUTE_REFRESH: put_refresh_json(b, e->refresh); break;
    default: put_operational_json(b, e); break;
    }
}

static void put_session(struct buffer *b, const struct event_view *v, const struct style *style) {
    const struct session_event *e = v->event;
    switch (e->kind) {
    case SESSION_EVENT_CONNECTED: put_literal(b, ", \"state\": \"connected\""); break;
    case SESSION_EVENT_UP: put_literal(b, ", \"state\": \"up\""); break;
    case SESSION_EVENT_DOWN:
        put_literal(b, ", \"state\": \"down\", \"reason\": ");
        put_json_string(b, text_of(e->reason ? e->reason : ""));
        break;
    case SESSION_EVENT_STATE:
        put_literal(b, ", \"state\": \"");
        put_string(b, session_state_name(e->state));
        put_char(b, '"');
        break;
    case SESSION_EVENT_NEGOTIATED: put_negotiated(b, v, style); break;
    default: break;
    }
}

void put_event_json(struct buffer *b, const struct event_view *v, const struct style *style) {
    const struct session_event *e = v->event;
    put_literal(b, "\"type\": \"");
    put_string(b, v->type);
    put_literal(b, "\", ");
    if (v->consolidated) {
        put_hex_value(b, "header", message_header(e->message));
        put_literal(b, ", ");
        if (!cursor_done(&e->message.body)) {
            put_hex_value(b, "body", e->message.body);
            put_literal(b, ", ");
        }
    }
    put_cursor(b, buffer_cursor(&v->bound->neighbor));
    if (e->kind != SESSION_EVENT_MESSAGE) {
        put_session(b, v, style);
    } else {
        put_literal(b, ", \"direction\": \"");
        put_string(b, v->decoded ? "in" : e->sent ? "send" : "receive");
        put_char(b, '"');
        if (v->parsed)
            put_parsed(b, v, style);
        else
            put_packet(b, v, style);
    }
    put_literal(b, " } }\n");
}
