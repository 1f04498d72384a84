/* Events as text (api-events.md 15): one or more lines, and an empty one after each event. */
#include "api/private.h"
#include "base/json.h"
#include "base/number.h"
#include "bgp/family_name.h"

static void put_subject(struct buffer *b, const struct event_view *v) {
    put_literal(b, "neighbor ");
    put_ip(b, peer_neighbor(v->bound->peer)->peer.ip);
}

static void put_direction(struct buffer *b, const struct event_view *v) {
    put_subject(b, v);
    put_string(b, v->event->sent ? " send" : " receive");
}

static void put_raw(struct buffer *b, struct message m) {
    put_literal(b, " header 0x");
    put_hex_upper(b, cursor_of(m.whole.p, MESSAGE_HEADER));
    if (!cursor_done(&m.body)) {
        put_literal(b, " body 0x");
        put_hex_upper(b, m.body);
    }
}

static void put_packet_text(struct buffer *b, const struct event_view *v) {
    put_direction(b, v);
    put_char(b, ' ');
    put_decimal(b, v->event->message.type);
    put_raw(b, v->event->message);
    put_literal(b, "\n\n");
}

static void put_update_text(struct buffer *b, const struct event_view *v, const struct style *style) {
    uint8_t memory[128];
    struct buffer prefix = buffer_fixed(memory, sizeof memory);
    put_direction(&prefix, v);
    put_literal(&prefix, " update");
    put_text(b, buffer_text(&prefix));
    put_literal(b, " start\n");
    update_text(v->event->update, buffer_text(&prefix), style, b);
    if (v->consolidated) {
        put_raw(b, v->event->message);
        put_char(b, '\n');
    }
    put_text(b, buffer_text(&prefix));
    put_literal(b, " end\n\n");
}

static void put_notification_text(struct buffer *b, const struct session_event *e) {
    uint8_t memory[1024 + 4 * 4096];
    struct buffer data = buffer_fixed(memory, sizeof memory);
    if (e->sent)
        put_cursor(&data, e->data);
    else
        put_notification_data(&data, e->code, e->subcode, e->data);
    put_format(b, " notification code %u subcode %u data 0x", e->code, e->subcode);
    put_hex_upper(b, buffer_cursor(&data));
}

static void put_numbers_text(struct buffer *b, uint16_t afi, uint8_t safi) {
    put_literal(b, " afi ");
    put_afi(b, afi);
    put_literal(b, " safi ");
    put_safi(b, safi);
}

static void put_refresh_text(struct buffer *b, const struct refresh *r) {
    static const char *const subtypes[] = {"query", "begin", "end"};
    put_literal(b, " route-refresh");
    put_numbers_text(b, r->afi, r->safi);
    put_format(b, " %s", r->subtype < 3 ? subtypes[r->subtype] : "invalid");
}

static void put_operational_text(struct buffer *b, const struct session_event *e) {
    struct operational o;
    operational_read(e->message.body, &o);
    put_format(b, " operational %s", o.kind ? o.kind->name : "unknown");
    if (!o.kind) {
        put_format(b, " type operational-type-%u data 0x", o.type);
        put_hex_upper(b, o.data);
        return;
    }
    put_numbers_text(b, o.afi, o.safi);
    if (o.kind->holds == OPERATIONAL_ADVISORY) {
        put_literal(b, " advisory \"");
        put_escaped(b, (struct text){(const char *)o.advisory.p, cursor_left(&o.advisory)});
        put_char(b, '"');
    } else if (o.kind->holds == OPERATIONAL_COUNTER) {
        uint8_t id[4];
        poke_u32(id, o.router_id);
        put_literal(b, " router-id ");
        put_ipv4(b, id);
        put_format(b, " sequence %u counter %u", o.sequence, o.counter);
    }
}

static void put_message_text(struct buffer *b, const struct event_view *v, const struct style *style) {
    const struct session_event *e = v->event;
    if (!v->parsed) {
        put_packet_text(b, v);
        return;
    }
    if (e->message.type == MESSAGE_UPDATE) {
        put_update_text(b, v, style);
        return;
    }
    put_direction(b, v);
    switch (e->message.type) {
    case MESSAGE_OPEN:
        put_literal(b, " open ");
        open_text(e->open, e->sent, style, b);
        break;
    case MESSAGE_NOTIFICATION: put_notification_text(b, e); break;
    case MESSAGE_KEEPALIVE: put_literal(b, " keepalive"); break;
    case MESSAGE_ROUTE_REFRESH: put_refresh_text(b, e->refresh); break;
    default: put_operational_text(b, e); break;
    }
    if (v->consolidated)
        put_raw(b, e->message);
    put_string(b, e->message.type == MESSAGE_OPERATIONAL ? "\n" : "\n\n");
}

void put_event_text(struct buffer *b, const struct event_view *v, const struct style *style) {
    const struct session_event *e = v->event;
    switch (e->kind) {
    case SESSION_EVENT_MESSAGE: put_message_text(b, v, style); return;
    case SESSION_EVENT_CONNECTED:
        put_subject(b, v);
        put_literal(b, " connected\n\n");
        return;
    case SESSION_EVENT_UP:
        put_subject(b, v);
        put_literal(b, " up\n\n");
        return;
    case SESSION_EVENT_DOWN:
        put_subject(b, v);
        put_literal(b, " down - ");
        put_escaped(b, text_of(e->reason ? e->reason : ""));
        put_literal(b, "\n\n");
        return;
    default: return; /* the text encoder has no line for it */
    }
}
