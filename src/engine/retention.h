/* What a peer announced and may have lost: graceful restart (RFC 4724, 8538), long-lived graceful restart (RFC 9494)
 * and enhanced route refresh (RFC 7313), on the side that waits. Private to this room.
 *
 * Routes that are kept are stale until the peer announces them again. Its End-of-RIB, or a deadline, ends the wait:
 * those that are stale still are withdrawn, and the listener hears it as ENGINE_EVENT_WITHDRAWN. */
#ifndef ENGINE_RETENTION_H
#define ENGINE_RETENTION_H

#include "engine/engine.h"

struct retention {
    uint64_t stale;                          /* families of which routes are kept */
    uint64_t long_lived;                     /* ... those of them whose restart time is over (RFC 9494) */
    uint64_t refreshing;                     /* families between BoRR and EoRR */
    uint64_t restart_at;                     /* deadlines; UINT64_MAX: none. For `stale` but `long_lived`, */
    uint64_t long_lived_at[FAMILIES_MOST];   /* ... and for each of `long_lived` */
    uint32_t long_lived_time[FAMILIES_MOST]; /* seconds, as the lost session said */
};

void retention_init(struct retention *r);

/* An Established session was lost: which families' routes are kept. The others are the caller's to clear. */
uint64_t retention_down(struct peer *p, const struct session_event *down);
/* A session is Established: what the peer did not keep goes. */
void retention_up(struct peer *p, const struct terms *terms);
void retention_end_of_rib(struct peer *p, uint16_t afi, uint8_t safi);
void retention_refresh(struct peer *p, const struct refresh *refresh, const struct terms *terms);

uint64_t retention_deadline(const struct retention *r);
void retention_due(struct peer *p, uint64_t now); /* its deadline is reached */

#endif
