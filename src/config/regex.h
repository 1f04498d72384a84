/* Regular expressions as users of ExaBGP write them, in Python's spelling: matched from the start, to anywhere. */
#ifndef CONFIG_REGEX_H
#define CONFIG_REGEX_H

#include <regex.h>

#include "base/text.h"

struct regex {
    regex_t compiled; /* owned */
};

/* False: `why` says what is wrong. What Python knows and POSIX has nothing for (lookaround, back references) is. */
bool regex_init(struct regex *r, struct text pattern, char *why, size_t why_size);
bool regex_matches(const struct regex *r, struct text t);
void regex_release(struct regex *r);

#endif
