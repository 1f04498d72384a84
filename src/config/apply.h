/* From one configuration to the next: only what changed is touched (config.md section 26). */
#ifndef CONFIG_APPLY_H
#define CONFIG_APPLY_H

#include "config/config.h"
#include "config/names.h"
#include "engine/engine.h"

/* Neighbors are the same when their names are (put_neighbor_name). `before` may be NULL: everything is new. Afterwards
 * no peer refers to `before`. */
void config_apply(struct engine *engine, const struct configuration *before, const struct configuration *after,
                  uint64_t now);

/* What config_apply() would do. A line for each neighbor and process: "+ neighbor ..." and "- neighbor ..." for those
 * that come and go, "~ neighbor ... (session restarts)" for those that change, and behind it, indented, the settings
 * that go and come ("- hold-time 180", "+ hold-time 90") and "1 route announced, 2 withdrawn". Nothing when nothing
 * differs. `before` may be NULL. */
void put_config_diff(struct buffer *b, const struct configuration *before, const struct configuration *after);

/* The names of all neighbors, in their order; texts in the arena. `c` may be NULL: none. */
void config_names(const struct configuration *c, struct arena *arena, struct names *names);

#endif
