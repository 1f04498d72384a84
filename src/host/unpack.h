/* Compressed octets made plain by libarchive, which is loaded when the first are met: it brings libraries with it whose
 * linking costs ten times the rest of a short run (`decode` of one message), and three megabytes of an engine. */
#ifndef HOST_UNPACK_H
#define HOST_UNPACK_H

#include <stdint.h>
#include <sys/types.h>

struct unpack;

/* `feed` gives packed octets: how many, 0 at the end, -1 and errno; they are read before it is called again.
 * NULL: `error` says why. */
struct unpack *unpack_new(ssize_t (*feed)(void *context, const void **octets), void *context, char *error, size_t size);
/* Plain octets: how many, 0 at the end, -1: `error` says why. */
ssize_t unpack_read(struct unpack *u, void *octets, size_t room, char *error, size_t size);
void unpack_free(struct unpack *u); /* may be NULL */

#endif
