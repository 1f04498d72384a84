/* Pieces of a neighbor printed back as configuration. */
#ifndef CONFIG_PRINT_H
#define CONFIG_PRINT_H

#include "engine/neighbor.h"

/* All settings, a line each, every value explicit, from "neighbor PEER {" to the last section before the routes. */
void put_neighbor_settings(struct buffer *b, const struct neighbor *n);

/* One route as the words after `route` or the SAFI. */
void put_listed_route(struct buffer *b, const struct listed_route *route);

/* The word after `outbox`. */
const char *outbox_word(uint32_t policy);

#endif
