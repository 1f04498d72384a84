/* Routes from words: keywords, what counts of what comes twice, families that follow from the words, the end. */
#include <stdio.h>

#include "base/number.h"
#include "bgp/attribute.h"
#include "bgp/draft.h"
#include "bgp/family.h"
#include "bgp/part/service.h"
#include "unit.h"

struct made {
    struct draft draft;
    struct complaint complaint;
    struct buffer nlri, attributes, hex;
    size_t raw_start;
    bool good;
};

static int made_setup(void **state) {
    struct made *m = calloc(1, sizeof *m);
    assert_non_null(m);
    draft_init(&m->draft);
    m->nlri = m->attributes = m->hex = buffer_growing();
    *state = m;
    return 0;
}

static int made_teardown(void **state) {
    struct made *m = *state;
    draft_release(&m->draft);
    buffer_release(&m->nlri);
    buffer_release(&m->attributes);
    buffer_release(&m->hex);
    free(m);
    return 0;
}

static bool finish(struct made *m, enum draft_purpose purpose, struct words *words) {
    buffer_clear(&m->nlri);
    buffer_clear(&m->attributes);
    return draft_finish(&m->draft, purpose, words, &m->nlri, &m->attributes, &m->raw_start);
}

static void make(struct made *m, const struct family *f, enum draft_purpose purpose, const char *line) {
    m->complaint = (struct complaint){0};
    struct words words = words_of_line(text_of(line), &m->complaint);
    draft_clear(&m->draft);
    m->good = draft_route(&m->draft, f, &words) && finish(m, purpose, &words);
    assert_int_equal(m->good, !m->complaint.made);
}

static const char *hex(struct made *m, const struct buffer *b) {
    buffer_clear(&m->hex);
    put_hex_upper(&m->hex, buffer_cursor(b));
    return written(&m->hex);
}

#define assert_nlri(m, wanted)       assert_string_equal(hex(m, &(m)->nlri), (wanted))
#define assert_attributes(m, wanted) assert_string_equal(hex(m, &(m)->attributes), (wanted))

static void families_follow_from_words(void **state) {
    struct made *m = *state;
    static const struct {
        const char *line;
        const struct family *family;
    } cases[] = {
        {"10.0.0.0/24 next-hop 1.2.3.4", &family_ipv4_unicast},
        {"2001:db8::/32 next-hop ::1", &family_ipv6_unicast},
        {"10.0.0.0/24 label 5 next-hop 1.2.3.4", &family_ipv4_labelled},
        {"2001:db8::/32 next-hop ::1 label [ 5 6 ]", &family_ipv6_labelled},
        {"10.0.0.0/24 rd 1:1 label 5 next-hop 1.2.3.4", &family_ipv4_vpn},
        {"2001:db8::/32 label 5 rd 1:1 next-hop ::1", &family_ipv6_vpn},
        {"224.0.0.0/4 next-hop 1.2.3.4", &family_ipv4_unicast},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make(m, NULL, DRAFT_ANNOUNCE, cases[i].line);
        assert_true(m->good);
        assert_ptr_equal(m->draft.family, cases[i].family);
    }
}

static void a_route_becomes_octets(void **state) {
    struct made *m = *state;
    make(m, NULL, DRAFT_ANNOUNCE, "10.0.0.0/24 med 5 next-hop 1.2.3.4");
    assert_nlri(m, "180A0000");
    assert_attributes(m, "40030401020304"
                         "80040400000005");
    assert_int_equal(m->raw_start, buffer_len(&m->attributes));
    make(m, NULL, DRAFT_ANNOUNCE, "10.0.0.0/24 next-hop self;");
    assert_attributes(m, "400300");
    make(m, NULL, DRAFT_ANNOUNCE, "10.0.0.0/24 next-hop 2001:db8::1");
    assert_attributes(m, "40031020010DB8000000000000000000000001");
}

static void the_first_of_each_counts(void **state) {
    struct made *m = *state;
    make(m, NULL, DRAFT_ANNOUNCE,
         "10.0.0.0/24 next-hop 1.2.3.4 next-hop self med 5 med 6 label 5 label 6 rd 1:1 rd 2:2 path-information 1 "
         "path-information 2 split /25 split /26");
    assert_nlri(m, "71"
                   "000051"
                   "0000000100000001"
                   "0A000000");
    assert_attributes(m, "40030401020304"
                         "80040400000005");
    assert_int_equal(m->draft.path, 1);
    make(m, NULL, DRAFT_ANNOUNCE, "10.0.0.0/24 next-hop 1.2.3.4 attribute [ 0x04 0xc0 0x00000064 ] med 5");
    assert_attributes(m, "40030401020304"
                         "C0040400000064");
    assert_int_equal(m->raw_start, 7);
}

static void raw_attributes_come_after_named_ones(void **state) {
    struct made *m = *state;
    make(m, NULL, DRAFT_ANNOUNCE,
         "10.0.0.0/24 attribute [ 0x63 0xD0 0x01 ] attribute [ 0x02 0x40 0x ] next-hop 1.2.3.4 med 5");
    assert_attributes(m, "40030401020304"
                         "80040400000005"
                         "400200"
                         "D063000101");
    assert_int_equal(m->raw_start, 14);
    struct complaint complaint = {0};
    struct words words = words_of_line(text_of(""), &complaint);
    draft_clear(&m->draft);
    assert_true(draft_attribute(&m->draft, 0xc0, 99, false, cursor_of("", 0), &words));
    assert_int_equal(m->draft.attribute_count, 1);
}

static void extended_communities_add_up(void **state) {
    struct made *m = *state;
    struct complaint complaint = {0};
    struct words words = words_of_line(text_of(""), &complaint);
    assert_true(draft_attribute(&m->draft, 0xc0, 16, false, cursor_of("\0\2\0\2\0\0\0\1", 8), &words));
    assert_true(draft_attribute(&m->draft, 0x80, 4, false, cursor_of("\0\0\0\1", 4), &words));
    assert_true(draft_attribute(&m->draft, 0xc0, 16, false, cursor_of("\0\2\0\3\0\0\0\1\0\2\0\1\0\0\0\1", 16), &words));
    assert_true(draft_attribute(&m->draft, 0xc0, 16, false, cursor_of("\0\2\0\0\0\0\0\1", 8), &words));
    assert_int_equal(m->draft.attribute_count, 2);
    words = words_of_line(text_of("10.0.0.0/8 next-hop 1.1.1.1"), &complaint);
    assert_true(draft_route(&m->draft, NULL, &words) && finish(m, DRAFT_ANNOUNCE, &words));
    assert_attributes(m, "40030401010101"
                         "80040400000001"
                         "C01020"
                         "0002000000000001"
                         "0002000100000001"
                         "0002000200000001"
                         "0002000300000001");
}

static void withdraws_need_no_next_hop_and_no_label(void **state) {
    struct made *m = *state;
    make(m, NULL, DRAFT_WITHDRAW, "10.0.0.0/24");
    assert_true(m->good);
    assert_nlri(m, "180A0000");
    make(m, NULL, DRAFT_WITHDRAW, "10.6.0.0/24 rd 65000:1");
    assert_nlri(m, "70"
                   "800000"
                   "0000FDE800000001"
                   "0A0600");
}

/* Of a route of EVPN, too, the label is no part of what names it (RFC 7432 7). */
static void withdraws_of_evpn_need_no_label(void **state) {
    static const struct {
        const char *line, *octets;
    } cases[] = {
        {"ethernet-ad rd 65001:1 esi 03:11:22:33:44:55:66:77:88:99",
         "01190000FDE9000000010311223344556677889900000000000000"},
        {"mac-ip rd 65001:1 mac 00:11:22:33:44:55 ip 10.0.0.9",
         "02250000FDE900000001000000000000000000000000000030001122334455200A000009000000"},
        {"ip-prefix rd 65001:1 prefix 10.1.2.0/24",
         "05220000FDE9000000010000000000000000000000000000180A01020000000000000000"},
    };
    struct made *m = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make(m, &family_evpn, DRAFT_WITHDRAW, cases[i].line);
        assert_true(m->good);
        assert_nlri(m, cases[i].octets);
        char announced[160];
        snprintf(announced, sizeof announced, "%s next-hop 10.0.0.1", cases[i].line);
        make(m, &family_evpn, DRAFT_ANNOUNCE, announced);
        assert_false(m->good);
        assert_non_null(strstr(m->complaint.message, "without label"));
    }
}

static void modifiers_stay_local(void **state) {
    struct made *m = *state;
    make(m, NULL, DRAFT_ANNOUNCE,
         "10.0.0.0/24 next-hop 1.2.3.4 name \"a b\" watchdog dog withdraw path-information 0.0.0.5");
    assert_true(text_is(m->draft.name, "a b") && text_is(m->draft.watchdog, "dog"));
    assert_true(m->draft.withdrawn && m->draft.has_path);
    assert_int_equal(m->draft.path, 5);
    assert_attributes(m, "40030401020304");
    make(m, NULL, DRAFT_ANNOUNCE, "10.0.0.0/24 next-hop 1.2.3.4 path-information 4294967297");
    assert_int_equal(m->draft.path, 1);
    assert_false(m->draft.withdrawn || m->draft.watchdog.len);
}

static void splits_cover_the_prefix(void **state) {
    struct made *m = *state;
    static const char *const pieces[] = {"180A0400", "180A0401", "180A0402", "180A0403"};
    make(m, NULL, DRAFT_ANNOUNCE, "10.4.0.0/22 next-hop 1.2.3.4 split /24");
    struct words words = words_of_line(text_of(""), &m->complaint);
    for (size_t i = 0; i < 4; i++) {
        assert_nlri(m, pieces[i]);
        assert_int_equal(draft_split(&m->draft), i < 3);
        assert_true(finish(m, DRAFT_ANNOUNCE, &words));
    }
    assert_nlri(m, "180A0400");
    make(m, NULL, DRAFT_ANNOUNCE, "10.4.0.0/22 next-hop 1.2.3.4 split /20");
    assert_nlri(m, "160A0400");
    assert_false(draft_split(&m->draft));
    make(m, NULL, DRAFT_ANNOUNCE, "::/0 next-hop ::1 split /1");
    assert_nlri(m, "0100");
    assert_true(draft_split(&m->draft));
    assert_true(finish(m, DRAFT_ANNOUNCE, &words));
    assert_nlri(m, "0180");
    assert_false(draft_split(&m->draft));
    make(m, NULL, DRAFT_ANNOUNCE, "10.0.0.0/8 next-hop 1.2.3.4 split /33");
    assert_false(m->good);
}

static void one_set_of_words_for_many_prefixes(void **state) {
    struct made *m = *state;
    m->complaint = (struct complaint){0};
    struct words words =
        words_of_line(text_of("med 5 next-hop 1.2.3.4 label 5 nlri 10.0.0.0/8 2001:db8::/32"), &m->complaint);
    struct text prefix;
    assert_true(draft_keywords(&m->draft, &words, "nlri") && words_accept(&words, "nlri"));
    assert_true(words_next(&words, &prefix) && draft_prefix(&m->draft, prefix, &words) &&
                finish(m, DRAFT_ANNOUNCE, &words));
    assert_ptr_equal(m->draft.family, &family_ipv4_labelled);
    assert_nlri(m, "20"
                   "000051"
                   "0A");
    assert_true(words_next(&words, &prefix) && draft_prefix(&m->draft, prefix, &words) &&
                finish(m, DRAFT_ANNOUNCE, &words));
    assert_ptr_equal(m->draft.family, &family_ipv6_labelled);
    assert_nlri(m, "38"
                   "000051"
                   "20010DB8");
}

/* The short way must say what the long way says, whatever the words and the prefix. */
static void tails_say_the_same(void **state) {
    struct made *m = *state;
    static const char *const tails[] = {"next-hop 1.2.3.4", "label [ 5 6 ] next-hop 1.2.3.4 path-information 7",
                                        "rd 1:1 label 5 next-hop 1.2.3.4"};
    static const char *const prefixes[] = {"10.0.0.0/24", "0.0.0.0/0", "1.2.3.4", "2001:db8::/33", "::/0"};
    static const struct family *const families[] = {NULL, &family_ipv4_vpn, &family_ipv6_vpn};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        for (size_t j = 0; j < sizeof prefixes / sizeof *prefixes; j++) {
            for (size_t k = 0; k < (i == 2 ? 3 : 1); k++) {
                char line[128];
                struct draft_tail tail;
                const struct family *family;
                struct buffer nlri = buffer_growing();
                snprintf(line, sizeof line, "10.0.0.0/8 %s", tails[i]);
                make(m, families[k], DRAFT_ANNOUNCE, line);
                assert_true(m->good && draft_tail(&m->draft, &tail));
                bool short_way = draft_tail_nlri(&tail, text_of(prefixes[j]), &nlri, &family);
                snprintf(line, sizeof line, "%s %s", prefixes[j], tails[i]);
                make(m, families[k], DRAFT_ANNOUNCE, line);
                assert_int_equal(short_way, m->good);
                if (short_way) {
                    assert_true(cursor_same(buffer_cursor(&nlri), buffer_cursor(&m->nlri)));
                    assert_ptr_equal(family, m->draft.family);
                    assert_int_equal(tail.has_path, m->draft.has_path);
                    assert_int_equal(tail.path, i == 1 ? 7 : 0);
                }
                buffer_release(&nlri);
            }
        }
    }
}

static void tails_refuse_what_the_long_way_complains_about(void **state) {
    struct made *m = *state;
    struct draft_tail tail;
    const struct family *family;
    struct buffer nlri = buffer_growing();
    make(m, NULL, DRAFT_ANNOUNCE, "10.0.0.0/8 next-hop 1.2.3.4");
    assert_true(draft_tail(&m->draft, &tail));
    assert_false(draft_tail_nlri(&tail, text_of("10.0.0.1/8"), &nlri, &family));
    assert_false(draft_tail_nlri(&tail, text_of("10.0.0.0/33"), &nlri, &family));
    assert_false(draft_tail_nlri(&tail, text_of("next-hop"), &nlri, &family));
    make(m, NULL, DRAFT_ANNOUNCE, "10.0.0.0/8 next-hop 1.2.3.4 split /9");
    assert_false(draft_tail(&m->draft, &tail));
    buffer_release(&nlri);
}

static void mistakes_are_named(void **state) {
    struct made *m = *state;
    static const struct {
        const char *line, *message, *nearest;
    } cases[] = {
        {"10.0.0.0/24 next-hop 1.2.3.4 mad 5", "unknown command \"mad\"", "med"},
        {"10.0.0.0/24 next-hpo 1.2.3.4", "unknown command \"next-hpo\"", "next-hop"},
        {"10.0.0.0/24 next-hop 1.2.3.4 lable 5", "unknown command \"lable\"", "label"},
        {"10.0.0.0/24 next-hop 1.2.3", "unrecognised ip address \"1.2.3\"", ""},
        {"10.0.0.0/24 next-hop", "nothing after \"next-hop\"", ""},
        {"10.0.0.1/24 next-hop 1.2.3.4", "invalid network 10.0.0.1/24 for netmask 24: host bits are set", ""},
        {"10.0.0.0/33 next-hop 1.2.3.4", "invalid netmask 33", ""},
        {"10.0.0.0/24 med 5", "announce requires a next-hop", ""},
        {"10.0.0.0/24 next-hop 1.2.3.4 rd 1:1", "invalid announcement (missing label)", ""},
        {"10.0.0.0/24 next-hop 1.2.3.4 label 1048576", "MPLS label 1048576 out of range", ""},
        {"10.0.0.0/24 next-hop 1.2.3.4 rd 70000:70000", "invalid route-distinguisher 70000:70000", ""},
        {"10.0.0.0/24 next-hop 1.2.3.4 split 24", "invalid split \"24\"", ""},
        {"10.0.0.0/24 next-hop 1.2.3.4 watchdog announce", "invalid watchdog name announce", ""},
        {"10.0.0.0/24 next-hop 1.2.3.4 path-information x", "invalid path-information \"x\"", ""},
        {"10.0.0.0/24 next-hop 1.2.3.4 nlri 0x00", "octets have no family: say it before \"nlri\"", ""},
        {"", "nothing there", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make(m, NULL, DRAFT_ANNOUNCE, cases[i].line);
        assert_string_equal(m->complaint.message, cases[i].message);
        assert_string_equal(m->complaint.nearest, cases[i].nearest);
    }
}

static void octets_are_taken_where_the_family_is_said(void **state) {
    struct made *m = *state;
    make(m, &family_ipv4_vpn, DRAFT_ANNOUNCE, "nlri 0x700006410000FDE8000000010A0600 next-hop 1.2.3.4");
    assert_true(m->good);
    assert_nlri(m, "700006410000FDE8000000010A0600");
    make(m, &family_ipv4_vpn, DRAFT_ANNOUNCE, "nlri 0x700006410000FDE8000000010A06 next-hop 1.2.3.4");
    assert_string_equal(m->complaint.message,
                        "0x700006410000FDE8000000010A06 is not one NLRI of ipv4 mpls-vpn: its length is wrong");
    make(m, &family_ipv4_vpn, DRAFT_ANNOUNCE, "nlri 700006410000FDE8000000010A0600 next-hop 1.2.3.4");
    assert_false(m->good);
}

static void policies_carry_a_tunnel(void **state) {
    struct made *m = *state;
    make(m, &family_ipv4_sr_policy, DRAFT_ANNOUNCE,
         "distinguisher 1 color 100 endpoint 10.0.0.1 next-hop 192.0.2.1 preference 100 binding-sid mpls 24000");
    assert_nlri(m, "60"
                   "00000001"
                   "00000064"
                   "0A000001");
    assert_attributes(m, "400304C0000201"
                         "C01714"
                         "000F0010"
                         "0C0600000000"
                         "0064"
                         "0D06100005DC0100");
    make(m, &family_ipv4_sr_policy, DRAFT_ANNOUNCE, "distinguisher 1 color 100 endpoint 2001:db8::1 next-hop ::1");
    assert_ptr_equal(m->draft.family, &family_ipv6_sr_policy);
    assert_attributes(m, "40031000000000000000000000000000000001");
}

/* ---- FlowSpec ---- */

static void flow_actions_are_communities(void **state) {
    struct made *m = *state;
    static const struct {
        const char *words, *attributes;
    } cases[] = {
        {"accept", ""},
        {"discard", "C010088006000000000000"},
        {"rate-limit 9600", "C010088006000046160000"},
        {"rate-limit 9600 bytes", "C010088006000046160000"},
        {"rate-limit 1000 packets", "C01008800C0000447A0000"},
        {"rate-limit 5000000000000", "C01008800600005368D4A5"},
        {"redirect 65500:12345", "C010088008FFDC00003039"},
        {"redirect 258:33756718", "C010088008010202"
                                  "03162E"},
        {"redirect 70000:5", "C0100882080001117000"
                             "05"},
        {"redirect 1.2.3.4", "40030401020304"
                             "C010080800000000000000"},
        {"redirect 2001:db8::1", "40031020010DB8000000000000000000000001"
                                 "C010080800000000000000"},
        {"redirect \"[2001:db8::1]\"", "40031020010DB8000000000000000000000001"
                                       "C010080800000000000000"},
        {"redirect [2001:db8::1]", "40031020010DB8000000000000000000000001"
                                   "C010080800000000000000"},
        {"next-hop 1.2.3.4 redirect-to-nexthop", "40030401020304"
                                                 "C010080800000000000000"},
        {"redirect-to-nexthop-ietf 1.2.3.4", "C01008010C010203040000"},
        {"redirect-to-nexthop-ietf 2001:db8::1", "C01914000C20010DB80000000000000000000000010000"},
        {"copy 1.2.3.4", "40030401020304"
                         "C010080800000000000001"},
        {"mark 46", "C01008800900000000002E"},
        {"action terminal", "C010088007000000000001"},
        {"action sample", "C010088007000000000002"},
        {"action sample-terminal", "C010088007000000000003"},
        {"interface-set transitive:input:1234:1234", "C010080702000004D244D2"},
        {"interface-set non-transitive:output:65000:5", "C0100847020000FDE88005"},
        {"interface-set input:1234:1", "C010080702000004D24001"},
        {"interface-set [ input:1:1 transitive:input-output:65000:3 ]", "C0101007020000000140010702"
                                                                        "0000FDE8C003"},
        {"mark 1 discard action sample", "C01018"
                                         "8006000000000000"
                                         "8007000000000002"
                                         "8009000000000001"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[128];
        snprintf(line, sizeof line, "destination 10.0.0.0/24 %s", cases[i].words);
        make(m, &family_ipv4_flow, DRAFT_ANNOUNCE, line);
        assert_true(m->good);
        assert_nlri(m, "0501180A0000");
        assert_attributes(m, cases[i].attributes);
    }
}

static void flow_mistakes_are_named(void **state) {
    struct made *m = *state;
    static const struct {
        const char *line, *message, *nearest;
    } cases[] = {
        {"rate-limit foo", "rate limit is not valid: \"foo\"", ""},
        {"redirect 70000:70000", "redirect 70000:70000 is not valid", ""},
        {"redirect 1.2.3.4:5", "redirect 1.2.3.4:5 is not valid", ""},
        {"redirect \"[2001:db8::1]:5\"", "redirect [2001:db8::1]:5 is not valid", ""},
        {"mark 64", "DSCP mark is not valid: \"64\"", ""},
        {"action foo", "'foo' is not a valid flow action", ""},
        {"interface-set input:1:16384", "'input:1:16384' is not a valid interface-set", ""},
        {"interface-set up:1:1", "'up:1:1' is not a valid interface-set", ""},
        {"copy foo", "unrecognised ip address \"foo\"", ""},
        {"protocl tcp", "unknown command \"protocl\"", "protocol"},
        {"protocol tpc", "unknown protocol tpc", ""},
        {"port !80", "invalid operator syntax !80", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make(m, &family_ipv4_flow, DRAFT_ANNOUNCE, cases[i].line);
        assert_string_equal(m->complaint.message, cases[i].message);
        assert_string_equal(m->complaint.nearest, cases[i].nearest);
    }
}

static void flow_blocks_are_words_too(void **state) {
    struct made *m = *state;
    m->complaint = (struct complaint){0};
    struct words words = words_of_line(
        text_of(
            "{ rd 65000:1; match { destination 10.8.0.0/24; protocol [ tcp udp ]; } scope { interface-set input:1:1; } "
            "then { discard; } } rest"),
        &m->complaint);
    struct text rest;
    assert_true(draft_start(&m->draft, &family_ipv4_flow, &words) && draft_block(&m->draft, &words));
    assert_true(words_next(&words, &rest) && text_is(rest, "rest"));
    assert_true(finish(m, DRAFT_ANNOUNCE, &words));
    assert_ptr_equal(m->draft.family, &family_ipv4_flow_vpn);
    assert_nlri(m, "12"
                   "0000FDE800000001"
                   "01180A0800"
                   "0301068111");
    assert_attributes(m, "C01010"
                         "0702000000014001"
                         "8006000000000000");
    static const char *const wrong[] = {"match { }",
                                        "{ match { protocol tcp }",
                                        "{ match { protocol tcp; }",
                                        "{ protocol tcp;",
                                        "{ discard }",
                                        "{ discard foo; }",
                                        "{ ; }  {"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        m->complaint = (struct complaint){0};
        words = words_of_line(text_of(wrong[i]), &m->complaint);
        draft_clear(&m->draft);
        bool good = draft_start(&m->draft, &family_ipv4_flow, &words) && draft_block(&m->draft, &words);
        assert_int_equal(good, i == 6);
        assert_int_equal(m->complaint.made, !good);
    }
}

/* As long as FlowSpec allows, with the length in two octets; and one octet more. */
static void flow_rules_have_a_longest(void **state) {
    struct made *m = *state;
    struct buffer line = buffer_growing();
    for (int longest = 1; longest >= 0; longest--) {
        buffer_clear(&line);
        put_literal(&line, "port [");
        for (int i = 0; i < 1364; i++)
            put_literal(&line, " =1000");
        put_string(&line, longest ? " =5 ]" : " =1000 ]");
        make(m, &family_ipv4_flow, DRAFT_ANNOUNCE, written(&line));
        assert_int_equal(m->good, longest);
        if (!longest)
            break;
        assert_int_equal(buffer_len(&m->nlri), 4097);
        assert_int_equal(m->nlri.base[0], 0xff);
        assert_int_equal(m->nlri.base[1], 0xff);
        struct cursor from = buffer_cursor(&m->nlri);
        struct nlri nlri;
        assert_true(nlri_next(&family_ipv4_flow, false, &from, &nlri) && cursor_done(&from));
        assert_int_equal(family_ipv4_flow.check(nlri.octets, true), HARM_NONE);
    }
    buffer_release(&line);
}

static void services_have_ports(void **state) {
    (void)state;
    static const struct {
        const char *name;
        unsigned port;
    } cases[] = {{"1ci-smcs", 3091}, {"http", 80}, {"HTTPS", 443}, {"ssh", 22},
                 {"domain", 53},     {"bgp", 179}, {"ntp", 123},   {"zymed-zpp", 2133},
                 {"http_alt", 8080}, {"x", 0},     {"", 0},        {"httpz", 0},
                 {"htt", 0},         {"zzz", 0},   {"http ", 0},   {"a-name-that-is-longer-than-any-service-has", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint16_t port = 0;
        assert_int_equal(service_port(text_of(cases[i].name), &port), cases[i].port != 0);
        assert_int_equal(port, cases[i].port);
    }
}

static void a_warm_draft_allocates_nothing(void **state) {
    struct made *m = *state;
    static const char line[] = "10.0.0.0/24 next-hop 1.2.3.4 med 5 attribute [ 0x63 0xC0 0x0102 ]";
    make(m, NULL, DRAFT_ANNOUNCE, line);
    const uint8_t *values = m->draft.values.base;
    size_t room = buffer_room(&m->draft.values) + buffer_len(&m->draft.values);
    for (int i = 0; i < 100; i++)
        make(m, NULL, DRAFT_ANNOUNCE, line);
    assert_ptr_equal(m->draft.values.base, values);
    assert_int_equal(buffer_room(&m->draft.values) + buffer_len(&m->draft.values), room);
}

#define MADE(name) cmocka_unit_test_setup_teardown(name, made_setup, made_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MADE(families_follow_from_words),
        MADE(a_route_becomes_octets),
        MADE(the_first_of_each_counts),
        MADE(raw_attributes_come_after_named_ones),
        MADE(extended_communities_add_up),
        MADE(withdraws_need_no_next_hop_and_no_label),
        MADE(withdraws_of_evpn_need_no_label),
        MADE(modifiers_stay_local),
        MADE(splits_cover_the_prefix),
        MADE(one_set_of_words_for_many_prefixes),
        MADE(tails_say_the_same),
        MADE(tails_refuse_what_the_long_way_complains_about),
        MADE(mistakes_are_named),
        MADE(octets_are_taken_where_the_family_is_said),
        MADE(policies_carry_a_tunnel),
        MADE(flow_actions_are_communities),
        MADE(flow_mistakes_are_named),
        MADE(flow_blocks_are_words_too),
        MADE(flow_rules_have_a_longest),
        cmocka_unit_test(services_have_ports),
        MADE(a_warm_draft_allocates_nothing),
    };
    return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
