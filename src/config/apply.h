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
 * that come and go, "~ neighbor ... (session restarts: hold-time)" for those that change, and behind it, indented, the
 * settings that go and come ("- hold-time 180", "+ hold-time 90") and "routes: 1 new, 2 withdrawn" with the first of
 * them. Nothing when nothing differs. Or as one line of JSON, {"changes": [...]}. `before` may be NULL. */
struct config_diff_form {
    bool json;
    size_t routes_most; /* routes of a neighbor that are shown */
};
void put_config_diff(struct buffer *b, const struct configuration *before, const struct configuration *after,
                     const struct config_diff_form *form);

/* What differs between two processes of one name, by keyword; is the program started again for it? */
enum { PROCESS_CHANGES_MOST = 12 };
size_t process_changes(const struct process *before, const struct process *after,
                       const char *keywords[PROCESS_CHANGES_MOST], bool *restarts);

/* The names of all neighbors, in their order; texts in the arena. `c` may be NULL: none. */
void config_names(const struct configuration *c, struct arena *arena, struct names *names);

#endif
