/* Connections inside this room: made by host_connect() or by a listener. */
#ifndef HOST_CONNECTION_H
#define HOST_CONNECTION_H

#include "host/stream.h"

/* Tells of a connection that came in; the descriptor is taken. */
void connection_accepted(struct host *h, uint64_t listener, int fd, bool local);

#endif
