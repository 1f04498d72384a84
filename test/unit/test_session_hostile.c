/* Streams of octets that somebody has spoilt: from a seed, good messages with octets changed, left out, put in,
 * repeated, cut anywhere. A session may end by that, and must end well: told once, with a row, silent afterwards; and
 * be there again for the next connection.
 *
 * SEED=N in the environment: that one alone. SEEDS=N: so many. */
#include "unit.h"

#include <stdio.h>

#include "session/lone.h"

static uint64_t random_state, seed_now;

static uint64_t random_below(uint64_t below) {
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

static void put_good_update(struct buffer *b) {
    static const uint8_t attributes[] = {0x40, 1,    1, 0,  0x40, 2,    6, 2,    1,    0,    0, 0xfd, 0xea,
                                         0x40, 3,    4, 10, 0,    0,    1, 0x80, 4,    4,    0, 0,    0,
                                         5,    0xc0, 8, 8,  0xfd, 0xe8, 0, 1,    0xfd, 0xe8, 0, 2};
    size_t start = message_begin(b, MESSAGE_UPDATE);
    size_t withdrawn = random_below(4);
    put_u16(b, (uint16_t)(withdrawn * 4));
    for (size_t i = 0; i < withdrawn; i++)
        put_u32(b, 0x180a0000 + (uint32_t)random_below(256));
    put_u16(b, sizeof attributes);
    put_octets(b, attributes, sizeof attributes);
    for (size_t i = random_below(6); i; i--)
        put_u32(b, 0x180b0000 + (uint32_t)random_below(256));
    message_end(b, start);
}

static void put_good_notification(struct buffer *b) {
    static const uint8_t words[] = {3, 'b', 'y', 'e'};
    put_notification(b, (uint8_t)random_below(8), (uint8_t)random_below(12), cursor_of(words, sizeof words));
}

static void put_good_message(struct buffer *b, const struct lone *l) {
    switch (random_below(12)) {
    case 0:
        if (random_below(4) == 0)
            put_open(b, &l->peer, l->peer.local_as);
        break;
    case 1:
    case 2: put_keepalive(b); break;
    case 3: put_route_refresh(b, (uint16_t)random_below(3), (uint8_t)random_below(4), (uint8_t)random_below(3)); break;
    case 4:
        if (random_below(4) == 0)
            put_good_notification(b);
        break;
    default: put_good_update(b); break;
    }
}

static void spoil(struct buffer *b) {
    size_t len = buffer_len(b), at = len ? random_below(len) : 0, count;
    if (!len)
        return;
    switch (random_below(5)) {
    case 0: b->base[at] = (uint8_t)random_below(256); break;
    case 1: b->base[at] ^= (uint8_t)(1 << random_below(8)); break;
    case 2: /* left out */
        count = 1 + random_below(len - at);
        memmove(b->base + at, b->base + at + count, len - at - count);
        b->p -= count;
        break;
    case 4: /* again */
        count = 1 + random_below(len - at < 40 ? len - at : 40);
        buffer_reserve(b, count);
        memmove(b->base + at + count, b->base + at, len - at);
        b->p += count;
        break;
    case 3: buffer_cut(b, at); break;
    }
}

static void check_events(const char *events, bool was_connected) {
    int connected = was_connected;
    for (const char *at = events; *at; at++) {
        connected += !strncmp(at, "connected", 9) - !strncmp(at, "down ", 5);
        assert_true(connected == 0 || connected == 1);
    }
}

static void run_connection(struct lone *l) {
    struct buffer stream_octets = buffer_growing();
    uint64_t stream;
    if (l->last && !l->streams[l->last].closed && session_state(l->session) == SESSION_CONNECT)
        stream = lone_connect(l);
    else
        stream = lone_accept(l);
    if (!stream)
        return;
    check_events(lone_events(l), false);
    if (random_below(4)) {
        put_open(&stream_octets, &l->peer, l->peer.local_as);
        put_keepalive(&stream_octets);
    }
    for (size_t i = random_below(30); i; i--)
        put_good_message(&stream_octets, l);
    for (size_t i = random_below(4); i; i--)
        spoil(&stream_octets);
    struct cursor octets = buffer_cursor(&stream_octets);
    size_t most = random_below(2) ? 4096 : 1 + random_below(40);
    while (!cursor_done(&octets)) {
        size_t piece = 1 + random_below(most);
        lone_give(l, stream, cursor_cut(&octets, piece < cursor_left(&octets) ? piece : cursor_left(&octets)));
    }
    if (!l->streams[stream].closed && random_below(2))
        lone_pass_seconds(l, 100);
    if (!l->streams[stream].closed)
        lone_close(l, stream, "closed by the remote end");
    check_events(lone_events(l), true);
    buffer_release(&stream_octets);
}

/* After all that, a good peer is taken. */
static void check_alive(struct lone *l) {
    lone_pass_seconds(l, 2);
    lone_events(l);
    uint64_t stream = lone_accept(l);
    assert_true(stream != 0);
    lone_give_open(l, stream);
    lone_give_keepalive(l, stream);
    assert_int_equal(session_stream(l->session), stream);
    session_stop(l->session, 2, (struct text){"", 0}, false, l->now);
    lone_drain(l);
    lone_pass_seconds(l, 1);
    assert_true(session_quiet(l->session));
}

/* What the streams have met: if that is little, they spoil too much or too little. */
static char met[64][8];
static unsigned met_count;
static uint64_t ups, updates;

static void count_met(const struct lone *l) {
    unsigned walk = 0;
    const char *row;
    uint64_t count;
    ups += session_counters(l->session)->ups;
    updates += session_counters(l->session)->total_received[MESSAGE_UPDATE];
    while (session_row_count(l->session, &walk, &row, &count)) {
        unsigned i = 0;
        while (i < met_count && strcmp(met[i], row))
            i++;
        if (i == met_count && met_count < 64)
            snprintf(met[met_count++], sizeof *met, "%s", row);
    }
}

static void run_seed(uint64_t seed) {
    struct lone l;
    random_state = seed;
    lone_init(&l);
    l.settings.passive = true;
    l.settings.offer.extended_message = random_below(2);
    l.settings.offer.refresh = l.peer.refresh = random_below(2);
    l.settings.offer.operational = l.peer.operational = random_below(2);
    l.settings.offer.asn4 = random_below(4) != 0;
    if (random_below(8) == 0)
        l.settings.offer.local_as = 0;
    lone_start(&l);
    for (int i = 0; i < 8; i++)
        run_connection(&l);
    check_alive(&l);
    count_met(&l);
    lone_release(&l);
}

static void spoilt_streams_end_well(void **state) {
    (void)state;
    const char *one = getenv("SEED"), *many = getenv("SEEDS");
    uint64_t first = one ? strtoull(one, NULL, 10) : 1, count = one ? 1 : many ? strtoull(many, NULL, 10) : 2000;
    for (seed_now = first; seed_now < first + count; seed_now++)
        run_seed(seed_now);
    printf("# %llu seeds of eight connections: %llu came up, %llu UPDATEs, %u rows were met\n",
           (unsigned long long)count, (unsigned long long)ups, (unsigned long long)updates, met_count);
    assert_true(count < 1000 || (met_count > 30 && ups > 3 * count && updates > 10 * count));
}

static int tell_seed(void **state) {
    (void)state;
    printf("# the last seed was %llu\n", (unsigned long long)seed_now);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(spoilt_streams_end_well, tell_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
