/* Sessions and bodies for the tests of UPDATEs. */
#ifndef TEST_UPDATE_TERMS_H
#define TEST_UPDATE_TERMS_H

#include "bgp/family.h"
#include "bgp/update.h"
#include "contract.h"

/* Parts of UPDATEs, in hexadecimal. */
#define ORIGIN    "400101 00"
#define NO_PATH   "400200"
#define PATH      "400206 0201 0000fdea"
#define NEXT_HOP  "400304 0a000001"
#define BASE      ORIGIN NO_PATH NEXT_HOP
#define EXTERNAL  ORIGIN PATH NEXT_HOP
#define MED       "800404 00000005"
#define NET       "18c00002"
#define NET2      "18c63364"
#define REACH6    "800e1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8"
#define UNREACH6  "800f08 0002 01 20 20010db8"
#define LABELLED4 "800e10 0001 04 04 0a000001 00 30 000641 c00002"
#define VPN4      "800e20 0001 80 0c 0000000000000000 0a000001 00 70 000641 0000fde800000001 c00002"

/* LABELS: two of them are taken. CONFED: an external peer of our confederation. LEAKS: we are the provider of the peer.
 * What a session is unless it is internal, with four-octet AS numbers and every family. */
enum {
    EBGP = 1,
    AS2 = 2,
    ADD_PATH = 4,
    EXTENDED_NEXT_HOP = 8,
    FEW = 16,
    WITH_AIGP = 32,
    LABELS = 64,
    LEAKS = 128,
    CONFED = 256
};

static inline struct terms terms_of(unsigned how) {
    struct terms t = {
        .local_as = 65001,
        .peer_as = how & (EBGP | CONFED) ? 65002 : 65001,
        .internal = !(how & (EBGP | CONFED)),
        .confederation = how & CONFED,
        .as4 = !(how & AS2),
        .aigp = how & WITH_AIGP,
        .labels_receive = how & LABELS ? 2 : 0,
        .role = how & LEAKS ? ROLE_PROVIDER : ROLE_NONE,
        .send_most = 4096,
        .receive_most = 4096,
    };
    for (unsigned i = 0; i < (how & FEW ? 1 : FAMILIES); i++)
        terms_add_family(&t, i);
    if (how & ADD_PATH)
        t.add_path_send = t.add_path_receive = t.families;
    if (how & EXTENDED_NEXT_HOP)
        t.extended_next_hop = t.families;
    return t;
}

static inline void put_part(struct buffer *b, const char *hex, bool with_length) {
    struct buffer part = buffer_growing();
    octets_of(&part, hex);
    if (with_length)
        put_u16(b, (uint16_t)buffer_len(&part));
    put_cursor(b, buffer_cursor(&part));
    buffer_release(&part);
}

/* The body of an UPDATE; borrowed from the buffer. */
static inline struct cursor body_of(struct buffer *b, const char *withdrawn, const char *attributes, const char *nlri) {
    buffer_clear(b);
    put_part(b, withdrawn, true);
    put_part(b, attributes, true);
    put_part(b, nlri, false);
    return buffer_cursor(b);
}

/* Shown in every way there is; nothing of it may break a line. */
static inline void show_update(const struct update *u, struct buffer *out) {
    static const char prefix[] = "neighbor 127.0.0.1 receive update";
    buffer_clear(out);
    for (enum form form = FORM_4; form <= FORM_6; form++) {
        struct style style = {.form = form};
        update_json(u, &style, out);
        update_text(u, (struct text){prefix, sizeof prefix - 1}, &style, out);
        update_command(u, &style, out);
    }
    for (const uint8_t *p = out->base; p < out->p; p++)
        assert_true(*p == '\n' || (*p >= 0x20 && *p < 0x7f));
}

#endif
