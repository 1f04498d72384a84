/* What of a peer's OPEN counts as not there. None of it is an error, and much of it is usual: a peer offers what it
 * can, not what we want. It is for whoever asks why a family or a feature is not up. */
#include "bgp/open.h"

static const char *capability_ignored(const struct capability *c, const bool present[256], const struct offer *offer,
                                      const struct terms *terms) {
    const struct capability_kind *kind = capability_kind_of(c->code);
    if (!kind)
        return "OPN-16";
    if (kind->needs && !present[kind->needs])
        return kind->row;
    if (kind->check && kind->check(c->value) != HARM_NONE)
        return kind->row;
    return kind->ignored ? kind->ignored(c->value, offer, terms) : NULL;
}

static bool rows_have(const char *const *rows, unsigned count, const char *row) {
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(rows[i], row))
            return true;
    return false;
}

unsigned open_ignored(const struct open *peers, const struct offer *offer, const struct terms *terms,
                      const char *rows[OPEN_IGNORED_MOST]) {
    struct capability_walk first = {0}, second = {0};
    struct capability c;
    bool present[256] = {false};
    unsigned count = 0;
    while (open_capability(peers, &first, &c))
        present[c.code] = true;
    while (open_capability(peers, &second, &c)) {
        const char *row = capability_ignored(&c, present, offer, terms);
        if (row && count < OPEN_IGNORED_MOST && !rows_have(rows, count, row))
            rows[count++] = row;
    }
    return count;
}
