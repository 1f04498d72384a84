/* Capabilities whose value is a list of entries of one size, when they are shown: the entries of all capabilities of
 * one code, those with the same first octets (the family) once, in the place of the first and with what the last says.
 */
#ifndef BGP_CAPABILITY_LIST_H
#define BGP_CAPABILITY_LIST_H

#include "bgp/open.h"

struct capability_list {
    const struct open *open;
    struct capability_walk walk;
    struct cursor left;
    uint8_t code, size, key; /* octets of an entry, and of them those that name what it is about */
    unsigned count;          /* entries given out */
};

struct capability_list capability_list_of(const struct open *open, uint8_t code, uint8_t size, uint8_t key);

/* The first entry of a key, and the last one of that key. What is left over of a value whose length is wrong is left
 * out. */
bool capability_list_next(struct capability_list *list, struct cursor *first, struct cursor *last);

#endif
