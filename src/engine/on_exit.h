/* What becomes of the routes that a client of the API owns when it ends: `keep`, `withdraw`, or `withdraw-after
 * SECONDS`, as configurations and commands say it. */
#ifndef ENGINE_ON_EXIT_H
#define ENGINE_ON_EXIT_H

#include "base/words.h"

enum { TTL_MOST = 315360000 }; /* seconds of a lease: ten years */

struct on_exit {
    enum { ON_EXIT_KEEP, ON_EXIT_WITHDRAW, ON_EXIT_WITHDRAW_AFTER } what;
    uint32_t seconds; /* of ON_EXIT_WITHDRAW_AFTER */
};

bool on_exit_take(struct words *w, struct on_exit *out); /* false: a complaint */
void put_on_exit(struct buffer *b, struct on_exit e);

#endif
