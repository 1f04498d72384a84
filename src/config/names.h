/* Names that must be different, and what they name: a place in an array of the owner's. */
#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

#include "base/table.h"
#include "base/text.h"

enum { NAME_UNKNOWN = UINT32_MAX };

struct names { /* starts as {0} */
    struct table table;
    struct text *texts; /* owned array of borrowed texts */
    size_t count, room;
};

uint32_t names_find(const struct names *n, struct text name); /* its place, from 0, in the order of names_add() */
bool names_add(struct names *n, struct text name);            /* false: it is there already */
void names_release(struct names *n);

#endif
