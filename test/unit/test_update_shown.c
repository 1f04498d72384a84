/* UPDATEs as helpers see them (api-events.md 6, 14, 15), and as the commands that would make them. All forms were
 * compared with ExaBGP's own, octet for octet. */
#include "contract.h"

#include "bgp/family.h"
#include "bgp/update.h"

#include "update_terms.h"

enum { SAID = 1024 }; /* as decode shows it: what is treated as withdrawn stays announced */

static const struct shown_row {
    const char *what;
    unsigned how;
    const char *withdrawn, *attributes, *nlri;
    const char *json5, *json6; /* main in both of its forms; NULL: as 5.0 */
    const char *text5, *text4; /* NULL: as 5.0; U is the prefix */
    const char *command;       /* NULL: none */
} shown_rows[] = {
    {"one route", 0, "", ORIGIN PATH NEXT_HOP MED, NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"as-path\": {\"0\": {\"element\": "
     "\"as-sequence\", \"value\": [65002]}}, \"med\": 5 }, \"announce\": { \"ipv4 unicast\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" } ] } } }",
     NULL, "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp as-path ( 65002 ) med 5\n", NULL,
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp as-path [ 65002 ] med 5"},
    {"three of them", 0, "", BASE, NET NET2 "080a",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" }, { \"nlri\": \"198.51.100.0/24\" }, { \"nlri\": "
     "\"10.0.0.0/8\" } ] } } }",
     NULL,
     "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp\nU announced 198.51.100.0/24 next-hop "
     "10.0.0.1 origin igp\nU announced 10.0.0.0/8 next-hop 10.0.0.1 origin igp\n",
     NULL, "announce attributes next-hop 10.0.0.1 origin igp nlri 192.0.2.0/24 198.51.100.0/24 10.0.0.0/8"},
    {"withdrawn", 0, NET, "", "",
     "\"update\": { \"withdraw\": { \"ipv4 unicast\": [ { \"nlri\": \"192.0.2.0/24\" } ] } }", NULL,
     "U withdrawn 192.0.2.0/24\n", NULL, "withdraw route 192.0.2.0/24"},
    {"both", 0, NET, BASE, NET2,
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"198.51.100.0/24\" } ] } }, \"withdraw\": { \"ipv4 unicast\": [ { "
     "\"nlri\": \"192.0.2.0/24\" } ] } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"next-hop\": \"10.0.0.1\" }, \"announce\": { "
     "\"ipv4 unicast\": { \"10.0.0.1\": [ { \"nlri\": \"198.51.100.0/24\" } ] } }, \"withdraw\": { \"ipv4 "
     "unicast\": [ { \"nlri\": \"192.0.2.0/24\" } ] } }",
     "U withdrawn 192.0.2.0/24\nU announced 198.51.100.0/24 next-hop 10.0.0.1 origin igp\n",
     "U announced 198.51.100.0/24 next-hop 10.0.0.1 origin igp\nU withdrawn 192.0.2.0/24\n",
     "announce route 198.51.100.0/24 next-hop 10.0.0.1 origin igp\nwithdraw route 192.0.2.0/24"},
    {"path identifiers", ADD_PATH, "00000007" NET, BASE, "00000000" NET "01020304" NET2,
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\", \"path-information\": \"0.0.0.0\" }, { \"nlri\": "
     "\"198.51.100.0/24\", \"path-information\": \"1.2.3.4\" } ] } }, \"withdraw\": { \"ipv4 unicast\": [ "
     "{ \"nlri\": \"192.0.2.0/24\", \"path-information\": \"0.0.0.7\" } ] } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"next-hop\": \"10.0.0.1\" }, \"announce\": { "
     "\"ipv4 unicast\": { \"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\", \"path-information\": \"0.0.0.0\" "
     "}, { \"nlri\": \"198.51.100.0/24\", \"path-information\": \"1.2.3.4\" } ] } }, \"withdraw\": { "
     "\"ipv4 unicast\": [ { \"nlri\": \"192.0.2.0/24\", \"path-information\": \"0.0.0.7\" } ] } }",
     "U withdrawn 192.0.2.0/24 path-information 0.0.0.7\nU announced 192.0.2.0/24 path-information "
     "0.0.0.0 next-hop 10.0.0.1 origin igp\nU announced 198.51.100.0/24 path-information 1.2.3.4 next-hop "
     "10.0.0.1 origin igp\n",
     "U announced 192.0.2.0/24 path-information 0.0.0.0 next-hop 10.0.0.1 origin igp\nU announced "
     "198.51.100.0/24 path-information 1.2.3.4 next-hop 10.0.0.1 origin igp\nU withdrawn 192.0.2.0/24 "
     "path-information 0.0.0.7\n",
     "announce route 192.0.2.0/24 path-information 0.0.0.0 next-hop 10.0.0.1 origin igp\nannounce route "
     "198.51.100.0/24 path-information 1.2.3.4 next-hop 10.0.0.1 origin igp\nwithdraw route 192.0.2.0/24 "
     "path-information 0.0.0.7"},
    {"attributes by code, whatever their order", 0, "", "c00804 fde80001" MED "400504 00000064" NO_PATH ORIGIN NEXT_HOP,
     NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"med\": 5, \"local-preference\": 100, "
     "\"community\": [ [ 65000, 1 ] ] }, \"announce\": { \"ipv4 unicast\": { \"10.0.0.1\": [ { \"nlri\": "
     "\"192.0.2.0/24\" } ] } } }",
     NULL, "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp med 5 local-preference 100 community 65000:1\n", NULL,
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp local-preference 100 med 5 community "
     "65000:1"},
    {"IPv6", 0, "", ORIGIN NO_PATH REACH6, "",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv6 unicast\": { "
     "\"2001:db8::1\": [ { \"nlri\": \"2001:db8::/32\" } ] } } }",
     NULL, "U announced 2001:db8::/32 next-hop 2001:db8::1 origin igp\n", NULL,
     "announce ipv6 unicast 2001:db8::/32 next-hop 2001:db8::1 origin igp"},
    {"IPv6 with a link-local next hop beside the global one", 0, "",
     ORIGIN NO_PATH
     "800e2f 0002 01 20 20010db8000000000000000000000001 fe800000000000000000000000000001 00 20 20010db8 20 20010db9",
     "",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv6 unicast\": { "
     "\"2001:db8::1\": [ { \"nlri\": \"2001:db8::/32\" }, { \"nlri\": \"2001:db9::/32\" } ], \"fe80::1\": "
     "[ { \"nlri\": \"2001:db8::/32\" }, { \"nlri\": \"2001:db9::/32\" } ] } } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv6 unicast\": { "
     "\"2001:db8::1\": [ { \"nlri\": \"2001:db8::/32\" }, { \"nlri\": \"2001:db9::/32\" } ] } } }",
     "U announced 2001:db8::/32 next-hop 2001:db8::1 origin igp\nU announced 2001:db8::/32 next-hop "
     "fe80::1 origin igp\nU announced 2001:db9::/32 next-hop 2001:db8::1 origin igp\nU announced "
     "2001:db9::/32 next-hop fe80::1 origin igp\n",
     "U announced 2001:db8::/32 next-hop 2001:db8::1 origin igp\nU announced 2001:db9::/32 next-hop "
     "2001:db8::1 origin igp\n",
     "announce attributes next-hop 2001:db8::1 origin igp nlri 2001:db8::/32 2001:db9::/32"},
    {"all four parts", 0, NET2, BASE UNREACH6 LABELLED4, NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" } ] }, \"ipv4 nlri-mpls\": { \"10.0.0.1\": [ { "
     "\"nlri\": \"192.0.2.0/24\", \"label\": [ [100] ] } ] } }, \"withdraw\": { \"ipv4 unicast\": [ { "
     "\"nlri\": \"198.51.100.0/24\" } ], \"ipv6 unicast\": [ { \"nlri\": \"2001:db8::/32\" } ] } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"next-hop\": \"10.0.0.1\" }, \"announce\": { "
     "\"ipv4 unicast\": { \"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" } ] }, \"ipv4 nlri-mpls\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\", \"label\": [ [100, 1601] ] } ] } }, \"withdraw\": { "
     "\"ipv4 unicast\": [ { \"nlri\": \"198.51.100.0/24\" } ], \"ipv6 unicast\": [ { \"nlri\": "
     "\"2001:db8::/32\" } ] } }",
     "U withdrawn 198.51.100.0/24\nU announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp\nU withdrawn "
     "2001:db8::/32\nU announced 192.0.2.0/24 label 100 next-hop 10.0.0.1 origin igp\n",
     "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp\nU announced 192.0.2.0/24 label 100 (1601) "
     "next-hop 10.0.0.1 origin igp\nU withdrawn 198.51.100.0/24\nU withdrawn 2001:db8::/32\n",
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp\nannounce route 192.0.2.0/24 label 100 "
     "next-hop 10.0.0.1 origin igp\nwithdraw route 198.51.100.0/24\nwithdraw ipv6 unicast 2001:db8::/32"},
    {"VPN", 0, "", ORIGIN NO_PATH VPN4, "",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 mpls-vpn\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\", \"label\": [ [100] ], \"rd\": \"65000:1\" } ] } } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 mpls-vpn\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\", \"label\": [ [100, 1601] ], \"rd\": \"65000:1\" } ] } "
     "} }",
     "U announced 192.0.2.0/24 label 100 next-hop 10.0.0.1 rd 65000:1 origin igp\n",
     "U announced 192.0.2.0/24 label 100 (1601) rd 65000:1 next-hop 10.0.0.1 origin igp\n",
     "announce route 192.0.2.0/24 label 100 rd 65000:1 next-hop 10.0.0.1 origin igp"},
    {"one family from two parts, one next hop", 0, "", BASE "800e0d 0001 01 04 0a000001 00 18c00003", NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" }, { \"nlri\": \"192.0.3.0/24\" } ] } } }",
     NULL,
     "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp\nU announced 192.0.3.0/24 next-hop 10.0.0.1 "
     "origin igp\n",
     NULL,
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp\nannounce route 192.0.3.0/24 next-hop "
     "10.0.0.1 origin igp"},
    {"one family from two parts, two next hops", 0, "", BASE "800e0d 0001 01 04 0a000002 00 18c00003", NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" } ], \"10.0.0.2\": [ { \"nlri\": \"192.0.3.0/24\" } ] "
     "} } }",
     NULL,
     "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp\nU announced 192.0.3.0/24 next-hop 10.0.0.2 "
     "origin igp\n",
     NULL,
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp\nannounce route 192.0.3.0/24 next-hop "
     "10.0.0.2 origin igp"},
    {"one family withdrawn in two parts", 0, NET, "800f07 0001 01 18c00003", "",
     "\"update\": { \"withdraw\": { \"ipv4 unicast\": [ { \"nlri\": \"192.0.2.0/24\" }, { \"nlri\": "
     "\"192.0.3.0/24\" } ] } }",
     NULL, "U withdrawn 192.0.2.0/24\nU withdrawn 192.0.3.0/24\n", NULL,
     "withdraw route 192.0.2.0/24\nwithdraw route 192.0.3.0/24"},
    {"IPv4 with an IPv6 next hop", EXTENDED_NEXT_HOP, "",
     ORIGIN NO_PATH "800e19 0001 01 10 20010db8000000000000000000000001 00 18 c00002", "",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"2001:db8::1\": [ { \"nlri\": \"192.0.2.0/24\" } ] } } }",
     NULL, "U announced 192.0.2.0/24 next-hop 2001:db8::1 origin igp\n", NULL,
     "announce route 192.0.2.0/24 next-hop 2001:db8::1 origin igp"},
    {"attributes that nobody knows", 0, "",
     BASE "806302 0102"
          "e06403 010203"
          "c0ec00",
     NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"attribute-0x64-0xE0\": \"0x010203\", "
     "\"attribute-0xEC-0xE0\": \"0x\" }, \"announce\": { \"ipv4 unicast\": { \"10.0.0.1\": [ { \"nlri\": "
     "\"192.0.2.0/24\" } ] } } }",
     NULL,
     "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp attribute [ 0x64 0xE0 0x010203 ] attribute [ "
     "0xEC 0xE0 0x ]\n",
     NULL,
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp attribute [ 0x64 0xE0 0x010203 ] attribute "
     "[ 0xEC 0xC0 0x ]"},
    {"attributes without routes", 0, "", ORIGIN NEXT_HOP UNREACH6, "",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"withdraw\": { \"ipv6 unicast\": [ { "
     "\"nlri\": \"2001:db8::/32\" } ] } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"next-hop\": \"10.0.0.1\" }, \"withdraw\": { "
     "\"ipv6 unicast\": [ { \"nlri\": \"2001:db8::/32\" } ] } }",
     "U withdrawn 2001:db8::/32\n", NULL, "withdraw ipv6 unicast 2001:db8::/32"},
    {"nothing but attributes", 0, "", ORIGIN MED, "",
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"med\": 5 } }", NULL, "", NULL, NULL},
    {"only what is never shown", 0, "", NEXT_HOP, "", "\"update\": { \"attribute\": {  } }", NULL, "", NULL, NULL},
    {"End-of-RIB", 0, "", "", "", "\"eor\": { \"afi\" : \"ipv4\", \"safi\" : \"unicast\" }", NULL,
     "U route eor 1/1 (ipv4 unicast)\n", NULL, "announce eor ipv4 unicast"},
    {"End-of-RIB of another family", 0, "", "900f0003 0001 80", "",
     "\"eor\": { \"afi\" : \"ipv4\", \"safi\" : \"mpls-vpn\" }", NULL, "U route eor 1/128 (ipv4 mpls-vpn)\n", NULL,
     "announce eor ipv4 mpls-vpn"},
    {"treated as withdrawn: not even there", 0, NET2, ORIGIN PATH NEXT_HOP "c00800", NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"as-path\": {\"0\": {\"element\": "
     "\"as-sequence\", \"value\": [65002]}}, \"error\": \"treat-as-withdraw due to community\" }, "
     "\"withdraw\": { \"ipv4 unicast\": [ { \"nlri\": \"198.51.100.0/24\" }, { \"nlri\": \"192.0.2.0/24\" "
     "} ] } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"as-path\": {\"0\": {\"element\": "
     "\"as-sequence\", \"value\": [65002]}}, \"next-hop\": \"10.0.0.1\" }, \"withdraw\": { \"ipv4 "
     "unicast\": [ { \"nlri\": \"198.51.100.0/24\" }, { \"nlri\": \"192.0.2.0/24\" } ] } }",
     "U withdrawn 198.51.100.0/24\nU withdrawn 192.0.2.0/24 next-hop 10.0.0.1\n",
     "U withdrawn 198.51.100.0/24\nU withdrawn 192.0.2.0/24\n",
     "withdraw route 198.51.100.0/24\nwithdraw route 192.0.2.0/24"},
    {"the same as decode shows it", SAID, NET2, ORIGIN PATH NEXT_HOP "c00800", NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"as-path\": {\"0\": {\"element\": "
     "\"as-sequence\", \"value\": [65002]}}, \"error\": \"treat-as-withdraw due to community\" }, "
     "\"announce\": { \"ipv4 unicast\": { \"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" } ] } }, "
     "\"withdraw\": { \"ipv4 unicast\": [ { \"nlri\": \"198.51.100.0/24\" } ] } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"as-path\": {\"0\": {\"element\": "
     "\"as-sequence\", \"value\": [65002]}}, \"next-hop\": \"10.0.0.1\" }, \"announce\": { \"ipv4 "
     "unicast\": { \"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" } ] } }, \"withdraw\": { \"ipv4 "
     "unicast\": [ { \"nlri\": \"198.51.100.0/24\" } ] } }",
     "U withdrawn 198.51.100.0/24\nU announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp as-path ( 65002 "
     ") error treat-as-withdraw due to community\n",
     "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp as-path ( 65002 )\nU withdrawn "
     "198.51.100.0/24\n",
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp as-path [ 65002 ]\nwithdraw route "
     "198.51.100.0/24"},
    {"treated as withdrawn: wrong length", 0, "", BASE "800403 000001", NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"error\": \"treat-as-withdraw\" }, "
     "\"withdraw\": { \"ipv4 unicast\": [ { \"nlri\": \"192.0.2.0/24\" } ] } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"next-hop\": \"10.0.0.1\" }, \"withdraw\": { "
     "\"ipv4 unicast\": [ { \"nlri\": \"192.0.2.0/24\" } ] } }",
     "U withdrawn 192.0.2.0/24 next-hop 10.0.0.1\n", "U withdrawn 192.0.2.0/24\n", "withdraw route 192.0.2.0/24"},
    {"discarded", 0, "", BASE "400601 00", NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"error\": \"discard\" }, \"announce\": { "
     "\"ipv4 unicast\": { \"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" } ] } } }",
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"10.0.0.1\": [ { \"nlri\": \"192.0.2.0/24\" } ] } } }",
     "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp error discard\n",
     "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp\n",
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp"},
    {"discarded, as any external session would", EBGP, "", ORIGIN PATH NEXT_HOP "400504 00000064", NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\", \"as-path\": {\"0\": {\"element\": "
     "\"as-sequence\", \"value\": [65002]}} }, \"announce\": { \"ipv4 unicast\": { \"10.0.0.1\": [ { "
     "\"nlri\": \"192.0.2.0/24\" } ] } } }",
     NULL, "U announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp as-path ( 65002 )\n", NULL,
     "announce route 192.0.2.0/24 next-hop 10.0.0.1 origin igp as-path [ 65002 ]"},
    {"no next hop, as decode shows it", SAID, "", ORIGIN NO_PATH, NET,
     "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 unicast\": { "
     "\"no-nexthop\": [ { \"nlri\": \"192.0.2.0/24\" } ] } } }",
     NULL, "U announced 192.0.2.0/24 origin igp\n", NULL, "announce route 192.0.2.0/24 origin igp"},
};

static void open_row(const struct shown_row *row, struct update *u, struct terms *terms, struct buffer *octets) {
    struct fault fault;
    print_message("# %s\n", row->what);
    *terms = terms_of(row->how);
    struct cursor body = body_of(octets, row->withdrawn, row->attributes, row->nlri);
    if (row->how & SAID)
        assert_true(update_open_as_said(u, body, terms, &fault));
    else
        assert_true(update_open(u, body, terms, &fault));
}

static void assert_json(const struct update *u, enum form form, const char *wanted) {
    struct buffer out = buffer_growing();
    struct style style = {.form = form};
    update_json(u, &style, &out);
    assert_written(&out, wanted);
    buffer_release(&out);
}

static void assert_text(const struct update *u, enum form form, const char *wanted) {
    struct buffer out = buffer_growing();
    struct style style = {.form = form};
    update_text(u, (struct text){"U", 1}, &style, &out);
    assert_written(&out, wanted);
    buffer_release(&out);
}

static void assert_command(const struct update *u, const char *wanted) {
    struct buffer out = buffer_growing();
    struct style style = {.form = FORM_6};
    assert_int_equal(update_command(u, &style, &out), wanted != NULL);
    assert_written(&out, wanted ? wanted : "");
    buffer_release(&out);
}

static void updates_are_shown_in_all_forms(void **state) {
    (void)state;
    struct buffer octets = buffer_growing();
    struct update *u = malloc(sizeof *u);
    for (size_t i = 0; i < sizeof shown_rows / sizeof *shown_rows; i++) {
        const struct shown_row *row = &shown_rows[i];
        struct terms terms;
        open_row(row, u, &terms, &octets);
        assert_json(u, FORM_5, row->json5);
        assert_json(u, FORM_6, row->json6 ? row->json6 : row->json5);
        assert_json(u, FORM_4, row->json6 ? row->json6 : row->json5);
        assert_text(u, FORM_5, row->text5);
        assert_text(u, FORM_4, row->text4 ? row->text4 : row->text5);
        assert_command(u, row->command);
    }
    free(u);
    buffer_release(&octets);
}

/* SKIP: a FlowSpec rule that makes no sense is left out, also where it is the only one of its part. */
static void skipped_routes_are_not_shown(void **state) {
    (void)state;
    static const char attributes[] = ORIGIN NO_PATH;
    struct buffer octets = buffer_growing(), hex = buffer_growing();
    struct update *u = malloc(sizeof *u);
    struct terms terms = terms_of(0);
    struct fault fault;
    put_string(&hex, attributes);
    put_literal(&hex, "800e10 0001 85 00 00 05 0118c00002 04 ff18c000");
    assert_true(update_open(u, body_of(&octets, "", written(&hex), ""), &terms, &fault));
    assert_int_equal(u->harm, HARM_SKIP);
    assert_json(u, FORM_5,
                "\"update\": { \"attribute\": { \"origin\": \"igp\" }, \"announce\": { \"ipv4 flow\": { "
                "\"no-nexthop\": [ { \"destination-ipv4\": [ \"192.0.2.0/24\" ], \"string\": \"flow "
                "destination-ipv4 192.0.2.0/24\" } ] } } }");
    buffer_clear(&hex);
    put_string(&hex, attributes);
    put_literal(&hex, "800e0a 0001 85 00 00 04 ff18c000");
    assert_true(update_open(u, body_of(&octets, NET, written(&hex), ""), &terms, &fault));
    assert_json(u, FORM_5,
                "\"update\": { \"attribute\": { \"origin\": \"igp\" }, "
                "\"withdraw\": { \"ipv4 unicast\": [ { \"nlri\": \"192.0.2.0/24\" } ] } }");
    free(u);
    buffer_release(&octets);
    buffer_release(&hex);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_are_shown_in_all_forms),
        cmocka_unit_test(skipped_routes_are_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
