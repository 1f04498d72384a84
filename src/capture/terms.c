/* How the messages of a recorded session are to be read, as far as can be known. */
#include "bgp/attribute.h"
#include "bgp/capability.h"
#include "capture/private.h"

enum { AS_PATH_SEGMENT_MOST = 4 };

void capture_terms(struct terms *t, bool as4, bool add_path) {
    const uint64_t all = UINT64_MAX >> (FAMILIES_MOST - (unsigned)FAMILIES);
    *t = (struct terms){
        .send_most = MESSAGE_MOST_EXTENDED,
        .receive_most = MESSAGE_MOST_EXTENDED,
        .as4 = as4,
        .aigp = true,
        .refresh = true,
        .enhanced_refresh = true,
        .operational = true,
        .extended_message = true,
        .families = all,
        .add_path_receive = add_path ? all : 0,
        .extended_next_hop = all,
    };
}

static bool open_has(const struct open *open, uint8_t code) {
    struct capability_walk walk = {0};
    struct cursor value;
    return open_capability_of(open, code, &walk, &value);
}

/* The families of an OPEN's ADD-PATH capability that have this bit: 1 receive, 2 send. */
static uint64_t open_add_path(const struct open *open, uint8_t bit) {
    struct capability_walk walk = {0};
    struct cursor value;
    uint64_t found = 0;
    while (open_capability_of(open, CAPABILITY_ADD_PATH, &walk, &value))
        while (cursor_left(&value) >= 4) {
            uint16_t afi = cursor_u16(&value);
            const struct family *f = family_of(afi, cursor_u8(&value));
            if (cursor_u8(&value) & bit && f)
                found |= family_bit(f);
        }
    return found;
}

void capture_agree(struct terms *t, const struct open *sender, const struct open *receiver) {
    t->as4 = open_has(sender, CAPABILITY_ASN4) && open_has(receiver, CAPABILITY_ASN4);
    t->add_path_receive = open_add_path(sender, 2) & open_add_path(receiver, 1);
    t->peer_as = open_as(sender);
    t->local_as = open_as(receiver);
    t->peer_id = sender->router_id;
    t->local_id = receiver->router_id;
    t->internal = t->peer_as == t->local_as;
}

static bool path_fits(struct cursor path, size_t width) {
    while (!cursor_done(&path)) {
        uint8_t type = cursor_u8(&path), count = cursor_u8(&path);
        cursor_take(&path, count * width);
        if (path.bad || type == 0 || type > AS_PATH_SEGMENT_MOST || count == 0)
            return false;
    }
    return true;
}

bool capture_is_as2(struct cursor update) {
    struct attribute a;
    cursor_cut(&update, cursor_u16(&update));
    struct cursor attributes = cursor_cut(&update, cursor_u16(&update));
    while (!update.bad && attribute_next(&attributes, &a))
        if (a.code == ATTRIBUTE_AS_PATH)
            return !path_fits(a.value, 4) && path_fits(a.value, 2);
    return false;
}

bool capture_sync(struct cursor *stream) {
    for (; cursor_left(stream) >= MESSAGE_HEADER; stream->p++) {
        const uint8_t *marker = memchr(stream->p, 0xff, cursor_left(stream));
        if (!marker) {
            stream->p = stream->end;
            return false;
        }
        stream->p = marker;
        if (cursor_left(stream) < MESSAGE_HEADER)
            return false;
        struct cursor at = *stream;
        unsigned octets = 0;
        while (octets < 16 && cursor_u8(&at) == 0xff)
            octets++;
        uint16_t len = cursor_u16(&at);
        uint8_t type = cursor_u8(&at);
        if (octets == 16 && !at.bad && len >= MESSAGE_HEADER && type >= MESSAGE_OPEN && type <= MESSAGE_OPERATIONAL)
            return true;
    }
    return false;
}

void capture_messages(struct capture *c, struct cursor stream, const char *what, struct capture_event *event) {
    struct fault fault;
    const uint8_t *start = stream.p;
    event->what = CAPTURE_MESSAGE;
    while (!cursor_done(&stream)) {
        switch (message_next(&stream, MESSAGE_MOST_EXTENDED, true, &event->message, &fault)) {
        case FRAMING_MORE: capture_wrong(c, start, "the BGP message in the %s is cut", what); return;
        case FRAMING_FAULT: capture_wrong(c, start, "no BGP message in the %s: %s", what, fault.message); return;
        case FRAMING_MESSAGE: c->sink.heard(c->sink.context, event); break;
        }
    }
}
