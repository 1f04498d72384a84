/* Commands of the API: what each answers in the forms of ExaBGP 5.0 (5), of main's API 4 (4) and of its API 6 (6). */
#include <stdio.h>

#include "api_world.h"
#include "unit.h"

struct place { /* two neighbors of helper `h`, one of `other`, none of them connected */
    struct world w;
    struct world_peer *one, *two, *other;
    uint64_t h;
};

static void place_init(struct place *p, enum form form) {
    world_init(&p->w, form, NULL);
    p->one = world_add_peer(&p->w, "127.0.0.1", "h", NULL);
    p->two = world_add_peer(&p->w, "127.0.0.3", "h", NULL);
    p->other = world_add_peer(&p->w, "127.0.0.4", "other", NULL);
    p->h = world_add_client(&p->w, "h");
}

#define assert_asked(p, line, answer) assert_string_equal(world_ask(&(p)->w, (p)->h, (line)), (answer))

/* ---- One line in, lines out ---- */

#define NAME(ip)                                                                                                       \
    "neighbor " ip " local-ip 127.0.0.2 local-as 65001 peer-as 65002 router-id 1.1.1.1 family-allowed in-open"

/* What a line answers; NULL: as the column before. */
struct row {
    const char *line, *five, *four, *six;
};

static const struct row rows[] = {
    {"version", "exabgp 5.0.13\ndone\n", "exabgp 6.0.0\ndone\n",
     "{\"version\": \"6.0.0\", \"application\": \"exabgp\"}\ndone\n"},
    {"system version", "exabgp 5.0.13\ndone\n", "exabgp 6.0.0\ndone\n",
     "{\"version\": \"6.0.0\", \"application\": \"exabgp\"}\ndone\n"},
    {"neighbor 127.0.0.1 version", "exabgp 5.0.13\ndone\n", "exabgp 6.0.0\ndone\n",
     "{\"version\": \"6.0.0\", \"application\": \"exabgp\"}\ndone\n"},
    {"# a comment", "done\n", NULL, NULL},
    {"#", "done\n", NULL, NULL},
    {"", "error\n", "done\n", NULL},
    {"   ", "error\n", "done\n", NULL},
    {"debug to the log", "", NULL, NULL},
    {"frobnicate", "error\n", NULL, "error: unknown command\nerror\n"},
    {"VERSION", "error\n", NULL, "error: unknown command\nerror\n"},
    {"show", "error\n", NULL, "error: unknown command\nerror\n"},
    {"show adj-rib", "error\n", NULL, "error: unknown command\nerror\n"},
    {"reload", "reload in progress\ndone\n", NULL, "{\"status\": \"reload in progress\"}\ndone\n"},
    {"daemon restart", "restart in progress\ndone\n", NULL, "{\"status\": \"restart in progress\"}\ndone\n"},
    {"shutdown\r", "shutdown in progress\ndone\n", NULL, "{\"status\": \"shutdown in progress\"}\ndone\n"},
    {"reset", "", "asynchronous queue cleared\ndone\n", "{\"status\": \"asynchronous queue cleared\"}\ndone\n"},
    {"session reset", "", "asynchronous queue cleared\ndone\n", "{\"status\": \"asynchronous queue cleared\"}\ndone\n"},
    {"crash", "error\n", "done\nerror\n", NULL},
    {"session bye 1234", "done\n", NULL, NULL},
    {"enable-ack", "done\n", NULL, NULL},
    {"session sync enable", "done\n", NULL, NULL},
    {"queue-status", "h: 0 items (0 bytes)\ndone\n", NULL, "{\"h\": {\"items\": 0, \"bytes\": 0}}\ndone\n"},
    {"api version", "API version: 4 (legacy (text/json))\ndone\n", NULL,
     "{\"api_version\": 6, \"description\": \"json-only\"}\ndone\n"},
    {"api version 5", "error: API version must be 4 or 6\nerror\n", NULL,
     "{\"error\": \"API version must be 4 or 6\"}\nerror\n"},
    {"system api version x", "error: Invalid version: x\nerror\n", NULL,
     "{\"error\": \"Invalid version: x\"}\nerror\n"},
    {"peer list",
     "[{\"peer-address\": \"127.0.0.1\", \"peer-as\": 65002, \"state\": \"CONNECT\"}, {\"peer-address\": "
     "\"127.0.0.3\", "
     "\"peer-as\": 65002, \"state\": \"CONNECT\"}, {\"peer-address\": \"127.0.0.4\", \"peer-as\": 65002, \"state\": "
     "\"CONNECT\"}]\ndone\n",
     NULL, NULL},
    {"show neighbor",
     "please specify summary, extensive or configuration\nyou can filter by peer ip address adding it after the word "
     "neighbor\ndone\n",
     "usage: peer <ip> show [summary|extensive|configuration]\ndone\n", "*"},
    {"show neighbor 9.9.9.9 summary", "Peer            AS        up/down state       |     #sent     #recvd\ndone\n",
     "Peer            AS        up/down state       |     #sent     #recvd    #pfx_in\ndone\n", "*"},
    {"show neighbor 127.0.0.3 configuration", "neighbor 127.0.0.3 {\n}\ndone\n", NULL, "*"},
    {"show adj-rib out", "done\n", NULL, NULL},
    {"show adj-rib in extensive", "done\n", NULL, NULL},
    {"rib show out", "done\n", NULL, NULL},
    {"flush adj-rib out", "done\n", NULL, NULL},
    {"rib flush out", "done\n", NULL, NULL},
    {"rib flush", "done\n", NULL, NULL},
    {"neighbor 127.0.0.1 flush adj-rib out", "done\n", NULL, NULL},
    {"neighbor 9.9.9.9 flush adj-rib out", "error\n", NULL, "*"},
    {"clear adj-rib", "done\n", NULL, NULL},
    {"clear adj-rib in", "done\n", NULL, NULL},
    {"rib clear out", "done\n", NULL, NULL},
    {"neighbor 9.9.9.9 teardown 6", "done\n", "error\n", "error: no neighbor matches: 0 of 2\nerror\n"},
    {"teardown 4", "done\n", NULL, NULL},
    {"peer * teardown 4", "done\n", NULL, NULL},
    {"neighbor 127.0.0.1 teardown", "error\n", NULL, "error: teardown wants a code of 0 to 255\nerror\n"},
    {"neighbor 127.0.0.1 teardown six", "error\n", NULL, "error: teardown wants a code of 0 to 255\nerror\n"},
    {"neighbor 127.0.0.1 teardown 256", "error\n", NULL, "error: teardown wants a code of 0 to 255\nerror\n"},
    {"announce watchdog", "done\n", NULL, NULL},
    {"withdraw watchdog dog", "done\n", NULL, NULL},
    {"neighbor 9.9.9.9 announce watchdog dog", "done\n", NULL, NULL},
    {"announce eor", "error\n", NULL, "error: no established neighbor matches\nerror\n"},
    {"announce eor ipv4", "error\n", NULL, "*"},
    {"announce eor ipv4 frob", "error\n", NULL, "error: unknown family \"ipv4 frob\"\nerror\n"},
    {"announce route-refresh ipv4 unicast", "error\n", NULL, "error: no established neighbor matches\nerror\n"},
    {"announce route-refresh", "error\n", NULL, "*"},
    {"announce operational frob", "done\n", NULL, NULL},
    {"announce operational rpcq afi ipv4 safi unicast sequence 5", "done\n", NULL, NULL},
    {"announce operational rpcq afi ipv4 safi unicast", "error\n", NULL, "*"},
    {"announce operational asm afi ipv4 safi unicast advisory \"a text\" more", "error\n", NULL,
     "error: unexpected \"more\"\nerror\n"},
    {"group end", "error: not in group block\nerror\n", NULL, "{\"error\": \"not in group block\"}\nerror\n"},
    {"peer * group", "error: empty group\nerror\n", NULL, "{\"error\": \"empty group\"}\nerror\n"},
    {"peer * routes", "error\n", NULL, "error: routes requires action: list, add, or remove\nerror\n"},
    {"peer * routes add", "error\n", NULL, "error: routes add requires route specification\nerror\n"},
    {"peer * routes remove", "error\n", NULL, "error: routes remove requires route spec or index\nerror\n"},
    {"peer * routes remove index zz", "error\n", NULL, "error: Invalid hex index: zz\nerror\n"},
    {"peer * routes add route bad", "error\n", NULL, "error: Could not parse route: route bad\nerror\n"},
    {"peer * routes list", "[]\ndone\n", NULL, NULL},
    {"peer", "error\n", NULL, "*"},
    {"peer *", "error\n", NULL, "*"},
    {"peer frob announce route 10.0.0.0/24 next-hop 1.2.3.4", "error\n", NULL, "*"},
    {"peer * announce frob", "error\n", "error: unknown announce type: frob\nerror\n", NULL},
    {"peer * withdraw frob", "error\n", "error: unknown withdraw type: frob\nerror\n", NULL},
    {"peer delete 9.9.9.9", "error\n", NULL, "error: no neighbors match the selector\nerror\n"},
    {"peer create", "error\n", NULL, "error: Unexpected error: ValueError: no neighbor selector\nerror\n"},
    {"\xc3\xa9t\xc3\xa9", "error\n", NULL, "error: only ASCII is understood\nerror\n"},
};

static const char *row_answer(const struct row *r, enum form form) {
    const char *four = r->four ? r->four : r->five;
    return form == FORM_5 ? r->five : form == FORM_4 ? four : r->six ? r->six : four;
}

static void each_command_answers_in_each_form(void **state) {
    struct place p;
    (void)state;
    for (enum form form = FORM_4; form <= FORM_6; form++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            place_init(&p, form);
            const char *wanted = row_answer(&rows[i], form), *answer = world_ask(&p.w, p.h, rows[i].line);
            if (strcmp(wanted, "*") != 0 && strcmp(wanted, answer) != 0)
                fail_msg("form %d, %s: wanted %s, got %s", form, rows[i].line, wanted, answer);
            world_release(&p.w);
        }
}

/* Every answer ends in one word, and exactly one. */
static void each_command_is_answered_once(void **state) {
    struct place p;
    (void)state;
    for (enum form form = FORM_4; form <= FORM_6; form++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            place_init(&p, form);
            world_say(&p.w, p.h, rows[i].line);
            world_say(&p.w, p.h, "\nenable-ack\n");
            const char *answer = world_heard(&p.w, p.h);
            unsigned words = 0;
            for (const char *line = answer; *line; line = strchr(line, '\n') + 1)
                words += strncmp(line, "done\n", 5) == 0 || strncmp(line, "error\n", 6) == 0;
            bool silent = !row_answer(&rows[i], form)[0], crash = form != FORM_5 && strcmp(rows[i].line, "crash") == 0;
            if (words != (silent ? 1 : crash ? 3 : 2))
                fail_msg("form %d, %s: %s", form, rows[i].line, answer);
            world_release(&p.w);
        }
}

static void what_is_asked_of_the_program_is_passed_on(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    world_ask(&p.w, p.h, "reload");
    world_ask(&p.w, p.h, "daemon restart");
    world_ask(&p.w, p.h, "shutdown");
    assert_written(&p.w.asked, "reload,restart,shutdown,");
    world_ask(&p.w, p.h, "debug something went by");
    assert_non_null(strstr(world_log(&p.w), "h: something went by\n"));
    world_ask(&p.w, p.h, "# a remark");
    assert_string_equal(world_log(&p.w), "h: # a remark\n");
    world_release(&p.w);
}

/* ---- the log of what was refused ---- */

static unsigned lines_of(const char *text) {
    unsigned count = 0;
    for (; (text = strchr(text, '\n')); text++)
        count++;
    return count;
}

static void refuse(struct place *p, unsigned times) {
    for (unsigned i = 0; i < times; i++)
        world_say(&p->w, p->h, "announce rubbish of all kinds\n");
}

/* Sixty seconds later; the deadline says that there is something to do. */
static void minute_passes(struct place *p) {
    p->w.now += 60000000;
    world_turn(&p->w);
}

static void a_client_that_talks_rubbish_for_ever_costs_the_log_a_line_a_minute(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    world_log(&p.w);
    assert_true(api_deadline(p.w.api) == UINT64_MAX);
    refuse(&p, 200);
    assert_int_equal(lines_of(world_log(&p.w)), 50);
    assert_int_equal(lines_of(world_heard(&p.w, p.h)), 200); /* it hears of each */
    assert_true(api_deadline(p.w.api) == p.w.now + 60000000);
    minute_passes(&p);
    assert_string_equal(world_log(&p.w), "h: 150 more commands were refused\n");
    refuse(&p, 10);
    assert_string_equal(world_log(&p.w), "");
    minute_passes(&p);
    assert_string_equal(world_log(&p.w), "h: 10 more commands were refused\n");
    minute_passes(&p); /* a quiet one */
    assert_true(api_deadline(p.w.api) == UINT64_MAX);
    refuse(&p, 51);
    assert_int_equal(lines_of(world_log(&p.w)), 50);
    api_remove(p.w.api, p.h, p.w.now);
    assert_string_equal(world_log(&p.w), "h: 1 more commands were refused\n");
    world_release(&p.w);
}

/* ---- help ---- */

static const char help_5[] = "\n"
                             "available API commands are listed here:\n"
                             "=======================================\n"
                             "\n"
                             "filter can be: [local-ip <ip>][local-as <asn>][peer-as <asn>][router-id <router-id>]\n"
                             "\n"
                             "command are:\n"
                             "------------\n"
                             "\n"
                             "# \n"
                             "[neighbor <ip> [filters]] announce attribute\n"
                             "[neighbor <ip> [filters]] announce attributes\n"
                             "[neighbor <ip> [filters]] announce eor\n"
                             "[neighbor <ip> [filters]] announce flow\n"
                             "[neighbor <ip> [filters]] announce ipv4\n"
                             "[neighbor <ip> [filters]] announce ipv6\n"
                             "[neighbor <ip> [filters]] announce operational\n"
                             "[neighbor <ip> [filters]] announce route\n"
                             "[neighbor <ip> [filters]] announce route-refresh\n"
                             "[neighbor <ip> [filters]] announce vpls\n"
                             "[neighbor <ip> [filters]] announce watchdog\n"
                             "[neighbor <ip> [filters]] clear adj-rib\n"
                             "[neighbor <ip> [filters]] crash\n"
                             "[neighbor <ip> [filters]] flush adj-rib out\n"
                             "[neighbor <ip> [filters]] teardown\n"
                             "[neighbor <ip> [filters]] withdraw attribute\n"
                             "[neighbor <ip> [filters]] withdraw attributes\n"
                             "[neighbor <ip> [filters]] withdraw flow\n"
                             "[neighbor <ip> [filters]] withdraw ipv4\n"
                             "[neighbor <ip> [filters]] withdraw ipv6\n"
                             "[neighbor <ip> [filters]] withdraw route\n"
                             "[neighbor <ip> [filters]] withdraw vpls\n"
                             "[neighbor <ip> [filters]] withdraw watchdog\n"
                             "disable-ack \n"
                             "enable-ack \n"
                             "help \n"
                             "reload \n"
                             "reset \n"
                             "restart \n"
                             "show adj-rib in [ extensive ] \n"
                             "show adj-rib out [ extensive ] \n"
                             "show neighbor [ summary | extensive | configuration ] \n"
                             "shutdown \n"
                             "silence-ack \n"
                             "version \n"
                             "\n"
                             "done\n";

static const char help_4_begin[] = "\n"
                                   "available API commands (v6 format):\n"
                                   "====================================\n"
                                   "\n"
                                   "filter can be: [local-ip <ip>][local-as <asn>][peer-as <asn>][router-id "
                                   "<router-id>]\n"
                                   "\n"
                                   "commands:\n"
                                   "---------\n"
                                   "\n"
                                   "# \n"
                                   "[peer <ip> [filters]] peer announce attribute\n";

static const char help_6_begin[] =
    "{\"description\": \"Available API commands (v6 format)\", \"peer_filters\": [\"local-ip\", \"local-as\", "
    "\"peer-as\", \"router-id\"], \"commands\": [{\"command\": \"#\", \"neighbor_support\": false, \"json_support\": "
    "true}, {\"command\": \"daemon reload\", \"neighbor_support\": false, \"json_support\": true}, ";

/* As ExaBGP main lists them. */
static const char *const names_6[] = {"#",
                                      "daemon reload",
                                      "daemon restart",
                                      "daemon shutdown",
                                      "daemon status",
                                      "group end",
                                      "group start",
                                      "peer announce attribute",
                                      "peer announce attributes",
                                      "peer announce eor",
                                      "peer announce flow",
                                      "peer announce ipv4",
                                      "peer announce ipv6",
                                      "peer announce operational",
                                      "peer announce route",
                                      "peer announce route-refresh",
                                      "peer announce vpls",
                                      "peer announce watchdog",
                                      "peer create",
                                      "peer delete",
                                      "peer group",
                                      "peer list",
                                      "peer show",
                                      "peer teardown",
                                      "peer withdraw attribute",
                                      "peer withdraw attributes",
                                      "peer withdraw flow",
                                      "peer withdraw ipv4",
                                      "peer withdraw ipv6",
                                      "peer withdraw route",
                                      "peer withdraw vpls",
                                      "peer withdraw watchdog",
                                      "rib clear in",
                                      "rib clear out",
                                      "rib flush out",
                                      "rib show in",
                                      "rib show out",
                                      "session ack disable",
                                      "session ack enable",
                                      "session ack silence",
                                      "session bye",
                                      "session ping",
                                      "session reset",
                                      "session sync disable",
                                      "session sync enable",
                                      "system api version",
                                      "system crash",
                                      "system help",
                                      "system queue-status",
                                      "system version"};

static void help_is_the_table(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "help", help_5);
    assert_asked(&p, "system help", help_5);
    world_release(&p.w);
    place_init(&p, FORM_4);
    assert_memory_equal(world_ask(&p.w, p.h, "help"), help_4_begin, sizeof help_4_begin - 1);
    world_release(&p.w);
    place_init(&p, FORM_6);
    const char *answer = world_ask(&p.w, p.h, "system help"), *at = answer;
    assert_memory_equal(answer, help_6_begin, sizeof help_6_begin - 1);
    for (size_t i = 0; i < sizeof names_6 / sizeof *names_6; i++) {
        char item[128];
        snprintf(item, sizeof item, "{\"command\": \"%s\", ", names_6[i]);
        at = strstr(at, "{\"command\"");
        assert_non_null(at);
        assert_memory_equal(at, item, strlen(item));
        at++;
    }
    assert_null(strstr(at, "{\"command\""));
    assert_non_null(strstr(answer, "{\"command\": \"peer show\", \"neighbor_support\": false, \"json_support\": true, "
                                   "\"options\": [\"summary\", \"extensive\", \"configuration\"]}, "));
    world_release(&p.w);
}

static void help_of_a_command(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "help announce eor",
                 "[neighbor <ip> [filters]] announce eor [AFI SAFI]\n"
                 "    Sends an End-of-RIB marker, of IPv4 unicast where no family is named.\ndone\n");
    assert_asked(&p, "help   peer  list", "peer list\n    Lists the neighbors with their AS and state.\ndone\n");
    assert_asked(&p, "help announce ro", help_5); /* whole words; what is no command is ExaBGP's list, as ever */
    assert_asked(&p, "help nothing of this", help_5);
    world_release(&p.w);
    place_init(&p, FORM_6);
    assert_asked(&p, "system help ensure abort",
                 "{\"commands\": [{\"command\": \"ensure abort\", \"neighbor_support\": false, \"syntax\": \"\", "
                 "\"help\": \"Forgets the set that was begun; nothing changes.\"}]}\ndone\n");
    world_release(&p.w);
}

/* ---- Acknowledgements ---- */

static void acknowledgements_can_be_turned_off(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "disable-ack", "done\n");
    assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4", "");
    assert_asked(&p, "frobnicate", "");
    assert_asked(&p, "version", "exabgp 5.0.13\n");
    assert_asked(&p, "enable-ack", "done\n");
    assert_asked(&p, "silence-ack", "");
    assert_asked(&p, "session ack enable", "done\n");
    assert_asked(&p, "version", "exabgp 5.0.13\ndone\n");
    world_release(&p.w);
}

static void refuse_acknowledgements(struct api_settings *settings) {
    settings->ack = false;
}

static void acknowledgements_may_start_off(void **state) {
    struct place p;
    (void)state;
    world_init(&p.w, FORM_6, refuse_acknowledgements);
    p.h = world_add_client(&p.w, "h");
    assert_asked(&p, "frobnicate", "");
    assert_asked(&p, "peer list", "[]\n");
    assert_asked(&p, "session ack enable", "done\n");
    assert_asked(&p, "frobnicate", "error: unknown command\nerror\n");
    api_add(p.w.api, 4, &(struct api_client_settings){.name = text_of("api-internal-cli"), .ack_always = true});
    p.w.client_count = 4;
    p.w.clients[3] = (struct world_client){.id = 4, .heard = buffer_growing()};
    assert_string_equal(world_ask(&p.w, 4, "session ack silence"), "");
    assert_string_equal(world_ask(&p.w, 4, "# still"), "done\n");
    world_release(&p.w);
}

static void versions_change_at_run_time(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "api version 6", "API version set to 6 (effective on next process restart)\ndone\n");
    assert_asked(&p, "version", "{\"version\": \"6.0.0\", \"application\": \"exabgp\"}\ndone\n");
    assert_asked(&p, "system api version 4",
                 "{\"status\": \"API version set\", \"version\": 4, \"note\": \"effective on next process "
                 "restart\"}\ndone\n");
    assert_asked(&p, "reset", "");
    world_release(&p.w);
    place_init(&p, FORM_6);
    world_ask(&p.w, p.h, "system api version 4");
    assert_asked(&p, "reset", "asynchronous queue cleared\ndone\n");
    world_release(&p.w);
}

/* ---- Status ---- */

static void status_says_who_and_how_long(void **state) {
    struct place p;
    char uuid[37] = "";
    (void)state;
    place_init(&p, FORM_6);
    const char *pong = world_ask(&p.w, p.h, "session ping");
    assert_int_equal(sscanf(pong, "{\"pong\": \"%36[0-9a-f-]\", \"active\": true}", uuid), 1);
    assert_int_equal(strlen(uuid), 36);
    p.w.now += 5500000;
    struct buffer wanted = buffer_growing();
    put_format(&wanted,
               "{\"version\": \"5.0.13\", \"uuid\": \"%s\", \"pid\": 100, \"uptime\": 5, \"start_time\": "
               "1795406190.0, \"peers\": {\"" NAME("127.0.0.1") "\": \"CONNECT\", \"" NAME(
                   "127.0.0.3") "\": "
                                "\"CONNECT\", \"" NAME("127.0.0.4") "\": \"CONNECT\"}}\ndone\n",
               uuid);
    assert_asked(&p, "daemon status", written(&wanted));
    buffer_clear(&wanted);
    put_format(&wanted, "pong %s active=true\ndone\n", uuid);
    assert_asked(&p, "session ping me 12.5 text", written(&wanted));
    world_release(&p.w);
    place_init(&p, FORM_5);
    world_ask(&p.w, p.h, "#");
    p.w.now += 3725000000;
    const char *text = world_ask(&p.w, p.h, "status");
    assert_memory_equal(text, "ExaBGP Daemon Status\n====================\nVersion: 5.0.13\nUUID: ", 63);
    assert_non_null(strstr(text, "\nPID: 100\nUptime: 1h 2m 5s\nPeers: 3\n  - " NAME("127.0.0.1") ": CONNECT\n"));
    world_release(&p.w);
    buffer_release(&wanted);
}

/* ---- Selectors ---- */

static const struct {
    const char *selector;
    bool good;
    const char *matched; /* which of one, two, other; empty: none */
} selectors[] = {
    {"", true, "one two"},
    {"neighbor *", true, "one two"},
    {"neighbor 127.0.0.1", true, "one"},
    {"neighbor 127.0.0.1 router-id 1.1.1.1", true, "one"},
    {"neighbor 127.0.0.1 peer-as 65002 local-as 65001 local-ip 127.0.0.2 family-allowed in-open", true, "one"},
    {"neighbor 127.0.0.1 local-as 65002", true, ""},
    {"neighbor 127.0.0.1, neighbor 127.0.0.3", true, "one two"},
    {"neighbor 127.0.0.1 , neighbor 9.9.9.9", true, "one"},
    {"neighbor 127.0.0.3 router-id 9.9.9.9, neighbor 127.0.0.1 router-id 1.1.1.1", true, "one"},
    {"neighbor 127.0.0.3, neighbor 127.0.0.1", true, "one two"},
    {"neighbor 127.0.0.1, neighbor 127.0.0.1, neighbor 127.0.0.1 router-id 1.1.1.1", true, "one"},
    {"neighbor 127.0.0.3, neighbor *", true, "one two"},
    {"peer [ 127.0.0.3 , 127.0.0.1 ]", true, "one two"},
    {"neighbor 127.0.0.1,127.0.0.3", false, ""},
    {"neighbor 9.9.9.9", true, ""},
    {"neighbor 127.0.0.4", true, ""},
    {"neighbor 127.0.0.", true, ""},
    {"neighbor * router-id 9.9.9.9", true, "one two"},
    {"neighbor", false, ""},
    {"neighbor 127.0.0.1 local-as", false, ""},
    {"neighbor 127.0.0.1 frob 5", false, ""},
    {"peer *", true, "one two"},
    {"peer 127.0.0.1", true, "one"},
    {"peer 127.0.0.1 peer-as 65002 local-as 65001", true, "one"},
    {"peer [127.0.0.1, 127.0.0.3]", true, "one two"},
    {"peer [ 127.0.0.1 router-id 1.1.1.1, 127.0.0.3 router-id 9.9.9.9]", true, "one"},
    {"peer [*]", true, "one two"},
    {"peer * router-id 1.1.1.1", false, ""},
    {"peer 127.0.0.1, peer 127.0.0.3", false, ""},
    {"peer [127.0.0.1", false, ""},
    {"peer []", false, ""},
    {"peer 9.9.9.9", true, ""},
};

static void selectors_find_neighbors(void **state) {
    struct place p;
    (void)state;
    for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++)
        for (unsigned twice = 0; twice < 2; twice++) { /* found, and remembered */
            char line[256];
            const char *matched = selectors[i].matched;
            place_init(&p, FORM_5);
            for (unsigned n = 0; n <= twice; n++) {
                snprintf(line, sizeof line, "%s announce route 10.0.%u.0/24 next-hop 1.2.3.4", selectors[i].selector,
                         n);
                const char *answer = world_ask(&p.w, p.h, line);
                if (strcmp(answer, *matched ? "done\n" : "error\n") != 0)
                    fail_msg("%s: %s", line, answer);
            }
            if (peer_route_count(p.one->peer) != (strstr(matched, "one") ? twice + 1 : 0) ||
                peer_route_count(p.two->peer) != (strstr(matched, "two") ? twice + 1 : 0) ||
                peer_route_count(p.other->peer) != 0)
                fail_msg("%s: wrong neighbors", line);
            snprintf(line, sizeof line, "%s teardown 6", selectors[i].selector);
            assert_asked(&p, line, selectors[i].good ? "done\n" : "error\n");
            world_release(&p.w);
        }
}

/* Peers that come and go change what a selector means. */
static void selectors_look_again(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    assert_asked(&p, "neighbor 127.0.0.9 announce route 10.0.0.0/24 next-hop 1.2.3.4", "error\n");
    assert_asked(&p, "announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    struct world_peer *late = world_add_peer(&p.w, "127.0.0.9", "h", NULL);
    assert_asked(&p, "neighbor 127.0.0.9 announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    assert_asked(&p, "announce route 10.0.1.0/24 next-hop 1.2.3.4", "done\n");
    assert_int_equal(peer_route_count(late->peer), 2);
    engine_remove(p.w.engine, p.one->peer, 3, p.w.now);
    assert_asked(&p, "announce route 10.0.2.0/24 next-hop 1.2.3.4", "done\n");
    assert_asked(&p, "neighbor 127.0.0.1 announce route 10.0.2.0/24 next-hop 1.2.3.4", "error\n");
    assert_int_equal(peer_route_count(late->peer), 3);
    world_release(&p.w);
}

static void another_router(struct neighbor *n) {
    n->offer.router_id = 0x01010102;
}

/* Two sessions with one address, and neighbors told in another order than they stand in the configuration: each of them
 * once. */
static void selectors_by_address_take_all_sessions_of_it(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    struct world_peer *again = world_add_peer(&p.w, "127.0.0.1", "h", another_router);
    assert_asked(&p, "neighbor 127.0.0.3, neighbor 127.0.0.1 announce route 10.0.0.0/24 next-hop 1.2.3.4", "done\n");
    assert_asked(&p, "neighbor 127.0.0.1 router-id 1.1.1.2 announce route 10.0.1.0/24 next-hop 1.2.3.4", "done\n");
    assert_int_equal(peer_route_count(p.one->peer), 1);
    assert_int_equal(peer_route_count(p.two->peer), 1);
    assert_int_equal(peer_route_count(again->peer), 2);
    engine_remove(p.w.engine, p.one->peer, 3, p.w.now);
    assert_asked(&p, "neighbor 127.0.0.1 announce route 10.0.2.0/24 next-hop 1.2.3.4", "done\n");
    assert_int_equal(peer_route_count(again->peer), 3);
    assert_ptr_equal(engine_next(p.w.engine, p.two->peer), p.other->peer);
    assert_ptr_equal(engine_next(p.w.engine, p.other->peer), again->peer);
    assert_null(engine_next(p.w.engine, again->peer));
    world_release(&p.w);
}

static void a_helper_without_neighbors_can_announce_nothing(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_6);
    uint64_t lonely = world_add_client(&p.w, "lonely");
    assert_string_equal(world_ask(&p.w, lonely, "peer * announce route 10.0.0.0/24 next-hop 1.2.3.4"),
                        "error: no neighbor matches: 0 of 0\nerror\n");
    assert_string_equal(world_ask(&p.w, lonely, "peer * withdraw route 10.0.0.0/24"),
                        "error: no neighbor matches: 0 of 0\nerror\n");
    world_release(&p.w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_answers_in_each_form),
        cmocka_unit_test(each_command_is_answered_once),
        cmocka_unit_test(what_is_asked_of_the_program_is_passed_on),
        cmocka_unit_test(a_client_that_talks_rubbish_for_ever_costs_the_log_a_line_a_minute),
        cmocka_unit_test(help_is_the_table),
        cmocka_unit_test(help_of_a_command),
        cmocka_unit_test(acknowledgements_can_be_turned_off),
        cmocka_unit_test(acknowledgements_may_start_off),
        cmocka_unit_test(versions_change_at_run_time),
        cmocka_unit_test(status_says_who_and_how_long),
        cmocka_unit_test(selectors_find_neighbors),
        cmocka_unit_test(selectors_look_again),
        cmocka_unit_test(selectors_by_address_take_all_sessions_of_it),
        cmocka_unit_test(a_helper_without_neighbors_can_announce_nothing),
    };
    return cmocka_run_group_tests_name("api", tests, NULL, NULL);
}
