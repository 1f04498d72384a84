/* Making the process of a helper. */
#ifndef HOST_SPAWN_H
#define HOST_SPAWN_H

#include "host/loop.h"

/* Runs the program with these descriptors as its 0, 1 and 2 (error < 0: ours). The process, or 0 with host_error() set:
 * whatever goes wrong up to exec is known when this returns. */
pid_t spawn_program(struct host *h, const struct host_program *program, int input, int output, int error);

#endif
