/* Several configurations on one command line: a process for each, as ExaBGP does it (cli.md 2). */
#ifndef APP_SEVERAL_H
#define APP_SEVERAL_H

#include "app/app.h"

/* True in the parent, when all have ended: *status is what to exit with. False in a child: *file is its configuration.
 */
bool several_fork(const struct invocation *invocation, int count, char **files, int *status, char **file);

#endif
