/* Connections: the segments of each direction put in order, and the messages in them.
 *
 * What comes again is dropped, what comes early waits. When too much waits, or nothing more comes, what is missing is
 * given up: it is told, and the stream goes on at the next marker of a message. */
#include "base/hash.h"
#include "base/memory.h"
#include "capture/pcap.h"

enum { PCAP_KEY = 36, PCAP_WINDOW = 1 << 26 }; /* no segment is further away than that */

/* A segment that came early. */
struct pcap_piece {
    struct pcap_piece *next;
    uint32_t sequence;
    size_t len, cut;
    uint8_t octets[];
};

struct pcap_side {
    bool started; /* the next sequence number is known */
    bool lost;    /* ... but not where a message begins */
    bool closed;
    uint32_t next;
    struct buffer inbox;        /* octets in order, not read yet */
    struct pcap_piece *waiting; /* owned; by sequence number */
    size_t waiting_octets;
    struct buffer open; /* the OPEN that it sent */
    struct terms terms;
    uint32_t number; /* of events */
};

struct pcap_flow {
    uint8_t key[PCAP_KEY];     /* both ends, the smaller one first: address, port */
    bool agreed;               /* both OPENs were seen */
    struct pcap_side sides[2]; /* of what the first end of the key sends, and the second */
};

/* ---- The table of connections ---- */

static void pcap_key(const struct pcap_segment *s, uint8_t key[PCAP_KEY], int *side) {
    uint8_t ends[2][PCAP_KEY / 2];
    memcpy(ends[0], s->source.octets, 16);
    poke_u16(ends[0] + 16, s->source_port);
    memcpy(ends[1], s->destination.octets, 16);
    poke_u16(ends[1] + 16, s->destination_port);
    *side = memcmp(ends[0], ends[1], PCAP_KEY / 2) > 0;
    memcpy(key, ends[*side], PCAP_KEY / 2);
    memcpy(key + PCAP_KEY / 2, ends[!*side], PCAP_KEY / 2);
}

static bool pcap_same(const void *context, uint32_t number, const void *key) {
    const struct pcap *p = context;
    return p->flows[number] && memcmp(p->flows[number]->key, key, PCAP_KEY) == 0;
}

static void side_clear(struct pcap_side *side) {
    for (struct pcap_piece *next; side->waiting; side->waiting = next) {
        next = side->waiting->next;
        free(side->waiting);
    }
    side->waiting_octets = 0;
    side->started = side->lost = side->closed = false;
    buffer_clear(&side->inbox);
    buffer_clear(&side->open);
}

static void flow_free(struct pcap_flow *flow) {
    for (int i = 0; i < 2; i++) {
        side_clear(&flow->sides[i]);
        buffer_release(&flow->sides[i].inbox);
        buffer_release(&flow->sides[i].open);
    }
    free(flow);
}

static void flow_terms(struct capture *c, struct pcap_flow *flow, int side, const struct pcap_segment *s) {
    struct pcap_side *one = &flow->sides[side], *other = &flow->sides[!side];
    capture_terms(&one->terms, true, c->settings.add_path);
    one->terms.peer = s->source;
    one->terms.local = s->destination;
    other->terms = one->terms;
    other->terms.peer = s->destination;
    other->terms.local = s->source;
    one->number = ++c->peers;
    other->number = ++c->peers;
    flow->agreed = false;
}

/* Is it BGP? By its port, or because it begins with a marker. */
static bool segment_is_bgp(const struct pcap_segment *s) {
    struct cursor data = s->data;
    if (s->source_port == PCAP_BGP || s->destination_port == PCAP_BGP)
        return s->syn || !cursor_done(&data);
    const uint8_t *at = data.p;
    return capture_sync(&data) && data.p == at;
}

static uint32_t flow_find(struct capture *c, const uint8_t *start, const struct pcap_segment *s, int *side) {
    struct pcap *p = c->state;
    uint8_t key[PCAP_KEY];
    pcap_key(s, key, side);
    uint64_t hash = hash_octets(key, PCAP_KEY, 0);
    uint32_t at, number = table_seek(&p->table, hash, pcap_same, p, key, &at);
    if (number || !segment_is_bgp(s))
        return number;
    if (p->flows_alive >= PCAP_FLOWS_MOST) {
        if (!p->full)
            capture_wrong(c, start, "more than %d connections at once: some are passed over", PCAP_FLOWS_MOST);
        p->full = true;
        return 0;
    }
    if (p->flow_count + 1 >= p->flow_room) {
        p->flow_room = p->flow_room ? 2 * p->flow_room : 16;
        p->flows = memory_resize(p->flows, p->flow_room * sizeof *p->flows);
        p->flows[0] = NULL;
    }
    struct pcap_flow *flow = memory_new(sizeof *flow);
    memcpy(flow->key, key, PCAP_KEY);
    for (int i = 0; i < 2; i++)
        flow->sides[i].inbox = flow->sides[i].open = buffer_growing();
    flow_terms(c, flow, *side, s);
    number = (uint32_t)++p->flow_count;
    p->flows[number] = flow;
    p->flows_alive++;
    table_put(&p->table, at, hash, number);
    return number;
}

static void flow_remove(struct pcap *p, uint32_t number) {
    struct pcap_flow *flow = p->flows[number];
    table_remove(&p->table, hash_octets(flow->key, PCAP_KEY, 0), number);
    p->flows[number] = NULL;
    p->flows_alive--;
    flow_free(flow);
}

/* ---- Messages ---- */

/* What both OPENs say holds for both directions from now on. */
static void flow_hear_open(struct capture *c, struct pcap_flow *flow, int side, struct message m) {
    struct open opens[2];
    struct fault fault;
    if (!open_read(m.body, &opens[side], &fault))
        return;
    flow->sides[side].terms.peer_as = flow->sides[!side].terms.local_as = open_as(&opens[side]);
    flow->sides[side].terms.peer_id = flow->sides[!side].terms.local_id = opens[side].router_id;
    flow->sides[side].number = ++c->peers;
    flow->sides[!side].number = ++c->peers;
    buffer_clear(&flow->sides[side].open);
    put_cursor(&flow->sides[side].open, m.body);
    for (int i = 0; i < 2; i++)
        if (!buffer_len(&flow->sides[i].open) || !open_read(buffer_cursor(&flow->sides[i].open), &opens[i], &fault))
            return;
    for (int i = 0; i < 2; i++)
        capture_agree(&flow->sides[i].terms, &opens[i], &opens[!i]);
    flow->agreed = true;
}

static void flow_hear(struct capture *c, const uint8_t *start, struct pcap_flow *flow, int side, uint64_t time,
                      struct message m) {
    struct pcap_side *one = &flow->sides[side];
    if (m.type == MESSAGE_OPEN)
        flow_hear_open(c, flow, side, m);
    if (m.type == MESSAGE_UPDATE && !flow->agreed && one->terms.as4 && capture_is_as2(m.body)) {
        one->terms.as4 = false;
        one->number = ++c->peers;
    }
    const struct capture_event event = {.what = CAPTURE_MESSAGE,
                                        .time = time,
                                        .offset = start ? capture_offset(c, start) : c->offset,
                                        .terms = &one->terms,
                                        .peer = one->number,
                                        .message = m};
    c->sink.heard(c->sink.context, &event);
}

static void side_read(struct capture *c, const uint8_t *start, struct pcap_flow *flow, int side, uint64_t time) {
    struct pcap_side *one = &flow->sides[side];
    struct cursor stream = buffer_cursor(&one->inbox);
    struct message m;
    struct fault fault;
    for (bool more = true; more;) {
        if (one->lost && !capture_sync(&stream))
            break;
        one->lost = false;
        switch (message_next(&stream, MESSAGE_MOST_EXTENDED, true, &m, &fault)) {
        case FRAMING_MORE: more = false; break;
        case FRAMING_MESSAGE: flow_hear(c, start, flow, side, time, m); break;
        case FRAMING_FAULT:
            capture_wrong(c, start, "no BGP message where one is wanted: %s", fault.message);
            cursor_u8(&stream);
            one->lost = true;
        }
    }
    buffer_drop(&one->inbox, buffer_len(&one->inbox) - cursor_left(&stream));
}

/* ---- Order ---- */

static void side_lose(struct pcap_side *one) {
    buffer_clear(&one->inbox);
    one->lost = true;
}

static void side_take(struct capture *c, const uint8_t *start, struct pcap_side *one, const uint8_t *octets, size_t len,
                      size_t cut) {
    put_octets(&one->inbox, octets, len);
    one->next += (uint32_t)(len + cut);
    if (!cut)
        return;
    capture_wrong(c, start, "%zu octets of a segment were not captured", cut);
    side_lose(one);
}

static void side_wait(struct pcap_side *one, const struct pcap_segment *s) {
    struct pcap_piece **at = &one->waiting;
    size_t len = cursor_left(&s->data);
    while (*at && (int32_t)((*at)->sequence - s->sequence) < 0)
        at = &(*at)->next;
    if (*at && (*at)->sequence == s->sequence && (*at)->len >= len)
        return; /* it came twice */
    struct pcap_piece *piece = memory_new(sizeof *piece + len);
    *piece = (struct pcap_piece){.next = *at, .sequence = s->sequence, .len = len, .cut = s->cut};
    memcpy(piece->octets, s->data.p, len);
    *at = piece;
    one->waiting_octets += len + sizeof *piece;
}

/* Those that waited and whose turn it is. */
static void side_wake(struct capture *c, const uint8_t *start, struct pcap_side *one) {
    while (one->waiting && (int32_t)(one->waiting->sequence - one->next) <= 0) {
        struct pcap_piece *piece = one->waiting;
        size_t old = one->next - piece->sequence;
        one->waiting = piece->next;
        one->waiting_octets -= piece->len + sizeof *piece;
        if (old < piece->len + piece->cut)
            side_take(c, start, one, piece->octets + (old < piece->len ? old : piece->len),
                      old < piece->len ? piece->len - old : 0, old < piece->len ? piece->cut : 0);
        free(piece);
    }
}

/* What is missing will not come. */
static void side_give_up(struct capture *c, const uint8_t *start, struct pcap_flow *flow, int side, uint64_t time) {
    struct pcap_side *one = &flow->sides[side];
    struct buffer ends = buffer_growing();
    put_ip(&ends, one->terms.peer);
    put_literal(&ends, " to ");
    put_ip(&ends, one->terms.local);
    capture_wrong(c, start, "%u octets from %.*s are missing", one->waiting->sequence - one->next,
                  TEXT_ARGS(buffer_text(&ends)));
    buffer_release(&ends);
    side_lose(one);
    one->next = one->waiting->sequence;
    side_wake(c, start, one);
    side_read(c, start, flow, side, time);
}

static void flow_flush(struct capture *c, const uint8_t *start, struct pcap_flow *flow, uint64_t time) {
    for (int side = 0; side < 2; side++) {
        struct pcap_side *one = &flow->sides[side];
        while (one->waiting)
            side_give_up(c, start, flow, side, time);
        if (buffer_len(&one->inbox) && !one->lost)
            capture_wrong(c, start, "a connection ends inside of a message");
    }
}

static void flow_hear_data(struct capture *c, const uint8_t *start, struct pcap_flow *flow, int side,
                           const struct pcap_segment *s) {
    struct pcap_side *one = &flow->sides[side];
    size_t len = cursor_left(&s->data);
    int32_t ahead = (int32_t)(s->sequence - one->next);
    if (!one->started || ahead > PCAP_WINDOW || ahead < -PCAP_WINDOW) { /* seen from the middle, or another one */
        side_clear(one);
        one->started = one->lost = true;
        one->next = s->sequence;
        ahead = 0;
    }
    if (ahead > 0) {
        side_wait(one, s);
        while (one->waiting_octets > PCAP_WAITING_MOST)
            side_give_up(c, start, flow, side, s->time);
        return;
    }
    size_t old = (size_t) - (int64_t)ahead;
    if (old >= len)
        return;
    side_take(c, start, one, s->data.p + old, len - old, s->cut);
    side_wake(c, start, one);
    side_read(c, start, flow, side, s->time);
}

void pcap_segment(struct capture *c, const uint8_t *start, const struct pcap_segment *s) {
    struct pcap *p = c->state;
    int side;
    p->time = s->time;
    uint32_t number = flow_find(c, start, s, &side);
    if (!number)
        return;
    struct pcap_flow *flow = p->flows[number];
    struct pcap_side *one = &flow->sides[side];
    struct pcap_segment rest = *s;
    if (s->syn && !(one->started && one->next == s->sequence + 1)) { /* not one that comes again */
        if (one->started) {
            flow_flush(c, start, flow, s->time);
            side_clear(&flow->sides[!side]);
            flow_terms(c, flow, side, s);
        }
        side_clear(one);
        one->started = true;
        one->next = s->sequence + 1;
    }
    rest.sequence += s->syn;
    if (!cursor_done(&rest.data))
        flow_hear_data(c, start, flow, side, &rest);
    one->closed |= s->fin;
    if (s->rst || (one->closed && flow->sides[!side].closed)) {
        flow_flush(c, start, flow, s->time);
        flow_remove(p, number);
    }
}

void pcap_flows_end(struct capture *c) {
    struct pcap *p = c->state;
    for (size_t i = 1; p && i <= p->flow_count; i++)
        if (p->flows[i])
            flow_flush(c, NULL, p->flows[i], p->time);
}

void pcap_flows_release(struct pcap *p) {
    for (size_t i = 1; i <= p->flow_count; i++)
        if (p->flows[i])
            flow_free(p->flows[i]);
    free(p->flows);
    table_release(&p->table);
}
