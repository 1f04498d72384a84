/* From one configuration to the next: only what changed is touched (config.md section 26). */
#ifndef CONFIG_APPLY_H
#define CONFIG_APPLY_H

#include "config/config.h"
#include "engine/engine.h"

/* Neighbors are the same when their names are (put_neighbor_name). `before` may be NULL: everything is new. Afterwards
 * no peer refers to `before`. */
void config_apply(struct engine *engine, const struct configuration *before, const struct configuration *after,
                  uint64_t now);

/* What config_apply() would do, a line each: "+ neighbor ...", "- neighbor ...", "~ neighbor ...: hold-time (session
 * restarts)", "~ neighbor ...: 1 route announced, 2 withdrawn", "+ process ...". Nothing when nothing differs. */
void put_config_diff(struct buffer *b, const struct configuration *before, const struct configuration *after);

#endif
