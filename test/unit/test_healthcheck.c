/* The health check's states, lines and words. */
#include "unit.h"

#include <stdio.h>

#include "app/healthcheck.h"

/* ---- States ---- */

/* The results of checks (+ good, - bad, ! disabled) and the states that follow, by their first letters. */
struct history {
    int rise, fall;
    const char *results, *states;
};

static const struct history histories[] = {
    {3, 3, "+++++", "RRUUU"}, {3, 3, "-----", "FFDDD"},       {3, 3, "++-++-", "RRFRRF"},     {1, 1, "+-+-", "UDUD"},
    {0, 0, "-+-", "DUD"},     {2, 2, "++-+--++", "RUFRFDRU"}, {1, 3, "+-+---+", "UFUFFDU"},   {3, 1, "+-+++", "RDRRU"},
    {3, 3, "!!+++", "XXIRR"}, {2, 2, "++!+-", "RUXIF"},       {2, 2, "--!-++", "FDXIRU"},     {3, 3, "+!!-!", "RXXIX"},
    {1, 1, "!-+", "XIU"},     {2, 1, "-++", "DRU"},           {3, 3, "---++---", "FFDRRFFD"},
};

static void states_follow_results(void **state) {
    (void)state;
    static const char letters[] = "IXRFUDE";
    for (size_t i = 0; i < sizeof histories / sizeof *histories; i++) {
        const struct history *h = &histories[i];
        struct health_machine m = {.rise = h->rise, .fall = h->fall};
        for (size_t n = 0; h->results[n]; n++) {
            enum health_state before = m.state;
            bool changed = health_machine_turn(&m, h->results[n] == '!', h->results[n] != '-');
            if (letters[m.state] != h->states[n])
                fail_msg("rise %d fall %d, %s: at %zu %c, not %c", h->rise, h->fall, h->results, n, letters[m.state],
                         h->states[n]);
            assert_int_equal(changed, m.state != before);
        }
    }
}

/* ---- What `ip` prints ---- */

static void ip_lines_are_read(void **state) {
    (void)state;
    static const struct {
        const char *line, *prefix, *label; /* prefix NULL: nothing to announce */
    } rows[] = {
        {"1: lo    inet 10.0.0.1/32 scope global lo:web\\       valid_lft forever", "10.0.0.1/32", "web"},
        {"1: lo    inet 10.0.0.0/24 scope global lo\\       valid_lft forever", "10.0.0.0/24", ""},
        {"2: eth0    inet 10.0.0.2/32 brd 10.0.0.255 scope global eth0:a.b\\  x", "10.0.0.2/32", "a.b"},
        {"2: eth1    inet 10.0.0.2/32 scope global eth1:a\\  x", "10.0.0.2/32", ""}, /* not ours to ask */
        {"1: lo    inet6 2001:db8::1/128 scope global \\       valid_lft forever", "2001:db8::1/128", ""},
        {"1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever", NULL, NULL},
        {"1: lo    inet 127.1.0.0/16 scope host lo\\", NULL, NULL},
        {"1: lo    inet6 ::1/128 scope host \\       valid_lft forever", NULL, NULL},
        {"1: lo    inet 10.0.0.1/24 scope global lo\\", NULL, NULL},
        {"1: lo    inet 10.0.0.1 peer 10.0.0.2/32 scope global lo\\", NULL, NULL},
        {"Device \"lo7\" does not exist.", NULL, NULL},
        {"", NULL, NULL},
        {"1: lo", NULL, NULL},
        {"1: lo inet", NULL, NULL},
        {"1: lo inet /", NULL, NULL},
    };
    static const char *const names[] = {"lo", "eth0", NULL};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct health_found found;
        char text[64];
        struct buffer b = buffer_fixed(text, sizeof text);
        bool good = health_ip_line(text_of(rows[i].line), names, &found);
        assert_int_equal(good, rows[i].prefix != NULL);
        if (!good)
            continue;
        put_prefix(&b, &found.prefix);
        assert_true(text_is(buffer_text(&b), rows[i].prefix));
        assert_string_equal(found.label, rows[i].label);
    }
}

/* ---- Values ---- */

static void networks_have_no_host_bits(void **state) {
    (void)state;
    static const char *const good[] = {"10.0.0.1", "10.0.0.0/8",  "10.1.0.0/255.255.0.0", "10.1.0.0/0.0.255.255",
                                       "::/0",     "2001:db8::1", "0.0.0.0/0.0.0.0"};
    static const char *const bad[] = {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/255.0.255.0", "10.0.0.0/", "",
                                      "/",          "x",           "2001:db8::1/64",       "10.0.0/8",  "::/ffff::"};
    struct prefix p;
    char error[128];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(health_network(good[i], &p, error, sizeof error));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(health_network(bad[i], &p, error, sizeof error));
}

static void networks_are_expanded_within_bounds(void **state) {
    (void)state;
    struct health_ips from = {0}, out = {0};
    struct prefix p;
    char error[128];
    assert_true(health_network("10.0.0.254/31", &p, error, sizeof error));
    health_ips_add(&from, p);
    assert_true(health_network("255.255.255.252/30", &p, error, sizeof error));
    health_ips_add(&from, p);
    assert_true(health_ips_expand(&from, &out));
    assert_int_equal(out.count, 6);
    assert_memory_equal(out.items[5].ip.octets, "\xff\xff\xff\xff", 4);
    assert_int_equal(out.items[1].bits, 32);
    assert_memory_equal(out.items[1].ip.octets, "\x0a\x00\x00\xff", 4);
    health_ips_rotate(&out, -1);
    assert_memory_equal(out.items[0].ip.octets, "\xff\xff\xff\xff", 4);
    assert_true(health_network("2001:db8::/64", &p, error, sizeof error));
    health_ips_add(&from, p);
    assert_false(health_ips_expand(&from, &out));
    health_ips_release(&from);
    health_ips_release(&out);
}

/* Words as a shell would cut them at blanks; the error is what counts. */
static void words_are_read(void **state) {
    (void)state;
    static const struct {
        const char *words, *error;
    } rows[] = {
        {"-i5 -f=0.5 -sa --rise=-1 --local-preference -1", NULL},
        {"-sF", NULL},
        {"-sF local3 -d", NULL},
        {"-sF -s", NULL}, /* the default, named: excludes nothing */
        {"--inc 5 --withdraw --no-s", NULL},
        {"-i", "argument --interval/-i: expected one argument"},
        {"-i -5s", "argument --interval/-i: expected one argument"},
        {"-i -5", "argument --interval/-i: invalid float value: '-5'"},
        {"-q", "unrecognized arguments: -q"},
        {"-", "unrecognized arguments: -"},
        {"--", "ambiguous option: --"},
        {"--config=", "cannot read : No such file or directory"},
        {"-sF local3 -s", "argument --silent/-s: not allowed with argument --syslog-facility"},
        {"--path-id 99999999999999999999", "invalid int value"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct health_options o;
        char copy[200], error[1024] = "", *argv[20] = {copy};
        int argc = 1, status;
        snprintf(copy, sizeof copy, "%s", rows[i].words);
        for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
            argv[argc++] = word;
        bool good = health_options_parse(&o, argc, argv, error, sizeof error, &status);
        if (good != (rows[i].error == NULL) || (rows[i].error && !strstr(error, rows[i].error)))
            fail_msg("%s: %s", rows[i].words, error);
        assert_int_equal(status, good ? 0 : strstr(error, "cannot read") ? 1 : 2);
        health_options_release(&o);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_follow_results),
        cmocka_unit_test(ip_lines_are_read),
        cmocka_unit_test(networks_have_no_host_bits),
        cmocka_unit_test(networks_are_expanded_within_bounds),
        cmocka_unit_test(words_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
