/* Routes that differ from one before in their prefix alone: read without a look at their words. */
#ifndef CONFIG_REPEAT_H
#define CONFIG_REPEAT_H

#include "config/parser.h"

/* Adds the routes that come next, as long as each is `route PREFIX` with words after it that were read before. */
void routes_repeat(struct parser *p);

/* The route that was read and added just now, and its attributes as they are in p->attributes: to be repeated. */
void routes_learn(struct parser *p, const struct listed_route *route);

#endif
