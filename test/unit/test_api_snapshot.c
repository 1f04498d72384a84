/* What a client is told of what came before it: the same lines that it would have heard. */
#include <stdio.h>

#include "api_world.h"
#include "base/number.h"
#include "unit.h"

static unsigned modes; /* of the place that is made next */

static void hears_all(struct neighbor *n) {
    n->offer.families = ((uint64_t)1 << (FAMILIES - 1) << 1) - 1;
    n->apis[0].receive = WATCH_UPDATE | modes;
    n->apis[0].neighbor_changes = true;
}

static void with_add_path(struct neighbor *n) {
    hears_all(n);
    n->offer.add_path = 3;
    n->offer.add_path_families = family_bit(&family_ipv4_unicast);
}

static void hears_no_routes(struct neighbor *n) {
    n->apis[0].neighbor_changes = true;
}

struct place { /* two neighbors that `h` hears, one of which it hears no routes of; a third that it does not hear */
    struct world w;
    struct world_peer *one, *paths, *quiet, *other;
    uint64_t h;
};

static void place_init(struct place *p, enum form form) {
    world_init(&p->w, form, NULL);
    p->one = world_add_peer(&p->w, "127.0.0.1", "h", hears_all);
    p->paths = world_add_peer(&p->w, "127.0.0.3", "h", with_add_path);
    p->quiet = world_add_peer(&p->w, "127.0.0.5", "h", hears_no_routes);
    p->other = world_add_peer(&p->w, "127.0.0.7", "other", hears_all);
    p->h = world_add_client(&p->w, "h");
}

/* An UPDATE of attributes and classic NLRI, in hexadecimal. */
static void receive(struct place *p, struct world_peer *from, const char *attributes, const char *nlri) {
    struct buffer b = buffer_growing();
    size_t start = message_begin(&b, MESSAGE_UPDATE);
    put_u16(&b, 0);
    size_t hole = put_hole16(&b);
    assert_true(hex_parse(text_of(attributes), &b));
    fill_hole16(&b, hole);
    assert_true(!nlri[0] || hex_parse(text_of(nlri), &b));
    message_end(&b, start);
    world_receive(&p->w, from, buffer_cursor(&b));
    buffer_release(&b);
}

/* The client ends, and another of its name begins. */
static void again(struct place *p, bool json, bool snapshot) {
    api_remove(p->w.api, p->h, p->w.now);
    api_add(p->w.api, p->h,
            &(struct api_client_settings){.name = {"h", 1}, .json = json, .snapshot = snapshot, .start = 2});
}

/* What differs between an event and the same one later: all of the line before its type. */
static void put_tails(struct buffer *out, const char *lines, bool updates_only) {
    for (const char *line = lines, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        assert_non_null(end);
        struct text t = {line, (size_t)(end + 1 - line)};
        const char *type = memmem(t.p, t.len, "\"type\": ", 8);
        if (type)
            t = (struct text){type, (size_t)(end + 1 - type)};
        if (!updates_only || memmem(t.p, t.len, "update", 6))
            put_text(out, t);
    }
}

#define COMMON                                                                                                         \
    "40010100"                                                                                                         \
    "40020602010000fdea" /* origin igp, as-path [ 65002 ] */
#define HOP "4003047f000001"

static const struct {
    const char *attributes, *nlri;
} updates[] = {
    {COMMON HOP, "180a0000180a0001"}, /* two prefixes */
    {COMMON HOP "80040400000005", "180a0002"},
    {COMMON HOP "c00804fde80001", "180a0003200a000401"},
    /* MP_REACH stands last, as the engine itself would write it. Two next hops; VPN; FlowSpec. */
    {COMMON "800e2c"
            "000201"
            "20"
            "20010db8000000000000000000000001"
            "fe800000000000000000000000000001"
            "00"
            "3020010db80001",
     ""},
    {COMMON "800e20"
            "000180"
            "0c"
            "00000000000000007f000001"
            "00"
            "70"
            "000641"
            "0000fde800000001"
            "0a0600",
     ""},
    {COMMON "c010088006000000000000"
            "800e0b"
            "000185"
            "00"
            "00"
            "05"
            "01180a0800",
     ""},
};

static void a_snapshot_is_what_was_heard(void **state) {
    static const unsigned all_modes[] = {WATCH_PARSED, WATCH_PACKETS, WATCH_PARSED | WATCH_PACKETS,
                                         WATCH_PARSED | WATCH_CONSOLIDATE};
    (void)state;
    for (enum form form = FORM_4; form <= FORM_6; form++)
        for (size_t m = 0; m < sizeof all_modes / sizeof *all_modes; m++)
            for (int json = form != FORM_6 ? 0 : 1; json < 2; json++) {
                struct place p;
                struct buffer heard = buffer_growing(), told = buffer_growing();
                modes = all_modes[m];
                place_init(&p, form);
                world_establish(&p.w, p.one);
                again(&p, json, false);
                for (size_t i = 0; i < sizeof updates / sizeof *updates; i++)
                    receive(&p, p.one, updates[i].attributes, updates[i].nlri);
                put_tails(&heard, world_heard(&p.w, p.h), true);
                again(&p, json, true);
                assert_string_equal(world_heard(&p.w, p.h), ""); /* not before the turn ends */
                world_turn(&p.w);
                put_tails(&told, world_heard(&p.w, p.h), true);
                assert_string_equal(written(&told), written(&heard));
                buffer_release(&heard);
                buffer_release(&told);
                world_release(&p.w);
            }
}

static void markers_stand_around_it(void **state) {
    struct place p;
    struct buffer told = buffer_growing();
    (void)state;
    modes = WATCH_PARSED;
    place_init(&p, FORM_5);
    world_establish(&p.w, p.one);
    world_establish(&p.w, p.paths);
    receive(&p, p.paths, COMMON HOP, "00000009100a09");
    again(&p, false, true);
    world_turn(&p.w);
    assert_string_equal(world_heard(&p.w, p.h),
                        "snapshot begin 1 start 2\n"
                        "neighbor 127.0.0.1 up\n\n"
                        "neighbor 127.0.0.3 up\n\n"
                        "neighbor 127.0.0.3 receive update start\n"
                        "neighbor 127.0.0.3 receive update announced 10.9.0.0/16 path-information 0.0.0.9 next-hop "
                        "127.0.0.1 origin igp as-path ( 65002 )\n"
                        "neighbor 127.0.0.3 receive update end\n\n"
                        "neighbor 127.0.0.5 down - not connected\n\n"
                        "snapshot end 1 start 2 neighbors 3 routes 1\n");
    again(&p, true, true);
    world_turn(&p.w);
    put_tails(&told, world_heard(&p.w, p.h), false);
    const char *text = written(&told);
    assert_ptr_equal(
        strstr(text, "\"type\": \"snapshot\", \"snapshot\": \"begin\", \"generation\": 2, \"start\": 2 }\n"), text);
    assert_non_null(strstr(text, "\"state\": \"down\", \"reason\": \"not connected\""));
    assert_non_null(
        strstr(text, "\"snapshot\": \"end\", \"generation\": 2, \"start\": 2, \"neighbors\": 3, \"routes\": 1 }\n"));
    buffer_release(&told);
    world_release(&p.w);
}

/* Commands that the helper wrote at once are done behind it, and answered behind it. */
static void commands_wait_for_its_end(void **state) {
    struct place p;
    (void)state;
    modes = WATCH_PARSED;
    place_init(&p, FORM_5);
    again(&p, false, true);
    world_say(&p.w, p.h, "version\nfoo\nannounce route 10.0.0.0/24 next-hop 1.2.3.4\n");
    assert_string_equal(world_heard(&p.w, p.h), "");
    world_turn(&p.w);
    const char *end = strstr(world_heard(&p.w, p.h), "snapshot end 1");
    assert_non_null(end);
    assert_string_equal(strchr(end, '\n'), "\nexabgp 5.0.13\ndone\nerror\ndone\n");
    world_release(&p.w);
}

static void it_may_be_asked_for(void **state) {
    struct place p;
    (void)state;
    modes = WATCH_PARSED;
    place_init(&p, FORM_5);
    world_establish(&p.w, p.one);
    world_heard(&p.w, p.h);
    const char *text = world_ask(&p.w, p.h, "snapshot");
    assert_non_null(strstr(text, "\"snapshot\": \"begin\", \"generation\": 1, \"start\": 0 }\n"));
    assert_string_equal(text + strlen(text) - 5, "done\n");
    text = world_ask(&p.w, p.h, "{\"command\": \"snapshot\", \"id\": 5}");
    assert_memory_equal(text, "{\"id\": 5, \"data\": { \"exabgp\": ", 30);
    assert_string_equal(strrchr(text, '{'), "{\"answer\": \"done\", \"id\": 5}\n");
    world_release(&p.w);
}

enum { MANY = 100000 };

static void receive_many(struct place *p, unsigned from, unsigned count, unsigned med) {
    struct buffer b = buffer_growing();
    for (unsigned i = 0; i < count; i += 500) {
        static const uint8_t attributes[] = {0x40, 1,    1,    0,    0x40, 2, 6,   2, 1, 0,
                                             0,    0xfd, 0xea, 0x40, 3,    4, 127, 0, 0, 1};
        buffer_clear(&b);
        size_t start = message_begin(&b, MESSAGE_UPDATE);
        put_u16(&b, 0);
        put_u16(&b, sizeof attributes + 7);
        put_octets(&b, attributes, sizeof attributes);
        put_u24(&b, 0x800404);
        put_u32(&b, med + i % 5000);
        for (unsigned j = 0; j < 500; j++) {
            put_u8(&b, 32);
            put_u32(&b, 0x0a000000 + from + i + j);
        }
        message_end(&b, start);
        world_receive(&p->w, p->one, buffer_cursor(&b));
    }
    buffer_release(&b);
}

static unsigned prefixes_of(const char *text) {
    unsigned count = 0;
    const char *end = text + strlen(text);
    for (; (text = memmem(text, (size_t)(end - text), "\"nlri\": ", 8)); text += 8)
        count++;
    return count;
}

/* A hundred thousand routes, and routes that come while they are told: nothing is lost, and the marker is where it
 * should be. */
static void a_large_one_is_whole(void **state) {
    struct place p;
    struct buffer all = buffer_growing();
    (void)state;
    modes = WATCH_PARSED;
    place_init(&p, FORM_5);
    world_establish(&p.w, p.one);
    api_remove(p.w.api, p.h, p.w.now);
    receive_many(&p, 0, MANY, 1);
    api_add(p.w.api, p.h, &(struct api_client_settings){.name = {"h", 1}, .json = true, .snapshot = true});
    world_turn(&p.w);
    struct cursor some = api_output(p.w.api, p.h);
    assert_in_range(cursor_left(&some), 1, 1 << 20); /* made as it is read */
    for (unsigned i = 0; i < 100; i++)
        receive_many(&p, MANY + i * 500, 500, 7777); /* more than an answer is made ahead */
    put_string(&all, world_heard(&p.w, p.h));
    const char *text = written(&all), *end = strstr(text, "\"snapshot\": \"end\"");
    assert_non_null(end);
    char expected[64];
    unsigned in = prefixes_of(text) - prefixes_of(end);
    snprintf(expected, sizeof expected, "\"routes\": %u }\n", in);
    assert_true(in >= MANY);
    assert_int_equal(strncmp(strstr(end, "\"routes\""), expected, strlen(expected)), 0);
    assert_int_equal(prefixes_of(end), 50000);
    buffer_release(&all);
    world_release(&p.w);
}

static void a_client_may_go_in_the_middle(void **state) {
    struct place p;
    (void)state;
    modes = WATCH_PARSED;
    place_init(&p, FORM_5);
    world_establish(&p.w, p.one);
    receive_many(&p, 0, MANY, 1);
    again(&p, true, true);
    api_remove(p.w.api, p.h, p.w.now);
    api_add(p.w.api, p.h, &(struct api_client_settings){.name = {"h", 1}, .json = true, .snapshot = true});
    world_turn(&p.w);
    engine_remove(p.w.engine, p.paths->peer, 3, p.w.now); /* a neighbor that was to come */
    assert_non_null(strstr(world_heard(&p.w, p.h), "\"neighbors\": 2, \"routes\": 100000 }"));
    again(&p, true, true);
    world_turn(&p.w);
    api_remove(p.w.api, p.h, p.w.now);
    world_release(&p.w);
}

/* ---- Clients that read no more, or say no more ---- */

static void one_that_is_deaf_holds_nobody_up(void **state) {
    struct place p;
    (void)state;
    modes = WATCH_PARSED;
    place_init(&p, FORM_5);
    world_establish(&p.w, p.one);
    for (unsigned i = 0; i < 20 && !p.one->paused; i++) /* until what feeds it pauses */
        receive_many(&p, 0, MANY, i);
    assert_true(p.one->paused);
    api_deaf(p.w.api, p.h);
    assert_false(p.one->paused);
    receive_many(&p, 0, MANY, 5);
    assert_string_equal(world_heard(&p.w, p.h), "");
    world_ask(&p.w, p.h, "announce route 10.0.0.0/24 next-hop 1.2.3.4");
    assert_int_equal(peer_route_count(p.one->peer), 1);
    world_release(&p.w);
}

static void one_that_has_said_all_gets_its_answers(void **state) {
    struct place p;
    (void)state;
    modes = WATCH_PARSED;
    place_init(&p, FORM_5);
    world_say(&p.w, p.h, "{\"command\": \"reload\"}\nversion\n");
    api_finished(p.w.api, p.h);
    world_heard(&p.w, p.h);
    world_turn(&p.w);
    assert_int_equal(p.w.finished, 0);
    api_acted(p.w.api, true, text_of(""));
    world_turn(&p.w);
    assert_int_equal(p.w.finished, 0); /* it has not read them */
    assert_string_equal(world_heard(&p.w, p.h),
                        "{\"data\": {\"status\": \"reload in progress\"}}\n{\"answer\": \"done\"}\nexabgp "
                        "5.0.13\ndone\n");
    world_turn(&p.w);
    world_turn(&p.w);
    assert_int_equal(p.w.finished, 1);
    world_release(&p.w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_is_what_was_heard),
        cmocka_unit_test(markers_stand_around_it),
        cmocka_unit_test(commands_wait_for_its_end),
        cmocka_unit_test(it_may_be_asked_for),
        cmocka_unit_test(a_large_one_is_whole),
        cmocka_unit_test(a_client_may_go_in_the_middle),
        cmocka_unit_test(one_that_is_deaf_holds_nobody_up),
        cmocka_unit_test(one_that_has_said_all_gets_its_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
