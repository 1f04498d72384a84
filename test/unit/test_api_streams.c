/* Lines in pieces and in masses, clients that do not read, and what they hear meanwhile. */
#include <stdio.h>

#include "api/outbox.h"
#include "api_world.h"
#include "unit.h"

struct place { /* a neighbor whose events helper `h` hears; `k` has it too, and hears nothing */
    struct world w;
    struct world_peer *one;
    uint64_t h, k;
};

static void hear_updates(struct neighbor *n) {
    n->apis[0].receive = WATCH_UPDATE | WATCH_PARSED;
    n->apis[0].neighbor_changes = true;
}

enum { SMALL = 64 << 10 };

static void small_outbox(struct api_settings *s) {
    s->outbox_most = SMALL;
}

static void small_outbox_drops(struct api_settings *s) {
    s->outbox_most = SMALL;
    s->policy = OUTBOX_DROP_OLDEST;
}

static void small_outbox_stops(struct api_settings *s) {
    s->outbox_most = SMALL;
    s->policy = OUTBOX_STOP;
}

static void place_init(struct place *p, void (*change)(struct api_settings *settings)) {
    world_init(&p->w, FORM_5, change);
    p->one = world_add_peer(&p->w, "127.0.0.1", "h k", hear_updates);
    p->h = world_add_client(&p->w, "h");
    p->k = world_add_client(&p->w, "k");
}

#define assert_asked(p, line, answer) assert_string_equal(world_ask(&(p)->w, (p)->h, (line)), (answer))

/* A text of a million lines is measured once: under the sanitizers' strict string checks, strchr() reads to its end. */
static unsigned lines_of(const char *text, const char *line) {
    unsigned count = 0;
    size_t len = strlen(line);
    const char *stop = text + strlen(text), *end;
    for (; text < stop; text = end + 1) {
        end = memchr(text, '\n', (size_t)(stop - text));
        assert_non_null(end);
        count += (size_t)(end - text) == len && memcmp(text, line, len) == 0;
    }
    return count;
}

/* ---- Lines ---- */

static void ten_thousand_commands_come_in_one_write(void **state) {
    struct place p;
    struct buffer b = buffer_growing();
    (void)state;
    place_init(&p, NULL);
    for (unsigned i = 0; i < 10000; i++)
        put_format(&b, "announce route 10.%u.%u.0/24 next-hop 1.2.3.4 med %u\n", i >> 8, i & 255, i % 7);
    world_say(&p.w, p.h, written(&b));
    assert_int_equal(p.w.outputs, 1); /* the world hears of it once */
    const char *heard = world_heard(&p.w, p.h);
    assert_int_equal(strlen(heard), 10000 * 5);
    assert_int_equal(lines_of(heard, "done"), 10000);
    assert_int_equal(peer_route_count(p.one->peer), 10000);
    buffer_release(&b);
    world_release(&p.w);
}

static void lines_may_be_cut_anywhere(void **state) {
    static const char lines[] = "announce route 10.0.0.0/24 next-hop 1.2.3.4\nversion\n\n# done\r\nfoo\n"
                                "withdraw route 10.0.0.0/24\n";
    static const char wanted[] = "done\nexabgp 5.0.13\ndone\nerror\ndone\nerror\ndone\n";
    struct place p;
    (void)state;
    for (size_t cut = 0; cut < sizeof lines; cut++)
        for (size_t again = cut; again < sizeof lines; again++) {
            const uint8_t *octets = (const uint8_t *)lines;
            place_init(&p, NULL);
            api_said(p.w.api, p.h, octets, cut, p.w.now);
            api_said(p.w.api, p.h, octets + cut, again - cut, p.w.now);
            api_said(p.w.api, p.h, octets + again, sizeof lines - 1 - again, p.w.now);
            assert_string_equal(world_heard(&p.w, p.h), wanted);
            world_release(&p.w);
        }
    place_init(&p, NULL);
    for (size_t i = 0; i + 1 < sizeof lines; i++)
        api_said(p.w.api, p.h, (const uint8_t *)lines + i, 1, p.w.now);
    assert_string_equal(world_heard(&p.w, p.h), wanted);
    world_release(&p.w);
}

static void a_line_has_a_longest(void **state) {
    struct place p;
    struct buffer b = buffer_growing();
    (void)state;
    place_init(&p, NULL);
    put_literal(&b, "# ");
    while (buffer_len(&b) < 1 << 20)
        put_char(&b, 'x');
    world_say(&p.w, p.h, written(&b));
    assert_false(world_client(&p.w, p.h)->stopped);
    assert_asked(&p, "", "done\n");
    world_say(&p.w, p.h, written(&b));
    world_say(&p.w, p.h, "x");
    assert_true(world_client(&p.w, p.h)->stopped);
    assert_asked(&p, "", "");
    buffer_release(&b);
    world_release(&p.w);
}

/* What is said first and taken back at once is never told, however many writes it comes in; from then on all is told at
 * once. */
static void first_words_wait_for_more(void **state) {
    struct place p;
    (void)state;
    world_init_waiting(&p.w, 10000);
    p.one = world_add_peer(&p.w, "127.0.0.1", "h", NULL);
    p.h = world_add_client(&p.w, "h");
    for (unsigned life = 0; life < 2; life++) {
        world_establish(&p.w, p.one);
        assert_string_equal(world_written(&p.w, p.one), "UPDATE 00000000,UPDATE 00000007900f0003000201");
        assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
        world_turn(&p.w);
        assert_string_equal(world_written(&p.w, p.one), "");
        assert_asked(&p, "withdraw route 10.0.0.0/24", "done\n");
        p.w.now += 9000;
        world_turn(&p.w);
        assert_string_equal(world_written(&p.w, p.one), "");
        assert_asked(&p, "withdraw route 10.0.0.0/24", "done\n");
        assert_asked(&p, "announce route 10.0.1.0/24 next-hop 1.2.3.4", "done\n");
        world_turn(&p.w);
        assert_string_equal(world_written(&p.w, p.one),
                            "UPDATE 000000144001010040020602010000fde940030401020304180a0001");
        assert_asked(&p, "withdraw route 10.0.1.0/24", "done\n");
        world_turn(&p.w);
        assert_string_equal(world_written(&p.w, p.one), "UPDATE 0004180a00010000");
        world_lose(&p.w, p.one);
    }
    world_release(&p.w);
}

/* An announcement that waits goes when the time is over, whether or not anything else happens. */
static void first_words_go_by_themselves(void **state) {
    struct place p;
    (void)state;
    world_init_waiting(&p.w, 10000);
    p.one = world_add_peer(&p.w, "127.0.0.1", "h", NULL);
    p.h = world_add_client(&p.w, "h");
    world_establish(&p.w, p.one);
    world_written(&p.w, p.one);
    assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    world_turn(&p.w);
    assert_true(engine_deadline(p.w.engine) <= p.w.now + 10000);
    p.w.now = engine_deadline(p.w.engine);
    engine_timer(p.w.engine, p.w.now);
    assert_true(strlen(world_written(&p.w, p.one)) > 0);
    world_release(&p.w);
}

/* ---- Answers that nobody reads ---- */

/* Answers are a number until they are read: an hour of commands costs next to nothing. */
static void answers_that_wait_cost_nothing(void **state) {
    struct place p;
    char chunk[] = "announce route 10.0.0.0/24 next-hop 1.2.3.4\n# x\n";
    (void)state;
    place_init(&p, small_outbox);
    for (unsigned i = 0; i < 500000; i++)
        world_say(&p.w, p.h, chunk);
    assert_false(world_client(&p.w, p.h)->paused);
    world_say(&p.w, p.h, "foo\n");
    for (unsigned i = 0; i < 10; i++)
        world_say(&p.w, p.h, chunk);
    const char *heard = world_heard(&p.w, p.h);
    assert_int_equal(lines_of(heard, "done"), 1000020);
    assert_int_equal(strlen(heard), 1000020 * 5 + 6);
    assert_memory_equal(heard + 1000000 * 5, "error\n", 6);
    assert_asked(&p, "version", "exabgp 5.0.13\ndone\n");
    world_release(&p.w);
}

/* Whatever the pieces are that a client reads, it reads the same. */
static void answers_are_read_in_any_pieces(void **state) {
    struct place p;
    (void)state;
    for (size_t piece = 1; piece < 40; piece++) {
        struct buffer all = buffer_growing(), wanted = buffer_growing();
        place_init(&p, NULL);
        for (unsigned i = 0; i < 300; i++) {
            bool data = i % 50 == 3 || i % 50 == 4;
            world_say(&p.w, p.h, data ? "version\n" : "#\n");
            put_string(&wanted, data ? "exabgp 5.0.13\ndone\n" : "done\n");
            if (i % 40 != 39)
                continue;
            struct cursor c = api_output(p.w.api, p.h);
            size_t len = cursor_left(&c) < piece ? cursor_left(&c) : piece;
            put_octets(&all, c.p, len);
            api_sent(p.w.api, p.h, len);
        }
        for (struct cursor c; cursor_left((c = api_output(p.w.api, p.h), &c));) {
            size_t len = cursor_left(&c) < piece ? cursor_left(&c) : piece;
            put_octets(&all, c.p, len);
            api_sent(p.w.api, p.h, len);
        }
        assert_written(&all, written(&wanted));
        buffer_release(&all);
        buffer_release(&wanted);
        world_release(&p.w);
    }
}

/* ---- A table that is longer than the outbox ---- */

static void announce_many(struct place *p, unsigned count) {
    char line[128];
    for (unsigned i = 0; i < count; i++) {
        snprintf(line, sizeof line, "announce route 10.%u.%u.0/24 next-hop 1.2.3.4\n", i >> 8, i & 255);
        world_say(&p->w, p->h, line);
    }
    world_heard(&p->w, p->h);
}

static void a_long_table_is_made_while_it_is_read(void **state) {
    struct place p;
    (void)state;
    place_init(&p, small_outbox);
    announce_many(&p, 20000);
    world_say(&p.w, p.h, "show adj-rib out\nversion\nshow adj-rib out 127.0.0.1\n");
    assert_true(world_client(&p.w, p.h)->paused);
    size_t most = 0, seen = 0, lines = 0;
    for (struct cursor c; cursor_left((c = api_output(p.w.api, p.h), &c));) {
        size_t len = cursor_left(&c) < 5000 ? cursor_left(&c) : 5000;
        most = cursor_left(&c) > most ? cursor_left(&c) : most;
        seen += len;
        for (size_t i = 0; i < len; i++)
            lines += c.p[i] == '\n';
        api_sent(p.w.api, p.h, len);
    }
    assert_int_equal(lines, 20000 + 1 + 2 + 20000 + 1);
    assert_true(seen > 2000000);
    assert_true(most < SMALL);
    assert_false(world_client(&p.w, p.h)->paused);
    world_release(&p.w);
}

/* A table of one line: what happens meanwhile is told behind it, not in it. */
static void a_long_line_stays_whole(void **state) {
    struct place p;
    (void)state;
    place_init(&p, small_outbox);
    announce_many(&p, 5000);
    world_say(&p.w, p.h, "peer * routes list\n# behind\n");
    world_establish(&p.w, p.one); /* connected, up */
    struct buffer all = buffer_growing();
    for (struct cursor c; cursor_left((c = api_output(p.w.api, p.h), &c));) {
        put_cursor(&all, c);
        api_sent(p.w.api, p.h, cursor_left(&c));
    }
    const char *text = written(&all), *end = strchr(text, '\n');
    assert_memory_equal(text, "[{\"index\": ", 11);
    assert_memory_equal(end - 2, "}]\n{ \"exabgp\"", 13);
    unsigned items = 0;
    for (const char *at = text; (at = strstr(at, "{\"index\"")) && at < end; at++)
        items++;
    assert_int_equal(items, 5000);
    assert_non_null(strstr(end, "\"state\": \"up\" } }\ndone\ndone\n"));
    buffer_release(&all);
    world_release(&p.w);
}

/* ---- Events that nobody reads ---- */

/* An UPDATE of 20 prefixes: about a kilobyte of JSON. */
static void receive_update(struct place *p, unsigned number) {
    static const uint8_t attributes[] = {0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfd, 0xea, 0x40, 3, 4, 127, 0, 0, 1};
    struct buffer b = buffer_growing();
    size_t start = message_begin(&b, MESSAGE_UPDATE);
    put_u16(&b, 0);
    put_u16(&b, sizeof attributes);
    put_octets(&b, attributes, sizeof attributes);
    for (unsigned i = 0; i < 20; i++) {
        put_u8(&b, 32);
        put_u32(&b, 0x0a000000 + number * 20 + i);
    }
    message_end(&b, start);
    world_receive(&p->w, p->one, buffer_cursor(&b));
    buffer_release(&b);
}

static void who_does_not_read_pauses_what_feeds_it(void **state) {
    struct place p;
    unsigned sent = 0;
    (void)state;
    place_init(&p, small_outbox);
    world_establish(&p.w, p.one);
    while (!p.one->paused && sent < 1000)
        receive_update(&p, sent++);
    assert_true(sent > 40 && sent < 200);
    assert_true(world_client(&p.w, p.h)->paused);
    assert_non_null(strstr(world_log(&p.w), "h: does not read"));
    /* Another helper goes on, and the engine with it. */
    assert_string_equal(world_ask(&p.w, p.k, "announce route 10.0.0.0/24 next-hop 1.2.3.4"), "done\n");
    /* It reads: nothing was lost, all goes on. */
    const char *heard = world_heard(&p.w, p.h);
    unsigned updates = 0;
    for (const char *at = heard; (at = strstr(at, "\"type\": \"update\"")); at++)
        updates++;
    assert_int_equal(updates, sent);
    assert_false(p.one->paused);
    assert_false(world_client(&p.w, p.h)->paused);
    receive_update(&p, sent);
    assert_non_null(strstr(world_heard(&p.w, p.h), "\"type\": \"update\""));
    world_release(&p.w);
}

/* Commands that were read before the pause wait, and are run in order after it. */
static void commands_wait_while_events_do(void **state) {
    struct place p;
    unsigned sent = 0;
    (void)state;
    place_init(&p, small_outbox);
    world_establish(&p.w, p.one);
    while (!p.one->paused)
        receive_update(&p, sent++);
    world_say(&p.w, p.h, "announce route 10.0.0.0/24 next-hop 1.2.3.4\nversion\n");
    assert_int_equal(peer_route_count(p.one->peer), 0);
    const char *heard = world_heard(&p.w, p.h);
    assert_non_null(strstr(heard, "}\ndone\nexabgp 5.0.13\ndone\n"));
    assert_int_equal(peer_route_count(p.one->peer), 1);
    world_release(&p.w);
}

static void events_may_be_dropped_and_counted(void **state) {
    struct place p;
    (void)state;
    place_init(&p, small_outbox_drops);
    world_establish(&p.w, p.one);
    world_heard(&p.w, p.h);
    for (unsigned i = 0; i < 300; i++)
        receive_update(&p, i);
    assert_false(p.one->paused);
    world_say(&p.w, p.h, "version\n");
    const char *heard = world_heard(&p.w, p.h);
    assert_true(strlen(heard) < 2 * SMALL);
    unsigned updates = 0, dropped = 0, gaps = 0;
    for (const char *at = heard; (at = strstr(at, "\"type\": \"update\"")); at++)
        updates++;
    for (const char *at = heard; (at = strstr(at, "\"type\": \"gap\"")); at++)
        gaps++;
    const char *gap = strstr(heard, "\"type\": \"gap\"");
    assert_non_null(gap);
    assert_int_equal(sscanf(gap, "\"type\": \"gap\", \"dropped\": %u }", &dropped), 1);
    assert_int_equal(gaps, 1);
    assert_int_equal(updates + dropped, 300);
    assert_non_null(strstr(heard, "10.0.23.111/32")); /* the newest is there */
    assert_null(strstr(heard, "\"10.0.0.0/32\""));    /* the oldest is not */
    assert_non_null(strstr(heard, "exabgp 5.0.13\ndone\n"));
    receive_update(&p, 300);
    assert_null(strstr(world_heard(&p.w, p.h), "gap"));
    world_release(&p.w);
}

static void who_does_not_read_may_be_stopped(void **state) {
    struct place p;
    (void)state;
    place_init(&p, small_outbox_stops);
    world_establish(&p.w, p.one);
    for (unsigned i = 0; i < 300 && !world_client(&p.w, p.h)->stopped; i++)
        receive_update(&p, i);
    assert_true(world_client(&p.w, p.h)->stopped);
    assert_false(p.one->paused);
    api_remove(p.w.api, p.h, p.w.now);
    receive_update(&p, 300);
    assert_string_equal(world_ask(&p.w, p.k, "version"), "exabgp 5.0.13\ndone\n");
    world_release(&p.w);
}

/* A client that goes while it is full, or in the middle of a table: nothing stays behind. */
static void a_client_may_go_at_any_time(void **state) {
    struct place p;
    unsigned sent = 0;
    (void)state;
    place_init(&p, small_outbox);
    world_establish(&p.w, p.one);
    announce_many(&p, 5000);
    while (!p.one->paused)
        receive_update(&p, sent++);
    api_remove(p.w.api, p.h, p.w.now);
    assert_false(p.one->paused);
    world_say(&p.w, p.k, "show adj-rib out\ngroup start\nannounce route 10.0.0.0/24\n");
    api_remove(p.w.api, p.k, p.w.now);
    world_turn(&p.w);
    world_release(&p.w);
}

/* A peer that goes while its table is shown. */
static void a_peer_may_go_at_any_time(void **state) {
    struct place p;
    (void)state;
    place_init(&p, small_outbox);
    announce_many(&p, 5000);
    world_say(&p.w, p.h, "show adj-rib out\n");
    engine_remove(p.w.engine, p.one->peer, 0, p.w.now);
    engine_closed(p.w.engine, p.one->stream, "closed", p.w.now);
    engine_timer(p.w.engine, p.w.now);
    const char *heard = world_heard(&p.w, p.h);
    assert_true(lines_of(heard, "done") == 1);
    assert_true(strlen(heard) < 100000);
    world_release(&p.w);
}

/* ---- The outbox alone, at random ---- */

static void put_gap(void *context, uint64_t dropped, struct buffer *out) {
    (void)context;
    put_format(out, "gap %llu\n", (unsigned long long)dropped);
}

static uint32_t draw(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)(*seed >> 8) * below) >> 24);
}

/* Each line says what must have come before it: events how many events and answers, answers how many answers. */
static void check_outbox(const char *text, unsigned events, unsigned answers) {
    unsigned seen = 0, answered = 0, number, before, consumed;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        consumed = 0;
        if (sscanf(line, "event %u %u %n", &number, &before, &consumed) == 2 && consumed) {
            assert_int_equal(number, seen);
            assert_int_equal(before, answered);
            seen++;
        } else if (sscanf(line, "gap %u", &number) == 1) {
            seen += number;
        } else if (sscanf(line, "data %u", &number) == 1) {
            assert_int_equal(number, answered);
            answered++;
        } else {
            assert_memory_equal(line, "done\n", 5);
            answered++;
        }
    }
    assert_int_equal(seen, events);
    assert_int_equal(answered, answers);
}

static void nothing_but_events_is_ever_lost(void **state) {
    (void)state;
    for (uint32_t round = 1; round <= 300; round++) {
        struct outbox o = outbox_new();
        struct buffer out = buffer_growing();
        uint32_t seed = round;
        unsigned events = 0, answers = 0;
        for (unsigned i = 0; i < 400; i++) {
            uint32_t what = draw(&seed, 100);
            if (what < 45) {
                struct buffer *b = outbox_write(&o);
                size_t from = buffer_len(b);
                put_format(b, "event %u %u %.*s\n", events++, answers, (int)draw(&seed, 30),
                           "..............................");
                outbox_mark(&o, from);
            } else if (what < 70) {
                unsigned count = 1 + draw(&seed, 20);
                o.owed += count;
                answers += count;
            } else if (what < 80) {
                put_format(outbox_write(&o), "data %u\n", answers++);
            } else if (what < 90) {
                outbox_drop(&o, draw(&seed, 600), put_gap, NULL);
            } else {
                struct cursor c = outbox_view(&o);
                size_t len = draw(&seed, (uint32_t)cursor_left(&c) + 1);
                put_octets(&out, c.p, len);
                outbox_sent(&o, len);
            }
        }
        for (struct cursor c; cursor_left((c = outbox_view(&o), &c)); outbox_sent(&o, cursor_left(&c)))
            put_cursor(&out, c);
        assert_int_equal(outbox_waits(&o), 0);
        check_outbox(written(&out), events, answers);
        buffer_release(&out);
        outbox_release(&o);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_commands_come_in_one_write),
        cmocka_unit_test(lines_may_be_cut_anywhere),
        cmocka_unit_test(a_line_has_a_longest),
        cmocka_unit_test(first_words_wait_for_more),
        cmocka_unit_test(first_words_go_by_themselves),
        cmocka_unit_test(answers_that_wait_cost_nothing),
        cmocka_unit_test(answers_are_read_in_any_pieces),
        cmocka_unit_test(a_long_table_is_made_while_it_is_read),
        cmocka_unit_test(a_long_line_stays_whole),
        cmocka_unit_test(who_does_not_read_pauses_what_feeds_it),
        cmocka_unit_test(commands_wait_while_events_do),
        cmocka_unit_test(events_may_be_dropped_and_counted),
        cmocka_unit_test(who_does_not_read_may_be_stopped),
        cmocka_unit_test(a_client_may_go_at_any_time),
        cmocka_unit_test(a_peer_may_go_at_any_time),
        cmocka_unit_test(nothing_but_events_is_ever_lost),
    };
    return cmocka_run_group_tests_name("api_streams", tests, NULL, NULL);
}
