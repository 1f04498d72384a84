/* Memory that is freed all at once: for what lives and dies together, as all that one configuration says. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/text.h"

struct arena {
    struct arena_block *blocks; /* owned */
};

/* An arena starts as {0}. */
void *arena_new(struct arena *a, size_t size);      /* zeroed, aligned for any type; dies with the arena */
char *arena_string(struct arena *a, struct text t); /* terminated copy */
struct text arena_text(struct arena *a, struct text t);
void arena_release(struct arena *a);

#endif
