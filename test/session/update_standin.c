/* Stands in for the reader of UPDATEs until that is there: then this file goes. */
#include "bgp/update.h"

bool update_open(struct update *u, struct cursor body, const struct terms *terms, struct fault *fault) {
    (void)fault;
    u->terms = terms;
    u->body = body;
    u->finding_count = 0;
    return true;
}
