/* What may come next in a command line: words of the tables of commands, families and keywords, and names of neighbors.
 */
#ifndef APP_COMPLETE_H
#define APP_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

/* Lines of a text, terminated each. */
struct lines {
    char *text;   /* owned */
    char **lines; /* owned array of views into it */
    size_t count;
};

struct vocabulary {
    struct lines commands, families, routes; /* as yottabgp_words() gives them */
    struct lines neighbors;                  /* addresses */
};

void vocabulary_init(struct vocabulary *v); /* without neighbors */
void vocabulary_release(struct vocabulary *v);
void lines_take(struct lines *l, char *text); /* takes the text over; what was there before is freed */
void lines_release(struct lines *l);

struct candidates {
    char **words; /* owned, each too; sorted, none twice */
    size_t count, room;
    size_t partial; /* characters of the last word of the line, which all of them begin with */
};

/* The line as far as the cursor. The result is released by the caller. */
void complete(const struct vocabulary *v, const char *line, struct candidates *out);
void candidates_release(struct candidates *c);
size_t candidates_common(const struct candidates *c); /* how many characters all of them share */

#endif
