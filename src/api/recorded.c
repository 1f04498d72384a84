#include "api/recorded.h"

#include "api/private.h"
#include "base/memory.h"
#include "base/number.h"

struct api_recorded {
    struct api api; /* nothing but settings, and the text that names this host */
    struct bound bound;
    struct buffer head; /* up to the number of the line, for lines of `wall` */
    uint64_t wall;
};

struct api_recorded *api_recorded_new(const struct api_settings *settings) {
    struct api_recorded *r = memory_new(sizeof *r);
    r->api = (struct api){.settings = *settings, .head = buffer_growing()};
    r->bound = (struct bound){.neighbor = buffer_growing(), .agreed = buffer_growing()};
    r->head = buffer_growing();
    put_event_host(&r->api.head, settings);
    return r;
}

void api_recorded_free(struct api_recorded *r) {
    buffer_release(&r->api.head);
    buffer_release(&r->bound.neighbor);
    buffer_release(&r->bound.agreed);
    buffer_release(&r->head);
    free(r);
}

void api_recorded_neighbor(struct api_recorded *r, const struct terms *terms, struct text note) {
    buffer_clear(&r->bound.neighbor);
    put_event_neighbor(&r->bound.neighbor, terms);
    if (!note.len)
        return;
    put_literal(&r->bound.neighbor, ", ");
    put_text(&r->bound.neighbor, note);
    put_char(&r->bound.neighbor, ' ');
}

void api_recorded_head(struct api_recorded *r, struct buffer *b, uint64_t wall, uint64_t counter) {
    if (wall != r->wall || !buffer_len(&r->head)) {
        buffer_clear(&r->head);
        put_event_head(&r->head, &r->api, r->api.settings.form, 0, wall);
        put_literal(&r->head, "\"counter\": ");
        r->wall = wall;
    }
    put_cursor(b, buffer_cursor(&r->head));
    put_decimal(b, counter);
    put_literal(b, ", ");
}

static const char *recorded_type(const struct session_event *e) {
    static const char *const messages[] = {"unknown",   "open",    "update",     "notification",
                                           "keepalive", "refresh", "operational"};
    if (e->kind == SESSION_EVENT_MESSAGE)
        return messages[e->message.type < sizeof messages / sizeof *messages ? e->message.type : 0];
    return e->kind == SESSION_EVENT_STATE ? "fsm" : "state";
}

void api_recorded_event(struct api_recorded *r, struct buffer *b, const struct session_event *event) {
    const struct api_settings *s = &r->api.settings;
    const struct style style = {.form = s->form, .compact = s->compact, .generic = s->generic, .terms = event->terms};
    const struct event_view view = {.type = recorded_type(event),
                                    .event = event,
                                    .bound = &r->bound,
                                    .parsed = event->kind == SESSION_EVENT_MESSAGE && session_event_is_readable(event)};
    put_event_json(b, &view, &style);
}

void api_recorded_report(struct api_recorded *r, struct buffer *b, bool neighbor, const char *type,
                         struct text members) {
    put_literal(b, "\"type\": \"");
    put_string(b, type);
    put_literal(b, "\", ");
    if (neighbor) {
        put_cursor(b, buffer_cursor(&r->bound.neighbor));
        put_literal(b, ", ");
    }
    put_text(b, members);
    put_string(b, neighbor ? " } }\n" : " }\n");
}
