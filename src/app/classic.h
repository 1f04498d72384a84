/* Options before the names of configurations, in the style of all ExaBGP releases. */
#ifndef APP_CLASSIC_H
#define APP_CLASSIC_H

#include "app/app.h"

enum {
    CLASSIC_VERSION = 256,
    CLASSIC_PROFILE,
    CLASSIC_VALIDATE,
    CLASSIC_RUN,
    CLASSIC_FULL_INI, /* these four are the last */
    CLASSIC_DIFF_INI,
    CLASSIC_FULL_ENV,
    CLASSIC_DIFF_ENV,
};

#define CLASSIC_LETTERS "vds:1pPmtf:e:x:"
extern const struct option classic_options[];
void classic_signal_option(void); /* the argument of -s may be none */

int classic_run(struct invocation *invocation, int argc, char **argv);

#endif
