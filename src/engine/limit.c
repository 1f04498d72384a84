/* maximum-prefix: how many routes of one family a peer may tell (RFC 4271 6.7, RFC 4486 section 4; row TMR-09).
 *
 * Counting means settling the Adj-RIB-In, which lives from not being settled. So it is counted only when as many NLRIs
 * were announced as there was room for: a peer that is far from its limit is hardly ever counted. */
#include "base/memory.h"
#include "engine/private.h"

/* Once, until there are fewer again. */
static void limit_warn(struct peer *p, const struct family *family) {
    uint32_t most = p->neighbor->maximum_prefix;
    session_count_row(p->session, "TMR-09");
    peer_tell(p, (struct engine_event){.kind = ENGINE_EVENT_LIMIT, .family = family, .count = most});
}

void limit_check(struct peer *p, const struct terms *terms) {
    uint32_t most = p->neighbor->maximum_prefix, room = most;
    if (!most || !p->in || p->announced < p->limit_at)
        return;
    for (unsigned i = 0; i < families_count(); i++) {
        uint32_t held = terms_has(terms->families, i) ? rib_in_held(p->in, i) : 0;
        uint64_t bit = (uint64_t)1 << i;
        if (held <= most) {
            p->limit_warned &= ~bit;
            room = most - held < room ? most - held : room;
            continue;
        }
        room = 0;
        if (!p->neighbor->maximum_prefix_warns)
            p->over = family_at(i);
        else if (!(p->limit_warned & bit))
            limit_warn(p, family_at(i));
        p->limit_warned |= bit;
    }
    p->limit_at = p->announced + room + 1;
}

void limit_enforce(struct peer *p, uint64_t now) {
    uint8_t memory[7];
    struct buffer data = buffer_fixed(memory, sizeof memory);
    const struct family *over = p->over;
    p->over = NULL;
    if (!over || !session_terms(p->session))
        return;
    put_u16(&data, over->afi);
    put_u8(&data, over->safi);
    put_u32(&data, p->neighbor->maximum_prefix);
    session_reset(p->session, "TMR-09", 6, 1, buffer_cursor(&data), now);
}
