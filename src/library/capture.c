/* Captures: what src/capture tells, as the lines that a helper would have read of it, or as commands to replay. */
#include "library/capture.h"

#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    CAPTURE_OUT = 1 << 16,     /* octets that are gathered before they are handed on */
    CAPTURE_WRONGS_TOLD = 100, /* mistakes that are told; more are counted */
};

static void capture_flush(struct yottabgp_capture *c) {
    struct text t = buffer_text(&c->out);
    if (t.len)
        c->print.out(c->print.context, t.p, t.len);
    buffer_clear(&c->out);
}

void capture_fails(struct yottabgp_capture *c, uint64_t offset, const char *what) {
    char line[512];
    if (++c->wrongs > CAPTURE_WRONGS_TOLD)
        return;
    int len = snprintf(line, sizeof line, "%s: at octet %llu: %s\n", c->name, (unsigned long long)offset, what);
    capture_flush(c);
    c->print.error(c->print.context, line, len < 0 ? 0 : (size_t)len < sizeof line ? (size_t)len : sizeof line - 1);
}

static void heard_wrong(void *context, uint64_t offset, const char *message) {
    capture_fails(context, offset, message);
}

/* ---- Lines ---- */

static void capture_neighbor(struct yottabgp_capture *c, const struct capture_event *e) {
    if (!e->terms || c->peer == e->peer)
        return;
    c->peer = e->peer;
    api_recorded_neighbor(c->lines, e->terms, e->note);
}

static void capture_line(struct yottabgp_capture *c, const struct capture_event *e, const struct session_event *event) {
    capture_neighbor(c, e);
    api_recorded_head(c->lines, &c->out, e->time, ++c->counter);
    c->behind = buffer_len(&c->out);
    api_recorded_event(c->lines, &c->out, event);
}

void capture_show(struct yottabgp_capture *c, const struct capture_event *e, const struct session_event *event) {
    struct style style = {.form = c->settings.form, .command = true, .terms = event->terms};
    if (!c->how.command) {
        capture_line(c, e, event);
        return;
    }
    if (!event->update || event->update->end_of_rib)
        return;
    if (update_command(event->update, &style, &c->out)) {
        put_char(&c->out, '\n');
        update_command_notes(event->update, &c->out);
        return;
    }
    put_literal(&c->out, "# could not generate API command, falling back to JSON\n");
    capture_line(c, e, event);
}

static void capture_open(struct yottabgp_capture *c, const struct capture_event *e, struct session_event *event) {
    struct open open;
    struct fault fault;
    if (open_read(e->message.body, &open, &fault))
        event->open = &open;
    else
        capture_fails(c, e->offset, fault.message);
    capture_show(c, e, event);
}

static void capture_message(struct yottabgp_capture *c, const struct capture_event *e) {
    struct session_event event = {
        .kind = SESSION_EVENT_MESSAGE, .sent = e->sent, .message = e->message, .terms = e->terms};
    struct cursor body = e->message.body;
    struct refresh refresh;
    struct fault fault;
    bool ignore = false;
    switch (e->message.type) {
    case MESSAGE_OPEN: capture_open(c, e, &event); return;
    case MESSAGE_UPDATE:
        if (update_open_as_said(c->update, body, e->terms, &fault))
            event.update = c->update;
        else
            capture_fails(c, e->offset, fault.message);
        break;
    case MESSAGE_NOTIFICATION:
        event.code = cursor_u8(&body);
        event.subcode = cursor_u8(&body);
        event.data = body;
        break;
    case MESSAGE_ROUTE_REFRESH:
        if (refresh_open(body, e->message, true, &refresh, &ignore, &fault))
            event.refresh = &refresh;
        break;
    default: break;
    }
    capture_show(c, e, &event);
}

static void capture_state(struct yottabgp_capture *c, const struct capture_event *e) {
    const struct session_event event = {.kind = e->kind, .state = e->state, .reason = e->reason, .terms = e->terms};
    if (!c->how.command)
        capture_line(c, e, &event);
}

static void capture_report(struct yottabgp_capture *c, const struct capture_event *e) {
    if (c->how.command)
        return;
    capture_neighbor(c, e);
    api_recorded_head(c->lines, &c->out, e->time, ++c->counter);
    api_recorded_report(c->lines, &c->out, e->terms != NULL, e->type, e->report);
}

static void heard_event(void *context, const struct capture_event *e) {
    struct yottabgp_capture *c = context;
    if (c->wanted.len && (!e->terms || !ip_same(c->wanted, e->terms->peer)))
        return;
    if (c->how.at && e->time != c->time) {
        capture_flush(c);
        c->how.at(c->how.at_context, e->time);
        c->time = e->time;
    }
    switch (e->what) {
    case CAPTURE_ROUTE: capture_show_route(c, e); break;
    case CAPTURE_MESSAGE: capture_message(c, e); break;
    case CAPTURE_STATE: capture_state(c, e); break;
    case CAPTURE_REPORT: capture_report(c, e); break;
    }
    if (buffer_len(&c->out) >= CAPTURE_OUT)
        capture_flush(c);
}

/* ---- The whole ---- */

struct yottabgp_capture *yottabgp_capture_new(const struct yottabgp_decode *how, enum yottabgp_capture_kind kind,
                                              const char *name, const struct yottabgp_print *print) {
    static const enum capture_kind kinds[] = {[YOTTABGP_CAPTURE_ANY] = CAPTURE_ANY,
                                              [YOTTABGP_CAPTURE_MRT] = CAPTURE_MRT,
                                              [YOTTABGP_CAPTURE_BMP] = CAPTURE_BMP,
                                              [YOTTABGP_CAPTURE_PCAP] = CAPTURE_PCAP,
                                              [YOTTABGP_CAPTURE_BGP] = CAPTURE_BGP};
    struct yottabgp_capture *c = memory_new(sizeof *c);
    c->how = *how;
    c->print = *print;
    c->name = memory_copy(name, strlen(name));
    c->out = c->body = buffer_growing();
    c->update = memory_new(sizeof *c->update);
    gethostname(c->host_name, sizeof c->host_name - 1);
    c->settings = (struct api_settings){.form = (enum form)how->form,
                                        .compact = how->compact,
                                        .generic = how->generic,
                                        .host_name = text_of(c->host_name),
                                        .pid = (uint32_t)getpid(),
                                        .ppid = (uint32_t)getppid()};
    c->lines = api_recorded_new(&c->settings);
    if (how->peer && !ip_parse(text_of(how->peer), &c->wanted))
        capture_fails(c, 0, "the peer that is wanted is no address");
    const struct capture_settings settings = {.kind = kinds[kind], .add_path = how->path_information};
    c->capture = capture_new(&settings, &(struct capture_sink){c, heard_event, heard_wrong});
    return c;
}

uint8_t *yottabgp_capture_room(struct yottabgp_capture *c, size_t *size) {
    return capture_room(c->capture, size);
}

bool yottabgp_capture_took(struct yottabgp_capture *c, size_t len) {
    capture_took(c->capture, len);
    capture_flush(c);
    return !capture_ended(c->capture);
}

int yottabgp_capture_end(struct yottabgp_capture *c) {
    capture_end(c->capture);
    capture_flush(c);
    if (c->wrongs > CAPTURE_WRONGS_TOLD) {
        char line[128];
        int len = snprintf(line, sizeof line, "and %llu mistakes more\n",
                           (unsigned long long)(c->wrongs - CAPTURE_WRONGS_TOLD));
        c->print.error(c->print.context, line, (size_t)len);
    }
    int status = c->wrongs ? 1 : 0;
    capture_free(c->capture);
    api_recorded_free(c->lines);
    capture_memo_free(c);
    buffer_release(&c->out);
    buffer_release(&c->body);
    free(c->update);
    free(c->name);
    free(c);
    return status;
}
