/* What both OPENs say of graceful restart (RFC 4724, and the N bit of RFC 8538). */
#include "session/private.h"

enum { CAPABILITY_GRACEFUL_RESTART = 64, FLAG_NOTIFICATION = 0x40 };

/* The flags octet of the first such capability; false: there is none. */
static bool restart_flags(const struct open *open, uint8_t *flags) {
    struct capability_walk walk = {0};
    struct capability capability;
    while (open_capability(open, &walk, &capability))
        if (capability.code == CAPABILITY_GRACEFUL_RESTART) {
            *flags = cursor_u8(&capability.value);
            return true;
        }
    return false;
}

bool restart_agreed(const struct channel *c) {
    uint8_t ours, peers;
    return c->agreed && restart_flags(&c->ours, &ours) && restart_flags(&c->peers, &peers);
}

bool restart_agreed_notification(const struct channel *c) {
    uint8_t ours, peers;
    return c->agreed && restart_flags(&c->ours, &ours) && restart_flags(&c->peers, &peers) &&
           (ours & peers & FLAG_NOTIFICATION);
}
