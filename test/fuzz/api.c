/* What a helper writes, to an engine with a session that is up; the first octet says the form. Answers that look like
 * JSON are JSON, and what the routes became can be sent. */
#include "api_world.h"
#include "bgp/family.h"
#include "fuzz.h"

static void all_families(struct neighbor *n) {
    n->offer.families = ~(uint64_t)0 >> (64 - FAMILIES);
    n->offer.refresh = n->offer.operational = true;
}

static void with_paths(struct neighbor *n) {
    all_families(n);
    n->offer.add_path = 3;
    n->offer.add_path_families = n->offer.families;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len) {
    struct world w;
    if (!len)
        return 0;
    world_init(&w, FORM_4 + octets[0] % 3, NULL);
    uint64_t client = world_add_client(&w, "helper");
    struct world_peer *p = world_add_peer(&w, "127.0.0.1", "helper", octets[0] & 0x40 ? with_paths : all_families);
    world_establish(&w, p);
    uint8_t *exact = fuzz_exact(octets + 1, len - 1);
    api_said(w.api, client, exact, len - 1, w.now);
    free(exact);
    if (!world_client(&w, client)->stopped)
        world_say(&w, client, "\n");
    for (int turns = 0; turns < 3; turns++) {
        world_turn(&w);
        fuzz_check_lines(text_of(world_heard(&w, client)));
    }
    if (p->stream)
        world_lose(&w, p);
    world_release(&w);
    return 0;
}
