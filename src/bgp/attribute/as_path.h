/* AS_PATH where both its forms meet: a session without four-octet AS numbers (RFC 6793). */
#ifndef BGP_ATTRIBUTE_AS_PATH_H
#define BGP_ATTRIBUTE_AS_PATH_H

#include "base/buffer.h"

/* Appends the path that AS_PATH (in canonical form) and AS4_PATH (good octets) tell together: RFC 6793 4.2.3. AS4_PATH
 * is no help where it is the longer one, nor are confederation segments in it: then it is the AS_PATH. The caller
 * ignores AS4_PATH by itself when there is an AGGREGATOR whose AS is not AS_TRANS. */
bool as_path_merge(struct cursor as_path, struct cursor as4_path, struct buffer *out);

/* The AS numbers of a path as RFC 4271 9.1.2.2 counts them: a set is one, a confederation nothing. */
unsigned as_path_length(struct cursor as_path);

/* Appends an AS_PATH value of one sequence (of a confederation): what an external session adds by itself. */
void put_as_path(struct buffer *value, uint32_t as, bool confederation);

#endif
