/* The stream: octets are gathered until a record is whole, then its format reads it. */
#include "capture/capture.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"
#include "capture/private.h"

enum { CAPTURE_HEAD = 24 }; /* octets that tell every format */

static const struct capture_format *const formats[] = {&capture_pcap, &capture_pcapng, &capture_bgp, &capture_bmp,
                                                       &capture_mrt};
enum { FORMATS = sizeof formats / sizeof *formats };

struct capture *capture_new(const struct capture_settings *settings, const struct capture_sink *sink) {
    struct capture *c = memory_new(sizeof *c);
    *c = (struct capture){.settings = *settings, .sink = *sink, .inbox = buffer_growing()};
    return c;
}

void capture_free(struct capture *c) {
    if (c->format && c->format->release)
        c->format->release(c);
    buffer_release(&c->inbox);
    free(c);
}

bool capture_wrong(struct capture *c, const uint8_t *at, const char *format, ...) {
    char message[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    c->sink.wrong(c->sink.context, at ? capture_offset(c, at) : c->offset, message);
    return false;
}

uint64_t capture_give_up(struct capture *c) {
    c->ended = true;
    return 0;
}

bool capture_ended(const struct capture *c) {
    return c->ended;
}

/* The format that was asked for, or the one that the first octets fit; those of pcap are two. */
static void capture_find(struct capture *c, struct cursor head) {
    enum capture_kind wanted = c->settings.kind;
    for (int i = 0; i < FORMATS && !c->format; i++)
        if ((wanted == CAPTURE_ANY || wanted == formats[i]->kind) && formats[i]->match(head))
            c->format = formats[i];
    for (int i = 0; i < FORMATS && !c->format && wanted != CAPTURE_PCAP; i++)
        if (wanted == formats[i]->kind)
            c->format = formats[i]; /* it will say itself what it wants */
    if (c->format)
        return;
    capture_wrong(c, NULL,
                  wanted == CAPTURE_PCAP ? "neither pcap nor pcapng: no magic number of these"
                                         : "neither MRT, BMP, pcap, pcapng nor BGP messages");
    c->ended = true;
}

static bool capture_pass(struct capture *c) {
    size_t have = buffer_len(&c->inbox);
    size_t take = c->pass < have ? (size_t)c->pass : have;
    buffer_drop(&c->inbox, take);
    c->offset += take;
    c->pass -= take;
    return c->pass == 0;
}

/* All whole records of the inbox; they are dropped in one piece. */
static void capture_read(struct capture *c) {
    if (c->ended || !capture_pass(c))
        return;
    struct cursor window = buffer_cursor(&c->inbox);
    while (!c->ended && !cursor_done(&window)) {
        uint64_t used = c->format->read(c, window);
        size_t left = cursor_left(&window);
        if (used > left) {
            c->pass = used - left;
            used = left;
        }
        if (used == 0)
            break;
        window.p += used;
    }
    size_t done = buffer_len(&c->inbox) - cursor_left(&window);
    buffer_drop(&c->inbox, done);
    c->offset += done;
    if (!c->ended && buffer_len(&c->inbox) > CAPTURE_RECORD) {
        capture_wrong(c, c->inbox.base, "a record of more than %d octets", CAPTURE_RECORD);
        c->ended = true;
    }
}

uint8_t *capture_room(struct capture *c, size_t *size) {
    buffer_reserve(&c->inbox, CAPTURE_READ);
    *size = CAPTURE_READ;
    return c->inbox.p;
}

void capture_took(struct capture *c, size_t len) {
    c->inbox.p += len;
    if (c->ended)
        buffer_clear(&c->inbox);
    if (!c->format && !c->ended && buffer_len(&c->inbox) >= CAPTURE_HEAD)
        capture_find(c, buffer_cursor(&c->inbox));
    if (c->format)
        capture_read(c);
}

void capture_end(struct capture *c) {
    if (!c->format && !c->ended && buffer_len(&c->inbox)) {
        capture_find(c, buffer_cursor(&c->inbox));
        if (c->format)
            capture_read(c);
    }
    if (c->ended)
        return;
    if (buffer_len(&c->inbox) || c->pass)
        capture_wrong(c, c->inbox.base, "the input ends inside of a record");
    if (c->format && c->format->end)
        c->format->end(c);
    c->ended = true;
}
