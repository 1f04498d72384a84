/* Families by their numbers alone: any AFI and SAFI that no file here knows. An NLRI is octets, shown and written as
 * hexadecimal; since nothing says where one ends, all that a message has is one.
 *
 * Surprise: this is the one table of the program that grows. The number of a family is a name for (AFI, SAFI) as the
 * number of a set is one for attributes, and sets of families are 64 bits everywhere; so the rows are interned for the
 * process. A row never changes once it can be seen. What a peer says makes none: only users do. */
#include "bgp/nlri/numbered.h"

#include <stdatomic.h>

#include "base/number.h"

enum { NUMBERED_MOST = FAMILIES_MOST - FAMILIES, NUMBERED_NAME = 20 };

static struct numbered {
    struct family family;
    char afi_name[NUMBERED_NAME], safi_name[NUMBERED_NAME];
} numbered_rows[NUMBERED_MOST];
static atomic_uint numbered_used;                    /* rows that can be seen */
static atomic_flag numbered_busy = ATOMIC_FLAG_INIT; /* somebody makes one */

/* ---- The row ---- */

static bool numbered_cut(struct cursor *from, struct cursor *nlri) {
    size_t len = cursor_left(from);
    *nlri = cursor_of(from->p, len);
    cursor_take(from, len);
    return len > 0;
}

static bool numbered_start(struct draft *d, struct words *words) {
    return words_fail(words, "routes of %s %s are octets", d->family->afi_name, d->family->safi_name) ||
           complain_wanted(words->complaint, "nlri 0x...");
}

static void numbered_text(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    if (style->command)
        return;
    put_literal(out, "nlri 0x");
    put_hex(out, nlri->octets);
    if (nlri->has_path)
        put_path_text(out, nlri->path);
    put_next_hop_text(out, nlri->next_hop);
}

static void numbered_json(const struct nlri *nlri, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "{ \"nlri\": \"0x");
    put_hex(out, nlri->octets);
    put_char(out, '"');
    if (nlri->has_path) {
        put_literal(out, ", \"path-information\": \"");
        put_path(out, nlri->path);
        put_char(out, '"');
    }
    put_literal(out, " }");
}

static void numbered_make(struct numbered *row, uint16_t afi, uint8_t safi, unsigned index) {
    struct buffer names[2] = {buffer_fixed((uint8_t *)row->afi_name, NUMBERED_NAME - 1),
                              buffer_fixed((uint8_t *)row->safi_name, NUMBERED_NAME - 1)};
    put_format(&names[0], "afi-safi %u", afi);
    put_format(&names[1], "%u", safi);
    row->family = (struct family){
        .afi = afi,
        .safi = safi,
        .index = (uint8_t)index,
        .afi_name = row->afi_name,
        .safi_name = row->safi_name,
        .flags = FAMILY_ALONE | FAMILY_NO_NEXT_HOP | FAMILY_ON_REQUEST,
        .next_hops = NEXT_HOP_0 | NEXT_HOP_4 | NEXT_HOP_12 | NEXT_HOP_16 | NEXT_HOP_24 | NEXT_HOP_32 | NEXT_HOP_48,
        .cut = numbered_cut,
        .start = numbered_start,
        .text = numbered_text,
        .json = numbered_json,
    };
}

/* ---- The table ---- */

unsigned numbered_count(void) {
    return atomic_load_explicit(&numbered_used, memory_order_acquire);
}

const struct family *numbered_at(unsigned place) {
    return &numbered_rows[place].family;
}

const struct family *numbered_find(uint16_t afi, uint8_t safi) {
    for (unsigned i = 0, count = numbered_count(); i < count; i++)
        if (numbered_rows[i].family.afi == afi && numbered_rows[i].family.safi == safi)
            return &numbered_rows[i].family;
    return NULL;
}

const struct family *family_numbered(uint16_t afi, uint8_t safi) {
    const struct family *found = family_of(afi, safi);
    if (found)
        return found;
    while (atomic_flag_test_and_set_explicit(&numbered_busy, memory_order_acquire))
        ; /* for as long as a row takes to be written */
    unsigned count = numbered_count();
    found = numbered_find(afi, safi);
    if (!found && count < NUMBERED_MOST) {
        numbered_make(&numbered_rows[count], afi, safi, FAMILIES + count);
        atomic_store_explicit(&numbered_used, count + 1, memory_order_release);
        found = &numbered_rows[count].family;
    }
    atomic_flag_clear_explicit(&numbered_busy, memory_order_release);
    return found;
}
