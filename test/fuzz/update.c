/* The body of an UPDATE behind one octet that says what kind of session it comes on: opened, judged, shown in all
 * forms, made into commands and into the set that a RIB keeps. */
#include "bgp/update.h"
#include "fuzz.h"

static struct update update; /* large */

static void show(const struct terms *terms) {
    struct buffer out = buffer_growing();
    for (enum form form = FORM_4; form <= FORM_6; form++) {
        const struct style style = {.form = form, .terms = terms};
        buffer_clear(&out);
        put_literal(&out, "{ ");
        update_json(&update, &style, &out);
        put_literal(&out, " }");
        fuzz_check_json(buffer_text(&out));
        buffer_clear(&out);
        update_text(&update, text_of("neighbor 10.0.0.2 receive update"), &style, &out);
        for (const uint8_t *p = out.base; p < out.p; p++)
            FUZZ_CHECK(*p == '\n' || (*p >= 0x20 && *p != 0x7f), "text with 0x%02x", *p);
    }
    buffer_clear(&out);
    update_command(&update, &(struct style){.form = FORM_6, .terms = terms}, &out);
    buffer_release(&out);
}

static void walk(void) {
    for (int announced = 0; announced < 2; announced++) {
        struct update_walk w;
        struct nlri nlri;
        struct buffer b = buffer_growing();
        update_walk_init(&w, &update, announced);
        while (update_walk_next(&w, &nlri)) {
            FUZZ_CHECK(nlri.family && !cursor_done(&nlri.octets), "an empty NLRI");
            buffer_clear(&b);
            if (nlri.family->key)
                nlri.family->key(nlri.octets, &b);
            if (announced)
                update_canonical(&update, nlri.next_hop, &b);
        }
        buffer_release(&b);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len) {
    if (!len || len > 65536)
        return 0;
    const struct terms terms = fuzz_terms(octets[0]);
    uint8_t *exact = fuzz_exact(octets + 1, len - 1);
    struct cursor body = cursor_of(exact, len - 1);
    struct fault fault = {0};
    if (update_open(&update, body, &terms, &fault)) {
        for (unsigned i = 0; i < update.finding_count && i < UPDATE_FINDINGS; i++)
            FUZZ_CHECK(update.findings[i].row && update.findings[i].harm, "a finding without a row");
        show(&terms);
        walk();
    } else {
        FUZZ_CHECK(fault.row && fault.code, "a fault without a row");
    }
    if (update_open_as_said(&update, body, &terms, &fault)) {
        show(&terms);
        walk();
    }
    free(exact);
    return 0;
}
