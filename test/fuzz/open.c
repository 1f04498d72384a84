/* The body of an OPEN: read, agreed on with offers of ours, shown. */
#include "bgp/open.h"
#include "bgp/family.h"
#include "bgp/message.h"
#include "fuzz.h"

static void agree(const struct open *peers, bool all) {
    const uint64_t families = all ? ~(uint64_t)0 >> (64 - FAMILIES) : family_bit(&family_ipv4_unicast);
    const struct offer offer = {.local_as = 65001,
                                .router_id = 0x01010101,
                                .hold_time = 90,
                                .families = families,
                                .asn4 = all,
                                .refresh = all,
                                .extended_message = all,
                                .extended_next_hop_on = all,
                                .extended_next_hop = families,
                                .operational = all,
                                .multisession = all,
                                .link_local_next_hop = all,
                                .graceful_restart = all,
                                .restart_time = 120,
                                .add_path = all ? 3 : 0,
                                .add_path_families = families};
    struct buffer b = buffer_growing(), out = buffer_growing();
    struct fault fault = {0};
    struct open ours;
    struct terms terms;
    put_open(&b, &offer, 65001);
    struct cursor body = buffer_cursor(&b);
    cursor_take(&body, MESSAGE_HEADER);
    FUZZ_CHECK(open_read(body, &ours, &fault), "our own OPEN: %s", fault.message);
    if (open_agree(&offer, &ours, peers, &terms, &fault)) {
        terms_json(&terms, &(struct style){.form = FORM_6}, &out);
        fuzz_check_json(buffer_text(&out));
    } else {
        FUZZ_CHECK(fault.row, "a fault without a row");
    }
    buffer_release(&b);
    buffer_release(&out);
}

static void show(const struct open *open) {
    struct buffer out = buffer_growing();
    for (int sent = 0; sent < 2; sent++)
        for (enum form form = FORM_4; form <= FORM_6; form++) {
            const struct style style = {.form = form};
            buffer_clear(&out);
            put_literal(&out, "{ ");
            open_json(open, sent, &style, &out);
            put_literal(&out, " }");
            fuzz_check_json(buffer_text(&out));
            buffer_clear(&out);
            open_text(open, sent, &style, &out);
            FUZZ_CHECK(!memchr(out.base, '\n', buffer_len(&out)), "text of two lines");
        }
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len) {
    uint8_t *exact = fuzz_exact(octets, len);
    struct open open;
    struct fault fault = {0};
    if (open_read(cursor_of(exact, len), &open, &fault)) {
        show(&open);
        agree(&open, true);
        agree(&open, false);
    } else {
        FUZZ_CHECK(fault.row && fault.code, "a fault without a row");
    }
    free(exact);
    return 0;
}
