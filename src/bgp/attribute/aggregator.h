/* AGGREGATOR where both its forms meet: a session without four-octet AS numbers (RFC 6793). */
#ifndef BGP_ATTRIBUTE_AGGREGATOR_H
#define BGP_ATTRIBUTE_AGGREGATOR_H

#include "base/cursor.h"

/* Does an AGGREGATOR (canonical octets) stand for what AS4_AGGREGATOR says? If not, both AS4_AGGREGATOR and AS4_PATH
 * are to be ignored (RFC 6793 4.2.3); if so, the octets of AS4_AGGREGATOR are the canonical ones. */
bool aggregator_is_substitute(struct cursor aggregator);

#endif
