/* What decode, encode and validate share: sessions that are only imagined. */
#ifndef LIBRARY_OFFLINE_H
#define LIBRARY_OFFLINE_H

#include "bgp/message.h"
#include "bgp/update.h"
#include "config/config.h"
#include "yottabgp.h"

/* "ipv4 unicast ipv6 unicast", "all", NULL for all: as a set. False: an unknown one, told as ExaBGP tells it. */
bool offline_families(const char *words, uint64_t *out, const struct yottabgp_print *print);

/* The terms of a session whose peer offers what we do. */
struct terms offline_terms(const struct neighbor *n);

/* ... between two AS with these families. */
struct terms offline_terms_plain(uint32_t local_as, uint32_t peer_as, uint64_t families, bool add_path);

/* The first neighbors of a file; false: errors were printed. The caller releases the configuration. */
bool offline_configuration(const char *file, struct configuration *out, const struct yottabgp_print *print);

/* Who is ExaBGP to its peers (exabgp_version is set) stays so: "ExaBGP/5.0.13"; else we are "YottaBGP/0.1.0". */
void library_software(struct text version, char *out, size_t size);

void offline_print(const struct yottabgp_print *print, struct buffer *b);       /* and empties it */
void offline_print_error(const struct yottabgp_print *print, struct buffer *b); /* the same */

#endif
