/* Long-lived graceful restart (RFC 9494): AFI (2), SAFI (1), flags (1), stale time (3). Means nothing without graceful
 * restart. Never offered, and ExaBGP does not know it: shown as an unknown one. */
#include "bgp/capability.h"

static enum harm long_lived_restart_check(struct cursor value) {
    return cursor_left(&value) % 7 ? HARM_RESET : HARM_NONE;
}

const struct capability_kind capability_long_lived_restart = {
    .code = CAPABILITY_LONG_LIVED_RESTART,
    .needs = CAPABILITY_GRACEFUL_RESTART,
    .name = "long-lived-graceful-restart",
    .row = "CAP-14",
    .check = long_lived_restart_check,
};
