/* What is left of root's rights when the engine has become another user (capabilities(7)): no more than is needed
 * later, and in force only around the call that needs it.
 *
 * Ports below 1024 are bound again at a reload: CAP_NET_BIND_SERVICE. Linux before 5.7 wants CAP_NET_RAW for
 * SO_BINDTODEVICE: it is kept there alone. Keys of TCP MD5 and TCP-AO and TTLs need none. Rights that whoever started
 * us wants programs to inherit (AmbientCapabilities= of systemd) are theirs: they stay where helpers get them from, but
 * are not in force in the engine. A process of one thread; nothing here fails: without a right the call itself does. */
#ifndef HOST_RIGHTS_H
#define HOST_RIGHTS_H

#include <stdbool.h>

enum right { RIGHT_LOW_PORTS, RIGHT_INTERFACES };

/* All others are given up, for good. Root keeps all. */
void rights_reduce(void);
/* For the next call; false: it is not ours, or is in force anyhow. rights_lower() after it; errno stays. */
bool rights_raise(enum right right);
void rights_lower(void);

#endif
