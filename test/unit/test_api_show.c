/* What is shown of neighbors and RIBs, byte for byte. */
#include <stdio.h>

#include "api_world.h"
#include "unit.h"

struct place {
    struct world w;
    struct world_peer *one, *two;
    uint64_t h;
};

static void add_path(struct neighbor *n) {
    n->offer.families |= family_bit(&family_ipv4_vpn) | family_bit(&family_ipv4_flow);
    n->offer.add_path = 3;
    n->offer.add_path_families = family_bit(&family_ipv4_unicast);
    n->offer.refresh = true;
}

static void place_init(struct place *p, enum form form) {
    world_init(&p->w, form, NULL);
    p->one = world_add_peer(&p->w, "127.0.0.1", "h", add_path);
    p->two = world_add_peer(&p->w, "127.0.0.3", "h", NULL);
    p->h = world_add_client(&p->w, "h");
}

#define assert_asked(p, line, answer) assert_string_equal(world_ask(&(p)->w, (p)->h, (line)), (answer))

#define NAME(ip)                                                                                                       \
    "neighbor " ip " local-ip 127.0.0.2 local-as 65001 peer-as 65002 router-id 1.1.1.1 family-allowed in-open"

/* ---- show neighbor ---- */

static void establish(struct place *p) {
    world_establish(&p->w, p->one);
    world_turn(&p->w);
    p->w.now += 5 * 1000000;
    world_turn(&p->w);
}

static void neighbors_in_summary(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    establish(&p);
    static const char five[] = "Peer            AS        up/down state       |     #sent     #recvd\n"
                               "127.0.0.1       65002     0:00:05 established           4          0\n"
                               "127.0.0.3       65002        down connect               0          0\n"
                               "done\n";
    assert_asked(&p, "show neighbor summary", five);
    assert_asked(&p, "peer show summary", five);
    assert_asked(&p, "neighbor 9.9.9.9 show neighbor summary",
                 "Peer            AS        up/down state       |     #sent     #recvd\ndone\n");
    assert_asked(&p, "show neighbor 127.0.0.3 summary",
                 "Peer            AS        up/down state       |     #sent     #recvd\n"
                 "127.0.0.3       65002        down connect               0          0\ndone\n");
    assert_asked(&p, "show neighbor summary 127.0.0.3",
                 "Peer            AS        up/down state       |     #sent     #recvd\n"
                 "127.0.0.3       65002        down connect               0          0\ndone\n");
    world_release(&p.w);
    place_init(&p, FORM_4);
    establish(&p);
    p.w.now += (uint64_t)(86400 + 3600 + 60) * 1000000;
    assert_asked(&p, "show neighbor summary",
                 "Peer            AS        up/down state       |     #sent     #recvd    #pfx_in\n"
                 "127.0.0.1       65002   1 day, 1:01:05 established           4          0          0\n"
                 "127.0.0.3       65002        down connect               0          0          0\n"
                 "done\n");
    world_release(&p.w);
}

static const char extensive_5[] = "Neighbor 127.0.0.1\n"
                                  "\n"
                                  "    Session                       Local\n"
                                  "   local                      127.0.0.2                                \n"
                                  "   state                    ESTABLISHED                                \n"
                                  "   up for                       0:00:05                                \n"
                                  "\n"
                                  "    Setup                         Local          Remote\n"
                                  "   AS                             65001           65002                \n"
                                  "   ID                           1.1.1.1         2.2.2.2                \n"
                                  "   hold-time                        180             180                \n"
                                  "\n"
                                  "    Capability                    Local          Remote\n"
                                  "   asn4:                        enabled         enabled                \n"
                                  "   route-refresh:               enabled         enabled                \n"
                                  "   multi-session:              disabled        disabled                \n"
                                  "   operational:                disabled        disabled                \n"
                                  "   add-path:                    enabled         enabled                \n"
                                  "   extended-message:            enabled         enabled                \n"
                                  "   graceful-restart:           disabled        disabled                \n"
                                  "\n"
                                  "    Families                      Local          Remote        Add-Path\n"
                                  "   ipv4 unicast:                enabled         enabled send/receive   \n"
                                  "   ipv4 mpls-vpn:               enabled         enabled disabled       \n"
                                  "   ipv4 flow:                   enabled         enabled disabled       \n"
                                  "   ipv6 unicast:                enabled         enabled disabled       \n"
                                  "\n"
                                  "    Message Statistic              Sent        Received\n"
                                  "   open:                              1               1                \n"
                                  "   notification:                      0               0                \n"
                                  "   keepalive:                         1               1                \n"
                                  "   update:                            4               0                \n"
                                  "   refresh:                           0               0                \n"
                                  "   total:                             6               2                \n"
                                  "\n"
                                  "done\n";

static const char extensive_4[] = "Neighbor 127.0.0.3\n"
                                  "    Session                        Local\n"
                                  "    local                      127.0.0.2                                \n"
                                  "    state                        CONNECT                                \n"
                                  "    down for                     0:00:00                                \n"
                                  "    Setup                          Local          Remote\n"
                                  "    AS                             65001           65002                \n"
                                  "    ID                           1.1.1.1             n/a                \n"
                                  "    hold-time                        180             n/a                \n"
                                  "    Capability                     Local          Remote\n"
                                  "    asn4:                        enabled             n/a                \n"
                                  "    route-refresh:              disabled             n/a                \n"
                                  "    multi-session:              disabled             n/a                \n"
                                  "    operational:                disabled             n/a                \n"
                                  "    add-path:                   disabled             n/a                \n"
                                  "    extended-message:            enabled             n/a                \n"
                                  "    graceful-restart:           disabled             n/a                \n"
                                  "    Families                       Local          Remote        Add-Path\n"
                                  "    ipv4 unicast:                enabled             n/a        disabled\n"
                                  "    ipv6 unicast:                enabled             n/a        disabled\n"
                                  "    Message Statistic               Sent        Received\n"
                                  "    open:                              0               0                \n"
                                  "    notification:                      0               0                \n"
                                  "    keepalive:                         0               0                \n"
                                  "    update:                            0               0                \n"
                                  "    refresh:                           0               0                \n"
                                  "    total:                             0               0                \n"
                                  "    Prefix Statistic\n"
                                  "    received:                          0                                \n"
                                  "    withdrawn:                         0                                \n"
                                  "done\n";

static void neighbors_at_length(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    establish(&p);
    assert_asked(&p, "show neighbor extensive 127.0.0.1", extensive_5);
    /* What the peer did wrong stands below, once there is something. */
    static const uint8_t unknown[] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                      255, 255, 255, 0,   26,  2,   0,   0,   0,   3,   128, 99,  0};
    world_receive(&p.w, p.w.peers, cursor_of(unknown, sizeof unknown));
    const char *answer = world_ask(&p.w, p.h, "show neighbor extensive 127.0.0.1");
    assert_non_null(strstr(answer, "    Error Statistic            Received\n"
                                   "   UPD-27:                            1                                \n\n"));
    assert_non_null(strstr(world_ask(&p.w, p.h, "show neighbor json"), ", \"errors\": {\"UPD-27\": 1}}"));
    world_release(&p.w);
    place_init(&p, FORM_4);
    assert_asked(&p, "show neighbor 127.0.0.3 extensive", extensive_4);
    world_release(&p.w);
}

#define NO_CAPABILITIES(no)                                                                                            \
    "\"route-refresh\": " no ", \"multi-session\": " no ", \"operational\": " no ", \"add-path\": " no                 \
    ", \"extended-message\": "

static const char two_5[] =
    "{\"state\": \"down\", \"duration\": 0, \"fsm\": \"CONNECT\", \"local\": {\"capabilities\": {\"asn4\": "
    "true, " NO_CAPABILITIES(
        "false") "true, \"graceful-restart\": false}, \"families\": {\"ipv4 unicast\": true, \"ipv6 "
                 "unicast\": true}, \"add-path\": {\"ipv4 unicast\": false, \"ipv6 unicast\": false}, \"address\": "
                 "\"127.0.0.2\", "
                 "\"as\": 65001, \"id\": \"1.1.1.1\", \"hold\": 180}, \"peer\": {\"capabilities\": {\"asn4\": "
                 "null, " NO_CAPABILITIES(
                     "null") "null, \"graceful-restart\": null}, \"families\": {\"ipv4 unicast\": null, \"ipv6 "
                             "unicast\": null}, \"add-path\": {\"ipv4 unicast\": false, \"ipv6 unicast\": false}, "
                             "\"address\": \"127.0.0.3\", "
                             "\"as\": 65002, \"id\": null, \"hold\": null}, \"messages\": {\"sent\": {\"open\": 0, "
                             "\"notification\": 0, "
                             "\"keepalive\": 0, \"update\": 0, \"refresh\": 0, \"total\": 0}, \"received\": {\"open\": "
                             "0, \"notification\": 0, "
                             "\"keepalive\": 0, \"update\": 0, \"refresh\": 0, \"total\": 0}}, \"capabilities\": [], "
                             "\"families\": [], "
                             "\"add-path\": {\"ipv4 unicast\": \"disabled\", \"ipv6 unicast\": \"disabled\"}}";

static const char one_6[] =
    "{\"state\": \"up\", \"duration\": 5, \"fsm\": \"ESTABLISHED\", \"local\": {\"capabilities\": {\"asn4\": 1, "
    "\"route-refresh\": 1, \"multi-session\": 0, \"operational\": 0, \"add-path\": 1, \"extended-message\": 1, "
    "\"graceful-restart\": 0}, \"families\": {\"ipv4 unicast\": true, \"ipv4 mpls-vpn\": true, \"ipv4 flow\": true, "
    "\"ipv6 unicast\": true}, \"add-path\": {\"ipv4 unicast\": 1, \"ipv4 mpls-vpn\": 0, \"ipv4 flow\": 0, \"ipv6 "
    "unicast\": 0}, \"address\": \"127.0.0.2\", \"as\": 65001, \"id\": \"1.1.1.1\", \"hold\": 180}, \"peer\": "
    "{\"capabilities\": {\"asn4\": 1, \"route-refresh\": 1, \"multi-session\": 0, \"operational\": 0, \"add-path\": 1, "
    "\"extended-message\": 1, \"graceful-restart\": 0}, \"families\": {\"ipv4 unicast\": 1, \"ipv4 mpls-vpn\": 1, "
    "\"ipv4 flow\": 1, \"ipv6 unicast\": 1}, \"add-path\": {\"ipv4 unicast\": 1, \"ipv4 mpls-vpn\": 0, \"ipv4 flow\": "
    "0, \"ipv6 unicast\": 0}, \"address\": \"127.0.0.1\", \"as\": 65002, \"id\": \"2.2.2.2\", \"hold\": 180}, "
    "\"messages\": {\"sent\": {\"open\": 1, \"notification\": 0, \"keepalive\": 1, \"update\": 4, \"refresh\": 0, "
    "\"total\": 6}, \"received\": {\"open\": 1, \"notification\": 0, \"keepalive\": 1, \"update\": 0, \"refresh\": 0, "
    "\"total\": 2}}, \"capabilities\": [\"asn4\", \"route-refresh\", \"add-path\", \"extended-message\"], "
    "\"families\": [\"ipv4 unicast\", \"ipv4 mpls-vpn\", \"ipv4 flow\", \"ipv6 unicast\"], \"add-path\": {\"ipv4 "
    "unicast\": \"send/receive\", \"ipv4 mpls-vpn\": \"disabled\", \"ipv4 flow\": \"disabled\", \"ipv6 unicast\": "
    "\"disabled\"}, \"prefixes\": {\"received\": 0, \"withdrawn\": 0}}";

static void neighbors_in_json(void **state) {
    struct place p;
    struct buffer wanted = buffer_growing();
    (void)state;
    place_init(&p, FORM_5);
    const char *answer = world_ask(&p.w, p.h, "show neighbor json"), *second = strstr(answer, ", {\"state\"") + 2;
    put_format(&wanted, "%s]\ndone\n", two_5);
    assert_string_equal(second, written(&wanted));
    world_release(&p.w);
    place_init(&p, FORM_6);
    establish(&p);
    buffer_clear(&wanted);
    put_format(&wanted, "[%s, {", one_6);
    answer = world_ask(&p.w, p.h, "peer show summary");
    assert_memory_equal(answer, written(&wanted), buffer_len(&wanted));
    answer = world_ask(&p.w, p.h, "peer 127.0.0.3 show"); /* all neighbors, as main does */
    assert_memory_equal(answer, written(&wanted), buffer_len(&wanted));
    world_release(&p.w);
    buffer_release(&wanted);
}

/* ---- show adj-rib ---- */

static void fill(struct place *p) {
    world_ask(&p->w, p->h,
              "announce route 10.0.0.0/24 next-hop 1.2.3.4 med 5 community [ 65000:1 no-export ] as-path [ 1 "
              "2 ] large-community 1:2:3");
    world_ask(&p->w, p->h, "neighbor 127.0.0.1 announce route 10.1.0.0/16 next-hop self path-information 5");
    world_ask(&p->w, p->h, "neighbor 127.0.0.1 announce route 10.6.0.0/24 rd 65000:1 label 100 next-hop 1.2.3.4");
    world_ask(&p->w, p->h,
              "neighbor 127.0.0.1 announce flow route { match { destination 10.8.0.0/24; protocol tcp; } "
              "then { discard; } }");
    world_ask(&p->w, p->h, "neighbor 127.0.0.1 announce route 2001:db8::/32 next-hop 2001:db8::1");
}

static void ribs_as_text(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    fill(&p);
    assert_asked(&p, "show adj-rib out",
                 "127.0.0.1 ipv4 unicast 10.0.0.0/24 next-hop 1.2.3.4\n"
                 "127.0.0.1 ipv4 unicast 10.1.0.0/16 path-information 0.0.0.5 next-hop 127.0.0.2\n"
                 "127.0.0.1 ipv4 mpls-vpn 10.6.0.0/24 label 100 next-hop 1.2.3.4 rd 65000:1\n"
                 "127.0.0.1 ipv4 flow flow destination-ipv4 10.8.0.0/24 protocol =tcp\n"
                 "127.0.0.1 ipv6 unicast 2001:db8::/32 next-hop 2001:db8::1\n"
                 "127.0.0.3 ipv4 unicast 10.0.0.0/24 next-hop 1.2.3.4\n"
                 "done\n");
    assert_asked(&p, "show adj-rib out 127.0.0.3 extensive",
                 NAME("127.0.0.3") " ipv4 unicast 10.0.0.0/24 next-hop 1.2.3.4 as-path ( 1 2 ) med 5 community [ "
                                   "65000:1 no-export ] large-community 1:2:3\ndone\n");
    assert_asked(&p, "show adj-rib out flow extensive",
                 NAME("127.0.0.1") " ipv4 flow flow destination-ipv4 10.8.0.0/24 protocol =tcp extended-community "
                                   "rate-limit:0\ndone\n");
    assert_asked(&p, "show adj-rib out 9.9.9.9", "done\n");
    assert_asked(&p, "show adj-rib out l2vpn", "done\n");
    world_release(&p.w);
    place_init(&p, FORM_4);
    fill(&p);
    assert_asked(&p, "show adj-rib out inet",
                 "127.0.0.1 ipv4 unicast 10.0.0.0/24\n"
                 "127.0.0.1 ipv4 unicast 10.1.0.0/16 path-information 0.0.0.5\n"
                 "127.0.0.1 ipv4 mpls-vpn 10.6.0.0/24 label 100 (1601) rd 65000:1\n"
                 "127.0.0.1 ipv6 unicast 2001:db8::/32\n"
                 "127.0.0.3 ipv4 unicast 10.0.0.0/24\n"
                 "done\n");
    assert_asked(&p, "neighbor 127.0.0.1 show adj-rib out extensive flow",
                 NAME("127.0.0.1") " ipv4 flow flow destination-ipv4 10.8.0.0/24 protocol =tcp extended-community "
                                   "rate-limit:0\ndone\n");
    assert_asked(&p, "show adj-rib out prefix 10.6.0.0/24 extensive",
                 NAME("127.0.0.1") " ipv4 mpls-vpn 10.6.0.0/24 label 100 (1601) rd 65000:1 next-hop 1.2.3.4\ndone\n");
    world_release(&p.w);
}

static void ribs_as_json(void **state) {
    struct place p;
    (void)state;
    place_init(&p, FORM_5);
    fill(&p);
    assert_asked(&p, "show adj-rib out json 127.0.0.1",
                 "{\"127.0.0.1\": {\"routes\": [{\"prefix\": \"10.0.0.0/24\", \"family\": \"ipv4 unicast\"}]}}\n"
                 "{\"127.0.0.1\": {\"routes\": [{\"prefix\": \"10.1.0.0/16\", \"family\": \"ipv4 unicast\"}]}}\n"
                 "{\"127.0.0.1\": {\"routes\": [{\"prefix\": \"10.6.0.0/24\", \"family\": \"ipv4 mpls-vpn\"}]}}\n"
                 "{\"127.0.0.1\": {\"routes\": [{\"prefix\": \"2001:db8::/32\", \"family\": \"ipv6 unicast\"}]}}\n"
                 "done\n");
    const char *answer = world_ask(&p.w, p.h, "show adj-rib out json 127.0.0.3 extensive");
    assert_non_null(strstr(answer, "\"family\": \"ipv4 unicast\"}], \"state\": \"down\", \"duration\": 0, "));
    assert_non_null(strstr(answer, "\"ipv6 unicast\": \"disabled\"}}}\ndone\n"));
    world_release(&p.w);
    place_init(&p, FORM_6);
    fill(&p);
    assert_asked(&p, "rib show out 127.0.0.1",
                 "{\"127.0.0.1\": {\"routes\": [{\"family\": \"ipv4 unicast\", \"prefix\": \"10.0.0.0/24\"}]}}\n"
                 "{\"127.0.0.1\": {\"routes\": [{\"family\": \"ipv4 unicast\", \"prefix\": \"10.1.0.0/16\"}]}}\n"
                 "{\"127.0.0.1\": {\"routes\": [{\"family\": \"ipv4 mpls-vpn\", \"prefix\": \"10.6.0.0/24\"}]}}\n"
                 "{\"127.0.0.1\": {\"routes\": [{\"family\": \"ipv4 flow\", \"nlri\": \"flow destination-ipv4 "
                 "10.8.0.0/24 protocol =tcp\"}]}}\n"
                 "{\"127.0.0.1\": {\"routes\": [{\"family\": \"ipv6 unicast\", \"prefix\": \"2001:db8::/32\"}]}}\n"
                 "done\n");
    world_release(&p.w);
}

static void format_two(struct api_settings *s) {
    s->routes_v2 = true;
}

static void all_families(struct neighbor *n) {
    n->offer.families = ((uint64_t)1 << (FAMILIES - 1) << 1) - 1;
}

/* The other JSON of ExaBGP 5.0, line by line as it writes it. */
static void ribs_as_json_of_format_two(void **state) {
    static const struct {
        const char *line, *route;
    } rows[] = {
        {"route 10.0.0.0/24 next-hop 1.2.3.4 origin egp med 5 local-preference 7 atomic-aggregate aggregator ( "
         "65000:1.2.3.4 ) community [ 65000:1 no-export ] originator-id 1.1.1.1 cluster-list [ 1.1.1.1 2.2.2.2 ] "
         "extended-community target:1:2 large-community 1:2:3",
         "{\"nlri\": {\"prefix\": \"10.0.0.0/24\", \"nexthop\": \"1.2.3.4\", \"family\": {\"afi\": \"ipv4\", "
         "\"safi\": \"unicast\"}}, \"attributes\": {\"origin\": \"egp\", \"med\": 5, \"local-preference\": 7, "
         "\"atomic-aggregate\": true, \"aggregator\": \"65000:1.2.3.4\", \"community\": [\"65000:1\", "
         "\"no-export\"], \"originator-id\": \"1.1.1.1\", \"cluster-list\": [\"1.1.1.1\", \"2.2.2.2\"], "
         "\"extended-community\": [\"target:1:2\"], \"large-community\": [\"1:2:3\"]}}"},
        {"route 10.6.0.0/24 next-hop 1.2.3.4 rd 65000:1 label [ 100 200 ]",
         "{\"nlri\": {\"prefix\": \"10.6.0.0/24\", \"nexthop\": \"1.2.3.4\", \"family\": {\"afi\": \"ipv4\", "
         "\"safi\": \"mpls-vpn\"}, \"label\": [[100], [200]], \"rd\": \"65000:1\"}, \"attributes\": {}}"},
        {"flow route { match { destination 10.8.0.0/24; protocol [ tcp udp ]; } then { discard; } }",
         "{\"nlri\": {\"rules\": {\"destination-ipv4\": [\"10.8.0.0/24\"], \"protocol\": [\"=tcp\", "
         "\"=udp\"]}, \"nexthop\": null, \"rd\": null, \"family\": {\"afi\": \"ipv4\", \"safi\": \"flow\"}}, "
         "\"attributes\": {\"extended-community\": [\"rate-limit:0\"]}}"},
        {"vpls rd 1.2.3.4:5 endpoint 5 base 10702 offset 1 size 8 next-hop 1.2.3.4",
         "{\"nlri\": {\"rd\": \"1.2.3.4:5\", \"endpoint\": 5, \"base\": 10702, \"offset\": 1, \"size\": 8, "
         "\"nexthop\": \"1.2.3.4\", \"family\": {\"afi\": \"l2vpn\", \"safi\": \"vpls\"}}, \"attributes\": "
         "{}}"},
        {"ipv4 mup mup-isd 10.0.1.0/24 rd 100:100 next-hop 10.0.0.2",
         "{\"nlri\": {\"nlri\": \"mup-isd 10.0.1.0/24 rd 100:100\", \"nexthop\": \"10.0.0.2\", \"family\": "
         "{\"afi\": \"ipv4\", \"safi\": \"mup\"}}, \"attributes\": {}}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w;
        char line[512], wanted[1024];
        world_init(&w, FORM_5, format_two);
        world_add_peer(&w, "127.0.0.1", "h", all_families);
        uint64_t h = world_add_client(&w, "h");
        snprintf(line, sizeof line, "announce %s", rows[i].line);
        snprintf(wanted, sizeof wanted, "{\"peer\": {\"address\": \"127.0.0.1\"}, \"route\": %s}\ndone\n",
                 rows[i].route);
        assert_string_equal(world_ask(&w, h, line), "done\n");
        assert_string_equal(world_ask(&w, h, "show adj-rib out json"), wanted);
        assert_memory_equal(world_ask(&w, h, "show adj-rib out json extensive"), "{\"state\": \"down\", ", 18);
        world_release(&w);
    }
}

/* Those that the text encoder has no words for are shown as they would be announced. */
static void routes_of_every_family_are_shown(void **state) {
    struct world w;
    (void)state;
    world_init(&w, FORM_5, NULL);
    world_add_peer(&w, "127.0.0.1", "h", all_families);
    uint64_t h = world_add_client(&w, "h");
    world_ask(&w, h, "announce ipv4 mup mup-dsd 10.0.0.1 rd 100:100 next-hop 10.0.0.2");
    assert_string_equal(world_ask(&w, h, "show adj-rib out"), "127.0.0.1 ipv4 mup mup-dsd 10.0.0.1 rd 100:100\ndone\n");
    world_release(&w);
}

static void ribs_are_filtered(void **state) {
    static const struct {
        const char *words, *prefixes; /* those of neighbor 127.0.0.1 that fit */
    } cases[] = {
        {"prefix 10.0.0.0/24", "10.0.0.0/24"},
        {"prefix 10.0.0.0/8", ""},
        {"longer 10.0.0.0/8", "10.0.0.0/24 10.1.0.0/16 10.6.0.0/24"},
        {"longer 10.1.0.0/16", "10.1.0.0/16"},
        {"longer 10.1.0.0/24", ""},
        {"longer ::/0", "2001:db8::/32"},
        {"shorter 10.1.2.0/24", "10.1.0.0/16"},
        {"shorter 10.1.0.0/16", "10.1.0.0/16"},
        {"shorter 2001:db8:5::/48", "2001:db8::/32"},
        {"shorter 10.0.0.0/8", ""},
        {"community 65000:1", "10.0.0.0/24"},
        {"community no-export", "10.0.0.0/24"},
        {"community 1:2:3", "10.0.0.0/24"},
        {"community 65000:2", ""},
        {"as-path ^1", "10.0.0.0/24"},
        {"as-path \"^1 2$\"", "10.0.0.0/24"},
        {"as-path \"(^| )2( |$)\"", "10.0.0.0/24"},
        {"as-path 3", ""},
        {"as-path ^$", "10.1.0.0/16 10.6.0.0/24 2001:db8::/32"},
        {"inet longer 10.0.0.0/8 as-path ^$", "10.1.0.0/16 10.6.0.0/24"},
        {"peer 127.0.0.1 prefix 10.6.0.0/24", "10.6.0.0/24"},
    };
    struct place p;
    char line[128];
    (void)state;
    place_init(&p, FORM_5);
    fill(&p);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer got = buffer_growing();
        snprintf(line, sizeof line, "show adj-rib out 127.0.0.1 json %s", cases[i].words);
        const char *key = "\"prefix\": \"";
        for (const char *at = world_ask(&p.w, p.h, line); (at = strstr(at, key)); at++) {
            const char *value = at + strlen(key);
            put_format(&got, "%s%.*s", buffer_len(&got) ? " " : "", (int)(strchr(value, '"') - value), value);
        }
        if (strcmp(written(&got), cases[i].prefixes) != 0)
            fail_msg("%s: %s", cases[i].words, written(&got));
        buffer_release(&got);
    }
    assert_asked(&p, "show adj-rib out prefix", "error\n");
    assert_asked(&p, "show adj-rib out longer ten", "error\n");
    assert_asked(&p, "show adj-rib out as-path (", "error\n");
    world_release(&p.w);
}

static void what_was_received_is_shown(void **state) {
    static const uint8_t body[] = {0,    0,    0, 20, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1,  0,  0, 0xfd,
                                   0xea, 0x40, 3, 4,  127,  0, 0, 1, 0,    0, 0, 9, 16, 10, 9};
    struct place p;
    struct buffer b = buffer_growing();
    (void)state;
    place_init(&p, FORM_5);
    world_establish(&p.w, p.one);
    size_t start = message_begin(&b, MESSAGE_UPDATE);
    put_octets(&b, body, sizeof body);
    message_end(&b, start);
    world_receive(&p.w, p.one, buffer_cursor(&b));
    assert_asked(&p, "show adj-rib in extensive",
                 NAME("127.0.0.1") " ipv4 unicast 10.9.0.0/16 path-information 0.0.0.9 next-hop 127.0.0.1 origin igp "
                                   "as-path ( 65002 )\ndone\n");
    assert_asked(&p, "show adj-rib out", "done\n");
    assert_asked(&p, "neighbor 127.0.0.1 clear adj-rib in", "done\n");
    assert_asked(&p, "show adj-rib in", "done\n");
    buffer_release(&b);
    world_release(&p.w);
}

/* The number behind a word, of what the answer goes on with behind another. */
static unsigned long number_behind(const char *answer, const char *behind, const char *word) {
    const char *at = strstr(answer, behind);
    assert_non_null(at);
    at = strstr(at, word);
    assert_non_null(at);
    return strtoul(at + strlen(word), NULL, 10);
}

static void memory_is_shown(void **state) {
    (void)state;
    struct world w;
    char line[128];
    world_init(&w, FORM_5, NULL);
    uint64_t helper = world_add_client(&w, "one");
    struct world_peer *a = world_add_peer(&w, "127.0.0.1", "one", NULL);
    world_add_peer(&w, "127.0.0.3", "one", NULL);
    world_establish(&w, a);
    world_heard(&w, helper);
    const char *said = world_ask(&w, helper, "show memory json");
    unsigned long before = number_behind(said, "{", "\"bytes\": ");
    assert_int_equal(number_behind(said, "adj-rib-out", "\"routes\": "), 0);
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(line, sizeof line, "neighbor 127.0.0.3 announce route 10.%u.%u.0/24 next-hop 1.1.1.1 med %u\n", i >> 8,
                 i & 255, i % 100);
        world_say(&w, helper, line);
    }
    world_say(&w, helper, "announce route 10.200.0.0/16 next-hop 1.1.1.1\n");
    world_heard(&w, helper);
    said = world_ask(&w, helper, "show memory json");
    assert_int_equal(number_behind(said, "\"adj-rib-out\"", "\"routes\": "), 5000);
    assert_int_equal(number_behind(said, "\"shared\"", "\"routes\": "), 1);
    assert_int_equal(number_behind(said, "\"attributes\"", "\"sets\": "), 101);
    assert_true(number_behind(said, "{", "\"bytes\": ") > before + 5000 * 24);
    assert_int_equal(number_behind(said, "neighbor 127.0.0.1 ", "\"routes\": "), 0);
    assert_int_equal(number_behind(said, "neighbor 127.0.0.3 ", "\"waiting\": "), 5000);
    assert_true(number_behind(said, "neighbor 127.0.0.3 ", "\"session\": {\"bytes\": ") > 0);
    assert_non_null(strstr(said, "]}\ndone\n"));
    said = world_ask(&w, helper, "show memory");
    assert_int_equal(number_behind(said, "all: ", "adj-rib-out "), 5000);
    assert_string_equal(world_ask(&w, helper, "show memory of everything"), "error\n");
    said = world_ask(&w, helper, "show memory text");
    assert_int_equal(number_behind(said, "neighbor 127.0.0.3 ", "adj-rib-out "), 5000);
    world_release(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbors_in_summary),
        cmocka_unit_test(neighbors_at_length),
        cmocka_unit_test(neighbors_in_json),
        cmocka_unit_test(ribs_as_text),
        cmocka_unit_test(ribs_as_json),
        cmocka_unit_test(ribs_as_json_of_format_two),
        cmocka_unit_test(routes_of_every_family_are_shown),
        cmocka_unit_test(ribs_are_filtered),
        cmocka_unit_test(what_was_received_is_shown),
        cmocka_unit_test(memory_is_shown),
    };
    return cmocka_run_group_tests_name("api_show", tests, NULL, NULL);
}
