/* The elements of the protocol as the tests see them: what any row has in common, whatever kind of row it is. So the
 * vectors, the generated tests and the fuzzers need to know no row, and a new one is tested the moment it is there. */
#ifndef TEST_ELEMENTS_H
#define TEST_ELEMENTS_H

#include "base/words.h"
#include "bgp/fault.h"
#include "bgp/style.h"

struct element {
    bool (*parse)(struct words *words, struct buffer *wire); /* NULL: has no words */
    enum harm (*check)(struct cursor wire);
    void (*text)(struct cursor wire, const struct style *style, struct buffer *out);
    void (*json)(struct cursor wire, const struct style *style, struct buffer *out);

    /* The row of the error contract that the octets break in a whole message; NULL: they are let through. */
    const char *(*fault)(struct cursor wire);

    /* What stands around the JSON to make it a document: "{" and "}" for a member, "" for a value. */
    const char *open, *close;

    /* What of the octets mutations touch, and how octets are made of such a part. False: the part is too long. */
    struct cursor (*inside)(struct cursor wire);
    bool (*wrap)(struct cursor wire, struct cursor inside, struct buffer *out);
};

extern const struct element attribute_element;  /* one whole attribute; the session: internal, 4-octet AS, AIGP */
extern const struct element route_element;      /* AFI, SAFI, one NLRI */
extern const struct element capability_element; /* code, length, value: shown as an OPEN with it alone */

/* Octets that may be anything. Refused: there is a row that says so. Good: in every form JSON is valid and text is one
 * line without control characters, and the words of a command make the same octets again. False: not so, and the report
 * says what. The functions see octets in memory of just their size. `*good`: whether they were refused. */
bool element_is_safe(const struct element *e, struct cursor octets, bool *good, struct buffer *report);

/* Words to octets, all of them used up; the complaint is cleared first. */
bool element_parse(const struct element *e, struct text text, struct buffer *wire, struct complaint *complaint);

uint32_t random_next(uint64_t *state);
/* One small change at a random place: the places that decide are lengths, counts and flags. */
void mutate(struct buffer *b, uint64_t *random);

#endif
